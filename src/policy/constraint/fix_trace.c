/* SPDX-License-Identifier: Apache-2.0 */
/* Which parts of the object an evaluation asked for, and what they were held against. */
#include "policy/constraint/fix_internal.h"

/* Where a text or collection lies that is a part of the object. */
struct fix_place {
	const void *at;
	uint32_t node;
};

static size_t slot_of(const struct fix_trace *t, const void *at)
{
	size_t i = ((uintptr_t)at >> 3) * 0x9e3779b97f4a7c15ull >> 20;

	for (i &= t->place_cap - 1; t->places[i].at && t->places[i].at != at;)
		i = (i + 1) & (t->place_cap - 1);
	return i;
}

static void place_add(struct fix_trace *t, const void *at, uint32_t node)
{
	struct fix_place *old = t->places;
	size_t n = t->place_cap;

	if (!at)
		return;
	if ((t->place_n + 1) * 2 > n) {
		t->place_cap = n ? n * 2 : 256;
		t->places = ARENA_ARRAY(t->arena, struct fix_place, t->place_cap);
		for (size_t i = 0; i < n; i++) {
			if (old[i].at)
				t->places[slot_of(t, old[i].at)] = old[i];
		}
	}
	n = slot_of(t, at);
	t->place_n += !t->places[n].at;
	t->places[n] = (struct fix_place){ .at = at, .node = node };
}

static uint32_t node_of(const struct fix_trace *t, const struct value *v)
{
	const void *at = v->type == VALUE_STRING ? (const void *)v->text : v->items;

	if (v->type < VALUE_STRING || !at)
		return FIX_NO_NODE;
	at = t->places[slot_of(t, at)].at ? &t->places[slot_of(t, at)] : NULL;
	return at ? ((const struct fix_place *)at)->node : FIX_NO_NODE;
}

/* ---- the object with its parts numbered ---------------------------------------------------- */

static uint32_t nodes_room(struct fix_trace *t, uint32_t n)
{
	uint32_t first = (uint32_t)t->n;

	while (t->n + n > t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 256;
		struct fix_node *nodes = ARENA_ARRAY(t->arena, struct fix_node, cap);

		if (t->n > 0)
			memcpy(nodes, t->nodes, t->n * sizeof(*nodes));
		t->nodes = nodes;
		t->cap = cap;
	}
	t->n += n;
	return first;
}

/* The index that element `i` of the array has in the object as it was given. */
static int64_t index_before(const struct fix_edits *edits, const struct value *path, uint32_t n,
			    int64_t i)
{
	int64_t gone[FIX_MAX_HUNKS];
	size_t gone_n = 0;

	for (size_t k = 0; k < edits->n; k++) {
		const struct fix_edit *e = &edits->items[k];
		size_t at = gone_n;

		if (!e->remove || e->n != n + 1 || !fix_is_index(&e->path[n]) ||
		    !fix_same_path(e->path, path, n))
			continue;
		for (; at > 0 && gone[at - 1] > e->path[n].i; at--)
			gone[at] = gone[at - 1];
		gone[at] = e->path[n].i;
		gone_n++;
	}
	for (size_t k = 0; k < gone_n; k++)
		i += gone[k] <= i;
	return i;
}

struct numbering {
	struct fix_trace *trace;
	const struct fix_edits *edits;
	struct value path[FIX_MAX_PATH];
};

/* A text at a place of its own. */
static struct value own_text(struct fix_trace *t, const struct value *v, uint32_t node)
{
	char *text = arena_bytes(t->arena, (size_t)v->n + 1);
	struct value out = *v;

	if (v->n > 0)
		memcpy(text, v->text, v->n);
	out.text = text;
	place_add(t, text, node);
	return out;
}

static struct value number(struct numbering *x, uint32_t node, const struct value *v, uint32_t n)
{
	struct fix_trace *t = x->trace;
	struct value out = *v;
	uint32_t first;

	if (v->type == VALUE_STRING)
		out = own_text(t, v, node);
	if (v->type >= VALUE_ARRAY && n + 1 < FIX_MAX_PATH && t->n + v->n <= FIX_MAX_VALUES) {
		struct value_member *members = ARENA_ARRAY(t->arena, struct value_member, v->n + 1);
		struct value *items = ARENA_ARRAY(t->arena, struct value, v->n + 1);

		first = nodes_room(t, v->n);
		for (uint32_t i = 0; i < v->n; i++) {
			bool object = v->type == VALUE_OBJECT;
			struct value key =
				object ? v->members[i].key
				       : value_int(index_before(x->edits, x->path, n, i));

			if (object)
				key = own_text(t, &key, first + i);
			t->nodes[first + i] = (struct fix_node){ .parent = node, .key = key };
			x->path[n] = key;
			items[i] = number(x, first + i,
					  object ? &v->members[i].value : &v->items[i], n + 1);
			members[i] = (struct value_member){ .key = key, .value = items[i] };
		}
		t->nodes[node].first = first;
		if (v->type == VALUE_OBJECT)
			out.members = members;
		else
			out.items = items;
		place_add(t, out.items, node);
	} else if (v->type >= VALUE_ARRAY) {
		t->full = true;
	}
	t->nodes[node].value = out;
	return out;
}

size_t fix_node_path(const struct fix_trace *trace, uint32_t node, struct value *path, size_t max)
{
	size_t n = 0, at;

	for (uint32_t i = node; i != 0; i = trace->nodes[i].parent)
		n++;
	if (n > max)
		return 0;
	at = n;
	for (uint32_t i = node; i != 0; i = trace->nodes[i].parent)
		path[--at] = trace->nodes[i].key;
	return n;
}

/* ---- looking on ---------------------------------------------------------------------------- */

static bool is_small(const struct value *v)
{
	return v->type < VALUE_ARRAY && v->type != VALUE_NULL &&
	       (v->type != VALUE_STRING || v->n <= 1024);
}

static void pool_add(struct value *pool, size_t *n, const struct value *v)
{
	if (!is_small(v) || *n == FIX_MAX_POOL)
		return;
	for (size_t i = 0; i < *n; i++) {
		if (value_equal(&pool[i], v))
			return;
	}
	pool[(*n)++] = *v;
}

static uint32_t child_of(const struct fix_trace *t, uint32_t node, const struct value *key)
{
	const struct value *v = &t->nodes[node].value;
	const struct value *found;

	if (v->type == VALUE_ARRAY)
		return fix_is_index(key) && key->i >= 0 && key->i < v->n
			       ? t->nodes[node].first + (uint32_t)key->i
			       : FIX_NO_NODE;
	found = v->type == VALUE_OBJECT ? value_get(v, key) : NULL;
	if (!found)
		return FIX_NO_NODE;
	return t->nodes[node].first +
	       (uint32_t)((const struct value_member *)(const void *)((const char *)found -
								      offsetof(struct value_member,
									       value)) -
			  v->members);
}

static void miss(struct fix_trace *t, uint32_t node, const struct value *keys, size_t n)
{
	for (size_t i = 0; i < t->missing_n; i++) {
		struct fix_missing *m = &t->missing[i];
		size_t same = m->n < n ? m->n : n;

		if (m->node != node || !fix_same_path(m->keys, keys, same))
			continue;
		if (m->n < n) { /* the longer one says more */
			m->keys = fix_path_copy(t->arena, keys, n, NULL, 0);
			m->n = (uint32_t)n;
			return;
		}
		return;
	}
	if (t->missing_n == FIX_MAX_MISSING || n > FIX_MAX_PATH / 2)
		return;
	for (size_t i = 0; i < n; i++) {
		if (keys[i].type != VALUE_STRING && !fix_is_index(&keys[i]))
			return;
	}
	t->missing[t->missing_n++] = (struct fix_missing){
		.node = node, .keys = fix_path_copy(t->arena, keys, n, NULL, 0), .n = (uint32_t)n
	};
}

/* A list of what a constraint leaves out is no list of what it permits. */
static bool is_exemption(const struct fix_trace *t, const struct value *v)
{
	static const char *const words[] = { "exempt", "exclu", "ignore", "skip", "bypass" };
	const struct value *p = t->parameters;
	str text = value_text(v);

	for (uint32_t i = 0; text.n > 0 && p && p->type == VALUE_OBJECT && i < p->n; i++) {
		str key = value_text(&p->members[i].key);
		const struct value *list = &p->members[i].value;
		bool exempt = false;

		for (size_t w = 0; w < ARRAY_LEN(words); w++)
			exempt |= str_find(key, str_c(words[w])) >= 0;
		for (uint32_t k = 0; exempt && list->type == VALUE_ARRAY && k < list->n; k++) {
			str item = value_text(&list->items[k]);

			if (str_eq(item, text) || str_eq(str_without_suffix(item, STR("*")), text))
				return true;
		}
	}
	return false;
}

static void partner(struct fix_trace *t, uint32_t node, enum fix_relation relation, bool held,
		    const struct value *other)
{
	if (t->partner_n == FIX_MAX_PARTNERS || is_exemption(t, other))
		return;
	for (size_t i = 0; i < t->partner_n; i++) {
		struct fix_partner *p = &t->partners[i];

		if (p->node == node && p->relation == relation && value_equal(&p->other, other)) {
			p->held |= held;
			return;
		}
	}
	t->partners[t->partner_n++] = (struct fix_partner){
		.node = node, .relation = relation, .held = held, .other = *other
	};
}

/* The parts that a value may be: by its place, a number or boolean by what it is. */
static size_t nodes_of(const struct fix_trace *t, const struct value *v, uint32_t *out, size_t max)
{
	size_t n = 0;

	if (v->type >= VALUE_STRING) {
		out[0] = node_of(t, v);
		return out[0] != FIX_NO_NODE;
	}
	if (v->type == VALUE_NUMBER) {
		for (size_t i = 0; i < t->derived_n && i < ARRAY_LEN(t->derived) && n < max; i++) {
			if (value_equal(&t->derived[i].value, v))
				out[n++] = t->derived[i].node;
		}
	}
	for (size_t i = 0; i < t->scalar_n && n < max; i++) {
		const struct fix_node *node = &t->nodes[t->scalars[i]];

		if (node->value.type == v->type && value_equal(&node->value, v))
			out[n++] = t->scalars[i];
	}
	return n;
}

static void relate(struct fix_trace *t, const struct value *v, enum fix_relation relation,
		   bool held, const struct value *other)
{
	uint32_t nodes[8];
	size_t n = nodes_of(t, v, nodes, ARRAY_LEN(nodes));

	if (other->type >= VALUE_ARRAY) {
		for (uint32_t i = 0; i < other->n && i < FIX_MAX_POOL; i++)
			relate(t, v, relation, held,
			       other->type == VALUE_OBJECT ? &other->members[i].key
							   : &other->items[i]);
		return;
	}
	if (node_of(t, other) == FIX_NO_NODE)
		pool_add(t->pool, &t->pool_n, other);
	for (size_t i = 0; i < n; i++)
		partner(t, nodes[i], relation, held, other);
}

static void on_compare(void *context, const struct value *a, const struct value *b)
{
	struct fix_trace *t = context;
	bool same;

	if (a->type >= VALUE_ARRAY || b->type >= VALUE_ARRAY)
		return;
	same = value_equal(a, b);
	relate(t, a, FIX_EQUAL, same, b);
	relate(t, b, FIX_EQUAL, same, a);
}

static void see(struct fix_trace *t, uint32_t node)
{
	struct fix_node *n = &t->nodes[node];

	if (!n->seen && n->value.type < VALUE_STRING && t->scalar_n < ARRAY_LEN(t->scalars))
		t->scalars[t->scalar_n++] = node;
	n->seen = true;
}

static void on_step(void *context, const struct value *from, const struct value *keys, size_t n,
		    const struct value *found)
{
	struct fix_trace *t = context;
	uint32_t node = node_of(t, from), child;

	if (node == FIX_NO_NODE) {
		if (n == 0) {
			t->empty |= from->n == 0;
			return;
		}
		if ((from->type == VALUE_OBJECT || from->type == VALUE_SET) &&
		    node_of(t, &keys[0]) != FIX_NO_NODE)
			relate(t, &keys[0], FIX_EQUAL, found != NULL, from);
		if (found && found->type < VALUE_ARRAY)
			pool_add(t->pool, &t->pool_n, found);
		return;
	}
	t->nodes[node].seen = true;
	if (n == 0) {
		t->nodes[node].walked = true;
		return;
	}
	child = found ? child_of(t, node, &keys[0]) : FIX_NO_NODE;
	if (child != FIX_NO_NODE)
		see(t, child);
	else if (!found)
		miss(t, node, keys, n);
}

static void derive(struct fix_trace *t, uint32_t node, const struct value *out)
{
	if (out->type == VALUE_STRING && node_of(t, out) == FIX_NO_NODE)
		place_add(t, out->text, node);
	if (out->type == VALUE_NUMBER)
		t->derived[t->derived_n++ % ARRAY_LEN(t->derived)] =
			(struct fix_derived){ .value = *out, .node = node };
	for (uint32_t i = 0;
	     (out->type == VALUE_ARRAY || out->type == VALUE_SET) && i < out->n && i < 32; i++) {
		if (out->items[i].type == VALUE_STRING && node_of(t, &out->items[i]) == FIX_NO_NODE)
			place_add(t, out->items[i].text, node);
	}
}

/* Sets: what is left of the first is too much in it, or lacks in the second. */
static void on_difference(struct fix_trace *t, const struct value *out)
{
	for (uint32_t i = 0; i < out->n && i < FIX_MAX_POOL; i++) {
		const struct value *v = &out->items[i];
		uint32_t node = node_of(t, v);

		if (node != FIX_NO_NODE)
			partner(t, node, FIX_SURPLUS, true, v);
		else
			pool_add(t->wanted, &t->wanted_n, v);
	}
}

static void on_get(struct fix_trace *t, const struct value *args)
{
	const struct value *at = &args[0];
	const struct value *path = &args[1];
	uint32_t n = 1;

	if (args[1].type == VALUE_ARRAY) {
		path = args[1].items;
		n = args[1].n;
	}
	for (uint32_t i = 0; i < n; i++) {
		const struct value *next = at->type == VALUE_SET ? NULL : value_step(at, &path[i]);

		on_step(t, at, &path[i], n - i, next);
		if (!next)
			return;
		at = next;
	}
}

static const struct {
	const char *name;
	enum fix_relation relation;
	uint8_t subject, other;
} relations[] = {
	{ "eq", FIX_EQUAL, 0, 1 },
	{ "equal", FIX_EQUAL, 0, 1 },
	{ "neq", FIX_EQUAL, 0, 1 },
	{ "internal.member_2", FIX_EQUAL, 0, 1 },
	{ "lt", FIX_ORDER, 0, 1 },
	{ "lte", FIX_ORDER, 0, 1 },
	{ "gt", FIX_ORDER, 0, 1 },
	{ "gte", FIX_ORDER, 0, 1 },
	{ "startswith", FIX_PREFIX, 0, 1 },
	{ "endswith", FIX_SUFFIX, 0, 1 },
	{ "contains", FIX_CONTAINS, 0, 1 },
	{ "strings.any_prefix_match", FIX_PREFIX, 0, 1 },
	{ "strings.any_suffix_match", FIX_SUFFIX, 0, 1 },
	{ "regex.match", FIX_PATTERN, 1, 0 },
	{ "re_match", FIX_PATTERN, 1, 0 },
	{ "glob.match", FIX_GLOB, 2, 0 },
};

static bool on_relation(struct fix_trace *t, const char *name, const struct value *args,
			const struct value *out)
{
	bool held = out && value_is_true(out);
	bool both;

	for (size_t i = 0; i < ARRAY_LEN(relations); i++) {
		if (strcmp(relations[i].name, name) != 0)
			continue;
		if (strcmp(name, "neq") == 0)
			held = !held;
		both = relations[i].relation == FIX_ORDER || relations[i].relation == FIX_EQUAL;
		const struct value *a = &args[relations[i].subject];
		const struct value *b = &args[relations[i].other];

		if (a->type >= VALUE_ARRAY && b->type >= VALUE_ARRAY)
			return true;
		if (a->type < VALUE_ARRAY)
			relate(t, a, relations[i].relation, held, b);
		else
			for (uint32_t k = 0; a->type != VALUE_OBJECT && k < a->n; k++)
				relate(t, &a->items[k], relations[i].relation, held, b);
		if (both && b->type < VALUE_ARRAY)
			relate(t, b, relations[i].relation, held, a);
		return true;
	}
	return false;
}

/* A collection that a builtin looks at: its elements count. */
static void see_all(struct fix_trace *t, uint32_t node)
{
	const struct fix_node *of = &t->nodes[node];

	t->nodes[node].walked = t->nodes[node].seen = true;
	for (uint32_t i = 0; i < of->value.n && i < 32 && of->first > 0; i++)
		see(t, of->first + i);
}

static void on_call(void *context, const struct builtin *builtin, const struct value *args,
		    size_t n, const struct value *out)
{
	struct fix_trace *t = context;
	uint32_t nodes[8];

	if (strcmp(builtin->name, "count") == 0 && args[0].type == VALUE_ARRAY && args[0].n == 0 &&
	    node_of(t, &args[0]) == FIX_NO_NODE)
		t->empty = true;
	if (strcmp(builtin->name, "object.get") == 0)
		on_get(t, args);
	if (on_relation(t, builtin->name, args, out) || !out)
		return;
	if (strcmp(builtin->name, "minus") == 0 && out->type == VALUE_SET)
		on_difference(t, out);
	for (size_t i = 0; i < n && i < BUILTIN_MAX_ARGS; i++) {
		size_t found = nodes_of(t, &args[i], nodes, ARRAY_LEN(nodes));

		if (args[i].type == VALUE_NUMBER || args[i].type == VALUE_STRING ||
		    args[i].type == VALUE_ARRAY)
			for (size_t k = 0; k < found && k < 2; k++)
				derive(t, nodes[k], out);
		if (args[i].type >= VALUE_ARRAY && found == 1)
			see_all(t, nodes[0]);
	}
}

static void merge_partner(struct fix_trace *trace, const struct fix_trace *second,
			  const struct fix_partner *p)
{
	const struct fix_node *node = &second->nodes[p->node];
	struct value path[FIX_MAX_PATH];
	size_t n = fix_node_path(second, p->node, path, FIX_MAX_PATH);

	if (trace->probed_n == ARRAY_LEN(trace->probed) || n == 0 ||
	    fix_value_at(&trace->nodes[0].value, path, n) ||
	    !str_eq(value_text(&node->value), STR(FIX_SENTINEL)))
		return;
	trace->probed[trace->probed_n++] = (struct fix_probed){
		.path = fix_path_copy(trace->arena, path, n, NULL, 0), .n = n, .partner = *p
	};
}

void fix_trace_merge(struct fix_trace *trace, const struct fix_trace *second)
{
	for (size_t i = 0; i < second->partner_n; i++)
		merge_partner(trace, second, &second->partners[i]);
	for (size_t i = 0; i < second->pool_n; i++)
		pool_add(trace->pool, &trace->pool_n, &second->pool[i]);
	for (size_t i = 0; i < second->wanted_n; i++)
		pool_add(trace->wanted, &trace->wanted_n, &second->wanted[i]);
}

void fix_trace_init(struct fix_trace *trace, const struct value *object,
		    const struct fix_edits *edits, const struct value *parameters,
		    struct arena *arena, struct value *out)
{
	struct numbering x = { .trace = trace, .edits = edits };
	struct value whole = fix_edits_apply(object, edits, arena);

	memset(trace, 0, sizeof(*trace));
	trace->arena = arena;
	trace->parameters = parameters;
	place_add(trace, trace, FIX_NO_NODE); /* so that there is a table */
	nodes_room(trace, 1);
	*out = number(&x, 0, &whole, 0);
	trace->watch = (struct policy_watch){
		.context = trace, .step = on_step, .compare = on_compare, .call = on_call
	};
}
