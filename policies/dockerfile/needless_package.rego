# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A package that opens a door"
# description: >-
#   Remote shells, old clear-text protocols and tools of attackers have no place in an image.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-060
#   aliases:
#     - "CIS-DOCKER-4.3"
#     - "4.3"
#   severity: medium
#   message: "{name} is installed"
#   remediation: >-
#     Take the package out.
#   ja:
#     title: "扉を開くパッケージが導入される"
#     description: "リモートシェル、平文の古いプロトコル、攻撃者の道具はイメージに要らない。"
#     message: "{name} を導入している"
#     remediation: "パッケージを外す。"
package seawall.dockerfile.needless_package

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

names := {
	"openssh-server",
	"dropbear",
	"telnet",
	"telnetd",
	"inetutils-telnetd",
	"telnet-server",
	"rsh-server",
	"rsh-client",
	"rsh",
	"nmap",
	"netcat",
	"netcat-traditional",
	"netcat-openbsd",
	"nc",
	"nmap-ncat",
	"tcpdump",
	"hydra",
	"john",
	"socat",
	"vsftpd",
	"tftp-server",
	"xinetd",
	"ypserv",
	"tigervnc-server",
	"x11vnc",
}

found contains {"run": i.run, "name": name} if {
	some i in array.concat(dockerfile.apt_installs, array.concat(dockerfile.apk_installs, dockerfile.rpm_installs))
	some p in i.packages
	name := regex.split("[=<>~:@]", p)[0]
	name in names
	dockerfile.in_image(i.run.stage)
}

deny contains object.union(dockerfile.spot(f.run), {"name": f.name}) if some f in found
