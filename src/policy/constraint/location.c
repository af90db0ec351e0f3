/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/location.h"

#include "base/buf.h"
#include "base/err.h"
#include "policy/constraint/resource.h"

enum kind { END, WORD, QUOTED, DOT, OPEN, CLOSE, STAR, COLON, BAD };

struct scan {
	str text;
	size_t at;
	struct arena *arena;
	enum kind kind; /* of the token at hand */
	size_t start;
	str word;
};

static bool is_word(char c) { return is_alnum(c) || c == '_' || c == '-'; }

static enum kind scan_quoted(struct scan *s)
{
	char quote = s->text.p[s->at++];
	struct buf b;
	bool closed = false;

	buf_init(&b, LOCATION_MAX_BYTES);
	while (s->at < s->text.n && !closed) {
		char c = s->text.p[s->at++];

		closed = c == quote;
		if (c == '\\' && s->at < s->text.n)
			c = s->text.p[s->at++];
		if (!closed)
			buf_byte(&b, c);
	}
	s->word = str_dup(s->arena, buf_str(&b));
	buf_done(&b);
	return closed ? QUOTED : BAD;
}

static void next(struct scan *s)
{
	static const char signs[] = ".[]*:";
	static const enum kind kinds[] = { DOT, OPEN, CLOSE, STAR, COLON };
	const char *sign;

	while (s->at < s->text.n && is_space(s->text.p[s->at]))
		s->at++;
	s->start = s->at;
	s->word = STR_EMPTY;
	if (s->at == s->text.n) {
		s->kind = END;
		return;
	}
	sign = memchr(signs, s->text.p[s->at], sizeof(signs) - 1);
	if (sign) {
		s->kind = kinds[sign - signs];
		s->at++;
	} else if (s->text.p[s->at] == '"' || s->text.p[s->at] == '\'') {
		s->kind = scan_quoted(s);
	} else if (is_word(s->text.p[s->at])) {
		while (s->at < s->text.n && is_word(s->text.p[s->at]))
			s->at++;
		s->word = str_of(s->text.p + s->start, s->at - s->start);
		s->kind = WORD;
	} else {
		s->kind = BAD;
	}
}

static bool is_name(const struct scan *s) { return s->kind == WORD || s->kind == QUOTED; }

static int expected(const struct scan *s, const char *what, struct err *err)
{
	if (s->kind == END)
		return err_set(err, ERR_INPUT, "expected %s, the location ends", what);
	return err_set(err, ERR_INPUT, "expected %s at character %zu, got '%.*s'", what,
		       s->start + 1, STR_ARG(str_take(str_skip(s->text, s->start), 20)));
}

static struct json key_value(const struct scan *s)
{
	int64_t number;

	if (s->kind == WORD && str_i64(s->word, &number))
		return (struct json){ .type = JSON_NUMBER,
				      .n = (uint32_t)s->word.n,
				      .text = s->word.p };
	return json_make_str(s->word);
}

static int parse_list(struct scan *s, struct location_node *node, struct err *err)
{
	node->list = true;
	if (!is_name(s))
		return expected(s, "the key of a list", err);
	node->name = s->word;
	next(s);
	if (s->kind != COLON)
		return expected(s, "':'", err);
	next(s);
	if (s->kind == STAR)
		node->glob = true;
	else if (is_name(s))
		node->value = key_value(s);
	else
		return expected(s, "the value of a list's key, or *", err);
	next(s);
	if (s->kind != CLOSE)
		return expected(s, "']'", err);
	next(s);
	return 0;
}

int location_parse(str text, struct arena *arena, struct location *out, struct err *err)
{
	struct scan s = { .text = str_dup(arena, text), .arena = arena };
	struct location to = { 0 };

	if (text.n > LOCATION_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "a location of more than %u bytes",
			       LOCATION_MAX_BYTES);
	to.nodes = ARENA_ARRAY(arena, struct location_node, LOCATION_MAX_NODES + 2);
	next(&s);
	while (s.kind != END) {
		if (to.n >= LOCATION_MAX_NODES)
			return err_set(err, ERR_LIMIT, "a location of more than %u names",
				       LOCATION_MAX_NODES);
		if (!is_name(&s))
			return expected(&s, "a field name", err);
		to.nodes[to.n++].name = s.word;
		next(&s);
		if (s.kind == OPEN) {
			next(&s);
			if (parse_list(&s, &to.nodes[to.n++], err) < 0)
				return -1;
		}
		if (s.kind == END)
			break;
		if (s.kind != DOT)
			return expected(&s, "'.' or the end", err);
		next(&s);
		if (s.kind == END)
			return expected(&s, "a field name behind '.'", err);
	}
	*out = to;
	return 0;
}

bool location_node_equal(const struct location_node *a, const struct location_node *b)
{
	if (a->list != b->list || a->glob != b->glob || !str_eq(a->name, b->name))
		return false;
	return !a->list || a->glob || json_equal(&a->value, &b->value);
}

bool location_is_prefix(const struct location *prefix, const struct location *of)
{
	for (size_t i = 0; i < prefix->n; i++) {
		if (i >= of->n || !location_node_equal(&prefix->nodes[i], &of->nodes[i]))
			return false;
	}
	return true;
}
