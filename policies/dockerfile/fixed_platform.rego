# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "The platform is fixed in FROM"
# description: >-
#   With a constant platform the image can be built for that one only, and runs slowly or not at
#   all on others.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-053
#   aliases:
#     - "DL3029"
#     - "FromPlatformFlagConstDisallowed"
#   severity: low
#   message: "FROM --platform={platform} is constant"
#   remediation: >-
#     Leave --platform to the command that builds, or use $BUILDPLATFORM or $TARGETPLATFORM.
#   ja:
#     title: "FROM でプラットフォームを固定している"
#     description: "定数で書くと、そのプラットフォーム向けにしかビルドできず、ほかでは遅いか動かない。"
#     message: "FROM --platform={platform} は定数である"
#     remediation: "--platform はビルドするコマンドに任せるか、$BUILDPLATFORM や $TARGETPLATFORM を使う。"
package seawall.dockerfile.fixed_platform

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains {"platform": platform, "line": stage.line, "end_line": stage.end_line} if {
	some stage in dockerfile.stages
	platform := stage.base.platform_flag
	not contains(platform, "$")
}
