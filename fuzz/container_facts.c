/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What documents of containers and images are made of; the first byte picks: inspection of a
 * container, bundle of a runtime, inspection and history of an image, texts of /proc.
 */
#include "fmt/host/proc_status.h"
#include "must.h"
#include "posture/facts/image_internal.h"
#include "posture/facts/runtime_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct json *parsed(str text, struct arena *arena)
{
	const struct json_opts opts = { .max_values = 20000 };
	const struct json *doc;
	struct err ignored; /* nothing to look at then */

	return json_parse(text, &opts, arena, &doc, &ignored) == 0 ? doc : NULL;
}

/* The document ends whole, or says that it is too large; what is not read is absent. */
static const struct json *finish(struct container_doc *doc, struct arena *arena)
{
	const struct json *out;
	struct err err;

	if (!container_doc_end(doc))
		return NULL;
	must(json_parse(buf_str(&doc->out), NULL, arena, &out, &err) == 0);
	JSON_EACH (JSON_GET(out, "not_read"), entry) {
		must(json_get_str(entry, STR("what")).n > 0);
		must(json_get_str(entry, STR("reason")).n > 0);
		must(json_get_str(entry, STR("remedy")).n > 0);
	}
	return out;
}

/* Members are of the kinds that controls rely on. */
static void check_inspect(const struct json *inspect)
{
	static const char *const lists[] = { "CapAdd", "CapDrop", "SecurityOpt", "Devices",
					     "Ulimits" };
	const struct json *h = JSON_GET(inspect, "HostConfig"), *c = JSON_GET(inspect, "Config");
	const struct json *privileged = JSON_GET(h, "Privileged"), *user = JSON_GET(c, "User");

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		const struct json *v = json_get(h, str_c(lists[i]));

		must(!v || json_is(v, JSON_NULL) || json_is(v, JSON_ARRAY));
	}
	must(!privileged || json_is(privileged, JSON_NULL) || json_is(privileged, JSON_TRUE) ||
	     json_is(privileged, JSON_FALSE));
	must(!user || json_is(user, JSON_NULL) || json_is(user, JSON_STRING));
	must(!JSON_GET(c, "Env") && !JSON_GET(c, "Cmd") && !JSON_GET(c, "Entrypoint"));
	must(json_len(json_path(c, "Healthcheck", "Test", NULL)) <= 1);
}

static void inspection(str text, struct arena *arena)
{
	const struct json *answer = parsed(text, arena), *out;
	struct container_doc doc;

	container_doc_init(&doc, arena);
	container_doc_begin(&doc, STR("engine"), STR("2026-01-01T00:00:00Z"));
	container_inspect_write(&doc, answer);
	out = finish(&doc, arena);
	must(!out || json_is(JSON_GET(out, "inspect"), JSON_OBJECT));
	check_inspect(JSON_GET(out, "inspect"));
	(void)container_is_running(answer);
	container_doc_done(&doc);
}

static void bundle(str text, struct arena *arena)
{
	const struct bundle b = { .kind = text.n % 2 ? RUNTIME_CONTAINERD : RUNTIME_STORAGE,
				  .space = STR("k8s.io"),
				  .id = STR("0123456789ab"),
				  .folder = STR("/run/b") };
	const int is_host[NAMESPACES] = { -1, 0, 1, -1, -1, -1, -1 };
	const struct json *config = parsed(text, arena), *out;
	struct container_doc doc;
	struct bundle_facts f;
	struct err err;

	if (bundle_read(config, &b, arena, &f, &err) < 0)
		return;
	must(f.name.n > 0 && f.runtime.n > 0);
	container_doc_init(&doc, arena);
	container_doc_begin(&doc, STR("runtime"), STR("2026-01-01T00:00:00Z"));
	bundle_inspect_write(&doc, config, &f, is_host);
	bundle_runtime_write(&doc, &b, &f, STR("alice"));
	bundle_mounts_write(&doc, config, b.folder, NULL);
	out = finish(&doc, arena);
	check_inspect(JSON_GET(out, "inspect"));
	JSON_EACH (JSON_GET(out, "mounts"), mount)
		must(str_starts(json_get_str(mount, STR("host_path")), STR("/")));
	container_doc_done(&doc);
}

/* Two documents, one behind the other, parted by a NUL byte. */
static void image(str text, struct arena *arena)
{
	const struct json *config, *inspect, *history = NULL;
	str first = text, second = STR_EMPTY;
	struct err err;

	IGNORE(str_cut(text, '\0', &first, &second)); /* without: no history */
	inspect = parsed(first, arena);
	history = parsed(second, arena);
	if (image_config_make(inspect, history, arena, &config, &err) < 0)
		return;
	must(json_is(JSON_GET(config, "config"), JSON_OBJECT));
	must(json_len(JSON_GET(config, "history")) == json_len(history) ||
	     !json_is(history, JSON_ARRAY));
	JSON_EACH (JSON_GET(config, "history"), step)
		must(json_is(JSON_GET(step, "created_by"), JSON_STRING));
}

static void proc(str text, struct arena *arena)
{
	struct proc_sockets sockets = { .n = 0 };
	struct proc_status status;
	struct err err;
	str path = proc_cgroup_path(text), id = str_take(text, 20);
	str base = proc_cgroup_base(path, id, str_take(text, 5));

	must(path.n == 0 || (path.p >= text.p && path.p[0] == '/'));
	must(base.n <= path.n && str_starts(path, base));
	must(base.n == path.n || path.p[base.n] == '/');
	must(!proc_cgroup_names(text, STR("short")));
	if (proc_listening_parse(text, text.n % 2, arena, &sockets, &err) < 0)
		must(err.kind == ERR_INPUT || err.kind == ERR_LIMIT);
	must(sockets.n <= PROC_SOCKETS_MAX);
	for (size_t i = 0; i < sockets.n; i++)
		must(sockets.items[i].address.n > 0);
	if (proc_status_parse(text, &status, &err) == 0)
		must(status.pid >= 0);
	must(capability_number(str_take(text, 30)) < (int)CAPABILITY_COUNT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = str_of((const char *)data, size);

	if (size == 0)
		return 0;
	text = str_skip(text, 1);
	switch (data[0] % 4) {
	case 0:
		inspection(text, arena);
		break;
	case 1:
		bundle(text, arena);
		break;
	case 2:
		image(text, arena);
		break;
	default:
		proc(text, arena);
	}
	return 0;
}
