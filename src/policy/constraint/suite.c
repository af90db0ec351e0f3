/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/suite.h"

#include "base/err.h"
#include "base/path.h"
#include "fmt/syntax/regex.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/yaml.h"
#include "policy/constraint/match.h"

static int want(const struct json *object, str key, enum json_type type, const char *what,
		struct err *err)
{
	const struct json *v = json_get(object, key);
	bool fits = !v || json_is(v, JSON_NULL) || json_is(v, type) ||
		    (type == JSON_TRUE && json_is(v, JSON_FALSE));

	if (fits)
		return 0;
	return err_set(err, ERR_INPUT, "%.*s must be %s", STR_ARG(key), what);
}

static int read_case(const struct json *json, struct suite_case *out, struct err *err)
{
	struct suite_case c = { .name = json_get_str(json, STR("name")) };

	if (!json_is(json, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "a case must be an object");
	if (want(json, STR("object"), JSON_STRING, "a string", err) < 0 ||
	    want(json, STR("inventory"), JSON_ARRAY, "a list", err) < 0 ||
	    want(json, STR("assertions"), JSON_ARRAY, "a list", err) < 0 ||
	    want(json, STR("skip"), JSON_TRUE, "a boolean", err) < 0)
		return err_wrap(err, "case %.*s", STR_ARG(c.name));
	c.object = json_get_str(json, STR("object"));
	c.inventory = JSON_GET(json, "inventory");
	c.assertions = JSON_GET(json, "assertions");
	c.skip = json_bool(JSON_GET(json, "skip"));
	if (!match_is_strings(c.inventory))
		return err_set(err, ERR_INPUT, "case %.*s: inventory must be a list of strings",
			       STR_ARG(c.name));
	*out = c;
	return 0;
}

static int read_test(const struct json *json, struct arena *arena, struct suite_test *out,
		     struct err *err)
{
	const struct json *cases = JSON_GET(json, "cases");
	struct suite_test t = { .name = json_get_str(json, STR("name")) };

	if (!json_is(json, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "a test must be an object");
	if (want(json, STR("template"), JSON_STRING, "a string", err) < 0 ||
	    want(json, STR("constraint"), JSON_STRING, "a string", err) < 0 ||
	    want(json, STR("expansion"), JSON_STRING, "a string", err) < 0 ||
	    want(json, STR("cases"), JSON_ARRAY, "a list", err) < 0 ||
	    want(json, STR("invalid"), JSON_TRUE, "a boolean", err) < 0 ||
	    want(json, STR("skip"), JSON_TRUE, "a boolean", err) < 0)
		return err_wrap(err, "test %.*s", STR_ARG(t.name));
	t.template = json_get_str(json, STR("template"));
	t.constraint = json_get_str(json, STR("constraint"));
	t.expansion = json_get_str(json, STR("expansion"));
	t.invalid = json_bool(JSON_GET(json, "invalid"));
	t.skip = json_bool(JSON_GET(json, "skip"));
	if (json_len(cases) > SUITE_MAX_TESTS)
		return err_set(err, ERR_LIMIT, "test %.*s: more than %u cases", STR_ARG(t.name),
			       SUITE_MAX_TESTS);
	t.cases = ARENA_ARRAY(arena, struct suite_case, json_len(cases) + 1);
	JSON_EACH (cases, c)
		if (read_case(c, &t.cases[t.n++], err) < 0)
			return err_wrap(err, "test %.*s", STR_ARG(t.name));
	*out = t;
	return 0;
}

static int read_tests(const struct json *json, struct arena *arena, struct suite *suite,
		      struct err *err)
{
	const struct json *tests = JSON_GET(json, "tests");

	if (want(json, STR("tests"), JSON_ARRAY, "a list", err) < 0 ||
	    want(json, STR("skip"), JSON_TRUE, "a boolean", err) < 0)
		return -1;
	if (json_len(tests) > SUITE_MAX_TESTS)
		return err_set(err, ERR_LIMIT, "more than %u tests", SUITE_MAX_TESTS);
	suite->skip = json_bool(JSON_GET(json, "skip"));
	suite->tests = ARENA_ARRAY(arena, struct suite_test, json_len(tests) + 1);
	JSON_EACH (tests, t)
		if (read_test(t, arena, &suite->tests[suite->n++], err) < 0)
			return -1;
	return 0;
}

int suite_read(str path, str text, struct arena *arena, struct suite *out, struct err *err)
{
	struct yaml_opts opts = { .last_wins = true };
	AUTO(yaml_reader_free)
	struct yaml_reader *reader = NULL;
	struct suite suite = { .path = path, .folder = path_dir(path) };
	const struct json *json;
	struct resource head;
	int rc;

	if (text_decode(text, arena, &text, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	reader = yaml_reader_new(text, &opts, arena);
	rc = yaml_next(reader, &json, NULL, err);
	if (rc < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	if (rc == 0 || resource_read(json, &head, err) < 0 ||
	    !resource_is(&head, STR("test.gatekeeper.sh"), STR("Suite")))
		return 0;
	if (str_find_char(path, '/') >= 0)
		suite.folder = str_take(path, (size_t)str_rfind_char(path, '/') + 1);
	if (read_tests(json, arena, &suite, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	*out = suite;
	return 1;
}

int suite_filter_read(str text, struct suite_filter *out, struct err *err)
{
	ptrdiff_t cut = str_find(text, STR("//"));
	struct suite_filter filter = { 0 };
	str test = cut < 0 ? text : str_take(text, (size_t)cut);
	str case_ = cut < 0 ? STR_EMPTY : str_skip(text, (size_t)cut + 2);

	*out = filter;
	if (str_empty(text))
		return 0;
	if (str_find(case_, STR("//")) >= 0)
		return err_set(err, ERR_USAGE,
			       "invalid test filter: a filter may include at most one \"//\"");
	filter.either = cut < 0;
	filter.test = regex_new(test, err);
	if (filter.test && cut >= 0)
		filter.case_ = regex_new(case_, err);
	if (!filter.test || (cut >= 0 && !filter.case_)) {
		suite_filter_done(&filter);
		err_wrap(err, "invalid test filter");
		err->kind = ERR_USAGE;
		return -1;
	}
	*out = filter;
	return 0;
}

void suite_filter_done(struct suite_filter *filter)
{
	regex_free(filter->test);
	regex_free(filter->case_);
	*filter = (struct suite_filter){ 0 };
}

/* ---- printing ------------------------------------------------------------------------------ */

static void put_time(struct buf *out, int64_t ns)
{
	buf_fmt(out, "%lld.%03llds", (long long)(ns / 1000000000),
		(long long)(ns % 1000000000 / 1000000));
}

static void print_case(struct buf *out, const struct suite_case_result *c, bool verbose)
{
	if (verbose && c->skipped) {
		buf_fmt(out, "    === SKIP  %.*s\n", STR_ARG(c->name));
		return;
	}
	if (verbose)
		buf_fmt(out, "    === RUN   %.*s\n", STR_ARG(c->name));
	if (!verbose && c->error.n == 0)
		return;
	buf_fmt(out, "    --- %s: %.*s\t(", c->error.n > 0 ? "FAIL" : "PASS", STR_ARG(c->name));
	put_time(out, c->ns);
	BUF_LIT(out, ")\n");
	if (c->error.n > 0)
		buf_fmt(out, "        %.*s\n", STR_ARG(c->error));
}

static void print_test(struct buf *out, const struct suite_test_result *t, bool verbose)
{
	if (verbose && t->skipped) {
		buf_fmt(out, "=== SKIP  %.*s\n", STR_ARG(t->name));
		return;
	}
	if (verbose)
		buf_fmt(out, "=== RUN   %.*s\n", STR_ARG(t->name));
	for (size_t i = 0; i < t->n; i++)
		print_case(out, &t->cases[i], verbose);
	if (!verbose && !t->failed)
		return;
	buf_fmt(out, "--- %s: %.*s\t(", t->failed ? "FAIL" : "PASS", STR_ARG(t->name));
	put_time(out, t->ns);
	BUF_LIT(out, ")\n");
	if (t->error.n > 0)
		buf_fmt(out, "  %.*s\n", STR_ARG(t->error));
}

void suite_print(struct buf *out, const struct suite_result *result, bool verbose)
{
	for (size_t i = 0; i < result->n; i++)
		print_test(out, &result->tests[i], verbose);
	if (verbose && result->skipped)
		buf_fmt(out, "=== SKIP  %.*s\n", STR_ARG(result->path));
	buf_fmt(out, "%s\t%.*s\t", result->failed ? "FAIL" : "ok", STR_ARG(result->path));
	put_time(out, result->ns);
	buf_byte(out, '\n');
}
