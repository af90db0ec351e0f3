# SPDX-License-Identifier: Apache-2.0
package seawall.image.package_caches_test

import data.seawall.image.package_caches

image(caches) := {"files": {"known": true, "caches": caches}}

apt(name, bytes) := {"manager": "apt", "path": concat("/", ["var/lib/apt/lists", name]), "files": 1, "bytes": bytes, "layer": 2}

test_summed_by_manager if {
	pip := {"manager": "pip", "path": "root/.cache/pip/http", "files": 7, "bytes": 700, "layer": 3}
	found := package_caches.deny with input as image([apt("a", 3000000), apt("b", 1000000), pip])
	count(found) == 2
	some lists in found
	lists.manager == "apt"
	lists.size == "4 MiB"
	lists.files == 2
	some other in found
	other.size == "1 KiB"
}

test_none if count(package_caches.deny) == 0 with input as image([])

test_unread_layers_are_no_pass if count(package_caches.missing) == 1 with input as {}
