# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Use no insecure registries
# description: >-
#   Over plain HTTP or without a check of the certificate, whoever stands in between decides which
#   image runs.
# related_resources:
#   - https://docs.docker.com/engine/security/
# custom:
#   id: SW-DOCKER-2.5
#   aliases: [CIS-DOCKER-2.5]
#   severity: high
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "2.5", "1.7.0": "2.5", "1.6.0": "2.5", "1.3.1": "2.5", "1.2.0": "2.4"}
#   message: "The registry {registry} may be used without a check of its certificate"
#   remediation: >-
#     Give the registry a certificate that the host trusts (/etc/docker/certs.d), then remove the
#     entry from insecure-registries.
#   fix:
#     file: "/etc/docker/daemon.json"
#     text: "{\"insecure-registries\": []}"
#     risk: >-
#       Pulls from a registry without a trusted certificate fail. The daemon must be started again;
#       without live-restore all containers stop for that time.
#   ja:
#     title: 安全でないレジストリを使わない
#     description: >-
#       平文の HTTP や証明書を確かめない通信では、間に立つ者が実行されるイメージを決められる。
#     message: "レジストリ {registry} は証明書を確かめずに使える"
#     remediation: >-
#       ホストが信頼する証明書をレジストリに与え（/etc/docker/certs.d）、insecure-registries から項目を消す。
#     risk: >-
#       信頼できる証明書のないレジストリからは取得できなくなる。デーモンの再起動が必要。live-restore がなければ、その間すべてのコンテナーが止まる。
package seawall.docker.insecure_registries

import data.seawall.lib.docker

outside := docker.no_daemon

missing := docker.no_member("RegistryConfig")

loopback := {"127.0.0.0/8", "::1/128"}

insecure[name] contains "key insecure-registries" if {
	some name in docker.setting("insecure-registries")
	not name in loopback
}

insecure[name] contains "IndexConfigs of /info" if {
	some name, config in input.engine.info.RegistryConfig.IndexConfigs
	config.Secure == false
}

insecure[name] contains "InsecureRegistryCIDRs of /info" if {
	some name in input.engine.info.RegistryConfig.InsecureRegistryCIDRs
	not name in loopback
}

deny contains {"registry": name, "subject": name, "evidence": evidence} if {
	some name, sources in insecure
	evidence := concat(", ", sources)
}

seen contains {"subject": "insecure-registries", "evidence": sprintf("%d", [count(insecure)])}
