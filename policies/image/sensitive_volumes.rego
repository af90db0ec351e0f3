# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: A folder of the system is declared as a volume
# description: >-
#   Whatever is mounted there replaces programs or settings of the image, and often it is the same
#   folder of the host.
# custom:
#   id: SW-IMG-018
#   aliases: [DKL-DI-0002, CIS-DOCKER-5.5]
#   severity: medium
#   message: "The volume {volume} is a folder of the system"
#   remediation: Declare a folder of the application (/data) instead.
#   ja:
#     title: システムのフォルダーをボリュームに宣言している
#     description: >-
#       そこにマウントされたものは、イメージのプログラムや設定を置き換える。ホストの同じフォルダーであることも多い。
#     message: "ボリューム {volume} はシステムのフォルダーである"
#     remediation: 代わりにアプリケーションのフォルダー（/data など）を宣言する。
package seawall.image.sensitive_volumes

missing contains "the configuration of the image is not known" if not known

known if input.config_known

folders := {"bin", "boot", "dev", "etc", "lib", "lib64", "proc", "root", "sbin", "sys", "usr", "usr/bin", "usr/lib", "usr/sbin", "var", "var/lib"}

deny contains {"volume": volume, "subject": sprintf("VOLUME %s", [volume])} if {
	some volume in input.volumes
	path := trim(volume, "/")
	is_sensitive(path)
}

is_sensitive(path) if path == ""

is_sensitive(path) if path in folders

is_sensitive(path) if regex.match(`^(etc|proc|sys|dev|boot)/`, path)
