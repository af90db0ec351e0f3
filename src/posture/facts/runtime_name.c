/* SPDX-License-Identifier: Apache-2.0 */
/* Names and images of containers, from the database of containerd and containers.json of
 * containers/storage. */
#include <inttypes.h>

#include "base/path.h"
#include "fmt/binary/bolt.h"
#include "posture/facts/runtime_internal.h"

#define TEXT_MAX       512u
#define STORES_MAX     16u /* folders of one owner */
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
static void name_from(struct host_view *view, const struct runtime_file *file,
		      struct bundle_list *list)
{
	struct err ignored; /* names are not known then: the id stands for them */
	AUTO(fd_close)
	int fd = host_view_open_owned(view, file->path, file->owner, &ignored);

	for (unsigned try = 0; fd >= 0 && try < READ_TRIES; try++) {
		struct bolt bolt;

		if (bolt_open(fd, &bolt, &ignored) < 0)
			return;
		for (size_t i = 0; i < list->n; i++) {
			if (list->items[i].kind == RUNTIME_CONTAINERD &&
			    list->items[i].owner == file->owner &&
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
	str name = json_str(json_at(JSON_GET(entry, "names"), 0));
	struct err ignored; /* then only the name is known */

	if (!str_empty(name))
		bundle->name = str_dup(arena, str_take(name, TEXT_MAX));
	if (json_parse(json_get_str(entry, STR("metadata")), &opts, arena, &metadata, &ignored) < 0)
		return;
	bundle->image = str_take(json_get_str(metadata, STR("image-name")), TEXT_MAX);
}

static void name_from_storage(struct host_view *view, str path, uint32_t owner,
			      struct bundle_list *list)
{
	const struct json_opts opts = { .max_depth = STORAGE_DEPTH, .max_values = STORAGE_VALUES };
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const struct json *doc;
	struct err ignored; /* names are not known then: the id stands for them */
	struct map by_id;
	str text;

	if (host_view_read_owned(view, path, owner, STORAGE_MAX, scratch, &text, &ignored) < 0 ||
	    json_parse(text, &opts, scratch, &doc, &ignored) < 0)
		return;
	map_init(&by_id, scratch);
	JSON_EACH (doc, entry)
		map_put(&by_id, json_get_str(entry, STR("id")), (void *)(uintptr_t)entry);
	for (size_t i = 0; i < list->n; i++) {
		struct bundle *bundle = &list->items[i];
		const struct json *entry = map_get(&by_id, bundle->id);

		if (bundle->kind == RUNTIME_STORAGE && bundle->owner == owner && entry)
			take_storage(entry, bundle, list->arena);
	}
}

/*
 * A store lists its containers in a file beside their folders, those that need not outlive the
 * machine's next start in another one; that lies among run-time files where the whole store is so.
 */
static void name_from_store(struct host_view *view, str folder, uint32_t owner, struct map *asked,
			    struct bundle_list *list)
{
	static const char *const files[] = { "containers.json", "volatile-containers.json" };
	struct runtime_owner *who = runtime_owner(list, owner);
	str key = str_fmt(list->arena, "%" PRIu32 ":%.*s", owner, STR_ARG(folder));

	if (str_empty(folder) || who->stores == STORES_MAX || !map_put(asked, key, NULL))
		return;
	who->stores++;
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		name_from_storage(view, path_join(list->arena, folder, str_c(files[i])), owner,
				  list);
}

static void name_storage(struct host_view *view, struct bundle_list *list)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct map asked;

	map_init(&asked, scratch);
	for (size_t i = 0; i < list->n; i++) {
		const struct bundle *bundle = &list->items[i];
		/* STORE/DRIVER-containers/ID/userdata, and in it what holds the number. */
		str driver = path_dir(path_dir(bundle->folder));
		str running = path_dir(path_dir(path_dir(bundle->pid_path)));

		if (bundle->kind != RUNTIME_STORAGE)
			continue;
		name_from_store(view, driver, bundle->owner, &asked, list);
		name_from_store(view, running, bundle->owner, &asked, list);
		if (bundle->owner == 0)
			name_from_store(view,
					str_fmt(list->arena, "/var/lib/containers/storage/%.*s",
						STR_ARG(path_base(driver))),
					0, &asked, list);
	}
}

void runtime_name(struct host_view *view, struct bundle_list *list)
{
	if (list->n == 0)
		return;
	for (size_t i = 0; i < list->metadata_n; i++)
		name_from(view, &list->metadata[i], list);
	name_storage(view, list);
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
		if (host_view_read_owned(view, source, bundle->owner, STORAGE_MAX, arena, &text,
					 &ignored) < 0 ||
		    json_parse(text, &opts, arena, &doc, &ignored) < 0)
			return;
		bundle->name = str_take(
			str_without_prefix(json_get_str(doc, STR("Name")), STR("/")), TEXT_MAX);
		bundle->image =
			str_take(json_get_str(JSON_GET(doc, "Config"), STR("Image")), TEXT_MAX);
		return;
	}
}
