# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: The image has very many layers
# description: >-
#   Each layer costs a transfer and a mount, what a later one deletes is still pulled, and engines
#   stop at 127.
# related_resources:
#   - https://docs.docker.com/build/building/multi-stage/
# custom:
#   id: SW-IMG-024
#   aliases: []
#   severity: negligible
#   message: "The image has {count} layers"
#   remediation: >-
#     Join RUN instructions that belong together, build in stages and copy only the result.
#   ja:
#     title: レイヤーが非常に多い
#     description: >-
#       レイヤーごとに転送とマウントが必要になる。後で消したファイルも取得され、エンジンの上限は 127 である。
#     message: "レイヤーが {count} 個ある"
#     remediation: 関連する RUN 命令をまとめ、マルチステージビルドで結果だけをコピーする。
package seawall.image.layer_count

most := 60

missing contains "the layers of the image are not known" if not known

known if is_array(input.layers)

deny contains {"count": count(input.layers), "subject": "layers"} if count(input.layers) > most
