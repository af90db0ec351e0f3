# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Scan and rebuild images
# description: >-
#   New flaws become known every day in what has not changed. Only who looks again knows, and only a
#   rebuild repairs.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DOCKER-4.4
#   aliases: [CIS-DOCKER-4.4]
#   severity: high
#   kinds: [image]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "4.4", "1.7.0": "4.4", "1.6.0": "4.4", "1.3.1": "4.4", "1.2.0": "4.4"}
#   message: "The image {image}: {why}"
#   remediation: >-
#     Scan the image, rebuild it without cache on a patched base, push it and start its containers
#     again.
#   ja:
#     title: イメージを検査して作り直す
#     description: >-
#       変わらないものからも毎日新しい欠陥が見つかる。見直す者だけがそれを知り、作り直しだけが直す。
#     message: "イメージ {image}: {reason_ja}"
#     remediation: >-
#       イメージを検査し、修正済みのベースでキャッシュなしに作り直し、プッシュして、コンテナーを起動し直す。
package seawall.docker.scanned

import data.seawall.lib.docker
import data.seawall.lib.docker_image

outside := docker_image.outside

outside := {"msg": sprintf("the image cannot be scanned: %s", [input.scan.not_scannable]), "ja": sprintf("イメージを検査できない: %s", [input.scan.not_scannable])} if {
	not docker_image.outside
	is_string(input.scan.not_scannable)
}

missing contains docker.unread("scan") if not docker.told(["scan"])

missing contains docker.unread("scan.scanned_at") if {
	is_object(input.scan)
	not docker.given(["scan", "scanned_at"])
}

missing contains {"msg": "the time of the run is not known", "ja": "実行時刻が分からない"} if {
	is_object(input.scan)
	not now
}

now := data.settings.now_ns

now := time.parse_rfc3339_ns(input.collected_at) if not data.settings.now_ns

default most := 7

most := data.settings.scan_max_age_days

default least := "high"

least := lower(data.settings.scan_severity)

ranks := {"unknown": 0, "negligible": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}

age := (now - time.parse_rfc3339_ns(input.scan.scanned_at)) / 86400000000000

deny contains docker_image.finding({"why": "it was never scanned", "reason_ja": "検査されたことがない"}) if is_null(input.scan)

deny contains docker_image.finding({
	"why": sprintf("its last scan is %d days old", [floor(age)]),
	"reason_ja": sprintf("最後の検査から %d 日経っている", [floor(age)]),
	"evidence": input.scan.scanned_at,
}) if {
	age > most
}

repairable := [finding |
	some finding in input.scan.findings
	finding.fixed != ""
	ranks[lower(finding.severity)] >= ranks[least]
]

deny contains docker_image.finding({
	"why": sprintf("%d vulnerabilities could be repaired", [count(repairable)]),
	"reason_ja": sprintf("修正できる脆弱性が %d 件ある", [count(repairable)]),
	"evidence": concat(", ", array.slice(sort({sprintf("%s %s (%s)", [f.id, f.package, f.fixed]) | some f in repairable}), 0, 20)),
}) if {
	count(repairable) > 0
}

evidence := sprintf("scanned %s, created %s, %d findings", [
	input.scan.scanned_at,
	object.get(input, ["engine", "created"], object.get(input, "created", "?")),
	count(input.scan.findings),
])

seen contains {"subject": docker_image.name, "evidence": evidence}
