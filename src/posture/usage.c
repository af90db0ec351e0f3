/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/usage.h"

#include "policy/constraint/library.h"
#include "policy/constraint/resource.h"
#include "policy/constraint/used_value.h"

struct walk {
	struct usage *usage;
	unsigned recommendation;
	bool registry; /* values are images; their registry is meant */
};

void usage_init(struct usage *usage, struct arena *arena, size_t max)
{
	*usage = (struct usage){ .arena = arena, .max = max };
}

static void add(struct usage *usage, unsigned recommendation, str value)
{
	for (size_t i = 0; i < usage->n; i++) {
		if (usage->items[i].recommendation == recommendation &&
		    str_eq(usage->items[i].value, value))
			return;
	}
	if (usage->n >= usage->max)
		return;
	usage->items = arena_grow(usage->arena, usage->items, usage->n, &usage->cap,
				  sizeof(*usage->items));
	usage->items[usage->n++] = (struct object_use){ recommendation, value };
}

/* The host of an image with a slash behind it; of a short name what it names: "nginx". */
static str registry_of(str image)
{
	str host, rest, name = image;

	if (str_cut(image, '/', &host, &rest) &&
	    (str_find_char(host, '.') >= 0 || str_find_char(host, ':') >= 0 ||
	     str_eq(host, STR("localhost"))))
		return str_take(image, host.n + 1);
	if (str_find_char(image, '@') >= 0)
		name = str_take(image, (size_t)str_find_char(image, '@'));
	ptrdiff_t colon = str_rfind_char(name, ':');
	return colon >= 0 ? str_take(name, (size_t)colon) : name;
}

static void take_value(void *context, str text)
{
	const struct walk *walk = context;

	add(walk->usage, walk->recommendation, walk->registry ? registry_of(text) : text);
}

void usage_take(struct usage *usage, unsigned recommendation, const struct library_rule *rule,
		const struct resource *object)
{
	struct walk walk = { .usage = usage,
			     .recommendation = recommendation,
			     .registry = str_eq(rule->used_form, STR("registry")) };

	used_value_each(rule, object->json, usage->arena, take_value, &walk);
}
