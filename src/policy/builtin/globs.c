/* SPDX-License-Identifier: Apache-2.0 */
/*
 * regex.globs_match: is there a text that both patterns match? They are runs of characters, '.',
 * and sets "[a-z]", each alone or with '*' or '+'; a backslash quotes. Steps through both at once.
 */
#include "base/err.h"
#include "policy/builtin.h"

#define GLOBS_MAX_TOKENS 4096u

struct range {
	uint32_t low, high;
};

struct token {
	struct range *ranges;
	size_t n, cap;
	bool star, plus;
};

struct pattern {
	struct builtin_call *call;
	str text;
	size_t at, runes; /* bytes and characters taken */
	struct token *tokens;
	size_t n, cap;
};

static int fail(const struct pattern *p, const char *what)
{
	return builtin_fail(p->call, "input:%.*s, pos:%zu, %s: the input provided is invalid",
			    STR_ARG(str_take(p->text, 200)), p->runes, what);
}

/* 1, 0 at the end, or an error. */
static int take_rune(struct pattern *p, uint32_t *cp, bool *quoted)
{
	size_t len;

	*quoted = p->at < p->text.n && p->text.p[p->at] == '\\';
	p->at += *quoted;
	p->runes += *quoted;
	if (p->at == p->text.n)
		return *quoted ? fail(p, "input ends with a \\ (escape) character") : 0;
	len = utf8_decode(p->text.p + p->at, p->text.n - p->at, cp);
	if (len == 0)
		return fail(p, "invalid UTF-8");
	p->at += len;
	p->runes++;
	return 1;
}

static void add_range(struct pattern *p, struct token *t, uint32_t low, uint32_t high)
{
	t->ranges = arena_grow(p->call->arena, t->ranges, t->n, &t->cap, sizeof(*t->ranges));
	t->ranges[t->n++] = (struct range){ low, high };
}

/* Behind '['. */
static int parse_set(struct pattern *p, struct token *t)
{
	bool has_last = false, quoted = false;
	uint32_t cp = 0, last = 0;
	int rc;

	while ((rc = take_rune(p, &cp, &quoted)) == 1) {
		if (!quoted && cp == ']')
			return BUILTIN_OK;
		if (quoted || cp != '-') {
			add_range(p, t, cp, cp);
			last = cp;
			has_last = true;
			continue;
		}
		if (!has_last)
			return fail(p,
				    "range character '-' must be preceded by a Unicode character");
		rc = take_rune(p, &cp, &quoted);
		if (rc < 0)
			return rc;
		if (rc == 0 || (!quoted && (cp == ']' || cp == '-')))
			return fail(p,
				    "range character '-' must be followed by a Unicode character");
		if (cp < last)
			return fail(p, "range is out of order");
		add_range(p, t, last, cp);
		has_last = false;
	}
	return rc < 0 ? rc : fail(p, "found [ without matching ]");
}

static int parse_token(struct pattern *p, uint32_t cp, bool quoted)
{
	struct token t = { 0 };
	char flag;

	if (!quoted && cp == ']')
		return fail(p, "set-close ']' with no preceding '['");
	if (!quoted && (cp == '*' || cp == '+'))
		return fail(p, cp == '*' ? "flag '*' must be preceded by a non-flag"
					 : "flag '+' must be preceded by a non-flag");
	if (!quoted && cp == '[') {
		int rc = parse_set(p, &t);

		if (rc != BUILTIN_OK)
			return rc;
	} else if (!quoted && cp == '.') {
		add_range(p, &t, 0, 0x10ffff);
	} else {
		add_range(p, &t, cp, cp);
	}
	flag = p->at < p->text.n ? p->text.p[p->at] : '\0';
	t.star = flag == '*';
	t.plus = flag == '+';
	p->at += t.star || t.plus;
	p->runes += t.star || t.plus;
	p->tokens = arena_grow(p->call->arena, p->tokens, p->n, &p->cap, sizeof(*p->tokens));
	p->tokens[p->n++] = t;
	return BUILTIN_OK;
}

static int parse(struct pattern *p, struct builtin_call *call, str text)
{
	uint32_t cp = 0;
	bool quoted = false;
	int rc;

	*p = (struct pattern){ .call = call, .text = text };
	while ((rc = take_rune(p, &cp, &quoted)) == 1) {
		rc = parse_token(p, cp, quoted);
		if (rc != BUILTIN_OK)
			return rc;
		if (p->n > GLOBS_MAX_TOKENS)
			return builtin_fail(call, "pattern of more than %u parts",
					    GLOBS_MAX_TOKENS);
	}
	return rc < 0 ? rc : BUILTIN_OK;
}

static bool meet(const struct token *a, const struct token *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++)
			if (a->ranges[i].low <= b->ranges[k].high &&
			    b->ranges[k].low <= a->ranges[i].high)
				return true;
	return false;
}

/*
 * can[i][k]: some common text brings the one to state i and the other to state k. Token n has two
 * states: 2n before it, 2n + 1 within what it repeats, after one character at least.
 */
static void spread(const struct pattern *a, const struct pattern *b, size_t i, size_t k, bool *can,
		   size_t width)
{
	const struct token *x = i / 2 < a->n ? &a->tokens[i / 2] : NULL;
	const struct token *y = k / 2 < b->n ? &b->tokens[k / 2] : NULL;
	bool inside_x = i & 1, inside_y = k & 1;

	/* Without a character: past a star, or past a plus that had one. */
	if (x && (x->star || inside_x))
		can[(i / 2 * 2 + 2) * width + k] = true;
	if (y && (y->star || inside_y))
		can[i * width + k / 2 * 2 + 2] = true;
	if (!x || !y || !meet(x, y))
		return;
	/* A character of both: each goes on, or stays in what repeats. */
	for (int stay_x = 0; stay_x <= (x->star || x->plus); stay_x++)
		for (int stay_y = 0; stay_y <= (y->star || y->plus); stay_y++) {
			size_t to_x = stay_x ? i / 2 * 2 + 1 : i / 2 * 2 + 2;
			size_t to_y = stay_y ? k / 2 * 2 + 1 : k / 2 * 2 + 2;

			can[to_x * width + to_y] = true;
		}
}

#define GLOBS_MAX_STATES (16u << 20)

static int match(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct pattern a, b;
	size_t height, width;
	bool *can;
	int rc = parse(&a, call, value_text(&args[0]));

	if (rc == BUILTIN_OK)
		rc = parse(&b, call, value_text(&args[1]));
	if (rc != BUILTIN_OK)
		return rc;
	height = 2 * a.n + 2;
	width = 2 * b.n + 2;
	if (height * width > GLOBS_MAX_STATES)
		return builtin_fail(call, "patterns of %zu and %zu parts", a.n, b.n);
	if (!builtin_charge(call, height * width / 16))
		return BUILTIN_HALT;
	can = mem_zalloc(height * width);
	can[0] = true;
	/* Transitions go to states that are not before; one that stays in both changes nothing. */
	for (size_t i = 0; i <= 2 * a.n; i++)
		for (size_t k = 0; k <= 2 * b.n; k++)
			if (can[i * width + k])
				spread(&a, &b, i, k, can, width);
	*out = value_bool(can[2 * a.n * width + 2 * b.n]);
	free(can);
	return BUILTIN_OK;
}

const struct builtin builtins_globs[] = {
	{ "regex.globs_match", "string, string -> boolean", match },
	{ .name = NULL },
};
