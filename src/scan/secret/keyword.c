/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/keyword.h"

#include <assert.h>
#include <endian.h>

#define FOLD	     0x20202020u
#define GRAM	     3u
#define SAME_WEIGHT  20u
#define FEW_KEYWORDS 160u /* one set of classes is enough for them */

static uint32_t gram_of(const char *p)
{
	return ((uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8 |
		(uint32_t)(unsigned char)p[2] << 16 | (FOLD & 0xff000000u)) |
	       FOLD;
}

/* Of three folded bytes in the lower part of `gram`. */
static inline uint32_t hash_of(uint32_t gram)
{
	return ((gram & 0xffffffu) * 0x9e3779b1u) >> (32 - KEYWORD_BITS);
}

static size_t rarest(str text)
{
	size_t best = 0;
	unsigned least = ~0u;

	for (size_t i = 0; i + GRAM <= text.n; i++) {
		unsigned sum = 0;

		for (size_t k = 0; k < GRAM; k++)
			sum += byte_commonness((unsigned char)text.p[i + k]);
		/* Rules and dashes are drawn of them. */
		if (text.p[i] == text.p[i + 1])
			sum += SAME_WEIGHT;
		if (sum < least) {
			least = sum;
			best = i;
		}
	}
	return best;
}

void keyword_add(struct keyword_table *table, struct arena *arena, str text, uint16_t owner)
{
	struct keyword k = { .text = text, .owner = owner };
	uint32_t hash;

	assert(text.n >= KEYWORD_MIN && text.n <= KEYWORD_MAX);
	k.at = (uint16_t)rarest(text);
	k.gram = gram_of(text.p + k.at) & 0xffffffu;
	hash = hash_of(k.gram);
	k.next = table->heads[hash % KEYWORD_HEADS];
	table->bits[hash / 32] |= 1u << (hash % 32);
	table->items = arena_grow(arena, table->items, table->n, &table->cap, sizeof(k));
	table->items[table->n++] = k;
	table->heads[hash % KEYWORD_HEADS] = (uint32_t)table->n;
}

/*
 * What the filter looks for of a keyword: its three bytes with one more in front of them or behind,
 * the rarer of the two.
 */
static struct gram gram_for_filter(const struct keyword *k)
{
	struct gram gram = { .n = GRAM_FILTER_BYTES };
	size_t at = k->at, end = at + GRAM;

	if (k->text.n < GRAM_FILTER_BYTES)
		gram.n = (unsigned)k->text.n;
	else if (end == k->text.n ||
		 (at > 0 && byte_commonness((unsigned char)k->text.p[at - 1]) <
				    byte_commonness((unsigned char)k->text.p[end])))
		at--;
	memcpy(gram.bytes, k->text.p + at, gram.n);
	return gram;
}

void keyword_seal(struct keyword_table *table)
{
	struct gram *grams;

	if (table->n == 0 || !gram_filter_usable())
		return;
	grams = mem_alloc(table->n * sizeof(*grams));
	for (size_t i = 0; i < table->n; i++)
		grams[i] = gram_for_filter(&table->items[i]);
	gram_filter_make(&table->filter, grams, table->n,
			 table->n <= FEW_KEYWORDS ? 1 : GRAM_FILTER_SETS);
	table->filtered = true;
	free(grams);
}

static bool equal(const char *p, str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (to_lower(p[i]) != text.p[i])
			return false;
	}
	return true;
}

/* The lowest bit: whether a keyword may have these bytes. */
static inline uint32_t bit_of(const struct keyword_table *table, uint32_t gram)
{
	uint32_t hash = hash_of(gram);

	return table->bits[hash / 32] >> (hash % 32);
}

/* Of four overlapping groups of three bytes, which lie in one word. */
static inline bool any_of_four(const struct keyword_table *table, uint64_t word)
{
	uint32_t a = bit_of(table, (uint32_t)word);
	uint32_t b = bit_of(table, (uint32_t)(word >> 8));
	uint32_t c = bit_of(table, (uint32_t)(word >> 16));
	uint32_t d = bit_of(table, (uint32_t)(word >> 24));

	return (a | b | c | d) & 1;
}

struct search {
	const struct keyword_table *table;
	const char *text;
	size_t n;
	void *context;
	void (*hit)(void *context, const struct keyword *keyword, size_t at);
};

/* Keywords whose three bytes begin at `i`. */
static void look(const struct search *s, size_t i)
{
	uint32_t gram, next;

	if (i + GRAM > s->n)
		return;
	gram = gram_of(s->text + i) & 0xffffffu;
	if (!(bit_of(s->table, gram) & 1))
		return;
	next = s->table->heads[hash_of(gram) % KEYWORD_HEADS];

	while (next) {
		const struct keyword *k = &s->table->items[next - 1];

		next = k->next;
		if (k->gram == gram && i >= k->at && i - k->at + k->text.n <= s->n &&
		    equal(s->text + i - k->at, k->text))
			s->hit(s->context, k, i - k->at);
	}
}

static void look_at_each(const struct search *s, size_t i, size_t to)
{
	for (; i + 4 <= to && i + sizeof(uint64_t) <= s->n; i += 4) {
		uint64_t word;

		memcpy(&word, s->text + i, sizeof(word));
		word = le64toh(word) | ((uint64_t)FOLD << 32 | FOLD);
		if (__builtin_expect(!any_of_four(s->table, word), 1))
			continue;
		for (size_t k = 0; k < 4; k++)
			look(s, i + k);
	}
	for (; i < to; i++)
		look(s, i);
}

/* Of two overlapping groups, at `i` and behind: neither can be a keyword's. */
static inline bool neither(const struct search *s, size_t i)
{
	uint32_t word;

	if (i + sizeof(word) > s->n)
		return false;
	memcpy(&word, s->text + i, sizeof(word));
	word = le32toh(word) | FOLD;
	return !((bit_of(s->table, word) | bit_of(s->table, word >> 8)) & 1);
}

/*
 * With the filter, as far as it goes: the first place that was not looked at. The three bytes of a
 * keyword begin where the filter says, or behind that.
 */
static size_t look_filtered(const struct search *s, size_t from, size_t to)
{
	size_t at = from > 0 ? from - 1 : 0, done = from;
	uint32_t mask;

	for (;;) {
		at = gram_filter_next(&s->table->filter, s->text, s->n, at, to, &mask);
		if (!mask)
			return at > done ? at : done;
		for (; mask; mask &= mask - 1) {
			size_t i = at + (size_t)__builtin_ctz(mask), end = i + 2;

			if (neither(s, i))
				continue;
			for (i = i > done ? i : done; i < end && i < to; i++)
				look(s, i);
			done = i > done ? i : done;
		}
		at += GRAM_FILTER_LANES;
	}
}

void keyword_find(const struct keyword_table *table, const char *text, size_t n, size_t from,
		  size_t to, void *context,
		  void (*hit)(void *context, const struct keyword *keyword, size_t at))
{
	const struct search s = {
		.table = table, .text = text, .n = n, .context = context, .hit = hit
	};

	look_at_each(&s, table->filtered ? look_filtered(&s, from, to) : from, to);
}
