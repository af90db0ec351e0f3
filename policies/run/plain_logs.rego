# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Logs leave the host only over TLS
# description: >-
#   Logs hold names, addresses and often more than was meant; whoever sits on the way reads and
#   changes them where nothing protects the connection.
# related_resources:
#   - https://docs.docker.com/engine/logging/drivers/syslog/
# custom:
#   id: SW-RUN-003
#   aliases: [no-plain-log-transport]
#   severity: medium
#   kinds: [container]
#   message: "Logs of the container {container} {how}: {option}={address}"
#   remediation: >-
#     Use an address with TLS (tcp+tls:// for syslog, tls:// for fluentd, https://) and let it check
#     certificates, or a collector on this host (unix://, 127.0.0.1) that sends them on over TLS.
#   ja:
#     title: ログは TLS でだけホストの外へ送る
#     description: >-
#       ログには名前やアドレス、意図しない情報が含まれる。保護のない接続では、経路上の者が読み、書き換えられる。
#     message: "コンテナー {container} のログ{how_ja}: {option}={address}"
#     remediation: >-
#       TLS のアドレス（syslog は tcp+tls://、fluentd は tls://、https://）を使って証明書を検証するか、このホストの収集プログラム
#       （unix://、127.0.0.1）へ送り、そこから TLS で送る。
package seawall.run.plain_logs

import data.seawall.lib.container

missing := container.no_values(["LogConfig"])

config := container.value("LogConfig", {})

options := object.get(config, "Config", {})

driver := object.get(config, "Type", "")

# Where an address has no scheme, that of its driver; both send in plain.
scheme(address) := lower(split(address, "://")[0]) if contains(address, "://")

scheme(address) := "tcp" if not contains(address, "://")

host(address) := name if {
	rest := regex.replace(address, `^[A-Za-z0-9+.-]+://`, "")
	name := regex.replace(regex.replace(rest, `:[0-9]*$`, ""), `[\[\]]`, "")
}

local(address) if startswith(scheme(address), "unix")

local(address) if host(address) in {"", "localhost", "::1", "0:0:0:0:0:0:0:1"}

local(address) if regex.match(`^127\.[0-9]+\.[0-9]+\.[0-9]+$`, host(address))

encrypted := {"https", "tls", "tcp+tls", "ssl", "wss", "grpcs"}

is_address(option) if endswith(option, "address")

is_address(option) if endswith(option, "url")

deny contains container.finding({
	"how": "are sent in plain over the network",
	"how_ja": "が暗号化されずにネットワークへ送られる",
	"option": option,
	"address": address,
	"evidence": sprintf("%s=%s", [option, address]),
}) if {
	some option, address in options
	is_address(option)
	address != ""
	not local(address)
	not scheme(address) in encrypted
}

# Any value of syslog-tls-skip-verify that is no "false" switches the check off.
deny contains container.finding({
	"how": "are sent without a check of the certificate",
	"how_ja": "が証明書を検証せずに送られる",
	"option": option,
	"address": value,
	"evidence": sprintf("%s=%s", [option, value]),
}) if {
	some option, value in options
	regex.match(`(skip-?verify)$`, option)
	not lower(value) in {"false", "0", ""}
}

seen contains container.seen(concat("; ", array.concat([sprintf("LogConfig.Type: %s", [driver])], sort([sprintf("%s=%s", [option, value]) | some option, value in options]))))
