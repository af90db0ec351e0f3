# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "The whole system is upgraded in the build"
# description: >-
#   An upgrade of everything makes a layer that replaces half the base image and differs from
#   build to build; a newer base image brings the same, tested.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-021
#   aliases:
#     - "DS024"
#     - "AVD-DS-0024"
#     - "DS-0024"
#     - "DL3005"
#     - "DL3035"
#     - "DKL-DI-0003"
#   severity: medium
#   message: "{tool} {verb} upgrades the whole system"
#   remediation: >-
#     Use a newer base image; upgrade single packages where it has to be.
#   ja:
#     title: "ビルド中にシステム全体を更新している"
#     description: "全体の更新はベースイメージの半分を置き換えるレイヤーを作り、ビルドごとに結果が変わる。新しいベースイメージなら試験済みの同じものが得られる。"
#     message: "{tool} {verb} がシステム全体を更新する"
#     remediation: "新しいベースイメージを使う。必要なら個々のパッケージだけを更新する。"
package seawall.dockerfile.dist_upgrade

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

verbs := {"apt-get": {"dist-upgrade"}, "apt": {"full-upgrade", "dist-upgrade"}, "aptitude": {"full-upgrade"}, "zypper": {"dup", "dist-upgrade"}, "do-release-upgrade": {""}}

deny contains object.union(dockerfile.spot(r), {"tool": r.command.name, "verb": verb}) if {
	some r in dockerfile.runs
	some verb in verbs[r.command.name]
	some arg in r.command.args
	arg == verb
}
