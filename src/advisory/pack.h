/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * pack: the byte form of records and package entries inside the database: unsigned numbers as
 * little-endian base 128 (at most 10 bytes), text as length and bytes. Reading goes through rd and
 * so survives any input.
 */
#include "base/buf.h"
#include "base/rd.h"

#define PACK_MAX_U 10u /* bytes of a number */

static inline size_t pack_digits(char *out, uint64_t v)
{
	size_t n = 0;

	do {
		out[n++] = (char)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
		v >>= 7;
	} while (v);
	return n;
}

/* The common case writes into the room that is there. */
static inline bool pack_fits(const struct buf *b, size_t n)
{
	return b->cap > b->n && b->cap - b->n > n;
}

static inline void pack_u(struct buf *b, uint64_t v)
{
	char tmp[PACK_MAX_U];

	if (pack_fits(b, PACK_MAX_U)) {
		b->n += pack_digits(b->p + b->n, v);
		b->p[b->n] = 0;
	} else {
		buf_add(b, str_of(tmp, pack_digits(tmp, v)));
	}
}

static inline void pack_str(struct buf *b, str s)
{
	pack_u(b, s.n);
	if (s.n == 0)
		return;
	if (pack_fits(b, s.n)) {
		memcpy(b->p + b->n, s.p, s.n);
		b->n += s.n;
		b->p[b->n] = 0;
	} else {
		buf_add(b, s);
	}
}

static inline void pack_byte(struct buf *b, uint8_t byte)
{
	if (pack_fits(b, 1)) {
		b->p[b->n++] = (char)byte;
		b->p[b->n] = 0;
	} else {
		buf_byte(b, (char)byte);
	}
}

static inline uint64_t unpack_u(struct rd *r)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = rd_u8(r);

		v |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return v;
	}
	r->bad = true;
	return 0;
}

static inline str unpack_str(struct rd *r)
{
	uint64_t n = unpack_u(r);

	if (n > rd_left(r)) {
		r->bad = true;
		return STR_EMPTY;
	}
	return rd_bytes(r, (size_t)n);
}

/* A count of things that take at least one byte each: never more than there are bytes left. */
static inline size_t unpack_count(struct rd *r)
{
	uint64_t n = unpack_u(r);

	if (n > rd_left(r)) {
		r->bad = true;
		return 0;
	}
	return (size_t)n;
}
