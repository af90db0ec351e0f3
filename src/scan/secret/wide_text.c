/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/wide_text.h"

#include "base/num.h"

#define RUN_BYTES (2u * WORD_MIN)

void wide_text_begin(struct wide_text *w, const struct wide_out *out)
{
	*w = (struct wide_text){ .out = *out };
}

static void end_run(struct wide_text *w, struct wide_run *run)
{
	if (run->running)
		w->out.end(w->out.context);
	run->running = false;
	run->n = 0;
}

static void add_to_run(struct wide_text *w, struct wide_run *run, char c)
{
	if (run->running) {
		w->out.part(w->out.context, str_of(&c, 1));
		return;
	}
	run->held[run->n++] = c;
	if (run->n < WORD_MIN)
		return;
	run->running = true;
	w->out.part(w->out.context, str_of(run->held, run->n));
}

static bool is_unit(unsigned char low, unsigned char high)
{
	return high == 0 && is_word_byte(low);
}

/* The first place from `i` on, in steps of two, of a run that is long enough, or near `end`. */
static size_t find_run(const unsigned char *b, size_t i, size_t end)
{
	while (i + RUN_BYTES <= end) {
		size_t k = RUN_BYTES;

		/* From behind: one unit rules out all runs that it would lie in. */
		while (k > 0 && is_unit(b[i + k - 2], b[i + k - 1]))
			k -= 2;
		if (k == 0)
			break;
		i += k;
	}
	return i;
}

/*
 * The first place from `i` on, which is at least 1, whose unit has to be looked at, when none in
 * front of it is part of a run. The unit at a place ends there.
 */
static size_t next_run(const unsigned char *b, size_t i, size_t n)
{
	size_t from = i - 1;

	for (;;) {
		size_t at = word_block_next_wide(b, from, n);
		size_t end = size_min(at + WORD_BLOCK + RUN_BYTES, n);

		/* It may have begun in the block in front. */
		from = at - from > WORD_SPILL_WIDE ? at - WORD_SPILL_WIDE : from;
		from = size_min(find_run(b, from, end), find_run(b, from + 1, end));
		if (from + RUN_BYTES <= end || end == n)
			return from > i + 1 ? from : i;
	}
}

static bool is_idle(const struct wide_text *w) { return w->runs[0].n == 0 && w->runs[1].n == 0; }

/* The bytes at `at` - 1 and `at` of the file, as one unit. */
static void take_unit(struct wide_text *w, unsigned char low, unsigned char high, uint64_t at)
{
	struct wide_run *run = &w->runs[(at - 1) & 1];

	if (is_unit(low, high))
		add_to_run(w, run, (char)low);
	else
		end_run(w, run);
}

void wide_text_take(struct wide_text *w, str piece)
{
	const unsigned char *b = (const unsigned char *)piece.p;
	size_t i = 1;

	if (piece.n == 0)
		return;
	if (w->at > 0)
		take_unit(w, w->before, b[0], w->at);
	while (i < piece.n) {
		if (is_idle(w))
			i = next_run(b, i, piece.n);
		for (size_t stop = i + RUN_BYTES; i < piece.n && i < stop; i++)
			take_unit(w, b[i - 1], b[i], w->at + i);
	}
	w->before = b[piece.n - 1];
	w->at += piece.n;
}

void wide_text_end(struct wide_text *w)
{
	end_run(w, &w->runs[0]);
	end_run(w, &w->runs[1]);
}
