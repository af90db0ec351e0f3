/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * benchmark_report: the benchmark of a host as somebody wants to read it. A form is a row of a
 * table: one file src/posture/benchmark/<name>.c with `const struct benchmark_writer
 * benchmark_writer_<name>`, and its name in meson.build there.
 *
 * Same input, same bytes: nothing here asks a clock. Text from outside is escaped by the writer.
 * Every total is exact; of the findings of one control the first `limit` are shown in forms for
 * people, with "and N more".
 */
#include "posture/benchmark.h"

#define BENCHMARK_SCHEMA "1.0"

struct benchmark_baseline;
struct report_out;

struct benchmark_report {
	const struct benchmark_result *result;
	const struct benchmark_baseline *baseline; /* benchmark_baseline.h; NULL: none */
	const struct exception_set *exceptions;	   /* NULL: none */
	enum lang lang;
	size_t columns; /* of the table; 0: as wide as it is */
	size_t limit;
	str source; /* file of facts; empty: this host was asked */
	str time;   /* RFC 3339, or empty */
	int64_t now;
	struct arena *arena;
	/* Where the text goes in pieces, and then `arena` is of pieces, too; NULL: it stays whole.
	 */
	struct report_out *out;
	/* A further part of the report (containers as resources), behind the controls; NULL: none.
	 */
	void (*more)(struct buf *b, const struct benchmark_report *report, const char *form);
	/* Of JSON: members of the document; of SARIF: runs. */
	void (*json_more)(struct json_writer *w, const struct benchmark_report *report);
	void (*sarif_more)(struct json_writer *w, const struct benchmark_report *report);
	const void *more_context;
};

typedef void benchmark_write_fn(struct buf *b, const struct benchmark_report *report);

struct benchmark_writer {
	const char *name;
	benchmark_write_fn *write;
};

/* NULL: there is no such form. */
const struct benchmark_writer *benchmark_writer_find(str name);
extern const char *const benchmark_writer_words[]; /* NULL-ended */

/*
 * Writers call this between two things that they show: what is written is handed on when there is
 * enough of it, and what was made in the report's arena may be gone.
 */
void benchmark_step(const struct benchmark_report *report);

/* ---- what writers share --------------------------------------------------------------------- */

const struct check_text *benchmark_control_text(enum lang lang, const struct benchmark_control *c);
/* "web: message [evidence]"; the document is left out where it is the host. */
str benchmark_item_text(struct arena *arena, enum lang lang, const struct benchmark_item *item);
str benchmark_reason(enum lang lang, const struct benchmark_control *c);
/* "83" of a tally, or "-". */
str benchmark_percent_text(struct arena *arena, const struct benchmark_tally *tally);
/* The table of sections: titles of its columns, and the cells of section `s` (from 0); false: no
 * control is in it. The first is the title, the others are numbers. */
#define BENCHMARK_SECTION_CELLS 8u
extern const enum text benchmark_section_heads[BENCHMARK_SECTION_CELLS];
bool benchmark_section_cells(const struct benchmark_report *report, unsigned s,
			     str cells[BENCHMARK_SECTION_CELLS]);
/* Lines about the machine, the engine and the score. */
size_t benchmark_head(const struct benchmark_report *report, str lines[8]);
/* The same finding keeps this mark from run to run. */
str benchmark_fingerprint(struct arena *arena, const struct benchmark_control *c,
			  const struct benchmark_item *item);
/* JSON: the member "fix"; SARIF: "baselineState". */
void benchmark_put_fix(struct json_writer *w, const struct check_fix *fix, enum lang lang);
void benchmark_put_sarif_state(struct json_writer *w, enum benchmark_mark mark);
/* Controls that are not shown (--severity). */
size_t benchmark_hidden(const struct benchmark_result *result);
/* Exceptions about configuration: matches, expired, without a match. */
struct benchmark_exceptions {
	size_t matched, expired, unused;
};
struct benchmark_exceptions benchmark_count_exceptions(const struct benchmark_report *report);
