/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>

#include "fmt/container/compose_internal.h"

/* ---- notes ---- */

struct plan_place node_place(const struct reader *r, const struct node *node)
{
	if (!node || node->source >= r->source_n)
		return (struct plan_place){ .line = 0 };
	return (struct plan_place){ .file = r->sources[node->source].path, .line = node->line };
}

void compose_note_at(struct reader *r, enum err_kind kind, str file, uint32_t line, str reason)
{
	struct compose *out = r->out;

	if (out->note_n >= COMPOSE_MAX_NOTES) {
		out->note_dropped++;
		return;
	}
	out->notes =
		arena_grow(r->arena, out->notes, out->note_n, &out->note_cap, sizeof(*out->notes));
	out->notes[out->note_n++] =
		(struct compose_note){ .kind = kind,
				       .lost = kind != ERR_NONE && kind != ERR_UNSUPPORTED,
				       .file = file,
				       .line = line,
				       .reason = reason };
}

void compose_note(struct reader *r, enum err_kind kind, const struct node *at, const char *form,
		  ...)
{
	AUTO(buf_done)
	struct buf text = { .p = NULL };
	struct plan_place place = node_place(r, at);
	va_list ap;

	buf_init(&text, 4096);
	va_start(ap, form);
	buf_vfmt(&text, form, ap);
	va_end(ap);
	if (text.overflow)
		buf_reset(&text);
	compose_note_at(r, kind, place.file, place.line, str_dup(r->arena, buf_str(&text)));
}

void compose_note_kept(struct reader *r)
{
	if (r->out->note_n > 0)
		r->out->notes[r->out->note_n - 1].lost = false;
}

/* ---- nodes ---- */

struct node *node_new(struct reader *r, enum json_type type, uint32_t source, uint32_t line)
{
	struct node *node;

	if (r->nodes >= COMPOSE_MAX_NODES) {
		const struct node at = { .source = source, .line = line };

		if (!r->over)
			compose_note(r, ERR_LIMIT, &at,
				     "more than %u values, merged and extended ones among them",
				     COMPOSE_MAX_NODES);
		r->over = true;
		return NULL;
	}
	r->nodes++;
	node = ARENA_NEW(r->arena, struct node);
	*node = (struct node){ .type = (uint8_t)type, .source = source, .line = line };
	return node;
}

void node_add(struct reader *r, struct node *node, str key, uint32_t line, struct node *value)
{
	if (!value)
		return;
	node->members =
		arena_grow(r->arena, node->members, node->n, &node->cap, sizeof(*node->members));
	node->members[node->n++] = (struct node_member){ .key = key, .line = line, .value = value };
}

void node_append(struct reader *r, struct node *array, struct node *value)
{
	node_add(r, array, STR_EMPTY, 0, value);
}

struct node *node_find(const struct node *object, str key)
{
	if (!object || object->type != JSON_OBJECT)
		return NULL;
	NODE_EACH (object, m) {
		if (str_eq(m->key, key))
			return m->value->type == JSON_NULL ? NULL : m->value;
	}
	return NULL;
}

struct node *node_get(const struct node *object, const char *key)
{
	return node_find(object, str_c(key));
}

bool node_is_scalar(const struct node *node)
{
	return node && node->type != JSON_ARRAY && node->type != JSON_OBJECT;
}

str node_text(const struct node *node) { return node_is_scalar(node) ? node->text : STR_EMPTY; }

str node_unknown(const struct node *node)
{
	if (!node || node->unknown.n > 0)
		return node ? node->unknown : STR_EMPTY;
	NODE_EACH (node, m) {
		str why = node_unknown(m->value);

		if (why.n > 0)
			return why;
	}
	return STR_EMPTY;
}

struct node *node_copy(struct reader *r, const struct node *node)
{
	struct node *copy = node ? node_new(r, node->type, node->source, node->line) : NULL;

	if (!copy)
		return NULL;
	copy->text = node->text;
	copy->raw = node->raw;
	copy->unknown = node->unknown;
	copy->rule = node->rule;
	NODE_EACH (node, m)
		node_add(r, copy, m->key, m->line, node_copy(r, m->value));
	return copy;
}

/* ---- from YAML ---- */

struct maker {
	struct reader *r;
	uint32_t source;
	const str *lines; /* only where the text has tags of its own */
	size_t line_n;
};

static void index_lines(struct maker *m, str text)
{
	str *lines = NULL, line;
	size_t cap = 0;

	if (str_find(text, STR("!reset")) < 0 && str_find(text, STR("!override")) < 0)
		return;
	while (str_line(&text, &line)) {
		lines = arena_grow(m->r->arena, lines, m->line_n, &cap, sizeof(*lines));
		lines[m->line_n++] = line;
	}
	m->lines = lines;
}

/* "key: !reset" in the text of its line: tags of collections are not among the values. */
static enum node_rule rule_of(const struct maker *m, uint32_t line)
{
	str rest;

	if (line == 0 || line > m->line_n || !str_cut(m->lines[line - 1], ':', &rest, &rest))
		return NODE_MERGE;
	rest = str_trim(rest);
	if (str_starts(rest, STR("!reset")))
		return NODE_RESET;
	return str_starts(rest, STR("!override")) ? NODE_OVERRIDE : NODE_MERGE;
}

static struct node *make(struct maker *m, const struct json *v, const struct place *place,
			 uint32_t line);

static void expand(struct reader *r, struct node *node, str text)
{
	size_t budget = COMPOSE_MAX_EXPANDED - r->expanded;
	str missing;
	struct err err;

	node->text = text;
	if (str_find_char(text, '$') < 0)
		return;
	node->raw = text;
	if (env_expand(r->arena, r->env, text, &budget, &node->text, &missing, &err) < 0) {
		compose_note(r, err.kind, node, "%s", err.msg);
		compose_note_kept(r);
		node->text = text;
		node->unknown = str_dup(r->arena, str_c(err.msg));
		return;
	}
	r->expanded = COMPOSE_MAX_EXPANDED - budget;
	if (missing.n > 0)
		node->unknown = str_fmt(r->arena, "the variable %.*s has no value here",
					STR_ARG(str_take(missing, 100)));
}

static void make_children(struct maker *m, struct node *node, const struct json *v,
			  const struct place *place)
{
	JSON_EACH (v, item)
		node_append(m->r, node, make(m, item, place_of_item(v, place, item), node->line));
	JSON_MEMBERS (v, member) {
		const struct place *at = place_of_member(v, place, member);
		uint32_t line = place_line(at) ? place_line(at) : node->line;
		struct node *child = make(m, &member->value, at, line);

		if (child)
			child->rule = rule_of(m, line);
		node_add(m->r, node, member->key, line, child);
	}
}

static struct node *make(struct maker *m, const struct json *v, const struct place *place,
			 uint32_t line)
{
	uint32_t own = place_line(place) ? place_line(place) : line;
	struct node *node = node_new(m->r, (enum json_type)v->type, m->source, own);

	if (!node)
		return NULL;
	switch ((enum json_type)v->type) {
	case JSON_STRING:
		expand(m->r, node, json_str(v));
		break;
	case JSON_NUMBER:
		node->text = json_number(v);
		break;
	case JSON_TRUE:
		node->text = STR("true");
		break;
	case JSON_FALSE:
		node->text = STR("false");
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		make_children(m, node, v, place);
		break;
	case JSON_NULL:
		break;
	}
	return node;
}

struct node *node_make(struct reader *r, const struct json *v, const struct place *place,
		       uint32_t source)
{
	struct maker m = { .r = r, .source = source };

	index_lines(&m, r->sources[source].text);
	return make(&m, v, place, 1);
}
