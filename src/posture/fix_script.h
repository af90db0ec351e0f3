/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fix_script: what would repair a container host, as a script for a POSIX shell. It is printed,
 * never run. Each step stands under its control's number, title, what was found, and its risk. The
 * script asks for nothing, may be run again, and takes the root of a host that is mounted elsewhere
 * as its argument (then steps about the running host are passed over, and say so).
 *
 * Of JSON files the members are merged by awk, which every host has: what else they hold stays as
 * it is written, a file that is no JSON object is left alone, the one before is kept beside it.
 * The part of the report behind the controls (recommendations on containers) follows them.
 * What needs a choice, what a person has to decide, what the daemon has on its command line (it
 * does not start with a setting in both places) and what cannot be quoted safely are comments.
 */
#include "posture/benchmark_report.h"

void fix_script_write(struct buf *b, const struct benchmark_report *report);
/* ---- what the further part of the report shares (struct benchmark_report.more, "fix-script") ----
 */

/* Lines of comment, wrapped; nothing in them ends it. */
void fix_script_comment(struct buf *b, struct arena *arena, str text);
/* `text` with each {subject} replaced. */
str fix_script_fill(struct arena *arena, str text, str subject);
/* One word of a POSIX shell; false: it holds a NUL, which none can. */
bool fix_script_quote(struct buf *b, str word);
