/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * term: text for terminals and other fixed-width places. Whatever came from outside goes through
 * term_put first: control bytes, bytes that are not UTF-8 and the marks that reorder text are shown
 * as \xNN or \uNNNN, white space of any kind as one blank, so that no package name can move the
 * cursor, change a colour or hide a line.
 */
#include "base/buf.h"
#include "base/str.h"

/* Appends `s` so that it is harmless on a terminal and stays on one line. */
void term_put(struct buf *b, str s);
/* The same as a str in the arena. */
str term_safe(struct arena *arena, str s);

/* Columns `s` takes: 0 for combining marks, 2 for East Asian wide characters and most emoji. */
size_t term_width(str s);
/* As much of `s` as fits into `columns`, with "…" at its end when something was cut. */
str term_cut(struct arena *arena, str s, size_t columns);
/* Appends `s` cut to `columns`, and blanks up to it. */
void term_pad(struct buf *b, str s, size_t columns);
void term_blanks(struct buf *b, size_t n);

/*
 * Takes the next line of at most `columns` from `*rest`: broken at blanks, between wide characters,
 * else inside the word; a newline ends a line. False when nothing is left.
 */
bool term_wrap(str *rest, size_t columns, str *line);
/* Appends `s` wrapped to `columns`, each line after the first indented by `indent`, the cursor
 * being at `indent` already; ends in a newline. */
void term_paragraph(struct buf *b, str s, size_t indent, size_t columns);

/* Columns of a descriptor's terminal, $COLUMNS first; 0 when it is no terminal and none is told. */
size_t term_columns(int fd);
