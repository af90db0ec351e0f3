/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * grid: columns of text under one another, each as wide as its widest cell; the last one is cut
 * when a line would be wider than allowed. Cells are made harmless for a terminal.
 */
#include "base/buf.h"
#include "base/str.h"

#define GRID_MAX_CELLS 8u

struct grid {
	struct arena *arena;
	size_t cells; /* of a row */
	str *items;   /* row after row */
	size_t n, cap;
};

void grid_init(struct grid *grid, size_t cells, struct arena *arena);
/* One row; `cells` has as many entries as the grid. */
void grid_row(struct grid *grid, const str *cells);
#define GRID_ROW(grid, ...) grid_row(grid, (const str[]){ __VA_ARGS__ })
/* All rows, each with `indent` blanks in front. `columns` 0: as wide as it is. */
void grid_put(const struct grid *grid, struct buf *b, size_t indent, size_t columns);
