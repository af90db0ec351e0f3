/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/judging.h"

#include "base/cost.h"

#include "base/time.h"
#include "cmd/progress.h"
#include "cmd/scan_exceptions.h"
#include "report/term.h"

#define TEMPLATE_FILE_MAX (4u << 20)

const char *const judging_severity_words[] = { "critical",   "high",	"medium", "low",
					       "negligible", "unknown", NULL };
const char *const judging_format_words[] = {
	"table",  "json", "sarif", "csv",      "gitlab",    "gitlab-secrets", "gitlab-codequality",
	"github", "html", "junit", "markdown", "cyclonedx", "spdx",	      "template",
	"trivy",  NULL,
};

const char *const judging_plain_format_words[] = {
	"table", "json",  "sarif",    "csv",	  "gitlab-codequality",
	"html",	 "junit", "markdown", "template", NULL,
};

static size_t at(const struct judging *j, enum judging_option option) { return j->base + option; }

static const struct options *opts_of(const struct judging *j) { return &j->in->options; }

static int read_exceptions(struct judging *j, struct err *err)
{
	const struct options *o = opts_of(j);
	struct arena *arena = j->in->arena;
	const struct exception_options which = { at(j, JUDGING_IGNOREFILE),
						 at(j, JUDGING_LOCAL_EXCEPTIONS),
						 at(j, JUDGING_SCOPE) };
	size_t statements;
	const str *statement = option_items(o, at(j, JUDGING_VEX), &statements);

	exception_set_init(&j->exceptions, arena, j->now);
	if (scan_exceptions_named(&j->exceptions, o, &which, err) < 0)
		return -1;
	j->statements = (struct statement_sources){ .quiet = j->in->quiet, .lang = j->in->lang };
	if (statements_take(statement, statements, &j->exceptions, &j->statements, err) < 0)
		return -1;
	return option_on(o, which.local) ? scan_exceptions_local(&j->exceptions, err) : 0;
}

/* --template FILE, also as @FILE; a text with actions stands for itself. */
static int take_template(struct judging *j, struct err *err)
{
	str name = option_text(opts_of(j), at(j, JUDGING_TEMPLATE));
	bool wanted = strcmp(j->writer->name, "template") == 0;
	AUTO(buf_done)
	struct buf text = { 0 };

	if (!wanted && name.n == 0)
		return 0;
	if (!wanted || name.n == 0)
		return err_set(err, ERR_USAGE, "--template and --format template need one another");
	j->report.template_text = name;
	if (str_find(name, STR("{{")) >= 0)
		return 0;
	buf_init(&text, TEMPLATE_FILE_MAX);
	if (buf_read_file(&text, str_cstr(j->in->arena, str_without_prefix(name, STR("@"))), err) <
	    0)
		return err_wrap(err, "--template");
	j->report.template_text = str_dup(j->in->arena, buf_str(&text));
	return 0;
}

static int take_form(struct judging *j, struct err *err)
{
	struct invocation *in = j->in;

	j->writer = report_writer_find(option_text(opts_of(j), at(j, JUDGING_FORMAT)));
	if (take_template(j, err) < 0)
		return -1;
	if (!j->writer->single || j->report.targets < 2)
		return 0;
	str text = TEXT_MAKE(in->arena, in->lang, ONE_TARGET_FORMAT, str_c(j->writer->name));
	return err_set(err, ERR_USAGE, "%.*s", STR_ARG(text));
}

unsigned judging_severities(const struct options *options, size_t option)
{
	size_t n;
	const str *words = option_items(options, option, &n);
	unsigned set = 0;

	for (size_t i = 0; i < n; i++) {
		enum severity severity = SEVERITY_UNKNOWN;

		IGNORE(severity_from(words[i], &severity)); /* one of the words */
		set |= 1u << severity;
	}
	return set;
}

static void take_severities(struct judging *j)
{
	const struct options *o = opts_of(j);

	j->report.severities |= judging_severities(o, at(j, JUDGING_SEVERITY));
	j->has_fail_on = option_given(o, at(j, JUDGING_FAIL_ON)) &&
			 severity_from(option_text(o, at(j, JUDGING_FAIL_ON)), &j->fail_on);
}

/* A snapshot belongs to a commit, a ref and a job. */
static int take_snapshot_job(struct judging *j, bool told, struct err *err)
{
	const str *v = j->ci.values;

	if (!told)
		ci_detect(&ci_own_environment, j->in->arena, &j->ci);
	if (v[CI_commit].n > 0 && v[CI_ref].n + v[CI_branch].n + v[CI_tag].n > 0 &&
	    v[CI_run_id].n + v[CI_run_number].n > 0)
		return 0;
	return err_set(err, ERR_USAGE,
		       "--format github needs commit, ref (or branch) and run_id: --ci-metadata "
		       "commit=...,branch=...,run_id=...");
}

static int take_pipeline(struct judging *j, struct err *err)
{
	const struct options *o = opts_of(j);
	struct arena *arena = j->in->arena;
	str map = option_text(o, at(j, JUDGING_SEVERITY_MAP));
	str gate = option_text(o, at(j, JUDGING_GATE));
	size_t n;
	const str *ci = option_items(o, at(j, JUDGING_CI), &n);

	if (map.n > 0 && severity_map_read(map, arena, &j->severity_map, err) < 0)
		return err_wrap(err, "--severity-map");
	if (gate.n > 0) {
		if (gate_read(gate, arena, &j->gate, err) < 0)
			return err_wrap(err, "--gate");
		j->report.gate = &j->gate;
	}
	for (size_t i = 0; i < n; i++) {
		if (ci_take(&j->ci, ci[i], &ci_own_environment, arena, err) < 0)
			return err_wrap(err, "--ci-metadata");
	}
	if (strcmp(j->writer->name, "github") == 0 && take_snapshot_job(j, n > 0, err) < 0)
		return -1;
	j->report.ci = &j->ci;
	j->report.now = j->now;
	return 0;
}

int judging_take(struct judging *j, struct invocation *in, size_t base, size_t targets,
		 struct err *err)
{
	const struct options *o = &in->options;

	j->in = in;
	j->base = base;
	j->output.fd = -1;
	j->report.targets = targets;
	j->report.lang = in->lang;
	if (take_form(j, err) < 0 || read_exceptions(j, err) < 0 || take_pipeline(j, err) < 0)
		return -1;
	take_severities(j);
	j->report.exceptions = &j->exceptions;
	j->report.include_dev = option_on(o, at(j, JUDGING_INCLUDE_DEV));
	j->report.ignore_unfixed = option_on(o, at(j, JUDGING_IGNORE_UNFIXED));
	j->report.list_all_packages = option_on(o, at(j, JUDGING_LIST_ALL));
	if (option_on(o, at(j, JUDGING_TIMESTAMP)))
		j->report.timestamp = time_format(in->arena, j->now);
	if (!j->writer->machine && !option_given(o, at(j, JUDGING_OUTPUT))) {
		j->report.columns = term_columns(STDOUT_FILENO);
		j->report.color = in->color && isatty(STDOUT_FILENO);
	}
	return 0;
}

int judging_begin(struct judging *j, struct err *err)
{
	str path = option_text(opts_of(j), at(j, JUDGING_OUTPUT));

	if (output_open(&j->output, path, j->in->arena, err) < 0)
		return -1;
	report_out_init(&j->out, &j->report, output_take, &j->output);
	if (j->writer->begin)
		j->writer->begin(&j->out);
	return 0;
}

/*
 * --fail-on: what is shown decides. A target about which nothing can be said has not passed.
 */
static void judge_level(struct judging *j, const struct report *report)
{
	j->failing += report_count_from(report, j->fail_on);
	/* Neither has one with a check of that weight that could not be judged. */
	j->any_unjudged |= report_unjudged_from(report, j->fail_on) > 0;
	if (report->status != REPORT_NOT_APPLICABLE)
		return;
	j->any_unjudged = true;
	progress_note(false, TEXT_MAKE(report->arena, j->in->lang, GATE_NOT_JUDGED,
				       report->inventory->target, report->reason));
}

/* The table has said it where it is read. */
static void tell_gate(struct judging *j, const struct report *report)
{
	j->any_refused = true;
	if (!j->writer->machine && !option_given(opts_of(j), at(j, JUDGING_OUTPUT)))
		return;
	progress_note(false,
		      str_fmt(report->arena, "%.*s: %.*s", STR_ARG(report->inventory->target),
			      STR_ARG(gate_line(report))));
	for (size_t i = 0; i < report->gate.count; i++)
		progress_note(false,
			      str_cat(report->arena, STR("  "), report->gate.reasons[i].text));
}

/*
 * A report that goes elsewhere leaves its warnings on standard error too, and so does every report
 * of a pipeline, which seldom keeps it.
 */
static void show_warnings(const struct judging *j, const struct report *report)
{
	str warnings[REPORT_WARNINGS_MAX];
	size_t n = report_warnings(report, warnings);

	if (!j->writer->machine && !option_given(opts_of(j), at(j, JUDGING_OUTPUT)) &&
	    !j->has_fail_on)
		return;
	if (j->has_fail_on && report->status == REPORT_NOT_APPLICABLE)
		return; /* judge_level says it */
	for (size_t i = 0; i < n; i++)
		progress_note(j->in->quiet,
			      str_fmt(report->arena, "%.*s: %.*s",
				      STR_ARG(report->inventory->target), STR_ARG(warnings[i])));
}

static bool is_judged(const struct judging *j, str kind)
{
	for (size_t i = 0; j->judged && i < j->judged_kind_n; i++) {
		if (str_eq(kind, j->judged_kinds[i]))
			return true;
	}
	return false;
}

/* Every document of the target, with the checks of its kind. */
static const struct check_results *judge_documents(const struct judging *j,
						   const struct inventory *inventory,
						   struct arena *arena)
{
	const struct check_run run = { .now = j->now, .parameters = j->parameters };
	struct check_results *results;

	if (!j->checks && !j->judged)
		return NULL;
	results = ARENA_NEW(arena, struct check_results);
	if (j->judged)
		*results = *j->judged;
	for (size_t i = 0; j->checks && i < inventory->document_count; i++) {
		const struct fact_document *d = &inventory->documents[i];

		if (is_judged(j, d->kind))
			continue;
		check_set_judge(j->checks, d->kind, d->path, d->json, &run, arena, results);
	}
	return results;
}

void judging_show(struct judging *j, struct inventory *inventory, struct match_result *match,
		  const struct advisory_info *database, struct arena *arena)
{
	struct exception_mark mark = exception_set_mark(&j->exceptions);
	const struct check_results *checks;
	struct report report;

	/* Its cost apart from that of the report: checks are what a scan may go without. */
	int64_t begun = cost_begin();
	checks = judge_documents(j, inventory, arena);
	cost_end("misconfig", begun);
	begun = cost_begin();
	statements_of_target(&j->statements, inventory, &j->exceptions, arena);
	size_t sources;
	const str *source = option_items(opts_of(j), at(j, JUDGING_SEVERITY_SOURCE), &sources);

	if (sources > 0)
		severity_sources_apply(source, sources, match, arena);
	j->report.severity_map = j->severity_map;
	if (j->severity_map)
		severity_map_apply(j->severity_map, &j->exceptions, inventory, match, arena);
	report_make(&report, &j->report, inventory, match, checks, database, arena);
	show_warnings(j, &report);
	j->writer->target(&j->out, &report);
	if (j->has_fail_on)
		judge_level(j, &report);
	if (report.gate.judged && !report.gate.passed)
		tell_gate(j, &report);
	exception_set_cut(&j->exceptions, &mark);
	cost_end("report", begun);
}

void judging_failed(struct judging *j, str target, const struct err *why)
{
	j->any_failed = true;
	progress_note(false, str_c(why->msg));
	if (j->writer->failed)
		j->writer->failed(&j->out, target, why);
}

int judging_end(struct judging *j, struct err *err)
{
	if (j->writer->end)
		j->writer->end(&j->out);
	scan_exceptions_tell(&j->exceptions, j->in->quiet, j->in->lang);
	if (report_out_flush(&j->out, err) < 0 || output_commit(&j->output, err) < 0)
		return -1;
	if (j->any_failed)
		return EXIT_FAILED;
	if (j->failing > 0 || j->any_refused)
		return EXIT_FINDINGS;
	return j->any_unjudged ? EXIT_FAILED : EXIT_FINE;
}

int judging_each(struct judging *j,
		 int (*one)(void *context, str target, struct arena *arena, struct err *err),
		 void *context, struct err *err)
{
	const struct options *o = opts_of(j);

	if (judging_begin(j, err) < 0)
		return -1;
	for (size_t i = 0; i < o->operand_count; i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct err why = { 0 };

		if (one(context, o->operands[i], arena, &why) == 0)
			continue;
		if (why.kind == ERR_INTERRUPTED || o->operand_count == 1) {
			*err = why;
			return -1;
		}
		judging_failed(j, o->operands[i], &why);
	}
	return judging_end(j, err);
}

void judging_done(struct judging *j)
{
	report_out_done(&j->out);
	output_done(&j->output);
}
