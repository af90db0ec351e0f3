/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Text files as people and tools of all systems leave them: UTF-8 with or without byte order mark,
 * UTF-16 of either byte order with mark, or without one where the first character is ASCII. What
 * comes out is UTF-8 without mark. Line ends stay as they are: str_line takes "\n" and "\r\n".
 *
 * UTF-8 is not checked here (requirement files with comments in Latin-1 are read, too); JSON, YAML,
 * TOML and XML refuse what is not UTF-8 themselves. UTF-16 is: half of a surrogate pair or an odd
 * number of bytes is ERR_INPUT. UTF-32 is ERR_UNSUPPORTED.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;
struct file_view;

/* *out is a view of `bytes`, or lives in `arena` (at most 1.5 times the size of `bytes`). */
int text_decode(str bytes, struct arena *arena, str *out, struct err *err) MUST_USE;

/* The whole file as text. A file of more than `max` bytes is ERR_LIMIT. */
int text_file_load(const struct file_view *file, size_t max, struct arena *arena, str *out,
		   struct err *err) MUST_USE;

/*
 * The same file for a line_reader: itself, or decoded in `arena` where it begins as UTF-16
 * (ERR_LIMIT above `max`), which a line_reader refuses.
 */
int text_file_view(const struct file_view *file, size_t max, struct arena *arena,
		   struct file_view *out, struct err *err) MUST_USE;

/* A NUL byte is in no text: ERR_INPUT with its place. For forms whose readers pass over what they
 * do not know. */
int text_check(str text, struct err *err) MUST_USE;

/*
 * The number of the line in which `p` lies, for places asked for in rising order: linear over all.
 * Start with { .text = text }. A `p` outside of the text, or before the last one, gives 0.
 */
struct text_lines {
	str text;
	size_t at;     /* how far lines were counted */
	uint32_t line; /* before `at`, from 0 */
};
uint32_t text_line_of(struct text_lines *lines, const char *p);
