/* SPDX-License-Identifier: Apache-2.0 */
#include "report/advice.h"
#include "report/table_internal.h"
#include "report/term.h"

#define SUMMARY_MAX_SOURCES 4u /* named in the line of the database */

/* A line of the head: name, and text wrapped beside it. */
static void row(struct report_out *out, enum text id, str text)
{
	enum lang lang = out->opts->lang;
	size_t column = lang == LANG_JA ? 14 : 11;

	table_style(out, STYLE_DIM);
	term_pad(&out->buf, text_of(lang, id), column);
	table_style(out, STYLE_PLAIN);
	if (id == TEXT_ROW_DIGEST && column + text.n > table_columns(out)) {
		BUF_LIT(&out->buf, "\n  "); /* to be copied, so never in two pieces */
		buf_add(&out->buf, text);
		buf_byte(&out->buf, '\n');
		return;
	}
	term_paragraph(&out->buf, text, column, table_columns(out));
}

static void heading(struct report_out *out, enum text id)
{
	buf_byte(&out->buf, '\n');
	table_style(out, STYLE_BOLD);
	buf_add(&out->buf, text_of(out->opts->lang, id));
	table_style(out, STYLE_PLAIN);
	buf_byte(&out->buf, '\n');
}

static str join(const struct report *report, const str *items, size_t n)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, REPORT_MAX_PIECE);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			BUF_LIT(&b, ", ");
		term_put(&b, items[i]);
	}
	return str_dup(report->arena, buf_str(&b));
}

static str system_text(const struct report *report)
{
	const struct inventory *inventory = report->inventory;
	const struct os_identity *os = &inventory->os;
	str name = os->pretty;

	if (name.n == 0 && os->family.n > 0)
		name = str_fmt(report->arena, "%.*s %.*s", STR_ARG(os->family),
			       STR_ARG(os->version));
	name = name.n ? term_safe(report->arena, name)
		      : text_of(report->opts->lang, TEXT_SYSTEM_UNKNOWN);
	if (inventory->platform.n == 0)
		return name;
	str platform = term_safe(report->arena, inventory->platform);
	return str_fmt(report->arena, "%.*s, %.*s", STR_ARG(name), STR_ARG(platform));
}

static str read_text(const struct report *report)
{
	const struct inventory *inventory = report->inventory;
	enum lang lang = report->opts->lang;
	str packages = text_number(report->arena, inventory->package_count);
	str layers = text_number(report->arena, inventory->layer_count);
	str files = text_number(report->arena, inventory->files_seen);
	str kinds = join(report, inventory->kinds_read, inventory->kinds_read_count);

	if (inventory->kinds_read_count == 0)
		kinds = text_of(lang, TEXT_READ_NOTHING);
	if (inventory->layer_count == 0)
		return TEXT_MAKE(report->arena, lang, READ_LINE_ROOT, packages, kinds, files);
	return TEXT_MAKE(report->arena, lang, READ_LINE, packages, kinds, layers, files);
}

static str database_text(const struct report *report)
{
	const struct advisory_info *db = report->database;
	enum lang lang = report->opts->lang;
	str records = text_number(report->arena, db->records);
	str names[SUMMARY_MAX_SOURCES];
	size_t n = 0;

	if (db->essentials_only)
		return TEXT_MAKE(report->arena, lang, DATABASE_ESSENTIALS, records);
	for (; n < db->source_count && n < SUMMARY_MAX_SOURCES; n++)
		names[n] = db->sources[n].name;
	str sources = join(report, names, n);
	if (db->source_count > n)
		sources = TEXT_MAKE(report->arena, lang, ALL_SOURCES_MORE, sources,
				    text_number(report->arena, db->source_count - n));
	return TEXT_MAKE(report->arena, lang, DATABASE_LINE, text_date(lang, db->date), records,
			 sources);
}

static str coverage_text(const struct report *report, const struct coverage *coverage)
{
	struct arena *arena = report->arena;
	enum lang lang = report->opts->lang;
	str kind = term_safe(arena, coverage->kind);
	str reason = term_safe(arena, text_phrase(arena, lang, coverage->reason));
	str ecosystems = term_safe(arena, coverage->ecosystems);
	str packages = text_number(arena, coverage->packages);
	str text;

	if (kind.n == 0)
		return TEXT_MAKE(arena, lang, LOOKED_UP_NOTHING, reason);
	if (coverage->packages == 0)
		return TEXT_MAKE(arena, lang, LOOKED_UP_EMPTY, kind);
	if (coverage->status == COVERAGE_NOT_APPLICABLE)
		return TEXT_MAKE(arena, lang, LOOKED_UP_NOT, kind, packages, reason);
	if (coverage->status == COVERAGE_ESSENTIALS_ONLY)
		text = TEXT_MAKE(arena, lang, LOOKED_UP_ESSENTIALS, kind, packages);
	else if (coverage->date.n > 0)
		text = TEXT_MAKE(arena, lang, LOOKED_UP_OK_DATED, kind, packages, ecosystems,
				 text_date(lang, coverage->date));
	else
		text = TEXT_MAKE(arena, lang, LOOKED_UP_OK, kind, packages, ecosystems);
	if (reason.n > 0)
		text = str_fmt(arena, "%.*s (%.*s)", STR_ARG(text), STR_ARG(reason));
	return text;
}

static void put_found(struct report_out *out, const struct report *report)
{
	struct buf *b = &out->buf;
	enum lang lang = report->opts->lang;
	const struct tally *tally = &report->tally;
	size_t column = lang == LANG_JA ? 14 : 11, used = column;

	if (tally->total == 0)
		return;
	buf_byte(b, '\n');
	table_style(out, STYLE_BOLD);
	term_pad(b, text_of(lang, TEXT_ROW_FOUND), column);
	table_style(out, STYLE_PLAIN);
	for (size_t s = REPORT_SEVERITIES; s-- > 0;) {
		if (tally->by_severity[s] == 0)
			continue;
		str word = str_fmt(report->arena, "%s%zu ", used > column ? ", " : "",
				   tally->by_severity[s]);
		word = str_cat(report->arena, word, advice_severity(lang, (enum severity)s));
		table_style_severity(out, (enum severity)s);
		buf_add(b, word);
		table_style(out, STYLE_PLAIN);
		used += term_width(word);
	}
	str rest = str_cat(report->arena,
			   TEXT_MAKE(report->arena, lang, FOUND_IN,
				     text_number(report->arena, report->affected_packages)),
			   TEXT_MAKE(report->arena, lang, FOUND_EXTRA,
				     text_number(report->arena, tally->fixable),
				     text_number(report->arena, tally->kev)));
	if (used + term_width(rest) > table_columns(out)) {
		buf_byte(b, '\n');
		term_blanks(b, column);
		rest = str_trim(rest);
	}
	buf_add(b, rest);
	buf_byte(b, '\n');
}

/* What is said when there is no finding to show: never more than is known. */
static void put_nothing_found(struct report_out *out, const struct report *report)
{
	enum lang lang = report->opts->lang;
	struct arena *arena = report->arena;
	str text;

	if (report->tally.total > 0)
		return;
	if (report->statement == STATEMENT_VULNERABLE)
		text = TEXT_MAKE(arena, lang, NONE_SHOWN,
				 text_number(arena, report->suppressed_count));
	else if (report->statement == STATEMENT_NONE_COUNTING)
		text = TEXT_MAKE(arena, lang, NONE_COUNTING,
				 text_number(arena, report->excepted_count));
	else if (report->statement == STATEMENT_NONE_KNOWN)
		text = TEXT_MAKE(arena, lang, NONE_KNOWN,
				 text_number(arena, report->inventory->package_count),
				 text_date(lang, report->database->date));
	else if (report->status == REPORT_NOT_APPLICABLE)
		text = text_of(lang, TEXT_NONE_NOT_APPLICABLE);
	else if (report->status == REPORT_PARTLY_READ)
		text = text_of(lang, TEXT_NONE_PARTLY);
	else
		text = text_of(lang, TEXT_NONE_ESSENTIALS);
	buf_byte(&out->buf, '\n');
	if (report->statement == STATEMENT_NONE_KNOWN)
		table_style(out, STYLE_GOOD);
	term_paragraph(&out->buf, text, 0, table_columns(out));
	table_style(out, STYLE_PLAIN);
}

static void put_suppressed(struct report_out *out, const struct report *report)
{
	size_t count[SUPPRESSED_UNFIXED + 1] = { 0 };

	for (size_t i = 0; i < report->suppressed_count; i++)
		count[report->suppressed[i].reason]++;
	if (count[SUPPRESSED_EXCEPTION] > 0) {
		TEXT_FILL(&out->buf, report->opts->lang, SUPPRESSED_EXCEPTION,
			  text_number(report->arena, count[SUPPRESSED_EXCEPTION]));
		buf_byte(&out->buf, '\n');
	}
	if (count[SUPPRESSED_SEVERITY] > 0) {
		TEXT_FILL(&out->buf, report->opts->lang, SUPPRESSED_SEVERITY,
			  text_number(report->arena, count[SUPPRESSED_SEVERITY]));
		buf_byte(&out->buf, '\n');
	}
	if (count[SUPPRESSED_UNFIXED] > 0) {
		TEXT_FILL(&out->buf, report->opts->lang, SUPPRESSED_UNFIXED,
			  text_number(report->arena, count[SUPPRESSED_UNFIXED]));
		buf_byte(&out->buf, '\n');
	}
}

static void put_warnings(struct report_out *out, const struct report *report)
{
	str warnings[REPORT_WARNINGS_MAX];
	size_t n = report_warnings(report, warnings);

	if (n == 0)
		return;
	heading(out, TEXT_WARNINGS);
	for (size_t i = 0; i < n; i++) {
		table_style(out, STYLE_WARNING);
		BUF_LIT(&out->buf, "  ! ");
		term_paragraph(&out->buf, term_safe(report->arena, warnings[i]), 4,
			       table_columns(out));
		table_style(out, STYLE_PLAIN);
	}
}

static void put_not_examined(struct report_out *out, const struct report *report)
{
	const struct inventory *inventory = report->inventory;
	enum lang lang = report->opts->lang;
	struct arena *arena = report->arena;

	if (inventory->not_examined_count == 0)
		return;
	heading(out, TEXT_NOT_EXAMINED);
	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		const struct not_examined *item = &inventory->not_examined[i];
		str what = term_safe(arena, text_phrase(arena, lang, item->what));

		if (item->count > 1)
			what = TEXT_MAKE(arena, lang, TIMES, text_number(arena, item->count), what);
		if (item->path.n > 0)
			what = str_fmt(arena, "%.*s %.*s", STR_ARG(what),
				       STR_ARG(term_safe(arena, item->path)));
		str reason = item->reason.n
				     ? term_safe(arena, text_phrase(arena, lang, item->reason))
				     : text_of(lang, TEXT_LEFT_OUT);
		BUF_LIT(&out->buf, "  - ");
		term_paragraph(&out->buf,
			       str_fmt(arena, "%.*s: %.*s", STR_ARG(what), STR_ARG(reason)), 4,
			       table_columns(out));
		report_out_step(out);
	}
}

static void put_status(struct report_out *out, const struct report *report)
{
	str reason = term_safe(report->arena, report->reason);
	enum lang lang = report->opts->lang;

	if (report->status == REPORT_ASSESSED)
		row(out, TEXT_ROW_STATUS, text_of(lang, TEXT_STATUS_ASSESSED));
	else if (report->status == REPORT_PARTLY_READ)
		row(out, TEXT_ROW_STATUS, TEXT_MAKE(report->arena, lang, STATUS_PARTLY, reason));
	else
		row(out, TEXT_ROW_STATUS,
		    TEXT_MAKE(report->arena, lang, STATUS_NOT_APPLICABLE, reason));
}

void table_summary(struct report_out *out, const struct report *report)
{
	const struct inventory *inventory = report->inventory;
	const struct match_result *match = report->match;

	row(out, TEXT_ROW_TARGET, term_safe(report->arena, inventory->target));
	if (inventory->digest.n > 0)
		row(out, TEXT_ROW_DIGEST, term_safe(report->arena, inventory->digest));
	if (inventory->repo_tag_count > 0)
		row(out, TEXT_ROW_TAGS,
		    join(report, inventory->repo_tags, inventory->repo_tag_count));
	if (report->opts->timestamp.n > 0)
		row(out, TEXT_ROW_SCANNED, report->opts->timestamp);
	row(out, TEXT_ROW_SYSTEM, system_text(report));
	row(out, TEXT_ROW_READ, read_text(report));
	row(out, TEXT_ROW_DATABASE, database_text(report));
	for (size_t i = 0; i < match->coverage_count; i++)
		row(out, TEXT_ROW_LOOKED_UP, coverage_text(report, &match->coverage[i]));
	put_status(out, report);
	put_warnings(out, report);
	put_not_examined(out, report);
	put_found(out, report);
	put_nothing_found(out, report);
	put_suppressed(out, report);
}
