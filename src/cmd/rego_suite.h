/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* rego_suite: what `rego test` found out, and how it is shown. Everything lives in one arena. */
#include "base/buf.h"
#include "base/map.h"
#include "policy/policy.h"

enum test_outcome { TEST_PASS, TEST_FAIL, TEST_SKIPPED, TEST_ERROR, TEST_OUTCOMES };

/* One case of a test, or what several cases have in common. */
struct test_case {
	str name;
	bool fail;
	struct map cases; /* name to struct test_case */
	size_t n;	  /* of them */
};

struct rego_test {
	struct policy_test is;
	enum test_outcome outcome;
	uint64_t ns, runs;
	str error, printed;
	struct test_case cases; /* without name */
};

struct rego_suite {
	struct arena *arena;
	struct rego_test *tests;
	size_t n, cap;
	size_t count[TEST_OUTCOMES]; /* of tests; of one with cases, of its cases */
	bool verbose, bench;
};

/* A case is looked at: it fails unless the answer has it. `name` is an array. */
void test_cases_saw(struct test_case *to, const struct value *name, struct arena *arena);
/* The answer, an object: each case is true, or an object of cases in turn; whatever else failed. */
void test_cases_judge(struct test_case *to, const struct value *answer, struct arena *arena);

void rego_suite_count(struct rego_suite *suite, const struct rego_test *test);
void rego_suite_put_pretty(const struct rego_suite *suite, struct buf *out);
void rego_suite_put_json(const struct rego_suite *suite, struct buf *out);
