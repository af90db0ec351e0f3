/* SPDX-License-Identifier: Apache-2.0 */
#include "report/term.h"

#include "base/arena.h"
#include "report/text.h"
#include "test.h"

TEST(control_bytes_and_marks_become_visible)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(term_safe(arena, STR("a\033[31mb")), "a\\x1b[31mb");
	CHECK_STRV(term_safe(arena, STR("a\xff\xfe z")), "a\\xff\\xfe z");
	CHECK_STRV(term_safe(arena, STR("a \t\r\n b")), "a b");
	CHECK_STRV(term_safe(arena, STR("\x7f\xc2\x9bK")), "\\x7f\\u009bK");
	CHECK_STRV(term_safe(arena, STR("\xe2\x80\xae"
					"x\xef\xbb\xbf")),
		   "\\u202ex\\ufeff");
	CHECK_STRV(term_safe(arena, STR("日本語 é")), "日本語 é");
}

TEST(width_knows_wide_and_combining)
{
	CHECK_INT(term_width(STR("abc")), 3);
	CHECK_INT(term_width(STR("日本語")), 6);
	CHECK_INT(term_width(STR("ｶﾅ")), 2);
	CHECK_INT(term_width(STR("e\xcc\x81")), 1);
	CHECK_INT(term_width(STR("😀")), 2);
}

TEST(cut_never_exceeds_and_never_splits)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = STR("abc日本語def");

	CHECK_STR_EQ(term_cut(arena, text, 12), text);
	CHECK_STRV(term_cut(arena, text, 11), "abc日本語d…");
	CHECK_STRV(term_cut(arena, text, 5), "abc…");
	CHECK_STRV(term_cut(arena, text, 0), "");
	for (size_t columns = 0; columns < 14; columns++) {
		str cut = term_cut(arena, text, columns);

		CHECK(term_width(cut) <= columns || columns == 0);
		CHECK(str_is_utf8(cut));
	}
}

TEST(wrap_breaks_at_blanks_and_between_wide)
{
	str rest = STR("one two three"), line;

	CHECK(term_wrap(&rest, 8, &line));
	CHECK_STRV(line, "one two");
	CHECK(term_wrap(&rest, 8, &line));
	CHECK_STRV(line, "three");
	CHECK(!term_wrap(&rest, 8, &line));
	rest = STR("日本語です。次");
	CHECK(term_wrap(&rest, 10, &line));
	CHECK_STRV(line, "日本語で"); /* no line begins with a full stop */
	CHECK(term_wrap(&rest, 10, &line));
	CHECK_STRV(line, "す。次");
	rest = STR("abcdefghij");
	CHECK(term_wrap(&rest, 4, &line));
	CHECK_STRV(line, "abcd");
	rest = STR("a\nb");
	CHECK(term_wrap(&rest, 4, &line));
	CHECK_STRV(line, "a");
}

/* Both languages fill in the same places. */
TEST(translations_use_the_same_places)
{
	for (int id = 0; id < TEXT_COUNT; id++) {
		for (int place = '0'; place <= '9'; place++) {
			char mark[] = { '{', (char)place, '}' };
			bool en = str_find(text_of(LANG_EN, (enum text)id), str_of(mark, 3)) >= 0;
			bool ja = str_find(text_of(LANG_JA, (enum text)id), str_of(mark, 3)) >= 0;

			if (en != ja)
				test_fail(__FILE__, __LINE__, "%s: {%c} is in one language only",
					  text_id_name((enum text)id), place);
		}
		CHECK(str_is_utf8(text_of(LANG_JA, (enum text)id)));
	}
}

TEST(texts_are_filled_in_any_order)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(TEXT_MAKE(arena, LANG_EN, TIMES, STR("3"), STR("file")), "3 x file");
	CHECK_STRV(TEXT_MAKE(arena, LANG_JA, TIMES, STR("3"), STR("file")), "file × 3");
}

TEST(languages_are_told_from_locales)
{
	enum lang lang = LANG_EN;

	CHECK(lang_from(STR("ja_JP.UTF-8"), &lang));
	CHECK_INT(lang, LANG_JA);
	CHECK(lang_from(STR("en"), &lang));
	CHECK_INT(lang, LANG_EN);
	CHECK(!lang_from(STR("jam"), &lang));
	CHECK(!lang_from(STR("C"), &lang));
}

TEST(phrases_of_modules_without_language_are_translated)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(text_phrase(arena, LANG_JA, STR("kernel interface")),
		   "カーネルのインターフェース");
	CHECK_STRV(text_phrase(arena, LANG_JA,
			       STR("no advisories are known for rpm packages of Debian 12")),
		   "Debian 12 の rpm パッケージに対するアドバイザリがありません");
	CHECK_STRV(
		text_phrase(arena, LANG_JA,
			    STR("the operating system could not be identified; flaws without a fix "
				"are not known here")),
		"OS を判別できません。修正のない脆弱性は検出できません");
	CHECK_STRV(text_phrase(arena, LANG_JA, STR("truncated header")), "truncated header");
	CHECK_STRV(text_phrase(arena, LANG_JA, STR("")), "");
	CHECK_STRV(text_phrase(arena, LANG_EN, STR("kernel interface")), "kernel interface");
}
