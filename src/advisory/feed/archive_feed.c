/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/archive_feed.h"

#include <inttypes.h>

#include "advisory/feed/archive_access.h"
#include "advisory/feed/deb_file.h"
#include "advisory/version/version.h"
#include "base/err.h"
#include "base/time.h"
#include "fmt/system/dpkg.h"
#include "fmt/system/os_release.h"

#define RECORDS_MAX (1u << 30)
#define NAMES_MAX   (8u << 20) /* bytes of a file of package names */
#define NAMES_SHOWN 8

struct feed {
	const struct archive_feed_opts *opts;
	const struct update_opts *update;
	struct arena *arena;
	struct archive_facts facts;
	struct archive_access access;
	struct archive_release *releases;
	size_t release_count;
	str own; /* code name of this machine's release, when it is of this family */
	struct package_list installed;
	uint64_t bytes; /* of packages */
	uint64_t cap;
	size_t over_cap, failed, without; /* sources whose changelog was not read, by reason */
	struct err first;		  /* why the first of the failed ones failed */
	str without_names;		  /* some of them */
};

static const char *root_of(const struct update_opts *update)
{
	return update->root ? update->root : "/";
}

bool archive_machine(const char *root, struct arena *arena, struct os_identity *out)
{
	static const char *const paths[] = { "etc/os-release", "usr/lib/os-release" };
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		AUTO(buf_done)
		struct buf text = { 0 };
		char *path = str_cstr(arena, str_fmt(arena, "%s/%s", root, paths[i]));

		buf_init(&text, OS_RELEASE_MAX_BYTES);
		if (buf_read_file(&text, path, &err) == 0 &&
		    os_identity_parse(str_c(paths[i]), str_dup(arena, buf_str(&text)), arena, out,
				      &err) == 1)
			return true;
	}
	return false;
}

static int releases_find(struct feed *feed, struct err *err)
{
	const struct update_opts *update = feed->update;
	str family = feed->opts->family;
	struct archive_release machine = { 0 };
	struct os_identity os;

	if (!archive_machine(root_of(update), feed->arena, &os) || !str_eq(os.family, family) ||
	    !archive_release_find(family, os.version, feed->arena, &machine))
		machine.codename = STR_EMPTY;
	feed->releases =
		ARENA_ARRAY(feed->arena, struct archive_release, update->release_count + 1);
	for (size_t i = 0; i < update->release_count; i++) {
		/* Names of another family are for its own archive; update_plan knows them all. */
		if (archive_release_find(family, update->releases[i], feed->arena,
					 &feed->releases[feed->release_count]))
			feed->release_count++;
	}
	if (update->release_count == 0 && !str_empty(machine.codename))
		feed->releases[feed->release_count++] = machine;
	for (size_t i = 0; i < feed->release_count; i++) {
		if (str_eq(feed->releases[i].codename, machine.codename))
			feed->own = machine.codename;
	}
	if (feed->release_count > 0)
		return 0;
	if (update->release_count > 0)
		return err_set(err, ERR_USAGE, "no release of %.*s is among those asked for",
			       STR_ARG(family));
	return err_set(err, ERR_UNSUPPORTED,
		       "this machine is no release of %.*s that we know: name one with --release",
		       STR_ARG(family));
}

/* What is installed here; an empty list when this machine has no such database. */
static int installed_read(struct feed *feed, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	char *path = str_cstr(
		feed->arena, str_fmt(feed->arena, "%s/var/lib/dpkg/status", root_of(feed->update)));

	package_list_init(&feed->installed, feed->arena);
	if (str_empty(feed->own))
		return 0;
	buf_init(&text, DPKG_STATUS_MAX_BYTES);
	if (buf_read_file(&text, path, err) < 0)
		return err->kind == ERR_NOT_FOUND ? 0 : -1;
	struct file_view view = file_view_text(STR("var/lib/dpkg/status"), buf_str(&text));
	return dpkg_status(&view, &feed->installed.sink, err);
}

/* Marks sources that are installed in an older version; how many packages that is. */
static size_t missing_mark(struct feed *feed)
{
	const struct version_scheme *deb = version_scheme_find(STR("deb"));
	size_t n = 0;

	for (size_t i = 0; i < feed->installed.n; i++) {
		const struct package *p = &feed->installed.items[i];
		struct archive_source *source =
			archive_source_find(&feed->facts, feed->own, package_source_name(p));

		if (!source)
			continue;
		if (feed->update->changelogs == CHANGELOGS_INSTALLED)
			source->wanted = true;
		if (deb->compare(package_source_version(p), archive_newest(source)) < 0) {
			source->missing = true;
			n++;
		}
	}
	return n;
}

/* Names of a file, one a line, of source or binary packages. */
static int listed_mark(struct feed *feed, struct map *binaries, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	str rest, line;

	buf_init(&text, NAMES_MAX);
	if (buf_read_file(&text, feed->update->changelogs_file, err) < 0)
		return -1;
	rest = buf_str(&text);
	while (str_line(&rest, &line)) {
		str name = str_trim(line);

		for (size_t i = 0; i < feed->release_count && name.n > 0; i++) {
			str codename = feed->releases[i].codename;
			str key =
				str_fmt(feed->arena, "%.*s/%.*s", STR_ARG(codename), STR_ARG(name));
			struct archive_source *source =
				archive_source_find(&feed->facts, codename, name);

			if (!source)
				source = map_get(binaries, key);
			if (source)
				source->wanted = true;
		}
	}
	return 0;
}

/* Binary package names of the security indexes, to find their sources. */
static int binaries_map(struct feed *feed, struct map *binaries, struct err *err)
{
	map_init(binaries, feed->arena);
	for (size_t i = 0; i < feed->access.index_count; i++) {
		const struct archive_index *index = &feed->access.indexes[i];
		struct index_reader reader = { .rest = index->text };
		struct index_package package;
		str codename = index->release->codename;
		int r;

		while ((r = index_next(&reader, &package, err)) > 0) {
			str key = str_fmt(feed->arena, "%.*s/%.*s", STR_ARG(codename),
					  STR_ARG(package.name));

			map_put(binaries, key,
				archive_source_find(&feed->facts, codename, package.source));
		}
		if (r < 0)
			return -1;
	}
	return 0;
}

static int wanted_mark(struct feed *feed, struct err *err)
{
	struct map binaries;

	if (feed->update->changelogs == CHANGELOGS_LISTED)
		return binaries_map(feed, &binaries, err) < 0 ? -1
							      : listed_mark(feed, &binaries, err);
	if (feed->update->changelogs != CHANGELOGS_ALL)
		return 0;
	MAP_EACH (&feed->facts.sources, entry) {
		struct archive_source *source = entry->value;

		if (!str_empty(source->version[SUITE_SECURITY]))
			source->wanted = true;
	}
	return 0;
}

/*
 * Worth reading: only where there was an update can a changelog name fixes that somebody lacks:
 * the security suite, or a version made after the release came out.
 */
static bool worth_reading(const struct archive_source *source)
{
	return source->missing || !str_empty(source->version[SUITE_SECURITY]) ||
	       !str_empty(source->version[SUITE_UPDATES]);
}

/* Missing updates first, then the smallest packages. */
static int wanted_order(const void *a, const void *b)
{
	const struct archive_wanted *x = a, *y = b;

	if (x->source->missing != y->source->missing)
		return x->source->missing ? -1 : 1;
	if (x->source->release != y->source->release)
		return x->source->release < y->source->release ? -1 : 1;
	if (x->deb->size != y->deb->size)
		return x->deb->size < y->deb->size ? -1 : 1;
	return str_cmp(x->source->name, y->source->name);
}

static int deb_take(void *data, const struct archive_wanted *wanted, struct err *err)
{
	struct feed *feed = data;
	struct archive_source *source = archive_source_find(
		&feed->facts, wanted->source->release->codename, wanted->source->name);
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	str text;

	if (feed->opts->progress)
		feed->opts->progress(feed->opts->progress_data, feed->bytes);
	if (source->read)
		return 0; /* another package of this round had it */
	int r = wanted->fd < 0 ? -1 : deb_changelog(wanted->fd, source->name, scratch, &text, err);
	if (r > 0)
		IGNORE(archive_add_changelog(&feed->facts, source,
					     str_dup(feed->arena, text))); /* source->read tells */
	if (r < 0 && feed->failed++ == 0)
		feed->first = *err;
	return 0;
}

/*
 * One round: the smallest packages (from the `from`th to before the `to`th) of each source that has
 * not told its changelog yet.
 */
static int round_run(struct feed *feed, size_t from, size_t to, struct err *err)
{
	struct archive_wanted *wanted = ARENA_ARRAY(feed->arena, struct archive_wanted,
						    feed->facts.sources.n * (to - from));
	size_t n = 0, keep = 0;

	MAP_EACH (&feed->facts.sources, entry) {
		const struct archive_source *source = entry->value;

		if (!source->wanted || source->read || !worth_reading(source))
			continue;
		for (size_t i = from; i < to && i < source->deb_count; i++)
			wanted[n++] = (struct archive_wanted){ .source = source,
							       .deb = &source->debs[i],
							       .fd = -1 };
	}
	if (n > 0)
		qsort(wanted, n, sizeof(*wanted), wanted_order);
	for (size_t i = 0; i < n; i++) {
		if (wanted[i].deb->size > ARCHIVE_DEB_MAX ||
		    feed->bytes + wanted[i].deb->size > feed->cap) {
			feed->over_cap++;
			continue;
		}
		feed->bytes += wanted[i].deb->size;
		wanted[keep++] = wanted[i];
	}
	return archive_access_debs(&feed->access, wanted, keep, deb_take, feed, err);
}

static int changelogs_read(struct feed *feed, struct err *err)
{
	if (feed->update->changelogs == CHANGELOGS_NONE)
		return 0;
	feed->cap = feed->update->changelog_bytes ? feed->update->changelog_bytes
						  : UPDATE_CHANGELOG_BYTES;
	/* Most sources tell in their smallest package; the others link to one of the larger ones.
	 */
	static const size_t rounds[] = { 0, 1, 2, 4, ARCHIVE_CANDIDATES };
	for (size_t i = 0; i + 1 < ARRAY_LEN(rounds); i++) {
		feed->over_cap = feed->failed = 0;
		if (round_run(feed, rounds[i], rounds[i + 1], err) < 0)
			return -1;
	}
	MAP_EACH (&feed->facts.sources, entry) {
		const struct archive_source *source = entry->value;

		if (!source->wanted || source->read || !worth_reading(source))
			continue;
		if (feed->without++ < NAMES_SHOWN)
			feed->without_names =
				str_fmt(feed->arena, "%.*s%s%.*s", STR_ARG(feed->without_names),
					feed->without > 1 ? ", " : "", STR_ARG(source->name));
	}
	return 0;
}

static void note(struct feed *feed, str text) { archive_note(&feed->access, text); }

static void notes_write(struct feed *feed, size_t missing)
{
	struct arena *arena = feed->arena;
	const struct archive_facts *facts = &feed->facts;
	str day = facts->date ? time_format_date(arena, facts->date) : STR("unknown date");

	if (!str_empty(feed->own))
		note(feed, str_fmt(arena,
				   "%" PRIu64
				   " packages read, index of %.*s, %zu updates missing on this "
				   "machine (%zu packages installed).",
				   facts->packages, STR_ARG(day), missing, feed->installed.n));
	else
		note(feed, str_fmt(arena, "%" PRIu64 " packages read, index of %.*s.",
				   facts->packages, STR_ARG(day)));
	note(feed, str_fmt(arena,
			   "%" PRIu64 " changelogs read (%" PRIu64 " KiB of packages fetched), "
			   "%zu uploads with CVEs.",
			   facts->changelogs, feed->bytes / 1024, facts->fix_count));
	if (feed->without > 0)
		note(feed,
		     str_fmt(arena,
			     "%zu source packages are known by their version only, no changelog was read: "
			     "%.*s%s%s%s%s.",
			     feed->without, STR_ARG(feed->without_names),
			     feed->without > NAMES_SHOWN ? " ..." : "",
			     feed->over_cap ? " (beyond the limit of what is fetched)" : "",
			     feed->failed ? "; " : "", feed->failed ? feed->first.msg : ""));
	if (facts->skipped > 0)
		note(feed, str_fmt(arena,
				   "%" PRIu64
				   " entries of the index were passed over: no name or version.",
				   facts->skipped));
	if (feed->installed.skipped_n > 0)
		note(feed,
		     str_fmt(arena,
			     "%zu records of this machine's package database were passed over.",
			     feed->installed.skipped_n));
	note(feed,
	     STR("Proved are missing updates and the flaws they repair; flaws without a fix are not "
		 "known here."));
}

static int indexes_take(struct feed *feed, struct err *err)
{
	for (size_t i = 0; i < feed->access.index_count; i++) {
		const struct archive_index *index = &feed->access.indexes[i];

		if (archive_add_index(&feed->facts, index->release, index->kind, index->text, i,
				      err) < 0)
			return err_wrap(err, "%.*s", STR_ARG(index->suite));
		if (index->date > feed->facts.date)
			feed->facts.date = index->date;
	}
	return 0;
}

static int feed_run(struct feed *feed, struct archive_feed_result *out, struct err *err)
{
	AUTO(buf_done)
	struct buf records = { 0 };

	if (indexes_take(feed, err) < 0 || installed_read(feed, err) < 0)
		return -1;
	size_t missing = missing_mark(feed);
	if (wanted_mark(feed, err) < 0 || changelogs_read(feed, err) < 0)
		return -1;
	notes_write(feed, missing);
	buf_init(&records, RECORDS_MAX);
	out->count = archive_write(&feed->facts, &records);
	if (records.overflow)
		return err_set(err, ERR_LIMIT, "archive: more than %u bytes of records",
			       RECORDS_MAX);
	out->records = str_dup(feed->arena, buf_str(&records));
	out->bytes = feed->bytes;
	out->date = feed->facts.date ? time_format(feed->arena, feed->facts.date) : STR_EMPTY;
	out->notes = feed->access.notes;
	out->note_count = feed->access.note_count;
	return 0;
}

int archive_feed(const struct archive_feed_opts *opts, struct arena *arena,
		 struct archive_feed_result *out, struct err *err)
{
	struct feed feed = { .opts = opts, .update = opts->update, .arena = arena };
	struct archive_feed_result result = { 0 };

	archive_init(&feed.facts, arena);
	if (releases_find(&feed, err) < 0)
		return -1;
	struct archive_access_opts access = {
		.family = opts->family,
		.releases = feed.releases,
		.release_count = feed.release_count,
		.root = root_of(opts->update),
		.work = opts->work,
		.mirror = opts->update->mirror,
		.arch = archive_arch(),
		.timeout_s = opts->update->timeout_s ? opts->update->timeout_s : 900,
		.now = opts->update->now ? opts->update->now : time_now(),
	};
	int r = archive_access_open(&feed.access, &access, arena, err);
	if (r == 0)
		r = feed_run(&feed, &result, err);
	archive_access_close(&feed.access);
	if (r == 0)
		*out = result;
	return r;
}
