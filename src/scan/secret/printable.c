/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/printable.h"

#define WIDE_MIN (2u * PRINTABLE_MIN)

#define LOWEST	'!' /* no blank */
#define HIGHEST '~'

static inline bool is_printable(unsigned char c) { return c >= LOWEST && c <= HIGHEST; }

void printable_begin(struct printable *p, const struct printable_out *out)
{
	*p = (struct printable){ .out = *out };
}

/* ---- runs ---- */

static void end_run(struct printable *p, struct printable_run *run, bool wide)
{
	if (run->running)
		p->out.end(p->out.context, wide);
	run->running = false;
	run->n = 0;
}

static void add_to_run(struct printable *p, struct printable_run *run, bool wide, char c)
{
	if (run->running) {
		p->out.part(p->out.context, wide, str_of(&c, 1));
		return;
	}
	run->held[run->n++] = c;
	if (run->n < PRINTABLE_MIN)
		return;
	run->running = true;
	p->out.part(p->out.context, wide, str_of(run->held, run->n));
}

/* ---- blocks that hold no part of a run worth looking at ---- */

typedef uint8_t bytes __attribute__((vector_size(16)));
typedef uint16_t halves __attribute__((vector_size(16)));
typedef uint32_t quarters __attribute__((vector_size(16)));

#define BLOCK 64u /* bytes that are looked at together */

/* All bits of each half of eight bytes that has all bits. */
static inline quarters full_words(quarters v)
{
	quarters full = (quarters)(v == UINT32_MAX);

	return full & (quarters)__builtin_shufflevector(full, full, 1, 0, 3, 2);
}

static inline bool any_bit(quarters v) { return (v[0] | v[2]) != 0; }

/*
 * Each run that is long enough holds eight bytes in a row that begin at a multiple of eight: is
 * there such a word among these BLOCK bytes?
 */
static bool has_narrow_word(const unsigned char *b)
{
	quarters any = { 0 };

	for (size_t i = 0; i < BLOCK; i += sizeof(bytes)) {
		bytes v;

		memcpy(&v, b + i, sizeof(v));
		bytes good = (bytes)(v - LOWEST <= HIGHEST - LOWEST);
		any |= full_words((quarters)good);
	}
	return any_bit(any);
}

/* The same for units of two bytes: a word in which each second byte is zero, and no other. */
static bool has_wide_word(const unsigned char *b)
{
	quarters any = { 0 };

	for (size_t i = 0; i < BLOCK; i += sizeof(bytes)) {
		bytes v;

		memcpy(&v, b + i, sizeof(v));
		halves zero = (halves)(v == 0);
		any |= full_words((quarters)(zero == 0xff00)) |
		       full_words((quarters)(zero == 0x00ff));
	}
	return any_bit(any);
}

/* ---- one byte a character ---- */

/* The first place from `i` on where PRINTABLE_MIN printable bytes stand before `end`, or near it.
 */
static size_t find_narrow(const unsigned char *b, size_t i, size_t end)
{
	while (i + PRINTABLE_MIN <= end) {
		size_t k = i + PRINTABLE_MIN;

		/* From behind: one byte rules out all runs that it would lie in. */
		while (k > i && is_printable(b[k - 1]))
			k--;
		if (k == i)
			break;
		i = k;
	}
	return i;
}

/* The same among all; blocks without a word of a run are passed over. */
static size_t next_narrow(const unsigned char *b, size_t i, size_t n)
{
	for (;;) {
		size_t from = i, end;

		while (i + BLOCK <= n && !has_narrow_word(b + i))
			i += BLOCK;
		end = i + BLOCK <= n ? i + BLOCK : n;
		/* It may have begun in the block in front. */
		while (i > from && is_printable(b[i - 1]))
			i--;
		i = find_narrow(b, i, end);
		if (i + PRINTABLE_MIN <= end || end == n)
			return i;
	}
}

static void take_narrow(struct printable *p, const unsigned char *b, size_t n)
{
	size_t i = 0;

	while (i < n) {
		size_t from;

		if (p->narrow.n == 0)
			i = next_narrow(b, i, n);
		while (i < n && is_printable(b[i]) && !p->narrow.running)
			add_to_run(p, &p->narrow, false, (char)b[i++]);
		from = i;
		while (i < n && is_printable(b[i]))
			i++;
		if (i > from)
			p->out.part(p->out.context, false,
				    str_of((const char *)b + from, i - from));
		if (i == n)
			return;
		end_run(p, &p->narrow, false);
		i++;
	}
}

/* ---- two bytes a character ---- */

static bool is_unit(unsigned char low, unsigned char high)
{
	return high == 0 && is_printable(low);
}

/* The first place from `i` on where a run of two bytes a character may begin. */
static size_t next_wide(const unsigned char *b, size_t i, size_t n)
{
	size_t from = i;

	while (i + BLOCK <= n && !has_wide_word(b + i))
		i += BLOCK;
	/* It may have begun in the block in front. */
	return i - from > PRINTABLE_MIN ? i - PRINTABLE_MIN : from;
}

static bool is_idle(const struct printable *p) { return p->wide[0].n == 0 && p->wide[1].n == 0; }

/* The bytes at `at` - 1 and `at` of the file, as one unit. */
static void take_unit(struct printable *p, unsigned char low, unsigned char high, uint64_t at)
{
	struct printable_run *run = &p->wide[(at - 1) & 1];

	if (is_unit(low, high))
		add_to_run(p, run, true, (char)low);
	else
		end_run(p, run, true);
}

static void take_wide(struct printable *p, const unsigned char *b, size_t n)
{
	size_t i = 0;

	while (i < n) {
		if (is_idle(p))
			i = next_wide(b, i, n);
		for (size_t stop = i + WIDE_MIN; i < n && i < stop; i++) {
			if (i > 0 || p->at > 0)
				take_unit(p, i > 0 ? b[i - 1] : p->before, b[i], p->at + i);
		}
	}
}

void printable_take(struct printable *p, str piece)
{
	const unsigned char *b = (const unsigned char *)piece.p;

	if (piece.n == 0)
		return;
	take_narrow(p, b, piece.n);
	take_wide(p, b, piece.n);
	p->before = b[piece.n - 1];
	p->at += piece.n;
}

void printable_end(struct printable *p)
{
	end_run(p, &p->narrow, false);
	end_run(p, &p->wide[0], true);
	end_run(p, &p->wide[1], true);
}
