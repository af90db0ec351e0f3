/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the two files of container_report share. */
#include "posture/container_report.h"

struct part {
	const struct container_report *own;
	const struct benchmark_report *report;
	const struct assessment *a;
	struct arena *arena;
	enum lang lang;
	struct buf *b;
	struct json_writer *w;
};

struct part part_of(const struct benchmark_report *report);
bool part_shows(const struct part *p, size_t i);
/* The text of the check: it speaks of Docker. NULL: there is none. */
const struct check_text *part_text(const struct part *p, size_t i);
str part_title(const struct part *p, size_t i);
/* What is open about a resource, in one text. */
str part_open_text(const struct part *p, const struct assessed_resource *r, size_t i);
bool part_is_open(enum assessed_state state);
/* Against the baseline, where there is one. */
enum benchmark_mark part_mark(const struct part *p, const struct assessed_resource *r, size_t i);

/* Of the script that repairs (fix_script.h): comments. */
void container_report_fix(const struct part *p);
void container_report_json(struct json_writer *w, const struct benchmark_report *report);
void container_report_sarif(struct json_writer *w, const struct benchmark_report *report);
