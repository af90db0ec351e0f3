# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: Compilers and network tools are in the image
# description: >-
#   An intruder who finds them needs to bring nothing along, and each package brings flaws to be
#   repaired.
# related_resources:
#   - https://docs.docker.com/build/building/multi-stage/
# custom:
#   id: SW-IMG-028
#   aliases: [CIS-DI-0003, CIS-DOCKER-4.3, "4.3"]
#   severity: low
#   message: "Is it needed when the container runs: {names}?"
#   remediation: >-
#     Build in stages and copy only the result into a small image; leave tools to debug
#     containers.
#   ja:
#     title: コンパイラーやネットワークツールが入っている
#     description: >-
#       侵入者は何も持ち込まずに済む。パッケージが増えるほど、修正すべき脆弱性も増える。
#     message: "実行時に必要か確認する: {names}"
#     remediation: >-
#       マルチステージビルドで結果だけを小さなイメージにコピーし、調査用のツールはデバッグ用コンテナーに任せる。
package seawall.image.tools

tools := {
	"autoconf", "automake", "binutils", "build-base", "build-essential", "clang", "cmake", "g++", "gcc", "gcc-c++", "gdb", "golang",
	"make", "netcat", "netcat-openbsd", "netcat-traditional", "nmap", "nmap-ncat", "rustc", "socat", "strace", "tcpdump", "telnet", "wireshark",
}

systems := {"alpm", "apk", "deb", "opkg", "rpm"}

not_applicable := {"msg": "no packages of the system could be read", "ja": "システムのパッケージを読み取れない"} if {
	count(systems & {kind | some kind in input.packages.kinds}) == 0
}

found contains parts[1] if {
	some name in input.packages.names
	parts := split(name, "/")
	parts[0] in systems
	parts[1] in tools
}

manual contains {"names": names, "subject": "packages"} if {
	names := sort([name | some name in found])
	count(names) > 0
}
