# SPDX-License-Identifier: Apache-2.0
package seawall.image.shared_ids_test

import data.seawall.image.shared_ids

image(passwd, shadow) := {"accounts": {"known": true, "passwd": passwd, "shadow": shadow}}

user(name, uid, password) := {"name": name, "uid": uid, "gid": uid, "shell": "/bin/sh", "password": password}

test_shared if {
	some finding in shared_ids.deny with input as image([user("root", 0, "shadow"), user("toor", 0, "shadow"), user("app", 1, "shadow")], null)
	finding.names == ["root", "toor"]
}

test_each_its_own if count(shared_ids.deny) == 0 with input as image([user("root", 0, "shadow"), user("app", 1, "shadow")], null)

test_no_accounts if shared_ids.not_applicable with input as {"accounts": {"known": true, "passwd": null}}

test_unread_layers_are_no_pass if count(shared_ids.missing) == 1 with input as {}
