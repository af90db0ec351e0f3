/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variables: $NAME, ${NAME}, ${NAME:-word} ${NAME-word} ${NAME:?word} ${NAME?word} ${NAME:+word}
 * ${NAME+word}, words with variables in them, $$ for a dollar; and the files of NAME=value.
 */
#include "fmt/container/compose_internal.h"

#define WORD_DEPTH     16u
#define ENV_MAX_BYTES  (1u << 20)
#define ENV_MAX_VALUES 20000u

struct expansion {
	const struct env *env;
	struct arena *arena;
	struct buf *out;
	size_t *budget;
	str in;
	size_t at;
	str missing;
	struct err *err;
};

static size_t name_length(str s)
{
	size_t n = 0;

	if (s.n == 0 || !(is_alpha(s.p[0]) || s.p[0] == '_'))
		return 0;
	while (n < s.n && (is_alnum(s.p[n]) || s.p[n] == '_'))
		n++;
	return n;
}

static int put(struct expansion *e, str text)
{
	if (*e->budget < text.n)
		return err_set(e->err, ERR_LIMIT, "variables: more than %u bytes in all",
			       COMPOSE_MAX_EXPANDED);
	*e->budget -= text.n;
	buf_add(e->out, text);
	if (e->out->overflow)
		return err_set(e->err, ERR_LIMIT, "variables: a value of more than %u bytes",
			       COMPOSE_MAX_TEXT);
	return 0;
}

static void miss(struct expansion *e, str name)
{
	if (e->missing.n == 0)
		e->missing = name;
}

static const str *value_of(const struct expansion *e, str name)
{
	return e->env ? map_get(&e->env->values, name) : NULL;
}

static int text_until(struct expansion *e, bool in_braces, unsigned depth);

/* Up to the '}' of a form; what is read counts only with `wanted`. */
static int word(struct expansion *e, bool wanted, unsigned depth)
{
	AUTO(buf_done)
	struct buf dropped = { .p = NULL };
	struct expansion inner = *e;

	buf_init(&dropped, COMPOSE_MAX_TEXT);
	if (!wanted) {
		inner.out = &dropped;
		inner.missing = STR_EMPTY;
	}
	if (text_until(&inner, true, depth + 1) < 0)
		return -1;
	e->at = inner.at;
	if (wanted)
		e->missing = inner.missing;
	return 0;
}

static int no_form(struct expansion *e)
{
	return err_set(e->err, ERR_INPUT, "no form of a variable: %.*s",
		       STR_ARG(str_take(e->in, 80)));
}

/* Behind "${". */
static int braces(struct expansion *e, unsigned depth)
{
	str rest = str_skip(e->in, e->at);
	size_t n = name_length(rest);
	str name = str_take(rest, n);
	const str *value = value_of(e, name);
	bool colon = n < rest.n && rest.p[n] == ':';
	char op = n + colon < rest.n ? rest.p[n + colon] : 0;
	bool there = value && (!colon || value->n > 0);

	if (n == 0 || !op || (colon && !strchr("-?+", op)))
		return no_form(e);
	e->at += n + colon + 1;
	if (op == '}') {
		if (!value)
			miss(e, name);
		return value ? put(e, *value) : 0;
	}
	if (op == '-') {
		if (there && put(e, *value) < 0)
			return -1;
		return word(e, !there, depth);
	}
	if (op == '?') {
		if (!there)
			miss(e, name);
		else if (put(e, *value) < 0)
			return -1;
		return word(e, false, depth);
	}
	if (op == '+')
		return word(e, there, depth);
	return no_form(e);
}

static int dollar(struct expansion *e, unsigned depth)
{
	str rest = str_skip(e->in, e->at + 1);
	size_t n;

	if (str_starts(rest, STR("$"))) {
		e->at += 2;
		return put(e, STR("$"));
	}
	if (str_starts(rest, STR("{"))) {
		e->at += 2;
		return depth < WORD_DEPTH
			       ? braces(e, depth)
			       : err_set(e->err, ERR_LIMIT, "variables: nested too deeply");
	}
	n = name_length(rest);
	if (n == 0)
		return no_form(e);
	e->at += 1 + n;
	const str *value = value_of(e, str_take(rest, n));
	if (!value)
		miss(e, str_take(rest, n));
	return value ? put(e, *value) : 0;
}

static int text_until(struct expansion *e, bool in_braces, unsigned depth)
{
	while (e->at < e->in.n) {
		size_t from = e->at;

		while (e->at < e->in.n && e->in.p[e->at] != '$' &&
		       !(in_braces && e->in.p[e->at] == '}'))
			e->at++;
		if (put(e, str_take(str_skip(e->in, from), e->at - from)) < 0)
			return -1;
		if (e->at == e->in.n)
			break;
		if (e->in.p[e->at] == '}') {
			e->at++;
			return 0;
		}
		if (dollar(e, depth) < 0)
			return -1;
	}
	return in_braces ? no_form(e) : 0;
}

int env_expand(struct arena *arena, const struct env *env, str text, size_t *budget, str *out,
	       str *missing, struct err *err)
{
	AUTO(buf_done)
	struct buf made = { .p = NULL };
	struct expansion e = {
		.env = env, .arena = arena, .out = &made, .budget = budget, .in = text, .err = err
	};

	buf_init(&made, COMPOSE_MAX_TEXT);
	if (text_until(&e, false, 0) < 0)
		return -1;
	*out = str_dup(arena, buf_str(&made));
	*missing = e.missing;
	return 0;
}

/* ---- where values come from ---- */

static void env_set(struct env *env, str name, str value)
{
	str *slot = ARENA_NEW(env->arena, str);

	*slot = value;
	map_put(&env->values, name, slot);
}

struct env *env_new(struct reader *r)
{
	struct env *env = ARENA_NEW(r->arena, struct env);

	env->arena = r->arena;
	map_init(&env->values, r->arena);
	for (size_t i = 0; i < r->opts->variable_n; i++)
		env_set(env, r->opts->variables[i].name, r->opts->variables[i].value);
	return env;
}

/* A value in quotes that may go on over lines; *rest behind the closing one. False: it has none. */
static bool quoted(struct arena *arena, str *rest, char quote, str *out)
{
	char *made = arena_bytes(arena, rest->n + 1);
	size_t n = 0, i = 1;

	for (; i < rest->n && rest->p[i] != quote; i++) {
		char c = rest->p[i];

		if (c == '\\' && quote == '"' && i + 1 < rest->n) {
			c = rest->p[++i];
			c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
		}
		made[n++] = c;
	}
	if (i >= rest->n)
		return false;
	*out = str_of(made, n);
	*rest = str_skip(*rest, i + 1);
	return true;
}

/* A value as it stands there, up to a comment or the end of its line. */
static str plain(str *rest)
{
	str line = STR_EMPTY;

	IGNORE(str_line(rest, &line)); /* an empty rest is an empty value */
	if (line.n > 0 && line.p[0] == '#')
		return STR_EMPTY;
	for (size_t i = 1; i < line.n; i++) {
		if (line.p[i] == '#' && is_space(line.p[i - 1]))
			line = str_take(line, i);
	}
	return str_trim(line);
}

struct env_text {
	struct reader *r;
	struct env *env;
	const struct env *known; /* for variables in values */
	str path, text, rest;
	uint32_t line;
};

static void one_value(struct env_text *t, str name)
{
	size_t budget = COMPOSE_MAX_TEXT;
	str value = STR_EMPTY, missing = STR_EMPTY;
	struct err err;
	bool literal = t->rest.p && t->rest.n > 0 && t->rest.p[0] == '\'';

	if (literal || (t->rest.p && t->rest.n > 0 && t->rest.p[0] == '"')) {
		if (!quoted(t->r->arena, &t->rest, t->rest.p[0], &value)) {
			compose_note_at(t->r, ERR_INPUT, t->path, t->line,
					STR("a quote that is not closed"));
			t->rest = STR_EMPTY;
			return;
		}
		IGNORE(plain(&t->rest)); /* what stands behind the quotes is a comment */
	} else {
		value = plain(&t->rest);
	}
	if (map_has(&t->env->values, name))
		return;
	if (!literal && str_find_char(value, '$') >= 0 &&
	    (env_expand(t->r->arena, t->known, value, &budget, &value, &missing, &err) < 0 ||
	     missing.n > 0)) {
		compose_note_at(t->r, ERR_NONE, t->path, t->line,
				STR("a value with variables that have none"));
		return; /* it has no value here either */
	}
	env_set(t->env, str_dup(t->r->arena, name), str_dup(t->r->arena, value));
}

void env_read(struct reader *r, struct env *env, str path, str text)
{
	struct env_text t = { .r = r, .env = env, .known = env, .path = path, .text = text };

	if (text.n > ENV_MAX_BYTES) {
		compose_note_at(r, ERR_LIMIT, path, 0, STR("too large for a file of variables"));
		return;
	}
	t.rest = str_without_prefix(text, STR("\xef\xbb\xbf"));
	for (size_t n = 0; t.rest.p && t.rest.n > 0 && n < ENV_MAX_VALUES; n++) {
		while (t.rest.p && t.rest.n > 0 && is_space(t.rest.p[0])) {
			t.line += t.rest.p[0] == '\n';
			t.rest = str_skip(t.rest, 1);
		}
		if (!t.rest.p || t.rest.n == 0)
			break;
		const char *start = t.rest.p;
		if (str_starts(t.rest, STR("export ")))
			t.rest = str_trim(str_skip(t.rest, 7));
		size_t length = 0;
		while (t.rest.p && length < t.rest.n && !strchr("=:\n#", t.rest.p[length]))
			length++;
		str name = str_trim(str_take(t.rest, length));
		bool has =
			length < t.rest.n && (t.rest.p[length] == '=' || t.rest.p[length] == ':');
		t.rest = str_skip(t.rest, length + has);
		while (has && t.rest.p && t.rest.n > 0 &&
		       (t.rest.p[0] == ' ' || t.rest.p[0] == '\t'))
			t.rest = str_skip(t.rest, 1);
		if (has && name.n > 0)
			one_value(&t, name);
		else
			IGNORE(plain(&t.rest)); /* a comment, or a name that the engine passes on */
		for (const char *p = start; t.rest.p && p < t.rest.p; p++)
			t.line += *p == '\n';
	}
	if (t.rest.n > 0)
		compose_note_at(r, ERR_LIMIT, path, t.line, STR("too many variables"));
}

int compose_interpolate(str text, const struct compose_variable *variables, size_t n,
			struct arena *arena, str *out, str *missing, struct err *err)
{
	const struct compose_opts opts = { .variables = variables, .variable_n = n };
	struct reader r = { .opts = &opts, .arena = arena };
	size_t budget = COMPOSE_MAX_TEXT;

	return env_expand(arena, env_new(&r), text, &budget, out, missing, err);
}
