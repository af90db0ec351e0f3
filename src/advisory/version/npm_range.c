/* SPDX-License-Identifier: Apache-2.0 */
/*
 * node's range language, turned into elementary comparisons:
 *
 *	range       = alternative { "||" alternative }
 *	alternative = pattern " - " pattern | term { " " term } | ""
 *	term        = [ "<" | "<=" | ">" | ">=" | "=" | "~" | "~>" | "^" ] pattern
 *
 * A pattern leaves out numbers or has x in their place. "-0" is the lowest pre-release: "<2.0.0-0"
 * keeps the pre-releases of 2.0.0 out.
 */
#include "advisory/version/npm_internal.h"

#include "advisory/version/version_internal.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <inttypes.h>

#define RANGE_MAX_BYTES (16u << 10) /* far above any dependency line */

enum npm_op { OP_ANY, OP_EQ, OP_LT, OP_LE, OP_GT, OP_GE };
static const char *const op_text[] = { "", "", "<", "<=", ">", ">=" };

struct comparator {
	enum npm_op op;
	uint64_t num[3];
	str pre; /* p == NULL: none */
};

struct alternative {
	struct comparator *items;
	size_t n, cap;
};

struct parser {
	struct arena *arena;
	unsigned flags;
	bool loose, prerelease;
	struct alternative *alternatives;
	size_t n, cap;
	struct err *err;
};

static const str lowest_pre = STR_INIT("0");

static int refuse(struct parser *p, str text)
{
	return err_set(p->err, ERR_INPUT, "range: '%.*s' is not understood", STR_ARG(text));
}

static int add(struct parser *p, struct alternative *to, enum npm_op op, uint64_t major,
	       uint64_t minor, uint64_t patch, str pre)
{
	struct comparator c = { .op = op, .num = { major, minor, patch }, .pre = pre };

	for (int i = 0; i < 3; i++) {
		if (c.num[i] > NPM_NUMBER_MAX)
			return err_set(p->err, ERR_INPUT, "range: number too large");
	}
	if (op == OP_GE && !major && !minor && !patch &&
	    (p->prerelease ? str_eq(pre, lowest_pre) : pre.p == NULL))
		c = (struct comparator){ .op = OP_ANY };
	to->items = arena_grow(p->arena, to->items, to->n, &to->cap, sizeof(*to->items));
	to->items[to->n++] = c;
	return 0;
}

static int add_any(struct parser *p, struct alternative *to)
{
	return add(p, to, OP_ANY, 0, 0, 0, STR_EMPTY);
}

/* The pre-release a lower bound starts with where a pattern left numbers out. */
static str floor_pre(const struct parser *p) { return p->prerelease ? lowest_pre : STR_EMPTY; }

/* "~1.2.3": patches may rise; "~1": minor numbers may. */
static int add_tilde(struct parser *p, struct alternative *to, const struct npm_pattern *v)
{
	str pre = v->any[1] || v->any[2] ? floor_pre(p) : v->pre;
	uint64_t minor = v->any[1] ? 0 : v->num[1], patch = v->any[1] || v->any[2] ? 0 : v->num[2];

	if (v->any[0])
		return add_any(p, to);
	if (add(p, to, OP_GE, v->num[0], minor, patch, pre) < 0)
		return -1;
	if (v->any[1])
		return add(p, to, OP_LT, v->num[0] + 1, 0, 0, lowest_pre);
	return add(p, to, OP_LT, v->num[0], minor + 1, 0, lowest_pre);
}

/* "^1.2.3": everything behind the first number that is not zero may rise. */
static int add_caret(struct parser *p, struct alternative *to, const struct npm_pattern *v)
{
	str pre = v->any[1] || v->any[2] ? floor_pre(p) : v->pre;
	uint64_t minor = v->any[1] ? 0 : v->num[1], patch = v->any[1] || v->any[2] ? 0 : v->num[2];

	if (v->any[0])
		return add_any(p, to);
	if (add(p, to, OP_GE, v->num[0], minor, patch, pre) < 0)
		return -1;
	if (v->any[1] || v->num[0] > 0)
		return add(p, to, OP_LT, v->num[0] + 1, 0, 0, lowest_pre);
	if (v->any[2] || minor > 0)
		return add(p, to, OP_LT, 0, minor + 1, 0, lowest_pre);
	return add(p, to, OP_LT, 0, 0, patch + 1, lowest_pre);
}

/* A comparison with numbers left out: ">1.2" is ">=1.3.0", "1.2" is all of 1.2. */
static int add_pattern(struct parser *p, struct alternative *to, enum npm_op op,
		       const struct npm_pattern *v)
{
	uint64_t major = v->num[0], minor = v->any[1] ? 0 : v->num[1];
	uint64_t next_major = v->any[1] ? major + 1 : major, next_minor = v->any[1] ? 0 : minor + 1;

	if (v->any[0]) {
		if (op == OP_LT || op == OP_GT)
			return add(p, to, OP_LT, 0, 0, 0, lowest_pre);
		return add_any(p, to);
	}
	switch (op) {
	case OP_GT:
		return add(p, to, OP_GE, next_major, next_minor, 0, floor_pre(p));
	case OP_GE:
		return add(p, to, OP_GE, major, minor, 0, floor_pre(p));
	case OP_LT:
		return add(p, to, OP_LT, major, minor, 0, lowest_pre);
	case OP_LE:
		return add(p, to, OP_LT, next_major, next_minor, 0, lowest_pre);
	default:
		if (add(p, to, OP_GE, major, minor, 0, floor_pre(p)) < 0)
			return -1;
		return add(p, to, OP_LT, next_major, next_minor, 0, lowest_pre);
	}
}

/* A number behind an x ("1.x.3") means nothing. */
static bool order_ok(const struct npm_pattern *v)
{
	bool given_1 = v->given > 1 && !v->any[1], given_2 = v->given > 2 && !v->any[2];

	return !(v->any[0] && given_1) && !(v->any[1] && given_2);
}

static enum npm_op op_take(str *rest)
{
	enum npm_op op = OP_EQ;

	if (rest->n > 0 && (*rest->p == '<' || *rest->p == '>')) {
		op = *rest->p == '<' ? OP_LT : OP_GT;
		*rest = str_skip(*rest, 1);
	}
	if (rest->n > 0 && *rest->p == '=') {
		op = op == OP_LT ? OP_LE : op == OP_GT ? OP_GE : OP_EQ;
		*rest = str_skip(*rest, 1);
	}
	return op;
}

/* In loose mode a term that is not understood is passed over, as node does. */
static int not_understood(struct parser *p, str term) { return p->loose ? 0 : refuse(p, term); }

static int add_term(struct parser *p, struct alternative *to, char sigil, enum npm_op op, str term)
{
	struct npm_pattern v;
	bool too_big = false;

	if (!npm_pattern_read(term, p->loose, &v, &too_big))
		return not_understood(p, term);
	if (too_big)
		return refuse(p, term);
	if (sigil == '~')
		return add_tilde(p, to, &v);
	if (sigil == '^')
		return add_caret(p, to, &v);
	if (!order_ok(&v))
		return not_understood(p, term);
	if (v.any[0] || v.any[1] || v.any[2])
		return add_pattern(p, to, op, &v);
	if (!npm_pattern_is_version(&v, p->loose))
		return not_understood(p, term);
	if (v.pre.n > NPM_VERSION_BYTES)
		return refuse(p, term);
	return add(p, to, op, v.num[0], v.num[1], v.num[2], v.pre);
}

static str blanks_skip(str s)
{
	while (s.n > 0 && is_space(*s.p))
		s = str_of(s.p + 1, s.n - 1);
	return s;
}

static bool is_term(char c) { return !is_space(c); }

static int terms_parse(struct parser *p, str text, struct alternative *to)
{
	str rest = blanks_skip(text);

	if (str_empty(rest))
		return add_any(p, to);
	while (rest.n > 0) {
		char sigil = *rest.p == '~' || *rest.p == '^' ? *rest.p : 0;
		enum npm_op op = OP_EQ;

		if (sigil) {
			rest = str_skip(rest, 1);
			if (sigil == '~' && rest.n > 0 && *rest.p == '>')
				rest = str_skip(rest, 1);
		} else {
			op = op_take(&rest);
		}
		rest = blanks_skip(rest);
		if (add_term(p, to, sigil, op, take_while(&rest, is_term)) < 0)
			return -1;
		rest = blanks_skip(rest);
	}
	return 0;
}

/* "1.2 - 3.4" as lower and upper bound. */
static int hyphen_parse(struct parser *p, const struct npm_pattern *from,
			const struct npm_pattern *to, struct alternative *out)
{
	bool whole = !from->any[1] && !from->any[2];
	str pre = from->pre.p && whole ? from->pre : floor_pre(p);

	if (!from->any[0] && add(p, out, OP_GE, from->num[0], from->any[1] ? 0 : from->num[1],
				 whole ? from->num[2] : 0, pre) < 0)
		return -1;
	if (to->any[0])
		return from->any[0] ? add_any(p, out) : 0;
	if (to->any[1])
		return add(p, out, OP_LT, to->num[0] + 1, 0, 0, lowest_pre);
	if (to->any[2])
		return add(p, out, OP_LT, to->num[0], to->num[1] + 1, 0, lowest_pre);
	if (p->prerelease && !to->pre.p)
		return add(p, out, OP_LT, to->num[0], to->num[1], to->num[2] + 1, lowest_pre);
	return add(p, out, OP_LE, to->num[0], to->num[1], to->num[2], to->pre);
}

static bool hyphen_read(struct parser *p, str text, struct npm_pattern *from,
			struct npm_pattern *to, bool *too_big)
{
	for (size_t i = 1; i + 1 < text.n; i++) {
		if (text.p[i] == '-' && is_space(text.p[i - 1]) && is_space(text.p[i + 1]))
			return npm_pattern_read(str_trim(str_take(text, i)), p->loose, from,
						too_big) &&
			       npm_pattern_read(str_trim(str_skip(text, i + 1)), p->loose, to,
						too_big);
	}
	return false;
}

/* Build metadata never counts in a range. */
static str builds_drop(struct arena *arena, str text)
{
	char *out = arena_bytes(arena, text.n);
	size_t n = 0;

	for (size_t i = 0; i < text.n;) {
		size_t end = i + 1;

		while (text.p[i] == '+' && end < text.n &&
		       (is_alnum(text.p[end]) || text.p[end] == '-' || text.p[end] == '.'))
			end++;
		if (text.p[i] != '+' || end == i + 1)
			out[n++] = text.p[i];
		i = end;
	}
	return str_of(out, n);
}

static int alternative_parse(struct parser *p, str text)
{
	struct alternative a = { 0 };
	struct npm_pattern from, to;
	bool too_big = false;

	text = str_trim(builds_drop(p->arena, text));
	if (hyphen_read(p, text, &from, &to, &too_big)) {
		if (too_big)
			return refuse(p, text);
		if (hyphen_parse(p, &from, &to, &a) < 0)
			return -1;
	} else if (terms_parse(p, text, &a) < 0) {
		return -1;
	}
	if (a.n == 0)
		return 0; /* nothing of it was understood, in loose mode */
	p->alternatives = arena_grow(p->arena, p->alternatives, p->n, &p->cap, sizeof(a));
	p->alternatives[p->n++] = a;
	return 0;
}

static bool is_nothing(const struct comparator *c)
{
	return c->op == OP_LT && !c->num[0] && !c->num[1] && !c->num[2] &&
	       str_eq(c->pre, lowest_pre);
}

static bool same(const struct comparator *a, const struct comparator *b)
{
	return a->op == b->op && memcmp(a->num, b->num, sizeof(a->num)) == 0 &&
	       (a->pre.p == NULL) == (b->pre.p == NULL) && str_eq(a->pre, b->pre);
}

/* Repetitions go, "any" goes beside others, "nothing" swallows the rest. */
static void alternative_reduce(struct alternative *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++) {
		bool seen = false;

		if (is_nothing(&a->items[i])) {
			a->items[0] = a->items[i];
			a->n = 1;
			return;
		}
		for (size_t k = 0; k < n && !seen; k++)
			seen = same(&a->items[k], &a->items[i]);
		if (!seen)
			a->items[n++] = a->items[i];
	}
	a->n = n;
	if (n < 2)
		return;
	n = 0;
	for (size_t i = 0; i < a->n; i++) {
		if (a->items[i].op != OP_ANY)
			a->items[n++] = a->items[i];
	}
	a->n = n;
}

/* Alternatives that nothing satisfies go; one that everything satisfies stands alone. */
static void reduce(struct parser *p)
{
	size_t n = 0;
	struct alternative first;

	for (size_t i = 0; i < p->n; i++)
		alternative_reduce(&p->alternatives[i]);
	if (p->n < 2)
		return;
	first = p->alternatives[0];
	for (size_t i = 0; i < p->n; i++) {
		if (!is_nothing(&p->alternatives[i].items[0]))
			p->alternatives[n++] = p->alternatives[i];
	}
	if (n == 0)
		p->alternatives[n++] = first;
	p->n = n;
	for (size_t i = 0; i < n && n > 1; i++) {
		if (p->alternatives[i].n == 1 && p->alternatives[i].items[0].op == OP_ANY) {
			p->alternatives[0] = p->alternatives[i];
			p->n = n = 1;
		}
	}
}

static int range_parse(struct parser *p, str range)
{
	if (range.n > RANGE_MAX_BYTES)
		return err_set(p->err, ERR_LIMIT, "range: %zu bytes", range.n);
	for (str rest = range;;) {
		ptrdiff_t at = str_find(rest, STR("||"));

		if (alternative_parse(p, at < 0 ? rest : str_take(rest, (size_t)at)) < 0)
			return -1;
		if (at < 0)
			break;
		rest = str_skip(rest, (size_t)at + 2);
	}
	if (p->n == 0)
		return refuse(p, range);
	reduce(p);
	return 0;
}

static struct parser parser_of(unsigned flags, struct arena *arena, struct err *err)
{
	return (struct parser){ .arena = arena,
				.flags = flags,
				.loose = flags & VERSION_LOOSE,
				.prerelease = flags & VERSION_PRERELEASE,
				.err = err };
}

static int version_order(const struct npm_pattern *v, const struct comparator *c)
{
	for (int i = 0; i < 3; i++) {
		if (v->num[i] != c->num[i])
			return v->num[i] < c->num[i] ? -1 : 1;
	}
	if ((v->pre.p == NULL) != (c->pre.p == NULL))
		return v->pre.p == NULL ? 1 : -1;
	return v->pre.p == NULL ? 0 : semver_pre_order(v->pre, c->pre);
}

static bool comparator_holds(const struct comparator *c, const struct npm_pattern *v)
{
	int order = version_order(v, c);

	switch (c->op) {
	case OP_EQ:
		return order == 0;
	case OP_LT:
		return order < 0;
	case OP_LE:
		return order <= 0;
	case OP_GT:
		return order > 0;
	case OP_GE:
		return order >= 0;
	default:
		return true;
	}
}

/* A pre-release is in only if a bound names a pre-release of the same three numbers. */
static bool alternative_holds(const struct alternative *a, const struct npm_pattern *v,
			      bool prerelease)
{
	bool admitted = prerelease || v->pre.p == NULL;

	for (size_t i = 0; i < a->n; i++) {
		const struct comparator *c = &a->items[i];

		if (!comparator_holds(c, v))
			return false;
		if (c->op != OP_ANY && c->pre.p && memcmp(c->num, v->num, sizeof(v->num)) == 0)
			admitted = true;
	}
	return admitted;
}

int npm_range_match(str range, str version, unsigned flags, struct arena *scratch, bool *out,
		    struct err *err)
{
	struct parser p = parser_of(flags, scratch, err);
	struct npm_pattern v;
	bool too_big = false;

	if (range_parse(&p, range) < 0)
		return -1;
	*out = false;
	if (version.n > NPM_VERSION_BYTES ||
	    !npm_pattern_read(str_trim(version), p.loose, &v, &too_big) || too_big ||
	    !npm_pattern_is_version(&v, p.loose))
		return 0;
	for (size_t i = 0; i < p.n && !*out; i++)
		*out = alternative_holds(&p.alternatives[i], &v, p.prerelease);
	return 0;
}

/* Numeric identifiers lose leading zeros where node counts them as numbers. */
static void pre_write(struct buf *b, str pre)
{
	str id;
	bool first = true;
	uint64_t value;

	while (str_split(&pre, '.', &id)) {
		if (!first)
			buf_byte(b, '.');
		first = false;
		if (str_u64(id, &value) && value < NPM_NUMBER_MAX)
			buf_fmt(b, "%" PRIu64, value);
		else
			buf_add(b, id);
	}
}

int npm_range_normal(str range, unsigned flags, struct arena *arena, str *out, struct err *err)
{
	struct parser p = parser_of(flags, arena, err);
	AUTO(buf_done)
	struct buf text = { 0 };

	buf_init(&text, (size_t)16 * RANGE_MAX_BYTES);
	if (range_parse(&p, range) < 0)
		return -1;
	for (size_t i = 0; i < p.n; i++) {
		if (i > 0)
			BUF_LIT(&text, "||");
		for (size_t k = 0; k < p.alternatives[i].n; k++) {
			const struct comparator *c = &p.alternatives[i].items[k];

			if (k > 0)
				buf_byte(&text, ' ');
			if (c->op == OP_ANY)
				continue;
			buf_fmt(&text, "%s%" PRIu64 ".%" PRIu64 ".%" PRIu64, op_text[c->op],
				c->num[0], c->num[1], c->num[2]);
			if (c->pre.p) {
				buf_byte(&text, '-');
				pre_write(&text, c->pre);
			}
		}
	}
	if (text.overflow)
		return err_set(err, ERR_LIMIT, "range: too long when spelled out");
	str trimmed = str_trim(buf_str(&text));
	*out = str_empty(trimmed) ? STR("*") : str_dup(arena, trimmed);
	return 0;
}
