/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/score.h"

#include "unit/test.h"

static int hundredths(double v) { return (int)(v * 100 + 0.5); }

static void load(struct recommendation_set *set, struct arena *arena)
{
	struct err err;

	CHECK_OK(recommendation_set_load(set, arena, &err));
}

static size_t control(const struct recommendation_set *set, const char *title)
{
	for (size_t i = 0; i < set->control_n; i++) {
		if (str_eq(set->controls[i].title[LANG_EN], str_c(title)))
			return i;
	}
	test_fail(__FILE__, __LINE__, "no control %s", title);
}

TEST(share_of_a_control_is_what_the_requirement_says)
{
	CHECK_INT(hundredths(score_share(6, 4, 74, 4)), 31);
	CHECK_INT(hundredths(score_share(6, 5, 30, 5)), 86);
	CHECK_INT(hundredths(score_share(6, 5, 30, 30)), 514);
	CHECK_INT(hundredths(score_share(6, 0, 0, 0)), 0);
}

TEST(controls_have_the_fixed_points)
{
	static const struct {
		const char *title;
		unsigned max;
	} want[] = {
		{ "Remediate vulnerabilities", 6 },
		{ "Restrict unauthorized network access", 4 },
		{ "Manage access and permissions", 4 },
		{ "Encrypt data in transit", 4 },
		{ "Enable encryption at rest", 4 },
		{ "Remediate security configurations", 4 },
		{ "Protect applications against DDoS attack", 2 },
		{ "Enable auditing and logging", 1 },
		{ "Implement security best practices", 0 },
		{ "Enable advanced threat protection", 0 },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct recommendation_set set;

	load(&set, arena);
	CHECK_INT(set.control_n, ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		CHECK_INT(set.controls[control(&set, want[i].title)].max, want[i].max);
}

TEST(control_without_resource_is_left_out)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct control_tally tallies[CONTROL_MAX] = { 0 };
	struct recommendation_set set;
	struct score score;
	double percent;

	load(&set, arena);
	score_make(&score, &set, tallies, 0);
	CHECK(!score_percent(&score, 1, &percent));
	size_t access = control(&set, "Manage access and permissions");
	tallies[access] = (struct control_tally){ .healthy = 1, .unhealthy = 3 };
	score_make(&score, &set, tallies, 4);
	CHECK_INT(hundredths(score.max), 400);
	CHECK_INT(hundredths(score.current), 100);
	CHECK_INT(hundredths(score.controls[access].potential), 300);
	CHECK(score_percent(&score, 1, &percent));
	CHECK_INT(score_round(percent), 25);
}

TEST(control_without_points_changes_no_percentage)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct control_tally tallies[CONTROL_MAX] = { 0 };
	struct recommendation_set set;
	struct score score;
	double percent;

	load(&set, arena);
	tallies[control(&set, "Implement security best practices")].unhealthy = 9;
	score_make(&score, &set, tallies, 9);
	CHECK(!score_percent(&score, 1, &percent));
	tallies[control(&set, "Encrypt data in transit")].healthy = 1;
	score_make(&score, &set, tallies, 10);
	CHECK(score_percent(&score, 1, &percent));
	CHECK_INT(score_round(percent), 100);
}

TEST(percentage_is_rounded_as_it_is_shown)
{
	const struct score score = { .current = 28, .max = 60, .resources = 7 };
	double percent;

	CHECK(score_percent(&score, 1, &percent));
	CHECK_INT(score_round(percent), 47);
	CHECK_INT(score_round(0), 0);
	CHECK_INT(score_round(99.6), 100);
	CHECK_INT(score_round(-1), 0);
}

TEST(several_scopes_are_weighted_and_not_averaged)
{
	/* 10 of 20 points with 90 resources, 20 of 20 with 10: 55 %, not 75 %. */
	const struct score scores[] = { { .current = 10, .max = 20, .resources = 90 },
					{ .current = 20, .max = 20, .resources = 10 } };
	/* Different maxima: (90 * 10 + 10 * 30) / (90 * 20 + 10 * 30) = 57 %, whose average is 75.
	 */
	const struct score uneven[] = { { .current = 10, .max = 20, .resources = 90 },
					{ .current = 30, .max = 30, .resources = 10 } };
	double percent;

	CHECK(score_percent(scores, 2, &percent));
	CHECK_INT(score_round(percent), 55);
	CHECK(score_percent(uneven, 2, &percent));
	CHECK_INT(score_round(percent), 57);
}
