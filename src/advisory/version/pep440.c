/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of PyPI (PEP 440); text that is none keeps the order it had before, below all others. */
#include "advisory/version/pep440.h"

#include "advisory/version/version_internal.h"
#include "base/arena.h"
#include "base/buf.h"

/* White space as Python has it, which is that of Unicode. */
static bool is_white(uint32_t cp)
{
	return (cp >= 0x09 && cp <= 0x0d) || (cp >= 0x1c && cp <= 0x20) || cp == 0x85 ||
	       cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 ||
	       cp == 0x2029 || cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

static str trim(str text)
{
	uint32_t cp;
	size_t n;

	while ((n = utf8_decode(text.p, text.n, &cp)) > 0 && is_white(cp))
		text = str_skip(text, n);
	while (text.n > 0) {
		n = 1;
		while (n < text.n && n < 3 && ((unsigned char)text.p[text.n - n] & 0xc0) == 0x80)
			n++;
		if (utf8_decode(text.p + text.n - n, n, &cp) != n || !is_white(cp))
			break;
		text = str_drop_end(text, n);
	}
	return text;
}

static bool is_separator(char c) { return c == '-' || c == '_' || c == '.'; }

/* Takes `word` (lower case) at the start, whatever its case. */
static bool word_take(str *rest, const char *word)
{
	size_t n = strlen(word);

	if (rest->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (to_lower(rest->p[i]) != word[i])
			return false;
	}
	*rest = str_skip(*rest, n);
	return true;
}

/* [separator] word [separator] [number]; the longest word that fits. Words end with NULL. */
static bool part_take(str *rest, const char *const *words, const char **word, str *number)
{
	str left = *rest;

	if (left.n > 0 && is_separator(*left.p))
		left = str_skip(left, 1);
	for (; *words; words++) {
		if (!word_take(&left, *words))
			continue;
		if (left.n > 0 && is_separator(*left.p))
			left = str_skip(left, 1);
		*word = *words;
		*number = take_digits(&left);
		*rest = left;
		return true;
	}
	return false;
}

static bool local_valid(str local)
{
	bool before = false; /* a letter or digit */

	for (size_t i = 0; i < local.n; i++) {
		bool separator = is_separator(local.p[i]);

		if ((separator && !before) || (!separator && !is_alnum(local.p[i])))
			return false;
		before = !separator;
	}
	return before;
}

static void release_read(str *rest, str *out)
{
	str start = *rest;

	while (take_digits(rest).n > 0) {
		if (rest->n < 2 || *rest->p != '.' || !is_digit(rest->p[1]))
			break;
		*rest = str_skip(*rest, 1);
	}
	*out = str_take(start, start.n - rest->n);
}

bool pep440_read(str text, struct pep440 *out)
{
	static const char *const pre[] = { "alpha", "a",  "beta", "b", "preview",
					   "pre",   "rc", "c",	  NULL };
	static const char *const post[] = { "post", "rev", "r", NULL };
	static const char *const dev[] = { "dev", NULL };
	struct pep440 v = { .pre = 0 };
	str rest = trim(text), left, local;
	const char *word = "";

	(void)word_take(&rest, "v");
	left = rest;
	str epoch = take_digits(&left);
	if (epoch.n > 0 && left.n > 0 && *left.p == '!') {
		v.epoch = epoch;
		rest = str_skip(left, 1);
	}
	release_read(&rest, &v.release);
	if (v.release.n == 0)
		return false;
	if (part_take(&rest, pre, &word, &v.pre_number))
		v.pre = *word == 'a' || *word == 'b' ? *word : 'c';
	if (rest.n > 1 && *rest.p == '-' && is_digit(rest.p[1])) {
		rest = str_skip(rest, 1);
		v.post = true;
		v.post_number = take_digits(&rest);
	} else {
		v.post = part_take(&rest, post, &word, &v.post_number);
	}
	v.dev = part_take(&rest, dev, &word, &v.dev_number);
	if (str_cut(rest, '+', &left, &local) && left.n == 0) {
		if (!local_valid(local))
			return false;
		v.local = local;
		rest = STR_EMPTY;
	}
	*out = v;
	return rest.n == 0;
}

static str local_next(str *rest)
{
	size_t n = 0;

	while (n < rest->n && !is_separator(rest->p[n]))
		n++;
	str segment = str_take(*rest, n);
	*rest = str_skip(*rest, n + 1);
	return segment;
}

/* Texts before numbers, fewer segments before more. */
static int local_order(str a, str b)
{
	while (a.n > 0 && b.n > 0) {
		str segment_a = local_next(&a), segment_b = local_next(&b);
		bool number_a = is_number(segment_a), number_b = is_number(segment_b);

		if (number_a != number_b)
			return number_a ? 1 : -1;
		int order = number_a ? digits_cmp(segment_a, segment_b)
				     : folded_cmp(segment_a, segment_b);
		if (order != 0)
			return order;
	}
	return (a.n > 0) - (b.n > 0);
}

/* A bare development release is before its pre-releases, a final one behind them. */
static int pre_rank(const struct pep440 *v)
{
	if (v->pre)
		return v->pre;
	return v->dev && !v->post ? 0 : 'z';
}

int pep440_order(const struct pep440 *a, const struct pep440 *b)
{
	int order = digits_cmp(a->epoch, b->epoch);

	if (order == 0)
		order = numbers_order(a->release, b->release);
	if (order == 0)
		order = pre_rank(a) - pre_rank(b);
	if (order == 0)
		order = digits_cmp(a->pre_number, b->pre_number);
	if (order == 0)
		order = (int)a->post - (int)b->post;
	if (order == 0)
		order = digits_cmp(a->post_number, b->post_number);
	if (order == 0)
		order = (int)b->dev - (int)a->dev;
	if (order == 0)
		order = digits_cmp(a->dev_number, b->dev_number);
	if (order == 0)
		order = local_order(a->local, b->local);
	return order;
}

static int compare(str a, str b)
{
	struct pep440 va, vb;
	bool valid_a = pep440_read(a, &va), valid_b = pep440_read(b, &vb);

	if (valid_a != valid_b)
		return valid_a ? 1 : -1;
	return valid_a ? pep440_order(&va, &vb) : pep440_legacy_order(trim(a), trim(b));
}

static bool valid(str version, unsigned flags)
{
	struct pep440 v;

	(void)flags;
	return pep440_read(version, &v);
}

static void number_write(struct buf *out, str digits)
{
	while (digits.n > 1 && *digits.p == '0')
		digits = str_skip(digits, 1);
	buf_add(out, digits.n > 0 ? digits : STR("0"));
}

static void numbers_write(struct buf *out, str rest)
{
	str number;
	bool first = true;

	while (str_split(&rest, '.', &number)) {
		if (!first)
			buf_byte(out, '.');
		first = false;
		number_write(out, number);
	}
}

static void local_write(struct buf *out, str rest)
{
	char mark = '+';

	while (rest.n > 0) {
		str segment = local_next(&rest);

		buf_byte(out, mark);
		mark = '.';
		if (is_number(segment))
			number_write(out, segment);
		for (size_t i = 0; !is_number(segment) && i < segment.n; i++)
			buf_byte(out, to_lower(segment.p[i]));
	}
}

static bool normal(str version, struct arena *arena, str *out)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	struct pep440 v;

	if (version.n > VERSION_RANGE_MAX_BYTES || !pep440_read(version, &v))
		return false;
	buf_init(&text, 8 * version.n + 64);
	if (digits_cmp(v.epoch, STR("0")) != 0) {
		number_write(&text, v.epoch);
		buf_byte(&text, '!');
	}
	numbers_write(&text, v.release);
	if (v.pre) {
		buf_add(&text, v.pre == 'a' ? STR("a") : v.pre == 'b' ? STR("b") : STR("rc"));
		number_write(&text, v.pre_number);
	}
	if (v.post) {
		BUF_LIT(&text, ".post");
		number_write(&text, v.post_number);
	}
	if (v.dev) {
		BUF_LIT(&text, ".dev");
		number_write(&text, v.dev_number);
	}
	local_write(&text, v.local);
	*out = str_dup(arena, buf_str(&text));
	return true;
}

const struct version_scheme version_scheme_pep440 = {
	.name = "pep440",
	.compare = compare,
	.valid = valid,
	.normal = normal,
	.constraint = pep440_constraint,
};
