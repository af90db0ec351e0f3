/* SPDX-License-Identifier: Apache-2.0 */
/* What hangs below an assessment: findings, pods, reasons, values in use. */
#include <assert.h>

#include "base/map.h"
#include "posture/assessment.h"

static int by_finding(const void *a, const void *b)
{
	const struct assessed_finding *x = a, *y = b;
	int order = str_cmp(x->subject, y->subject);

	if (order == 0)
		order = str_cmp(x->message[LANG_EN], y->message[LANG_EN]);
	return order;
}

static str member_key(const struct object_verdict *v, struct arena *arena)
{
	return object_key(arena, v->namespace, v->kind, v->name);
}

size_t assessed_findings(const struct assessed_resource *resource, size_t recommendation,
			 struct arena *arena, struct assessed_finding **out)
{
	struct assessed_finding *items = NULL;
	size_t n = 0, cap = 0;
	struct map seen;

	map_init(&seen, arena);
	for (size_t i = 0; i < resource->member_n; i++) {
		const struct object_verdict *v = resource->members[i];

		for (size_t k = 0; k < v->finding_n; k++) {
			const struct object_finding *f = &v->findings[k];
			str mark = str_fmt(arena, "%.*s\n%.*s", STR_ARG(f->subject),
					   STR_ARG(f->message[LANG_EN]));
			size_t *place;

			if (f->recommendation != recommendation)
				continue;
			place = map_get(&seen, mark);
			if (!place) {
				place = ARENA_NEW(arena, size_t);
				*place = n;
				map_put(&seen, mark, place);
				items = arena_grow(arena, items, n, &cap, sizeof(*items));
				items[n] = (struct assessed_finding){ .subject = f->subject };
				memcpy(items[n].message, f->message, sizeof(f->message));
				items[n++].object = member_key(v, arena);
			}
			assert(items); /* what is in the map is there */
			items[*place].objects++;
			items[*place].pods += v->is_pod;
		}
	}
	if (n > 0)
		qsort(items, n, sizeof(*items), by_finding);
	*out = items;
	return n;
}

size_t assessed_pods(const struct assessed_resource *resource, size_t recommendation,
		     struct arena *arena, str **out)
{
	size_t n = 0, cap = 0;
	str *keys = NULL;

	for (size_t i = 0; i < resource->member_n; i++) {
		const struct object_verdict *v = resource->members[i];

		if (!v->is_pod || !(v->unhealthy & RECOMMENDATION_BIT(recommendation)))
			continue;
		keys = arena_grow(arena, keys, n, &cap, sizeof(*keys));
		keys[n++] = member_key(v, arena);
	}
	*out = keys;
	return n;
}

str assessed_reason(const struct assessed_resource *resource, size_t recommendation, enum lang lang)
{
	recommendation_bits bit = RECOMMENDATION_BIT(recommendation);
	bool is_error = resource->state[ASSESSED_ERROR] & bit;

	for (size_t i = 0; i < resource->member_n; i++) {
		const struct object_verdict *v = resource->members[i];

		if (!((is_error ? v->error : v->not_applicable) & bit))
			continue;
		for (size_t k = 0; k < v->reason_n; k++) {
			if (v->reasons[k].recommendation == recommendation)
				return v->reasons[k].text[lang].n > 0 ? v->reasons[k].text[lang]
								      : v->reasons[k].text[LANG_EN];
		}
	}
	return STR_EMPTY;
}

static int by_value(const void *a, const void *b)
{
	return str_cmp(((const struct assessed_use *)a)->value,
		       ((const struct assessed_use *)b)->value);
}

static void count_use(struct map *seen, str value, struct arena *arena)
{
	struct assessed_use *use = map_get(seen, value);

	if (!use) {
		use = ARENA_NEW(arena, struct assessed_use);
		use->value = value;
		map_put(seen, value, use);
	}
	use->objects++;
}

size_t assessed_uses(const struct assessment *a, size_t recommendation, struct arena *arena,
		     struct assessed_use **out)
{
	struct assessed_use *items;
	struct map seen;
	size_t n = 0;

	map_init(&seen, arena);
	for (size_t i = 0; i < a->n; i++) {
		const struct assessed_resource *r = &a->resources[i];

		for (size_t k = 0; k < r->member_n; k++) {
			const struct object_verdict *v = r->members[k];

			for (size_t u = 0; u < v->use_n; u++) {
				if (v->uses[u].recommendation == recommendation)
					count_use(&seen, v->uses[u].value, arena);
			}
		}
	}
	items = ARENA_ARRAY(arena, struct assessed_use, seen.n);
	MAP_EACH (&seen, entry)
		items[n++] = *(const struct assessed_use *)entry->value;
	if (n > 0)
		qsort(items, n, sizeof(*items), by_value);
	*out = items;
	return n;
}
