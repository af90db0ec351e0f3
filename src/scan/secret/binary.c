/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/binary.h"

#include <openssl/crypto.h>

#include "base/err.h"
#include "base/num.h"
#include "scan/secret/keyword.h"

/* ---- two bytes a character ---- */

static void wide_part(void *context, str text)
{
	const struct secret_binary *b = context;

	secret_search_take(b->wide, text);
}

/* What stands behind each other in the file does not belong together. */
static void wide_end(void *context)
{
	const struct secret_binary *b = context;

	secret_search_take(b->wide, STR("\n"));
}

/* ---- one byte a character ---- */

/* How many bytes in front of `at` belong to its word, at most BINARY_BEHIND. */
static size_t word_behind(str text, size_t at)
{
	size_t n = 0;

	while (n < at && n < BINARY_BEHIND && is_word_byte((unsigned char)text.p[at - n - 1]))
		n++;
	return n;
}

static size_t word_end(str text, size_t at)
{
	while (at < text.n && is_word_byte((unsigned char)text.p[at]))
		at++;
	return at;
}

/* The kind says of itself that nothing can begin here: a letter or digit stands in front of it. */
static bool is_inside(const struct secret_binary *b, const struct keyword *keyword, str text,
		      size_t at)
{
	const struct secret_kind *kind = &b->kinds.items[keyword->owner];

	return kind->edge && at > kind->before && is_alnum(text.p[at - kind->before - 1]);
}

/* A word goes on in this piece, and ends there or is still open. Its end in the piece. */
static size_t go_on(struct secret_binary *b, str piece, size_t from)
{
	size_t end = word_end(piece, from);

	secret_search_take(b->narrow, str_skip(str_take(piece, end), from));
	b->open = end == piece.n;
	if (!b->open)
		secret_search_take(b->narrow, STR("\n"));
	return end;
}

struct piece_search {
	struct secret_binary *binary;
	str text;
	size_t done; /* in front of it there is nothing more to be found */
};

static void hit_in_piece(void *context, const struct keyword *keyword, size_t at)
{
	struct piece_search *s = context;
	struct secret_binary *b = s->binary;
	size_t begin, end;

	if (at < s->done || is_inside(b, keyword, s->text, at))
		return;
	begin = at - word_behind(s->text, at);
	end = word_end(s->text, at);
	if (begin > 0 && end < s->text.n && end - begin < WORD_MIN)
		return;
	if (begin == 0) {
		str tail = str_of(b->tail, b->tail_n);

		secret_search_take(b->narrow, str_skip(tail, tail.n - word_behind(tail, tail.n)));
	}
	s->done = go_on(b, s->text, begin);
}

static void hit_in_joint(void *context, const struct keyword *keyword, size_t at)
{
	struct piece_search *s = context;
	struct secret_binary *b = s->binary;
	size_t behind;

	/* `done` is where the two pieces meet: only what lies on both sides was not seen yet. */
	if (b->open || at >= s->done || at + keyword->text.n <= s->done ||
	    is_inside(b, keyword, s->text, at))
		return;
	behind = word_behind(s->text, at);
	secret_search_take(b->narrow, str_skip(str_take(s->text, s->done), at - behind));
	b->open = true;
}

/* Keywords that begin in an earlier piece. */
static void look_at_joint(struct secret_binary *b, str piece)
{
	size_t n = size_min(piece.n, KEYWORD_MAX), from;

	if (b->tail_n == 0)
		return;
	from = b->tail_n > KEYWORD_MAX ? b->tail_n - KEYWORD_MAX : 0;
	memcpy(b->tail + b->tail_n, piece.p, n);
	struct piece_search s = { .binary = b,
				  .text = str_of(b->tail, b->tail_n + n),
				  .done = b->tail_n };
	keyword_find(secret_search_table(b->narrow), s.text.p, s.text.n, from, s.text.n, &s,
		     hit_in_joint);
}

/*
 * Of words that go on in the pieces on both sides little may lie here: the first and the last bytes
 * are looked at whatever they are.
 */
static void look_at_piece(struct secret_binary *b, str piece, size_t from)
{
	const struct keyword_table *table = secret_search_table(b->narrow);
	struct piece_search s = { .binary = b, .text = piece, .done = from };
	const unsigned char *bytes = (const unsigned char *)piece.p;
	size_t last = piece.n - size_min(piece.n, WORD_MIN);
	size_t begin = from, end = from + WORD_MIN;

	while (from < piece.n) {
		end = end < last ? end : piece.n;
		keyword_find(table, piece.p, piece.n, begin, end, &s, hit_in_piece);
		from = end;
		begin = word_block_next(bytes, from, piece.n);
		end = word_block_end(bytes, begin, piece.n) + WORD_SPILL;
		/* A word may lie partly in the blocks on both sides. */
		begin = size_min(begin - size_min(begin - from, WORD_SPILL), last);
		begin = begin > from ? begin : from;
	}
}

static void keep_tail(struct secret_binary *b, str piece)
{
	size_t max = BINARY_BEHIND + KEYWORD_MAX, kept;

	piece = str_skip(piece, piece.n > max ? piece.n - max : 0);
	kept = size_min(b->tail_n, max - piece.n);
	memmove(b->tail, b->tail + b->tail_n - kept, kept);
	memcpy(b->tail + kept, piece.p, piece.n);
	b->tail_n = kept + piece.n;
}

static void take_narrow(struct secret_binary *b, str piece)
{
	size_t from = 0;

	secret_search_pass(b->narrow, piece.n);
	if (!b->open)
		look_at_joint(b, piece);
	if (b->open)
		from = go_on(b, piece, 0);
	look_at_piece(b, piece, from);
	keep_tail(b, piece);
}

/* ---- setting up ---- */

static void choose_kinds(const struct secret_kinds *kinds, struct arena *arena,
			 struct secret_kinds *out)
{
	*out = *kinds;
	out->items = ARENA_ARRAY(arena, struct secret_kind, kinds->n);
	out->n = 0;
	out->cap = kinds->n;
	for (size_t i = 0; i < kinds->n; i++)
		if (kinds->items[i].binary)
			out->items[out->n++] = kinds->items[i];
}

int secret_binary_new(const struct secret_kinds *kinds, struct arena *arena,
		      struct secret_binary **out, struct err *err)
{
	struct secret_binary *b = ARENA_NEW(arena, struct secret_binary);

	choose_kinds(kinds, arena, &b->kinds);
	if (secret_search_new(&b->kinds, &b->narrow, err) < 0)
		return -1;
	if (secret_search_new(&b->kinds, &b->wide, err) < 0) {
		secret_binary_free(b);
		return -1;
	}
	*out = b;
	return 0;
}

void secret_binary_free(struct secret_binary *b)
{
	if (!b)
		return;
	secret_search_free(b->narrow);
	secret_search_free(b->wide);
	b->narrow = b->wide = NULL;
}

bool secret_binary_is_packed(str head)
{
	static const str magics[] = {
		STR_INIT("\x1f\x8b"),
		STR_INIT("PK\x03\x04"),
		STR_INIT("\xfd"
			 "7zXZ"),
		STR_INIT("\x28\xb5\x2f\xfd"),
		STR_INIT("BZh"),
		STR_INIT("7z\xbc\xaf"),
		STR_INIT("\x89PNG"),
		STR_INIT("\xff\xd8\xff"),
		STR_INIT("GIF8"),
		STR_INIT("RIFF"),
		STR_INIT("OggS"),
		STR_INIT("fLaC"),
		STR_INIT("wOF"),
		STR_INIT("\x04\x22\x4d\x18"),
	};

	for (size_t i = 0; i < ARRAY_LEN(magics); i++)
		if (str_starts(head, magics[i]))
			return true;
	return false;
}

void secret_binary_begin(struct secret_binary *b, str path)
{
	const struct wide_out out = { .context = b, .part = wide_part, .end = wide_end };

	wide_text_begin(&b->wide_text, &out);
	b->tail_n = 0;
	b->open = false;
	secret_search_begin(b->narrow, path, TEXT_BYTES);
	secret_search_begin(b->wide, path, TEXT_BYTES);
}

void secret_binary_take(struct secret_binary *b, str piece)
{
	if (piece.n == 0)
		return;
	take_narrow(b, piece);
	wide_text_take(&b->wide_text, piece);
}

void secret_binary_end(struct secret_binary *b)
{
	wide_text_end(&b->wide_text);
	OPENSSL_cleanse(b->tail, sizeof(b->tail));
	secret_search_end(b->narrow);
	secret_search_end(b->wide);
}
