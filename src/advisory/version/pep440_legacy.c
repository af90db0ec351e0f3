/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order that Python's tools had before PEP 440: runs of digits, of letters, and of anything
 * else. Numbers are compared as texts of at least eight digits; words stand before them, "dev"
 * before all words, a dash as "final-"; zeros before a word and dashes before one that is below
 * "final" do not count. A text ends with the word "final".
 */
#include "advisory/version/pep440.h"
#include "advisory/version/version_internal.h"

enum part_kind { PART_END, PART_WORD, PART_NUMBER };

struct part {
	enum part_kind kind;
	str text;
};

struct reader {
	str rest;
	bool final_given; /* the last word, which every text has */
	size_t held;	  /* parts to be given once more before the rest is read */
	struct part hold;
	struct part next; /* read ahead, if kind is not PART_END */
};

static bool is_other(char c) { return !is_alnum(c) && c != '.' && c != '-'; }

static struct part raw(struct reader *r)
{
	str run;

	while (r->rest.n > 0 && *r->rest.p == '.')
		r->rest = str_skip(r->rest, 1);
	if (r->rest.n == 0) {
		if (r->final_given)
			return (struct part){ .kind = PART_END };
		r->final_given = true;
		return (struct part){ .kind = PART_WORD, .text = STR("final") };
	}
	if (is_digit(*r->rest.p))
		return (struct part){ .kind = PART_NUMBER, .text = take_digits(&r->rest) };
	if (*r->rest.p == '-') {
		r->rest = str_skip(r->rest, 1);
		return (struct part){ .kind = PART_WORD, .text = STR("final-") };
	}
	run = is_alpha(*r->rest.p) ? take_while(&r->rest, is_alpha)
				   : take_while(&r->rest, is_other);
	if (str_ieq(run, STR("pre")) || str_ieq(run, STR("preview")) || str_ieq(run, STR("rc")))
		run = STR("c");
	else if (str_ieq(run, STR("dev")))
		run = STR("@");
	return (struct part){ .kind = PART_WORD, .text = run };
}

static bool is_zero(const struct part *part)
{
	if (part->kind != PART_NUMBER || part->text.n > 8)
		return false;
	for (size_t i = 0; i < part->text.n; i++) {
		if (part->text.p[i] != '0')
			return false;
	}
	return true;
}

static bool is_dash(const struct part *part)
{
	return part->kind == PART_WORD && str_eq(part->text, STR("final-"));
}

static struct part read_one(struct reader *r)
{
	struct part part = r->next;

	if (part.kind == PART_END)
		return raw(r);
	r->next.kind = PART_END;
	return part;
}

/* Runs of zeros and of dashes are counted before it is known whether they count. */
static struct part next(struct reader *r)
{
	for (;;) {
		if (r->held > 0) {
			r->held--;
			return r->hold;
		}
		struct part part = read_one(r);
		bool zero = is_zero(&part);

		if (!zero && !is_dash(&part))
			return part;
		size_t run = 0;
		struct part after = part;
		while (zero ? is_zero(&after) : is_dash(&after)) {
			run++;
			after = read_one(r);
		}
		r->next = after;
		bool dropped = after.kind == PART_WORD &&
			       (zero || folded_cmp(after.text, STR("final")) < 0);
		if (!dropped) {
			r->hold = part;
			r->held = run;
		}
	}
}

/* As texts filled with zeros to eight digits. */
static int number_cmp(str a, str b)
{
	size_t pad_a = a.n < 8 ? 8 - a.n : 0, pad_b = b.n < 8 ? 8 - b.n : 0;

	for (size_t i = 0; i < a.n + pad_a && i < b.n + pad_b; i++) {
		char x = i < pad_a ? '0' : a.p[i - pad_a], y = i < pad_b ? '0' : b.p[i - pad_b];

		if (x != y)
			return x < y ? -1 : 1;
	}
	return (a.n + pad_a > b.n + pad_b) - (a.n + pad_a < b.n + pad_b);
}

int pep440_legacy_order(str a, str b)
{
	struct reader ra = { .rest = a }, rb = { .rest = b };

	for (;;) {
		struct part pa = next(&ra), pb = next(&rb);

		if (pa.kind != pb.kind)
			return pa.kind < pb.kind ? -1 : 1;
		if (pa.kind == PART_END)
			return 0;
		int order = pa.kind == PART_NUMBER ? number_cmp(pa.text, pb.text)
						   : folded_cmp(pa.text, pb.text);
		if (order != 0)
			return order;
	}
}
