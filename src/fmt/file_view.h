/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * file_view: one file of an image, handed to a parser. `bytes` holds the whole content when it is
 * in memory; otherwise bytes.p is NULL and `fd` is a seekable descriptor that is only ever read
 * with pread (never mapped: mapped pages count as memory). The content of the descriptor starts at
 * offset 0 and is `size` bytes long. A view owns nothing.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

struct err;

struct file_view {
	str path; /* in the image, normal */
	uint64_t size;
	uint32_t mode;
	str bytes;
	int fd;
	bool licences; /* somebody asks for licences: texts may be looked at for them */
	const struct file_view *companion; /* a file that belongs to it ("-wal"), or NULL */
	/* In place of bytes and fd: content that is made while it is read. May be NULL. */
	int (*read)(const struct file_view *view, void *out, size_t n, uint64_t off,
		    struct err *err);
	void *context; /* of read */
};

/* A view of bytes in memory; also an empty file (bytes.p is never NULL in it). */
struct file_view file_view_text(str path, str bytes);

/* Reads exactly n bytes at `off`. A read past the end is ERR_INPUT (truncated file). */
int file_view_pread(const struct file_view *view, void *out, size_t n, uint64_t off,
		    struct err *err) MUST_USE;

/* The whole content, in `arena` unless it is in memory already. Above `max`: ERR_LIMIT. */
int file_view_load(const struct file_view *view, size_t max, struct arena *arena, str *out,
		   struct err *err) MUST_USE;

/* Do these first bytes say that a text is UTF-16 or UTF-32 (by mark, or by a NUL beside ASCII)? */
bool text_is_wide(str head);

/*
 * Line by line, in bounded memory whatever the size of the file: a line is a view that is valid
 * until the next call. "\n" and "\r\n" end a line; the last one may lack them. A byte order mark of
 * UTF-8 is passed over; UTF-16 is ERR_UNSUPPORTED (fmt/syntax/text_file.h decodes it).
 */
#define FILE_LINE_MAX (1u << 20) /* a longer line is ERR_LIMIT; real ones stay below 100 KiB */

struct line_reader {
	const struct file_view *view;
	uint64_t next;	 /* offset of the first byte not in `window` */
	uint64_t number; /* of the line returned last, from 1 */
	struct buf window;
	bool begun; /* the first bytes were looked at */
	size_t pos; /* in window (or in view->bytes when in memory) */
};

void line_reader_init(struct line_reader *reader, const struct file_view *view);
void line_reader_done(struct line_reader *reader);
/* 1: a line, 0: end, -1: failed. */
int line_reader_next(struct line_reader *reader, str *line, struct err *err) MUST_USE;

static inline void auto_line_reader_done(struct line_reader *reader) { line_reader_done(reader); }
