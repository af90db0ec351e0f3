# SPDX-License-Identifier: Apache-2.0
package seawall.run.run_test

import data.seawall.run.kept_logs
import data.seawall.run.plain_logs
import data.seawall.run.plain_secret

document(logging, texts) := {
	"origin": "compose",
	"name": "web",
	"state": "planned",
	"place": {"file": "compose.yaml", "line": 2},
	"not_read": [],
	"inspect": {"HostConfig": {"LogConfig": logging}},
	"texts": texts,
}

text(where, name, holds, secrets) := {"where": where, "name": name, "holds": holds, "secrets": secrets, "file": "compose.yaml", "line": 7}

pat := {"kind": "github-pat", "title": "GitHub personal access token", "title_ja": "GitHub のトークン", "shown": "ghp_"}

found(logging) := {finding.evidence | some finding in plain_logs.deny with input as document(logging, [])}

test_secret_by_value if {
	found := plain_secret.deny with input as document(null, [text("label", "a", true, [pat])])
	count(found) == 1
	some finding in found
	finding.what == "GitHub personal access token"
	finding.shown == " (ghp_***)"
	finding.line == 7
}

test_secret_by_name if {
	found := plain_secret.deny with input as document(null, [
		text("environment", "DB_PASSWORD", true, []),
		text("environment", "EMPTY_PASSWORD", false, []),
		text("environment", "DB_PASSWORD_FILE", true, []),
		text("environment", "NAME", true, []),
		text("command", "password", true, []),
	])
	{finding.name | some finding in found} == {"DB_PASSWORD"}
}

test_secret_of_a_command_is_told_once if {
	found := plain_secret.deny with input as document(null, [
		text("command", "command", true, [pat]),
		text("argument", "token", true, []),
	])
	count(found) == 1
}

test_texts_that_were_not_searched_are_missing if {
	found := plain_secret.missing with input as object.union(document(null, []), {"not_read": [{"what": "texts", "reason": "too many texts", "remedy": "x"}]})
	count(found) == 1
}

test_logs_are_kept if {
	count(kept_logs.deny) == 1 with input as document({"Type": "none", "Config": {}}, [])
	count(kept_logs.deny) == 0 with input as document({"Type": "local", "Config": {}}, [])
	count(kept_logs.deny) == 0 with input as document(null, [])
}

test_plain_transport if {
	found({"Type": "syslog", "Config": {"syslog-address": "tcp://logs.example.com:514"}}) == {"syslog-address=tcp://logs.example.com:514"}
	found({"Type": "syslog", "Config": {"syslog-address": "udp://10.0.0.1:514"}}) == {"syslog-address=udp://10.0.0.1:514"}
	found({"Type": "gelf", "Config": {"gelf-address": "udp://logs.example.com:12201"}}) == {"gelf-address=udp://logs.example.com:12201"}
	found({"Type": "fluentd", "Config": {"fluentd-address": "logs.example.com:24224"}}) == {"fluentd-address=logs.example.com:24224"}
	found({"Type": "splunk", "Config": {"splunk-url": "http://logs.example.com"}}) == {"splunk-url=http://logs.example.com"}
}

test_encrypted_or_local_transport if {
	found({"Type": "syslog", "Config": {"syslog-address": "tcp+tls://logs.example.com:6514"}}) == set()
	found({"Type": "syslog", "Config": {"syslog-address": "unixgram:///dev/log"}}) == set()
	found({"Type": "syslog", "Config": {"syslog-address": "udp://127.0.0.1:514"}}) == set()
	found({"Type": "gelf", "Config": {"gelf-address": "udp://[::1]:12201"}}) == set()
	found({"Type": "fluentd", "Config": {"fluentd-address": "localhost:24224"}}) == set()
	found({"Type": "fluentd", "Config": {"fluentd-address": "tls://logs.example.com:24224"}}) == set()
	found({"Type": "splunk", "Config": {"splunk-url": "https://logs.example.com"}}) == set()
	found({"Type": "json-file", "Config": {}}) == set()
	found(null) == set()
}

test_certificates_are_checked if {
	found({"Type": "syslog", "Config": {"syslog-address": "tcp+tls://a:1", "syslog-tls-skip-verify": "true"}}) == {"syslog-tls-skip-verify=true"}
	found({"Type": "splunk", "Config": {"splunk-url": "https://a", "splunk-insecureskipverify": "false"}}) == set()
}
