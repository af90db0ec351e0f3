/* SPDX-License-Identifier: Apache-2.0 */
/* The report for people: summary first, then the findings by package, worst first. */
#include "report/advice.h"
#include "report/table_internal.h"
#include "report/term.h"

#include "base/num.h"

#define TABLE_MAX_COLUMNS   100000u /* of a line that is not cut */
#define TABLE_ID_COLUMNS    20u	    /* of an id that keeps the others in line */
#define TABLE_FIX_COLUMNS   28u
#define TABLE_TITLE_COLUMNS 24u /* less than this: the title gets a line of its own */

void table_style(struct report_out *out, enum table_style style)
{
	static const char *const codes[] = {
		[STYLE_PLAIN] = "\033[0m",    [STYLE_BOLD] = "\033[1m",	 [STYLE_DIM] = "\033[2m",
		[STYLE_WARNING] = "\033[33m", [STYLE_GOOD] = "\033[32m",
	};

	if (out->opts->color)
		buf_add(&out->buf, str_c(codes[style]));
}

void table_style_severity(struct report_out *out, enum severity severity)
{
	static const char *const codes[REPORT_SEVERITIES] = {
		[SEVERITY_UNKNOWN] = "\033[2m", [SEVERITY_NEGLIGIBLE] = "\033[2m",
		[SEVERITY_LOW] = "\033[36m",	[SEVERITY_MEDIUM] = "\033[33m",
		[SEVERITY_HIGH] = "\033[31m",	[SEVERITY_CRITICAL] = "\033[1;31m",
	};

	if (out->opts->color)
		buf_add(&out->buf, str_c(codes[severity]));
}

size_t table_columns(const struct report_out *out)
{
	return out->opts->columns ? out->opts->columns : TABLE_MAX_COLUMNS;
}

str table_short_digest(str digest)
{
	ptrdiff_t colon = str_find_char(digest, ':');

	return str_take(digest, (size_t)(colon + 1) + 12);
}

/* Widths of the columns, the same for all groups. */
struct widths {
	size_t severity, id, kev, epss, fix;
};

static str fix_text(const struct report *report, const struct finding *finding)
{
	if (finding->status == FIX_AVAILABLE && finding->fixed.n > 0)
		return term_safe(report->arena, finding->fixed);
	return advice_status(report->opts->lang, finding->status);
}

static str epss_text(struct arena *arena, const struct finding *finding)
{
	if (finding->epss < 0)
		return STR_EMPTY;
	return str_fmt(arena, "%.1f%%", finding->epss * 100);
}

static void widen(size_t *width, size_t want, size_t most)
{
	if (want > *width)
		*width = size_min(want, most);
}

static struct widths measure(const struct report *report)
{
	struct widths w = { 0 };

	for (size_t i = 0; i < report->shown_count; i++) {
		const struct finding *finding = report_finding(report, report->shown[i]);
		str severity = advice_severity(report->opts->lang, finding->severity);

		widen(&w.severity, term_width(severity), TABLE_ID_COLUMNS);
		widen(&w.id, finding->id.n, TABLE_ID_COLUMNS);
		widen(&w.kev, finding->kev ? 3 : 0, 3);
		widen(&w.epss, epss_text(report->arena, finding).n, 6);
		widen(&w.fix, term_width(fix_text(report, finding)), TABLE_FIX_COLUMNS);
	}
	return w;
}

static void put_column(struct buf *b, str text, size_t width)
{
	if (width == 0)
		return;
	term_pad(b, text, width);
	BUF_LIT(b, "  ");
}

static void put_finding(struct report_out *out, const struct report *report,
			const struct finding *finding, const struct widths *w)
{
	struct buf *b = &out->buf;
	str severity = advice_severity(report->opts->lang, finding->severity);
	str id = term_safe(report->arena, finding->id), fix = fix_text(report, finding);
	str epss = epss_text(report->arena, finding);
	size_t used = 4 + w->severity + size_max(w->id, term_width(id)) + 2;
	size_t columns = table_columns(out);

	BUF_LIT(b, "  ");
	table_style_severity(out, finding->severity);
	term_pad(b, severity, w->severity);
	table_style(out, STYLE_PLAIN);
	BUF_LIT(b, "  ");
	put_column(b, id, w->id);
	if (w->kev > 0) {
		table_style(out, STYLE_BOLD);
		put_column(b, finding->kev ? STR("KEV") : STR_EMPTY, w->kev);
		table_style(out, STYLE_PLAIN);
		used += w->kev + 2;
	}
	if (w->epss > 0) {
		term_blanks(b, w->epss - size_min(w->epss, epss.n));
		put_column(b, epss, epss.n ? epss.n : 0);
		if (epss.n == 0)
			BUF_LIT(b, "  ");
		used += w->epss + 2;
	}
	used += size_max(w->fix, term_width(fix)) + 2;
	str title = term_safe(report->arena, report_title(report, finding));
	if (used + TABLE_TITLE_COLUMNS <= columns) {
		put_column(b, fix, w->fix);
		buf_add(b, term_cut(report->arena, title, columns - used));
	} else {
		buf_add(b, fix);
		buf_byte(b, '\n');
		term_blanks(b, 6);
		buf_add(b, term_cut(report->arena, title, columns - 6));
	}
	buf_byte(b, '\n');
}

/* The names of a group: "libssl3, openssl". */
static str group_names(const struct report *report, const struct report_group *group)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, REPORT_MAX_PIECE);
	for (size_t i = 0; i < group->package_count; i++) {
		if (i > 0)
			BUF_LIT(&b, ", ");
		term_put(&b, report->inventory->packages[group->packages[i]].name);
	}
	return str_dup(report->arena, buf_str(&b));
}

/* " → 3.0.14, 2 without a fix": the version that repairs all that can be repaired. */
static void put_group_fix(struct report_out *out, const struct report *report,
			  const struct report_group *group)
{
	const struct finding *latest = NULL;
	size_t without = 0;

	for (size_t i = 0; i < group->finding_count; i++) {
		const struct finding *finding = report_finding(report, group->findings[i]);

		if (finding->status != FIX_AVAILABLE || finding->fixed.n == 0)
			without++;
		else if (!latest || advice_fix_is_later(finding, latest))
			latest = finding;
	}
	if (latest) {
		BUF_LIT(&out->buf, " → ");
		term_put(&out->buf, latest->fixed);
	}
	if (without == group->finding_count) {
		BUF_LIT(&out->buf, ": ");
		TEXT_ADD(&out->buf, report->opts->lang, ALL_WITHOUT_FIX);
	} else if (without > 0) {
		BUF_LIT(&out->buf, ", ");
		TEXT_FILL(&out->buf, report->opts->lang, WITHOUT_FIX,
			  text_number(report->arena, without));
	}
}

/* The source package, with its version where the binary counts on its own. */
static void put_source(struct buf *b, const struct report *report, const struct package *package)
{
	str name = package_source_name(package), version = package_source_version(package);
	bool other_version = !str_eq(version, package->version);

	if (str_eq(name, package->name) && !other_version)
		return;
	if (other_version)
		name = str_fmt(report->arena, "%.*s %.*s", STR_ARG(name), STR_ARG(version));
	BUF_LIT(b, ", ");
	TEXT_FILL(b, report->opts->lang, SOURCE_PACKAGE, term_safe(report->arena, name));
}

static void put_group(struct report_out *out, const struct report *report,
		      const struct report_group *group, const struct widths *w)
{
	struct buf *b = &out->buf;
	enum lang lang = report->opts->lang;
	const struct package *package = &report->inventory->packages[group->packages[0]];
	const struct layer_info *layer = report_layer(report, package);

	buf_byte(b, '\n');
	table_style(out, STYLE_BOLD);
	term_paragraph(b, group_names(report, group), 4, table_columns(out));
	b->n--; /* the version follows on the same line */
	buf_byte(b, ' ');
	term_put(b, package->version);
	put_group_fix(out, report, group);
	table_style(out, STYLE_PLAIN);
	BUF_LIT(b, "\n    ");
	table_style(out, STYLE_DIM);
	term_put(b, package->kind);
	put_source(b, report, package);
	if (layer) {
		str digest = layer->digest.n ? layer->digest : layer->diff_id;

		BUF_LIT(b, ", ");
		TEXT_FILL(b, lang, IN_LAYER,
			  text_number(report->arena, (uint64_t)package->layer + 1),
			  text_number(report->arena, report->inventory->layer_count),
			  term_safe(report->arena, table_short_digest(digest)));
	}
	if (package->path.n > 0) {
		BUF_LIT(b, ", ");
		term_put(b, package->path);
	}
	table_style(out, STYLE_PLAIN);
	buf_byte(b, '\n');
	for (size_t i = 0; i < group->finding_count; i++) {
		put_finding(out, report, report_finding(report, group->findings[i]), w);
		report_out_step(out);
	}
}

static void begin(struct report_out *out) { (void)out; }

static void target(struct report_out *out, const struct report *report)
{
	if (out->done++ > 0)
		BUF_LIT(&out->buf, "\n\n");
	table_summary(out, report);
	struct widths w = measure(report);
	for (size_t i = 0; i < report->group_count; i++)
		put_group(out, report, &report->groups[i], &w);
	table_secrets(out, report);
	table_checks(out, report);
	table_licences(out, report);
	table_layers(out, report);
	if (report->opts->list_all_packages)
		table_packages(out, report);
	table_upgrades(out, report);
}

static void failed(struct report_out *out, str name, const struct err *why)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	if (out->done++ > 0)
		BUF_LIT(&out->buf, "\n\n");
	table_style(out, STYLE_BOLD);
	term_put(&out->buf, name);
	table_style(out, STYLE_PLAIN);
	BUF_LIT(&out->buf, "\n  ");
	table_style(out, STYLE_WARNING);
	TEXT_FILL(&out->buf, out->opts->lang, FAILED_TARGET, term_safe(arena, str_c(why->msg)));
	table_style(out, STYLE_PLAIN);
	buf_byte(&out->buf, '\n');
}

const struct report_writer report_writer_table = {
	.name = "table",
	.begin = begin,
	.target = target,
	.failed = failed,
	.end = begin,
};
