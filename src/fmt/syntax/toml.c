/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/toml.h"

#include "base/err.h"
#include "base/map.h"
#include "fmt/syntax/toml_internal.h"

/* Tables up to this size are searched one by one. */
#define PAIRWISE_KEYS 8u

enum shape {
	SCALAR,
	ARRAY,	/* [1, 2]: complete once read */
	TABLE,	/* by header, by dotted key, or inline */
	TABLES, /* by [[headers]] */
};

struct node {
	enum shape shape;
	bool defined;	  /* table: its own header was there */
	bool closed;	  /* table: inline, nothing may be added any more */
	uint32_t section; /* table made by a dotted key: number of the header it stands under, from
			     1 */
	uint32_t depth;
	struct json scalar;
	struct place place;
	struct node *first, *last, *next; /* children and sibling */
	uint32_t n;			  /* children */
	str key;			  /* in its table */
	struct map *index;		  /* of a table with many children */
};

struct parser {
	struct toml_text text;
	struct arena *scratch; /* for nodes: of no use afterwards */
	size_t values, max_values;
	uint32_t section; /* headers so far + 1 */
};

static int parse_value(struct parser *ps, struct node *into);

static int fail(const struct parser *ps, const char *what)
{
	return toml_fail(&ps->text, ERR_INPUT, what);
}

static bool at(const struct parser *ps, char c)
{
	return ps->text.p < ps->text.end && *ps->text.p == c;
}

static struct node *find(const struct node *table, str key)
{
	if (table->index)
		return map_get(table->index, key);
	for (struct node *child = table->first; child; child = child->next)
		if (str_eq(child->key, key))
			return child;
	return NULL;
}

static void index_child(struct parser *ps, struct node *table, struct node *child)
{
	if (table->index) {
		map_put(table->index, child->key, child);
		return;
	}
	if (table->shape != TABLE || table->n <= PAIRWISE_KEYS)
		return;
	table->index = ARENA_NEW(ps->scratch, struct map);
	map_init(table->index, ps->scratch);
	for (struct node *c = table->first; c; c = c->next)
		map_put(table->index, c->key, c);
}

/* A new last child, or NULL above a limit. */
static struct node *add_child(struct parser *ps, struct node *parent, str key, enum shape shape)
{
	struct node *child;

	if (ps->values >= ps->max_values || parent->depth >= TOML_MAX_DEPTH) {
		(void)toml_fail(&ps->text, ERR_LIMIT,
				parent->depth >= TOML_MAX_DEPTH ? "nested too deeply"
								: "too many values");
		return NULL;
	}
	ps->values++;
	child = ARENA_NEW(ps->scratch, struct node);
	child->shape = shape;
	child->key = key;
	child->depth = parent->depth + 1;
	child->place.line = ps->text.line;
	child->place.key_line = parent->shape == TABLE ? ps->text.line : 0;
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	parent->n++;
	index_child(ps, parent, child);
	return child;
}

static bool is_bare_key(char c) { return is_alnum(c) || c == '_' || c == '-'; }

/* One part of a key and the blanks behind it. */
static int parse_key(struct parser *ps, str *out)
{
	struct toml_text *t = &ps->text;

	toml_skip_blanks(t);
	if (at(ps, '"') || at(ps, '\'')) {
		if (toml_string(t, false, out) < 0)
			return -1;
	} else {
		const char *from = t->p;

		while (t->p < t->end && is_bare_key(*t->p))
			t->p++;
		if (t->p == from)
			return fail(ps, "expected a key");
		*out = str_of(from, (size_t)(t->p - from));
	}
	toml_skip_blanks(t);
	return 0;
}

/* What a header walks through on its way. */
static struct node *step_header(struct parser *ps, struct node *table, str key)
{
	struct node *child = find(table, key);

	if (!child)
		return add_child(ps, table, key, TABLE);
	if (child->shape == TABLES)
		return child->last;
	if (child->shape == TABLE && !child->closed)
		return child;
	(void)fail(ps, "header inside of a value that is complete");
	return NULL;
}

/* What a dotted key walks through: tables that no header defined and no earlier section made. */
static struct node *step_dotted(struct parser *ps, struct node *table, str key)
{
	struct node *child = find(table, key);

	if (!child) {
		child = add_child(ps, table, key, TABLE);
		if (child)
			child->section = ps->section;
		return child;
	}
	if (child->shape == TABLE && !child->closed && !child->defined &&
	    (child->section == 0 || child->section == ps->section)) {
		child->section = ps->section;
		return child;
	}
	(void)fail(ps, "dotted key into a table that is defined elsewhere");
	return NULL;
}

static struct node *define_table(struct parser *ps, struct node *table, str key)
{
	struct node *child = find(table, key);

	if (!child) {
		child = add_child(ps, table, key, TABLE);
	} else if (child->shape != TABLE || child->closed || child->defined || child->section) {
		(void)fail(ps, "a table defined twice");
		return NULL;
	}
	if (child) {
		child->defined = true;
		child->place.line = child->place.key_line = ps->text.line;
	}
	return child;
}

static struct node *define_element(struct parser *ps, struct node *table, str key)
{
	struct node *list = find(table, key), *element;

	if (!list)
		list = add_child(ps, table, key, TABLES);
	if (!list)
		return NULL;
	if (list->shape != TABLES) {
		(void)fail(ps, "[[header]] of what is no list of tables");
		return NULL;
	}
	element = add_child(ps, list, STR_EMPTY, TABLE);
	if (element)
		element->defined = true;
	return element;
}

/* t->p is behind the opening brackets. */
static int parse_header(struct parser *ps, struct node *root, bool element, struct node **table)
{
	struct node *into = root;
	str key = STR_EMPTY;

	ps->section++;
	for (;;) {
		if (parse_key(ps, &key) < 0)
			return -1;
		if (!at(ps, '.'))
			break;
		ps->text.p++;
		into = step_header(ps, into, key);
		if (!into)
			return -1;
	}
	*table = element ? define_element(ps, into, key) : define_table(ps, into, key);
	if (!*table)
		return -1;
	for (int i = 0; i < (element ? 2 : 1); i++) {
		if (!at(ps, ']'))
			return fail(ps, "expected ']'");
		ps->text.p++;
	}
	return toml_end_line(&ps->text);
}

/* key = value */
static int parse_pair(struct parser *ps, struct node *table)
{
	struct node *child;
	str key = STR_EMPTY;

	for (;;) {
		if (parse_key(ps, &key) < 0)
			return -1;
		if (!at(ps, '.'))
			break;
		ps->text.p++;
		table = step_dotted(ps, table, key);
		if (!table)
			return -1;
	}
	if (!at(ps, '='))
		return fail(ps, "expected '='");
	ps->text.p++;
	toml_skip_blanks(&ps->text);
	if (find(table, key))
		return fail(ps, "a key defined twice");
	child = add_child(ps, table, key, SCALAR);
	return child ? parse_value(ps, child) : -1;
}

/* Behind an element: 1 when another may follow, 0 past the closing bracket. */
static int next_element(struct parser *ps, char close)
{
	if (toml_skip_lines(&ps->text) < 0)
		return -1;
	if (at(ps, ',')) {
		ps->text.p++;
		return 1;
	}
	if (!at(ps, close))
		return fail(ps, "expected ',' or the closing bracket");
	ps->text.p++;
	return 0;
}

static bool closes(struct parser *ps, char close)
{
	if (!at(ps, close))
		return false;
	ps->text.p++;
	return true;
}

static int parse_array(struct parser *ps, struct node *into)
{
	int more = 1;

	into->shape = ARRAY;
	while (more == 1) {
		struct node *child;

		if (toml_skip_lines(&ps->text) < 0)
			return -1;
		if (closes(ps, ']'))
			return 0;
		child = add_child(ps, into, STR_EMPTY, SCALAR);
		if (!child || parse_value(ps, child) < 0)
			return -1;
		more = next_element(ps, ']');
	}
	return more;
}

static void close_tables(struct node *table)
{
	table->closed = true;
	for (struct node *child = table->first; child; child = child->next)
		if (child->shape == TABLE && !child->closed)
			close_tables(child);
}

static int parse_inline(struct parser *ps, struct node *into)
{
	int more = 1;

	into->shape = TABLE;
	while (more == 1) {
		if (toml_skip_lines(&ps->text) < 0)
			return -1;
		if (closes(ps, '}'))
			break;
		if (parse_pair(ps, into) < 0)
			return -1;
		more = next_element(ps, '}');
	}
	close_tables(into);
	return more < 0 ? -1 : 0;
}

static int parse_value(struct parser *ps, struct node *into)
{
	struct toml_text *t = &ps->text;
	str text;

	if (at(ps, '[') || at(ps, '{')) {
		bool array = *t->p++ == '[';

		return array ? parse_array(ps, into) : parse_inline(ps, into);
	}
	if (!at(ps, '"') && !at(ps, '\''))
		return toml_bare(t, &into->scalar);
	if (toml_string(t, true, &text) < 0)
		return -1;
	into->scalar = (struct json){ .type = JSON_STRING, .n = (uint32_t)text.n, .text = text.p };
	return 0;
}

/* Depth is capped where nodes are made. */
static void convert(const struct node *node, struct arena *arena, struct json *out,
		    struct place *place)
{
	struct place *places;
	size_t i = 0;

	*place = node->place;
	if (node->shape == SCALAR) {
		*out = node->scalar;
		return;
	}
	places = ARENA_ARRAY(arena, struct place, node->n);
	place->children = places;
	place->n = node->n;
	if (node->shape == TABLE) {
		struct json_member *members = ARENA_ARRAY(arena, struct json_member, node->n);

		for (const struct node *c = node->first; c; c = c->next, i++) {
			members[i].key = c->key;
			convert(c, arena, &members[i].value, &places[i]);
		}
		*out = (struct json){ .type = JSON_OBJECT, .n = node->n, .members = members };
	} else {
		struct json *items = ARENA_ARRAY(arena, struct json, node->n);

		for (const struct node *c = node->first; c; c = c->next, i++)
			convert(c, arena, &items[i], &places[i]);
		*out = (struct json){ .type = JSON_ARRAY, .n = node->n, .items = items };
	}
}

static int parse_line(struct parser *ps, struct node *root, struct node **table)
{
	if (!at(ps, '[')) {
		if (parse_pair(ps, *table) < 0)
			return -1;
		return toml_end_line(&ps->text);
	}
	ps->text.p++;
	bool element = at(ps, '[');

	ps->text.p += element;
	return parse_header(ps, root, element, table);
}

int toml_parse(str text, size_t max_values, struct arena *arena, const struct json **out,
	       const struct place **place, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct node root = { .shape = TABLE, .defined = true, .place.line = 1 };
	struct parser ps = {
		.text = { .start = text.p,
			  .p = text.p,
			  .line_start = text.p,
			  .line = 1,
			  .err = err },
		.max_values =
			max_values && max_values < TOML_MAX_VALUES ? max_values : TOML_MAX_VALUES,
		.section = 1,
	};
	struct node *table = &root;

	if (text.n > TOML_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "TOML of %zu bytes, at most %u are read", text.n,
			       TOML_MAX_BYTES);
	if (!str_is_utf8(text))
		return err_set(err, ERR_INPUT, "TOML that is not UTF-8");
	ps.text.end = text.n ? text.p + text.n : text.p;
	ps.text.arena = arena;
	ps.scratch = scratch;
	for (;;) {
		if (toml_skip_lines(&ps.text) < 0)
			return -1;
		if (ps.text.p == ps.text.end)
			break;
		if (parse_line(&ps, &root, &table) < 0)
			return -1;
	}
	struct json *value = ARENA_NEW(arena, struct json);
	struct place *top = ARENA_NEW(arena, struct place);

	convert(&root, arena, value, top);
	*out = value;
	if (place)
		*place = top;
	return 0;
}
