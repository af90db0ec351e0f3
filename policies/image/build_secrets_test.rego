# SPDX-License-Identifier: Apache-2.0
package seawall.image.build_secrets_test

import data.seawall.image.build_secrets

image(text) := {
	"history_known": true,
	"history": [{"step": 3, "created_by": text, "layer": 0, "empty": false}],
	"secrets": {"configuration": true, "found": []},
}

test_build_argument if {
	count(build_secrets.deny) == 1 with input as image("RUN |2 NPM_TOKEN=*** VERSION=1 /bin/sh -c npm ci # buildkit")
	count(build_secrets.deny) == 1 with input as image("|1 API_KEY=*** /bin/sh -c make")
}

test_other_arguments if {
	count(build_secrets.deny) == 0 with input as image("RUN |1 VERSION=1 /bin/sh -c echo TOKEN=x # buildkit")
	count(build_secrets.deny) == 0 with input as image("RUN /bin/sh -c make # buildkit")
}

test_found_by_the_search if {
	found := {"configuration": true, "found": [
		{"place": "label", "path": "build", "title": "Password in a URL"},
		{"place": "history", "path": "3", "title": "X"},
	]}
	count(build_secrets.deny) == 2 with input as {"secrets": found}
	count(build_secrets.deny) == 2 with input as object.union(image("|1 TOKEN=*** /bin/sh -c make"), {"secrets": found})
}

test_no_history_is_no_pass if {
	build_secrets.not_applicable with input as {"history_known": false, "secrets": {"configuration": true, "found": []}}
}

test_no_search_is_no_pass if {
	count(build_secrets.missing) == 1 with input as {}
	count(build_secrets.missing) == 1 with input as {"secrets": {"configuration": false, "found": []}}
}
