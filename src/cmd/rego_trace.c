/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/rego_trace.h"

#include "base/err.h"

#include <time.h>

#define PROFILE_ROWS 10u /* that are shown */

static uint64_t clock_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The text of a literal on one line. */
static void put_literal(struct buf *b, const struct op *op)
{
	str text = op->module->text;

	for (uint32_t i = op->expr->start; i < op->expr->end && i < text.n; i++) {
		char c = text.p[i];

		if (c == '\n')
			break;
		buf_byte(b, (unsigned char)c < 0x20 || c == 0x7f ? ' ' : c);
	}
	buf_byte(b, '\n');
}

static void explain(struct rego_trace *to, const struct op *op, unsigned depth, int answer)
{
	const char *word = answer == TRACE_TRY ? "Eval" : answer == 1 ? "Exit" : "Fail";

	if (to->explain < EXPLAIN_FAILS || (to->explain == EXPLAIN_FAILS && answer != 0))
		return;
	buf_fmt(&to->out, "%.*s:%-5u ", STR_ARG(op->module->file), op->expr->line);
	for (unsigned i = 0; i < depth && i < 40; i++)
		BUF_LIT(&to->out, "| ");
	buf_fmt(&to->out, "%s ", word);
	put_literal(&to->out, op);
}

static void profile(struct rego_trace *to, const struct op *op, int answer)
{
	uint64_t now = clock_ns();

	if (to->last < to->row_n)
		to->rows[to->last].ns += now - to->last_ns;
	to->last_ns = now;
	to->last = op->id;
	if (op->id >= to->row_n || answer != TRACE_TRY)
		return;
	to->rows[op->id].file = op->module->file;
	to->rows[op->id].line = op->expr->line;
	to->rows[op->id].col = op->expr->col;
	to->rows[op->id].tried++;
}

static void event(struct policy_trace *trace, const struct op *op, unsigned depth, int answer)
{
	struct rego_trace *to = trace->context;

	explain(to, op, depth, answer);
	if (to->rows)
		profile(to, op, answer);
}

void rego_print(void *context, str file, uint32_t line, str text)
{
	struct buf *out = context;

	if (line > 0)
		buf_fmt(out, "%.*s:%u: ", STR_ARG(file), line);
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		buf_byte(out, ((unsigned char)c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ? '?'
											       : c);
	}
	buf_byte(out, '\n');
}

void rego_trace_init(struct rego_trace *trace, struct policy_run *run, str how, bool profile_too,
		     const struct policy *policy)
{
	static const char *const words[] = { "off", "notes", "fails", "full" };

	*trace = (struct rego_trace){ .trace = { .event = event, .context = trace } };
	buf_init(&trace->out, REGO_TRACE_MAX);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_eq(how, str_c(words[i])))
			trace->explain = (enum rego_explain)i;
	}
	run->print = rego_print;
	run->context = &trace->out;
	trace->last = UINT32_MAX;
	if (profile_too) {
		trace->row_n = policy_literals(policy);
		trace->rows = mem_zalloc(trace->row_n * sizeof(*trace->rows) + 1);
	}
	if (trace->explain >= EXPLAIN_FAILS || profile_too)
		run->trace = &trace->trace;
}

static int slowest(const void *a, const void *b)
{
	const struct rego_profile_row *x = a, *y = b;

	return x->ns == y->ns ? 0 : x->ns < y->ns ? 1 : -1;
}

void rego_trace_show(struct rego_trace *trace)
{
	struct err err;

	if (trace->rows) {
		qsort(trace->rows, trace->row_n, sizeof(*trace->rows), slowest);
		BUF_LIT(&trace->out, "    time ns       evals  location\n");
		for (size_t i = 0; i < trace->row_n && i < PROFILE_ROWS; i++) {
			const struct rego_profile_row *row = &trace->rows[i];

			if (row->tried > 0)
				buf_fmt(&trace->out, "%11llu %11llu  %.*s:%u\n",
					(unsigned long long)row->ns, (unsigned long long)row->tried,
					STR_ARG(row->file), row->line);
		}
	}
	IGNORE(fd_write_all(STDERR_FILENO, buf_str(&trace->out),
			    &err)); /* nowhere left to say so */
	if (trace->out.overflow)
		IGNORE(fd_write_all(STDERR_FILENO, STR("(more was cut)\n"), &err)); /* the same */
}

void rego_trace_done(struct rego_trace *trace)
{
	buf_done(&trace->out);
	free(trace->rows);
	trace->rows = NULL;
}
