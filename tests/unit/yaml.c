/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/yaml.h"

#include "casefile.h"
#include "test.h"

static const struct yaml_opts core = { .schema = YAML_CORE };
static const struct yaml_opts text_only = { .schema = YAML_TEXT };

/* The document as compact JSON, or the error. */
static str as_json(const char *text, const struct yaml_opts *opts, struct arena *arena)
{
	const struct json *value;
	struct json_writer w;
	struct buf out;
	struct err err;
	str result;

	if (yaml_parse(str_c(text), opts, arena, &value, NULL, &err) < 0)
		return str_dup(arena, str_c(err.msg));
	buf_init(&out, 1u << 20);
	json_writer_init(&w, &out, 0);
	json_put(&w, value);
	result = str_dup(arena, buf_str(&out));
	buf_done(&out);
	return result;
}

#define CHECK_YAML(text, opts, want) CHECK_STRV(as_json(text, opts, arena), want)

/* yaml/scalar.txt: SCHEMA SCALAR JSON, '_' for a blank in the scalar */
TEST(yaml_scalars_mean_what_others_take_them_for)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open("yaml/scalar.txt");

	while (casefile_next(&file)) {
		str schema = casefile_field(&file), scalar = casefile_field(&file);
		str want = str_trim(file.rest);
		const struct yaml_opts *opts = str_eq(schema, STR("core"))   ? &core
					       : str_eq(schema, STR("text")) ? &text_only
									     : NULL;
		str got = as_json(str_cstr(arena, scalar), opts, arena);

		CASE_CHECK(&file, str_eq(got, want), "got %.*s", STR_ARG(got));
	}
}

TEST(yaml_reads_collections)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_YAML("a: 1\nb:\n  - x\n  - {c: d, e: [1, 2]}\n? f\n: |\n  two\n  lines\n", NULL,
		   "{\"a\":1,\"b\":[\"x\",{\"c\":\"d\",\"e\":[1,2]}],\"f\":\"two\\nlines\\n\"}");
	CHECK_YAML("", NULL, "null");
	CHECK_YAML("# nothing\n", NULL, "null");
	CHECK_YAML("010: a\n1.50: b\ntrue: c\n'5': d\n", NULL,
		   "{\"8\":\"a\",\"1.5\":\"b\",\"true\":\"c\",\"5\":\"d\"}");
	CHECK_YAML("a: 1\r\nb:\r\n- c\r\n", NULL, "{\"a\":1,\"b\":[\"c\"]}");
}

TEST(yaml_follows_aliases_and_merges)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_YAML("a: &x {k: 1, l: 2}\nb: *x\nc:\n  l: 3\n  <<: *x\n", NULL,
		   "{\"a\":{\"k\":1,\"l\":2},\"b\":{\"k\":1,\"l\":2},\"c\":{\"l\":3,\"k\":1}}");
	CHECK_YAML("- &x {k: 1}\n- &y {k: 2, m: 3}\n- <<: [*x, *y]\n  o: 4\n", NULL,
		   "[{\"k\":1},{\"k\":2,\"m\":3},{\"o\":4,\"k\":1,\"m\":3}]");
	CHECK_YAML("\"<<\": 1\n", NULL, "{\"<<\":1}");
	CHECK_YAML("a: &x 1\nb: &x 2\nc: *x\n", NULL, "{\"a\":1,\"b\":2,\"c\":2}");
	CHECK_YAML("<<: 1\n", NULL, "YAML line 1 column 1: \"<<\" of what is no mapping");
	CHECK_YAML("a: *x\n", NULL, "YAML line 1 column 4: alias of an unknown anchor");
	CHECK_YAML("&x [*x]\n", NULL, "YAML line 1 column 5: alias inside of what it names");
}

TEST(yaml_refuses_with_the_place)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_YAML("a: 1\nb: 2\na: 3\n", NULL,
		   "YAML line 3: key \"a\" occurs twice in the mapping of line 1");
	CHECK_YAML("a: 1\nb: 2\na: 3\n", (&(struct yaml_opts){ .last_wins = true }),
		   "{\"a\":3,\"b\":2}");
	CHECK_YAML("a: [1\nb: 2\n", NULL, "YAML line 2 column 2: did not find expected ',' or ']'");
	CHECK_YAML("a: \x01\n", NULL, "YAML at byte 3: control characters are not allowed");
	CHECK_YAML("a: \xff\n", NULL, "YAML at byte 3: invalid leading UTF-8 octet");
	CHECK_YAML("~: 1\n", NULL, "YAML line 1: a key that is neither text nor number");
	CHECK_YAML("[a]: 1\n", NULL, "YAML line 1: a key that is neither text nor number");
	CHECK_YAML("a\n---\nb\n", NULL, "YAML line 3: a second document");
}

TEST(yaml_reads_document_after_document)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(yaml_reader_free)
	struct yaml_reader *reader =
		yaml_reader_new(STR("---\na: &x 1\n---\n---\n- b\n...\n---\n- *x\n"), NULL, arena);
	const struct place *place;
	const struct json *value;
	struct err err;
	int64_t one;

	CHECK_INT(yaml_next(reader, &value, &place, &err), 1);
	CHECK(json_i64(JSON_GET(value, "a"), &one) && one == 1);
	CHECK_INT(place_line(place), 2);
	CHECK_INT(yaml_next(reader, &value, &place, &err), 1);
	CHECK(json_is(value, JSON_NULL));
	CHECK_INT(yaml_next(reader, &value, &place, &err), 1);
	CHECK_STRV(json_str(json_at(value, 0)), "b");
	/* Anchors end with their document; a failure stays. */
	CHECK_INT(yaml_next(reader, &value, &place, &err), -1);
	CHECK_STR(err.msg, "YAML line 8 column 3: alias of an unknown anchor");
	CHECK_INT(yaml_next(reader, &value, &place, &err), -1);
}

TEST(yaml_ends_where_there_is_nothing_more)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(yaml_reader_free)
	struct yaml_reader *reader = yaml_reader_new(STR("a"), NULL, arena);
	const struct json *value;
	struct err err;

	CHECK_INT(yaml_next(reader, &value, NULL, &err), 1);
	CHECK_INT(yaml_next(reader, &value, NULL, &err), 0);
	CHECK_INT(yaml_next(reader, &value, NULL, &err), 0);
}

TEST(yaml_knows_the_line_of_each_value)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct place *place;
	const struct json *value;
	struct err err;

	CHECK_OK(
		yaml_parse(STR("# c\nspec:\n  containers:\n  - name: a\n    image: b\n  - name: c\n"
			       "    a/b: |\n      text\n"),
			   NULL, arena, &value, &place, &err));
	CHECK_INT(place_line_of_pointer(value, place, STR("")), 2);
	CHECK_INT(place_line_of_pointer(value, place, STR("/spec/containers")), 3);
	CHECK_INT(place_line_of_pointer(value, place, STR("/spec/containers/0")), 4);
	CHECK_INT(place_line_of_pointer(value, place, STR("/spec/containers/0/image")), 5);
	CHECK_INT(place_line_of_pointer(value, place, STR("/spec/containers/1/a~1b")), 7);
	CHECK_INT(place_line_of_pointer(value, place, STR("/spec/containers/1/absent/x")), 6);
	CHECK_INT(place_line(place_get(value, place, STR("spec"))), 2);
	CHECK(place_get(value, place, STR("absent")) == NULL);
}

TEST(yaml_stays_small_when_aliases_multiply)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct buf text;
	struct err err;
	const struct json *value;

	buf_init(&text, 1u << 20);
	BUF_LIT(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 40; i++) {
		buf_fmt(&text, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			buf_fmt(&text, "*a%d%s", i - 1, k < 9 ? ", " : "]\n");
	}
	CHECK_FAIL(yaml_parse(buf_str(&text), NULL, arena, &value, NULL, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_STR(err.msg, "YAML line 6 column 45: too many values, aliases followed");
	CHECK(arena_used(arena) < 1u << 20);
	buf_done(&text);
}

TEST(yaml_caps_depth_of_text_and_aliases)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct yaml_opts four = { .max_depth = 4 };

	CHECK_YAML("[[[1]]]", &four, "[[[1]]]");
	CHECK_YAML("[[[[1]]]]", &four, "YAML line 1 column 5: nested too deeply");
	CHECK_YAML("- &x [[1]]\n- *x\n", &four, "[[[1]],[[1]]]");
	CHECK_YAML("- &x [[1]]\n- [*x]\n", &four, "YAML line 2 column 4: nested too deeply");
	CHECK_YAML("[1, 2, 3]", (&(struct yaml_opts){ .max_values = 3 }),
		   "YAML line 1 column 8: too many values, aliases followed");
}
