# SPDX-License-Identifier: Apache-2.0
package seawall.docker_test.exec

import data.seawall.lib.docker_fixture as fx

with_records(records) := object.union(fx.host, {"exec": {"from": "2026-09-01T00:00:00Z", "to": "2026-11-20T10:00:00Z", "sources": ["audit log"], "records": records}})

record(rest) := object.union({"time": "2026-11-10T00:00:00Z", "container": "web", "container_user": "1000", "privileged": false, "user": "", "source": "audit log"}, rest)

privileged(records) := fx.verdict("privileged_exec", with_records(records))

root(records) := fx.verdict("root_exec", with_records(records))

test_privileged_exec if {
	privileged([]) == "pass"
	privileged([record({})]) == "pass"
	privileged([record({"privileged": true})]) == "fail"
	privileged([record({"privileged": true, "time": "2026-10-01T00:00:00Z"})]) == "pass"
	privileged([object.remove(record({}), ["privileged"])]) == "manual"
}

test_root_exec if {
	root([record({})]) == "pass"
	every user in ["root", "0", "0:0", "root:root", "00", "0:1000"] {
		root([record({"user": user})]) == "manual"
	}
	every user in ["1000", "app", "1000:0", "rooted"] {
		root([record({"user": user})]) == "pass"
	}

	# Who asks for nobody gets the user of the container.
	root([record({"container_user": ""})]) == "manual"
	root([record({"container_user": "0:0"})]) == "manual"
	root([object.remove(record({}), ["user"])]) == "manual"
	root([object.remove(record({}), ["container_user"])]) == "manual"
	root([record({"user": "root", "time": "2026-10-01T00:00:00Z"})]) == "pass"
}

test_the_window if {
	later := with_records([record({"privileged": true, "time": "2026-10-01T00:00:00Z", "user": "root"})])
	fx.verdict("privileged_exec", later) == "fail" with data.settings as {"exec_window_days": 60}
	fx.verdict("root_exec", later) == "manual" with data.settings as {"exec_window_days": 60}
	young := fx.put(with_records([]), ["exec", "from"], "2026-11-19T00:00:00Z")
	fx.verdict("privileged_exec", young) == "manual"
	fx.verdict("root_exec", young) == "manual"
	fx.verdict("privileged_exec", young) == "pass" with data.settings as {"exec_window_days": 1}
}

test_no_records if {
	every name in {"privileged_exec", "root_exec"} {
		fx.verdict(name, object.union(fx.host, {"exec": null})) == "not_applicable"
		fx.verdict(name, fx.host) == "error"
		fx.verdict(name, {}) == "error"
		fx.verdict(name, fx.empty) == "not_applicable"
		fx.verdict(name, fx.managed) == "not_applicable"
	}
}

swarm(state) := fx.put(fx.host, ["engine", "info", "Swarm", "LocalNodeState"], state)

test_swarm_mode if {
	every state in ["active", "pending", "locked", "error"] {
		fx.verdict("swarm_off", swarm(state)) == "fail"
		fx.verdict("swarm_off", swarm(state)) == "pass" with data.settings as {"swarm_expected": true}
	}
	fx.verdict("swarm_off", swarm("inactive")) == "pass"
	fx.verdict("swarm_off", fx.cut(fx.host, ["engine", "info"])) == "error"
	fx.verdict("swarm_off", fx.stopped) == "not_applicable"
}
