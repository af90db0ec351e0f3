/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/yaml_edit.h"

#include "test.h"

/* "a.b[0].c" as steps. */
static size_t path_of(const char *text, struct yaml_step *out)
{
	str rest = str_c(text), part;
	size_t n = 0;

	while (str_split(&rest, '.', &part)) {
		str key, index = STR_EMPTY;
		uint64_t i;

		if (!str_cut(part, '[', &key, &index))
			key = part;
		if (key.n > 0)
			out[n++] = (struct yaml_step){ .key = key };
		while (index.n > 0) {
			str digits;

			CHECK(str_cut(index, ']', &digits, &index) && str_u64(digits, &i));
			out[n++] = (struct yaml_step){ .is_index = true, .index = (size_t)i };
			index = str_without_prefix(index, STR("["));
		}
	}
	return n;
}

struct wish {
	const char *path, *value; /* value NULL: goes */
};

static int run(const char *text, size_t document, const struct wish *wishes, size_t n,
	       struct arena *arena, struct buf *out, struct err *err)
{
	struct text_edits edits = { .arena = arena, .text = str_c(text) };
	struct yaml_change changes[8];
	static struct yaml_step steps[8][16];

	for (size_t i = 0; i < n; i++) {
		changes[i] = (struct yaml_change){ .path = steps[i] };
		changes[i].n = path_of(wishes[i].path, steps[i]);
		if (wishes[i].value)
			CHECK(json_parse(str_c(wishes[i].value), NULL, arena, &changes[i].value,
					 err) == 0);
	}
	if (yaml_edit(&edits, document, changes, n, err) < 0)
		return -1;
	text_edits_settle(&edits);
	CHECK_INT(edits.dropped, 0);
	text_edits_apply(&edits, out);
	return 0;
}

static void expect(const char *text, const struct wish *wishes, size_t n, const char *want)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf out = { 0 };
	struct err err;

	buf_init(&out, 1u << 20);
	if (run(text, 0, wishes, n, arena, &out, &err) < 0)
		test_fail(__FILE__, __LINE__, "%s: %s", wishes[0].path, err.msg);
	CHECK_STR_EQ(buf_str(&out), str_c(want));
}

#define EXPECT(text, want, ...)                                \
	do {                                                   \
		const struct wish wishes[] = { __VA_ARGS__ };  \
		expect(text, wishes, ARRAY_LEN(wishes), want); \
	} while (0)

TEST(a_scalar_gets_another_value_and_keeps_its_comment_and_quotes)
{
	EXPECT("a: true   # why\nb: 'x'\nc: \"y\"\n", "a: false   # why\nb: 'it''s'\nc: \"z\"\n",
	       { "a", "false" }, { "b", "\"it's\"" }, { "c", "\"z\"" });
	EXPECT("a: 1", "a: 2", { "a", "2" });
	EXPECT("a: x\n", "a: \"true\"\n", { "a", "\"true\"" });
	EXPECT("a:\nb: 1\n", "a: 5\nb: 1\n", { "a", "5" });
	EXPECT("a: |\n  text\n  more\n\nb: 1\n", "a: short\n\nb: 1\n", { "a", "\"short\"" });
}

TEST(members_are_added_behind_the_last_one)
{
	EXPECT("spec:\n  a: 1 # one\n  # two\n  b: 2\nlast: x\n",
	       "spec:\n  a: 1 # one\n  # two\n  b: 2\n  c: true\nlast: x\n", { "spec.c", "true" });
	EXPECT("spec:\n    a: 1\n", "spec:\n    a: 1\n    b:\n        c: false\n",
	       { "spec.b.c", "false" });
	EXPECT("spec:\n  a: 1", "spec:\n  a: 1\n  b: 2", { "spec.b", "2" });
	EXPECT("spec: {a: 1}\n", "spec: {a: 1, b: [x, \"1\"]}\n", { "spec.b", "[\"x\", \"1\"]" });
	EXPECT("spec: {}\n", "spec: {b: 2}\n", { "spec.b", "2" });
	EXPECT("spec: # empty\nz: 1\n", "spec: # empty\n  b: 2\nz: 1\n", { "spec.b", "2" });
	EXPECT("spec: null\nz: 1\n", "spec:\n  b: 2\nz: 1\n", { "spec.b", "2" });
}

TEST(members_added_to_a_list_entry_stand_below_its_first_key)
{
	const char *text = "spec:\n  containers:\n  - name: a\n    image: x\n  - name: b\n";

	EXPECT(text,
	       "spec:\n  containers:\n  - name: a\n    image: x\n    securityContext:\n"
	       "      capabilities:\n        drop:\n        - ALL\n      privileged: false\n"
	       "  - name: b\n    tty: false\n",
	       { "spec.containers[0].securityContext.capabilities.drop", "[\"ALL\"]" },
	       { "spec.containers[0].securityContext.privileged", "false" },
	       { "spec.containers[1].tty", "false" });
}

TEST(lists_keep_their_indentation)
{
	EXPECT("a:\n  - x\n  - y # last\nb: 1\n", "a:\n  - x\n  - y # last\n  - z\nb: 1\n",
	       { "a[2]", "\"z\"" });
	EXPECT("a:\n- x\nb: 1\n", "a:\n- x\nb: 1\nc:\n- p\n- q\n", { "c", "[\"p\", \"q\"]" });
	EXPECT("a:\n    - x\n", "a:\n    - x\nc:\n    - k: v\n      l: w\n",
	       { "c", "[{\"k\": \"v\", \"l\": \"w\"}]" });
	EXPECT("a: [x, y]\n", "a: [x, z]\n", { "a[1]", "\"z\"" });
}

TEST(entries_go_with_their_lines)
{
	EXPECT("a: 1\nb: 2 # two\nc: 3\n", "a: 1\nc: 3\n", { "b", NULL });
	EXPECT("a:\n  x:\n    y: 1\n    z: 2\n  w: 1\n", "a:\n  w: 1\n", { "a.x", NULL });
	EXPECT("a:\n- x: 1\n  y: 2\n- x: 3\n", "a:\n- x: 3\n", { "a[0]", NULL });
	EXPECT("a:\n- x: 1\n  y: 2\n", "a:\n- y: 2\n", { "a[0].x", NULL });
	EXPECT("a: {x: 1, k: 2, z: 3}\n", "a: {x: 1, z: 3}\n", { "a.k", NULL });
	EXPECT("a: {x: 1, k: 2, z: 3}\n", "a: {z: 3}\n", { "a.x", NULL }, { "a.k", NULL });
	EXPECT("a: [p, q, r]\n", "a: [p]\n", { "a[1]", NULL }, { "a[2]", NULL });
	EXPECT("a: 1\nb: 2", "a: 1", { "b", NULL });
}

TEST(what_loses_its_last_entry_is_written_empty)
{
	EXPECT("a:\n  x: 1\nb: 2\n", "a: {}\nb: 2\n", { "a.x", NULL });
	EXPECT("a:\n- x\nb: 2\n", "a: []\nb: 2\n", { "a[0]", NULL });
	EXPECT("a: [x]\n", "a: []\n", { "a[0]", NULL });
	EXPECT("a: [x]\n", "a: [k]\n", { "a[0]", NULL }, { "a[1]", "\"k\"" });
	EXPECT("v:\n- name: a\n  hostPath:\n    path: /\n  x: 1\n",
	       "v:\n- name: a\n  emptyDir: {}\n", { "v[0]", "{\"name\":\"a\",\"emptyDir\":{}}" });
}

TEST(json_keeps_its_layout)
{
	EXPECT("{\n  \"a\": {\n    \"b\": true\n  }\n}\n",
	       "{\n  \"a\": {\n    \"b\": false,\n    \"c\": {\n      \"d\": [\n        \"ALL\"\n"
	       "      ]\n    }\n  }\n}\n",
	       { "a.b", "false" }, { "a.c.d", "[\"ALL\"]" });
	EXPECT("{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1, \"c\": \"x\"}}", { "a.c", "\"x\"" });
	EXPECT("{\n\t\"a\": [\n\t\t1,\n\t\t2\n\t]\n}\n", "{\n\t\"a\": [\n\t\t1\n\t]\n}\n",
	       { "a[1]", NULL });
	EXPECT("{\"a\": {}}\n", "{\"a\": {\"b\": 1}}\n", { "a.b", "1" });
}

TEST(line_ends_stay_what_they_are)
{
	EXPECT("a:\r\n  b: 1\r\nc: 2\r\n", "a:\r\n  b: 1\r\n  d: x\r\nc: 2\r\n",
	       { "a.d", "\"x\"" });
	EXPECT("\xef\xbb\xbf"
	       "a: 1\n",
	       "\xef\xbb\xbf"
	       "a: 2\n",
	       { "a", "2" });
	EXPECT("\xe3\x81\x82: \xe3\x81\x84\nb: 1\n", "\xe3\x81\x82: \xe3\x81\x84\nb: 2\n",
	       { "b", "2" });
}

TEST(only_the_document_that_is_meant_is_changed)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf out = { 0 };
	const struct wish wish = { "a", "2" };
	struct err err;

	buf_init(&out, 1u << 16);
	CHECK_OK(run("a: 1\n---\n# second\na: 1\n---\na: 1\n", 1, &wish, 1, arena, &out, &err));
	CHECK_STRV(buf_str(&out), "a: 1\n---\n# second\na: 2\n---\na: 1\n");
	buf_reset(&out);
	CHECK_FAIL(run("a: 1\n", 1, &wish, 1, arena, &out, &err));
	CHECK_INT(err.kind, ERR_INPUT);
}

TEST(a_member_before_the_next_document_stays_in_its_own)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf out = { 0 };
	const struct wish wish = { "a.c", "2" };
	struct err err;

	buf_init(&out, 1u << 16);
	CHECK_OK(run("a:\n  b: 1\n---\na:\n  b: 1\n", 0, &wish, 1, arena, &out, &err));
	CHECK_STRV(buf_str(&out), "a:\n  b: 1\n  c: 2\n---\na:\n  b: 1\n");
}

TEST(anchors_and_aliases_are_left_to_people)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf out = { 0 };
	const struct wish inside = { "b.x", "2" }, own = { "c.k", "2" };
	struct err err;

	buf_init(&out, 1u << 16);
	CHECK_FAIL(run("a: &m\n  x: 1\nb: *m\n", 0, &inside, 1, arena, &out, &err));
	CHECK_INT(err.kind, ERR_UNSUPPORTED);
	CHECK(strstr(err.msg, "line 3") != NULL);
	/* A merged mapping may get a member of its own. */
	CHECK_OK(run("a: &m\n  x: 1\nc:\n  <<: *m\n  z: 1\n", 0, &own, 1, arena, &out, &err));
	CHECK_STRV(buf_str(&out), "a: &m\n  x: 1\nc:\n  <<: *m\n  z: 1\n  k: 2\n");
}

TEST(collections_behind_a_tag_are_left_to_people)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf out = { 0 };
	const struct wish inside = { "b.x", "2" }, entry = { "b[1]", "2" }, top = { "x", "2" };
	struct err err;

	buf_init(&out, 1u << 16);
	CHECK_FAIL(run("!\n y: 1\n", 0, &top, 1, arena, &out, &err));
	CHECK_INT(err.kind, ERR_UNSUPPORTED);
	CHECK_FAIL(run("b: !!map\n  y: 1\n", 0, &inside, 1, arena, &out, &err));
	CHECK_FAIL(run("b: !!seq\n- 1\n", 0, &entry, 1, arena, &out, &err));
	CHECK_OK(run("b:\n  y: !!map\n    z: 1\n", 0, &inside, 1, arena, &out, &err));
	CHECK_STRV(buf_str(&out), "b:\n  y: !!map\n    z: 1\n  x: 2\n");
}
