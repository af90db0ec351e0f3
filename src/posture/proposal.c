/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/proposal.h"

#include "fmt/syntax/regex.h"
#include "policy/constraint/library.h"
#include "policy/value.h"
#include "policy/yaml_write.h"
#include "posture/judge.h"

/* Values of one rule, over all clusters. */
struct values {
	struct arena *arena;
	str *items;
	size_t n, cap;
	bool needed;		/* some resource waits for it */
	bool without_container; /* something that is no container's is used, too: hostNetwork */
};

static void add_value(struct values *v, str value)
{
	for (size_t i = 0; i < v->n; i++) {
		if (str_eq(v->items[i], value))
			return;
	}
	v->items = arena_grow(v->arena, v->items, v->n, &v->cap, sizeof(*v->items));
	v->items[v->n++] = value;
}

static bool is_undecided(const struct posture_report *report, size_t i)
{
	bool undecided = false;

	for (size_t v = 0; v < report->n; v++)
		undecided |= report->views[v].assessment &&
			     report->views[v].assessment->results[i].undecided;
	return undecided;
}

static void look_at_findings(struct values *v, const struct assessment *a, size_t i)
{
	for (size_t k = 0; k < a->n; k++) {
		struct assessed_finding *findings;
		size_t n;

		if (!(a->resources[k].state[ASSESSED_DECISION] & RECOMMENDATION_BIT(i)))
			continue;
		v->needed = true;
		n = assessed_findings(&a->resources[k], i, v->arena, &findings);
		for (size_t f = 0; f < n; f++)
			v->without_container |= findings[f].subject.n == 0;
	}
}

static void gather(const struct posture_report *report, size_t i, struct values *v)
{
	*v = (struct values){ .arena = report->arena };
	for (size_t k = 0; k < report->n; k++) {
		const struct assessment *a = report->views[k].assessment;
		struct assessed_use *uses;
		size_t n;

		if (!a)
			continue;
		n = assessed_uses(a, i, report->arena, &uses);
		for (size_t u = 0; u < n; u++)
			add_value(v, uses[u].value);
		look_at_findings(v, a, i);
	}
	if (v->n > 1)
		qsort(v->items, v->n, sizeof(*v->items), str_qsort_cmp);
}

/* ---- the forms of parameters ---------------------------------------------------------------- */

static struct value texts(const struct values *v)
{
	struct value_builder list;

	value_builder_init(&list, v->arena);
	for (size_t i = 0; i < v->n; i++)
		value_builder_add(&list, value_str(v->items[i]));
	return value_builder_array(&list);
}

static struct value paths(const struct values *v)
{
	struct value_builder list;
	struct object_builder all;

	value_builder_init(&list, v->arena);
	for (size_t i = 0; i < v->n; i++) {
		struct object_builder one;

		object_builder_init(&one, v->arena);
		OBJECT_ADD(&one, "pathPrefix", value_str(v->items[i]));
		OBJECT_ADD(&one, "readOnly", value_bool(false));
		value_builder_add(&list, object_builder_take_last(&one));
	}
	object_builder_init(&all, v->arena);
	OBJECT_ADD(&all, "paths", value_builder_array(&list));
	return object_builder_take_last(&all);
}

static void add_range(const struct values *v, struct object_builder *out)
{
	int64_t low = INT64_MAX, high = 0;

	for (size_t i = 0; i < v->n; i++) {
		int64_t port;

		if (!str_i64(v->items[i], &port))
			continue;
		low = port < low ? port : low;
		high = port > high ? port : high;
	}
	OBJECT_ADD(out, "allowHostNetwork", value_bool(v->without_container));
	OBJECT_ADD(out, "minPort", value_int(high > 0 ? low : 0));
	OBJECT_ADD(out, "maxPort", value_int(high));
}

/* "^(registry\.example\.com/.+|nginx([:@].*)?)$": of short names these alone. */
static str registries(const struct values *v)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, REGEX_MAX_PATTERN);
	BUF_LIT(&b, "^(");
	for (size_t i = 0; i < v->n; i++) {
		if (i > 0)
			buf_byte(&b, '|');
		regex_quote(&b, v->items[i]);
		buf_add(&b, str_ends(v->items[i], STR("/")) ? STR(".+") : STR("([:@].*)?"));
	}
	BUF_LIT(&b, ")$");
	/* Too many for one expression: nothing is proposed, and the empty one accepts nothing. */
	return b.overflow || v->n == 0 ? STR("^$") : str_dup(v->arena, buf_str(&b));
}

static struct value parameters_of(const struct library_rule *rule, const struct values *v)
{
	struct object_builder out;

	object_builder_init(&out, v->arena);
	if (str_find(rule->used_parameter, STR("maxPort")) >= 0)
		add_range(v, &out);
	else if (str_eq(rule->used_parameter, STR("allowedHostPaths")))
		OBJECT_ADD(&out, "allowedHostPaths", paths(v));
	else if (str_eq(rule->used_form, STR("registry")))
		OBJECT_ADD(&out, "allowedContainerImagesRegex", value_str(registries(v)));
	else
		object_builder_add(&out, value_str(rule->used_parameter), texts(v));
	return object_builder_take_last(&out);
}

/* Any of the clusters knows the rule. */
static const struct library_rule *rule_of(const struct posture_report *report, size_t i)
{
	for (size_t k = 0; k < report->n; k++) {
		const struct library_rule *rule =
			report->views[k].posture
				? posture_judge_rule(posture_judge_of(report->views[k].posture), i)
				: NULL;

		if (rule && rule->used_parameter.n > 0)
			return rule;
	}
	return NULL;
}

void proposal_write(struct buf *b, const struct posture_report *report)
{
	struct object_builder root, rules;
	struct value all;

	object_builder_init(&rules, report->arena);
	for (size_t i = 0; i < RECOMMENDATION_MAX; i++) {
		const struct library_rule *rule =
			is_undecided(report, i) ? rule_of(report, i) : NULL;
		struct object_builder setting;
		struct values values;

		if (!rule)
			continue;
		gather(report, i, &values);
		/* Nothing is used and yet something is missing: no list can be guessed. */
		if (values.n == 0 && values.needed && !values.without_container)
			continue;
		object_builder_init(&setting, report->arena);
		OBJECT_ADD(&setting, "parameters", parameters_of(rule, &values));
		object_builder_add(&rules, value_str(rule->check.id),
				   object_builder_take_last(&setting));
	}
	object_builder_init(&root, report->arena);
	OBJECT_ADD(&root, "rules", object_builder_take_last(&rules));
	all = object_builder_take_last(&root);
	yaml_write(&all, b);
}
