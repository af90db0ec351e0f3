/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/recommendation.h"

#include "base/err.h"
#include "base/words.h"
#include "fmt/syntax/yaml.h"

static const unsigned char built_in[] = {
#include "recommendations.yaml.inc"
};

static const unsigned char of_hosts[] = {
#include "host_recommendations.yaml.inc"
};

/* Workloads are judged again with every change, and whole every 15 minutes. */
#define FRESHNESS_PRESET (15 * 60)

static const struct {
	const char *name, *word; /* in JSON; in the data */
} kinds[RESOURCE_KINDS] = {
	[RESOURCE_WORKLOAD] = { "workload", "pod" },
	[RESOURCE_SERVICE] = { "service", "service" },
	[RESOURCE_INGRESS] = { "ingress", "ingress" },
	[RESOURCE_ACCOUNT] = { "service_account", "service_account" },
	[RESOURCE_CLUSTER] = { "cluster", "cluster" },
	[RESOURCE_REGISTRY] = { "registry", "registry" },
	[RESOURCE_TENANT] = { "tenant", "tenant" },
	[RESOURCE_MACHINE] = { "machine", "machine" },
	[RESOURCE_CONTAINER] = { "container", "container" },
};

const char *resource_kind_name(enum resource_kind kind) { return kinds[kind].name; }

/* ---- one field ----------------------------------------------------------------------------- */

static int take_kind(const struct json *item, enum resource_kind *out, struct err *err)
{
	str word = json_get_str(item, STR("resource"));

	for (size_t i = 0; i < RESOURCE_KINDS; i++) {
		if (str_eq(word, str_c(kinds[i].word))) {
			*out = (enum resource_kind)i;
			return 0;
		}
	}
	return err_set(err, ERR_INPUT, "resource '%.*s' is none", STR_ARG(word));
}

static const str *take_strings(const struct json *item, const char *key, size_t *n,
			       struct arena *arena)
{
	const struct json *list = json_get(item, str_c(key));
	str *out = ARENA_ARRAY(arena, str, json_len(list));

	*n = 0;
	JSON_EACH (list, entry)
		out[(*n)++] = json_str(entry);
	return out;
}

/* A text in every language. */
static int take_text(const struct json *item, const char *key, str out[LANG_COUNT], struct err *err)
{
	const struct json *texts = json_get(item, str_c(key));

	for (unsigned lang = 0; lang < LANG_COUNT; lang++) {
		out[lang] = str_trim(json_get_str(texts, str_c(lang_name((enum lang)lang))));
		if (out[lang].n == 0)
			return err_set(err, ERR_INPUT, "%s has no text of language %s", key,
				       lang_name((enum lang)lang));
	}
	return 0;
}

static int take_texts(const struct json *item, struct recommendation *r, struct err *err)
{
	str title[LANG_COUNT], description[LANG_COUNT], rationale[LANG_COUNT],
		remediation[LANG_COUNT];

	if (take_text(item, "title", title, err) < 0 ||
	    take_text(item, "description", description, err) < 0 ||
	    take_text(item, "rationale", rationale, err) < 0 ||
	    take_text(item, "remediation", remediation, err) < 0)
		return -1;
	for (unsigned lang = 0; lang < LANG_COUNT; lang++) {
		r->text[lang] = (struct recommendation_text){
			.title = title[lang],
			.description = description[lang],
			.rationale = rationale[lang],
			.remediation = remediation[lang],
		};
	}
	return 0;
}

static int take_controls(const struct recommendation_set *set, const struct json *item,
			 struct recommendation *r, struct err *err)
{
	JSON_EACH (JSON_GET(item, "controls"), name) {
		size_t i = 0;

		while (i < set->control_n && !str_eq(json_str(name), set->controls[i].id))
			i++;
		if (i == set->control_n)
			return err_set(err, ERR_INPUT, "control '%.*s' is none",
				       STR_ARG(json_str(name)));
		r->controls |= RECOMMENDATION_BIT(i);
	}
	return 0;
}

/* The tactics of its techniques, each once. */
static void take_tactics(const struct json *root, struct recommendation *r, struct arena *arena)
{
	str *tactics = NULL;
	size_t n = 0, cap = 0;

	JSON_EACH (JSON_GET(root, "techniques"), technique) {
		if (!words_strs_have(r->techniques, r->technique_n,
				     json_get_str(technique, STR("id"))))
			continue;
		JSON_EACH (JSON_GET(technique, "tactics"), tactic) {
			if (words_strs_have(tactics, n, json_str(tactic)))
				continue;
			tactics = arena_grow(arena, tactics, n, &cap, sizeof(*tactics));
			tactics[n++] = json_str(tactic);
		}
	}
	r->tactics = tactics;
	r->tactic_n = n;
}

/* ---- the file ------------------------------------------------------------------------------ */

static int take_one(const struct recommendation_set *set, const struct json *root,
		    const struct json *item, struct recommendation *r, struct arena *arena,
		    struct err *err)
{
	int64_t order;

	*r = (struct recommendation){
		.id = json_get_str(item, STR("id")),
		.code = json_get_str(item, STR("code")),
		.assessment = json_get_str(item, STR("assessment")),
		.template = json_get_str(item, STR("template")),
		.check = json_get_str(item, STR("check")),
		.data = str_eq(json_get_str(item, STR("mode")), STR("Microsoft.Kubernetes.Data")),
		.decision = json_bool(JSON_GET(item, "decision")),
		.exemptable = json_bool(JSON_GET(item, "exemptable")),
		.not_windows = json_is(JSON_GET(item, "windows"), JSON_FALSE),
		.preview = json_bool(JSON_GET(item, "preview")),
		.off = str_eq(json_get_str(item, STR("effect")), STR("disabled")),
		.action = json_get_str(item, STR("action")),
		.freshness = FRESHNESS_PRESET,
		.required = -1,
	};
	if (r->id.n == 0 || !json_i64(JSON_GET(item, "order"), &order) ||
	    order != r - set->items + 1)
		return err_set(err, ERR_INPUT, "id is missing, or order is not its place");
	r->order = (unsigned)order;
	if (!severity_from(json_get_str(item, STR("severity")), &r->severity))
		return err_set(err, ERR_INPUT, "severity is none");
	IGNORE(json_i64(JSON_GET(item, "freshness"), &r->freshness)); /* not given: the preset */
	r->policies = take_strings(item, "policies", &r->policy_n, arena);
	r->benchmarks = take_strings(item, "cis_kubernetes", &r->benchmark_n, arena);
	r->techniques = take_strings(item, "attack", &r->technique_n, arena);
	take_tactics(root, r, arena);
	if (take_kind(item, &r->kind, err) < 0 || take_controls(set, item, r, err) < 0)
		return -1;
	return take_texts(item, r, err);
}

static int take_set_controls(struct recommendation_set *set, const struct json *root,
			     struct arena *arena, struct err *err)
{
	const struct json *list = JSON_GET(root, "controls");

	if (json_len(list) == 0 || json_len(list) > CONTROL_MAX)
		return err_set(err, ERR_INPUT, "expected 1 to %u controls", CONTROL_MAX);
	set->controls = ARENA_ARRAY(arena, struct control, json_len(list));
	JSON_EACH (list, item) {
		struct control *c = &set->controls[set->control_n++];
		int64_t max;

		c->id = json_get_str(item, STR("id"));
		if (!json_i64(JSON_GET(item, "max_points"), &max) || max < 0 || max > 1000)
			return err_set(err, ERR_INPUT, "control %.*s: max_points", STR_ARG(c->id));
		c->max = (unsigned)max;
		if (take_text(item, "title", c->title, err) < 0)
			return err_wrap(err, "control %.*s", STR_ARG(c->id));
	}
	return 0;
}

/* What comes first, when all are known. */
static int take_required(struct recommendation_set *set, const struct json *list, struct err *err)
{
	for (size_t i = 0; i < set->n; i++) {
		str id = json_get_str(json_at(list, i), STR("requires"));

		if (id.n == 0)
			continue;
		set->items[i].required = recommendation_find(set, id);
		if (set->items[i].required < 0)
			return err_set(err, ERR_INPUT, "requires '%.*s', which is none",
				       STR_ARG(id));
	}
	return 0;
}

int recommendation_set_read(struct recommendation_set *set, str text, struct arena *arena,
			    struct err *err)
{
	const struct json *root, *list;

	*set = (struct recommendation_set){ 0 };
	if (yaml_parse(text, NULL, arena, &root, NULL, err) < 0 ||
	    take_set_controls(set, root, arena, err) < 0)
		return -1;
	list = JSON_GET(root, "recommendations");
	if (json_len(list) == 0 || json_len(list) > RECOMMENDATION_MAX)
		return err_set(err, ERR_INPUT, "expected 1 to %u recommendations",
			       RECOMMENDATION_MAX);
	set->items = ARENA_ARRAY(arena, struct recommendation, RECOMMENDATION_MAX);
	JSON_EACH (list, item) {
		if (take_one(set, root, item, &set->items[set->n], arena, err) < 0)
			return err_wrap(err, "recommendation %.*s",
					STR_ARG(json_get_str(item, STR("id"))));
		set->n++;
	}
	return take_required(set, list, err);
}

int recommendation_set_load(struct recommendation_set *set, struct arena *arena, struct err *err)
{
	if (recommendation_set_read(set, str_of((const char *)built_in, sizeof(built_in)), arena,
				    err) < 0)
		return err_wrap(err, "built-in recommendations");
	return 0;
}

int recommendation_set_load_hosts(struct recommendation_set *set, struct arena *arena,
				  struct err *err)
{
	const struct json *root, *item;
	size_t at = set->n;

	if (yaml_parse(str_of((const char *)of_hosts, sizeof(of_hosts)), NULL, arena, &root, NULL,
		       err) < 0)
		return err_wrap(err, "built-in recommendations for hosts");
	item = json_at(JSON_GET(root, "recommendations"), 0);
	if (at >= RECOMMENDATION_MAX)
		return err_set(err, ERR_LIMIT, "more than %u recommendations", RECOMMENDATION_MAX);
	if (take_one(set, root, item, &set->items[at], arena, err) < 0)
		return err_wrap(err, "built-in recommendations for hosts");
	set->n++;
	return (int)at;
}

int recommendation_add(struct recommendation_set *set, const struct recommendation *extra)
{
	if (set->n >= RECOMMENDATION_MAX)
		return -1;
	set->items[set->n] = *extra;
	set->items[set->n].required = -1;
	return (int)set->n++;
}

int recommendation_find(const struct recommendation_set *set, str id)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct recommendation *r = &set->items[i];

		if (str_ieq(id, r->id) || str_ieq(id, r->code))
			return (int)i;
		for (size_t k = 0; k < r->policy_n; k++) {
			if (str_ieq(id, r->policies[k]))
				return (int)i;
		}
	}
	return -1;
}

int recommendation_of_template(const struct recommendation_set *set, str template)
{
	for (size_t i = 0; i < set->n; i++) {
		if (set->items[i].template.n > 0 && str_eq(template, set->items[i].template))
			return (int)i;
	}
	return -1;
}
