# SPDX-License-Identifier: Apache-2.0
package seawall.docker_test.image

import data.seawall.lib.container_fixture as cx
import data.seawall.lib.docker_fixture as fx

rows := {"copy_not_add", "few_packages", "image_healthcheck", "no_secrets", "own_user", "scanned", "setuid_files", "signed_images", "trusted_base", "update_alone", "verified_packages"}

good := {
	"schema_version": 1,
	"kind": "image",
	"target": "web:1",
	"config_known": true,
	"user": "1000:1000",
	"healthcheck": {"test": ["CMD", "true"]},
	"env": [{"name": "PATH", "length": 4, "value": "/bin"}],
	"labels": [],
	"history_known": true,
	"history": [
		{"step": 1, "created_by": "/bin/sh -c #(nop) ADD file:abc in / ", "empty": false, "layer": 0},
		{"step": 2, "created_by": "/bin/sh -c #(nop)  CMD [\"bash\"]", "empty": true},
		{"step": 3, "created_by": "RUN /bin/sh -c apt-get update && apt-get install -y curl=7.88.1 # buildkit", "empty": false, "layer": 1},
	],
	"files": {"known": true, "privileged": []},
	"accounts": {"known": true, "passwd": [{"name": "root", "uid": 0}, {"name": "app", "uid": 1000}, {"name": "toor", "uid": 0}]},
	"packages": {"kinds": ["deb"], "count": 2, "names": ["deb/curl", "deb/libc6"]},
	"secrets": {"configuration": true, "files": true, "found": []},
	"engine": {"id": "sha256:aa", "repo_tags": ["registry.example.com/web:1"], "repo_digests": [], "created": "2026-11-10T00:00:00Z", "size_bytes": 1000, "containers": 1},
	"base": {"name": "docker.io/library/debian:12", "digest": "sha256:dd"},
	"scan": {"scanned_at": "2026-11-15T00:00:00Z", "findings": [{"id": "CVE-2026-0001", "severity": "high", "package": "curl", "fixed": ""}]},
	"signatures": [{"kind": "cosign", "identity": "ci", "valid": true}],
	"host_platform": {"kubelet": null, "root_entries": [], "cloud": null},
}

policy := {
	"now_ns": 1794787200000000000,
	"base_images": ["docker.io/library/debian:*"],
	"denied_packages": ["telnet"],
	"signature_policy": true,
}

v(name, doc) := verdict if verdict := fx.verdict(name, doc) with data.settings as policy

test_a_good_image_passes if {
	every name in rows {
		v(name, good) == "pass"
	}
}

test_no_facts_are_no_pass if {
	every name in rows {
		v(name, {"kind": "image"}) == "error"
	}
}

test_images_of_managed_machines if {
	doc := fx.put(good, ["host_platform", "root_entries"], ["databricks"])
	every name in rows {
		v(name, doc) == "not_applicable"
	}
}

test_user_of_an_image if {
	every user in ["", "root", "0", "0:0", "root:root", "0:1000", "00", "000:5", "toor", " root"] {
		v("own_user", fx.put(good, ["user"], user)) == "fail"
	}
	every user in ["1000", "app", "1000:0", "app:root", "rooted", "10"] {
		v("own_user", fx.put(good, ["user"], user)) == "pass"
	}

	# A name that nobody could look up is believed.
	v("own_user", fx.put(fx.put(good, ["user"], "toor"), ["accounts", "passwd"], null)) == "pass"
	v("own_user", fx.cut(good, ["user"])) == "error"
}

test_user_of_a_running_container if {
	v("own_user", cx.good) == "pass"
	v("own_user", fx.put(cx.good, ["process", "euid"], 0)) == "fail"

	# The kernel decides, whatever the configuration says: user namespaces, programs that change users.
	v("own_user", fx.put(cx.good, ["inspect", "Config", "User"], "")) == "pass"
	v("own_user", fx.put(fx.put(cx.good, ["process", "euid"], 0), ["inspect", "Config", "User"], "1000")) == "fail"
	v("own_user", fx.cut(cx.good, ["process"])) == "error"
}

asked(user) := fx.put(cx.created, ["inspect", "Config", "User"], user)

test_user_of_a_stopped_container if {
	every user in ["", "0", "root:root", "0:1000"] {
		v("own_user", asked(user)) == "fail"
	}
	v("own_user", asked("1000")) == "pass"
	v("own_user", asked("root2")) == "pass"
	v("own_user", fx.put(asked("toor"), ["image_facts", "root_names"], ["root", "toor"])) == "fail"
	v("own_user", fx.cut(cx.created, ["inspect", "Config", "User"])) == "error"
	v("own_user", fx.cut(cx.created, ["state"])) == "error"
}

nameless(user) := fx.cut(asked(user), ["image_facts", "root_names"])

test_user_of_a_stopped_container_of_an_image_that_was_not_read if {
	every user in ["app", "toor", "app:1000", "0x10"] {
		v("own_user", nameless(user)) == "error"
		v("own_user", fx.cut(asked(user), ["image_facts"])) == "error"
	}
	every user in ["1000", "1000:1000", " 1000", "+7"] {
		v("own_user", nameless(user)) == "pass"
	}
	every user in ["", "root", "0", "root:app"] {
		v("own_user", nameless(user)) == "fail"
	}
	v("own_user", fx.put(asked("app"), ["image_facts", "root_names"], [])) == "pass"
	v("own_user", fx.cut(fx.put(cx.good, ["inspect", "Config", "User"], "app"), ["image_facts"])) == "pass"
	v("own_user", fx.put(cx.offline, ["inspect", "Config", "User"], "app")) == "pass"
}

test_user_of_a_file if {
	v("own_user", cx.offline) == "pass"
	v("own_user", fx.put(cx.offline, ["inspect", "Config", "User"], "0")) == "fail"
	v("own_user", fx.put(cx.offline, ["inspect", "Config", "User"], "")) == "manual"
}

test_trusted_base if {
	fx.verdict("trusted_base", good) == "manual"
	fx.verdict("trusted_base", good) == "pass" with data.settings as {"base_images": ["docker.io/library/debian:12"]}
	fx.verdict("trusted_base", good) == "pass" with data.settings as {"base_images": ["registry.example.com/*"]}
	fx.verdict("trusted_base", good) == "manual" with data.settings as {"base_images": ["docker.io/library/alpine*"]}
	v("trusted_base", fx.put(fx.put(good, ["base"], {"name": "", "digest": ""}), ["engine", "repo_tags"], [])) == "manual"
}

test_packages if {
	v("few_packages", fx.put(good, ["packages", "names", "-"], "deb/telnet")) == "manual"
	v("few_packages", fx.put(good, ["packages", "names", "-"], "npm/telnet")) == "pass"
	fx.verdict("few_packages", good) == "manual"
	v("few_packages", fx.put(good, ["packages", "kinds"], ["npm"])) == "not_applicable"
	v("few_packages", fx.cut(good, ["packages"])) == "error"
}

finding(severity, fixed) := fx.put(good, ["scan", "findings"], [{"id": "CVE-1", "severity": severity, "package": "x", "fixed": fixed}])

test_scanned if {
	v("scanned", fx.put(good, ["scan"], null)) == "fail"
	v("scanned", fx.put(good, ["scan", "scanned_at"], "2026-11-08T00:00:00Z")) == "fail"
	v("scanned", fx.put(good, ["scan", "not_scannable"], "no packages")) == "not_applicable"
	v("scanned", finding("high", "1.2")) == "fail"
	v("scanned", finding("critical", "1.2")) == "fail"
	v("scanned", finding("medium", "1.2")) == "pass"
	v("scanned", finding("critical", "")) == "pass"
	fx.verdict("scanned", finding("medium", "1.2")) == "fail" with data.settings as object.union(policy, {"scan_severity": "medium"})
	fx.verdict("scanned", fx.put(good, ["scan", "scanned_at"], "2026-11-01T00:00:00Z")) == "pass" with data.settings as object.union(policy, {"scan_max_age_days": 30})
	fx.verdict("scanned", good) == "error" with data.settings as {}
	v("scanned", fx.cut(good, ["scan"])) == "error"
}

test_healthcheck if {
	v("image_healthcheck", fx.put(good, ["healthcheck"], null)) == "fail"
	v("image_healthcheck", fx.put(good, ["healthcheck"], {"test": ["NONE"]})) == "fail"
	v("image_healthcheck", fx.put(good, ["config_known"], false)) == "error"
}

built(command) := fx.put(good, ["history", "-"], {"step": 4, "created_by": command, "empty": false, "layer": 2})

run(command) := built(sprintf("RUN /bin/sh -c %s # buildkit", [command]))

test_update_alone if {
	every command in ["apt-get update", "apt update -q", "apk update", "yum update", "dnf -y makecache", "apt-get -qq update; rm -f x"] {
		v("update_alone", run(command)) == "manual"
	}
	every command in ["apt-get update && apt-get install -y x", "apk update && apk add x", "yum -y update && yum install -y x", "yum update openssl", "echo update"] {
		v("update_alone", run(command)) == "pass"
	}
}

test_history_is_needed if {
	every name in {"copy_not_add", "update_alone", "verified_packages"} {
		v(name, fx.put(fx.put(good, ["history_known"], false), ["history"], [])) == "manual"
		v(name, fx.cut(good, ["history_known"])) == "error"
	}
}

test_setuid_files if {
	file := {"path": "usr/bin/su", "mode": "4755", "setuid": true, "setgid": false, "capabilities": false, "uid": 0, "gid": 0, "owned": true, "layer": 0}
	doc := fx.put(good, ["files", "privileged"], [file])
	v("setuid_files", doc) == "fail"
	fx.verdict("setuid_files", doc) == "pass" with data.settings as {"setuid_files": ["/usr/bin/su"]}
	v("setuid_files", fx.put(good, ["files", "privileged"], [object.union(file, {"setuid": false, "setgid": true})])) == "fail"
	v("setuid_files", fx.put(good, ["files", "privileged"], [object.union(file, {"setuid": false, "capabilities": true})])) == "pass"
	v("setuid_files", fx.put(good, ["files", "known"], false)) == "error"
}

test_add if {
	v("copy_not_add", built("ADD app.tar /srv # buildkit")) == "manual"
	v("copy_not_add", built("/bin/sh -c #(nop) ADD file:1 in /srv ")) == "manual"
	v("copy_not_add", built("/bin/sh -c #(nop) ADD file:1 in / ")) == "manual"
	v("copy_not_add", built("COPY app /srv # buildkit")) == "pass"
	v("copy_not_add", fx.put(good, ["history", 0, "created_by"], "ADD rootfs.tar.xz / # buildkit")) == "pass"
	v("copy_not_add", fx.put(good, ["history", 0, "created_by"], "ADD app.tar /srv # buildkit")) == "manual"
}

test_secrets if {
	secret := {"kind": "token", "title": "a token", "place": "history", "path": "3"}
	v("no_secrets", fx.put(good, ["secrets", "found"], [secret])) == "fail"
	v("no_secrets", fx.put(good, ["env", "-"], {"name": "DB_PASSWORD", "length": 8})) == "fail"
	v("no_secrets", fx.put(good, ["secrets", "configuration"], false)) == "error"
}

test_verified_packages if {
	every command in [
		"apt-get install --allow-unauthenticated x",
		"apk add --allow-untrusted x.apk",
		"yum install --nogpgcheck x",
		"zypper --no-gpg-checks install x",
		"curl https://example.com/x | sh",
		"echo 'deb [trusted=yes] http://example.com x' > /etc/apt/sources.list.d/x.list",
		"sed -i s/gpgcheck=1/gpgcheck=0/ /etc/yum.conf",
	] {
		v("verified_packages", run(command)) == "manual"
	}
	v("verified_packages", run("apt-get install -y x")) == "pass"
	v("verified_packages", object.union(good, {"package_sources": [{"path": "etc/yum.repos.d/x.repo", "text": "gpgcheck = 0"}]})) == "manual"
	v("verified_packages", object.union(good, {"package_sources": [{"path": "etc/yum.repos.d/x.repo", "text": "gpgcheck = 1"}]})) == "pass"
	v("verified_packages", object.union(good, {"package_sources": [], "package_sources_dropped": 3})) == "error"
	v("verified_packages", object.union(run("apk add --allow-untrusted x"), {"package_sources": [], "package_sources_dropped": 3})) == "manual"
	unread := {"not_read": [{"what": "package_sources", "reason": "r", "remedy": "m"}]}
	v("verified_packages", object.union(good, unread)) == "error"
	v("verified_packages", object.union(run("apk add --allow-untrusted x"), unread)) == "manual"
	two := [{"path": "a.repo", "section": s, "text": "gpgcheck=0"} | some s in ["a", "b"]]
	v("verified_packages", object.union(good, {"package_sources": two})) == "manual"
	off := [{"path": "a.repo", "section": "a", "text": "enabled=0"}, {"path": "a.repo", "section": "a", "text": "gpgcheck=0"}]
	v("verified_packages", object.union(good, {"package_sources": off})) == "pass"
}

test_signed_images if {
	fx.verdict("signed_images", good) == "not_applicable"
	v("signed_images", fx.put(good, ["signatures"], [])) == "manual"
	v("signed_images", fx.put(good, ["signatures", 0, "valid"], false)) == "manual"
	v("signed_images", fx.put(good, ["engine", "containers"], 0)) == "not_applicable"
	v("signed_images", fx.cut(good, ["signatures"])) == "error"
}

trust(entries) := fx.verdict("content_trust", object.union(fx.host, {"content_trust": [{"where": "/etc/environment", "user": e[0], "value": e[1]} | some e in entries]}))

test_content_trust if {
	every value in ["1", "true", "TRUE", "t", "yes", "on"] {
		trust([["", value]]) == "pass"
	}
	every value in ["0", "false", "F", ""] {
		trust([["", value]]) == "fail"
	}
	trust([]) == "fail"
	trust([["", "1"], ["", "0"]]) == "fail"
	trust([["", "1"], ["alice", "0"]]) == "fail"
	trust([["root", "1"], ["alice", "1"]]) == "pass"
	trust([["root", "1"]]) == "fail"
	fx.verdict("content_trust", fx.host) == "error"
	fx.verdict("content_trust", fx.empty) == "not_applicable"
	said := {"now_ns": policy.now_ns, "attestations": [{"control": "SW-DOCKER-4.5", "date": "2026-11-01", "by": "ops"}]}
	fx.verdict("content_trust", fx.host) == "pass" with data.settings as said
}
