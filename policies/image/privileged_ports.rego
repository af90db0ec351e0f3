# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Ports below 1024 are exposed
# description: >-
#   To listen there a process needs root or a capability that it otherwise could do without.
# related_resources:
#   - https://docs.docker.com/reference/dockerfile/#expose
# custom:
#   id: SW-IMG-013
#   aliases: [CIS-DOCKER-5.8]
#   severity: low
#   message: "The image exposes port {port}"
#   remediation: Listen on a port from 1024 up and let the engine or a service map it.
#   ja:
#     title: 1024 未満のポートを公開している
#     description: >-
#       これらのポートで待ち受けるには、root か、本来は要らないケーパビリティが必要になる。
#     message: "ポート {port} を公開している"
#     remediation: 1024 以上のポートで待ち受け、エンジンやサービスで割り当てる。
package seawall.image.privileged_ports

missing contains "the configuration of the image is not known" if not known

known if input.config_known

# 22 has a check of its own.
deny contains {"port": port, "subject": sprintf("EXPOSE %s", [port])} if {
	some port in input.exposed_ports
	number := to_number(regex.find_n(`^[0-9]+`, port, 1)[0])
	number > 0
	number < 1024
	number != 22
}
