# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: The image is old
# description: >-
#   What was repaired since it was built is not in it, whether or not a database already knows of
#   the flaws.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often
# custom:
#   id: SW-IMG-019
#   aliases: [CIS-DOCKER-4.4, "4.4"]
#   severity: low
#   message: "The image was made {days} days ago"
#   remediation: Rebuild it from a current base image, regularly and without cache.
#   ja:
#     title: イメージが古い
#     description: >-
#       ビルド後に修正されたものは、脆弱性として登録されているかどうかに関わらず、このイメージには入っていない。
#     message: "イメージは {days} 日前に作られた"
#     remediation: 最新のベースイメージから、定期的に、キャッシュを使わずに再ビルドする。
package seawall.image.image_age

max_days := 180

not_applicable := {"msg": "the time of this run is not given", "ja": "実行日時が与えられていない"} if not has_clock

not_applicable := {"msg": "the image does not say when it was made", "ja": "イメージに作成日時がない"} if {
	has_clock
	not has_date
}

has_clock if data.settings.now_ns

# Reproducible builds write the begin of an epoch: no date.
has_date if made > time.parse_rfc3339_ns("2000-01-01T00:00:00Z")

made := time.parse_rfc3339_ns(input.created) if input.created != ""

deny contains {"days": days, "subject": "created", "evidence": input.created} if {
	has_date
	days := floor((data.settings.now_ns - made) / 86400000000000)
	days > max_days
}
