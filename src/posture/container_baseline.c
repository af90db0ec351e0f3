/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/container_baseline.h"

#include "base/err.h"
#include "base/map.h"

#define ENTRIES_MAX 200000u

static bool state_from(str name, enum assessed_state *out)
{
	static const enum assessed_state open[] = { ASSESSED_UNHEALTHY, ASSESSED_DECISION,
						    ASSESSED_ERROR };

	for (size_t i = 0; i < ARRAY_LEN(open); i++) {
		if (!str_eq(name, str_c(assessed_state_name(open[i]))))
			continue;
		*out = open[i];
		return true;
	}
	return false; /* healthy, not applicable; exempt: new when its exception is over */
}

static int add_entry(struct container_baseline *base, const struct container_baseline_entry *e,
		     struct arena *arena, struct err *err)
{
	if (base->n >= ENTRIES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u findings", ENTRIES_MAX);
	base->entries =
		arena_grow(arena, base->entries, base->n, &base->cap, sizeof(*base->entries));
	base->entries[base->n++] = *e;
	return 0;
}

static int take_resource(struct container_baseline *base, str id, const struct json *resource,
			 struct arena *arena, struct err *err)
{
	const struct json *findings = JSON_GET(resource, "findings");
	struct container_baseline_entry e = { .id = id,
					      .resource = json_get_str(resource, STR("resource")) };

	if (e.resource.n == 0)
		return err_set(err, ERR_INPUT, "recommendation %.*s: a resource without name",
			       STR_ARG(id));
	if (!state_from(json_get_str(resource, STR("state")), &e.state))
		return 0;
	if (!json_is(findings, JSON_ARRAY)) {
		e.message = json_get_str(resource, STR("reason"));
		return add_entry(base, &e, arena, err);
	}
	JSON_EACH (findings, message) {
		e.message = json_str(message);
		if (add_entry(base, &e, arena, err) < 0)
			return -1;
	}
	return 0;
}

int container_baseline_read(struct container_baseline *base, const struct json *root,
			    struct arena *arena, struct err *err)
{
	*base = (struct container_baseline){ .entries = NULL };
	JSON_EACH (JSON_GET(root, "recommendations"), recommendation) {
		str id = json_get_str(recommendation, STR("id"));

		JSON_EACH (JSON_GET(recommendation, "resources"), resource) {
			if (take_resource(base, id, resource, arena, err) < 0)
				return -1;
		}
	}
	return 0;
}

/* ---- comparing ---- */

struct compare {
	struct container_baseline *base;
	const struct assessment *a;
	struct arena *arena;
	struct map things; /* to the entries about them */
};

static str thing_key(struct arena *arena, str id, str resource, enum assessed_state state)
{
	return str_fmt(arena, "%.*s\n%.*s\n%u", STR_ARG(id), STR_ARG(resource), (unsigned)state);
}

/* One finding, or the reason of an error. `same`: only an entry with these words. */
static bool find_entry(struct container_baseline_entry *first, const str message[LANG_COUNT],
		       bool same)
{
	for (struct container_baseline_entry *e = first; e; e = e->next) {
		if (e->found)
			continue;
		if (same && !str_eq(e->message, message[LANG_EN]) &&
		    !str_eq(e->message, message[LANG_JA]))
			continue;
		e->found = true;
		return true;
	}
	return false;
}

static void count_mark(struct container_baseline *base, enum assessed_state state,
		       enum benchmark_mark mark)
{
	if (state == ASSESSED_DECISION)
		return;
	base->known += mark == BENCHMARK_KNOWN;
	base->changed += mark == BENCHMARK_CHANGED;
	base->added += mark == BENCHMARK_NEW;
}

/* What is open about a resource: its findings; of an error its reason. */
static size_t open_messages(const struct compare *c, const struct assessed_resource *r, size_t i,
			    enum assessed_state state, struct assessed_finding **out)
{
	size_t n = state == ASSESSED_ERROR ? 0 : assessed_findings(r, i, c->arena, out);

	if (n > 0)
		return n;
	*out = ARENA_NEW(c->arena, struct assessed_finding);
	for (unsigned lang = 0; lang < LANG_COUNT; lang++)
		(*out)->message[lang] = assessed_reason(r, i, (enum lang)lang);
	return 1;
}

static enum benchmark_mark mark_pair(const struct compare *c, const struct assessed_resource *r,
				     size_t i, enum assessed_state state)
{
	struct container_baseline_entry *first = map_get(
		&c->things, thing_key(c->arena, c->a->recommendations->items[i].id, r->key, state));
	struct assessed_finding *findings;
	size_t n = open_messages(c, r, i, state, &findings);
	enum benchmark_mark worst = BENCHMARK_UNMARKED;
	bool *known = ARENA_ARRAY(c->arena, bool, n);

	for (size_t k = 0; k < n; k++)
		known[k] = find_entry(first, findings[k].message, true);
	for (size_t k = 0; k < n; k++) {
		enum benchmark_mark mark = BENCHMARK_KNOWN;

		if (!known[k])
			mark = find_entry(first, findings[k].message, false) ? BENCHMARK_CHANGED
									     : BENCHMARK_NEW;
		count_mark(c->base, state, mark);
		worst = mark > worst ? mark : worst;
	}
	return worst;
}

static size_t place_of(const struct assessment *a, const struct assessed_resource *resource,
		       size_t recommendation)
{
	return (size_t)(resource - a->resources) * a->recommendations->n + recommendation;
}

static void mark_all(const struct compare *c)
{
	enum assessed_state state;

	for (size_t k = 0; k < c->a->n; k++) {
		const struct assessed_resource *r = &c->a->resources[k];

		for (size_t i = 0; i < c->a->recommendations->n; i++) {
			if (!assessed_state_of(r, i, &state))
				continue;
			if (state == ASSESSED_UNHEALTHY || state == ASSESSED_DECISION ||
			    state == ASSESSED_ERROR)
				c->base->marks[place_of(c->a, r, i)] =
					(unsigned char)mark_pair(c, r, i, state);
		}
	}
}

static bool is_filtered(const struct benchmark_result *result, str resource)
{
	str name = str_without_prefix(resource, STR("Container/"));

	for (size_t i = 0; i < result->filtered_containers + result->filtered_images; i++) {
		if (str_eq(result->filtered[i], name))
			return true;
	}
	return false;
}

/* It is gone, and not only out of sight. */
static bool is_fixed(const struct compare *c, const struct container_posture *posture,
		     const struct benchmark_result *result,
		     const struct container_baseline_entry *e)
{
	ptrdiff_t i = recommendation_find(c->a->recommendations, e->id);
	const struct assessed_resource *r;
	enum assessed_state state;

	if (e->found || e->state != ASSESSED_UNHEALTHY || i < 0 ||
	    !container_posture_check(posture, (size_t)i) || is_filtered(result, e->resource) ||
	    c->a->results[i].count[ASSESSED_ERROR] > 0)
		return false;
	r = assessment_find(c->a, e->resource);
	return !r || !assessed_state_of(r, (size_t)i, &state) ||
	       (state != ASSESSED_EXEMPT && state != ASSESSED_DECISION);
}

void container_baseline_apply(struct container_baseline *base,
			      const struct container_posture *posture, const struct assessment *a,
			      const struct benchmark_result *result, struct arena *arena)
{
	struct compare c = { .base = base, .a = a, .arena = arena };

	map_init(&c.things, arena);
	for (size_t i = base->n; i-- > 0;) {
		struct container_baseline_entry *e = &base->entries[i];
		void **slot = map_slot(&c.things, thing_key(arena, e->id, e->resource, e->state));

		e->next = *slot;
		*slot = e;
	}
	base->marks = ARENA_ARRAY(arena, unsigned char, a->n * a->recommendations->n + 1);
	mark_all(&c);
	base->fixed = ARENA_ARRAY(arena, struct container_baseline_entry, base->n + 1);
	for (size_t i = 0; i < base->n; i++) {
		if (is_fixed(&c, posture, result, &base->entries[i]))
			base->fixed[base->fixed_n++] = base->entries[i];
	}
}

enum benchmark_mark container_baseline_mark(const struct container_baseline *base,
					    const struct assessment *a,
					    const struct assessed_resource *resource,
					    size_t recommendation)
{
	return (enum benchmark_mark)base->marks[place_of(a, resource, recommendation)];
}
