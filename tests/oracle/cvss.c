/* SPDX-License-Identifier: Apache-2.0 */
/* Scores of CVSS vectors: every score a case holds must be equal to one decimal. */
#include "advisory/cvss.h"
#include "base/err.h"
#include "oracle.h"

#include <math.h>

static bool agrees(const struct json *want, bool has, double got)
{
	double value;

	if (!json_double(want, &value))
		return true; /* the case holds no such score */
	return has && fabs(value - got) < 0.05;
}

static void judge(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	str vector = json_get_str(test, STR("vector"));
	const struct json *base = JSON_GET(test, "base"), *temporal = JSON_GET(test, "temporal");
	const struct json *environmental = JSON_GET(test, "environmental");
	struct cvss got;
	struct err err;

	(void)scratch;
	if (cvss_parse(vector, &got, &err) < 0)
		oracle_fail(oracle, "want scores, got an error: %s", err.msg);
	else if (!str_eq(json_get_str(test, STR("version")), str_c(got.version)))
		oracle_fail(oracle, "want another version, got %s", got.version);
	else if (!agrees(base, true, got.base) ||
		 !agrees(temporal, got.has_temporal, got.temporal) ||
		 !agrees(environmental, got.has_environmental, got.environmental))
		oracle_fail(oracle, "%.*s: want %.*s %.*s %.*s, got %.1f %.1f %.1f",
			    STR_ARG(vector), STR_ARG(json_number(base)),
			    STR_ARG(json_number(temporal)), STR_ARG(json_number(environmental)),
			    got.base, got.temporal, got.environmental);
	else if (json_is(temporal, JSON_NULL) && got.has_temporal)
		oracle_fail(oracle, "want no temporal score, got %.1f", got.temporal);
	else if (json_is(environmental, JSON_NULL) && got.has_environmental)
		oracle_fail(oracle, "want no environmental score, got %.1f", got.environmental);
	else
		oracle_pass(oracle);
}

int main(int argc, char **argv)
{
	struct oracle oracle;

	oracle_init(&oracle, argc, argv);
	oracle_each(&oracle, "cases.jsonl", judge);
	return oracle_finish(&oracle);
}
