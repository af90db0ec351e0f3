# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "A file with secrets is copied into the image"
# description: >-
#   Key files and files of passwords stay in the layer, also when a later RUN removes them.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-062
#   aliases:
#     - "CIS-DI-0010"
#     - "CIS-DOCKER-4.10"
#     - "4.10"
#   severity: high
#   message: "{source} holds secrets by its name"
#   remediation: >-
#     Take it out; mount it with RUN --mount=type=secret where a step needs it.
#   ja:
#     title: "秘密のファイルをイメージに写している"
#     description: "鍵やパスワードのファイルは、後の RUN で消してもレイヤーに残る。"
#     message: "{source} は名前からして秘密を含む"
#     remediation: "取り除き、必要な手順では RUN --mount=type=secret でマウントする。"
package seawall.dockerfile.secret_file

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains object.union(dockerfile.place(x), {"source": source}) if {
	some x in dockerfile.all
	x.item.Cmd in {"copy", "add"}
	not dockerfile.has_flag(x.item.Flags, {"--from"})
	some source in array.slice(x.item.Value, 0, count(x.item.Value) - 1)
	regex.match("(^|/)(id_(rsa|dsa|ecdsa|ed25519)|\\.env(\\.(prod|production|local|dev|development|staging))?|\\.npmrc|\\.pypirc|\\.netrc|\\.pgpass|\\.git-credentials|\\.dockercfg|\\.docker/config\\.json|\\.aws(/credentials)?|\\.ssh|\\.kube(/config)?|kubeconfig|credentials\\.json|service[-_]account.*\\.json|[^/]*\\.(p12|pfx|jks|keystore|kdbx)|[^/]*(private|server|tls|ssl)[^/]*\\.key|terraform\\.tfstate)/?$", source)
}
