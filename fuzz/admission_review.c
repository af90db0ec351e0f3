/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a webhook takes from strangers. The first byte picks: 'h' the head of a request, 'c' a body
 * in chunks, 'j' two JSON texts (a line each) and the patch between them, anything else a review.
 */
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "hub/webhook/admission_request.h"
#include "hub/webhook/json_patch.h"
#include "must.h"
#include "net/http_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_view(str text, str part)
{
	must(part.n == 0 || (part.p >= text.p && part.p + part.n <= text.p + text.n));
}

static void head(str text)
{
	struct http_head h, again;
	struct err err = { .kind = ERR_NONE };
	size_t used = 0, used_again = 0;
	int rc = http_head_read(text, &h, &used, &err);

	if (rc < 0)
		must(err.code >= 400 && err.code <= 505);
	if (rc <= 0)
		return;
	must(used > 0 && used <= text.n && used <= HTTP_HEAD_MAX + text.n);
	must(h.n <= HTTP_HEAD_MAX_FIELDS && h.target.n <= HTTP_HEAD_MAX_TARGET);
	must(!(h.chunked && h.length > 0));
	check_view(text, h.method);
	check_view(text, h.path);
	check_view(text, h.query);
	for (size_t i = 0; i < h.n; i++) {
		check_view(text, h.fields[i].name);
		check_view(text, h.fields[i].value);
		must(!memchr(h.fields[i].value.p ? h.fields[i].value.p : "", '\n',
			     h.fields[i].value.n));
	}
	/* The same text without what follows it reads the same. */
	must(http_head_read(str_take(text, used), &again, &used_again, &err) == 1);
	must(used_again == used && again.n == h.n && again.length == h.length);
}

/* However a body is cut into pieces, it is the same body. */
static int unchunk(str text, size_t piece, struct buf *out)
{
	struct http_chunks c = { 0 };
	size_t at = 0, have = 0;

	for (;;) {
		struct err err;
		size_t used;
		str data;
		int rc;

		have = have + piece < text.n ? have + piece : text.n;
		for (;;) {
			rc = http_chunks_take(&c, str_of(text.p + at, have - at), &used, &data,
					      &err);
			must(used <= have - at);
			at += used;
			buf_add(out, data);
			if (rc != 0 || used == 0)
				break;
		}
		if (rc != 0)
			return rc;
		if (have == text.n)
			return 0;
	}
}

static void chunks(str text)
{
	struct buf whole, pieces;
	int rc;

	buf_init(&whole, 1u << 20);
	buf_init(&pieces, 1u << 20);
	rc = unchunk(text, text.n + 1, &whole);
	must(rc == unchunk(text, 1, &pieces));
	must(rc < 0 || str_eq(buf_str(&whole), buf_str(&pieces)));
	buf_done(&whole);
	buf_done(&pieces);
}

static void patch(str text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *from, *to, *ops;
	struct buf out;
	struct err err;
	str a, b;

	if (!str_cut(text, '\n', &a, &b) || json_parse(a, NULL, arena, &from, &err) < 0 ||
	    json_parse(b, NULL, arena, &to, &err) < 0)
		return;
	buf_init(&out, 64u << 20);
	json_patch_write(from, to, &out);
	must(json_parse(buf_str(&out), NULL, arena, &ops, &err) == 0 && json_is(ops, JSON_ARRAY));
	must((json_len(ops) == 0) == json_equal(from, to));
	buf_done(&out);
}

static void review(str text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct admission_request request;
	struct admission_answer answer = { .code = 403, .message = text };
	const struct json *json, *response;
	struct buf out;
	struct err err;

	if (admission_request_read(text, arena, &request, &err) < 0) {
		must(err.kind != ERR_NONE);
		return;
	}
	must(request.uid.n > 0 && request.uid.n <= ADMISSION_MAX_UID);
	if (request.nothing.n == 0)
		(void)admission_request_object(&request, arena);
	admission_answer_warn(&answer, text);
	buf_init(&out, 64u << 20);
	admission_answer_write(&request, &answer, &out);
	must(json_parse(buf_str(&out), NULL, arena, &json, &err) == 0);
	response = JSON_GET(json, "response");
	must(str_eq(json_get_str(response, STR("uid")), request.uid));
	must(!json_bool(JSON_GET(response, "allowed")));
	must(str_eq(json_get_str(json, STR("apiVersion")), request.api_version));
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str text = str_of((const char *)data, size);

	if (size == 0)
		return 0;
	switch (data[0]) {
	case 'h':
		head(str_skip(text, 1));
		break;
	case 'c':
		chunks(str_skip(text, 1));
		break;
	case 'j':
		patch(str_skip(text, 1));
		break;
	default:
		review(text);
	}
	return 0;
}
