/* SPDX-License-Identifier: Apache-2.0 */
#include "report/grid.h"

#include "base/num.h"
#include "report/term.h"

#include <assert.h>

#define GRID_GAP      2u  /* blanks between columns */
#define GRID_MIN_LAST 10u /* columns the last cell keeps in any case */

void grid_init(struct grid *grid, size_t cells, struct arena *arena)
{
	assert(cells > 0 && cells <= GRID_MAX_CELLS);
	*grid = (struct grid){ .arena = arena, .cells = cells };
}

void grid_row(struct grid *grid, const str *cells)
{
	for (size_t i = 0; i < grid->cells; i++) {
		grid->items = arena_grow(grid->arena, grid->items, grid->n, &grid->cap,
					 sizeof(*grid->items));
		grid->items[grid->n++] = term_safe(grid->arena, cells[i]);
	}
}

void grid_put(const struct grid *grid, struct buf *b, size_t indent, size_t columns)
{
	size_t width[GRID_MAX_CELLS] = { 0 }, before = indent;

	for (size_t i = 0; i < grid->n; i++) {
		size_t cell = i % grid->cells;

		width[cell] = size_max(width[cell], term_width(grid->items[i]));
	}
	for (size_t i = 0; i + 1 < grid->cells; i++)
		before += width[i] + GRID_GAP;
	for (size_t i = 0; i < grid->n; i++) {
		size_t cell = i % grid->cells;

		if (cell == 0)
			term_blanks(b, indent);
		if (cell + 1 < grid->cells) {
			term_pad(b, grid->items[i], width[cell] + GRID_GAP);
			continue;
		}
		str last = grid->items[i];
		if (columns > 0)
			last = term_cut(grid->arena, last,
					columns > before + GRID_MIN_LAST ? columns - before
									 : GRID_MIN_LAST);
		buf_add(b, last);
		while (b->n > 0 && b->p[b->n - 1] == ' ')
			b->n--;
		buf_byte(b, '\n');
	}
}
