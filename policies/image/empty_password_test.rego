# SPDX-License-Identifier: Apache-2.0
package seawall.image.empty_password_test

import data.seawall.image.empty_password

image(passwd, shadow) := {"accounts": {"known": true, "passwd": passwd, "shadow": shadow}}

user(name, uid, password) := {"name": name, "uid": uid, "gid": uid, "shell": "/bin/sh", "password": password}

test_empty_in_shadow if {
	count(empty_password.deny) == 1 with input as image([user("root", 0, "shadow")], [{"name": "root", "password": "empty"}])
}

test_empty_in_passwd if count(empty_password.deny) == 1 with input as image([user("root", 0, "empty")], null)

test_locked if {
	count(empty_password.deny) == 0 with input as image([user("root", 0, "shadow")], [{"name": "root", "password": "locked"}])
	count(empty_password.deny) == 0 with input as image([user("root", 0, "locked")], [{"name": "root", "password": "empty"}])
}

test_no_accounts if empty_password.not_applicable with input as {"accounts": {"known": true, "passwd": null, "shadow": null}}

test_unread_layers_are_no_pass if {
	count(empty_password.missing) == 1 with input as {"accounts": {"known": false, "passwd": null, "shadow": null}}
	count(empty_password.missing) == 1 with input as {}
}
