/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writers over a hand-made scan, against the files of tests/data/report. With
 * SEAWALL_WRITE_EXPECTED=1 in the environment the files are written instead; read the difference
 * before committing it.
 */
#include "report/report.h"

#include "base/json.h"
#include "casefile.h"
#include "fmt/licence/licence_text.h"
#include "report/exception.h"
#include "report/licence.h"
#include "report/severity_map.h"
#include "report/term.h"
#include "report_fixture.h"
#include "test.h"

#include <expat.h>

/* A scan, its report and what a writer made of it. */
struct fixture {
	struct arena *arena;
	struct inventory inventory;
	struct match_result match;
	const struct check_results *checks;
	struct advisory_info database;
	struct report_opts opts;
	struct report report;
	struct buf text;
};

static int keep(void *context, str bytes, struct err *err)
{
	(void)err;
	buf_add(context, bytes);
	return 0;
}

static void fixture_init(struct fixture *f)
{
	*f = (struct fixture){
		.arena = arena_new(),
		.inventory = {
			.target = STR("docker://docker.io/library/app:1.4"),
			.target_kind = STR("docker"),
			.registry = STR("docker.io"),
			.repository = STR("library/app"),
			.tag = STR("1.4"),
			.digest = STR("sha256:3333333333333333333333333333333333333333333333333333333333333333"),
			.config_digest = STR("sha256:4444444444444444444444444444444444444444444444444444444444444444"),
			.platform = STR("linux/amd64"),
			.created = STR("2026-11-01T00:00:00Z"),
			.repo_tags = tags, .repo_tag_count = ARRAY_LEN(tags),
			.os = { .family = STR("debian"), .version = STR("12"), .codename = STR("bookworm"),
				.pretty = STR("Debian GNU/Linux 12 (bookworm)"),
				.path = STR("usr/lib/os-release") },
			.layers = layers, .layer_count = ARRAY_LEN(layers),
			.packages = packages, .package_count = ARRAY_LEN(packages),
			.kinds_read = kinds, .kinds_read_count = ARRAY_LEN(kinds),
			.objects_read = 3, .objects_judged = 2,
			.files_seen = 3210, .bytes_seen = 123456789,
		},
		.match = {
			.findings = findings, .finding_count = ARRAY_LEN(findings),
			.coverage = full_coverage, .coverage_count = ARRAY_LEN(full_coverage),
		},
		.database = {
			.path = STR("/var/lib/seawall/advisory.db"), .schema = 1,
			.built = STR("2026-11-21T00:00:00Z"), .date = STR("2026-11-20T00:00:00Z"),
			.age_days = 2, .digest = STR("sha256:55"), .records = 1200, .packages = 900,
			.kev = 10, .sources = sources, .source_count = ARRAY_LEN(sources),
		},
		.opts = { .targets = 1, .include_dev = true },
	};
	buf_init(&f->text, 16u << 20);
}

static void fixture_done(struct fixture *f)
{
	arena_free(f->arena);
	buf_done(&f->text);
}
static void auto_fixture_done(struct fixture *f) { fixture_done(f); }

static str fixture_write(struct fixture *f, const char *format)
{
	const struct report_writer *writer = report_writer_find(str_c(format));
	struct report_out out;
	struct err err;

	CHECK(writer != NULL);
	buf_reset(&f->text);
	report_make(&f->report, &f->opts, &f->inventory, &f->match, f->checks, &f->database,
		    f->arena);
	report_out_init(&out, &f->opts, keep, &f->text);
	CHECK(writer->single == !writer->begin && !writer->begin == !writer->end);
	if (writer->begin)
		writer->begin(&out);
	writer->target(&out, &f->report);
	if (writer->end)
		writer->end(&out);
	CHECK_OK(report_out_flush(&out, &err));
	report_out_done(&out);
	return buf_str(&f->text);
}

static void check_expected(str got, const char *name)
{
	AUTO(buf_done)
	struct buf want = { 0 };
	char file[128], path[512];
	struct err err;

	CHECK(snprintf(file, sizeof(file), "report/%s", name) < (int)sizeof(file));
	casefile_data_path(file, path, sizeof(path));
	if (getenv("SEAWALL_WRITE_EXPECTED")) {
		AUTO(fclose)
		FILE *stream = fopen(path, "we");

		CHECK(stream != NULL);
		CHECK_INT(fwrite(got.p, 1, got.n, stream), got.n);
		return;
	}
	buf_init(&want, 16u << 20);
	CHECK_OK(buf_read_file(&want, path, &err));
	CHECK_STR_EQ(got, buf_str(&want));
}

/* Text in which nothing can act on a terminal: UTF-8 without control bytes but newlines. */
static void check_harmless(str text)
{
	CHECK(str_is_utf8(text));
	for (size_t i = 0; i < text.n; i++)
		CHECK(text.p[i] == '\n' || (unsigned char)text.p[i] >= 0x20);
	CHECK_INT(str_find(text, STR("\xe2\x80\xae")), -1);
}

static void check_no_wider_than(str text, size_t columns)
{
	str line;

	while (str_line(&text, &line)) {
		if (term_width(line) > columns)
			test_fail(__FILE__, __LINE__, "%zu columns: %.*s", term_width(line),
				  STR_ARG(line));
	}
}

static void with_secrets(struct fixture *f)
{
	f->inventory.secrets_searched = true;
	f->inventory.secrets = secrets;
	f->inventory.secret_count = ARRAY_LEN(secrets);
	f->inventory.secret_counts = (struct secret_counts){ .files = 812, .bytes = 9000000 };
}

static void with_licences(struct fixture *f)
{
	static const str denied[] = { STR_INIT("Apache-*") }, ignored[] = { STR_INIT("CC0-1.0") };
	static const struct licence_fact facts[] = {
		{ .path = STR_INIT("app/" HOSTILE "/LICENSE"),
		  .line = 3,
		  .name = STR_INIT("MIT AND CC0-1.0"),
		  .confidence = LICENCE_SURE },
		{ .path = STR_INIT("app/COPYING"),
		  .line = 1,
		  .name = STR_INIT("AGPL-3.0-only"),
		  .confidence = 965,
		  .layer = 1 },
		{ .path = STR_INIT("opt/x/LICENSE"), .confidence = LICENCE_SURE, .layer = -1 },
		{ .path = STR_INIT("opt/y/LICENSE"),
		  .name = STR_INIT("NTP"),
		  .confidence = 760,
		  .layer = -1 },
	};
	static const struct licence_opts opts = { .policy = { .deny = denied, .deny_count = 1 },
						  .ignored = ignored,
						  .ignored_count = 1,
						  .confidence = LICENCE_CONFIDENCE };

	f->inventory.licences_searched = true;
	f->inventory.licences = facts;
	f->inventory.licence_count = ARRAY_LEN(facts);
	f->opts.licences = &opts;
}

static void with_checks(struct fixture *f)
{
	f->inventory.facts_gathered = true;
	f->inventory.document_count = 2;
	f->checks = &all_checks;
}

TEST(table_shows_all)
{
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	with_secrets(&f);
	with_licences(&f);
	with_checks(&f);
	f.inventory.not_examined = not_examined;
	f.inventory.not_examined_count = ARRAY_LEN(not_examined);
	str text = fixture_write(&f, "table");
	check_harmless(text);
	check_expected(text, "full.table");
}

TEST(table_keeps_to_80_columns)
{
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	f.opts.columns = 80;
	str text = fixture_write(&f, "table");
	check_no_wider_than(text, 80);
	check_expected(text, "80.table");
}

TEST(table_speaks_japanese_in_columns)
{
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	with_secrets(&f);
	with_licences(&f);
	with_checks(&f);
	f.opts.columns = 100;
	f.opts.lang = LANG_JA;
	f.opts.list_all_packages = true;
	str text = fixture_write(&f, "table");
	check_harmless(text);
	check_no_wider_than(text, 100);
	check_expected(text, "ja.table");
}

TEST(table_has_colours_only_when_told)
{
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	CHECK_INT(str_find_char(fixture_write(&f, "table"), '\033'), -1);
	f.opts.color = true;
	check_expected(fixture_write(&f, "table"), "colour.table");
}

TEST(json_and_sarif_show_all)
{
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	with_secrets(&f);
	with_licences(&f);
	with_checks(&f);
	f.inventory.not_examined = not_examined;
	f.inventory.not_examined_count = ARRAY_LEN(not_examined);
	f.opts.severities = REPORT_ALL & ~(1u << SEVERITY_NEGLIGIBLE | 1u << SEVERITY_LOW);
	str text = fixture_write(&f, "json");
	check_harmless(text);
	check_expected(text, "full.json");
	text = fixture_write(&f, "sarif");
	check_harmless(text);
	check_expected(text, "full.sarif");
}

TEST(failed_checks_count_and_manual_ones_do_not)
{
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	with_checks(&f);
	f.match.finding_count = 0;
	CHECK(fixture_write(&f, "json").n > 0);
	CHECK_INT(report_count_from(&f.report, SEVERITY_LOW), 2);
	CHECK_INT(report_count_from(&f.report, SEVERITY_HIGH), 1);
	CHECK_INT(report_count_from(&f.report, SEVERITY_CRITICAL), 0);
	f.opts.severities = 1u << SEVERITY_CRITICAL;
	CHECK(fixture_write(&f, "json").n > 0);
	CHECK_INT(report_count_from(&f.report, SEVERITY_LOW), 0);
	CHECK_INT(f.report.checks.shown_count, 1); /* the error: no filter hides it */
}

/* Everything that is not known, and what only poor targets have. */
TEST(json_of_a_poor_target)
{
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	f.inventory.os = (struct os_identity){ 0 };
	f.inventory.package_count = 0;
	f.inventory.kinds_read_count = 0;
	f.match.finding_count = 0;
	f.match.coverage = no_coverage;
	f.database.essentials_only = true;
	f.database.source_count = 0;
	check_expected(fixture_write(&f, "json"), "poor.json");
}

TEST(same_input_gives_same_bytes)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const char *const formats[] = { "table", "json", "sarif" };

	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		AUTO(fixture_done)
		struct fixture a, b;

		fixture_init(&a);
		fixture_init(&b);
		str first = str_dup(arena, fixture_write(&a, formats[i]));
		CHECK_STR_EQ(fixture_write(&b, formats[i]), first);
	}
}

static bool says(str text, const char *words) { return str_find(text, str_c(words)) >= 0; }

TEST(nothing_read_is_never_free_of_flaws)
{
	static const char *const formats[] = { "table", "json", "sarif" };

	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		AUTO(fixture_done)
		struct fixture f;

		fixture_init(&f);
		f.match.finding_count = 0;
		f.match.coverage = no_coverage;
		f.inventory.package_count = 0;
		f.inventory.kinds_read_count = 0;
		str text = fixture_write(&f, formats[i]);
		CHECK_INT(f.report.status, REPORT_NOT_APPLICABLE);
		CHECK_INT(f.report.statement, STATEMENT_NONE);
		CHECK(says(text, "no package data was found"));
		CHECK(says(text, "That does not mean that it has no vulnerabilities."));
		CHECK(!says(text, "No known vulnerability"));
		CHECK(!says(text, "none_known"));
	}
}

TEST(essentials_and_partly_read_prove_nothing)
{
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	f.match.finding_count = 0;
	str text = fixture_write(&f, "table");
	CHECK(says(text, "No known vulnerability in the packages read (5;"));
	f.match.essentials_only = true;
	text = fixture_write(&f, "table");
	CHECK(says(text, "Essentials only"));
	CHECK(!says(text, "No known vulnerability"));
	f.match.essentials_only = false;
	f.inventory.not_examined = not_examined;
	f.inventory.not_examined_count = ARRAY_LEN(not_examined);
	text = fixture_write(&f, "table");
	CHECK_INT(f.report.status, REPORT_PARTLY_READ);
	CHECK(!says(text, "No known vulnerability"));
	CHECK(says(text, "PARTLY READ: rpm database"));
	f.inventory.not_examined_count = 1; /* left out on purpose */
	fixture_write(&f, "table");
	CHECK_INT(f.report.status, REPORT_ASSESSED);
}

TEST(an_empty_database_of_another_kind_does_not_count)
{
	static const struct coverage coverage[] = {
		{ .kind = STR_INIT("deb"), .status = COVERAGE_OK, .packages = 5 },
		{ .kind = STR_INIT("rpm"),
		  .status = COVERAGE_NOT_APPLICABLE,
		  .reason = STR_INIT("no data") },
	};
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	f.match.coverage = coverage;
	f.match.coverage_count = 2;
	fixture_write(&f, "table");
	CHECK_INT(f.report.status, REPORT_ASSESSED);
	f.match.coverage = coverage + 1;
	f.match.coverage_count = 1;
	fixture_write(&f, "table");
	CHECK_INT(f.report.status, REPORT_NOT_APPLICABLE);
	f.match.coverage = coverage;
	f.match.finding_count = 0;
	f.inventory.package_count = 0;
	CHECK(says(fixture_write(&f, "table"), "the package databases hold no package"));
	CHECK_INT(f.report.statement, STATEMENT_NONE);
}

TEST(suppressed_findings_are_counted)
{
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	f.opts.severities = 1u << SEVERITY_HIGH;
	str text = fixture_write(&f, "table");
	CHECK(says(text, "all that was found is suppressed (5,"));
	CHECK(says(text, "Not shown because of --severity: 5."));
	CHECK_INT(f.report.statement, STATEMENT_VULNERABLE);
	f.opts.severities = 0;
	f.opts.ignore_unfixed = true;
	text = fixture_write(&f, "table");
	CHECK_INT(f.report.suppressed_count, 2);
	CHECK_INT(f.report.tally.total, 3);
	CHECK_INT(report_count_from(&f.report, SEVERITY_HIGH), 2);
	CHECK_INT(report_count_from(&f.report, SEVERITY_LOW), 3);
	CHECK(says(text, "Without a fix, not shown because of --ignore-unfixed: 2."));
}

TEST(findings_of_development_dependencies_count_only_when_asked_for)
{
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	f.opts.include_dev = false;
	CHECK(says(fixture_write(&f, "table"), "not shown without --include-dev-deps: 2."));
	CHECK_INT(f.report.tally.total, 3);
	CHECK_INT(f.report.suppressed_count, 2);
	CHECK_INT(report_count_from(&f.report, SEVERITY_CRITICAL), 1);
	CHECK(says(fixture_write(&f, "json"), "\"reason\": \"dev\""));
	f.opts.include_dev = true;
	CHECK(!says(fixture_write(&f, "table"), "--include-dev-deps"));
	CHECK_INT(f.report.tally.total, 5);
}

/* One that holds, one that has expired, one for another package. */
static void except(struct fixture *f, struct exception_set *set)
{
	static const str openssl[] = { STR_INIT("libssl*") }, other[] = { STR_INIT("zlib*") };
	static const str tokens[] = { STR_INIT("GITHUB-PAT") }, numbers[] = { STR_INIT("ds002") };
	struct exception e = { .subject = EXCEPTION_ANY,
			       .kind = EXCEPTION_MITIGATED,
			       .packages = openssl,
			       .package_count = 1,
			       .reason = STR("the port is closed"),
			       .author = STR("platform team"),
			       .approver = STR("security"),
			       .expires = 2000000000,
			       .source = STR(".seawallignore.yaml"),
			       .line = 4 };
	struct err err;

	exception_set_init(set, f->arena, 1900000000);
	CHECK_OK(exception_add(set, &e, &err));
	e.expires = 1800000000;
	CHECK_OK(exception_add(set, &e, &err));
	e.packages = NULL;
	e.package_count = 0;
	e.ids = tokens;
	e.id_count = 1;
	e.subject = EXCEPTION_SECRET;
	e.expires = 2000000000;
	CHECK_OK(exception_add(set, &e, &err));
	e.ids = numbers;
	e.subject = EXCEPTION_MISCONFIGURATION;
	CHECK_OK(exception_add(set, &e, &err));
	e.packages = other;
	e.package_count = 1;
	e.id_count = 0;
	e.subject = EXCEPTION_ANY;
	e.expires = 0;
	CHECK_OK(exception_add(set, &e, &err));
	f->opts.exceptions = set;
}

TEST(excepted_findings_keep_their_reason)
{
	AUTO(fixture_done)
	struct fixture f;
	struct exception_set set;
	struct severity_map *map;
	struct err err;

	fixture_init(&f);
	with_secrets(&f);
	with_licences(&f);
	with_checks(&f);
	except(&f, &set);
	/* A map of severities comes before exceptions are asked. */
	CHECK_OK(severity_map_read_text(STR("map.yaml"),
					STR("severities:\n- {subject: [misconfiguration, licence], "
					    "severity: [critical, high], set: medium, "
					    "reason: \"behind \\e[1mthe wall\"}\n"),
					f.arena, &map, &err));
	f.opts.severity_map = map;
	check_expected(fixture_write(&f, "json"), "exceptions.json");
	CHECK(f.report.excepted_count > 0);
	CHECK_INT(f.report.secrets.suppressed_count, 1);
	CHECK_INT(f.report.secrets.shown_count, 2);
	CHECK_INT(f.report.excepted_count, f.report.suppressed_count);
	CHECK_INT(f.report.tally.total + f.report.excepted_count, f.match.finding_count);
	CHECK_INT(f.report.statement, STATEMENT_VULNERABLE);
	CHECK(says(fixture_write(&f, "table"), "Excepted by a rule or statement: "));
	CHECK_INT(set.items[1].matched, 0);
	CHECK_INT(set.items[2].matched, 2); /* two reports were made */
	CHECK_INT(set.items[3].matched, 2); /* by an alias */
	CHECK_INT(set.items[4].matched, 0);
	CHECK_INT(f.report.checks.suppressed_count, 1);
	CHECK_INT(f.report.checks.failed_shown, 1);
}

TEST(a_check_that_could_not_be_judged_is_never_fine)
{
	static struct check_result broken = { .check = &checks[3],
					      .verdict = CHECK_ERROR,
					      .reason = { STR_INIT("over its budget") } };
	static const struct check_results results = { .items = &broken, .n = 1, .cap = 1 };
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	f.match.finding_count = 0;
	CHECK(!says(fixture_write(&f, "table"), "over its budget"));
	CHECK_INT(f.report.statement, STATEMENT_NONE_KNOWN);
	f.checks = &results;
	f.inventory.facts_gathered = true;
	CHECK(says(fixture_write(&f, "table"), "over its budget"));
	CHECK_INT(f.report.status, REPORT_PARTLY_READ);
	CHECK_INT(f.report.statement, STATEMENT_NONE);
	CHECK_INT(report_count_from(&f.report, SEVERITY_LOW), 0);
	CHECK(says(fixture_write(&f, "sarif"), "over its budget"));
	CHECK(says(fixture_write(&f, "junit"), "errors=\"1\""));
	CHECK(says(fixture_write(&f, "csv"), "over its budget"));
	CHECK(says(fixture_write(&f, "html"), "over its budget"));
	CHECK(says(fixture_write(&f, "markdown"), "over its budget"));
	CHECK(says(fixture_write(&f, "gitlab"), "could not be judged"));
}

TEST(a_target_without_configuration_is_not_called_checked)
{
	static const struct check_results none = { .n = 0 };
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	f.match.finding_count = 0;
	f.checks = &none;
	CHECK(says(fixture_write(&f, "table"), "no check was made"));
	CHECK_INT(f.report.status, REPORT_PARTLY_READ);
	f.inventory.facts_gathered = true;
	CHECK(!says(fixture_write(&f, "table"), "no check was made"));
	CHECK_INT(f.report.status, REPORT_ASSESSED);
}

TEST(all_findings_excepted_is_not_free_of_flaws)
{
	static const str any[] = { STR_INIT("**") };
	AUTO(fixture_done)
	struct fixture f;
	struct exception_set set;

	fixture_init(&f);
	except(&f, &set);
	set.items[0].packages = any;
	str text = fixture_write(&f, "table");
	CHECK_INT(f.report.statement, STATEMENT_NONE_COUNTING);
	CHECK_INT(f.report.tally.total, 0);
	CHECK(says(text, "No finding that counts: each of the 5 found has an exception."));
}

/* Well-formed as XML, which the HTML report is but for its first line and empty elements. */
static void check_xml(str text)
{
	XML_Parser parser = XML_ParserCreate("UTF-8");

	CHECK(parser != NULL);
	if (XML_Parse(parser, text.p, (int)text.n, 1) != XML_STATUS_OK)
		test_fail(__FILE__, __LINE__, "line %lu: %s", XML_GetCurrentLineNumber(parser),
			  XML_ErrorString(XML_GetErrorCode(parser)));
	XML_ParserFree(parser);
}

static str html_body(str text)
{
	text = str_skip(text, (size_t)str_find(text, STR("<main>")));
	return str_take(text, (size_t)str_find(text, STR("</body>")));
}

TEST(forms_for_pipelines_show_all_and_stay_well_formed)
{
	static const char *const formats[] = { "csv",	"gitlab",   "html",
					       "junit", "markdown", "policy-report" };
	AUTO(fixture_done)
	struct fixture f;
	struct exception_set set;
	const struct json *value;
	struct err err;

	fixture_init(&f);
	with_secrets(&f);
	with_licences(&f);
	with_checks(&f);
	except(&f, &set);
	f.inventory.not_examined = not_examined;
	f.inventory.not_examined_count = ARRAY_LEN(not_examined);
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		char name[64];
		str text = fixture_write(&f, formats[i]);

		CHECK(snprintf(name, sizeof(name), "full.%s", formats[i]) < (int)sizeof(name));
		CHECK_INT(str_find_char(text, '\033'), -1);
		check_expected(text, name);
		if (str_eq(str_c(formats[i]), STR("junit")))
			check_xml(text);
		if (str_eq(str_c(formats[i]), STR("gitlab")))
			CHECK_OK(json_parse(text, NULL, f.arena, &value, &err));
		if (str_eq(str_c(formats[i]), STR("html")))
			check_xml(html_body(text));
	}
}

TEST(a_poor_target_is_never_shown_as_fine)
{
	static const char *const formats[] = { "csv", "gitlab", "html", "junit", "markdown" };
	static const char *const says_so[] = { "not_applicable", "\"failure\"", "no_statement",
					       "<skipped", "No statement can be made" };
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	f.inventory.package_count = 0;
	f.inventory.kinds_read_count = 0;
	f.match.finding_count = 0;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		if (!says(fixture_write(&f, formats[i]), says_so[i]))
			test_fail(__FILE__, __LINE__, "%s: no %s in: %.*s", formats[i], says_so[i],
				  STR_ARG(buf_str(&f.text)));
	}
}

TEST(age_and_end_of_life_are_told)
{
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	f.database.stale = true;
	f.match.end_of_life = true;
	f.match.eol_date = STR("2026-06-30");
	str text = fixture_write(&f, "table");
	CHECK(says(text, "The advisory data is of 2026-11-20, more than 7 days old"));
	CHECK(says(text, "past its end of life (2026-06-30)"));
	f.database.date = STR_EMPTY;
	CHECK(says(fixture_write(&f, "json"), "The age of the advisory data is not known."));
}

static str write_two(struct fixture *f, const char *format)
{
	const struct report_writer *writer = report_writer_find(str_c(format));
	struct err why = { .kind = ERR_NETWORK, .msg = "other: no route" }, err;
	struct report_out out;

	f->opts.targets = 2;
	report_make(&f->report, &f->opts, &f->inventory, &f->match, f->checks, &f->database,
		    f->arena);
	report_out_init(&out, &f->opts, keep, &f->text);
	writer->begin(&out);
	writer->failed(&out, STR("other"), &why);
	writer->target(&out, &f->report);
	writer->end(&out);
	CHECK_OK(report_out_flush(&out, &err));
	report_out_done(&out);
	return buf_str(&f->text);
}

TEST(several_targets_make_one_document)
{
	static const struct package rich[] = {
		{ .kind = STR_INIT("rpm"),
		  .name = STR_INIT("nodejs"),
		  .version = STR_INIT("1:16.14.0-1.module"),
		  .vendor = STR_INIT("Example Inc."),
		  .module = STR_INIT("nodejs:16:1:2"),
		  .origin = STR_INIT("appstream"),
		  .layer = -1 },
	};
	static const struct coverage coverage[] = {
		{ .kind = STR_INIT("rpm"),
		  .status = COVERAGE_NOT_APPLICABLE,
		  .packages = 1,
		  .reason = STR_INIT("no data for this system") },
	};
	AUTO(fixture_done)
	struct fixture f;

	fixture_init(&f);
	f.opts.timestamp = STR("2026-11-22T00:00:00Z");
	f.opts.list_all_packages = true;
	f.inventory.packages = rich;
	f.inventory.package_count = ARRAY_LEN(rich);
	f.match.finding_count = 0;
	f.match.coverage = coverage;
	f.match.end_of_life = true;
	f.match.eol_date = STR("2024-05-31");
	f.match.eol_message = STR("Maintenance ended on 2024-05-31");
	check_expected(write_two(&f, "json"), "several.json");
	buf_reset(&f.text);
	check_expected(write_two(&f, "sarif"), "several.sarif");
	buf_reset(&f.text);
	str text = write_two(&f, "table");
	CHECK(says(text, "FAILED: other: no route"));
	CHECK(says(text, "NOT APPLICABLE: no data for this system"));
}

static int refuse(void *context, str bytes, struct err *err)
{
	(void)context;
	(void)bytes;
	return err_set(err, ERR_SYS, "no space");
}

TEST(a_lost_piece_is_an_error)
{
	AUTO(fixture_done)
	struct fixture f;
	struct report_out out;
	struct err err = { 0 };

	fixture_init(&f);
	report_make(&f.report, &f.opts, &f.inventory, &f.match, f.checks, &f.database, f.arena);
	report_out_init(&out, &f.opts, refuse, NULL);
	report_writer_find(STR("table"))->target(&out, &f.report);
	CHECK_FAIL(report_out_flush(&out, &err));
	CHECK_STR(err.msg, "no space");
	report_out_done(&out);
}

/* A run of a pipeline behind a gate, with findings of another tool and a mapped severity. */
static void with_pipeline(struct fixture *f, struct gate *gate)
{
	static struct ci_metadata ci;
	static const str tools[] = { STR_INIT("Seawall"), STR_INIT("Other \033[1mtool") };
	struct finding *copy = ARENA_ARRAY(f->arena, struct finding, f->match.finding_count);
	struct secret_finding *kept =
		ARENA_ARRAY(f->arena, struct secret_finding, f->inventory.secret_count);
	struct match_import *import = ARENA_NEW(f->arena, struct match_import);
	struct err err;

	for (size_t i = 0; i < CI_FIELD_COUNT; i++)
		ci.values[i] = str_fmt(f->arena, "%.*s <\"&\033[0m",
				       STR_ARG(ci_field_name((enum ci_field)i)));
	ci.values[CI_run_url] = STR("https://ci.example.com/run/17?a=1&b=2");
	ci.values[CI_repository_url] = STR("https://git.example.com/app");
	CHECK_OK(gate_read(STR("strict"), f->arena, gate, &err));
	memcpy(copy, f->match.findings, f->match.finding_count * sizeof(*copy));
	memcpy(kept, f->inventory.secrets, f->inventory.secret_count * sizeof(*kept));
	copy[0].severity_before = kept[0].severity_before = STR("low");
	copy[0].severity_reason = kept[0].severity_reason = STR("attackers use it");
	copy[0].tools = tools;
	copy[0].tool_count = ARRAY_LEN(tools);
	*import = (struct match_import){ .tool = STR("Other"),
					 .version = STR("1"),
					 .form = STR("sarif"),
					 .file = STR("a.sarif"),
					 .date = STR("2026-11-01T00:00:00Z"),
					 .findings = 3,
					 .own = true };
	f->match.findings = copy;
	f->match.imports = import;
	f->match.import_count = 1;
	f->inventory.secrets = kept;
	f->opts.ci = &ci;
	f->opts.gate = gate;
	f->opts.now = 1763769600;
}

TEST(run_gate_and_sources_are_kept_in_every_form)
{
	static const char *const forms[] = { "json",  "github", "trivy",    "gitlab-secrets",
					     "table", "sarif",	"markdown", "gitlab-codequality",
					     "junit", "html" };
	AUTO(fixture_done)
	struct fixture f;
	struct gate gate;

	fixture_init(&f);
	with_secrets(&f);
	with_checks(&f);
	with_pipeline(&f, &gate);
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		char name[64];

		IGNORE(snprintf(name, sizeof(name), "pipeline.%s", forms[i])); /* fits */
		str text = fixture_write(&f, forms[i]);
		/* Bytes of others never reach a reader as they are. */
		CHECK(str_find_char(text, '\033') < 0);
		check_expected(text, name);
	}
	CHECK(f.report.gate.judged && !f.report.gate.passed);
}
