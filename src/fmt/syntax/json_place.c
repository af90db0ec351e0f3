/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/json_place.h"

/* How far the text was walked. It is known to be JSON, so nothing is checked a second time. */
struct walk {
	str text;
	size_t at;
	uint32_t line, col; /* of `at`, from 1 */
	struct arena *arena;
};

static char here(const struct walk *w) { return w->at < w->text.n ? w->text.p[w->at] : 0; }

static void step(struct walk *w)
{
	unsigned char c = (unsigned char)here(w);

	if (w->at >= w->text.n)
		return;
	w->at++;
	if (c == '\n') {
		w->line++;
		w->col = 1;
	} else if (((unsigned char)here(w) & 0xc0) != 0x80) {
		w->col++; /* only where the next byte begins a character */
	}
}

static void blanks(struct walk *w)
{
	while (w->at < w->text.n && is_space(here(w)))
		step(w);
}

static void text(struct walk *w)
{
	step(w);
	while (w->at < w->text.n && here(w) != '"') {
		if (here(w) == '\\')
			step(w);
		step(w);
	}
	step(w);
}

static void scalar(struct walk *w)
{
	if (here(w) == '"') {
		text(w);
		return;
	}
	while (w->at < w->text.n && !is_space(here(w)) && here(w) != ',' && here(w) != ']' &&
	       here(w) != '}')
		step(w);
}

static uint16_t column(const struct walk *w) { return w->col < UINT16_MAX ? (uint16_t)w->col : 0; }

static void value(struct walk *w, const struct json *v, struct place *out);

static void children(struct walk *w, const struct json *v, struct place *out)
{
	struct place *places = ARENA_ARRAY(w->arena, struct place, v->n + 1);
	bool object = v->type == JSON_OBJECT;

	step(w); /* the bracket */
	for (uint32_t i = 0; i < v->n; i++) {
		blanks(w);
		if (object) {
			places[i].key_line = w->line;
			places[i].key_col = column(w);
			text(w);
			blanks(w);
			step(w); /* the colon */
		}
		value(w, object ? &v->members[i].value : &v->items[i], &places[i]);
		blanks(w);
		if (here(w) == ',')
			step(w);
	}
	blanks(w);
	step(w);
	out->children = places;
	out->n = v->n;
}

static void value(struct walk *w, const struct json *v, struct place *out)
{
	blanks(w);
	out->line = w->line;
	out->col = column(w);
	if (v->type == JSON_OBJECT || v->type == JSON_ARRAY)
		children(w, v, out);
	else
		scalar(w);
}

const struct place *json_place_make(str all, const struct json *v, struct arena *arena)
{
	struct walk w = { .text = all, .line = 1, .col = 1, .arena = arena };
	struct place *root = ARENA_NEW(arena, struct place);

	value(&w, v, root);
	return root;
}

bool json_stream_next(str *rest, str *one)
{
	size_t depth = 0, i = 0, start;
	bool quoted = false;

	while (i < rest->n && is_space(rest->p[i]))
		i++;
	start = i;
	for (; i < rest->n; i++) {
		char c = rest->p[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			/* A value right behind one that was no collection. */
			if (depth == 0 && i > start)
				break;
			depth++;
		} else if ((c == '}' || c == ']') && depth > 0 && --depth == 0) {
			i++;
			break;
		} else if (depth == 0 && is_space(c)) {
			break;
		}
	}
	if (i > rest->n)
		i = rest->n;
	*one = str_take(str_skip(*rest, start), i - start);
	*rest = str_skip(*rest, i);
	return one->n > 0;
}
