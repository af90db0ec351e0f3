/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program made of the bytes: each picks a rule, a literal or a term of a small grammar, so that
 * most programs compile. Evaluation ends within its budget, gives the same answer twice, and the
 * same when it is watched.
 */
#include <stdlib.h>

#include "base/err.h"
#include "must.h"
#include "policy/policy.h"

#define MAX_STEPS 4000u
#define MAX_BYTES (4u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct source {
	const uint8_t *p;
	size_t n;
	struct buf *out;
};

static unsigned pick(struct source *s, unsigned n)
{
	unsigned byte;

	if (s->n == 0)
		return 0;
	byte = *s->p++;
	s->n--;
	return byte % n;
}

static void put_term(struct source *s, unsigned depth);

static void put_var(struct source *s)
{
	static const char *const names[] = { "x", "y", "z", "k", "input.a", "data.b.c" };

	buf_fmt(s->out, "%s", names[pick(s, ARRAY_LEN(names))]);
}

static void put_pair(struct source *s, unsigned depth, const char *open, const char *middle,
		     const char *close)
{
	buf_fmt(s->out, "%s", open);
	put_term(s, depth + 1);
	buf_fmt(s->out, "%s", middle);
	put_term(s, depth + 1);
	buf_fmt(s->out, "%s", close);
}

static void put_rule_ref(struct source *s, unsigned depth)
{
	buf_fmt(s->out, "r%u", pick(s, 4));
	if (pick(s, 2)) {
		buf_byte(s->out, '[');
		put_term(s, depth + 1);
		buf_byte(s->out, ']');
	}
}

static void put_body(struct source *s, unsigned depth, const char *separator);

static void put_term(struct source *s, unsigned depth)
{
	static const char *const scalars[] = { "1",	"2.5",	 "\"a\"", "null", "true",
					       "false", "set()", "[]",	  "{}",	  "-3" };
	static const char *const operators[] = { " + ",	 " - ", " * ", " / ", " % ",
						 " == ", " < ", " | ", " & ", " in " };
	unsigned what = depth > 4 ? pick(s, 2) : pick(s, 12);

	switch (what) {
	case 0:
		buf_fmt(s->out, "%s", scalars[pick(s, ARRAY_LEN(scalars))]);
		break;
	case 1:
	case 2:
		put_var(s);
		break;
	case 3:
		put_pair(s, depth, "[", ", ", "]");
		break;
	case 4:
		put_pair(s, depth, "{", ": ", "}");
		break;
	case 5:
		put_pair(s, depth, "{", ", ", "}");
		break;
	case 6:
		put_pair(s, depth, "(", operators[pick(s, ARRAY_LEN(operators))], ")");
		break;
	case 7:
		buf_fmt(s->out, "[x | ");
		put_body(s, depth + 1, "; ");
		buf_byte(s->out, ']');
		break;
	case 8:
		buf_fmt(s->out, "{k: y | ");
		put_body(s, depth + 1, "; ");
		buf_byte(s->out, '}');
		break;
	case 9:
		put_rule_ref(s, depth);
		break;
	case 10:
		put_pair(s, depth, "f(", ", ", ")");
		break;
	default:
		buf_fmt(s->out, "$\"{");
		put_var(s);
		buf_fmt(s->out, "}\"");
		break;
	}
}

static void put_literal(struct source *s, unsigned depth)
{
	switch (pick(s, 8)) {
	case 0:
		put_pair(s, depth, "", " = ", "");
		break;
	case 1:
		put_pair(s, depth, "", " == ", "");
		break;
	case 2:
		buf_fmt(s->out, "some k, x in ");
		put_term(s, depth + 1);
		break;
	case 3:
		buf_fmt(s->out, "not ");
		put_term(s, depth + 1);
		break;
	case 4:
		buf_fmt(s->out, "every y in ");
		put_term(s, depth + 1);
		buf_fmt(s->out, " { ");
		put_body(s, depth + 1, "; ");
		buf_fmt(s->out, " }");
		break;
	case 5:
		put_term(s, depth + 1);
		buf_fmt(s->out, " with input.a as ");
		put_term(s, depth + 1);
		break;
	case 6:
		buf_fmt(s->out, "y := ");
		put_term(s, depth + 1);
		break;
	default:
		buf_fmt(s->out, "walk(input, [k, x])");
		break;
	}
}

static void put_body(struct source *s, unsigned depth, const char *separator)
{
	unsigned n = depth > 3 ? 1 : 1 + pick(s, 3);

	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			buf_fmt(s->out, "%s", separator);
		put_literal(s, depth + 1);
	}
}

static void put_rule(struct source *s)
{
	static const char *const heads[] = { "r0 := x",		 "r1 contains x", "r2[k] := x",
					     "r3[k].a[x] := y",	 "f(x, y) := k",  "r0 := 1",
					     "f(1, [x, y]) := x" };

	buf_fmt(s->out, "%s if {\n", heads[pick(s, ARRAY_LEN(heads))]);
	put_body(s, 0, "\n");
	BUF_LIT(s->out, "\n}\n");
}

/* False when the budget ended it. */
static bool evaluate(const struct policy_query *query, struct policy_run run, struct arena *arena,
		     struct buf *text)
{
	struct policy_answers answers;
	struct value_builder items;
	struct object_builder input;
	struct value v;
	struct err err;

	value_builder_init(&items, arena);
	value_builder_add(&items, value_int(1));
	value_builder_add(&items, VALUE_STR("a"));
	object_builder_init(&input, arena);
	OBJECT_ADD(&input, "a", value_builder_array(&items));
	OBJECT_ADD(&input, "b", value_bool(false));
	v = object_builder_take_last(&input);
	run.input = &v;
	run.now_ns = 1;
	if (policy_eval(query, &run, arena, &answers, &err) < 0) {
		must(err.code >= POLICY_ERROR_INTERNAL && err.code <= POLICY_ERROR_CANCEL);
		buf_fmt(text, "%s", err.msg);
		return err.code != POLICY_ERROR_CANCEL;
	}
	for (size_t i = 0; i < answers.n; i++)
		value_write_rego(&answers.items[i].values[0], text);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(policy_unref)
	struct policy *policy = NULL;
	AUTO(policy_query_free)
	struct policy_query *query = NULL;
	struct problems problems = { .arena = arena };
	struct policy_counters counters;
	struct buf module, a, b, c;
	struct source s = { .p = data, .n = size, .out = &module };
	struct policy_source source = { .file = STR("a") };
	struct err err;

	if (size > 1000)
		return 0;
	buf_init(&module, 1u << 20);
	buf_init(&a, 1u << 20);
	buf_init(&b, 1u << 20);
	buf_init(&c, 1u << 20);
	BUF_LIT(&module, "package t\n");
	while (s.n > 0)
		put_rule(&s);
	source.text = buf_str(&module);
	policy = policy_compile(&source, 1, NULL, NULL, &problems, &err);
	query = policy ? policy_query_new(policy, STR("data"), false, &problems, &err) : NULL;
	if (query) {
		counters.n = policy_literals(policy);
		counters.tried = ARENA_ARRAY(arena, uint32_t, counters.n);
		counters.answered = ARENA_ARRAY(arena, uint32_t, counters.n);
		struct policy_run run = { .max_steps = MAX_STEPS, .max_bytes = MAX_BYTES };
		bool ended = evaluate(query, run, arena, &a);

		run.counters = &counters;
		must(evaluate(query, run, arena, &b) == ended);
		must(str_eq(buf_str(&a), buf_str(&b)));
		/* Nothing hoisted: the same, with steps to spare for what is done again and again.
		 */
		run.plain = true;
		run.counters = NULL;
		run.max_steps = MAX_STEPS * 4;
		run.max_bytes = MAX_BYTES * 4;
		if (evaluate(query, run, arena, &c) && ended)
			must(str_eq(buf_str(&a), buf_str(&c)));
	} else {
		must(problems.n > 0);
	}
	buf_done(&module);
	buf_done(&a);
	buf_done(&b);
	buf_done(&c);
	return 0;
}
