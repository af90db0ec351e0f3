/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Photon OS: a list of {cve_id, pkg, cve_score, aff_ver, res_ver}, one release a file; the release
 * shows in the versions (".ph5"). What has no fix is "NA" there and names no release: such entries
 * go to the release that the entries before them were about.
 */
#include "advisory/finding.h"
#include "advisory/form/form.h"
#include "base/json.h"

static bool is(const struct head *head)
{
	return head_has(head, STR("cve_id")) && head_has(head, STR("pkg")) &&
	       head_has(head, STR("res_ver"));
}

/* "3.0.8-2.ph5" -> "Photon OS:5.0"; remembered for the rest of the text. */
static str ecosystem_of(struct form_run *run, str fixed)
{
	ptrdiff_t at = str_find(fixed, STR(".ph"));
	str digits, *known = run->state;

	if (at >= 0) {
		digits = str_skip(fixed, (size_t)at + 3);
		size_t n = 0;

		while (n < digits.n && is_digit(digits.p[n]))
			n++;
		digits = str_take(digits, n);
		if (!known)
			run->state = known = ARENA_NEW(run->arena, str);
		if (n > 0)
			*known = str_fmt(run->arena, "Photon OS:%.*s.0", STR_ARG(digits));
	}
	return known ? *known : STR_EMPTY;
}

static int run(struct form_run *run, struct err *err)
{
	const struct json *v = form_json(run);
	str cve = json_get_str(v, STR("cve_id")), package = json_get_str(v, STR("pkg"));
	str fixed = json_get_str(v, STR("res_ver")), ecosystem;
	bool open =
		str_empty(fixed) || str_ieq(fixed, STR("NA")) || str_ieq(fixed, STR("Not Fixed"));
	struct range_event events[2] = { { .kind = EVENT_INTRODUCED, .version = STR("0") },
					 { .kind = EVENT_FIXED, .version = fixed } };
	struct version_range range = { .events = events, .event_count = open ? 1 : 2 };
	struct affected a = { .ranges = &range, .range_count = 1 };
	struct record rec = { .upstream = &cve, .upstream_count = 1 };
	double score;

	if (!v)
		return 0;
	if (!is_cve(cve) || str_empty(package)) {
		form_skip(run, "entry without a CVE", str_take(cve, 60));
		return 0;
	}
	ecosystem = ecosystem_of(run, open ? STR_EMPTY : fixed);
	if (str_empty(ecosystem)) {
		form_skip(run, "entry without a release", cve);
		return 0;
	}
	rec.id = str_cat(run->scratch, STR("PHOTON-"), cve);
	if (build_record(run->build, &rec, 0, &a.record, err) < 0)
		return -1;
	a.flaws = record_flaws(&rec, run->scratch, &a.flaw_count);
	if (json_double(JSON_GET(v, "cve_score"), &score) && score > 0)
		a.severity = str_c(severity_name(severity_from_score(score)));
	if (str_ieq(json_get_str(v, STR("status")), STR("Not Affected"))) {
		a.state = AFFECTED_NOT;
		a.range_count = 0;
	}
	return build_affected(run->build, ecosystem, package, &a, err);
}

const struct form form_photon = { .name = "photon", .is = is, .run = run };
