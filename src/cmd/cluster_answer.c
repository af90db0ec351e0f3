/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "cmd/answer.h"
#include "cmd/cluster_check.h"
#include "cmd/judging.h"
#include "cmd/scan_exceptions.h"
#include "policy/constraint/azure_form.h"
#include "posture/constraint_status.h"
#include "posture/proposal.h"

void cluster_check_report(const struct cluster_check *check, struct posture_report *report)
{
	struct invocation *in = check->in;
	uint64_t limit = POSTURE_LIMIT_PRESET;

	IGNORE(str_u64(option_text(&in->options, CLUSTER_LIMIT), &limit)); /* checked */
	*report = (struct posture_report){
		.views = check->views,
		.n = check->n,
		.lang = in->lang,
		.columns = answer_columns(in, option_text(&in->options, CLUSTER_OUTPUT)),
		.limit = (size_t)limit,
		.chosen = check->chosen,
		.details = option_given(&in->options, CLUSTER_RECOMMENDATION),
		.severities = judging_severities(&check->in->options, CLUSTER_SEVERITY),
		.now = check->now,
		.exceptions = &check->exceptions,
		.arena = in->arena,
	};
	if (option_on(&in->options, CLUSTER_TIMESTAMP))
		report->time = time_format(in->arena, check->now);
}

static int export(const struct cluster_check *check, const struct posture_report *report,
		  enum cluster_option option,
		  void (*write)(struct buf *, const struct posture_report *), bool *standard,
		  struct err *err)
{
	str path = option_text(&check->in->options, option);
	AUTO(buf_done)
	struct buf b = { 0 };

	if (path.n == 0)
		return 0;
	*standard |= str_eq(path, STR("-"));
	buf_init(&b, ANSWER_MAX);
	write(&b, report);
	return answer_write(check->in, path, &b, err);
}

/* What --fail-on says; a cluster that could not be looked at is never fine. */
static int exit_status(const struct cluster_check *check, const struct posture_report *report)
{
	str word = option_text(&check->in->options, CLUSTER_FAIL_ON);
	enum severity level;
	bool failed = false;

	for (size_t i = 0; i < check->n; i++)
		failed |= check->views[i].failed != NULL;
	if (word.n == 0 || !severity_from(word, &level))
		return failed ? EXIT_FAILED : EXIT_FINE;
	if (posture_count_from(report, ASSESSED_UNHEALTHY, level) > 0)
		return EXIT_FINDINGS;
	return failed || posture_count_from(report, ASSESSED_ERROR, level) > 0 ? EXIT_FAILED
									       : EXIT_FINE;
}

int cluster_check_answer(struct cluster_check *check, struct err *err)
{
	const struct options *o = &check->in->options;
	const struct posture_writer *writer = posture_writer_find(option_text(o, CLUSTER_FORMAT));
	struct posture_report report;
	struct azure_form azure;
	bool standard = false;
	AUTO(buf_done)
	struct buf b = { 0 };

	if (cluster_check_chosen(check, true, err) < 0)
		return -1;
	cluster_check_report(check, &report);
	if (str_eq(option_text(o, CLUSTER_CONSTRAINT_FORM), STR("k8sazure"))) {
		if (azure_form_load(check->in->arena, &azure, err) < 0)
			return -1;
		report.azure = &azure;
	}
	if (export(check, &report, CLUSTER_EXPORT_CONSTRAINTS, constraint_status_write, &standard,
		   err) < 0 ||
	    export(check, &report, CLUSTER_EXPORT_PARAMETERS, proposal_write, &standard, err) < 0)
		return -1;
	if (!standard || option_given(o, CLUSTER_OUTPUT)) {
		buf_init(&b, ANSWER_MAX);
		writer->write(&b, &report);
		if (answer_write(check->in, option_text(o, CLUSTER_OUTPUT), &b, err) < 0)
			return -1;
	}
	scan_exceptions_tell(&check->exceptions, check->in->quiet, check->in->lang);
	return exit_status(check, &report);
}
