/* SPDX-License-Identifier: Apache-2.0 */
#include "secret_sample.h"

uint32_t random_next(struct random *r)
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
		buf_byte(b, bytes[random_next(r) % count]);
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

str secret_sample(struct arena *arena, str sample, uint64_t seed)
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
