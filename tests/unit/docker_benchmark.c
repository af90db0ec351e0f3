/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of a host to one result for each control; baselines; settings; the file of facts. */
#include "posture/benchmark.h"

#include <fcntl.h>

#include "base/temp_file.h"
#include "casefile.h"
#include "posture/benchmark_baseline.h"
#include "posture/docker_facts_file.h"
#include "posture/docker_settings.h"
#include "posture/fix_script.h"
#include "test.h"

static struct check_set *the_set(void)
{
	static struct check_set *set;
	static const str groups[] = { STR_INIT("docker") };
	const struct check_load load = { .groups = groups, .group_n = 1 };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct problems problems = { .arena = arena };
	struct err err;

	if (!set)
		set = check_set_load(&load, &problems, &err);
	CHECK_OK(set);
	return set;
}

static struct benchmark *new_benchmark(struct benchmark_opts *opts)
{
	struct benchmark *b;
	struct err err;

	opts->checks = the_set();
	if (opts->version.n == 0)
		opts->version = STR(BENCHMARK_DEFAULT);
	b = benchmark_new(opts, &err);
	CHECK_OK(b);
	return b;
}

/* A container that control 5.5 or 5.30 judges as the word says. */
static str container(struct arena *arena, size_t i, str word)
{
	bool managed = str_eq(word, STR("na")), unread = str_eq(word, STR("error"));
	const char *privileged = str_eq(word, STR("fail")) ? "true" : "false";
	const char *bridge = str_eq(word, STR("manual")) ? "true" : "false";
	str facts = unread ? STR("")
			   : str_fmt(arena,
				     "\"bridge_member\":%s,\"inspect\":{\"HostConfig\":{"
				     "\"Privileged\":%s,\"NetworkMode\":\"%s\"},"
				     "\"NetworkSettings\":{\"Networks\":{\"%s\":{}}}},",
				     bridge, privileged, *bridge == 't' ? "default" : "front",
				     *bridge == 't' ? "bridge" : "front");

	return str_fmt(
		arena,
		"{\"kind\":\"container\",\"origin\":\"engine\",\"collected_at\":"
		"\"2026-01-01T00:00:0%zuZ\",\"id\":\"id-%zu\",\"name\":\"c%zu\",\"image\":\"app\","
		"\"state\":\"running\",\"started\":true,%.*s\"not_read\":[],\"host\":{\"platform\":"
		"{\"kubelet\":null,\"root_entries\":[\"%s\"],\"cloud\":null}}}",
		i % 10, i, i, STR_ARG(facts), managed ? "databricks" : "etc");
}

static const struct benchmark_control *control(const struct benchmark_result *result, str number)
{
	for (size_t i = 0; i < result->n; i++) {
		if (str_eq(result->controls[i].number, number))
			return &result->controls[i];
	}
	return NULL;
}

TEST(a_control_is_what_the_worst_document_says)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("posture/benchmark_join.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct benchmark_opts opts = { .level = 0 };
		AUTO(benchmark_free)
		struct benchmark *b = new_benchmark(&opts);
		str number = casefile_field(&file), words = casefile_field(&file), word;
		str want = casefile_field(&file);
		struct benchmark_result result;
		struct err err = { .kind = ERR_NONE };

		for (size_t i = 0; str_split(&words, ',', &word) && !str_eq(word, STR("-")); i++)
			CASE_CHECK(&file,
				   benchmark_put(b, STR("container"), container(arena, i, word),
						 &err) == 1,
				   "%s", err.msg);
		benchmark_assess(b, arena, &result);
		const struct benchmark_control *c = control(&result, number);
		CASE_CHECK(&file, c != NULL, "no such control");
		CASE_CHECK(&file, str_eq(want, str_c(benchmark_status_name(c->status))), "it is %s",
			   benchmark_status_name(c->status));
	}
}

TEST(what_every_document_said_is_kept)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct benchmark_opts opts = { .level = 0 };
	AUTO(benchmark_free)
	struct benchmark *b = new_benchmark(&opts);
	struct benchmark_result result;
	struct err err;

	CHECK_INT(benchmark_put(b, STR("container"), container(arena, 1, STR("fail")), &err), 1);
	CHECK_INT(benchmark_put(b, STR("container"), container(arena, 2, STR("error")), &err), 1);
	CHECK_INT(benchmark_put(b, STR("container"), container(arena, 3, STR("pass")), &err), 1);
	benchmark_assess(b, arena, &result);
	const struct benchmark_control *c = control(&result, STR("5.5"));
	CHECK_INT(c->status, BENCHMARK_FAIL);
	CHECK_INT(c->item_n, 2);
	CHECK_STRV(c->items[0].document->name, "c1");
	CHECK_INT(c->items[1].status, BENCHMARK_ERROR);
	CHECK_INT(c->documents[BENCHMARK_PASS], 1);
	CHECK(c->seen_n >= 1);
	CHECK_STRV(c->seen[c->seen_n - 1].document->name, "c3");
}

TEST(documents_that_could_not_be_had_are_errors_and_never_a_pass)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct benchmark_opts opts = { .level = 0 };
	AUTO(benchmark_free)
	struct benchmark *b = new_benchmark(&opts);
	struct benchmark_result result;
	struct err err;

	CHECK_INT(benchmark_put(b, STR("container"), container(arena, 1, STR("pass")), &err), 1);
	benchmark_unread(b, STR("container"), STR("containers"), STR("the engine answers 500"),
			 STR("look at it"));
	benchmark_unread(b, STR(""), STR("containers"), STR("one is gone"), STR(""));
	benchmark_assess(b, arena, &result);
	const struct benchmark_control *c = control(&result, STR("5.5"));
	CHECK_INT(c->status, BENCHMARK_ERROR);
	CHECK_STRV(c->reason[LANG_EN], "containers: the engine answers 500 (look at it)");
	CHECK_INT(control(&result, STR("4.6"))->status, BENCHMARK_NOT_APPLICABLE);
	/* What is only told is listed, and no error. */
	CHECK_INT(c->documents[BENCHMARK_ERROR], 1);
	CHECK_INT(result.not_read_n, 2);
}

TEST(the_score_counts_errors_as_not_passed_and_manual_nowhere)
{
	const struct benchmark_tally tally = { .count = { [BENCHMARK_PASS] = 6,
							  [BENCHMARK_FAIL] = 3,
							  [BENCHMARK_ERROR] = 1,
							  [BENCHMARK_MANUAL] = 9,
							  [BENCHMARK_EXEMPT] = 9,
							  [BENCHMARK_NOT_APPLICABLE] = 9 } };
	const struct benchmark_tally nothing = { .count = { [BENCHMARK_MANUAL] = 1 } };
	double percent = 0;

	CHECK(benchmark_percent(&tally, &percent));
	CHECK_INT(score_round(percent), 60);
	CHECK(!benchmark_percent(&nothing, &percent));
}

/* Numbers of the chosen version, ids, patterns, levels. */
static size_t chosen(struct benchmark_opts *opts, str *first)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(benchmark_free)
	struct benchmark *b = new_benchmark(opts);
	struct benchmark_result result;

	benchmark_assess(b, arena, &result);
	*first = result.n > 0 ? result.controls[0].check->id : STR_EMPTY;
	return result.n;
}

TEST(controls_are_chosen_by_number_id_pattern_and_level)
{
	const str five[] = { STR_INIT("5.4"), STR_INIT("2.*") };
	const str id[] = { STR_INIT("sw-docker-2.8") };
	const str none[] = { STR_INIT("9.9") };
	struct benchmark_opts opts = { .controls = five, .control_n = 2 };
	struct err err;
	str first;

	CHECK_INT(chosen(&opts, &first), 20);
	CHECK_STRV(first, "SW-DOCKER-2.1");
	opts.version = STR("1.6.0");
	CHECK_INT(chosen(&opts, &first), 19);
	opts = (struct benchmark_opts){ .controls = id, .control_n = 1 };
	CHECK_INT(chosen(&opts, &first), 1);
	opts = (struct benchmark_opts){ .excluded = five, .excluded_n = 2 };
	CHECK_INT(chosen(&opts, &first), 118 - 20);
	opts = (struct benchmark_opts){ .level = 2 };
	size_t both = chosen(&opts, &first);
	opts.level = 1;
	CHECK(chosen(&opts, &first) < both && both == 118);
	opts = (struct benchmark_opts){
		.checks = the_set(), .version = STR("1.8.0"), .controls = none, .control_n = 1
	};
	CHECK_FAIL(benchmark_new(&opts, &err));
	CHECK_INT(err.kind, ERR_USAGE);
	opts = (struct benchmark_opts){ .checks = the_set(), .version = STR("1.5.0") };
	CHECK_FAIL(benchmark_new(&opts, &err));
}

TEST(what_is_filtered_by_name_is_counted_and_not_judged)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const str names[] = { STR_INIT("c[12]") };
	struct benchmark_opts opts = { .excluded_names = names, .excluded_name_n = 1 };
	AUTO(benchmark_free)
	struct benchmark *b = new_benchmark(&opts);
	struct benchmark_result result;
	struct err err;

	for (size_t i = 0; i < 4; i++)
		CHECK_OK(
			benchmark_put(b, STR("container"), container(arena, i, STR("fail")), &err));
	benchmark_assess(b, arena, &result);
	CHECK_INT(result.containers, 2);
	CHECK_INT(result.filtered_containers, 2);
	CHECK_STRV(result.filtered[1], "c2");
	CHECK_INT(control(&result, STR("5.5"))->item_n, 2);
}

TEST(the_same_facts_are_not_judged_again_until_they_are_stale)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct benchmark_opts opts = { .level = 0 };
	AUTO(benchmark_free)
	struct benchmark *b = new_benchmark(&opts);
	str one = container(arena, 1, STR("fail"));
	str later = str_dup(arena, one);
	struct benchmark_result result;
	struct err err;

	((char *)(uintptr_t)later.p)[str_find(later, STR("00:00:01Z")) + 7] = '5';
	CHECK_INT(benchmark_put(b, STR("container"), one, &err), 1);
	CHECK_INT(benchmark_put(b, STR("container"), later, &err), 0);
	benchmark_stale(b);
	CHECK_INT(benchmark_put(b, STR("container"), later, &err), 1);
	CHECK_INT(benchmark_put(b, STR("container"), container(arena, 2, STR("fail")), &err), 1);
	benchmark_begin_pass(b, STR("container"));
	CHECK_INT(benchmark_put(b, STR("container"), later, &err), 0);
	benchmark_end_pass(b, STR("container"));
	benchmark_assess(b, arena, &result);
	CHECK_INT(result.containers, 1);
	benchmark_drop(b, STR("container"), STR("id-1"));
	benchmark_assess(b, arena, &result);
	CHECK_INT(result.containers, 0);
}

TEST(the_machine_is_one_recommendation)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct benchmark_opts opts = { .level = 0 };
	AUTO(benchmark_free)
	struct benchmark *b = new_benchmark(&opts);
	static const str empty = STR_INIT(
		"{\"kind\":\"docker\",\"host\":{\"name\":\"one\"},\"engine\":{\"present\":false,"
		"\"answers\":false},\"daemon\":{\"running\":false},\"not_read\":[]}");
	struct control_tally tallies[CONTROL_MAX] = { { .healthy = 0 } };
	struct benchmark_result result;
	struct err err;

	CHECK_INT(benchmark_put(b, STR("docker"), empty, &err), 1);
	benchmark_assess(b, arena, &result);
	const struct recommendation *r = &result.recommendations->items[result.recommendation];
	CHECK_STRV(r->policies[0], "e8cbc669-f12d-49eb-93e7-9273119e9933");
	CHECK_STRV(r->assessment, "0677209d-e675-2c6f-e91a-54cef2878663");
	CHECK_STR(resource_kind_name(r->kind), "machine");
	/* Without an engine: not applicable, and counted as compliant. */
	CHECK_INT(result.health, BENCHMARK_NONE);
	CHECK(!result.unanswered);
	CHECK_STRV(result.health_reason[LANG_EN], "no container engine is on this machine");
	benchmark_tally(&result, tallies);
	size_t healthy = 0, unhealthy = 0;
	for (size_t i = 0; i < CONTROL_MAX; i++) {
		healthy += tallies[i].healthy;
		unhealthy += tallies[i].unhealthy;
	}
	CHECK_INT(healthy, 1);
	CHECK_INT(unhealthy, 0);
	CHECK_INT(benchmark_put(b, STR("container"), container(arena, 1, STR("fail")), &err), 1);
	benchmark_assess(b, arena, &result);
	CHECK_INT(result.health, BENCHMARK_UNHEALTHY);
}

TEST(an_engine_that_cannot_be_asked_is_no_pass)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct benchmark_opts opts = { .level = 0 };
	AUTO(benchmark_free)
	struct benchmark *b = new_benchmark(&opts);
	static const str silent = STR_INIT(
		"{\"kind\":\"docker\",\"host\":{\"name\":\"one\"},\"engine\":{\"present\":true,"
		"\"answers\":false,\"error\":\"permission denied\"},\"daemon\":{\"running\":true},"
		"\"not_read\":[{\"what\":\"engine.info\",\"reason\":\"permission denied\",\"remedy\":"
		"\"run as root\"}]}");
	struct benchmark_result result;
	struct err err;

	CHECK_INT(benchmark_put(b, STR("docker"), silent, &err), 1);
	benchmark_assess(b, arena, &result);
	CHECK(result.unanswered);
	CHECK_INT(control(&result, STR("5.5"))->status, BENCHMARK_ERROR);
	CHECK_INT(control(&result, STR("2.16"))->status, BENCHMARK_ERROR);
	CHECK_INT(result.all.count[BENCHMARK_PASS], 0);
	CHECK_INT(result.health, BENCHMARK_UNJUDGED);
}

TEST(exceptions_excuse_findings_and_not_errors)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct exception_set set;
	struct benchmark_opts opts = { .exceptions = &set };
	struct benchmark_result result;
	struct err err;

	exception_set_init(&set, arena, 1790000000);
	CHECK_OK(exception_read_text(
		&set, STR(".seawallignore.yaml"),
		STR("exceptions:\n"
		    "  - {id: CIS-DOCKER-5.5, path: c1, reason: r, author: a, "
		    "approver: b, expires: 2099-01-01}\n"
		    "  - {id: SW-DOCKER-5.5, path: container/c2, reason: r, author: a, "
		    "expires: 2020-01-01}\n"),
		&err));
	AUTO(benchmark_free)
	struct benchmark *b = new_benchmark(&opts);
	CHECK_OK(benchmark_put(b, STR("container"), container(arena, 1, STR("fail")), &err));
	benchmark_assess(b, arena, &result);
	CHECK_INT(control(&result, STR("5.5"))->status, BENCHMARK_EXEMPT);
	CHECK_INT(set.items[0].matched, 1);
	/* What has expired hides nothing. */
	CHECK_OK(benchmark_put(b, STR("container"), container(arena, 2, STR("fail")), &err));
	benchmark_assess(b, arena, &result);
	const struct benchmark_control *c = control(&result, STR("5.5"));
	CHECK_INT(c->status, BENCHMARK_FAIL);
	CHECK_INT(c->items[0].status, BENCHMARK_EXEMPT);
	CHECK_INT(c->items[1].status, BENCHMARK_FAIL);
	CHECK_INT(set.items[1].matched, 0);
}

/* ---- baseline ---- */

static str report_of(struct benchmark *b, struct arena *arena)
{
	struct benchmark_result *result = ARENA_NEW(arena, struct benchmark_result);
	struct benchmark_report report = { .result = result, .limit = 5, .arena = arena };
	AUTO(buf_done)
	struct buf out = { 0 };

	buf_init(&out, 64u << 20);
	benchmark_assess(b, arena, result);
	benchmark_writer_find(STR("json"))->write(&out, &report);
	return str_dup(arena, buf_str(&out));
}

TEST(a_baseline_tells_new_changed_known_and_fixed)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct benchmark_opts opts = { .level = 0 };
	AUTO(benchmark_free)
	struct benchmark *b = new_benchmark(&opts);
	struct benchmark_baseline base;
	struct benchmark_result result;
	struct err err;
	str text, changed;

	CHECK_OK(benchmark_put(b, STR("container"), container(arena, 1, STR("fail")), &err));
	CHECK_OK(benchmark_put(b, STR("container"), container(arena, 2, STR("fail")), &err));
	text = report_of(b, arena);
	/* 2 is repaired, 3 is new. */
	CHECK_OK(benchmark_put(b, STR("container"), container(arena, 2, STR("pass")), &err));
	CHECK_OK(benchmark_put(b, STR("container"), container(arena, 3, STR("fail")), &err));
	CHECK_OK(benchmark_baseline_read(&base, STR("old.json"), text, arena, &err));
	benchmark_assess(b, arena, &result);
	benchmark_baseline_apply(&base, &result, arena);
	const struct benchmark_control *c = control(&result, STR("5.5"));
	CHECK_INT(c->items[0].mark, BENCHMARK_KNOWN);
	CHECK_INT(c->items[1].mark, BENCHMARK_NEW);
	CHECK_INT(c->mark, BENCHMARK_NEW);
	CHECK_INT(base.fixed_n, 1);
	CHECK_STRV(base.fixed[0].document, "c2");
	/* The same as before: nothing counts. */
	text = report_of(b, arena);
	CHECK_OK(benchmark_baseline_read(&base, STR("old.json"), text, arena, &err));
	benchmark_assess(b, arena, &result);
	benchmark_baseline_apply(&base, &result, arena);
	CHECK_INT(base.added + base.changed, 0);
	CHECK_INT(benchmark_count_from(&result, BENCHMARK_FAIL, SEVERITY_UNKNOWN), 0);
	/* Other evidence. */
	changed = str_dup(arena, text);
	ptrdiff_t at = str_find(changed, STR("Privileged is true"));
	CHECK(at > 0);
	((char *)(uintptr_t)changed.p)[at] = 'p';
	CHECK_OK(benchmark_baseline_read(&base, STR("old.json"), changed, arena, &err));
	benchmark_assess(b, arena, &result);
	benchmark_baseline_apply(&base, &result, arena);
	CHECK_INT(base.changed, 1);
	CHECK_INT(base.fixed_n, 0);
	CHECK_FAIL(
		benchmark_baseline_read(&base, STR("x"), STR("{\"kind\":\"other\"}"), arena, &err));
}

/* ---- settings ---- */

TEST(settings_are_refused_with_their_line)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("posture/docker_settings.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		str want, text = file.line;
		struct value settings;
		struct err err = { .kind = ERR_NONE };

		CASE_CHECK(&file, str_cut(file.line, '\t', &text, &want), "expected a tab");
		int rc = docker_settings_read(STR("s.yaml"), text, the_set(), STR("1.8.0"), arena,
					      &settings, &err);
		if (str_eq(want, STR("ok")))
			CASE_CHECK(&file, rc == 0, "%s", err.msg);
		else
			CASE_CHECK(&file, rc < 0 && str_find(str_c(err.msg), want) >= 0, "%s",
				   rc < 0 ? err.msg : "it was taken");
	}
}

TEST(an_attestation_is_found_by_number_id_and_alias)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const str ids[] = { STR_INIT("1.2.1"), STR_INIT("SW-DOCKER-1.2.1"),
				   STR_INIT("CIS-DOCKER-1.2.1") };

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		str text =
			str_fmt(arena, "attestations: [{control: %.*s, date: 2026-11-01, by: a}]",
				STR_ARG(ids[i]));
		struct value settings;
		struct err err;

		CHECK_OK(docker_settings_read(STR("s"), text, the_set(), STR("1.8.0"), arena,
					      &settings, &err));
		const struct value *list = VALUE_GET(&settings, "attestations");
		CHECK_STRV(value_text(VALUE_GET(&list->items[0], "control")), "SW-DOCKER-1.2.1");
		CHECK_STRV(value_text(VALUE_GET(&list->items[0], "date")), "2026-11-01");
	}
}

/* ---- the file of facts ---- */

struct taken {
	size_t documents, unread;
	str last;
	struct arena *arena;
};

static int take_document(void *context, str kind, str text, struct err *err)
{
	struct taken *t = context;

	(void)err;
	t->documents++;
	t->last = str_fmt(t->arena, "%.*s %.*s", STR_ARG(kind), STR_ARG(text));
	return 0;
}

static void take_unread(void *context, str kind, str what, str reason, str remedy)
{
	struct taken *t = context;

	(void)kind;
	(void)what;
	(void)reason;
	(void)remedy;
	t->unread++;
}

static int read_facts(struct taken *t, str text, struct err *err)
{
	const struct docker_facts_taker taker = { .context = t,
						  .document = take_document,
						  .unread = take_unread };
	AUTO(fd_close)
	int fd = temp_file_open(NULL, err);

	if (fd < 0 || fd_write_all(fd, text, err) < 0)
		return -1;
	t->documents = t->unread = 0;
	return docker_facts_file_read(fd, &taker, err);
}

TEST(facts_are_read_one_by_one)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct taken t = { .arena = arena };
	struct err err;

	CHECK_OK(read_facts(
		&t,
		STR("{\"host\":{\"a\":1},\"other\":[{}],\"containers\":[{\"x\":1}, {}],"
		    "\"images\":[],\"not_read\":[{\"what\":\"images\",\"reason\":\"r\"}]}"),
		&err));
	CHECK_INT(t.documents, 3);
	CHECK_INT(t.unread, 1);
	/* A list that is not there could not be had. */
	CHECK_OK(read_facts(&t, STR("{\"host\":{}}"), &err));
	CHECK_INT(t.unread, 2);
	/* A document alone. */
	CHECK_OK(read_facts(&t, STR("{\"kind\":\"container\",\"id\":\"a\"}"), &err));
	CHECK_INT(t.documents, 1);
	CHECK_STRV(t.last, "container {\"kind\":\"container\",\"id\":\"a\"}");
	static const char *const bad[] = { "",
					   "[]",
					   "{}",
					   "{\"host\":{}",
					   "{\"host\":{}} x",
					   "{\"containers\":{}}",
					   "{\"containers\":[{},]}",
					   "{\"containers\":[,{}]}",
					   "{\"containers\":[{} {}]}",
					   "{\"host\":{\"a\":\"\\ud800\"}}" };
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_FAIL(read_facts(&t, str_c(bad[i]), &err));
}

TEST(a_word_of_a_shell_is_quoted_whole)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, 1000);
	CHECK(fix_script_quote(&b, STR("it's $(id) `x`\n")));
	CHECK_STR(b.p, "'it'\\''s $(id) `x`\n'");
	CHECK(!fix_script_quote(&b, str_of("a\0b", 3)));
}
