/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "casefile.h"
#include "policy/policy.h"
#include "test.h"

static struct policy *compile(struct arena *arena, str rules, struct err *err)
{
	struct problems problems = { .arena = arena };
	struct policy_source source = { .file = STR("t.rego") };
	struct buf text;
	struct policy *policy;

	buf_init(&text, 1u << 20);
	BUF_LIT(&text,
		"package t\nxs := [{\"id\": i, \"k\": i} | some i in numbers.range(0, 199)]\n");
	for (size_t i = 0; i < rules.n; i++) {
		bool end = rules.p[i] == '\\' && i + 1 < rules.n && rules.p[i + 1] == 'n';

		buf_byte(&text, end ? '\n' : rules.p[i]);
		i += end;
	}
	source.text = str_dup(arena, buf_str(&text));
	buf_done(&text);
	policy = policy_compile(&source, 1, NULL, NULL, &problems, err);
	return policy;
}

/* The value as Rego writes it, or the error. */
static str ask(struct arena *arena, struct policy *policy, struct policy_run *run)
{
	struct problems problems = { .arena = arena };
	struct policy_answers answers;
	struct buf text;
	str value;
	struct err err;
	AUTO(policy_query_free)
	struct policy_query *query =
		policy_query_new(policy, STR("data.t.x"), false, &problems, &err);

	if (!query || policy_eval(query, run, arena, &answers, &err) < 0)
		return str_dup(arena, str_c(err.msg));
	if (answers.n == 0)
		return STR("undefined");
	buf_init(&text, 1u << 20);
	value_write_rego(&answers.items[0].values[0], &text);
	value = str_dup(arena, buf_str(&text));
	buf_done(&text);
	return value;
}

TEST(what_does_not_depend_on_a_loop_is_worked_out_once)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("policy/hoist.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct policy_run hoisted = { .now_ns = 1 }, plain = { .now_ns = 1, .plain = true };
		ptrdiff_t at = str_find(file.line, STR(" => "));
		str rest, factor, got, was;
		uint64_t times;
		struct err err;

		CASE_CHECK(&file, at > 0, "no arrow");
		rest = str_skip(file.line, (size_t)at + 4);
		CASE_CHECK(&file, str_split(&rest, ' ', &factor) && str_u64(factor, &times),
			   "no factor");
		AUTO(policy_unref)
		struct policy *policy = compile(arena, str_take(file.line, (size_t)at), &err);
		CASE_CHECK(&file, policy != NULL, "%s", err.msg);
		got = ask(arena, policy, &hoisted);
		was = ask(arena, policy, &plain);
		CASE_CHECK(&file, str_eq(got, rest), "got %.*s", STR_ARG(got));
		CASE_CHECK(&file, str_eq(got, was), "plain: %.*s", STR_ARG(was));
		CASE_CHECK(&file, hoisted.steps * times <= plain.steps, "%llu steps, plain %llu",
			   (unsigned long long)hoisted.steps, (unsigned long long)plain.steps);
	}
}

static void count_prints(void *context, str file, uint32_t line, str text)
{
	unsigned *count = context;

	(void)file;
	(void)line;
	(void)text;
	++*count;
}

TEST(what_prints_prints_as_often_as_it_is_written)
{
	static const char *const rules[] = {
		"x := count([1 | some a in xs; count([1 | some b in [1, 2]; print(b)]) == 2])",
		"x := count([1 | some a in xs; not no]) if { print(1) }\nno if { print(2); false }",
		("x := sum([n | some a in xs; n := count([1 | some b in xs; g(b.k) == a.k])])"
		 "\ng(k) := k if print(k)"),
	};

	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		unsigned once = 0, plain = 0;
		struct policy_run run = { .print = count_prints, .context = &once };
		struct err err;
		AUTO(policy_unref)
		struct policy *policy = compile(arena, str_c(rules[i]), &err);
		str got;

		CHECK(policy != NULL);
		got = ask(arena, policy, &run);
		run.plain = true;
		run.context = &plain;
		CHECK_STR_EQ(got, ask(arena, policy, &run));
		CHECK(once > 0);
		CHECK_INT(once, plain);
	}
}

TEST(an_error_that_only_grouping_would_meet_does_not_show)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct policy_run run = { .strict_builtin_errors = true };
	struct err err;
	AUTO(policy_unref)
	struct policy *policy =
		compile(arena,
			STR("x := sum([n | some a in xs; a.id < 90; n := count([1 | some b in xs; "
			    "b.k == a.k; 1 / (b.k - 150) < 9])])"),
			&err);

	CHECK(policy != NULL);
	CHECK_STRV(ask(arena, policy, &run), "90");
}

/* A loop without an answer reaches nothing: what is hoisted must not fail there. */
TEST(what_is_not_reached_is_not_worked_out)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct policy_run run = { .strict_builtin_errors = true };
	struct err err;
	AUTO(policy_unref)
	struct policy *policy = compile(
		arena, STR("x := count([1 | some a in xs; a.id < 0; to_number(\"a\") == a.id])"),
		&err);

	CHECK(policy != NULL);
	CHECK_STRV(ask(arena, policy, &run), "0");
}
