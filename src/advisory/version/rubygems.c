/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ruby: runs of digits and of letters; a dash begins a pre-release. Zeros before the first run of
 * letters and at the end do not count, and the shorter version goes on with zeros.
 */
#include "advisory/version/version_internal.h"

#include "base/words.h"

enum piece_kind { PIECE_END, PIECE_TEXT, PIECE_NUMBER };

struct piece {
	enum piece_kind kind;
	str text; /* of a number without leading zeros */
};

struct reader {
	str rest;
	size_t zeros;	   /* read, and still to be given */
	struct piece next; /* read ahead, if `ahead` */
	bool ahead, text_given;
};

static struct piece raw(struct reader *r)
{
	if (r->ahead) {
		r->ahead = false;
		return r->next;
	}
	while (r->rest.n > 0 && !is_alnum(*r->rest.p) && *r->rest.p != '-')
		r->rest = str_skip(r->rest, 1);
	if (r->rest.n == 0)
		return (struct piece){ .kind = PIECE_END };
	if (*r->rest.p == '-') {
		r->rest = str_skip(r->rest, 1);
		return (struct piece){ .kind = PIECE_TEXT, .text = STR("pre") };
	}
	if (is_alpha(*r->rest.p))
		return (struct piece){ .kind = PIECE_TEXT, .text = take_while(&r->rest, is_alpha) };
	str digits = take_digits(&r->rest);
	while (digits.n > 0 && *digits.p == '0')
		digits = str_skip(digits, 1);
	return (struct piece){ .kind = PIECE_NUMBER, .text = digits };
}

/* Zeros are given once it is known that they count. */
static struct piece next(struct reader *r)
{
	struct piece piece;
	size_t zeros = 0;

	if (r->zeros > 0) {
		r->zeros--;
		return (struct piece){ .kind = PIECE_NUMBER };
	}
	piece = raw(r);
	while (piece.kind == PIECE_NUMBER && piece.text.n == 0) {
		zeros++;
		piece = raw(r);
	}
	bool dropped = piece.kind == PIECE_END || (piece.kind == PIECE_TEXT && !r->text_given);
	if (piece.kind == PIECE_TEXT)
		r->text_given = true;
	if (zeros == 0 || dropped)
		return piece;
	r->next = piece;
	r->ahead = true;
	r->zeros = zeros - 1;
	return (struct piece){ .kind = PIECE_NUMBER };
}

static int compare(str a, str b)
{
	struct reader ra = { .rest = a }, rb = { .rest = b };

	for (;;) {
		struct piece pa = next(&ra), pb = next(&rb);

		if (pa.kind == PIECE_END && pb.kind == PIECE_END)
			return 0;
		bool text_a = pa.kind == PIECE_TEXT, text_b = pb.kind == PIECE_TEXT;
		if (text_a != text_b)
			return text_a ? -1 : 1;
		int order = text_a ? str_cmp(pa.text, pb.text) : digits_cmp(pa.text, pb.text);
		if (order != 0)
			return order;
	}
}

/* Numbers and letters between dots, perhaps a pre-release behind a dash. */
static bool valid(str version, unsigned flags)
{
	str rest = str_trim(version);
	bool dash = false;

	(void)flags;
	if (rest.n == 0)
		return true; /* stands for 0 */
	if (!is_digit(*rest.p))
		return false;
	bool number = true;
	for (;;) {
		str run = take_while(&rest, is_alnum);

		if (run.n == 0 || (number && !is_number(run)))
			return false;
		if (rest.n == 0)
			return true;
		if (*rest.p == '-')
			dash = true;
		else if (*rest.p != '.')
			return false;
		rest = str_skip(rest, 1);
		number = false;
		if (dash && rest.n == 0)
			return false;
	}
}

static bool is_platform_byte(char c) { return c != '-'; }

/* Processors and systems that a gem is built for. */
static bool begins_platform(str word)
{
	static const char *const words[] = {
		"x86",	     "x86_64", "x64",	  "i386",    "i486",	"i586",	   "i686",
		"universal", "arm",    "arm64",	  "aarch64", "powerpc", "ppc",	   "ppc64",
		"ppc64le",   "s390",   "s390x",	  "sparc",   "mips",	"riscv64", "wasm32",
		"java",	     "jruby",  "dalvik",  "dotnet",  "macruby", "mswin",   "mswin32",
		"mswin64",   "mingw",  "mingw32", "mingw64",
	};

	return words_have(words, ARRAY_LEN(words), word) || str_starts(word, STR("armv"));
}

static str bare(str version)
{
	str rest = version;

	(void)take_while(&rest, is_platform_byte);
	while (rest.n > 0) {
		str before = str_take(version, version.n - rest.n);

		rest = str_skip(rest, 1);
		if (begins_platform(take_while(&rest, is_platform_byte)))
			return before;
	}
	return version;
}

const struct version_scheme version_scheme_rubygems = {
	.name = "rubygems",
	.compare = compare,
	.valid = valid,
	.bare = bare,
};
