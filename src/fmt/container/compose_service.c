/* SPDX-License-Identifier: Apache-2.0 */
/* One service as the container it asks for. */
#include "base/path.h"
#include "fmt/container/compose_internal.h"
#include "fmt/container/container_value.h"

/* ---- values ---- */

void compose_wrong(struct reader *r, struct container_plan *plan, enum plan_member member,
		   const struct node *node, const char *wanted)
{
	str shown = str_take(node_text(node), 80);

	compose_note(r, ERR_INPUT, node, "%.*s: '%.*s' is no %s", STR_ARG(plan->name),
		     STR_ARG(shown), wanted);
	compose_note_kept(r);
	plan_unknown(
		plan, member,
		str_fmt(r->arena, "line %u: '%.*s' is no %s", node->line, STR_ARG(shown), wanted),
		node_place(r, node));
}

/* False: there is nothing to read, or it is not known. */
static bool is_there(struct reader *r, struct container_plan *plan, enum plan_member member,
		     const struct node *node)
{
	str why = node ? node_unknown(node) : STR_EMPTY;

	if (why.n > 0)
		plan_unknown(plan, member, why, node_place(r, node));
	return node && why.n == 0;
}

static bool is_text(struct reader *r, struct container_plan *plan, enum plan_member member,
		    const struct node *node)
{
	if (!is_there(r, plan, member, node))
		return false;
	if (node_is_scalar(node))
		return true;
	compose_wrong(r, plan, member, node, "text");
	return false;
}

static void take_text(struct reader *r, struct container_plan *plan, enum plan_member member,
		      const struct node *node)
{
	if (is_text(r, plan, member, node))
		plan_set_text(plan, member, node->text, node_place(r, node));
}

static bool truth(str text, bool *out)
{
	static const char *const yes[] = { "yes", "y", "on" }, *const no[] = { "no", "n", "off" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		*out = str_ieq(text, str_c(yes[i]));
		if (*out || str_ieq(text, str_c(no[i])))
			return true;
	}
	return value_bool(text, out);
}

static void take_bool(struct reader *r, struct container_plan *plan, enum plan_member member,
		      const struct node *node)
{
	bool on;

	if (!is_text(r, plan, member, node))
		return;
	if (truth(node->text, &on))
		plan_set_bool(plan, member, on, node_place(r, node));
	else
		compose_wrong(r, plan, member, node, "boolean");
}

void compose_take_bytes(struct reader *r, struct container_plan *plan, enum plan_member member,
			const struct node *node)
{
	int64_t n;

	if (!is_text(r, plan, member, node))
		return;
	if (value_bytes(node->text, r->arena, &n))
		plan_set_number(plan, member, n, node_place(r, node));
	else
		compose_wrong(r, plan, member, node, "size");
}

void compose_take_number(struct reader *r, struct container_plan *plan, enum plan_member member,
			 const struct node *node)
{
	int64_t n;

	if (!is_text(r, plan, member, node))
		return;
	if (str_i64(node->text, &n))
		plan_set_number(plan, member, n, node_place(r, node));
	else
		compose_wrong(r, plan, member, node, "whole number");
}

void compose_take_cpus(struct reader *r, struct container_plan *plan, const struct node *node)
{
	int64_t n;

	if (!is_text(r, plan, PLAN_NANO_CPUS, node))
		return;
	if (value_nano_cpus(node->text, &n))
		plan_set_number(plan, PLAN_NANO_CPUS, n, node_place(r, node));
	else
		compose_wrong(r, plan, PLAN_NANO_CPUS, node, "number of CPUs");
}

/* "100ms", "50000" (microseconds). */
static void take_quota(struct reader *r, struct container_plan *plan, const struct node *node)
{
	static const struct {
		const char *unit;
		int64_t factor;
	} units[] = { { "us", 1 }, { "ms", 1000 }, { "s", 1000000 }, { "", 1 } };
	int64_t n;

	if (!is_text(r, plan, PLAN_CPU_QUOTA, node))
		return;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (!str_ends(node->text, str_c(units[i].unit)) ||
		    !str_i64(str_without_suffix(node->text, str_c(units[i].unit)), &n) ||
		    __builtin_mul_overflow(n, units[i].factor, &n))
			continue;
		plan_set_number(plan, PLAN_CPU_QUOTA, n, node_place(r, node));
		return;
	}
	compose_wrong(r, plan, PLAN_CPU_QUOTA, node, "time");
}

/* A list of texts; of a mapping "key=value" each. */
static void take_list(struct reader *r, struct container_plan *plan, enum plan_member member,
		      const struct node *list)
{
	if (!is_there(r, plan, member, list))
		return;
	if (node_is_scalar(list)) {
		compose_wrong(r, plan, member, list, "list");
		return;
	}
	NODE_EACH (list, m) {
		str item = node_text(m->value);

		if (!node_is_scalar(m->value)) {
			compose_wrong(r, plan, member, m->value, "text");
			return;
		}
		if (list->type == JSON_OBJECT)
			item = str_fmt(r->arena, "%.*s=%.*s", STR_ARG(m->key), STR_ARG(item));
		plan_add(plan, member, item, node_place(r, m->value));
	}
}

/* ---- what has a form of its own ---- */

static void take_ulimits(struct reader *r, struct container_plan *plan, const struct node *limits)
{
	if (!is_there(r, plan, PLAN_ULIMITS, limits))
		return;
	if (limits->type != JSON_OBJECT) {
		compose_wrong(r, plan, PLAN_ULIMITS, limits, "mapping");
		return;
	}
	NODE_EACH (limits, m) {
		const struct node *v = m->value;
		str soft = node_text(v), hard = soft, text;

		if (v->type == JSON_OBJECT) {
			soft = node_text(node_get(v, "soft"));
			hard = node_text(node_get(v, "hard"));
		}
		text = str_fmt(r->arena, "%.*s=%.*s:%.*s", STR_ARG(m->key), STR_ARG(soft),
			       STR_ARG(hard));
		if (!value_ulimit(text)) {
			compose_wrong(r, plan, PLAN_ULIMITS, v, "limit");
			return;
		}
		plan_add(plan, PLAN_ULIMITS, text, node_place(r, v));
	}
}

static void take_devices(struct reader *r, struct container_plan *plan, const struct node *list)
{
	if (!is_there(r, plan, PLAN_DEVICES, list))
		return;
	if (list->type != JSON_ARRAY) {
		compose_wrong(r, plan, PLAN_DEVICES, list, "list");
		return;
	}
	NODE_EACH (list, m) {
		const struct node *v = m->value;
		str text = node_text(v);

		if (v->type == JSON_OBJECT) {
			str source = node_text(node_get(v, "source"));
			str target = node_text(node_get(v, "target"));
			str rights = node_text(node_get(v, "permissions"));

			text = str_fmt(r->arena, "%.*s:%.*s:%.*s", STR_ARG(source),
				       STR_ARG(target.n > 0 ? target : source),
				       STR_ARG(rights.n > 0 ? rights : STR("rwm")));
		}
		plan_add(plan, PLAN_DEVICES, text, node_place(r, v));
	}
}

static void take_gpus(struct reader *r, struct container_plan *plan, const struct node *gpus)
{
	if (is_there(r, plan, PLAN_DEVICE_REQUESTS, gpus))
		plan_add(plan, PLAN_DEVICE_REQUESTS, STR("gpu"), node_place(r, gpus));
}

static void take_health(struct reader *r, struct container_plan *plan, const struct node *check)
{
	const struct node *test = node_get(check, "test");
	struct plan_place place = node_place(r, check);
	bool off = false;

	if (!is_there(r, plan, PLAN_HEALTH, check))
		return;
	if (check->type != JSON_OBJECT) {
		compose_wrong(r, plan, PLAN_HEALTH, check, "mapping");
		return;
	}
	if (truth(node_text(node_get(check, "disable")), &off) && off) {
		plan_add(plan, PLAN_HEALTH, STR("NONE"), place);
	} else if (test && node_is_scalar(test)) {
		plan_add(plan, PLAN_HEALTH, STR("CMD-SHELL"), place);
		plan_add(plan, PLAN_HEALTH, test->text, place);
	} else if (test) {
		take_list(r, plan, PLAN_HEALTH, test);
	}
}

static void take_restart(struct reader *r, struct container_plan *plan, const struct node *node)
{
	str name;
	int64_t tries;

	if (!is_text(r, plan, PLAN_RESTART, node))
		return;
	/* An unquoted no is a boolean to readers of YAML 1.1. */
	str text = node->type == JSON_FALSE ? STR("no") : node->text;
	if (!value_restart(text, &name, &tries)) {
		compose_wrong(r, plan, PLAN_RESTART, node, "restart policy");
		return;
	}
	plan_set_text(plan, PLAN_RESTART, name, node_place(r, node));
	plan->facts[PLAN_RESTART].number = tries;
}

/* ---- namespaces ---- */

/* "service:x" joins the container of that service. */
static void take_mode(struct reader *r, struct container_plan *plan, enum plan_member member,
		      const struct node *node)
{
	if (!is_text(r, plan, member, node))
		return;
	str service = str_without_prefix(node->text, STR("service:"));
	str text = service.n < node->text.n ? str_cat(r->arena, STR("container:"), service)
					    : node->text;

	plan_set_text(plan, member, text, node_place(r, node));
}

static str project_name(struct reader *r)
{
	str name = node_text(node_get(r->project, "name"));
	str folder = path_base(r->opts->folder);

	return name.n > 0 ? name : folder.n > 0 ? folder : STR("project");
}

/* The first network that a service is in: what the engine calls its mode. */
static void take_networks(struct reader *r, struct container_plan *plan,
			  const struct node *networks)
{
	const struct node *all = node_get(r->project, "networks"), *own;
	str name = STR("default"), other;

	if (networks && !is_there(r, plan, PLAN_NETWORK, networks))
		return;
	if (networks && networks->n > 0)
		name = networks->type == JSON_ARRAY ? node_text(networks->members[0].value)
						    : networks->members[0].key;
	own = node_find(all, name);
	other = node_text(node_get(own, "name"));
	if (node_unknown(node_get(own, "name")).n > 0) {
		plan_unknown(plan, PLAN_NETWORK, node_unknown(node_get(own, "name")),
			     node_place(r, own));
		return;
	}
	if (other.n == 0 && node_get(own, "external")) {
		other = node_text(node_get(node_get(own, "external"), "name"));
		other = other.n > 0 ? other : name;
	}
	if (other.n == 0)
		other = str_fmt(r->arena, "%.*s_%.*s", STR_ARG(project_name(r)), STR_ARG(name));
	plan_set_text(plan, PLAN_NETWORK, other,
		      networks ? node_place(r, networks) : (struct plan_place){ .line = 0 });
}

/* The container of these files that a mode joins, or NULL. */
static struct container_plan *joined_plan(const struct map *names, str mode)
{
	str name = str_without_prefix(mode, STR("container:"));

	return name.n < mode.n ? map_get(names, name) : NULL;
}

static void join(struct reader *r, const struct map *names, struct container_plan *plan,
		 enum plan_member member, struct plan_join *out)
{
	const struct container_plan *at = plan;
	str mode = plan->facts[member].text;

	if (plan->facts[member].unknown.n > 0 || !str_starts(mode, STR("container:")))
		return;
	for (unsigned depth = 0; str_starts(mode, STR("container:")); depth++) {
		const struct container_plan *next = joined_plan(names, mode);

		out->name = str_skip(mode, STR("container:").n);
		if (!next || depth >= COMPOSE_MAX_DEPTH) {
			out->unknown =
				next ? STR("containers that join each other")
				     : str_fmt(r->arena, "the container %.*s is not in these files",
					       STR_ARG(str_take(out->name, 100)));
			return;
		}
		if (next->facts[member].unknown.n > 0) {
			out->unknown = next->facts[member].unknown;
			return;
		}
		at = next;
		mode = at->facts[member].text;
	}
	out->mode = mode;
}

void compose_join_all(struct reader *r)
{
	const struct node *services = node_get(r->project, "services");
	struct compose *out = r->out;
	struct map names;
	size_t i = 0;

	map_init(&names, r->arena);
	/* Containers by the names of their services, and by their own. */
	NODE_EACH (services, m) {
		if (i < out->n && out->items[i]->place.line == m->value->line) {
			map_put(&names, m->key, out->items[i]);
			i++;
		}
	}
	for (i = 0; i < out->n; i++) {
		if (!map_has(&names, out->items[i]->name))
			map_put(&names, out->items[i]->name, out->items[i]);
	}
	for (i = 0; i < out->n; i++) {
		struct container_plan *plan = out->items[i];

		join(r, &names, plan, PLAN_NETWORK, &plan->network);
		join(r, &names, plan, PLAN_PID, &plan->pid);
		join(r, &names, plan, PLAN_IPC, &plan->ipc);
	}
}

/* ---- the service ---- */

static void take_image(struct reader *r, struct container_plan *plan, str name,
		       const struct node *service)
{
	const struct node *image = node_get(service, "image");

	if (image) {
		take_text(r, plan, PLAN_IMAGE, image);
		return;
	}
	plan_set_text(plan, PLAN_IMAGE,
		      str_fmt(r->arena, "%.*s-%.*s", STR_ARG(project_name(r)), STR_ARG(name)),
		      node_place(r, node_get(service, "build")));
}

static void take_limits(struct reader *r, struct container_plan *plan, const struct node *s)
{
	compose_take_bytes(r, plan, PLAN_MEMORY, node_get(s, "mem_limit"));
	compose_take_cpus(r, plan, node_get(s, "cpus"));
	compose_take_number(r, plan, PLAN_CPU_SHARES, node_get(s, "cpu_shares"));
	take_quota(r, plan, node_get(s, "cpu_quota"));
	compose_take_number(r, plan, PLAN_PIDS_LIMIT, node_get(s, "pids_limit"));
	take_ulimits(r, plan, node_get(s, "ulimits"));
	take_restart(r, plan, node_get(s, "restart"));
	compose_deploy(r, plan, node_get(s, "deploy"));
}

static void take_rights(struct reader *r, struct container_plan *plan, const struct node *s)
{
	take_text(r, plan, PLAN_USER, node_get(s, "user"));
	take_bool(r, plan, PLAN_PRIVILEGED, node_get(s, "privileged"));
	take_bool(r, plan, PLAN_READ_ONLY, node_get(s, "read_only"));
	take_list(r, plan, PLAN_CAP_ADD, node_get(s, "cap_add"));
	take_list(r, plan, PLAN_CAP_DROP, node_get(s, "cap_drop"));
	take_list(r, plan, PLAN_SECURITY, node_get(s, "security_opt"));
	take_devices(r, plan, node_get(s, "devices"));
	take_gpus(r, plan, node_get(s, "gpus"));
	take_list(r, plan, PLAN_DEVICE_RULES, node_get(s, "device_cgroup_rules"));
	take_text(r, plan, PLAN_CGROUP_PARENT, node_get(s, "cgroup_parent"));
	take_text(r, plan, PLAN_USERNS, node_get(s, "userns_mode"));
	take_text(r, plan, PLAN_UTS, node_get(s, "uts"));
	take_mode(r, plan, PLAN_PID, node_get(s, "pid"));
	take_mode(r, plan, PLAN_IPC, node_get(s, "ipc"));
	if (node_get(s, "network_mode"))
		take_mode(r, plan, PLAN_NETWORK, node_get(s, "network_mode"));
	else
		take_networks(r, plan, node_get(s, "networks"));
}

void compose_service(struct reader *r, str name, const struct node *s)
{
	struct container_plan *plan;
	const struct node *own_name = node_get(s, "container_name");

	compose_check_keys(r, name, s);
	if (node_get(s, "provider")) {
		compose_note(r, ERR_NONE, s, "service %.*s: is no container, but a provider's",
			     STR_ARG(str_take(name, 100)));
		return;
	}
	if (!node_get(s, "image") && !node_get(s, "build")) {
		compose_note(r, ERR_NONE, s,
			     "service %.*s: neither image nor build: a part of another file, give "
			     "both together",
			     STR_ARG(str_take(name, 100)));
		return;
	}
	plan = container_plan_new(r->arena, STR("compose"));
	plan->name = node_is_scalar(own_name) && own_name->unknown.n == 0 ? own_name->text : name;
	plan->place = node_place(r, s);
	take_image(r, plan, name, s);
	take_rights(r, plan, s);
	take_limits(r, plan, s);
	take_list(r, plan, PLAN_LABELS, node_get(s, "labels"));
	take_health(r, plan, node_get(s, "healthcheck"));
	compose_ports(r, plan, s);
	compose_mounts(r, plan, s, 0);
	compose_texts(r, plan, s);
	r->out->items = arena_grow(r->arena, r->out->items, r->out->n, &r->out->cap,
				   sizeof(struct container_plan *));
	r->out->items[r->out->n++] = plan;
}
