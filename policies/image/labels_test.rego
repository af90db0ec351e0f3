# SPDX-License-Identifier: Apache-2.0
package seawall.image.labels_test

import data.seawall.image.labels

image(names) := {"config_known": true, "labels": [{"name": name, "length": 3} | some name in names]}

test_none_at_all if {
	some finding in labels.deny with input as image([])
	count(finding.names) == 3
}

test_some if {
	some finding in labels.deny with input as image(["org.opencontainers.image.source", "version"])
	finding.names == ["org.opencontainers.image.revision"]
}

test_an_empty_one_is_none if {
	some finding in labels.deny with input as {"config_known": true, "labels": [{"name": "version", "length": 0}]}
	count(finding.names) == 3
}

test_all if {
	count(labels.deny) == 0 with input as image([
		"org.opencontainers.image.source",
		"org.opencontainers.image.version",
		"org.opencontainers.image.revision",
	])
}

test_no_configuration_is_no_pass if count(labels.missing) == 1 with input as {}
