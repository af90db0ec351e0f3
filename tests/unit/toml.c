/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/toml.h"

#include "casefile.h"
#include "test.h"

static str as_json(str text, struct arena *arena)
{
	const struct json *value;
	struct json_writer w;
	struct buf out;
	struct err err;
	str result;

	if (toml_parse(text, 0, arena, &value, NULL, &err) < 0)
		return str_dup(arena, str_c(err.msg));
	buf_init(&out, 1u << 20);
	json_writer_init(&w, &out, 0);
	json_put(&w, value);
	result = str_dup(arena, buf_str(&out));
	buf_done(&out);
	return result;
}

#define CHECK_TOML(text, want) CHECK_STRV(as_json(STR(text), arena), want)

/* toml/value.txt: VALUE JSON; toml/bad.txt: lines that must be refused, "\n" for a line end */
TEST(toml_values)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open("toml/value.txt");

	while (casefile_next(&file)) {
		str value, want;

		CASE_CHECK(&file, str_cut(file.line, '\t', &value, &want), "no tab");
		str text = str_fmt(arena, "v = %.*s\n", STR_ARG(value));
		str got = as_json(text, arena);
		str whole = str_fmt(arena, "{\"v\":%.*s}", STR_ARG(want));

		CASE_CHECK(&file, str_eq(got, whole), "got %.*s", STR_ARG(got));
	}
}

static str with_line_ends(str line, struct arena *arena)
{
	struct buf out;
	str result;

	buf_init(&out, 1u << 16);
	for (size_t i = 0; i < line.n; i++) {
		bool end = line.p[i] == '|';

		buf_byte(&out, end ? '\n' : line.p[i]);
	}
	result = str_dup(arena, buf_str(&out));
	buf_done(&out);
	return result;
}

TEST(toml_refuses_what_is_none)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open("toml/bad.txt");

	while (casefile_next(&file)) {
		str got = as_json(with_line_ends(file.line, arena), arena);

		CASE_CHECK(&file, str_starts(got, STR("TOML line ")), "got %.*s", STR_ARG(got));
	}
}

TEST(toml_reads_tables)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_TOML("", "{}");
	CHECK_TOML("a = 1 # c\n[b.c]\nd = 2\r\n[b]\ne = 3\n",
		   "{\"a\":1,\"b\":{\"c\":{\"d\":2},\"e\":3}}");
	CHECK_TOML("[[p]]\nn = 1\n[[p.q]]\nx = 1\n[[p.q]]\n[[p]]\n[p.r]\ny = 2\n",
		   "{\"p\":[{\"n\":1,\"q\":[{\"x\":1},{}]},{\"r\":{\"y\":2}}]}");
	CHECK_TOML("a.b.c = 1\na.b.\"d e\" = 2\n[x]\ny.z = 3\n[x.y.w]\n",
		   "{\"a\":{\"b\":{\"c\":1,\"d e\":2}},\"x\":{\"y\":{\"z\":3,\"w\":{}}}}");
	CHECK_TOML("a = {b = 1, c.d = [1, {e = 2},\n # c\n], }\n",
		   "{\"a\":{\"b\":1,\"c\":{\"d\":[1,{\"e\":2}]}}}");
	CHECK_TOML("'q \"' = 1\n\"\" = 2\n3.1 = 4", "{\"q \\\"\":1,\"\":2,\"3\":{\"1\":4}}");
	CHECK_TOML("a = 1\nb = \n", "TOML line 2 column 5: expected a value");
}

TEST(toml_reads_strings_over_lines)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_TOML("a = \"\"\"\nx\ny\\\n   z \"\" \\\"\"\"\"\"\n",
		   "{\"a\":\"x\\nyz \\\"\\\" \\\"\\\"\"}");
	CHECK_TOML("a = '''\r\nx\\n\r\n'''\n", "{\"a\":\"x\\\\n\\n\"}");
	CHECK_TOML("a = \"\"\"\"\"\"\"\"\nb = ''''''''\n", "{\"a\":\"\\\"\\\"\",\"b\":\"''\"}");
	CHECK_TOML("a = \"\"\"x\n", "TOML line 2 column 1: unfinished string");
}

TEST(toml_knows_the_line_of_tables_and_elements)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct place *place;
	const struct json *value;
	struct err err;

	CHECK_OK(toml_parse(STR("# c\n[[package]]\nname = 'a'\n\n[[package]]\nname = 'b'\n"
				"deps = [\n 'x',\n 'y']\n[m.n]\n"),
			    0, arena, &value, &place, &err));
	CHECK_INT(place_line_of_pointer(value, place, STR("/package/0")), 2);
	CHECK_INT(place_line_of_pointer(value, place, STR("/package/1")), 5);
	CHECK_INT(place_line_of_pointer(value, place, STR("/package/1/name")), 6);
	CHECK_INT(place_line_of_pointer(value, place, STR("/package/1/deps/1")), 9);
	CHECK_INT(place_line_of_pointer(value, place, STR("/m/n")), 10);
}

TEST(toml_holds_its_limits)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *value;
	struct buf text;
	struct err err;

	CHECK_FAIL(toml_parse(STR("a = [1, 2]\n"), 2, arena, &value, NULL, &err));
	CHECK_STR(err.msg, "TOML line 1 column 9: too many values");
	buf_init(&text, 1u << 20);
	BUF_LIT(&text, "a = ");
	for (unsigned i = 0; i <= TOML_MAX_DEPTH; i++)
		BUF_LIT(&text, "[");
	CHECK_FAIL(toml_parse(buf_str(&text), 0, arena, &value, NULL, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	buf_reset(&text);
	BUF_LIT(&text, "a");
	for (unsigned i = 0; i <= TOML_MAX_DEPTH; i++)
		BUF_LIT(&text, ".a");
	CHECK_FAIL(toml_parse(buf_str(&text), 0, arena, &value, NULL, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	buf_done(&text);
}

TEST(toml_finds_keys_in_large_tables)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *value;
	struct buf text;
	struct err err;

	buf_init(&text, 64u << 20);
	for (int i = 0; i < 140000; i++)
		buf_fmt(&text, "k%d.x = %d\n", i, i);
	CHECK_OK(toml_parse(buf_str(&text), 0, arena, &value, NULL, &err));
	CHECK_INT(json_len(value), 140000);
	BUF_LIT(&text, "k777.x = 1\n");
	CHECK_FAIL(toml_parse(buf_str(&text), 0, arena, &value, NULL, &err));
	CHECK_STR(err.msg, "TOML line 140001 column 10: a key defined twice");
	buf_done(&text);
}
