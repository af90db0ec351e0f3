/* SPDX-License-Identifier: Apache-2.0 */
/* Names and images of containers, from the database of containerd and containers.json of
 * containers/storage. */
#include "base/path.h"
#include "fmt/bolt.h"
#include "posture/facts/runtime_internal.h"

#define TEXT_MAX       512u
#define READ_TRIES     4u
#define STORAGE_MAX    (16u << 20)
#define STORAGE_DEPTH  16u
#define STORAGE_VALUES 400000u

/* ---- containerd ---- */

/* The text of a key; empty: it is not there. */
static str text_at(struct bolt *bolt, const struct bolt_bucket *in, const char *key,
		   struct arena *arena)
{
	struct err ignored; /* a name that cannot be read is not known */
	str text = STR_EMPTY;

	if (bolt_value(bolt, in, str_c(key), arena, &text, &ignored) <= 0)
		return STR_EMPTY;
	return str_is_utf8(text) ? str_take(text, TEXT_MAX) : STR_EMPTY;
}

static bool descend(struct bolt *bolt, struct bolt_bucket from, const str *path, size_t n,
		    struct arena *arena, struct bolt_bucket *out)
{
	struct err ignored; /* as above */

	for (size_t i = 0; i < n; i++) {
		if (bolt_bucket_get(bolt, &from, path[i], arena, &from, &ignored) <= 0)
			return false;
	}
	*out = from;
	return true;
}

static void name_one(struct bolt *bolt, struct bundle *bundle, struct arena *arena)
{
	const str path[] = { STR("v1"), bundle->space, STR("containers"), bundle->id };
	const str labels[] = { STR("labels") };
	struct bolt_bucket container, label;

	if (!descend(bolt, bolt->top, path, ARRAY_LEN(path), arena, &container))
		return;
	bundle->image = text_at(bolt, &container, "image", arena);
	if (descend(bolt, container, labels, 1, arena, &label))
		bundle->name = text_at(bolt, &label, "nerdctl/name", arena);
}

/* A database in use may change while it is read: then it is read again. */
static void name_from(struct host_view *view, str path, struct bundle_list *list)
{
	struct err ignored; /* names are not known then: the id stands for them */
	AUTO(fd_close)
	int fd = host_view_open_at(view, path, &ignored);

	for (unsigned try = 0; fd >= 0 && try < READ_TRIES; try++) {
		struct bolt bolt;

		if (bolt_open(fd, &bolt, &ignored) < 0)
			return;
		for (size_t i = 0; i < list->n; i++) {
			if (list->items[i].kind == RUNTIME_CONTAINERD &&
			    (try > 0 || str_empty(list->items[i].image)))
				name_one(&bolt, &list->items[i], list->arena);
		}
		if (bolt_changed(&bolt, &ignored) == 0)
			return;
	}
}

/* ---- containers/storage ---- */

/* [{"id", "names": [], "metadata": "{\"image-name\": ..., \"name\": ...}"}] */
static void take_storage(const struct json *entry, struct bundle *bundle, struct arena *arena)
{
	const struct json_opts opts = { .max_depth = STORAGE_DEPTH, .max_values = STORAGE_VALUES };
	const struct json *metadata = NULL;
	struct err ignored; /* then only the name is known */

	bundle->name =
		str_dup(arena, str_take(json_str(json_at(JSON_GET(entry, "names"), 0)), TEXT_MAX));
	if (json_parse(json_get_str(entry, STR("metadata")), &opts, arena, &metadata, &ignored) < 0)
		return;
	bundle->image = str_take(json_get_str(metadata, STR("image-name")), TEXT_MAX);
}

static void name_from_storage(struct host_view *view, str path, struct bundle_list *list)
{
	const struct json_opts opts = { .max_depth = STORAGE_DEPTH, .max_values = STORAGE_VALUES };
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const struct json *doc;
	struct err ignored; /* names are not known then: the id stands for them */
	struct map by_id;
	str text;

	if (host_view_read(view, path, STORAGE_MAX, scratch, &text, &ignored) < 0 ||
	    json_parse(text, &opts, scratch, &doc, &ignored) < 0)
		return;
	map_init(&by_id, scratch);
	JSON_EACH (doc, entry)
		map_put(&by_id, json_get_str(entry, STR("id")), (void *)(uintptr_t)entry);
	for (size_t i = 0; i < list->n; i++) {
		const struct json *entry = map_get(&by_id, list->items[i].id);

		if (list->items[i].kind == RUNTIME_STORAGE && entry)
			take_storage(entry, &list->items[i], list->arena);
	}
}

static bool has_storage(const struct bundle_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i].kind == RUNTIME_STORAGE)
			return true;
	}
	return false;
}

void runtime_name(struct host_view *view, struct bundle_list *list)
{
	static const char *const drivers[] = { "overlay", "vfs", "btrfs", "zfs" };

	if (list->n == 0)
		return;
	for (size_t i = 0; i < list->metadata_n; i++)
		name_from(view, list->metadata[i], list);
	for (size_t i = 0; has_storage(list) && i < ARRAY_LEN(drivers); i++)
		name_from_storage(
			view,
			str_fmt(list->arena,
				"/var/lib/containers/storage/%s-containers/containers.json",
				drivers[i]),
			list);
}

/* ---- Docker without its engine ---- */

/*
 * The engine mounts files of its own folder of the container: "DATA/containers/ID/hostname". Beside
 * them lies config.v2.json: {"Name": "/web", "Config": {"Image": ...}}.
 */
void runtime_name_moby(struct host_view *view, const struct json *config, struct bundle *bundle,
		       struct arena *arena)
{
	const struct json_opts opts = { .max_depth = STORAGE_DEPTH, .max_values = STORAGE_VALUES };
	str tail = str_fmt(arena, "/containers/%.*s/hostname", STR_ARG(bundle->id)), text;
	const struct json *doc;
	struct err ignored; /* the id stands for the name then */

	JSON_EACH (JSON_GET(config, "mounts"), mount) {
		str source = json_get_str(mount, STR("source"));

		if (!str_ends(source, tail))
			continue;
		source = str_fmt(arena, "%.*s/config.v2.json", STR_ARG(path_dir(source)));
		if (host_view_read(view, source, STORAGE_MAX, arena, &text, &ignored) < 0 ||
		    json_parse(text, &opts, arena, &doc, &ignored) < 0)
			return;
		bundle->name = str_take(
			str_without_prefix(json_get_str(doc, STR("Name")), STR("/")), TEXT_MAX);
		bundle->image =
			str_take(json_get_str(JSON_GET(doc, "Config"), STR("Image")), TEXT_MAX);
		return;
	}
}
