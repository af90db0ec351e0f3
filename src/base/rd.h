/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rd: reads binary data and remembers failure. A read past the end returns zeros and sets `bad`;
 * check it once after a group of reads. One read per statement: the order inside an initialiser is
 * unspecified.
 */
#include "base/str.h"

struct rd {
	const unsigned char *p;
	size_t n, pos;
	bool bad;
};

static inline struct rd rd_from(str s)
{
	return (struct rd){ .p = (const unsigned char *)s.p, .n = s.n };
}

static inline size_t rd_left(const struct rd *r) { return r->n - r->pos; }

/* True and advances when n bytes are there. */
static inline bool rd_has(struct rd *r, size_t n)
{
	if (r->bad || r->n - r->pos < n) {
		r->bad = true;
		return false;
	}
	return true;
}

static inline uint64_t rd_uint(struct rd *r, unsigned bytes, bool big)
{
	uint64_t v = 0;

	if (!rd_has(r, bytes))
		return 0;
	for (unsigned i = 0; i < bytes; i++) {
		unsigned shift = 8 * (big ? bytes - 1 - i : i);

		v |= (uint64_t)r->p[r->pos + i] << shift;
	}
	r->pos += bytes;
	return v;
}

static inline uint8_t rd_u8(struct rd *r) { return (uint8_t)rd_uint(r, 1, false); }
static inline uint16_t rd_u16le(struct rd *r) { return (uint16_t)rd_uint(r, 2, false); }
static inline uint16_t rd_u16be(struct rd *r) { return (uint16_t)rd_uint(r, 2, true); }
static inline uint32_t rd_u32le(struct rd *r) { return (uint32_t)rd_uint(r, 4, false); }
static inline uint32_t rd_u32be(struct rd *r) { return (uint32_t)rd_uint(r, 4, true); }
static inline uint64_t rd_u64le(struct rd *r) { return rd_uint(r, 8, false); }
static inline uint64_t rd_u64be(struct rd *r) { return rd_uint(r, 8, true); }

/* n bytes as a view; empty and bad when there are fewer. */
static inline str rd_bytes(struct rd *r, size_t n)
{
	str s = STR_EMPTY;

	if (!rd_has(r, n))
		return s;
	s = str_of((const char *)r->p + r->pos, n);
	r->pos += n;
	return s;
}

/* Goes to an absolute position; past the end is bad. */
static inline void rd_seek(struct rd *r, size_t pos)
{
	if (pos > r->n)
		r->bad = true;
	else
		r->pos = pos;
}
