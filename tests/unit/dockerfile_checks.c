/* SPDX-License-Identifier: Apache-2.0 */
/* Dockerfiles through the real reader, judged by the built-in checks. */
#include "base/buf.h"
#include "base/json.h"
#include "casefile.h"
#include "fmt/container/dockerfile_fix.h"
#include "policy/check.h"
#include "test.h"

static str unescape(struct arena *arena, str s)
{
	char *out = arena_bytes(arena, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\\' && i + 1 < s.n) {
			c = s.p[++i];
			c = c == 'n' ? '\n' : c;
		}
		out[n++] = c;
	}
	return str_of(out, n);
}

static struct check_set *load(struct arena *arena)
{
	const str groups[] = { STR("dockerfile") };
	struct check_load load = { .groups = groups, .group_n = 1 };
	struct problems problems = { .arena = arena };
	struct check_set *set;
	struct err err;

	CHECK_OK(set = check_set_load(&load, &problems, &err));
	return set;
}

static void judge(const struct check_set *set, str text, struct arena *arena,
		  struct check_results *results)
{
	AUTO(buf_done)
	struct buf facts;
	struct dockerfile file;
	struct json_writer w;
	struct err err;

	buf_init(&facts, 1u << 20);
	json_writer_init(&w, &facts, 0);
	CHECK_OK(dockerfile_parse(text, arena, &file, &err));
	dockerfile_facts(&file, STR("Dockerfile"), &w);
	CHECK(!facts.overflow);
	check_set_judge(set, STR("dockerfile"), STR("Dockerfile"), str_dup(arena, buf_str(&facts)),
			NULL, arena, results);
}

static const struct check_result *result_of(const struct check_results *results, str id)
{
	for (size_t i = 0; i < results->n; i++) {
		if (str_eq(results->items[i].check->id, id))
			return &results->items[i];
	}
	return NULL;
}

TEST(dockerfile_checks_find_what_they_should)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(check_set_unref)
	struct check_set *set = load(arena);
	AUTO(casefile_close)
	struct casefile file = casefile_open("dockerfile/checks.txt");
	int wrong = 0;

	while (casefile_next(&file)) {
		str verdict = casefile_field(&file), id = casefile_field(&file);
		bool bad = str_eq(verdict, STR("bad"));
		struct check_results results = { 0 };

		judge(set, unescape(arena, str_trim(file.rest)), arena, &results);
		const struct check_result *result = result_of(&results, id);
		CASE_CHECK(&file, result != NULL, "there is no such check");
		if (result->verdict != (bad ? CHECK_FAIL : CHECK_PASS) &&
		    !(!bad && result->verdict == CHECK_MANUAL)) {
			wrong++;
			printf("%s:%d: %.*s: %s %.*s\n", file.path, file.number, STR_ARG(id),
			       check_verdict_name(result->verdict),
			       STR_ARG(result->reason[CHECK_EN]));
		}
	}
	CHECK_INT(wrong, 0);
}

/* Each has its texts in both languages and stands under one number and one name only. */
TEST(dockerfile_checks_are_whole)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(check_set_unref)
	struct check_set *set = load(arena);

	CHECK(check_set_count(set) >= 60);
	for (size_t i = 0; i < check_set_count(set); i++) {
		const struct check *c = check_set_at(set, i);

		CHECK_STR_EQ(c->id, str_fmt(arena, "SW-DF-%03zu", i + 1));
		CHECK(str_starts(c->package, STR("seawall.dockerfile.")));
		CHECK(!str_eq(c->text[CHECK_EN].title, c->text[CHECK_JA].title));
		CHECK(check_set_find(set, c->id) == c);
	}
	CHECK_STRV(check_set_find(set, STR("ds002"))->id, "SW-DF-001");
	CHECK_STRV(check_set_find(set, STR("CKV2_DOCKER_1"))->id, "SW-DF-008");
}

/* 1500 instructions stay within the budget of each check. */
TEST(dockerfile_checks_judge_large_files)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(check_set_unref)
	struct check_set *set = load(arena);
	struct check_results results = { 0 };
	struct buf b;

	buf_init(&b, 1u << 20);
	BUF_LIT(&b, "FROM x:1 AS a\n");
	for (int i = 0; i < 500; i++)
		buf_fmt(&b,
			"RUN apt-get update && apt-get install -y p%d | sh\nCOPY --from=a a b\nENV "
			"A%d=b\n",
			i, i);
	judge(set, str_dup(arena, buf_str(&b)), arena, &results);
	buf_done(&b);
	CHECK_INT(results.n, check_set_count(set));
	for (size_t i = 0; i < results.n; i++) {
		const struct check_result *r = &results.items[i];

		if (r->verdict == CHECK_ERROR)
			test_fail(__FILE__, __LINE__, "%.*s: %.*s", STR_ARG(r->check->id),
				  STR_ARG(r->reason[CHECK_EN]));
	}
	CHECK_INT(result_of(&results, STR("SW-DF-001"))->verdict, CHECK_FAIL);
	CHECK_INT(result_of(&results, STR("SW-DF-008"))->verdict, CHECK_PASS);
}

/* ---- repairs ---- */

static void repair(struct arena *arena, const struct check_result *result, str text, str *out,
		   str *diff)
{
	struct text_edits edits = { .arena = arena };
	struct dockerfile file;
	struct buf b;
	struct err err;

	*out = *diff = STR_EMPTY;
	CHECK_OK(dockerfile_parse(text, arena, &file, &err));
	edits.text = file.text;
	for (size_t i = 0; i < result->finding_n; i++) {
		struct dockerfile_fault fault = {
			.kind = str_skip(result->check->package, STR("seawall.dockerfile.").n),
			.line = (uint32_t)result->findings[i].line,
		};

		if (fault.line == 0 || !dockerfile_fix(&file, &fault, &edits))
			return;
	}
	text_edits_settle(&edits);
	CHECK_INT(edits.dropped, 0);
	buf_init(&b, 1u << 20);
	text_edits_apply(&edits, &b);
	*out = str_dup(arena, buf_str(&b));
	buf_reset(&b);
	text_edits_diff(&edits, STR("Dockerfile"), &b);
	*diff = str_dup(arena, buf_str(&b));
	buf_done(&b);
}

/* What is said to be repaired passes its check, whatever the check. */
TEST(dockerfile_repairs_pass)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(check_set_unref)
	struct check_set *set = load(arena);
	AUTO(casefile_close)
	struct casefile file = casefile_open("dockerfile/checks.txt");
	int repaired = 0;

	while (casefile_next(&file)) {
		str verdict = casefile_field(&file), id = casefile_field(&file), fixed, diff;
		struct check_results before = { 0 }, after = { 0 };

		if (!str_eq(verdict, STR("bad")))
			continue;
		str text = unescape(arena, str_trim(file.rest));
		judge(set, text, arena, &before);
		repair(arena, result_of(&before, id), text, &fixed, &diff);
		if (fixed.n == 0)
			continue;
		repaired++;
		judge(set, fixed, arena, &after);
		CASE_CHECK(&file, result_of(&after, id)->verdict == CHECK_PASS,
			   "still there in: %.*s", STR_ARG(fixed));
		CASE_CHECK(&file, str_starts(diff, STR("--- a/Dockerfile\n+++ b/Dockerfile\n@@ -")),
			   "no difference: %.*s", STR_ARG(diff));
	}
	CHECK(repaired >= 25);
}

TEST(dockerfile_difference_has_the_form_of_diff)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct text_edits edits = { .arena = arena,
				    .text = STR("1\n2\n3\n4\n5\n6\n7\n8\n9\nlast") };
	struct buf b;

	text_edits_add(&edits, 20, 0, STR("!"));
	text_edits_add(&edits, 2, 2, STR(""));
	text_edits_add(&edits, 2, 2, STR("")); /* the same again */
	text_edits_add(&edits, 6, 0, STR("new\n"));
	text_edits_add(&edits, 3, 1, STR("x")); /* overlaps */
	text_edits_settle(&edits);
	CHECK_INT(edits.n, 3);
	CHECK_INT(edits.dropped, 1);
	buf_init(&b, 4096);
	text_edits_apply(&edits, &b);
	CHECK_STRV(buf_str(&b), "1\n3\nnew\n4\n5\n6\n7\n8\n9\nla!st");
	buf_reset(&b);
	text_edits_diff(&edits, STR("./a/b"), &b);
	CHECK_STRV(buf_str(&b),
		   "--- a/a/b\n+++ b/a/b\n@@ -1,10 +1,10 @@\n 1\n-2\n 3\n+new\n 4\n 5\n "
		   "6\n 7\n 8\n 9\n-last\n\\ No newline at end of file\n+la!st\n\\ No "
		   "newline at end of file\n");
	buf_done(&b);
}
