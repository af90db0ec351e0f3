/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/json_stream.h"

#include "base/err.h"
#include "test.h"

/* All members of the object at the top, those of `inside` one by one, as "key line value; ". */
static int walk(str text, const char *inside, struct arena *arena, struct buf *out, struct err *err)
{
	struct file_view view = file_view_text(STR("a.json"), text);
	AUTO(json_stream_done)
	struct json_stream s;
	int more;
	str key;

	json_stream_init(&s, &view);
	if (json_stream_enter(&s, err) < 0)
		return -1;
	for (;;) {
		const struct json *value;
		struct json_writer w;

		more = json_stream_member(&s, arena, &key, err);
		if (more < 0)
			return -1;
		if (more == 0 && s.depth == 0)
			return json_stream_end(&s, err);
		if (more == 0)
			continue;
		buf_fmt(out, "%.*s %u ", STR_ARG(key), s.key_line);
		if (inside && str_eq(key, str_c(inside))) {
			if (json_stream_enter(&s, err) < 0)
				return -1;
			continue;
		}
		if (str_starts(key, STR("skip"))) {
			if (json_stream_skip(&s, err) < 0)
				return -1;
			continue;
		}
		if (json_stream_value(&s, 1000, arena, &value, err) < 0)
			return -1;
		json_writer_init(&w, out, 0);
		json_put(&w, value);
		BUF_LIT(out, "; ");
	}
}

static str walked(const char *text, const char *inside, struct arena *arena)
{
	AUTO(buf_done)
	struct buf out;
	struct err err;

	buf_init(&out, 1u << 20);
	if (walk(str_c(text), inside, arena, &out, &err) < 0)
		return str_fmt(arena, "%.*s! %s", STR_ARG(buf_str(&out)), err.msg);
	return str_dup(arena, buf_str(&out));
}

TEST(json_stream_hands_out_members_with_their_lines)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(walked("{}", NULL, arena), "");
	CHECK_STRV(
		walked("\xef\xbb\xbf \n{\n \"a\": 1,\n\"b\" :\n[1, {\"x\": \"]}\"}] , \"c\":null}\n",
		       NULL, arena),
		"a 3 1; b 4 [1,{\"x\":\"]}\"}]; c 5 null; ");
	CHECK_STRV(walked("{\"skip\": {\"a\": [\"}\\\"\"]}, \"p\": {\"x\": {}, \"y\": -1.5e3\n}, "
			  "\"z\": \"\\u00e9\"}",
			  "p", arena),
		   "skip 1 p 1 x 1 {}; y 1 -1.5e3; z 2 \"\xc3\xa9\"; ");
	CHECK_STRV(walked("{\"a\\n\": true}", NULL, arena), "a\n 1 true; ");
	CHECK_STRV(walked("{\"a\": 1, \"a\": 2}", NULL, arena), "a 1 1; a 1 2; ");
}

TEST(json_stream_says_where_a_document_is_broken)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(walked("", NULL, arena), "! JSON line 1: unexpected end");
	CHECK_STRV(walked("[]", NULL, arena), "! JSON line 1: expected an object");
	CHECK_STRV(walked("{\n\"a\": 1", NULL, arena), "a 2 1; ! JSON line 2: unexpected end");
	CHECK_STRV(walked("{\"a\": 1 \"b\": 2}", NULL, arena),
		   "a 1 1; ! JSON line 1: expected ',' or '}'");
	CHECK_STRV(walked("{\"a\": 1,}", NULL, arena), "a 1 1; ! JSON line 1: expected a key");
	CHECK_STRV(walked("{,}", NULL, arena), "! JSON line 1: expected a key");
	CHECK_STRV(walked("{\"a\" 1}", NULL, arena), "! JSON line 1: expected ':'");
	CHECK_STRV(walked("{\"skip\": }", NULL, arena), "skip 1 ! JSON line 1: expected a value");
	CHECK_STRV(walked("{\"skip\": \x01{}}", NULL, arena),
		   "skip 1 ! JSON line 1: expected a value");
	CHECK_STRV(walked("{\"skip\": 5{}}", NULL, arena),
		   "skip 1 ! JSON line 1: expected ',' or '}'");
	CHECK_STRV(walked("{\"skip\": [[\"}\"}", NULL, arena),
		   "skip 1 ! JSON line 1: unexpected end");
	CHECK_STRV(walked("{}\n x", NULL, arena),
		   "! JSON line 2: text behind the end of the document");
	CHECK_STRV(walked("{\n\"a\": [1,]}", NULL, arena),
		   "a 2 ! value that begins in line 2: JSON line 1 column 4: expected a value");
}

/* A document of some megabytes crosses the ends of the window at every kind of place. */
TEST(json_stream_needs_no_more_than_its_window)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf text;
	AUTO(json_stream_done)
	struct json_stream s;
	struct file_view view;
	uint64_t n = 0;
	struct err err;
	int more;
	str key;

	buf_init(&text, 64u << 20);
	BUF_LIT(&text, "{");
	for (unsigned i = 0; i < 100000; i++)
		buf_fmt(&text, "%s\n\"key \\u0041 %u\": {\"a\": [\"%*s\", %u]}", i ? "," : "", i,
			(int)(i % 61), "\\\\", i);
	BUF_LIT(&text, "}");
	view = file_view_text(STR("a.json"), buf_str(&text));
	json_stream_init(&s, &view);
	CHECK_OK(json_stream_enter(&s, &err));
	while ((more = json_stream_member(&s, arena, &key, &err)) > 0) {
		const struct json *value;
		int64_t number = -1;

		CHECK_OK(json_stream_value(&s, 100, arena, &value, &err));
		CHECK_STR_EQ(key, str_fmt(arena, "key A %llu", (unsigned long long)n));
		CHECK(json_i64(json_at(JSON_GET(value, "a"), 1), &number));
		CHECK_INT(number, n);
		CHECK_INT(s.key_line, n + 2);
		n++;
		arena_reset(arena);
	}
	CHECK_INT(more, 0);
	CHECK_OK(json_stream_end(&s, &err));
	CHECK_INT(n, 100000);
	CHECK(s.window.cap < 300000);
}

TEST(json_stream_refuses_what_is_too_large_or_deep)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf text;

	buf_init(&text, 1u << 20);
	BUF_LIT(&text, "{\"a\": \"");
	for (unsigned i = 0; i < 200000; i++)
		buf_byte(&text, 'x');
	BUF_LIT(&text, "\"}");
	CHECK_STRV(walked(text.p, NULL, arena),
		   "a 1 ! JSON line 1: a value of more than 1000 bytes");
	CHECK_STRV(walked("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}", "a",
			  arena),
		   "a 1 a 1 a 1 a 1 a 1 a 1 a 1 a 1 ! JSON line 1: nested too deeply");
}
