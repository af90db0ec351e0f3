/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* answer: what commands with one answer of moderate size share: its form, and where it goes. */
#include "base/buf.h"
#include "cmd/command.h"

extern const char *const answer_formats[]; /* words of --format: table, json */

#define ANSWER_MAX (256u << 20) /* bytes */

/* True for --format json. */
bool answer_is_json(const struct invocation *in, size_t option);
/* Columns for people; 0 where the answer goes into a file or pipe. */
size_t answer_columns(const struct invocation *in, str output);
/* Writes an answer where --output says. */
int answer_write(const struct invocation *in, str output, const struct buf *text,
		 struct err *err) MUST_USE;

/* Rows of the option tables. */
#define ANSWER_OPTION_FORMAT                                                           \
	{                                                                              \
		.name = "format", .letter = 'f', .arg = "FORMAT", .preset = "table",   \
		.words = answer_formats, .help = { "Form of the answer", "出力形式" }, \
	}
#define ANSWER_OPTION_OUTPUT                                                               \
	{                                                                                  \
		.name = "output", .letter = 'o', .arg = "FILE", .complete = COMPLETE_FILE, \
		.help = { "Write the answer there", "出力先ファイル" },                    \
	}
