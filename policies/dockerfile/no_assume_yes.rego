# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A package manager waits for an answer"
# description: >-
#   Without an option that answers yes the build stops, or the installation does not happen.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-017
#   aliases:
#     - "DS021"
#     - "AVD-DS-0021"
#     - "DS-0021"
#     - "DL3014"
#     - "DL3030"
#     - "DL3034"
#     - "DL3038"
#   severity: medium
#   message: "{tool} {verb} without {flag}"
#   remediation: >-
#     Add -y (zypper: -n) to the command.
#   ja:
#     title: "パッケージマネージャーが応答を待つ"
#     description: "yes と答えるオプションがなければ、ビルドが止まるか、導入が行われない。"
#     message: "{tool} {verb} に {flag} がない"
#     remediation: "コマンドに -y（zypper は -n）を付ける。"
package seawall.dockerfile.no_assume_yes

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.spot(r), {"tool": r.command.name, "verb": verb, "flag": "-y"}) if {
	some r in dockerfile.runs_of({"apt-get", "apt", "aptitude"})
	verb := dockerfile.positional(r.command.args, dockerfile.apt_takes)[0]
	verb in {"install", "remove", "purge", "upgrade", "dist-upgrade", "full-upgrade", "reinstall", "build-dep", "autoremove"}
	not answered(r.command.args)
	not quiet_enough(r.command.args)
	not configured(r)
}

deny contains object.union(dockerfile.spot(r), {"tool": r.command.name, "verb": verb, "flag": "-y"}) if {
	some r in dockerfile.runs_of({"yum", "dnf", "dnf5", "microdnf", "tdnf"})
	verb := dockerfile.positional(r.command.args, dockerfile.rpm_takes)[0]
	verb in {"install", "remove", "update", "upgrade", "localinstall", "groupinstall", "reinstall", "erase"}
	not answered(r.command.args)
}

deny contains object.union(dockerfile.spot(r), {"tool": "zypper", "verb": verb, "flag": "-n"}) if {
	some r in dockerfile.runs_of({"zypper"})
	verb := dockerfile.positional(r.command.args, dockerfile.rpm_takes)[0]
	verb in {"install", "in", "remove", "rm", "update", "up", "patch", "dist-upgrade", "dup", "source-install", "si"}
	not answered(r.command.args)
	not dockerfile.has_letter(r.command.args, "n")
	not dockerfile.has_flag(r.command.args, {"--non-interactive", "--no-confirm"})
}

answered(args) if dockerfile.has_letter(args, "y")

answered(args) if dockerfile.has_flag(args, {"--yes", "--assume-yes", "--assumeyes", "--force-yes", "--simulate", "--download-only"})

# apt-get takes two q as yes.
quiet_enough(args) if regex.match("q[a-z]*q|(^| )-q=2|quiet=2", concat(" ", [a |
	some a in args
	regex.match("^-([a-z]*q|-quiet)", a)
]))

configured(r) if regex.match("(?i)apt::get::assume-yes", concat(" ", r.command.args))

configured(r) if {
	some before in dockerfile.all
	before.item.StartLine <= r.item.StartLine
	regex.match("(?i)apt::get::assume-yes", before.item.Original)
}
