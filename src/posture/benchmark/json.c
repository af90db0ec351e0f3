/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "posture/benchmark_baseline.h"
#include "posture/benchmark_report.h"

struct page {
	struct json_writer *w;
	const struct benchmark_report *report;
	const struct benchmark_result *result;
	enum lang lang;
};

static void kv_known(const struct page *p, str key, int64_t n)
{
	json_key(p->w, key);
	if (n < 0)
		json_put_null(p->w);
	else
		json_put_i64(p->w, n);
}

static void put_tally(const struct page *p, const struct benchmark_tally *tally)
{
	double percent;

	for (unsigned i = 0; i < BENCHMARK_STATUSES; i++)
		json_kv_u64(p->w, str_c(benchmark_status_name((enum benchmark_status)i)),
			    tally->count[i]);
	JSON_KEY(p->w, "score");
	if (benchmark_percent(tally, &percent))
		json_put_u64(p->w, score_round(percent));
	else
		json_put_null(p->w);
}

/* ---- the machine ---------------------------------------------------------------------------- */

static void put_host(const struct page *p)
{
	const struct benchmark_host *h = &p->result->host;

	JSON_KEY(p->w, "host");
	if (!h->known) {
		json_put_null(p->w);
		return;
	}
	json_open_object(p->w);
	json_kv_str(p->w, STR("name"), h->name);
	json_kv_str(p->w, STR("os"), h->os);
	json_kv_str(p->w, STR("kernel"), h->kernel);
	json_kv_str(p->w, STR("architecture"), h->architecture);
	json_kv_str(p->w, STR("root"), h->root);
	json_kv_bool(p->w, STR("in_container"), h->in_container);
	json_kv_opt(p->w, STR("collected_at"), h->collected_at);
	json_close_object(p->w);
}

static void put_engine(const struct page *p)
{
	const struct benchmark_host *h = &p->result->host;

	JSON_KEY(p->w, "engine");
	if (!h->known) {
		json_put_null(p->w);
		return;
	}
	json_open_object(p->w);
	json_kv_bool(p->w, STR("present"), h->engine_present);
	json_kv_bool(p->w, STR("answers"), h->engine_answers);
	json_kv_opt(p->w, STR("error"), h->engine_error);
	json_kv_str(p->w, STR("name"), h->engine_present ? h->engine_name : STR_EMPTY);
	json_kv_str(p->w, STR("version"), h->engine_version);
	json_kv_str(p->w, STR("api_version"), h->engine_api);
	json_kv_str(p->w, STR("address"), h->engine_address);
	json_kv_bool(p->w, STR("rootless"), h->rootless);
	json_kv_strings(p->w, STR("listeners"), h->listeners, h->listener_n);
	json_kv_str(p->w, STR("storage_driver"), h->storage_driver);
	json_kv_str(p->w, STR("swarm"), h->swarm);
	kv_known(p, STR("images"), h->images);
	kv_known(p, STR("images_in_use"), h->images_in_use);
	kv_known(p, STR("containers_running"), h->running);
	kv_known(p, STR("containers_stopped"), h->stopped);
	json_close_object(p->w);
}

static void put_summary(const struct page *p)
{
	const struct benchmark_result *r = p->result;

	JSON_KEY(p->w, "benchmark");
	json_open_object(p->w);
	json_kv_str(p->w, STR("version"), r->version);
	json_kv_u64(p->w, STR("controls"), r->n);
	json_close_object(p->w);
	JSON_KEY(p->w, "summary");
	json_open_object(p->w);
	put_tally(p, &r->all);
	json_kv_u64(p->w, STR("containers"), r->containers);
	json_kv_u64(p->w, STR("images"), r->images);
	json_kv_u64(p->w, STR("controls_hidden"), benchmark_hidden(r));
	json_close_object(p->w);
	JSON_KEY(p->w, "sections");
	json_open_array(p->w);
	for (unsigned s = 1; s <= BENCHMARK_SECTIONS; s++) {
		const struct benchmark_tally *tally = &r->sections[s % BENCHMARK_SECTIONS];
		size_t all = 0;

		for (size_t i = 0; i < BENCHMARK_STATUSES; i++)
			all += tally->count[i];
		if (all == 0)
			continue;
		json_open_object(p->w);
		json_kv_u64(p->w, STR("number"), s % BENCHMARK_SECTIONS);
		json_kv_str(p->w, STR("title"),
			    benchmark_section_title(p->lang, s % BENCHMARK_SECTIONS));
		put_tally(p, tally);
		json_close_object(p->w);
	}
	json_close_array(p->w);
}

/* ---- controls ------------------------------------------------------------------------------- */

static void put_document(const struct page *p, const struct benchmark_document *d)
{
	JSON_KEY(p->w, "document");
	json_open_object(p->w);
	json_kv_str(p->w, STR("kind"), d->kind);
	json_kv_str(p->w, STR("name"), d->name);
	json_kv_str(p->w, STR("id"), d->id);
	json_kv_opt(p->w, STR("image"), d->image);
	json_close_object(p->w);
}

static void put_exemption(const struct page *p, const struct benchmark_item *item)
{
	const struct exception *e = item->exception;

	if (!e)
		return;
	JSON_KEY(p->w, "exemption");
	json_open_object(p->w);
	json_kv_str(p->w, STR("type"), str_c(exception_kind_name(e->kind)));
	json_kv_str(p->w, STR("reason"), e->reason);
	json_kv_str(p->w, STR("author"), e->author);
	json_kv_opt(p->w, STR("approver"), e->approver);
	if (e->expires > 0)
		json_kv_str(p->w, STR("expires"), time_format(p->report->arena, e->expires));
	json_kv_str(p->w, STR("underlying"), str_c(benchmark_status_name(item->under)));
	json_close_object(p->w);
}

static void put_item(const struct page *p, const struct benchmark_control *c,
		     const struct benchmark_item *item)
{
	str message =
		item->message[p->lang].n > 0 ? item->message[p->lang] : item->message[LANG_EN];

	json_open_object(p->w);
	put_document(p, item->document);
	json_kv_str(p->w, STR("status"), str_c(benchmark_status_name(item->status)));
	json_kv_str(p->w, STR("message"), message);
	json_kv_opt(p->w, STR("subject"), item->subject);
	json_kv_opt(p->w, STR("evidence"), item->evidence);
	if (item->line > 0) {
		json_kv_opt(p->w, STR("file"), item->file);
		json_kv_i64(p->w, STR("line"), item->line);
	}
	json_kv_str(p->w, STR("fingerprint"), benchmark_fingerprint(p->report->arena, c, item));
	json_kv_opt(p->w, STR("baseline"), str_c(benchmark_mark_name(item->mark)));
	put_exemption(p, item);
	json_close_object(p->w);
}

static void put_seen(const struct page *p, const struct benchmark_seen *seen)
{
	str message = seen->finding->message[p->lang].n > 0 ? seen->finding->message[p->lang]
							    : seen->finding->message[LANG_EN];

	json_open_object(p->w);
	put_document(p, seen->document);
	json_kv_opt(p->w, STR("message"), message);
	json_kv_opt(p->w, STR("subject"), seen->finding->subject);
	json_kv_opt(p->w, STR("evidence"), seen->finding->evidence);
	json_close_object(p->w);
}

static void put_head(const struct page *p, const struct benchmark_control *c)
{
	const struct check_benchmark *b = &c->check->benchmark;
	const struct check_text *text = benchmark_control_text(p->lang, c);

	json_kv_str(p->w, STR("id"), c->check->id);
	json_kv_str(p->w, STR("number"), c->number);
	json_kv_strings(p->w, STR("aliases"), c->check->aliases, c->check->alias_n);
	json_kv_str(p->w, STR("title"), text->title);
	json_kv_str(p->w, STR("rationale"), text->description);
	JSON_KEY(p->w, "level");
	if (b->level > 0)
		json_put_u64(p->w, b->level);
	else
		json_put_null(p->w);
	json_kv_str(p->w, STR("mode"), str_c(check_mode_name(b->mode)));
	json_kv_str(p->w, STR("severity"), str_c(severity_name(c->severity)));
	json_kv_strings(p->w, STR("kinds"), c->check->kinds, c->check->kind_n);
	json_kv_str(p->w, STR("status"), str_c(benchmark_status_name(c->status)));
	json_kv_opt(p->w, STR("reason"), benchmark_reason(p->lang, c));
	json_kv_opt(p->w, STR("baseline"), str_c(benchmark_mark_name(c->mark)));
	json_kv_str(p->w, STR("remediation"), text->remediation);
	benchmark_put_fix(p->w, &c->check->fix, p->lang);
	json_kv_strings(p->w, STR("recommendations"), b->recommendations, b->recommendation_n);
	json_kv_strings(p->w, STR("alerts"), b->alerts, b->alert_n);
	json_kv_strings(p->w, STR("references"), c->check->references, c->check->reference_n);
}

static void put_control(const struct page *p, const struct benchmark_control *c)
{
	json_open_object(p->w);
	put_head(p, c);
	JSON_KEY(p->w, "documents");
	json_open_object(p->w);
	for (unsigned i = 0; i < BENCHMARK_STATUSES; i++)
		json_kv_u64(p->w, str_c(benchmark_status_name((enum benchmark_status)i)),
			    c->documents[i]);
	json_close_object(p->w);
	JSON_KEY(p->w, "findings");
	json_open_array(p->w);
	for (size_t i = 0; i < c->item_n; i++) {
		put_item(p, c, &c->items[i]);
		benchmark_step(p->report);
	}
	json_close_array(p->w);
	JSON_KEY(p->w, "seen");
	json_open_array(p->w);
	for (size_t i = 0; i < c->seen_n; i++) {
		put_seen(p, &c->seen[i]);
		benchmark_step(p->report);
	}
	json_close_array(p->w);
	json_kv_u64(p->w, STR("dropped"), c->dropped);
	json_close_object(p->w);
}

/* ---- the recommendation --------------------------------------------------------------------- */

static void put_recommendation(const struct page *p)
{
	const struct benchmark_result *r = p->result;
	const struct recommendation *rec = &r->recommendations->items[r->recommendation];
	str controls[CONTROL_MAX];
	size_t n = 0;

	for (size_t i = 0; i < r->recommendations->control_n; i++) {
		if (rec->controls & RECOMMENDATION_BIT(i))
			controls[n++] = r->recommendations->controls[i].id;
	}
	JSON_KEY(p->w, "recommendation");
	json_open_object(p->w);
	json_kv_str(p->w, STR("id"), rec->id);
	json_kv_str(p->w, STR("code"), rec->code);
	json_kv_str(p->w, STR("title"), rec->text[p->lang].title);
	json_kv_str(p->w, STR("description"), rec->text[p->lang].description);
	json_kv_str(p->w, STR("remediation"), rec->text[p->lang].remediation);
	json_kv_str(p->w, STR("severity"), str_c(severity_name(rec->severity)));
	json_kv_strings(p->w, STR("policies"), rec->policies, rec->policy_n);
	json_kv_str(p->w, STR("assessment"), rec->assessment);
	json_kv_strings(p->w, STR("controls"), controls, n);
	json_kv_str(p->w, STR("resource_kind"), str_c(resource_kind_name(rec->kind)));
	json_kv_str(p->w, STR("resource"), r->host.name);
	json_kv_str(p->w, STR("state"), str_c(benchmark_health_name(r->health)));
	json_kv_bool(p->w, STR("compliant"),
		     r->health == BENCHMARK_HEALTHY || r->health == BENCHMARK_NONE);
	json_kv_opt(p->w, STR("reason"), r->health_reason[p->lang]);
	JSON_KEY(p->w, "findings");
	json_open_array(p->w);
	for (size_t i = 0; i < r->n; i++) {
		const struct benchmark_control *c = &r->controls[i];

		if (c->status != BENCHMARK_FAIL)
			continue;
		json_open_object(p->w);
		json_kv_str(p->w, STR("control"), c->check->id);
		json_kv_str(p->w, STR("number"), c->number);
		json_kv_str(p->w, STR("title"), benchmark_control_text(p->lang, c)->title);
		json_kv_str(p->w, STR("severity"), str_c(severity_name(c->severity)));
		json_kv_str(p->w, STR("remediation"),
			    benchmark_control_text(p->lang, c)->remediation);
		json_close_object(p->w);
	}
	json_close_array(p->w);
	json_close_object(p->w);
}

/* ---- what else ------------------------------------------------------------------------------ */

static void put_baseline(const struct page *p)
{
	const struct benchmark_baseline *base = p->report->baseline;

	if (!base)
		return;
	JSON_KEY(p->w, "baseline");
	json_open_object(p->w);
	json_kv_str(p->w, STR("source"), base->source);
	json_kv_str(p->w, STR("version"), base->version);
	json_kv_u64(p->w, STR("new"), base->added);
	json_kv_u64(p->w, STR("changed"), base->changed);
	json_kv_u64(p->w, STR("known"), base->known);
	JSON_KEY(p->w, "fixed");
	json_open_array(p->w);
	for (size_t i = 0; i < base->fixed_n; i++) {
		const struct baseline_entry *e = &base->fixed[i];

		json_open_object(p->w);
		json_kv_str(p->w, STR("id"), e->id);
		json_kv_str(p->w, STR("number"), e->number);
		json_kv_str(p->w, STR("kind"), e->kind);
		json_kv_str(p->w, STR("document"), e->document);
		json_kv_opt(p->w, STR("subject"), e->subject);
		json_kv_str(p->w, STR("message"), e->message);
		json_close_object(p->w);
	}
	json_close_array(p->w);
	json_close_object(p->w);
}

static void put_left_out(const struct page *p)
{
	const struct benchmark_result *r = p->result;

	JSON_KEY(p->w, "filtered");
	json_open_object(p->w);
	json_kv_u64(p->w, STR("containers"), r->filtered_containers);
	json_kv_u64(p->w, STR("images"), r->filtered_images);
	json_kv_strings(p->w, STR("names"), r->filtered,
			r->filtered_containers + r->filtered_images);
	json_close_object(p->w);
	json_kv_strings(p->w, STR("excluded_controls"), r->left_out, r->left_out_n);
}

static void put_exceptions(const struct page *p)
{
	const struct exception_set *set = p->report->exceptions;

	JSON_KEY(p->w, "exceptions");
	json_open_array(p->w);
	for (size_t i = 0; set && i < set->n; i++) {
		const struct exception *e = &set->items[i];
		bool expired = exception_is_expired(e, p->report->now);

		if (!(e->subject & EXCEPTION_MISCONFIGURATION) || e->vex)
			continue;
		json_open_object(p->w);
		json_kv_strings(p->w, STR("ids"), e->ids, e->id_count);
		json_kv_strings(p->w, STR("paths"), e->paths, e->path_count);
		json_kv_str(p->w, STR("reason"), e->reason);
		json_kv_str(p->w, STR("source"), e->source);
		json_kv_u64(p->w, STR("line"), e->line);
		json_kv_u64(p->w, STR("matched"), e->matched);
		json_kv_bool(p->w, STR("expired"), expired);
		json_kv_bool(p->w, STR("unused"), !expired && e->matched == 0);
		json_close_object(p->w);
	}
	json_close_array(p->w);
}

static void put_not_read(const struct page *p)
{
	JSON_KEY(p->w, "not_read");
	json_open_array(p->w);
	for (size_t i = 0; i < p->result->not_read_n; i++) {
		const struct benchmark_unread *u = &p->result->not_read[i];

		json_open_object(p->w);
		json_kv_str(p->w, STR("document"), u->document);
		json_kv_str(p->w, STR("what"), u->what);
		json_kv_str(p->w, STR("reason"), u->reason);
		json_kv_opt(p->w, STR("remedy"), u->remedy);
		json_close_object(p->w);
	}
	json_close_array(p->w);
}

static void write_json(struct buf *b, const struct benchmark_report *report)
{
	struct json_writer w;
	struct page p = {
		.w = &w, .report = report, .result = report->result, .lang = report->lang
	};

	json_writer_init(&w, b, 2);
	json_open_object(&w);
	json_kv_str(&w, STR("schema_version"), STR(BENCHMARK_SCHEMA));
	json_kv_str(&w, STR("kind"), STR("docker_benchmark"));
	json_kv_opt(&w, STR("generated_at"), report->time);
	json_kv_opt(&w, STR("source"), report->source);
	put_host(&p);
	put_engine(&p);
	put_summary(&p);
	JSON_KEY(&w, "controls");
	json_open_array(&w);
	for (size_t i = 0; i < report->result->n; i++) {
		if (!report->result->controls[i].hidden)
			put_control(&p, &report->result->controls[i]);
	}
	json_close_array(&w);
	put_recommendation(&p);
	put_baseline(&p);
	put_left_out(&p);
	put_exceptions(&p);
	put_not_read(&p);
	if (report->json_more)
		report->json_more(&w, report);
	json_close_object(&w);
	buf_byte(b, '\n');
}

const struct benchmark_writer benchmark_writer_json = { .name = "json", .write = write_json };
