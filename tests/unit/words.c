/* SPDX-License-Identifier: Apache-2.0 */
#include "base/words.h"

#include "test.h"

TEST(words_are_found_in_counted_tables)
{
	static const char *const table[] = { "one", "two", NULL, "two" };

	CHECK_INT(words_find(table, 4, STR("one")), 0);
	CHECK_INT(words_find(table, 4, STR("two")), 1);
	CHECK_INT(words_find(table, 4, STR("tw")), -1);
	CHECK_INT(words_find(table, 4, STR("twoo")), -1);
	CHECK_INT(words_find(table, 4, STR("Two")), -1);
	CHECK_INT(words_find(table, 0, STR("one")), -1);
	/* A gap of a table is the empty text. */
	CHECK_INT(words_find(table, 4, STR_EMPTY), 2);
	CHECK(words_have(table, 4, STR("one")));
	CHECK(!words_have(table, 1, STR("two")));
}

TEST(words_are_found_in_tables_with_an_end)
{
	static const char *const table[] = { "one", "two", NULL }, *const none[] = { NULL };

	CHECK(words_list_has(table, STR("two")));
	CHECK(!words_list_has(table, STR("three")));
	CHECK(!words_list_has(table, STR_EMPTY));
	CHECK(!words_list_has(none, STR("one")));
}

TEST(words_are_found_in_a_line)
{
	CHECK(words_line_has("one two", STR("one")));
	CHECK(words_line_has("one two", STR("two")));
	CHECK(!words_line_has("one two", STR("one two")));
	CHECK(!words_line_has("one two", STR("wo")));
	CHECK(!words_line_has("one two", STR_EMPTY));
	CHECK(!words_line_has(NULL, STR("one")));
}

TEST(words_are_found_among_views)
{
	const str views[] = { STR("one"), STR("two") };

	CHECK(words_strs_have(views, 2, STR("two")));
	CHECK(!words_strs_have(views, 1, STR("two")));
	CHECK(!words_strs_have(NULL, 0, STR("two")));
}

TEST(words_are_put_into_order_each_once)
{
	str words[] = { STR("b"), STR("a"), STR("b"), STR("ab"), STR("a") };
	size_t n = words_sort(words, 5);

	CHECK_INT(n, 3);
	CHECK_STRV(words[0], "a");
	CHECK_STRV(words[1], "ab");
	CHECK_STRV(words[2], "b");
	CHECK_INT(words_sort(words, 1), 1);
	CHECK_INT(words_sort(NULL, 0), 0);
}
