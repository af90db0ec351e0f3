/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/yaml_change.h"

static struct json json_array_of(const struct json *items, uint32_t n)
{
	return (struct json){ .type = JSON_ARRAY, .n = n, .items = items };
}

static struct json json_object_of(const struct json_member *members, uint32_t n)
{
	return (struct json){ .type = JSON_OBJECT, .n = n, .members = members };
}

const struct yaml_step *yaml_step_of(const struct yaml_change *c, size_t depth)
{
	return &c->path[depth];
}

bool yaml_same_step(const struct yaml_step *a, const struct yaml_step *b)
{
	if (a->is_index != b->is_index)
		return false;
	return a->is_index ? a->index == b->index : str_eq(a->key, b->key);
}

/* Those that go on with the step. */
struct yaml_list yaml_below(struct arena *arena, const struct yaml_list *list,
			    const struct yaml_step *step)
{
	struct yaml_list out = { .depth = list->depth + 1 };

	out.items = ARENA_ARRAY(arena, const struct yaml_change *, list->n);
	for (size_t i = 0; i < list->n; i++) {
		if (yaml_same_step(yaml_step_of(list->items[i], list->depth), step))
			out.items[out.n++] = list->items[i];
	}
	return out;
}

/* The last change that ends here, or NULL. */
const struct yaml_change *yaml_ends_here(const struct yaml_list *list)
{
	const struct yaml_change *found = NULL;

	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i]->n == list->depth)
			found = list->items[i];
	}
	return found;
}

bool yaml_known_before(const struct yaml_list *list, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (yaml_same_step(yaml_step_of(list->items[k], list->depth),
				   yaml_step_of(list->items[i], list->depth)))
			return true;
	}
	return false;
}

/* What the steps make of the entries that are there, then those that are new. */
static bool apply_entries(struct arena *arena, const struct json *v, bool index,
			  const struct yaml_list *list, struct json *out)
{
	uint32_t old = v ? v->n : 0, n = 0;
	struct json_member *members = ARENA_ARRAY(arena, struct json_member, old + list->n);
	struct json *items = ARENA_ARRAY(arena, struct json, old + list->n);

	for (uint32_t i = 0; i < old; i++) {
		struct yaml_step step = { .is_index = index, .index = i };
		struct yaml_list inner;
		struct json made = index ? v->items[i] : v->members[i].value;

		if (!index)
			step.key = v->members[i].key;
		inner = yaml_below(arena, list, &step);
		if (inner.n > 0 && !yaml_apply(arena, &made, &inner, &made))
			continue;
		members[n] = (struct json_member){ .key = step.key, .value = made };
		items[n++] = made;
	}
	for (size_t i = 0; i < list->n; i++) {
		const struct yaml_step *step = yaml_step_of(list->items[i], list->depth);
		struct yaml_list inner = yaml_below(arena, list, step);
		struct json made;

		if (yaml_known_before(list, i) || step->is_index != index ||
		    (index ? step->index < old : v && json_get(v, step->key)) ||
		    !yaml_apply(arena, NULL, &inner, &made))
			continue;
		members[n] = (struct json_member){ .key = step->key, .value = made };
		items[n++] = made;
	}
	*out = index ? json_array_of(items, n) : json_object_of(members, n);
	return n > 0 || v;
}

/* The value with the changes; false: nothing is left at this place. */
bool yaml_apply(struct arena *arena, const struct json *v, const struct yaml_list *list,
		struct json *out)
{
	const struct yaml_change *end = yaml_ends_here(list);
	bool index;

	if (end && end->value)
		*out = *end->value;
	if (end)
		return end->value != NULL;
	index = yaml_step_of(list->items[0], list->depth)->is_index;
	if (!json_is(v, index ? JSON_ARRAY : JSON_OBJECT))
		v = NULL;
	return apply_entries(arena, v, index, list, out);
}
