/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/text_edit.h"

#define CONTEXT 3u

void text_edits_add(struct text_edits *edits, size_t at, size_t remove, str insert)
{
	for (size_t i = 0; i < edits->n; i++) {
		const struct text_edit *e = &edits->items[i];

		if (e->at == at && e->remove == remove && str_eq(e->insert, insert))
			return;
	}
	edits->items = arena_grow(edits->arena, edits->items, edits->n, &edits->cap,
				  sizeof(*edits->items));
	edits->items[edits->n] = (struct text_edit){
		.at = at, .remove = remove, .insert = insert, .order = edits->n
	};
	edits->n++;
}

static int by_place(const void *a, const void *b)
{
	const struct text_edit *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

void text_edits_settle(struct text_edits *edits)
{
	size_t kept = 0, end = 0;

	if (edits->n > 1)
		qsort(edits->items, edits->n, sizeof(*edits->items), by_place);
	for (size_t i = 0; i < edits->n; i++) {
		const struct text_edit *e = &edits->items[i];

		if (e->at < end || e->at + e->remove > edits->text.n) {
			edits->dropped++;
			continue;
		}
		end = e->at + e->remove;
		edits->items[kept++] = *e;
	}
	edits->n = kept;
}

/* The bytes [from, to) with the edits *next... that begin in them. */
static void put_range(const struct text_edits *edits, size_t from, size_t to, size_t *next,
		      struct buf *out)
{
	while (*next < edits->n && edits->items[*next].at < to) {
		const struct text_edit *e = &edits->items[(*next)++];

		buf_add(out, str_take(str_skip(edits->text, from), e->at - from));
		buf_add(out, e->insert);
		from = e->at + e->remove;
	}
	if (from < to)
		buf_add(out, str_take(str_skip(edits->text, from), to - from));
}

void text_edits_apply(const struct text_edits *edits, struct buf *out)
{
	size_t next = 0;

	put_range(edits, 0, edits->text.n, &next, out);
	for (; next < edits->n; next++) /* at the very end */
		buf_add(out, edits->items[next].insert);
}

/* ---- diff ---- */

/* Lines [first, last) of the old text and what stands in their place. */
struct change {
	size_t first, last;
	str text;
};

struct diff {
	const struct text_edits *edits;
	size_t *starts; /* of lines, and the end */
	size_t lines;
	struct change *changes;
	size_t n, cap;
};

static void find_lines(struct diff *d)
{
	str text = d->edits->text;
	size_t cap = 0;

	d->starts = arena_grow(d->edits->arena, NULL, 0, &cap, sizeof(*d->starts));
	d->starts[0] = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\n' && i + 1 < text.n)
			continue;
		d->lines++;
		d->starts =
			arena_grow(d->edits->arena, d->starts, d->lines, &cap, sizeof(*d->starts));
		d->starts[d->lines] = i + 1;
	}
}

static size_t line_of(const struct diff *d, size_t at)
{
	size_t low = 0, high = d->lines;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (d->starts[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* New lines between two old ones: nothing of the old text goes. */
static bool is_new_lines(const struct diff *d, size_t i)
{
	const struct text_edits *edits = d->edits;
	const struct text_edit *e = &edits->items[i];
	size_t line = line_of(d, e->at);

	return e->remove == 0 && d->starts[line] == e->at && str_ends(e->insert, STR("\n")) &&
	       (i + 1 == edits->n || line_of(d, edits->items[i + 1].at) > line);
}

/* Lines at both ends that stay as they are do not belong to a change. */
static void trim(const struct diff *d, struct change *c)
{
	str text = d->edits->text;

	while (c->last > c->first) {
		str line = str_take(str_skip(text, d->starts[c->first]),
				    d->starts[c->first + 1] - d->starts[c->first]);

		if (!str_ends(line, STR("\n")) || !str_starts(c->text, line))
			break;
		c->text = str_skip(c->text, line.n);
		c->first++;
	}
	while (c->last > c->first) {
		str line = str_take(str_skip(text, d->starts[c->last - 1]),
				    d->starts[c->last] - d->starts[c->last - 1]);
		str before = str_drop_end(c->text, line.n);

		if (!str_ends(c->text, line) || (before.n > 0 && !str_ends(before, STR("\n"))))
			break;
		c->text = before;
		c->last--;
	}
}

/* Edits that touch the same line, or whole lines together, are one change. */
static void find_changes(struct diff *d)
{
	const struct text_edits *edits = d->edits;
	size_t i = 0;

	while (i < edits->n) {
		AUTO(buf_done)
		struct buf text = { 0 };
		size_t first = line_of(d, edits->items[i].at), last = first + 1, next = i;
		bool new_lines = is_new_lines(d, i);

		for (; i < edits->n && line_of(d, edits->items[i].at) < last; i++) {
			const struct text_edit *e = &edits->items[i];
			size_t end = e->at + (e->remove > 0 ? e->remove - 1 : 0);

			last = line_of(d, end) + 1 > last ? line_of(d, end) + 1 : last;
		}
		if (new_lines)
			last = first;
		buf_init(&text, edits->text.n + (1u << 20));
		put_range(edits, d->starts[first], d->starts[last], &next, &text);
		for (; next < i; next++)
			buf_add(&text, edits->items[next].insert);
		d->changes =
			arena_grow(edits->arena, d->changes, d->n, &d->cap, sizeof(*d->changes));
		d->changes[d->n] = (struct change){ .first = first,
						    .last = last,
						    .text = str_dup(edits->arena, buf_str(&text)) };
		trim(d, &d->changes[d->n++]);
	}
}

static size_t count_lines(str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n' || i + 1 == text.n;
	return n;
}

static void put_lines(struct buf *out, char sign, str text)
{
	while (text.n > 0) {
		ptrdiff_t end = str_find_char(text, '\n');
		size_t n = end < 0 ? text.n : (size_t)end + 1;

		buf_byte(out, sign);
		buf_add(out, str_take(text, n));
		if (end < 0)
			BUF_LIT(out, "\n\\ No newline at end of file\n");
		text = str_skip(text, n);
	}
}

static str old_lines(const struct diff *d, size_t first, size_t last)
{
	return str_take(str_skip(d->edits->text, d->starts[first]),
			d->starts[last] - d->starts[first]);
}

/* Changes [from, to) with what stands around them. */
static void put_hunk(const struct diff *d, size_t from, size_t to, long shift, struct buf *out)
{
	size_t first = d->changes[from].first, last = d->changes[to - 1].last, added = 0,
	       removed = 0;

	first = first > CONTEXT ? first - CONTEXT : 0;
	last = last + CONTEXT < d->lines ? last + CONTEXT : d->lines;
	for (size_t i = from; i < to; i++) {
		added += count_lines(d->changes[i].text);
		removed += d->changes[i].last - d->changes[i].first;
	}
	size_t length = last - first, now = length - removed + added;
	buf_fmt(out, "@@ -%zu,%zu +%ld,%zu @@\n", length ? first + 1 : first, length,
		(long)(now ? first + 1 : first) + shift, now);
	for (size_t i = from; i < to; i++) {
		put_lines(out, ' ', old_lines(d, first, d->changes[i].first));
		put_lines(out, '-', old_lines(d, d->changes[i].first, d->changes[i].last));
		put_lines(out, '+', d->changes[i].text);
		first = d->changes[i].last;
	}
	put_lines(out, ' ', old_lines(d, first, last));
}

void text_edits_diff(const struct text_edits *edits, str path, struct buf *out)
{
	struct diff d = { .edits = edits };
	long shift = 0;

	if (edits->n == 0)
		return;
	find_lines(&d);
	find_changes(&d);
	path = str_without_prefix(path, STR("/"));
	path = str_without_prefix(path, STR("./"));
	buf_fmt(out, "--- a/%.*s\n+++ b/%.*s\n", STR_ARG(path), STR_ARG(path));
	for (size_t from = 0; from < d.n;) {
		size_t to = from + 1;

		while (to < d.n && d.changes[to].first <= d.changes[to - 1].last + 2 * CONTEXT)
			to++;
		put_hunk(&d, from, to, shift, out);
		for (; from < to; from++)
			shift += (long)count_lines(d.changes[from].text) -
				 (long)(d.changes[from].last - d.changes[from].first);
	}
}
