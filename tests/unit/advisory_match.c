/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matching, from records to findings. A case file is a row of blocks:
 *
 *	case NAME
 *	db SOURCE RECORD          one line of a source; a source's lines make one text
 *	os FAMILY VERSION [pro]
 *	target KIND               "dir": a root folder
 *	kind KIND                 a database of this kind was read (lines pkg do not need it)
 *	pkg KIND NAME VERSION [key=value ...]     arch, source, source_version, module, cpe
 *	want ID PACKAGE [key=value ...]           what a finding must say; "%20" is a space
 *	coverage KIND STATUS [text of the reason]
 *	end
 *
 * There must be as many findings as want lines, in that order.
 */
#include <sys/stat.h>

#include "advisory/db.h"
#include "advisory/import.h"
#include "advisory/match.h"
#include "base/map.h"
#include "casefile.h"
#include "test.h"

#define MAX_PACKAGES 32
#define MAX_WANTS    32
#define NOW	     1790000000 /* 2026-09-21 */

struct block {
	struct arena *arena;
	str kind;	    /* read, whether it has packages or not */
	struct map sources; /* name -> struct buf */
	struct package packages[MAX_PACKAGES];
	str wants[MAX_WANTS], coverage[MAX_WANTS];
	size_t want_count, coverage_count;
	struct inventory inventory;
	char folder[64], path[96];
};

static void block_start(struct block *b)
{
	arena_free(b->arena);
	*b = (struct block){ .arena = arena_new(), .folder = "/tmp/seawall-match-XXXXXX" };
	map_init(&b->sources, b->arena);
	b->inventory.packages = b->packages;
	b->inventory.target_kind = STR("oci");
}

static void add_source_line(struct block *b, str name, str line)
{
	void **slot = map_slot(&b->sources, name);
	str *text = *slot;

	if (!text)
		*slot = text = ARENA_NEW(b->arena, str);
	*text = str_fmt(b->arena, "%.*s%.*s\n", STR_ARG(*text), STR_ARG(line));
}

static str value_of(struct casefile *file, struct arena *arena, str word, str *key)
{
	str value, out = STR_EMPTY;

	CASE_CHECK(file, str_cut(word, '=', key, &value), "'%.*s' is not key=value", STR_ARG(word));
	for (;;) {
		ptrdiff_t at = str_find(value, STR("%20"));

		if (at < 0)
			return str_cat(arena, out, value);
		out = str_fmt(arena, "%.*s%.*s ", STR_ARG(out), (int)at, value.p);
		value = str_skip(value, (size_t)at + 3);
	}
}

static void add_package(struct casefile *file, struct block *b)
{
	struct package *p = &b->packages[b->inventory.package_count++];
	str word, key;

	CASE_CHECK(file, b->inventory.package_count <= MAX_PACKAGES, "too many packages");
	p->kind = str_dup(b->arena, casefile_field(file));
	p->name = str_dup(b->arena, casefile_field(file));
	p->version = str_dup(b->arena, casefile_field(file));
	p->layer = -1;
	while (!str_empty(word = casefile_field(file))) {
		str value = value_of(file, b->arena, word, &key);

		if (str_eq(key, STR("arch")))
			p->arch = value;
		else if (str_eq(key, STR("source")))
			p->source_name = value;
		else if (str_eq(key, STR("source_version")))
			p->source_version = value;
		else if (str_eq(key, STR("module")))
			p->module = value;
		else if (str_eq(key, STR("cpe")))
			p->cpe = value;
		else
			casefile_fail(file, "unknown key '%.*s'", STR_ARG(key));
	}
}

static str text_of(const struct finding *f, str key, struct arena *arena)
{
	const struct {
		str key, value;
	} texts[] = {
		{ STR("advisory"), f->advisory },
		{ STR("fixed"), f->fixed },
		{ STR("status"), str_c(fix_status_name(f->status)) },
		{ STR("severity"), str_c(severity_name(f->severity)) },
		{ STR("severity_source"), f->severity_source },
		{ STR("kind"), str_c(finding_kind_name(f->kind)) },
		{ STR("published"), f->published },
		{ STR("modified"), f->modified },
		{ STR("title"), f->title },
		{ STR("description"), f->description },
		{ STR("upgrade"), f->upgrade },
		{ STR("ecosystem"), f->ecosystem },
		{ STR("matched"), f->matched_name },
		{ STR("matched_version"), f->matched_version },
		{ STR("origin"), f->origin },
		{ STR("kev"), f->kev ? STR("yes") : STR("no") },
		{ STR("kev_added"), f->kev_added },
		{ STR("epss"), str_fmt(arena, "%.3f", f->epss) },
		{ STR("cvss"), f->cvss_count ? str_fmt(arena, "%.*s:%.1f",
						       STR_ARG(f->cvss[0].version), f->cvss[0].base)
					     : STR_EMPTY },
	};
	str all = STR_EMPTY;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (str_eq(texts[i].key, key))
			return texts[i].value;
	}
	if (!str_eq(key, STR("aliases")))
		return STR("no such key");
	for (size_t i = 0; i < f->alias_count; i++)
		all = str_fmt(arena, "%.*s%s%.*s", STR_ARG(all), i ? "," : "",
			      STR_ARG(f->aliases[i]));
	return all;
}

static void check_want(struct casefile *file, struct block *b, str want, const struct finding *f)
{
	struct casefile line = *file;
	const struct package *p = &b->packages[f->package];
	str id, name, word, key;

	line.rest = want;
	id = casefile_field(&line);
	name = casefile_field(&line);
	CASE_CHECK(file, str_eq(id, f->id) && str_eq(name, p->name), "got %.*s in %.*s, want %.*s",
		   STR_ARG(f->id), STR_ARG(p->name), STR_ARG(want));
	while (!str_empty(word = casefile_field(&line))) {
		str value = value_of(file, b->arena, word, &key);
		str got = text_of(f, key, b->arena);

		CASE_CHECK(file, str_eq(got, value), "%.*s: %.*s is '%.*s', want '%.*s'",
			   STR_ARG(f->id), STR_ARG(key), STR_ARG(got), STR_ARG(value));
	}
}

static void check_coverage(struct casefile *file, struct block *b, str want,
			   const struct match_result *result)
{
	struct casefile line = *file;
	str kind, status, reason;

	line.rest = want;
	kind = casefile_field(&line);
	status = casefile_field(&line);
	reason = str_trim(line.rest);
	for (size_t i = 0; i < result->coverage_count; i++) {
		const struct coverage *c = &result->coverage[i];

		if (!str_eq(c->kind, str_eq(kind, STR("-")) ? STR_EMPTY : kind))
			continue;
		CASE_CHECK(file, str_eq(str_c(coverage_status_name(c->status)), status),
			   "coverage of %.*s is %s", STR_ARG(kind),
			   coverage_status_name(c->status));
		CASE_CHECK(file,
			   str_find(c->reason, reason) >= 0 &&
				   (c->reason.n == 0) == (reason.n == 0),
			   "reason '%.*s', want '%.*s'", STR_ARG(c->reason), STR_ARG(reason));
		return;
	}
	(void)b;
	casefile_fail(file, "no coverage line of '%.*s'", STR_ARG(kind));
}

static struct advisory_db *block_build(struct casefile *file, struct block *b)
{
	AUTO(advisory_build_free)
	struct advisory_build *build = NULL;
	const struct advisory_build_opts opts = { .now = NOW };
	struct advisory_db *db;
	struct err err;

	CASE_CHECK(file, mkdtemp(b->folder), "no temporary folder");
	snprintf(b->path, sizeof(b->path), "%s/db", b->folder);
	CASE_CHECK(file, advisory_build_open(b->path, &opts, &build, &err) == 0, "%s", err.msg);
	MAP_EACH (&b->sources, entry) {
		const str *text = entry->value;

		CASE_CHECK(file,
			   advisory_build_add_text(build, *text, STR("case"), entry->key, STR_EMPTY,
						   &err) == 0,
			   "%s", err.msg);
	}
	CASE_CHECK(file, advisory_build_commit(build, b->arena, NULL, &err) == 0, "%s", err.msg);
	CASE_CHECK(file, advisory_db_open(b->path, &db, &err) == 0, "%s", err.msg);
	return db;
}

static void block_remove(struct block *b)
{
	char lock[128];

	snprintf(lock, sizeof(lock), "%s.lock", b->path);
	CHECK_INT(unlink(b->path), 0);
	CHECK_INT(unlink(lock), 0);
	CHECK_INT(rmdir(b->folder), 0);
}

/* A lean match has the same flaws, fixes and severities, the second time from the cache. */
static void check_lean(struct casefile *file, struct block *b, struct advisory_db *db,
		       const struct match_result *full)
{
	const struct match_opts opts = { .now = NOW, .lean = true };

	for (int round = 0; round < 2; round++) {
		struct match_result lean;
		struct err err;

		CASE_CHECK(file,
			   advisory_match(db, &b->inventory, &opts, b->arena, &lean, &err) == 0,
			   "%s", err.msg);
		CASE_CHECK(file, lean.finding_count == full->finding_count, "lean: %zu findings",
			   lean.finding_count);
		for (size_t i = 0; i < lean.finding_count; i++) {
			const struct finding *x = &lean.findings[i], *y = full->findings;

			while (y < full->findings + full->finding_count &&
			       !(str_eq(x->id, y->id) && x->package == y->package))
				y++;
			CASE_CHECK(file,
				   y < full->findings + full->finding_count &&
					   str_eq(x->fixed, y->fixed) &&
					   x->severity == y->severity &&
					   str_eq(x->advisory, y->advisory) && x->kev == y->kev &&
					   x->status == y->status && x->kind == y->kind &&
					   str_eq(x->upgrade, y->upgrade),
				   "lean finding %.*s differs", STR_ARG(x->id));
		}
	}
}

static void block_check(struct casefile *file, struct block *b)
{
	const struct match_opts opts = { .now = NOW };
	struct advisory_db *db = block_build(file, b);
	struct match_result result;
	struct err err;

	CASE_CHECK(file, advisory_match(db, &b->inventory, &opts, b->arena, &result, &err) == 0,
		   "%s", err.msg);
	for (size_t i = 0; i < result.finding_count && i < b->want_count; i++)
		check_want(file, b, b->wants[i], &result.findings[i]);
	CASE_CHECK(file, result.finding_count == b->want_count,
		   "%zu findings, want %zu (next: %.*s)", result.finding_count, b->want_count,
		   STR_ARG(result.finding_count > b->want_count ? result.findings[b->want_count].id
								: STR_EMPTY));
	for (size_t i = 0; i < b->coverage_count; i++)
		check_coverage(file, b, b->coverage[i], &result);
	check_lean(file, b, db, &result);
	advisory_db_close(db);
	block_remove(b);
}

static void take_line(struct casefile *file, struct block *b)
{
	str word = casefile_field(file);

	if (str_eq(word, STR("case"))) {
		block_start(b);
	} else if (str_eq(word, STR("db"))) {
		str source = casefile_field(file);

		add_source_line(b, source, str_trim(file->rest));
	} else if (str_eq(word, STR("os"))) {
		b->inventory.os.family = str_dup(b->arena, casefile_field(file));
		b->inventory.os.version = str_dup(b->arena, casefile_field(file));
		b->inventory.os.extended_support = str_eq(casefile_field(file), STR("pro"));
	} else if (str_eq(word, STR("target"))) {
		b->inventory.target_kind = str_dup(b->arena, casefile_field(file));
	} else if (str_eq(word, STR("kind"))) {
		b->kind = str_dup(b->arena, casefile_field(file));
		b->inventory.kinds_read = &b->kind;
		b->inventory.kinds_read_count = 1;
	} else if (str_eq(word, STR("pkg"))) {
		add_package(file, b);
	} else if (str_eq(word, STR("want"))) {
		CASE_CHECK(file, b->want_count < MAX_WANTS, "too many want lines");
		b->wants[b->want_count++] = str_dup(b->arena, str_trim(file->rest));
	} else if (str_eq(word, STR("coverage"))) {
		CASE_CHECK(file, b->coverage_count < MAX_WANTS, "too many coverage lines");
		b->coverage[b->coverage_count++] = str_dup(b->arena, str_trim(file->rest));
	} else if (str_eq(word, STR("end"))) {
		block_check(file, b);
	} else {
		casefile_fail(file, "unknown line '%.*s'", STR_ARG(word));
	}
}

static void run_file(const char *name)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open(name);
	struct block block = { 0 };

	while (casefile_next(&file))
		take_line(&file, &block);
	arena_free(block.arena);
}

TEST(names_versions_and_systems_match) { run_file("advisory/match_system.txt"); }
TEST(flaws_are_merged_and_conflicts_settled) { run_file("advisory/match_merge.txt"); }
TEST(forms_of_publishers_are_read) { run_file("advisory/match_publisher.txt"); }
TEST(programs_are_matched_as_products) { run_file("advisory/match_nvd.txt"); }

TEST(packages_of_languages_are_matched_as_their_managers_name_them)
{
	run_file("advisory/match_language.txt");
}
TEST(module_streams_stay_apart) { run_file("advisory/match_module.txt"); }
TEST(severity_and_threat_are_told) { run_file("advisory/match_rating.txt"); }
TEST(coverage_says_what_was_looked_up) { run_file("advisory/match_coverage.txt"); }
TEST(every_form_gives_the_same_rows) { run_file("advisory/match_form.txt"); }
