/* SPDX-License-Identifier: Apache-2.0 */
/* Pods against the levels of the Pod Security Standards, by the built-in template. */
#include "policy_case.h"

static void judge(struct oracle *oracle, const struct json *test, struct arena *arena)
{
	int findings =
		policy_case_level(oracle, json_get_str(test, STR("level")),
				  json_get_str(test, STR("version")), JSON_GET(test, "pod"), arena);

	if (findings >= 0)
		oracle_check_bool(oracle, findings == 0,
				  str_eq(json_get_str(test, STR("expect")), STR("pass")));
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
