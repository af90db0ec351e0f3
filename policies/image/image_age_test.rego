# SPDX-License-Identifier: Apache-2.0
package seawall.image.image_age_test

import data.seawall.image.image_age

# 2026-11-22
clock := {"now_ns": 1795305600000000000}

image(created) := {"created": created}

test_old if {
	some finding in image_age.deny with input as image("2026-05-01T00:00:00Z") with data.settings as clock
	finding.days == 205
}

test_new if {
	count(image_age.deny) == 0 with input as image("2026-11-01T00:00:00.123456789Z") with data.settings as clock
	count(image_age.deny) == 0 with input as image("2027-11-01T00:00:00Z") with data.settings as clock
}

test_no_date if {
	every created in ["", "1970-01-01T00:00:00Z", "1980-01-01T00:00:01Z", "yesterday"] {
		image_age.not_applicable with input as image(created) with data.settings as clock
		count(image_age.deny) == 0 with input as image(created) with data.settings as clock
	}
	image_age.not_applicable with input as {} with data.settings as clock
}

test_no_clock if image_age.not_applicable with input as image("2020-01-01T00:00:00Z") with data.settings as {}
