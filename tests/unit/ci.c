/* SPDX-License-Identifier: Apache-2.0 */
#include "report/ci.h"

#include "test.h"

/* NAME=VALUE texts, NULL-ended. */
static str look_up(void *context, const char *name)
{
	const char *const *pairs = context;
	str wanted = str_c(name), found, value;

	for (size_t i = 0; pairs[i]; i++) {
		if (str_cut(str_c(pairs[i]), '=', &found, &value) && str_eq(found, wanted))
			return value;
	}
	return STR_EMPTY;
}

static struct ci_environment environment_of(const char *const *pairs)
{
	return (struct ci_environment){ .get = look_up, .context = (void *)(uintptr_t)pairs };
}

static void check_field(const struct ci_metadata *ci, enum ci_field field, const char *want)
{
	if (!str_eq(ci->values[field], str_c(want)))
		test_fail(__FILE__, __LINE__, "%.*s: got '%.*s', want '%s'",
			  STR_ARG(ci_field_name(field)), STR_ARG(ci->values[field]), want);
}

struct provider_case {
	const char *environment[24];
	struct {
		enum ci_field field;
		const char *value;
	} want[12];
};

static const struct provider_case cases[] = {
	{ { "GITHUB_ACTIONS=true", "GITHUB_WORKFLOW=build", "GITHUB_RUN_ID=42",
	    "GITHUB_RUN_NUMBER=7", "GITHUB_SERVER_URL=https://github.example.com",
	    "GITHUB_REPOSITORY=org/app", "GITHUB_JOB=scan", "GITHUB_SHA=0123abcd",
	    "GITHUB_REF=refs/heads/main", "GITHUB_ACTOR=octo", "GITHUB_EVENT_NAME=push" },
	  { { CI_provider, "github-actions" },
	    { CI_pipeline, "build" },
	    { CI_run_url, "https://github.example.com/org/app/actions/runs/42" },
	    { CI_commit, "0123abcd" },
	    { CI_branch, "main" },
	    { CI_tag, "" },
	    { CI_repository, "org/app" },
	    { CI_actor, "octo" } } },
	{ { "GITHUB_ACTIONS=true", "GITHUB_REF=refs/tags/v1", "GITHUB_HEAD_REF=" },
	  { { CI_tag, "v1" }, { CI_branch, "" }, { CI_run_url, "" } } },
	{ { "GITHUB_ACTIONS=true", "GITHUB_REF=refs/pull/5/merge", "GITHUB_HEAD_REF=fix" },
	  { { CI_branch, "fix" }, { CI_change, "5/merge" } } },
	{ { "GITHUB_ACTIONS=true", "GITEA_ACTIONS=true", "GITHUB_SHA=1" },
	  { { CI_provider, "gitea-actions" } } },
	{ { "GITLAB_CI=true", "CI_PROJECT_PATH=group/app", "CI_PIPELINE_ID=9",
	    "CI_PIPELINE_URL=https://gitlab.example.com/group/app/-/pipelines/9",
	    "CI_COMMIT_SHA=feed", "CI_COMMIT_BRANCH=dev", "CI_JOB_NAME=scan" },
	  { { CI_provider, "gitlab-ci" },
	    { CI_pipeline, "group/app" },
	    { CI_run_id, "9" },
	    { CI_branch, "dev" },
	    { CI_ref, "refs/heads/dev" } } },
	{ { "TF_BUILD=True", "BUILD_DEFINITIONNAME=nightly", "BUILD_BUILDID=77",
	    "SYSTEM_COLLECTIONURI=https://dev.azure.example.com/org/",
	    "SYSTEM_TEAMPROJECT=My Project", "BUILD_SOURCEVERSION=beef",
	    "BUILD_SOURCEBRANCH=refs/heads/release/1" },
	  { { CI_provider, "azure-pipelines" },
	    { CI_run_url,
	      "https://dev.azure.example.com/org/My%20Project/_build/results?buildId=77" },
	    { CI_branch, "release/1" },
	    { CI_commit, "beef" } } },
	{ { "JENKINS_URL=https://ci.example.com/", "JOB_NAME=app/main", "BUILD_NUMBER=3",
	    "BUILD_URL=https://ci.example.com/job/app/3/", "GIT_BRANCH=origin/main",
	    "GIT_URL=https://user:secret@git.example.com/app.git" },
	  { { CI_provider, "jenkins" },
	    { CI_branch, "main" },
	    { CI_repository_url, "https://git.example.com/app.git" } } },
	{ { "BUILDKITE=true", "BUILDKITE_PULL_REQUEST=false", "BUILDKITE_BRANCH=main" },
	  { { CI_provider, "buildkite" }, { CI_change, "" }, { CI_ref, "refs/heads/main" } } },
	{ { "CI=woodpecker", "CI_REPO=o/r", "CI_PIPELINE_NUMBER=4" },
	  { { CI_provider, "woodpecker" }, { CI_run_number, "4" } } },
	{ { "CIRCLECI=true", "CIRCLE_PROJECT_USERNAME=o", "CIRCLE_PROJECT_REPONAME=r" },
	  { { CI_provider, "circleci" }, { CI_repository, "o/r" } } },
	{ { "TRAVIS=false", "TRAVIS_BRANCH=main" }, { { CI_provider, "" }, { CI_branch, "" } } },
	{ { "HOME=/root" }, { { CI_provider, "" } } },
};

TEST(each_provider_says_where_it_is)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct ci_environment environment = environment_of(cases[i].environment);
		struct ci_metadata ci = { 0 };

		ci_detect(&environment, arena, &ci);
		for (size_t k = 0; k < ARRAY_LEN(cases[i].want) && cases[i].want[k].value; k++)
			check_field(&ci, cases[i].want[k].field, cases[i].want[k].value);
	}
}

TEST(pairs_come_over_what_was_detected)
{
	static const char *const pairs[] = { "GITHUB_ACTIONS=true", "GITHUB_SHA=abc", NULL };
	struct ci_environment environment = environment_of(pairs);
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct ci_metadata ci = { 0 };
	struct err err;

	CHECK_OK(ci_take(&ci, STR("auto,branch=x,y,commit=1=2"), &environment, arena, &err));
	check_field(&ci, CI_provider, "github-actions");
	check_field(&ci, CI_branch, "x,y");
	check_field(&ci, CI_commit, "1=2");
	CHECK_OK(ci_take(&ci, STR("none"), &environment, arena, &err));
	CHECK(ci_is_empty(&ci));
	CHECK_FAIL(ci_take(&ci, STR("colour=red"), &environment, arena, &err));
	CHECK(strstr(err.msg, "'colour' is not one of: provider, pipeline") != NULL);
	CHECK_FAIL(ci_take(&ci, STR("/nonexistent/file"), &environment, arena, &err));
}

TEST(values_are_one_short_line_and_addresses_hold_no_secret)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct ci_metadata ci = { 0 };
	struct err err;
	char text[2000] = "branch=";

	memset(text + 7, 'a', 1500);
	CHECK_OK(ci_take(&ci, str_c(text), &ci_own_environment, arena, &err));
	CHECK_INT(ci.values[CI_branch].n, CI_VALUE_MAX);
	CHECK_OK(ci_take(&ci, STR("pipeline=one\ntwo"), &ci_own_environment, arena, &err));
	check_field(&ci, CI_pipeline, "one");
	CHECK_OK(ci_take(&ci, STR("run_url=https://u:p@h.example.com/a@b"), &ci_own_environment,
			 arena, &err));
	check_field(&ci, CI_run_url, "https://h.example.com/a@b");
	CHECK(ci_link(STR("https://h.example.com/a")).n > 0);
	CHECK(ci_link(STR("javascript:alert(1)")).n == 0);
	CHECK(ci_link(STR("https://h.example.com/\"onclick")).n == 0);
}
