/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/eval.h"

#include "policy/trace.h"
#include "policy/watch.h"

#include <stdarg.h>
#include <time.h>

#define CHECK_EVERY 1024u /* steps between looks at the memory */

int eval_fail(struct eval *ev, enum policy_error code, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (ev->clause && ev->clause->rule)
		IGNORE(err_set(ev->err, ERR_INPUT, "%.*s:%u: %s: rule %.*s: %s",
			       STR_ARG(ev->clause->rule->module->file), ev->clause->rule->line,
			       policy_error_name((int)code), STR_ARG(ev->clause->group->path),
			       text)); /* -1 by contract */
	else
		IGNORE(err_set(ev->err, ERR_INPUT, "%s: %s", policy_error_name((int)code),
			       text)); /* -1 by contract */
	ev->err->code = (int)code;
	if (code == POLICY_ERROR_CANCEL)
		ev->err->kind = ERR_LIMIT;
	return -1;
}

static bool is_late(const struct eval *ev)
{
	struct timespec now;

	if (ev->deadline == 0 || clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return false;
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec > ev->deadline;
}

int eval_check(struct eval *ev)
{
	if (ev->steps >= ev->max_steps)
		return eval_fail(ev, POLICY_ERROR_CANCEL, "more than %llu steps",
				 (unsigned long long)ev->max_steps);
	if (arena_used(ev->arena) - ev->base_bytes > ev->max_bytes)
		return eval_fail(ev, POLICY_ERROR_CANCEL, "more than %zu bytes of memory",
				 ev->max_bytes);
	if (is_late(ev))
		return eval_fail(ev, POLICY_ERROR_CANCEL, "more than %llu ms",
				 (unsigned long long)(ev->run->timeout_ns / 1000000u));
	ev->next_check = ev->steps + CHECK_EVERY;
	if (ev->next_check > ev->max_steps)
		ev->next_check = ev->max_steps;
	return 0;
}

int eval_too_deep(struct eval *ev)
{
	return eval_fail(ev, POLICY_ERROR_CANCEL, "rules nested too deep");
}

struct slot_chunk *eval_next_chunk(struct eval *ev, size_t n)
{
	struct slot_chunk *chunk = ev->chunk;
	size_t cap = n > EVAL_SLOT_CHUNK ? n : EVAL_SLOT_CHUNK;

	if (!chunk->next || chunk->next->cap < n) {
		struct slot_chunk *next = ARENA_NEW(ev->arena, struct slot_chunk);

		next->items = ARENA_ARRAY(ev->arena, struct value, cap);
		next->cap = cap;
		next->next = chunk->next;
		chunk->next = next;
	}
	ev->chunk = chunk->next;
	ev->chunk->n = 0;
	return ev->chunk;
}

static int match_array(struct eval *ev, const struct pattern *pattern, const struct value *v,
		       struct value *slots)
{
	if (v->type != VALUE_ARRAY || v->n != pattern->n)
		return 0;
	for (uint32_t i = 0; i < v->n; i++) {
		int rc = eval_match(ev, &pattern->items[i], &v->items[i], slots);

		if (rc != 1)
			return rc;
	}
	return 1;
}

static int match_object(struct eval *ev, const struct pattern *pattern, const struct value *v,
			struct value *slots)
{
	if (v->type != VALUE_OBJECT || v->n != pattern->n)
		return 0;
	for (uint32_t i = 0; i < v->n; i++) {
		const struct value *found;
		struct value key;
		int rc = eval_node(ev, pattern->keys[i], slots, &key);

		if (rc != 1)
			return rc;
		found = value_get(v, &key);
		if (!found)
			return 0;
		rc = eval_match(ev, &pattern->items[i], found, slots);
		if (rc != 1)
			return rc;
	}
	return 1;
}

int eval_match_more(struct eval *ev, const struct pattern *pattern, const struct value *v,
		    struct value *slots)
{
	struct value want;
	int rc;

	switch (pattern->kind) {
	case PATTERN_TRUE:
		if (pattern->n > 0)
			slots[pattern->n - 1] = *v;
		return !value_is_false(v);
	case PATTERN_EQUAL:
		rc = eval_node(ev, pattern->node, slots, &want);
		return rc == 1 ? eval_equal(ev, &want, v) : rc;
	case PATTERN_ARRAY:
		return match_array(ev, pattern, v, slots);
	default:
		return match_object(ev, pattern, v, slots);
	}
}

static int stop(struct eval *ev, struct sink *sink, struct value *slots)
{
	(void)ev;
	(void)sink;
	(void)slots;
	return 1;
}

int eval_exists(struct eval *ev, const struct op *body, struct value *slots)
{
	struct sink sink = { .fn = stop };

	return eval_run(ev, body, slots, &sink);
}

/* Element i of a collection: its key in *key. */
static const struct value *element(const struct value *v, uint32_t i, struct value *key)
{
	switch (v->type) {
	case VALUE_ARRAY:
		*key = value_int(i);
		return &v->items[i];
	case VALUE_SET:
		*key = v->items[i];
		return &v->items[i];
	default:
		*key = v->members[i].key;
		return &v->members[i].value;
	}
}

static int match_element(struct eval *ev, const struct op *op, const struct value *v, uint32_t i,
			 struct value *slots)
{
	struct value key;
	const struct value *item = element(v, i, &key);
	int rc = 1;

	if (eval_step(ev) < 0)
		return -1;
	watch_step(ev->run->watch, v, &key, 1, item);
	if (op->key)
		rc = eval_match(ev, op->key, &key, slots);
	return rc == 1 ? eval_match(ev, op->pattern, item, slots) : rc;
}

static int scan(struct eval *ev, const struct op *op, struct value *slots, struct sink *sink)
{
	struct value v;
	int rc = eval_node(ev, op->node, slots, &v);

	if (rc != 1)
		return rc;
	if (v.type < VALUE_ARRAY)
		return 0;
	watch_step(ev->run->watch, &v, NULL, 0, &v);
	for (uint32_t i = 0; i < v.n; i++) {
		rc = match_element(ev, op, &v, i, slots);
		if (rc == 1)
			rc = eval_run(ev, op->next, slots, sink);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* 1: the body answers for each element. */
static int every(struct eval *ev, const struct op *op, struct value *slots)
{
	struct value v;
	int rc = eval_node(ev, op->node, slots, &v);

	if (rc != 1)
		return rc;
	if (v.type < VALUE_ARRAY)
		return 0;
	for (uint32_t i = 0; i < v.n; i++) {
		rc = match_element(ev, op, &v, i, slots);
		if (rc == 1)
			rc = eval_exists(ev, op->body, slots);
		if (rc != 1)
			return rc;
	}
	return 1;
}

static int relation(struct eval *ev, const struct op *op, struct value *slots, struct sink *sink)
{
	struct value v;
	int rc = eval_node(ev, op->node, slots, &v);

	if (rc != 1)
		return rc;
	for (uint32_t i = 0; i < v.n; i++) {
		if (eval_step(ev) < 0)
			return -1;
		rc = eval_match(ev, op->pattern, &v.items[i], slots);
		if (rc == 1)
			rc = eval_run(ev, op->next, slots, sink);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* A negation or an every, worked out once for the variables it depends on. */
static int closed(struct eval *ev, const struct op *op, struct value *slots)
{
	struct memo *memo = eval_memo_of(ev, op, op->captured, slots);
	int rc;

	if (memo && memo->status >= 0)
		return memo->status;
	if (op->kind == OP_EVERY) {
		rc = every(ev, op, slots);
	} else {
		rc = eval_exists(ev, op->body, slots);
		rc = rc < 0 ? rc : !rc;
	}
	if (memo && rc >= 0)
		memo->status = (int8_t)rc;
	return rc;
}

/* A literal that has at most one answer: 1, 0, -1. */
static int single(struct eval *ev, const struct op *op, struct value *slots)
{
	struct value v;
	int rc;

	if (op->captured)
		return closed(ev, op, slots);
	switch (op->kind) {
	case OP_TEST:
		rc = eval_node(ev, op->node, slots, &v);
		return rc == 1 ? !value_is_false(&v) : rc;
	case OP_MATCH:
		rc = eval_node(ev, op->node, slots, &v);
		return rc == 1 ? eval_match(ev, op->pattern, &v, slots) : rc;
	case OP_NOT:
		rc = eval_exists(ev, op->body, slots);
		return rc < 0 ? rc : !rc;
	default:
		return every(ev, op, slots);
	}
}

static int several(struct eval *ev, const struct op *op, struct value *slots, struct sink *sink)
{
	if (eval_enter(ev) < 0)
		return -1;
	switch (op->kind) {
	case OP_SCAN:
		return scan(ev, op, slots, sink);
	case OP_REF:
		return eval_ref_each(ev, op, slots, sink);
	case OP_RELATION:
		return relation(ev, op, slots, sink);
	default:
		return eval_with(ev, op, slots, sink);
	}
}

/* An evaluation that is watched. */
static int run_watched(struct eval *ev, const struct op *op, struct value *slots, struct sink *sink)
{
	for (; op->kind != OP_YIELD; op = op->next) {
		int rc;

		if (eval_step(ev) < 0)
			return -1;
		trace_try(ev, op, slots);
		if (op->kind >= OP_SCAN && op->kind != OP_NOT && op->kind != OP_EVERY)
			return several(ev, op, slots, sink);
		rc = single(ev, op, slots);
		trace_answer(ev, op, slots, rc);
		if (rc != 1)
			return rc;
	}
	trace_yield(ev, op);
	return sink->fn(ev, sink, slots);
}

int eval_run(struct eval *ev, const struct op *op, struct value *slots, struct sink *sink)
{
	if (__builtin_expect(ev->run->counters || ev->run->trace, 0))
		return run_watched(ev, op, slots, sink);
	for (; op->kind != OP_YIELD; op = op->next) {
		int rc;

		if (eval_step(ev) < 0)
			return -1;
		if (op->kind >= OP_SCAN && op->kind != OP_NOT && op->kind != OP_EVERY)
			return several(ev, op, slots, sink);
		rc = single(ev, op, slots);
		if (rc != 1)
			return rc;
	}
	return sink->fn(ev, sink, slots);
}
