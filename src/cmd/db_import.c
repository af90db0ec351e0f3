/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/import.h"

#include "advisory/db.h"
#include "base/json.h"
#include "base/time.h"
#include "cmd/db.h"
#include "cmd/progress.h"

enum { IMPORT_DB, IMPORT_NAME, IMPORT_DATE, IMPORT_REPLACE, IMPORT_FORMAT, IMPORT_OPTION_COUNT };

static int check_date(str value, struct err *err)
{
	int64_t t;

	if (time_parse(value, &t))
		return 0;
	return err_set(err, ERR_USAGE, "'%.*s' is no date such as 2026-11-22", STR_ARG(value));
}

static const struct option_spec options[IMPORT_OPTION_COUNT] = {
	[IMPORT_DB] = DB_OPTION_DB,
	[IMPORT_NAME] = {
		.name = "name", .arg = "NAME",
		.help = { "Name of the source (from the file name)", "データ源の名前（既定はファイル名から）" },
	},
	[IMPORT_DATE] = {
		.name = "date", .arg = "DATE", .check = check_date,
		.help = { "State of the data, when it does not tell itself", "データ自体に日付がない場合の日付" },
	},
	[IMPORT_REPLACE] = {
		.name = "replace",
		.help = { "Drop all that was loaded before", "以前のデータをすべて破棄" },
	},
	[IMPORT_FORMAT] = ANSWER_OPTION_FORMAT,
};

static void show_progress(void *data, str source, uint64_t bytes)
{
	const struct invocation *in = data;
	AUTO(arena_free)
	struct arena *arena = arena_new();

	progress_show(in->quiet, in->lang, TEXT_PROGRESS_IMPORT,
		      str_fmt(arena, "%.*s (%llu MB)", STR_ARG(source),
			      (unsigned long long)(bytes / 1000000)));
}

static void put_json(struct buf *b, const struct advisory_import_report *report, str path)
{
	struct json_writer w;

	json_writer_init(&w, b, 2);
	json_open_object(&w);
	json_kv_str(&w, STR("path"), path);
	json_kv_u64(&w, STR("records"), report->records);
	json_kv_u64(&w, STR("affected"), report->affected);
	json_kv_u64(&w, STR("known_exploited_entries"), report->kev);
	json_kv_u64(&w, STR("epss_entries"), report->epss);
	json_kv_u64(&w, STR("bytes"), report->bytes);
	JSON_KEY(&w, "sources");
	json_open_array(&w);
	for (size_t i = 0; i < report->source_count; i++)
		json_put_str(&w, report->sources[i]);
	json_close_array(&w);
	JSON_KEY(&w, "skipped");
	db_put_skips_json(&w, report);
	json_close_object(&w);
	buf_byte(b, '\n');
}

static void put_table(struct buf *b, const struct invocation *in,
		      const struct advisory_import_report *report, size_t columns)
{
	struct arena *arena = in->arena;
	enum lang lang = in->lang;

	TEXT_FILL(b, lang, IMPORTED, text_number(arena, report->records),
		  text_number(arena, report->affected), text_number(arena, report->kev),
		  text_number(arena, report->epss), text_number(arena, report->source_count));
	buf_byte(b, '\n');
	db_put_skips(b, in, report, columns);
}

static int build(struct invocation *in, const char *path, struct advisory_import_report *report,
		 struct err *err)
{
	AUTO(advisory_build_free)
	struct advisory_build *builder = NULL;
	str first;
	const struct options *o = &in->options;
	struct advisory_build_opts build_opts = {
		.replace = option_on(o, IMPORT_REPLACE),
		.progress = show_progress,
		.progress_data = in,
	};

	if (advisory_build_open(path, &build_opts, &builder, err) < 0)
		return -1;
	for (size_t i = 0; i < o->operand_count; i++) {
		if (advisory_build_add(builder, str_cstr(in->arena, o->operands[i]),
				       option_text(o, IMPORT_NAME), option_text(o, IMPORT_DATE),
				       err) < 0)
			return -1;
	}
	/* Half a list would hide flaws without a word at the next scan. */
	uint64_t broken = advisory_build_broken(builder, &first);
	if (broken > 0)
		return err_set(err, ERR_INPUT,
			       "%.*s ends in the middle%s: it is incomplete; the database stays as "
			       "it was",
			       STR_ARG(first), broken > 1 ? ", and others" : "");
	return advisory_build_commit(builder, in->arena, report, err);
}

static int run(struct invocation *in, struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	char *path = option_path(&in->options, IMPORT_DB);
	struct advisory_import_report report = { 0 };

	if (!path && advisory_db_default_path(in->arena, &path, err) < 0)
		return -1;
	int rc = build(in, path, &report, err);
	progress_clear(in->quiet);
	buf_init(&b, ANSWER_MAX);
	if (rc < 0 && report.skip_count > 0) {
		/* Why there was nothing in it. */
		db_put_skips(&b, in, &report, answer_columns(in, STR_EMPTY));
		(void)fwrite(b.p, 1, b.n, stderr); /* the error itself follows */
	}
	if (rc < 0)
		return -1;
	if (answer_is_json(in, IMPORT_FORMAT))
		put_json(&b, &report, str_c(path));
	else
		put_table(&b, in, &report, answer_columns(in, STR_EMPTY));
	if (answer_write(in, STR_EMPTY, &b, err) < 0)
		return -1;
	return EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "A folder of OSV files, packed or not", "OSV ファイルのフォルダー（圧縮可）" },
	  .line = "db import advisories/" },
	{ .what = { "A file under a name of its own", "名前を付けて取り込む" },
	  .line = "db import --name kev known_exploited_vulnerabilities.json" },
	{ .line = NULL },
};

const struct command command_db_import = {
	.name = "import",
	.operands = "FILE|FOLDER...",
	.min_operands = 1,
	.max_operands = COMMAND_ANY,
	.summary = { "Load advisory data from files", "ファイルから脆弱性データを取り込む" },
	.about = { "Takes OSV records (JSON, JSON Lines, zip), the Debian security tracker, Alpine's "
		   "secdb, the forms of Amazon, Oracle and Photon, NVD JSON 2.0, CISA's KEV (JSON, "
		   "CSV) and EPSS (CSV), plain or packed with gzip or zstd. "
		   "The form is told by the content. A source of the same name is replaced, others "
		   "stay. The new database takes the place of the old one when it is whole; what was "
		   "passed over is counted by reason.",
		   "OSV（JSON、JSON Lines、zip）、Debian security tracker、Alpine secdb、CISA KEV"
		   "（JSON、CSV）、EPSS（CSV）、NVD JSON 2.0、Amazon・Oracle・Photon の形式を取り込みます。gzip と zstd の圧縮も可。形式は内容から判別します。"
		   "同名のデータ源は置き換え、他は残します。完成してから古いデータベースと入れ替え、"
		   "読み飛ばしたものは理由別に数えます。" },
	.options = options,
	.option_count = IMPORT_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
