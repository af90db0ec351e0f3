/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include "base/err.h"
#include "test.h"

static const struct json *parse(str text, struct arena *arena)
{
	const struct json *v = NULL;
	struct err err;

	CHECK_OK(json_parse(text, NULL, arena, &v, &err));
	return v;
}

static void refuse(const char *text, const char *message)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *v;
	struct err err;

	CHECK_FAIL(json_parse(str_c(text), NULL, arena, &v, &err));
	CHECK_STR(err.msg, message);
}

TEST(values_of_every_type_are_read)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *v = parse(
		STR(" {\"a\": [1, true, false, null, \"x\"], \"b\": {}, \"c\": []} \n"), arena);
	int64_t one = 0;

	CHECK_INT(json_len(v), 3);
	CHECK_INT(json_len(JSON_GET(v, "a")), 5);
	CHECK(json_i64(json_at(JSON_GET(v, "a"), 0), &one));
	CHECK_INT(one, 1);
	CHECK(json_bool(json_at(JSON_GET(v, "a"), 1)));
	CHECK(!json_bool(json_at(JSON_GET(v, "a"), 2)));
	CHECK(json_is(json_at(JSON_GET(v, "a"), 3), JSON_NULL));
	CHECK_STRV(json_str(json_at(JSON_GET(v, "a"), 4)), "x");
	CHECK(json_is(JSON_GET(v, "b"), JSON_OBJECT));
	CHECK_INT(json_len(JSON_GET(v, "c")), 0);
	CHECK(JSON_GET(v, "d") == NULL);
	CHECK(json_at(JSON_GET(v, "a"), 5) == NULL);
	CHECK(json_path(v, "b", "x", "y", NULL) == NULL);
}

TEST(escapes_become_utf8)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *v =
		parse(STR("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00 \xc3\xa9\""), arena);

	CHECK_STRV(json_str(v), "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80 \xc3\xa9");
}

TEST(an_escaped_nul_is_kept)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str s = json_str(parse(STR("\"a\\u0000b\""), arena));

	CHECK_INT(s.n, 3);
	CHECK_INT(s.p[1], 0);
}

TEST(what_is_not_json_is_refused_with_its_place)
{
	refuse("", "JSON: empty");
	refuse("{\"a\":1,\n  x}", "JSON line 2 column 3: expected a key");
	refuse("[1,]", "JSON line 1 column 4: expected a value");
	refuse("[1 2]", "JSON line 1 column 4: expected ',' or ']'");
	refuse("{\"a\" 1}", "JSON line 1 column 6: expected ':'");
	refuse("{\"a\":1", "JSON line 1 column 7: expected ',' or '}'");
	refuse("1 1", "JSON line 1 column 3: text behind the end of the document");
	refuse("tru", "JSON line 1 column 1: expected a value");
	refuse("\xef\xbb\xbf{}", "JSON line 1 column 1: expected a value");
	refuse("'a'", "JSON line 1 column 1: expected a value");
	refuse("NaN", "JSON line 1 column 1: expected a value");
}

TEST(malformed_numbers_are_refused)
{
	refuse("01", "JSON line 1 column 1: number with a leading zero");
	refuse("1.", "JSON line 1 column 1: number without digits behind the point");
	refuse("1e", "JSON line 1 column 1: number without exponent");
	refuse("-", "JSON line 1 column 1: expected a value");
	refuse("+1", "JSON line 1 column 1: expected a value");
	refuse(".5", "JSON line 1 column 1: expected a value");
}

TEST(malformed_text_is_refused)
{
	refuse("\"a", "JSON line 1 column 3: unfinished string");
	refuse("\"a\\\"", "JSON line 1 column 5: unfinished string");
	refuse("\"\\x\"", "JSON line 1 column 2: unknown escape");
	refuse("\"\\ud800\"", "JSON line 1 column 8: half of a surrogate pair");
	refuse("\"\\udc00\\ud800\"", "JSON line 1 column 8: half of a surrogate pair");
	refuse("\"\\u12g4\"", "JSON line 1 column 4: \\u needs four hexadecimal digits");
	refuse("\"a\tb\"", "JSON line 1 column 3: control byte in a string");
	refuse("\"\xc0\xaf\"", "JSON line 1 column 2: not UTF-8");
	refuse("\"\xed\xa0\x80\"", "JSON line 1 column 2: not UTF-8");
	refuse("\"0123456789abcdef\xff\"", "JSON line 1 column 18: not UTF-8");
}

TEST(a_key_that_occurs_twice_is_refused_or_kept_by_choice)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json_opts keep = { .keep_duplicates = true };
	const struct json *v;
	struct err err;

	refuse("{\"a\":1,\"b\":2,\"a\":3}",
	       "key \"a\": JSON line 1 column 20: a key occurs twice in the object that ends here");
	CHECK_OK(json_parse(STR("{\"a\":1,\"a\":2}"), &keep, arena, &v, &err));
	CHECK_INT(json_len(v), 2);
	CHECK_STRV(json_number(JSON_GET(v, "a")), "2");
}

TEST(a_key_that_occurs_twice_among_many_is_found)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf text;
	const struct json *v;
	struct err err;

	buf_init(&text, 1 << 20);
	BUF_LIT(&text, "{");
	for (int i = 0; i < 1000; i++)
		buf_fmt(&text, "\"k%d\":0,", i);
	BUF_LIT(&text, "\"k500\":1}");
	CHECK_FAIL(json_parse(buf_str(&text), NULL, arena, &v, &err));
	CHECK_INT(err.kind, ERR_INPUT);
}

/* Of each length, with keys that differ only in the middle, at one end, or in length. */
TEST(a_key_that_occurs_twice_is_found_wherever_it_stands)
{
	static const struct {
		const char *front, *back;
	} forms[] = { { "", "" }, { "abcdefgh", "abcdefgh" }, { "", "abcdefghi" }, { "ab", "" } };

	for (size_t form = 0; form < ARRAY_LEN(forms); form++) {
		for (int n = 2; n <= 70; n++) {
			AUTO(arena_free)
			struct arena *arena = arena_new();
			str text = STR("{"), key = STR_EMPTY;
			const struct json *v;
			struct err err;

			for (int i = 0; i < n; i++) {
				str other = str_fmt(arena, "%s%d%s", forms[form].front, i,
						    forms[form].back);

				key = i == n / 2 ? other : key;
				text = str_fmt(arena, "%.*s\"%.*s\":0,", STR_ARG(text),
					       STR_ARG(other));
			}
			CHECK_OK(json_parse(str_fmt(arena, "%.*s\"\":1}", STR_ARG(text)), NULL,
					    arena, &v, &err));
			CHECK_INT(json_len(v), n + 1);
			CHECK_FAIL(json_parse(
				str_fmt(arena, "%.*s\"%.*s\":1}", STR_ARG(text), STR_ARG(key)),
				NULL, arena, &v, &err));
		}
	}
}

TEST(depth_and_count_are_limited)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json_opts few = { .max_values = 3 }, flat = { .max_depth = 2 };
	AUTO(buf_done)
	struct buf deep;
	const struct json *v;
	struct err err;

	buf_init(&deep, 1 << 20);
	for (int i = 0; i < 100000; i++)
		buf_byte(&deep, '[');
	CHECK_FAIL(json_parse(buf_str(&deep), NULL, arena, &v, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_OK(json_parse(STR("[1,2]"), &few, arena, &v, &err));
	CHECK_FAIL(json_parse(STR("[1,2,3]"), &few, arena, &v, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_OK(json_parse(STR("[[1]]"), &flat, arena, &v, &err));
	CHECK_FAIL(json_parse(STR("[[[1]]]"), &flat, arena, &v, &err));
}

TEST(numbers_keep_their_text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = STR("[1.50,1E+2,123456789012345678901234567890,-0]");
	AUTO(buf_done)
	struct buf out;
	struct json_writer w;

	buf_init(&out, 1000);
	json_writer_init(&w, &out, 0);
	json_put(&w, parse(text, arena));
	CHECK_STR_EQ(buf_str(&out), text);
}

TEST(integers_are_recognised_by_value)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	int64_t v = 0;

	CHECK(json_i64(parse(STR("1e3"), arena), &v));
	CHECK_INT(v, 1000);
	CHECK(json_i64(parse(STR("25.00"), arena), &v));
	CHECK_INT(v, 25);
	CHECK(json_i64(parse(STR("-9223372036854775808"), arena), &v));
	CHECK(v == INT64_MIN);
	CHECK(!json_i64(parse(STR("9223372036854775808"), arena), &v));
	CHECK(!json_i64(parse(STR("1.5"), arena), &v));
	CHECK(!json_i64(parse(STR("1e400"), arena), &v));
	CHECK(!json_i64(parse(STR("\"1\""), arena), &v));
}

TEST(equality_looks_at_values_not_at_spelling)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *a = parse(STR("{\"x\":[1.0,100],\"y\":\"\\u0061\"}"), arena);
	const struct json *b = parse(STR("{\"y\":\"a\",\"x\":[1,1e2]}"), arena);
	const struct json *c = parse(STR("{\"y\":\"a\",\"x\":[1,1e3]}"), arena);

	CHECK(json_equal(a, b));
	CHECK(!json_equal(a, c));
	CHECK(!json_equal(parse(STR("-1"), arena), parse(STR("1"), arena)));
	CHECK(json_equal(parse(STR("0"), arena), parse(STR("-0.00e5"), arena)));
	CHECK(!json_equal(parse(STR("[1]"), arena), parse(STR("[1,1]"), arena)));
}

TEST(a_copy_outlives_its_source)
{
	AUTO(arena_free)
	struct arena *kept = arena_new();
	struct arena *gone = arena_new();
	const struct json *v = parse(STR("{\"k\":[\"long enough to matter\",1.25,null]}"), gone);
	const struct json *copy = json_copy(v, kept);

	CHECK(json_equal(v, copy));
	arena_free(gone);
	CHECK_STRV(json_str(json_at(JSON_GET(copy, "k"), 0)), "long enough to matter");
}

TEST(the_writer_indents_and_escapes)
{
	AUTO(buf_done)
	struct buf out;
	struct json_writer w;

	buf_init(&out, 1000);
	json_writer_init(&w, &out, 2);
	json_open_object(&w);
	json_kv_str(&w, STR("a\"b"), STR("x\x01\n\xff\x7f\xc2\x9b\xe2\x80\xae"));
	json_kv_opt(&w, STR("left out"), STR_EMPTY);
	json_kv_i64(&w, STR("n"), -5);
	JSON_KEY(&w, "e");
	json_open_array(&w);
	json_close_array(&w);
	JSON_KEY(&w, "l");
	json_open_array(&w);
	json_put_double(&w, 0.1);
	json_put_double(&w, 7);
	json_put_double(&w, 100);
	json_put_null(&w);
	json_close_array(&w);
	json_close_object(&w);
	CHECK_STR(
		out.p,
		"{\n  \"a\\\"b\": \"x\\u0001\\n\xef\xbf\xbd\\u007f\\u009b\\u202e\",\n  \"n\": -5,\n  \"e\": [],\n"
		"  \"l\": [\n    0.1,\n    7,\n    100,\n    null\n  ]\n}");
}

TEST(what_may_be_read_may_be_written)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json_opts deepest = { .max_depth = 100000 };
	AUTO(buf_done)
	struct buf text, out;
	struct json_writer w;
	const struct json *v;
	struct err err;

	buf_init(&text, 1 << 20);
	buf_init(&out, 1 << 20);
	for (unsigned i = 0; i < JSON_MAX_DEPTH; i++)
		buf_byte(&text, '[');
	for (unsigned i = 0; i < JSON_MAX_DEPTH; i++)
		buf_byte(&text, ']');
	CHECK_OK(json_parse(buf_str(&text), &deepest, arena, &v, &err));
	json_writer_init(&w, &out, 0);
	json_put(&w, v);
	CHECK_STR_EQ(buf_str(&out), buf_str(&text));
}
