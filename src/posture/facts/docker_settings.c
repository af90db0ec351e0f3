/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/path.h"
#include "posture/facts/docker_internal.h"

/* Seconds: of the kernel only the second is known in which it began. */
#define CLOCK_SLACK 2

/* ---- what the live API shows ---- */

static struct json *value_new(struct docker_facts *facts, enum json_type type)
{
	struct json *value = ARENA_NEW(facts->arena, struct json);

	value->type = (uint8_t)type;
	return value;
}

static const struct json *text_value(struct docker_facts *facts, str text)
{
	struct json *value = value_new(facts, JSON_STRING);

	value->n = (uint32_t)text.n;
	value->text = text.p ? text.p : "";
	return value;
}

/* Members of /info that are a setting as it stands. */
static const struct {
	const char *key, *member;
} shown[] = {
	{ "data-root", "DockerRootDir" },
	{ "debug", "Debug" },
	{ "default-runtime", "DefaultRuntime" },
	{ "experimental", "ExperimentalBuild" },
	{ "labels", "Labels" },
	{ "live-restore", "LiveRestoreEnabled" },
	{ "log-driver", "LoggingDriver" },
	{ "storage-driver", "Driver" },
};

static bool has_option(const struct docker_facts *facts, str name, str *rest)
{
	*rest = STR_EMPTY;
	JSON_EACH (JSON_GET(facts->info, "SecurityOptions"), option) {
		str text = json_str(option), head, tail = STR_EMPTY;

		head = text;
		IGNORE(str_cut(text, ',', &head, &tail)); /* no more than the name */
		if (str_eq(str_without_prefix(head, STR("name=")), name)) {
			*rest = tail;
			return true;
		}
	}
	return false;
}

/* no-new-privileges is shown from API 1.43 (Engine 24) on. */
static bool shows_no_new_privileges(const struct docker_facts *facts)
{
	str newest = json_get_str(engine_version(facts->engine), STR("ApiVersion"));
	uint64_t minor;

	return str_starts(newest, STR("1.")) && str_u64(str_skip(newest, 2), &minor) && minor >= 43;
}

/* ---- putting the sources together ---- */

static struct docker_setting *slot(struct docker_facts *facts, str key)
{
	for (size_t i = 0; i < facts->settings_n; i++) {
		if (str_eq(facts->settings[i].key, key))
			return &facts->settings[i];
	}
	facts->settings = arena_regrow(facts->arena, facts->settings, facts->settings_n,
				       &facts->settings_cap, sizeof(*facts->settings));
	facts->settings[facts->settings_n] = (struct docker_setting){ .key = key };
	return &facts->settings[facts->settings_n++];
}

/* "/var/lib/docker/100000.100000" of an engine that remaps users is set as "/var/lib/docker". */
static bool same_root(const struct json *live, const struct json *set)
{
	str a = json_str(live), b = json_str(set), owner;
	uint64_t id;
	str uid, gid;

	while (b.n > 1 && str_ends(b, STR("/")))
		b.n--;
	if (str_eq(a, b))
		return true;
	owner = path_base(a);
	return str_starts(a, b) && a.n == b.n + 1 + owner.n && str_cut(owner, '.', &uid, &gid) &&
	       str_u64(uid, &id) && str_u64(gid, &id);
}

static bool same_value(str key, const struct json *a, const struct json *b)
{
	if (json_equal(a, b))
		return true;
	return str_eq(key, STR("data-root")) && same_root(a, b);
}

/* One source more; those before it count more. */
static void offer(struct docker_facts *facts, str key, const struct json *value, str source,
		  str where)
{
	struct docker_setting *s = slot(facts, key);

	if (!s->value) {
		s->value = value;
		s->source = source;
		s->where = where;
	} else if (!same_value(key, s->value, value) && s->other_n < ARRAY_LEN(s->other)) {
		s->other[s->other_n].value = value;
		s->other[s->other_n].source = source;
		s->other[s->other_n++].where = where;
	}
}

/* A text, a switch, or a list of texts: nothing else is a setting. */
static bool is_plain(const struct json *value)
{
	JSON_EACH (value, item) {
		if (!json_is(item, JSON_STRING))
			return false;
	}
	return json_is(value, JSON_STRING) || json_is(value, JSON_TRUE) ||
	       json_is(value, JSON_FALSE) || json_is(value, JSON_ARRAY);
}

static void offer_info(struct docker_facts *facts)
{
	str rest;

	if (!facts->info || facts->podman)
		return;
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		const struct json *value = json_get(facts->info, str_c(shown[i].member));

		if (is_plain(value))
			offer(facts, str_c(shown[i].key), value, STR("api"),
			      str_fmt(facts->arena, "/info %s", shown[i].member));
	}
	if (has_option(facts, STR("seccomp"), &rest)) {
		str profile = str_without_prefix(rest, STR("profile="));
		bool own = str_eq(profile, STR("default")) || str_eq(profile, STR("builtin"));

		/* The built in one has no name in the settings. */
		if (!str_empty(profile))
			offer(facts, STR("seccomp-profile"),
			      text_value(facts, own ? STR("") : profile), STR("api"),
			      STR("/info SecurityOptions"));
	}
	if (shows_no_new_privileges(facts)) {
		bool on = has_option(facts, STR("no-new-privileges"), &rest);

		offer(facts, STR("no-new-privileges"),
		      value_new(facts, on ? JSON_TRUE : JSON_FALSE), STR("api"),
		      STR("/info SecurityOptions"));
	}
}

/* The default bridge tells whether its containers may talk to each other. */
static void offer_bridge(struct docker_facts *facts)
{
	const struct json *network;
	struct err err; /* switched off, or not to be asked: then it shows nothing */
	str option;

	if (!facts->engine || facts->podman ||
	    engine_get(facts->engine, STR("/networks/bridge"), facts->arena, &network, &err) < 0)
		return;
	option = json_get_str(JSON_GET(network, "Options"),
			      STR("com.docker.network.bridge.enable_icc"));
	if (str_eq(option, STR("true")) || str_eq(option, STR("false")))
		offer(facts, STR("icc"),
		      value_new(facts, str_eq(option, STR("true")) ? JSON_TRUE : JSON_FALSE),
		      STR("api"), STR("/networks/bridge com.docker.network.bridge.enable_icc"));
}

/* ---- the configuration file ---- */

static void read_config(struct docker_facts *facts)
{
	const struct dockerd_setting *named =
		dockerd_settings_get(&facts->flags, STR("config-file"));
	str text;

	if (named && json_is(&named->value, JSON_STRING) &&
	    str_starts(json_str(&named->value), STR("/")))
		facts->config_path = json_str(&named->value);
	else if (!str_empty(facts->config_home))
		facts->config_path =
			str_cat(facts->arena, facts->config_home, STR("/docker/daemon.json"));
	else
		facts->config_path = STR("/etc/docker/daemon.json");
	dockerd_settings_init(&facts->file, facts->arena);
	if (host_view_read(facts->view, facts->config_path, DOCKERD_CONFIG_MAX, facts->arena, &text,
			   &facts->config_err) < 0) {
		facts->config_read = facts->config_err.kind == ERR_NOT_FOUND;
		facts->config_exists = !facts->config_read;
		return;
	}
	facts->config_exists = true;
	facts->config_read = facts->config_valid =
		dockerd_settings_file(&facts->file, facts->config_path, text, &facts->config_err) ==
		0;
}

/* The daemon reads its file when it begins; of what is shown nowhere else nothing is read again. */
static void look_at_age(struct docker_facts *facts)
{
	struct host_node node;
	struct err ignored; /* it has just been read: then it is gone */

	if (!facts->config_exists || !facts->daemon || facts->podman)
		return;
	facts->began = host_process_began(facts->view, facts->daemon->pid, facts->arena);
	if (facts->began == 0)
		docker_missed(facts, STR("daemon.started_at"),
			      STR("the time of its process cannot be read"),
			      STR("run on the host, or with --host-root and its processes"));
	if (facts->began == 0 ||
	    host_view_look(facts->view, facts->config_path, facts->arena, &node, &ignored) < 0)
		return;
	facts->config_time = node.modified;
	facts->config_late = node.exists && node.modified > facts->began + CLOCK_SLACK;
}

static void offer_all(struct docker_facts *facts, const struct dockerd_settings *settings,
		      str source)
{
	for (size_t i = 0; i < settings->n; i++)
		offer(facts, settings->items[i].key, &settings->items[i].value, source,
		      settings->items[i].where);
}

/* A file that came after the daemon only contradicts what is known from elsewhere. */
static void offer_file(struct docker_facts *facts)
{
	for (size_t i = 0; i < facts->file.n; i++) {
		const struct dockerd_setting *item = &facts->file.items[i];

		if (!facts->config_late || docker_setting(facts, item->key))
			offer(facts, item->key, &item->value, STR("configuration file"),
			      item->where);
	}
}

void docker_read_settings(struct docker_facts *facts)
{
	dockerd_settings_init(&facts->flags, facts->arena);
	if (facts->daemon && docker_process_is(facts->daemon, STR("dockerd")) &&
	    facts->words_err.kind == ERR_NONE && facts->words_n) {
		str where = str_fmt(facts->arena, "/proc/%" PRId64 "/cmdline", facts->daemon->pid);

		if (dockerd_settings_flags(&facts->flags, facts->words + 1, facts->words_n - 1,
					   where, &facts->words_err) == 0)
			facts->words_err.kind = ERR_NONE;
	}
	if (facts->host_known)
		read_config(facts);
	look_at_age(facts);
	offer_info(facts);
	offer_bridge(facts);
	offer_all(facts, &facts->flags, STR("command line"));
	offer_file(facts);
}

bool docker_settings_complete(const struct docker_facts *facts)
{
	return facts->daemon && docker_process_is(facts->daemon, STR("dockerd")) &&
	       facts->words_n > 0 && facts->words_err.kind == ERR_NONE && facts->config_read &&
	       !facts->config_late;
}

const struct json *docker_setting(const struct docker_facts *facts, str key)
{
	for (size_t i = 0; i < facts->settings_n; i++) {
		if (str_eq(facts->settings[i].key, key))
			return facts->settings[i].value;
	}
	return NULL;
}

str docker_setting_text(const struct docker_facts *facts, str key)
{
	return json_str(docker_setting(facts, key));
}
