/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A short text that a regular expression matches: of alternatives the first, of repetitions the
 * fewest, of a class its first letter or digit. What is not simple (back to front, by property) is
 * not tried; whoever asks tries the text.
 */
#include "policy/constraint/fix_internal.h"

#define MAX_DEPTH 32u
#define MAX_TEXT  256u
#define MAX_TIMES 64u

struct maker {
	str p; /* what is left of the pattern */
	struct buf out;
	unsigned depth;
	bool failed;
};

static void alternatives(struct maker *m);

static char peek(const struct maker *m) { return m->p.n > 0 ? m->p.p[0] : '\0'; }

static char take(struct maker *m)
{
	char c = peek(m);

	if (m->p.n == 0)
		m->failed = true;
	m->p = str_skip(m->p, 1);
	return c;
}

/* The letter that stands for the class \d, \w, \s; NUL: it is none. */
static char class_letter(char c)
{
	switch (c) {
	case 'd':
		return '0';
	case 'w':
	case 'D':
	case 'S':
		return 'a';
	case 's':
	case 'W':
		return ' ';
	default:
		return '\0';
	}
}

static void escape(struct maker *m)
{
	char c = take(m);

	if (class_letter(c)) {
		buf_byte(&m->out, class_letter(c));
	} else if (c == 'n' || c == 't' || c == 'r') {
		buf_byte(&m->out, c == 'n' ? '\n' : c == 't' ? '\t' : '\r');
	} else if (c == 'A' || c == 'z' || c == 'b' || c == 'B') {
		return;
	} else if (is_alnum(c)) {
		m->failed = true;
	} else {
		buf_byte(&m->out, c);
	}
}

/* Marks what one item of a class holds. */
static void class_item(struct maker *m, bool set[128])
{
	static const struct {
		const char *name, *letters;
	} named[] = { { "[:alpha:]", "az" }, { "[:alnum:]", "az" }, { "[:lower:]", "az" },
		      { "[:upper:]", "AZ" }, { "[:digit:]", "09" }, { "[:word:]", "az" },
		      { "[:xdigit:]", "09" } };
	unsigned char from, to;

	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		if (!str_starts(m->p, str_c(named[i].name)))
			continue;
		m->p = str_skip(m->p, strlen(named[i].name));
		for (char c = named[i].letters[0]; c <= named[i].letters[1]; c++)
			set[(unsigned char)c] = true;
		return;
	}
	from = (unsigned char)take(m);
	if (from == '\\') {
		from = (unsigned char)take(m);
		if (class_letter((char)from))
			from = (unsigned char)class_letter((char)from);
	}
	to = from;
	if (m->p.n > 1 && m->p.p[0] == '-' && m->p.p[1] != ']') {
		m->p = str_skip(m->p, 1);
		to = (unsigned char)take(m);
		if (to == '\\')
			to = (unsigned char)take(m);
	}
	for (unsigned c = from; c <= to && c < 128; c++)
		set[c] = true;
}

static void class(struct maker *m)
{
	static const char *const liked = "a0Axbcdefghijklmnopqrstuvwyz123456789-_./ ";
	bool set[128] = { false }, not = peek(m) == '^';
	bool first = true;

	if (not )
		m->p = str_skip(m->p, 1);
	for (; !m->failed && (first || peek(m) != ']'); first = false)
		class_item(m, set);
	m->p = str_skip(m->p, 1);
	for (const char *c = liked; *c; c++) {
		if (set[(unsigned char)*c] != not ) {
			buf_byte(&m->out, *c);
			return;
		}
	}
	for (unsigned c = 33; c < 127; c++) {
		if (set[c] != not ) {
			buf_byte(&m->out, (char)c);
			return;
		}
	}
	m->failed = true;
}

/* How often at least; leaves the pattern behind the repetition. */
static uint64_t repetition(struct maker *m)
{
	uint64_t least = 1;
	ptrdiff_t end;
	str digits;

	switch (peek(m)) {
	case '*':
	case '?':
		least = 0;
		m->p = str_skip(m->p, 1);
		break;
	case '+':
		m->p = str_skip(m->p, 1);
		break;
	case '{':
		end = str_find_char(m->p, '}');
		if (end < 0)
			return 1;
		digits = str_take(str_skip(m->p, 1), (size_t)end - 1);
		if (!str_cut(digits, ',', &digits, &(str){ 0 }) && digits.n == 0)
			return 1;
		if (!str_u64(digits, &least))
			return 1;
		m->p = str_skip(m->p, (size_t)end + 1);
		break;
	default:
		return 1;
	}
	if (peek(m) == '?')
		m->p = str_skip(m->p, 1);
	return least;
}

static void group(struct maker *m)
{
	if (peek(m) == '?') {
		ptrdiff_t colon = str_find_char(m->p, ':'), name = str_find_char(m->p, '>');
		ptrdiff_t close = str_find_char(m->p, ')');

		if (str_starts(m->p, STR("?P<")) || str_starts(m->p, STR("?<"))) {
			m->p = str_skip(m->p, name < 0 ? 0 : (size_t)name + 1);
		} else if (colon >= 0 && (close < 0 || colon < close)) {
			m->p = str_skip(m->p, (size_t)colon + 1);
		} else { /* (?i): flags alone */
			m->p = str_skip(m->p, close < 0 ? 0 : (size_t)close + 1);
			m->failed |= close < 0;
			return;
		}
	}
	alternatives(m);
	if (take(m) != ')')
		m->failed = true;
}

static void atom(struct maker *m)
{
	switch (peek(m)) {
	case '(':
		m->p = str_skip(m->p, 1);
		group(m);
		break;
	case '[':
		m->p = str_skip(m->p, 1);
		class(m);
		break;
	case '.':
		m->p = str_skip(m->p, 1);
		buf_byte(&m->out, 'x');
		break;
	case '^':
	case '$':
		m->p = str_skip(m->p, 1);
		break;
	case '\\':
		m->p = str_skip(m->p, 1);
		escape(m);
		break;
	default:
		buf_byte(&m->out, take(m));
		break;
	}
}

static void sequence(struct maker *m)
{
	while (!m->failed && m->p.n > 0 && peek(m) != '|' && peek(m) != ')') {
		size_t before = m->out.n, n;
		uint64_t times;

		atom(m);
		n = m->out.n - before;
		times = repetition(m);
		if (times > MAX_TIMES || m->out.n + n * times > MAX_TEXT) {
			m->failed = true;
			return;
		}
		if (times == 0)
			m->out.n = before;
		for (uint64_t i = 1; i < times && n > 0; i++) {
			char copy[MAX_TEXT];

			memcpy(copy, m->out.p + before, n);
			buf_add(&m->out, str_of(copy, n));
		}
	}
}

static void alternatives(struct maker *m)
{
	size_t end;

	if (++m->depth > MAX_DEPTH) {
		m->failed = true;
		return;
	}
	sequence(m);
	end = m->out.n;
	while (!m->failed && peek(m) == '|') {
		m->p = str_skip(m->p, 1);
		sequence(m);
		m->out.n = end; /* the first counts */
	}
	m->depth--;
}

bool fix_pattern_text(str pattern, struct arena *arena, str *out)
{
	struct maker m = { .p = pattern };

	if (pattern.n > 4096)
		return false;
	buf_init(&m.out, 4 * MAX_TEXT);
	alternatives(&m);
	if (!m.failed && m.p.n == 0 && !m.out.overflow)
		*out = str_dup(arena, buf_str(&m.out));
	else
		m.failed = true;
	buf_done(&m.out);
	return !m.failed;
}
