/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/match_internal.h"

#include "advisory/eol.h"
#include "advisory/language.h"
#include "advisory/version/version.h"

struct matcher {
	struct arena *rows; /* decoded entries */
	struct map row_map; /* u32 ecosystem + name -> struct package_row, NULL value: none */
	struct arena *known;
	struct map known_map;
	struct map releases; /* family, line break, version -> struct release */
};

struct release {
	struct eol eol;
	bool known;
};

/* Systems whose end of life is remembered. */
#define MAX_RELEASES 4096u
/* With so many names known, another that nothing is known of is not noted: in the lock of a large
 * project hardly any is asked for twice, and most have no advisory. */
#define MISSING_MAX 8192u

struct matcher *matcher_of(struct advisory_db *db)
{
	struct matcher *m = db->matcher;

	if (m)
		return m;
	m = db->matcher = mem_zalloc(sizeof(*m));
	m->rows = arena_new();
	m->known = arena_new();
	map_init(&m->row_map, m->rows);
	map_init(&m->known_map, m->known);
	map_init(&m->releases, db->arena);
	return m;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	arena_free(m->rows);
	arena_free(m->known);
	free(m);
}

void matcher_trim(struct advisory_db *db)
{
	struct matcher *m = db->matcher;

	if (m && arena_used(m->rows) > MATCHER_ROW_BYTES) {
		arena_reset(m->rows);
		map_init(&m->row_map, m->rows);
	}
}

static int decode(struct arena *arena, str row, const struct version_scheme *scheme,
		  struct package_row *out, struct err *err)
{
	struct rd r = rd_from(row);
	struct affected *entries = NULL, entry;
	size_t n = 0, cap = 0;
	int got;

	while ((got = affected_next(&r, arena, &entry)) > 0) {
		for (size_t i = 0; scheme && i < entry.range_count; i++)
			range_sort(
				(struct range_event *)(uintptr_t)entry.ranges[i].events, /* fresh */
				entry.ranges[i].event_count, scheme);
		entries = arena_grow(arena, entries, n, &cap, sizeof(*entries));
		entries[n++] = entry;
	}
	if (got < 0)
		return err_set(err, ERR_INPUT, "advisory database: damaged package entry");
	out->entries = entries;
	out->count = n;
	return 0;
}

int matcher_row(struct advisory_db *db, const struct system_ecosystem *ecosystem, str name,
		const struct package_row **out, struct err *err)
{
	struct matcher *m = matcher_of(db);
	char key[512 + sizeof(uint32_t)];
	struct package_row *row;
	str map_key, bytes;
	int got;

	*out = NULL;
	if (name.n > sizeof(key) - sizeof(uint32_t))
		return 0; /* the importer keeps no longer names */
	memcpy(key, &ecosystem->ecosystem->id, sizeof(uint32_t));
	name = str_of(key + sizeof(uint32_t),
		      language_name(language_name_fold(ecosystem->ecosystem->name), name,
				    key + sizeof(uint32_t)));
	map_key = str_of(key, name.n + sizeof(uint32_t));
	if (map_has(&m->row_map, map_key)) {
		*out = map_get(&m->row_map, map_key);
		return 0;
	}
	got = db_package(db, ecosystem->ecosystem->id, name, m->rows, &bytes, err);
	if (got < 0)
		return -1;
	row = got ? ARENA_NEW(m->rows, struct package_row) : NULL;
	if (row && decode(m->rows, bytes, ecosystem->scheme, row, err) < 0)
		return -1;
	if (row || m->row_map.n < MISSING_MAX)
		map_put(&m->row_map, map_key, row);
	*out = row;
	return 0;
}

/* Everything that the findings of a package depend on, besides the database. */
static bool question_key(const struct question *q, uint32_t system_index, char *key, size_t size,
			 size_t *n)
{
	const struct package *p = q->package;
	const str parts[] = { p->kind,	      p->name,		 p->version, p->arch,
			      p->source_name, p->source_version, p->module,  p->cpe };
	size_t at = sizeof(system_index);

	memcpy(key, &system_index, sizeof(system_index));
	key[at++] = (char)(q->host ? 1 : 0);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		uint32_t len = (uint32_t)parts[i].n;

		if (parts[i].n > size || at + sizeof(len) + parts[i].n > size)
			return false;
		memcpy(key + at, &len, sizeof(len));
		at += sizeof(len);
		if (len)
			memcpy(key + at, parts[i].p, len);
		at += len;
	}
	*n = at;
	return true;
}

bool matcher_known(const struct question *q, uint32_t system_index, const struct finding_list **out,
		   struct finding_list **slot)
{
	struct matcher *m = matcher_of(q->db);
	char key[1024];
	size_t n;
	void **value;

	*slot = NULL;
	if (!question_key(q, system_index, key, sizeof(key), &n))
		return false;
	*out = map_get(&m->known_map, str_of(key, n));
	if (*out)
		return true;
	/* Results point into it, so that nothing may go before the database is closed. */
	if (arena_used(m->known) > MATCHER_KNOWN_BYTES)
		return false;
	value = map_slot(&m->known_map, str_of(key, n));
	*slot = ARENA_NEW(m->known, struct finding_list);
	*value = *slot;
	return false;
}

struct arena *matcher_known_arena(struct advisory_db *db) { return matcher_of(db)->known; }

bool matcher_eol(struct advisory_db *db, const struct os_identity *os, struct eol *out)
{
	struct map *releases = &matcher_of(db)->releases;
	char key[256];
	size_t n = os->family.n + 1 + os->version.n;
	struct release *release;

	if (n > sizeof(key))
		return false; /* no system in the table has such a name */
	memcpy(key, os->family.p ? os->family.p : "", os->family.n);
	key[os->family.n] = '\n';
	memcpy(key + os->family.n + 1, os->version.p ? os->version.p : "", os->version.n);
	release = map_get(releases, str_of(key, n));
	if (!release && releases->n == MAX_RELEASES)
		return eol_lookup(os->family, os->version, out) != 0;
	if (!release) {
		release = ARENA_NEW(db->arena, struct release);
		release->known = eol_lookup(os->family, os->version, &release->eol) != 0;
		map_put(releases, str_of(key, n), release);
	}
	*out = release->eol;
	return release->known;
}
