/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include "base/err.h"
#include "casefile.h"
#include "policy/format_module.h"
#include "policy/parse.h"
#include "test.h"

/* "\n" in a case stands for a line end. */
static str unfold(struct arena *arena, str s)
{
	char *to = arena_bytes(arena, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		bool escape = s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == 'n';

		to[n++] = escape ? '\n' : s.p[i];
		i += escape;
	}
	return str_of(to, n);
}

static str text_of_value(const struct value *v, struct arena *arena)
{
	struct buf b;
	str text;

	buf_init(&b, 1u << 20);
	value_write_rego(v, &b);
	text = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

static struct policy *compile(struct arena *arena, str text, bool v0, struct problems *problems,
			      struct err *err)
{
	struct policy_source source = { .file = STR("t.rego"), .text = text, .v0 = v0 };

	*problems = (struct problems){ .arena = arena };
	return policy_compile(&source, 1, NULL, NULL, problems, err);
}

/* The first value of a query, "undefined", or the error. */
static str ask(struct arena *arena, struct policy *policy, str query_text, struct policy_run *run)
{
	struct problems problems = { .arena = arena };
	AUTO(policy_query_free)
	struct policy_query *query = NULL;
	struct policy_answers answers;
	struct err err;

	query = policy_query_new(policy, query_text, false, &problems, &err);
	if (!query)
		return str_dup(arena, str_c(err.msg));
	if (policy_eval(query, run, arena, &answers, &err) < 0)
		return str_dup(arena, str_c(err.msg));
	return answers.n ? text_of_value(&answers.items[0].values[0], arena) : STR("undefined");
}

/* Each line behind " | ", without its margin. */
static str on_one_line(struct arena *arena, str lines)
{
	str text = STR_EMPTY, line;

	while (str_line(&lines, &line))
		text = str_fmt(arena, "%.*s | %.*s", STR_ARG(text), STR_ARG(str_trim(line)));
	return text;
}

/* MODULE => ERROR, the module without its package line; "v0 " in front for the older syntax. */
TEST(modules_that_are_refused_say_where_and_why)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("policy/refused.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		AUTO(policy_unref)
		struct policy *policy = NULL;
		struct problems problems;
		str module, want, got;
		bool v0 = str_starts(file.line, STR("v0 "));
		ptrdiff_t at = str_find(file.line, STR(" => "));
		struct err err;

		CASE_CHECK(&file, at > 0, "no arrow");
		module = unfold(arena, str_take(file.line, (size_t)at));
		want = str_skip(file.line, (size_t)at + 4);
		if (v0)
			module = str_skip(module, 3);
		policy = compile(arena, str_cat(arena, STR("package t\n"), module), v0, &problems,
				 &err);
		CASE_CHECK(&file, !policy && problems.n > 0, "accepted");
		got = str_fmt(arena, "%u:%u: %s: %.*s", problems.items[0].line - 1,
			      problems.items[0].col, problems.items[0].code,
			      STR_ARG(problems.items[0].message));
		got = str_cat(arena, got, on_one_line(arena, problems.items[0].details));
		CASE_CHECK(&file, str_eq(got, want), "got %.*s", STR_ARG(got));
	}
}

TEST(types_that_may_fit_are_accepted)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("policy/types_fit.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct problems problems;
		struct err err;
		AUTO(policy_unref)
		struct policy *policy =
			compile(arena, str_cat(arena, STR("package t\n"), unfold(arena, file.line)),
				false, &problems, &err);

		CASE_CHECK(&file, policy != NULL, "%s", err.msg);
	}
}

/* MODULE => VALUE of data.t.x. */
TEST(modules_have_the_values_of_the_language)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("policy/values.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		AUTO(policy_unref)
		struct policy *policy = NULL;
		struct policy_run run = { .now_ns = 1 };
		struct problems problems;
		str module, want, got;
		bool v0 = str_starts(file.line, STR("v0 "));
		ptrdiff_t at = str_find(file.line, STR(" => "));
		struct err err;

		CASE_CHECK(&file, at > 0, "no arrow");
		module = unfold(arena, str_take(file.line, (size_t)at));
		want = str_skip(file.line, (size_t)at + 4);
		if (v0)
			module = str_skip(module, 3);
		policy = compile(arena, str_cat(arena, STR("package t\n"), module), v0, &problems,
				 &err);
		CASE_CHECK(&file, policy != NULL, "%s", err.msg);
		got = ask(arena, policy, STR("data.t.x"), &run);
		CASE_CHECK(&file, str_eq(got, want), "got %.*s", STR_ARG(got));
	}
}

TEST(a_budget_ends_an_evaluation_and_names_the_rule)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct problems problems;
	struct err err;
	AUTO(policy_unref)
	struct policy *policy = compile(
		arena,
		STR("package t\nn := numbers.range(1, 1000)\n"
		    "x := count([1 | some a in n; some b in n; some c in n; a + b + c > 0])\n"),
		false, &problems, &err);
	struct policy_run run = { .max_steps = 100000 };
	str got;

	CHECK(policy != NULL);
	got = ask(arena, policy, STR("data.t.x"), &run);
	CHECK_STRV(got, "t.rego:3: eval_cancel_error: rule data.t.x: more than 100000 steps");
}

/* MODULE => part of what data.t.x is, or of the error. */
TEST(whatever_a_policy_does_ends_within_its_budget)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("policy/budget.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		AUTO(policy_unref)
		struct policy *policy = NULL;
		struct policy_run run = { .now_ns = 1,
					  .max_steps = 2000000,
					  .max_bytes = 64u << 20 };
		struct problems problems;
		str module, want, got;
		ptrdiff_t at = str_find(file.line, STR(" => "));
		struct err err;

		CASE_CHECK(&file, at > 0, "no arrow");
		module = unfold(arena, str_take(file.line, (size_t)at));
		want = str_skip(file.line, (size_t)at + 4);
		policy = compile(arena, str_cat(arena, STR("package t\n"), module), false,
				 &problems, &err);
		CASE_CHECK(&file, policy != NULL, "%s", err.msg);
		got = ask(arena, policy, STR("data.t.x"), &run);
		CASE_CHECK(&file, str_find(got, want) >= 0, "got %.*s",
			   STR_ARG(str_take(got, 300)));
	}
}

TEST(rules_in_rules_do_not_use_up_the_stack)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct buf text;
	struct problems problems;
	struct policy_run run = { 0 };
	struct err err;
	str got;

	buf_init(&text, 8u << 20);
	BUF_LIT(&text, "package t\nr0 := 1\n");
	for (unsigned i = 1; i <= 50000; i++)
		buf_fmt(&text, "r%u := r%u + 1\n", i, i - 1);
	AUTO(policy_unref)
	struct policy *policy = compile(arena, buf_str(&text), false, &problems, &err);
	CHECK(policy != NULL);
	got = ask(arena, policy, STR("data.t.r50000"), &run);
	CHECK(str_find(got, STR("nested too deep")) > 0);
	CHECK_STRV(ask(arena, policy, STR("data.t.r100"), &run), "101");
	buf_done(&text);
}

TEST(print_shows_what_is_undefined)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct problems problems;
	struct err err;
	AUTO(policy_unref)
	struct policy *policy =
		compile(arena, STR("package t\nx if { print(\"a\", input.b, [1]); true }\n"), false,
			&problems, &err);
	struct policy_run run = { 0 };

	CHECK(policy != NULL);
	CHECK_STRV(ask(arena, policy, STR("data.t.x"), &run), "true");
}

/* Text, printed, read and printed again: the same. */
TEST(a_printed_module_reads_back)
{
	static const str text = STR_INIT(
		"# first\npackage a.b # behind\n\nimport data.c as d\nimport rego.v1\n\n"
		"# of p\np contains x if {\n\t# inside\n\tsome x in [1, 2] # at x\n\n"
		"\tnot x == 2\n\tevery y in d { y > x }\n} # end\n\n"
		"q[k].r := {\"a\": [v | v := k], \"b\": ({1} | {2})} if some k in {\"z\"}\n\n"
		"default f(_) := 1\nf(a) := $\"{a + 1} \\{ x\" if a > (1 + 2) * 3 else := 2\n"
		"w if f(1) with input.x as 2 with data.y as {\n\t\"k\": 1,\n}\n# last\n");
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct problems problems = { .arena = arena };
	const struct module *module = parse_module(STR("a"), text, false, arena, &problems);
	struct buf once, twice;

	CHECK(module != NULL);
	buf_init(&once, 1u << 20);
	buf_init(&twice, 1u << 20);
	print_module(module, &once);
	module = parse_module(STR("b"), buf_str(&once), false, arena, &problems);
	CHECK(module != NULL);
	print_module(module, &twice);
	CHECK(str_eq(buf_str(&once), buf_str(&twice)));
	CHECK(str_find(buf_str(&once), STR("# inside")) > 0);
	CHECK(str_find(buf_str(&once), STR("# at x")) > 0);
	CHECK(str_ends(buf_str(&once), STR("# last\n")));
	buf_done(&once);
	buf_done(&twice);
}

/* Quoted strings keep their spelling; what is not in the text is written with Rego's escapes. */
TEST(a_printed_string_keeps_its_spelling)
{
	static const str text =
		STR_INIT("package a[\"x y\"]\n\nx := [`\\d\n\"`, \"\\u0000\\/\"]\n\n"
			 "y := input.k[\"a-\\u0041\"]\n\n"
			 "z := $\"\\u0000\\u007f\\{{x}\"\n");
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct problems problems = { .arena = arena };
	const struct module *module = parse_module(STR("a"), text, false, arena, &problems);
	struct buf out;

	CHECK(module != NULL);
	buf_init(&out, 1u << 20);
	print_module(module, &out);
	CHECK(str_eq(buf_str(&out), text));
	buf_done(&out);
}

/* Below another literal a sign would be its minus. */
TEST(a_printed_sign_starts_no_line)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct problems problems = { .arena = arena };
	const struct module *module =
		parse_module(STR("a"), STR("package a\n\nx if {\n\t-1 < 0; -2.5 < 0\n}\n"), false,
			     arena, &problems);
	struct buf out;

	CHECK(module != NULL);
	buf_init(&out, 1u << 20);
	print_module(module, &out);
	CHECK_STRV(buf_str(&out), "package a\n\nx if {\n\t-1 < 0\n\t(-2.5) < 0\n}\n");
	buf_done(&out);
}

TEST(a_query_names_its_variables_and_values)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct problems problems;
	struct err err;
	AUTO(policy_unref)
	struct policy *policy =
		compile(arena, STR("package t\nx := [5, 6]\n"), false, &problems, &err);
	AUTO(policy_query_free)
	struct policy_query *query = NULL;
	struct policy_answers answers;
	struct policy_run run = { 0 };

	CHECK(policy != NULL);
	query = policy_query_new(policy, STR("data.t.x[i] = v; i + v"), false, &problems, &err);
	CHECK(query != NULL);
	CHECK_OK(policy_eval(query, &run, arena, &answers, &err));
	CHECK_INT(answers.n, 2);
	CHECK_INT(policy_query_vars(query), 2);
	CHECK_INT(answers.items[1].values[1].i, 7);
}
