# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: A Git repository is in the image
# description: >-
#   Its history holds every file that was ever committed, credentials and unreleased code
#   included, and its settings may hold tokens.
# related_resources:
#   - https://docs.docker.com/build/building/context/#dockerignore-files
# custom:
#   id: SW-IMG-023
#   aliases: [DKL-LI-0003]
#   severity: medium
#   message: "{path} is a Git repository"
#   remediation: List .git in .dockerignore, or copy only what the image needs.
#   ja:
#     title: Git リポジトリーが入っている
#     description: >-
#       履歴には、認証情報や未公開のコードを含め、過去にコミットしたすべてのファイルが残る。設定にトークンがあることもある。
#     message: "{path} は Git リポジトリーである"
#     remediation: >-
#       .dockerignore に .git を書くか、必要なファイルだけをコピーする。
package seawall.image.git_folder

import data.seawall.lib.image

missing contains image.files_unknown if not image.files_known

deny contains {"path": path, "file": path, "layer": head.layer, "subject": path} if {
	some head in input.files.repositories
	path := trim_suffix(head.path, "/HEAD")
}
