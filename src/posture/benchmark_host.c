/* SPDX-License-Identifier: Apache-2.0 */
/* What a document of kind docker says of the machine, for people. */
#include "posture/benchmark_internal.h"

#define LISTENERS_MAX 64u

static str copy(struct benchmark_entry *e, const struct json *v)
{
	return str_dup(e->arena, json_str(v));
}

static int64_t number_of(const struct json *v, int64_t otherwise)
{
	int64_t n;

	return json_i64(v, &n) && n >= 0 ? n : otherwise;
}

static bool is_unread(const struct benchmark_entry *e, str what)
{
	for (size_t i = 0; i < e->not_read_n; i++) {
		str named = e->not_read[i].what;

		if (str_eq(named, what) ||
		    (str_starts(what, named) && what.n > named.n && what.p[named.n] == '.'))
			return true;
	}
	return false;
}

static str swarm_of(const struct json *info, struct arena *arena)
{
	const struct json *swarm = JSON_GET(info, "Swarm");
	str state = json_get_str(swarm, STR("LocalNodeState"));

	if (str_eq(state, STR("active")))
		return json_bool(JSON_GET(swarm, "ControlAvailable")) ? STR("active (manager)")
								      : STR("active (worker)");
	return str_dup(arena, state);
}

static void add_listener(struct benchmark_entry *e, str text)
{
	struct benchmark_host *h = &e->facts;
	str *list = (str *)(uintptr_t)h->listeners;

	if (h->listener_n >= LISTENERS_MAX || text.n == 0)
		return;
	for (size_t i = 0; i < h->listener_n; i++) {
		if (str_eq(list[i], text))
			return;
	}
	list[h->listener_n++] = str_dup(e->arena, text);
}

/* Hosts of the settings, what a socket unit hands on, and what is held and answers as the API. */
static void take_listeners(const struct json *document, struct benchmark_entry *e)
{
	const struct json *daemon = JSON_GET(document, "daemon");
	const struct json *hosts = json_path(daemon, "settings", "hosts", "value", NULL);

	e->facts.listeners = ARENA_ARRAY(e->arena, str, LISTENERS_MAX);
	if (json_is(hosts, JSON_STRING))
		add_listener(e, json_str(hosts));
	JSON_EACH (hosts, host)
		add_listener(e, json_str(host));
	JSON_EACH (json_path(daemon, "socket_unit", "streams", NULL), stream) {
		if (str_eq(json_get_str(stream, STR("protocol")), STR("unix")))
			add_listener(e, str_cat(e->arena, STR("unix://"),
						json_get_str(stream, STR("path"))));
	}
	JSON_EACH (JSON_GET(daemon, "held"), held) {
		str address = json_get_str(held, STR("address"));
		bool six = str_find_char(address, ':') >= 0;

		if (json_bool(JSON_GET(held, "api")))
			add_listener(e, str_fmt(e->arena, "tcp://%s%.*s%s:%lld", six ? "[" : "",
						STR_ARG(address), six ? "]" : "",
						(long long)number_of(JSON_GET(held, "port"), 0)));
	}
	add_listener(e, json_str(json_path(document, "engine", "address", NULL)));
}

static void take_engine(const struct json *engine, struct benchmark_entry *e)
{
	const struct json *info = JSON_GET(engine, "info");
	struct benchmark_host *h = &e->facts;

	h->engine_present = !json_is(JSON_GET(engine, "present"), JSON_FALSE);
	h->engine_answers = json_bool(JSON_GET(engine, "answers"));
	h->engine_error = copy(e, JSON_GET(engine, "error"));
	h->engine_name = json_bool(JSON_GET(engine, "podman")) ? STR("Podman") : STR("Docker");
	h->engine_version = copy(e, json_path(engine, "version", "Version", NULL));
	if (h->engine_version.n == 0)
		h->engine_version = copy(e, JSON_GET(info, "ServerVersion"));
	h->engine_api = copy(e, JSON_GET(engine, "api_version"));
	h->engine_address = copy(e, JSON_GET(engine, "address"));
	h->rootless = json_bool(JSON_GET(engine, "rootless"));
	h->storage_driver = copy(e, JSON_GET(info, "Driver"));
	h->swarm = swarm_of(info, e->arena);
	h->images = number_of(JSON_GET(info, "Images"), -1);
	h->running = number_of(JSON_GET(info, "ContainersRunning"), -1);
	h->stopped = number_of(JSON_GET(info, "ContainersStopped"), -1);
}

void benchmark_host_read(const struct json *document, struct benchmark_entry *e)
{
	const struct json *host = JSON_GET(document, "host");
	struct benchmark_host *h = &e->facts;

	h->known = true;
	h->name = e->shown.name;
	h->os = copy(e, json_path(host, "os", "pretty_name", NULL));
	h->kernel = copy(e, JSON_GET(host, "kernel"));
	h->architecture = copy(e, JSON_GET(host, "architecture"));
	h->root = copy(e, JSON_GET(host, "root"));
	h->in_container = json_bool(JSON_GET(host, "in_container"));
	h->collected_at = copy(e, JSON_GET(document, "collected_at"));
	h->images = h->images_in_use = h->running = h->stopped = -1;
	take_engine(JSON_GET(document, "engine"), e);
	const struct json *running = json_path(document, "daemon", "running", NULL);

	/* One that never ran had nothing to answer. */
	h->engine_asked = json_bool(running) || is_unread(e, STR("containers")) ||
			  (!json_is(running, JSON_FALSE) && is_unread(e, STR("engine.info")));
	take_listeners(document, e);
	if (json_is(JSON_GET(document, "daemon"), JSON_OBJECT))
		h->daemon = json_copy(JSON_GET(document, "daemon"), e->arena);
	if (json_is(JSON_GET(document, "images"), JSON_ARRAY))
		h->images = (int64_t)json_len(JSON_GET(document, "images"));
	if (json_is(JSON_GET(document, "containers"), JSON_ARRAY))
		e->containers = json_copy(JSON_GET(document, "containers"), e->arena);
}

static bool is_running(str state)
{
	return str_eq(state, STR("running")) || str_eq(state, STR("paused"));
}

struct use {
	struct map images;
	int64_t running, stopped;
};

static void count_use(struct use *use, str state, str image)
{
	use->running += is_running(state);
	use->stopped += !is_running(state);
	if (is_running(state) && image.n > 0)
		map_put(&use->images, image, NULL);
}

void benchmark_host_count(const struct benchmark *b, const struct benchmark_entry *host,
			  struct benchmark_host *out)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct use use = { .running = 0 };
	bool known = host->containers != NULL;

	*out = host->facts;
	map_init(&use.images, arena);
	JSON_EACH (host->containers, c)
		count_use(&use, json_get_str(c, STR("state")), json_get_str(c, STR("image_id")));
	for (size_t i = 0; i < b->n && !host->containers; i++) {
		const struct benchmark_entry *e = b->entries[i];

		if (!str_eq(e->shown.kind, STR("container")))
			continue;
		known = true;
		count_use(&use, e->state, e->image_id.n > 0 ? e->image_id : e->shown.image);
	}
	if (!known)
		return;
	out->running = use.running;
	out->stopped = use.stopped;
	out->images_in_use = (int64_t)use.images.n;
}
