/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON against jansson: both accept or both refuse, and what is accepted means the same. What we
 * write reads back equal, compact and indented. Member by member an object is the same.
 */
#include <stdio.h>

#include "base/err.h"
#include "base/json.h"
#include "fmt/syntax/json_stream.h"
#include "jansson_oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "json: %s\n", what);
	abort();
}

/* Equal, where jansson keeps numbers as 64-bit integers and doubles only. */
static bool same(const struct json *a, const struct json *b)
{
	double x, y;

	if (a->type != b->type)
		return false;
	if (json_is(a, JSON_NUMBER))
		return json_equal(a, b) || (json_double(a, &x) && json_double(b, &y) && x == y);
	if (json_is(a, JSON_STRING))
		return str_eq(json_str(a), json_str(b));
	if (json_len(a) != json_len(b))
		return false;
	if (json_is(a, JSON_ARRAY)) {
		for (size_t i = 0; i < a->n; i++)
			if (!same(&a->items[i], &b->items[i]))
				return false;
		return true;
	}
	JSON_MEMBERS (a, m) {
		const struct json *other = json_get(b, m->key);

		if (!other || !same(&m->value, other))
			return false;
	}
	return true;
}

static void written_reads_back(const struct json *v, unsigned indent)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf out;
	const struct json *back;
	struct json_writer w;
	struct err err;

	buf_init(&out, 64u << 20);
	json_writer_init(&w, &out, indent);
	json_put(&w, v);
	must(!out.overflow, "output too large");
	must(json_parse(buf_str(&out), &(struct json_opts){ .max_depth = JSON_MAX_DEPTH }, arena,
			&back, &err) == 0,
	     "what was written is refused");
	must(json_equal(v, back), "what was written reads back differently");
}

/* `whole`: the object, or NULL when json_parse refused it; then only what was taken is sound. */
static void streamed_is_same(str text, const struct json *whole, struct arena *arena)
{
	struct file_view view = file_view_text(STR_EMPTY, text);
	AUTO(json_stream_done)
	struct json_stream s;
	struct err err = { .kind = ERR_NONE };
	size_t n = 0;
	str key;
	int more;

	json_stream_init(&s, &view);
	more = json_stream_enter(&s, &err) < 0 ? -1 : 1;
	while (more > 0 && (more = json_stream_member(&s, arena, &key, &err)) > 0) {
		const struct json *value;

		if (n % 3 == 2)
			more = json_stream_skip(&s, &err) < 0 ? -1 : 1;
		else if (json_stream_value(&s, text.n, arena, &value, &err) < 0)
			more = -1;
		else if (whole)
			must(n < whole->n && str_eq(whole->members[n].key, key) &&
				     json_equal(&whole->members[n].value, value),
			     "another member than of the whole");
		n++;
	}
	if (more == 0)
		more = json_stream_end(&s, &err);
	must(more == 0 || err.kind != ERR_NONE, "a failure without a reason");
	if (whole)
		must(more == 0 && n == whole->n, "the stream refuses it");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json_opts borrow = { .borrow = true };
	str text = str_of((const char *)data, size);
	const struct json *ours, *borrowed, *theirs;
	AUTO(free)
	char *dump = NULL;
	struct err err;
	int rc = json_parse(text, NULL, arena, &ours, &err);
	enum jansson_answer answer = jansson_read(text.p, text.n, &dump);

	must((json_parse(text, &borrow, arena, &borrowed, &err) == 0) == (rc == 0),
	     "borrowing decides");
	if (rc == 0) {
		must(json_equal(ours, borrowed), "borrowing changes the value");
		must(json_equal(ours, json_copy(ours, arena)), "a copy differs");
		written_reads_back(ours, 0);
		written_reads_back(ours, 3);
	}
	if (rc < 0 || json_is(ours, JSON_OBJECT))
		streamed_is_same(text, rc < 0 ? NULL : ours, arena);
	if (str_find_char(text, '\0') >= 0) {
		/* jansson forgets a NUL byte that follows a number; RFC 8259 has none anywhere. */
		must(rc < 0, "a NUL byte is accepted");
		return 0;
	}
	if (answer == JANSSON_CANNOT_SAY || (rc < 0 && err.kind == ERR_LIMIT))
		return 0;
	must((answer == JANSSON_ACCEPTS) == (rc == 0), rc == 0 ? "jansson refuses" : err.msg);
	if (rc < 0)
		return 0;
	must(json_parse(str_c(dump), NULL, arena, &theirs, &err) == 0, "jansson's dump is refused");
	must(same(ours, theirs), "another value than jansson's");
	return 0;
}
