/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/assessment.h"

#include "base/map.h"
#include "posture/exemption.h"

static const char *const state_names[ASSESSED_STATES] = {
	[ASSESSED_HEALTHY] = "healthy",		[ASSESSED_UNHEALTHY] = "unhealthy",
	[ASSESSED_DECISION] = "needs_decision", [ASSESSED_ERROR] = "error",
	[ASSESSED_EXEMPT] = "exempt",		[ASSESSED_NOT_APPLICABLE] = "not_applicable",
};

/* What a recommendation is called by the worst of its resources. */
static const enum assessed_state worst_first[ASSESSED_STATES] = {
	ASSESSED_UNHEALTHY, ASSESSED_ERROR,  ASSESSED_DECISION,
	ASSESSED_HEALTHY,   ASSESSED_EXEMPT, ASSESSED_NOT_APPLICABLE,
};

const char *assessed_state_name(enum assessed_state state) { return state_names[state]; }

/* ---- which objects are one resource --------------------------------------------------------- */

struct group {
	struct assessed_resource resource;
	size_t cap;
};

static void name_resource(struct assessed_resource *r)
{
	str rest = r->key, part[3] = { STR_EMPTY };
	size_t n = 0;

	while (n < ARRAY_LEN(part) && str_split(&rest, '/', &part[n]))
		n++;
	r->namespace = n == 3 ? part[0] : STR_EMPTY;
	r->type = n == 3 ? part[1] : part[0];
	r->name = n == 3 ? part[2] : part[1];
}

static void add_member(struct map *groups, const struct object_table *table,
		       const struct object_verdict *v, struct arena *arena)
{
	str key = object_table_root(table, v, arena);
	const struct object_verdict *root = object_table_get(table, key);
	struct group *g = map_get(groups, key);
	struct assessed_resource *r;

	if (!g) {
		g = ARENA_NEW(arena, struct group);
		g->resource.key = key;
		g->resource.kind = root ? root->resource : v->resource;
		name_resource(&g->resource);
		map_put(groups, key, g);
	}
	r = &g->resource;
	r->members = arena_grow(arena, r->members, r->member_n, &g->cap,
				sizeof(struct object_verdict *));
	r->members[r->member_n++] = v;
	r->pods += v->is_pod;
}

static int by_name(const void *a, const void *b)
{
	const struct object_verdict *x = *(const struct object_verdict *const *)a;
	const struct object_verdict *y = *(const struct object_verdict *const *)b;
	int order = str_cmp(x->namespace, y->namespace);

	if (order == 0)
		order = str_cmp(x->kind, y->kind);
	return order ? order : str_cmp(x->name, y->name);
}

static int by_key(const void *a, const void *b)
{
	return str_cmp(((const struct assessed_resource *)a)->key,
		       ((const struct assessed_resource *)b)->key);
}

static void group_objects(struct assessment *a, const struct object_table *table,
			  struct arena *arena)
{
	struct map groups;

	map_init(&groups, arena);
	for (size_t i = 0; i < object_table_slots(table); i++) {
		const struct object_verdict *v = object_table_at(table, i);

		if (!v)
			continue;
		add_member(&groups, table, v, arena);
		a->objects++;
		a->pods += v->is_pod;
	}
	a->resources = ARENA_ARRAY(arena, struct assessed_resource, groups.n);
	MAP_EACH (&groups, entry) {
		const struct group *g = entry->value;

		a->resources[a->n++] = g->resource;
	}
	if (a->n > 0)
		qsort(a->resources, a->n, sizeof(*a->resources), by_key);
}

/* ---- the states of a resource --------------------------------------------------------------- */

static void judge_resource(struct assessed_resource *r)
{
	recommendation_bits healthy = 0, unhealthy = 0, error = 0, none = 0, open = 0;

	if (r->member_n > 1)
		qsort(r->members, r->member_n, sizeof(struct object_verdict *), by_name);
	for (size_t i = 0; i < r->member_n; i++) {
		const struct object_verdict *v = r->members[i];

		healthy |= v->healthy;
		unhealthy |= v->unhealthy;
		error |= v->error;
		none |= v->not_applicable;
		open |= v->undecided;
	}
	error &= ~unhealthy;
	healthy &= ~(unhealthy | error);
	none &= ~(unhealthy | error | healthy);
	r->undecided = open;
	open &= unhealthy;
	r->state[ASSESSED_HEALTHY] = healthy;
	r->state[ASSESSED_UNHEALTHY] = unhealthy & ~open;
	r->state[ASSESSED_DECISION] = open;
	r->state[ASSESSED_ERROR] = error;
	r->state[ASSESSED_NOT_APPLICABLE] = none;
}

bool assessed_state_of(const struct assessed_resource *resource, size_t recommendation,
		       enum assessed_state *out)
{
	for (size_t i = 0; i < ASSESSED_STATES; i++) {
		if (resource->state[i] & RECOMMENDATION_BIT(recommendation)) {
			*out = (enum assessed_state)i;
			return true;
		}
	}
	return false;
}

const struct assessed_exemption *assessed_exemption_of(const struct assessed_resource *resource,
						       size_t recommendation)
{
	for (size_t i = 0; i < resource->exemption_n; i++) {
		if (resource->exemptions[i].recommendation == recommendation)
			return &resource->exemptions[i];
	}
	return NULL;
}

/* ---- recommendations and score -------------------------------------------------------------- */

static void count_resource(struct assessment *a, const struct assessed_resource *r)
{
	for (size_t i = 0; i < a->recommendations->n; i++) {
		struct assessed_recommendation *result = &a->results[i];
		enum assessed_state state;

		if (!assessed_state_of(r, i, &state))
			continue;
		result->assessed = true;
		result->undecided |= (r->undecided & RECOMMENDATION_BIT(i)) != 0;
		result->count[state]++;
		if (state != ASSESSED_UNHEALTHY && state != ASSESSED_DECISION)
			continue;
		for (size_t k = 0; k < r->member_n; k++) {
			const struct object_verdict *v = r->members[k];
			bool has = v->unhealthy & RECOMMENDATION_BIT(i);

			result->pods += v->is_pod && has;
			result->dropped += has ? v->dropped : 0;
		}
	}
}

static void name_states(struct assessment *a)
{
	for (size_t i = 0; i < a->recommendations->n; i++) {
		struct assessed_recommendation *result = &a->results[i];
		size_t k = 0;

		while (k + 1 < ASSESSED_STATES && result->count[worst_first[k]] == 0)
			k++;
		result->state = worst_first[k];
	}
}

/* Recommendations that count in the score. */
static recommendation_bits counting(const struct assessment_input *input)
{
	recommendation_bits set = 0;

	for (size_t i = 0; i < input->recommendations->n; i++) {
		const struct recommendation *r = &input->recommendations->items[i];
		recommendation_bits bit = RECOMMENDATION_BIT(i);

		if (r->preview || (r->off && !(input->enabled & bit)))
			continue;
		set |= bit;
	}
	return set;
}

static recommendation_bits of_control(const struct recommendation_set *set, size_t control)
{
	recommendation_bits out = 0;

	for (size_t i = 0; i < set->n; i++) {
		if (set->items[i].controls & RECOMMENDATION_BIT(control))
			out |= RECOMMENDATION_BIT(i);
	}
	return out;
}

static void make_score(struct assessment *a, recommendation_bits counts)
{
	struct control_tally tallies[CONTROL_MAX] = { 0 };
	size_t weight = 0;

	for (size_t c = 0; c < a->recommendations->control_n; c++) {
		recommendation_bits of_it = of_control(a->recommendations, c) & counts;

		for (size_t i = 0; i < a->n; i++) {
			const recommendation_bits *state = a->resources[i].state;
			recommendation_bits set = of_it & ~a->resources[i].undecided;

			if (state[ASSESSED_UNHEALTHY] & set)
				tallies[c].unhealthy++;
			else if (state[ASSESSED_ERROR] & set)
				tallies[c].undecided++;
			else if (state[ASSESSED_HEALTHY] & set)
				tallies[c].healthy++;
		}
	}
	for (size_t i = 0; i < a->n; i++) {
		const recommendation_bits *state = a->resources[i].state;

		weight += ((state[ASSESSED_UNHEALTHY] | state[ASSESSED_HEALTHY]) & counts &
			   ~a->resources[i].undecided) != 0;
	}
	score_make(&a->score, a->recommendations, tallies, weight);
}

void assessment_make(struct assessment *a, const struct assessment_input *input,
		     const struct object_table *table, struct arena *arena)
{
	recommendation_bits counts = counting(input);

	*a = (struct assessment){ .input = input, .recommendations = input->recommendations };
	group_objects(a, table, arena);
	for (size_t i = 0; i < a->n; i++)
		judge_resource(&a->resources[i]);
	if (input->exceptions)
		exemption_apply(a, arena);
	for (size_t i = 0; i < a->n; i++)
		count_resource(a, &a->resources[i]);
	for (size_t i = 0; i < input->recommendations->n; i++)
		a->results[i].counts = (counts & RECOMMENDATION_BIT(i)) != 0;
	name_states(a);
	make_score(a, counts);
}

const struct assessed_resource *assessment_find(const struct assessment *a, str key)
{
	const struct assessed_resource wanted = { .key = key };

	return a->n ? bsearch(&wanted, a->resources, a->n, sizeof(wanted), by_key) : NULL;
}
