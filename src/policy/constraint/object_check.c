/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/object_check.h"

#include "policy/builtin.h"
#include "policy/constraint/object_check_internal.h"

/* ---- namespaces ---- */

/* Kinds of Kubernetes itself that live in namespaces, by group. */
static const struct {
	const char *group, *kinds;
} namespaced[] = {
	{ "", "ConfigMap Endpoints LimitRange PersistentVolumeClaim Pod PodTemplate "
	      "ReplicationController ResourceQuota Secret Service ServiceAccount" },
	{ "apps", "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet" },
	{ "autoscaling", "HorizontalPodAutoscaler" },
	{ "batch", "CronJob Job" },
	{ "extensions", "DaemonSet Deployment Ingress NetworkPolicy ReplicaSet" },
	{ "networking.k8s.io", "Ingress NetworkPolicy" },
	{ "policy", "PodDisruptionBudget" },
	{ "rbac.authorization.k8s.io", "Role RoleBinding" },
};

bool object_is_namespaced(const struct resource *r)
{
	for (size_t i = 0; i < ARRAY_LEN(namespaced); i++) {
		str rest = str_c(namespaced[i].kinds), kind;

		if (!str_eq(r->group, str_c(namespaced[i].group)))
			continue;
		while (str_split(&rest, ' ', &kind)) {
			if (str_eq(kind, r->kind))
				return true;
		}
	}
	return false;
}

/* The new member stands behind the others, so that places still fit. */
static void give_namespace(struct object_text *o, str namespace, struct arena *arena)
{
	const struct json *meta = JSON_GET(o->resource.json, "metadata");
	struct json *name = ARENA_NEW(arena, struct json);
	struct resource r;
	struct err err;

	if (o->resource.namespace.n > 0 || namespace.n == 0 || !object_is_namespaced(&o->resource))
		return;
	if (!json_is(meta, JSON_OBJECT))
		return; /* whatever that is */
	*name = json_make_str(namespace);
	meta = json_with(meta, STR("namespace"), name, arena);
	if (resource_read(json_with(o->resource.json, STR("metadata"), meta, arena), &r, &err) == 0)
		o->resource = r;
}

static bool has_own_rules(const struct object_check *check)
{
	size_t n = library_rules(check->library);

	return n > 0 && library_rule_at(check->library, n - 1)->check.own;
}

void object_check_prepare(struct object_check *check, struct object_file *file, str namespace)
{
	struct admission *admission = library_admission(check->library);
	bool all = has_own_rules(check);
	struct err err;

	for (size_t i = 0; i < file->n; i++) {
		struct object_text *o = &file->items[i];

		give_namespace(o, namespace, check->arena);
		/* Built-in rules look at no inventory. */
		if (all || resource_is_namespace(&o->resource))
			IGNORE(admission_add_data(admission, &o->resource, &err)); /* has a kind */
	}
}

int object_check_seal(struct object_check *check, struct err *err)
{
	struct admission *admission = library_admission(check->library);

	map_init(&check->unjudged, check->arena);
	map_init(&check->index, check->arena);
	for (size_t i = 0; i < library_rules(check->library); i++)
		map_put(&check->index, library_rule_at(check->library, i)->check.id,
			(void *)(uintptr_t)(i + 1));
	return admission_seal(admission, err);
}

/* ---- one object ---- */

struct one {
	struct object_check *check;
	struct object_file *file;
	struct object_verdicts *verdicts; /* beside the rules */
	const struct object_text *object;
	const struct check_object *name;
};

static struct object_verdicts *verdicts_of(struct one *one, const struct constraint *c)
{
	const struct library_rule *rule = library_rule_of(one->check->library, c);
	uintptr_t at = (uintptr_t)map_get(&one->check->index, rule->check.id);

	one->verdicts[at - 1].rule = rule;
	return &one->verdicts[at - 1];
}

static void add_object(struct arena *arena, const struct check_object ***items, size_t *n,
		       size_t *cap, const struct check_object *o)
{
	if (*n > 0 && (*items)[*n - 1] == o)
		return;
	*items = arena_grow(arena, *items, *n, cap, sizeof(const struct check_object *));
	(*items)[(*n)++] = o;
}

static void take_violation(struct one *one, const struct violation *v)
{
	struct object_verdicts *to = verdicts_of(one, v->constraint);
	struct arena *arena = one->check->arena;

	if (!v->failed) {
		IGNORE(object_finding_add(to, one->file, one->object, one->name, v, arena));
		return;
	}
	add_object(arena, &to->failed, &to->failed_n, &to->failed_cap, one->name);
	if (to->reason.n == 0)
		to->reason = str_fmt(arena, "line %u: %.*s %.*s: %.*s",
				     object_line(one->object, one->object->place),
				     STR_ARG(one->name->kind), STR_ARG(one->name->name),
				     STR_ARG(str_take(v->message, CHECK_TEXT_MAX)));
}

static bool has_violation(const struct object_check *check, const struct review_result *result,
			  const struct library_rule *rule)
{
	for (size_t i = 0; i < result->n; i++) {
		if (library_rule_of(check->library, result->items[i].constraint) == rule)
			return true;
	}
	return false;
}

static void take_result(struct one *one, const struct review_result *result)
{
	struct object_check *check = one->check;

	for (size_t i = 0; i < result->judged_n; i++) {
		struct object_verdicts *to = verdicts_of(one, result->judged[i]);

		if (to->rule->used_path.n > 0 && to->rule->undecided)
			object_used_add(check, to->rule, one->object);
		if (!has_violation(check, result, to->rule))
			add_object(check->arena, &to->passed, &to->passed_n, &to->passed_cap,
				   one->name);
	}
	for (size_t i = 0; i < result->n; i++)
		take_violation(one, &result->items[i]);
	if (result->n > 0 && result->dropped > 0)
		verdicts_of(one, result->items[0].constraint)->dropped += result->dropped;
}

static void count_unjudged(struct object_check *check, str kind)
{
	void **slot = map_slot(&check->unjudged, kind);
	struct object_tally *tally = *slot;

	if (!tally) {
		tally = ARENA_NEW(check->arena, struct object_tally);
		tally->kind = kind;
		*slot = tally;
	}
	tally->n++;
}

static void cannot_judge(struct object_file *file, const struct object_text *o,
			 const struct err *why)
{
	file->rest = arena_grow(file->arena, file->rest, file->rest_n, &file->rest_cap,
				sizeof(*file->rest));
	file->rest[file->rest_n++] = (struct object_rest){
		.kind = why->kind,
		.line = object_line(o, o->place),
		.reason = str_dup(file->arena, str_c(why->msg)),
	};
}

static const struct check_object *name_of(const struct object_text *o, struct arena *arena)
{
	struct check_object *name = ARENA_NEW(arena, struct check_object);
	const struct resource *r = &o->resource;

	*name = (struct check_object){ .api_version = r->api_version,
				       .kind = r->kind,
				       .namespace = r->namespace,
				       .name = r->name.n > 0 ? r->name : r->generate_name };
	return name;
}

static void judge_object(struct one *one)
{
	struct object_check *check = one->check;
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct review_run run = { .exempt = library_exempt(check->library),
				  .cache = check->cache,
				  .list_judged = true };
	struct review_result result;
	struct review review;
	struct err err;

	check->read++;
	review_of_object(&review, &one->object->resource, MATCH_ORIGINAL);
	if (admission_review(library_admission(check->library), &review, &run, scratch, &result,
			     &err) < 0) {
		cannot_judge(one->file, one->object, &err);
		return;
	}
	if (result.matched == 0) {
		count_unjudged(check, one->object->resource.kind);
		return;
	}
	check->judged++;
	take_result(one, &result);
}

/* ---- results of a file ---- */

static struct check_result *add_result(struct object_check *check, const struct library_rule *rule,
				       str path, enum check_verdict verdict)
{
	struct check_results *r = check->results;

	r->items = arena_grow(check->arena, r->items, r->n, &r->cap, sizeof(*r->items));
	r->items[r->n] =
		(struct check_result){ .check = &rule->check, .path = path, .verdict = verdict };
	return &r->items[r->n++];
}

static int by_line(const void *a, const void *b)
{
	const struct check_finding *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->col != y->col)
		return x->col < y->col ? -1 : 1;
	return str_cmp(x->message[CHECK_EN], y->message[CHECK_EN]);
}

static void add_findings(struct object_check *check, const struct object_verdicts *v, str path,
			 enum check_verdict verdict, struct check_finding *items, size_t n)
{
	struct check_result *r;

	if (n == 0)
		return;
	qsort(items, n, sizeof(*items), by_line);
	r = add_result(check, v->rule, path, verdict);
	r->findings = items;
	r->finding_n = n;
	/* Once of a file: what else passed, and what was left out. */
	if (verdict == CHECK_MANUAL && v->fail_n > 0)
		return;
	r->dropped = v->dropped;
	r->objects = v->passed;
	r->object_n = v->passed_n;
}

static void add_error(struct object_check *check, const struct object_verdicts *v, str path)
{
	struct check_result *r;
	size_t more = v->failed_n - 1;

	r = add_result(check, v->rule, path, CHECK_ERROR);
	r->objects = v->failed;
	r->object_n = v->failed_n;
	r->reason[CHECK_EN] = v->reason;
	if (more > 0)
		r->reason[CHECK_EN] =
			str_fmt(check->arena, "%.*s (and %zu more)", STR_ARG(v->reason), more);
	r->reason[CHECK_JA] = r->reason[CHECK_EN];
}

static void add_quiet(struct object_check *check, const struct object_verdicts *v,
		      const struct library_rule *rule, str path)
{
	bool pass = v->passed_n > 0;
	struct check_result *r;

	r = add_result(check, rule, path, pass ? CHECK_PASS : CHECK_NOT_APPLICABLE);
	r->objects = v->passed;
	r->object_n = v->passed_n;
	if (pass)
		return;
	r->reason[CHECK_EN] = STR("no object that the rule is for");
	r->reason[CHECK_JA] = STR("対象となるオブジェクトがない");
}

static void add_results(struct object_check *check, struct object_verdicts *v,
			const struct library_rule *rule, str path)
{
	if (str_eq(rule->enforcement, STR("disabled")) && !v->rule)
		return;
	add_findings(check, v, path, CHECK_FAIL, v->fails, v->fail_n);
	add_findings(check, v, path, CHECK_MANUAL, v->manuals, v->manual_n);
	if (v->failed_n > 0)
		add_error(check, v, path);
	if (v->fail_n + v->manual_n + v->failed_n == 0)
		add_quiet(check, v, rule, path);
}

void object_check_file(struct object_check *check, struct object_file *file)
{
	size_t rules = library_rules(check->library);
	struct one one = { .check = check, .file = file };

	if (file->n == 0)
		return;
	one.verdicts = ARENA_ARRAY(check->arena, struct object_verdicts, rules + 1);
	if (!check->cache)
		check->cache = builtin_cache_new();
	for (size_t i = 0; i < file->n; i++) {
		one.object = &file->items[i];
		one.name = name_of(one.object, check->arena);
		judge_object(&one);
	}
	for (size_t i = 0; i < rules; i++)
		add_results(check, &one.verdicts[i], library_rule_at(check->library, i),
			    file->path);
}

void object_check_end(struct object_check *check)
{
	object_used_tell(check);
	builtin_cache_free(check->cache);
	check->cache = NULL;
}
