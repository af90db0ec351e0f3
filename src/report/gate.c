/* SPDX-License-Identifier: Apache-2.0 */
#include "report/gate.h"

#include "base/time.h"
#include "report/advice.h"
#include "report/licence.h"
#include "report/report.h"
#include "report/secret.h"

struct judging {
	const struct gate *gate;
	const struct report *report;
	int64_t now;
	struct gate_reason *reasons;
	size_t n;
};

static struct gate_reason *refuse(struct judging *j, const char *rule, str text)
{
	struct gate_reason *r = &j->reasons[j->n];

	/* The last place stays for whatever comes: one reason is enough to refuse. */
	j->n += j->n < GATE_MAX_REASONS - 1;
	*r = (struct gate_reason){ .rule = rule, .text = text };
	return r;
}

static str number(const struct judging *j, uint64_t n) { return text_number(j->report->arena, n); }

/* ---- findings ---- */

/* Which findings a condition is about. */
struct question {
	bool (*asks)(const struct judging *j, const struct finding *f);
	bool by_severity;
	enum severity severity;
};

static bool counts(const struct judging *j, const struct finding *f)
{
	const struct gate *gate = j->gate;

	return (!gate->evidence || (gate->evidence & (1u << f->kind))) &&
	       (!gate->only_fixable || f->status == FIX_AVAILABLE);
}

static bool is_exploited(const struct judging *j, const struct finding *f)
{
	return f->kev && (!j->gate->evidence || (j->gate->evidence & (1u << f->kind)));
}

static bool is_likely(const struct judging *j, const struct finding *f)
{
	return counts(j, f) && f->epss > j->gate->epss_above;
}

/* Nobody knows how old: old. */
static bool is_old(const struct judging *j, const struct finding *f)
{
	int64_t published;

	if (!counts(j, f) || !j->gate->max_age[f->severity])
		return false;
	return !time_parse(f->published, &published) ||
	       j->now - published > j->gate->max_age[f->severity];
}

static void ask_one(const struct judging *j, const struct question *q, const struct finding *f,
		    struct gate_reason *r, str *ids)
{
	if ((q->by_severity && f->severity != q->severity) || !q->asks(j, f))
		return;
	r->found++;
	for (size_t i = 0; i < r->id_count; i++) {
		if (str_eq(ids[i], f->id))
			return;
	}
	if (r->id_count < GATE_MAX_IDS)
		ids[r->id_count++] = f->id;
}

/* Over all that no exception hides: what is filtered from the list counts as well. */
static struct gate_reason ask(const struct judging *j, const struct question *q)
{
	const struct report *report = j->report;
	str *ids = ARENA_ARRAY(report->arena, str, GATE_MAX_IDS);
	struct gate_reason r = { .counted = true, .ids = ids };

	for (size_t i = 0; i < report->shown_count; i++)
		ask_one(j, q, report_finding(report, report->shown[i]), &r, ids);
	for (size_t i = 0; i < report->suppressed_count; i++) {
		const struct suppressed *s = &report->suppressed[i];

		if (s->reason != SUPPRESSED_EXCEPTION && s->reason != SUPPRESSED_DEV)
			ask_one(j, q, report_finding(report, s->finding), &r, ids);
	}
	return r;
}

static void decide(struct judging *j, const char *rule, const struct question *q, uint64_t allowed,
		   enum text text, str what)
{
	if (allowed == GATE_NO_LIMIT)
		return;
	struct gate_reason r = ask(j, q);
	if (r.found <= allowed)
		return;
	const str args[] = { number(j, r.found), what, number(j, allowed) };
	r.rule = rule;
	r.allowed = allowed;
	r.text = text_make(j->report->arena, j->report->opts->lang, text, args, ARRAY_LEN(args));
	*refuse(j, rule, r.text) = r;
}

static void judge_findings(struct judging *j)
{
	const struct gate *gate = j->gate;
	enum lang lang = j->report->opts->lang;
	enum text text = gate->only_fixable ? TEXT_GATE_FIXABLE : TEXT_GATE_FINDINGS;

	for (size_t s = GATE_LEVELS; s-- > 0;) {
		const struct question q = { .asks = counts,
					    .by_severity = true,
					    .severity = (enum severity)s };

		decide(j, "severity", &q, gate->findings.by_severity[s], text,
		       advice_severity(lang, (enum severity)s));
	}
	decide(j, "total", &(struct question){ .asks = counts }, gate->findings.total, text,
	       text_of(lang, TEXT_GATE_ANY));
	decide(j, "known_exploited", &(struct question){ .asks = is_exploited }, gate->exploited,
	       TEXT_GATE_EXPLOITED, STR_EMPTY);
	if (gate->epss_above >= 0)
		decide(j, "epss", &(struct question){ .asks = is_likely }, gate->epss,
		       TEXT_GATE_EPSS, str_fmt(j->report->arena, "%.3g", gate->epss_above));
	for (size_t s = GATE_LEVELS; s-- > 0;) {
		const struct question q = { .asks = is_old,
					    .by_severity = true,
					    .severity = (enum severity)s };

		if (gate->max_age[s])
			decide(j, "age", &q, 0, TEXT_GATE_AGE,
			       advice_severity(lang, (enum severity)s));
	}
}

/* ---- secrets ---- */

static void count_secrets(const struct judging *j, uint64_t out[GATE_LEVELS])
{
	const struct report *report = j->report;

	for (size_t i = 0; i < GATE_LEVELS; i++)
		out[i] = report->secrets.by_severity[i];
	for (size_t i = 0; i < report->secrets.suppressed_count; i++) {
		const struct suppressed *s = &report->secrets.suppressed[i];

		if (s->reason != SUPPRESSED_EXCEPTION)
			out[report_secret_severity(&report->inventory->secrets[s->finding])]++;
	}
}

/* Things that are only counted: how many of each severity, and how many may be there. */
static void judge_counts(struct judging *j, const char *rule, const struct gate_limits *limits,
			 const uint64_t found[GATE_LEVELS], enum text text)
{
	enum lang lang = j->report->opts->lang;
	uint64_t total = 0;

	for (size_t s = GATE_LEVELS + 1; s-- > 0;) {
		/* The last round is for all of them. */
		bool last = s == 0;
		uint64_t n = last ? total : found[s - 1];
		uint64_t allowed = last ? limits->total : limits->by_severity[s - 1];

		total += last ? 0 : n;
		if (allowed == GATE_NO_LIMIT || n <= allowed)
			continue;
		str word = last ? text_of(lang, TEXT_GATE_ANY)
				: advice_severity(lang, (enum severity)(s - 1));
		const str args[] = { number(j, n), word, number(j, allowed) };
		struct gate_reason *r = refuse(
			j, rule, text_make(j->report->arena, lang, text, args, ARRAY_LEN(args)));
		r->counted = true;
		r->found = n;
		r->allowed = allowed;
	}
}

static bool is_limited(const struct gate_limits *limits)
{
	bool limited = limits->total != GATE_NO_LIMIT;

	for (size_t i = 0; i < GATE_LEVELS; i++)
		limited |= limits->by_severity[i] != GATE_NO_LIMIT;
	return limited;
}

static void judge_secrets(struct judging *j)
{
	uint64_t found[GATE_LEVELS];

	count_secrets(j, found);
	judge_counts(j, "secrets", &j->gate->secrets, found, TEXT_GATE_SECRETS);
	if (is_limited(&j->gate->secrets) && !j->report->inventory->secrets_searched &&
	    j->gate->refuse_not_examined)
		refuse(j, "not_examined", text_of(j->report->opts->lang, TEXT_GATE_NO_SECRETS));
}

/* ---- configuration checks ---- */

static void judge_checks(struct judging *j)
{
	const struct report_checks *c = &j->report->checks;
	enum lang lang = j->report->opts->lang;
	uint64_t found[GATE_LEVELS], errors = c->verdicts[CHECK_ERROR];

	for (size_t i = 0; i < GATE_LEVELS; i++)
		found[i] = c->by_severity[i];
	for (size_t i = 0; i < c->suppressed_count; i++) {
		const struct suppressed *s = &c->suppressed[i];
		const struct misconfiguration *m = &c->items[s->finding];

		if (s->reason != SUPPRESSED_EXCEPTION && m->result->verdict == CHECK_FAIL)
			found[m->severity]++;
	}
	judge_counts(j, "misconfigurations", &j->gate->misconfigurations, found, TEXT_GATE_CHECKS);
	/* Nobody asks for them unless told to: that alone refuses nothing. */
	if (errors == 0 || !is_limited(&j->gate->misconfigurations) ||
	    !j->gate->refuse_not_examined)
		return;
	struct gate_reason *r = refuse(
		j, "not_examined",
		TEXT_MAKE(j->report->arena, lang, GATE_CHECKS_NOT_JUDGED, number(j, errors)));
	r->counted = true;
	r->found = errors;
}

/* ---- licences ---- */

/* Of all that no exception and no list of the user lets pass. */
static bool licence_counts(const struct suppressed *how)
{
	return how->reason == SUPPRESSED_SEVERITY;
}

/* How many licences there are of a category, or that a list refuses; those refused are no others'.
 */
static void judge_licence_word(struct judging *j, const struct licence_verdict *word,
			       uint64_t allowed)
{
	const struct report_licences *l = &j->report->licences;
	enum lang lang = j->report->opts->lang;
	const struct licence_item like = { .verdict = *word };
	uint64_t n = 0;

	if (allowed == GATE_NO_LIMIT)
		return;
	for (size_t i = 0; i < l->shown_count + l->suppressed_count; i++) {
		const struct suppressed *how =
			i < l->shown_count ? NULL : &l->suppressed[i - l->shown_count];
		const struct licence_item *item = &l->items[how ? how->finding : l->shown[i]];
		bool refused = item->verdict.rule >= LICENCE_NOT_ALLOWED;

		if (how && !licence_counts(how))
			continue;
		n += word->rule >= LICENCE_NOT_ALLOWED
			     ? item->verdict.rule == word->rule
			     : !refused && item->verdict.category == word->category;
	}
	if (n <= allowed)
		return;
	const str args[] = { number(j, n), report_licence_category(lang, &like),
			     number(j, allowed) };
	struct gate_reason *r = refuse(
		j, "licences",
		text_make(j->report->arena, lang, TEXT_GATE_LICENCES, args, ARRAY_LEN(args)));
	r->counted = true;
	r->found = n;
	r->allowed = allowed;
}

static void judge_licences(struct judging *j)
{
	const struct report_licences *l = &j->report->licences;
	const struct gate *gate = j->gate;
	uint64_t found[GATE_LEVELS];

	if (!j->report->opts->licences) {
		/* Nobody asked for them: no matter unless the gate does. */
		if (gate->wants_licences)
			refuse(j, "not_examined",
			       text_of(j->report->opts->lang, TEXT_GATE_NO_LICENCES));
		return;
	}
	for (size_t i = 0; i < GATE_LEVELS; i++)
		found[i] = l->by_severity[i];
	for (size_t i = 0; i < l->suppressed_count; i++) {
		if (licence_counts(&l->suppressed[i]))
			found[l->items[l->suppressed[i].finding].severity]++;
	}
	judge_counts(j, "licences", &gate->licences, found, TEXT_GATE_LICENCES);
	for (size_t r = LICENCE_NOT_ALLOWED; r <= LICENCE_DENIED; r++)
		judge_licence_word(j, &(struct licence_verdict){ .rule = (enum licence_rule)r },
				   gate->licence_rules[r]);
	for (size_t c = LICENCE_CATEGORIES; c-- > 0;)
		judge_licence_word(
			j,
			&(struct licence_verdict){ .rule = LICENCE_NO_RULE,
						   .category = (enum licence_category)c },
			gate->licence_categories[c]);
}

/* ---- what could not be seen ---- */

static void judge_coverage(struct judging *j)
{
	const struct match_result *match = j->report->match;
	enum lang lang = j->report->opts->lang;
	struct arena *arena = j->report->arena;

	for (size_t i = 0; i < match->coverage_count; i++) {
		const struct coverage *c = &match->coverage[i];

		if (c->packages == 0 || c->status != COVERAGE_NOT_APPLICABLE)
			continue;
		refuse(j, "not_looked_up",
		       TEXT_MAKE(arena, lang, GATE_NOT_LOOKED_UP, c->kind,
				 text_phrase(arena, lang, c->reason)));
	}
}

static void judge_unread(struct judging *j)
{
	const struct inventory *inventory = j->report->inventory;
	enum lang lang = j->report->opts->lang;
	struct arena *arena = j->report->arena;
	const struct not_examined *first = NULL;
	uint64_t n = 0;

	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		const struct not_examined *item = &inventory->not_examined[i];

		if (item->kind == ERR_NONE)
			continue;
		first = first ? first : item;
		n += item->count;
	}
	if (!first)
		return;
	str what = str_fmt(arena, "%.*s %.*s", STR_ARG(text_phrase(arena, lang, first->what)),
			   STR_ARG(first->path));
	struct gate_reason *r =
		refuse(j, "not_examined",
		       TEXT_MAKE(arena, lang, GATE_NOT_EXAMINED, number(j, n), str_trim(what),
				 text_phrase(arena, lang, first->reason)));
	r->counted = true;
	r->found = n;
}

static void judge_database(struct judging *j)
{
	const struct advisory_info *db = j->report->database;
	enum lang lang = j->report->opts->lang;
	int64_t date;

	if (j->gate->refuse_essentials &&
	    (db->essentials_only || j->report->match->essentials_only))
		refuse(j, "essentials", text_of(lang, TEXT_GATE_ESSENTIALS));
	if (!j->gate->max_database_age || db->essentials_only)
		return;
	if (!time_parse(db->date, &date))
		refuse(j, "database_age", text_of(lang, TEXT_GATE_DATABASE_UNDATED));
	else if (j->now - date > j->gate->max_database_age)
		refuse(j, "database_age",
		       TEXT_MAKE(j->report->arena, lang, GATE_DATABASE_OLD,
				 text_date(lang, db->date)));
}

static void judge_expired(struct judging *j)
{
	const struct exception_set *set = j->report->opts->exceptions;
	uint64_t n = 0;

	for (size_t i = 0; set && i < set->n; i++)
		n += !set->items[i].vex && exception_is_expired(&set->items[i], set->now) &&
		     exception_concerns(&set->items[i], set, j->report->inventory);
	if (n == 0)
		return;
	struct gate_reason *r = refuse(
		j, "expired_exceptions",
		TEXT_MAKE(j->report->arena, j->report->opts->lang, GATE_EXPIRED, number(j, n)));
	r->counted = true;
	r->found = n;
}

static void judge_sight(struct judging *j)
{
	const struct gate *gate = j->gate;
	const struct report *report = j->report;
	enum lang lang = report->opts->lang;

	if (gate->refuse_not_assessed && report->status == REPORT_NOT_APPLICABLE)
		refuse(j, "not_assessed",
		       TEXT_MAKE(report->arena, lang, GATE_NOT_ASSESSED,
				 text_phrase(report->arena, lang, report->reason)));
	if (gate->refuse_not_examined)
		judge_unread(j);
	if (report->opts->no_vulnerabilities) {
		if (is_limited(&gate->findings) && gate->refuse_not_assessed)
			refuse(j, "not_assessed", text_of(lang, TEXT_GATE_NO_VULNERABILITIES));
		return;
	}
	if (gate->refuse_not_looked_up && report_is_foreign(report))
		refuse(j, "not_looked_up", text_of(lang, TEXT_IMPORTED_ONLY));
	if (gate->refuse_not_looked_up)
		judge_coverage(j);
	judge_database(j);
	if (gate->refuse_end_of_life && report->match->end_of_life)
		refuse(j, "end_of_life", text_of(lang, TEXT_GATE_END_OF_LIFE));
}

void gate_judge(const struct gate *gate, const struct report *report, int64_t now,
		struct gate_result *out)
{
	struct judging j = { .gate = gate, .report = report, .now = now };

	j.reasons = ARENA_ARRAY(report->arena, struct gate_reason, GATE_MAX_REASONS);
	judge_sight(&j);
	judge_findings(&j);
	judge_secrets(&j);
	judge_checks(&j);
	judge_licences(&j);
	if (gate->refuse_expired)
		judge_expired(&j);
	*out = (struct gate_result){ .judged = true,
				     .passed = j.n == 0,
				     .name = gate->name,
				     .reasons = j.reasons,
				     .count = j.n };
}

str gate_line(const struct report *report)
{
	const struct gate_result *gate = &report->gate;
	enum lang lang = report->opts->lang;

	if (gate->passed)
		return TEXT_MAKE(report->arena, lang, GATE_PASSED, gate->name);
	return TEXT_MAKE(report->arena, lang, GATE_FAILED, gate->name,
			 text_number(report->arena, gate->count));
}
