/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "base/time.h"
#include "posture/facts/docker_internal.h"

#define MASK "********"

/* Options whose value lets somebody in: nobody has to see it. */
static bool is_credential(str name)
{
	static const char *const parts[] = { "token",	   "password", "secret", "access-key",
					     "access_key", "apikey",   "api-key" };

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (str_find(name, str_c(parts[i])) >= 0)
			return true;
	}
	return false;
}

/* "https://user:password@proxy", "splunk-token=..." without what is secret in it. */
static str masked(str word, struct arena *arena)
{
	ptrdiff_t scheme = str_find(word, STR("://")), at = str_find_char(word, '@');
	ptrdiff_t equal = str_rfind_char(word, '=');

	/* A name in front of the host; "unix://@name" and paths have none. */
	if (scheme >= 0 && at > scheme + 3 &&
	    !memchr(word.p + scheme + 3, '/', (size_t)(at - scheme - 3)))
		return str_fmt(arena, "%.*s" MASK "%.*s", (int)scheme + 3, word.p,
			       STR_ARG(str_skip(word, (size_t)at)));
	if (equal > 0 && is_credential(str_take(word, (size_t)equal)))
		return str_fmt(arena, "%.*s=" MASK, (int)equal, word.p);
	return word;
}

static void put_value(struct docker_facts *facts, const struct json *value, unsigned depth);

static void put_members(struct docker_facts *facts, const struct json *value, unsigned depth)
{
	json_open_object(&facts->w);
	JSON_MEMBERS (value, member) {
		json_key(&facts->w, member->key);
		if (is_credential(member->key) && json_is(&member->value, JSON_STRING))
			json_put_str(&facts->w, STR(MASK));
		else
			put_value(facts, &member->value, depth + 1);
	}
	json_close_object(&facts->w);
}

static void put_value(struct docker_facts *facts, const struct json *value, unsigned depth)
{
	assert(depth <= JSON_DEFAULT_DEPTH); /* the reader's limit */
	if (json_is(value, JSON_OBJECT)) {
		put_members(facts, value, depth);
	} else if (json_is(value, JSON_ARRAY)) {
		json_open_array(&facts->w);
		JSON_EACH (value, item)
			put_value(facts, item, depth + 1);
		json_close_array(&facts->w);
	} else if (json_is(value, JSON_STRING)) {
		json_put_str(&facts->w, masked(json_str(value), facts->arena));
	} else {
		json_put(&facts->w, value);
	}
}

static void put_source(struct docker_facts *facts, const struct json *value, str source, str where)
{
	json_open_object(&facts->w);
	JSON_KEY(&facts->w, "value");
	put_value(facts, value, 0);
	json_kv_str(&facts->w, STR("source"), source);
	json_kv_str(&facts->w, STR("where"), where);
	json_close_object(&facts->w);
}

static void put_settings(struct docker_facts *facts)
{
	JSON_KEY(&facts->w, "settings");
	json_open_object(&facts->w);
	for (size_t i = 0; i < facts->settings_n; i++) {
		const struct docker_setting *s = &facts->settings[i];

		json_key(&facts->w, s->key);
		put_source(facts, s->value, s->source, s->where);
	}
	json_close_object(&facts->w);
	JSON_KEY(&facts->w, "disagreements");
	json_open_array(&facts->w);
	for (size_t i = 0; i < facts->settings_n; i++) {
		const struct docker_setting *s = &facts->settings[i];

		if (s->other_n == 0)
			continue;
		json_open_object(&facts->w);
		json_kv_str(&facts->w, STR("key"), s->key);
		JSON_KEY(&facts->w, "values");
		json_open_array(&facts->w);
		for (size_t k = 0; k < s->other_n; k++)
			put_source(facts, s->other[k].value, s->other[k].source, s->other[k].where);
		json_close_array(&facts->w);
		json_close_object(&facts->w);
	}
	json_close_array(&facts->w);
}

/* Why the settings are not all known. */
static void note_incomplete(struct docker_facts *facts)
{
	str what = STR("daemon.settings");

	if (facts->podman)
		docker_missed(facts, what, STR("Podman has no daemon with such settings"),
			      STR("look at containers.conf"));
	else if (facts->daemon_doubt)
		docker_missed(
			facts, what,
			STR("several Docker daemons run here, and none of them is known to be "
			    "the one that answers"),
			STR("run as root, on the host itself"));
	else if (!facts->daemon)
		docker_missed(facts, what,
			      facts->engine ? STR("the process of the daemon is not seen from here")
					    : STR("no Docker daemon runs"),
			      facts->engine ? STR("run on the host, or with --host-root and its "
						  "processes")
					    : STR("start it"));
	else if (facts->words_err.kind != ERR_NONE)
		docker_failed(facts, what, &facts->words_err);
	else if (facts->words_n == 0)
		docker_missed(facts, what, STR("the daemon has no command line"), STR("run again"));
	else if (facts->config_late)
		docker_missed(facts, what,
			      str_fmt(facts->arena,
				      "%.*s was changed after the daemon had started: what it says "
				      "need not hold",
				      STR_ARG(facts->config_path)),
			      STR("restart the daemon, then look again"));
	else
		docker_failed(facts, what, &facts->config_err);
}

static void put_config_file(struct docker_facts *facts)
{
	struct json_writer *w = &facts->w;

	JSON_KEY(w, "config_file");
	json_open_object(w);
	json_kv_str(w, STR("path"), facts->config_path);
	json_kv_bool(w, STR("exists"), facts->config_exists);
	if (facts->config_exists) {
		json_kv_bool(w, STR("valid"), facts->config_valid);
		if (!facts->config_valid)
			json_kv_str(w, STR("error"), str_c(facts->config_err.msg));
		if (facts->config_time)
			json_kv_str(w, STR("changed_at"),
				    time_format(facts->arena, facts->config_time));
	}
	json_close_object(w);
}

static void put_unit_head(struct docker_facts *facts, const struct docker_unit *unit)
{
	json_kv_str(&facts->w, STR("fragment"), unit->fragment);
	json_kv_strings(&facts->w, STR("drop_ins"), unit->drop_ins, unit->drop_in_count);
}

static void put_service(struct docker_facts *facts)
{
	const struct docker_unit *unit = &facts->service;
	const struct systemd_setting *found[64];
	size_t n;

	if (unit->err.kind != ERR_NONE) {
		docker_failed(facts, STR("daemon.unit"), &unit->err);
		return;
	}
	JSON_KEY(&facts->w, "unit");
	if (!unit->found) {
		json_put_null(&facts->w);
		return;
	}
	json_open_object(&facts->w);
	put_unit_head(facts, unit);
	n = systemd_unit_get(&unit->settings, STR("Service"), STR("ExecStart"), found,
			     ARRAY_LEN(found));
	JSON_KEY(&facts->w, "exec_start");
	json_open_array(&facts->w);
	if (n) {
		size_t count;
		const str *words = systemd_words(found[n - 1]->value, facts->arena, &count);

		for (size_t i = 0; i < count; i++)
			json_put_str(&facts->w, masked(words[i], facts->arena));
	}
	json_close_array(&facts->w);
	json_close_object(&facts->w);
}

static void put_socket(struct docker_facts *facts)
{
	const struct docker_unit *unit = &facts->socket;
	struct docker_stream streams[DOCKER_STREAMS_MAX];
	struct json_writer *w = &facts->w;
	size_t n;

	if (unit->err.kind != ERR_NONE) {
		docker_failed(facts, STR("daemon.socket_unit"), &unit->err);
		return;
	}
	JSON_KEY(w, "socket_unit");
	if (!unit->found) {
		json_put_null(w);
		return;
	}
	json_open_object(w);
	put_unit_head(facts, unit);
	JSON_KEY(w, "streams");
	json_open_array(w);
	n = docker_streams(facts, streams, ARRAY_LEN(streams));
	for (size_t i = 0; i < n; i++) {
		json_open_object(w);
		json_kv_str(w, STR("listen"), streams[i].listen);
		json_kv_str(w, STR("protocol"), streams[i].protocol);
		json_kv_opt(w, STR("address"), streams[i].address);
		if (streams[i].port)
			json_kv_u64(w, STR("port"), streams[i].port);
		json_kv_opt(w, STR("path"), streams[i].path);
		json_kv_str(w, STR("where"), streams[i].where);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}

static void put_process(struct docker_facts *facts)
{
	struct json_writer *w = &facts->w;
	const struct docker_process *p = facts->daemon;

	if (!p)
		return;
	json_kv_i64(w, STR("pid"), p->pid);
	json_kv_u64(w, STR("uid"), p->uid);
	json_kv_u64(w, STR("gid"), p->gid);
	if (facts->began)
		json_kv_str(w, STR("started_at"), time_format(facts->arena, facts->began));
	if (str_empty(p->exe))
		docker_missed(facts, STR("daemon.exe"), STR("permission denied"),
			      STR("run as root"));
	else
		json_kv_str(w, STR("exe"), p->exe);
	if (facts->words_err.kind != ERR_NONE) {
		docker_failed(facts, STR("daemon.cmdline"), &facts->words_err);
	} else {
		JSON_KEY(w, "cmdline");
		json_open_array(w);
		for (size_t i = 0; i < facts->words_n; i++)
			json_put_str(w, masked(facts->words[i], facts->arena));
		json_close_array(w);
	}
	if (str_empty(facts->home))
		docker_missed(facts, STR("daemon.home"), STR("its user is not in /etc/passwd"),
			      STR("look at it by hand"));
	else
		json_kv_str(w, STR("home"), facts->home);
}

/* Members that only a process has. */
static void note_no_process(struct docker_facts *facts)
{
	static const char *const members[] = {
		"pid", "uid", "gid", "exe", "home", "cmdline", "held"
	};
	bool hidden = facts->engine || facts->daemon_doubt;

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		docker_missed(facts, str_fmt(facts->arena, "daemon.%s", members[i]),
			      hidden ? STR("the process of the daemon is not seen from here")
				     : STR("no Docker daemon runs"),
			      hidden ? STR("run as root, on the host or with --host-root and its "
					   "processes")
				     : STR("start it"));
}

/* Of an engine on another machine only what it says itself is known. */
static void note_elsewhere(struct docker_facts *facts)
{
	static const char *const members[] = {
		"running", "pid",  "uid",      "gid",	      "exe",  "home",
		"cmdline", "held", "settings", "config_file", "unit", "socket_unit"
	};

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		docker_missed(facts, str_fmt(facts->arena, "daemon.%s", members[i]),
			      facts->host_unknown, facts->host_remedy);
}

void docker_put_daemon(struct docker_facts *facts)
{
	struct docker_mark mark = docker_mark(facts);
	struct json_writer *w = &facts->w;

	JSON_KEY(w, "daemon");
	json_open_object(w);
	if (facts->engine && !facts->daemon && facts->host_known)
		docker_missed(
			facts, STR("daemon.running"),
			STR("an engine answers, and its process is not seen from here"),
			STR("run as root, on the host or with --host-root and its processes"));
	else if (facts->procs_err.kind == ERR_NONE && facts->host_known)
		json_kv_bool(w, STR("running"), facts->daemon != NULL);
	else if (facts->host_known)
		docker_failed(facts, STR("daemon.running"), &facts->procs_err);
	if (facts->daemon)
		put_process(facts);
	else if (facts->host_known)
		note_no_process(facts);
	put_settings(facts);
	json_kv_bool(w, STR("settings_complete"), docker_settings_complete(facts));
	if (facts->host_known) {
		if (!docker_settings_complete(facts))
			note_incomplete(facts);
		put_config_file(facts);
		put_service(facts);
		put_socket(facts);
	} else {
		note_elsewhere(facts);
	}
	if (facts->daemon)
		docker_put_held(facts);
	json_close_object(w);
	IGNORE(docker_keep(facts, &mark, STR("daemon"))); /* noted */
}
