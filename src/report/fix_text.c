/* SPDX-License-Identifier: Apache-2.0 */
#include "report/fix_text.h"

#include "policy/constraint/fix.h"

#define PATH_MAX_BYTES 4096u

static str value_words(const struct value *v, struct arena *arena)
{
	struct json_writer w;
	struct buf b;
	size_t n;
	str out;

	buf_init(&b, 1u << 20);
	json_writer_init(&w, &b, 0);
	value_write_json(v, &w);
	out = buf_str(&b);
	if (out.n > FIX_TEXT_VALUE) {
		for (n = FIX_TEXT_VALUE; n > 0 && ((unsigned char)out.p[n] & 0xc0) == 0x80;)
			n--;
		out = str_cat(arena, str_take(out, n), STR("..."));
	} else {
		out = str_dup(arena, out);
	}
	buf_done(&b);
	return out;
}

static bool appends(const struct fix_change *c)
{
	return c->op == FIX_ADD && c->path[c->n - 1].type == VALUE_NUMBER;
}

str fix_text_hunk(const struct fix_hunk *hunk, enum lang lang, struct arena *arena)
{
	const struct fix_change *c = &hunk->changes[0];
	struct buf b;
	str path, line;

	buf_init(&b, PATH_MAX_BYTES);
	fix_path_put(&b, c->path, appends(c) ? c->n - 1 : c->n);
	path = str_dup(arena, buf_str(&b));
	buf_done(&b);
	if (c->op == FIX_REMOVE)
		line = TEXT_MAKE(arena, lang, MEND_REMOVE, path);
	else if (appends(c))
		line = TEXT_MAKE(arena, lang, MEND_ADD, path, value_words(&c->value, arena));
	else
		line = TEXT_MAKE(arena, lang, MEND_SET, path, value_words(&c->value, arena));
	if (hunk->n > 1)
		line = TEXT_MAKE(arena, lang, MEND_ALSO, line, text_number(arena, hunk->n - 1));
	return hunk->choose ? TEXT_MAKE(arena, lang, MEND_CHOOSE, line) : line;
}

str fix_text(const struct fix *fix, enum lang lang, size_t max, struct arena *arena)
{
	struct buf b;
	size_t shown = 0;
	str out;

	buf_init(&b, max + 1);
	for (; shown < fix->n; shown++) {
		str line = fix_text_hunk(&fix->hunks[shown], lang, arena);
		str more =
			TEXT_MAKE(arena, lang, MEND_MORE, text_number(arena, fix->n - shown - 1));
		bool last = shown + 1 == fix->n;

		/* Room is kept for the words that count the rest. */
		if (b.n + line.n + 1 + (last ? 0 : more.n + 1) > max)
			break;
		if (b.n > 0)
			buf_byte(&b, '\n');
		buf_add(&b, line);
	}
	if (shown < fix->n) {
		str more = TEXT_MAKE(arena, lang, MEND_MORE, text_number(arena, fix->n - shown));

		if (b.n > 0)
			buf_byte(&b, '\n');
		buf_add(&b, more);
	}
	out = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return out;
}

str fix_text_refusal(const struct fix_refusal *refusal, enum lang lang, struct arena *arena)
{
	static const enum text reasons[] = {
		[FIX_REASON_REQUEST] = TEXT_MEND_REQUEST,
		[FIX_REASON_ERROR] = TEXT_MEND_ERROR,
		[FIX_REASON_IDENTITY] = TEXT_MEND_IDENTITY,
		[FIX_REASON_DIGEST] = TEXT_MEND_DIGEST,
		[FIX_REASON_EXTERNAL] = TEXT_MEND_EXTERNAL,
		[FIX_REASON_INVENTORY] = TEXT_MEND_INVENTORY,
		[FIX_REASON_EMPTY] = TEXT_MEND_EMPTY,
		[FIX_REASON_REFUSED] = TEXT_MEND_REFUSED,
		[FIX_REASON_UNKNOWN] = TEXT_MEND_UNKNOWN,
		[FIX_REASON_LIMIT] = TEXT_MEND_LIMIT,
	};

	return TEXT_MAKE(arena, lang, MEND_NONE, refusal->constraint->name,
			 text_of(lang, reasons[refusal->reason]));
}
