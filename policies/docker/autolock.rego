# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Run managers in auto-lock mode
# description: Without it the key that opens the state of the swarm lies beside it on every manager.
# related_resources:
#   - https://docs.docker.com/engine/swarm/swarm_manager_locking/
# custom:
#   id: SW-DOCKER-7.5
#   aliases: [CIS-DOCKER-7.5]
#   severity: medium
#   kinds: [docker]
#   benchmark:
#     level: 1
#     mode: auto
#     numbers: {"1.8.0": "7.5", "1.7.0": "7.5", "1.6.0": "7.5", "1.3.1": "7.6", "1.2.0": "7.6"}
#   message: Managers are not locked when they start
#   remediation: docker swarm update --autolock=true, and keep the key in a safe place.
#   fix:
#     command: "docker swarm update --autolock=true"
#     risk: After a restart a manager does nothing until somebody enters the key.
#   ja:
#     title: マネージャーを自動ロックで動かす
#     description: >-
#       これがなければ、Swarm の状態を開く鍵が各マネージャーで状態の隣に置かれる。
#     message: "マネージャーが起動時にロックされない"
#     remediation: >-
#       docker swarm update --autolock=true とし、鍵を安全な場所に保管する。
#     risk: >-
#       再起動後、鍵を入力するまでマネージャーは動かない。
package seawall.docker.autolock

import data.seawall.lib.swarm

outside := swarm.outside_manager

missing := swarm.no_spec

locked := object.get(input.engine.swarm.Spec, ["EncryptionConfig", "AutoLockManagers"], false)

deny contains {"subject": "swarm", "evidence": evidence} if locked != true

evidence := sprintf("AutoLockManagers: %v", [locked])

seen contains {"subject": "swarm", "evidence": evidence}
