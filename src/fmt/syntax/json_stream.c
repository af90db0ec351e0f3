/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/json_stream.h"

#include "base/err.h"
#include "base/num.h"

#define PIECE_BYTES (64u << 10)

void json_stream_init(struct json_stream *s, const struct file_view *view)
{
	*s = (struct json_stream){ .view = view, .line = 1 };
	buf_init(&s->window, SIZE_MAX / 2);
}

void json_stream_done(struct json_stream *s) { buf_done(&s->window); }

static int fail(const struct json_stream *s, const char *what, struct err *err)
{
	return err_set(err, ERR_INPUT, "JSON line %u: %s", s->line, what);
}

/* Drops what lies before `at`. */
static void compact(struct json_stream *s)
{
	if (s->at == 0)
		return;
	s->start += s->at;
	s->window.n -= s->at;
	if (s->window.n > 0)
		memmove(s->window.p, s->window.p + s->at, s->window.n);
	s->at = 0;
}

/* More bytes behind those of the window: 1, or 0 at the end of the file. */
static int more(struct json_stream *s, struct err *err)
{
	uint64_t next = s->start + s->window.n, left = s->view->size - next;
	size_t n = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES;
	char *room;

	if (n == 0)
		return 0;
	room = buf_room(&s->window, n);
	if (file_view_pread(s->view, room, n, next, err) < 0)
		return -1;
	s->window.n += n;
	return 1;
}

/* To the first byte that is no white space: 1 and the byte, or 0 at the end. */
static int next_byte(struct json_stream *s, char *c, struct err *err)
{
	int got = 1;

	for (;;) {
		while (s->at < s->window.n) {
			*c = s->window.p[s->at];
			if (*c != ' ' && *c != '\t' && *c != '\r' && *c != '\n')
				return 1;
			s->line += *c == '\n';
			s->at++;
		}
		compact(s);
		got = more(s, err);
		if (got <= 0)
			return got;
		/* The mark at the very beginning. */
		if (s->start == 0 && str_starts(buf_str(&s->window), STR("\xef\xbb\xbf")))
			s->at = 3;
	}
}

int json_stream_peek(struct json_stream *s, char *first, struct err *err)
{
	int got = next_byte(s, first, err);

	return got == 0 ? fail(s, "unexpected end", err) : got < 0 ? -1 : 0;
}

/* How far a value reaches, byte by byte. */
struct extent {
	bool string, escape, word; /* word: a number, true, false or null */
	uint64_t depth;
};

/* The byte belongs to the value: 1; it is its last: 2; it stands behind it: 0. */
static int belongs(struct extent *e, char c)
{
	if (e->string) {
		if (e->escape)
			e->escape = false;
		else if (c == '\\')
			e->escape = true;
		else if (c == '"')
			e->string = false;
		return e->string || e->depth > 0 ? 1 : 2;
	}
	if (e->word && (c == '"' || c == '{' || c == '['))
		return 0;
	if (c == '"') {
		e->string = true;
		return 1;
	}
	if (c == '{' || c == '[') {
		e->depth++;
		return 1;
	}
	if (e->depth > 0) {
		e->depth -= c == '}' || c == ']';
		return e->depth > 0 ? 1 : 2;
	}
	e->word = c != ',' && c != '}' && c != ']' && c != ':' && !is_space(c);
	return e->word;
}

/* The first quote or backslash at or behind `i`, or the end of the window. */
static size_t string_end(const struct buf *window, size_t i)
{
	while (i < window->n && window->p[i] != '"' && window->p[i] != '\\')
		i++;
	return i;
}

/*
 * Finds the end of the value at s->at. With `keep` all of it is in the window afterwards, *n bytes
 * from s->at on, at most `max`; else it is passed over.
 */
static int reach_end(struct json_stream *s, bool keep, size_t max, size_t *n, struct err *err)
{
	struct extent e = { .depth = 0 };
	size_t i = s->at;

	for (;;) {
		for (; i < s->window.n; i++) {
			int in;

			/* Most bytes lie in strings, which have no line ends. */
			if (e.string && !e.escape)
				i = string_end(&s->window, i);
			if (i == s->window.n)
				break;
			in = belongs(&e, s->window.p[i]);

			if (in == 1) {
				s->line += !keep && s->window.p[i] == '\n';
				continue;
			}
			*n = i + (in == 2) - s->at;
			return 0;
		}
		if (keep && i - s->at > max)
			break;
		if (!keep)
			s->at = i;
		i -= s->at;
		compact(s);
		int got = more(s, err);
		if (got < 0)
			return -1;
		if (got > 0)
			continue;
		/* A number may end with the file; whoever asked sees that the rest is missing. */
		*n = i;
		return e.depth > 0 || e.string ? fail(s, "unexpected end", err) : 0;
	}
	return err_set(err, ERR_LIMIT, "JSON line %u: a value of more than %zu bytes", s->line,
		       max);
}

static void pass(struct json_stream *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s->line += s->window.p[s->at + i] == '\n';
	s->at += n;
}

int json_stream_value(struct json_stream *s, size_t max, struct arena *arena,
		      const struct json **out, struct err *err)
{
	static const struct json_opts opts = { .keep_duplicates = true, .borrow = true };
	char first;
	size_t n;

	if (json_stream_peek(s, &first, err) < 0 || reach_end(s, true, max, &n, err) < 0)
		return -1;
	if (n > max)
		return err_set(err, ERR_LIMIT, "JSON line %u: a value of more than %zu bytes",
			       s->line, max);
	s->value = str_of(s->window.p + s->at, n);
	s->value_line = s->line;
	if (json_parse(s->value, &opts, arena, out, err) < 0)
		return err_wrap(err, "value that begins in line %u", s->line);
	pass(s, n);
	return 0;
}

int json_stream_skip(struct json_stream *s, struct err *err)
{
	char first;
	size_t n;

	if (json_stream_peek(s, &first, err) < 0)
		return -1;
	if (first != '{' && first != '[' && first != '"' && first != '-' && !is_alnum(first))
		return fail(s, "expected a value", err);
	if (reach_end(s, false, 0, &n, err) < 0)
		return -1;
	s->at += n; /* its lines are counted */
	return 0;
}

static int enter(struct json_stream *s, char open, const char *what, struct err *err)
{
	char first;

	if (json_stream_peek(s, &first, err) < 0)
		return -1;
	if (first != open)
		return fail(s, what, err);
	if (s->depth == JSON_STREAM_DEPTH)
		return err_set(err, ERR_LIMIT, "JSON line %u: nested too deeply", s->line);
	s->at++;
	s->any[++s->depth] = false;
	return 0;
}

int json_stream_enter(struct json_stream *s, struct err *err)
{
	return enter(s, '{', "expected an object", err);
}

int json_stream_enter_list(struct json_stream *s, struct err *err)
{
	return enter(s, '[', "expected a list", err);
}

static int take_key(struct json_stream *s, struct arena *arena, str *key, struct err *err)
{
	const struct json *value;
	char c;

	s->key_line = s->line;
	if (json_stream_value(s, JSON_STREAM_KEY_MAX, arena, &value, err) < 0)
		return -1;
	*key = str_dup(arena, json_str(value));
	if (json_stream_peek(s, &c, err) < 0)
		return -1;
	if (c != ':')
		return fail(s, "expected ':'", err);
	s->at++;
	return 1;
}

/* 1: one more comes; 0: the object or list ended. */
static int next_of(struct json_stream *s, char close, const char *what, struct err *err)
{
	char c;

	if (json_stream_peek(s, &c, err) < 0)
		return -1;
	if (c == close) {
		s->at++;
		s->depth--;
		return 0;
	}
	if (s->any[s->depth]) {
		if (c != ',')
			return fail(s, what, err);
		s->at++;
		if (json_stream_peek(s, &c, err) < 0)
			return -1;
	}
	s->any[s->depth] = true;
	return 1;
}

int json_stream_member(struct json_stream *s, struct arena *arena, str *key, struct err *err)
{
	int more = next_of(s, '}', "expected ',' or '}'", err);
	char c;

	if (more <= 0)
		return more;
	if (json_stream_peek(s, &c, err) < 0)
		return -1;
	return c == '"' ? take_key(s, arena, key, err) : fail(s, "expected a key", err);
}

int json_stream_element(struct json_stream *s, struct err *err)
{
	char c;
	int more = next_of(s, ']', "expected ',' or ']'", err);

	if (more <= 0)
		return more;
	if (json_stream_peek(s, &c, err) < 0)
		return -1;
	return c == ']' || c == ',' ? fail(s, "expected a value", err) : 1;
}

int json_stream_end(struct json_stream *s, struct err *err)
{
	char c;
	int got = next_byte(s, &c, err);

	return got > 0 ? fail(s, "text behind the end of the document", err) : got;
}
