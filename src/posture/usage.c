/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/usage.h"

#include "policy/constraint/library.h"

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

static void take_value(const struct walk *walk, const struct json *v)
{
	str text = json_is(v, JSON_STRING) ? json_str(v) : json_number(v);

	if (text.n > 0)
		add(walk->usage, walk->recommendation, walk->registry ? registry_of(text) : text);
}

/* "a~1b" is "a/b". */
static str unescape(str segment, struct arena *arena)
{
	ptrdiff_t at = str_find(segment, STR("~1"));

	if (at < 0)
		return segment;
	return str_fmt(arena, "%.*s/%.*s", STR_ARG(str_take(segment, (size_t)at)),
		       STR_ARG(str_skip(segment, (size_t)at + 2)));
}

/* Down a path of few segments: its length is the depth. */
static void follow(const struct walk *walk, const struct json *v, str path)
{
	str segment, name;

	if (!v)
		return;
	if (!str_split(&path, '/', &segment)) {
		take_value(walk, v);
		return;
	}
	if (json_is(v, JSON_ARRAY)) {
		JSON_EACH (v, item)
			follow(walk, item, path);
		return;
	}
	name = unescape(segment, walk->usage->arena);
	JSON_MEMBERS(v, member)
	{
		if (match_wildcard(name, member->key))
			follow(walk, &member->value, path);
	}
}

void usage_take(struct usage *usage, unsigned recommendation, const struct library_rule *rule,
		const struct resource *object)
{
	static const char *const lists[] = { "containers", "initContainers",
					     "ephemeralContainers" };
	struct walk walk = { .usage = usage,
			     .recommendation = recommendation,
			     .registry = str_eq(rule->used_form, STR("registry")) };
	const struct json *spec = JSON_GET(object->json, "spec");
	str rest = rule->used_path, first;

	if (rest.n == 0 || !str_split(&rest, '/', &first))
		return;
	if (str_eq(first, STR("object")))
		follow(&walk, object->json, rest);
	else if (str_eq(first, STR("meta")))
		follow(&walk, JSON_GET(object->json, "metadata"), rest);
	else if (str_eq(first, STR("pod")))
		follow(&walk, spec, rest);
	else if (str_eq(first, STR("container"))) {
		for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
			JSON_EACH (json_get(spec, str_c(lists[i])), container)
				follow(&walk, container, rest);
		}
	}
}
