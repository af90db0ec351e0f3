/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/eval.h"

/* An answer of the body goes on outside of the `with`. */
struct with_sink {
	struct sink sink, *outer;
	const struct op *op;
	struct context *inside, *outside;
};

static int leave(struct eval *ev, struct sink *sink, struct value *slots)
{
	struct with_sink *to = (struct with_sink *)sink;
	int rc;

	ev->context = to->outside;
	rc = eval_run(ev, to->op->next, slots, to->outer);
	ev->context = to->inside;
	return rc;
}

/* A copy of the document with the value at the path; what is no object on the way becomes one. */
static struct value put(struct eval *ev, const struct value *document, const struct value *path,
			uint32_t n, const struct value *v)
{
	const struct value *below = NULL;
	struct object_builder b;
	struct value inner;

	if (n == 0)
		return *v;
	if (document && document->type == VALUE_OBJECT)
		below = value_get(document, &path[0]);
	inner = put(ev, below, path + 1, n - 1, v);
	object_builder_init(&b, ev->arena);
	for (uint32_t i = 0; document && document->type == VALUE_OBJECT && i < document->n; i++)
		object_builder_add(&b, document->members[i].key, document->members[i].value);
	object_builder_add(&b, path[0], inner);
	return object_builder_take_last(&b);
}

static void replace(struct eval *ev, struct context *to, struct tree *target)
{
	struct tree **list = ARENA_ARRAY(ev->arena, struct tree *, to->replaced_n + 1);

	if (to->replaced_n > 0)
		memcpy(list, to->replaced, to->replaced_n * sizeof(struct tree *));
	list[to->replaced_n] = target;
	to->replaced = list;
	to->replaced_n++;
}

static void mock(struct eval *ev, struct context *to, const struct with_plan *plan,
		 const struct value *v)
{
	struct mock *list = ARENA_ARRAY(ev->arena, struct mock, to->mock_n + 1);

	if (to->mock_n > 0)
		memcpy(list, to->mocks, to->mock_n * sizeof(struct mock));
	list[to->mock_n] = (struct mock){
		.what = plan->kind == WITH_FUNCTION ? (const void *)plan->target : plan->builtin,
		.by_function = plan->by_function,
		.by_builtin = plan->by_builtin,
		.value = *v,
	};
	to->mocks = list;
	to->mock_n++;
}

static void apply(struct eval *ev, struct context *to, const struct with_plan *plan,
		  const struct value *v)
{
	switch (plan->kind) {
	case WITH_INPUT:
		to->input = put(ev, to->has_input ? &to->input : NULL, plan->path, plan->path_n, v);
		to->has_input = true;
		break;
	case WITH_DATA:
		to->data = put(ev, &to->data, plan->path, plan->path_n, v);
		if (plan->target)
			replace(ev, to, plan->target);
		break;
	default:
		mock(ev, to, plan, v);
		break;
	}
}

int eval_with(struct eval *ev, const struct op *op, struct value *slots, struct sink *sink)
{
	struct context inside = *ev->context, *outside = ev->context;
	struct with_sink to = { .sink.fn = leave, .outer = sink, .op = op };
	int rc = 1;

	for (uint32_t i = 0; i < op->with_n && rc == 1; i++) {
		struct value v = value_null();

		if (op->withs[i].value)
			rc = eval_node(ev, op->withs[i].value, slots, &v);
		if (rc == 1)
			apply(ev, &inside, &op->withs[i], &v);
	}
	if (rc != 1)
		return rc;
	inside.memos = (struct memos){ 0 };
	inside.docs = NULL;
	inside.shares = false;
	to.inside = &inside;
	to.outside = outside;
	ev->context = &inside;
	rc = eval_run(ev, op->body, slots, &to.sink);
	ev->context = outside;
	return rc;
}
