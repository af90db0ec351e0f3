/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comma-separated values (RFC 4180): one line a finding, a line with a reason for a target that
 * says nothing else, so that no target is missing from the file. Suppressed findings are not
 * listed.
 */
#include "report/advice.h"
#include "report/licence.h"
#include "report/markup.h"
#include "report/misconfiguration.h"
#include "report/secret.h"

static const char head[] =
	"target,digest,status,id,severity,severity_source,cvss,epss,known_exploited,"
	"package,package_kind,installed,fixed,fix_status,path,layer,title,reason\r\n";

static void cell(struct report_out *out, str text)
{
	markup_put_csv(&out->buf, text);
	buf_byte(&out->buf, ',');
}

static void last_cell(struct report_out *out, str text)
{
	markup_put_csv(&out->buf, text);
	BUF_LIT(&out->buf, "\r\n");
}

static void put_number(struct report_out *out, double value, int digits)
{
	if (value >= 0)
		buf_fmt(&out->buf, "%.*f", digits, value);
	buf_byte(&out->buf, ',');
}

static void put_target(struct report_out *out, const struct report *report)
{
	cell(out, report->inventory->target);
	cell(out, report->inventory->digest);
	cell(out, str_c(report_status_name(report->status)));
}

static void put_finding(struct report_out *out, const struct report *report,
			const struct finding *finding)
{
	const struct package *package = report_package(report, finding);
	const struct layer_info *layer = report_layer(report, package);

	put_target(out, report);
	cell(out, finding->id);
	cell(out, str_c(severity_name(finding->severity)));
	cell(out, finding->severity_source);
	put_number(out, advice_score(finding), 1);
	put_number(out, finding->epss, 5);
	cell(out, finding->kev ? STR("yes") : STR("no"));
	cell(out, package->name);
	cell(out, package->kind);
	cell(out, package->version);
	cell(out, finding->fixed);
	cell(out, str_c(fix_status_name(finding->status)));
	cell(out, package->path);
	cell(out, layer ? layer->digest : STR_EMPTY);
	cell(out, report_title(report, finding));
	last_cell(out, STR_EMPTY);
	report_out_step(out);
}

/* A row like the others: the kind of secret stands for the id, "secret" for the kind of package. */
static void put_secret(struct report_out *out, const struct report *report,
		       const struct secret_finding *secret)
{
	const struct inventory *inventory = report->inventory;
	enum lang lang = report->opts->lang;
	bool known = secret->layer >= 0 && (size_t)secret->layer < inventory->layer_count;

	put_target(out, report);
	cell(out, secret->kind);
	cell(out, str_c(severity_name(report_secret_severity(secret))));
	BUF_LIT(&out->buf, ",,,,,"); /* severity_source to package */
	cell(out, STR("secret"));
	BUF_LIT(&out->buf, ",,,"); /* installed to status */
	cell(out, report_secret_place(report->arena, lang, secret));
	cell(out, known ? inventory->layers[secret->layer].digest : STR_EMPTY);
	cell(out, report_secret_title(lang, secret));
	last_cell(out, STR_EMPTY);
	report_out_step(out);
}

/*
 * The same for a configuration check: its id, "misconfiguration" for the kind of package, its
 * verdict for the status of a fix, and what is wrong in the last column.
 */
static void put_check(struct report_out *out, const struct report *report,
		      const struct misconfiguration *m)
{
	const struct inventory *inventory = report->inventory;
	enum lang lang = report->opts->lang;
	int64_t layer = m->finding ? m->finding->layer : -1;
	bool known = layer >= 0 && (uint64_t)layer < inventory->layer_count;

	put_target(out, report);
	cell(out, m->result->check->id);
	cell(out, str_c(severity_name(m->severity)));
	BUF_LIT(&out->buf, ",,,,,"); /* severity_source to package */
	cell(out, STR("misconfiguration"));
	BUF_LIT(&out->buf, ",,"); /* installed, fixed */
	cell(out, str_c(check_verdict_name(m->result->verdict)));
	cell(out, misconfiguration_place(report->arena, lang, m));
	cell(out, known ? inventory->layers[layer].digest : STR_EMPTY);
	cell(out, misconfiguration_text(lang, m)->title);
	last_cell(out, misconfiguration_message(lang, m));
	report_out_step(out);
}

/* Likewise: the name of the licence stands for the id, its category for the status. */
static void put_licence(struct report_out *out, const struct report *report,
			const struct licence_item *item)
{
	const struct package *package = report_licence_package(report, item);
	enum lang lang = report->opts->lang;
	int layer = report_licence_layer(report, item);

	put_target(out, report);
	cell(out, item->name);
	cell(out, str_c(severity_name(item->severity)));
	BUF_LIT(&out->buf, ",,,,"); /* severity_source to epss */
	cell(out, package ? package->name : STR_EMPTY);
	cell(out, STR("license"));
	cell(out, package ? package->version : STR_EMPTY);
	cell(out, STR_EMPTY);
	cell(out, str_c(licence_category_name(item->verdict.category)));
	cell(out, report_licence_path(report, item));
	cell(out, layer >= 0 ? report->inventory->layers[layer].digest : STR_EMPTY);
	cell(out, report_licence_category(lang, item));
	last_cell(out, STR_EMPTY);
	report_out_step(out);
}

static void put_rest(struct report_out *out, str reason)
{
	BUF_LIT(&out->buf, ",,,,,,,,,,,,,,"); /* id to title */
	last_cell(out, reason);
}

static void target(struct report_out *out, const struct report *report)
{
	for (size_t i = 0; i < report->shown_count; i++)
		put_finding(out, report, report_finding(report, report->shown[i]));
	for (size_t i = 0; i < report->secrets.shown_count; i++)
		put_secret(out, report, report_secret(report, i));
	for (size_t i = 0; i < report->checks.shown_count; i++)
		put_check(out, report, report_misconfiguration(report, i));
	for (size_t i = 0; i < report->licences.shown_count; i++)
		put_licence(out, report, report_licence(report, i));
	if (report->shown_count > 0 && report->status == REPORT_ASSESSED)
		return;
	put_target(out, report);
	put_rest(out, report->reason.n ? report->reason : str_c(statement_name(report->statement)));
}

static void failed(struct report_out *out, str name, const struct err *why)
{
	cell(out, name);
	BUF_LIT(&out->buf, ",");
	cell(out, STR("failed"));
	put_rest(out, str_c(why->msg));
}

static void begin(struct report_out *out) { buf_add(&out->buf, str_c(head)); }
static void end(struct report_out *out) { (void)out; }

const struct report_writer report_writer_csv = {
	.name = "csv",
	.machine = true,
	.begin = begin,
	.target = target,
	.failed = failed,
	.end = end,
};
