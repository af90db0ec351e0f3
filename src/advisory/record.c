/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/record.h"

#include "advisory/pack.h"

static void pack_list(struct buf *out, const str *items, size_t n)
{
	pack_u(out, n);
	for (size_t i = 0; i < n; i++)
		pack_str(out, items[i]);
}

static const str *unpack_list(struct rd *r, struct arena *arena, size_t *count)
{
	size_t n = unpack_count(r);
	str *items;

	if (n > RECORD_MAX_LIST)
		r->bad = true;
	if (r->bad)
		return NULL;
	items = ARENA_ARRAY(arena, str, n);
	for (size_t i = 0; i < n; i++)
		items[i] = unpack_str(r);
	*count = n;
	return items;
}

void record_pack(const struct record *record, struct buf *out)
{
	pack_u(out, record->flags);
	pack_str(out, record->id);
	pack_str(out, record->published);
	pack_str(out, record->modified);
	pack_str(out, record->withdrawn);
	pack_str(out, record->summary);
	pack_str(out, record->details);
	pack_str(out, record->word);
	pack_str(out, record->rater);
	pack_str(out, record->module);
	pack_list(out, record->aliases, record->alias_count);
	pack_list(out, record->upstream, record->upstream_count);
	pack_u(out, record->rating_count);
	for (size_t i = 0; i < record->rating_count; i++) {
		pack_str(out, record->ratings[i].type);
		pack_str(out, record->ratings[i].score);
	}
	pack_list(out, record->references, record->reference_count);
}

bool record_unpack(str bytes, struct arena *arena, struct record *out)
{
	struct rd r = rd_from(bytes);
	struct record rec = { 0 };
	struct record_rating *ratings;

	rec.flags = (unsigned)unpack_u(&r);
	rec.id = unpack_str(&r);
	rec.published = unpack_str(&r);
	rec.modified = unpack_str(&r);
	rec.withdrawn = unpack_str(&r);
	rec.summary = unpack_str(&r);
	rec.details = unpack_str(&r);
	rec.word = unpack_str(&r);
	rec.rater = unpack_str(&r);
	rec.module = unpack_str(&r);
	rec.aliases = unpack_list(&r, arena, &rec.alias_count);
	rec.upstream = unpack_list(&r, arena, &rec.upstream_count);
	rec.rating_count = unpack_count(&r);
	if (r.bad || rec.rating_count > RECORD_MAX_LIST)
		return false;
	ratings = ARENA_ARRAY(arena, struct record_rating, rec.rating_count);
	for (size_t i = 0; i < rec.rating_count; i++) {
		ratings[i].type = unpack_str(&r);
		ratings[i].score = unpack_str(&r);
	}
	rec.ratings = ratings;
	rec.references = unpack_list(&r, arena, &rec.reference_count);
	if (r.bad)
		return false;
	*out = rec;
	return true;
}

/*
 * "CVE-YYYY-" and 4 to 12 digits. The key of the usual number of up to six digits is year and
 * number in 28 bits, so that it packs small; of a longer one, the same above 2^32.
 */
#define CVE_NUMBER_MAX_DIGITS 12u
#define CVE_FIRST_YEAR	      1900u
#define CVE_SMALL_BITS	      20u
#define CVE_LARGE_BITS	      40u
#define CVE_LARGE	      (1ull << 62)

static bool cve_parts(str id, uint64_t *year, uint64_t *number)
{
	str digits;

	if (id.n < 13 || !str_ieq(str_take(id, 4), STR("CVE-")) || id.p[8] != '-')
		return false;
	digits = str_skip(id, 9);
	if (digits.n > CVE_NUMBER_MAX_DIGITS)
		return false;
	return str_u64(str_of(id.p + 4, 4), year) && str_u64(digits, number) &&
	       *year > CVE_FIRST_YEAR;
}

bool is_cve(str id)
{
	uint64_t year, number;

	return cve_parts(id, &year, &number);
}

uint64_t cve_key(str id)
{
	uint64_t year, number;

	if (!cve_parts(id, &year, &number))
		return 0;
	year -= CVE_FIRST_YEAR;
	if (number >> CVE_SMALL_BITS == 0)
		return year << CVE_SMALL_BITS | number;
	return CVE_LARGE | year << CVE_LARGE_BITS | number;
}

str cve_from_key(uint64_t key, struct arena *arena)
{
	bool large = key & CVE_LARGE;
	unsigned bits = large ? CVE_LARGE_BITS : CVE_SMALL_BITS;
	uint64_t year = (key & ~(CVE_LARGE)) >> bits, number = key & ((1ull << bits) - 1);

	return str_fmt(arena, "CVE-%04u-%04llu", (unsigned)(year + CVE_FIRST_YEAR),
		       (unsigned long long)number);
}

static int key_cmp(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static size_t add_keys(const str *ids, size_t n, uint64_t *keys, size_t at)
{
	for (size_t i = 0; i < n; i++) {
		keys[at] = cve_key(ids[i]);
		at += keys[at] != 0;
	}
	return at;
}

const uint64_t *record_flaws(const struct record *record, struct arena *arena, size_t *count)
{
	uint64_t *keys =
		ARENA_ARRAY(arena, uint64_t, record->alias_count + record->upstream_count + 2);
	size_t n = add_keys(&record->id, 1, keys, 0), kept = 0;

	n = add_keys(record->aliases, record->alias_count, keys, n);
	n = add_keys(record->upstream, record->upstream_count, keys, n);
	qsort(keys, n, sizeof(*keys), key_cmp);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || keys[kept - 1] != keys[i])
			keys[kept++] = keys[i];
	}
	*count = kept;
	return keys;
}
