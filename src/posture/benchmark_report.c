/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/benchmark_report.h"

#include "base/map.h"
#include "report/report.h"

#define X(row) extern const struct benchmark_writer benchmark_writer_##row;
#include "benchmark_writer_table.h"
#undef X

static const struct benchmark_writer *const writers[] = {
#define X(row) &benchmark_writer_##row,
#include "benchmark_writer_table.h"
#undef X
};

const char *const benchmark_writer_words[] = { "table", "json", "sarif",    "junit",
					       "csv",	"html", "markdown", NULL };

const struct benchmark_writer *benchmark_writer_find(str name)
{
	for (size_t i = 0; i < ARRAY_LEN(writers); i++) {
		if (str_eq(name, str_c(writers[i]->name)))
			return writers[i];
	}
	return NULL;
}

void benchmark_step(const struct benchmark_report *report)
{
	if (!report->out || report->out->buf.n < REPORT_CHUNK)
		return;
	report_out_step(report->out);
	arena_reset(report->arena);
}

const struct check_text *benchmark_control_text(enum lang lang, const struct benchmark_control *c)
{
	return &c->check->text[lang == LANG_JA ? CHECK_JA : CHECK_EN];
}

str benchmark_item_text(struct arena *arena, enum lang lang, const struct benchmark_item *item)
{
	bool host = str_eq(item->document->kind, STR("docker"));
	str text = item->message[lang].n > 0 ? item->message[lang] : item->message[LANG_EN];

	/* Most messages name what they are about. */
	if (!host && str_find(text, item->document->name) < 0)
		text = str_fmt(arena, "%.*s: %.*s", STR_ARG(item->document->name), STR_ARG(text));
	if (item->evidence.n > 0 && str_find(text, item->evidence) < 0)
		text = str_fmt(arena, "%.*s  [%.*s]", STR_ARG(text), STR_ARG(item->evidence));
	return text;
}

str benchmark_reason(enum lang lang, const struct benchmark_control *c)
{
	return c->reason[lang].n > 0 ? c->reason[lang] : c->reason[LANG_EN];
}

str benchmark_percent_text(struct arena *arena, const struct benchmark_tally *tally)
{
	double percent;

	if (!benchmark_percent(tally, &percent))
		return STR("-");
	return text_number(arena, score_round(percent));
}

const enum text benchmark_section_heads[] = {
	TEXT_BENCHMARK_SECTION, TEXT_BENCHMARK_SCORE,	       TEXT_BENCHMARK_PASS,
	TEXT_BENCHMARK_FAIL,	TEXT_BENCHMARK_ERROR,	       TEXT_BENCHMARK_MANUAL,
	TEXT_BENCHMARK_EXEMPT,	TEXT_BENCHMARK_NOT_APPLICABLE,
};

bool benchmark_section_cells(const struct benchmark_report *report, unsigned s,
			     str cells[BENCHMARK_SECTION_CELLS])
{
	static const enum benchmark_status order[] = { BENCHMARK_PASS,	 BENCHMARK_FAIL,
						       BENCHMARK_ERROR,	 BENCHMARK_MANUAL,
						       BENCHMARK_EXEMPT, BENCHMARK_NOT_APPLICABLE };
	const struct benchmark_tally *tally = &report->result->sections[s];
	size_t all = 0, n = 0;

	for (size_t i = 0; i < BENCHMARK_STATUSES; i++)
		all += tally->count[i];
	cells[n++] = benchmark_section_title(report->lang, s);
	cells[n++] = benchmark_percent_text(report->arena, tally);
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		cells[n++] = text_number(report->arena, tally->count[order[i]]);
	return all > 0;
}

static str known_number(struct arena *arena, int64_t n)
{
	return n < 0 ? STR("?") : text_number(arena, (uint64_t)n);
}

static str or_unknown(str text) { return text.n > 0 ? text : STR("?"); }

static str join_listeners(struct arena *arena, const struct benchmark_host *h)
{
	str all = STR_EMPTY;

	for (size_t i = 0; i < h->listener_n; i++)
		all = str_fmt(arena, "%.*s%s%.*s", STR_ARG(all), i > 0 ? " " : "",
			      STR_ARG(h->listeners[i]));
	return all.n > 0 ? all : STR("-");
}

static size_t engine_lines(const struct benchmark_report *report, str lines[4])
{
	const struct benchmark_host *h = &report->result->host;
	struct arena *a = report->arena;
	enum lang lang = report->lang;
	size_t n = 0;

	if (!h->engine_present) {
		lines[n++] = text_of(lang, TEXT_BENCHMARK_NO_ENGINE);
		return n;
	}
	if (!h->engine_answers) {
		lines[n++] = TEXT_MAKE(a, lang, BENCHMARK_HEAD_SILENT, h->engine_name,
				       or_unknown(h->engine_error));
		return n;
	}
	lines[n++] = TEXT_MAKE(a, lang, BENCHMARK_HEAD_ENGINE, h->engine_name,
			       or_unknown(h->engine_version), or_unknown(h->engine_api),
			       or_unknown(h->storage_driver), or_unknown(h->swarm));
	lines[n++] = TEXT_MAKE(a, lang, BENCHMARK_HEAD_LISTENERS, join_listeners(a, h));
	lines[n++] = TEXT_MAKE(a, lang, BENCHMARK_HEAD_COUNTS, known_number(a, h->images),
			       known_number(a, h->images_in_use), known_number(a, h->running),
			       known_number(a, h->stopped));
	return n;
}

size_t benchmark_head(const struct benchmark_report *report, str lines[8])
{
	const struct benchmark_result *r = report->result;
	const struct benchmark_host *h = &r->host;
	const size_t *count = r->all.count;
	struct arena *a = report->arena;
	enum lang lang = report->lang;
	size_t n = 0;

	if (h->known) {
		lines[n++] = TEXT_MAKE(a, lang, BENCHMARK_HEAD_HOST, h->name, h->os, h->kernel,
				       h->architecture);
		n += engine_lines(report, lines + n);
	}
	lines[n++] =
		TEXT_MAKE(a, lang, BENCHMARK_HEAD_SCORE, r->version,
			  benchmark_percent_text(a, &r->all), text_number(a, count[BENCHMARK_PASS]),
			  text_number(a, count[BENCHMARK_PASS] + count[BENCHMARK_FAIL] +
						 count[BENCHMARK_ERROR]));
	lines[n++] = TEXT_MAKE(
		a, lang, BENCHMARK_HEAD_TALLY, text_number(a, count[BENCHMARK_PASS]),
		text_number(a, count[BENCHMARK_FAIL]), text_number(a, count[BENCHMARK_ERROR]),
		text_number(a, count[BENCHMARK_MANUAL]), text_number(a, count[BENCHMARK_EXEMPT]),
		text_number(a, count[BENCHMARK_NOT_APPLICABLE]));
	return n;
}

str benchmark_fingerprint(struct arena *arena, const struct benchmark_control *c,
			  const struct benchmark_item *item)
{
	str text = str_fmt(arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(c->check->id),
			   STR_ARG(item->document->kind), STR_ARG(item->document->name),
			   STR_ARG(item->subject), STR_ARG(item->message[LANG_EN]));

	return str_fmt(arena, "%016llx", (unsigned long long)siphash(text, 0, 0));
}

void benchmark_put_fix(struct json_writer *w, const struct check_fix *fix, enum lang lang)
{
	JSON_KEY(w, "fix");
	if (fix->command.n == 0 && fix->file.n == 0) {
		json_put_null(w);
		return;
	}
	json_open_object(w);
	json_kv_opt(w, STR("command"), fix->command);
	json_kv_opt(w, STR("file"), fix->file);
	json_kv_opt(w, STR("text"), fix->text);
	json_kv_opt(w, STR("risk"), fix->risk[lang == LANG_JA ? CHECK_JA : CHECK_EN]);
	json_close_object(w);
}

void benchmark_put_sarif_state(struct json_writer *w, enum benchmark_mark mark)
{
	static const char *const names[] = { NULL, "unchanged", "updated", "new" };

	if (names[mark])
		json_kv_str(w, STR("baselineState"), str_c(names[mark]));
}

size_t benchmark_hidden(const struct benchmark_result *result)
{
	size_t n = 0;

	for (size_t i = 0; i < result->n; i++)
		n += result->controls[i].hidden;
	return n;
}

struct benchmark_exceptions benchmark_count_exceptions(const struct benchmark_report *report)
{
	struct benchmark_exceptions out = { .matched = 0 };
	const struct exception_set *set = report->exceptions;

	for (size_t i = 0; set && i < set->n; i++) {
		const struct exception *e = &set->items[i];

		if (!(e->subject & EXCEPTION_MISCONFIGURATION) || e->vex)
			continue;
		out.matched += e->matched;
		if (exception_is_expired(e, report->now))
			out.expired++;
		else
			out.unused += e->matched == 0;
	}
	return out;
}
