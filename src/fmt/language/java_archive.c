/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "base/path.h"
#include "base/sha.h"
#include "fmt/binary/zip_stream.h"
#include "fmt/language/java_internal.h"

#define READ_BYTES (64u << 10)

struct reader {
	struct package_sink *sink;
	struct zip_budget budget;
	size_t nested; /* bytes of archives in memory */
	bool licences; /* somebody asks for them */
};

/* One archive while it is read. */
struct archive {
	struct reader *reader;
	struct zip_source source;
	str path;
	unsigned depth;
	struct arena *arena;
	struct java_manifest manifest;
	struct java_gav *poms;
	size_t pom_n, pom_cap;
	struct map licences; /* "GROUP/ARTIFACT" -> what META-INF/maven/.../pom.xml tells (str) */
	bool has_archives;
};

static bool ends_with_any(str path, const char *const *ends, size_t n)
{
	ptrdiff_t dot = str_rfind_char(path, '.');

	for (size_t i = 0; i < n && dot >= 0; i++) {
		if (str_ieq(str_skip(path, (size_t)dot + 1), str_c(ends[i])))
			return true;
	}
	return false;
}

bool java_is_archive(str path)
{
	static const char *const ends[] = { "jar", "war", "ear",  "par", "hpi",
					    "jpi", "kar", "lpkg", "nar" };

	return ends_with_any(path, ends, ARRAY_LEN(ends));
}

static void tell(const struct archive *a, const char *reason, str entry, const struct err *why)
{
	a->reader->sink->skipped(a->reader->sink, reason,
				 str_fmt(a->arena, "%.*s%s%.*s%s%s", STR_ARG(a->path),
					 entry.n > 0 ? "!/" : "", STR_ARG(entry), why ? ": " : "",
					 why ? why->msg : ""));
}

static int archive_read(struct archive *a, struct err *err);

static int nested_read(struct archive *outer, str name, struct zip_source source, struct err *fatal)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct archive a = {
		.reader = outer->reader, .source = source, .depth = outer->depth + 1, .arena = arena
	};
	struct err err = { .kind = ERR_NONE };
	str inside;

	if (path_normal(name, arena, &inside, &err) < 0) {
		tell(outer, "archive inside of another", STR_EMPTY, &err);
		return 0;
	}
	a.path = str_fmt(arena, "%.*s!/%.*s", STR_ARG(outer->path), STR_ARG(inside));
	if (archive_read(&a, &err) == 0)
		return 0;
	if (err.kind == ERR_NONE || err.kind == ERR_SYS || err.kind == ERR_INTERRUPTED) {
		*fatal = err;
		return -1;
	}
	tell(&a, "archive inside of another", STR_EMPTY, &err);
	return 0;
}

/* A large one is expanded as often as its reader goes back. */
static int nested_stream(struct archive *a, struct zip *zip, const struct zip_entry *entry,
			 str name, struct err *err)
{
	AUTO(zip_stream_done)
	struct zip_stream stream = { .zip = NULL };
	struct err why;

	if (zip_stream_open(&stream, zip, entry, &why) < 0) {
		tell(a, "archive inside of another", name, &why);
		return 0;
	}
	const struct zip_source source = { .view = &stream.view, .size = stream.view.size };
	return nested_read(a, name, source, err);
}

/* An archive inside: one that is not compressed is read where it lies. */
static int nested(struct archive *a, struct zip *zip, const struct zip_entry *entry,
		  struct err *err)
{
	struct zip_source source;
	struct err why;
	str name = str_dup(a->arena, entry->name), bytes;

	a->has_archives = true;
	if (a->depth >= JAVA_DEPTH_MAX) {
		tell(a, "archives nested too deep", name, NULL);
		return 0;
	}
	if (zip_stored(zip, entry, &source))
		return nested_read(a, name, source, err);
	if (entry->size > JAVA_NESTED_MAX || entry->size > JAVA_NESTED_ALL - a->reader->nested)
		return nested_stream(a, zip, entry, name, err);
	AUTO(arena_free)
	struct arena *arena = arena_new();
	if (zip_read(zip, entry, JAVA_NESTED_MAX, arena, &bytes, &why) < 0) {
		tell(a, "archive inside of another", name, &why);
		return 0;
	}
	struct file_view view = file_view_text(name, bytes);
	source = (struct zip_source){ .view = &view, .size = bytes.n };
	a->reader->nested += bytes.n;
	int failed = nested_read(a, name, source, err);
	a->reader->nested -= bytes.n;
	return failed;
}

static bool is_pom_properties(str name)
{
	return str_starts(name, STR("META-INF/maven/")) && str_ends(name, STR("/pom.properties"));
}

#define MAVEN STR("META-INF/maven/")

static bool is_pom(str name) { return str_starts(name, MAVEN) && str_ends(name, STR("/pom.xml")); }

/* One that cannot be read tells no licence, as one that has none: its package is there anyway. */
static void pom(struct archive *a, struct zip *zip, const struct zip_entry *entry)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	str key = str_without_suffix(str_without_prefix(entry->name, MAVEN), STR("/pom.xml"));
	str *licence = ARENA_NEW(a->arena, str);
	struct err why;
	str text;

	if (zip_read(zip, entry, JAVA_META_MAX, scratch, &text, &why) < 0) {
		tell(a, "description inside of an archive", str_dup(a->arena, entry->name), &why);
		return;
	}
	*licence = java_pom_licence(text, a->arena);
	if (licence->n == 0)
		return;
	if (!a->licences.arena)
		map_init(&a->licences, a->arena);
	map_put(&a->licences, key, licence);
}

static str licence_of(const struct archive *a, const struct java_gav *gav)
{
	str key = str_fmt(a->arena, "%.*s/%.*s", STR_ARG(gav->group), STR_ARG(gav->artifact));
	const str *licence = map_get(&a->licences, key);

	return licence ? *licence : STR_EMPTY;
}

static void meta(struct archive *a, struct zip *zip, const struct zip_entry *entry)
{
	struct java_gav gav;
	struct err why;
	str text, name = str_dup(a->arena, entry->name);

	if (a->pom_n == JAVA_ARCHIVE_POM) {
		tell(a, "too many artifacts in one archive", name, NULL);
		return;
	}
	if (zip_read(zip, entry, JAVA_META_MAX, a->arena, &text, &why) < 0) {
		tell(a, "description inside of an archive", name, &why);
		return;
	}
	if (!is_pom_properties(name)) {
		java_manifest_read(text, a->arena, &a->manifest);
		return;
	}
	if (!java_properties_read(text, a->arena, &gav)) {
		tell(a, "pom.properties without group, artifact or version", name, NULL);
		return;
	}
	a->poms = arena_grow(a->arena, a->poms, a->pom_n, &a->pom_cap, sizeof(*a->poms));
	a->poms[a->pom_n++] = gav;
}

static int emit(struct archive *a, const struct java_gav *gav, enum package_form form, str digest,
		struct err *err)
{
	struct package p = { .kind = STR("maven"),
			     .name = gav->artifact,
			     .version = gav->version,
			     .path = a->path,
			     .form = form,
			     .digests = &digest,
			     .digest_count = digest.n > 0,
			     .layer = -1 };

	/* The manifest speaks of the archive, not of what was put into it. */
	p.licence = licence_of(a, gav);
	if (p.licence.n == 0 && a->pom_n <= 1)
		p.licence = a->manifest.bundle_licence;
	if (gav->group.n > 0)
		p.name =
			str_fmt(a->arena, "%.*s:%.*s", STR_ARG(gav->group), STR_ARG(gav->artifact));
	return a->reader->sink->add(a->reader->sink, &p, err);
}

/* Each once: an archive can hold the same artifact's description twice. */
static int emit_poms(struct archive *a, struct err *err)
{
	struct map seen;

	map_init(&seen, a->arena);
	for (size_t i = 0; i < a->pom_n; i++) {
		const struct java_gav *gav = &a->poms[i];
		str key = str_fmt(a->arena, "%.*s:%.*s:%.*s", STR_ARG(gav->group),
				  STR_ARG(gav->artifact), STR_ARG(gav->version));

		if (map_put(&seen, key, NULL) && emit(a, gav, PACKAGE_EMBEDDED, STR_EMPTY, err) < 0)
			return -1;
	}
	return 0;
}

/* One of the descriptions is that of the archive itself. */
static bool is_described(const struct archive *a)
{
	struct java_gav file;

	java_name_read(a->path, &file);
	for (size_t i = 0; i < a->pom_n; i++) {
		if (str_eq(a->poms[i].artifact, file.artifact))
			return true;
	}
	return a->pom_n == 1;
}

static int sha1_of(const struct archive *a, str *out, struct err *err)
{
	AUTO(free)
	char *window = mem_alloc(READ_BYTES);
	struct sha sha;
	char hex[SHA_HEX_MAX];

	sha_init(&sha, SHA_KIND_1);
	for (uint64_t at = 0; at < a->source.size; at += READ_BYTES) {
		uint64_t left = a->source.size - at;
		size_t piece = left < READ_BYTES ? (size_t)left : READ_BYTES;

		if (file_view_pread(a->source.view, window, piece, a->source.offset + at, err) < 0)
			return -1;
		sha_add(&sha, window, piece);
	}
	(void)sha_end_hex(&sha, hex);
	*out = str_fmt(a->arena, "sha1:%s", hex);
	return 0;
}

static int emit_self(struct archive *a, struct err *err)
{
	struct java_gav gav = java_guess(&a->manifest, a->path, a->arena);
	str digest;

	if (is_described(a))
		return 0;
	if (gav.artifact.n == 0 || gav.version.n == 0) {
		if (!a->has_archives && a->pom_n == 0)
			tell(a, "archive that says neither its name nor its version", STR_EMPTY,
			     NULL);
		return 0;
	}
	if (sha1_of(a, &digest, err) < 0)
		return -1;
	return emit(a, &gav, PACKAGE_GUESSED, digest, err);
}

static int entries_read(struct archive *a, struct zip *zip, struct err *err)
{
	struct zip_entry entry;
	int got;

	while ((got = zip_next(zip, &entry, err)) > 0) {
		if (entry.folder)
			continue;
		if (a->reader->licences && is_pom(entry.name))
			pom(a, zip, &entry);
		if (is_pom_properties(entry.name) ||
		    str_ieq(entry.name, STR("META-INF/MANIFEST.MF")))
			meta(a, zip, &entry);
		else if (java_is_archive(entry.name) && nested(a, zip, &entry, err) < 0)
			return -1;
	}
	return got;
}

static int archive_read(struct archive *a, struct err *err)
{
	AUTO(zip_done)
	struct zip zip = { .left = 0 };

	if (zip_open(&zip, a->source, &a->reader->budget, err) < 0 ||
	    entries_read(a, &zip, err) < 0)
		return -1;
	return emit_poms(a, err) < 0 ? -1 : emit_self(a, err);
}

int java_archive_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct reader reader = { .sink = sink, .licences = file->licences };
	struct archive a = { .reader = &reader,
			     .source = { .view = file, .size = file->size },
			     .path = file->path,
			     .depth = 1,
			     .arena = arena };

	zip_budget_init(&reader.budget);
	return archive_read(&a, err);
}
