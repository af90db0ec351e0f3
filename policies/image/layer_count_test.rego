# SPDX-License-Identifier: Apache-2.0
package seawall.image.layer_count_test

import data.seawall.image.layer_count

test_many if {
	some finding in layer_count.deny with input as {"layers": [{"size": n} | some n in numbers.range(1, 61)]}
	finding.count == 61
}

test_few if count(layer_count.deny) == 0 with input as {"layers": [{"size": n} | some n in numbers.range(1, 60)]}

test_no_facts_are_no_pass if count(layer_count.missing) == 1 with input as {}
