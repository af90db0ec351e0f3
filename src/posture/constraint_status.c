/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/constraint_status.h"

#include "policy/constraint/azure_form.h"
#include "policy/constraint/library.h"
#include "policy/value.h"
#include "policy/yaml_write.h"
#include "posture/judge.h"

/* The violations of one recommendation. */
struct listing {
	struct arena *arena;
	size_t limit;
	struct value_builder items;
	size_t total;
	str action;
};

static void add_violation(struct listing *l, const struct assessed_resource *r,
			  const struct assessed_finding *f)
{
	struct object_builder o;
	str rest = f->object, part[3] = { STR_EMPTY };
	size_t n = 0;

	l->total += f->objects;
	if (l->items.n >= l->limit)
		return;
	while (n < ARRAY_LEN(part) && str_split(&rest, '/', &part[n]))
		n++;
	object_builder_init(&o, l->arena);
	OBJECT_ADD(&o, "enforcementAction", value_str(l->action));
	OBJECT_ADD(&o, "kind", value_str(n == 3 ? part[1] : part[0]));
	OBJECT_ADD(&o, "message", value_str(posture_message(f, LANG_EN)));
	OBJECT_ADD(&o, "name", value_str(n == 3 ? part[2] : part[1]));
	if (r->namespace.n > 0)
		OBJECT_ADD(&o, "namespace", value_str(r->namespace));
	value_builder_add(&l->items, object_builder_take_last(&o));
}

static void gather(struct listing *l, const struct assessment *a, size_t recommendation)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct assessed_resource *r = &a->resources[i];

		for (size_t k = 0; k < r->member_n; k++) {
			struct assessed_resource one = *r;
			struct assessed_finding *findings;
			size_t n;

			if (!(r->members[k]->unhealthy & RECOMMENDATION_BIT(recommendation)))
				continue;
			one.members = &r->members[k];
			one.member_n = 1;
			n = assessed_findings(&one, recommendation, l->arena, &findings);
			for (size_t f = 0; f < n; f++)
				add_violation(l, r, &findings[f]);
		}
	}
}

static struct value status_of(const struct posture_report *report, const struct posture_view *view,
			      struct listing *l, size_t recommendation)
{
	struct object_builder status;
	str time = report->time.n > 0 ? report->time : posture_collected_at(view->posture);

	gather(l, view->assessment, recommendation);
	object_builder_init(&status, l->arena);
	if (time.n > 0)
		OBJECT_ADD(&status, "auditTimestamp", value_str(time));
	OBJECT_ADD(&status, "totalViolations", value_int((int64_t)l->total));
	if (l->items.n > 0)
		OBJECT_ADD(&status, "violations", value_builder_array(&l->items));
	return object_builder_take_last(&status);
}

static str action_of(const struct constraint *c)
{
	return c->enforcement.n > 0 ? c->enforcement : STR("deny");
}

/* The constraint itself, in the form that is asked for. */
static struct value document_of(const struct posture_report *report, const struct constraint *c,
				str id)
{
	const struct azure_rule *rule =
		report->azure ? azure_form_of_rule(report->azure, id) : NULL;
	const struct json *json =
		rule ? azure_form_constraint(rule, c->json, report->arena) : c->json;

	return value_from_json(json, report->arena);
}

static void write_one(struct buf *b, const struct posture_report *report,
		      const struct posture_view *view, const struct constraint *c, int i)
{
	struct listing l = { .arena = report->arena,
			     .limit = report->limit,
			     .action = action_of(c) };
	str id = view->assessment->recommendations->items[i].id;
	struct value document = document_of(report, c, id), all;
	struct object_builder o;

	value_builder_init(&l.items, report->arena);
	object_builder_init(&o, report->arena);
	for (size_t k = 0; k < document.n; k++)
		object_builder_add(&o, document.members[k].key, document.members[k].value);
	OBJECT_ADD(&o, "status", status_of(report, view, &l, (size_t)i));
	all = object_builder_take_last(&o);
	BUF_LIT(b, "---\n");
	yaml_write(&all, b);
}

void constraint_status_write(struct buf *b, const struct posture_report *report)
{
	for (size_t v = 0; v < report->n; v++) {
		const struct posture_view *view = &report->views[v];
		const struct constraint_set *set;

		if (!view->assessment)
			continue;
		set = posture_constraints(view->posture);
		for (size_t i = 0; i < constraint_set_constraints(set); i++) {
			const struct constraint *c = constraint_set_constraint(set, i);
			int k = posture_judge_recommendation(posture_judge_of(view->posture), c);

			if (k >= 0 && posture_shows(report, view->assessment, (size_t)k))
				write_one(b, report, view, c, k);
		}
	}
}
