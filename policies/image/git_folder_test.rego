# SPDX-License-Identifier: Apache-2.0
package seawall.image.git_folder_test

import data.seawall.image.git_folder

test_repository if {
	some finding in git_folder.deny with input as {"files": {"known": true, "repositories": [{"path": "app/.git/HEAD", "layer": 4}]}}
	finding.path == "app/.git"
}

test_none if count(git_folder.deny) == 0 with input as {"files": {"known": true, "repositories": []}}

test_unread_layers_are_no_pass if count(git_folder.missing) == 1 with input as {}
