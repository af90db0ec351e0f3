/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/report.h"

#define X(row) extern const struct posture_writer posture_writer_##row;
#include "posture_writer_table.h"
#undef X

static const struct posture_writer *const writers[] = {
#define X(row) &posture_writer_##row,
#include "posture_writer_table.h"
#undef X
};

const char *const posture_writer_words[] = {
	"table", "json", "sarif", "junit", "csv", "html", "markdown", "policy-report", NULL,
};

const struct posture_writer *posture_writer_find(str name)
{
	for (size_t i = 0; i < ARRAY_LEN(writers); i++) {
		if (str_eq(name, str_c(writers[i]->name)))
			return writers[i];
	}
	return NULL;
}

bool posture_shows(const struct posture_report *report, const struct assessment *a, size_t i)
{
	enum severity severity = a->recommendations->items[i].severity;

	return (report->chosen & RECOMMENDATION_BIT(i)) &&
	       (!report->severities || (report->severities & (1u << severity)));
}

str posture_state_text(enum lang lang, enum assessed_state state)
{
	static const enum text texts[ASSESSED_STATES] = {
		[ASSESSED_HEALTHY] = TEXT_POSTURE_HEALTHY,
		[ASSESSED_UNHEALTHY] = TEXT_POSTURE_UNHEALTHY,
		[ASSESSED_DECISION] = TEXT_POSTURE_DECISION,
		[ASSESSED_ERROR] = TEXT_POSTURE_ERROR,
		[ASSESSED_EXEMPT] = TEXT_POSTURE_EXEMPT,
		[ASSESSED_NOT_APPLICABLE] = TEXT_POSTURE_NOT_APPLICABLE,
	};

	return text_of(lang, texts[state]);
}

str posture_severity_text(enum severity severity) { return str_c(severity_name(severity)); }

bool posture_percent(const struct posture_report *report, double *percent)
{
	struct score *scores = ARENA_ARRAY(report->arena, struct score, report->n);
	size_t n = 0;

	for (size_t i = 0; i < report->n; i++) {
		if (report->views[i].assessment)
			scores[n++] = report->views[i].assessment->score;
	}
	return score_percent(scores, n, percent);
}

str posture_points(struct arena *arena, double points) { return str_fmt(arena, "%.2f", points); }

str posture_message(const struct assessed_finding *f, enum lang lang)
{
	return f->message[lang].n > 0 ? f->message[lang] : f->message[LANG_EN];
}

bool posture_is_off(const struct posture_view *view, size_t i)
{
	const struct assessment *a = view->assessment;
	recommendation_bits bit = RECOMMENDATION_BIT(i);

	return (posture_disabled(view->posture) & bit) ||
	       (a->recommendations->items[i].off && !(a->input->enabled & bit));
}

str posture_not_assessed(const struct posture_report *report, const struct posture_view *view,
			 size_t i)
{
	const struct assessment *a = view->assessment;
	enum resource_kind kind = a->recommendations->items[i].kind;

	if (a->results[i].assessed)
		return STR_EMPTY;
	if (posture_is_off(view, i))
		return text_of(report->lang, TEXT_POSTURE_OFF);
	if (kind == RESOURCE_REGISTRY || kind == RESOURCE_TENANT)
		return text_of(report->lang, TEXT_POSTURE_OTHER_FACTS);
	return text_of(report->lang, TEXT_POSTURE_NO_RESOURCE);
}

void posture_each(const struct posture_report *report, unsigned states, posture_pair_fn *fn,
		  void *context)
{
	for (size_t v = 0; v < report->n; v++) {
		const struct assessment *a = report->views[v].assessment;

		for (size_t i = 0; a && i < a->recommendations->n; i++) {
			struct posture_pair pair = { .view = &report->views[v],
						     .recommendation = i };

			if (!posture_shows(report, a, i))
				continue;
			for (size_t k = 0; k < a->n; k++) {
				pair.resource = &a->resources[k];
				if (assessed_state_of(pair.resource, i, &pair.state) &&
				    (states & POSTURE_STATE(pair.state)))
					fn(context, &pair);
			}
		}
	}
}

size_t posture_count_from(const struct posture_report *report, enum assessed_state state,
			  enum severity level)
{
	size_t n = 0;

	for (size_t v = 0; v < report->n; v++) {
		const struct assessment *a = report->views[v].assessment;

		for (size_t i = 0; a && i < a->recommendations->n; i++) {
			if (posture_shows(report, a, i) && !posture_is_off(&report->views[v], i) &&
			    a->recommendations->items[i].severity >= level)
				n += a->results[i].count[state];
		}
	}
	return n;
}
