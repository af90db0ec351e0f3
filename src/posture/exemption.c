/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/exemption.h"

#include "policy/check.h"

struct run {
	struct assessment *a;
	struct exception_set *set;
	const struct check *checks; /* beside the recommendations */
	struct inventory inventory;
	struct arena *arena;
};

static struct check *make_checks(const struct recommendation_set *set, struct arena *arena)
{
	struct check *checks = ARENA_ARRAY(arena, struct check, set->n);

	for (size_t i = 0; i < set->n; i++) {
		const struct recommendation *r = &set->items[i];
		str *aliases = ARENA_ARRAY(arena, str, r->policy_n + 1);

		aliases[0] = r->code;
		for (size_t k = 0; k < r->policy_n; k++)
			aliases[k + 1] = r->policies[k];
		checks[i] = (struct check){
			.id = r->id,
			.aliases = aliases,
			.alias_n = r->policy_n + 1,
		};
	}
	return checks;
}

static const struct exception *ask(struct run *run, size_t recommendation, str path)
{
	return exception_for_check(run->set, &run->inventory, &run->checks[recommendation], path,
				   run->a->recommendations->items[recommendation].severity);
}

/* It held, but there was nothing to hide. */
static void unmatch(const struct run *run, const struct exception *e)
{
	run->set->items[e - run->set->items].matched--;
}

/* For one finding: the container of the resource, the object that has it, its container. */
static const struct exception *for_finding(struct run *run, const struct assessed_resource *r,
					   size_t recommendation, const struct assessed_finding *f)
{
	const struct exception *e = NULL;

	if (f->subject.n > 0)
		e = ask(run, recommendation,
			str_fmt(run->arena, "%.*s/%.*s", STR_ARG(r->key), STR_ARG(f->subject)));
	/* What several objects have is not said of one of them. */
	if (e || f->objects > 1 || str_eq(f->object, r->key))
		return e;
	e = ask(run, recommendation, f->object);
	if (!e && f->subject.n > 0)
		e = ask(run, recommendation,
			str_fmt(run->arena, "%.*s/%.*s", STR_ARG(f->object), STR_ARG(f->subject)));
	return e;
}

/* Each finding must have one. The first is named. */
static const struct exception *for_findings(struct run *run, const struct assessed_resource *r,
					    size_t recommendation)
{
	const struct exception *first = NULL;
	struct assessed_finding *findings;
	size_t n = assessed_findings(r, recommendation, run->arena, &findings);

	for (size_t i = 0; i < n; i++) {
		const struct exception *e = for_finding(run, r, recommendation, &findings[i]);

		if (!e)
			return NULL;
		first = first ? first : e;
	}
	return first;
}

static void exempt(struct run *run, struct assessed_resource *r, size_t recommendation,
		   enum assessed_state state, size_t *cap)
{
	bool hides = state == ASSESSED_UNHEALTHY || state == ASSESSED_DECISION;
	const struct exception *by = ask(run, recommendation, r->key);

	if (by && !hides)
		unmatch(run, by);
	if (!by && hides)
		by = for_findings(run, r, recommendation);
	if (!by)
		return;
	r->state[state] &= ~RECOMMENDATION_BIT(recommendation);
	r->state[ASSESSED_EXEMPT] |= RECOMMENDATION_BIT(recommendation);
	r->exemptions =
		arena_grow(run->arena, r->exemptions, r->exemption_n, cap, sizeof(*r->exemptions));
	r->exemptions[r->exemption_n++] = (struct assessed_exemption){
		.recommendation = (unsigned)recommendation,
		.by = by,
		.underlying = state,
	};
}

struct scopes {
	const str *items;
	size_t n;
};

/* The cluster is a scope beside those of the command. */
static void enter_scope(struct run *run, struct scopes *outer)
{
	str *scopes = ARENA_ARRAY(run->arena, str, run->set->scope_count + 1);

	*outer = (struct scopes){ run->set->scopes, run->set->scope_count };
	for (size_t i = 0; i < outer->n; i++)
		scopes[i] = outer->items[i];
	scopes[outer->n] = run->a->input->name;
	run->set->scopes = scopes;
	run->set->scope_count = outer->n + 1;
}

void exemption_apply(struct assessment *a, struct arena *arena)
{
	struct scopes outer;
	struct run run = { .a = a,
			   .set = a->input->exceptions,
			   .checks = make_checks(a->recommendations, arena),
			   .inventory = { .target = a->input->name },
			   .arena = arena };

	for (size_t i = 0; i < run.set->n && !a->input->add_matches; i++)
		run.set->items[i].matched = 0;
	if (run.set->n == 0)
		return;
	enter_scope(&run, &outer);
	for (size_t i = 0; i < a->n; i++) {
		size_t cap = 0;

		for (size_t k = 0; k < a->recommendations->n; k++) {
			enum assessed_state state;

			if (assessed_state_of(&a->resources[i], k, &state) &&
			    state != ASSESSED_ERROR && state != ASSESSED_NOT_APPLICABLE)
				exempt(&run, &a->resources[i], k, state, &cap);
		}
	}
	run.set->scopes = outer.items;
	run.set->scope_count = outer.n;
}

const char *exemption_category(const struct exception *exception)
{
	bool mitigated = exception->kind == EXCEPTION_MITIGATED ||
			 exception->kind == EXCEPTION_NOT_AFFECTED ||
			 exception->kind == EXCEPTION_FIXED;

	return mitigated ? "mitigated" : "waiver";
}
