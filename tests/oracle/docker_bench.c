/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks of an implementation of the CIS Docker Benchmark 1.6.0: each id must be the number of
 * exactly one of our controls in that version, or, for controls that were withdrawn before it, in
 * 1.3.1. Headings are no controls.
 */
#include "base/err.h"
#include "oracle.h"
#include "policy/check.h"

#include <stdio.h>

static size_t numbered(const struct check_set *set, const char *version, str id)
{
	size_t n = 0;

	for (size_t i = 0; i < check_set_count(set); i++)
		n += str_eq(check_number_in(check_set_at(set, i), str_c(version)), id);
	return n;
}

static void judge(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	const struct check_set *set = oracle->context;
	str id = json_get_str(test, STR("id"));
	size_t n = numbered(set, "1.6.0", id);

	(void)scratch;
	if (str_eq(json_get_str(test, STR("kind")), STR("heading"))) {
		oracle_left_out(oracle, "headings");
		return;
	}
	if (n == 0)
		n = numbered(set, "1.3.1", id);
	if (n == 1)
		oracle_pass(oracle);
	else
		oracle_fail(oracle, "want one control, got %zu", n);
}

int main(int argc, char **argv)
{
	static const str groups[] = { STR_INIT("docker") };
	const struct check_load load = { .groups = groups, .group_n = 1 };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct problems problems = { .arena = arena };
	struct oracle oracle;
	struct err err;
	AUTO(check_set_unref)
	struct check_set *set = check_set_load(&load, &problems, &err);

	oracle_init(&oracle, argc, argv);
	if (!set) {
		fprintf(stderr, "%s\n", err.msg);
		return 3;
	}
	oracle.context = set;
	oracle_each(&oracle, "check-inventory.jsonl", judge);
	return oracle_finish(&oracle);
}
