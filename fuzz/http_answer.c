/* SPDX-License-Identifier: Apache-2.0 */
/* The first byte is the size of the pieces. In pieces or at once: the same answer, or none. */
#include "net/http_answer.h"

#include "base/err.h"
#include "must.h"
#include "net/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
	struct buf head, body;
};

static int on_line(void *context, str line)
{
	struct heard *heard = context;

	must(line.n > 0 && line.p[line.n - 1] == '\n');
	must(heard->body.n == 0);
	buf_add(&heard->head, line);
	return 0;
}

static int on_body(void *context, str bytes)
{
	struct heard *heard = context;

	must(bytes.n > 0);
	buf_add(&heard->body, bytes);
	return 0;
}

/* What came of it: 1 whole, 2 whole with the end of the connection, -1. */
static int take(str text, size_t step, struct heard *heard)
{
	const struct http_answer_taker taker = { .context = heard,
						 .line = on_line,
						 .body = on_body };
	struct http_answer answer;
	struct err err;
	int rc = 0;

	buf_init(&heard->head, HTTP_MAX_HEADER);
	buf_init(&heard->body, 1u << 20);
	http_answer_init(&answer);
	for (; text.n > 0 && rc == 0; text = str_skip(text, step))
		rc = http_answer_take(&answer, str_take(text, step), &taker, &err);
	if (rc == 0)
		rc = http_answer_end(&answer, &err) == 0 ? 2 : -1;
	must(rc < 0 || (answer.status >= 200 && answer.status <= 999));
	http_answer_done(&answer);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heard pieces, whole;

	if (size < 1)
		return 0;
	str text = str_of((const char *)data + 1, size - 1);
	int a = take(text, (size_t)data[0] + 1, &pieces);
	int b = take(text, SIZE_MAX, &whole);

	must(a == b);
	if (a > 0) {
		must(str_eq(buf_str(&pieces.head), buf_str(&whole.head)));
		must(str_eq(buf_str(&pieces.body), buf_str(&whole.body)));
	}
	buf_done(&pieces.head);
	buf_done(&pieces.body);
	buf_done(&whole.head);
	buf_done(&whole.body);
	return 0;
}
