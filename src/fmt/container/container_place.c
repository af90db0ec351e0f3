/* SPDX-License-Identifier: Apache-2.0 */
/* Where a finding about a planned container belongs in its file. */
#include "fmt/container/container_plan.h"

#define NONE PLAN_MEMBERS

static const struct {
	const char *control;
	enum plan_member members[4];
} controls[] = {
	{ "allowed_ports", { PLAN_PORTS, PLAN_EXPOSED, NONE } },
	{ "apparmor", { PLAN_SECURITY, PLAN_PRIVILEGED, NONE } },
	{ "apparmor_profile", { PLAN_SECURITY, PLAN_PRIVILEGED, NONE } },
	{ "bound_interface", { PLAN_PORTS, NONE } },
	{ "capabilities", { PLAN_CAP_ADD, NONE } },
	{ "container_cgroup", { PLAN_CGROUP_PARENT, NONE } },
	{ "cpu_limit", { PLAN_CPU_SHARES, PLAN_NANO_CPUS, PLAN_CPU_QUOTA, NONE } },
	{ "default_bridge", { PLAN_NETWORK, NONE } },
	{ "devices", { PLAN_DEVICES, PLAN_DEVICE_REQUESTS, PLAN_DEVICE_RULES, NONE } },
	{ "engine_socket", { PLAN_MOUNTS, NONE } },
	{ "health", { PLAN_HEALTH, NONE } },
	{ "host_ipc", { PLAN_IPC, NONE } },
	{ "host_network", { PLAN_NETWORK, NONE } },
	{ "host_network_ports", { PLAN_PORTS, PLAN_NETWORK, NONE } },
	{ "host_paths", { PLAN_MOUNTS, NONE } },
	{ "host_pid", { PLAN_PID, NONE } },
	{ "host_pid_ipc", { PLAN_PID, PLAN_IPC, NONE } },
	{ "host_userns", { PLAN_USERNS, NONE } },
	{ "host_uts", { PLAN_UTS, NONE } },
	{ "kept_logs", { PLAN_LOGGING, NONE } },
	{ "least_capabilities", { PLAN_CAP_ADD, PLAN_PRIVILEGED, NONE } },
	{ "memory_limit", { PLAN_MEMORY, NONE } },
	{ "mount_propagation", { PLAN_MOUNTS, NONE } },
	{ "needed_ports", { PLAN_PORTS, NONE } },
	{ "no_new_privileges", { PLAN_SECURITY, NONE } },
	{ "own_user", { PLAN_USER, NONE } },
	{ "plain_logs", { PLAN_LOGGING, NONE } },
	{ "pids_limit", { PLAN_PIDS_LIMIT, NONE } },
	{ "privileged", { PLAN_PRIVILEGED, NONE } },
	{ "privileged_container", { PLAN_PRIVILEGED, NONE } },
	{ "privileged_ports", { PLAN_PORTS, NONE } },
	{ "privilege_escalation", { PLAN_SECURITY, NONE } },
	{ "readonly_root", { PLAN_READ_ONLY, NONE } },
	{ "readonly_rootfs", { PLAN_READ_ONLY, NONE } },
	{ "restart_limit", { PLAN_RESTART, NONE } },
	{ "root_user", { PLAN_USER, NONE } },
	{ "seccomp", { PLAN_SECURITY, PLAN_PRIVILEGED, NONE } },
	{ "selinux", { PLAN_SECURITY, NONE } },
	{ "sensitive_mounts", { PLAN_MOUNTS, NONE } },
	{ "service_ports", { PLAN_PORTS, NONE } },
	{ "trusted_registries", { PLAN_IMAGE, NONE } },
	{ "ulimits", { PLAN_ULIMITS, NONE } },
};

static bool mentions(str text, str what) { return what.n > 0 && str_find(text, what) >= 0; }

/* The element that a finding speaks of; none: the first. */
static struct plan_place element(const struct container_plan *plan, enum plan_member member,
				 str said)
{
	const struct plan_fact *fact = &plan->facts[member];

	/* Those with a port of the host first: it tells them apart. */
	for (size_t i = 0; member == PLAN_PORTS && plan->port_n > 0 && i < 2 * plan->port_n; i++) {
		const struct plan_port *port = &plan->ports[i % plan->port_n];
		bool chosen = port->host.n > 0;

		if (chosen == (i < plan->port_n) && mentions(said, port->port) &&
		    (!chosen || mentions(said, port->host)) &&
		    (port->ip.n == 0 || mentions(said, port->ip)))
			return port->place;
	}
	for (size_t i = 0; member == PLAN_MOUNTS && i < plan->mount_n; i++) {
		const struct plan_mount *mount = &plan->mounts[i];

		if (mentions(said, mount->destination) &&
		    (mount->host_path.n == 0 || mentions(said, mount->host_path)))
			return mount->place;
	}
	for (size_t i = 0; i < fact->n; i++) {
		if (mentions(said, fact->items[i]))
			return fact->places[i];
	}
	return fact->place;
}

struct plan_place container_plan_place(const struct container_plan *plan, str control, str said)
{
	for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
		if (!str_eq(str_c(controls[i].control), control))
			continue;
		for (size_t k = 0; controls[i].members[k] != NONE; k++) {
			const struct plan_fact *fact = &plan->facts[controls[i].members[k]];

			if (fact->set && fact->place.line > 0)
				return element(plan, controls[i].members[k], said);
		}
	}
	return plan->place;
}
