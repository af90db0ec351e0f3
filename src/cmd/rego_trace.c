/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/rego_trace.h"

#include "base/err.h"
#include "base/json.h"
#include "cmd/rego.h"

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

/* The variables of a literal that has an answer. */
static void put_values(struct buf *b, const struct term *term, const struct value *slots)
{
	if (term->kind == TERM_VAR && term->slot >= 0 && !name_is_wildcard(term->name)) {
		buf_fmt(b, "    %.*s: ", STR_ARG(term->name));
		value_write_rego(&slots[term->slot], b);
		buf_byte(b, '\n');
	}
	if (term->kind != TERM_REF && term->kind != TERM_ARRAY && term->kind != TERM_SET &&
	    term->kind != TERM_OBJECT && term->kind != TERM_CALL)
		return;
	for (size_t i = term->kind == TERM_CALL; i < term->n; i++)
		put_values(b, term->items[i], slots);
}

static void explain(struct rego_trace *to, const struct op *op, const struct value *slots,
		    unsigned depth, int answer)
{
	const char *word = answer == TRACE_TRY ? "Eval" : answer == 1 ? "Exit" : "Fail";

	if (to->explain < EXPLAIN_FAILS || (to->explain == EXPLAIN_FAILS && answer != 0))
		return;
	buf_fmt(&to->out, "%.*s:%-5u ", STR_ARG(op->module->file), op->expr->line);
	for (unsigned i = 0; i < depth && i < 40; i++)
		BUF_LIT(&to->out, "| ");
	buf_fmt(&to->out, "%s ", word);
	put_literal(&to->out, op);
	if (to->values && answer == 1) {
		const struct term *terms[] = { op->expr->a, op->expr->b, op->expr->c };

		for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
			if (terms[i])
				put_values(&to->out, terms[i], slots);
		}
	}
}

static void profile(struct rego_trace *to, const struct op *op, int answer)
{
	uint64_t now = rego_clock_ns();

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

static void event(struct policy_trace *trace, const struct op *op, const struct value *slots,
		  unsigned depth, int answer)
{
	struct rego_trace *to = trace->context;

	explain(to, op, slots, depth, answer);
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

/* What trace() notes is shown when it is asked for, what print() prints always. */
static void on_print(void *context, str file, uint32_t line, str text)
{
	struct rego_trace *trace = context;

	if (line > 0 || trace->explain != EXPLAIN_OFF)
		rego_print(&trace->out, file, line, text);
}

void rego_trace_init(struct rego_trace *trace, struct policy_run *run,
		     const struct rego_trace_options *opts, const struct policy *policy)
{
	static const char *const words[] = { "off", "notes", "fails", "full", "debug" };

	*trace = (struct rego_trace){ .trace = { .event = event, .context = trace },
				      .values = opts->values,
				      .limit = opts->limit };
	buf_init(&trace->out, REGO_TRACE_MAX);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_eq(opts->explain, str_c(words[i])))
			trace->explain = (enum rego_explain)i;
	}
	for (size_t i = 0; i < opts->sort_n && i < REGO_SORT_MAX; i++)
		trace->sort[trace->sort_n++] = opts->sort[i];
	run->print = on_print;
	run->context = trace;
	trace->last = UINT32_MAX;
	if (opts->profile) {
		trace->row_n = policy_literals(policy);
		trace->rows = mem_zalloc(trace->row_n * sizeof(*trace->rows) + 1);
	}
	if (trace->explain >= EXPLAIN_FAILS || opts->profile)
		run->trace = &trace->trace;
}

const char *const rego_profile_sorts[] = { "total_time_ns", "num_eval", "file", "line", NULL };

static int compare_rows(const struct rego_profile_row *x, const struct rego_profile_row *y, str by)
{
	if (str_eq(by, STR("num_eval")))
		return x->tried == y->tried ? 0 : x->tried < y->tried ? 1 : -1;
	if (str_eq(by, STR("file")))
		return str_cmp(x->file, y->file);
	if (str_eq(by, STR("line")))
		return x->line == y->line ? 0 : x->line < y->line ? -1 : 1;
	return x->ns == y->ns ? 0 : x->ns < y->ns ? 1 : -1;
}

static int by_wish(const void *a, const void *b, void *context)
{
	const struct rego_trace *trace = context;
	int order = 0;

	for (size_t i = 0; i < trace->sort_n && order == 0; i++)
		order = compare_rows(a, b, trace->sort[i]);
	return order ? order : compare_rows(a, b, STR("total_time_ns"));
}

/* The rows that were reached, sorted, at most as many as are wanted. */
static void finish_rows(struct rego_trace *trace)
{
	size_t n = 0;

	for (size_t i = 0; i < trace->row_n; i++) {
		if (trace->rows[i].tried > 0)
			trace->rows[n++] = trace->rows[i];
	}
	qsort_r(trace->rows, n, sizeof(*trace->rows), by_wish, trace);
	trace->row_n = trace->limit > 0 && trace->limit < n ? trace->limit : n;
}

void rego_profile_put_json(const struct rego_trace *trace, struct json_writer *w)
{
	JSON_KEY(w, "profile");
	json_open_array(w);
	for (size_t i = 0; i < trace->row_n; i++) {
		const struct rego_profile_row *row = &trace->rows[i];

		json_open_object(w);
		json_kv_u64(w, STR("total_time_ns"), row->ns);
		json_kv_u64(w, STR("num_eval"), row->tried);
		JSON_KEY(w, "location");
		json_open_object(w);
		json_kv_str(w, STR("file"), row->file);
		json_kv_u64(w, STR("row"), row->line);
		json_kv_u64(w, STR("col"), row->col);
		json_close_object(w);
		json_close_object(w);
	}
	json_close_array(w);
}

void rego_trace_show(struct rego_trace *trace)
{
	struct err err;

	if (trace->rows) {
		finish_rows(trace);
		BUF_LIT(&trace->out, "    time ns       evals  location\n");
		for (size_t i = 0; i < trace->row_n; i++) {
			const struct rego_profile_row *row = &trace->rows[i];

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
