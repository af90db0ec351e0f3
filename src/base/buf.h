/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * buf: bytes that grow, up to the maximum given at creation. Appending past the maximum adds
 * nothing and sets `overflow`, which the caller checks once at the end. Always NUL-terminated
 * behind `n` (b->p[b->n] == 0 once anything was added).
 */
#include <stdarg.h>

#include "base/arena.h"
#include "base/str.h"

struct buf {
	char *p;
	size_t n, cap, max;
	bool overflow;
};

void buf_init(struct buf *b, size_t max);
/* Frees; accepts a zeroed one. */
void buf_done(struct buf *b);
/* Empty, memory kept, overflow forgotten. */
void buf_reset(struct buf *b);

void buf_add(struct buf *b, str s);
void buf_byte(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vfmt(struct buf *b, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
#define BUF_LIT(b, lit) buf_add(b, STR(lit))
/* Room for n more bytes, not yet counted; NULL (and overflow) when over the maximum. Then b->n +=
 * used. */
char *buf_room(struct buf *b, size_t n);

static inline str buf_str(const struct buf *b) { return (str){ .p = b->p, .n = b->n }; }

static inline void auto_buf_done(struct buf *b) { buf_done(b); }

/* Reads fd to its end (from its position). More than max: ERR_LIMIT. */
struct err;
int buf_read_fd(struct buf *b, int fd, struct err *err) MUST_USE;
/* Reads a file of the host by name. */
int buf_read_file(struct buf *b, const char *path, struct err *err) MUST_USE;
/* Writes all of s, over short writes and EINTR. */
int fd_write_all(int fd, str s, struct err *err) MUST_USE;
