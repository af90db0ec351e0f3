/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/db.h"

#include "advisory/import.h"
#include "base/json.h"
#include "report/grid.h"

void db_put_skips(struct buf *b, const struct invocation *in,
		  const struct advisory_import_report *report, size_t columns)
{
	struct arena *arena = in->arena;
	struct grid grid;

	if (report->skip_count == 0)
		return;
	TEXT_ADD(b, in->lang, IMPORT_SKIPPED);
	BUF_LIT(b, ":\n");
	grid_init(&grid, 4, arena);
	for (size_t i = 0; i < report->skip_count; i++) {
		const struct advisory_skip *skip = &report->skips[i];
		str reason = skip->reason;

		if (skip->harmless)
			reason = str_cat(arena, reason, text_of(in->lang, TEXT_HARMLESS));
		GRID_ROW(&grid, skip->source, text_number(arena, skip->count), reason, skip->first);
	}
	grid_put(&grid, b, 2, columns);
}

void db_put_skips_json(struct json_writer *w, const struct advisory_import_report *report)
{
	json_open_array(w);
	for (size_t i = 0; i < report->skip_count; i++) {
		const struct advisory_skip *skip = &report->skips[i];

		json_open_object(w);
		json_kv_str(w, STR("source"), skip->source);
		json_kv_str(w, STR("reason"), skip->reason);
		json_kv_str(w, STR("first"), skip->first);
		json_kv_u64(w, STR("count"), skip->count);
		json_kv_bool(w, STR("harmless"), skip->harmless);
		json_close_object(w);
	}
	json_close_array(w);
}

static const struct command *const subcommands[] = {
	&command_db_import, &command_db_status, &command_db_update, &command_db_search, NULL,
};

static const struct command_example examples[] = {
	{ .what = { "Fetch the advisory data", "脆弱性データを取得" }, .line = "db update" },
	{ .what = { "What is loaded, and how old it is", "読み込み済みデータと日付を表示" },
	  .line = "db status" },
	{ .line = NULL },
};

const struct command command_db = {
	.name = "db",
	.summary = { "Load and look into the advisory database", "脆弱性データベースの取得と参照" },
	.examples = examples,
	.subcommands = subcommands,
};
