/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/used_value.h"

#include "policy/constraint/fault_place.h"
#include "policy/constraint/library.h"
#include "policy/constraint/object_path.h"

struct walk {
	struct arena *arena;
	used_value_fn *fn;
	void *context;
};

static str profile_of(const struct json *field, struct arena *arena)
{
	str type = json_get_str(field, STR("type"));

	if (str_eq(type, STR("RuntimeDefault")))
		return STR("runtime/default");
	if (str_eq(type, STR("Unconfined")))
		return STR("unconfined");
	if (!str_eq(type, STR("Localhost")))
		return STR_EMPTY;
	return str_cat(arena, STR("localhost/"), json_get_str(field, STR("localhostProfile")));
}

static void take(void *context, const struct object_hit *hit)
{
	const struct walk *walk = context;
	str text = json_is(hit->json, JSON_OBJECT) ? profile_of(hit->json, walk->arena)
						   : fault_place_scalar(hit->json);

	if (text.n > 0)
		walk->fn(walk->context, text);
}

void used_value_each(const struct library_rule *rule, const struct json *object,
		     struct arena *arena, used_value_fn *fn, void *context)
{
	struct walk walk = { arena, fn, context };
	struct object_root root;

	if (rule->used_path.n == 0)
		return;
	object_root_of(&root, object, NULL);
	object_path_each(&root, rule->used_path, NULL, arena, take, &walk);
	JSON_EACH (rule->used_more, path)
		object_path_each(&root, json_str(path), NULL, arena, take, &walk);
}
