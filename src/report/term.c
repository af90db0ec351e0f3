/* SPDX-License-Identifier: Apache-2.0 */
#include "report/term.h"

#include "base/num.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define TERM_MIN_COLUMNS 40u
#define TERM_MAX_COLUMNS 1000u
#define TERM_MAX_BYTES	 (1u << 20) /* of one safe text */

struct range {
	uint32_t first, last;
};

/* Unicode East Asian Width W and F, by block where a block is wide as a whole. */
static const struct range wide[] = {
	{ 0x1100, 0x115f },   { 0x231a, 0x231b },   { 0x23e9, 0x23ec },	  { 0x2614, 0x2615 },
	{ 0x26a1, 0x26a1 },   { 0x2705, 0x2705 },   { 0x274c, 0x274c },	  { 0x2e80, 0x303e },
	{ 0x3041, 0x33ff },   { 0x3400, 0x4dbf },   { 0x4e00, 0xa4cf },	  { 0xa960, 0xa97f },
	{ 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },	  { 0xff01, 0xff60 },
	{ 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff },
	{ 0x20000, 0x3fffd },
};

/* Marks that take no column of their own. */
static const struct range narrow[] = {
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd },   { 0x0610, 0x061a },
	{ 0x064b, 0x065f }, { 0x0e31, 0x0e31 }, { 0x0e34, 0x0e3a },   { 0x1ab0, 0x1aff },
	{ 0x1dc0, 0x1dff }, { 0x200b, 0x200d }, { 0x20d0, 0x20ff },   { 0x3099, 0x309a },
	{ 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xe0100, 0xe01ef },
};

/* Marks that reorder or break text: C1 controls, bidi controls, separators, BOM, tags. */
static const struct range hostile[] = {
	{ 0x0080, 0x009f }, { 0x061c, 0x061c }, { 0x200e, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe007f },
};

static bool is_in(const struct range *ranges, size_t n, uint32_t cp)
{
	for (size_t i = 0; i < n; i++) {
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	}
	return false;
}

static size_t char_width(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	if (is_in(narrow, ARRAY_LEN(narrow), cp))
		return 0;
	return is_in(wide, ARRAY_LEN(wide), cp) ? 2 : 1;
}

/* Bytes of the character at the start of `s` (never 0); a bad byte counts as one column. */
static size_t char_next(str s, size_t *columns)
{
	uint32_t cp;
	size_t n = utf8_decode(s.p, s.n, &cp);

	*columns = n ? char_width(cp) : 1;
	return n ? n : 1;
}

void term_put(struct buf *b, str s)
{
	bool blank = false;

	for (size_t i = 0; i < s.n;) {
		uint32_t cp = 0;
		size_t n = utf8_decode(s.p + i, s.n - i, &cp);

		if (n == 1 && is_space((char)cp)) {
			if (!blank)
				buf_byte(b, ' ');
			blank = true;
			i++;
			continue;
		}
		blank = false;
		if (n == 0)
			buf_fmt(b, "\\x%02x", (unsigned char)s.p[i]);
		else if (cp < 0x20 || cp == 0x7f)
			buf_fmt(b, "\\x%02x", cp);
		else if (is_in(hostile, ARRAY_LEN(hostile), cp))
			buf_fmt(b, "\\u%04x", cp);
		else
			buf_add(b, str_of(s.p + i, n));
		i += n ? n : 1;
	}
}

str term_safe(struct arena *arena, str s)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, TERM_MAX_BYTES);
	term_put(&b, s);
	return str_dup(arena, buf_str(&b));
}

size_t term_width(str s)
{
	size_t width = 0, columns;

	for (size_t i = 0; i < s.n; width += columns)
		i += char_next(str_skip(s, i), &columns);
	return width;
}

/* Bytes of `s` that fit into `columns`, with their width. */
static size_t fitting(str s, size_t columns, size_t *width)
{
	size_t i = 0, w = 0, one;

	while (i < s.n) {
		size_t n = char_next(str_skip(s, i), &one);

		if (w + one > columns)
			break;
		w += one;
		i += n;
	}
	*width = w;
	return i;
}

str term_cut(struct arena *arena, str s, size_t columns)
{
	size_t width;

	if (fitting(s, columns, &width) == s.n)
		return s;
	if (columns == 0)
		return STR_EMPTY;
	size_t n = fitting(s, columns - 1, &width);
	str head = str_rtrim(str_take(s, n));
	return str_fmt(arena, "%.*s…", STR_ARG(head));
}

void term_blanks(struct buf *b, size_t n)
{
	while (n-- > 0)
		buf_byte(b, ' ');
}

void term_pad(struct buf *b, str s, size_t columns)
{
	size_t width = term_width(s);

	buf_add(b, s);
	if (width < columns)
		term_blanks(b, columns - width);
}

/* Where a line may end inside s[0..n]: behind a blank, or between characters one of which is wide.
 */
static size_t break_before(str s, size_t n)
{
	size_t best = 0, previous = 1;

	for (size_t i = 0; i <= n && i < s.n;) {
		size_t columns;
		size_t bytes = char_next(str_skip(s, i), &columns);
		bool blank = i > 0 && (s.p[i - 1] == ' ' || s.p[i] == ' ');

		if (blank || (i > 0 && columns == 2 && previous == 2))
			best = i;
		previous = columns;
		i += bytes;
	}
	return best;
}

/* Japanese does not begin a line with these. */
static bool is_line_start_forbidden(str s)
{
	static const char *const marks[] = { "、", "。", "）", "」", "』", "ー", "・", "：" };

	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		if (str_starts(s, str_c(marks[i])))
			return true;
	}
	return false;
}

bool term_wrap(str *rest, size_t columns, str *line)
{
	size_t width;

	if (rest->n == 0)
		return false;
	ptrdiff_t newline = str_find_char(*rest, '\n');
	str all = newline >= 0 ? str_take(*rest, (size_t)newline) : *rest;
	size_t n = fitting(all, columns, &width);
	if (n == all.n) {
		*line = str_rtrim(all);
		*rest = str_skip(*rest, n + (newline >= 0));
		return true;
	}
	size_t cut = break_before(all, n);
	while (cut > 0 && is_line_start_forbidden(str_skip(all, cut)))
		cut = break_before(all, cut - 1);
	if (cut == 0)
		cut = n > 0 ? n : char_next(all, &width);
	*line = str_rtrim(str_take(all, cut));
	*rest = str_skip(*rest, cut);
	while (rest->n > 0 && rest->p[0] == ' ')
		*rest = str_skip(*rest, 1);
	return true;
}

void term_paragraph(struct buf *b, str s, size_t indent, size_t columns)
{
	size_t room = columns > indent + 20 ? columns - indent : 20;
	bool first = true;
	str line;

	while (term_wrap(&s, room, &line)) {
		if (!first && line.n > 0)
			term_blanks(b, indent);
		first = false;
		buf_add(b, line);
		buf_byte(b, '\n');
	}
	if (first)
		buf_byte(b, '\n');
}

size_t term_columns(int fd)
{
	struct winsize size;
	const char *told = getenv("COLUMNS");
	uint64_t n = 0;

	if (told && str_u64(str_c(told), &n) && n > 0)
		return (size_t)(n < TERM_MIN_COLUMNS   ? TERM_MIN_COLUMNS
				: n > TERM_MAX_COLUMNS ? TERM_MAX_COLUMNS
						       : n);
	if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return 0;
	return size_max(size.ws_col, TERM_MIN_COLUMNS);
}
