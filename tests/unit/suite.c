/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/suite.h"

#include "test.h"

TEST(suites_are_printed_as_gator_prints_them)
{
	struct suite_case_result cases[] = {
		{ .name = STR("good"), .ns = 1500000 },
		{ .name = STR("bad"), .error = STR("unexpected"), .ns = 12000000000 },
		{ .name = STR("off"), .skipped = true },
	};
	struct suite_test_result tests[] = {
		{ .name = STR("first"), .failed = true, .cases = cases, .n = 3, .ns = 12001500000 },
		{ .name = STR("second"), .failed = true, .error = STR("broken") },
		{ .name = STR("third"), .skipped = true },
	};
	struct suite_result result = { .path = STR("a/suite.yaml"),
				       .failed = true,
				       .tests = tests,
				       .n = 3,
				       .ns = 12002000000 };
	struct buf b;

	buf_init(&b, 10000);
	suite_print(&b, &result, false);
	CHECK_STRV(buf_str(&b), "    --- FAIL: bad\t(12.000s)\n        unexpected\n"
				"--- FAIL: first\t(12.001s)\n"
				"--- FAIL: second\t(0.000s)\n  broken\n"
				"FAIL\ta/suite.yaml\t12.002s\n");
	buf_reset(&b);
	suite_print(&b, &result, true);
	CHECK_STRV(buf_str(&b),
		   "=== RUN   first\n"
		   "    === RUN   good\n    --- PASS: good\t(0.001s)\n"
		   "    === RUN   bad\n    --- FAIL: bad\t(12.000s)\n        unexpected\n"
		   "    === SKIP  off\n"
		   "--- FAIL: first\t(12.001s)\n"
		   "=== RUN   second\n--- FAIL: second\t(0.000s)\n  broken\n"
		   "=== SKIP  third\n"
		   "FAIL\ta/suite.yaml\t12.002s\n");
	buf_done(&b);
}

TEST(suites_that_are_wrong_say_why)
{
	static const char *const texts[] = {
		"tests: {}",
		"s.yaml: tests must be a list",
		"tests: [1]",
		"s.yaml: a test must be an object",
		"tests: [{name: a, template: 1}]",
		"s.yaml: test a: template must be a string",
		"tests: [{name: a, cases: [{name: b, inventory: [1]}]}]",
		"s.yaml: test a: case b: inventory must be a list of strings",
		"tests: [{name: a, skip: 1}]",
		"s.yaml: test a: skip must be a boolean",
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct suite suite;
	struct err err;

	CHECK_INT(suite_read(STR("s.yaml"), STR("kind: Pod"), arena, &suite, &err), 0);
	for (size_t i = 0; i < ARRAY_LEN(texts); i += 2) {
		str text =
			str_fmt(arena, "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\n%s\n",
				texts[i]);

		CHECK_FAIL(suite_read(STR("s.yaml"), text, arena, &suite, &err));
		CHECK_STR(err.msg, texts[i + 1]);
	}
}
