/* SPDX-License-Identifier: Apache-2.0 */
/* json.filter and json.remove: the paths, sorted, are walked together with the document. */
#include "policy/builtin.h"
#include "policy/builtin_path.h"

struct paths {
	struct builtin_path *items;
	size_t n;
};

static int path_cmp(const void *a, const void *b)
{
	const struct builtin_path *x = a, *y = b;

	for (uint32_t i = 0; i < x->n && i < y->n; i++) {
		int c = value_compare(&x->segments[i], &y->segments[i]);

		if (c)
			return c;
	}
	return (x->n > y->n) - (x->n < y->n);
}

static int paths_of(struct builtin_call *call, const struct value *v, struct paths *out)
{
	struct builtin_path path;

	if (!builtin_charge(call, v->n / 4))
		return BUILTIN_HALT;
	*out = (struct paths){ .items = ARENA_ARRAY(call->arena, struct builtin_path, v->n) };
	for (uint32_t i = 0; i < v->n; i++) {
		if (!builtin_path_of(call, &v->items[i], &path))
			return builtin_type_fail(
				call,
				"operand 2 must be one of {set, array} containing string paths or "
				"array of path segments but got %s",
				value_type_name(v->items[i].type));
		if (path.n)
			out->items[out->n++] = path;
	}
	if (out->n)
		qsort(out->items, out->n, sizeof(*out->items), path_cmp);
	return BUILTIN_OK;
}

/* Index of the first path whose segment at `depth` is not below `key` (not above, if `above`). */
static size_t bound(const struct paths *p, uint32_t depth, const struct value *key, bool above)
{
	size_t low = 0, high = p->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int c = value_compare(&p->items[middle].segments[depth], key);

		if (c < 0 || (above && c == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The paths that go on with `key`; all of `p` are longer than depth. */
static struct paths below(const struct paths *p, uint32_t depth, const struct value *key)
{
	size_t from = bound(p, depth, key, false);

	return (struct paths){ .items = p->items + from, .n = bound(p, depth, key, true) - from };
}

/* An index of an array is written as a string. */
static struct paths below_index(struct builtin_call *call, const struct paths *p, uint32_t depth,
				uint32_t i)
{
	struct value key = value_str(str_fmt(call->arena, "%u", i));
	struct paths found = below(p, depth, &key);

	if (found.n == 0) {
		key = value_int(i);
		found = below(p, depth, &key);
	}
	return found;
}

/* What of v is kept; `paths` are those that led here. False: out of budget. */
struct walk {
	struct builtin_call *call;
	bool remove;
	bool halted;
};

static bool select_value(struct walk *w, const struct value *v, struct paths p, uint32_t depth,
			 struct value *out);

static bool select_member(struct walk *w, const struct value *v, struct paths p, uint32_t depth,
			  struct value *out)
{
	bool leaf = p.n && p.items[0].n == depth + 1;

	*out = *v;
	if (p.n == 0 || leaf)
		return (p.n == 0) == w->remove;
	return select_value(w, v, p, depth + 1, out);
}

/* True: *out is what remains of it. */
static bool select_value(struct walk *w, const struct value *v, struct paths p, uint32_t depth,
			 struct value *out)
{
	struct value_builder items;
	struct object_builder members;
	struct value kept;

	*out = *v;
	if (v->type < VALUE_ARRAY)
		return true;
	if (!builtin_charge(w->call, v->n / 8 + 1)) {
		w->halted = true;
		return true;
	}
	value_builder_init(&items, w->call->arena);
	object_builder_init(&members, w->call->arena);
	for (uint32_t i = 0; i < v->n && !w->halted; i++) {
		const struct value *key =
			v->type == VALUE_OBJECT ? &v->members[i].key : &v->items[i];
		const struct value *item =
			v->type == VALUE_OBJECT ? &v->members[i].value : &v->items[i];
		struct paths rest = v->type == VALUE_ARRAY ? below_index(w->call, &p, depth, i)
							   : below(&p, depth, key);

		if (!select_member(w, item, rest, depth, &kept))
			continue;
		if (v->type == VALUE_OBJECT)
			object_builder_add(&members, *key, kept);
		else
			value_builder_add(&items, kept);
	}
	*out = v->type == VALUE_OBJECT	? object_builder_take_last(&members)
	       : v->type == VALUE_ARRAY ? value_builder_array(&items)
					: value_builder_set(&items);
	return true;
}

static int run(struct builtin_call *call, const struct value *args, bool remove, struct value *out)
{
	struct walk w = { .call = call, .remove = remove };
	struct paths paths;
	int rc = paths_of(call, &args[1], &paths);

	if (rc != BUILTIN_OK)
		return rc;
	select_value(&w, &args[0], paths, 0, out);
	return w.halted ? BUILTIN_HALT : BUILTIN_OK;
}

static int filter(struct builtin_call *call, const struct value *args, struct value *out)
{
	return run(call, args, false, out);
}

static int remove_(struct builtin_call *call, const struct value *args, struct value *out)
{
	return run(call, args, true, out);
}

#define PATHS \
	"object[any: any], set[string|array[any]]|array[string|array[any]] -> object[any: any]"

const struct builtin builtins_json_path[] = {
	{ "json.filter", PATHS, filter },
	{ "json.remove", PATHS, remove_ },
	{ .name = NULL },
};
