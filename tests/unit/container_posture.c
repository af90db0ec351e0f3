/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/container_posture.h"

#include "base/json.h"
#include "policy/check.h"
#include "policy/constraint/container_settings.h"
#include "policy/constraint/library_parameters.h"
#include "policy/problem.h"
#include "posture/container_baseline.h"
#include "posture/container_report.h"
#include "posture/fact_reason.h"
#include "posture/fix_script.h"
#include "test.h"

#define HOST(listed)                                                                               \
	"{\"kind\":\"docker\",\"host\":{\"name\":\"one\"},\"not_read\":[],\"containers\":[" listed \
	"],\"platform\":{\"kubelet\":null,\"root_entries\":[],\"cloud\":null},\"engine\":{"        \
	"\"present\":true,\"answers\":true,\"info\":{\"Swarm\":{\"ControlAvailable\":false}}}}"

#define CONTAINER(id, name, privileged, time)                                                          \
	"{\"kind\":\"container\",\"origin\":\"engine\",\"collected_at\":\"" time                       \
	"\",\"not_read\":[],\"id\":\"" id "\",\"name\":\"" name                                        \
	"\",\"image\":\"app\",\"state\":\"created\",\"started\":false,\"inspect\":{\"Config\":{"       \
	"\"User\":\"1\",\"Labels\":{\"tier\":\"" name                                                  \
	"\"}},\"HostConfig\":{\"Privileged\":" privileged                                              \
	",\"CapAdd\":null,\"CapDrop\":null,\"SecurityOpt\":null,\"ReadonlyRootfs\":true,\"Memory\":1," \
	"\"CpuShares\":2,\"NetworkMode\":\"x\",\"PidMode\":\"\",\"IpcMode\":\"\"}},\"mounts\":[],"     \
	"\"image_facts\":{\"root_names\":[]},\"host\":{\"no_new_privileges\":false,"                   \
	"\"security_options\":[],\"platform\":{\"kubelet\":null,\"root_entries\":[],\"cloud\":null}}}"

struct fixture {
	struct arena *arena;
	struct check_set *checks;
	struct recommendation_set set;
	struct library_parameters parameters;
	struct container_posture *posture;
	struct assessment a;
};

static void begin(struct fixture *f, const char *parameters)
{
	static const str groups[] = { STR_INIT("container") };
	const struct check_load load = { .groups = groups, .group_n = 1 };
	struct container_posture_opts opts = { .now = 1 };
	struct problems problems = { .arena = NULL };
	struct err err;

	*f = (struct fixture){ .arena = arena_new() };
	problems.arena = f->arena;
	f->checks = check_set_load(&load, &problems, &err);
	CHECK(f->checks);
	CHECK(recommendation_set_load(&f->set, f->arena, &err) == 0);
	opts.checks = f->checks;
	opts.recommendations = &f->set;
	if (parameters) {
		CHECK(library_parameters_read(STR("p.yaml"), str_c(parameters), f->arena,
					      &f->parameters, &err) == 0);
		opts.parameters = &f->parameters;
	}
	f->posture = container_posture_new(&opts);
}

static void end(struct fixture *f)
{
	container_posture_free(f->posture);
	check_set_unref(f->checks);
	arena_free(f->arena);
}

static void put(struct fixture *f, const char *kind, const char *text)
{
	struct err err = { .kind = ERR_NONE };

	if (container_posture_put(f->posture, str_c(kind), str_c(text), &err) < 0)
		test_fail(__FILE__, __LINE__, "%s", err.msg);
}

/* The state of a recommendation, or "none". */
static const char *state(struct fixture *f, const char *key, const char *id)
{
	const struct assessed_resource *r;
	enum assessed_state out;

	container_posture_assess(f->posture, f->arena, &f->a);
	r = assessment_find(&f->a, str_c(key));
	if (!r || !assessed_state_of(r, (size_t)recommendation_find(&f->set, str_c(id)), &out))
		return "none";
	return assessed_state_name(out);
}

#define PRIVILEGED "no-privileged-containers"

TEST(containers_are_resources)
{
	struct fixture f;

	begin(&f, NULL);
	put(&f, "docker", HOST(""));
	put(&f, "container", CONTAINER("1", "web", "true", "t1"));
	put(&f, "container", CONTAINER("2", "db", "false", "t1"));
	put(&f, "image", "{}");
	CHECK_STR(state(&f, "Container/web", PRIVILEGED), "unhealthy");
	CHECK_STR(state(&f, "Container/db", PRIVILEGED), "healthy");
	CHECK_STR(state(&f, "Container/db", "trusted-registries-only"), "needs_decision");
	CHECK_STR(state(&f, "Container/db", "apparmor-profile-restricted"), "not_applicable");
	CHECK_STR(state(&f, "Swarm/one", "service-allowed-ports"), "not_applicable");
	/* Only the 13 are asked. */
	size_t assessed = 0;
	for (size_t i = 0; i < f.set.n; i++)
		assessed += f.a.results[i].assessed;
	CHECK_INT(assessed, 13);
	double percent;
	CHECK(score_percent(&f.a.score, 1, &percent));
	CHECK(percent > 0 && percent < 100);
	end(&f);
}

TEST(what_changes_is_judged_again)
{
	struct fixture f;

	begin(&f, NULL);
	put(&f, "docker", HOST(""));
	put(&f, "container", CONTAINER("1", "web", "true", "t1"));
	put(&f, "container", CONTAINER("1", "web", "true", "t2"));
	CHECK_STR(state(&f, "Container/web", PRIVILEGED), "unhealthy");
	put(&f, "container", CONTAINER("1", "web", "false", "t2"));
	CHECK_STR(state(&f, "Container/web", PRIVILEGED), "healthy");
	put(&f, "container", CONTAINER("1", "shop", "false", "t3"));
	CHECK_STR(state(&f, "Container/web", PRIVILEGED), "none");
	CHECK_STR(state(&f, "Container/shop", PRIVILEGED), "healthy");
	container_posture_drop(f.posture, STR("1"));
	CHECK_STR(state(&f, "Container/shop", PRIVILEGED), "none");
	end(&f);
}

TEST(a_name_that_another_container_took_stays)
{
	struct fixture f;

	begin(&f, NULL);
	put(&f, "docker", HOST(""));
	container_posture_begin_pass(f.posture);
	put(&f, "container", CONTAINER("1", "web", "false", "t"));
	container_posture_end_pass(f.posture);
	container_posture_begin_pass(f.posture);
	put(&f, "container", CONTAINER("2", "web", "true", "t"));
	container_posture_end_pass(f.posture);
	CHECK_STR(state(&f, "Container/web", PRIVILEGED), "unhealthy");
	container_posture_begin_pass(f.posture);
	container_posture_end_pass(f.posture);
	CHECK_STR(state(&f, "Container/web", PRIVILEGED), "none");
	end(&f);
}

TEST(what_could_not_be_had_is_an_error)
{
	struct fixture f;

	begin(&f, NULL);
	put(&f, "docker", HOST("{\"id\":\"9\",\"name\":\"gone\"}"));
	CHECK_STR(state(&f, "Container/gone", PRIVILEGED), "error");
	put(&f, "container", CONTAINER("9", "gone", "false", "t"));
	CHECK_STR(state(&f, "Container/gone", PRIVILEGED), "healthy");
	container_posture_drop(f.posture, STR("9"));
	CHECK_STR(state(&f, "Container/gone", PRIVILEGED), "error");
	put(&f, "docker", HOST(""));
	CHECK_STR(state(&f, "Container/gone", PRIVILEGED), "none");
	container_posture_unread(f.posture, STR("containers"), STR("no answer"));
	CHECK_STR(state(&f, "Machine/one", PRIVILEGED), "error");
	put(&f, "container", "{\"kind\":\"container\",\"id\":\"7\",\"name\":\"bare\"}");
	CHECK_STR(state(&f, "Container/bare", PRIVILEGED), "error");
	end(&f);
}

TEST(parameters_hold_by_machine_and_labels)
{
	struct fixture f;

	begin(&f, "rules:\n"
		  "  trusted-registries-only: {parameters: {allowedRegistries: [app]}}\n"
		  "  no-privileged-containers: {labelSelector: {matchLabels: {tier: web}}}\n"
		  "scopes:\n"
		  "  - {name: a, clusters: [one], rules: {no-root-user: {enforcement: disabled}}}\n"
		  "  - {name: b, clusters: [two], rules: {readonly-root-filesystem: {enforcement: "
		  "disabled}}}\n");
	put(&f, "docker", HOST(""));
	put(&f, "container", CONTAINER("1", "web", "true", "t"));
	put(&f, "container", CONTAINER("2", "db", "true", "t"));
	CHECK_STR(state(&f, "Container/web", PRIVILEGED), "unhealthy");
	CHECK_STR(state(&f, "Container/db", PRIVILEGED), "not_applicable");
	CHECK_STR(state(&f, "Container/web", "no-root-user"), "not_applicable");
	CHECK_STR(state(&f, "Container/web", "readonly-root-filesystem"), "healthy");
	CHECK_STR(state(&f, "Container/web", "trusted-registries-only"), "unhealthy");
	end(&f);
}

TEST(unknown_parameters_are_refused)
{
	struct fixture f;
	struct err err = { .kind = ERR_NONE };

	begin(&f, "rules:\n  no-privileged-containers: {parameters: {nonsense: 1}}\n");
	CHECK(container_posture_put(f.posture, STR("container"),
				    STR(CONTAINER("1", "web", "true", "t")), &err) < 0);
	CHECK(str_find(str_c(err.msg), STR("nonsense: unknown parameter")) >= 0);
	CHECK(container_settings_is_own(STR("container-allowed-ports"), STR("run_time")));
	CHECK(!container_settings_is_own(STR("no-root-user"), STR("run_time")));
	CHECK(container_settings_knows(STR("no-host-pid-ipc")));
	CHECK(!container_settings_knows(STR("rbac-enabled")));
	end(&f);
}

TEST(documents_that_are_none_are_refused)
{
	struct fixture f;
	struct err err = { .kind = ERR_NONE };

	begin(&f, NULL);
	CHECK(container_posture_put(f.posture, STR("container"), STR("{"), &err) < 0);
	CHECK_INT(err.kind, ERR_INPUT);
	end(&f);
}

/* ---- baseline and repair ---- */

static str report_of(struct fixture *f, const char *form, enum lang lang)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct container_report part = { .posture = f->posture, .assessment = &f->a };
	struct benchmark_result result = { .version = STR("1.8.0"), .recommendations = &f->set };
	struct benchmark_report report = {
		.result = &result, .lang = lang, .limit = 5, .arena = f->arena
	};

	buf_init(&b, 8u << 20);
	container_posture_assess(f->posture, f->arena, &f->a);
	container_report_attach(&part, &report);
	if (str_eq(str_c(form), STR("json"))) {
		struct json_writer w;

		json_writer_init(&w, &b, 0);
		json_open_object(&w);
		report.json_more(&w, &report);
		json_close_object(&w);
	} else {
		report.more(&b, &report, form);
	}
	return str_dup(f->arena, buf_str(&b));
}

static struct container_baseline compared(struct fixture *f, str text, const str *filtered)
{
	struct benchmark_result result = { .filtered = filtered,
					   .filtered_containers = filtered != NULL };
	struct container_baseline base = { .n = 0 };
	const struct json *root;
	struct err err;

	CHECK_OK(json_parse(text, NULL, f->arena, &root, &err));
	CHECK_OK(container_baseline_read(&base, root, f->arena, &err));
	container_posture_assess(f->posture, f->arena, &f->a);
	container_baseline_apply(&base, f->posture, &f->a, &result, f->arena);
	return base;
}

static const char *mark_of(struct fixture *f, const struct container_baseline *base,
			   const char *key)
{
	const struct assessed_resource *r = assessment_find(&f->a, str_c(key));
	size_t i = (size_t)recommendation_find(&f->set, STR(PRIVILEGED));

	return r ? benchmark_mark_name(container_baseline_mark(base, &f->a, r, i)) : "gone";
}

TEST(a_baseline_knows_findings_on_containers_in_either_language)
{
	struct container_baseline base;
	struct fixture f;
	const str web = STR("web");
	str text;

	begin(&f, NULL);
	put(&f, "docker", HOST(""));
	put(&f, "container", CONTAINER("1", "web", "true", "t"));
	put(&f, "container", CONTAINER("2", "db", "false", "t"));
	text = report_of(&f, "json", LANG_JA);
	base = compared(&f, text, NULL);
	CHECK_INT(base.added + base.changed + base.fixed_n, 0);
	CHECK(base.known > 0);
	CHECK_STR(mark_of(&f, &base, "Container/web"), "known");
	/* One is repaired, another is new. */
	put(&f, "container", CONTAINER("1", "web", "false", "t"));
	put(&f, "container", CONTAINER("2", "db", "true", "t"));
	base = compared(&f, text, NULL);
	CHECK_STR(mark_of(&f, &base, "Container/db"), "new");
	CHECK_INT(base.added, 1);
	CHECK_INT(base.fixed_n, 1);
	CHECK_STRV(base.fixed[0].resource, "Container/web");
	/* What was left out by name is not repaired. */
	base = compared(&f, text, &web);
	CHECK_INT(base.fixed_n, 0);
	end(&f);
}

TEST(the_repair_of_a_container_is_a_comment_with_its_name)
{
	struct fixture f;
	str text, rest, line;

	begin(&f, NULL);
	put(&f, "docker", HOST(""));
	put(&f, "container", CONTAINER("1", "it's", "true", "t"));
	text = report_of(&f, "fix-script", LANG_EN);
	CHECK(str_find(text, STR("SW-REC-018")) >= 0);
	CHECK(str_find(text, STR("docker run --name 'it'\\''s' --cap-add")) >= 0);
	CHECK(str_find(text, STR("#       SERVICE:\n#         privileged: false\n")) >= 0);
	CHECK(str_find(text, STR("# ---- For a person to decide ----")) >= 0);
	/* Nothing of it is a command. */
	for (rest = text; str_line(&rest, &line);)
		CHECK(line.n == 0 || line.p[0] == '#');
	put(&f, "container", CONTAINER("1", "it's", "false", "t"));
	text = report_of(&f, "fix-script", LANG_EN);
	CHECK(str_find(text, STR("SW-REC-018")) < 0);
	end(&f);
}

TEST(a_misspelt_parameter_of_any_scope_is_named)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "rules:\n  no-rot-user: {enforcement: warn}\n",
		  "p.yaml line 2: rules.no-rot-user: there is no rule of this name; allowed: " },
		{ "rules:\n  no-rot-user: {enforcement: warn}\n", "; did you mean no-root-user?" },
		{ "scopes:\n  - name: prod\n    clusters: [prod-*]\n    rules:\n"
		  "      container-cpu-memory-limits:\n        parameters:\n"
		  "          memoryLimits: 1Gi\n",
		  "p.yaml line 7: scope prod: rules.container-cpu-memory-limits.parameters."
		  "memoryLimits: unknown parameter; allowed: excludedContainers" },
		{ "rules:\n  other: {enforcement: warn}\n  no-root-user: {parameters: {x: 1}}\n",
		  "p.yaml line 3: rules.no-root-user.parameters.x: unknown parameter" },
	};
	const str others[] = { STR("other") };
	struct library_parameters parameters;
	struct err err;
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CHECK_OK(library_parameters_read(STR("p.yaml"), str_c(cases[i].text), arena,
						 &parameters, &err));
		CHECK_FAIL(container_settings_check(&parameters, others, 1, arena, &err));
		if (str_find(str_c(err.msg), str_c(cases[i].said)) < 0)
			test_fail(__FILE__, __LINE__, "%s", err.msg);
	}
	CHECK_OK(library_parameters_read(STR("p.yaml"),
					 STR("rules:\n  other: {parameters: {a: 1}}\n"), arena,
					 &parameters, &err));
	CHECK_OK(container_settings_check(&parameters, others, 1, arena, &err));
}

TEST(reasons_of_facts_are_put_into_japanese)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const str text = STR_INIT("daemon.json: permission denied -> run it again, as root");

	CHECK_STRV(fact_reason_text(arena, LANG_EN, text),
		   "daemon.json: permission denied -> run it again, as root");
	CHECK_STRV(fact_reason_text(arena, LANG_JA, text),
		   "daemon.json: 権限がない -> root で実行し直す");
	CHECK_STRV(fact_reason_text(arena, LANG_JA, STR("web-1 is odd")), "web-1 is odd");
}
