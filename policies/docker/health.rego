# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Check health at run time
# description: >-
#   Without a health check nobody notices a program that hangs, and no orchestrator replaces it.
# related_resources:
#   - https://docs.docker.com/reference/dockerfile/#healthcheck
# custom:
#   id: SW-DOCKER-5.27
#   aliases: [CIS-DOCKER-5.27]
#   severity: low
#   kinds: [container]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "5.27", "1.7.0": "5.27", "1.6.0": "5.27", "1.3.1": "5.26", "1.2.0": "5.26"}
#   message: "The health of the container {container} is not checked"
#   remediation: Set --health-cmd, or HEALTHCHECK in the image.
#   ja:
#     title: 実行時に健全性を確認する
#     description: >-
#       ヘルスチェックがなければ、止まったプログラムに誰も気付かず、置き換えられることもない。
#     message: "コンテナー {container} の健全性が確認されていない"
#     remediation: >-
#       --health-cmd、またはイメージの HEALTHCHECK を設定する。
package seawall.docker.health

import data.seawall.lib.container
import data.seawall.lib.docker

outside := container.outside

outside := {"msg": "it does not run", "ja": "動いていない"} if {
	not container.outside
	is_string(input.state)
	not container.running
	not container.offline
}

missing := container.no_inspect | no_state | no_check

no_state contains docker.unread("inspect.State") if {
	container.known
	not container.offline
	not docker.given(["inspect", "State"])
}

no_check contains docker.unread("inspect.Config.Healthcheck") if {
	container.known
	some entry in input.not_read
	entry.what == "inspect.Config.Healthcheck"
}

status := object.get(input, ["inspect", "State", "Health", "Status"], "none")

# Of a file only what it asks for is known.
asked := object.get(input, ["inspect", "Config", "Healthcheck", "Test"], [])

deny contains container.finding({"evidence": sprintf("State.Health.Status: %s", [status])}) if {
	not container.offline
	lower(status) in {"", "none"}
}

deny contains container.finding({"evidence": "NONE"}) if {
	container.offline
	asked[0] == "NONE"
}

manual contains container.finding({
	"msg": sprintf("The container %s defines no health check; its image may", [container.name]),
	"ja": sprintf("コンテナー %s にヘルスチェックの定義がない（イメージにあるかもしれない）", [container.name]),
}) if {
	container.offline
	no_test
}

no_test if is_null(asked)

no_test if count(asked) == 0

seen contains container.seen(sprintf("State.Health.Status: %s", [status]))
