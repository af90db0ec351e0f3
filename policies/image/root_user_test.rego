# SPDX-License-Identifier: Apache-2.0
package seawall.image.root_user_test

import data.seawall.image.root_user

test_no_user_is_root if count(root_user.deny) == 1 with input as {"user": ""}

test_all_names_of_root if {
	every user in ["root", "ROOT", "0", "root:root", "0:0", "00", " root ", "root:app", ":1000"] {
		count(root_user.deny) == 1 with input as {"user": user}
	}
}

test_others_are_not_root if {
	every user in ["app", "1000", "1000:0", "rootless", "10", "nobody:root"] {
		count(root_user.deny) == 0 with input as {"user": user}
	}
}

test_a_missing_user_is_no_pass if {
	count(root_user.missing) == 1 with input as {}
	count(root_user.missing) == 1 with input as {"user": null}
}
