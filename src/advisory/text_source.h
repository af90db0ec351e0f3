/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * text_source: the texts inside a file: the file itself, plain or unpacked from gzip, bzip2, xz or
 * zstd, or each member of a zip. Streaming; what is unpacked is capped.
 */
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define TEXT_MAX_BYTES	 (1ull << 30) /* of one text */
#define TEXT_MAX_MEMBERS 4000000u

struct text_source;

/* `fd` is read from its start; it stays the caller's and open. */
int text_source_open(int fd, struct text_source **out, struct err *err) MUST_USE;
void text_source_close(struct text_source *source);
AUTO_PTR(text_source_close, struct text_source);
/* Goes to the next text: 1, 0 at the end, -1. The name is empty for a file that is one text. */
int text_source_next(struct text_source *source, str *name, struct err *err) MUST_USE;
/* The next piece of that text, valid until the next call: 1, 0 at the end, -1. */
int text_source_pull(void *source, str *chunk, struct err *err) MUST_USE;
