/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variables as the builder replaces them: $name, ${name}, ${name:-word} ${name-word} ${name:+word}
 * ${name+word} ${name:?word} ${name?word}, ${name#pattern} ## % %% and ${name/pattern/text} //.
 */
#include "fmt/container/dockerfile_internal.h"

#define EXPAND_MAX_DEPTH 16u
#define PATTERN_STEPS	 100000u

void dockerfile_scope_set(struct dockerfile_scope *scope, str name,
			  struct dockerfile_variable variable)
{
	struct dockerfile_variable *slot = ARENA_NEW(scope->arena, struct dockerfile_variable);

	*slot = variable;
	IGNORE(map_put(&scope->variables, name, slot)); /* new or not is the same here */
}

const struct dockerfile_variable *dockerfile_scope_get(const struct dockerfile_scope *scope,
						       str name)
{
	return map_get(&scope->variables, name);
}

size_t dockerfile_name_length(str s)
{
	size_t n = 0;

	if (s.n == 0 || !(is_alpha(s.p[0]) || s.p[0] == '_'))
		return 0;
	while (n < s.n && (is_alnum(s.p[n]) || s.p[n] == '_'))
		n++;
	return n;
}

/* ---- patterns ---- */

/* '*', '?', [a-z]; the last star is where to go back to, so steps stay below pattern * text. */
static bool class_match(str pattern, size_t *at, char c)
{
	size_t i = *at + 1;
	bool negated = i < pattern.n && (pattern.p[i] == '!' || pattern.p[i] == '^');
	bool found = false;

	i += negated;
	for (size_t first = i; i < pattern.n && (pattern.p[i] != ']' || i == first); i++) {
		char low = pattern.p[i], high = low;

		if (i + 2 < pattern.n && pattern.p[i + 1] == '-' && pattern.p[i + 2] != ']') {
			high = pattern.p[i + 2];
			i += 2;
		}
		found = found || (c >= low && c <= high);
	}
	*at = i + 1;
	return found != negated;
}

static bool step(str pattern, size_t *at, char c)
{
	char p = pattern.p[*at];

	if (p == '[' && str_find_char(str_skip(pattern, *at + 1), ']') >= 0)
		return class_match(pattern, at, c);
	if (p == '\\' && *at + 1 < pattern.n) {
		*at += 2;
		return pattern.p[*at - 1] == c;
	}
	(*at)++;
	return p == '?' || p == c;
}

bool dockerfile_pattern(str pattern, str text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, back = 0, steps = 0;

	while (t < text.n) {
		size_t next = p;

		if (++steps > PATTERN_STEPS)
			return false;
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			back = t;
		} else if (p < pattern.n && step(pattern, &next, text.p[t])) {
			p = next;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++back;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

/* ---- words ---- */

struct expansion {
	const struct dockerfile_scope *scope;
	str in;
	size_t at;
	unsigned depth;
	struct buf *out;
	bool known;
};

static void expand_until(struct expansion *e, char end);

/* The word behind an operator up to its '}', replaced: in `word`. */
static bool inner_word(struct expansion *e, struct buf *word)
{
	struct expansion inner = *e;

	inner.out = word;
	inner.depth++;
	inner.known = true;
	expand_until(&inner, '}');
	e->at = inner.at;
	return inner.known;
}

static void cut_prefix(struct expansion *e, str value, str pattern, bool suffix, bool longest)
{
	for (size_t i = 0; i <= value.n; i++) {
		size_t n = longest ? value.n - i : i;
		str part = suffix ? str_skip(value, value.n - n) : str_take(value, n);

		if (i * (pattern.n + value.n) > PATTERN_STEPS) {
			e->known = false;
			break;
		}
		if (dockerfile_pattern(pattern, part)) {
			value = suffix ? str_take(value, value.n - n) : str_skip(value, n);
			break;
		}
	}
	buf_add(e->out, value);
}

static void replace(struct expansion *e, str value, str pattern, str with, bool all)
{
	size_t work = 0;

	while (value.n > 0) {
		size_t n = value.n;

		while (n > 0 && !dockerfile_pattern(pattern, str_take(value, n)) &&
		       (work += n + pattern.n) < PATTERN_STEPS)
			n--;
		if (work >= PATTERN_STEPS) {
			e->known = false;
			break;
		}
		buf_add(e->out, n > 0 ? with : str_take(value, 1));
		value = str_skip(value, n > 0 ? n : 1);
		if (n > 0 && !all)
			break;
	}
	buf_add(e->out, value);
}

/* Text in front of the first '/' outside of an escape, and behind it. */
static void pattern_form(struct expansion *e, const struct dockerfile_variable *v, char operator,
			 bool twice)
{
	AUTO(buf_done)
	struct buf word;
	str pattern, with;

	buf_init(&word, DOCKERFILE_VALUE_MAX);
	bool known = inner_word(e, &word) && !word.overflow && v && v->set && v->known;

	e->known = e->known && known;
	if (!known)
		return;
	if (operator!= '/') {
		cut_prefix(e, v->value, buf_str(&word), operator== '%', twice);
		return;
	}
	if (!str_cut(buf_str(&word), '/', &pattern, &with)) {
		pattern = buf_str(&word);
		with = STR("");
	}
	replace(e, v->value, pattern, with, twice);
}

static void default_form(struct expansion *e, const struct dockerfile_variable *v, char operator,
			 bool colon)
{
	AUTO(buf_done)
	struct buf word;
	bool there = v && v->set && (!colon || v->value.n > 0);

	buf_init(&word, DOCKERFILE_VALUE_MAX);
	bool known = inner_word(e, &word) && !word.overflow;

	if ((!v && !e->scope->closed) || (v && v->set && !v->known)) {
		e->known = false; /* the base image may have it */
	} else if (operator== '+') {
		if (there)
			buf_add(e->out, buf_str(&word));
		e->known = e->known && (known || !there);
	} else if (there) {
		buf_add(e->out, v->value);
	} else {
		buf_add(e->out, buf_str(&word));
		e->known = e->known && known && operator== '-';
	}
}

static void put_value(struct expansion *e, const struct dockerfile_variable *v)
{
	if (v && v->set && v->known)
		buf_add(e->out, v->value);
	else if (v || !e->scope->closed)
		e->known = false;
}

static void braces(struct expansion *e)
{
	size_t n = dockerfile_name_length(str_skip(e->in, e->at));
	str name = str_take(str_skip(e->in, e->at), n);
	const struct dockerfile_variable *v = dockerfile_scope_get(e->scope, name);

	e->at += n;
	char c = e->at < e->in.n ? e->in.p[e->at] : 0;
	char next = e->at + 1 < e->in.n ? e->in.p[e->at + 1] : 0;

	if (n == 0 || c == 0) {
		e->known = false;
		e->at = e->in.n;
	} else if (c == '}') {
		e->at++;
		put_value(e, v);
	} else if (c == '-' || c == '+' || c == '?') {
		e->at++;
		default_form(e, v, c, false);
	} else if (c == ':' && (next == '-' || next == '+' || next == '?')) {
		e->at += 2;
		default_form(e, v, next, true);
	} else if (c == '#' || c == '%' || c == '/') {
		e->at += next == c ? 2 : 1;
		pattern_form(e, v, c, next == c);
	} else {
		e->known = false;
		e->at = e->in.n;
	}
}

static void dollar(struct expansion *e)
{
	str rest = str_skip(e->in, e->at + 1);
	size_t n = dockerfile_name_length(rest);

	if (str_starts(rest, STR("{"))) {
		e->at += 2;
		braces(e);
		return;
	}
	e->at += 1 + n;
	if (n == 0) {
		buf_byte(e->out, '$');
		return;
	}
	put_value(e, dockerfile_scope_get(e->scope, str_take(rest, n)));
}

static void expand_until(struct expansion *e, char end)
{
	char escape = e->scope->escape, quote = 0;

	if (e->depth > EXPAND_MAX_DEPTH) {
		e->known = false;
		e->at = e->in.n;
	}
	while (e->at < e->in.n) {
		char c = e->in.p[e->at];
		char next = e->at + 1 < e->in.n ? e->in.p[e->at + 1] : 0;

		if (end && !quote && c == end) {
			e->at++;
			return;
		}
		if (quote ? c == quote : (c == '\'' || c == '"')) {
			quote = quote ? 0 : c;
			e->at++;
		} else if (c == escape && quote != '\'' &&
			   (!quote || next == '"' || next == '$' || next == escape)) {
			if (next)
				buf_byte(e->out, next);
			e->at += next ? 2 : 1;
		} else if (c == '$' && quote != '\'') {
			dollar(e);
		} else {
			buf_byte(e->out, c);
			e->at++;
		}
	}
	if (end)
		e->known = false; /* its '}' is missing */
}

bool dockerfile_expand(const struct dockerfile_scope *scope, str word, str *out)
{
	AUTO(buf_done)
	struct buf text = { .p = NULL };
	struct expansion e = { .scope = scope, .in = word, .out = &text, .known = true };

	*out = word;
	if (str_find_char(word, '$') < 0 && str_find_char(word, '"') < 0 &&
	    str_find_char(word, '\'') < 0 && str_find_char(word, scope->escape) < 0)
		return true;
	if (word.n > DOCKERFILE_VALUE_MAX || *scope->budget < word.n)
		return false;
	*scope->budget -= word.n;
	buf_init(&text, size_min(DOCKERFILE_VALUE_MAX, *scope->budget));
	expand_until(&e, 0);
	*scope->budget -= size_min(text.n, *scope->budget);
	if (!e.known || text.overflow)
		return false;
	*out = str_dup(scope->arena, buf_str(&text));
	return true;
}
