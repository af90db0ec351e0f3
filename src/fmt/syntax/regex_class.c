/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "fmt/syntax/regex_internal.h"

#define MAX_RUNE 0x10ffff

static char peek(const struct regex_reader *r, size_t ahead)
{
	return r->at + ahead < r->text.n ? r->text.p[r->at + ahead] : '\0';
}

int regex_fail(const struct regex_reader *r, const char *what, size_t from)
{
	str piece = str_skip(r->text, from);

	if (r->at > from)
		piece = str_take(piece, r->at - from);
	return err_set(r->err, ERR_INPUT, "error parsing regexp: %s: `%.*s`", what,
		       STR_ARG(str_take(piece, 100)));
}

int regex_rune(struct regex_reader *r, uint32_t *cp)
{
	size_t len = utf8_decode(r->text.p + r->at, r->text.n - r->at, cp);

	if (len == 0)
		return err_set(r->err, ERR_INPUT, "error parsing regexp: invalid UTF-8");
	r->at += len;
	return 0;
}

static int hex_escape(struct regex_reader *r, uint32_t *cp)
{
	str digits = str_skip(r->text, r->at + 1);
	size_t from = r->at - 1;
	uint64_t v;

	if (peek(r, 1) == '{') {
		ptrdiff_t close = str_find_char(digits, '}');

		digits = close > 0 ? str_of(digits.p + 1, (size_t)close - 1) : STR_EMPTY;
		r->at += digits.n + 3;
	} else {
		digits = str_take(digits, 2);
		r->at += digits.n == 2 ? 3 : 1;
		digits = digits.n == 2 ? digits : STR_EMPTY;
	}
	if (!str_u64_base(digits, 16, &v) || v > MAX_RUNE) {
		r->at = from + 2;
		return regex_fail(r, "invalid escape sequence", from);
	}
	*cp = (uint32_t)v;
	return 1;
}

static int octal_escape(struct regex_reader *r, uint32_t *cp)
{
	*cp = 0;
	for (int i = 0; i < 3 && peek(r, 0) >= '0' && peek(r, 0) <= '7'; i++)
		*cp = *cp * 8 + (uint32_t)(r->text.p[r->at++] - '0');
	return 1;
}

int regex_escape(struct regex_reader *r, uint32_t *cp)
{
	static const char from[] = "aftnrv", into[] = "\a\f\t\n\r\v";
	char c = peek(r, 0), next = peek(r, 1);
	const char *hit = c ? strchr(from, c) : NULL;

	if (r->at >= r->text.n)
		return err_set(r->err, ERR_INPUT,
			       "error parsing regexp: trailing backslash at end of expression: ``");
	if (c == '0' || (c >= '1' && c <= '7' && next >= '0' && next <= '7'))
		return octal_escape(r, cp);
	if (c == 'x')
		return hex_escape(r, cp);
	if (hit) {
		*cp = (unsigned char)into[hit - from];
		r->at++;
		return 1;
	}
	if ((unsigned char)c < 0x80 && !is_alnum(c)) {
		*cp = (unsigned char)c;
		r->at++;
		return 1;
	}
	return 0;
}

/* Name of a Unicode category or script: letters and '_' only, so that it says nothing else. */
static bool property_name(str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!is_alpha(name.p[i]) && name.p[i] != '_')
			return false;
	return name.n > 0;
}

/* The cursor is at 'p' or 'P'. */
static int property(struct regex_reader *r)
{
	bool negative = peek(r, 0) == 'P';
	size_t from = r->at - 1;
	str name = str_take(str_skip(r->text, r->at + 1), 1);

	r->at += 2;
	if (str_eq(name, STR("{"))) {
		ptrdiff_t close = str_find_char(str_skip(r->text, r->at), '}');

		if (close < 0) {
			r->at = r->text.n;
			return regex_fail(r, "invalid character class range", from);
		}
		name = str_of(r->text.p + r->at, (size_t)close);
		r->at += (size_t)close + 1;
		if (str_starts(name, STR("^"))) {
			negative = !negative;
			name = str_skip(name, 1);
		}
	}
	if (!property_name(name)) {
		r->at = r->at < r->text.n ? r->at : r->text.n;
		return regex_fail(r, "invalid character class range", from);
	}
	/* Scripts are meant without their extensions. */
	buf_fmt(r->out, "\\%c{%s%.*s}", negative ? 'P' : 'p',
		name.n > 2 && !str_eq(name, STR("Any")) ? "sc:" : "", STR_ARG(name));
	return 1;
}

int regex_class_escape(struct regex_reader *r, bool in_class)
{
	static const char space[] = "\\t\\n\\f\\r ";
	static const char other[] = "\\x{0}-\\x{8}\\x{b}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}";
	char c = peek(r, 0);

	switch (c) {
	case 'd':
	case 'D':
	case 'w':
	case 'W':
		buf_fmt(r->out, "\\%c", c);
		break;
	case 's':
	case 'S':
		/* Not PCRE2's \s, which has the vertical tab. */
		buf_fmt(r->out, "%s%s%s", in_class ? "" : "[", c == 's' ? space : other,
			in_class ? "" : "]");
		break;
	case 'p':
	case 'P':
		return property(r);
	default:
		return 0;
	}
	r->at++;
	return 1;
}

/* "[:alpha:]" at the cursor. */
static int posix_class(struct regex_reader *r)
{
	static const char *const names[] = { "alnum", "alpha", "ascii", "blank", "cntrl",
					     "digit", "graph", "lower", "print", "punct",
					     "space", "upper", "word",	"xdigit" };
	str rest = str_skip(r->text, r->at + 2), name;
	ptrdiff_t close = str_find(rest, STR(":]"));
	size_t from = r->at;

	if (close < 0)
		return 0;
	name = str_take(rest, (size_t)close);
	r->at += (size_t)close + 4;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(str_without_prefix(name, STR("^")), str_c(names[i]))) {
			buf_fmt(r->out, "[:%.*s:]", STR_ARG(name));
			return 1;
		}
	return regex_fail(r, "invalid character class range", from);
}

static int class_rune(struct regex_reader *r, size_t from, uint32_t *cp)
{
	int rc;

	if (r->at >= r->text.n) {
		r->at = from;
		return regex_fail(r, "missing closing ]", from);
	}
	if (r->text.p[r->at] != '\\')
		return regex_rune(r, cp);
	r->at++;
	rc = regex_escape(r, cp);
	if (rc == 0) {
		size_t at = r->at - 1;

		r->at++;
		return regex_fail(r, "invalid escape sequence", at);
	}
	return rc < 0 ? -1 : 0;
}

static int class_item(struct regex_reader *r, size_t from)
{
	size_t at = r->at;
	uint32_t low = 0, high = 0;
	int rc = 0;

	if (peek(r, 0) == '[' && peek(r, 1) == ':')
		rc = posix_class(r);
	if (rc == 0 && peek(r, 0) == '\\') {
		r->at++;
		rc = regex_class_escape(r, true);
		r->at -= rc == 0;
	}
	if (rc)
		return rc < 0 ? -1 : 0;
	if (class_rune(r, from, &low) < 0)
		return -1;
	high = low;
	if (peek(r, 0) == '-' && r->at + 1 < r->text.n && peek(r, 1) != ']') {
		r->at++;
		if (class_rune(r, from, &high) < 0)
			return -1;
		if (high < low)
			return regex_fail(r, "invalid character class range", at);
	}
	/* No halves of surrogate pairs: they are in no text, and PCRE2 refuses them. */
	if (low >= 0xd800 && low <= 0xdfff)
		low = 0xe000;
	if (high >= 0xd800 && high <= 0xdfff)
		high = 0xd7ff;
	if (low > high)
		return 0;
	buf_fmt(r->out, "\\x{%x}", low);
	if (high > low)
		buf_fmt(r->out, "-\\x{%x}", high);
	return 0;
}

int regex_class(struct regex_reader *r)
{
	size_t from = r->at, start;

	r->at++;
	buf_byte(r->out, '[');
	if (peek(r, 0) == '^') {
		r->at++;
		buf_byte(r->out, '^');
	}
	start = r->out->n;
	for (bool first = true; first || peek(r, 0) != ']'; first = false) {
		if (r->at >= r->text.n) {
			r->at = from;
			return regex_fail(r, "missing closing ]", from);
		}
		if (class_item(r, from) < 0)
			return -1;
	}
	r->at++;
	if (r->out->n == start) /* nothing but surrogates: what is in no text */
		BUF_LIT(r->out, "^\\x{0}-\\x{10ffff}");
	buf_byte(r->out, ']');
	return 0;
}
