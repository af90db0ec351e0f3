/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/mutate.h"

#include "base/err.h"
#include "policy/constraint/image_part.h"

struct state {
	const struct mutator *m;
	const struct mutate_context *context;
	struct arena *arena;
	struct err *err;
};

static const char *type_name(const struct json *v)
{
	static const char *const names[] = { "null",   "boolean", "boolean", "number",
					     "string", "list",	  "object" };

	return names[v->type];
}

static bool may_exist(const struct state *s, size_t depth)
{
	return s->m->tests[depth] != TEST_MUST_NOT_EXIST;
}

static bool may_lack(const struct state *s, size_t depth)
{
	return s->m->tests[depth] != TEST_MUST_EXIST;
}

static bool list_has(const struct json *list, const struct json *v)
{
	JSON_EACH (list, item)
		if (json_equal(item, v))
			return true;
	return false;
}

static const struct json *new_json(const struct state *s, struct json v)
{
	struct json *out = ARENA_NEW(s->arena, struct json);

	*out = v;
	return out;
}

/* ---- what is put there --------------------------------------------------------------------- */

static const struct json *pending(const struct state *s, const struct json *current)
{
	const struct mutator_external *e = &s->m->external;
	static const char *const failures[] = { "fail", "ignore", "default" };
	struct json_member *members = ARENA_ARRAY(s->arena, struct json_member, 5);
	size_t n = 0;

	if (json_get(current, MUTATE_PENDING))
		return current;
	members[n++] = (struct json_member){ MUTATE_PENDING, json_make_str(e->provider) };
	members[n++] = (struct json_member){ STR("key"), json_make_str(STR("")) };
	if (e->username)
		members[n - 1].value = json_make_str(s->context->username);
	else if (json_is(current, JSON_STRING))
		members[n - 1].value = *current;
	members[n++] =
		(struct json_member){ STR("failure"), json_make_str(str_c(failures[e->failure])) };
	if (e->preset)
		members[n++] = (struct json_member){ STR("default"), *e->preset };
	if (current)
		members[n++] = (struct json_member){ STR("current"), *current };
	return new_json(s, json_make_object(members, n));
}

static const struct json *merged(const struct state *s, const struct json *list)
{
	struct json *items =
		ARENA_ARRAY(s->arena, struct json, json_len(list) + json_len(s->m->values) + 1);
	size_t n = 0;

	if (list) {
		JSON_EACH (list, item)
			items[n++] = *item;
	}
	JSON_EACH (s->m->values, v) {
		struct json so_far = json_make_array(items, n);

		if (!list_has(&so_far, v))
			items[n++] = *v;
	}
	return new_json(s, json_make_array(items, n));
}

static const struct json *pruned(const struct state *s, const struct json *list)
{
	struct json *items = ARENA_ARRAY(s->arena, struct json, json_len(list) + 1);
	size_t n = 0;

	JSON_EACH (list, item)
		if (!list_has(s->m->values, item))
			items[n++] = *item;
	return new_json(s, json_make_array(items, n));
}

static int set_value(const struct state *s, const struct json *current, const struct json **out)
{
	if (current && !json_is(current, JSON_ARRAY))
		return err_set(s->err, ERR_INPUT,
			       "a %s is not a list of values, cannot treat it as a set",
			       type_name(current));
	if (s->m->prune && !current)
		*out = NULL;
	else
		*out = s->m->prune ? pruned(s, current) : merged(s, current);
	return 1;
}

static int image_value(const struct state *s, const struct json *current, const struct json **out)
{
	const struct mutator *m = s->m;
	str image;

	if (current && !json_is(current, JSON_STRING))
		return err_set(s->err, ERR_INPUT, "an image must be a string, it is a %s",
			       type_name(current));
	image = image_part_replace(json_str(current), m->domain, m->path, m->tag, s->arena);
	*out = new_json(s, json_make_str(image));
	return 1;
}

/* 1: *out (NULL: nothing) takes the place of `current` (NULL: nothing is there); 0: it does not. */
static int new_value(const struct state *s, const struct json *current, const struct json **out)
{
	const struct mutator *m = s->m;

	if (m->kind == MUTATOR_SET)
		return set_value(s, current, out);
	if (m->kind == MUTATOR_IMAGE)
		return image_value(s, current, out);
	if ((m->in && !(current && list_has(m->in, current))) ||
	    (m->not_in && current && list_has(m->not_in, current)))
		return 0;
	if (m->external.provider.n > 0)
		*out = pending(s, current);
	else if (m->from != FIELD_NONE)
		*out = new_json(s, json_make_str(m->from == FIELD_NAME ? s->context->name
								       : s->context->namespace));
	else
		*out = m->value;
	return 1;
}

/* ---- the way to it ------------------------------------------------------------------------- */

static int walk(const struct state *s, const struct json *current, size_t depth,
		const struct json **out);

/* What stands at the missing place of node `depth`, so that the next node finds its kind. */
static const struct json *missing(const struct state *s, size_t depth)
{
	const struct location_node *node = &s->m->location.nodes[depth];
	const struct location_node *after = node + 1;
	struct json_member *key = ARENA_NEW(s->arena, struct json_member);

	if (after->list)
		return new_json(s, json_make_array(NULL, 0));
	if (!node->list)
		return new_json(s, json_make_object(NULL, 0));
	*key = (struct json_member){ .key = node->name, .value = node->value };
	return new_json(s, json_make_object(key, 1));
}

static int walk_object(const struct state *s, const struct json *current, size_t depth,
		       const struct json **out)
{
	const struct location_node *node = &s->m->location.nodes[depth];
	const struct json *next = json_get(current, node->name), *changed;
	int rc;

	if (!json_is(current, JSON_OBJECT))
		return err_set(s->err, ERR_INPUT,
			       "mismatch between the location and the object: %.*s is asked of a "
			       "%s",
			       STR_ARG(node->name), type_name(current));
	if (next ? !may_exist(s, depth) : !may_lack(s, depth))
		return 0;
	if (depth + 1 == s->m->location.n)
		rc = new_value(s, next, &changed);
	else
		rc = walk(s, next ? next : missing(s, depth), depth + 1, &changed);
	if (rc <= 0)
		return rc;
	*out = changed ? json_with(current, node->name, changed, s->arena) : current;
	return 1;
}

static bool has_key(const struct json *item, const struct location_node *node)
{
	const struct json *key = json_get(item, node->name);

	return key && json_equal(key, &node->value);
}

/* A copy with room for one more. */
static struct json *copy_items(const struct state *s, const struct json *list)
{
	struct json *items = ARENA_ARRAY(s->arena, struct json, list->n + 1);

	for (uint32_t i = 0; i < list->n; i++)
		items[i] = list->items[i];
	return items;
}

static const struct json *appended(const struct state *s, const struct json *list,
				   const struct json *item)
{
	struct json *items = copy_items(s, list);

	items[list->n] = *item;
	return new_json(s, json_make_array(items, list->n + 1));
}

/* The element itself is what is assigned. */
static int replace_element(const struct state *s, const struct json *list, size_t depth,
			   const struct json **out)
{
	const struct location_node *node = &s->m->location.nodes[depth];
	struct json *items;

	for (uint32_t i = 0; i < list->n; i++) {
		if (!json_is(&list->items[i], JSON_OBJECT))
			return err_set(s->err, ERR_INPUT, "an element of the list is a %s",
				       type_name(&list->items[i]));
		if (!has_key(&list->items[i], node))
			continue;
		if (!may_exist(s, depth))
			return 0;
		items = copy_items(s, list);
		items[i] = *s->m->value;
		*out = new_json(s, json_make_array(items, list->n));
		return 1;
	}
	if (!may_lack(s, depth))
		return 0;
	*out = appended(s, list, s->m->value);
	return 1;
}

static int add_element(const struct state *s, const struct json *list, size_t depth,
		       const struct json **out)
{
	const struct json *changed;
	int rc;

	if (!may_lack(s, depth))
		return 0;
	rc = walk(s, missing(s, depth), depth + 1, &changed);
	if (rc <= 0)
		return rc;
	*out = appended(s, list, changed);
	return 1;
}

static int walk_list(const struct state *s, const struct json *list, size_t depth,
		     const struct json **out)
{
	const struct location_node *node = &s->m->location.nodes[depth];
	struct json *items;
	bool found = false, mutated = false;

	if (!json_is(list, JSON_ARRAY))
		return err_set(s->err, ERR_INPUT,
			       "mismatch between the location and the object: elements by %.*s are "
			       "asked of a %s",
			       STR_ARG(node->name), type_name(list));
	if (depth + 1 == s->m->location.n)
		return replace_element(s, list, depth, out);
	if (node->glob && !may_exist(s, depth))
		return 0;
	items = copy_items(s, list);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct json *changed;
		int rc;

		if (!node->glob && !has_key(&list->items[i], node))
			continue;
		if (!may_exist(s, depth))
			return 0;
		found = true;
		rc = walk(s, &list->items[i], depth + 1, &changed);
		if (rc < 0)
			return -1;
		if (rc > 0)
			items[i] = *changed;
		mutated = mutated || rc > 0;
	}
	if (!node->glob && !found)
		return add_element(s, list, depth, out);
	*out = new_json(s, json_make_array(items, list->n));
	return mutated;
}

/* As deep as the location, which is capped. */
static int walk(const struct state *s, const struct json *current, size_t depth,
		const struct json **out)
{
	return s->m->location.nodes[depth].list ? walk_list(s, current, depth, out)
						: walk_object(s, current, depth, out);
}

int mutate(const struct mutator *m, const struct json *object, const struct mutate_context *context,
	   struct arena *arena, const struct json **out, struct err *err)
{
	struct state s = { .m = m, .context = context, .arena = arena, .err = err };

	return walk(&s, object, 0, out);
}
