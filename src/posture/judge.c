/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/judge.h"

#include "base/err.h"
#include "base/map.h"
#include "policy/builtin_cache.h"
#include "policy/constraint/constraint_template.h"
#include "policy/constraint/library.h"
#include "policy/constraint/sync_store.h"
#include "posture/usage.h"

/* One constraint of the library. */
struct row {
	const struct constraint *constraint;
	const struct library_rule *rule;
	unsigned recommendation;
	struct match kinds; /* of its match nothing but the kinds */
};

struct posture_judge {
	struct recommendation_set *set;
	struct library *lib;
	struct builtin_cache *cache;
	struct row *rows;
	size_t n;
	struct map by_constraint; /* bytes of the pointer to its row */
	recommendation_bits with_constraint;
	recommendation_bits with_inventory;
	struct sync_store *inventory; /* or NULL; not owned */
	bool needs_namespaces;
};

/* ---- the rules ----------------------------------------------------------------------------- */

/* A rule that is no recommendation: shown behind them, no part of any control. */
static int add_rule(struct recommendation_set *set, const struct library_rule *rule)
{
	struct recommendation r = { .id = rule->check.id,
				    .code = rule->check.id,
				    .order = (unsigned)set->n + 1,
				    .kind = RESOURCE_WORKLOAD,
				    .data = true,
				    .preview = true,
				    .action = STR("deny"),
				    .freshness = set->items[0].freshness };

	IGNORE(severity_from(rule->check.severity, &r.severity)); /* else unknown */
	for (size_t i = 0; i < LANG_COUNT; i++) {
		r.text[i].title = rule->check.text[i].title;
		r.text[i].description = rule->check.text[i].description;
		r.text[i].remediation = rule->check.text[i].remediation;
	}
	return recommendation_add(set, &r);
}

static str pointer_key(const struct constraint *const *c)
{
	return str_of((const char *)c, sizeof(*c));
}

static int add_row(struct posture_judge *j, const struct constraint *c, struct err *err)
{
	const struct library_rule *rule = library_rule_of(j->lib, c);
	int i = recommendation_find(j->set, rule->check.id);
	struct row *row = &j->rows[j->n];

	if (i < 0)
		i = add_rule(j->set, rule);
	if (i < 0)
		return err_set(err, ERR_LIMIT, "more than %u recommendations and rules",
			       RECOMMENDATION_MAX);
	*row = (struct row){ .constraint = c, .rule = rule, .recommendation = (unsigned)i };
	row->kinds.kinds = c->match.kinds;
	row->kinds.kinds_n = c->match.kinds_n;
	row->kinds.source = MATCH_ALL;
	map_put(&j->by_constraint, pointer_key(&c), row);
	j->with_constraint |= RECOMMENDATION_BIT(i);
	if (c->template->needs.used && !c->extra)
		j->with_inventory |= RECOMMENDATION_BIT(i);
	j->needs_namespaces |= c->match.has_namespace_labels;
	for (size_t k = 0; c->extra && k < c->extra->only_n; k++)
		j->needs_namespaces |= c->extra->only[k]->has_namespace_labels;
	for (size_t k = 0; c->extra && k < c->extra->unless_n; k++)
		j->needs_namespaces |= c->extra->unless[k]->has_namespace_labels;
	j->n++;
	return 0;
}

struct posture_judge *posture_judge_new(struct recommendation_set *set, struct library *lib,
					struct sync_store *inventory, struct arena *arena,
					struct err *err)
{
	struct posture_judge *j = ARENA_NEW(arena, struct posture_judge);
	const struct constraint_set *constraints = library_admission(lib)->constraints;
	size_t n = constraint_set_constraints(constraints);

	j->set = set;
	j->inventory = inventory;
	j->rows = ARENA_ARRAY(arena, struct row, n);
	map_init(&j->by_constraint, arena);
	j->lib = lib;
	for (size_t i = 0; i < n; i++) {
		if (add_row(j, constraint_set_constraint(constraints, i), err) < 0)
			return NULL;
	}
	j->lib = library_ref(lib);
	j->cache = builtin_cache_new();
	return j;
}

void posture_judge_free(struct posture_judge *judge)
{
	if (!judge)
		return;
	builtin_cache_free(judge->cache);
	library_unref(judge->lib);
}

recommendation_bits posture_judge_disabled(const struct posture_judge *judge)
{
	recommendation_bits disabled = 0;

	for (size_t i = 0; i < judge->set->n; i++) {
		if (judge->set->items[i].data && !(judge->with_constraint & RECOMMENDATION_BIT(i)))
			disabled |= RECOMMENDATION_BIT(i);
	}
	return disabled;
}

recommendation_bits posture_judge_with_inventory(const struct posture_judge *judge)
{
	return judge->with_inventory;
}

/* "policies" of "Policy", "ingresses" of "Ingress". */
static bool may_be_kind(str resource, str kind)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	str stem = str_lower(scratch, kind);

	if (str_ends(stem, STR("y")))
		stem = str_drop_end(stem, 1);
	return stem.n > 0 && str_starts(resource, stem) && resource.n <= stem.n + 3;
}

recommendation_bits posture_judge_resource(const struct posture_judge *judge, str name)
{
	recommendation_bits set = 0;

	for (size_t i = 0; i < judge->n; i++) {
		const struct row *row = &judge->rows[i];
		bool asks = row->kinds.kinds_n == 0;

		for (size_t k = 0; k < row->kinds.kinds_n; k++) {
			JSON_EACH (row->kinds.kinds[k].kinds, kind)
				asks |= str_eq(json_str(kind), STR("*")) ||
					may_be_kind(name, json_str(kind));
			asks |= json_len(row->kinds.kinds[k].kinds) == 0;
		}
		if (asks)
			set |= RECOMMENDATION_BIT(row->recommendation);
	}
	return set;
}

bool posture_judge_needs_namespaces(const struct posture_judge *judge)
{
	return judge->needs_namespaces;
}

const struct library_rule *posture_judge_rule(const struct posture_judge *judge,
					      size_t recommendation)
{
	for (size_t i = 0; i < judge->n; i++) {
		if (judge->rows[i].recommendation == recommendation)
			return judge->rows[i].rule;
	}
	return NULL;
}

int posture_judge_recommendation(const struct posture_judge *judge,
				 const struct constraint *constraint)
{
	const struct row *row = map_get(&judge->by_constraint, pointer_key(&constraint));

	return row ? (int)row->recommendation : -1;
}

bool posture_judge_same_extra(const struct constraint *a, const struct constraint *b)
{
	const struct constraint_extra *x = a->extra, *y = b->extra;

	if (!x || !y)
		return x == y;
	if (x->only_n + x->unless_n + y->only_n + y->unless_n > 0 || x->undecided != y->undecided)
		return false;
	return x->excluded && y->excluded ? json_equal(x->excluded, y->excluded)
					  : x->excluded == y->excluded;
}

/* ---- what an object is --------------------------------------------------------------------- */

static recommendation_bits of_kind(const struct posture_judge *j, const struct resource *object)
{
	struct match_target target = { .object = object, .source = MATCH_ORIGINAL };
	recommendation_bits set = 0;
	struct err err;

	for (size_t i = 0; i < j->n; i++) {
		if (match_test(&j->rows[i].kinds, &target, &err) > 0)
			set |= RECOMMENDATION_BIT(j->rows[i].recommendation);
	}
	return set;
}

static bool lists_word(const struct json *list, str word)
{
	JSON_EACH (list, item) {
		if (str_eq(json_str(item), word) || str_eq(json_str(item), STR("*")))
			return true;
	}
	return false;
}

/* The kind that a workload makes pods of; NULL: it makes none. */
static const struct expansion_template *maker(const struct posture_judge *j, str group, str kind)
{
	const struct expansion_set *set = &library_admission(j->lib)->expansions;

	for (size_t i = 0; i < set->n; i++) {
		JSON_EACH (set->items[i].apply_to, entry) {
			if (lists_word(JSON_GET(entry, "groups"), group) &&
			    lists_word(JSON_GET(entry, "kinds"), kind))
				return &set->items[i];
		}
	}
	return NULL;
}

recommendation_bits posture_judge_kind(const struct posture_judge *judge, str group, str kind)
{
	const struct resource object = { .group = group, .kind = kind };
	const struct expansion_template *made = maker(judge, group, kind);
	recommendation_bits set = of_kind(judge, &object);

	if (made)
		set |= of_kind(judge,
			       &(struct resource){ .group = made->group, .kind = made->kind });
	return set;
}

static enum resource_kind kind_of(const struct resource *object)
{
	if (str_eq(object->kind, STR("Service")))
		return RESOURCE_SERVICE;
	if (str_eq(object->kind, STR("Ingress")))
		return RESOURCE_INGRESS;
	if (str_eq(object->kind, STR("ServiceAccount")))
		return RESOURCE_ACCOUNT;
	return RESOURCE_WORKLOAD;
}

/* Only what somebody makes on the way from a workload to its pods: an operator's own kind that
 * owns a Deployment is not where the Deployment is repaired. */
static const struct json *controller_of(const struct resource *object)
{
	static const char *const made[] = { "Pod", "ReplicaSet", "Job", "ReplicationController" };
	bool follows = false;

	for (size_t i = 0; i < ARRAY_LEN(made); i++)
		follows |= str_eq(object->kind, str_c(made[i]));
	if (!follows)
		return NULL;
	JSON_EACH (json_path(object->json, "metadata", "ownerReferences", NULL), owner) {
		str kind = json_get_str(owner, STR("kind"));

		if (!json_bool(JSON_GET(owner, "controller")) || str_eq(kind, STR("Node")))
			continue;
		if (str_eq(object->kind, STR("Job")) && !str_eq(kind, STR("CronJob")))
			continue;
		return owner;
	}
	return NULL;
}

/* Its template is that of its owner, or it makes nothing any more. */
static bool is_between(const struct resource *object, str owner)
{
	int64_t replicas;

	if (owner.n == 0 || str_eq(object->kind, STR("Pod")))
		return false;
	if (str_eq(owner, STR("Deployment")) || str_eq(owner, STR("CronJob")))
		return true;
	return json_i64(json_path(object->json, "spec", "replicas", NULL), &replicas) &&
	       replicas == 0;
}

/* ---- one review ---------------------------------------------------------------------------- */

struct run {
	struct posture_judge *judge;
	struct arena *arena;
	struct object_verdict *out;
	recommendation_bits matched, undecided, violated, failed, asked, no_windows;
	struct object_finding *findings;
	size_t finding_cap;
	struct object_reason *reasons;
	size_t reason_cap;
	const struct resource *object; /* at hand */
	struct sync_view *view;	       /* other objects, or NULL */
	struct usage usage;
};

static void on_judged(void *context, const struct constraint *c)
{
	struct run *run = context;
	const struct row *row = map_get(&run->judge->by_constraint, pointer_key(&c));
	recommendation_bits bit = RECOMMENDATION_BIT(row->recommendation);

	run->matched |= bit;
	if (!c->extra || !c->extra->undecided)
		return;
	run->undecided |= bit;
	usage_take(&run->usage, row->recommendation, row->rule, run->object);
}

static void add_reason(struct run *run, unsigned recommendation, str en, str ja)
{
	run->reasons = arena_grow(run->arena, run->reasons, run->out->reason_n, &run->reason_cap,
				  sizeof(*run->reasons));
	run->reasons[run->out->reason_n++] = (struct object_reason){
		.recommendation = recommendation,
		.text = { [LANG_EN] = en, [LANG_JA] = ja },
	};
}

/* What the policy says itself, else the title and where. */
static str japanese(const struct run *run, const struct row *row, const struct violation *v,
		    str container)
{
	const struct value *own = VALUE_GET(&v->details, "ja");
	str title = row->rule->check.text[CHECK_JA].title;

	if (own && own->type == VALUE_STRING)
		return value_text(own);
	if (row->rule->check.own || title.n == 0)
		return STR_EMPTY;
	if (container.n == 0)
		return title;
	return str_fmt(run->arena, "%.*s（コンテナー %.*s）", STR_ARG(title), STR_ARG(container));
}

static void take_violation(struct run *run, const struct violation *v)
{
	const struct row *row = map_get(&run->judge->by_constraint, pointer_key(&v->constraint));
	recommendation_bits bit = RECOMMENDATION_BIT(row->recommendation);
	const struct value *container = VALUE_GET(&v->details, "container");
	str subject = container ? value_text(container) : STR_EMPTY;

	if (v->failed) {
		if (!(run->failed & bit))
			add_reason(run, row->recommendation, v->message, STR_EMPTY);
		run->failed |= bit;
		return;
	}
	run->violated |= bit;
	if (run->out->finding_n >= POSTURE_FINDINGS_MAX) {
		run->out->dropped++;
		return;
	}
	run->findings = arena_grow(run->arena, run->findings, run->out->finding_n,
				   &run->finding_cap, sizeof(*run->findings));
	run->findings[run->out->finding_n++] = (struct object_finding){
		.recommendation = row->recommendation,
		.subject = subject,
		.message = { [LANG_EN] = v->message, [LANG_JA] = japanese(run, row, v, subject) },
	};
}

static str namespace_name(const struct resource *object)
{
	return resource_is_namespace(object) ? object->name : object->namespace;
}

static int review(struct run *run, const struct resource *object, const struct resource *namespace,
		  enum match_source source, struct err *err)
{
	struct admission *a = library_admission(run->judge->lib);
	struct review_run how = { .data = &a->data,
				  .point = STR("audit.gatekeeper.sh"),
				  .view = run->view,
				  .no_own = gatekeeper_config_excludes(&a->config, STR("audit"),
								       namespace_name(object)),
				  .cache = run->judge->cache,
				  .exempt = library_exempt(run->judge->lib),
				  .judged = on_judged,
				  .judged_context = run };
	struct review_result result;
	struct review review;

	run->object = object;
	run->asked |= of_kind(run->judge, object);
	review_of_object(&review, object, source);
	review.namespace = namespace;
	if (constraint_set_review(a->constraints, &review, &how, run->arena, &result, err) < 0)
		return -1;
	for (size_t i = 0; i < result.n; i++)
		take_violation(run, &result.items[i]);
	run->out->dropped += result.dropped;
	if (str_eq(json_str(json_path(object->json, "spec", "os", "name", NULL)), STR("windows")))
		run->no_windows = RECOMMENDATION_ALL;
	return 0;
}

/* What it makes, in the place of that. */
static int review_made(struct run *run, const struct resource *object,
		       const struct resource *namespace, struct err *err)
{
	struct expanded made;

	if (admission_expand(library_admission(run->judge->lib), object, run->arena, &made, err) <
	    0)
		return -1;
	for (size_t i = 0; i < made.n; i++) {
		if (review(run, &made.items[i].resource, namespace, MATCH_GENERATED, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- the verdict ---------------------------------------------------------------------------- */

static void conclude(struct run *run)
{
	struct object_verdict *out = run->out;
	recommendation_bits none = 0;

	for (unsigned i = 0; i < run->judge->set->n; i++) {
		recommendation_bits bit = RECOMMENDATION_BIT(i);

		if (!(run->asked & bit) || ((run->violated | run->failed) & bit))
			continue;
		if (run->judge->set->items[i].not_windows && run->no_windows) {
			none |= bit;
			add_reason(run, i, text_of(LANG_EN, TEXT_POSTURE_WINDOWS),
				   text_of(LANG_JA, TEXT_POSTURE_WINDOWS));
		} else if (!(run->matched & bit)) {
			none |= bit;
			add_reason(run, i, text_of(LANG_EN, TEXT_POSTURE_OUT_OF_SCOPE),
				   text_of(LANG_JA, TEXT_POSTURE_OUT_OF_SCOPE));
		}
	}
	out->unhealthy = run->violated;
	out->error = run->failed & ~run->violated;
	out->not_applicable = none;
	out->healthy = run->matched & ~(run->violated | run->failed | none);
	out->undecided = run->undecided;
	out->findings = run->findings;
	out->reasons = run->reasons;
	out->uses = run->usage.items;
	out->use_n = run->usage.n;
}

/* Nothing of it could be judged: an error of all that would have been asked. */
static void fail_all(struct run *run, const struct resource *object, const struct err *why)
{
	recommendation_bits asked = posture_judge_kind(run->judge, object->group, object->kind);
	str text = str_dup(run->arena, str_c(why->msg));

	run->out->reason_n = run->out->finding_n = run->usage.n = 0;
	run->violated = run->matched = 0;
	run->failed = run->asked = asked;
	for (unsigned i = 0; i < run->judge->set->n; i++) {
		if (asked & RECOMMENDATION_BIT(i))
			add_reason(run, i, text, STR_EMPTY);
	}
}

/* 1: something is asked of it. */
static int begin(struct run *run, const struct resource *object, struct err *err)
{
	const struct json *owner = controller_of(object);

	if (object->name.n == 0)
		return err_set(err, ERR_INPUT, "an object of kind %.*s without a name",
			       STR_ARG(object->kind));
	if (!posture_judge_kind(run->judge, object->group, object->kind))
		return 0;
	usage_init(&run->usage, run->arena, POSTURE_USES_MAX);
	*run->out = (struct object_verdict){
		.resource = kind_of(object),
		.kind = object->kind,
		.api_version = object->api_version,
		.namespace = object->namespace,
		.name = object->name,
		.owner_kind = json_get_str(owner, STR("kind")),
		.owner_name = json_get_str(owner, STR("name")),
		.is_pod = str_eq(object->kind, STR("Pod")) && str_empty(object->group),
	};
	return 1;
}

int posture_judge_part(struct posture_judge *judge, const struct resource *object, str why,
		       struct arena *arena, struct object_verdict *out, struct err *err)
{
	struct run run = { .judge = judge, .arena = arena, .out = out };
	struct err reason;
	int rc = begin(&run, object, err);

	if (rc <= 0)
		return rc;
	IGNORE(err_set(&reason, ERR_INPUT, "%.*s", STR_ARG(why))); /* -1 by contract */
	fail_all(&run, object, &reason);
	conclude(&run);
	return 1;
}

int posture_judge_object(struct posture_judge *judge, const struct resource *object,
			 const struct resource *namespace, struct arena *arena,
			 struct object_verdict *out, struct err *err)
{
	AUTO(sync_view_unref)
	struct sync_view *view = judge->inventory ? sync_store_view(judge->inventory) : NULL;
	struct run run = { .judge = judge, .arena = arena, .out = out, .view = view };
	struct err why;
	int rc = begin(&run, object, err);

	if (rc <= 0)
		return rc;
	if (is_between(object, out->owner_kind))
		return 1;
	if (review(&run, object, namespace, MATCH_ORIGINAL, &why) < 0 ||
	    review_made(&run, object, namespace, &why) < 0)
		fail_all(&run, object, &why);
	conclude(&run);
	return 1;
}
