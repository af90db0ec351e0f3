# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: ADD brought a remote file into the image
# description: >-
#   What ADD fetches from a URL is not compared with anything: another file at the same address,
#   or somebody on the way, gets into the image without a trace.
# related_resources:
#   - https://docs.docker.com/reference/dockerfile/#add
# custom:
#   id: SW-IMG-003
#   aliases: [CIS-DI-0009, AVD-DS-0005, DS-0005, DS005, DL3020, CIS-DOCKER-4.9, "4.9"]
#   severity: medium
#   message: "ADD in build step {step} fetches {url}"
#   remediation: >-
#     Fetch the file in a RUN instruction and compare its digest, or use ADD
#     --checksum=sha256:...; copy local files with COPY.
#   ja:
#     title: ADD でリモートのファイルを取り込んでいる
#     description: >-
#       ADD が URL から取得した内容は検証されない。同じアドレスの別ファイルや経路上の改ざんが、そのままイメージに入る。
#     message: "ビルド手順 {step} の ADD が {url} を取得している"
#     remediation: >-
#       RUN 命令で取得してダイジェストを照合するか、ADD --checksum=sha256:... を使う。ローカルのファイルは COPY で入れる。
package seawall.image.add_remote

import data.seawall.lib.image

not_applicable := image.no_history if not image.history_known

deny contains finding if {
	some step in image.steps
	not step.run
	regex.match(`(?i)^ADD\s`, step.text)
	not contains(step.text, "--checksum=")
	some url in regex.find_n(`(?i)(https?|ftp|git|ssh)://[^\s"\]]+`, step.text, -1)
	finding := {"step": step.step, "url": url, "subject": "ADD", "layer": step.layer, "evidence": step.text}
}
