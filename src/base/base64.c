/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

str base64_encode(struct arena *arena, str bytes)
{
	char *out = arena_bytes(arena, (bytes.n + 2) / 3 * 4);
	size_t n = 0;

	for (size_t i = 0; i < bytes.n; i += 3) {
		size_t left = bytes.n - i;
		uint32_t v = (uint32_t)(unsigned char)bytes.p[i] << 16;

		if (left > 1)
			v |= (uint32_t)(unsigned char)bytes.p[i + 1] << 8;
		if (left > 2)
			v |= (unsigned char)bytes.p[i + 2];
		out[n++] = alphabet[v >> 18];
		out[n++] = alphabet[v >> 12 & 63];
		out[n++] = left > 1 ? alphabet[v >> 6 & 63] : '=';
		out[n++] = left > 2 ? alphabet[v & 63] : '=';
	}
	return str_of(out, n);
}

/* 0 to 63, or -1. */
static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static size_t padding(str text)
{
	return str_ends(text, STR("==")) ? 2 : str_ends(text, STR("=")) ? 1 : 0;
}

bool base64_valid(str text)
{
	size_t data = text.n - padding(text);

	if (text.n % 4)
		return false;
	for (size_t i = 0; i < data; i++) {
		if (value_of(text.p[i]) < 0)
			return false;
	}
	return true;
}

bool base64_decode(struct arena *arena, str text, str *out)
{
	size_t data = text.n - padding(text), n = 0;
	uint32_t bits = 0;
	char *p;

	if (!base64_valid(text))
		return false;
	p = arena_bytes(arena, text.n / 4 * 3);
	for (size_t i = 0; i < data; i++) {
		bits = bits << 6 | (uint32_t)value_of(text.p[i]);
		if (i % 4) /* 2, 4 or 6 bits are still in front of the next whole byte */
			p[n++] = (char)(bits >> (6 - 2 * (i % 4)));
	}
	*out = str_of(p, n);
	return true;
}
