/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * suite: tests of templates and constraints in the form of Gatekeeper's gator: kind Suite of
 * test.gatekeeper.sh/v1alpha1. Files are read by a function handed in; their names are relative to
 * the suite's folder.
 *
 *	struct suite suite;
 *	struct suite_result result;
 *
 *	rc = suite_read(path, text, arena, &suite, &err);       // 1; 0: it is no suite; -1
 *	suite_run(&suite, &files, filter, arena, &result);
 *	suite_print(&out, &result, verbose);
 */
#include "base/buf.h"
#include "base/json.h"

struct err;
struct regex;

#define SUITE_MAX_TESTS 10000u /* and as many cases of one test */

struct suite_case {
	str name, object;
	const struct json *inventory, *assertions; /* lists, or NULL */
	bool skip;
};

struct suite_test {
	str name, template, constraint, expansion;
	struct suite_case *cases;
	size_t n;
	bool invalid, skip;
};

struct suite {
	str path, folder; /* the folder is empty or ends in '/' */
	struct suite_test *tests;
	size_t n;
	bool skip;
};

/* A text of kind Suite; anything else is 0. Texts are views of the document in the arena. */
int suite_read(str path, str text, struct arena *arena, struct suite *out,
	       struct err *err) MUST_USE;

struct suite_files {
	/* The text of a file, in the arena. */
	int (*read)(void *context, str path, struct arena *arena, str *out, struct err *err);
	void *context;
};

/* Which tests and cases run: "TEST//CASE", "TEST//", "//CASE", or one for either. */
struct suite_filter {
	struct regex *test, *case_; /* NULL: all */
	bool either;		    /* test holds for both */
};
int suite_filter_read(str text, struct suite_filter *out, struct err *err) MUST_USE;
void suite_filter_done(struct suite_filter *filter);
static inline void auto_suite_filter_done(struct suite_filter *f) { suite_filter_done(f); }

struct suite_case_result {
	str name, error; /* error empty: passed */
	bool skipped;
	int64_t ns;
};

struct suite_test_result {
	str name, error;
	bool skipped, failed;
	int64_t ns;
	struct suite_case_result *cases;
	size_t n;
};

struct suite_result {
	str path;
	bool skipped, failed;
	int64_t ns;
	struct suite_test_result *tests;
	size_t n, cases_run;
};

/* Whatever goes wrong is the result of its test or case. */
void suite_run(const struct suite *suite, const struct suite_files *files,
	       const struct suite_filter *filter, struct arena *arena, struct suite_result *out);
/* As gator prints it; the last line over all suites (PASS or FAIL) is the caller's. */
void suite_print(struct buf *out, const struct suite_result *result, bool verbose);
