/* SPDX-License-Identifier: Apache-2.0 */
#include "report/diff.h"

#include "base/err.h"
#include "test.h"

/* A report with these members, written with ' for ". */
static const struct json *report(struct arena *arena, const char *database, const char *status,
				 int packages_read, const char *packages, const char *findings,
				 const char *suppressed)
{
	str text =
		str_fmt(arena,
			"{'status': '%s', 'seawall_version': '1', 'image': {'digest': 'sha256:1'},"
			"'database': {'digest': '%s'}, 'summary': {'packages_read': %d},"
			"'packages': [%s], 'findings': [%s], 'suppressed': [%s]}",
			status, database, packages_read, packages, findings, suppressed);
	char *writable = str_cstr(arena, text);
	const struct json *out;
	struct err err;

	for (char *p = writable; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	CHECK_OK(json_parse(str_c(writable), NULL, arena, &out, &err));
	return out;
}

#define PACKAGE(version) "{'kind': 'deb', 'name': 'a', 'version': '" version "'}"
#define FINDING(version, severity)                                                      \
	"{'id': 'CVE-1', 'package': 'a', 'package_kind': 'deb', 'installed': '" version \
	"', 'fixed': '9', 'severity': '" severity "'}"
#define HIDDEN(version, severity, reason)                                               \
	"{'id': 'CVE-1', 'package': 'a', 'package_kind': 'deb', 'installed': '" version \
	"', 'fixed': '9', 'severity': '" severity "', 'reason': '" reason               \
	"', 'exception': {'reason': 'closed'}}"

static struct diff_entry only(struct arena *arena, const struct json *before,
			      const struct json *after)
{
	struct diff diff;
	struct err err;

	CHECK_OK(diff_reports(before, after, arena, &diff, &err));
	CHECK_INT(diff.count, 1);
	CHECK_INT(diff.by_change[diff.entries[0].change], 1);
	CHECK_INT(diff.by_cause[diff.entries[0].cause], 1);
	return diff.entries[0];
}

#define CAUSE(before, after, want_change, want_cause)                \
	do {                                                         \
		struct diff_entry e_ = only(arena, before, after);   \
		CHECK_STR(diff_change_name(e_.change), want_change); \
		CHECK_STR(diff_cause_name(e_.cause), want_cause);    \
	} while (0)

TEST(what_the_image_changed_is_the_image)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *flawed =
		report(arena, "d1", "assessed", 1, PACKAGE("1"), FINDING("1", "high"), "");
	const struct json *upgraded = report(arena, "d2", "assessed", 1, PACKAGE("9"), "", "");
	const struct json *without = report(arena, "d2", "assessed", 0, "", "", "");
	const struct json *newer =
		report(arena, "d1", "assessed", 1, PACKAGE("2"), FINDING("2", "high"), "");

	CAUSE(flawed, upgraded, "gone", "image");
	CAUSE(flawed, without, "gone", "image");
	CAUSE(without, flawed, "new", "image");
	CAUSE(flawed, newer, "changed", "image");
	CHECK_STRV(only(arena, flawed, upgraded).new_version, "9");
}

TEST(same_package_judged_otherwise_is_the_advisory_or_the_program)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *flawed =
		report(arena, "d1", "assessed", 1, PACKAGE("1"), FINDING("1", "high"), "");
	const struct json *unknown = report(arena, "d0", "assessed", 1, PACKAGE("1"), "", "");
	const struct json *rerated =
		report(arena, "d2", "assessed", 1, PACKAGE("1"), FINDING("1", "low"), "");
	const struct json *same_data = report(arena, "d1", "assessed", 1, PACKAGE("1"), "", "");

	CAUSE(unknown, flawed, "new", "advisory");
	CAUSE(flawed, unknown, "gone", "advisory");
	CAUSE(flawed, rerated, "changed", "advisory");
	CAUSE(flawed, same_data, "gone", "undecided");
}

TEST(what_hides_a_finding_is_told)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *flawed =
		report(arena, "d1", "assessed", 1, "", FINDING("1", "high"), "");
	const struct json *excepted =
		report(arena, "d2", "assessed", 1, "", "", HIDDEN("1", "high", "exception"));
	const struct json *option =
		report(arena, "d1", "assessed", 1, "", "", HIDDEN("1", "high", "unfixed"));
	const struct json *rerated =
		report(arena, "d2", "assessed", 1, "", "", HIDDEN("1", "low", "severity"));

	CAUSE(flawed, excepted, "gone", "exception");
	CAUSE(excepted, flawed, "new", "exception");
	CHECK_STRV(only(arena, flawed, excepted).why, "closed");
	CAUSE(flawed, option, "gone", "option");
	CAUSE(flawed, rerated, "gone", "advisory");
}

TEST(what_was_not_read_is_not_repaired)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *flawed =
		report(arena, "d1", "assessed", 5, PACKAGE("1"), FINDING("1", "high"), "");
	const struct json *blind = report(arena, "d1", "not_applicable", 0, "", "", "");
	const struct json *unlisted = report(arena, "d2", "assessed", 5, "", "", "");

	CAUSE(flawed, blind, "gone", "not_read");
	CAUSE(flawed, unlisted, "gone", "advisory"); /* the same digest: the package is there */
}

TEST(only_reports_of_scans_are_compared)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *good = report(arena, "d1", "assessed", 0, "", "", "");
	const struct json *failed = report(arena, "d1", "failed", 0, "", "", "");
	const struct json *other;
	struct diff diff;
	struct err err;

	CHECK_OK(json_parse(STR("[]"), NULL, arena, &other, &err));
	CHECK_FAIL(diff_reports(good, other, arena, &diff, &err));
	CHECK_STR(err.msg, "later report: it is not a report of 'seawall scan -f json'");
	CHECK_FAIL(diff_reports(failed, good, arena, &diff, &err));
	CHECK(strstr(err.msg, "earlier report: it is the report of a scan that failed"));
	CHECK_OK(diff_reports(good, good, arena, &diff, &err));
	CHECK_INT(diff.count, 0);
}

/* A report with checks; lists of misconfigurations and verdicts are JSON. */
static const struct json *checked(struct arena *arena, const char *digest, const char *shown,
				  const char *hidden, const char *verdicts)
{
	const struct json *v;
	struct err err;
	str text =
		str_fmt(arena,
			"{\"target\": \"t\", \"status\": \"assessed\", \"seawall_version\": \"1\","
			"\"image\": {\"digest\": \"%s\"}, \"database\": {\"digest\": \"x\"},"
			"\"summary\": {\"packages_read\": 0}, \"packages\": [], \"findings\": [],"
			"\"misconfigurations\": [%s], \"suppressed_misconfigurations\": [%s],"
			"\"checks\": [%s]}",
			digest, shown, hidden, verdicts);

	CHECK_OK(json_parse(text, NULL, arena, &v, &err));
	return v;
}

#define MISCONFIGURATION                                                                                  \
	"{\"id\": \"SW-IMG-001\", \"severity\": \"high\", \"status\": \"fail\", \"fingerprint\": \"f1\"," \
	" \"subject\": \"USER\"}"
#define VERDICT(status) "{\"id\": \"SW-IMG-001\", \"status\": \"" status "\"}"

TEST(misconfigurations_are_compared_with_their_cause)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *bad = checked(arena, "d1", MISCONFIGURATION, "", VERDICT("fail"));
	const struct json *good = checked(arena, "d2", "", "", VERDICT("pass"));
	const struct json *unjudged = checked(arena, "d2", "", "", VERDICT("error"));
	const struct json *unasked = report(arena, "d2", "assessed", 0, "", "", "");
	const struct json *excepted = checked(
		arena, "d1", "",
		"{\"fingerprint\": \"f1\", \"reason\": \"exception\", \"exception\": {\"reason\": \"known\"}}",
		VERDICT("fail"));
	struct diff diff;
	struct err err;

	CAUSE(bad, good, "gone", "image");
	CAUSE(good, bad, "new", "image");
	CAUSE(bad, unjudged, "gone", "not_read");
	CAUSE(bad, unasked, "gone", "option");
	CAUSE(bad, excepted, "gone", "exception");
	CHECK_STRV(only(arena, bad, excepted).why, "known");
	CHECK_STRV(only(arena, bad, good).kind, "misconfiguration");
	CHECK_OK(diff_reports(bad, bad, arena, &diff, &err));
	CHECK_INT(diff.same, 1);
	CHECK_INT(diff.count, 0);
}

/* The same image, or another one, with a list of its own. */
static const struct json *with_list(struct arena *arena, const char *digest, const char *version,
				    const char *list, const char *items, const char *more)
{
	str text = str_fmt(
		arena,
		"{'status': 'assessed', 'seawall_version': '%s', 'image': {'digest': "
		"'sha256:%s'}, 'database': {'digest': 'd'}, 'summary': "
		"{'packages_read': 1}, 'packages': [" PACKAGE("1") "], 'findings': [], "
								   "'suppressed': []%s%s%s%s%s}",
		version, digest, *list ? ", '" : "", list, *list ? "': [" : "", *list ? items : "",
		*list ? "]" : "");
	char *writable;
	const struct json *out;
	struct err err;

	text = str_fmt(arena, "%.*s%s}", STR_ARG(str_drop_end(text, 1)), more);
	writable = str_cstr(arena, text);
	for (char *p = writable; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	CHECK_OK(json_parse(str_c(writable), NULL, arena, &out, &err));
	return out;
}

#define LICENCE(name, severity)                                                                \
	"{'license': '" name "', 'severity': '" severity "', 'package': 'a', 'package_kind': " \
	"'deb', 'installed': '1'}"

TEST(licences_come_and_go_and_weigh_otherwise)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *mit = with_list(arena, "1", "1", "licenses", LICENCE("MIT", "low"), "");
	const struct json *gpl =
		with_list(arena, "2", "1", "licenses", LICENCE("GPL-2.0-only", "high"), "");
	const struct json *denied =
		with_list(arena, "1", "1", "licenses", LICENCE("MIT", "critical"), "");
	const struct json *none = with_list(arena, "1", "1", "licenses", "", "");
	const struct json *newer = with_list(arena, "1", "2", "licenses", "", "");
	const struct json *excused =
		with_list(arena, "1", "1", "licenses", "",
			  ", 'suppressed_licenses': [{'license': 'MIT', 'severity': 'low', "
			  "'package': 'a', 'package_kind': 'deb', 'installed': '1', 'reason': "
			  "'exception', 'exception': {'reason': 'ours'}}]");
	const struct json *not_asked = with_list(arena, "1", "1", "", "", "");
	struct diff diff;
	struct err err;

	CHECK_OK(diff_reports(mit, gpl, arena, &diff, &err));
	CHECK_INT(diff.count, 2);
	CHECK_INT(diff.by_cause[CAUSE_IMAGE], 2);
	CHECK_STRV(diff.entries[0].id, "GPL-2.0-only");
	CHECK_STRV(diff.entries[0].kind, "license");
	CHECK_STRV(diff.entries[0].package, "a");
	CHECK_INT(diff.entries[0].severity, SEVERITY_HIGH);
	CAUSE(mit, denied, "changed", "option");
	CAUSE(mit, none, "gone", "option");
	CAUSE(mit, newer, "gone", "engine");
	CAUSE(mit, excused, "gone", "exception");
	CHECK_STRV(only(arena, mit, excused).why, "ours");
	CAUSE(not_asked, mit, "new", "option");
	CHECK_OK(diff_reports(mit, mit, arena, &diff, &err));
	CHECK_INT(diff.count, 0);
	CHECK_INT(diff.same, 1);
}

#define SECRET(begins)                                                                            \
	"{'id': 'f00" begins                                                                      \
	"', 'kind': 'aws-access-key', 'place': 'file', 'path': 'etc/a', 'severity': 'critical', " \
	"'sha256_begins': '" begins "', 'length': 20}"

TEST(secrets_come_and_go_with_their_values)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *old = with_list(arena, "1", "1", "secrets", SECRET("aa"), "");
	const struct json *rotated = with_list(arena, "2", "1", "secrets", SECRET("bb"), "");
	const struct json *clean = with_list(arena, "2", "1", "secrets", "", "");
	const struct json *in_part =
		with_list(arena, "2", "1", "secrets", "", ", 'secret_search': {'in_part': 1}");
	const struct json *unread =
		with_list(arena, "2", "1", "secrets", "", ", 'not_examined': [{'path': 'etc/a'}]");
	struct diff diff;
	struct err err;

	CHECK_OK(diff_reports(old, rotated, arena, &diff, &err));
	CHECK_INT(diff.by_change[DIFF_NEW], 1);
	CHECK_INT(diff.by_change[DIFF_GONE], 1);
	CAUSE(old, clean, "gone", "image");
	CAUSE(old, in_part, "gone", "not_read");
	CAUSE(old, unread, "gone", "not_read");
	CHECK_STRV(only(arena, clean, old).package, "etc/a");
	CHECK_STRV(only(arena, clean, old).id, "aws-access-key");
}
