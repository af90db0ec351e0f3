/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/type.h"

#define PARTS_MAX 256u /* of one collection; with more it is one of any */

const struct type type_any = { .kind = TYPE_ANY, .weight = 1 };

static const struct type scalars[] = {
	[VALUE_NULL] = { .kind = VALUE_NULL, .weight = 1 },
	[VALUE_BOOL] = { .kind = VALUE_BOOL, .weight = 1 },
	[VALUE_NUMBER] = { .kind = VALUE_NUMBER, .weight = 1 },
	[VALUE_STRING] = { .kind = VALUE_STRING, .weight = 1 },
};

static const struct type any_array = { .kind = VALUE_ARRAY, .weight = 2, .rest = &type_any };
static const struct type any_set = { .kind = VALUE_SET, .weight = 2, .rest = &type_any };
static const struct type any_object = {
	.kind = VALUE_OBJECT, .weight = 3, .key = &type_any, .rest = &type_any
};

const struct type *type_scalar(enum value_type type) { return &scalars[type]; }

static int by_key(const void *a, const void *b)
{
	const struct type_part *x = a, *y = b;

	return value_compare(&x->key, &y->key);
}

static void add_weight(struct type *to, const struct type *part)
{
	if (!part)
		return;
	if (__builtin_add_overflow(to->weight, part->weight, &to->weight))
		to->weight = UINT32_MAX;
	if (part->depth >= to->depth)
		to->depth = part->depth < UINT8_MAX ? (uint8_t)(part->depth + 1) : UINT8_MAX;
}

const struct type *type_unbounded(struct arena *arena, enum value_type kind,
				  struct type_part *parts, size_t n, const struct type *key,
				  const struct type *rest)
{
	struct type *type = ARENA_NEW(arena, struct type);

	*type = (struct type){
		.kind = (uint8_t)kind, .weight = 1, .n = (uint32_t)n, .key = key, .rest = rest
	};
	if (kind == VALUE_OBJECT && n > 0)
		qsort(parts, n, sizeof(*parts), by_key);
	type->parts = parts;
	for (size_t i = 0; i < n; i++)
		add_weight(type, parts[i].type);
	add_weight(type, key);
	add_weight(type, rest);
	return type;
}

static bool fits(const struct type *type)
{
	return type->weight <= TYPE_MAX_WEIGHT && type->depth <= TYPE_MAX_DEPTH &&
	       type->n <= PARTS_MAX;
}

const struct type *type_array(struct arena *arena, const struct type_part *parts, size_t n,
			      const struct type *rest)
{
	struct type_part *copy;
	const struct type *type;

	if (n > PARTS_MAX)
		return &any_array;
	copy = ARENA_ARRAY(arena, struct type_part, n + 1);
	for (size_t i = 0; i < n; i++)
		copy[i].type = parts[i].type ? parts[i].type : &type_any;
	type = type_unbounded(arena, VALUE_ARRAY, copy, n, NULL, rest);
	return fits(type) ? type : &any_array;
}

const struct type *type_set(struct arena *arena, const struct type *element)
{
	const struct type *type =
		type_unbounded(arena, VALUE_SET, NULL, 0, NULL, element ? element : &type_any);

	return fits(type) ? type : &any_set;
}

const struct type *type_object(struct arena *arena, struct type_part *parts, size_t n,
			       const struct type *key, const struct type *rest)
{
	const struct type *type;

	if (n > PARTS_MAX)
		return &any_object;
	type = type_unbounded(arena, VALUE_OBJECT, parts, n, key, rest);
	return fits(type) ? type : &any_object;
}

bool type_equal(const struct type *a, const struct type *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind || a->n != b->n || a->weight != b->weight)
		return false;
	for (uint32_t i = 0; i < a->n; i++) {
		if ((a->kind == VALUE_OBJECT && !value_equal(&a->parts[i].key, &b->parts[i].key)) ||
		    !type_equal(a->parts[i].type, b->parts[i].type))
			return false;
	}
	return type_equal(a->key, b->key) && type_equal(a->rest, b->rest);
}

/* Alternatives of a type: itself, or those of a union. */
static uint32_t alternatives(const struct type *type)
{
	return type->kind == TYPE_UNION ? type->n : 1;
}

static const struct type *alternative(const struct type *type, uint32_t i)
{
	return type->kind == TYPE_UNION ? type->parts[i].type : type;
}

static bool add_alternatives(struct type_part *list, uint32_t *n, const struct type *type)
{
	for (uint32_t i = 0; i < alternatives(type); i++) {
		const struct type *one = alternative(type, i);
		uint32_t k = 0;

		while (k < *n && !type_equal(list[k].type, one))
			k++;
		if (k < *n)
			continue;
		if (*n == TYPE_MAX_UNION)
			return false;
		list[(*n)++].type = one;
	}
	return true;
}

static int by_kind(const void *a, const void *b)
{
	const struct type_part *x = a, *y = b;

	return (int)x->type->kind - (int)y->type->kind;
}

const struct type *type_or(struct arena *arena, const struct type *a, const struct type *b)
{
	struct type_part list[TYPE_MAX_UNION], *parts;
	struct type *type;
	uint32_t n = 0;

	if (!a || !b)
		return a ? a : b;
	if (a->kind == TYPE_ANY || b->kind == TYPE_ANY)
		return &type_any;
	if (type_equal(a, b))
		return a;
	if (!add_alternatives(list, &n, a) || !add_alternatives(list, &n, b))
		return &type_any;
	if (n == 1)
		return list[0].type;
	if (n == alternatives(a))
		return a;
	parts = ARENA_ARRAY(arena, struct type_part, n);
	memcpy(parts, list, n * sizeof(*parts));
	/* Few: insertion keeps the order of equal kinds. */
	for (uint32_t i = 1; i < n; i++) {
		struct type_part part = parts[i];
		uint32_t k = i;

		for (; k > 0 && by_kind(&parts[k - 1], &part) > 0; k--)
			parts[k] = parts[k - 1];
		parts[k] = part;
	}
	type = ARENA_NEW(arena, struct type);
	*type = (struct type){ .kind = TYPE_UNION, .weight = 1, .n = n, .parts = parts };
	for (uint32_t i = 0; i < n; i++)
		add_weight(type, parts[i].type);
	return fits(type) ? type : &type_any;
}

/* ---- parts --------------------------------------------------------------------------------- */

static const struct type *type_of_key(const struct value *key)
{
	switch (key->type) {
	case VALUE_ARRAY:
		return &any_array;
	case VALUE_OBJECT:
		return &any_object;
	case VALUE_SET:
		return &any_set;
	default:
		return &scalars[key->type];
	}
}

/* Is the type the other, or one of its alternatives? */
static bool contains(const struct type *type, const struct type *one)
{
	if (type->kind == TYPE_ANY)
		return true;
	for (uint32_t i = 0; i < alternatives(type); i++) {
		/* What is known of a collection that is a key is not compared further. */
		if (alternative(type, i)->kind == one->kind)
			return true;
	}
	return false;
}

static const struct type *select_member(const struct type *type, const struct value *key)
{
	uint32_t low = 0, high = type->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = value_compare(&type->parts[middle].key, key);

		if (order == 0)
			return type->parts[middle].type;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return type->rest && contains(type->key, type_of_key(key)) ? type->rest : NULL;
}

static const struct type *select_element(const struct type *type, const struct value *key)
{
	if (key->type != VALUE_NUMBER || !key->flag || key->i < 0)
		return NULL;
	return key->i < (int64_t)type->n ? type->parts[key->i].type : type->rest;
}

const struct type *type_select(struct arena *arena, const struct type *type,
			       const struct value *key)
{
	const struct type *found = NULL;

	switch (type->kind) {
	case VALUE_ARRAY:
		return select_element(type, key);
	case VALUE_OBJECT:
		return select_member(type, key);
	case VALUE_SET:
		return contains(type->rest, type_of_key(key)) ? type_of_key(key) : NULL;
	case TYPE_ANY:
		return type;
	case TYPE_UNION:
		for (uint32_t i = 0; i < type->n; i++)
			found = type_or(arena, found, type_select(arena, type->parts[i].type, key));
		return found;
	default:
		return NULL;
	}
}

const struct type *type_keys(struct arena *arena, const struct type *type)
{
	const struct type *keys = NULL;

	switch (type->kind) {
	case VALUE_ARRAY:
		return &scalars[VALUE_NUMBER];
	case VALUE_SET:
		return type->rest;
	case VALUE_OBJECT:
		for (uint32_t i = 0; i < type->n; i++)
			keys = type_or(arena, keys, type_of_key(&type->parts[i].key));
		keys = type_or(arena, keys, type->key);
		/* An object that is always empty has brackets, and nothing in them. */
		return keys ? keys : &type_any;
	case TYPE_UNION:
		for (uint32_t i = 0; i < type->n; i++)
			keys = type_or(arena, keys, type_keys(arena, type->parts[i].type));
		return keys;
	case TYPE_ANY:
		return type;
	default:
		return NULL;
	}
}

const struct type *type_values(struct arena *arena, const struct type *type)
{
	const struct type *values = NULL;

	switch (type->kind) {
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		for (uint32_t i = 0; i < type->n; i++)
			values = type_or(arena, values, type->parts[i].type);
		return type_or(arena, values, type->rest);
	case VALUE_SET:
		return type->rest;
	case TYPE_UNION:
		for (uint32_t i = 0; i < type->n; i++)
			values = type_or(arena, values, type_values(arena, type->parts[i].type));
		return values;
	case TYPE_ANY:
		return type;
	default:
		return NULL;
	}
}

/* ---- meeting ------------------------------------------------------------------------------- */

static bool elements_meet(const struct type *a, const struct type *b)
{
	for (uint32_t i = 0; i < a->n; i++) {
		const struct type *other = i < b->n ? b->parts[i].type : b->rest;

		if (!other || !type_meets(other, a->parts[i].type))
			return false;
	}
	return true;
}

static bool members_meet(const struct type *a, const struct type *b)
{
	for (uint32_t i = 0; i < a->n; i++) {
		const struct type *other = select_member(b, &a->parts[i].key);

		if (!other || !type_meets(a->parts[i].type, other))
			return false;
	}
	return true;
}

bool type_meets(const struct type *a, const struct type *b)
{
	if (!a || !b || a == b || a->kind == TYPE_ANY || b->kind == TYPE_ANY)
		return true;
	if (a->kind == TYPE_UNION || b->kind == TYPE_UNION) {
		const struct type *many = a->kind == TYPE_UNION ? a : b;
		const struct type *other = many == a ? b : a;

		for (uint32_t i = 0; i < many->n; i++) {
			if (type_meets(many->parts[i].type, other))
				return true;
		}
		return false;
	}
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case VALUE_ARRAY:
		return elements_meet(a, b) && elements_meet(b, a) &&
		       (!a->rest || !b->rest || type_meets(a->rest, b->rest));
	case VALUE_OBJECT:
		return members_meet(a, b) && members_meet(b, a) &&
		       (!a->rest || !b->rest || type_meets(a->rest, b->rest));
	case VALUE_SET:
		return type_meets(a->rest, b->rest);
	default:
		return true;
	}
}

/* ---- texts --------------------------------------------------------------------------------- */

static void write_parts(const struct type *type, struct buf *out)
{
	if (type->n == 0 && type->kind == TYPE_UNION)
		return;
	if (type->n > 0 || !type->rest)
		buf_byte(out, '<');
	for (uint32_t i = 0; i < type->n; i++) {
		if (i > 0)
			BUF_LIT(out, ", ");
		if (type->kind == VALUE_OBJECT) {
			str key = value_text(&type->parts[i].key);

			if (type->parts[i].key.type == VALUE_STRING)
				buf_add(out, key);
			else
				value_write_rego(&type->parts[i].key, out);
			BUF_LIT(out, ": ");
		}
		type_write(type->parts[i].type, out);
	}
	if (type->n > 0 || !type->rest)
		buf_byte(out, '>');
}

void type_write(const struct type *type, struct buf *out)
{
	if (!type) {
		BUF_LIT(out, "???");
		return;
	}
	if (type->kind == TYPE_ANY || type->kind == TYPE_UNION)
		BUF_LIT(out, "any");
	else
		buf_add(out, str_c(value_type_name(type->kind)));
	if (type->kind == VALUE_ARRAY || type->kind == VALUE_OBJECT || type->kind == TYPE_UNION)
		write_parts(type, out);
	if (type->kind == TYPE_UNION || !type->rest)
		return;
	buf_byte(out, '[');
	if (type->key) {
		type_write(type->key, out);
		BUF_LIT(out, ": ");
	}
	type_write(type->rest, out);
	buf_byte(out, ']');
}

/* ---- declarations -------------------------------------------------------------------------- */

static const struct type *declared_union(const char **p, struct arena *arena);

static void skip_blanks(const char **p) { *p += strspn(*p, " "); }

static const struct type *declared_one(const char **p, struct arena *arena)
{
	const struct type *key = NULL, *rest = &type_any;
	size_t n = 0;
	str word;

	skip_blanks(p);
	while ((*p)[n] >= 'a' && (*p)[n] <= 'z')
		n++;
	word = str_of(*p, n);
	*p += n;
	if (**p == '[') {
		++*p;
		rest = declared_union(p, arena);
		if (**p == ':') {
			++*p;
			key = rest;
			rest = declared_union(p, arena);
		}
		*p += **p == ']';
	}
	if (str_eq(word, STR("array")))
		return type_array(arena, NULL, 0, rest);
	if (str_eq(word, STR("set")))
		return type_set(arena, rest);
	if (str_eq(word, STR("object")))
		return type_object(arena, NULL, 0, key ? key : &type_any, rest);
	for (unsigned i = VALUE_NULL; i <= VALUE_STRING; i++) {
		if (str_eq(word, str_c(value_type_name(i))))
			return &scalars[i];
	}
	return &type_any;
}

static const struct type *declared_union(const char **p, struct arena *arena)
{
	const struct type *type = declared_one(p, arena);

	for (skip_blanks(p); **p == '|'; skip_blanks(p)) {
		++*p;
		type = type_or(arena, type, declared_one(p, arena));
	}
	return type;
}

const struct type *type_of_argument(const char *declared, unsigned i, struct arena *arena)
{
	const char *p = declared;

	for (skip_blanks(&p); *p && *p != '-'; skip_blanks(&p)) {
		const struct type *type = declared_union(&p, arena);

		if (i-- == 0)
			return type;
		p += *p == ',';
	}
	return NULL;
}

const struct type *type_of_result(const char *declared, struct arena *arena)
{
	const char *p = strstr(declared, "->");

	if (!p)
		return &type_any;
	p += 2;
	return declared_union(&p, arena);
}
