/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/update.h"

#include "base/json.h"
#include "cmd/db.h"
#include "cmd/progress.h"
#include "cmd/value.h"
#include "report/grid.h"
#include "report/term.h"

enum {
	UPDATE_DB,
	UPDATE_SOURCE,
	UPDATE_MIRROR,
	UPDATE_RELEASE,
	UPDATE_CHANGELOGS,
	UPDATE_LIMIT,
	UPDATE_TIMEOUT,
	UPDATE_FORCE,
	UPDATE_LIST,
	UPDATE_TABLE,
	UPDATE_ROOT,
	UPDATE_FORMAT,
	UPDATE_OUTPUT,
	UPDATE_OPTION_COUNT
};

static int check_number(str value, struct err *err)
{
	uint64_t n;

	if (str_u64(value, &n) && n > 0 && n <= 1000000)
		return 0;
	return err_set(err, ERR_USAGE, "'%.*s' is no number from 1 to 1000000", STR_ARG(value));
}

static const struct option_spec options[UPDATE_OPTION_COUNT] = {
	[UPDATE_DB] = DB_OPTION_DB,
	[UPDATE_SOURCE] = {
		.name = "source", .letter = 's', .arg = "NAME", .list = true,
		.help = { "Only these sources (osv, alpine: all whose name begins so)",
			  "指定したデータ源のみ（osv、alpine は前方一致）" },
	},
	[UPDATE_MIRROR] = {
		.name = "mirror", .arg = "URL|DIR", .complete = COMPLETE_DIR,
		.help = { "Take the files from there instead of the public locations",
			  "公開の取得元の代わりに使うミラー" },
	},
	[UPDATE_RELEASE] = {
		.name = "release", .arg = "NAME", .list = true,
		.help = { "Releases of debian-archive and ubuntu-archive (this machine's)",
			  "debian-archive、ubuntu-archive のリリース（既定はこのマシン）" },
	},
	[UPDATE_CHANGELOGS] = {
		.name = "changelogs-for", .arg = "installed|all|none|FILE", .preset = "installed",
		.complete = COMPLETE_FILE,
		.help = { "Packages whose changelogs are read for CVEs",
			  "CVE を調べるために変更履歴を読むパッケージ" },
	},
	[UPDATE_LIMIT] = {
		.name = "changelog-limit", .arg = "MIB", .preset = "96", .check = check_number,
		.help = { "At most so much is fetched for them", "その取得量の上限（MiB）" },
	},
	[UPDATE_TIMEOUT] = {
		.name = "timeout", .arg = "DURATION", .preset = "15m", .check = value_check_period,
		.help = { "Longest time for one source", "データ源 1 件あたりの制限時間" },
	},
	[UPDATE_FORCE] = {
		.name = "force",
		.help = { "Take a source even if it has become suspiciously small",
			  "不自然に減ったデータ源も受け入れる" },
	},
	[UPDATE_LIST] = {
		.name = "list", .no_config = true,
		.help = { "Only print the names of all sources", "データ源の名前だけを表示" },
	},
	[UPDATE_TABLE] = {
		.name = "table", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Table of locations instead of the built-in one", "内蔵以外の取得元一覧" },
	},
	[UPDATE_ROOT] = {
		.name = "root", .arg = "DIR", .complete = COMPLETE_DIR, .hidden = true,
		.help = { "This machine's root folder", "このマシンのルートフォルダー" },
	},
	[UPDATE_FORMAT] = ANSWER_OPTION_FORMAT,
	[UPDATE_OUTPUT] = ANSWER_OPTION_OUTPUT,
};

static void show_progress(void *data, const struct update_progress *progress)
{
	const struct invocation *in = data;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	enum text id = progress->step == UPDATE_PROBE	? TEXT_PROGRESS_PROBE
		       : progress->step == UPDATE_BUILD ? TEXT_PROGRESS_IMPORT
							: TEXT_PROGRESS_FETCH;
	str what = progress->source;

	if (progress->bytes >= 1000000)
		what = str_fmt(arena, "%.*s (%llu MB)", STR_ARG(what),
			       (unsigned long long)(progress->bytes / 1000000));
	if (progress->step == UPDATE_FETCH)
		what = str_fmt(arena, "%.*s [%zu/%zu]", STR_ARG(what), progress->done,
			       progress->count);
	progress_show(in->quiet, in->lang, id, what);
}

static void put_json(struct buf *b, const struct update_report *report)
{
	struct json_writer w;

	json_writer_init(&w, b, 2);
	json_open_object(&w);
	json_kv_str(&w, STR("path"), report->db_path);
	json_kv_u64(&w, STR("updated"), report->updated);
	json_kv_u64(&w, STR("unchanged"), report->unchanged);
	json_kv_u64(&w, STR("failed"), report->failed);
	JSON_KEY(&w, "sources");
	json_open_array(&w);
	for (size_t i = 0; i < report->result_count; i++) {
		const struct update_result *r = &report->results[i];

		json_open_object(&w);
		json_kv_str(&w, STR("name"), r->name);
		json_kv_str(&w, STR("state"), str_c(update_state_name(r->state)));
		json_kv_opt(&w, STR("reason"), r->reason);
		json_kv_u64(&w, STR("records"), r->records);
		json_kv_u64(&w, STR("bytes"), r->bytes);
		json_kv_opt(&w, STR("date"), r->date);
		JSON_KEY(&w, "notes");
		json_open_array(&w);
		for (size_t k = 0; k < r->note_count; k++)
			json_put_str(&w, r->notes[k]);
		json_close_array(&w);
		json_close_object(&w);
	}
	json_close_array(&w);
	JSON_KEY(&w, "skipped");
	db_put_skips_json(&w, &report->import);
	json_close_object(&w);
	buf_byte(b, '\n');
}

static bool is_failure(const struct update_result *r)
{
	return r->state == UPDATE_FAILED || r->state == UPDATE_REFUSED;
}

static bool same_failure(const struct update_result *a, const struct update_result *b)
{
	return is_failure(b) && str_eq(a->reason, b->reason) && str_eq(a->date, b->date);
}

/* Failures, whole: a cut reason helps nobody. Sources that failed alike share a line. */
static void put_failures(struct buf *b, const struct invocation *in,
			 const struct update_report *report)
{
	for (size_t i = 0; i < report->result_count; i++) {
		const struct update_result *r = &report->results[i];
		str names = STR_EMPTY;
		bool told = !is_failure(r);

		for (size_t k = 0; k < i; k++)
			told |= same_failure(r, &report->results[k]);
		if (told)
			continue;
		for (size_t k = i; k < report->result_count; k++) {
			if (same_failure(r, &report->results[k]))
				names = str_fmt(in->arena, "%.*s%s%.*s", STR_ARG(names),
						str_empty(names) ? "" : ", ",
						STR_ARG(report->results[k].name));
		}
		if (str_empty(r->date))
			TEXT_FILL(b, in->lang, UPDATE_FAILED, names,
				  term_safe(in->arena, r->reason));
		else
			TEXT_FILL(b, in->lang, UPDATE_KEPT, names, term_safe(in->arena, r->reason),
				  text_date(in->lang, r->date));
		buf_byte(b, '\n');
	}
}

static void put_note(struct buf *b, const struct invocation *in, str name, str note, size_t columns)
{
	str line = str_fmt(in->arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(note));

	term_paragraph(b, term_safe(in->arena, line), 2, columns ? columns : 100);
}

static void put_table(struct buf *b, const struct invocation *in,
		      const struct update_report *report, size_t columns)
{
	struct grid grid;

	TEXT_FILL(b, in->lang, UPDATE_SUMMARY, text_number(in->arena, report->updated),
		  text_number(in->arena, report->unchanged),
		  text_number(in->arena, report->failed));
	buf_byte(b, '\n');
	grid_init(&grid, 4, in->arena);
	for (size_t i = 0; i < report->result_count; i++) {
		const struct update_result *r = &report->results[i];

		if (!is_failure(r))
			GRID_ROW(&grid, r->name,
				 text_of(in->lang, r->state == UPDATE_DONE ? TEXT_UPDATE_DONE
									   : TEXT_UPDATE_UNCHANGED),
				 text_number(in->arena, r->records), text_date(in->lang, r->date));
	}
	if (report->updated + report->unchanged > 0)
		grid_put(&grid, b, 2, columns);
	for (size_t i = 0; i < report->result_count; i++) {
		const struct update_result *r = &report->results[i];

		for (size_t k = 0; k < r->note_count; k++)
			put_note(b, in, r->name, r->notes[k], columns);
	}
	put_failures(b, in, report);
	db_put_skips(b, in, &report->import, columns);
}

static int list_names(const struct invocation *in, const char *table, struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	const str *names;
	size_t n;

	if (update_source_names(table, in->arena, &names, &n, err) < 0)
		return -1;
	buf_init(&b, ANSWER_MAX);
	for (size_t i = 0; i < n; i++) {
		buf_add(&b, names[i]);
		buf_byte(&b, '\n');
	}
	return answer_write(in, option_text(&in->options, UPDATE_OUTPUT), &b, err) < 0 ? -1
										       : EXIT_FINE;
}

static uint64_t number_of(const struct options *o, size_t option)
{
	uint64_t n = 0;

	return str_u64(option_text(o, option), &n) ? n : 0; /* check_number saw it */
}

static unsigned timeout_of(const struct options *o)
{
	int64_t seconds = 0;
	struct err err;

	IGNORE(value_duration(option_text(o, UPDATE_TIMEOUT), &seconds, &err)); /* checked */
	return (unsigned)seconds;
}

static struct update_opts update_opts_of(struct invocation *in)
{
	const struct options *o = &in->options;
	str changelogs = option_text(o, UPDATE_CHANGELOGS);
	struct update_opts opts = {
		.db_path = option_path(&in->options, UPDATE_DB),
		.mirror = option_text(o, UPDATE_MIRROR),
		.table_path = option_path(&in->options, UPDATE_TABLE),
		.root = option_path(&in->options, UPDATE_ROOT),
		.changelog_bytes = number_of(o, UPDATE_LIMIT) << 20,
		.timeout_s = timeout_of(o),
		.force = option_on(o, UPDATE_FORCE),
		.progress = show_progress,
		.progress_data = in,
	};

	opts.sources = option_items(o, UPDATE_SOURCE, &opts.source_count);
	opts.releases = option_items(o, UPDATE_RELEASE, &opts.release_count);
	if (str_eq(changelogs, STR("all"))) {
		opts.changelogs = CHANGELOGS_ALL;
	} else if (str_eq(changelogs, STR("none"))) {
		opts.changelogs = CHANGELOGS_NONE;
	} else if (!str_eq(changelogs, STR("installed"))) {
		opts.changelogs = CHANGELOGS_LISTED;
		opts.changelogs_file = str_cstr(in->arena, changelogs);
	}
	return opts;
}

static int run(struct invocation *in, struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct update_opts opts = update_opts_of(in);
	str output = option_text(&in->options, UPDATE_OUTPUT);
	struct update_report report;

	if (option_on(&in->options, UPDATE_LIST))
		return list_names(in, opts.table_path, err);
	int rc = advisory_update(&opts, in->arena, &report, err);
	progress_clear(in->quiet);
	if (rc < 0)
		return -1;
	buf_init(&b, ANSWER_MAX);
	if (answer_is_json(in, UPDATE_FORMAT))
		put_json(&b, &report);
	else
		put_table(&b, in, &report, answer_columns(in, output));
	if (answer_write(in, output, &b, err) < 0)
		return -1;
	return report.updated + report.unchanged > 0 ? EXIT_FINE : EXIT_FAILED;
}

static const struct command_example examples[] = {
	{ .what = { "Everything this program can judge", "対応するすべてのデータ源" },
	  .line = "db update" },
	{ .what = { "Only this machine's own archive, through apt",
		    "このマシンのアーカイブのみ（apt 経由）" },
	  .line = "db update --source debian-archive" },
	{ .what = { "Two sources from a mirror on disk", "ディスク上のミラーから 2 件" },
	  .line = "db update --source kev,epss --mirror /srv/mirror" },
	{ .line = NULL },
};

const struct command command_db_update = {
	.name = "update",
	.summary = { "Fetch advisory data", "脆弱性データを取得" },
	.about = { "Fetches all sources in parallel and builds a new database that takes the place of "
		   "the old one when it is whole. A source that does not answer, or that has become "
		   "suspiciously small, keeps its old records and date. debian-archive and "
		   "ubuntu-archive read the package index of the security suites through apt (or "
		   "--mirror): they prove which updates are missing; the changelogs inside the newer "
		   "packages name the CVEs. Flaws without a fix are not known to them.",
		   "すべてのデータ源を並行して取得し、完成してから古いデータベースと入れ替えます。応答しない"
		   "もの、不自然に減ったものは以前のレコードと日付を保ちます。debian-archive と "
		   "ubuntu-archive は apt（または --mirror）でセキュリティ更新の索引を読み、不足している"
		   "更新を示します。CVE は新しいパッケージ内の変更履歴から得ます。修正のない欠陥は"
		   "わかりません。" },
	.options = options,
	.option_count = UPDATE_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
