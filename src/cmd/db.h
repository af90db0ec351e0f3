/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* db: the commands below `seawall db`, and what they share. */
#include "cmd/answer.h"

struct advisory_import_report;
struct json_writer;

extern const struct command command_db_import;
extern const struct command command_db_search;
extern const struct command command_db_status;
extern const struct command command_db_update;

/* What an import passed over, by reason: for people (nothing when there is nothing), as an array.
 */
void db_put_skips(struct buf *b, const struct invocation *in,
		  const struct advisory_import_report *report, size_t columns);
void db_put_skips_json(struct json_writer *w, const struct advisory_import_report *report);

/* Row of the option tables; without it (option_path is NULL) the usual place is meant. */
#define DB_OPTION_DB                                                    \
	{                                                               \
		.name = "db", .arg = "FILE", .complete = COMPLETE_FILE, \
		.help = { "Advisory database instead of the usual one", \
			  "既定以外の脆弱性データベース" },             \
	}
