/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types of JSON schemas, as OPA's checker reads them: what a schema does not mention is not
 * restricted, except that an object with properties has no others unless it says so
 * (additionalProperties, patternProperties). References stay within the schema; one that leads
 * back to itself is any.
 */
#include "base/err.h"
#include "policy/type.h"

#define REFS_MAX 32u /* references that are being followed */

struct reader {
	struct arena *arena;
	const struct value *root;
	const struct value *open[REFS_MAX];
	size_t open_n;
	size_t nodes;
	struct err *err;
};

static const struct type *read_schema(struct reader *r, const struct value *schema, unsigned depth);

/* One name of a JSON pointer, its escapes undone. */
static str pointer_name(struct arena *arena, str text)
{
	char *to = arena_bytes(arena, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		bool escape = text.p[i] == '~' && i + 1 < text.n &&
			      (text.p[i + 1] == '0' || text.p[i + 1] == '1');

		to[n++] = !escape ? text.p[i] : text.p[i + 1] == '0' ? '~' : '/';
		i += escape;
	}
	return str_of(to, n);
}

static const struct value *resolve(const struct reader *r, str pointer)
{
	const struct value *at = r->root;
	str name;

	if (pointer.n == 0 || pointer.p[0] != '#')
		return NULL;
	pointer = str_skip(pointer, 1);
	if (pointer.n == 0)
		return at;
	if (pointer.p[0] != '/')
		return NULL;
	pointer = str_skip(pointer, 1);
	while (at && str_split(&pointer, '/', &name)) {
		uint64_t i;

		name = pointer_name(r->arena, name);
		if (at->type == VALUE_ARRAY)
			at = str_u64(name, &i) && i < at->n ? &at->items[i] : NULL;
		else
			at = value_get_str(at, name);
	}
	return at;
}

static const struct type *read_ref(struct reader *r, str pointer, unsigned depth)
{
	const struct value *target = resolve(r, pointer);
	const struct type *type;

	if (!target) {
		IGNORE(err_set(r->err, ERR_INPUT, "unable to compile the schema: reference %.*s",
			       STR_ARG(str_take(pointer, 200)))); /* NULL says so */
		return NULL;
	}
	for (size_t i = 0; i < r->open_n; i++) {
		if (r->open[i] == target)
			return &type_any;
	}
	if (r->open_n == REFS_MAX)
		return &type_any;
	r->open[r->open_n++] = target;
	type = read_schema(r, target, depth + 1);
	r->open_n--;
	return type;
}

static const struct type *read_any_of(struct reader *r, const struct value *list, unsigned depth)
{
	const struct type *type = NULL;

	for (uint32_t i = 0; i < list->n; i++) {
		const struct type *one = read_schema(r, &list->items[i], depth + 1);

		if (!one)
			return NULL;
		type = type_or(r->arena, type, one);
	}
	return type ? type : &type_any;
}

/* The members of two objects together. */
static const struct type *join(struct reader *r, const struct type *a, const struct type *b)
{
	struct type_part *parts;
	size_t n = 0;

	if (a->kind == TYPE_ANY || type_equal(a, b))
		return b;
	if (b->kind == TYPE_ANY)
		return a;
	if (a->kind != VALUE_OBJECT || b->kind != VALUE_OBJECT)
		return &type_any;
	parts = ARENA_ARRAY(r->arena, struct type_part, (size_t)a->n + b->n + 1);
	for (uint32_t i = 0; i < a->n; i++)
		parts[n++] = a->parts[i];
	for (uint32_t i = 0; i < b->n; i++) {
		size_t k = 0;

		while (k < a->n && !value_equal(&parts[k].key, &b->parts[i].key))
			k++;
		if (k < a->n)
			parts[k].type = join(r, parts[k].type, b->parts[i].type);
		else
			parts[n++] = b->parts[i];
	}
	/* Others are there when one of them says so and neither lists its own. */
	return type_unbounded(r->arena, VALUE_OBJECT, parts, n,
			      a->rest && b->rest ? &type_any : NULL,
			      a->rest && b->rest ? &type_any : NULL);
}

static const struct type *read_all_of(struct reader *r, const struct value *list,
				      const struct type *own, unsigned depth)
{
	for (uint32_t i = 0; i < list->n; i++) {
		const struct type *one = read_schema(r, &list->items[i], depth + 1);

		if (!one)
			return NULL;
		own = join(r, own, one);
	}
	return own;
}

static const struct type *read_object(struct reader *r, const struct value *schema, unsigned depth)
{
	const struct value *properties = VALUE_GET(schema, "properties");
	const struct value *others = VALUE_GET(schema, "additionalProperties");
	const struct type *key = NULL, *rest = NULL;
	struct type_part *parts;
	size_t n = 0;

	if (properties && properties->type != VALUE_OBJECT)
		properties = NULL;
	parts = ARENA_ARRAY(r->arena, struct type_part, properties ? properties->n + 1u : 1u);
	for (uint32_t i = 0; properties && i < properties->n; i++) {
		parts[n].key = properties->members[i].key;
		parts[n].type = read_schema(r, &properties->members[i].value, depth + 1);
		if (!parts[n++].type)
			return NULL;
	}
	if (others && others->type == VALUE_OBJECT)
		rest = read_schema(r, others, depth + 1);
	else if ((others && value_is_true(others)) || VALUE_GET(schema, "patternProperties") ||
		 (n == 0 && !(others && value_is_false(others))))
		rest = &type_any;
	if (others && others->type == VALUE_OBJECT && !rest)
		return NULL;
	if (rest)
		key = n == 0 && !others ? &type_any : type_scalar(VALUE_STRING);
	return type_unbounded(r->arena, VALUE_OBJECT, parts, n, key, rest);
}

static const struct type *read_array(struct reader *r, const struct value *schema, unsigned depth)
{
	const struct value *items = VALUE_GET(schema, "items");
	const struct value *others = VALUE_GET(schema, "additionalItems");
	const struct type *rest = &type_any;
	struct type_part *parts = NULL;
	size_t n = 0;

	if (items && items->type == VALUE_ARRAY) {
		parts = ARENA_ARRAY(r->arena, struct type_part, items->n + 1u);
		for (uint32_t i = 0; i < items->n; i++) {
			parts[n].type = read_schema(r, &items->items[i], depth + 1);
			if (!parts[n++].type)
				return NULL;
		}
		if (others && value_is_false(others))
			rest = NULL;
	} else if (items) {
		rest = read_schema(r, items, depth + 1);
		if (!rest)
			return NULL;
	}
	return type_unbounded(r->arena, VALUE_ARRAY, parts, n, NULL, rest);
}

static const struct type *read_named(struct reader *r, const struct value *schema, str name,
				     unsigned depth)
{
	if (str_eq(name, STR("object")))
		return read_object(r, schema, depth);
	if (str_eq(name, STR("array")))
		return read_array(r, schema, depth);
	if (str_eq(name, STR("integer")))
		return type_scalar(VALUE_NUMBER);
	for (unsigned i = VALUE_NULL; i <= VALUE_STRING; i++) {
		if (str_eq(name, str_c(value_type_name(i))))
			return type_scalar(i);
	}
	return &type_any;
}

static const struct type *read_types(struct reader *r, const struct value *schema,
				     const struct value *types, unsigned depth)
{
	const struct type *type = NULL;

	if (!types && VALUE_GET(schema, "properties"))
		return read_object(r, schema, depth);
	if (!types && VALUE_GET(schema, "items"))
		return read_array(r, schema, depth);
	if (!types)
		return &type_any;
	if (types->type == VALUE_STRING)
		return read_named(r, schema, value_text(types), depth);
	for (uint32_t i = 0; types->type == VALUE_ARRAY && i < types->n; i++) {
		const struct type *one = read_named(r, schema, value_text(&types->items[i]), depth);

		if (!one)
			return NULL;
		type = type_or(r->arena, type, one);
	}
	return type ? type : &type_any;
}

static const struct type *read_schema(struct reader *r, const struct value *schema, unsigned depth)
{
	const struct value *ref = VALUE_GET(schema, "$ref");
	const struct value *any_of = VALUE_GET(schema, "anyOf");
	const struct value *all_of = VALUE_GET(schema, "allOf");
	const struct type *type;

	if (schema->type != VALUE_OBJECT)
		return &type_any; /* true, false */
	if (depth > TYPE_MAX_DEPTH || ++r->nodes > TYPE_MAX_SCHEMA)
		return &type_any;
	if (ref && ref->type == VALUE_STRING)
		return read_ref(r, value_text(ref), depth);
	if (any_of && any_of->type == VALUE_ARRAY && !VALUE_GET(schema, "properties"))
		return read_any_of(r, any_of, depth);
	if (VALUE_GET(schema, "oneOf") || any_of)
		return &type_any;
	type = read_types(r, schema, VALUE_GET(schema, "type"), depth);
	if (type && all_of && all_of->type == VALUE_ARRAY)
		type = read_all_of(r, all_of, VALUE_GET(schema, "properties") ? type : &type_any,
				   depth);
	return type;
}

const struct type *type_of_schema(const struct value *schema, struct arena *arena, struct err *err)
{
	struct reader r = { .arena = arena, .root = schema, .err = err };

	if (schema->type != VALUE_OBJECT && schema->type != VALUE_BOOL) {
		IGNORE(err_set(err, ERR_INPUT, "a schema is an object")); /* NULL says so */
		return NULL;
	}
	return read_schema(&r, schema, 0);
}
