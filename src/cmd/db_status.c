/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/db.h"

#include "base/json.h"
#include "base/time.h"
#include "cmd/db.h"
#include "report/grid.h"
#include "report/term.h"

enum { STATUS_FORMAT, STATUS_OUTPUT, STATUS_DB, STATUS_OPTION_COUNT };

static const struct option_spec options[STATUS_OPTION_COUNT] = {
	[STATUS_FORMAT] = ANSWER_OPTION_FORMAT,
	[STATUS_OUTPUT] = ANSWER_OPTION_OUTPUT,
	[STATUS_DB] = DB_OPTION_DB,
};

static void put_age(struct json_writer *w, int days)
{
	JSON_KEY(w, "age_days");
	if (days == ADVISORY_UNKNOWN_AGE)
		json_put_null(w);
	else
		json_put_i64(w, days);
}

static void put_json(struct buf *b, const struct advisory_info *info)
{
	struct json_writer w;

	json_writer_init(&w, b, 2);
	json_open_object(&w);
	json_kv_str(&w, STR("path"), info->path);
	json_kv_bool(&w, STR("essentials_only"), info->essentials_only);
	json_kv_u64(&w, STR("schema"), info->schema);
	json_kv_opt(&w, STR("built"), info->built);
	json_kv_opt(&w, STR("date"), info->date);
	put_age(&w, info->age_days);
	json_kv_bool(&w, STR("stale"), info->stale);
	json_kv_opt(&w, STR("digest"), info->digest);
	json_kv_u64(&w, STR("records"), info->records);
	json_kv_u64(&w, STR("packages"), info->packages);
	json_kv_u64(&w, STR("known_exploited_entries"), info->kev);
	json_kv_u64(&w, STR("epss_entries"), info->epss);
	JSON_KEY(&w, "sources");
	json_open_array(&w);
	for (size_t i = 0; i < info->source_count; i++) {
		const struct advisory_source *source = &info->sources[i];

		json_open_object(&w);
		json_kv_str(&w, STR("name"), source->name);
		json_kv_str(&w, STR("form"), source->form);
		json_kv_opt(&w, STR("path"), source->path);
		json_kv_opt(&w, STR("date"), source->date);
		put_age(&w, source->age_days);
		json_kv_bool(&w, STR("stale"), source->stale);
		json_kv_opt(&w, STR("imported"), source->imported);
		json_kv_opt(&w, STR("digest"), source->digest);
		json_kv_u64(&w, STR("records"), source->records);
		json_kv_u64(&w, STR("affected"), source->affected);
		json_kv_u64(&w, STR("skipped"), source->skipped);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_close_object(&w);
	buf_byte(b, '\n');
}

static str age_text(struct arena *arena, enum lang lang, int days, bool stale)
{
	str age = days == ADVISORY_UNKNOWN_AGE
			  ? STR("-")
			  : TEXT_MAKE(arena, lang, DAYS_OLD, str_fmt(arena, "%d", days));

	return stale ? str_cat(arena, age, text_of(lang, TEXT_STALE_MARK)) : age;
}

static void put_sources(struct buf *b, const struct invocation *in,
			const struct advisory_info *info, size_t columns)
{
	enum lang lang = in->lang;
	struct grid grid;

	if (info->source_count == 0)
		return;
	grid_init(&grid, 6, in->arena);
	GRID_ROW(&grid, text_of(lang, TEXT_COLUMN_SOURCE), text_of(lang, TEXT_COLUMN_FORM),
		 text_of(lang, TEXT_COLUMN_RECORDS), text_of(lang, TEXT_COLUMN_SKIPPED),
		 text_of(lang, TEXT_COLUMN_DATE), text_of(lang, TEXT_COLUMN_AGE));
	for (size_t i = 0; i < info->source_count; i++) {
		const struct advisory_source *source = &info->sources[i];

		GRID_ROW(&grid, source->name, source->form, text_number(in->arena, source->records),
			 text_number(in->arena, source->skipped), text_date(lang, source->date),
			 age_text(in->arena, lang, source->age_days, source->stale));
	}
	buf_byte(b, '\n');
	grid_put(&grid, b, 0, columns);
}

static void put_table(struct buf *b, const struct invocation *in, const struct advisory_info *info,
		      size_t columns)
{
	struct arena *arena = in->arena;
	enum lang lang = in->lang;

	TEXT_FILL(b, lang, STATUS_PATH, term_safe(arena, info->path));
	buf_byte(b, '\n');
	TEXT_FILL(b, lang, STATUS_RECORDS, text_number(arena, info->records),
		  text_number(arena, info->packages), text_number(arena, info->kev),
		  text_number(arena, info->epss));
	buf_byte(b, '\n');
	TEXT_FILL(b, lang, STATUS_DATE, text_date(lang, info->date),
		  age_text(arena, lang, info->age_days, info->stale));
	buf_byte(b, '\n');
	put_sources(b, in, info, columns);
	if (info->essentials_only) {
		buf_byte(b, '\n');
		term_paragraph(b, text_of(lang, TEXT_WARN_ESSENTIALS), 0, columns ? columns : 100);
	}
}

static int run(struct invocation *in, struct err *err)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	AUTO(buf_done)
	struct buf b = { 0 };
	str output = option_text(&in->options, STATUS_OUTPUT);
	struct advisory_info info;

	if (advisory_db_open(option_path(&in->options, STATUS_DB), &db, err) < 0 ||
	    advisory_db_info(db, time_now(), in->arena, &info, err) < 0)
		return -1;
	buf_init(&b, ANSWER_MAX);
	if (answer_is_json(in, STATUS_FORMAT))
		put_json(&b, &info);
	else
		put_table(&b, in, &info, answer_columns(in, output));
	if (answer_write(in, output, &b, err) < 0)
		return -1;
	return EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "What is loaded, and how old it is", "読み込み済みデータと日付を表示" },
	  .line = "db status" },
	{ .what = { "The same for a script", "スクリプト向け" }, .line = "db status -f json" },
	{ .line = NULL },
};

const struct command command_db_status = {
	.name = "status",
	.summary = { "Show the sources of the database with their dates",
		     "データベースのデータ源と日付を表示" },
	.options = options,
	.option_count = STATUS_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
