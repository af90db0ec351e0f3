# SPDX-License-Identifier: Apache-2.0
package seawall.image.latest_tag_test

import data.seawall.image.latest_tag

registry(repository, tag, target) := {"transport": "docker", "repository": repository, "tag": tag, "target": target}

test_latest if {
	count(latest_tag.deny) == 1 with input as registry("library/debian", "latest", "docker://docker.io/library/debian:latest")
	count(latest_tag.deny) == 1 with input as registry("app", "", "docker://localhost:5000/app")
	count(latest_tag.deny) == 1 with input as {"transport": "docker-archive", "repo_tags": ["app:latest"], "target": "docker-archive:x"}
}

test_a_version if {
	count(latest_tag.deny) == 0 with input as registry("library/debian", "12", "docker://docker.io/library/debian:12")
	count(latest_tag.deny) == 0 with input as {"transport": "docker-archive", "repo_tags": ["app:latest", "app:1.2"], "target": "x"}
}

test_a_digest if {
	count(latest_tag.deny) == 0 with input as registry("app", "latest", "docker://example.org/app:latest@sha256:00")
}

test_a_folder_has_no_name if {
	latest_tag.not_applicable with input as {"transport": "oci", "repository": "", "repo_tags": [], "target": "oci:x"}
}

test_no_facts_are_no_pass if count(latest_tag.missing) == 1 with input as {}
