/* SPDX-License-Identifier: Apache-2.0 */
/* json.patch: RFC 6902, also on sets; what cannot be applied makes the result undefined. */
#include "policy/builtin.h"
#include "policy/builtin_path.h"

enum edit { EDIT_ADD, EDIT_REPLACE, EDIT_REMOVE };

struct patch {
	struct builtin_call *call;
	enum edit edit;
	struct builtin_path path;
	struct value value;
};

/* Index for a segment: digits without leading zeros, a number, or '-' for the end. */
static bool index_of(const struct value *segment, uint32_t n, uint32_t *out)
{
	str s = value_text(segment);
	uint64_t i = 0;

	if (segment->type == VALUE_NUMBER) {
		if (!segment->flag || segment->i < 0 || segment->i > n)
			return false;
		i = (uint64_t)segment->i;
	} else if (str_eq(s, STR("-"))) {
		i = n;
	} else if (!str_u64(s, &i) || (s.n > 1 && s.p[0] == '0') || i > n) {
		return false;
	}
	*out = (uint32_t)i;
	return true;
}

static const struct value *find(const struct value *v, const struct builtin_path *path)
{
	for (uint32_t i = 0; v && i < path->n; i++) {
		const struct value *segment = &path->segments[i];
		uint32_t at;

		if (v->type != VALUE_ARRAY)
			v = value_step(v, segment);
		else
			v = index_of(segment, v->n, &at) && at < v->n ? &v->items[at] : NULL;
	}
	return v;
}

static int edit(const struct patch *p, const struct value *v, uint32_t depth, struct value *out);

/* The element or member `old` (NULL: none) at the segment `depth` becomes *now; 0: it goes. */
static int edit_child(const struct patch *p, const struct value *old, uint32_t depth,
		      struct value *now)
{
	if (depth + 1 < p->path.n)
		return old ? edit(p, old, depth + 1, now) : BUILTIN_UNDEFINED;
	if (!old && p->edit != EDIT_ADD)
		return BUILTIN_UNDEFINED;
	*now = p->value;
	return BUILTIN_OK;
}

static int edit_object(const struct patch *p, const struct value *v, uint32_t depth,
		       struct value *out)
{
	const struct value *key = &p->path.segments[depth], *old = value_get(v, key);
	bool goes = p->edit == EDIT_REMOVE && depth + 1 == p->path.n;
	struct object_builder members;
	struct value now;
	int rc = edit_child(p, old, depth, &now);

	if (rc != BUILTIN_OK)
		return rc;
	object_builder_init(&members, p->call->arena);
	for (uint32_t i = 0; i < v->n; i++)
		if (!old || &v->members[i].value != old)
			object_builder_add(&members, v->members[i].key, v->members[i].value);
	if (!goes)
		object_builder_add(&members, *key, now);
	*out = object_builder_take_last(&members);
	return BUILTIN_OK;
}

static int edit_array(const struct patch *p, const struct value *v, uint32_t depth,
		      struct value *out)
{
	bool last = depth + 1 == p->path.n;
	bool inserts = last && p->edit == EDIT_ADD, goes = last && p->edit == EDIT_REMOVE;
	struct value_builder items;
	struct value now;
	uint32_t at;
	int rc;

	if (!index_of(&p->path.segments[depth], v->n, &at) || (at == v->n && !inserts))
		return BUILTIN_UNDEFINED;
	rc = edit_child(p, at < v->n ? &v->items[at] : NULL, depth, &now);
	if (rc != BUILTIN_OK)
		return rc;
	value_builder_init(&items, p->call->arena);
	for (uint32_t i = 0; i <= v->n; i++) {
		if (i == at && !goes)
			value_builder_add(&items, now);
		if (i < v->n && (i != at || inserts))
			value_builder_add(&items, v->items[i]);
	}
	*out = value_builder_array(&items);
	return BUILTIN_OK;
}

/* The segment is the element itself. */
static int edit_set(const struct patch *p, const struct value *v, uint32_t depth, struct value *out)
{
	const struct value *key = &p->path.segments[depth], *old = value_step(v, key);
	bool last = depth + 1 == p->path.n;
	struct value_builder items;
	struct value now;
	int rc = edit_child(p, old, depth, &now);

	if (rc != BUILTIN_OK)
		return rc;
	if (last && p->edit == EDIT_ADD && !value_equal(key, &now))
		return BUILTIN_UNDEFINED;
	value_builder_init(&items, p->call->arena);
	for (uint32_t i = 0; i < v->n; i++)
		if (&v->items[i] != old)
			value_builder_add(&items, v->items[i]);
	if (!last || p->edit != EDIT_REMOVE)
		value_builder_add(&items, now);
	*out = value_builder_set(&items);
	return BUILTIN_OK;
}

static int edit(const struct patch *p, const struct value *v, uint32_t depth, struct value *out)
{
	if (depth == p->path.n) {
		if (p->edit == EDIT_REMOVE)
			return BUILTIN_UNDEFINED;
		*out = p->value;
		return BUILTIN_OK;
	}
	if (!builtin_charge(p->call, v->type >= VALUE_ARRAY ? v->n / 16 + 1 : 1))
		return BUILTIN_HALT;
	switch (v->type) {
	case VALUE_OBJECT:
		return edit_object(p, v, depth, out);
	case VALUE_ARRAY:
		return edit_array(p, v, depth, out);
	case VALUE_SET:
		return edit_set(p, v, depth, out);
	default:
		return BUILTIN_UNDEFINED;
	}
}

static bool path_member(struct builtin_call *call, const struct value *op, str name,
			struct builtin_path *out)
{
	const struct value *v = value_get_str(op, name);

	return v && builtin_path_of(call, v, out) && out->n < VALUE_MAX_DEPTH;
}

/* move: takes away first, then adds. copy: adds. */
static int transfer(struct patch *p, const struct value *op, bool move, struct value *doc)
{
	struct builtin_path from, to = p->path;
	const struct value *source;
	int rc = BUILTIN_OK;

	if (!path_member(p->call, op, STR("from"), &from))
		return BUILTIN_UNDEFINED;
	source = find(doc, &from);
	if (!source)
		return BUILTIN_UNDEFINED;
	p->value = *source;
	if (move && from.n) {
		p->edit = EDIT_REMOVE;
		p->path = from;
		rc = edit(p, doc, 0, doc);
	}
	if (rc != BUILTIN_OK)
		return rc;
	/* A document can be put into itself again and again. */
	if (!value_fits_depth(&p->value, VALUE_MAX_DEPTH - 1 - to.n))
		return BUILTIN_UNDEFINED;
	p->edit = EDIT_ADD;
	p->path = to;
	return edit(p, doc, 0, doc);
}

static int apply(struct builtin_call *call, const struct value *op, struct value *doc)
{
	const struct value *name = VALUE_GET(op, "op"), *value = VALUE_GET(op, "value");
	struct patch p = { .call = call };
	const struct value *found;
	str kind = name ? value_text(name) : STR_EMPTY;

	if (!path_member(call, op, STR("path"), &p.path))
		return BUILTIN_UNDEFINED;
	if (str_eq(kind, STR("move")) || str_eq(kind, STR("copy")))
		return transfer(&p, op, str_eq(kind, STR("move")), doc);
	if (str_eq(kind, STR("remove"))) {
		p.edit = EDIT_REMOVE;
		return edit(&p, doc, 0, doc);
	}
	if (!value)
		return BUILTIN_UNDEFINED;
	if (!value_fits_depth(value, VALUE_MAX_DEPTH - 1 - p.path.n))
		return BUILTIN_UNDEFINED;
	p.value = *value;
	if (str_eq(kind, STR("test"))) {
		found = find(doc, &p.path);
		return found && value_equal(found, value) ? BUILTIN_OK : BUILTIN_UNDEFINED;
	}
	p.edit = str_eq(kind, STR("replace")) ? EDIT_REPLACE : EDIT_ADD;
	if (p.edit == EDIT_ADD && !str_eq(kind, STR("add")))
		return BUILTIN_UNDEFINED;
	return edit(&p, doc, 0, doc);
}

static int patch(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value doc = args[0];

	for (uint32_t i = 0; i < args[1].n; i++) {
		const struct value *op = &args[1].items[i];
		int rc;

		if (op->type != VALUE_OBJECT)
			return builtin_element_fail(call, 2, &args[1], "object", op);
		rc = apply(call, op, &doc);
		if (rc != BUILTIN_OK)
			return rc;
	}
	*out = doc;
	return BUILTIN_OK;
}

const struct builtin builtins_json_patch[] = {
	{ "json.patch", "any, array[object[any: any]] -> any", patch },
	{ .name = NULL },
};
