/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "report/exception.h"
#include "report/json_parts.h"

static void put_reason(struct json_writer *w, const struct exception *e)
{
	json_kv_str(w, STR("kind"), str_c(exception_kind_name(e->kind)));
	json_kv_opt(w, STR("reason"), e->reason);
	json_kv_opt(w, STR("author"), e->author);
	json_kv_opt(w, STR("approver"), e->approver);
	json_kv_str(w, STR("source"), e->source);
	if (e->line)
		json_kv_u64(w, STR("line"), e->line);
}

static void put_expiry(struct json_writer *w, struct arena *arena, const struct exception *e)
{
	if (e->expires)
		json_kv_str(w, STR("expires"), time_format(arena, e->expires));
}

void json_put_exception(struct json_writer *w, const struct report *report,
			const struct exception *by)
{
	if (!by)
		return;
	JSON_KEY(w, "exception");
	json_open_object(w);
	put_reason(w, by);
	put_expiry(w, report->arena, by);
	json_close_object(w);
}

static void put_item(struct report_out *out, const struct report *report,
		     const struct suppressed *item)
{
	struct json_writer *w = &out->json;
	const struct finding *finding = report_finding(report, item->finding);
	const struct package *package = report_package(report, finding);

	json_open_object(w);
	json_kv_str(w, STR("id"), finding->id);
	json_kv_str(w, STR("package"), package->name);
	json_kv_str(w, STR("package_kind"), package->kind);
	json_kv_opt(w, STR("arch"), package->arch);
	json_kv_str(w, STR("installed"), package->version);
	json_kv_str(w, STR("fixed"), finding->fixed);
	json_kv_opt(w, STR("path"), package->path);
	json_kv_str(w, STR("severity"), str_c(severity_name(finding->severity)));
	json_kv_str(w, STR("reason"), str_c(suppression_name(item->reason)));
	json_put_exception(w, report, item->by);
	json_close_object(w);
	report_out_step(out);
}

static size_t matches_here(const struct report *report, const struct exception *e)
{
	size_t n = 0;

	for (size_t i = 0; i < report->suppressed_count; i++)
		n += report->suppressed[i].by == e;
	for (size_t i = 0; i < report->secrets.suppressed_count; i++)
		n += report->secrets.suppressed[i].by == e;
	for (size_t i = 0; i < report->checks.suppressed_count; i++)
		n += report->checks.suppressed[i].by == e;
	for (size_t i = 0; i < report->licences.suppressed_count; i++)
		n += report->licences.suppressed[i].by == e;
	return n;
}

static void put_exception(struct report_out *out, const struct report *report,
			  const struct exception *e, const char *state, size_t matched)
{
	struct json_writer *w = &out->json;

	json_open_object(w);
	json_kv_str(w, STR("state"), str_c(state));
	json_kv_u64(w, STR("matched"), matched);
	json_kv_strings(w, STR("ids"), e->ids, e->id_count);
	put_reason(w, e);
	put_expiry(w, report->arena, e);
	json_close_object(w);
	report_out_step(out);
}

/* It is about this target, what it speaks of was looked for, and nothing of it is there. */
static bool is_unused(const struct report *report, const struct exception_set *set,
		      const struct exception *e)
{
	unsigned looked = 0;

	looked |= report->opts->no_vulnerabilities ? 0 : EXCEPTION_VULNERABILITY;
	looked |= report->inventory->secrets_searched ? EXCEPTION_SECRET : 0;
	looked |= report->checks.results ? EXCEPTION_MISCONFIGURATION : 0;
	looked |= report->opts->licences ? EXCEPTION_LICENCE : 0;
	if (e->vex || report->status == REPORT_NOT_APPLICABLE ||
	    !exception_concerns(e, set, report->inventory))
		return false;
	return e->subject == EXCEPTION_ANY ? looked != 0 : !(e->subject & ~looked);
}

void json_put_suppressed(struct report_out *out, const struct report *report)
{
	const struct exception_set *set = report->opts->exceptions;
	struct json_writer *w = &out->json;

	JSON_KEY(w, "suppressed");
	json_open_array(w);
	for (size_t i = 0; i < report->suppressed_count; i++)
		put_item(out, report, &report->suppressed[i]);
	json_close_array(w);
	JSON_KEY(w, "exceptions");
	json_open_array(w);
	for (size_t i = 0; set && i < set->n; i++) {
		const struct exception *e = &set->items[i];
		size_t matched = matches_here(report, e);

		if (exception_is_expired(e, set->now))
			put_exception(out, report, e, "expired", 0);
		else if (matched > 0)
			put_exception(out, report, e, "used", matched);
		else if (is_unused(report, set, e))
			put_exception(out, report, e, "unused", 0);
	}
	json_close_array(w);
}
