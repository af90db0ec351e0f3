/* SPDX-License-Identifier: Apache-2.0 */
/* Input: a byte that picks, a pattern, a line end, a text. */
#include <assert.h>

#include "base/err.h"
#include "fmt/syntax/glob.h"
#include "fmt/syntax/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Spans are ordered, within the text, and matches follow each other. */
static void scan(struct regex *regex, str text)
{
	struct regex_scan scan = { .regex = regex, .text = text };
	const size_t *spans;
	size_t last = 0;
	struct err err;
	int rc;

	while ((rc = regex_next(&scan, &spans, &err)) == 1) {
		assert(spans[0] <= spans[1] && spans[1] <= text.n && spans[0] >= last);
		last = spans[1];
		for (uint32_t i = 1; i <= regex_groups(regex); i++)
			assert(spans[2 * i] == REGEX_NONE ||
			       (spans[2 * i] <= spans[2 * i + 1] && spans[2 * i + 1] <= text.n));
	}
	assert(rc == 0 || err.kind == ERR_LIMIT);
}

/* What was quoted matches itself and nothing longer. */
static void quote(str text, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct err err;

	buf_init(&b, REGEX_MAX_PATTERN);
	BUF_LIT(&b, "\\A");
	regex_quote(&b, text);
	BUF_LIT(&b, "\\z");
	AUTO(regex_free)
	struct regex *regex = b.overflow ? NULL : regex_new(buf_str(&b), &err);

	if (!regex)
		return;
	assert(regex_match(regex, text, &err) == 1);
	assert(regex_match(regex, str_cat(arena, text, STR("x")), &err) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str rest = str_of((const char *)data + (size > 0), size - (size > 0)), pattern, text;
	AUTO(buf_done)
	struct buf translated = { 0 };
	struct err err;

	if (size < 2 || !str_cut(rest, '\n', &pattern, &text))
		return 0;
	text = regex_text(text, arena);
	buf_init(&translated, REGEX_MAX_PATTERN);
	if (data[0] & 1) {
		if (glob_to_regex(pattern, data[0] & 2 ? STR(".") : STR(""), &translated, &err) < 0)
			return 0;
		pattern = buf_str(&translated);
	}
	AUTO(regex_free)
	struct regex *regex = regex_new(pattern, &err);

	if (regex)
		scan(regex, text);
	quote(text, arena);
	return 0;
}
