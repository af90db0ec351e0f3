/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"
#include "posture/facts/container_internal.h"

#define VOLUMES_LOCAL	"/volumes?filters=%7B%22driver%22%3A%5B%22local%22%5D%7D"
#define VOLUME_NAME_MAX 255u

/* ---- volumes that are folders of the host ---- */

static bool holds_bind(str options)
{
	str word;

	while (str_split(&options, ',', &word)) {
		word = str_trim(word);
		if (str_eq(word, STR("bind")) || str_eq(word, STR("rbind")))
			return true;
	}
	return false;
}

/* Empty: none of the host's. */
static str device_of(const struct json *volume)
{
	const struct json *options = JSON_GET(volume, "Options");
	str device = json_get_str(options, STR("device"));

	return holds_bind(json_get_str(options, STR("o"))) && str_starts(device, STR("/"))
		       ? device
		       : STR_EMPTY;
}

static str *keep_device(struct container_work *work, str name, const struct json *volume)
{
	str *device = ARENA_NEW(work->arena, str);

	*device = str_dup(work->arena, device_of(volume));
	map_put(&work->volumes.by_key, name, device);
	return device;
}

/* All volumes of the driver at once; what is not among them is asked for by name. */
static void ask_volumes(struct container_work *work)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *answer;
	struct err ignored; /* then each is asked for by name */

	if (work->volumes.asked)
		return;
	work->volumes.asked = true;
	if (engine_get(work->engine, STR(VOLUMES_LOCAL), arena, &answer, &ignored) < 0)
		return;
	JSON_EACH (JSON_GET(answer, "Volumes"), volume) {
		str name = json_get_str(volume, STR("Name"));

		if (!str_empty(name) && str_eq(json_get_str(volume, STR("Driver")), STR("local")))
			keep_device(work, name, volume);
	}
}

static bool is_volume_name(str name)
{
	for (size_t i = 0; i < name.n; i++) {
		if (!is_alnum(name.p[i]) && !memchr("._-", name.p[i], 3))
			return false;
	}
	return name.n > 0 && name.n <= VOLUME_NAME_MAX && is_alnum(name.p[0]);
}

static const str *find_device(struct container_work *work, str name, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = NULL;
	const struct json *answer;
	const str *known;

	ask_volumes(work);
	known = map_get(&work->volumes.by_key, name);
	if (known)
		return known;
	if (!is_volume_name(name)) {
		err_set(err, ERR_INPUT, "a volume without a valid name");
		return NULL;
	}
	arena = arena_new();
	if (engine_get(work->engine, str_fmt(arena, "/volumes/%.*s", STR_ARG(name)), arena, &answer,
		       err) < 0)
		return NULL;
	if (!json_is(answer, JSON_OBJECT)) {
		err_set(err, ERR_INPUT, "the engine answers no volume");
		return NULL;
	}
	return keep_device(work, name, answer);
}

/* ---- mounts ---- */

void container_path_write(struct container_doc *doc, struct host_view *view, bool local, str path)
{
	struct host_node node;
	struct err ignored; /* a path that cannot be followed is judged as it is written */

	json_kv_str(&doc->w, STR("host_path"), path);
	if (local && host_view_look(view, path, doc->scratch, &node, &ignored) == 0)
		json_kv_str(&doc->w, STR("resolved"), node.resolved);
}

struct one_mount {
	str type, source, host_path;
	const struct json *answer;
};

/* What must be there for a verdict. */
static int mount_read(struct container_work *work, const struct json *mount, struct one_mount *out,
		      struct err *err)
{
	const struct json *rw = JSON_GET(mount, "RW");

	*out = (struct one_mount){ .type = json_get_str(mount, STR("Type")),
				   .source = json_get_str(mount, STR("Source")),
				   .answer = mount };
	/* Engines before 1.24 of the API had no types; those are not asked. */
	if (str_empty(out->type) || (rw && !json_is(rw, JSON_TRUE) && !json_is(rw, JSON_FALSE)))
		return err_set(err, ERR_INPUT, "the engine answers a mount that has no type");
	if (str_eq(out->type, STR("bind"))) {
		if (!str_starts(out->source, STR("/")))
			return err_set(err, ERR_INPUT,
				       "the engine answers a bind mount without a path");
		out->host_path = out->source;
	}
	if (str_eq(out->type, STR("volume")) &&
	    str_eq(json_get_str(mount, STR("Driver")), STR("local"))) {
		const str *device = find_device(work, json_get_str(mount, STR("Name")), err);

		if (!device)
			return -1;
		out->host_path = *device;
	}
	return 0;
}

static void put_mount(struct container_work *work, const struct one_mount *m)
{
	struct json_writer *w = &work->doc.w;
	const struct json *rw = JSON_GET(m->answer, "RW");

	json_open_object(w);
	json_kv_str(w, STR("type"), m->type);
	json_kv_opt(w, STR("name"), json_get_str(m->answer, STR("Name")));
	json_kv_str(w, STR("source"), m->source);
	json_kv_str(w, STR("destination"), json_get_str(m->answer, STR("Destination")));
	if (rw)
		json_kv_bool(w, STR("rw"), json_bool(rw));
	json_kv_str(w, STR("propagation"), json_get_str(m->answer, STR("Propagation")));
	if (!str_empty(m->host_path))
		container_path_write(&work->doc, work->view, work->local, m->host_path);
	json_close_object(w);
}

static int mounts_read(struct container_work *work, const struct json *list,
		       struct one_mount *mounts, struct err *err)
{
	size_t n = 0;

	JSON_EACH (list, mount) {
		if (mount_read(work, mount, &mounts[n++], err) < 0)
			return -1;
	}
	return 0;
}

void container_mounts_write(struct container_work *work, const struct json *answer)
{
	const struct json *list = JSON_GET(answer, "Mounts");
	struct container_doc *doc = &work->doc;
	struct one_mount *mounts;
	struct err why;

	if (list && !json_is(list, JSON_ARRAY) && !json_is(list, JSON_NULL)) {
		container_doc_unread(doc, STR("mounts"),
				     STR("the engine answers a value of another kind"),
				     STR("look at the engine"));
		return;
	}
	if (!list) {
		container_doc_unread(doc, STR("mounts"), STR("the engine does not say them"),
				     STR("look at the engine"));
		return;
	}
	if (json_len(list) > DOCKER_LONG_MAX) {
		container_doc_unread(doc, STR("mounts"), STR("more than 5000"),
				     STR("there is more than is read"));
		return;
	}
	mounts = ARENA_ARRAY(doc->scratch, struct one_mount, json_len(list));
	if (mounts_read(work, list, mounts, &why) < 0) {
		container_doc_failed(doc, STR("mounts"), &why);
		return;
	}
	JSON_KEY(&doc->w, "mounts");
	json_open_array(&doc->w);
	for (size_t i = 0; i < json_len(list); i++)
		put_mount(work, &mounts[i]);
	json_close_array(&doc->w);
}
