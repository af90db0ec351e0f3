/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Debian security tracker's JSON: {source package: {CVE: {description, scope, releases:
 * {code name: {status, fixed_version, urgency, nodsa, nodsa_reason, repositories}}}}}. A fixed
 * version of "0" means "never affected".
 */
#include "advisory/form/form.h"
#include "advisory/publisher.h"
#include "base/json.h"

static bool is(const struct head *head) { return head->deep_releases; }

/* "open" with a remark of the security team, in the words of publisher.c. */
static void read_open(const struct json *v, struct affected *a)
{
	str reason = json_get_str(v, STR("nodsa_reason"));

	a->word = json_get_str(v, STR("status"));
	if (JSON_GET(v, "nodsa"))
		a->word = str_empty(reason) ? STR("no-dsa") : reason;
	if (str_eq(a->severity, STR("end-of-life"))) {
		a->word = a->severity;
		a->severity = STR_EMPTY;
	}
	a->state = (uint8_t)publisher_state(a->word);
}

static int put_release(struct form_run *run, str package, const struct affected *base,
		       const struct json_member *release, struct err *err)
{
	const struct json *v = &release->value;
	str status = json_get_str(v, STR("status")), fixed = json_get_str(v, STR("fixed_version"));
	str name = publisher_debian_release(release->key);
	struct range_event events[] = { { .kind = EVENT_INTRODUCED, .version = STR("0") },
					{ .kind = EVENT_FIXED, .version = fixed } };
	struct version_range range = { .events = events, .event_count = 2 };
	struct affected a = *base;

	a.severity = json_get_str(v, STR("urgency"));
	a.ranges = &range;
	a.range_count = 1;
	if (str_empty(name)) {
		form_skip(run, "unknown Debian release", release->key);
		return 0;
	}
	if (str_eq(status, STR("resolved")) && !str_empty(fixed)) {
		if (str_eq(fixed, STR("0"))) {
			a.state = AFFECTED_NOT;
			a.word = STR("never affected");
			a.range_count = 0;
		}
	} else if (str_eq(status, STR("open")) || str_eq(status, STR("undetermined"))) {
		range.event_count = 1;
		read_open(v, &a);
	} else {
		form_skip(run, "unknown status", str_take(status, 40));
		return 0;
	}
	return build_affected(run->build, str_fmt(run->scratch, "Debian:%.*s", STR_ARG(name)),
			      package, &a, err);
}

static int put_flaw(struct form_run *run, str package, const struct json_member *flaw,
		    struct err *err)
{
	const struct json *v = &flaw->value;
	str id = flaw->key;
	struct record rec = { .details = json_get_str(v, STR("description")) };
	struct affected base = { 0 };

	if (str_empty(id) || !json_is(JSON_GET(v, "releases"), JSON_OBJECT)) {
		form_skip(run, "flaw without releases", str_take(id, 60));
		return 0;
	}
	/* Several packages have the same flaw: its text is kept once. */
	rec.id = str_fmt(run->scratch, "DEBIAN-%.*s", STR_ARG(id));
	rec.upstream = &id;
	rec.upstream_count = 1;
	if (build_record(run->build, &rec, 0, &base.record, err) < 0)
		return -1;
	base.flaws = record_flaws(&rec, run->scratch, &base.flaw_count);
	JSON_MEMBERS (JSON_GET(v, "releases"), release) {
		if (put_release(run, package, &base, release, err) < 0)
			return -1;
	}
	return 0;
}

static int run(struct form_run *run, struct err *err)
{
	const struct json *flaws = form_json(run);
	str package = str_drop_end(str_skip(run->item->key, 1), 1);

	if (!flaws)
		return 0;
	if (str_empty(package) || str_find_char(package, '\\') >= 0) {
		form_skip(run, "entry without a package name or ecosystem", STR_EMPTY);
		return 0;
	}
	JSON_MEMBERS (flaws, flaw) {
		if (put_flaw(run, package, flaw, err) < 0)
			return -1;
	}
	return 0;
}

const struct form form_tracker = {
	.name = "debian-tracker", .is = is, .has_mode = true, .mode = ITEM_MEMBERS, .run = run
};
