/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/problem.h"

#include <stdarg.h>

#define SOURCE_MAX 200u /* bytes of a line that are shown */

static str line_of(str text, uint32_t line)
{
	str rest = text, found = STR_EMPTY;

	for (uint32_t i = 0; i < line; i++) {
		if (!str_line(&rest, &found))
			return STR_EMPTY;
	}
	return found;
}

void problem_add(struct problems *problems, str file, str text, uint32_t line, uint32_t col,
		 const char *code, const char *fmt, ...)
{
	struct buf b;
	va_list ap;

	if (problems->n == PROBLEM_MAX) {
		problems->dropped++;
		return;
	}
	buf_init(&b, 4096);
	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	problems->items[problems->n++] = (struct problem){
		.file = str_dup(problems->arena, file),
		.line = line,
		.col = col,
		.code = code,
		.message = str_dup(problems->arena, buf_str(&b)),
		.source = str_dup(problems->arena, str_take(line_of(text, line), SOURCE_MAX)),
	};
	buf_done(&b);
}

void problem_details(struct problems *problems, str details)
{
	if (problems->n > 0 && problems->dropped == 0)
		problems->items[problems->n - 1].details = str_dup(problems->arena, details);
}

static int compare(const void *a, const void *b)
{
	const struct problem *x = a, *y = b;
	int order = str_cmp(x->file, y->file);

	if (order)
		return order;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->col > y->col) - (x->col < y->col);
}

void problems_sort(struct problems *problems)
{
	size_t kept = 0;

	qsort(problems->items, problems->n, sizeof(problems->items[0]), compare);
	for (size_t i = 0; i < problems->n; i++) {
		const struct problem *p = &problems->items[i];
		const struct problem *last = kept ? &problems->items[kept - 1] : NULL;

		if (!last || compare(last, p) != 0 || !str_eq(last->message, p->message))
			problems->items[kept++] = *p;
	}
	problems->n = kept;
}

/* Control bytes of the source would reach a terminal: they are shown as '?', tabs as a space. */
static void put_clean(struct buf *out, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\t')
			c = ' ';
		buf_byte(out, (unsigned char)c < 0x20 || c == 0x7f ? '?' : c);
	}
}

static void put_details(struct buf *out, str details)
{
	str line;

	while (str_line(&details, &line)) {
		BUF_LIT(out, "\t");
		put_clean(out, line);
		buf_byte(out, '\n');
	}
}

void problems_print(const struct problems *problems, struct buf *out)
{
	for (size_t i = 0; i < problems->n; i++) {
		const struct problem *p = &problems->items[i];

		put_clean(out, p->file);
		buf_fmt(out, ":%u:%u: %s: ", p->line, p->col, p->code);
		put_clean(out, p->message);
		buf_byte(out, '\n');
		put_details(out, p->details);
		if (str_trim(p->source).n == 0)
			continue;
		BUF_LIT(out, "\t");
		put_clean(out, p->source);
		BUF_LIT(out, "\n\t");
		for (uint32_t k = 1; k < p->col && k < SOURCE_MAX; k++)
			buf_byte(out, ' ');
		BUF_LIT(out, "^\n");
	}
	if (problems->dropped > 0)
		buf_fmt(out, "%zu further errors\n", problems->dropped);
}
