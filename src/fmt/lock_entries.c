/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/lock_entries.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/words.h"
#include "fmt/syntax/text_file.h"

#define LICENCE_MAX 4096u

void lock_entries_init(struct lock_entries *entries, struct arena *arena, const char *kind,
		       enum package_form form, str path)
{
	*entries = (struct lock_entries){
		.arena = arena,
		.base = { .kind = str_c(kind), .form = form, .path = path, .layer = -1 },
	};
}

struct lock_entry *lock_entries_add(struct lock_entries *entries, str name, str version,
				    struct err *err)
{
	struct lock_entry *entry;

	if (entries->n >= LOCK_ENTRIES_MAX)
		return err_null(err, ERR_LIMIT, "more than %u packages", LOCK_ENTRIES_MAX);
	entries->items = arena_grow(entries->arena, entries->items, entries->n, &entries->cap,
				    sizeof(*entries->items));
	entry = &entries->items[entries->n++];
	*entry = (struct lock_entry){ .package = entries->base };
	entry->package.name = name;
	entry->package.version = version;
	return entry;
}

int lock_entries_need(struct lock_entries *entries, struct lock_entry *entry, str key,
		      struct err *err)
{
	if (entries->needs++ >= LOCK_NEEDS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u dependencies", LOCK_NEEDS_MAX);
	entry->needs = arena_grow(entries->arena, entry->needs, entry->need_n, &entry->need_cap,
				  sizeof(*entry->needs));
	entry->needs[entry->need_n++] = key;
	return 0;
}

int lock_check(const struct json *root, const char *key, enum json_type type, struct err *err)
{
	const struct json *value = json_get(root, str_c(key));

	if (!value || json_is(value, JSON_NULL) || json_is(value, type) ||
	    (json_is(value, JSON_STRING) && str_empty(json_str(value)))) /* YAML's "packages:" */
		return 0;
	return err_set(err, ERR_INPUT, "'%s' is no %s", key,
		       type == JSON_ARRAY ? "list" : "table of names");
}

void lock_told(struct package_sink *sink, const char *key)
{
	sink->skipped(sink, "without what such a file always has", str_c(key));
}

void lock_expect(const struct json *root, const char *key, enum json_type type,
		 struct package_sink *sink)
{
	if (!json_is(json_get(root, str_c(key)), type))
		lock_told(sink, key);
}

void lock_expect_type(const struct json *root, const char *key, enum json_type type,
		      struct package_sink *sink)
{
	const struct json *value = json_get(root, str_c(key));

	if (value && !json_is(value, JSON_NULL) && !json_is(value, type))
		sink->skipped(sink, "not of the type that it has in such a file", str_c(key));
}

static void index_entries(const struct lock_entries *entries, struct map *map)
{
	map_init(map, entries->arena);
	for (size_t i = 0; i < entries->n; i++) {
		struct lock_entry *entry = &entries->items[i];
		str key = str_empty(entry->key) ? entry->package.name : entry->key;

		if (!entry->dropped && !map_has(map, key))
			map_put(map, key, &entry->package);
	}
}

static void resolve(struct arena *arena, struct lock_entry *entry, const struct map *map)
{
	str *depends = entry->need_n > 0 ? ARENA_ARRAY(arena, str, entry->need_n) : NULL;
	size_t n = 0;

	for (size_t i = 0; i < entry->need_n; i++) {
		const struct package *p = map_get(map, entry->needs[i]);

		if (p && p != &entry->package)
			depends[n++] =
				str_fmt(arena, "%.*s@%.*s", STR_ARG(p->name), STR_ARG(p->version));
	}
	entry->package.depend_count = words_sort(depends, n);
	entry->package.depends = entry->package.depend_count > 0 ? depends : NULL;
}

int lock_entries_emit(struct lock_entries *entries, struct package_sink *sink, struct err *err)
{
	struct map map;

	index_entries(entries, &map);
	for (size_t i = 0; i < entries->n; i++) {
		struct lock_entry *entry = &entries->items[i];

		if (entry->dropped)
			continue;
		resolve(entries->arena, entry, &map);
		if (sink->add(sink, &entry->package, err) < 0)
			return -1;
	}
	return 0;
}

int lock_json(const struct file_view *file, struct arena *arena, str *text, const struct json **out,
	      struct err *err)
{
	const struct json_opts opts = { .max_values = LOCK_JSON_VALUES,
					.keep_duplicates = true,
					.borrow = true };

	if (text_file_load(file, LOCK_FILE_MAX, arena, text, err) < 0)
		return -1;
	return json_parse(*text, &opts, arena, out, err);
}

bool lock_is_word(str s)
{
	if (s.n == 0 || s.n > LOCK_WORD_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	}
	return true;
}

void lock_digest(struct arena *arena, struct package *package, const char *algorithm, str hex)
{
	str *digest;

	for (size_t i = 0; i < hex.n; i++) {
		if (!is_digit(hex.p[i]) && !(hex.p[i] >= 'a' && hex.p[i] <= 'f'))
			return;
	}
	if (hex.n < 32 || hex.n > 128 || hex.n % 2 != 0)
		return;
	digest = ARENA_NEW(arena, str);
	*digest = str_fmt(arena, "%s:%.*s", algorithm, STR_ARG(hex));
	package->digests = digest;
	package->digest_count = 1;
}

static str join_array(struct arena *arena, const struct json *array, str joint)
{
	AUTO(buf_done)
	struct buf text;

	buf_init(&text, LICENCE_MAX);
	JSON_EACH (array, item) {
		str one = str_trim(json_str(item));

		if (one.n == 0)
			continue;
		if (text.n > 0)
			buf_add(&text, joint);
		buf_add(&text, one);
	}
	return str_dup(arena, buf_str(&text));
}

str lock_join(struct arena *arena, const struct json *value, str joint)
{
	if (json_is(value, JSON_STRING))
		return str_trim(str_take(json_str(value), LICENCE_MAX));
	return join_array(arena, value, joint);
}
