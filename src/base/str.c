/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/num.h"

int str_cmp(str a, str b)
{
	size_t n = size_min(a.n, b.n);
	int order = n ? memcmp(a.p, b.p, n) : 0;

	if (order)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

int str_qsort_cmp(const void *a, const void *b)
{
	return str_cmp(*(const str *)a, *(const str *)b);
}

bool str_ieq(str a, str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (to_lower(a.p[i]) != to_lower(b.p[i]))
			return false;
	return true;
}

str str_skip(str s, size_t n)
{
	n = size_min(n, s.n);
	return (str){ .p = n ? s.p + n : s.p, .n = s.n - n };
}

str str_take(str s, size_t n) { return (str){ .p = s.p, .n = size_min(n, s.n) }; }
str str_drop_end(str s, size_t n) { return (str){ .p = s.p, .n = s.n - size_min(n, s.n) }; }

str str_rtrim(str s)
{
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

str str_trim(str s)
{
	size_t lead = 0;

	s = str_rtrim(s);
	while (lead < s.n && is_space(s.p[lead]))
		lead++;
	return str_skip(s, lead);
}

str str_without_prefix(str s, str prefix)
{
	return str_starts(s, prefix) ? str_skip(s, prefix.n) : s;
}

str str_without_suffix(str s, str suffix)
{
	return str_ends(s, suffix) ? str_drop_end(s, suffix.n) : s;
}

ptrdiff_t str_find_char(str s, char c)
{
	const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;

	return hit ? hit - s.p : -1;
}

ptrdiff_t str_rfind_char(str s, char c)
{
	const char *hit = s.n ? memrchr(s.p, c, s.n) : NULL;

	return hit ? hit - s.p : -1;
}

ptrdiff_t str_find(str s, str needle)
{
	const char *hit;

	if (needle.n == 0)
		return 0;
	hit = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	return hit ? hit - s.p : -1;
}

bool str_split(str *rest, char sep, str *head)
{
	ptrdiff_t at;

	if (!rest->p)
		return false;
	at = str_find_char(*rest, sep);
	if (at < 0) {
		*head = *rest;
		*rest = STR_EMPTY;
		return true;
	}
	*head = str_take(*rest, (size_t)at);
	*rest = str_skip(*rest, (size_t)at + 1);
	return true;
}

bool str_line(str *rest, str *line)
{
	ptrdiff_t at;

	if (rest->n == 0)
		return false;
	at = str_find_char(*rest, '\n');
	if (at < 0) {
		*line = *rest;
		*rest = STR_EMPTY;
	} else {
		*line = str_take(*rest, (size_t)at);
		*rest = str_skip(*rest, (size_t)at + 1);
	}
	*line = str_without_suffix(*line, STR("\r"));
	return true;
}

bool str_cut(str s, char sep, str *before, str *after)
{
	ptrdiff_t at = str_find_char(s, sep);

	if (at < 0)
		return false;
	*before = str_take(s, (size_t)at);
	*after = str_skip(s, (size_t)at + 1);
	return true;
}

static int digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c = to_lower(c);
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	return 99;
}

bool str_u64_base(str s, unsigned base, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned digit = (unsigned)digit_value(s.p[i]);

		if (digit >= base || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, digit, &v))
			return false;
	}
	*out = v;
	return true;
}

bool str_u64(str s, uint64_t *out) { return str_u64_base(s, 10, out); }

bool str_i64(str s, int64_t *out)
{
	bool negative = str_starts(s, STR("-"));
	uint64_t v;

	if (!str_u64(negative ? str_skip(s, 1) : s, &v))
		return false;
	if (v > (uint64_t)INT64_MAX + (negative ? 1 : 0))
		return false;
	*out = negative ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

str str_dup(struct arena *arena, str s)
{
	char *p;

	if (s.n == 0)
		return (str){ .p = s.p ? "" : NULL, .n = 0 };
	p = arena_bytes(arena, s.n);
	memcpy(p, s.p, s.n);
	return str_of(p, s.n);
}

char *str_cstr(struct arena *arena, str s)
{
	char *p = arena_bytes(arena, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

str str_fmt(struct arena *arena, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	p = arena_bytes(arena, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return str_of(p, (size_t)n);
}

str str_lower(struct arena *arena, str s)
{
	char *p = arena_bytes(arena, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = to_lower(s.p[i]);
	return str_of(p, s.n);
}

str str_cat(struct arena *arena, str a, str b)
{
	char *p = arena_bytes(arena, a.n + b.n);

	if (a.n)
		memcpy(p, a.p, a.n);
	if (b.n)
		memcpy(p + a.n, b.p, b.n);
	return str_of(p, a.n + b.n);
}

uint64_t str_hash(str s, uint64_t seed)
{
	uint64_t h = seed ^ 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return h;
}
