/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "cmd/policy.h"
#include "cmd/progress.h"
#include "policy/constraint/bypass.h"
#include "policy/constraint/object_check.h"
#include "policy/constraint/provider_http.h"
#include "policy/policy.h"
#include "policy/yaml_write.h"
#include "report/grid.h"

enum {
	EVAL_FILENAME,
	EVAL_POLICY,
	EVAL_FORMAT,
	EVAL_OUTPUT,
	EVAL_DENY_ONLY,
	EVAL_SYNC,
	EVAL_POINT,
	EVAL_EXEMPT,
	EVAL_EXTERNAL,
	EVAL_OPTION_COUNT
};

static const char *const formats[] = { "text", "table", "json", "yaml", NULL };

static const struct option_spec options[EVAL_OPTION_COUNT] = {
	[EVAL_FILENAME] = POLICY_OPTION_FILENAME,
	[EVAL_POLICY] = {
		.name = "policies", .letter = 'p', .arg = "FILE", .repeat = true,
		.complete = COMPLETE_FILE,
		.help = { "Templates, constraints and what belongs to them; other objects there are only looked at",
			  "テンプレートと制約など（ほかのオブジェクトは参照されるだけ）" },
	},
	[EVAL_FORMAT] = {
		.name = "format", .arg = "FORMAT", .preset = "text", .words = formats,
		.help = { "Form of the answer", "出力形式" },
	},
	[EVAL_OUTPUT] = {
		.name = "output", .letter = 'o', .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Write the answer there; json and yaml are forms, as gator takes them",
			  "出力先ファイル（json と yaml は gator と同じく形式）" },
	},
	[EVAL_DENY_ONLY] = {
		.name = "deny-only",
		.help = { "Only violations that are denied", "拒否となる違反だけを示す" },
	},
	[EVAL_SYNC] = {
		.name = "sync",
		.help = { "Policies see only what Config and SyncSet name",
			  "Config と SyncSet が挙げるものだけを参照させる" },
	},
	[EVAL_POINT] = {
		.name = "enforcement-point", .arg = "NAME", .preset = "gator.gatekeeper.sh",
		.help = { "Of scoped constraints: where the evaluation takes place",
			  "scoped の制約について、評価の行われる場所" },
	},
	[EVAL_EXEMPT] = {
		.name = "exempt-namespace", .arg = "NAME", .list = true,
		.help = { "Namespaces in which the labels that bypass policies count (* at either end)",
			  "ポリシーを免除するラベルが効く名前空間（前後に * 可）" },
	},
	[EVAL_EXTERNAL] = POLICY_OPTION_EXTERNAL,
};

struct finding {
	const struct resource *object;
	struct violation violation;
};

struct evaluation {
	struct invocation *in;
	struct admission admission;
	struct finding *items;
	size_t n, cap, objects, dropped;
	bool denied, failed;
};

/* ---- forms --------------------------------------------------------------------------------- */

static str action_text(const struct violation *v)
{
	if (v->failed)
		return STR("error");
	return str_c(constraint_action_name(v->actions & ACTION_DENY   ? ACTION_DENY
					    : v->actions & ACTION_WARN ? ACTION_WARN
								       : ACTION_DRYRUN));
}

static void put_text(struct buf *b, const struct evaluation *e)
{
	for (size_t i = 0; i < e->n; i++) {
		const struct finding *f = &e->items[i];

		buf_add(b, resource_text(f->object, e->in->arena));
		BUF_LIT(b, ": [");
		value_quote(b, f->violation.constraint->name);
		BUF_LIT(b, "] Message: ");
		value_quote(b, f->violation.message);
		buf_byte(b, '\n');
	}
}

static void put_table(struct buf *b, const struct evaluation *e, size_t columns)
{
	struct grid grid;

	grid_init(&grid, 4, e->in->arena);
	GRID_ROW(&grid, STR("ACTION"), STR("CONSTRAINT"), STR("OBJECT"), STR("MESSAGE"));
	for (size_t i = 0; i < e->n; i++) {
		const struct violation *v = &e->items[i].violation;

		GRID_ROW(&grid, action_text(v),
			 str_fmt(e->in->arena, "%.*s/%.*s", STR_ARG(v->constraint->kind),
				 STR_ARG(v->constraint->name)),
			 resource_text(e->items[i].object, e->in->arena), v->message);
	}
	grid_put(&grid, b, 0, columns);
}

static struct value scoped_value(const struct violation *v, struct arena *arena)
{
	static const unsigned actions[] = { ACTION_DENY, ACTION_DRYRUN, ACTION_WARN };
	struct value_builder list;

	value_builder_init(&list, arena);
	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		if (v->actions & actions[i])
			value_builder_add(&list,
					  value_str(str_c(constraint_action_name(actions[i]))));
	}
	return value_builder_array(&list);
}

/* The members of a result as gator has them. */
static struct value finding_value(const struct finding *f, struct arena *arena)
{
	const struct violation *v = &f->violation;
	struct object_builder b, metadata;

	object_builder_init(&b, arena);
	object_builder_init(&metadata, arena);
	OBJECT_ADD(&metadata, "details", v->details);
	OBJECT_ADD(&b, "target", VALUE_STR("admission.k8s.gatekeeper.sh"));
	OBJECT_ADD(&b, "msg", value_str(v->message));
	OBJECT_ADD(&b, "metadata", object_builder_take_last(&metadata));
	OBJECT_ADD(&b, "constraint", value_from_json(v->constraint->json, arena));
	OBJECT_ADD(&b, "enforcementAction",
		   v->constraint->action
			   ? value_str(action_text(&(struct violation){ .actions = v->actions }))
			   : VALUE_STR("scoped"));
	if (!v->constraint->action)
		OBJECT_ADD(&b, "scopedEnforcementActions", scoped_value(v, arena));
	OBJECT_ADD(&b, "violatingObject", value_from_json(f->object->json, arena));
	OBJECT_ADD(&b, "failed", value_bool(v->failed));
	return object_builder_take_last(&b);
}

static void put_values(struct buf *b, const struct evaluation *e, bool json)
{
	struct value_builder list;
	struct json_writer w;
	struct value v;

	value_builder_init(&list, e->in->arena);
	for (size_t i = 0; i < e->n; i++)
		value_builder_add(&list, finding_value(&e->items[i], e->in->arena));
	v = value_builder_array(&list);
	if (!json) {
		yaml_write(&v, b);
		return;
	}
	json_writer_init(&w, b, 4);
	value_write_json(&v, &w);
	buf_byte(b, '\n');
}

static int put(const struct evaluation *e, struct err *err)
{
	str output = option_text(&e->in->options, EVAL_OUTPUT);
	str format = option_text(&e->in->options, EVAL_FORMAT);
	AUTO(buf_done)
	struct buf b = { 0 };

	if (str_eq(output, STR("json")) || str_eq(output, STR("yaml"))) {
		format = output;
		output = STR_EMPTY;
	}
	buf_init(&b, ANSWER_MAX);
	if (str_eq(format, STR("table")))
		put_table(&b, e, answer_columns(e->in, output));
	else if (str_eq(format, STR("text")))
		put_text(&b, e);
	else
		put_values(&b, e, str_eq(format, STR("json")));
	return answer_write(e->in, output, &b, err);
}

/* ---- evaluating ---------------------------------------------------------------------------- */

static void take(struct evaluation *e, const struct resource *object,
		 const struct review_result *result)
{
	for (size_t i = 0; i < result->n; i++) {
		const struct violation *v = &result->items[i];

		e->denied = e->denied || (v->actions & ACTION_DENY);
		e->failed = e->failed || v->failed;
		if (option_on(&e->in->options, EVAL_DENY_ONLY) && !(v->actions & ACTION_DENY))
			continue;
		e->items = arena_grow(e->in->arena, e->items, e->n, &e->cap, sizeof(*e->items));
		e->items[e->n] = (struct finding){ .object = object, .violation = *v };
		e->items[e->n].violation.message = str_dup(e->in->arena, v->message);
		value_copy(&e->items[e->n].violation.details, &v->details, e->in->arena);
		e->n++;
	}
	e->dropped += result->dropped;
}

static int review_one(struct evaluation *e, const struct document *d, const struct review_run *run,
		      struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct review_result result;
	struct review *review = ARENA_NEW(e->in->arena, struct review);
	str label;

	if (review_of_document(d->resource.json, review, err) < 0)
		return -1;
	review->namespace = admission_namespace(
		&e->admission, &(struct resource){ .namespace = review->namespace_name });
	review->inside = object_is_namespaced(review_object(review));
	if (admission_review(&e->admission, review, run, scratch, &result, err) < 0)
		return -1;
	label = bypass_refused(run->exempt, review_object(review));
	if (run->exempt->n > 0 && label.n > 0)
		progress_note(e->in->quiet,
			      str_fmt(e->in->arena, "%.*s: label %.*s is not for this namespace",
				      STR_ARG(resource_text(&d->resource, e->in->arena)),
				      STR_ARG(label)));
	if (result.bypass.n > 0)
		progress_note(e->in->quiet,
			      str_fmt(e->in->arena, "%.*s: bypassed by label %.*s",
				      STR_ARG(resource_text(&d->resource, e->in->arena)),
				      STR_ARG(result.bypass)));
	take(e, review_object(review), &result);
	e->objects++;
	return 0;
}

static int review_all(struct evaluation *e, const struct documents *docs, struct err *err)
{
	AUTO(builtin_cache_free)
	struct builtin_cache *cache = builtin_cache_new();
	struct bypass_list exempt = { 0 };
	struct review_run run = { .point = option_text(&e->in->options, EVAL_POINT),
				  .cache = cache,
				  .exempt = &exempt };

	exempt.names = option_items(&e->in->options, EVAL_EXEMPT, &exempt.n);
	for (size_t i = 0; i < docs->n; i++) {
		const struct document *d = &docs->items[i];

		if (admission_is_policy(&d->resource))
			continue;
		if (review_one(e, d, &run, err) < 0)
			return err_wrap(err, "%.*s", STR_ARG(d->file));
	}
	return 0;
}

static int add_data(struct evaluation *e, const struct documents *docs, struct err *err)
{
	bool sync = option_on(&e->in->options, EVAL_SYNC);

	for (size_t i = 0; i < docs->n; i++) {
		const struct resource *r = &docs->items[i].resource;
		bool is_review = str_eq(r->kind, STR("AdmissionReview"));

		if (is_review || (sync && !gatekeeper_config_syncs(&e->admission.config, r)))
			continue;
		if (admission_add_data(&e->admission, r, err) < 0)
			return err_wrap(err, "%.*s", STR_ARG(docs->items[i].file));
	}
	return 0;
}

static int evaluate(struct evaluation *e, struct err *err)
{
	static const str standard_input = STR_INIT("-");
	struct documents objects = { .arena = e->in->arena }, policies = objects;
	size_t n, policy_n;
	const str *paths = option_items(&e->in->options, EVAL_FILENAME, &n);
	const str *policy_paths = option_items(&e->in->options, EVAL_POLICY, &policy_n);

	if (n == 0) {
		paths = &standard_input;
		n = 1;
	}
	if (policy_read_objects(paths, n, &objects, err) < 0 ||
	    policy_read_objects(policy_paths, policy_n, &policies, err) < 0)
		return -1;
	if (objects.n + policies.n == 0)
		return err_set(err, ERR_INPUT, "no input data identified");
	if (policy_map_azure(e->in, policies.n > 0 ? &policies : &objects, false, err) < 0)
		return -1;
	for (size_t i = 0; i < policies.n; i++) {
		objects.items = arena_grow(objects.arena, objects.items, objects.n, &objects.cap,
					   sizeof(*objects.items));
		objects.items[objects.n++] = policies.items[i];
	}
	if (admission_add(&e->admission, objects.items, objects.n, err) < 0 ||
	    add_data(e, &objects, err) < 0 || admission_seal(&e->admission, err) < 0)
		return -1;
	if (constraint_set_constraints(e->admission.constraints) == 0)
		progress_note(e->in->quiet, STR("there is no constraint"));
	policy_tell_notes(e->in, &e->admission);
	objects.n -= policies.n; /* those of --policies are only looked at */
	return review_all(e, &objects, err);
}

static int run(struct invocation *in, struct err *err)
{
	struct evaluation e = { .in = in };
	int rc;

	admission_init(&e.admission, in->arena);
	if (option_on(&in->options, EVAL_EXTERNAL))
		provider_set_send(e.admission.providers, provider_http_send, NULL);
	rc = evaluate(&e, err);
	if (rc == 0)
		rc = put(&e, err);
	if (rc == 0 && e.dropped > 0)
		progress_note(in->quiet,
			      str_fmt(in->arena, "%zu more violations are not shown", e.dropped));
	admission_done(&e.admission);
	if (rc < 0)
		return -1;
	return e.denied ? EXIT_FINDINGS : e.failed ? EXIT_FAILED : EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "Which objects violate which constraints",
		    "どのオブジェクトがどの制約に違反するか" },
	  .line = "policy eval -f manifests/ -p policies/" },
	{ .what = { "Output of Helm as JSON", "Helm の出力を JSON で" },
	  .line = "policy eval -f - -p policies/ --format json" },
	{ .line = NULL },
};

const struct command command_policy_eval = {
	.name = "eval",
	.summary = { "Evaluate objects against templates and constraints",
		     "オブジェクトをテンプレートと制約で評価" },
	.about = { "Objects may come as YAML with many documents, JSON and Lists, and may be AdmissionReviews.\n"
		   "Exits with 1 when something is denied, with 3 when a constraint could not be judged.",
		   "YAML（複数文書）、JSON、List、AdmissionReview を読む。\n"
		   "拒否があれば終了コード 1、判定できない制約があれば 3。" },
	.fails = { "something is denied", "拒否されるものあり" },
	.options = options,
	.option_count = EVAL_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
