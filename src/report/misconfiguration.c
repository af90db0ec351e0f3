/* SPDX-License-Identifier: Apache-2.0 */
#include "report/misconfiguration.h"

#include "base/map.h"
#include "report/exception.h"
#include "report/inline_exception.h"
#include "report/severity_map.h"

static enum severity severity_of(const struct check *check)
{
	enum severity severity;

	return severity_from(check->severity, &severity) ? severity : SEVERITY_UNKNOWN;
}

str misconfiguration_file(const struct misconfiguration *m)
{
	return m->finding ? m->finding->file : m->result->path;
}

/* A check that could not be judged weighs what a failure of it would. */
static void map_severity(const struct report *report, struct misconfiguration *m)
{
	const struct report_opts *opts = report->opts;
	enum severity before = severity_of(m->result->check);
	str reason;

	m->severity = before;
	if (!opts->severity_map || !opts->exceptions)
		return;
	m->severity =
		severity_map_of_check(opts->severity_map, opts->exceptions, report->inventory,
				      m->result->check, misconfiguration_file(m), before, &reason);
	if (m->severity == before)
		return;
	m->severity_before = str_c(severity_name(before));
	m->severity_reason = reason;
}

static bool is_suppressed(const struct report *report, const struct inline_exceptions *comments,
			  const struct misconfiguration *m, struct suppressed *how)
{
	const struct report_opts *opts = report->opts;
	unsigned shown = opts->severities ? opts->severities : REPORT_ALL;

	/* That a check could not be judged is no finding that somebody may except. */
	if (m->result->verdict == CHECK_ERROR)
		return false;
	if (opts->exceptions)
		how->by = exception_for_check(opts->exceptions, report->inventory, m->result->check,
					      misconfiguration_file(m), m->severity);
	if (!how->by)
		how->by = inline_exception_for(comments, m->result, m->finding);
	if (how->by)
		how->reason = SUPPRESSED_EXCEPTION;
	else if (!(shown & (1u << m->severity)))
		how->reason = SUPPRESSED_SEVERITY;
	else
		return false;
	return true;
}

/* Failed ones first, worst first; then by id, file and line as the results come. */
static int by_weight(const void *a, const void *b)
{
	static const int rank[CHECK_VERDICTS] = { [CHECK_MANUAL] = 1, [CHECK_ERROR] = 2 };
	const struct misconfiguration *x = a, *y = b;
	int order = rank[x->result->verdict] - rank[y->result->verdict];

	order = order ? order : (int)y->severity - (int)x->severity;
	order = order ? order : str_cmp(x->result->check->id, y->result->check->id);
	order = order ? order : str_cmp(x->result->path, y->result->path);
	if (order || !x->finding || !y->finding)
		return order;
	return (x->finding > y->finding) - (x->finding < y->finding); /* of one sorted array */
}

static struct misconfiguration *flatten(struct report *report, const struct check_results *results,
					size_t *count)
{
	struct misconfiguration *items = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < results->n; i++) {
		const struct check_result *r = &results->items[i];
		struct misconfiguration one = { .result = r };
		size_t times = r->verdict == CHECK_ERROR ? 1 : r->finding_n;

		report->checks.verdicts[r->verdict]++;
		report->checks.dropped += r->dropped;
		for (size_t k = 0; k < times; k++) {
			one.finding = r->verdict == CHECK_ERROR ? NULL : &r->findings[k];
			items = arena_grow(report->arena, items, n, &cap, sizeof(*items));
			items[n] = one;
			map_severity(report, &items[n++]);
		}
	}
	if (n > 1)
		qsort(items, n, sizeof(*items), by_weight);
	*count = n;
	return items;
}

void report_checks_select(struct report *report, const struct check_results *results)
{
	struct report_checks *c = &report->checks;
	struct inline_exceptions comments;
	struct suppressed *suppressed;
	size_t *shown;

	c->results = results;
	if (!results)
		return;
	inline_exceptions_init(&comments, report->inventory,
			       report->opts->exceptions ? report->opts->exceptions->now : 0,
			       report->arena);
	c->items = flatten(report, results, &c->count);
	shown = ARENA_ARRAY(report->arena, size_t, c->count);
	suppressed = ARENA_ARRAY(report->arena, struct suppressed, c->count);
	for (size_t i = 0; i < c->count; i++) {
		const struct misconfiguration *m = &c->items[i];
		struct suppressed how = { .finding = i };

		if (is_suppressed(report, &comments, m, &how)) {
			suppressed[c->suppressed_count++] = how;
			continue;
		}
		shown[c->shown_count++] = i;
		if (m->result->verdict != CHECK_FAIL)
			continue;
		c->by_severity[m->severity]++;
		c->failed_shown++;
	}
	c->shown = shown;
	c->suppressed = suppressed;
}

void report_checks_judge(struct report *report)
{
	const struct inventory *inventory = report->inventory;
	size_t errors = report->checks.verdicts[CHECK_ERROR];
	enum lang lang = report->opts->lang;
	/* A bill of materials has no configuration. */
	bool blind = report->checks.results && !inventory->facts_gathered &&
		     inventory->document_count == 0;

	if ((errors == 0 && !blind) || report->status != REPORT_ASSESSED)
		return;
	report->status = REPORT_PARTLY_READ;
	report->reason = blind ? text_of(lang, TEXT_CHECKS_BLIND)
			       : TEXT_MAKE(report->arena, lang, WARN_CHECKS,
					   text_number(report->arena, errors));
	if (report->statement == STATEMENT_NONE_KNOWN ||
	    report->statement == STATEMENT_NONE_COUNTING)
		report->statement = STATEMENT_NONE;
}

size_t report_unjudged_from(const struct report *report, enum severity level)
{
	size_t n = 0;

	for (size_t i = 0; i < report->checks.count; i++)
		n += report->checks.items[i].result->verdict == CHECK_ERROR &&
		     report->checks.items[i].severity >= level;
	return n;
}

const struct check_text *misconfiguration_text(enum lang lang, const struct misconfiguration *m)
{
	return &m->result->check->text[lang == LANG_JA ? CHECK_JA : CHECK_EN];
}

str misconfiguration_message(enum lang lang, const struct misconfiguration *m)
{
	enum check_lang which = lang == LANG_JA ? CHECK_JA : CHECK_EN;

	return m->finding ? m->finding->message[which] : m->result->reason[which];
}

str misconfiguration_place(struct arena *arena, enum lang lang, const struct misconfiguration *m)
{
	str file = misconfiguration_file(m);

	if (file.n == 0)
		return text_of(lang, TEXT_CHECK_WHOLE);
	if (m->finding && m->finding->line > 0)
		return str_fmt(arena, "%.*s:%lld", STR_ARG(file), (long long)m->finding->line);
	return file;
}

str misconfiguration_status(enum lang lang, const struct misconfiguration *m)
{
	if (m->result->verdict == CHECK_MANUAL)
		return text_of(lang, TEXT_CHECK_MANUAL);
	return text_of(lang,
		       m->result->verdict == CHECK_ERROR ? TEXT_CHECK_ERROR : TEXT_CHECK_FAIL);
}

str misconfiguration_fingerprint(struct arena *arena, const struct misconfiguration *m)
{
	const struct check_finding *f = m->finding;
	str file = misconfiguration_file(m);
	str message = misconfiguration_message(LANG_EN, m);
	str text = str_fmt(arena, "%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(m->result->check->id),
			   STR_ARG(file), STR_ARG(f ? f->subject : STR_EMPTY), STR_ARG(message));

	return str_fmt(arena, "%016llx%016llx", (unsigned long long)siphash(text, 1, 2),
		       (unsigned long long)siphash(text, 3, 4));
}

str misconfiguration_counts(const struct report *report)
{
	const struct inventory *inventory = report->inventory;
	const size_t *n = report->checks.verdicts;
	struct arena *arena = report->arena;
	enum lang lang = report->opts->lang;
	str checks = TEXT_MAKE(
		arena, lang, CHECK_COUNTS, text_number(arena, n[CHECK_PASS]),
		text_number(arena, n[CHECK_FAIL]), text_number(arena, n[CHECK_MANUAL]),
		text_number(arena, n[CHECK_NOT_APPLICABLE]), text_number(arena, n[CHECK_ERROR]));

	if (inventory->objects_read == 0)
		return checks;
	return str_fmt(
		arena, "%.*s. %.*s", STR_ARG(checks),
		STR_ARG(TEXT_MAKE(
			arena, lang, OBJECT_COUNTS, text_number(arena, inventory->objects_read),
			text_number(arena, inventory->objects_judged),
			text_number(arena, inventory->objects_read - inventory->objects_judged))));
}
