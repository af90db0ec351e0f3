/* SPDX-License-Identifier: Apache-2.0 */
/* Ports, mounts and `deploy` of a service. */
#include "base/path.h"
#include "fmt/container/compose_internal.h"
#include "fmt/container/container_value.h"

/* ---- ports ---- */

static void port(struct reader *r, struct container_plan *plan, const struct node *v)
{
	const char *why = "port";
	bool good;

	if (v->type == JSON_OBJECT)
		good = value_port_parts(plan, node_text(node_get(v, "host_ip")),
					node_text(node_get(v, "published")),
					node_text(node_get(v, "target")),
					node_text(node_get(v, "protocol")), node_place(r, v), &why);
	else
		good = node_is_scalar(v) && value_port(plan, v->text, node_place(r, v), &why);
	if (good)
		return;
	compose_wrong(r, plan, PLAN_PORTS, v, "port");
	plan_unknown(plan, PLAN_EXPOSED, str_c(why), node_place(r, v));
}

void compose_ports(struct reader *r, struct container_plan *plan, const struct node *service)
{
	const struct node *ports = node_get(service, "ports"),
			  *expose = node_get(service, "expose");
	str why = node_unknown(ports);

	if (why.n > 0) {
		plan_unknown(plan, PLAN_PORTS, why, node_place(r, ports));
		plan_unknown(plan, PLAN_EXPOSED, why, node_place(r, ports));
	} else if (ports && ports->type != JSON_ARRAY) {
		compose_wrong(r, plan, PLAN_PORTS, ports, "list");
	} else {
		NODE_EACH (ports, m)
			port(r, plan, m->value);
	}
	why = node_unknown(expose);
	if (why.n > 0)
		plan_unknown(plan, PLAN_EXPOSED, why, node_place(r, expose));
	NODE_EACH (expose, m) {
		if (why.n == 0 && !value_expose(plan, node_text(m->value), node_place(r, m->value)))
			compose_wrong(r, plan, PLAN_EXPOSED, m->value, "port");
	}
}

/* ---- mounts ---- */

static str folder_of(const struct reader *r, const struct node *node)
{
	return r->sources[node->source].folder;
}

static bool is_true(const struct node *node)
{
	bool on = false;

	return value_bool(node_text(node), &on) && on;
}

/* A path of the host that only the host can complete. */
static bool is_home(str path) { return str_starts(path, STR("~")); }

/* What a named volume is: one that the engine makes, a folder of the host, or not known. */
static void resolve_volume(struct reader *r, struct container_plan *plan, struct plan_mount *mount,
			   const struct node *at)
{
	const struct node *volume = node_find(node_get(r->project, "volumes"), mount->name);
	const struct node *options = node_get(volume, "driver_opts");
	str o = node_text(node_get(options, "o")), word;
	str driver = node_text(node_get(volume, "driver"));
	str device = node_text(node_get(options, "device"));
	str why = node_unknown(options);

	if (node_get(volume, "external") &&
	    !str_ieq(node_text(node_get(volume, "external")), STR("false")))
		why = str_fmt(r->arena, "the volume %.*s is made elsewhere", STR_ARG(mount->name));
	if (why.n > 0) {
		plan_unknown(plan, PLAN_MOUNTS, why, node_place(r, at));
		return;
	}
	if (driver.n > 0 && !str_eq(driver, STR("local")))
		return;
	while (str_split(&o, ',', &word)) {
		if (str_eq(word, STR("bind")) || str_eq(word, STR("rbind")))
			mount->host_path = value_path(r->arena, folder_of(r, options), device);
	}
}

static void add(struct reader *r, struct container_plan *plan, struct plan_mount *mount,
		const struct node *at)
{
	if (is_home(mount->source)) {
		plan_unknown(plan, PLAN_MOUNTS,
			     str_fmt(r->arena, "%.*s: whose home folder is not known",
				     STR_ARG(str_take(mount->source, 200))),
			     node_place(r, at));
		return;
	}
	if (mount->name.n > 0)
		resolve_volume(r, plan, mount, at);
	plan_add_mount(plan, *mount, node_place(r, at));
}

static bool long_volume(struct reader *r, struct plan_mount *mount, const struct node *v)
{
	str type = node_text(node_get(v, "type")), source = node_text(node_get(v, "source"));
	str propagation = node_text(node_get(node_get(v, "bind"), "propagation"));

	*mount = (struct plan_mount){ .type = type,
				      .source = source,
				      .destination = node_text(node_get(v, "target")),
				      .read_only = is_true(node_get(v, "read_only")) };
	if (str_eq(type, STR("bind"))) {
		mount->propagation = propagation.n > 0 ? propagation : STR("rprivate");
		mount->host_path = value_path(r->arena, folder_of(r, v), source);
		return source.n > 0 && mount->destination.n > 0;
	}
	if (str_eq(type, STR("volume")) || str_eq(type, STR("cluster")))
		mount->name = source;
	return type.n > 0 && mount->destination.n > 0;
}

static void take_volumes(struct reader *r, struct container_plan *plan, const struct node *list)
{
	if (list && list->type != JSON_ARRAY) {
		compose_wrong(r, plan, PLAN_MOUNTS, list, "list");
		return;
	}
	NODE_EACH (list, m) {
		const struct node *v = m->value;
		struct plan_mount mount;
		bool good = v->type == JSON_OBJECT
				    ? long_volume(r, &mount, v)
				    : value_volume(r->arena, node_text(v), folder_of(r, v), &mount);

		if (good)
			add(r, plan, &mount, v);
		else
			compose_wrong(r, plan, PLAN_MOUNTS, v, "mount");
	}
}

static void take_tmpfs(struct reader *r, struct container_plan *plan, const struct node *v)
{
	struct plan_mount mount = { .type = STR("tmpfs") };
	str options;

	if (v && v->type == JSON_ARRAY) {
		NODE_EACH (v, m)
			take_tmpfs(r, plan, m->value);
		return;
	}
	if (!v)
		return;
	mount.destination = node_text(v);
	IGNORE(str_cut(node_text(v), ':', &mount.destination, &options)); /* it may have none */
	if (mount.destination.n > 0)
		plan_add_mount(plan, mount, node_place(r, v));
	else
		compose_wrong(r, plan, PLAN_MOUNTS, v, "mount");
}

/* Files of the project that become secrets and configurations are mounted from the host. */
static void take_granted(struct reader *r, struct container_plan *plan, const struct node *list,
			 const char *kind, const char *folder)
{
	const struct node *all = node_get(r->project, kind);

	NODE_EACH (list, m) {
		const struct node *v = m->value, *file;
		str name = v->type == JSON_OBJECT ? node_text(node_get(v, "source")) : node_text(v);
		str target = node_text(node_get(v, "target"));

		file = node_get(node_find(all, name), "file");
		if (!file)
			continue; /* its text stands elsewhere: nothing of the host is mounted */
		if (node_unknown(file).n > 0) {
			plan_unknown(plan, PLAN_MOUNTS, node_unknown(file), node_place(r, v));
			continue;
		}
		target = target.n > 0 ? target : name;
		if (!str_starts(target, STR("/")))
			target = str_fmt(r->arena, "%s%.*s", folder, STR_ARG(target));
		struct plan_mount mount = { .type = STR("bind"),
					    .source = file->text,
					    .destination = target,
					    .propagation = STR("rprivate"),
					    .read_only = true,
					    .host_path = value_path(r->arena, folder_of(r, file),
								    file->text) };
		add(r, plan, &mount, v);
	}
}

/* "service[:ro]", "container:name[:ro]". */
static void take_from(struct reader *r, struct container_plan *plan, const struct node *list,
		      unsigned depth)
{
	NODE_EACH (list, m) {
		str text = node_text(m->value), name = text, mode = STR_EMPTY;
		const struct node *other;
		size_t before = plan->mount_n;

		IGNORE(str_cut(text, ':', &name, &mode)); /* rights may be left out */
		other = node_find(node_get(r->project, "services"), name);
		if (str_eq(name, STR("container")) || !other || depth >= 8) {
			plan_unknown(plan, PLAN_MOUNTS,
				     str_fmt(r->arena, "the volumes of %.*s are not in these files",
					     STR_ARG(str_take(text, 100))),
				     node_place(r, m->value));
			continue;
		}
		compose_mounts(r, plan, other, depth + 1);
		for (size_t i = before; i < plan->mount_n; i++)
			plan->mounts[i].read_only |= str_eq(mode, STR("ro"));
	}
}

void compose_mounts(struct reader *r, struct container_plan *plan, const struct node *service,
		    unsigned depth)
{
	static const char *const keys[] = { "volumes", "tmpfs", "volumes_from", "secrets",
					    "configs" };
	const struct node *socket = node_get(service, "use_api_socket");

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const struct node *node = node_get(service, keys[i]);

		if (node_unknown(node).n == 0)
			continue;
		plan_unknown(plan, PLAN_MOUNTS, node_unknown(node), node_place(r, node));
		return;
	}
	take_from(r, plan, node_get(service, "volumes_from"), depth);
	take_volumes(r, plan, node_get(service, "volumes"));
	take_tmpfs(r, plan, node_get(service, "tmpfs"));
	if (depth > 0)
		return;
	take_granted(r, plan, node_get(service, "secrets"), "secrets", "/run/secrets/");
	take_granted(r, plan, node_get(service, "configs"), "configs", "/");
	if (is_true(socket)) {
		const struct plan_mount mount = { .type = STR("bind"),
						  .source = STR("/var/run/docker.sock"),
						  .destination = STR("/var/run/docker.sock"),
						  .propagation = STR("rprivate"),
						  .host_path = STR("/var/run/docker.sock") };

		plan_add_mount(plan, mount, node_place(r, socket));
	}
}

/* ---- deploy ---- */

static void deploy_restart(struct reader *r, struct container_plan *plan, const struct node *policy)
{
	static const struct {
		const char *condition, *name;
	} names[] = { { "none", "no" },
		      { "on-failure", "on-failure" },
		      { "any", "always" },
		      { "unless-stopped", "unless-stopped" } };
	const struct node *tries = node_get(policy, "max_attempts");
	str condition = node_text(node_get(policy, "condition")), name = STR_EMPTY;
	int64_t n = 0;

	if (!policy || plan->facts[PLAN_RESTART].set)
		return;
	if (node_unknown(policy).n > 0) {
		plan_unknown(plan, PLAN_RESTART, node_unknown(policy), node_place(r, policy));
		return;
	}
	if (condition.n == 0)
		condition = STR("any");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (str_eq(condition, str_c(names[i].condition)))
			name = str_c(names[i].name);
	}
	if (name.n == 0 || (tries && !str_i64(node_text(tries), &n))) {
		compose_wrong(r, plan, PLAN_RESTART, policy, "restart policy");
		return;
	}
	plan_set_text(plan, PLAN_RESTART, name, node_place(r, policy));
	plan->facts[PLAN_RESTART].number = n;
}

void compose_deploy(struct reader *r, struct container_plan *plan, const struct node *deploy)
{
	const struct node *resources = node_get(deploy, "resources");
	const struct node *limits = node_get(resources, "limits");
	const struct node *devices = node_get(node_get(resources, "reservations"), "devices");

	compose_take_bytes(r, plan, PLAN_MEMORY, node_get(limits, "memory"));
	compose_take_cpus(r, plan, node_get(limits, "cpus"));
	compose_take_number(r, plan, PLAN_PIDS_LIMIT, node_get(limits, "pids"));
	NODE_EACH (devices, m) {
		str driver = node_text(node_get(m->value, "driver"));

		plan_add(plan, PLAN_DEVICE_REQUESTS, driver.n > 0 ? driver : STR("gpu"),
			 node_place(r, m->value));
	}
	deploy_restart(r, plan, node_get(deploy, "restart_policy"));
}
