/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/rego_answer.h"

#include "cmd/answer.h"
#include "report/grid.h"
#include "report/term.h"

static void put_bindings(struct json_writer *w, const struct policy_query *query,
			 const struct policy_answer *answer)
{
	json_open_object(w);
	for (size_t i = 0; i < policy_query_vars(query); i++) {
		json_key(w, policy_query_var(query, i));
		value_write_json(&answer->bindings[i], w);
	}
	json_close_object(w);
}

static void put_result(struct json_writer *w, const struct policy_query *query,
		       const struct policy_answer *answer)
{
	json_open_object(w);
	JSON_KEY(w, "expressions");
	json_open_array(w);
	for (size_t i = 0; i < policy_query_exprs(query); i++) {
		uint32_t line, col;
		str text = policy_query_expr(query, i, &line, &col);

		json_open_object(w);
		JSON_KEY(w, "value");
		value_write_json(&answer->values[i], w);
		json_kv_str(w, STR("text"), text);
		JSON_KEY(w, "location");
		json_open_object(w);
		json_kv_u64(w, STR("row"), line);
		json_kv_u64(w, STR("col"), col);
		json_close_object(w);
		json_close_object(w);
	}
	json_close_array(w);
	if (policy_query_vars(query) > 0) {
		JSON_KEY(w, "bindings");
		put_bindings(w, query, answer);
	}
	json_close_object(w);
}

static void put_json(struct buf *b, const struct policy_query *query,
		     const struct policy_answers *answers, const struct rego_report *report)
{
	struct json_writer w;

	json_writer_init(&w, b, 2);
	json_open_object(&w);
	if (answers->n > 0) {
		JSON_KEY(&w, "result");
		json_open_array(&w);
		for (size_t i = 0; i < answers->n; i++)
			put_result(&w, query, &answers->items[i]);
		json_close_array(&w);
	}
	rego_report_put_json(report, &w);
	json_close_object(&w);
	buf_byte(b, '\n');
}

/* One document for each answer: its values, or its bindings. */
static void put_each(struct buf *b, const struct policy_query *query,
		     const struct policy_answers *answers, bool bindings)
{
	for (size_t i = 0; i < answers->n; i++) {
		struct json_writer w;

		json_writer_init(&w, b, 2);
		if (bindings) {
			put_bindings(&w, query, &answers->items[i]);
		} else {
			json_open_array(&w);
			for (size_t k = 0; k < policy_query_exprs(query); k++)
				value_write_json(&answers->items[i].values[k], &w);
			json_close_array(&w);
		}
		buf_byte(b, '\n');
	}
}

static void put_value(struct buf *b, const struct value *v, unsigned indent)
{
	struct json_writer w;

	json_writer_init(&w, b, indent);
	value_write_json(v, &w);
}

/* Strings without quotes, for scripts. */
static void put_raw(struct buf *b, const struct policy_query *query,
		    const struct policy_answers *answers)
{
	for (size_t i = 0; i < answers->n; i++) {
		for (size_t k = 0; k < policy_query_exprs(query); k++) {
			const struct value *v = &answers->items[i].values[k];

			if (k > 0)
				buf_byte(b, ' ');
			if (v->type == VALUE_STRING)
				buf_add(b, value_text(v));
			else
				put_value(b, v, 0);
		}
		buf_byte(b, '\n');
	}
}

static void put_row(struct grid *grid, const struct policy_query *query,
		    const struct policy_answer *answer, struct arena *arena)
{
	size_t vars = policy_query_vars(query);
	str *cells = ARENA_ARRAY(arena, str, vars + policy_query_exprs(query) + 1);

	for (size_t i = 0; i < vars + policy_query_exprs(query); i++) {
		struct buf b;

		buf_init(&b, ANSWER_MAX);
		put_value(&b, i < vars ? &answer->bindings[i] : &answer->values[i - vars], 0);
		cells[i] = str_dup(arena, buf_str(&b));
		buf_done(&b);
	}
	grid_row(grid, cells);
}

static void put_pretty(struct buf *b, struct arena *arena, const struct policy_query *query,
		       const struct policy_answers *answers)
{
	size_t vars = policy_query_vars(query), exprs = policy_query_exprs(query);
	struct grid grid;
	str *names;

	if (answers->n == 0) {
		BUF_LIT(b, "undefined\n");
		return;
	}
	if (vars == 0 && exprs == 1 && answers->n == 1) {
		put_value(b, &answers->items[0].values[0], 2);
		buf_byte(b, '\n');
		return;
	}
	if (vars + exprs > GRID_MAX_CELLS) {
		put_each(b, query, answers, vars > 0);
		return;
	}
	grid_init(&grid, vars + exprs, arena);
	names = ARENA_ARRAY(arena, str, vars + exprs);
	for (size_t i = 0; i < vars + exprs; i++) {
		uint32_t line, col;

		names[i] = i < vars ? policy_query_var(query, i)
				    : policy_query_expr(query, i - vars, &line, &col);
	}
	grid_row(&grid, names);
	for (size_t i = 0; i < answers->n; i++)
		put_row(&grid, query, &answers->items[i], arena);
	grid_put(&grid, b, 0, 0);
}

/* {x | ...} as Rego writes it: one line for each answer. */
static void put_source(struct buf *b, const struct policy_query *query,
		       const struct policy_answers *answers)
{
	for (size_t i = 0; i < answers->n; i++) {
		for (size_t k = 0; k < policy_query_exprs(query); k++) {
			if (k > 0)
				BUF_LIT(b, "; ");
			value_write_rego(&answers->items[i].values[k], b);
		}
		buf_byte(b, '\n');
	}
}

void rego_put_answers(struct buf *b, str format, const struct policy_query *query,
		      const struct policy_answers *answers, const struct rego_report *report,
		      struct arena *arena)
{
	struct json_writer w;

	if (str_eq(format, STR("json"))) {
		put_json(b, query, answers, report);
		return;
	}
	if (str_eq(format, STR("discard"))) {
		json_writer_init(&w, b, 2);
		json_open_object(&w);
		rego_report_put_json(report, &w);
		json_close_object(&w);
		buf_byte(b, '\n');
		return;
	}
	if (str_eq(format, STR("pretty")))
		put_pretty(b, arena, query, answers);
	else if (str_eq(format, STR("raw")))
		put_raw(b, query, answers);
	else if (str_eq(format, STR("source")))
		put_source(b, query, answers);
	else
		put_each(b, query, answers, str_eq(format, STR("bindings")));
	if (str_eq(format, STR("pretty")))
		rego_report_put_text(report, b);
}

/* ---- figures -----------------------------------------------------------------------------------
 */

void rego_report_time(struct rego_report *report, const char *name, uint64_t ns)
{
	if (report->n < REGO_FIGURES)
		report->figures[report->n++] = (struct rego_figure){ .name = name, .n = ns };
}

static int by_size(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

void rego_report_runs(struct rego_report *report, uint64_t *ns, size_t n)
{
	uint64_t sum = 0;

	if (n == 0)
		return;
	qsort(ns, n, sizeof(*ns), by_size);
	for (size_t i = 0; i < n; i++)
		sum += ns[i];
	rego_report_time(report, "timer_rego_query_eval_ns", n == 1 ? ns[0] : sum / n);
	if (n == 1)
		return;
	rego_report_time(report, "timer_rego_query_eval_ns_min", ns[0]);
	rego_report_time(report, "timer_rego_query_eval_ns_90%", ns[(n - 1) * 90 / 100]);
	rego_report_time(report, "timer_rego_query_eval_ns_99%", ns[(n - 1) * 99 / 100]);
	rego_report_time(report, "timer_rego_query_eval_ns_max", ns[n - 1]);
}

void rego_report_put_json(const struct rego_report *report, struct json_writer *w)
{
	if (report->n > 0) {
		JSON_KEY(w, "metrics");
		json_open_object(w);
		for (size_t i = 0; i < report->n; i++)
			json_kv_u64(w, str_c(report->figures[i].name), report->figures[i].n);
		json_close_object(w);
	}
	if (report->trace && report->trace->rows)
		rego_profile_put_json(report->trace, w);
}

void rego_report_put_text(const struct rego_report *report, struct buf *b)
{
	for (size_t i = 0; i < report->n; i++)
		buf_fmt(b, "%-40s %12llu\n", report->figures[i].name,
			(unsigned long long)report->figures[i].n);
}
