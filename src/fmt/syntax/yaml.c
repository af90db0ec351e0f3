/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/yaml.h"

#include <assert.h>
#include <yaml.h>

#include "base/err.h"
#include "base/map.h"
#include "base/num.h"
#include "fmt/syntax/yaml_internal.h"

/* A value on its way into the array or object that holds it. */
struct slot {
	struct json_member member;
	struct place place;
	bool merge; /* the value of "<<" */
};

/* What a value stands for once aliases are followed. */
struct extent {
	size_t values;
	unsigned height; /* 1 for a scalar */
};

struct anchor {
	struct json value;
	struct place place;
	struct extent extent;
	bool whole; /* false while it is being read */
};

struct yaml_reader {
	yaml_parser_t parser;
	struct yaml_opts opts;
	struct arena *arena;
	struct map anchors; /* of the document at hand */
	struct slot *stack; /* values of the open sequences and mappings */
	size_t n, cap, values;
	bool ended, failed;
	struct err failure;
};

/* A node that was read. */
struct node {
	struct json value;
	struct place place;
	struct extent extent;
	bool merge_key;
};

static int read_node(struct yaml_reader *r, const yaml_event_t *event, unsigned depth,
		     struct node *out, struct err *err);

static inline void auto_yaml_event_delete(yaml_event_t *event) { yaml_event_delete(event); }

static int fail_at(const yaml_mark_t *mark, enum err_kind kind, const char *what, struct err *err)
{
	return err_set(err, kind, "YAML line %zu column %zu: %s", mark->line + 1, mark->column + 1,
		       what);
}

static uint32_t line_of(const yaml_event_t *event)
{
	return event->start_mark.line < UINT32_MAX ? (uint32_t)event->start_mark.line + 1 : 0;
}

/* In characters, from 1. */
static uint16_t column_of(const yaml_event_t *event)
{
	return event->start_mark.column < UINT16_MAX ? (uint16_t)(event->start_mark.column + 1) : 0;
}

static str event_text(const yaml_char_t *text)
{
	return str_c((const char *)text); /* an anchor or tag has no NUL inside */
}

static int next_event(struct yaml_reader *r, yaml_event_t *event, struct err *err)
{
	const yaml_parser_t *p = &r->parser;

	if (yaml_parser_parse(&r->parser, event))
		return 0;
	*event = (yaml_event_t){ .type = YAML_NO_EVENT };
	if (p->error == YAML_READER_ERROR)
		return err_set(err, ERR_INPUT, "YAML at byte %zu: %s", p->problem_offset,
			       p->problem ? p->problem : "unreadable");
	return fail_at(&p->problem_mark, ERR_INPUT, p->problem ? p->problem : "malformed", err);
}

static int count(struct yaml_reader *r, const yaml_event_t *event, size_t values, struct err *err)
{
	if (values > r->opts.max_values - r->values)
		return fail_at(&event->start_mark, ERR_LIMIT, "too many values, aliases followed",
			       err);
	r->values += values;
	return 0;
}

/* The values of the collection at hand. */
static struct slot *slots_from(const struct yaml_reader *r, size_t base)
{
	assert(r->stack); /* made with the reader */
	return r->stack + base;
}

static void push(struct yaml_reader *r, const struct slot *slot)
{
	if (r->n == r->cap) {
		r->cap *= 2;
		r->stack = mem_realloc(r->stack, r->cap * sizeof(*r->stack));
	}
	r->stack[r->n++] = *slot;
}

/* The places of the values above `base`. */
static const struct place *pop_places(struct yaml_reader *r, size_t base, size_t n)
{
	struct place *places = ARENA_ARRAY(r->arena, struct place, n);

	for (size_t i = 0; i < n; i++)
		places[i] = slots_from(r, base)[i].place;
	return places;
}

static void grow(struct extent *outer, const struct extent *inner)
{
	outer->values += inner->values;
	if (inner->height >= outer->height)
		outer->height = inner->height + 1;
}

static int read_scalar(struct yaml_reader *r, const yaml_event_t *event, struct node *out,
		       struct err *err)
{
	str text = str_of((const char *)event->data.scalar.value, event->data.scalar.length);
	bool plain = event->data.scalar.plain_implicit;
	str tag = event_text(event->data.scalar.tag);

	out->extent = (struct extent){ .values = 1, .height = 1 };
	out->merge_key = (str_empty(tag) && plain && str_eq(text, STR("<<"))) ||
			 str_eq(tag, STR("tag:yaml.org,2002:merge"));
	if (yaml_scalar(r->opts.schema, text, plain, tag, r->arena, &out->value, err) < 0)
		return err_wrap(err, "YAML line %zu column %zu", event->start_mark.line + 1,
				event->start_mark.column + 1);
	return 0;
}

static int read_alias(struct yaml_reader *r, const yaml_event_t *event, unsigned depth,
		      struct node *out, struct err *err)
{
	const struct anchor *anchor = map_get(&r->anchors, event_text(event->data.alias.anchor));

	if (!anchor)
		return fail_at(&event->start_mark, ERR_INPUT, "alias of an unknown anchor", err);
	if (!anchor->whole)
		return fail_at(&event->start_mark, ERR_INPUT, "alias inside of what it names", err);
	if (anchor->extent.height + depth > r->opts.max_depth)
		return fail_at(&event->start_mark, ERR_LIMIT, "nested too deeply", err);
	if (count(r, event, anchor->extent.values, err) < 0)
		return -1;
	out->value = anchor->value;
	out->extent = anchor->extent;
	out->place.children = anchor->place.children;
	out->place.n = anchor->place.n;
	return 0;
}

static int read_sequence(struct yaml_reader *r, unsigned depth, struct node *out, struct err *err)
{
	size_t base = r->n;

	for (;;) {
		AUTO(yaml_event_delete)
		yaml_event_t event = { .type = YAML_NO_EVENT };
		struct node item;

		if (next_event(r, &event, err) < 0)
			return -1;
		if (event.type == YAML_SEQUENCE_END_EVENT)
			break;
		if (read_node(r, &event, depth, &item, err) < 0)
			return -1;
		grow(&out->extent, &item.extent);
		push(r, &(struct slot){ .member.value = item.value, .place = item.place });
	}
	size_t n = r->n - base;
	struct json *items = ARENA_ARRAY(r->arena, struct json, n);

	for (size_t i = 0; i < n; i++)
		items[i] = slots_from(r, base)[i].member.value;
	out->value = (struct json){ .type = JSON_ARRAY, .n = (uint32_t)n, .items = items };
	out->place.children = pop_places(r, base, n);
	out->place.n = (uint32_t)n;
	r->n = base;
	return 0;
}

/* Drops all but the last (or first) of each key among the slots above `base`. */
static void keep_one_of_each(struct yaml_reader *r, size_t base, bool last)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct slot *slots = slots_from(r, base);
	struct map seen;
	size_t n = 0;

	map_init(&seen, scratch);
	for (size_t i = 0; i < r->n - base; i++) {
		void **at = slots[i].merge ? NULL : map_slot(&seen, slots[i].member.key);

		if (!at) {
			slots[n++] = slots[i];
		} else if (!*at) {
			*at = (void *)(uintptr_t)(n + 1);
			slots[n++] = slots[i];
		} else if (last) {
			slots[(uintptr_t)*at - 1] = slots[i];
		}
	}
	r->n = base + n;
}

static int merge_one(struct yaml_reader *r, const struct json *from, const struct place *place,
		     const yaml_event_t *event, struct err *err)
{
	if (!json_is(from, JSON_OBJECT))
		return fail_at(&event->start_mark, ERR_INPUT, "\"<<\" of what is no mapping", err);
	if (count(r, event, from->n, err) < 0)
		return -1;
	for (uint32_t i = 0; i < from->n; i++) {
		struct slot slot = { .member = from->members[i] };

		if (place_at(place, i))
			slot.place = *place_at(place, i);
		push(r, &slot);
	}
	return 0;
}

/* The slots above `base` become members; the values of "<<" give what is not there yet. */
static int merge(struct yaml_reader *r, size_t base, const yaml_event_t *event, struct err *err)
{
	AUTO(free)
	struct slot *given = NULL;
	struct slot *slots = slots_from(r, base);
	size_t n = 0, all = r->n - base, given_n = 0;

	for (size_t i = 0; i < all; i++)
		given_n += slots[i].merge;
	if (given_n == 0)
		return 0;
	given = mem_alloc(given_n * sizeof(*given));
	given_n = 0;
	for (size_t i = 0; i < all; i++) {
		if (slots[i].merge)
			given[given_n++] = slots[i];
		else
			slots[n++] = slots[i];
	}
	r->n = base + n;
	for (size_t i = 0; i < given_n; i++) {
		const struct json *from = &given[i].member.value;
		const struct place *place = &given[i].place;

		if (!json_is(from, JSON_ARRAY)) {
			if (merge_one(r, from, place, event, err) < 0)
				return -1;
			continue;
		}
		for (uint32_t k = 0; k < from->n; k++)
			if (merge_one(r, &from->items[k], &place->children[k], event, err) < 0)
				return -1;
	}
	keep_one_of_each(r, base, false);
	return 0;
}

static int duplicate_key(const struct slot *slots, size_t n, const yaml_event_t *event,
			 struct err *err)
{
	AUTO(free)
	struct json_member *members = mem_alloc((n + 1) * sizeof(*members));
	const struct json_member *twice;

	for (size_t i = 0; i < n; i++)
		members[i] = slots[i].member;
	twice = json_duplicate(members, n);
	if (!twice)
		return 0;
	return err_set(err, ERR_INPUT,
		       "YAML line %u: key \"%.*s\" occurs twice in the mapping of line %zu",
		       place_line(&slots[twice - members].place), STR_ARG(str_take(twice->key, 80)),
		       event->start_mark.line + 1);
}

/* One key with its value; 0 at the end of the mapping, 1 for a pair. */
static int read_pair(struct yaml_reader *r, unsigned depth, struct extent *extent, struct err *err)
{
	AUTO(yaml_event_delete)
	yaml_event_t key_event = { .type = YAML_NO_EVENT };
	AUTO(yaml_event_delete)
	yaml_event_t value_event = { .type = YAML_NO_EVENT };
	struct slot slot = { .merge = false };
	struct node key, value;

	if (next_event(r, &key_event, err) < 0)
		return -1;
	if (key_event.type == YAML_MAPPING_END_EVENT)
		return 0;
	if (read_node(r, &key_event, depth, &key, err) < 0)
		return -1;
	slot.merge = key.merge_key;
	if (yaml_key(&key.value, r->arena, &slot.member.key, err) < 0)
		return err_wrap(err, "YAML line %u", line_of(&key_event));
	if (next_event(r, &value_event, err) < 0 ||
	    read_node(r, &value_event, depth, &value, err) < 0)
		return -1;
	grow(extent, &value.extent);
	slot.member.value = value.value;
	slot.place = value.place;
	slot.place.key_line = line_of(&key_event);
	slot.place.key_col = column_of(&key_event);
	push(r, &slot);
	return 1;
}

static int read_mapping(struct yaml_reader *r, const yaml_event_t *start, unsigned depth,
			struct node *out, struct err *err)
{
	size_t base = r->n;
	int more;

	while ((more = read_pair(r, depth, &out->extent, err)) > 0)
		;
	if (more < 0)
		return -1;
	if (r->opts.last_wins)
		keep_one_of_each(r, base, true);
	else if (duplicate_key(slots_from(r, base), r->n - base, start, err) < 0)
		return -1;
	if (merge(r, base, start, err) < 0)
		return -1;
	size_t n = r->n - base;
	struct json_member *members = ARENA_ARRAY(r->arena, struct json_member, n);

	for (size_t i = 0; i < n; i++)
		members[i] = slots_from(r, base)[i].member;
	out->value = (struct json){ .type = JSON_OBJECT, .n = (uint32_t)n, .members = members };
	out->place.children = pop_places(r, base, n);
	out->place.n = (uint32_t)n;
	r->n = base;
	/* Merged members count, too: an alias of this value brings them along. */
	out->extent.values = size_max(out->extent.values, n + 1);
	return 0;
}

static const yaml_char_t *anchor_of(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.anchor;
	default:
		return NULL;
	}
}

static int read_node(struct yaml_reader *r, const yaml_event_t *event, unsigned depth,
		     struct node *out, struct err *err)
{
	const yaml_char_t *name = anchor_of(event);
	struct anchor *anchor = NULL;
	int rc;

	*out = (struct node){ .place = { .line = line_of(event), .col = column_of(event) },
			      .extent = { 1, 1 } };
	if (depth >= r->opts.max_depth)
		return fail_at(&event->start_mark, ERR_LIMIT, "nested too deeply", err);
	if (event->type == YAML_ALIAS_EVENT)
		return read_alias(r, event, depth, out, err);
	if (count(r, event, 1, err) < 0)
		return -1;
	if (name) {
		anchor = ARENA_NEW(r->arena, struct anchor);
		map_put(&r->anchors, event_text(name), anchor);
	}
	if (event->type == YAML_SCALAR_EVENT)
		rc = read_scalar(r, event, out, err);
	else if (event->type == YAML_SEQUENCE_START_EVENT)
		rc = read_sequence(r, depth + 1, out, err);
	else
		rc = read_mapping(r, event, depth + 1, out, err);
	if (rc < 0)
		return -1;
	if (anchor)
		*anchor = (struct anchor){ .value = out->value,
					   .place = out->place,
					   .extent = out->extent,
					   .whole = true };
	return 0;
}

struct yaml_reader *yaml_reader_new(str text, const struct yaml_opts *opts, struct arena *arena)
{
	struct yaml_reader *r = mem_zalloc(sizeof(*r));

	r->arena = arena;
	r->cap = 64;
	r->stack = mem_alloc(r->cap * sizeof(*r->stack));
	if (opts)
		r->opts = *opts;
	if (r->opts.max_depth == 0)
		r->opts.max_depth = YAML_DEFAULT_DEPTH;
	if (r->opts.max_depth > YAML_MAX_DEPTH)
		r->opts.max_depth = YAML_MAX_DEPTH;
	if (r->opts.max_values == 0)
		r->opts.max_values = YAML_MAX_VALUES;
	if (text.n > YAML_MAX_BYTES) {
		r->failed = true;
		err_set(&r->failure, ERR_LIMIT, "YAML of %zu bytes, at most %u are read", text.n,
			YAML_MAX_BYTES);
	}
	if (!yaml_parser_initialize(&r->parser))
		abort(); /* fails only without memory */
	yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r->parser, (const unsigned char *)(text.p ? text.p : ""),
				     text.n);
	return r;
}

void yaml_reader_free(struct yaml_reader *reader)
{
	if (!reader)
		return;
	yaml_parser_delete(&reader->parser);
	free(reader->stack);
	free(reader);
}

/* From the start of a document to its end. */
static int read_document(struct yaml_reader *r, struct node *out, struct err *err)
{
	AUTO(yaml_event_delete)
	yaml_event_t root = { .type = YAML_NO_EVENT };
	AUTO(yaml_event_delete)
	yaml_event_t end = { .type = YAML_NO_EVENT };

	map_init(&r->anchors, r->arena);
	r->values = 0;
	r->n = 0;
	if (next_event(r, &root, err) < 0 || read_node(r, &root, 0, out, err) < 0)
		return -1;
	return next_event(r, &end, err); /* the end of the document, always */
}

static int next_document(struct yaml_reader *r, const struct json **out, const struct place **place,
			 struct err *err)
{
	struct node node = { .merge_key = false };

	for (;;) {
		AUTO(yaml_event_delete)
		yaml_event_t event = { .type = YAML_NO_EVENT };

		if (next_event(r, &event, err) < 0)
			return -1;
		if (event.type == YAML_STREAM_END_EVENT) {
			r->ended = true;
			return 0;
		}
		if (event.type == YAML_DOCUMENT_START_EVENT)
			break;
	}
	if (read_document(r, &node, err) < 0)
		return -1;
	struct json *value = ARENA_NEW(r->arena, struct json);
	struct place *root = ARENA_NEW(r->arena, struct place);

	*value = node.value;
	*root = node.place;
	*out = value;
	if (place)
		*place = root;
	return 1;
}

int yaml_next(struct yaml_reader *reader, const struct json **out, const struct place **place,
	      struct err *err)
{
	int rc;

	if (reader->failed) {
		*err = reader->failure;
		return -1;
	}
	if (reader->ended)
		return 0;
	rc = next_document(reader, out, place, err);
	if (rc < 0) {
		reader->failed = true;
		reader->failure = *err;
	}
	return rc;
}

int yaml_parse(str text, const struct yaml_opts *opts, struct arena *arena, const struct json **out,
	       const struct place **place, struct err *err)
{
	AUTO(yaml_reader_free)
	struct yaml_reader *reader = yaml_reader_new(text, opts, arena);
	const struct json *first = NULL, *second;
	const struct place *first_place = NULL, *second_place = NULL;
	int rc = yaml_next(reader, &first, &first_place, err);

	if (rc > 0 && !(opts && opts->first)) {
		rc = yaml_next(reader, &second, &second_place, err);
		if (rc > 0)
			return err_set(err, ERR_INPUT, "YAML line %u: a second document",
				       place_line(second_place));
	}
	if (rc < 0)
		return -1;
	*out = first ? first : ARENA_NEW(arena, struct json);
	if (place)
		*place = first_place;
	return 0;
}
