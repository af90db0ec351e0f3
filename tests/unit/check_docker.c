/* SPDX-License-Identifier: Apache-2.0 */
/* Controls of Docker hosts: their metadata, and what only built-in checks may say. */
#include "base/err.h"
#include "casefile.h"
#include "policy/check.h"
#include "policy/value.h"
#include "test.h"

static struct check_set *load(struct arena *arena)
{
	static const str groups[] = { STR_INIT("docker") };
	const struct check_load what = { .groups = groups, .group_n = 1 };
	struct problems problems = { .arena = arena };
	struct err err;
	struct check_set *set = check_set_load(&what, &problems, &err);

	CHECK_OK(set);
	return set;
}

static const struct check_result *result_of(const struct check_results *results, const char *id)
{
	for (size_t i = 0; i < results->n; i++) {
		if (str_eq(results->items[i].check->id, str_c(id)))
			return &results->items[i];
	}
	return NULL;
}

static const struct check_result *judge(struct arena *arena, const struct check_set *set,
					const char *facts, const struct check_run *run,
					const char *id)
{
	struct check_results results = { 0 };
	const struct check_result *found;

	check_set_judge(set, STR("docker"), STR("host"), str_c(facts), run, arena, &results);
	found = result_of(&results, id);
	CHECK(found != NULL);
	return found;
}

TEST(every_control_says_level_mode_numbers_and_kinds)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(check_set_unref)
	struct check_set *set = load(arena);

	for (size_t i = 0; i < check_set_count(set); i++) {
		const struct check *c = check_set_at(set, i);

		CHECK_STRV(c->group, "docker");
		CHECK(c->kind_n > 0);
		if (!str_starts(c->id, STR("SW-DOCKER-")))
			continue;
		CHECK(c->benchmark.number_n > 0);
		CHECK(c->benchmark.level > 0 || c->id.p[strlen("SW-DOCKER-")] == 'W');
	}
	const struct check *c = check_set_find(set, STR("SW-DOCKER-2.8"));
	CHECK(c != NULL);
	CHECK_STRV(check_number_in(c, STR("1.8.0")), "2.8");
	CHECK_STRV(check_number_in(c, STR("1.6.0")), "2.7");
	CHECK_STRV(check_number_in(c, STR("1.2.0")), "2.6");
	CHECK_INT(check_number_in(c, STR("1.1.0")).n, 0);
	CHECK_INT(c->benchmark.mode, CHECK_AUTO);
	CHECK_INT(c->benchmark.level, 1);
	CHECK_STRV(c->benchmark.alerts[0], "SW-HOST-003");
	CHECK_STRV(c->fix.file, "/etc/docker/daemon.json");
	CHECK(c->fix.text.n > 0 && c->fix.risk[CHECK_EN].n > 0 && c->fix.risk[CHECK_JA].n > 0);
	CHECK(check_set_find(set, STR("CIS-DOCKER-2.8")) == c);
	c = check_set_find(set, STR("SW-DOCKER-2.1"));
	CHECK_STR(check_mode_name(c->benchmark.mode), "semi");
}

/* How many controls each version has, counted in the table. */
static const struct {
	const char *version;
	size_t controls;
} versions[] = {
	{ "1.8.0", 118 }, { "1.7.0", 117 }, { "1.6.0", 117 }, { "1.3.1", 124 }, { "1.2.0", 115 },
};

static size_t times(const struct check_set *set, const char *version, str number)
{
	size_t n = 0;

	for (size_t i = 0; i < check_set_count(set); i++)
		n += str_eq(check_number_in(check_set_at(set, i), str_c(version)), number);
	return n;
}

TEST(every_row_of_the_benchmark_is_one_control_with_its_numbers)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(check_set_unref)
	struct check_set *set = load(arena);
	AUTO(casefile_close)
	struct casefile file = casefile_open("policy/docker_benchmark.txt");
	size_t counted[ARRAY_LEN(versions)] = { 0 }, rows = 0;

	for (; casefile_next(&file); rows++) {
		str id = casefile_field(&file), level = casefile_field(&file);
		str mode = casefile_field(&file);
		const struct check *c = check_set_find(set, id);

		CASE_CHECK(&file, c && str_eq(c->id, id), "no such control");
		CASE_CHECK(&file, str_eq(mode, str_c(check_mode_name(c->benchmark.mode))),
			   "mode %s", check_mode_name(c->benchmark.mode));
		CASE_CHECK(&file,
			   c->benchmark.level ==
				   (str_eq(level, STR("-")) ? 0u : (unsigned)(level.p[0] - '0')),
			   "level %u", c->benchmark.level);
		for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
			str number = casefile_field(&file);
			str got = check_number_in(c, str_c(versions[i].version));

			if (str_eq(number, STR("-")))
				number = STR_EMPTY;
			CASE_CHECK(&file, str_eq(got, number), "%s: number %.*s",
				   versions[i].version, STR_ARG(got));
			if (number.n == 0)
				continue;
			counted[i]++;
			CASE_CHECK(&file, times(set, versions[i].version, number) == 1,
				   "%s: the number is not there once", versions[i].version);
		}
	}
	CHECK_INT(rows, check_set_count(set));
	for (size_t i = 0; i < ARRAY_LEN(versions); i++)
		CHECK_INT(counted[i], versions[i].controls);
}

TEST(what_is_outside_is_not_asked_for_facts)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(check_set_unref)
	struct check_set *set = load(arena);
	const struct check_result *r =
		judge(arena, set, "{\"engine\": {\"present\": false}}", NULL, "SW-DOCKER-2.6");

	CHECK_INT(r->verdict, CHECK_NOT_APPLICABLE);
	CHECK_STRV(r->reason[CHECK_EN], "no container engine is on this machine");
	CHECK(!str_eq(r->reason[CHECK_EN], r->reason[CHECK_JA]));
	r = judge(arena, set, "{\"engine\": {\"present\": true}}", NULL, "SW-DOCKER-2.6");
	CHECK_INT(r->verdict, CHECK_ERROR);
	CHECK_INT(r->seen_n, 0);
}

TEST(a_control_that_passes_shows_what_it_saw)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(check_set_unref)
	struct check_set *set = load(arena);
	const struct check_result *r =
		judge(arena, set, "{\"engine\": {\"info\": {\"Driver\": \"overlay2\"}}}", NULL,
		      "SW-DOCKER-2.6");

	CHECK_INT(r->verdict, CHECK_PASS);
	CHECK_INT(r->finding_n, 0);
	CHECK_INT(r->seen_n, 1);
	CHECK_STRV(r->seen[0].subject, "Driver");
	CHECK_STRV(r->seen[0].evidence, "overlay2");
	CHECK_INT(r->seen[0].message[CHECK_EN].n, 0);
}

TEST(the_operator_approves_by_settings)
{
	static const char facts[] =
		"{\"daemon\": {\"settings_complete\": true, \"settings\": {\"cgroup-parent\": "
		"{\"value\": \"/apps\", \"source\": \"command line\", \"where\": \"/proc/1\"}}}}";
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(check_set_unref)
	struct check_set *set = load(arena);
	const struct json *json;
	struct value settings;
	struct err err;

	CHECK_INT(judge(arena, set, facts, NULL, "SW-DOCKER-2.11")->verdict, CHECK_FAIL);
	CHECK_OK(json_parse(STR("{\"cgroup_parents\": [\"/apps\"]}"), NULL, arena, &json, &err));
	settings = value_from_json(json, arena);
	const struct check_run run = { .settings = &settings };
	CHECK_INT(judge(arena, set, facts, &run, "SW-DOCKER-2.11")->verdict, CHECK_PASS);
}

/* Facts that are empty, of other types or no JSON at all. */
TEST(no_control_passes_without_facts)
{
	static const char *const facts[] = { "{}", "[]", "null", "{", "\"x\"", "" };
	static const char *const kinds[] = { "docker", "container", "image" };
	const str groups[] = { STR("docker"), STR("container") };
	const struct check_load what = { .groups = groups, .group_n = ARRAY_LEN(groups) };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct problems problems = { .arena = arena };
	struct err err;
	AUTO(check_set_unref)
	struct check_set *set = check_set_load(&what, &problems, &err);
	struct check_results results = { 0 };

	CHECK_OK(set);
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
			check_set_judge(set, str_c(kinds[k]), STR_EMPTY, str_c(facts[i]), NULL,
					arena, &results);
	}
	CHECK(results.n >= ARRAY_LEN(facts) * check_set_count(set));
	for (size_t i = 0; i < results.n; i++) {
		const struct check_result *r = &results.items[i];

		/* What no setting of the operator asks for may be left alone. */
		if (r->verdict != CHECK_ERROR && r->verdict != CHECK_NOT_APPLICABLE)
			test_fail(__FILE__, __LINE__, "%.*s: %s without facts",
				  STR_ARG(r->check->id), check_verdict_name(r->verdict));
	}
}
