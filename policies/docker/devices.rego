# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Expose no host devices
# description: >-
#   A device is a part of the host without the checks of a file system. Who may write to a disk or
#   to memory has all of it.
# related_resources:
#   - https://docs.docker.com/reference/cli/docker/container/run/
# custom:
#   id: SW-DOCKER-5.18
#   aliases: [CIS-DOCKER-5.18]
#   severity: medium
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: semi
#     numbers: {"1.8.0": "5.18", "1.7.0": "5.18", "1.6.0": "5.18", "1.3.1": "5.17", "1.2.0": "5.17"}
#   message: "The container {container} has the device {device}; decide whether it needs it"
#   remediation: Remove --device, reduce the rights (r, w, m), or approve the device (devices).
#   ja:
#     title: ホストのデバイスを公開しない
#     description: >-
#       デバイスは、ファイル システムの検査を経ないホストの一部である。ディスクやメモリに書ける者は全体を手にする。
#     message: "コンテナー {container} がデバイス {device} を持つ。必要かを判断する"
#     remediation: >-
#       --device を外すか、権限（r、w、m）を減らすか、承認する（devices）。
package seawall.docker.devices

import data.seawall.lib.container

outside := container.outside

missing := container.no_config(["Devices"]) | container.no_values(["DeviceRequests", "DeviceCgroupRules"])

given contains {"name": object.get(device, "PathOnHost", json.marshal(device)), "evidence": json.marshal(device)} if {
	some device in container.value("Devices", [])
}

given contains {"name": rule, "evidence": "DeviceCgroupRules"} if {
	some rule in container.value("DeviceCgroupRules", [])
}

given contains {"name": name, "evidence": json.marshal(request)} if {
	some request in container.value("DeviceRequests", [])
	name := request_name(request)
}

request_name(request) := concat(":", array.concat([driver], ids)) if {
	driver := object.get(request, "Driver", "")
	ids := [id | some id in object.get(request, "DeviceIDs", [])]
	driver != ""
} else := json.marshal(object.get(request, "Capabilities", []))

manual contains container.finding({"device": device.name, "evidence": device.evidence}) if {
	some device in given
	not approved(device.name)
}

approved(name) if name in data.settings.devices

seen contains container.seen(concat(", ", sort({device.name | some device in given})))
