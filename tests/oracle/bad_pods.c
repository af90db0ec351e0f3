/* SPDX-License-Identifier: Apache-2.0 */
/* Workloads of known badness against the newest Pod Security Standards, by the built-in template.
 */
#include "policy_case.h"

static int findings_of(struct oracle *oracle, const struct json *test, const char *level,
		       struct arena *arena)
{
	int all = 0;

	JSON_EACH (JSON_GET(test, "objects"), object) {
		int n = policy_case_level(oracle, str_c(level), STR("latest"), object, arena);

		if (n < 0)
			return -1;
		all += n;
	}
	return all;
}

static bool fits(int findings, str want) { return (findings == 0) == str_eq(want, STR("pass")); }

static void judge(struct oracle *oracle, const struct json *test, struct arena *arena)
{
	str baseline = json_get_str(test, STR("expect_baseline"));
	str restricted = json_get_str(test, STR("expect_restricted"));
	int low = findings_of(oracle, test, "baseline", arena), high;

	if (low < 0)
		return;
	high = findings_of(oracle, test, "restricted", arena);
	if (high < 0)
		return;
	if (fits(low, baseline) && fits(high, restricted))
		oracle_pass(oracle);
	else
		oracle_fail(oracle, "want %.*s and %.*s, got %d and %d findings", STR_ARG(baseline),
			    STR_ARG(restricted), low, high);
}

int main(int argc, char **argv)
{
	struct oracle oracle;

	oracle_init(&oracle, argc, argv);
	policy_case_init(&oracle);
	oracle_each(&oracle, "cases.jsonl", judge);
	policy_case_done(&oracle);
	return oracle_finish(&oracle);
}
