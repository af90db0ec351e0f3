/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/archive.h"

#include "advisory/eol.h"
#include "advisory/feed/changelog.h"
#include "advisory/version/version.h"
#include "base/err.h"
#include "base/time.h"

static int deb_order(str a, str b) { return version_scheme_find(STR("deb"))->compare(a, b); }

/* Ubuntu's releases of April in even years get long support. */
static bool is_lts(str version)
{
	return str_ends(version, STR(".04")) && version.n == 5 && (version.p[1] - '0') % 2 == 0;
}

bool archive_release_find(str family, str name, struct arena *arena, struct archive_release *out)
{
	str table = eol_table();
	struct eol row;
	int r;

	while ((r = eol_next(&table, &row)) != 0) {
		if (r < 0 || !str_eq(row.family, family) ||
		    (!str_eq(row.version, name) && !str_ieq(row.codename, name)))
			continue;
		bool debian = str_eq(family, STR("debian"));
		*out = (struct archive_release){
			.family = row.family,
			.version = row.version,
			.codename = row.codename,
			.ecosystem = str_fmt(arena, "%s:%.*s%s", debian ? "Debian" : "Ubuntu",
					     STR_ARG(row.version),
					     !debian && is_lts(row.version) ? ":LTS" : ""),
			.prefix = debian ? STR("DEBUPDATE") : STR("UBUUPDATE"),
		};
		if (!time_parse(row.released, &out->released))
			out->released = 0;
		return !str_empty(row.codename);
	}
	return false;
}

void archive_init(struct archive_facts *archive, struct arena *arena)
{
	*archive = (struct archive_facts){ .arena = arena };
	map_init(&archive->sources, arena);
}

static str source_key(struct arena *arena, str codename, str name)
{
	return str_fmt(arena, "%.*s/%.*s", STR_ARG(codename), STR_ARG(name));
}

struct archive_source *archive_source_find(const struct archive_facts *archive, str codename,
					   str name)
{
	return map_get(&archive->sources, source_key(archive->arena, codename, name));
}

static void deb_add(struct archive_source *source, const struct index_package *package)
{
	struct archive_deb deb = { .name = package->name,
				   .version = package->version,
				   .arch = package->arch,
				   .filename = package->filename,
				   .sha256 = package->sha256,
				   .size = package->size };
	size_t at = 0;

	if (str_empty(deb.filename) || deb.sha256.n != 64 || deb.size == 0)
		return;
	while (at < source->deb_count && source->debs[at].size <= deb.size)
		at++;
	if (at == ARCHIVE_CANDIDATES)
		return;
	if (source->deb_count < ARCHIVE_CANDIDATES)
		source->deb_count++;
	for (size_t i = source->deb_count - 1; i > at; i--)
		source->debs[i] = source->debs[i - 1];
	source->debs[at] = deb;
}

static void package_add(struct archive_facts *archive, const struct archive_release *release,
			enum suite_kind kind, const struct index_package *package, size_t location)
{
	void **slot = map_slot(&archive->sources,
			       source_key(archive->arena, release->codename, package->source));
	struct archive_source *source = *slot;

	if (!source) {
		source = *slot = ARENA_NEW(archive->arena, struct archive_source);
		source->release = release;
		source->name = package->source;
		source->newest = kind;
	}
	if (str_empty(source->version[kind]) ||
	    deb_order(source->version[kind], package->source_version) < 0)
		source->version[kind] = package->source_version;
	int order = deb_order(package->source_version, archive_newest(source));
	if (order < 0)
		return;
	if (order > 0 ||
	    kind > source->newest) { /* the packages gathered so far are of another one */
		source->newest = kind;
		source->deb_count = 0;
		source->location = location;
	}
	if (source->newest == kind && (source->deb_count == 0 || source->location == location)) {
		source->location = location;
		deb_add(source, package);
	}
}

int archive_add_index(struct archive_facts *archive, const struct archive_release *release,
		      enum suite_kind kind, str text, size_t location, struct err *err)
{
	struct index_reader reader = { .rest = text };
	struct index_package package;
	int r;

	while ((r = index_next(&reader, &package, err)) > 0) {
		package_add(archive, release, kind, &package, location);
		archive->packages++;
	}
	archive->skipped += reader.skipped;
	return r;
}

/* "1.2-3+deb12u4", "1.2-3ubuntu0.22.04.1": the release stands in the version. */
static bool names_release(const struct archive_release *release, str version)
{
	ptrdiff_t at = str_find(version, release->version);

	if (at < 3)
		return false;
	str before = str_take(version, (size_t)at),
	    after = str_skip(version, (size_t)at + release->version.n);
	if (str_eq(release->family, STR("debian")))
		return str_ends(before, STR("deb")) && str_starts(after, STR("u"));
	return str_ends(before, STR("ubuntu0.")) || str_ends(before, STR("~")) ||
	       str_ends(before, STR("ubuntu"));
}

/* An upload made for the release after it came out, not one it was made with. */
static bool in_line(const struct archive_release *release, const struct changelog_entry *entry)
{
	str rest = entry->distributions, word;

	if (names_release(release, entry->version))
		return true; /* also in the last days before */
	if (release->released > 0 && entry->time > 0 && entry->time < release->released)
		return false;
	while (str_split(&rest, ' ', &word)) {
		str base = word;
		ptrdiff_t dash = str_find_char(word, '-');

		if (dash > 0)
			base = str_take(word, (size_t)dash);
		if (str_ieq(base, release->codename) || str_ieq(base, STR("stable")) ||
		    str_ieq(base, STR("oldstable")) || str_ieq(base, STR("oldoldstable")))
			return true;
	}
	return false;
}

/* An upload, or what stands in for one. */
struct upload {
	struct archive_fix fix;
	bool inferred; /* see inferred_add */
	size_t real;   /* the upload of the line above it */
	str *cves;
};

struct walk {
	struct archive_facts *archive;
	struct archive_source *source;
	struct map seen;	/* CVE -> index of the upload of its oldest mention */
	struct upload *uploads; /* newest first */
	size_t n, cap, real_count;
	str base;	    /* what the upload seen last was rebuilt from */
	bool several_bases; /* the line was rebuilt more than once */
};

/* Marks CVEs that the release had fixed when it came out. */
#define FIXED_BEFORE SIZE_MAX

static void mention(struct walk *walk, const struct changelog_entry *entry, size_t upload)
{
	const str *cves;
	size_t left_out, n = changelog_cves(entry->body, walk->archive->arena, &cves, &left_out);

	walk->archive->mentions_left_out += left_out;
	for (size_t i = 0; i < n; i++) {
		/* From new to old: the oldest mention is the fix. */
		*map_slot(&walk->seen, cves[i]) = (void *)(uintptr_t)upload;
	}
}

static size_t upload_add(struct walk *walk, const struct changelog_entry *entry, str version)
{
	walk->uploads = arena_grow(walk->archive->arena, walk->uploads, walk->n, &walk->cap,
				   sizeof(*walk->uploads));
	walk->uploads[walk->n] = (struct upload){ .fix = { .source = walk->source,
							   .version = version,
							   .body = entry->body,
							   .time = entry->time } };
	return walk->n++;
}

/* "2.9.0-1~deb13u2" was rebuilt from 2.9.0-1; empty for another kind of version. */
static str rebuilt_from(const struct walk *walk, str version)
{
	str mark =
		str_fmt(walk->archive->arena, "~deb%.*su", STR_ARG(walk->source->release->version));
	ptrdiff_t at = str_find(version, mark);

	return at < 0 ? STR_EMPTY : str_take(version, (size_t)at);
}

/*
 * Some sources are rebuilt from unstable for each update, and their changelog does not show all
 * those uploads ("2.9.0-1~deb13u1", then 2.9.0-1, 2.8.0-1 ... of unstable). There, an entry below
 * stands for the upload that was rebuilt from it, "2.8.0-1~deb13u1": it parts the versions that
 * have the fix from those that do not, whether it ever was there or not.
 */
static size_t inferred_add(struct walk *walk, const struct changelog_entry *entry, size_t real)
{
	str base = rebuilt_from(walk, walk->uploads[real].fix.version);

	if (str_empty(base) || deb_order(entry->version, base) >= 0)
		return real;
	size_t i =
		upload_add(walk, entry,
			   str_fmt(walk->archive->arena, "%.*s~deb%.*su1", STR_ARG(entry->version),
				   STR_ARG(walk->source->release->version)));
	walk->uploads[i].inferred = true;
	walk->uploads[i].real = real;
	return i;
}

/*
 * Where an entry belongs: to the upload of the line that first contained it. An entry of another
 * line below an upload came in with that upload, if it is newer than the release or, by version,
 * than the upload it was rebuilt for ("3.0.15-1" in "3.0.15-1~deb12u1").
 */
static size_t place_of(struct walk *walk, const struct changelog_entry *entry, size_t *real)
{
	const struct archive_release *release = walk->source->release;

	if (in_line(release, entry)) {
		str base = rebuilt_from(walk, entry->version);

		*real = upload_add(walk, entry, entry->version);
		walk->real_count++;
		if (!str_empty(walk->base) && !str_empty(base) && !str_eq(walk->base, base))
			walk->several_bases = true;
		walk->base = base;
		return *real;
	}
	if (walk->real_count == 0)
		return FIXED_BEFORE;
	bool newer = deb_order(entry->version, walk->uploads[*real].fix.version) > 0;
	bool later = release->released > 0 && entry->time >= release->released;
	return newer || later ? inferred_add(walk, entry, *real) : FIXED_BEFORE;
}

/* The upload that a mention counts for, once all of the line is known. */
static size_t settled(const struct walk *walk, size_t upload)
{
	if (upload == FIXED_BEFORE || !walk->uploads[upload].inferred)
		return upload;
	/* One rebuild, corrected later: all its uploads are there to be seen. */
	if (walk->real_count == 1 || walk->several_bases)
		return upload;
	return walk->uploads[upload].real;
}

static void fix_add(struct walk *walk, const struct upload *upload)
{
	struct archive_facts *archive = walk->archive;
	const struct archive_fix *fix = &upload->fix;

	if (deb_order(fix->version, archive_newest(walk->source)) > 0)
		return; /* not to be had in this release */
	if (str_eq(fix->version, archive_newest(walk->source)))
		walk->source->told = true;
	archive->fixes = arena_grow(archive->arena, archive->fixes, archive->fix_count,
				    &archive->fix_cap, sizeof(*fix));
	archive->fixes[archive->fix_count] = *fix;
	archive->fixes[archive->fix_count++].inferred = upload->inferred;
}

static void fixes_take(struct walk *walk)
{
	size_t *counts = ARENA_ARRAY(walk->archive->arena, size_t, walk->n + 1);

	MAP_EACH (&walk->seen, entry) {
		size_t u = settled(walk, (size_t)(uintptr_t)entry->value);

		if (u != FIXED_BEFORE)
			counts[u]++;
	}
	for (size_t u = 0; u < walk->n; u++)
		walk->uploads[u].cves = ARENA_ARRAY(walk->archive->arena, str, counts[u]);
	MAP_EACH (&walk->seen, entry) {
		size_t u = settled(walk, (size_t)(uintptr_t)entry->value);

		if (u != FIXED_BEFORE)
			walk->uploads[u].cves[walk->uploads[u].fix.cve_count++] = entry->key;
	}
	for (size_t u = 0; u < walk->n; u++) {
		struct upload *upload = &walk->uploads[u];

		if (upload->fix.cve_count == 0)
			continue;
		qsort(upload->cves, upload->fix.cve_count, sizeof(str), str_qsort_cmp);
		upload->fix.cves = upload->cves;
		fix_add(walk, upload);
	}
}

bool archive_add_changelog(struct archive_facts *archive, struct archive_source *source, str text)
{
	struct walk walk = { .archive = archive, .source = source };
	struct changelog_entry entry;
	str rest = text;
	size_t real = 0; /* the upload of the line seen last */

	map_init(&walk.seen, archive->arena);
	for (unsigned i = 0; i < CHANGELOG_MAX_ENTRIES && changelog_next(&rest, &entry); i++) {
		if (i == 0 && (!str_eq(entry.source, source->name) ||
			       deb_order(entry.version, archive_newest(source)) != 0))
			return false;
		if (!str_eq(entry.source, source->name))
			break; /* the package had another name: other versions */
		mention(&walk, &entry, place_of(&walk, &entry, &real));
	}
	source->read = true;
	archive->changelogs++;
	fixes_take(&walk);
	return true;
}
