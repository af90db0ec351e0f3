/* SPDX-License-Identifier: Apache-2.0 */
/* Constraints are asked about an object that is being changed. */
#include "base/err.h"
#include "policy/constraint/constraint_template.h"
#include "policy/constraint/evaluation.h"
#include "policy/constraint/expansion.h"
#include "policy/constraint/fix_internal.h"
#include "policy/constraint/sync_data.h"

/* ---- the object of a target ---------------------------------------------------------------- */

static struct value with_member(const struct value *object, str key, struct value v,
				struct arena *arena)
{
	struct object_builder b;

	object_builder_init(&b, arena);
	for (uint32_t i = 0; object && object->type == VALUE_OBJECT && i < object->n; i++)
		object_builder_add(&b, object->members[i].key, object->members[i].value);
	object_builder_add(&b, value_str(key), v);
	return object_builder_take_last(&b);
}

/* What the expansion puts into the head of an object that it makes. */
static struct value with_head(const struct value *v, const struct value *made, struct arena *arena)
{
	static const char *const heads[] = { "apiVersion", "kind" };
	static const char *const names[] = { "name", "namespace", "ownerReferences" };
	const struct value *old = VALUE_GET(made, "metadata"), *given = NULL;
	struct value out = *v, metadata;

	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		const struct value *head = value_get_str(made, str_c(heads[i]));

		if (head)
			out = with_member(&out, str_c(heads[i]), *head, arena);
	}
	if (v->type == VALUE_OBJECT)
		given = VALUE_GET(v, "metadata");
	if (given && given->type == VALUE_OBJECT) {
		metadata = *given;
	} else {
		struct object_builder none;

		object_builder_init(&none, arena);
		metadata = object_builder_take_last(&none);
	}
	for (size_t i = 0; old && old->type == VALUE_OBJECT && i < ARRAY_LEN(names); i++) {
		const struct value *name = value_get_str(old, str_c(names[i]));

		if (name)
			metadata = with_member(&metadata, str_c(names[i]), *name, arena);
	}
	return with_member(&out, STR("metadata"), metadata, arena);
}

struct value fix_target_object(const struct fix_target *target, const struct value *object,
			       struct arena *arena)
{
	const struct value *v;

	if (target->source_n == 0)
		return *object;
	v = fix_value_at(object, target->source, target->source_n);
	return with_head(v ? v : object, &target->made, arena);
}

static struct value review_with(const struct fix_target *target, const struct value *object,
				struct arena *arena)
{
	static const char *const names[] = { "name", "namespace" };
	struct value out = with_member(&target->review, STR("object"), *object, arena);
	const struct value *metadata =
		object->type == VALUE_OBJECT ? VALUE_GET(object, "metadata") : NULL;

	for (size_t i = 0; target->from_object && metadata && metadata->type == VALUE_OBJECT &&
			   i < ARRAY_LEN(names);
	     i++) {
		const struct value *v = value_get_str(metadata, str_c(names[i]));

		if (v && v->type == VALUE_STRING && v->n > 0)
			out = with_member(&out, str_c(names[i]), *v, arena);
	}
	return out;
}

/* ---- verdicts ------------------------------------------------------------------------------ */

static int by_hash(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void take_violation(struct fix_verdict *to, const struct value *v, size_t *cap,
			   struct arena *arena)
{
	const struct value *msg = v->type == VALUE_OBJECT ? VALUE_GET(v, "msg") : NULL;

	if (!msg || to->n >= CONSTRAINT_SET_MAX_VIOLATION)
		return;
	if (msg->type != VALUE_STRING)
		to->failed = true;
	if (to->n == 0)
		to->first = value_text(msg);
	to->messages = arena_grow(arena, to->messages, to->n, cap, sizeof(*to->messages));
	to->messages[to->n++] = value_hash(v);
}

static void take_answers(struct fix_verdict *to, const struct policy_answers *answers,
			 struct arena *arena)
{
	size_t cap = 0;

	for (size_t i = 0; i < answers->n; i++) {
		const struct value *v = &answers->items[i].values[0];

		for (uint32_t k = 0; v->type >= VALUE_ARRAY && k < v->n; k++)
			take_violation(
				to, v->type == VALUE_OBJECT ? &v->members[k].value : &v->items[k],
				&cap, arena);
	}
	if (to->n > 1)
		qsort(to->messages, to->n, sizeof(*to->messages), by_hash);
}

void fix_judge(struct fix_search *search, const struct fix_target *target,
	       const struct value *object, struct fix_trace *trace, struct arena *arena,
	       struct fix_verdict *out)
{
	struct value review = review_with(target, object, arena), input;
	struct policy_answers answers;
	struct object_builder b;
	struct policy_run how;
	struct err err;

	*out = (struct fix_verdict){ 0 };
	object_builder_init(&b, arena);
	OBJECT_ADD(&b, "parameters", target->constraint->input);
	OBJECT_ADD(&b, "review", review);
	input = object_builder_take_last(&b);
	if (!evaluation_begin(search->request->run, &input, search->cache, &how)) {
		out->failed = search->stopped = true;
		out->first = STR("not judged: the time for this review is over");
		return;
	}
	how.print = NULL; /* the review has printed it */
	how.watch = trace ? &trace->watch : NULL;
	if (policy_eval(target->constraint->template->query, &how, arena, &answers, &err) < 0) {
		out->failed = true;
		out->first = str_dup(arena, str_c(err.msg));
	} else {
		take_answers(out, &answers, arena);
	}
	search->steps += how.steps + 50; /* and what the copies cost */
	search->tries++;
	search->stopped |= search->steps > search->max_steps || search->tries > search->max_tries;
}

/* ---- targets ------------------------------------------------------------------------------- */

static unsigned actions_of(const struct fix_search *s, const struct constraint *c)
{
	unsigned actions = constraint_actions(c, s->request->run->point);

	return s->request->actions ? actions & s->request->actions : actions;
}

static void refuse(struct fix_target *target, enum fix_reason reason, str message)
{
	target->refused = true;
	target->reason = reason;
	target->message = message;
}

static int add_targets(struct fix_search *s, const struct review *review,
		       const struct value *source, size_t source_n)
{
	struct value seen = review_value(review, s->arena);
	const struct value *object = VALUE_GET(&seen, "object");

	for (size_t i = 0; i < constraint_set_constraints(s->request->set); i++) {
		const struct constraint *c = constraint_set_constraint(s->request->set, i);
		struct fix_target t = { .constraint = c,
					.source = source,
					.source_n = source_n,
					.review = seen,
					.from_object = !review->request };
		struct err err;
		int rc;

		if (actions_of(s, c) == 0 ||
		    (s->request->wants && !s->request->wants(s->request->wants_context, c)))
			continue;
		rc = review_matches(review, &c->match, &err);
		if (rc == 0)
			continue;
		if (object)
			t.made = *object;
		if (rc < 0)
			refuse(&t, FIX_REASON_ERROR, str_dup(s->arena, str_c(err.msg)));
		else if (c->template->unsupported.n > 0)
			refuse(&t, FIX_REASON_ERROR, c->template->unsupported);
		s->targets = arena_grow(s->arena, s->targets, s->n, &s->cap, sizeof(t));
		s->targets[s->n++] = t;
	}
	return 0;
}

static const struct value *source_path(str source, struct arena *arena, size_t *n)
{
	struct value *path = ARENA_ARRAY(arena, struct value, FIX_MAX_PATH);
	str part;

	*n = 0;
	while (*n < FIX_MAX_PATH && str_split(&source, '.', &part))
		path[(*n)++] = value_str(part);
	return path;
}

static int add_made(struct fix_search *s, const struct review *review, struct err *err)
{
	struct expansion_run run = { .namespace = review->namespace };
	struct expanded made;

	if (!s->request->expansions || s->request->expansions->n == 0)
		return 0;
	if (expansion_expand(s->request->expansions, &review->object, &run, s->arena, &made, err) <
	    0)
		return -1;
	for (size_t i = 0; i < made.n; i++) {
		struct review next;
		size_t n;
		const struct value *source =
			source_path(made.items[i].template->source, s->arena, &n);
		struct value at = value_from_json(review->object.json, s->arena);

		if (!fix_value_at(&at, source, n))
			continue; /* made of what was made: the template of the workload is judged
				   */
		review_of_object(&next, &made.items[i].resource, MATCH_GENERATED);
		next.namespace = review->namespace;
		if (add_targets(s, &next, source, n) < 0)
			return -1;
	}
	return 0;
}

int fix_targets_find(struct fix_search *search, struct err *err)
{
	struct review review = *search->request->review;
	const struct review_run *run = search->request->run;

	if (!review.namespace && review.namespace_name.n > 0 && run->data)
		review.namespace = sync_data_namespace(run->data, review.namespace_name);
	if (add_targets(search, &review, NULL, 0) < 0)
		return -1;
	return review.object.json ? add_made(search, &review, err) : 0;
}

bool fix_target_matches(const struct fix_search *search, const struct fix_target *target,
			const struct value *object, struct arena *arena)
{
	struct value made = fix_target_object(target, object, arena);
	struct review review = *search->request->review;
	struct err err;

	if (resource_read(value_to_json(&made, arena), &review.object, &err) < 0)
		return false;
	if (target->source_n > 0) {
		review_of_object(&review, &review.object, MATCH_GENERATED);
		review.namespace = search->request->review->namespace;
	}
	if (!review.namespace && review.namespace_name.n > 0 && search->request->run->data)
		review.namespace =
			sync_data_namespace(search->request->run->data, review.namespace_name);
	return review_matches(&review, &target->constraint->match, &err) > 0;
}
