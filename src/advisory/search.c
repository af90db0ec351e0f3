/* SPDX-License-Identifier: Apache-2.0 */
/* db search: records by id or alias, or by the name of a package in any ecosystem. */
#include "advisory/db_internal.h"
#include "advisory/language.h"
#include "advisory/publisher.h"
#include "advisory/range.h"
#include "advisory/version/version.h"
#include "base/num.h"
#include "base/words.h"

#define HIT_MAX_PACKAGES 4096u
#define LINE_MAX_BYTES	 4096u

static const char *const event_names[] = { [EVENT_INTRODUCED] = "introduced",
					   [EVENT_FIXED] = "fixed",
					   [EVENT_LAST_AFFECTED] = "last affected",
					   [EVENT_LIMIT] = "limit" };

struct search {
	struct advisory_db *db;
	struct arena *arena;
	uint32_t *numbers; /* of records, ascending, each once */
	size_t n, cap;
};

static void add_number(struct search *s, uint32_t number)
{
	s->numbers = arena_grow(s->arena, s->numbers, s->n, &s->cap, sizeof(*s->numbers));
	s->numbers[s->n++] = number;
}

static int number_cmp(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void sort_numbers(struct search *s)
{
	size_t kept = 0;

	if (s->n)
		qsort(s->numbers, s->n, sizeof(*s->numbers), number_cmp);
	for (size_t i = 0; i < s->n; i++) {
		if (kept == 0 || s->numbers[kept - 1] != s->numbers[i])
			s->numbers[kept++] = s->numbers[i];
	}
	s->n = kept;
}

static int by_ident(struct search *s, str what, struct err *err)
{
	const uint32_t *numbers;
	size_t n;

	if (db_ident(s->db, what, s->arena, &numbers, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		add_number(s, numbers[i]);
	return 0;
}

static int by_package(struct search *s, str what, struct err *err)
{
	char *folded = arena_bytes(s->arena, what.n + 1);

	for (size_t i = 0; i < s->db->ecosystem_count; i++) {
		uint32_t number;
		struct rd r;
		str row, body,
			name = str_of(folded,
				      language_name(language_name_fold(s->db->ecosystems[i].name),
						    what, folded));
		int got = db_package(s->db, s->db->ecosystems[i].id, name, s->arena, &row, err);

		if (got < 0)
			return -1;
		r = rd_from(got ? row : STR_EMPTY);
		while (got && affected_next_raw(&r, &number, &body) > 0)
			add_number(s, number);
	}
	return 0;
}

static str ranges_line(const struct affected *a, struct arena *arena)
{
	struct buf line;
	str out;

	buf_init(&line, LINE_MAX_BYTES);
	for (size_t i = 0; i < a->range_count; i++) {
		if (i)
			BUF_LIT(&line, "; ");
		for (size_t k = 0; k < a->ranges[i].event_count; k++) {
			const struct range_event *e = &a->ranges[i].events[k];

			buf_fmt(&line, "%s%s %.*s", k ? ", " : "", event_names[e->kind],
				STR_ARG(e->version));
		}
	}
	if (a->version_count)
		buf_fmt(&line, "%s%zu listed version%s", line.n ? "; " : "", a->version_count,
			a->version_count == 1 ? "" : "s");
	if (a->state == AFFECTED_NOT)
		BUF_LIT(&line, "not affected");
	out = str_dup(arena, buf_str(&line));
	if (line.overflow)
		out = str_cat(arena, out, STR(" ..."));
	buf_done(&line);
	return out;
}

static str highest_fix(const struct affected *a, const struct version_scheme *scheme)
{
	str best = STR_EMPTY;

	for (size_t i = 0; i < a->range_count; i++) {
		for (size_t k = 0; k < a->ranges[i].event_count; k++) {
			const struct range_event *e = &a->ranges[i].events[k];

			if (e->kind == EVENT_FIXED &&
			    (str_empty(best) || (scheme && scheme->compare(e->version, best) > 0)))
				best = e->version;
		}
	}
	return best;
}

/* What hits have in common to fill: the packages of the records found, by one walk over the table.
 */
struct fill {
	struct search *search;
	struct advisory_hit *hits;
	struct advisory_hit_package **packages;
	size_t *caps;
	const uint32_t *numbers;
	size_t count;
};

static void add_package(struct fill *f, size_t i, const struct db_ecosystem *eco, str name,
			const struct affected *a)
{
	struct arena *arena = f->search->arena;
	size_t n = f->hits[i].package_count;

	if (n == HIT_MAX_PACKAGES)
		return;
	f->packages[i] = arena_grow(arena, f->packages[i], n, &f->caps[i], sizeof(*f->packages[i]));
	f->packages[i][n] = (struct advisory_hit_package){
		.ecosystem = eco->name,
		.name = str_dup(arena, name),
		.ranges = ranges_line(a, arena),
		.fixed = str_dup(arena, highest_fix(a, version_scheme_for_ecosystem(eco->name))),
		.status = str_dup(arena, a->word)
	};
	f->hits[i].packages = f->packages[i];
	f->hits[i].package_count = n + 1;
}

static int fill_row(struct fill *f, const struct db_ecosystem *eco, str name, str row,
		    struct arena *scratch, struct err *err)
{
	struct rd peek = rd_from(row), r = peek;
	struct affected a;
	uint32_t number;
	bool wanted = false;
	str body;
	int got;

	/* Most rows hold none of the records: look at the numbers first. */
	while (!wanted && affected_next_raw(&peek, &number, &body) > 0)
		wanted = bsearch(&number, f->numbers, f->count, sizeof(number), number_cmp) != NULL;
	if (!wanted)
		return 0;
	while ((got = affected_next(&r, scratch, &a)) > 0) {
		for (size_t i = 0; i < f->count; i++) {
			if (f->numbers[i] == a.record)
				add_package(f, i, eco, name, &a);
		}
	}
	if (got < 0)
		return err_set(err, ERR_INPUT, "advisory database: damaged package entry");
	return 0;
}

static const struct db_ecosystem *ecosystem_by_id(const struct advisory_db *db, uint32_t id)
{
	for (size_t i = 0; i < db->ecosystem_count; i++) {
		if (db->ecosystems[i].id == id)
			return &db->ecosystems[i];
	}
	return NULL;
}

static int fill_packages(struct fill *f, struct err *err)
{
	static const char sql[] = "SELECT ecosystem, name, entries FROM package";
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct advisory_db *db = f->search->db;
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db->sqlite, sql, -1, &st, NULL), failed = 0;

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		const struct db_ecosystem *eco;
		str name, row;

		rc = sqlite3_step(st);
		if (rc != SQLITE_ROW)
			break;
		eco = ecosystem_by_id(db, (uint32_t)sqlite3_column_int64(st, 0));
		name = str_of(sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1));
		row = str_of(sqlite3_column_blob(st, 2), (size_t)sqlite3_column_bytes(st, 2));
		failed = eco ? fill_row(f, eco, name, row, scratch, err) : 0;
		if (failed)
			break;
		arena_reset(scratch);
	}
	sqlite3_finalize(st);
	if (failed)
		return -1;
	return rc == SQLITE_DONE ? 0 : db_error(db, "search", err);
}

static str joined_ids(const struct record *r, struct arena *arena, const str **out, size_t *count)
{
	str *ids = ARENA_ARRAY(arena, str, r->alias_count + r->upstream_count);
	size_t n = 0, kept;

	for (size_t i = 0; i < r->alias_count; i++)
		ids[n++] = r->aliases[i];
	for (size_t i = 0; i < r->upstream_count; i++)
		ids[n++] = r->upstream[i];
	kept = words_sort(ids, n);
	*out = ids;
	*count = kept;
	/* The CVE that scores are looked up by. */
	if (is_cve(r->id))
		return r->id;
	for (size_t i = 0; i < kept; i++) {
		if (is_cve(ids[i]))
			return ids[i];
	}
	return STR_EMPTY;
}

static int read_hit(struct search *s, uint32_t number, struct advisory_hit *hit, struct err *err)
{
	const struct db_source *source = db_source_of(s->db, number);
	struct record r;
	struct db_kev kev;
	double percentile;
	str cve;
	int got;

	if (db_record(s->db, number, s->arena, &r, err) < 0)
		return -1;
	*hit = (struct advisory_hit){ .id = r.id,
				      .source = source ? source->name : STR_EMPTY,
				      .summary = r.summary,
				      .details = r.details,
				      .published = r.published,
				      .modified = r.modified,
				      .withdrawn = r.withdrawn,
				      .references = r.references,
				      .reference_count = r.reference_count,
				      .security = !(r.flags & RECORD_NOT_SECURITY),
				      .epss = -1 };
	hit->severity = str_c(severity_name(publisher_severity(r.word)));
	cve = joined_ids(&r, s->arena, &hit->aliases, &hit->alias_count);
	if (str_empty(cve))
		return 0;
	got = db_kev_find(s->db, cve, s->arena, &kev, err);
	if (got < 0)
		return -1;
	hit->kev = got > 0;
	return db_epss_find(s->db, cve, &hit->epss, &percentile, err) < 0 ? -1 : 0;
}

static int hit_cmp(const void *a, const void *b)
{
	const struct advisory_hit *x = a, *y = b;
	int by_id = str_cmp(x->id, y->id);

	return by_id ? by_id : str_cmp(x->source, y->source);
}

int advisory_db_search(struct advisory_db *db, str what, size_t max, struct arena *arena,
		       const struct advisory_hit **out, size_t *count, size_t *total,
		       struct err *err)
{
	struct search s = { .db = db, .arena = arena };
	struct advisory_hit *hits;
	struct fill fill;
	size_t n;

	if (by_ident(&s, what, err) < 0 || (s.n == 0 && by_package(&s, what, err) < 0))
		return -1;
	sort_numbers(&s);
	n = size_min(s.n, max);
	hits = ARENA_ARRAY(arena, struct advisory_hit, n);
	for (size_t i = 0; i < n; i++) {
		if (read_hit(&s, s.numbers[i], &hits[i], err) < 0)
			return -1;
	}
	fill = (struct fill){ .search = &s,
			      .hits = hits,
			      .packages = ARENA_ARRAY(arena, struct advisory_hit_package *, n),
			      .caps = ARENA_ARRAY(arena, size_t, n),
			      .numbers = s.numbers,
			      .count = n };
	if (n && fill_packages(&fill, err) < 0)
		return -1;
	if (n)
		qsort(hits, n, sizeof(*hits), hit_cmp);
	*out = hits;
	*count = n;
	*total = s.n;
	return 0;
}
