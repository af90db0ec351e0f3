/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "advisory/build_internal.h"
#include "advisory/db.h"
#include "advisory/pack.h"
#include "advisory/pile.h"
#include "base/time.h"

/* No package database of today is older; year 1 and the like mean "unknown". */
#define OLDEST_DATE 631152000 /* 1990-01-01 */

struct build_seen {
	uint32_t number;
	uint64_t hash;
	int64_t modified;
};

static const char *const stmt_sql[BUILD_STMTS] = {
	[BUILD_BLOCK] = "INSERT INTO block(first, count, size, data) VALUES(?, ?, ?, ?)",
	[BUILD_SOURCE] =
		"INSERT INTO source(id, name, form, path, date, imported, digest, first, slots,"
		" records, affected, skipped) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[BUILD_SKIP] =
		"INSERT INTO skip(source, reason, first, count, harmless) VALUES(?, ?, ?, ?, ?)",
	[BUILD_ECOSYSTEM] = "INSERT INTO ecosystem(id, name) VALUES(?, ?)",
	[BUILD_HOLDS] = "INSERT INTO holds(ecosystem, source, entries, open) VALUES(?, ?, ?, ?)",
	[BUILD_PACKAGE] = "INSERT INTO package(ecosystem, name, entries) VALUES(?, ?, ?)",
	[BUILD_IDENT] = "INSERT INTO ident(id, records) VALUES(?, ?)",
	[BUILD_KEV] = "INSERT OR REPLACE INTO kev(cve, source, added, due, ransomware, name)"
		      " VALUES(?, ?, ?, ?, ?, ?)",
	[BUILD_EPSS] =
		"INSERT OR REPLACE INTO epss(cve, source, score, percentile) VALUES(?, ?, ?, ?)",
	[BUILD_KEV_KEPT] = "INSERT OR IGNORE INTO kev(cve, source, added, due, ransomware, name)"
			   " VALUES(?, ?, ?, ?, ?, ?)",
	[BUILD_EPSS_KEPT] = "INSERT OR IGNORE INTO epss(cve, source, score, percentile)"
			    " VALUES(?, ?, ?, ?)",
	[BUILD_META] = "INSERT INTO meta(key, value) VALUES(?, ?)",
};

int build_sql_error(struct advisory_build *b, const char *what, struct err *err)
{
	return err_set(err, ERR_SYS, "%s: %s", what, b->db ? sqlite3_errmsg(b->db) : "no memory");
}

int build_prepare(struct advisory_build *b, struct err *err)
{
	for (int i = 0; i < BUILD_STMTS; i++) {
		if (sqlite3_prepare_v3(b->db, stmt_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &b->stmts[i], NULL) != SQLITE_OK)
			return build_sql_error(b, "prepare the new database", err);
	}
	return 0;
}

int build_step(struct advisory_build *b, enum build_stmt stmt, const char *what, struct err *err)
{
	int rc = sqlite3_step(b->stmts[stmt]);

	/* The reset repeats the error of the step, which is reported from here. */
	if (rc != SQLITE_DONE)
		return build_sql_error(b, what, err);
	sqlite3_reset(b->stmts[stmt]);
	return 0;
}

static void bind_str(sqlite3_stmt *st, int column, str s)
{
	sqlite3_bind_text64(st, column, s.p ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

void build_source_begin(struct advisory_build *b, str name, str path, str date)
{
	struct build_source *s = &b->source;
	struct arena *arena = s->arena;
	str unique = name;

	assert(!s->open);
	arena_reset(arena);
	/* Two files of one import never share a name: the second would drop the first next time. */
	for (unsigned i = 2; map_has(&b->used, unique); i++)
		unique = str_fmt(b->arena, "%.*s.%u", STR_ARG(name), i);
	map_put(&b->used, unique, NULL);
	*s = (struct build_source){ .open = true, .arena = arena };
	sha_init(&s->digest, SHA_KIND_256);
	s->id = ++b->source_count;
	s->name = str_dup(arena, unique);
	s->path = str_dup(arena, path);
	s->date = str_dup(arena, date);
	s->date_given = !str_empty(date);
	s->form = STR("none");
	s->first = b->next_record;
	map_init(&s->seen, arena);
	MAP_EACH (&b->ecosystems, entry) {
		struct build_ecosystem *eco = entry->value;

		eco->entries = eco->open = 0;
	}
}

void build_source_form(struct advisory_build *b, const char *form)
{
	struct build_source *s = &b->source;

	if (str_eq(s->form, STR("none")))
		s->form = str_c(form);
	else if (!str_eq(s->form, str_c(form)))
		s->form = STR("mixed");
}

void build_source_bytes(struct advisory_build *b, const void *bytes, size_t n)
{
	sha_add(&b->source.digest, bytes, n);
}

void build_source_dated(struct advisory_build *b, str date)
{
	int64_t t;

	if (!b->source.date_given && time_parse(date, &t) && t > b->source.newest &&
	    t >= OLDEST_DATE && t <= b->opts.now)
		b->source.newest = t;
}

void build_skip(struct advisory_build *b, const char *reason, str where, bool harmless)
{
	struct build_source *s = &b->source;

	if (!harmless)
		s->skipped++;
	for (size_t i = 0; i < s->skip_count; i++) {
		if (s->skips[i].reason == reason || strcmp(s->skips[i].reason, reason) == 0) {
			s->skips[i].count++;
			return;
		}
	}
	s->skips = arena_grow(s->arena, s->skips, s->skip_count, &s->skip_cap, sizeof(*s->skips));
	s->skips[s->skip_count++] = (struct build_skip){ .reason = reason,
							 .first = str_dup(s->arena, where),
							 .count = 1,
							 .harmless = harmless };
}

static void report_add(struct advisory_build *b, struct advisory_skip skip)
{
	b->skips = arena_grow(b->arena, b->skips, b->report.skip_count, &b->skip_cap,
			      sizeof(*b->skips));
	skip.source = str_dup(b->arena, skip.source);
	skip.first = str_dup(b->arena, skip.first);
	b->skips[b->report.skip_count++] = skip;
}

void build_report(struct advisory_build *b, str source, const char *reason, str where)
{
	report_add(b,
		   (struct advisory_skip){
			   .source = source, .reason = str_c(reason), .first = where, .count = 1 });
}

static void skips_report(struct advisory_build *b)
{
	const struct build_source *s = &b->source;

	for (size_t i = 0; i < s->skip_count; i++)
		report_add(b, (struct advisory_skip){ .source = s->name,
						      .reason = str_c(s->skips[i].reason),
						      .first = s->skips[i].first,
						      .count = s->skips[i].count,
						      .harmless = s->skips[i].harmless });
}

static int skips_write(struct advisory_build *b, struct err *err)
{
	const struct build_source *s = &b->source;

	for (size_t i = 0; i < s->skip_count; i++) {
		sqlite3_stmt *st = b->stmts[BUILD_SKIP];

		sqlite3_bind_int64(st, 1, s->id);
		bind_str(st, 2, str_c(s->skips[i].reason));
		bind_str(st, 3, s->skips[i].first);
		sqlite3_bind_int64(st, 4, (sqlite3_int64)s->skips[i].count);
		sqlite3_bind_int(st, 5, s->skips[i].harmless);
		if (build_step(b, BUILD_SKIP, "write a skip", err) < 0)
			return -1;
	}
	return 0;
}

static int holds_write(struct advisory_build *b, struct err *err)
{
	MAP_EACH (&b->ecosystems, entry) {
		const struct build_ecosystem *eco = entry->value;
		sqlite3_stmt *st = b->stmts[BUILD_HOLDS];

		if (!eco->entries)
			continue;
		sqlite3_bind_int64(st, 1, eco->id);
		sqlite3_bind_int64(st, 2, b->source.id);
		sqlite3_bind_int64(st, 3, (sqlite3_int64)eco->entries);
		sqlite3_bind_int64(st, 4, (sqlite3_int64)eco->open);
		if (build_step(b, BUILD_HOLDS, "write what a source holds", err) < 0)
			return -1;
	}
	return 0;
}

static str source_digest(struct build_source *s)
{
	char hex[SHA_HEX_MAX];

	(void)sha_end_hex(&s->digest, hex);
	return str_fmt(s->arena, "sha256:%s", hex);
}

int build_source_end(struct advisory_build *b, struct err *err)
{
	struct build_source *s = &b->source;
	sqlite3_stmt *st = b->stmts[BUILD_SOURCE];
	str digest = source_digest(s);

	assert(s->open);
	s->open = false;
	skips_report(b);
	if (s->records == 0)
		return 0; /* an old source of that name stays */
	map_put(&b->names, s->name, NULL);
	map_put(&b->added, s->name, NULL);
	if (build_block_flush(b, err) < 0 || skips_write(b, err) < 0 || holds_write(b, err) < 0)
		return -1;
	if (!s->date_given && s->newest)
		s->date = time_format(s->arena, s->newest);
	sqlite3_bind_int64(st, 1, s->id);
	bind_str(st, 2, s->name);
	bind_str(st, 3, s->form);
	bind_str(st, 4, s->path);
	bind_str(st, 5, s->date);
	bind_str(st, 6, time_format(s->arena, b->opts.now));
	bind_str(st, 7, digest);
	sqlite3_bind_int64(st, 8, s->first);
	sqlite3_bind_int64(st, 9, b->next_record - s->first);
	sqlite3_bind_int64(st, 10, (sqlite3_int64)s->records);
	sqlite3_bind_int64(st, 11, (sqlite3_int64)s->affected);
	sqlite3_bind_int64(st, 12, (sqlite3_int64)s->skipped);
	return build_step(b, BUILD_SOURCE, "write a source", err);
}

int build_block_flush(struct advisory_build *b, struct err *err)
{
	sqlite3_stmt *st = b->stmts[BUILD_BLOCK];
	size_t raw, bound, packed;
	char *room;

	if (b->block_count == 0)
		return 0;
	raw = b->block_lens.n + b->block.n;
	bound = ZSTD_compressBound(raw);
	buf_add(&b->block_lens, buf_str(&b->block));
	buf_reset(&b->packed);
	room = buf_room(&b->packed, bound);
	if (!room || b->block_lens.overflow || b->block.overflow)
		return err_set(err, ERR_LIMIT, "a record is too large");
	packed = ZSTD_compressCCtx(b->zstd, room, bound, b->block_lens.p, raw, 1);
	if (ZSTD_isError(packed))
		return err_set(err, ERR_SYS, "compress records: %s", ZSTD_getErrorName(packed));
	sqlite3_bind_int64(st, 1, b->block_first);
	sqlite3_bind_int64(st, 2, b->block_count);
	sqlite3_bind_int64(st, 3, (sqlite3_int64)raw);
	sqlite3_bind_blob64(st, 4, room, packed, SQLITE_STATIC);
	buf_reset(&b->block);
	buf_reset(&b->block_lens);
	b->block_count = 0;
	return build_step(b, BUILD_BLOCK, "write records", err);
}

static void mark_dead(struct advisory_build *b, uint32_t number)
{
	size_t need = (size_t)number / 8 + 1;

	if (need > b->dead_bytes) {
		uint8_t *grown = arena_alloc(b->arena, 2 * need);

		if (b->dead_bytes)
			memcpy(grown, b->dead, b->dead_bytes);
		b->dead = grown;
		b->dead_bytes = 2 * need;
	}
	b->dead[number / 8] |= (uint8_t)(1u << (number % 8));
}

bool build_is_dead(const struct advisory_build *b, uint32_t number)
{
	return number / 8 < b->dead_bytes && (b->dead[number / 8] >> (number % 8) & 1);
}

static int add_ident(struct advisory_build *b, str id, uint32_t number, struct err *err)
{
	char upper[256];
	struct buf *out = &b->scratch;

	if (id.n == 0 || id.n > sizeof(upper))
		return 0; /* the record stays findable by its other ids */
	for (size_t i = 0; i < id.n; i++)
		upper[i] = id.p[i] >= 'a' && id.p[i] <= 'z' ? (char)(id.p[i] - 32) : id.p[i];
	buf_reset(out);
	pack_u(out, number);
	return pile_add(b->idents, str_of(upper, id.n), buf_str(out), err);
}

/* Is this text of an id that is there wanted? 1: as a further record, 0: no. */
static int seen_before(struct advisory_build *b, const struct build_seen *seen,
		       const struct record *record, uint64_t hash)
{
	int64_t modified = 0;

	if (seen->hash == hash) {
		build_skip(b, "identical record", record->id, true);
		return 0;
	}
	if (!time_parse(record->modified, &modified))
		modified = 0;
	if (modified < seen->modified) {
		build_skip(b, "older version of a record", record->id, true);
		return 0;
	}
	if (modified > seen->modified) {
		/* Its block may have been written already: its entries are left out at the end. */
		build_skip(b, "older version of a record", record->id, true);
		mark_dead(b, seen->number);
		b->source.records--;
		b->report.records--;
	}
	return 1;
}

static int record_append(struct advisory_build *b, const struct record *record, uint32_t *number,
			 struct err *err)
{
	size_t before = b->block.n;
	uint32_t len;

	if (b->next_record == UINT32_MAX)
		return err_set(err, ERR_LIMIT, "more than 4294967294 records");
	if (b->block_count == 0)
		b->block_first = b->next_record;
	record_pack(record, &b->block);
	len = (uint32_t)(b->block.n - before);
	buf_add(&b->block_lens, str_of((const char *)&len, sizeof(len)));
	b->block_count++;
	*number = b->next_record++;
	b->source.records++;
	b->report.records++;
	if (b->block.n >= BUILD_BLOCK_BYTES)
		return build_block_flush(b, err);
	return 0;
}

int build_record(struct advisory_build *b, const struct record *record, uint64_t hash,
		 uint32_t *number, struct err *err)
{
	void **slot = map_slot(&b->source.seen, record->id);
	struct build_seen *seen = *slot;

	if (seen && hash == 0) {
		*number = seen->number;
		return 1;
	}
	if (seen && seen_before(b, seen, record, hash) == 0)
		return 0;
	if (!seen)
		*slot = seen = ARENA_NEW(b->source.arena, struct build_seen);
	if (record_append(b, record, number, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(record->id));
	*seen = (struct build_seen){ .number = *number, .hash = hash };
	if (!time_parse(record->modified, &seen->modified))
		seen->modified = 0;
	build_source_dated(b, record->modified);
	build_source_dated(b, record->published);
	if (add_ident(b, record->id, *number, err) < 0)
		return -1;
	for (size_t i = 0; i < record->alias_count; i++) {
		if (add_ident(b, record->aliases[i], *number, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < record->upstream_count; i++) {
		if (add_ident(b, record->upstream[i], *number, err) < 0)
			return -1;
	}
	return 1;
}

struct build_ecosystem *build_ecosystem(struct advisory_build *b, str name, struct err *err)
{
	sqlite3_stmt *st = b->stmts[BUILD_ECOSYSTEM];
	struct build_ecosystem *eco;

	if (b->last_ecosystem && str_eq(b->last_ecosystem_name, name))
		return b->last_ecosystem;
	eco = map_get(&b->ecosystems, name);
	if (!eco) {
		eco = ARENA_NEW(b->arena, struct build_ecosystem);
		eco->id = (uint32_t)b->ecosystems.n + 1;
		eco->fold = language_name_fold(name);
		map_put(&b->ecosystems, name, eco);
		sqlite3_bind_int64(st, 1, eco->id);
		bind_str(st, 2, name);
		if (build_step(b, BUILD_ECOSYSTEM, "write an ecosystem", err) < 0)
			return NULL;
	}
	b->last_ecosystem = eco;
	b->last_ecosystem_name = str_dup(b->arena, name);
	return eco;
}

int build_affected(struct advisory_build *b, str ecosystem, str name,
		   const struct affected *affected, struct err *err)
{
	struct build_ecosystem *eco = build_ecosystem(b, ecosystem, err);
	char key[4 + 512];

	if (!eco)
		return -1;
	if (name.n > sizeof(key) - 4) {
		build_skip(b, "package name over 512 bytes", str_take(name, 80), false);
		return 0;
	}
	for (unsigned i = 0; i < 4; i++)
		key[i] = (char)(eco->id >> (24 - 8 * i));
	size_t n = language_name(eco->fold, name, key + 4);
	buf_reset(&b->entry);
	affected_pack(affected, &b->scratch, &b->entry);
	if (b->entry.overflow || b->scratch.overflow)
		return err_set(err, ERR_LIMIT, "%.*s: entry too large", STR_ARG(name));
	eco->entries++;
	eco->open += affected_is_open(affected);
	b->source.affected++;
	b->report.affected++;
	return pile_add(b->packages, str_of(key, n + 4), buf_str(&b->entry), err);
}

int build_kev(struct advisory_build *b, str cve, str added, str due, bool ransomware, str name,
	      struct err *err)
{
	sqlite3_stmt *st = b->stmts[BUILD_KEV];

	sqlite3_bind_int64(st, 1, (sqlite3_int64)cve_key(cve));
	sqlite3_bind_int64(st, 2, b->source.id);
	bind_str(st, 3, added);
	bind_str(st, 4, due);
	sqlite3_bind_int(st, 5, ransomware);
	bind_str(st, 6, name);
	b->source.records++;
	b->report.kev++;
	build_source_dated(b, added);
	return build_step(b, BUILD_KEV, "write an exploited flaw", err);
}

int build_epss(struct advisory_build *b, str cve, uint32_t score, uint32_t percentile,
	       struct err *err)
{
	sqlite3_stmt *st = b->stmts[BUILD_EPSS];

	sqlite3_bind_int64(st, 1, (sqlite3_int64)cve_key(cve));
	sqlite3_bind_int64(st, 2, b->source.id);
	sqlite3_bind_int64(st, 3, score);
	sqlite3_bind_int64(st, 4, percentile);
	b->source.records++;
	b->report.epss++;
	return build_step(b, BUILD_EPSS, "write a score", err);
}
