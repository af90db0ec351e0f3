/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/chisel.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/map.h"
#include "base/path.h"
#include "fmt/binary/zstd_stream.h"
#include "fmt/lock_entries.h"

#define PIECE (64u << 10)

struct entry {
	struct package package;
	str digest;
	str *files;
	size_t cap;
};

struct reader {
	struct package_sink *sink;
	struct arena *arena;
	struct arena *scratch; /* of one line */
	str path;
	struct entry *entries;
	size_t n, cap, files;
	struct map by_name; /* name -> number of its entry + 1 */
	uint64_t line;
};

static int expand(str bytes, struct buf *out, struct err *err)
{
	AUTO(zstd_stream_free)
	struct zstd_stream *stream = zstd_stream_new();
	AUTO(free)
	char *piece = mem_alloc(PIECE);
	size_t got;

	do {
		if (zstd_stream_step(stream, &bytes, piece, PIECE, &got, err) < 0)
			return -1;
		buf_add(out, str_of(piece, got));
		if (out->overflow)
			return err_set(err, ERR_LIMIT, "more than %u bytes of text",
				       CHISEL_TEXT_MAX);
	} while (bytes.n > 0 || got == PIECE);
	if (zstd_stream_open(stream))
		return err_set(err, ERR_INPUT, "the end of the compressed data is missing");
	return 0;
}

static void broken(struct reader *r, const char *reason)
{
	r->sink->skipped(r->sink, reason,
			 str_fmt(r->scratch, "line %llu", (unsigned long long)r->line));
}

static int take_package(struct reader *r, const struct json *line, struct err *err)
{
	str name = json_get_str(line, STR("name")), version = json_get_str(line, STR("version"));
	str sum = json_get_str(line, STR("sha256"));
	struct entry *entry;

	if (!lock_is_word(name) || !lock_is_word(version)) {
		broken(r, "package without a proper name or version");
		return 0;
	}
	if (r->n >= CHISEL_PACKAGES)
		return err_set(err, ERR_LIMIT, "more than %u packages", CHISEL_PACKAGES);
	r->entries = arena_grow(r->arena, r->entries, r->n, &r->cap, sizeof(*r->entries));
	entry = &r->entries[r->n++];
	*entry = (struct entry){
		.package = { .kind = STR("deb"),
			     .name = str_dup(r->arena, name),
			     .version = str_dup(r->arena, version),
			     .arch = str_dup(r->arena, json_get_str(line, STR("arch"))),
			     .path = r->path,
			     .layer = -1 },
		.digest = sum.n == 64 ? str_cat(r->arena, STR("sha256:"), sum) : STR_EMPTY,
	};
	map_put(&r->by_name, entry->package.name, (void *)(uintptr_t)r->n);
	return 0;
}

/* A file of several packages is listed by each. */
static int take_path(struct reader *r, const struct json *line, struct err *err)
{
	str path = json_get_str(line, STR("path")), normal;
	struct err bad;

	if (str_ends(path, STR("/")))
		return 0; /* a folder */
	if (path_normal(path, r->arena, &normal, &bad) < 0 || normal.n == 0) {
		broken(r, "malformed file name");
		return 0;
	}
	JSON_EACH (JSON_GET(line, "slices"), slice) {
		str name = json_str(slice);
		ptrdiff_t end = str_rfind_char(name, '_');
		size_t number = (size_t)(uintptr_t)map_get(
			&r->by_name, end > 0 ? str_take(name, (size_t)end) : name);

		if (number == 0)
			continue; /* made by the tool itself, of no package */
		if (r->files++ >= CHISEL_FILES)
			return err_set(err, ERR_LIMIT, "more than %u files", CHISEL_FILES);
		struct entry *entry = &r->entries[number - 1];
		size_t *count = &entry->package.file_count;

		if (*count > 0 && str_eq(entry->files[*count - 1], normal))
			continue; /* of two slices of one package */
		entry->files = arena_grow(r->arena, entry->files, *count, &entry->cap,
					  sizeof(*entry->files));
		entry->files[(*count)++] = normal;
	}
	return 0;
}

static int take_line(struct reader *r, str text, struct err *err)
{
	const struct json_opts opts = { .max_depth = 16, .borrow = true };
	const struct json *line;
	struct err why;

	if (text.n > CHISEL_LINE_MAX || json_parse(text, &opts, r->scratch, &line, &why) < 0 ||
	    !json_is(line, JSON_OBJECT)) {
		broken(r, "line that is no object of JSON");
		return 0;
	}
	str kind = json_get_str(line, STR("kind"));

	if (str_eq(kind, STR("package")))
		return take_package(r, line, err);
	return str_eq(kind, STR("path")) ? take_path(r, line, err) : 0;
}

/* {"jsonwall":"1.0","schema":"1.0","count":122}: how many lines there are, with this one. */
static int take_head(struct reader *r, str text, int64_t *count, struct err *err)
{
	const struct json *head;

	if (json_parse(str_take(text, CHISEL_LINE_MAX), NULL, r->scratch, &head, err) < 0)
		return -1;
	if (str_empty(json_get_str(head, STR("jsonwall"))))
		return err_set(err, ERR_INPUT, "no manifest of chisel");
	if (!json_i64(JSON_GET(head, "count"), count))
		*count = -1;
	return 0;
}

static int emit(struct reader *r, struct err *err)
{
	for (size_t i = 0; i < r->n; i++) {
		struct entry *entry = &r->entries[i];

		entry->package.files = entry->files;
		entry->package.digests = &entry->digest;
		entry->package.digest_count = entry->digest.n > 0;
		if (r->sink->add(r->sink, &entry->package, err) < 0)
			return -1;
	}
	if (r->n > 0)
		r->sink->skipped(r->sink,
				 "sources of the packages, which advisories name, are not in it",
				 path_base(r->path));
	return 0;
}

static int read_text(struct reader *r, str text, struct err *err)
{
	str line = STR_EMPTY;
	int64_t count;

	if (!str_line(&text, &line))
		return err_set(err, ERR_INPUT, "empty");
	if (take_head(r, line, &count, err) < 0)
		return -1;
	for (r->line = 2; str_line(&text, &line); r->line++) {
		arena_reset(r->scratch);
		if (!str_empty(str_trim(line)) && take_line(r, line, err) < 0)
			return err_wrap(err, "line %llu", (unsigned long long)r->line);
	}
	if (count >= 0 && (uint64_t)count != r->line - 1)
		r->sink->skipped(r->sink, "lines are missing: is the file cut off?", STR("count"));
	return emit(r, err);
}

int chisel_manifest(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	AUTO(buf_done)
	struct buf text = { .overflow = false };
	struct reader r = { .sink = sink, .arena = arena, .scratch = scratch, .path = file->path };
	str bytes;

	buf_init(&text, CHISEL_TEXT_MAX);
	map_init(&r.by_name, arena);
	if (file_view_load(file, CHISEL_MAX_BYTES, arena, &bytes, err) < 0 ||
	    expand(bytes, &text, err) < 0)
		return -1;
	return read_text(&r, buf_str(&text), err);
}
