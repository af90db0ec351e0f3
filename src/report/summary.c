/* SPDX-License-Identifier: Apache-2.0 */
#include "report/summary.h"

#include "report/misconfiguration.h"
#include "report/term.h"

#define SUMMARY_MAX_SOURCES 4u /* named in the line of the database */

str summary_join(const struct report *report, const str *items, size_t n)
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

str summary_system(const struct report *report)
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

str summary_read(const struct report *report)
{
	const struct inventory *inventory = report->inventory;
	enum lang lang = report->opts->lang;
	str packages = text_number(report->arena, inventory->package_count);
	str layers = text_number(report->arena, inventory->layer_count);
	str files = text_number(report->arena, inventory->files_seen);
	str kinds = summary_join(report, inventory->kinds_read, inventory->kinds_read_count);

	if (inventory->kinds_read_count == 0)
		kinds = text_of(lang, TEXT_READ_NOTHING);
	if (inventory->layer_count == 0)
		return TEXT_MAKE(report->arena, lang, READ_LINE_ROOT, packages, kinds, files);
	return TEXT_MAKE(report->arena, lang, READ_LINE, packages, kinds, layers, files);
}

str summary_database(const struct report *report)
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
	str sources = summary_join(report, names, n);
	if (db->source_count > n)
		sources = TEXT_MAKE(report->arena, lang, ALL_SOURCES_MORE, sources,
				    text_number(report->arena, db->source_count - n));
	return TEXT_MAKE(report->arena, lang, DATABASE_LINE, text_date(lang, db->date), records,
			 sources);
}

str summary_coverage(const struct report *report, const struct coverage *coverage)
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

bool summary_only_checks(const struct report *report)
{
	return str_eq(report->inventory->target_kind, STR("manifest"));
}

/* What is said when there is no finding to show: never more than is known. */
str summary_nothing_found(const struct report *report)
{
	enum lang lang = report->opts->lang;
	struct arena *arena = report->arena;

	if (summary_only_checks(report))
		return misconfiguration_counts(report);
	if (report->opts->no_vulnerabilities)
		return text_of(lang, TEXT_NONE_NOT_ASKED);
	if (report->statement == STATEMENT_VULNERABLE)
		return TEXT_MAKE(arena, lang, NONE_SHOWN,
				 text_number(arena, report->suppressed_count));
	if (report->statement == STATEMENT_NONE_COUNTING)
		return TEXT_MAKE(arena, lang, NONE_COUNTING,
				 text_number(arena, report->excepted_count));
	if (report->statement == STATEMENT_NONE_KNOWN)
		return TEXT_MAKE(arena, lang, NONE_KNOWN,
				 text_number(arena, report->inventory->package_count),
				 text_date(lang, report->database->date));
	if (report->status == REPORT_NOT_APPLICABLE)
		return text_of(lang, TEXT_NONE_NOT_APPLICABLE);
	if (report->status == REPORT_PARTLY_READ)
		return text_of(lang, TEXT_NONE_PARTLY);
	return text_of(lang, TEXT_NONE_ESSENTIALS);
}
