/* SPDX-License-Identifier: Apache-2.0 */
/* Dockerfiles through the real reader, judged by the built-in checks. */
#include "base/buf.h"
#include "base/json.h"
#include "casefile.h"
#include "fmt/dockerfile.h"
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
