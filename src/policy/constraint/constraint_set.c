/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/constraint_set.h"

#include "base/err.h"
#include "base/map.h"
#include "policy/constraint/bypass.h"
#include "policy/constraint/constraint_template.h"
#include "policy/constraint/evaluation.h"
#include "policy/constraint/sync_store.h"
#include "policy/share.h"

#include <assert.h>
#include <time.h>

/* Indices into the set's constraints, rising. */
struct index_list {
	uint32_t *items;
	size_t n, cap;
};

struct constraint_set {
	struct arena *arena;
	unsigned refs;
	struct constraint_template **templates;
	size_t template_n, template_cap;
	struct map by_kind; /* of templates */
	struct constraint **constraints;
	size_t n, cap;
	struct map by_name;	  /* "Kind/name" to its index + 1 */
	struct map kinds;	  /* of objects, to struct index_list */
	struct index_list any;	  /* constraints for all kinds */
	struct share_ids *shares; /* of the templates */
	uint32_t match_n;	  /* different matches */
	bool sealed;
};

struct constraint_set *constraint_set_new(void)
{
	struct constraint_set *set = mem_zalloc(sizeof(*set));

	set->arena = arena_new();
	set->refs = 1;
	set->shares = share_ids_new(set->arena);
	map_init(&set->by_kind, set->arena);
	map_init(&set->by_name, set->arena);
	map_init(&set->kinds, set->arena);
	return set;
}

struct constraint_set *constraint_set_ref(struct constraint_set *set)
{
	if (set)
		__atomic_add_fetch(&set->refs, 1, __ATOMIC_RELAXED);
	return set;
}

void constraint_set_unref(struct constraint_set *set)
{
	if (!set || __atomic_sub_fetch(&set->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	for (size_t i = 0; i < set->template_n; i++)
		constraint_template_free(set->templates[i]);
	arena_free(set->arena);
	free(set);
}

static int add_template(struct constraint_set *set, const struct json *json, struct err *err)
{
	AUTO(constraint_template_free)
	struct constraint_template *t = constraint_template_new(json, set->shares, err);

	if (!t)
		return -1;
	if (set->template_n >= CONSTRAINT_SET_MAX)
		return err_set(err, ERR_LIMIT, "more than %u templates", CONSTRAINT_SET_MAX);
	set->templates = arena_grow(set->arena, set->templates, set->template_n, &set->template_cap,
				    sizeof(struct constraint_template *));
	map_put(&set->by_kind, t->kind, t);
	set->templates[set->template_n++] = TAKE(t);
	return 1;
}

void constraint_set_add_broken(struct constraint_set *set, const struct json *json, str why)
{
	struct constraint_template *t = constraint_template_broken(json, why);

	if (!t || map_has(&set->by_kind, t->kind) || set->template_n >= CONSTRAINT_SET_MAX) {
		constraint_template_free(t);
		return;
	}
	set->templates = arena_grow(set->arena, set->templates, set->template_n, &set->template_cap,
				    sizeof(struct constraint_template *));
	map_put(&set->by_kind, t->kind, t);
	set->templates[set->template_n++] = t;
}

static int add_constraint(struct constraint_set *set, const struct resource *r,
			  const struct constraint_extra *extra, struct err *err)
{
	struct constraint_template *t = map_get(&set->by_kind, r->kind);
	struct constraint *c = ARENA_NEW(set->arena, struct constraint);
	size_t known;
	str key;

	if (!t)
		return err_set(err, ERR_NOT_FOUND,
			       "constraint %.*s/%.*s: there is no template for this kind",
			       STR_ARG(str_take(r->kind, 200)), STR_ARG(str_take(r->name, 200)));
	if (set->n >= CONSTRAINT_SET_MAX)
		return err_set(err, ERR_LIMIT, "more than %u constraints", CONSTRAINT_SET_MAX);
	if (constraint_read(r->json, t, set->arena, c, err) < 0)
		return -1;
	c->extra = extra;
	key = str_fmt(set->arena, "%.*s/%.*s", STR_ARG(c->kind), STR_ARG(c->name));
	known = (size_t)(uintptr_t)map_get(&set->by_name, key);
	if (known) {
		set->constraints[known - 1] = c;
		return 1;
	}
	set->constraints = arena_grow(set->arena, set->constraints, set->n, &set->cap,
				      sizeof(struct constraint *));
	set->constraints[set->n++] = c;
	map_put(&set->by_name, key, (void *)(uintptr_t)set->n);
	return 1;
}

int constraint_set_add(struct constraint_set *set, const struct json *json, struct err *err)
{
	return constraint_set_add_extra(set, json, NULL, err);
}

int constraint_set_add_extra(struct constraint_set *set, const struct json *json,
			     const struct constraint_extra *extra, struct err *err)
{
	struct resource r;

	assert(!set->sealed);
	if (resource_read(json, &r, err) < 0)
		return -1;
	if (resource_is(&r, STR("templates.gatekeeper.sh"), STR("ConstraintTemplate")))
		return add_template(set, json, err);
	return str_eq(r.group, CONSTRAINT_GROUP) ? add_constraint(set, &r, extra, err) : 0;
}

static int by_name(const void *a, const void *b)
{
	const struct constraint *x = *(const struct constraint *const *)a;
	const struct constraint *y = *(const struct constraint *const *)b;
	int order = str_cmp(x->kind, y->kind);

	return order ? order : str_cmp(x->name, y->name);
}

static void list_add(struct constraint_set *set, struct index_list *list, size_t i)
{
	if (list->n > 0 && list->items[list->n - 1] == i)
		return;
	list->items = arena_grow(set->arena, list->items, list->n, &list->cap, sizeof(uint32_t));
	list->items[list->n++] = (uint32_t)i;
}

static bool for_all_kinds(const struct match *match)
{
	for (size_t i = 0; i < match->kinds_n; i++) {
		const struct json *kinds = match->kinds[i].kinds;

		JSON_EACH (kinds, kind)
			if (str_eq(json_str(kind), STR("*")))
				return true;
		if (json_len(kinds) == 0)
			return true;
	}
	return match->kinds_n == 0;
}

static void index_constraint(struct constraint_set *set, size_t i)
{
	const struct match *match = &set->constraints[i]->match;

	if (for_all_kinds(match)) {
		list_add(set, &set->any, i);
		return;
	}
	for (size_t k = 0; k < match->kinds_n; k++) {
		JSON_EACH (match->kinds[k].kinds, kind) {
			void **slot = map_slot(&set->kinds, json_str(kind));

			if (!*slot)
				*slot = ARENA_NEW(set->arena, struct index_list);
			list_add(set, *slot, i);
		}
	}
}

#define MATCH_MAX (64u << 20) /* bytes of all */

/* Constraints of one set mostly match the same objects: what a review says of one holds for all. */
static void number_matches(struct constraint_set *set)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct map ids; /* text of a match to its id + 1 */

	map_init(&ids, scratch);
	for (size_t i = 0; i < set->n; i++) {
		struct json_writer w;
		struct buf b;
		void **slot;

		buf_init(&b, MATCH_MAX);
		json_writer_init(&w, &b, 0);
		json_put(&w, json_path(set->constraints[i]->json, "spec", "match", NULL));
		slot = map_slot(&ids, str_dup(scratch, buf_str(&b)));
		if (!*slot || b.overflow)
			*slot = (void *)(uintptr_t)++set->match_n;
		set->constraints[i]->match_id = (uint32_t)(uintptr_t)*slot - 1;
		buf_done(&b);
	}
}

void constraint_set_seal(struct constraint_set *set)
{
	if (set->n > 0)
		qsort(set->constraints, set->n, sizeof(struct constraint *), by_name);
	for (size_t i = 0; i < set->n; i++)
		index_constraint(set, i);
	number_matches(set);
	set->sealed = true;
}

size_t constraint_set_templates(const struct constraint_set *set) { return set->template_n; }

const struct constraint_template *constraint_set_template(const struct constraint_set *set,
							  size_t i)
{
	return set->templates[i];
}

size_t constraint_set_constraints(const struct constraint_set *set) { return set->n; }

const struct constraint *constraint_set_constraint(const struct constraint_set *set, size_t i)
{
	return set->constraints[i];
}

/* ---- reviewing ----------------------------------------------------------------------------- */

struct reviewer {
	const struct constraint_set *set;
	const struct review *review;
	const struct review_run *run;
	struct arena *arena;
	struct review_result *result;
	struct builtin_cache *cache;
	struct policy_share *share;
	struct value object; /* input.review */
	bool has_object;
	struct policy_run begun;       /* how the first constraint was evaluated */
	struct value like, like_input; /* parameters, and the input that they are a part of */
	size_t of_constraint;	       /* violations of the one at hand */
	int8_t *matches; /* by id of the match: 1 for the object, -1 not; 0: not known yet */
};

/* The namespace that the change is in, or is. */
static str namespace_of(const struct reviewer *r)
{
	const struct resource *object = review_object(r->review);

	if (resource_is_namespace(object))
		return object->name;
	return r->review->namespace_name.n > 0 ? r->review->namespace_name : object->namespace;
}

static void note_judged(struct reviewer *r, const struct constraint *c)
{
	struct review_result *result = r->result;

	result->matched++;
	if (!r->run->list_judged)
		return;
	result->judged = arena_grow(r->arena, result->judged, result->judged_n, &result->judged_cap,
				    sizeof(const struct constraint *));
	result->judged[result->judged_n++] = c;
}

static bool is_audit_only(const struct reviewer *r, const struct constraint *c)
{
	return c->extra && bypass_is_exempt(c->extra->audit_only, namespace_of(r));
}

static void add_violation(struct reviewer *r, const struct constraint *c, str message,
			  const struct value *details, bool failed)
{
	struct review_result *result = r->result;
	struct object_builder none;
	struct violation v = { .constraint = c, .message = message, .failed = failed };

	if (r->of_constraint++ >= CONSTRAINT_SET_MAX_VIOLATION) {
		result->dropped++;
		return;
	}
	object_builder_init(&none, r->arena);
	v.details = details ? *details : object_builder_take_last(&none);
	v.actions = constraint_actions(c, r->run->point);
	v.undecided = c->extra && c->extra->undecided && !failed;
	if ((result->bypass.n > 0 || v.undecided || is_audit_only(r, c)) &&
	    (v.actions & ACTION_DENY))
		v.actions = (v.actions & ~(unsigned)ACTION_DENY) | ACTION_DRYRUN;
	result->items = arena_grow(r->arena, result->items, result->n, &result->cap,
				   sizeof(*result->items));
	result->items[result->n++] = v;
}

/* An element of the rule `violation`: {"msg": text, "details": any}; one without msg is none. */
static void take_answer(struct reviewer *r, const struct constraint *c, const struct value *v)
{
	const struct value *msg = VALUE_GET(v, "msg");

	if (v->type != VALUE_OBJECT || !msg)
		return;
	if (msg->type != VALUE_STRING) {
		add_violation(r, c,
			      str_fmt(r->arena, "message binding was %s but want string",
				      value_type_name(msg->type)),
			      NULL, true);
		return;
	}
	add_violation(r, c, value_text(msg), VALUE_GET(v, "details"), false);
}

static void take_answers(struct reviewer *r, const struct constraint *c,
			 const struct policy_answers *answers)
{
	for (size_t i = 0; i < answers->n; i++) {
		const struct value *v = &answers->items[i].values[0];

		for (uint32_t k = 0; k < v->n; k++) {
			if (v->type == VALUE_SET || v->type == VALUE_ARRAY)
				take_answer(r, c, &v->items[k]);
			else if (v->type == VALUE_OBJECT)
				take_answer(r, c, &v->members[k].value);
		}
	}
}

/* Depth and size: most parameters have those of the ones before, then so has the input. */
static void measure(struct reviewer *r, const struct value *parameters, struct value *input)
{
	if (r->like_input.depth > 0 && r->like.depth == parameters->depth &&
	    value_size(&r->like) == value_size(parameters)) {
		input->depth = r->like_input.depth;
		input->size_high = r->like_input.size_high;
		input->size_low = r->like_input.size_low;
		return;
	}
	value_measure(input);
	r->like = *parameters;
	r->like_input = *input;
}

/* What violations say may be parts of it. */
static struct value input_of(struct reviewer *r, const struct constraint *c)
{
	struct value_member *members = ARENA_ARRAY(r->arena, struct value_member, 2);
	struct value input = { .type = VALUE_OBJECT, .n = 2, .members = members };

	if (!r->has_object) {
		r->object = review_value(r->review, r->arena);
		r->share = policy_share_new(r->set->shares, r->arena);
		r->has_object = true;
	}
	members[0] = (struct value_member){ VALUE_STR("parameters"), c->input };
	members[1] = (struct value_member){ VALUE_STR("review"), r->object };
	measure(r, &c->input, &input);
	return input;
}

static void evaluate(struct reviewer *r, const struct constraint *c)
{
	struct value input = input_of(r, c);
	struct policy_answers answers;
	bool first = r->begun.max_steps == 0;
	struct policy_run how = r->begun;
	struct err err;

	if (first ? !evaluation_begin(r->run, &input, r->cache, &how)
		  : !evaluation_again(r->run, &input, &how)) {
		add_violation(r, c, STR("not judged: the time for this review is over"), NULL,
			      true);
		return;
	}
	how.share = r->share;
	if (first)
		r->begun = how;
	if (policy_eval(c->template->query, &how, r->arena, &answers, &err) < 0)
		add_violation(r, c, str_dup(r->arena, str_c(err.msg)), NULL, true);
	else
		take_answers(r, c, &answers);
	r->result->steps += how.steps;
}

/* 1, 0, -1 as review_matches. */
static int matches(const struct reviewer *r, const struct constraint *c, struct err *err)
{
	int8_t *known = &r->matches[c->match_id];
	int rc;

	if (*known != 0)
		return *known > 0;
	rc = review_matches(r->review, &c->match, err);
	if (rc >= 0)
		*known = rc > 0 ? 1 : -1;
	return rc;
}

/* 1: what the library says lets the constraint judge; 0: it does not; -1: not to be told. */
static int extra_matches(const struct reviewer *r, const struct constraint_extra *extra,
			 struct err *err)
{
	str namespace = namespace_of(r);
	int rc;

	if (!extra)
		return 1;
	if (namespace.n > 0 && match_wildcards(extra->excluded, namespace) &&
	    !bypass_is_exempt(extra->audit_only, namespace))
		return 0;
	for (size_t i = 0; i < extra->only_n; i++) {
		rc = review_matches(r->review, extra->only[i], err);
		if (rc <= 0)
			return rc;
	}
	for (size_t i = 0; i < extra->unless_n; i++) {
		rc = review_matches(r->review, extra->unless[i], err);
		if (rc != 0)
			return rc < 0 ? -1 : 0;
	}
	return 1;
}

/* The built-in rules know what to say without other objects. */
static str missing(const struct reviewer *r, const struct constraint *c)
{
	if (!r->run->view || c->extra)
		return STR_EMPTY;
	return sync_view_missing(r->run->view, &c->template->needs, r->arena);
}

static void judge(struct reviewer *r, const struct constraint *c)
{
	struct err err;
	str why;
	int rc;

	if (constraint_actions(c, r->run->point) == 0 || (r->run->no_own && !c->extra))
		return;
	rc = matches(r, c, &err);
	if (rc > 0)
		rc = extra_matches(r, c->extra, &err);
	if (rc == 0)
		return;
	note_judged(r, c);
	r->of_constraint = 0;
	if (r->run->judged)
		r->run->judged(r->run->judged_context, c);
	if (rc < 0)
		add_violation(r, c, str_fmt(r->arena, "failed to run Match criteria: %s", err.msg),
			      NULL, true);
	else if (c->template->unsupported.n > 0)
		add_violation(r, c,
			      str_fmt(r->arena, "error(%.*s)", STR_ARG(c->template->unsupported)),
			      NULL, true);
	else if ((why = missing(r, c)).n > 0)
		add_violation(r, c, why, NULL, true);
	else
		evaluate(r, c);
}

/* Both lists, in the order of the set. */
static void judge_all(struct reviewer *r, const struct index_list *some,
		      const struct index_list *any)
{
	size_t i = 0, k = 0, some_n = some ? some->n : 0;

	while (i < some_n || k < any->n) {
		uint32_t next;

		if (k == any->n || (i < some_n && some->items[i] < any->items[k]))
			next = some->items[i++];
		else
			next = any->items[k++];
		judge(r, r->set->constraints[next]);
	}
}

/* One time for all constraints of a review. */
static int64_t now_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int constraint_set_review(const struct constraint_set *set, const struct review *review,
			  const struct review_run *run, struct arena *arena,
			  struct review_result *out, struct err *err)
{
	AUTO(builtin_cache_free)
	struct builtin_cache *own = NULL;
	struct review_result result = { 0 };
	struct review copy = *review;
	struct review_run how = *run;
	struct reviewer r = {
		.set = set, .review = &copy, .run = &how, .arena = arena, .result = &result
	};

	assert(set->sealed);
	if (str_empty(review_object(review)->kind))
		return err_set(err, ERR_INPUT, "an object without kind cannot be reviewed");
	if (!copy.namespace && copy.namespace_name.n > 0)
		copy.namespace = sync_data_namespace(run->data, copy.namespace_name);
	how.now_ns = run->now_ns ? run->now_ns : now_ns();
	result.bypass = bypass_label(run->exempt, copy.namespace);
	if (!run->cache)
		own = builtin_cache_new();
	r.cache = run->cache ? run->cache : own;
	r.matches = arena_array(arena, set->match_n, sizeof(*r.matches));
	judge_all(&r, map_get(&set->kinds, review_object(review)->kind), &set->any);
	*out = result;
	return 0;
}
