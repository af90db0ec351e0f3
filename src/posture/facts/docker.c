/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/docker.h"

#include <errno.h>
#include <unistd.h>

#include "base/time.h"
#include "posture/facts/container.h"
#include "posture/facts/docker_internal.h"
#include "posture/facts/image.h"

void docker_facts_free(struct docker_facts *facts)
{
	if (!facts)
		return;
	engine_close(facts->engine);
	host_view_free(facts->view);
	buf_done(&facts->text);
	arena_free(facts->arena);
}

str docker_facts_text(const struct docker_facts *facts) { return buf_str(&facts->text); }
const struct json *docker_facts_document(const struct docker_facts *facts)
{
	return facts->document;
}
size_t docker_facts_not_read(const struct docker_facts *facts) { return facts->missed_n; }
struct engine *docker_facts_engine(struct docker_facts *facts) { return facts->engine; }
struct host_view *docker_facts_view(struct docker_facts *facts) { return facts->view; }
bool docker_facts_local(const struct docker_facts *facts) { return facts->host_known; }
const struct docker_facts_opts *docker_facts_options(const struct docker_facts *facts)
{
	return &facts->opts;
}
str docker_facts_of_host(const struct docker_facts *facts) { return facts->of_host; }
str docker_facts_platform(const struct docker_facts *facts) { return facts->platform; }
str docker_facts_time(const struct docker_facts *facts) { return facts->time; }

const struct docker_skip *docker_facts_skips(const struct docker_facts *facts, size_t *n)
{
	*n = facts->skip_n;
	return facts->skips;
}

void docker_skip_note(struct docker_facts *facts, str what, str reason, str remedy)
{
	for (size_t i = 0; i < facts->skip_n; i++) {
		if (str_eq(facts->skips[i].what, what) && str_eq(facts->skips[i].reason, reason))
			return;
	}
	facts->skips = arena_regrow(facts->arena, facts->skips, facts->skip_n, &facts->skip_cap,
				    sizeof(*facts->skips));
	facts->skips[facts->skip_n++] = (struct docker_skip){
		.what = str_dup(facts->arena, what),
		.reason = str_dup(facts->arena, reason),
		.remedy = str_dup(facts->arena, remedy),
	};
}

int docker_facts_each(struct docker_facts *facts, unsigned kinds, docker_facts_fn *fn,
		      void *context, struct err *err)
{
	if ((kinds & DOCKER_CONTAINERS) && container_facts_each(facts, fn, context, err) < 0)
		return -1;
	if ((kinds & DOCKER_IMAGES) && image_facts_each(facts, fn, context, err) < 0)
		return -1;
	return 0;
}

/* ---- the engine ---- */

static void try_engine(struct docker_facts *facts, const char *host)
{
	const struct engine_opts opts = { .host = host,
					  .cert_dir = facts->opts.cert_dir,
					  .timeout_s = facts->opts.timeout_s,
					  .deadline_ms = facts->opts.deadline_ms };

	facts->engine = engine_open(&opts, &facts->engine_err);
}

bool docker_engine_is_named(const struct docker_facts *facts)
{
	const char *named = getenv("DOCKER_HOST");

	return (facts->opts.host && facts->opts.host[0]) || (named && named[0]);
}

/* Sockets of the host below its root, where none of this container's answers. */
static void try_host_sockets(struct docker_facts *facts)
{
	static const str places[] = { STR_INIT("/var/run/docker.sock"),
				      STR_INIT("/run/podman/podman.sock") };
	str root = host_view_root(facts->view);

	if (str_eq(root, STR("/")) || docker_engine_is_named(facts))
		return;
	for (size_t i = 0; i < ARRAY_LEN(places) && !facts->engine; i++) {
		struct host_node node;
		struct err err; /* then there is none */

		if (host_view_look(facts->view, places[i], facts->arena, &node, &err) < 0 ||
		    !node.exists)
			continue;
		try_engine(facts,
			   str_cstr(facts->arena, str_fmt(facts->arena, "unix://%.*s%.*s",
							  STR_ARG(root), STR_ARG(node.resolved))));
	}
}

/* The address as the host knows it. */
static str shown_address(const struct docker_facts *facts)
{
	str shown = engine_shown(facts->engine), root = host_view_root(facts->view);
	str path = str_skip(shown, 7);

	if (engine_socket(facts->engine) && root.n > 1 && str_starts(path, root) &&
	    path.n > root.n && path.p[root.n] == '/')
		return str_cat(facts->arena, STR("unix://"), str_skip(path, root.n));
	return shown;
}

static void open_engine(struct docker_facts *facts)
{
	struct err err;

	try_engine(facts, facts->opts.host);
	if (!facts->engine && facts->engine_err.kind == ERR_NOT_FOUND)
		try_host_sockets(facts);
	if (!facts->engine)
		return;
	facts->address = shown_address(facts);
	facts->podman = engine_is_podman(facts->engine);
	if (engine_get(facts->engine, STR("/info"), facts->arena, &facts->info, &err) < 0 ||
	    !json_is(facts->info, JSON_OBJECT)) {
		if (facts->info)
			IGNORE(err_set(&err, ERR_INPUT, "the answer of /info is no object"));
		facts->info = NULL;
		docker_failed(facts, STR("engine.info"), &err);
	}
	/* A member of its own, which older versions of Podman have alone. */
	facts->rootless = facts->podman && json_bool(JSON_GET(facts->info, "Rootless"));
	JSON_EACH (JSON_GET(facts->info, "SecurityOptions"), option) {
		str text = json_str(option);

		if (str_eq(text, STR("name=rootless")) || str_starts(text, STR("name=rootless,")))
			facts->rootless = true;
	}
}

/* ---- the host ---- */

/* Does this process itself run in a container? */
static bool in_container(void)
{
	static const char *const signs[] = { "/.dockerenv", "/run/.containerenv" };
	const char *word = getenv("container");

	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		if (access(signs[i], F_OK) == 0)
			return true;
	}
	return word && word[0];
}

/* Whether the files and processes that are seen are those of the engine's machine. */
static void know_host(struct docker_facts *facts)
{
	bool mounted = !str_eq(host_view_root(facts->view), STR("/"));

	facts->in_container = in_container();
	facts->host_known = true;
	if (!facts->engine || facts->daemon || mounted)
		return;
	if (!engine_socket(facts->engine)) {
		facts->host_known = false;
		facts->host_unknown = STR("the engine is on another machine, or its process is not "
					  "seen from here");
		facts->host_remedy = STR("run on that machine, as root");
	} else if (facts->in_container && !facts->daemon_doubt && !facts->podman) {
		facts->host_known = false;
		facts->host_unknown =
			STR("the command runs in a container and does not see the host");
		facts->host_remedy = STR("mount the host's root and give it with --host-root");
	}
}

static bool is_installed(struct docker_facts *facts)
{
	static const str programs[] = { STR_INIT("/usr/bin/dockerd"), STR_INIT("/usr/sbin/dockerd"),
					STR_INIT("/usr/local/bin/dockerd") };

	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		struct host_node node;
		struct err err; /* then nobody sees it */

		if (host_view_look(facts->view, programs[i], facts->arena, &node, &err) == 0 &&
		    node.exists)
			return true;
	}
	return false;
}

/* What only an engine that answers has. */
static void note_no_engine(struct docker_facts *facts)
{
	static const char *const members[] = { "info",	 "swarm",    "address", "api_version",
					       "podman", "rootless", "version" };
	str reason = facts->present ? str_c(facts->engine_err.msg) : STR("there is no engine");
	str remedy = facts->engine_err.kind == ERR_DENIED
			     ? STR("run as root or as a member of the engine's group")
			     : STR("start the engine, or name it with --host");

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		docker_missed(facts, str_fmt(facts->arena, "engine.%s", members[i]), reason,
			      remedy);
}

static void look_around(struct docker_facts *facts)
{
	open_engine(facts);
	docker_find_processes(facts);
	docker_find_daemon(facts);
	know_host(facts);
	facts->present = facts->engine || docker_engine_is_named(facts) ||
			 facts->engine_err.kind != ERR_NOT_FOUND || facts->daemon ||
			 is_installed(facts);
	if (!facts->engine)
		note_no_engine(facts);
	docker_read_units(facts);
	docker_read_settings(facts);
}

/* ---- the document ---- */

/* What only the engine's machine itself can tell. */
static void put_machine(struct docker_facts *facts)
{
	static const char *const members[] = { "platform", "files",	    "audit",
					       "accounts", "content_trust", "user_sockets",
					       "packages", "kernel",	    "security",
					       "exec" };

	if (!facts->host_known) {
		for (size_t i = 0; i < ARRAY_LEN(members); i++)
			docker_missed(facts, str_c(members[i]), facts->host_unknown,
				      facts->host_remedy);
		return;
	}
	docker_put_platform(facts);
	docker_put_files(facts);
	docker_put_audit(facts);
	docker_put_accounts(facts);
	docker_put_environment(facts);
	docker_put_packages(facts);
	docker_put_kernel(facts);
	docker_put_exec(facts);
}

static int write_document(struct docker_facts *facts, struct err *err)
{
	const struct json_opts opts = { .max_depth = JSON_MAX_DEPTH,
					.keep_duplicates = true, /* of bytes that are no UTF-8 */
					.borrow = true };
	struct json_writer *w = &facts->w;

	buf_init(&facts->text, DOCKER_DOCUMENT_MAX);
	json_writer_init(w, &facts->text, 0);
	json_open_object(w);
	json_kv_i64(w, STR("schema_version"), 1);
	json_kv_str(w, STR("kind"), STR("docker"));
	json_kv_str(w, STR("collected_at"), facts->time);
	docker_put_host(facts);
	docker_put_engine(facts);
	docker_put_daemon(facts);
	put_machine(facts);
	docker_put_inventory(facts);
	docker_put_swarm(facts);
	JSON_KEY(w, "not_read");
	json_open_array(w);
	for (size_t i = 0; i < facts->missed_n; i++) {
		json_open_object(w);
		json_kv_str(w, STR("what"), facts->missed[i].what);
		json_kv_str(w, STR("reason"), facts->missed[i].reason);
		json_kv_str(w, STR("remedy"), facts->missed[i].remedy);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
	return json_parse(buf_str(&facts->text), &opts, facts->arena, &facts->document, err);
}

/* Settings that decide about containers; absent where they are not all known. */
static void put_defaults(struct docker_facts *facts, struct json_writer *w)
{
	const struct json *ip = docker_setting(facts, STR("ip"));
	const struct json *seccomp = docker_setting(facts, STR("seccomp-profile"));
	const struct json *rights = docker_setting(facts, STR("no-new-privileges"));
	const struct json *limits = docker_setting(facts, STR("default-ulimits"));
	bool all = docker_settings_complete(facts);

	if (all || rights)
		json_kv_bool(w, STR("no_new_privileges"), json_bool(rights));
	if (all || seccomp)
		json_kv_str(w, STR("seccomp_profile"), json_str(seccomp));
	if (all || ip)
		json_kv_str(w, STR("ip"), ip ? json_str(ip) : STR("0.0.0.0"));
	if (!all)
		return;
	JSON_KEY(w, "default_ulimits");
	if (limits) {
		json_put(w, limits);
	} else {
		json_open_object(w);
		json_close_object(w);
	}
}

/* `host` of the documents of containers. */
static void put_of_host(struct docker_facts *facts)
{
	const struct json *options = JSON_GET(facts->info, "SecurityOptions");
	const struct json *document = facts->document;
	AUTO(buf_done)
	struct buf text = { 0 };
	struct json_writer w;

	buf_init(&text, DOCKER_DOCUMENT_MAX);
	json_writer_init(&w, &text, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("name"), json_get_str(JSON_GET(document, "host"), STR("name")));
	if (facts->info) {
		JSON_KEY(&w, "security_options");
		json_open_array(&w);
		JSON_EACH (options, option)
			json_put_str(&w, json_str(option));
		json_close_array(&w);
		json_kv_bool(&w, STR("swarm_manager"),
			     json_bool(json_path(facts->info, "Swarm", "ControlAvailable", NULL)));
	}
	put_defaults(facts, &w);
	if (facts->host_known) {
		JSON_KEY(&w, "api_sockets");
		json_open_array(&w);
		for (size_t i = 0; i < facts->api_socket_n; i++) {
			json_put_str(&w, facts->api_sockets[i].path);
			if (!str_eq(facts->api_sockets[i].path, facts->api_sockets[i].resolved))
				json_put_str(&w, facts->api_sockets[i].resolved);
		}
		json_close_array(&w);
	}
	if (!str_empty(facts->apparmor)) {
		JSON_KEY(&w, "apparmor");
		json_put_raw(&w, facts->apparmor);
	}
	if (!str_empty(facts->selinux)) {
		JSON_KEY(&w, "selinux");
		json_put_raw(&w, facts->selinux);
	}
	JSON_KEY(&w, "platform");
	json_put_raw(&w, facts->platform);
	json_close_object(&w);
	facts->of_host = text.overflow ? STR("{}") : str_dup(facts->arena, buf_str(&text));
}

struct docker_facts *docker_facts_open(const struct docker_facts_opts *opts, struct err *err)
{
	struct arena *arena = arena_new();
	AUTO(docker_facts_free)
	struct docker_facts *facts = ARENA_NEW(arena, struct docker_facts);

	facts->arena = arena;
	facts->opts = *opts;
	if (facts->opts.now == 0)
		facts->opts.now = time_now();
	facts->time = time_format(arena, facts->opts.now);
	facts->view = host_view_open(opts->host_root, err);
	if (!facts->view)
		return NULL;
	look_around(facts);
	if (!facts->engine &&
	    (facts->engine_err.kind == ERR_USAGE || facts->engine_err.kind == ERR_UNSUPPORTED)) {
		*err = facts->engine_err;
		return NULL;
	}
	facts->platform = STR("{}");
	if (write_document(facts, err) < 0)
		return NULL;
	put_of_host(facts);
	return TAKE(facts);
}
