/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/decide.h"

#include "base/err.h"
#include "base/num.h"
#include "base/time.h"
#include "hub/webhook/json_patch.h"
#include "policy/constraint/fix.h"
#include "report/fix_text.h"

#define PATCH_MAX   (16u << 20)
#define FIX_STEPS   300000u /* about 15 ms, of which only denials take any */
#define FIX_LEFT_MS 500	    /* without so much time none is looked for */
#define FIX_TEXT    1500u
#define MESSAGE_MAX (ADMISSION_MAX_MESSAGE + 1024u)

static const char *const verdict_names[VERDICT_COUNT] = {
	[VERDICT_ALLOWED] = "allowed",	       [VERDICT_AUDITED] = "audited",
	[VERDICT_WARNED] = "warned",	       [VERDICT_DENIED] = "denied",
	[VERDICT_FAILED_OPEN] = "failed_open", [VERDICT_FAILED_CLOSED] = "failed_closed",
	[VERDICT_MUTATED] = "mutated",
};

const char *verdict_name(enum verdict verdict) { return verdict_names[verdict]; }

void decide_not(const struct decide_opts *opts, str why, struct decision *out)
{
	*out = (struct decision){ .error = why };
	out->verdict = opts->fail_closed ? VERDICT_FAILED_CLOSED : VERDICT_FAILED_OPEN;
	out->answer.allowed = !opts->fail_closed;
	if (opts->fail_closed) {
		out->answer.code = 500;
		out->answer.message = why;
	} else {
		admission_answer_warn(&out->answer, why);
	}
}

/* ---- what becomes of a violation ----------------------------------------------------------- */

struct decider {
	struct library *library;
	const struct admission_request *request;
	const struct decide_opts *opts;
	struct arena *arena;
	struct decision *d;
	str object;	       /* "Pod default/web" */
	const char *audit_why; /* why nothing of this request is denied; NULL: it may be */
	struct buf message;    /* of the denial */
	size_t denials, more;
	bool failed_open;
};

static const char *audit_reason(const struct decider *r)
{
	const struct resource *object = review_object(&r->request->review);
	bool deleting = JSON_GET(JSON_GET(object->json, "metadata"), "deletionTimestamp") != NULL;
	str namespace = resource_is_namespace(object) ? object->name : r->request->namespace;

	for (size_t i = 0; namespace.n > 0 && i < r->opts->audit_only_n; i++) {
		if (match_wildcard(r->opts->audit_only[i], namespace))
			return "namespace is never denied";
	}
	if (deleting && str_eq(r->request->operation, STR("UPDATE")))
		return "the object is being deleted";
	return NULL;
}

/* The action for a violation, and why it is another than its rule says. */
static unsigned action_of(const struct decider *r, const struct violation *v, const char **instead)
{
	unsigned action = v->actions & ACTION_DENY   ? ACTION_DENY
			  : v->actions & ACTION_WARN ? ACTION_WARN
						     : ACTION_DRYRUN;

	if (action != ACTION_DENY)
		return action;
	if (r->audit_why) {
		*instead = r->audit_why;
		return ACTION_DRYRUN;
	}
	if (v->failed && !r->opts->fail_closed) {
		*instead = "could not be judged: fails open";
		return ACTION_WARN;
	}
	if (v->template.n > 0 && r->opts->expand == EXPAND_WARN) {
		*instead = "only what it makes is denied";
		return ACTION_WARN;
	}
	return action;
}

static void add_denial(struct decider *r, const struct finding *f)
{
	size_t n = r->message.n;

	if (r->denials++ > 0)
		buf_byte(&r->message, '\n');
	buf_fmt(&r->message, "[%.*s] %.*s: %s", STR_ARG(f->rule), STR_ARG(r->object),
		f->failed ? "could not be judged: " : "");
	buf_add(&r->message, f->message);
	if (r->message.overflow || r->message.n > ADMISSION_MAX_MESSAGE - 64) {
		r->message.overflow = false;
		r->message.n = n;
		r->more++;
	}
}

static void add_finding(struct decider *r, const struct violation *v)
{
	struct decision *d = r->d;
	struct finding f = { .message = v->message,
			     .details = v->details,
			     .template = v->template,
			     .failed = v->failed,
			     .undecided = v->undecided };
	unsigned action;

	if (v->template.n > 0 && r->opts->expand == EXPAND_OFF)
		return;
	f.rule = library_rule_of(r->library, v->constraint)->check.id;
	if (str_empty(f.rule))
		f.rule = v->constraint->name;
	action = action_of(r, v, &f.instead);
	f.action = action == ACTION_DENY ? "deny" : action == ACTION_WARN ? "warn" : "audit";
	r->failed_open = r->failed_open || (v->failed && action == ACTION_WARN);
	if (action == ACTION_DENY)
		add_denial(r, &f);
	else if (action == ACTION_WARN)
		admission_answer_warn(&d->answer,
				      str_fmt(r->arena, "[%.*s] %s%.*s", STR_ARG(f.rule),
					      f.failed ? "could not be judged: " : "",
					      STR_ARG(f.message)));
	if (d->n >= DECISION_MAX_FINDINGS) {
		d->dropped++;
		return;
	}
	d->items[d->n++] = f;
}

static void deny_label(struct decider *r, str label)
{
	r->denials++;
	buf_fmt(&r->message,
		"[bypass-label] %.*s: the label %.*s counts only in exempt namespaces, and must not "
		"be set in others",
		STR_ARG(r->object), STR_ARG(label));
	r->d->items[r->d->n++] = (struct finding){
		.rule = STR("bypass-label"),
		.message = str_fmt(r->arena, "label %.*s", STR_ARG(label)),
		.details = { .type = VALUE_OBJECT },
		.action = "deny",
	};
}

/* A namespace gets a label that would have to be refused; one that it had before is none of this.
 */
static str label_refused(const struct decider *r, const struct bypass_list *exempt)
{
	const struct review *review = &r->request->review;
	str label;

	if (!review->object.json || str_eq(r->request->operation, STR("DELETE")))
		return STR_EMPTY;
	label = bypass_refused(exempt, &review->object);
	if (label.n > 0 && review->old_object.json && json_get(review->old_object.labels, label))
		return STR_EMPTY;
	return label;
}

static void annotate(struct decider *r)
{
	struct decision *d = r->d;
	AUTO(buf_done)
	struct buf b = { 0 };

	if (d->n == 0)
		return;
	buf_init(&b, 4096);
	for (size_t i = 0; i < d->n; i++) {
		const struct finding *f = &d->items[i];

		/* Those of one rule stand together. */
		if (i == 0 || !str_eq(f->rule, f[-1].rule) || f->action != f[-1].action)
			buf_fmt(&b, "%s%.*s=%s", i ? "," : "", STR_ARG(f->rule), f->action);
	}
	d->answer.annotations[0].key = STR("violations");
	d->answer.annotations[0].value = str_dup(r->arena, buf_str(&b));
	d->answer.annotations_n = 1;
}

static void conclude(struct decider *r)
{
	struct decision *d = r->d;

	d->answer.allowed = r->denials == 0;
	if (r->denials > 0) {
		if (r->more > 0)
			buf_fmt(&r->message, "\n%zu more are not shown", r->more);
		d->verdict = VERDICT_DENIED;
		d->answer.code = 403;
		d->answer.message = str_dup(r->arena, buf_str(&r->message));
	} else if (r->failed_open) {
		d->verdict = VERDICT_FAILED_OPEN;
	} else if (d->answer.warnings_n > 0) {
		d->verdict = VERDICT_WARNED;
	} else if (d->n + d->dropped > 0) {
		d->verdict = VERDICT_AUDITED;
	}
	annotate(r);
}

/* True when all that was denied are rules that could not be judged. */
static bool only_failures(const struct decision *d)
{
	for (size_t i = 0; i < d->n; i++) {
		if (str_eq(str_c(d->items[i].action), STR("deny")) && !d->items[i].failed)
			return false;
	}
	return true;
}

/* What would have passed, behind the reasons. */
static void add_fix(struct decider *r, const struct review *review, const struct review_run *run)
{
	struct admission *admission = library_admission(r->library);
	struct review_run how = *run;
	struct fix_request request = { .set = admission->constraints,
				       .expansions = r->opts->expand == EXPAND_ON
							     ? &admission->expansions
							     : NULL,
				       .review = review,
				       .run = &how,
				       .actions = ACTION_DENY,
				       .max_steps = FIX_STEPS,
				       .kubernetes_minor = r->opts->kubernetes_minor };
	struct fix fix;
	struct err err;
	str text;

	if (run->deadline_ms && run->deadline_ms - time_mono_ms() < FIX_LEFT_MS)
		return;
	how.data = &admission->data;
	/* A denial is whole without it: no change found is no failure. */
	if (fix_find(&request, r->arena, &fix, &err) < 0)
		return;
	text = fix_text(&fix, LANG_EN, FIX_TEXT, r->arena);
	if (text.n > 0)
		r->d->answer.message =
			str_fmt(r->arena, "%.*s\nWhat would pass:\n%.*s",
				STR_ARG(r->d->answer.message), STR_ARG(str_rtrim(text)));
}

/* Gatekeeper's Config leaves the namespace out of this process (spec.match): for policies of the
 * user, since the built-in rules have namespaces of their own. */
static bool is_excluded(struct library *library, const struct review *review, const char *process,
			struct decision *out)
{
	const struct resource *object = review_object(review);
	str namespace = resource_is_namespace(object)  ? object->name
			: review->namespace_name.n > 0 ? review->namespace_name
						       : object->namespace;

	out->excluded = gatekeeper_config_excludes(&library_admission(library)->config,
						   str_c(process), namespace);
	return out->excluded;
}

void decide_validate(struct library *library, const struct admission_request *request,
		     const struct decide_opts *opts, struct arena *arena, struct decision *out)
{
	struct review review = request->review;
	struct review_run run = { .point = STR("validation.gatekeeper.sh"),
				  .view = opts->view,
				  .cache = opts->cache,
				  .exempt = library_exempt(library),
				  .max_steps = opts->max_steps,
				  .deadline_ms = opts->deadline_ms };
	struct decider r = { library, request, opts, arena, out, .audit_why = NULL };
	struct review_result result;
	struct err err;
	str label;

	*out = (struct decision){ .verdict = VERDICT_ALLOWED, .answer = { .allowed = true } };
	if (request->nothing.n > 0) {
		decide_not(opts, request->nothing, out);
		return;
	}
	run.no_own = is_excluded(library, &review, "webhook", out);
	review.namespace = opts->namespace;
	if (admission_review(library_admission(library), &review, &run, arena, &result, &err) < 0) {
		decide_not(opts, str_dup(arena, str_c(err.msg)), out);
		return;
	}
	r.object = admission_request_object(request, arena);
	r.audit_why = audit_reason(&r);
	out->bypass = result.bypass;
	/* One more for a label that is refused. */
	out->items =
		ARENA_ARRAY(arena, struct finding, size_min(result.n, DECISION_MAX_FINDINGS) + 1);
	buf_init(&r.message, MESSAGE_MAX);
	label = label_refused(&r, run.exempt);
	if (label.n > 0)
		deny_label(&r, label);
	for (size_t i = 0; i < result.n; i++)
		add_finding(&r, &result.items[i]);
	out->dropped += result.dropped;
	conclude(&r);
	if (out->verdict == VERDICT_DENIED && only_failures(out))
		out->verdict = VERDICT_FAILED_CLOSED;
	else if (out->verdict == VERDICT_DENIED && opts->fix)
		add_fix(&r, &review, &run);
	buf_done(&r.message);
}

/* ---- mutation ------------------------------------------------------------------------------ */

void decide_mutate(struct library *library, const struct admission_request *request,
		   const struct decide_opts *opts, struct arena *arena, struct decision *out)
{
	struct admission *admission = library_admission(library);
	struct mutation_run run = { .namespace = opts->namespace,
				    .source = MATCH_ORIGINAL,
				    .username = request->username,
				    .providers = admission->providers };
	const struct json *object = request->review.object.json, *changed;
	AUTO(buf_done)
	struct buf patch = { 0 };
	struct err err;
	int rc;

	*out = (struct decision){ .verdict = VERDICT_ALLOWED, .answer = { .allowed = true } };
	if (request->nothing.n > 0 || admission->mutations.n == 0 ||
	    (!str_eq(request->operation, STR("CREATE")) &&
	     !str_eq(request->operation, STR("UPDATE"))))
		return;
	if (is_excluded(library, &request->review, "mutation-webhook", out))
		return;
	rc = mutation_set_apply(&admission->mutations, object, &run, arena, &changed, &err);
	if (rc < 0) {
		decide_not(opts, str_dup(arena, str_c(err.msg)), out);
		return;
	}
	if (rc == 0)
		return;
	buf_init(&patch, PATCH_MAX);
	json_patch_write(object, changed, &patch);
	if (patch.overflow) {
		decide_not(opts, STR("the change is too large"), out);
		return;
	}
	out->answer.patch = str_dup(arena, buf_str(&patch));
	out->verdict = VERDICT_MUTATED;
}
