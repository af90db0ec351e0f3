/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/text_file.h"

#include "fmt/file_view.h"
#include "test.h"

#define BYTES(lit) str_of(lit, sizeof(lit) - 1)

TEST(text_of_all_forms_becomes_utf8)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	str out;

	CHECK_OK(text_decode(STR("{}"), arena, &out, &err));
	CHECK_STRV(out, "{}");
	CHECK_OK(text_decode(STR("\xef\xbb\xbf{}"), arena, &out, &err));
	CHECK_STRV(out, "{}");
	CHECK_OK(text_decode(BYTES("\xff\xfe{\0}\0"), arena, &out, &err));
	CHECK_STRV(out, "{}");
	CHECK_OK(text_decode(BYTES("\xfe\xff\0{\0}"), arena, &out, &err));
	CHECK_STRV(out, "{}");
	CHECK_OK(text_decode(BYTES("{\0}\0"), arena, &out, &err));
	CHECK_STRV(out, "{}");
	CHECK_OK(text_decode(BYTES("\0{\x30\x42"), arena, &out, &err));
	CHECK_STRV(out, "{\xe3\x81\x82");
	CHECK_OK(text_decode(BYTES("\xff\xfe\x3d\xd8\x00\xde"), arena, &out, &err));
	CHECK_STRV(out, "\xf0\x9f\x98\x80");
	CHECK_OK(text_decode(STR_EMPTY, arena, &out, &err));
	CHECK_INT(out.n, 0);
}

TEST(text_that_is_broken_is_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	str out;

	CHECK_FAIL(text_decode(BYTES("\xff\xfe{"), arena, &out, &err));
	CHECK_STR(err.msg, "UTF-16 text of an odd number of bytes");
	CHECK_FAIL(text_decode(BYTES("\xff\xfe\x3d\xd8"), arena, &out, &err));
	CHECK_STR(err.msg, "UTF-16 text: half of a surrogate pair at byte 0");
	CHECK_FAIL(text_decode(BYTES("\xff\xfe\0\0{\0\0\0"), arena, &out, &err));
	CHECK_INT(err.kind, ERR_UNSUPPORTED);
}

TEST(text_file_is_capped)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view = file_view_text(STR("a"), STR("\xef\xbb\xbfxyz"));
	struct err err;
	str out;

	CHECK_OK(text_file_load(&view, 6, arena, &out, &err));
	CHECK_STRV(out, "xyz");
	CHECK_FAIL(text_file_load(&view, 5, arena, &out, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
}

TEST(text_lines_are_counted_once)
{
	str text = STR("a\nbc\n\nd");
	struct text_lines lines = { .text = text };

	CHECK_INT(text_line_of(&lines, text.p), 1);
	CHECK_INT(text_line_of(&lines, text.p + 1), 1);
	CHECK_INT(text_line_of(&lines, text.p + 3), 2);
	CHECK_INT(text_line_of(&lines, text.p + 3), 2);
	CHECK_INT(text_line_of(&lines, text.p + 6), 4);
	CHECK_INT(text_line_of(&lines, text.p), 0);
	CHECK_INT(text_line_of(&lines, "elsewhere"), 0);
}

TEST(line_reader_passes_over_a_mark_and_refuses_utf_16)
{
	AUTO(line_reader_done)
	struct line_reader reader;
	struct file_view view = file_view_text(STR("a"), STR("\xef\xbb\xbfone\r\ntwo"));
	str line;
	struct err err;

	line_reader_init(&reader, &view);
	CHECK_INT(line_reader_next(&reader, &line, &err), 1);
	CHECK_STRV(line, "one");
	CHECK_INT(line_reader_next(&reader, &line, &err), 1);
	CHECK_STRV(line, "two");
	CHECK_INT(line_reader_next(&reader, &line, &err), 0);
	view = file_view_text(STR("a"), str_of("\xff\xfe"
					       "o\0",
					       4));
	line_reader_done(&reader);
	line_reader_init(&reader, &view);
	CHECK_FAIL(line_reader_next(&reader, &line, &err));
	CHECK_INT(err.kind, ERR_UNSUPPORTED);
}

TEST(text_file_view_decodes_only_what_is_utf_16)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view plain = file_view_text(STR("a"), STR("x y"));
	struct file_view wide = file_view_text(STR("a"), str_of("\xfe\xff\0x\0y", 6));
	struct file_view out;
	struct err err;

	CHECK_OK(text_file_view(&plain, 2, arena, &out, &err));
	CHECK(out.bytes.p == plain.bytes.p);
	CHECK_OK(text_file_view(&wide, 6, arena, &out, &err));
	CHECK_STRV(out.bytes, "xy");
	CHECK_FAIL(text_file_view(&wide, 5, arena, &out, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_FAIL(text_check(str_of("a\0b", 3), &err));
	CHECK_STR(err.msg, "a NUL byte at 1: this is no text");
}
