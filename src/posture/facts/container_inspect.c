/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/container_internal.h"

/*
 * What a member may hold beside null. One that holds something else is as good as not read: a
 * control that looks at it must not take it for an empty one.
 */
enum shape {
	SHAPE_TEXT,
	SHAPE_NUMBER,
	SHAPE_BOOL,
	SHAPE_TEXTS,   /* list */
	SHAPE_OBJECTS, /* list */
	SHAPE_OBJECT,
	SHAPE_PORTS,   /* object of lists of objects, or nulls */
	SHAPE_RESTART, /* {Name, MaximumRetryCount} */
};

struct member {
	const char *name;
	enum shape shape;
};

static const struct member host_config[] = {
	{ "CapAdd", SHAPE_TEXTS },	     { "CapDrop", SHAPE_TEXTS },
	{ "CgroupParent", SHAPE_TEXT },	     { "CpuQuota", SHAPE_NUMBER },
	{ "CpuShares", SHAPE_NUMBER },	     { "DeviceCgroupRules", SHAPE_TEXTS },
	{ "DeviceRequests", SHAPE_OBJECTS }, { "Devices", SHAPE_OBJECTS },
	{ "IpcMode", SHAPE_TEXT },	     { "Memory", SHAPE_NUMBER },
	{ "NanoCpus", SHAPE_NUMBER },	     { "NetworkMode", SHAPE_TEXT },
	{ "PidMode", SHAPE_TEXT },	     { "PidsLimit", SHAPE_NUMBER },
	{ "PortBindings", SHAPE_PORTS },     { "Privileged", SHAPE_BOOL },
	{ "ReadonlyRootfs", SHAPE_BOOL },    { "RestartPolicy", SHAPE_RESTART },
	{ "SecurityOpt", SHAPE_TEXTS },	     { "Ulimits", SHAPE_OBJECTS },
	{ "UsernsMode", SHAPE_TEXT },	     { "UTSMode", SHAPE_TEXT },
};
static const struct member top[] = {
	{ "AppArmorProfile", SHAPE_TEXT },
	{ "ProcessLabel", SHAPE_TEXT },
	{ "MountLabel", SHAPE_TEXT },
};
static const struct member config[] = {
	{ "User", SHAPE_TEXT },
	{ "Image", SHAPE_TEXT },
	{ "ExposedPorts", SHAPE_OBJECT },
	{ "Labels", SHAPE_OBJECT },
};

static bool all_of(const struct json *list, enum json_type type)
{
	JSON_EACH (list, item) {
		if (!json_is(item, type))
			return false;
	}
	return json_is(list, JSON_ARRAY);
}

static bool ports_fit(const struct json *ports)
{
	JSON_MEMBERS (ports, port) {
		if (!json_is(&port->value, JSON_NULL) && !all_of(&port->value, JSON_OBJECT))
			return false;
	}
	return json_is(ports, JSON_OBJECT);
}

static bool restart_fits(const struct json *policy)
{
	const struct json *tries = JSON_GET(policy, "MaximumRetryCount");
	int64_t n;

	return json_is(JSON_GET(policy, "Name"), JSON_STRING) && (!tries || json_i64(tries, &n));
}

static bool fits(const struct json *v, enum shape shape)
{
	int64_t n;

	if (json_is(v, JSON_NULL))
		return true;
	switch (shape) {
	case SHAPE_TEXT:
		return json_is(v, JSON_STRING);
	case SHAPE_NUMBER:
		return json_i64(v, &n);
	case SHAPE_BOOL:
		return json_is(v, JSON_TRUE) || json_is(v, JSON_FALSE);
	case SHAPE_TEXTS:
		return all_of(v, JSON_STRING);
	case SHAPE_OBJECTS:
		return all_of(v, JSON_OBJECT);
	case SHAPE_OBJECT:
		return json_is(v, JSON_OBJECT);
	case SHAPE_PORTS:
		return ports_fit(v);
	case SHAPE_RESTART:
		return restart_fits(v);
	}
	return false;
}

static void misfit(struct container_doc *doc, const char *where, str name)
{
	container_doc_unread(doc, str_fmt(doc->scratch, "inspect.%s%.*s", where, STR_ARG(name)),
			     STR("the engine answers a value of another kind"),
			     STR("look at the engine"));
}

static void put_members(struct container_doc *doc, const struct json *object, const char *where,
			const struct member *members, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		str name = str_c(members[i].name);
		const struct json *v = json_get(object, name);

		if (!v)
			continue; /* engines of another version have no such member */
		if (!fits(v, members[i].shape)) {
			misfit(doc, where, name);
			continue;
		}
		json_key(&doc->w, name);
		json_put(&doc->w, v);
	}
}

/* The command is left out: how it is asked for remains ("NONE", "CMD"), and its times. */
static void put_healthcheck(struct container_doc *doc, const struct json *check)
{
	static const char *const times[] = { "Interval", "Timeout", "StartPeriod", "Retries" };

	if (!check)
		return;
	if (!fits(check, SHAPE_OBJECT)) {
		misfit(doc, "Config.", STR("Healthcheck"));
		return;
	}
	JSON_KEY(&doc->w, "Healthcheck");
	if (json_is(check, JSON_NULL)) {
		json_put_null(&doc->w);
		return;
	}
	str how = json_str(json_at(JSON_GET(check, "Test"), 0));

	json_open_object(&doc->w);
	JSON_KEY(&doc->w, "Test");
	json_open_array(&doc->w);
	if (str_eq(how, STR("NONE")) || str_eq(how, STR("CMD")) || str_eq(how, STR("CMD-SHELL")))
		json_put_str(&doc->w, how);
	json_close_array(&doc->w);
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		int64_t n;

		if (json_i64(json_get(check, str_c(times[i])), &n))
			json_kv_i64(&doc->w, str_c(times[i]), n);
	}
	json_close_object(&doc->w);
}

static void put_state(struct container_doc *doc, const struct json *state)
{
	const struct json *health = JSON_GET(state, "Health");
	const struct json *status = JSON_GET(state, "Status");
	/* Podman says "healthcheck" beside it, and an empty status where there is none. */
	str word = json_get_str(health, STR("Status"));

	if (!json_is(state, JSON_OBJECT)) {
		misfit(doc, "", STR("State"));
		return;
	}
	JSON_KEY(&doc->w, "State");
	json_open_object(&doc->w);
	if (json_is(status, JSON_STRING))
		json_kv_str(&doc->w, STR("Status"), json_str(status));
	if (json_is(health, JSON_OBJECT) && !json_is(JSON_GET(health, "Status"), JSON_STRING)) {
		misfit(doc, "State.", STR("Health"));
	} else if (health && !fits(health, SHAPE_OBJECT)) {
		misfit(doc, "State.", STR("Health"));
	} else {
		JSON_KEY(&doc->w, "Health");
		if (str_empty(word)) {
			json_put_null(&doc->w);
		} else {
			json_open_object(&doc->w);
			json_kv_str(&doc->w, STR("Status"), word);
			json_close_object(&doc->w);
		}
	}
	json_close_object(&doc->w);
}

static void put_network(struct container_doc *doc, const struct json *settings)
{
	const struct json *ports = JSON_GET(settings, "Ports");
	const struct json *networks = JSON_GET(settings, "Networks");

	if (!json_is(settings, JSON_OBJECT)) {
		misfit(doc, "", STR("NetworkSettings"));
		return;
	}
	JSON_KEY(&doc->w, "NetworkSettings");
	json_open_object(&doc->w);
	if (ports && !fits(ports, SHAPE_PORTS)) {
		misfit(doc, "NetworkSettings.", STR("Ports"));
	} else if (ports) {
		JSON_KEY(&doc->w, "Ports");
		json_put(&doc->w, ports);
	}
	if (networks && !fits(networks, SHAPE_OBJECT)) {
		misfit(doc, "NetworkSettings.", STR("Networks"));
	} else if (networks) {
		JSON_KEY(&doc->w, "Networks");
		json_open_object(&doc->w);
		JSON_MEMBERS (networks, network) {
			json_key(&doc->w, network->key);
			json_open_object(&doc->w);
			json_close_object(&doc->w);
		}
		json_close_object(&doc->w);
	}
	json_close_object(&doc->w);
}

void container_inspect_write(struct container_doc *doc, const struct json *answer)
{
	const struct json *c = JSON_GET(answer, "Config"), *h = JSON_GET(answer, "HostConfig");

	JSON_KEY(&doc->w, "inspect");
	json_open_object(&doc->w);
	put_members(doc, answer, "", top, ARRAY_LEN(top));
	put_state(doc, JSON_GET(answer, "State"));
	if (json_is(c, JSON_OBJECT)) {
		JSON_KEY(&doc->w, "Config");
		json_open_object(&doc->w);
		put_members(doc, c, "Config.", config, ARRAY_LEN(config));
		put_healthcheck(doc, JSON_GET(c, "Healthcheck"));
		json_close_object(&doc->w);
	} else {
		misfit(doc, "", STR("Config"));
	}
	put_network(doc, JSON_GET(answer, "NetworkSettings"));
	if (json_is(h, JSON_OBJECT)) {
		JSON_KEY(&doc->w, "HostConfig");
		json_open_object(&doc->w);
		put_members(doc, h, "HostConfig.", host_config, ARRAY_LEN(host_config));
		json_close_object(&doc->w);
	} else {
		misfit(doc, "", STR("HostConfig"));
	}
	json_close_object(&doc->w);
}

bool container_is_running(const struct json *answer)
{
	str status = json_get_str(JSON_GET(answer, "State"), STR("Status"));

	return str_eq(status, STR("running")) || str_eq(status, STR("paused"));
}
