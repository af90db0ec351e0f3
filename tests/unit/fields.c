/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/fields.h"

#include "test.h"

TEST(fields_are_what_blanks_keep_apart)
{
	str fields[3];

	CHECK_INT(fields_of(STR("  one \t two\n"), fields, 3), 2);
	CHECK_STRV(fields[0], "one");
	CHECK_STRV(fields[1], "two");
	CHECK_INT(fields_of(STR("a b c d"), fields, 3), 3);
	CHECK_STRV(fields[2], "c");
	CHECK_INT(fields_of(STR(" \t"), fields, 3), 0);
	CHECK_INT(fields_of(STR_EMPTY, fields, 3), 0);
}

TEST(a_field_is_cut_off_with_the_blanks_before_it)
{
	str rest = STR(" one  two");

	CHECK_STRV(fields_take(&rest), "one");
	CHECK_STRV(rest, "  two");
	CHECK_STRV(fields_take(&rest), "two");
	CHECK_STRV(rest, "");
	CHECK_STRV(fields_take(&rest), "");
}
