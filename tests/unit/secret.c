/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/search.h"

#include "base/buf.h"
#include "scan/secret/keyword.h"
#include "scan/secret/skip.h"
#include "test.h"

#define ROUNDS 24u /* texts made of each sample */

/* ---- texts made of samples: no secret-looking literal stands in this file ---- */

struct random {
	uint64_t state;
};

static uint32_t next_random(struct random *r)
{
	r->state = r->state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(r->state >> 33);
}

static const char *alphabet(str name)
{
	static const struct {
		const char *name, *bytes;
	} classes[] = {
		{ "A", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" },
		{ "a", "abcdefghijklmnopqrstuvwxyz0123456789" },
		{ "w", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" },
		{ "L", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" },
		{ "d", "0123456789" },
		{ "hex", "0123456789abcdef" },
		{ "b32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" },
		{ "b64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" },
		{ "bech", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L" },
	};

	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		if (str_eq(name, str_c(classes[i].name)))
			return classes[i].bytes;
	}
	return NULL;
}

static void add_random(struct buf *b, const char *bytes, uint64_t n, struct random *r)
{
	size_t count = strlen(bytes);

	for (uint64_t i = 0; i < n; i++)
		buf_byte(b, bytes[next_random(r) % count]);
}

/* One place of a sample: what stands between its braces. */
static bool add_place(struct buf *b, str place, struct random *r)
{
	static const unsigned parts[] = { 8, 4, 4, 4, 12 };
	str name, count;
	uint64_t n;

	if (str_eq(place, STR("n"))) {
		buf_byte(b, '\n');
	} else if (str_eq(place, STR("uuid"))) {
		for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
			if (i > 0)
				buf_byte(b, '-');
			add_random(b, alphabet(STR("hex")), parts[i], r);
		}
	} else if (str_starts(place, STR("="))) {
		buf_add(b, str_skip(place, 1));
	} else {
		if (!str_cut(place, ':', &name, &count) || !alphabet(name) || !str_u64(count, &n))
			return false;
		add_random(b, alphabet(name), n, r);
	}
	return true;
}

static str make_sample(struct arena *arena, str sample, uint64_t seed)
{
	struct buf b;
	struct random r = { .state = seed * 2654435761u + 17 };
	ptrdiff_t open, close;

	buf_init(&b, 1u << 16);
	while ((open = str_find_char(sample, '{')) >= 0) {
		str rest = str_skip(sample, (size_t)open + 1);

		buf_add(&b, str_take(sample, (size_t)open));
		close = str_find_char(rest, '}');
		if (close >= 0 && add_place(&b, str_take(rest, (size_t)close), &r)) {
			sample = str_skip(rest, (size_t)close + 1);
		} else {
			buf_byte(&b, '{');
			sample = rest;
		}
	}
	buf_add(&b, sample);
	str made = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return made;
}

/* A file of the name that the kind asks for. */
static str path_for(struct arena *arena, const struct secret_kind *kind)
{
	str path = kind->path_n > 0 ? kind->paths[0] : STR("app/settings.txt");
	struct buf b;

	buf_init(&b, 4096);
	path = str_without_prefix(path, STR("**/"));
	for (size_t i = 0; i < path.n; i++)
		buf_byte(&b, path.p[i] == '*' ? 'a' : path.p[i]);
	path = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return path;
}

struct fixture {
	struct arena *arena;
	struct secret_kinds kinds;
	struct secret_search *search;
};

static void fixture_init(struct fixture *f)
{
	struct err err;

	*f = (struct fixture){ .arena = arena_new() };
	CHECK_OK(secret_kinds_builtin(f->arena, &f->kinds, &err));
	CHECK_OK(secret_search_new(&f->kinds, &f->search, &err));
	CHECK_OK(secret_search_check(f->search, &err));
}

static void fixture_done(struct fixture *f)
{
	secret_search_free(f->search);
	arena_free(f->arena);
}

static size_t find_in(struct fixture *f, str path, str text, const struct secret_found **found)
{
	size_t n;

	secret_search_begin(f->search, path, text_sniff(str_take(text, 1024)));
	secret_search_take(f->search, text);
	secret_search_end(f->search);
	*found = secret_search_found(f->search, &n);
	return n;
}

static bool finds(struct fixture *f, str path, str text, str id)
{
	const struct secret_found *found;
	size_t n = find_in(f, path, text, &found);

	for (size_t i = 0; i < n; i++) {
		if (str_eq(found[i].kind->id, id))
			return true;
	}
	return false;
}

/* ---- kinds ---- */

TEST(there_are_at_least_120_kinds)
{
	struct fixture f;

	fixture_init(&f);
	CHECK(f.kinds.n >= 120);
	fixture_done(&f);
}

TEST(each_kind_finds_what_its_sample_describes_among_other_text)
{
	struct fixture f;
	struct buf missing;

	fixture_init(&f);
	buf_init(&missing, 1u << 16);
	for (size_t i = 0; i < f.kinds.n; i++) {
		const struct secret_kind *kind = &f.kinds.items[i];
		str path = path_for(f.arena, kind);
		unsigned hits = 0;

		for (unsigned round = 0; round < ROUNDS; round++) {
			str text = str_cat(
				f.arena, STR("first line\n"),
				str_cat(f.arena,
					make_sample(f.arena, kind->sample, i * ROUNDS + round),
					STR("\nlast line\n")));

			hits += finds(&f, path, text, kind->id);
			if (secret_search_gave_up(f.search))
				buf_fmt(&missing, " %.*s gave up", STR_ARG(kind->id));
		}
		/* A random text may lack what a kind asks of a value: a digit, for instance. */
		if (hits < ROUNDS * 3 / 4)
			buf_fmt(&missing, " %.*s %u", STR_ARG(kind->id), hits);
	}
	CHECK_STR_EQ(buf_str(&missing), STR_EMPTY);
	buf_done(&missing);
	fixture_done(&f);
}
