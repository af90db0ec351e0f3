/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/check.h"

#include "base/err.h"
#include "test.h"

/* A set of one module of the user; groups NULL-safe. */
static struct check_set *load_own(struct arena *arena, const char *text, struct err *err)
{
	const struct policy_source source = { .file = STR("own.rego"), .text = str_c(text) };
	const struct check_load load = { .own = &source, .own_n = 1 };
	struct problems problems = { .arena = arena };

	return check_set_load(&load, &problems, err);
}

static struct check_result judge(struct arena *arena, const struct check_set *set, str facts,
				 const struct check_run *run)
{
	struct check_results results = { 0 };

	check_set_judge(set, STR("image"), STR("doc"), facts, run, arena, &results);
	CHECK_INT(results.n, 1);
	return results.items[0];
}

static size_t places(str message)
{
	size_t n = 0;

	for (size_t i = 0; i < message.n; i++)
		n += message.p[i] == '{';
	return n;
}

static void check_texts(const struct check *c)
{
	str en = c->text[CHECK_EN].message, ja = c->text[CHECK_JA].message;

	/* A value may have another name for each language. */
	CHECK_INT(places(en), places(ja));
	for (int lang = 0; lang < CHECK_LANGS; lang++) {
		const struct check_text *text = &c->text[lang];

		CHECK(text->title.n > 0 && text->description.n > 0 && text->message.n > 0);
		CHECK(text->remediation.n > 0);
		/* Only the message is about one finding. */
		CHECK(str_find_char(text->title, '{') < 0);
		CHECK(str_find_char(text->remediation, '{') < 0);
	}
}

TEST(every_built_in_check_is_complete_and_has_its_own_id)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const str groups[] = { STR("image"),  STR("dockerfile"), STR("cluster"),  STR("registry"),
			       STR("tenant"), STR("docker"),	 STR("container") };
	const struct check_load load = { .groups = groups, .group_n = ARRAY_LEN(groups) };
	struct problems problems = { .arena = arena };
	struct err err;
	AUTO(check_set_unref)
	struct check_set *set = check_set_load(&load, &problems, &err);

	CHECK_OK(set);
	CHECK(check_set_count(set) > 0);
	for (size_t i = 0; i < check_set_count(set); i++) {
		const struct check *c = check_set_at(set, i);

		CHECK_STR_EQ(check_set_find(set, c->id)->id, c->id);
		if (i > 0)
			CHECK(!str_eq(c->id, check_set_at(set, i - 1)->id));
		check_texts(c);
	}
	CHECK_STRV(check_set_find(set, STR("sw-img-001"))->id, "SW-IMG-001");
	/* An alias may stand for a check of the image and one of its Dockerfile. */
	CHECK_STRV(check_set_find(set, STR("cis-di-0001"))->id, "SW-DF-001");
	CHECK(check_set_find(set, STR("CIS-DI-9999")) == NULL);
}

static const struct check_result *result_of(const struct check_results *results, const char *id)
{
	for (size_t i = 0; i < results->n; i++) {
		if (str_eq(results->items[i].check->id, str_c(id)))
			return &results->items[i];
	}
	test_fail(__FILE__, __LINE__, "no result of %s", id);
}

TEST(a_check_of_the_image_fails_passes_and_says_what_it_could_not_know)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const str groups[] = { STR("image") };
	const struct check_load load = { .groups = groups, .group_n = 1 };
	struct problems problems = { .arena = arena };
	struct check_results results = { 0 };
	const struct check_result *user;
	struct err err;
	AUTO(check_set_unref)
	struct check_set *set = check_set_load(&load, &problems, &err);

	CHECK_OK(set);
	CHECK_STRV(check_set_find(set, STR("cis-di-0001"))->id, "SW-IMG-001");
	check_set_judge(set, STR("image"), STR(""), STR("{\"user\": \"0\"}"), NULL, arena,
			&results);
	user = result_of(&results, "SW-IMG-001");
	CHECK_INT(user->verdict, CHECK_FAIL);
	CHECK_STRV(user->findings[0].message[CHECK_EN], "The image starts its processes as root");
	CHECK(user->findings[0].message[CHECK_JA].n > 0);
	results.n = 0;
	check_set_judge(set, STR("image"), STR(""), STR("{\"user\": \"app\"}"), NULL, arena,
			&results);
	CHECK_INT(result_of(&results, "SW-IMG-001")->verdict, CHECK_PASS);
	results.n = 0;
	check_set_judge(set, STR("image"), STR(""), STR("{}"), NULL, arena, &results);
	user = result_of(&results, "SW-IMG-001");
	CHECK_INT(user->verdict, CHECK_ERROR);
	CHECK_STRV(user->reason[CHECK_EN], "the user of the image is not known");
}

/* Facts that are no JSON, are empty, or of other types: nothing passes on them. */
static void check_nothing_passes(str group, size_t checks)
{
	static const char *const facts[] = {
		"{}", "[]", "null", "{", "\"x\"", "", "{\"form\": \"arm\"}"
	};
	const struct check_load load = { .groups = &group, .group_n = 1 };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct problems problems = { .arena = arena };
	struct err err;
	AUTO(check_set_unref)
	struct check_set *set = check_set_load(&load, &problems, &err);

	CHECK_OK(set);
	CHECK(check_set_count(set) >= checks);
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		struct check_results results = { 0 };

		check_set_judge(set, group, STR(""), str_c(facts[i]), NULL, arena, &results);
		CHECK_INT(results.n, check_set_count(set));
		for (size_t k = 0; k < results.n; k++) {
			if (results.items[k].verdict == CHECK_PASS)
				test_fail(__FILE__, __LINE__, "%.*s passes on %s",
					  STR_ARG(results.items[k].check->id), facts[i]);
			CHECK(results.items[k].finding_n > 0 ||
			      results.items[k].reason[CHECK_EN].n > 0);
		}
	}
}

TEST(no_check_passes_without_facts)
{
	check_nothing_passes(STR("image"), 20);
	check_nothing_passes(STR("cluster"), 5);
	check_nothing_passes(STR("registry"), 4);
	check_nothing_passes(STR("tenant"), 2);
}

TEST(verdicts_have_their_order)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	AUTO(check_set_unref)
	struct check_set *set = load_own(arena,
					 "package user.order\n"
					 "missing contains r if some r in input.missing\n"
					 "deny contains r if some r in input.deny\n"
					 "manual contains r if some r in input.manual\n"
					 "not_applicable := input.na\n",
					 &err);

	CHECK_OK(set);
	CHECK_INT(judge(arena, set, STR("{}"), NULL).verdict, CHECK_PASS);
	CHECK_INT(judge(arena, set, STR("{\"na\": \"why\"}"), NULL).verdict, CHECK_NOT_APPLICABLE);
	CHECK_STRV(judge(arena, set, STR("{\"na\": {\"msg\": \"why\", \"ja\": \"naze\"}}"), NULL)
			   .reason[CHECK_JA],
		   "naze");
	CHECK_INT(judge(arena, set, STR("{\"na\": \"why\", \"manual\": [\"look\"]}"), NULL).verdict,
		  CHECK_MANUAL);
	struct check_result both =
		judge(arena, set,
		      STR("{\"na\": \"why\", \"manual\": [\"look\"], \"deny\": [\"bad\"]}"), NULL);
	CHECK_INT(both.verdict, CHECK_FAIL);
	CHECK_INT(both.finding_n, 1);
	CHECK_STRV(both.findings[0].message[CHECK_EN], "bad");
	CHECK_STRV(both.findings[0].file, "doc");
	CHECK_INT(
		judge(arena, set, STR("{\"deny\": [\"bad\"], \"missing\": [\"m\"]}"), NULL).verdict,
		CHECK_ERROR);
}

TEST(a_check_over_its_budget_is_an_error_and_never_a_pass)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct check_run steps = { .max_steps = 2000 };
	const struct check_run bytes = { .max_bytes = 100000 };
	struct err err;
	AUTO(check_set_unref)
	struct check_set *slow = load_own(arena,
					  "package user.slow\n"
					  "deny contains \"x\" if {\n"
					  "\tsome a in numbers.range(1, 1000)\n"
					  "\tsome b in numbers.range(1, 1000)\n"
					  "\ta * b == -1\n"
					  "}\n",
					  &err);

	CHECK_OK(slow);
	CHECK_INT(judge(arena, slow, STR("{}"), &steps).verdict, CHECK_ERROR);
	CHECK_INT(judge(arena, slow, STR("{}"), &bytes).verdict, CHECK_ERROR);
}

TEST(a_check_whose_evaluation_fails_is_an_error)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	AUTO(check_set_unref)
	struct check_set *set = load_own(arena,
					 "package user.conflict\n"
					 "f := x if some x in input.list\n"
					 "deny contains \"x\" if f == 1\n",
					 &err);

	CHECK_OK(set);
	CHECK_INT(judge(arena, set, STR("{\"list\": [1, 2]}"), NULL).verdict, CHECK_ERROR);
	CHECK_INT(judge(arena, set, STR("{\"list\": [1]}"), NULL).verdict, CHECK_FAIL);
	CHECK_INT(judge(arena, set, STR("{\"list\": [2]}"), NULL).verdict, CHECK_PASS);
}

TEST(a_check_that_may_not_ask_the_network_is_an_error)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	AUTO(check_set_unref)
	struct check_set *set =
		load_own(arena,
			 "package user.asks\n"
			 "deny contains \"x\" if {\n"
			 "  answer := http.send({\"method\": \"get\", \"url\": input.url})\n"
			 "  answer.status_code != 200\n"
			 "}\n",
			 &err);

	CHECK_OK(set);
	CHECK_INT(judge(arena, set, STR("{\"url\": \"http://example.com/\"}"), NULL).verdict,
		  CHECK_ERROR);
	CHECK_INT(judge(arena, set, STR("{}"), NULL).verdict, CHECK_PASS);
}

TEST(a_module_that_is_no_rego_is_refused_with_its_place)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;

	CHECK_FAIL(load_own(arena, "package user.x\ndeny contains if {", &err));
	CHECK(strstr(err.msg, "own.rego:2") != NULL);
}

TEST(checks_of_the_older_syntax_and_metadata_are_read)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	AUTO(check_set_unref)
	struct check_set *set =
		load_own(arena,
			 "package user.dockerfile.ID001\n"
			 "__rego_metadata__ := {\"id\": \"ID001\", \"title\": \"Never\",\n"
			 "  \"severity\": \"HIGH\", \"recommended_actions\": \"Do not\"}\n"
			 "__rego_input__ := {\"selector\": [{\"type\": \"image\"}]}\n"
			 "deny[res] {\n"
			 "  input.bad == true\n"
			 "  res := {\"msg\": \"it is bad\", \"startline\": 3, \"endline\": 4}\n"
			 "}\n",
			 &err);

	CHECK_OK(set);
	const struct check *c = check_set_at(set, 0);
	CHECK_STRV(c->id, "ID001");
	CHECK_STRV(c->severity, "high");
	CHECK_STRV(c->group, "image");
	CHECK_STRV(c->text[CHECK_JA].title, "Never");
	CHECK_STRV(c->text[CHECK_EN].remediation, "Do not");
	struct check_result r = judge(arena, set, STR("{\"bad\": true}"), NULL);
	CHECK_INT(r.verdict, CHECK_FAIL);
	CHECK_INT(r.findings[0].line, 3);
	CHECK_INT(r.findings[0].end_line, 4);
	CHECK_STRV(r.findings[0].message[CHECK_JA], "it is bad");
}

TEST(checks_written_for_trivy_work_as_they_are)
{
	static const char facts[] =
		"{\"Stages\": [{\"Name\": \"debian\", \"Commands\": ["
		"{\"Cmd\": \"from\", \"Value\": [\"debian\"], \"Path\": \"Dockerfile\","
		" \"StartLine\": 1, \"EndLine\": 1},"
		"{\"Cmd\": \"user\", \"Value\": [\"root\"], \"Path\": \"Dockerfile\","
		" \"StartLine\": 7, \"EndLine\": 8}]}]}";
	static const char module[] = "# METADATA\n"
				     "# title: No root\n"
				     "# custom:\n"
				     "#   id: ID001\n"
				     "#   avd_id: USR-DF-0001\n"
				     "#   severity: LOW\n"
				     "#   recommended_action: Take another\n"
				     "#   input:\n"
				     "#     selector:\n"
				     "#     - type: dockerfile\n"
				     "package team.dockerfile.ID001\n"
				     "import data.lib.docker\n"
				     "deny[res] {\n"
				     "  u := docker.user[_]\n"
				     "  u.Value[0] == \"root\"\n"
				     "  res := result.new(\"it is root\", u)\n"
				     "}\n";
	const struct policy_source source = { .file = STR("own.rego"), .text = str_c(module) };
	const str names[] = { STR("team") };
	struct check_load load = { .own = &source, .own_n = 1 };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct problems problems = { .arena = arena };
	struct check_results results = { 0 };
	struct err err;
	AUTO(check_set_unref)
	struct check_set *nobody = check_set_load(&load, &problems, &err);

	CHECK_OK(nobody);
	CHECK_INT(check_set_count(nobody), 0); /* its namespace was not named */
	load.namespaces = names;
	load.namespace_n = 1;
	AUTO(check_set_unref)
	struct check_set *set = check_set_load(&load, &problems, &err);
	CHECK_OK(set);
	CHECK_STRV(check_set_find(set, STR("usr-df-0001"))->id, "ID001");
	check_set_judge(set, STR("image"), STR("x"), str_c(facts), NULL, arena, &results);
	CHECK_INT(results.n, 0); /* another kind of document */
	check_set_judge(set, STR("dockerfile"), STR("x"), str_c(facts), NULL, arena, &results);
	CHECK_INT(results.items[0].verdict, CHECK_FAIL);
	CHECK_INT(results.items[0].findings[0].line, 7);
	CHECK_INT(results.items[0].findings[0].end_line, 8);
	CHECK_STRV(results.items[0].findings[0].file, "Dockerfile");
	CHECK_STRV(results.items[0].findings[0].message[CHECK_EN], "it is root");
}

TEST(findings_over_the_limit_are_counted_and_long_texts_cut)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	AUTO(check_set_unref)
	struct check_set *set = load_own(
		arena,
		"package user.many\n"
		"deny contains sprintf(\"n%d\", [n]) if some n in numbers.range(1, 1500)\n",
		&err);
	AUTO(check_set_unref)
	struct check_set *cut =
		load_own(arena, "package user.long\ndeny contains input.text\n", &err);
	struct buf text;

	CHECK_OK(set);
	struct check_result r = judge(arena, set, STR("{}"), NULL);
	CHECK_INT(r.finding_n, CHECK_FINDINGS_MAX);
	CHECK_INT(r.dropped, 500);
	buf_init(&text, 1u << 20);
	BUF_LIT(&text, "{\"text\": \"");
	for (unsigned i = 0; i < 4000; i++)
		BUF_LIT(&text, "\xe3\x81\x82");
	BUF_LIT(&text, "\"}");
	r = judge(arena, cut, buf_str(&text), NULL);
	buf_done(&text);
	CHECK(r.findings[0].message[CHECK_EN].n <= CHECK_TEXT_MAX + 3);
	CHECK(str_is_utf8(r.findings[0].message[CHECK_EN]));
}

TEST(a_library_below_the_namespace_is_no_check)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	AUTO(check_set_unref)
	struct check_set *set = load_own(arena, "package user.lib\nhelper := 1\n", &err);

	CHECK_OK(set);
	CHECK_INT(check_set_count(set), 0);
}
