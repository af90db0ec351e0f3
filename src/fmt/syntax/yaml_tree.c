/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/yaml_tree.h"

#include "base/arena.h"
#include "base/err.h"
#include "fmt/syntax/yaml.h"

#include <yaml.h>

struct tree {
	yaml_parser_t parser;
	str text;
	struct arena *arena;
	size_t chars, bytes; /* that many characters are so many bytes */
	size_t nodes;
};

static inline void auto_yaml_event_delete(yaml_event_t *event) { yaml_event_delete(event); }

/* Marks count characters and come in rising order, more or less. */
static size_t byte_of(struct tree *t, size_t chars)
{
	if (chars < t->chars)
		t->chars = t->bytes = 0;
	while (t->chars < chars && t->bytes < t->text.n) {
		t->bytes++;
		while (t->bytes < t->text.n && ((unsigned char)t->text.p[t->bytes] & 0xc0) == 0x80)
			t->bytes++;
		t->chars++;
	}
	return t->bytes;
}

static int next_event(struct tree *t, yaml_event_t *event, struct err *err)
{
	if (yaml_parser_parse(&t->parser, event))
		return 0;
	*event = (yaml_event_t){ .type = YAML_NO_EVENT };
	return err_set(err, ERR_INPUT, "YAML line %zu: %s", t->parser.problem_mark.line + 1,
		       t->parser.problem ? t->parser.problem : "malformed");
}

static void add(struct tree *t, struct yaml_node *to, struct yaml_node *item)
{
	to->items = arena_grow(t->arena, to->items, to->n, &to->cap, sizeof(struct yaml_node *));
	to->items[to->n++] = item;
}

static void read_scalar(struct tree *t, const yaml_event_t *event, struct yaml_node *out)
{
	str value = str_of((const char *)event->data.scalar.value, event->data.scalar.length);

	out->kind = YAML_NODE_SCALAR;
	out->key = str_dup(t->arena, value);
	out->anchored = event->data.scalar.anchor != NULL;
	out->quoted_single = event->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE;
	out->quoted_double = event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	out->block_scalar = event->data.scalar.style == YAML_LITERAL_SCALAR_STYLE ||
			    event->data.scalar.style == YAML_FOLDED_SCALAR_STYLE;
	while (out->block_scalar && out->end > out->start && is_space(t->text.p[out->end - 1]))
		out->end--;
}

static int read_node(struct tree *t, const yaml_event_t *event, unsigned depth,
		     struct yaml_node **out, struct err *err);

static int read_items(struct tree *t, struct yaml_node *node, yaml_event_type_t last,
		      unsigned depth, struct err *err)
{
	for (;;) {
		AUTO(yaml_event_delete)
		yaml_event_t event = { .type = YAML_NO_EVENT };
		struct yaml_node *item;

		if (next_event(t, &event, err) < 0)
			return -1;
		if (event.type == last) {
			if (node->flow)
				node->end = byte_of(t, event.end_mark.index);
			return 0;
		}
		if (read_node(t, &event, depth + 1, &item, err) < 0)
			return -1;
		add(t, node, item);
		node->end = item->end > node->end ? item->end : node->end;
	}
}

static int read_collection(struct tree *t, const yaml_event_t *event, unsigned depth,
			   struct yaml_node *out, struct err *err)
{
	bool mapping = event->type == YAML_MAPPING_START_EVENT;

	out->kind = mapping ? YAML_NODE_MAPPING : YAML_NODE_SEQUENCE;
	if (mapping) {
		out->flow = event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
		out->anchored = event->data.mapping_start.anchor != NULL ||
				event->data.mapping_start.tag != NULL;
	} else {
		out->flow = event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
		out->anchored = event->data.sequence_start.anchor != NULL ||
				event->data.sequence_start.tag != NULL;
	}
	if (!out->flow)
		out->end = out->start;
	return read_items(t, out, mapping ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT, depth,
			  err);
}

static int read_node(struct tree *t, const yaml_event_t *event, unsigned depth,
		     struct yaml_node **out, struct err *err)
{
	struct yaml_node *node = ARENA_NEW(t->arena, struct yaml_node);

	if (depth >= YAML_MAX_DEPTH)
		return err_set(err, ERR_LIMIT, "YAML line %zu: nested too deeply",
			       event->start_mark.line + 1);
	if (++t->nodes > YAML_MAX_VALUES)
		return err_set(err, ERR_LIMIT, "YAML line %zu: too many values",
			       event->start_mark.line + 1);
	*out = node;
	node->start = byte_of(t, event->start_mark.index);
	node->end = byte_of(t, event->end_mark.index);
	node->column = event->start_mark.column;
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		node->kind = YAML_NODE_ALIAS;
		return 0;
	case YAML_SCALAR_EVENT:
		read_scalar(t, event, node);
		return 0;
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return read_collection(t, event, depth, node, err);
	default:
		return err_set(err, ERR_INPUT, "YAML line %zu: malformed",
			       event->start_mark.line + 1);
	}
}

static int find_document(struct tree *t, size_t document, struct yaml_node **out, struct err *err)
{
	size_t seen = 0;

	for (;;) {
		AUTO(yaml_event_delete)
		yaml_event_t event = { .type = YAML_NO_EVENT };

		if (next_event(t, &event, err) < 0)
			return -1;
		if (event.type == YAML_STREAM_END_EVENT)
			return err_set(err, ERR_INPUT, "there is no document %zu", document + 1);
		if (event.type != YAML_DOCUMENT_START_EVENT || seen++ < document)
			continue;
		yaml_event_delete(&event);
		event = (yaml_event_t){ .type = YAML_NO_EVENT };
		if (next_event(t, &event, err) < 0)
			return -1;
		return read_node(t, &event, 0, out, err);
	}
}

int yaml_tree_read(str text, size_t document, struct arena *arena, struct yaml_node **out,
		   struct err *err)
{
	struct tree t = { .text = text, .arena = arena };
	int rc;

	if (!yaml_parser_initialize(&t.parser))
		return err_set(err, ERR_SYS, "no YAML parser");
	yaml_parser_set_encoding(&t.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&t.parser, (const unsigned char *)(text.p ? text.p : ""),
				     text.n);
	rc = find_document(&t, document, out, err);
	yaml_parser_delete(&t.parser);
	if (rc < 0)
		return -1;
	if ((*out)->kind == YAML_NODE_SCALAR && (*out)->start == (*out)->end)
		*out = NULL;
	return 0;
}
