/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fast search against a plain one: keywords against a comparison at each place, programs
 * against their words, cut out byte by byte and searched one after the other. The texts are random,
 * of all kinds' samples whole and damaged, at all distances from the borders of pieces and blocks.
 */
#include "scan/secret/binary.h"
#include "scan/secret/keyword.h"
#include "scan/secret/search.h"

#include "secret_sample.h"
#include "test.h"

#define PROGRAMS      60u
#define PROGRAM_BYTES (24u << 10)
#define PARTS	      60u /* of one program: findings stay below what one file may have */
#define HITS_MAX      8192u

static const size_t piece_sizes[] = { 1, 3, 8, 17, 63, 64, 65, 500, 1024, 4096, 1u << 20 };

struct fixture {
	struct arena *arena;
	struct secret_kinds kinds;
	struct secret_binary *binary;
	struct secret_search *plain; /* for single words */
	struct random random;
};

static void fixture_init(struct fixture *f, uint64_t seed)
{
	struct err err;

	*f = (struct fixture){ .arena = arena_new(), .random = { .state = seed } };
	CHECK_OK(secret_kinds_builtin(f->arena, &f->kinds, &err));
	CHECK_OK(secret_binary_new(&f->kinds, f->arena, &f->binary, &err));
	CHECK_OK(secret_search_new(&f->binary->kinds, &f->plain, &err));
}

static void fixture_done(struct fixture *f)
{
	secret_binary_free(f->binary);
	secret_search_free(f->plain);
	arena_free(f->arena);
}

static uint32_t below(struct fixture *f, uint32_t n)
{
	return n > 0 ? random_next(&f->random) % n : 0;
}

/* ---- keywords ---- */

struct hits {
	struct {
		const struct keyword *keyword;
		size_t at;
	} items[HITS_MAX];
	size_t n;
};

static void note_hit(void *context, const struct keyword *keyword, size_t at)
{
	struct hits *hits = context;

	CHECK(hits->n < HITS_MAX);
	hits->items[hits->n].keyword = keyword;
	hits->items[hits->n++].at = at;
}

static bool has_hit(const struct hits *hits, const struct keyword *keyword, size_t at)
{
	size_t times = 0;

	for (size_t i = 0; i < hits->n; i++)
		times += hits->items[i].keyword == keyword && hits->items[i].at == at;
	return times == 1;
}

static bool stands_at(const struct keyword *keyword, str text, size_t at)
{
	return at + keyword->text.n <= text.n &&
	       str_ieq(str_of(text.p + at, keyword->text.n), keyword->text);
}

/* All keywords of which the three bytes begin in [from, to), each once, and nothing else. */
static void check_hits(const struct keyword_table *table, str text, size_t from, size_t to,
		       struct hits *hits)
{
	size_t want = 0;

	hits->n = 0;
	keyword_find(table, text.p, text.n, from, to, hits, note_hit);
	for (size_t i = 0; i < table->n; i++) {
		const struct keyword *k = &table->items[i];

		for (size_t at = 0; at < text.n; at++) {
			if (!stands_at(k, text, at) || at + k->at < from || at + k->at >= to)
				continue;
			want++;
			if (!has_hit(hits, k, at))
				test_fail(__FILE__, __LINE__, "%.*s at %zu of %zu",
					  STR_ARG(k->text), at, text.n);
		}
	}
	CHECK_INT(hits->n, want);
}

/* Parts of keywords in both cases, and bytes of all kinds. Its own allocation: nothing lies behind.
 */
static str keyword_text(struct fixture *f, const struct keyword_table *table, size_t n)
{
	char *out = mem_alloc(n);
	size_t at = 0;

	while (at < n) {
		str word = table->items[below(f, (uint32_t)table->n)].text;
		size_t k = below(f, 4) ? word.n : 1 + below(f, (uint32_t)word.n);

		for (size_t i = 0; i < k && at < n; i++) {
			char c = word.p[i];

			out[at++] = is_alpha(c) && below(f, 2) ? (char)(c ^ 0x20) : c;
		}
		for (uint32_t i = below(f, 8); i > 0 && at < n; i--)
			out[at++] = (char)below(f, 256);
	}
	return str_of(out, n);
}

static void check_table(struct fixture *f, struct keyword_table *table)
{
	struct hits *hits = mem_alloc(sizeof(*hits));

	for (size_t n = 1; n < 300; n += n < 80 ? 1 : 13) {
		str text = keyword_text(f, table, n);
		size_t from = below(f, (uint32_t)n), to = from + below(f, (uint32_t)(n - from) + 1);
		bool filtered = table->filtered;

		for (unsigned way = 0; way < 2; way++) {
			check_hits(table, text, 0, n, hits);
			check_hits(table, text, from, to, hits);
			table->filtered = false;
		}
		table->filtered = filtered;
		free((void *)(uintptr_t)text.p);
	}
	free(hits);
}

TEST(keywords_are_found_wherever_they_stand_with_the_filter_and_without)
{
	struct keyword_table table;
	struct secret_search *all;
	struct fixture f;
	struct err err;

	fixture_init(&f, 1);
	CHECK_OK(secret_search_new(&f.kinds, &all, &err));
	table = *secret_search_table(all);
	CHECK(table.filtered == gram_filter_usable());
	check_table(&f, &table);
	table = *secret_search_table(f.plain);
	CHECK(table.filtered == gram_filter_usable());
	check_table(&f, &table);
	secret_search_free(all);
	fixture_done(&f);
}

/* ---- programs ---- */

static char any_byte(struct fixture *f)
{
	static const char some[] = "azAZ09_-./+= \n\t\177\200\377";

	return below(f, 3) ? some[below(f, sizeof(some))] : (char)below(f, 256);
}

/* What is a finding only where all of it is right. */
static void damage(struct fixture *f, char *p, size_t n)
{
	switch (below(f, 4)) {
	case 0:
		p[below(f, (uint32_t)n)] = any_byte(f);
		break;
	case 1:
		p[n - 1] = '\0';
		break;
	case 2:
		p[below(f, (uint32_t)n)] ^= 0x20;
		break;
	default:
		break;
	}
}

static void put(struct buf *b, const char *p, size_t n, bool wide)
{
	for (size_t i = 0; i < n; i++) {
		buf_byte(b, p[i]);
		if (wide)
			buf_byte(b, '\0');
	}
}

static void put_part(struct fixture *f, struct buf *b)
{
	const struct secret_kind *kind =
		&f->binary->kinds.items[below(f, (uint32_t)f->binary->kinds.n)];
	str sample = secret_sample(f->arena, kind->sample, random_next(&f->random));
	char *copy = str_cstr(f->arena, sample);
	bool wide = below(f, 3) == 0;
	uint32_t gap = below(f, 4);

	if (below(f, 2))
		damage(f, copy, sample.n);
	/* Letters that belong to the same word, or none. */
	for (uint32_t i = gap == 0 ? below(f, 700) : gap == 1 ? below(f, 4) : 0; i > 0; i--) {
		char c = "=:/,ab"[below(f, 6)];

		put(b, &c, 1, wide);
	}
	put(b, copy, sample.n, wide);
	if (below(f, 2))
		put(b, "==================", below(f, 18), wide);
	switch (below(f, 3)) {
	case 0:
		break;
	case 1:
		buf_byte(b, "\0\n \1"[below(f, 4)]);
		break;
	default:
		for (uint32_t i = below(f, 200); i > 0; i--)
			buf_byte(b, any_byte(f));
		break;
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What was found, a line each, in the order of the lines. */
struct report {
	char *lines[2 * SEARCH_FOUND_MAX];
	size_t n;
};

static void report_add(struct fixture *f, struct report *report, const struct secret_search *search)
{
	const struct secret_found *found;
	size_t n;

	found = secret_search_found(search, &n);
	CHECK(!secret_search_gave_up(search) && secret_search_dropped(search) == 0);
	for (size_t i = 0; i < n; i++) {
		CHECK(report->n < ARRAY_LEN(report->lines));
		str line = str_fmt(f->arena, "%.*s %llu %s", STR_ARG(found[i].kind->id),
				   (unsigned long long)found[i].length, found[i].digest);
		report->lines[report->n++] = str_cstr(f->arena, line);
	}
}

static str report_text(struct fixture *f, struct report *report)
{
	struct buf b;
	str text;

	qsort(report->lines, report->n, sizeof(*report->lines), by_text);
	buf_init(&b, 1u << 20);
	for (size_t i = 0; i < report->n; i++)
		buf_fmt(&b, "%s\n", report->lines[i]);
	text = str_dup(f->arena, buf_str(&b));
	buf_done(&b);
	return text;
}

/* Every `step` bytes from `from` on are a character; those between them are zero. */
static void report_words(struct fixture *f, struct report *report, str text, size_t from,
			 size_t step)
{
	char *word = arena_bytes(f->arena, text.n + 1);
	size_t n = 0;

	for (size_t at = from; at <= text.n; at += step) {
		bool there = at + step <= text.n && text.p[at] > ' ' && text.p[at] < 0x7f &&
			     (step == 1 || text.p[at + 1] == 0);

		if (there) {
			word[n++] = text.p[at];
			continue;
		}
		if (n >= WORD_MIN) {
			secret_search_begin(f->plain, STR("usr/bin/app"), TEXT_BYTES);
			secret_search_take(f->plain, str_of(word, n));
			secret_search_end(f->plain);
			report_add(f, report, f->plain);
		}
		n = 0;
	}
}

static str want_of(struct fixture *f, str program)
{
	struct report report = { .n = 0 };

	report_words(f, &report, program, 0, 1);
	report_words(f, &report, program, 0, 2);
	report_words(f, &report, program, 1, 2);
	return report_text(f, &report);
}

static str got_of(struct fixture *f, str program, size_t piece)
{
	struct report report = { .n = 0 };

	secret_binary_begin(f->binary, STR("usr/bin/app"));
	for (str rest = program; rest.n > 0; rest = str_skip(rest, piece))
		secret_binary_take(f->binary, str_take(rest, piece));
	secret_binary_end(f->binary);
	report_add(f, &report, f->binary->narrow);
	report_add(f, &report, f->binary->wide);
	return report_text(f, &report);
}

TEST(programs_are_searched_as_their_words_are)
{
	struct fixture f;
	size_t found = 0;

	for (unsigned i = 0; i < PROGRAMS; i++) {
		struct buf b;
		str want;

		fixture_init(&f, 77 + i);
		buf_init(&b, 1u << 20);
		for (unsigned part = 0; part < PARTS && b.n < PROGRAM_BYTES; part++)
			put_part(&f, &b);
		want = want_of(&f, buf_str(&b));
		for (size_t k = 0; k < ARRAY_LEN(piece_sizes); k++)
			CHECK_STR_EQ(got_of(&f, buf_str(&b), piece_sizes[k] + i % 2), want);
		for (size_t k = 0; k < want.n; k++)
			found += want.p[k] == '\n';
		buf_done(&b);
		fixture_done(&f);
	}
	/* The comparison says something only if there is a lot to be found. */
	CHECK(found > PROGRAMS * PARTS / 4);
}

/* A word at each place around the border of two pieces, which meet at each of its letters. */
TEST(words_that_go_on_in_the_next_piece_are_found)
{
	struct fixture f;

	fixture_init(&f, 5);
	for (size_t i = 0; i < f.binary->kinds.n; i++) {
		const struct secret_kind *kind = &f.binary->kinds.items[i];
		str sample = secret_sample(f.arena, kind->sample, 100 + i);
		size_t n = 2 * (size_t)WORD_BLOCK + sample.n;
		char *text = arena_bytes(f.arena, n);
		size_t shift = i % WORD_BLOCK;
		str want;

		memset(text, 1, n);
		memcpy(text + WORD_BLOCK + shift, sample.p, sample.n);
		want = want_of(&f, str_of(text, n));
		for (size_t cut = WORD_BLOCK; cut < n - WORD_BLOCK + shift; cut++)
			CHECK_STR_EQ(got_of(&f, str_of(text, n), cut), want);
	}
	fixture_done(&f);
}
