/* SPDX-License-Identifier: Apache-2.0 */
/* What objects use now of which a rule has a list: the list to accept, when nobody gave one. */
#include "base/buf.h"
#include "policy/constraint/object_check_internal.h"
#include "policy/constraint/used_value.h"

struct used {
	struct arena *arena; /* of the check */
	struct map values;   /* text to NULL */
	size_t more;	     /* over OBJECT_CHECK_PROPOSALS */
	bool registry;
};

/* "example.com:5000/a/b:1" is of example.com:5000, "a/b" of docker.io. */
static str registry_of(str image)
{
	str host, rest;

	if (str_cut(image, '/', &host, &rest) &&
	    (str_find_char(host, '.') >= 0 || str_find_char(host, ':') >= 0 ||
	     str_eq(host, STR("localhost"))))
		return host;
	return STR("docker.io");
}

static void note(void *context, str text)
{
	struct used *used = context;

	if (text.n == 0 || text.n > CHECK_TEXT_MAX / OBJECT_CHECK_PROPOSALS)
		return;
	if (used->registry)
		text = registry_of(text);
	if (map_has(&used->values, text))
		return;
	if (used->values.n >= OBJECT_CHECK_PROPOSALS)
		used->more++;
	else
		map_put(&used->values, text, NULL);
}

static struct used *used_of(struct object_check *check, const struct library_rule *rule)
{
	str key = str_cat(check->arena, STR("used "), rule->check.id);
	void **slot = map_slot(&check->index, key);

	if (!*slot) {
		struct used *used = ARENA_NEW(check->arena, struct used);

		map_init(&used->values, check->arena);
		used->registry = str_eq(rule->used_form, STR("registry"));
		*slot = used;
	}
	return *slot;
}

void object_used_add(struct object_check *check, const struct library_rule *rule,
		     const struct object_text *object)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();

	used_value_each(rule, object->resource.json, scratch, note, used_of(check, rule));
}

static int by_number(const void *a, const void *b)
{
	const str *x = a, *y = b;
	uint64_t m, n;

	if (str_u64(*x, &m) && str_u64(*y, &n) && m != n)
		return m < n ? -1 : 1;
	return str_cmp(*x, *y);
}

static str list_of(const struct used *used, struct arena *arena)
{
	str *all = ARENA_ARRAY(arena, str, used->values.n + 1), text = STR_EMPTY;
	size_t n = 0;

	MAP_EACH (&used->values, e)
		all[n++] = e->key;
	if (n > 1)
		qsort(all, n, sizeof(*all), by_number);
	for (size_t i = 0; i < n; i++)
		text = str_fmt(arena, "%.*s%s%.*s", STR_ARG(text), i > 0 ? ", " : "",
			       STR_ARG(all[i]));
	if (used->more > 0)
		text = str_fmt(arena, "%.*s ... (+%zu)", STR_ARG(text), used->more);
	return text;
}

static void tell(struct object_check *check, const struct library_rule *rule,
		 struct check_result *result)
{
	struct check_finding *all;
	str list = list_of(used_of(check, rule), check->arena), en, ja;

	en = list.n > 0 ? str_fmt(check->arena, "; used now: %.*s", STR_ARG(list)) : STR_EMPTY;
	ja = list.n > 0 ? str_fmt(check->arena, "。現在使用中: %.*s", STR_ARG(list)) : STR_EMPTY;
	all = ARENA_ARRAY(check->arena, struct check_finding, result->finding_n);
	for (size_t i = 0; i < result->finding_n; i++) {
		all[i] = result->findings[i];
		all[i].message[CHECK_EN] =
			str_fmt(check->arena, "%.*s (needs a decision: set %.*s%.*s)",
				STR_ARG(all[i].message[CHECK_EN]), STR_ARG(rule->used_parameter),
				STR_ARG(en));
		all[i].message[CHECK_JA] =
			str_fmt(check->arena, "%.*s（要判断: %.*s を設定する%.*s）",
				STR_ARG(all[i].message[CHECK_JA]), STR_ARG(rule->used_parameter),
				STR_ARG(ja));
	}
	result->findings = all;
}

void object_used_tell(struct object_check *check)
{
	for (size_t i = 0; i < check->results->n; i++) {
		struct check_result *result = &check->results->items[i];
		const struct library_rule *rule =
			library_rule_find(check->library, result->check->id);

		if (result->verdict == CHECK_MANUAL && rule && rule->used_path.n > 0)
			tell(check, rule, result);
	}
}
