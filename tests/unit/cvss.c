/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/cvss.h"

#include "base/arena.h"
#include "base/err.h"
#include "casefile.h"
#include "test.h"

static str score(struct arena *arena, bool has, double value)
{
	return has ? str_fmt(arena, "%.1f", value) : STR("-");
}

TEST(vectors_have_their_scores)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open("cvss/score.txt");
	struct err err;
	struct cvss got;

	while (casefile_next(&file)) {
		str base = casefile_field(&file);

		if (str_eq(base, STR("bad"))) {
			CASE_CHECK(&file, cvss_parse(casefile_field(&file), &got, &err) < 0,
				   "taken, base %.1f", got.base);
			continue;
		}
		str temporal = casefile_field(&file), environmental = casefile_field(&file);
		CASE_CHECK(&file, cvss_parse(casefile_field(&file), &got, &err) == 0, "%s",
			   err.msg);
		CASE_CHECK(&file, str_eq(score(arena, true, got.base), base), "base %.1f",
			   got.base);
		CASE_CHECK(&file, str_eq(score(arena, got.has_temporal, got.temporal), temporal),
			   "temporal %.1f", got.temporal);
		CASE_CHECK(&file,
			   str_eq(score(arena, got.has_environmental, got.environmental),
				  environmental),
			   "environmental %.1f", got.environmental);
	}
}

TEST(errors_name_the_metric)
{
	struct err err;
	struct cvss got;

	CHECK_FAIL(cvss_parse(STR("AV:N/AC:L/Au:N/C:C/I:C"), &got, &err));
	CHECK_STR(err.msg, "CVSS vector: A is missing");
	CHECK_FAIL(cvss_parse(STR("AV:N/AC:L/Au:N/C:C/I:C/A:Q"), &got, &err));
	CHECK_STR(err.msg, "CVSS vector: A cannot be 'Q'");
}
