/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/rego_diff.h"

#include "base/arena.h"

#define CONTEXT 3u

struct lines {
	str *items; /* with their line ends */
	size_t n, cap;
};

/* What happens to a line: it stays, it goes, it comes. */
struct step {
	char sign; /* ' ' '-' '+' */
	str line;
};

struct steps {
	struct step *items;
	size_t n, cap;
};

static void split(str text, struct lines *out, struct arena *arena)
{
	while (text.n > 0) {
		ptrdiff_t end = str_find_char(text, '\n');
		size_t n = end < 0 ? text.n : (size_t)end + 1;

		out->items = arena_grow(arena, out->items, out->n, &out->cap, sizeof(str));
		out->items[out->n++] = str_take(text, n);
		text = str_skip(text, n);
	}
}

static void put_step(struct steps *steps, struct arena *arena, char sign, str line)
{
	steps->items = arena_grow(arena, steps->items, steps->n, &steps->cap, sizeof(struct step));
	steps->items[steps->n++] = (struct step){ .sign = sign, .line = line };
}

/* The longest common lines of the middle parts, by a table of lengths. */
static void compare(const str *a, size_t n, const str *b, size_t m, struct steps *steps,
		    struct arena *arena)
{
	uint16_t *length;
	size_t i = 0, k = 0, row = m + 1;

	if (n > REGO_DIFF_MAX || m > REGO_DIFF_MAX) {
		while (i < n)
			put_step(steps, arena, '-', a[i++]);
		while (k < m)
			put_step(steps, arena, '+', b[k++]);
		return;
	}
	length = mem_zalloc((n + 1) * row * sizeof(*length));
	for (size_t x = n; x-- > 0;) {
		for (size_t y = m; y-- > 0;) {
			uint16_t down = length[(x + 1) * row + y], right = length[x * row + y + 1];

			if (str_eq(a[x], b[y]))
				length[x * row + y] = (uint16_t)(length[(x + 1) * row + y + 1] + 1);
			else
				length[x * row + y] = down > right ? down : right;
		}
	}
	while (i < n || k < m) {
		if (i < n && k < m && str_eq(a[i], b[k])) {
			put_step(steps, arena, ' ', a[i++]);
			k++;
		} else if (i < n &&
			   (k == m || length[(i + 1) * row + k] >= length[i * row + k + 1])) {
			put_step(steps, arena, '-', a[i++]);
		} else {
			put_step(steps, arena, '+', b[k++]);
		}
	}
	free(length);
}

static void all_steps(const struct lines *a, const struct lines *b, struct steps *steps,
		      struct arena *arena)
{
	size_t head = 0, tail = 0;

	while (head < a->n && head < b->n && str_eq(a->items[head], b->items[head]))
		head++;
	while (tail < a->n - head && tail < b->n - head &&
	       str_eq(a->items[a->n - 1 - tail], b->items[b->n - 1 - tail]))
		tail++;
	for (size_t i = 0; i < head; i++)
		put_step(steps, arena, ' ', a->items[i]);
	compare(a->items + head, a->n - head - tail, b->items + head, b->n - head - tail, steps,
		arena);
	for (size_t i = a->n - tail; i < a->n; i++)
		put_step(steps, arena, ' ', a->items[i]);
}

/* The end of the hunk that begins at `from`: changes less than two contexts apart go together. */
static size_t hunk_end(const struct steps *steps, size_t from)
{
	size_t last = from, i = from;

	for (; i < steps->n && i - last <= 2 * CONTEXT; i++) {
		if (steps->items[i].sign != ' ')
			last = i;
	}
	last += 1 + CONTEXT;
	return last < steps->n ? last : steps->n;
}

static void put_range(struct buf *out, char sign, size_t line, size_t n)
{
	/* Of no lines, the line before is named. */
	buf_fmt(out, "%c%zu", sign, n == 0 ? line - 1 : line);
	if (n != 1)
		buf_fmt(out, ",%zu", n);
}

static void put_hunk(const struct steps *steps, size_t from, size_t to, size_t a, size_t b,
		     struct buf *out)
{
	size_t n = 0, m = 0;

	for (size_t i = from; i < to; i++) {
		n += steps->items[i].sign != '+';
		m += steps->items[i].sign != '-';
	}
	BUF_LIT(out, "@@ ");
	put_range(out, '-', a, n);
	buf_byte(out, ' ');
	put_range(out, '+', b, m);
	BUF_LIT(out, " @@\n");
	for (size_t i = from; i < to; i++) {
		str line = steps->items[i].line;

		buf_byte(out, steps->items[i].sign);
		buf_add(out, line);
		if (!str_ends(line, STR("\n")))
			BUF_LIT(out, "\n\\ No newline at end of file\n");
	}
}

void rego_diff(str before_name, str before, str after_name, str after, struct buf *out)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct lines a = { 0 }, b = { 0 };
	struct steps steps = { 0 };
	size_t line_a = 1, line_b = 1, i = 0;

	if (str_eq(before, after))
		return;
	split(before, &a, arena);
	split(after, &b, arena);
	all_steps(&a, &b, &steps, arena);
	buf_fmt(out, "--- %.*s\n+++ %.*s\n", STR_ARG(before_name), STR_ARG(after_name));
	while (i < steps.n) {
		size_t change = i, from, to;

		while (change < steps.n && steps.items[change].sign == ' ')
			change++;
		if (change == steps.n)
			break;
		from = change - i > CONTEXT ? change - CONTEXT : i;
		line_a += from - i;
		line_b += from - i;
		to = hunk_end(&steps, change);
		put_hunk(&steps, from, to, line_a, line_b, out);
		for (size_t k = from; k < to; k++) {
			line_a += steps.items[k].sign != '+';
			line_b += steps.items[k].sign != '-';
		}
		i = to;
	}
}
