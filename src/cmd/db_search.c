/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/db.h"

#include "base/json.h"
#include "cmd/db.h"
#include "report/advice.h"
#include "report/grid.h"
#include "report/term.h"

#define SEARCH_MAX_LIMIT 10000u

enum { SEARCH_FORMAT, SEARCH_OUTPUT, SEARCH_DB, SEARCH_LIMIT, SEARCH_OPTION_COUNT };

static int check_limit(str value, struct err *err)
{
	uint64_t n;

	if (str_u64(value, &n) && n > 0 && n <= SEARCH_MAX_LIMIT)
		return 0;
	return err_set(err, ERR_USAGE, "'%.*s' is no number from 1 to %u", STR_ARG(value),
		       SEARCH_MAX_LIMIT);
}

static const struct option_spec options[SEARCH_OPTION_COUNT] = {
	[SEARCH_FORMAT] = ANSWER_OPTION_FORMAT,
	[SEARCH_OUTPUT] = ANSWER_OPTION_OUTPUT,
	[SEARCH_DB] = DB_OPTION_DB,
	[SEARCH_LIMIT] = {
		.name = "limit", .arg = "N", .preset = "20", .check = check_limit,
		.help = { "Show at most so many records", "表示する最大件数" },
	},
};

/* What was found. */
struct search {
	str what;
	const struct advisory_hit *hits;
	size_t count, total;
};

static void put_hit_json(struct json_writer *w, const struct advisory_hit *hit)
{
	json_open_object(w);
	json_kv_str(w, STR("id"), hit->id);
	json_kv_str(w, STR("source"), hit->source);
	json_kv_strings(w, STR("aliases"), hit->aliases, hit->alias_count);
	json_kv_str(w, STR("severity"), hit->severity);
	json_kv_bool(w, STR("security"), hit->security);
	json_kv_bool(w, STR("known_exploited"), hit->kev);
	JSON_KEY(w, "epss");
	if (hit->epss < 0)
		json_put_null(w);
	else
		json_put_double(w, hit->epss);
	json_kv_str(w, STR("summary"), hit->summary);
	json_kv_str(w, STR("details"), hit->details);
	json_kv_opt(w, STR("published"), hit->published);
	json_kv_opt(w, STR("modified"), hit->modified);
	json_kv_opt(w, STR("withdrawn"), hit->withdrawn);
	JSON_KEY(w, "packages");
	json_open_array(w);
	for (size_t i = 0; i < hit->package_count; i++) {
		const struct advisory_hit_package *package = &hit->packages[i];

		json_open_object(w);
		json_kv_str(w, STR("ecosystem"), package->ecosystem);
		json_kv_str(w, STR("name"), package->name);
		json_kv_str(w, STR("ranges"), package->ranges);
		json_kv_str(w, STR("fixed"), package->fixed);
		json_kv_opt(w, STR("status"), package->status);
		json_close_object(w);
	}
	json_close_array(w);
	json_kv_strings(w, STR("references"), hit->references, hit->reference_count);
	json_close_object(w);
}

static void put_json(struct buf *b, const struct search *search, bool essentials_only)
{
	struct json_writer w;

	json_writer_init(&w, b, 2);
	json_open_object(&w);
	json_kv_str(&w, STR("query"), search->what);
	json_kv_bool(&w, STR("essentials_only"), essentials_only);
	json_kv_u64(&w, STR("total"), search->total);
	JSON_KEY(&w, "records");
	json_open_array(&w);
	for (size_t i = 0; i < search->count; i++)
		put_hit_json(&w, &search->hits[i]);
	json_close_array(&w);
	json_close_object(&w);
	buf_byte(b, '\n');
}

static void put_hit(struct buf *b, const struct invocation *in, const struct advisory_hit *hit,
		    size_t columns)
{
	struct arena *arena = in->arena;
	enum severity severity = SEVERITY_UNKNOWN;
	struct grid grid;

	IGNORE(severity_from(hit->severity, &severity)); /* an unknown word is "unknown" */
	term_put(b, hit->id);
	BUF_LIT(b, "  ");
	buf_add(b, advice_severity(in->lang, severity));
	if (hit->kev)
		BUF_LIT(b, "  KEV");
	if (hit->epss >= 0)
		buf_fmt(b, "  EPSS %.1f%%", hit->epss * 100);
	if (!hit->security)
		TEXT_ADD(b, in->lang, NOT_SECURITY);
	if (hit->withdrawn.n > 0)
		TEXT_ADD(b, in->lang, WITHDRAWN);
	BUF_LIT(b, "  [");
	term_put(b, hit->source);
	BUF_LIT(b, "]\n");
	str text = hit->summary.n ? hit->summary : hit->details;
	if (text.n > 0) {
		BUF_LIT(b, "  ");
		term_paragraph(b, term_cut(arena, term_safe(arena, text), 400), 2,
			       columns ? columns : 100);
	}
	for (size_t i = 0; i < hit->alias_count; i++) {
		buf_fmt(b, "%s", i == 0 ? "  = " : ", ");
		term_put(b, hit->aliases[i]);
	}
	if (hit->alias_count > 0)
		buf_byte(b, '\n');
	grid_init(&grid, 3, arena);
	for (size_t i = 0; i < hit->package_count; i++)
		GRID_ROW(&grid, hit->packages[i].ecosystem, hit->packages[i].name,
			 hit->packages[i].ranges.n ? hit->packages[i].ranges
						   : hit->packages[i].status);
	grid_put(&grid, b, 4, columns);
}

static void put_table(struct buf *b, const struct invocation *in, const struct search *search,
		      bool essentials_only, size_t columns)
{
	for (size_t i = 0; i < search->count; i++) {
		put_hit(b, in, &search->hits[i], columns);
		buf_byte(b, '\n');
	}
	if (search->total == 0)
		TEXT_FILL(b, in->lang, SEARCH_NOTHING, term_safe(in->arena, search->what));
	else
		TEXT_FILL(b, in->lang, SEARCH_TOTAL, text_number(in->arena, search->count),
			  text_number(in->arena, search->total));
	buf_byte(b, '\n');
	if (essentials_only)
		term_paragraph(b, text_of(in->lang, TEXT_WARN_ESSENTIALS), 0,
			       columns ? columns : 100);
}

static int run(struct invocation *in, struct err *err)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	AUTO(buf_done)
	struct buf b = { 0 };
	str output = option_text(&in->options, SEARCH_OUTPUT);
	struct search search = { .what = in->options.operands[0] };
	uint64_t limit = 0;

	IGNORE(str_u64(option_text(&in->options, SEARCH_LIMIT), &limit)); /* checked */
	if (advisory_db_open(option_path(&in->options, SEARCH_DB), &db, err) < 0 ||
	    advisory_db_search(db, search.what, (size_t)limit, in->arena, &search.hits,
			       &search.count, &search.total, err) < 0)
		return -1;
	bool essentials_only = advisory_db_essentials_only(db);
	buf_init(&b, ANSWER_MAX);
	if (answer_is_json(in, SEARCH_FORMAT))
		put_json(&b, &search, essentials_only);
	else
		put_table(&b, in, &search, essentials_only, answer_columns(in, output));
	if (answer_write(in, output, &b, err) < 0)
		return -1;
	return EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "One flaw, with the versions it affects", "脆弱性と影響バージョン" },
	  .line = "db search CVE-2021-44228" },
	{ .what = { "All that is known of a package", "パッケージの既知の脆弱性" },
	  .line = "db search --limit 100 openssl" },
	{ .line = NULL },
};

const struct command command_db_search = {
	.name = "search",
	.operands = "ID|PACKAGE",
	.min_operands = 1,
	.max_operands = 1,
	.summary = { "Look up a flaw or a package", "脆弱性またはパッケージを検索" },
	.options = options,
	.option_count = SEARCH_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
