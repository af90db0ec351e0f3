/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include "base/arena.h"
#include "test.h"

TEST(lines_end_at_lf_or_crlf_and_the_last_may_lack_it)
{
	str rest = STR("a\r\n\nb"), line;

	CHECK(str_line(&rest, &line));
	CHECK_STRV(line, "a");
	CHECK(str_line(&rest, &line));
	CHECK_STRV(line, "");
	CHECK(str_line(&rest, &line));
	CHECK_STRV(line, "b");
	CHECK(!str_line(&rest, &line));
}

TEST(split_returns_empty_pieces_and_ends)
{
	str rest = STR("a,,b,"), piece;
	const char *want[] = { "a", "", "b", "" };

	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		CHECK(str_split(&rest, ',', &piece));
		CHECK_STR_EQ(piece, str_c(want[i]));
	}
	CHECK(!str_split(&rest, ',', &piece));
}

TEST(numbers_are_whole_and_in_range)
{
	uint64_t u = 0;
	int64_t i = 0;

	CHECK(str_u64(STR("18446744073709551615"), &u));
	CHECK(u == UINT64_MAX);
	CHECK(!str_u64(STR("18446744073709551616"), &u));
	CHECK(!str_u64(STR(""), &u));
	CHECK(!str_u64(STR("1 "), &u));
	CHECK(!str_u64(STR("-1"), &u));
	CHECK(str_i64(STR("-9223372036854775808"), &i));
	CHECK(i == INT64_MIN);
	CHECK(!str_i64(STR("9223372036854775808"), &i));
	CHECK(str_u64_base(STR("fF"), 16, &u));
	CHECK_INT(u, 255);
	CHECK(!str_u64_base(STR("8"), 8, &u));
}

TEST(trim_search_and_affixes)
{
	CHECK_STRV(str_trim(STR(" \t a b \r\n")), "a b");
	CHECK_STRV(str_trim(STR("  ")), "");
	CHECK_INT(str_find(STR("hello"), STR("ll")), 2);
	CHECK_INT(str_find(STR("hello"), STR("x")), -1);
	CHECK_INT(str_find(STR_EMPTY, STR("")), 0);
	CHECK_INT(str_rfind_char(STR("a/b/c"), '/'), 3);
	CHECK_STRV(str_without_prefix(STR("v1"), STR("v")), "1");
	CHECK_STRV(str_without_suffix(STR("v1"), STR("v")), "v1");
	CHECK(str_ieq(STR("AbC"), STR("aBc")));
	CHECK(!str_ieq(STR("ab"), STR("abc")));
	CHECK(str_cmp(STR("a"), STR("ab")) < 0);
	CHECK(str_cmp(STR("b"), STR("ab")) > 0);
	CHECK_INT(str_cmp(STR_EMPTY, STR("")), 0);
}

TEST(utf8_accepts_scalar_values_only)
{
	CHECK(str_is_utf8(STR("plain text that is longer than a word")));
	CHECK(str_is_utf8(STR("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf")));
	CHECK(!str_is_utf8(STR("\xc0\x80")));
	CHECK(!str_is_utf8(STR("\xe0\x80\x80")));
	CHECK(!str_is_utf8(STR("\xed\xa0\x80")));
	CHECK(!str_is_utf8(STR("\xf4\x90\x80\x80")));
	CHECK(!str_is_utf8(STR("12345678\xc3")));
	CHECK(!str_is_utf8(STR("\x80")));
}

TEST(utf8_decodes_what_it_encodes)
{
	static const uint32_t points[] = { 0, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000, 0x10ffff };

	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		char bytes[4];
		size_t n = utf8_encode(points[i], bytes);
		uint32_t back = 1;

		CHECK_INT(utf8_decode(bytes, n, &back), n);
		CHECK_INT(back, points[i]);
	}
}

TEST(copies_in_an_arena)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STR(str_cstr(arena, STR("abc")), "abc");
	CHECK_STR(str_cstr(arena, STR_EMPTY), "");
	CHECK_STRV(str_fmt(arena, "%d-%.*s", 7, STR_ARG(STR("x"))), "7-x");
	CHECK_STRV(str_lower(arena, STR("ABc1")), "abc1");
	CHECK_STRV(str_cat(arena, STR("a"), STR_EMPTY), "a");
	CHECK(str_dup(arena, STR_EMPTY).p == NULL);
}
