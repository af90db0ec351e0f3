/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/trait.h"

#include "base/path.h"
#include "base/words.h"
#include "scan/record.h"

#define SET_ID	      06000u
#define SET_UID	      04000u
#define SET_GID	      02000u
#define GROUP_EXECUTE 0010u
#define STICKY	      01000u
#define OTHERS_WRITE  0002u

static const char *const kind_names[TRAIT_KINDS] = {
	[TRAIT_PRIVILEGED] = "privileged", [TRAIT_WRITABLE] = "writable",
	[TRAIT_PROGRAM] = "program",	   [TRAIT_REPOSITORY] = "repository",
	[TRAIT_CACHE] = "cache",
};

const char *trait_kind_name(enum trait_kind kind) { return kind_names[kind]; }

/* Folders of caches from the root, and those below any home. */
static const struct {
	const char *folder, *manager;
	bool anywhere;
} caches[] = {
	{ "etc/apk/cache", "apk", false },
	{ "var/cache/apk", "apk", false },
	{ "var/cache/apt", "apt", false },
	{ "var/lib/apt/lists", "apt", false },
	{ "var/cache/dnf", "dnf", false },
	{ "var/cache/libdnf5", "dnf", false },
	{ "var/cache/pacman/pkg", "pacman", false },
	{ "var/cache/yum", "yum", false },
	{ "var/cache/zypp", "zypper", false },
	{ ".cache/composer", "composer", true },
	{ ".cache/go-build", "go", true },
	{ ".cache/pip", "pip", true },
	{ ".cache/pnpm", "pnpm", true },
	{ ".cache/uv", "uv", true },
	{ ".cache/yarn", "yarn", true },
	{ ".cargo/registry/cache", "cargo", true },
	{ ".composer/cache", "composer", true },
	{ ".npm/_cacache", "npm", true },
};

static const char *const programs[] = { "doas", "dropbear", "sshd", "sudo", "telnetd" };

/* Places that are mounted over when a container runs. */
static const char *const mounted[] = { "dev", "proc", "sys" };

/* What is known of one path. */
struct trait_slot {
	size_t at[TRAIT_KINDS]; /* 1 + index; 0: nothing */
};

void traits_init(struct traits *t, struct worker_job *job)
{
	*t = (struct traits){ .job = job, .on = json_bool(JSON_GET(job->header, "documents")) };
	map_init(&t->by_path, job->arena);
}

/* The one of this kind at this path; NULL: over the limit. */
static struct trait *trait_at(struct traits *t, enum trait_kind kind, str path)
{
	struct trait_slot *slot = map_get(&t->by_path, path);

	if (slot && slot->at[kind] > 0)
		return &t->items[slot->at[kind] - 1];
	if (t->n == TRAITS_MAX) {
		if (t->dropped++ == 0)
			t->dropped_first = str_dup(t->job->arena, path);
		return NULL;
	}
	path = str_dup(t->job->arena, path);
	if (!slot) {
		slot = ARENA_NEW(t->job->arena, struct trait_slot);
		map_put(&t->by_path, path, slot);
	}
	t->items = arena_grow(t->job->arena, t->items, t->n, &t->cap, sizeof(*t->items));
	t->items[t->n] = (struct trait){ .kind = kind, .path = path };
	slot->at[kind] = ++t->n;
	return &t->items[t->n - 1];
}

static void add(struct traits *t, enum trait_kind kind, str path, str detail,
		const struct tar_entry *entry)
{
	struct trait *made = trait_at(t, kind, path);

	if (!made)
		return;
	made->detail = detail;
	made->mode = entry->mode;
	made->uid = entry->uid;
	made->gid = entry->gid;
	made->capable = entry->capable;
	made->folder = entry->type == TAR_DIR;
}

/* Where the rest of `path` below the cache folder begins; 0: not below it. */
static size_t below_cache(str path, str folder, bool anywhere)
{
	for (str rest = path; rest.n > folder.n;) {
		ptrdiff_t slash;

		if (str_starts(rest, folder) && rest.p[folder.n] == '/')
			return (size_t)(rest.p - path.p) + folder.n + 1;
		slash = anywhere ? str_find_char(rest, '/') : -1;
		if (slash < 0)
			return 0;
		rest = str_skip(rest, (size_t)slash + 1);
	}
	return 0;
}

static void add_cached(struct traits *t, str path, const struct tar_entry *entry)
{
	for (size_t i = 0; entry->size > 0 && i < ARRAY_LEN(caches); i++) {
		size_t at = below_cache(path, str_c(caches[i].folder), caches[i].anywhere);
		ptrdiff_t slash = at > 0 ? str_find_char(str_skip(path, at), '/') : 0;
		struct trait *cache;

		if (at == 0)
			continue;
		cache = trait_at(t, TRAIT_CACHE,
				 slash < 0 ? path : str_take(path, at + (size_t)slash));
		if (!cache)
			return;
		cache->detail = str_c(caches[i].manager);
		cache->folder = slash >= 0;
		cache->files++;
		cache->bytes += entry->size;
		return;
	}
}

static void add_program(struct traits *t, str path, const struct tar_entry *entry)
{
	if (!str_ends(path_dir(path), STR("bin")) && !path_below(path, STR("usr/libexec")))
		return;
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		if (path_is_named(path, str_c(programs[i])))
			add(t, TRAIT_PROGRAM, path, str_c(programs[i]), entry);
	}
}

/* An earlier entry of the same name in this archive is replaced. */
static void forget(struct traits *t, str path)
{
	struct trait_slot *slot = t->n > 0 ? map_get(&t->by_path, path) : NULL;

	for (size_t kind = 0; slot && kind < TRAIT_CACHE; kind++) {
		if (slot->at[kind] > 0)
			t->items[slot->at[kind] - 1].path = STR_EMPTY;
		slot->at[kind] = 0;
	}
}

static bool is_mounted(str path)
{
	for (size_t i = 0; i < ARRAY_LEN(mounted); i++) {
		if (path_below(path, str_c(mounted[i])))
			return true;
	}
	return false;
}

/* Set-group-id without the right to execute has no effect on a program. */
static bool is_privileged(const struct tar_entry *entry)
{
	return entry->capable || (entry->mode & SET_UID) ||
	       ((entry->mode & SET_GID) && (entry->mode & GROUP_EXECUTE));
}

void traits_entry(struct traits *t, str path, const struct tar_entry *entry)
{
	bool file = entry->type == TAR_FILE || entry->type == TAR_HARDLINK;
	bool writable = entry->mode & OTHERS_WRITE;

	if (!t->on)
		return;
	forget(t, path);
	if (is_mounted(path) || (!file && entry->type != TAR_DIR))
		return;
	if (!file) {
		if (writable && !(entry->mode & STICKY))
			add(t, TRAIT_WRITABLE, path, STR_EMPTY, entry);
		return;
	}
	if (is_privileged(entry))
		add(t, TRAIT_PRIVILEGED, path, STR_EMPTY, entry);
	if (writable)
		add(t, TRAIT_WRITABLE, path, STR_EMPTY, entry);
	if (str_ends(path, STR(".git/HEAD")) && path_is_named(path_dir(path), STR(".git")))
		add(t, TRAIT_REPOSITORY, path, STR_EMPTY, entry);
	add_program(t, path, entry);
	add_cached(t, path, entry);
}

int traits_finish(struct traits *t, struct err *err)
{
	AUTO(buf_done)
	struct buf b = { .p = NULL };

	buf_init(&b, WORKER_RECORD_MAX);
	for (size_t i = 0; i < t->n; i++) {
		struct json_writer w;

		if (t->items[i].path.n == 0)
			continue;
		buf_reset(&b);
		json_writer_init(&w, &b, 0);
		trait_write(&t->items[i], &w);
		if (worker_answer(t->job, RECORD_TRAIT, buf_str(&b), err) < 0)
			return -1;
	}
	return 0;
}

/* ---- on the wire ---- */

void trait_write(const struct trait *trait, struct json_writer *w)
{
	json_open_object(w);
	json_kv_str(w, STR("kind"), str_c(kind_names[trait->kind]));
	json_kv_str(w, STR("path"), trait->path);
	json_kv_opt(w, STR("detail"), trait->detail);
	json_kv_u64(w, STR("mode"), trait->mode);
	json_kv_u64(w, STR("uid"), trait->uid);
	json_kv_u64(w, STR("gid"), trait->gid);
	json_kv_bool(w, STR("folder"), trait->folder);
	json_kv_bool(w, STR("capable"), trait->capable);
	json_kv_u64(w, STR("files"), trait->files);
	json_kv_u64(w, STR("bytes"), trait->bytes);
	json_close_object(w);
}

static bool get_number(const struct json *v, str key, uint64_t max, uint64_t *out)
{
	int64_t n;

	if (!json_i64(json_get(v, key), &n) || n < 0 || (uint64_t)n > max)
		return false;
	*out = (uint64_t)n;
	return true;
}

/* Only words of our own tables: they reach reports. */
static str known_detail(str detail)
{
	for (size_t i = 0; i < ARRAY_LEN(caches); i++) {
		if (str_eq(detail, str_c(caches[i].manager)))
			return str_c(caches[i].manager);
	}
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		if (str_eq(detail, str_c(programs[i])))
			return str_c(programs[i]);
	}
	return STR_EMPTY;
}

static bool find_kind(str name, enum trait_kind *out)
{
	ptrdiff_t at = words_find(kind_names, TRAIT_KINDS, name);

	if (at < 0)
		return false;
	*out = (enum trait_kind)at;
	return true;
}

int trait_read(str payload, struct arena *arena, struct trait *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	uint64_t mode, uid, gid;
	struct trait t = { .kind = TRAIT_PRIVILEGED };
	const struct json *v;
	str path;

	if (json_parse(payload, NULL, scratch, &v, err) < 0)
		return err_wrap(err, "trait of a file");
	if (path_normal(json_get_str(v, STR("path")), scratch, &path, err) < 0)
		return err_wrap(err, "trait of a file");
	if (!find_kind(json_get_str(v, STR("kind")), &t.kind) || path.n == 0 ||
	    !str_eq(path, json_get_str(v, STR("path"))) ||
	    !get_number(v, STR("mode"), 07777, &mode) ||
	    !get_number(v, STR("uid"), UINT32_MAX, &uid) ||
	    !get_number(v, STR("gid"), UINT32_MAX, &gid) ||
	    !get_number(v, STR("files"), INT64_MAX, &t.files) ||
	    !get_number(v, STR("bytes"), INT64_MAX, &t.bytes))
		return err_set(err, ERR_INPUT, "trait of a file: malformed");
	t.mode = (uint32_t)mode;
	t.uid = (uint32_t)uid;
	t.gid = (uint32_t)gid;
	t.folder = json_bool(JSON_GET(v, "folder"));
	t.capable = json_bool(JSON_GET(v, "capable"));
	t.detail = known_detail(json_get_str(v, STR("detail")));
	t.path = str_dup(arena, path);
	*out = t;
	return 0;
}
