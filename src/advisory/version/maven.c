/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maven: ComparableVersion. A version is a list of numbers and words; at a dash, between digits and
 * letters, and at a word before digits or the end a list within the list begins, which goes on to
 * the end. Zeros that no further number follows before a word or the end do not count. An end is as
 * good as a word that means a release. Where releases of Maven disagree ("1.0-1" and "1-1"), the
 * newer ones are followed.
 */
#include "advisory/version/version_internal.h"

/* In the order of the scheme. The end compares like a word. */
enum item_kind { ITEM_WORD, ITEM_LIST_NUMBER, ITEM_NUMBER };

struct item {
	enum item_kind kind;
	bool end;
	str text;    /* of a number without leading zeros */
	bool digits; /* a word that digits follow */
	bool list;   /* a word in a list of its own */
};

struct reader {
	str rest;
	bool list;	  /* a list begins at rest */
	size_t confirmed; /* zeros before this many bytes of rest count */
};

enum {
	RANK_ALPHA,
	RANK_BETA,
	RANK_MILESTONE,
	RANK_CANDIDATE,
	RANK_SNAPSHOT,
	RANK_RELEASE,
	RANK_SERVICE,
	RANK_OTHER
};

static bool is_word_byte(char c) { return !is_digit(c) && c != '.' && c != '-'; }

static int rank(const struct item *word)
{
	static const struct {
		const char *text;
		int rank;
	} words[] = {
		{ "alpha", RANK_ALPHA },	 { "beta", RANK_BETA },
		{ "milestone", RANK_MILESTONE }, { "rc", RANK_CANDIDATE },
		{ "cr", RANK_CANDIDATE },	 { "snapshot", RANK_SNAPSHOT },
		{ "ga", RANK_RELEASE },		 { "final", RANK_RELEASE },
		{ "release", RANK_RELEASE },	 { "sp", RANK_SERVICE },
	};
	static const char letters[] = "abm";

	if (word->end)
		return RANK_RELEASE;
	if (word->digits && word->text.n == 1) {
		for (int i = 0; letters[i]; i++) {
			if (to_lower(*word->text.p) == letters[i])
				return i;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_ieq(word->text, str_c(words[i].text)))
			return words[i].rank;
	}
	return RANK_OTHER;
}

/* What stands behind an item: a separator, or the change between digits and letters. */
static void border(struct reader *r)
{
	r->list = r->rest.n > 0 && *r->rest.p != '.';
	if (r->rest.n > 0 && (*r->rest.p == '.' || *r->rest.p == '-'))
		r->rest = str_skip(r->rest, 1);
}

static struct item raw(struct reader *r)
{
	struct item item = { .kind = r->list ? ITEM_LIST_NUMBER : ITEM_NUMBER };

	if (r->rest.n == 0)
		return (struct item){ .kind = ITEM_WORD, .end = true };
	if (is_word_byte(*r->rest.p)) {
		item.kind = ITEM_WORD;
		item.text = take_while(&r->rest, is_word_byte);
		item.digits = r->rest.n > 0 && is_digit(*r->rest.p);
		item.list = r->list || r->rest.n == 0 || item.digits ||
			    (r->rest.n > 1 && *r->rest.p == '-' && is_digit(r->rest.p[1]));
	} else {
		item.text = take_digits(&r->rest); /* none before a separator: a zero */
		while (item.text.n > 0 && *item.text.p == '0')
			item.text = str_skip(item.text, 1);
	}
	border(r);
	return item;
}

static bool is_zero(const struct item *item)
{
	return item->kind != ITEM_WORD && item->text.n == 0;
}

static struct item next(struct reader *r)
{
	size_t before = r->rest.n;
	struct item item = raw(r);

	if (!is_zero(&item) || before > r->confirmed)
		return item;
	struct reader ahead = *r;
	struct item first = item;
	size_t at = before;

	while (is_zero(&item)) {
		at = ahead.rest.n;
		item = raw(&ahead);
	}
	if (item.kind != ITEM_WORD) {
		r->confirmed = at;
		return first;
	}
	*r = ahead;
	return item;
}

static int word_order(const struct item *a, const struct item *b)
{
	int rank_a = rank(a), order = rank_a - rank(b);

	if (order == 0 && rank_a == RANK_OTHER)
		order = folded_cmp(a->text, b->text);
	if (order == 0 && rank_a != RANK_RELEASE)
		order = (int)a->list - (int)b->list;
	return order;
}

static int compare(str a, str b)
{
	struct reader ra = { .rest = str_trim(a), .confirmed = SIZE_MAX };
	struct reader rb = { .rest = str_trim(b), .confirmed = SIZE_MAX };

	for (;;) {
		struct item ia = next(&ra), ib = next(&rb);

		if (ia.end && ib.end)
			return 0;
		if (ia.kind != ib.kind)
			return ia.kind < ib.kind ? -1 : 1;
		int order =
			ia.kind == ITEM_WORD ? word_order(&ia, &ib) : digits_cmp(ia.text, ib.text);
		if (order != 0)
			return order;
	}
}

const struct version_scheme version_scheme_maven = {
	.name = "maven",
	.compare = compare,
};
