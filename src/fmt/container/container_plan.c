/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/container/container_plan.h"

#include "base/json.h"

static const char *const paths[PLAN_MEMBERS] = {
	[PLAN_IMAGE] = "image",
	[PLAN_MOUNTS] = "mounts",
	[PLAN_USER] = "inspect.Config.User",
	[PLAN_EXPOSED] = "inspect.Config.ExposedPorts",
	[PLAN_LABELS] = "inspect.Config.Labels",
	[PLAN_HEALTH] = "inspect.Config.Healthcheck",
	[PLAN_CAP_ADD] = "inspect.HostConfig.CapAdd",
	[PLAN_CAP_DROP] = "inspect.HostConfig.CapDrop",
	[PLAN_CGROUP_PARENT] = "inspect.HostConfig.CgroupParent",
	[PLAN_CPU_QUOTA] = "inspect.HostConfig.CpuQuota",
	[PLAN_CPU_SHARES] = "inspect.HostConfig.CpuShares",
	[PLAN_DEVICE_RULES] = "inspect.HostConfig.DeviceCgroupRules",
	[PLAN_DEVICE_REQUESTS] = "inspect.HostConfig.DeviceRequests",
	[PLAN_DEVICES] = "inspect.HostConfig.Devices",
	[PLAN_IPC] = "inspect.HostConfig.IpcMode",
	[PLAN_LOGGING] = "inspect.HostConfig.LogConfig",
	[PLAN_MEMORY] = "inspect.HostConfig.Memory",
	[PLAN_NANO_CPUS] = "inspect.HostConfig.NanoCpus",
	[PLAN_NETWORK] = "inspect.HostConfig.NetworkMode",
	[PLAN_PID] = "inspect.HostConfig.PidMode",
	[PLAN_PIDS_LIMIT] = "inspect.HostConfig.PidsLimit",
	[PLAN_PORTS] = "inspect.HostConfig.PortBindings",
	[PLAN_PRIVILEGED] = "inspect.HostConfig.Privileged",
	[PLAN_READ_ONLY] = "inspect.HostConfig.ReadonlyRootfs",
	[PLAN_RESTART] = "inspect.HostConfig.RestartPolicy",
	[PLAN_SECURITY] = "inspect.HostConfig.SecurityOpt",
	[PLAN_ULIMITS] = "inspect.HostConfig.Ulimits",
	[PLAN_USERNS] = "inspect.HostConfig.UsernsMode",
	[PLAN_UTS] = "inspect.HostConfig.UTSMode",
};

const char *plan_member_path(enum plan_member member) { return paths[member]; }

struct container_plan *container_plan_new(struct arena *arena, str origin)
{
	struct container_plan *plan = ARENA_NEW(arena, struct container_plan);

	plan->arena = arena;
	plan->origin = origin;
	return plan;
}

/* ---- what the file says ---- */

static struct plan_fact *say(struct container_plan *plan, enum plan_member member,
			     struct plan_place place)
{
	struct plan_fact *fact = &plan->facts[member];

	if (!fact->set)
		fact->place = place;
	fact->set = true;
	return fact;
}

/* A value that replaces another takes its place, too. */
static struct plan_fact *replace(struct container_plan *plan, enum plan_member member,
				 struct plan_place place)
{
	plan_clear(plan, member);
	return say(plan, member, place);
}

void plan_set_text(struct container_plan *plan, enum plan_member member, str text,
		   struct plan_place place)
{
	replace(plan, member, place)->text = text;
}

void plan_set_number(struct container_plan *plan, enum plan_member member, int64_t number,
		     struct plan_place place)
{
	replace(plan, member, place)->number = number;
}

void plan_set_bool(struct container_plan *plan, enum plan_member member, bool on,
		   struct plan_place place)
{
	plan_set_number(plan, member, on, place);
}

static bool has_room(struct container_plan *plan, enum plan_member member, size_t n,
		     struct plan_place place)
{
	if (n < PLAN_ITEMS_MAX)
		return true;
	plan_unknown(plan, member, str_fmt(plan->arena, "more than %u", PLAN_ITEMS_MAX), place);
	return false;
}

void plan_add(struct container_plan *plan, enum plan_member member, str item,
	      struct plan_place place)
{
	struct plan_fact *fact = say(plan, member, place);

	if (!has_room(plan, member, fact->n, place))
		return;
	fact->places = arena_grow(plan->arena, fact->places, fact->n, &fact->place_cap,
				  sizeof(*fact->places));
	fact->places[fact->n] = place;
	fact->items = arena_grow(plan->arena, fact->items, fact->n, &fact->cap, sizeof(str));
	fact->items[fact->n++] = item;
}

void plan_add_port(struct container_plan *plan, struct plan_port port, struct plan_place place)
{
	say(plan, PLAN_PORTS, place);
	port.place = place;
	if (!has_room(plan, PLAN_PORTS, plan->port_n, place))
		return;
	plan->ports = arena_grow(plan->arena, plan->ports, plan->port_n, &plan->port_cap,
				 sizeof(*plan->ports));
	plan->ports[plan->port_n++] = port;
}

/* What is mounted later at the same place hides the earlier one. */
void plan_add_mount(struct container_plan *plan, struct plan_mount mount, struct plan_place place)
{
	say(plan, PLAN_MOUNTS, place);
	mount.place = place;
	for (size_t i = 0; i < plan->mount_n; i++) {
		if (mount.destination.n > 0 &&
		    str_eq(plan->mounts[i].destination, mount.destination)) {
			plan->mounts[i] = mount;
			return;
		}
	}
	if (!has_room(plan, PLAN_MOUNTS, plan->mount_n, place))
		return;
	plan->mounts = arena_grow(plan->arena, plan->mounts, plan->mount_n, &plan->mount_cap,
				  sizeof(*plan->mounts));
	plan->mounts[plan->mount_n++] = mount;
}

void plan_unknown(struct container_plan *plan, enum plan_member member, str why,
		  struct plan_place place)
{
	struct plan_fact *fact = say(plan, member, place);

	if (fact->unknown.n > 0)
		return;
	fact->unknown = why.n > 0 ? why : STR("not known");
	fact->place = place;
}

void plan_clear(struct container_plan *plan, enum plan_member member)
{
	plan->facts[member] = (struct plan_fact){ .set = false };
	if (member == PLAN_PORTS)
		plan->port_n = 0;
	if (member == PLAN_MOUNTS)
		plan->mount_n = 0;
}

/* ---- the document ---- */

static bool known(const struct container_plan *plan, enum plan_member member)
{
	return plan->unknown.n == 0 && plan->facts[member].unknown.n == 0;
}

static str last_name(enum plan_member member)
{
	str path = str_c(paths[member]);

	return str_skip(path, (size_t)(str_rfind_char(path, '.') + 1));
}

static void put_not_read(struct json_writer *w, str what, str reason)
{
	json_open_object(w);
	json_kv_str(w, STR("what"), what);
	json_kv_str(w, STR("reason"), reason);
	json_kv_str(w, STR("remedy"), STR("say it in the file, or give the values of variables"));
	json_close_object(w);
}

static void put_all_not_read(const struct container_plan *plan, struct json_writer *w)
{
	const struct plan_join *joins[] = { &plan->network, &plan->pid, &plan->ipc };
	static const char *const names[] = { "joined.network", "joined.pid", "joined.ipc" };

	JSON_KEY(w, "not_read");
	json_open_array(w);
	if (plan->unknown.n > 0) {
		put_not_read(w, STR("inspect"), plan->unknown);
		put_not_read(w, STR("mounts"), plan->unknown);
		if (plan->facts[PLAN_IMAGE].unknown.n == 0 && !plan->facts[PLAN_IMAGE].set)
			put_not_read(w, STR("image"), plan->unknown);
	}
	for (int i = 0; i < PLAN_MEMBERS; i++) {
		if (plan->facts[i].unknown.n > 0)
			put_not_read(w, str_c(paths[i]), plan->facts[i].unknown);
	}
	if (plan->unknown.n > 0 || plan->texts_unknown.n > 0 || plan->text_dropped > 0)
		put_not_read(w, STR("texts"),
			     plan->unknown.n > 0	 ? plan->unknown
			     : plan->texts_unknown.n > 0 ? plan->texts_unknown
							 : STR("too many texts"));
	for (size_t i = 0; i < ARRAY_LEN(joins); i++) {
		if (joins[i]->unknown.n > 0)
			put_not_read(w, str_c(names[i]), joins[i]->unknown);
	}
	json_close_array(w);
}

static void put_text(const struct container_plan *plan, enum plan_member member,
		     struct json_writer *w)
{
	if (known(plan, member))
		json_kv_str(w, last_name(member), plan->facts[member].text);
}

static void put_number(const struct container_plan *plan, enum plan_member member,
		       struct json_writer *w)
{
	if (known(plan, member))
		json_kv_i64(w, last_name(member), plan->facts[member].number);
}

static void put_bool(const struct container_plan *plan, enum plan_member member,
		     struct json_writer *w)
{
	if (known(plan, member))
		json_kv_bool(w, last_name(member), plan->facts[member].number != 0);
}

/* False: it is not known, or null. */
static bool begin_list(const struct container_plan *plan, enum plan_member member,
		       struct json_writer *w)
{
	if (!known(plan, member))
		return false;
	json_key(w, last_name(member));
	if (plan->facts[member].set)
		return true;
	json_put_null(w);
	return false;
}

static void put_texts(const struct container_plan *plan, enum plan_member member,
		      struct json_writer *w)
{
	const struct plan_fact *fact = &plan->facts[member];

	if (!begin_list(plan, member, w))
		return;
	json_open_array(w);
	for (size_t i = 0; i < fact->n; i++)
		json_put_str(w, fact->items[i]);
	json_close_array(w);
}

static void put_ulimits(const struct container_plan *plan, struct json_writer *w)
{
	const struct plan_fact *fact = &plan->facts[PLAN_ULIMITS];

	if (!begin_list(plan, PLAN_ULIMITS, w))
		return;
	json_open_array(w);
	for (size_t i = 0; i < fact->n; i++) {
		str name = fact->items[i], limits = STR_EMPTY, soft, hard;
		int64_t n;

		IGNORE(str_cut(fact->items[i], '=', &name, &limits)); /* none: shown as it is */
		soft = hard = limits;
		IGNORE(str_cut(limits, ':', &soft, &hard)); /* one for both */
		json_open_object(w);
		json_kv_str(w, STR("Name"), name);
		if (str_i64(soft, &n))
			json_kv_i64(w, STR("Soft"), n);
		if (str_i64(hard, &n))
			json_kv_i64(w, STR("Hard"), n);
		json_close_object(w);
	}
	json_close_array(w);
}

/* "/dev/a:/dev/b:rwm" */
static void put_devices(const struct container_plan *plan, struct json_writer *w)
{
	const struct plan_fact *fact = &plan->facts[PLAN_DEVICES];

	if (!begin_list(plan, PLAN_DEVICES, w))
		return;
	json_open_array(w);
	for (size_t i = 0; i < fact->n; i++) {
		str rest = fact->items[i], host = STR_EMPTY, inside = STR_EMPTY, rights;

		IGNORE(str_split(&rest, ':', &host)); /* a text has a first part */
		if (!str_split(&rest, ':', &inside))
			inside = host;
		if (!str_split(&rest, ':', &rights))
			rights = STR("rwm");
		json_open_object(w);
		json_kv_str(w, STR("PathOnHost"), host);
		json_kv_str(w, STR("PathInContainer"), inside);
		json_kv_str(w, STR("CgroupPermissions"), rights);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_requests(const struct container_plan *plan, struct json_writer *w)
{
	const struct plan_fact *fact = &plan->facts[PLAN_DEVICE_REQUESTS];

	if (!begin_list(plan, PLAN_DEVICE_REQUESTS, w))
		return;
	json_open_array(w);
	for (size_t i = 0; i < fact->n; i++) {
		json_open_object(w);
		json_kv_str(w, STR("Driver"), fact->items[i]);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_restart(const struct container_plan *plan, struct json_writer *w)
{
	const struct plan_fact *fact = &plan->facts[PLAN_RESTART];

	if (!known(plan, PLAN_RESTART))
		return;
	json_key(w, last_name(PLAN_RESTART));
	json_open_object(w);
	json_kv_str(w, STR("Name"), fact->text.n > 0 ? fact->text : STR("no"));
	json_kv_i64(w, STR("MaximumRetryCount"), fact->number);
	json_close_object(w);
}

static void put_binding(struct json_writer *w, const struct plan_port *port)
{
	json_open_object(w);
	json_kv_str(w, STR("HostIp"), port->ip);
	json_kv_str(w, STR("HostPort"), port->host);
	json_close_object(w);
}

static void put_bindings(const struct container_plan *plan, struct json_writer *w)
{
	if (!known(plan, PLAN_PORTS))
		return;
	json_key(w, last_name(PLAN_PORTS));
	json_open_object(w);
	for (size_t i = 0; i < plan->port_n; i++) {
		str port = plan->ports[i].port;
		bool before = false;

		for (size_t k = 0; k < i && !before; k++)
			before = str_eq(plan->ports[k].port, port);
		if (before)
			continue;
		json_key(w, port);
		json_open_array(w);
		for (size_t k = i; k < plan->port_n; k++) {
			if (str_eq(plan->ports[k].port, port))
				put_binding(w, &plan->ports[k]);
		}
		json_close_array(w);
	}
	json_close_object(w);
}

static void put_exposed(const struct container_plan *plan, struct json_writer *w)
{
	const struct plan_fact *fact = &plan->facts[PLAN_EXPOSED];

	if (!begin_list(plan, PLAN_EXPOSED, w))
		return;
	json_open_object(w);
	for (size_t i = 0; i < fact->n; i++) {
		bool before = false;

		for (size_t k = 0; k < i && !before; k++)
			before = str_eq(fact->items[k], fact->items[i]);
		if (before)
			continue;
		json_key(w, fact->items[i]);
		json_open_object(w);
		json_close_object(w);
	}
	json_close_object(w);
}

/* Elements are "name=value"; of equal names the last counts. */
static void put_labels(const struct container_plan *plan, struct json_writer *w)
{
	const struct plan_fact *fact = &plan->facts[PLAN_LABELS];

	if (!begin_list(plan, PLAN_LABELS, w))
		return;
	json_open_object(w);
	for (size_t i = 0; i < fact->n; i++) {
		str name = fact->items[i], value = STR_EMPTY, other, rest;
		bool later = false;

		IGNORE(str_cut(fact->items[i], '=', &name, &value)); /* a name alone is empty */
		for (size_t k = i + 1; k < fact->n && !later; k++) {
			other = fact->items[k];
			IGNORE(str_cut(fact->items[k], '=', &other, &rest)); /* likewise */
			later = str_eq(other, name);
		}
		if (!later)
			json_kv_str(w, name, value);
	}
	json_close_object(w);
}

const struct json *container_plan_labels(const struct container_plan *plan)
{
	const struct plan_fact *fact = &plan->facts[PLAN_LABELS];
	struct json *object = ARENA_NEW(plan->arena, struct json);
	struct json_member *members;

	if (!fact->set || !known(plan, PLAN_LABELS))
		return NULL;
	members = ARENA_ARRAY(plan->arena, struct json_member, fact->n + 1);
	for (size_t i = 0; i < fact->n; i++) {
		str name = fact->items[i], value = STR_EMPTY;

		IGNORE(str_cut(fact->items[i], '=', &name, &value)); /* a name alone is empty */
		members[i].key = name;
		members[i].value.type = JSON_STRING;
		members[i].value.n = (uint32_t)value.n;
		members[i].value.text = value.p;
	}
	object->type = JSON_OBJECT;
	object->n = (uint32_t)fact->n;
	object->members = members;
	return object;
}

static void put_health(const struct container_plan *plan, struct json_writer *w)
{
	const struct plan_fact *fact = &plan->facts[PLAN_HEALTH];

	if (!begin_list(plan, PLAN_HEALTH, w))
		return;
	json_open_object(w);
	json_kv_strings(w, STR("Test"), fact->items, fact->n);
	json_close_object(w);
}

static void put_inspect(const struct container_plan *plan, struct json_writer *w)
{
	JSON_KEY(w, "inspect");
	json_open_object(w);
	JSON_KEY(w, "Config");
	json_open_object(w);
	put_text(plan, PLAN_USER, w);
	if (known(plan, PLAN_IMAGE))
		json_kv_str(w, STR("Image"), plan->facts[PLAN_IMAGE].text);
	put_exposed(plan, w);
	put_labels(plan, w);
	put_health(plan, w);
	json_close_object(w);
	JSON_KEY(w, "HostConfig");
	json_open_object(w);
	put_texts(plan, PLAN_CAP_ADD, w);
	put_texts(plan, PLAN_CAP_DROP, w);
	put_text(plan, PLAN_CGROUP_PARENT, w);
	put_number(plan, PLAN_CPU_QUOTA, w);
	put_number(plan, PLAN_CPU_SHARES, w);
	put_texts(plan, PLAN_DEVICE_RULES, w);
	put_requests(plan, w);
	put_devices(plan, w);
	put_text(plan, PLAN_IPC, w);
	if (known(plan, PLAN_LOGGING))
		container_plan_put_logging(plan, w);
	put_number(plan, PLAN_MEMORY, w);
	put_number(plan, PLAN_NANO_CPUS, w);
	put_text(plan, PLAN_NETWORK, w);
	put_text(plan, PLAN_PID, w);
	put_number(plan, PLAN_PIDS_LIMIT, w);
	put_bindings(plan, w);
	put_bool(plan, PLAN_PRIVILEGED, w);
	put_bool(plan, PLAN_READ_ONLY, w);
	put_restart(plan, w);
	put_texts(plan, PLAN_SECURITY, w);
	put_ulimits(plan, w);
	put_text(plan, PLAN_USERNS, w);
	put_text(plan, PLAN_UTS, w);
	json_close_object(w);
	json_close_object(w);
}

static void put_join(const char *name, const struct plan_join *join, struct json_writer *w)
{
	if (join->name.n == 0)
		return;
	json_key(w, str_c(name));
	json_open_object(w);
	json_kv_str(w, STR("name"), join->name);
	if (join->unknown.n == 0)
		json_kv_str(w, STR("mode"), join->mode);
	json_close_object(w);
}

static void put_mounts(const struct container_plan *plan, struct json_writer *w)
{
	if (!known(plan, PLAN_MOUNTS))
		return;
	JSON_KEY(w, "mounts");
	json_open_array(w);
	for (size_t i = 0; i < plan->mount_n; i++) {
		const struct plan_mount *m = &plan->mounts[i];

		json_open_object(w);
		json_kv_str(w, STR("type"), m->type);
		json_kv_opt(w, STR("name"), m->name);
		json_kv_str(w, STR("source"), m->source);
		json_kv_str(w, STR("destination"), m->destination);
		json_kv_bool(w, STR("rw"), !m->read_only);
		json_kv_str(w, STR("propagation"), m->propagation);
		json_kv_opt(w, STR("host_path"), m->host_path);
		json_kv_opt(w, STR("resolved"), m->host_path);
		json_close_object(w);
	}
	json_close_array(w);
}

void container_plan_write(const struct container_plan *plan, struct json_writer *w)
{
	json_open_object(w);
	json_kv_i64(w, STR("schema_version"), 1);
	json_kv_str(w, STR("kind"), STR("container"));
	json_kv_str(w, STR("origin"), plan->origin);
	JSON_KEY(w, "place");
	json_open_object(w);
	json_kv_str(w, STR("file"), plan->place.file);
	json_kv_u64(w, STR("line"), plan->place.line);
	json_close_object(w);
	json_kv_str(w, STR("name"), plan->name);
	if (plan->facts[PLAN_IMAGE].unknown.n == 0 &&
	    (plan->unknown.n == 0 || plan->facts[PLAN_IMAGE].set))
		json_kv_str(w, STR("image"), plan->facts[PLAN_IMAGE].text);
	json_kv_str(w, STR("state"), STR("planned"));
	json_kv_bool(w, STR("started"), false);
	put_all_not_read(plan, w);
	if (plan->unknown.n == 0)
		put_inspect(plan, w);
	JSON_KEY(w, "joined");
	json_open_object(w);
	put_join("network", &plan->network, w);
	put_join("pid", &plan->pid, w);
	put_join("ipc", &plan->ipc, w);
	json_close_object(w);
	put_mounts(plan, w);
	container_plan_put_texts(plan, w);
	json_close_object(w);
}
