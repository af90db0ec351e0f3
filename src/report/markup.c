/* SPDX-License-Identifier: Apache-2.0 */
#include "report/markup.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* XML 1.0, section 2.2, without the marks that reorder text. */
static bool is_char(uint32_t cp)
{
	if ((cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069))
		return false;
	return cp == '\t' || cp == '\n' || cp == '\r' || (cp >= 0x20 && cp <= 0xd7ff) ||
	       (cp >= 0xe000 && cp <= 0xfffd) || (cp >= 0x10000 && cp <= 0x10ffff);
}

/* The next character of *s as text, taken off it; *cp is 0xfffd when it was none. */
static str next(str *s, uint32_t *cp)
{
	size_t n = utf8_decode(s->p, s->n, cp);

	if (n == 0 || !is_char(*cp)) {
		*s = str_skip(*s, n ? n : 1);
		*cp = 0xfffd;
		return STR(REPLACEMENT);
	}
	str text = str_take(*s, n);
	*s = str_skip(*s, n);
	return text;
}

void markup_put(struct buf *b, str s)
{
	uint32_t cp;

	while (s.n > 0) {
		str text = next(&s, &cp);

		switch (cp) {
		case '&':
			BUF_LIT(b, "&amp;");
			break;
		case '<':
			BUF_LIT(b, "&lt;");
			break;
		case '>':
			BUF_LIT(b, "&gt;");
			break;
		case '"':
			BUF_LIT(b, "&quot;");
			break;
		case '\'':
			BUF_LIT(b, "&#39;");
			break;
		default:
			buf_add(b, text);
		}
	}
}

void markup_put_attribute(struct buf *b, const char *name, str value)
{
	buf_fmt(b, " %s=\"", name);
	markup_put(b, value);
	buf_byte(b, '"');
}

void markup_put_markdown(struct buf *b, str s)
{
	uint32_t cp;

	while (s.n > 0) {
		str text = next(&s, &cp);

		if (cp < ' ')
			buf_byte(b, ' ');
		else if (cp == '@') /* no mention: an empty comment ends the word */
			BUF_LIT(b, "&#64;");
		else if (cp == '<')
			BUF_LIT(b, "&lt;");
		else if (cp == '&')
			BUF_LIT(b, "&amp;");
		else if (cp == ':') /* no link and no emoji by itself */
			BUF_LIT(b, "&#58;");
		else if (cp < 0x80 && strchr("\\`*_{}[]()#+!|>~", (int)cp))
			buf_fmt(b, "\\%c", (char)cp);
		else
			buf_add(b, text);
	}
}

void markup_put_markdown_cell(struct buf *b, str s)
{
	BUF_LIT(b, "| ");
	markup_put_markdown(b, s);
	buf_byte(b, ' ');
}

void markup_put_csv(struct buf *b, str s)
{
	uint32_t cp;

	buf_byte(b, '"');
	if (s.n > 0 && strchr("=+-@\t\r", s.p[0]))
		buf_byte(b, '\'');
	while (s.n > 0) {
		str text = next(&s, &cp);

		buf_add(b, text);
		if (cp == '"')
			buf_byte(b, '"');
	}
	buf_byte(b, '"');
}
