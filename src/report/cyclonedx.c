/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bill of materials with the flaws of its components ("vulnerabilities"). Findings of one flaw
 * are one entry; those that an exception hides are there with the analysis that says why. Findings
 * that a filter hides are not: --severity and --ignore-unfixed ask for less.
 */
#include "base/time.h"
#include "fmt/sbom/cyclonedx_rule.h"
#include "fmt/sbom/sbom.h"
#include "report/advice.h"
#include "report/exception.h"
#include "report/report.h"

struct writing {
	const struct report *report;
	struct json_writer *w;
	const str *refs;
};

/* A shown finding, or one with its exception. */
struct entry {
	const struct finding *finding;
	const struct exception *by;
};

static int entry_cmp(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = str_cmp(x->finding->id, y->finding->id);

	if (order == 0 && x->by != y->by)
		return !x->by ? -1 : !y->by ? 1 : x->by < y->by ? -1 : 1;
	if (order == 0)
		order = str_cmp(x->finding->advisory, y->finding->advisory);
	if (order == 0)
		order = x->finding->package < y->finding->package
				? -1
				: x->finding->package > y->finding->package;
	return order;
}

static const char *severity_word(enum severity severity)
{
	return severity == SEVERITY_NEGLIGIBLE ? "info" : severity_name(severity);
}

static str method_of(str version)
{
	static const char *const methods[][2] = {
		{ "2.0", "CVSSv2" },
		{ "3.0", "CVSSv3" },
		{ "3.1", "CVSSv31" },
		{ "4.0", "CVSSv4" },
	};

	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		if (str_eq(version, str_c(methods[i][0])))
			return str_c(methods[i][1]);
	}
	return STR("other");
}

static void put_source(struct json_writer *w, str name)
{
	if (str_empty(name))
		return;
	JSON_KEY(w, "source");
	json_open_object(w);
	json_kv_str(w, STR("name"), name);
	json_close_object(w);
}

/* Whose severity counts stands first. */
static void put_ratings(struct json_writer *w, const struct finding *finding)
{
	JSON_KEY(w, "ratings");
	json_open_array(w);
	json_open_object(w);
	put_source(w, finding->severity_source);
	json_kv_str(w, STR("severity"), str_c(severity_word(finding->severity)));
	json_close_object(w);
	for (size_t i = 0; i < finding->cvss_count; i++) {
		const struct cvss_score *score = &finding->cvss[i];

		json_open_object(w);
		put_source(w, score->source);
		JSON_KEY(w, "score");
		json_put_double(w, score->base);
		json_kv_str(w, STR("severity"),
			    str_c(severity_word(severity_from_score(score->base))));
		json_kv_str(w, STR("method"), method_of(score->version));
		json_kv_opt(w, STR("vector"), score->vector);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_advisories(struct json_writer *w, const struct finding *finding)
{
	size_t n = 0;

	for (size_t i = 0; i < finding->reference_count; i++) {
		if (!basic_text(STR("iri"), finding->references[i]))
			continue;
		if (n++ == 0) {
			JSON_KEY(w, "advisories");
			json_open_array(w);
		}
		json_open_object(w);
		json_kv_str(w, STR("url"), finding->references[i]);
		json_close_object(w);
	}
	if (n > 0)
		json_close_array(w);
}

static void put_time(struct writing *c, const char *key, str text)
{
	int64_t time;

	if (time_parse(text, &time))
		json_kv_str(c->w, str_c(key), time_format(c->report->arena, time));
}

static void put_aliases(struct writing *c, const struct finding *finding)
{
	size_t n = finding->alias_count;
	bool advisory = finding->advisory.n > 0 && !str_eq(finding->advisory, finding->id);

	if (n == 0 && !advisory)
		return;
	JSON_KEY(c->w, "references");
	json_open_array(c->w);
	for (size_t i = 0; i < n + advisory; i++) {
		json_open_object(c->w);
		json_kv_str(c->w, STR("id"), i < n ? finding->aliases[i] : finding->advisory);
		JSON_KEY(c->w, "source");
		json_open_object(c->w);
		json_kv_str(c->w, STR("name"), finding->origin);
		json_close_object(c->w);
		json_close_object(c->w);
	}
	json_close_array(c->w);
}

static void put_analysis(struct json_writer *w, const struct exception *by)
{
	static const struct {
		const char *state, *justification, *response;
	} words[] = {
		[EXCEPTION_ACCEPTED] = { "exploitable", NULL, "will_not_fix" },
		[EXCEPTION_FALSE_POSITIVE] = { "false_positive", NULL, NULL },
		[EXCEPTION_MITIGATED] = { "not_affected", "protected_by_mitigating_control", NULL },
		[EXCEPTION_NOT_AFFECTED] = { "not_affected", NULL, NULL },
		[EXCEPTION_SCHEDULED] = { "exploitable", NULL, "update" },
		[EXCEPTION_FIXED] = { "resolved", NULL, NULL },
	};
	str response = str_c(words[by->kind].response);

	JSON_KEY(w, "analysis");
	json_open_object(w);
	json_kv_str(w, STR("state"), str_c(words[by->kind].state));
	json_kv_opt(w, STR("justification"), str_c(words[by->kind].justification));
	if (response.n > 0)
		json_kv_strings(w, STR("response"), &response, 1);
	json_kv_opt(w, STR("detail"), by->reason);
	json_close_object(w);
}

static void put_affects(struct writing *c, const struct entry *entries, size_t n)
{
	struct json_writer *w = c->w;
	size_t last = SIZE_MAX;

	JSON_KEY(w, "affects");
	json_open_array(w);
	for (size_t i = 0; i < n; i++) {
		const struct package *package = report_package(c->report, entries[i].finding);

		if (entries[i].finding->package == last)
			continue;
		last = entries[i].finding->package;
		json_open_object(w);
		json_kv_str(w, STR("ref"), c->refs[last]);
		JSON_KEY(w, "versions");
		json_open_array(w);
		json_open_object(w);
		json_kv_str(w, STR("version"), package->version);
		json_kv_str(w, STR("status"), STR("affected"));
		json_close_object(w);
		json_close_array(w);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_property(struct json_writer *w, const char *name, str value)
{
	if (str_empty(value))
		return;
	json_open_object(w);
	json_kv_str(w, STR("name"), str_c(name));
	json_kv_str(w, STR("value"), value);
	json_close_object(w);
}

static void put_properties(struct writing *c, const struct finding *finding)
{
	struct arena *arena = c->report->arena;

	JSON_KEY(c->w, "properties");
	json_open_array(c->w);
	put_property(c->w, "seawall:status", str_c(fix_status_name(finding->status)));
	put_property(c->w, "seawall:fixed", finding->fixed);
	put_property(c->w, "seawall:kind", str_c(finding_kind_name(finding->kind)));
	if (finding->kev)
		put_property(c->w, "seawall:known_exploited", STR("true"));
	if (finding->epss >= 0)
		put_property(c->w, "seawall:epss", str_fmt(arena, "%.5f", finding->epss));
	json_close_array(c->w);
}

/* Several findings of one flaw that are treated alike. */
static void put_vulnerability(struct writing *c, const struct entry *entries, size_t n)
{
	const struct finding *finding = entries[0].finding;
	struct json_writer *w = c->w;
	str text = str_empty(finding->description) ? finding->title : finding->description;

	json_open_object(w);
	json_kv_str(w, STR("id"), finding->id);
	put_source(w, finding->origin);
	put_aliases(c, finding);
	put_ratings(w, finding);
	json_kv_opt(w, STR("description"), text);
	json_kv_opt(w, STR("recommendation"), finding->upgrade);
	put_advisories(w, finding);
	put_time(c, "published", finding->published);
	put_time(c, "updated", finding->modified);
	if (entries[0].by)
		put_analysis(w, entries[0].by);
	put_affects(c, entries, n);
	put_properties(c, finding);
	json_close_object(w);
}

static void put_vulnerabilities(void *context, struct json_writer *w, const str *refs)
{
	const struct report *report = context;
	struct writing c = { .report = report, .w = w, .refs = refs };
	size_t max = report->shown_count + report->suppressed_count, n = 0, end;
	struct entry *entries = ARENA_ARRAY(report->arena, struct entry, max);

	for (size_t i = 0; i < report->shown_count; i++)
		entries[n++] = (struct entry){ report_finding(report, report->shown[i]), NULL };
	for (size_t i = 0; i < report->suppressed_count; i++) {
		const struct suppressed *s = &report->suppressed[i];

		if (s->reason == SUPPRESSED_EXCEPTION && s->by)
			entries[n++] = (struct entry){ report_finding(report, s->finding), s->by };
	}
	if (n > 0)
		qsort(entries, n, sizeof(*entries), entry_cmp);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && entries[end].by == entries[i].by &&
				  str_eq(entries[end].finding->id, entries[i].finding->id);)
			end++;
		put_vulnerability(&c, entries + i, end - i);
	}
}

/* An empty list of flaws must not look like a good answer where nobody could look. */
static size_t take_notes(const struct report *report, struct sbom_note **out)
{
	const struct match_result *match = report->match;
	struct sbom_note *notes = ARENA_ARRAY(report->arena, struct sbom_note,
					      match->coverage_count + 3 + 2 + CI_FIELD_COUNT);
	size_t n = 0;

	notes[n++] = (struct sbom_note){ STR("report:status"),
					 str_c(report_status_name(report->status)) };
	notes[n++] = (struct sbom_note){ STR("report:statement"),
					 str_c(statement_name(report->statement)) };
	notes[n++] = (struct sbom_note){ STR("report:database_date"), report->database->date };
	for (size_t i = 0; i < match->coverage_count; i++) {
		const struct coverage *coverage = &match->coverage[i];

		notes[n++] = (struct sbom_note){
			str_cat(report->arena, STR("report:coverage:"), coverage->kind),
			str_fmt(report->arena, "%s%s%.*s", coverage_status_name(coverage->status),
				coverage->reason.n > 0 ? ": " : "", STR_ARG(coverage->reason))
		};
	}
	for (size_t i = 0; report->opts->ci && i < CI_FIELD_COUNT; i++) {
		if (report->opts->ci->values[i].n > 0)
			notes[n++] = (struct sbom_note){ str_cat(report->arena, STR("ci:"),
								 ci_field_name((enum ci_field)i)),
							 report->opts->ci->values[i] };
	}
	if (report->gate.judged) {
		notes[n++] = (struct sbom_note){ STR("gate:name"), report->gate.name };
		notes[n++] = (struct sbom_note){ STR("gate:result"),
						 report->gate.passed ? STR("pass") : STR("fail") };
	}
	*out = notes;
	return n;
}

static void target(struct report_out *out, const struct report *report)
{
	struct sbom_note *notes;
	struct sbom_write_opts opts = { .tool_version = STR(SEAWALL_VERSION),
					.timestamp = report->opts->timestamp,
					.vulnerabilities = put_vulnerabilities,
					.context = (void *)(uintptr_t)report };

	opts.note_count = take_notes(report, &notes);
	opts.notes = notes;
	sbom_write_cyclonedx(report->inventory, &opts, report->arena, &out->buf);
	report_out_step(out);
}

const struct report_writer report_writer_cyclonedx = {
	.name = "cyclonedx",
	.machine = true,
	.single = true,
	.target = target,
};
