/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/eval.h"

#include "base/num.h"
#include "policy/watch.h"

static int eval_items(struct eval *ev, const struct node *node, struct value *slots,
		      struct value *items)
{
	for (uint32_t i = 0; i < node->n; i++) {
		int rc = eval_node(ev, node->items[i], slots, &items[i]);

		if (rc != 1)
			return rc;
	}
	return 1;
}

static int nested(struct eval *ev, const struct value *v)
{
	if (v->depth > VALUE_MAX_DEPTH)
		return eval_fail(ev, POLICY_ERROR_CANCEL, "value nested deeper than %u",
				 VALUE_MAX_DEPTH);
	if (v->type >= VALUE_ARRAY && value_size(v) > VALUE_MAX_SIZE)
		return eval_fail(ev, POLICY_ERROR_CANCEL, "value of more than %u parts",
				 VALUE_MAX_SIZE);
	return 1;
}

/* 0, 1. What has to be compared costs steps. */
int eval_equal(struct eval *ev, const struct value *a, const struct value *b)
{
	watch_compare(ev->run->watch, a, b);
	if (a->type >= VALUE_ARRAY && a->type == b->type && a->n == b->n && a->items != b->items)
		ev->steps += value_size(a) / 8;
	return value_equal(a, b);
}

static int eval_collection(struct eval *ev, const struct node *node, struct value *slots,
			   struct value *out)
{
	struct value_builder b;

	value_builder_init(&b, ev->arena);
	for (uint32_t i = 0; i < node->n; i++) {
		struct value v;
		int rc = eval_node(ev, node->items[i], slots, &v);

		if (rc != 1)
			return rc;
		value_builder_add(&b, v);
	}
	*out = node->kind == NODE_SET ? value_builder_set(&b) : value_builder_array(&b);
	return nested(ev, out);
}

static int eval_object(struct eval *ev, const struct node *node, struct value *slots,
		       struct value *out)
{
	struct object_builder b;

	object_builder_init(&b, ev->arena);
	for (uint32_t i = 0; i < node->n; i += 2) {
		struct value key, value;
		int rc = eval_node(ev, node->items[i], slots, &key);

		if (rc == 1)
			rc = eval_node(ev, node->items[i + 1], slots, &value);
		if (rc != 1)
			return rc;
		object_builder_add(&b, key, value);
	}
	*out = object_builder_take_last(&b);
	return nested(ev, out);
}

struct comp_sink {
	struct sink sink;
	const struct node *node;
	union {
		struct value_builder items;
		struct object_builder members;
	};
};

static int collect(struct eval *ev, struct sink *sink, struct value *slots)
{
	struct comp_sink *to = (struct comp_sink *)sink;
	struct value v;
	int rc = eval_node(ev, to->node->element, slots, &v);

	if (rc != 1)
		return rc;
	value_builder_add(&to->items, v);
	return 0;
}

static int collect_member(struct eval *ev, struct sink *sink, struct value *slots)
{
	struct comp_sink *to = (struct comp_sink *)sink;
	struct value key, v;
	int rc = eval_node(ev, to->node->key, slots, &key);

	if (rc == 1)
		rc = eval_node(ev, to->node->element, slots, &v);
	if (rc != 1)
		return rc;
	object_builder_add(&to->members, key, v);
	return 0;
}

static int eval_comprehension(struct eval *ev, const struct node *node, struct value *slots,
			      struct value *out)
{
	struct comp_sink to = { .sink.fn = collect, .node = node };

	if (eval_enter(ev) < 0)
		return -1;
	if (node->comp == TERM_OBJECT_COMP) {
		to.sink.fn = collect_member;
		object_builder_init(&to.members, ev->arena);
	} else {
		value_builder_init(&to.items, ev->arena);
	}
	if (eval_run(ev, node->body, slots, &to.sink) < 0)
		return -1;
	if (node->comp == TERM_ARRAY_COMP)
		*out = value_builder_array(&to.items);
	else if (node->comp == TERM_SET_COMP)
		*out = value_builder_set(&to.items);
	else if (!object_builder_take(&to.members, out))
		return eval_fail(ev, POLICY_ERROR_CONFLICT, "object keys must be unique");
	return nested(ev, out);
}

/* The value of a part that may be undefined: the only element of its set. */
static int eval_part(struct eval *ev, const struct node *node, struct value *slots, struct buf *out)
{
	struct value v = { 0 };
	int rc = eval_node(ev, node, slots, &v);

	if (rc == 1 && node->kind == NODE_COMP) {
		if (v.n > 1)
			return eval_fail(ev, POLICY_ERROR_CONFLICT,
					 "template-strings must not produce multiple outputs");
		rc = v.n == 1;
		if (rc == 1)
			v = v.items[0];
	}
	if (rc == 0)
		BUF_LIT(out, "<undefined>");
	else if (rc == 1 && v.type == VALUE_STRING)
		buf_add(out, value_text(&v));
	else if (rc == 1)
		value_write_rego(&v, out);
	return rc < 0 ? rc : 1;
}

static int eval_parts(struct eval *ev, const struct node *node, struct value *slots,
		      struct value *out)
{
	struct buf text;
	int rc = 1;

	buf_init(&text, BUILTIN_MAX_BYTES);
	for (uint32_t i = 0; i < node->n && rc == 1; i++) {
		if (node->kind == NODE_PRINT && i > 0)
			buf_byte(&text, ' ');
		rc = eval_part(ev, node->items[i], slots, &text);
	}
	if (rc == 1 && text.overflow)
		rc = eval_fail(ev, POLICY_ERROR_CANCEL, "text of more than %u bytes",
			       BUILTIN_MAX_BYTES);
	if (rc == 1 && node->kind == NODE_PRINT) {
		if (ev->run->print)
			ev->run->print(ev->run->context,
				       ev->clause ? ev->clause->rule->module->file : STR("query"),
				       node->line, buf_str(&text));
		*out = value_bool(true);
	} else if (rc == 1) {
		*out = value_str(str_dup(ev->arena, buf_str(&text)));
	}
	buf_done(&text);
	return rc;
}

static bool fast_arithmetic(uint8_t fast, int64_t a, int64_t b, int64_t *out)
{
	switch (fast) {
	case FAST_PLUS:
		return !__builtin_add_overflow(a, b, out);
	case FAST_MINUS:
		return !__builtin_sub_overflow(a, b, out);
	case FAST_MUL:
		return !__builtin_mul_overflow(a, b, out);
	case FAST_DIV:
		if (b == 0 || b == -1 || a % b != 0)
			return false;
		*out = a / b;
		return true;
	default:
		if (b == 0 || b == -1)
			return false;
		*out = a % b;
		return true;
	}
}

/* Whole numbers in the machine's own arithmetic; false: not for us. */
static bool fast_call(struct eval *ev, const struct node *node, const struct value *a,
		      const struct value *b, struct value *out)
{
	int64_t result;

	if (node->fast == FAST_EQ || node->fast == FAST_NE) {
		*out = value_bool(eval_equal(ev, a, b) == (node->fast == FAST_EQ));
		return true;
	}
	if (a->type != VALUE_NUMBER || b->type != VALUE_NUMBER || !a->flag || !b->flag)
		return false;
	switch (node->fast) {
	case FAST_LT:
		*out = value_bool(a->i < b->i);
		return true;
	case FAST_LE:
		*out = value_bool(a->i <= b->i);
		return true;
	case FAST_GT:
		*out = value_bool(a->i > b->i);
		return true;
	case FAST_GE:
		*out = value_bool(a->i >= b->i);
		return true;
	default:
		if (!fast_arithmetic(node->fast, a->i, b->i, &result))
			return false;
		*out = value_int(result);
		return true;
	}
}

static const struct mock *mock_of(const struct eval *ev, const void *what)
{
	for (size_t i = ev->context->mock_n; i > 0; i--) {
		if (ev->context->mocks[i - 1].what == what)
			return &ev->context->mocks[i - 1];
	}
	return NULL;
}

int eval_builtin(struct eval *ev, const struct builtin *builtin,
		 const struct builtin_signature *signature, const struct value *args,
		 struct value *out)
{
	int rc;

	ev->call.err = ev->err;
	ev->call.v0 = ev->clause && ev->clause->rule && ev->clause->rule->module->v0;
	rc = builtin_run(builtin, signature, &ev->call, args, out);
	watch_call(ev->run->watch, builtin, args, signature->arity, rc == BUILTIN_OK ? out : NULL);
	if (rc == BUILTIN_OK)
		return nested(ev, out);
	if (rc == BUILTIN_UNDEFINED)
		return 0;
	if (rc == BUILTIN_HALT) {
		struct err was = *ev->err;

		if (ev->err->code == 0 || ev->err->code > POLICY_ERROR_CANCEL)
			return eval_fail(ev, POLICY_ERROR_CANCEL, "%s", was.msg);
		return -1;
	}
	if (ev->run->strict_builtin_errors) {
		struct err was = *ev->err;

		return eval_fail(ev, rc == BUILTIN_TYPE ? POLICY_ERROR_TYPE : POLICY_ERROR_BUILTIN,
				 "%s", was.msg);
	}
	return 0;
}

static int call_mock(struct eval *ev, const struct mock *mock, const struct value *args, uint32_t n,
		     struct value *out)
{
	struct context context = *ev->context, *before = ev->context;
	struct builtin_signature signature;
	int rc;

	if (!mock->by_function && !mock->by_builtin) {
		*out = mock->value;
		return 1;
	}
	context.mock_n = 0;
	context.memos = (struct memos){ 0 };
	context.docs = NULL;
	context.shares = false;
	ev->context = &context;
	if (mock->by_builtin) {
		builtin_signature(mock->by_builtin, &signature);
		rc = signature.arity == n
			     ? eval_builtin(ev, mock->by_builtin, &signature, args, out)
			     : 0;
	} else {
		rc = eval_function(ev, mock->by_function, args, n, out);
	}
	ev->context = before;
	return rc;
}

int eval_call(struct eval *ev, const struct node *node, struct value *slots, struct value *out)
{
	const void *what = node->function ? (const void *)node->function : node->builtin;
	const struct mock *mock;
	struct slot_chunk *mark;
	struct value *args;
	size_t mark_n;
	int rc;

	if (node->fast && node->n == 2 && ev->context->mock_n == 0) {
		struct value pair[2];

		rc = eval_items(ev, node, slots, pair);
		if (rc != 1)
			return rc;
		if (fast_call(ev, node, &pair[0], &pair[1], out)) {
			watch_call(ev->run->watch, node->builtin, pair, 2, out);
			return 1;
		}
		return eval_builtin(ev, node->builtin, &node->signature, pair, out);
	}
	args = eval_slots(ev, node->n, &mark, &mark_n);
	rc = eval_items(ev, node, slots, args);
	mock = rc == 1 && ev->context->mock_n > 0 ? mock_of(ev, what) : NULL;
	if (mock)
		rc = call_mock(ev, mock, args, node->n, out);
	else if (rc == 1 && node->function)
		rc = eval_function(ev, node->function, args, node->n, out);
	else if (rc == 1)
		rc = eval_builtin(ev, node->builtin, &node->signature, args, out);
	eval_slots_release(ev, mark, mark_n);
	return rc;
}

int eval_made(struct eval *ev, const struct node *node, struct value *slots, struct value *out)
{
	switch (node->kind) {
	case NODE_ARRAY:
	case NODE_SET:
		return eval_collection(ev, node, slots, out);
	case NODE_OBJECT:
		return eval_object(ev, node, slots, out);
	case NODE_COMP:
		return eval_comprehension(ev, node, slots, out);
	case NODE_HOISTED:
		return eval_hoisted(ev, node, slots, out);
	case NODE_GROUPED:
		return eval_grouped(ev, node, slots, out);
	default:
		return eval_parts(ev, node, slots, out);
	}
}
