/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "hub/webhook/decision_log.h"

#define TEXT_MAX     2048u /* bytes of one message */
#define DETAILS_MAX  4096u
#define FINDINGS_MAX 50u

/* What is held by a Secret: nothing of it may be told, wherever else it is quoted. */
static bool is_secret(const struct admission_request *r)
{
	return str_eq(r->kind, STR("Secret")) && str_empty(r->group);
}

/* Text of an admission: its first bytes, whole characters. */
static str short_text(str s)
{
	size_t n = TEXT_MAX;

	if (s.n <= TEXT_MAX)
		return s;
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_take(s, n);
}

static void put_details(struct json_writer *w, const struct value *details)
{
	static const char *const known[] = { "container", "value" };
	AUTO(buf_done)
	struct buf b = { 0 };
	struct json_writer inner;

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		const struct value *v = value_get_str(details, str_c(known[i]));

		if (v && v->type == VALUE_STRING)
			json_kv_str(w, str_c(known[i]), short_text(value_text(v)));
	}
	if (value_size(details) > 1000)
		return;
	buf_init(&b, DETAILS_MAX);
	json_writer_init(&inner, &b, 0);
	value_write_json(details, &inner);
	if (!b.overflow && b.n > 2) {
		JSON_KEY(w, "details");
		json_put_raw(w, buf_str(&b));
	}
}

static void put_findings(struct json_writer *w, const struct decision_record *record)
{
	const struct decision *d = record->decision;
	bool secret = is_secret(record->request);
	size_t n = d->n < FINDINGS_MAX ? d->n : FINDINGS_MAX;

	if (d->n == 0)
		return;
	JSON_KEY(w, "violations");
	json_open_array(w);
	for (size_t i = 0; i < n; i++) {
		const struct finding *f = &d->items[i];

		json_open_object(w);
		json_kv_str(w, STR("rule"), f->rule);
		json_kv_str(w, STR("action"), str_c(f->action));
		if (f->instead)
			json_kv_str(w, STR("instead_of_deny"), str_c(f->instead));
		if (!secret) {
			json_kv_str(w, STR("message"), short_text(f->message));
			put_details(w, &f->details);
		}
		json_kv_opt(w, STR("expansion"), f->template);
		if (f->failed)
			json_kv_bool(w, STR("failed"), true);
		if (f->undecided)
			json_kv_bool(w, STR("undecided"), true);
		json_close_object(w);
	}
	json_close_array(w);
	if (d->n + d->dropped > n)
		json_kv_u64(w, STR("violations_not_shown"), d->n + d->dropped - n);
}

static void put_request(struct json_writer *w, const struct admission_request *r,
			struct arena *arena)
{
	json_kv_str(w, STR("uid"), r->uid);
	json_kv_str(w, STR("operation"), r->operation);
	json_kv_opt(w, STR("group"), r->group);
	json_kv_opt(w, STR("version"), r->version);
	json_kv_opt(w, STR("kind"), r->kind);
	json_kv_opt(w, STR("subresource"), r->subresource);
	json_kv_opt(w, STR("namespace"), r->namespace);
	if (r->nothing.n > 0)
		json_kv_opt(w, STR("name"), r->name);
	else
		json_kv_str(w, STR("object"), short_text(admission_request_object(r, arena)));
	json_kv_opt(w, STR("user"), short_text(r->username));
	json_kv_bool(w, STR("dry_run"), r->dry_run);
}

static str write_line(const struct decision_record *record, bool findings, struct arena *arena)
{
	const struct decision *d = record->decision;
	struct json_writer w;
	struct buf b;
	str line = STR_EMPTY;

	buf_init(&b, DECISION_LOG_MAX_LINE);
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("time"), time_format(arena, record->now));
	json_kv_str(&w, STR("endpoint"), str_c(record->endpoint));
	json_kv_str(&w, STR("decision"), str_c(verdict_name(d->verdict)));
	put_request(&w, record->request, arena);
	json_kv_opt(&w, STR("bypass"), d->bypass);
	if (d->excluded)
		json_kv_bool(&w, STR("excluded"), true);
	json_kv_opt(&w, STR("error"), short_text(d->error));
	if (findings)
		put_findings(&w, record);
	else
		json_kv_u64(&w, STR("violations_not_shown"), d->n + d->dropped);
	json_kv_u64(&w, STR("duration_us"), record->us);
	json_close_object(&w);
	buf_byte(&b, '\n');
	if (!b.overflow)
		line = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return line;
}

str decision_record_line(const struct decision_record *record, struct arena *arena)
{
	str line = write_line(record, true, arena);

	return line.n > 0 ? line : write_line(record, false, arena);
}
