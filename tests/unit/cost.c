/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cost.h"

#include "test.h"

TEST(cost_is_not_measured_unless_asked_for)
{
	struct cost_part parts[COST_PARTS];

	CHECK_INT(cost_begin(), -1);
	cost_end("x", -1);
	CHECK_INT(cost_list(parts, false), 0);
}

TEST(costs_of_one_part_are_added)
{
	struct cost_part parts[COST_PARTS];

	cost_add(STR("a"), 2);
	cost_add(STR("b"), 5);
	cost_add(STR("a"), 3);
	CHECK_INT(cost_list(parts, true), 2);
	CHECK_STR(parts[0].name, "a");
	CHECK_INT(parts[0].ns, 5);
	CHECK_STR(parts[1].name, "b");
	CHECK_INT(cost_list(parts, false), 0);
}

TEST(costs_of_too_many_parts_are_dropped)
{
	struct cost_part parts[COST_PARTS];
	char name[16];

	for (unsigned i = 0; i < COST_PARTS + 5; i++) {
		(void)snprintf(name, sizeof(name), "p%u", i);
		cost_add(str_c(name), 1);
	}
	CHECK_INT(cost_list(parts, true), COST_PARTS);
}
