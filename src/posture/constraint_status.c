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
	const struct constraint *constraint;
};

/* One of a scoped constraint has its actions in a list, too. */
static void put_action(const struct listing *l, struct object_builder *o)
{
	static const unsigned each[] = { ACTION_DENY, ACTION_WARN, ACTION_DRYRUN };
	unsigned actions = constraint_actions(l->constraint, STR("audit.gatekeeper.sh"));
	struct value_builder list;

	OBJECT_ADD(o, "enforcementAction", value_str(l->action));
	if (l->constraint->scopes_n == 0)
		return;
	value_builder_init(&list, l->arena);
	for (size_t i = 0; i < ARRAY_LEN(each); i++) {
		if (actions & each[i])
			value_builder_add(&list, value_str(str_c(constraint_action_name(each[i]))));
	}
	OBJECT_ADD(o, "enforcementActions", value_builder_array(&list));
}

static void add_violation(struct listing *l, const struct assessed_resource *r,
			  const struct object_verdict *member, const struct assessed_finding *f)
{
	str group = STR(""), version = member->api_version;
	struct object_builder o;
	str rest = f->object, part[3] = { STR_EMPTY };
	size_t n = 0;

	l->total += f->objects;
	if (l->items.n >= l->limit)
		return;
	while (n < ARRAY_LEN(part) && str_split(&rest, '/', &part[n]))
		n++;
	object_builder_init(&o, l->arena);
	IGNORE(str_cut(member->api_version, '/', &group, &version)); /* "v1" is of the core */
	put_action(l, &o);
	if (version.n > 0) {
		OBJECT_ADD(&o, "group", value_str(group));
		OBJECT_ADD(&o, "version", value_str(version));
	}
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
				add_violation(l, r, r->members[k], &findings[f]);
		}
	}
}

/* Who says so: this audit, in the place of Gatekeeper's pods. */
static struct value by_pod(const struct listing *l)
{
	const struct json *metadata = JSON_GET(l->constraint->json, "metadata");
	str uid = json_get_str(metadata, STR("uid"));
	int64_t generation;
	struct value_builder list, operations;
	struct object_builder o;

	value_builder_init(&operations, l->arena);
	value_builder_add(&operations, VALUE_STR("audit"));
	object_builder_init(&o, l->arena);
	if (uid.n > 0)
		OBJECT_ADD(&o, "constraintUID", value_str(uid));
	OBJECT_ADD(&o, "enforced", value_bool(true));
	OBJECT_ADD(&o, "id", VALUE_STR("seawall-audit"));
	if (json_i64(JSON_GET(metadata, "generation"), &generation))
		OBJECT_ADD(&o, "observedGeneration", value_int(generation));
	OBJECT_ADD(&o, "operations", value_builder_array(&operations));
	value_builder_init(&list, l->arena);
	value_builder_add(&list, object_builder_take_last(&o));
	return value_builder_array(&list);
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
	if (!report->azure)
		OBJECT_ADD(&status, "byPod", by_pod(l));
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
			     .action = action_of(c),
			     .constraint = c };
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
