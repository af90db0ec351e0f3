/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* db: the commands below `seawall db`, and what they share. */
#include "base/buf.h"
#include "cmd/command.h"

struct advisory_import_report;
struct json_writer;

extern const struct command command_db_import;
extern const struct command command_db_search;
extern const struct command command_db_status;
extern const struct command command_db_update;

extern const char *const db_formats[]; /* words of --format: table, json */

#define DB_TEXT_MAX (256u << 20) /* bytes of an answer */

/* The path of --db, or NULL for the usual place. */
char *db_path_option(const struct invocation *in, size_t option);
/* True for --format json. */
bool db_is_json(const struct invocation *in, size_t option);
/* Columns for people; 0 where the answer goes into a file or pipe. */
size_t db_columns(const struct invocation *in, str output);
/* Writes an answer where --output says. */
int db_answer(const struct invocation *in, str output, const struct buf *text,
	      struct err *err) MUST_USE;

/* What an import passed over, by reason: for people (nothing when there is nothing), as an array.
 */
void db_put_skips(struct buf *b, const struct invocation *in,
		  const struct advisory_import_report *report, size_t columns);
void db_put_skips_json(struct json_writer *w, const struct advisory_import_report *report);

/* Rows of the option tables. */
#define DB_OPTION_DB                                                    \
	{                                                               \
		.name = "db", .arg = "FILE", .complete = COMPLETE_FILE, \
		.help = { "Advisory database instead of the usual one", \
			  "既定以外の脆弱性データベース" },             \
	}
#define DB_OPTION_FORMAT                                                             \
	{                                                                            \
		.name = "format", .letter = 'f', .arg = "FORMAT", .preset = "table", \
		.words = db_formats, .help = { "Form of the answer", "出力形式" },   \
	}
#define DB_OPTION_OUTPUT                                                                   \
	{                                                                                  \
		.name = "output", .letter = 'o', .arg = "FILE", .complete = COMPLETE_FILE, \
		.help = { "Write the answer there", "出力先ファイル" },                    \
	}
