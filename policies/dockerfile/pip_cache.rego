# SPDX-License-Identifier: Apache-2.0
# METADATA
# title: "pip keeps its cache"
# description: >-
#   pip puts everything it fetches into a cache that nobody reads in an image.
# related_resources:
#   - https://docs.docker.com/build/building/best-practices/
# custom:
#   id: SW-DF-024
#   aliases:
#     - "DL3042"
#   severity: low
#   message: "pip install without --no-cache-dir"
#   remediation: >-
#     Add --no-cache-dir, set PIP_NO_CACHE_DIR=1, or mount a cache.
#   ja:
#     title: "pip がキャッシュを残す"
#     description: "pip は取得したものをすべてキャッシュに置くが、イメージの中で使われることはない。"
#     message: "pip install に --no-cache-dir がない"
#     remediation: "--no-cache-dir を付けるか、PIP_NO_CACHE_DIR=1 を設定するか、キャッシュをマウントする。"
package seawall.dockerfile.pip_cache

import data.seawall.lib.dockerfile

missing contains reason if some reason in dockerfile.missing

deny contains dockerfile.spot(i.run) if {
	some i in dockerfile.pip_installs
	not dockerfile.has_flag(i.run.command.args, {"--no-cache-dir"})
	not off(i.run)
	not dockerfile.mounted(i.run.item, "/root/.cache/pip")
	not cache_mount(i.run.item)
	dockerfile.in_image(i.run.stage)
}

off(r) if {
	some v in dockerfile.variables
	v.name == "PIP_NO_CACHE_DIR"
	not v.value in {"0", "false", "off", "no", ""}
}

off(r) if {
	some word in r.command.assignments
	startswith(word, "PIP_NO_CACHE_DIR=")
}

cache_mount(item) if {
	some options in dockerfile.mount_options(item)
	options.type == "cache"
	some target in [options.target, options.dst]
	contains(target, "cache")
}

cache_mount(item) if {
	some options in dockerfile.mount_options(item)
	options.type == "cache"
	contains(options.target, "cache")
}
