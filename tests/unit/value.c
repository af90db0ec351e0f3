/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value.h"
#include "test.h"

static struct value parsed(struct arena *arena, const char *text)
{
	const struct json *json;
	struct err err;

	if (json_parse(str_c(text), NULL, arena, &json, &err) < 0)
		return VALUE_STR("not JSON");
	return value_from_json(json, arena);
}

static const char *rego(struct arena *arena, struct value v)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, 1u << 20);
	value_write_rego(&v, &b);
	return str_cstr(arena, buf_str(&b));
}

static struct value set_of(struct arena *arena, const char *array)
{
	struct value v = parsed(arena, array);
	struct value_builder b;

	value_builder_init(&b, arena);
	for (uint32_t i = 0; i < v.n; i++)
		value_builder_add(&b, v.items[i]);
	return value_builder_set(&b);
}

TEST(value_sets_are_sorted_and_without_repeats)
{
	AUTO(arena_free)
	struct arena *a = arena_new();
	struct value set = set_of(a, "[3, 1.0, \"a\", null, [1], 1, {\"b\": 1}, false]");
	struct value one = value_int(1), two = value_int(2);

	CHECK_STR(rego(a, set), "{null, false, 1.0, 3, \"a\", [1], {\"b\": 1}}");
	CHECK(value_contains(&set, &one));
	CHECK(!value_contains(&set, &two));
	CHECK_STR(rego(a, set_of(a, "[]")), "set()");
}

TEST(value_objects_tell_conflicts)
{
	AUTO(arena_free)
	struct arena *a = arena_new();
	struct object_builder b;
	struct value out = value_null();

	object_builder_init(&b, a);
	OBJECT_ADD(&b, "z", value_int(1));
	OBJECT_ADD(&b, "a", value_int(2));
	OBJECT_ADD(&b, "z", value_int(1));
	CHECK(object_builder_take(&b, &out));
	CHECK_STR(rego(a, out), "{\"a\": 2, \"z\": 1}");
	OBJECT_ADD(&b, "z", value_int(1));
	OBJECT_ADD(&b, "z", value_int(2));
	CHECK(!object_builder_take(&b, &out));
	object_builder_init(&b, a);
	OBJECT_ADD(&b, "z", value_int(1));
	OBJECT_ADD(&b, "b", value_int(5));
	OBJECT_ADD(&b, "z", value_int(2));
	CHECK_STR(rego(a, object_builder_take_last(&b)), "{\"b\": 5, \"z\": 2}");
}

TEST(value_looks_up_in_large_objects)
{
	AUTO(arena_free)
	struct arena *a = arena_new();
	struct object_builder b;
	struct value object, key;

	object_builder_init(&b, a);
	for (int i = 99; i >= 0; i--)
		object_builder_add(&b, value_int(i), value_int(i * i));
	object = object_builder_take_last(&b);
	for (int i = 0; i < 100; i++) {
		key = value_int(i);
		CHECK_INT(value_get(&object, &key)->i, i * i);
	}
	key = value_int(100);
	CHECK(!value_get(&object, &key));
	CHECK(!VALUE_GET(&object, "1"));
}

/* Texts of up to four of three bytes, and some around the lengths at which comparing changes. */
static size_t all_texts(struct arena *a, str *out)
{
	static const char letters[] = { 'a', 0, (char)0xff };
	size_t n = 0, from = 0;

	out[n++] = STR("");
	for (int length = 1; length <= 4; length++) {
		size_t to = n;

		for (size_t i = from; i < to; i++)
			for (size_t k = 0; k < sizeof(letters); k++)
				out[n++] = str_cat(a, out[i], str_of(&letters[k], 1));
		from = to;
	}
	for (size_t i = 7; i <= 17; i++) {
		out[n++] = str_take(STR("abcdefghijklmnopqrst"), i);
		out[n++] = str_cat(a, str_take(STR("abcdefghijklmnopqrst"), i), STR("A"));
	}
	return n;
}

TEST(value_texts_of_all_lengths_are_keys)
{
	AUTO(arena_free)
	struct arena *a = arena_new();
	str texts[200];
	size_t n = all_texts(a, texts);

	/* In small objects and in large ones; every second text is a key. */
	for (size_t size = 1; size <= n; size = size < 12 ? size + 1 : size * 2) {
		for (size_t from = 0; from + size <= n; from += size) {
			struct object_builder b;
			struct value object;

			object_builder_init(&b, a);
			for (size_t i = 0; i < size; i += 2)
				object_builder_add(&b, value_str(texts[from + i]),
						   value_int((int)i));
			object = object_builder_take_last(&b);
			for (uint32_t i = 1; i < object.n; i++)
				CHECK(str_cmp(value_text(&object.members[i - 1].key),
					      value_text(&object.members[i].key)) < 0);
			for (size_t i = 0; i < size; i++) {
				const struct value *v = value_get_str(&object, texts[from + i]);

				CHECK_INT(v ? v->i : -1, i % 2 == 0 ? (int)i : -1);
			}
		}
	}
}

TEST(value_objects_with_many_repeats_keep_the_last)
{
	AUTO(arena_free)
	struct arena *a = arena_new();

	for (int n = 2; n <= 100; n++) {
		struct object_builder last, same, differ;
		struct value object;

		object_builder_init(&last, a);
		object_builder_init(&same, a);
		object_builder_init(&differ, a);
		for (int i = 0; i < n; i++) {
			str key = str_fmt(a, "key-%d", (n - i) * 7 % ((n + 1) / 2));

			object_builder_add(&last, value_str(key), value_int(i));
			object_builder_add(&same, value_str(key), value_int(1));
			object_builder_add(&differ, value_str(key), value_int(i));
		}
		object = object_builder_take_last(&last);
		for (int i = 0; i < n; i++) {
			str key = str_fmt(a, "key-%d", (n - i) * 7 % ((n + 1) / 2));
			const struct value *v = value_get_str(&object, key);

			CHECK(v && v->i >= i);
		}
		CHECK(object_builder_take(&same, &object));
		for (uint32_t i = 1; i < object.n; i++)
			CHECK(value_compare(&object.members[i - 1].key, &object.members[i].key) <
			      0);
		CHECK(!object_builder_take(&differ, &object));
	}
}

TEST(value_steps_into_collections)
{
	AUTO(arena_free)
	struct arena *a = arena_new();
	struct value array = parsed(a, "[5, 6]"), set = set_of(a, "[\"x\"]");
	struct value key = value_int(1), word = VALUE_STR("x"), fraction = parsed(a, "1.0");

	CHECK_INT(value_step(&array, &key)->i, 6);
	CHECK(!value_step(&array, &word));
	CHECK(!value_step(&array, &fraction));
	CHECK_STRV(value_text(value_step(&set, &word)), "x");
	CHECK(!value_step(&key, &word));
}

TEST(value_compares_objects_by_keys_then_values)
{
	AUTO(arena_free)
	struct arena *a = arena_new();
	struct value x = parsed(a, "{\"a\": 1}"), y = parsed(a, "{\"a\": 1, \"b\": 0}");
	struct value z = parsed(a, "{\"a\": 2}"), w = parsed(a, "{\"b\": 0}");

	CHECK_INT(value_compare(&x, &y), -1);
	CHECK_INT(value_compare(&y, &z), -1);
	CHECK_INT(value_compare(&z, &w), -1);
	CHECK_INT(value_compare(&w, &x), 1);
	CHECK(value_hash(&x) != value_hash(&z));
}

TEST(value_is_written_as_rego_and_json)
{
	AUTO(arena_free)
	struct arena *a = arena_new();
	AUTO(buf_done)
	struct buf b = { 0 };
	struct json_writer w;
	struct object_builder members;
	struct value v;

	CHECK_STR(rego(a, parsed(a, "[\"a\\\"\\n\\u0001\\u200b\\u00e4\"]")),
		  "[\"a\\\"\\n\\x01\\u200b\xc3\xa4\"]");
	object_builder_init(&members, a);
	object_builder_add(&members, set_of(a, "[2, 1]"), set_of(a, "[\"x\"]"));
	v = object_builder_take_last(&members);
	buf_init(&b, 4096);
	json_writer_init(&w, &b, 0);
	value_write_json(&v, &w);
	CHECK_STRV(buf_str(&b), "{\"[1,2]\":[\"x\"]}");
	CHECK(json_is(value_to_json(&v, a), JSON_OBJECT));
}

TEST(value_copies_are_equal_and_depth_is_told)
{
	AUTO(arena_free)
	struct arena *a = arena_new();
	AUTO(arena_free)
	struct arena *b = arena_new();
	struct value v = parsed(a, "{\"a\": [1, {\"b\": 1e99, \"c\": \"text\"}]}"), copy;

	value_copy(&copy, &v, b);
	CHECK(value_equal(&v, &copy));
	CHECK(value_hash(&v) == value_hash(&copy));
	CHECK(value_fits_depth(&v, 3));
	CHECK(!value_fits_depth(&v, 2));
}
