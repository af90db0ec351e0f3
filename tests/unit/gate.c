/* SPDX-License-Identifier: Apache-2.0 */
#include "report/gate.h"

#include "report/licence.h"
#include "report/report.h"
#include "report/severity_map.h"
#include "test.h"

static const struct package packages[] = {
	{ .kind = STR_INIT("deb"),
	  .name = STR_INIT("libssl3"),
	  .version = STR_INIT("3.0"),
	  .layer = -1 },
};
static const str kinds[] = { STR_INIT("deb") };
static const struct coverage covered[] = {
	{ .kind = STR_INIT("deb"), .status = COVERAGE_OK, .packages = 1 },
};
static const struct coverage uncovered[] = {
	{ .kind = STR_INIT("deb"), .status = COVERAGE_OK, .packages = 1 },
	{ .kind = STR_INIT("hex"),
	  .status = COVERAGE_NOT_APPLICABLE,
	  .packages = 2,
	  .reason = STR_INIT("no data") },
};

#define NOW INT64_C(1763769600) /* 2025-11-22 */

/* One report to be judged; what a test changes, it changes before the call. */
struct scene {
	struct arena *arena;
	struct inventory inventory;
	struct match_result match;
	struct advisory_info database;
	struct report_opts opts;
	struct exception_set exceptions;
	struct finding findings[4];
	struct report report;
};

static void scene_init(struct scene *s)
{
	*s = (struct scene){
		.arena = arena_new(),
		.inventory = { .target = STR("app"),
			       .packages = packages,
			       .package_count = 1,
			       .kinds_read = kinds,
			       .kinds_read_count = 1,
			       .secrets_searched = true },
		.match = { .coverage = covered, .coverage_count = 1 },
		.database = { .date = STR("2025-11-20T00:00:00Z") },
		.opts = { .now = NOW, .targets = 1 },
	};
	exception_set_init(&s->exceptions, s->arena, NOW);
	s->opts.exceptions = &s->exceptions;
}

static void add(struct scene *s, const char *id, enum severity severity, bool fixed)
{
	s->findings[s->match.finding_count++] =
		(struct finding){ .id = str_c(id),
				  .advisory = str_c(id),
				  .severity = severity,
				  .status = fixed ? FIX_AVAILABLE : FIX_NONE_YET,
				  .epss = -1,
				  .published = STR("2025-10-01T00:00:00Z") };
	s->match.findings = s->findings;
}

static const struct gate_result *judge(struct scene *s, const struct gate *gate)
{
	s->opts.gate = gate;
	report_make(&s->report, &s->opts, &s->inventory, &s->match, NULL, &s->database, s->arena);
	CHECK(s->report.gate.judged);
	CHECK(s->report.gate.passed == (s->report.gate.count == 0));
	return &s->report.gate;
}

static struct gate built_in(struct scene *s, const char *name)
{
	struct gate gate;
	struct err err;

	CHECK_OK(gate_read(str_c(name), s->arena, &gate, &err));
	return gate;
}

static struct gate from_text(struct scene *s, const char *text)
{
	struct gate gate;
	struct err err = { 0 };

	if (gate_read_text(STR("g.yaml"), STR_EMPTY, str_c(text), s->arena, &gate, &err) < 0)
		test_fail(__FILE__, __LINE__, "%s", err.msg);
	return gate;
}

static bool has_rule(const struct gate_result *r, const char *rule)
{
	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->reasons[i].rule, rule) == 0)
			return true;
	}
	return false;
}

TEST(default_gate_is_critical_and_high_with_a_fix)
{
	struct scene s;

	scene_init(&s);
	struct gate gate = built_in(&s, "default");
	add(&s, "CVE-1-1", SEVERITY_CRITICAL, false);
	add(&s, "CVE-1-2", SEVERITY_MEDIUM, true);
	CHECK(judge(&s, &gate)->passed);
	add(&s, "CVE-1-3", SEVERITY_HIGH, true);
	CHECK(has_rule(judge(&s, &gate), "severity"));
	CHECK_INT(s.report.gate.count, 1);
	CHECK_INT(s.report.gate.reasons[0].found, 1);
	arena_free(s.arena);
}

TEST(strict_gate_takes_nothing_and_wants_to_see_everything)
{
	static const struct not_examined unread = { .kind = ERR_INPUT,
						    .what = STR_INIT("layer"),
						    .count = 1 };
	struct scene s;

	scene_init(&s);
	struct gate gate = built_in(&s, "strict");
	CHECK(judge(&s, &gate)->passed);
	add(&s, "CVE-1-1", SEVERITY_UNKNOWN, false);
	CHECK(has_rule(judge(&s, &gate), "severity"));
	s.match.finding_count = 0;
	s.inventory.not_examined = &unread;
	s.inventory.not_examined_count = 1;
	CHECK(has_rule(judge(&s, &gate), "not_examined"));
	s.inventory.not_examined_count = 0;
	s.match.coverage = uncovered;
	s.match.coverage_count = 2;
	CHECK(has_rule(judge(&s, &gate), "not_looked_up"));
	s.match.coverage_count = 1;
	s.database.date = STR("2025-10-20T00:00:00Z");
	CHECK(has_rule(judge(&s, &gate), "database_age"));
	s.database.date = STR_EMPTY;
	CHECK(has_rule(judge(&s, &gate), "database_age"));
	s.database.essentials_only = true;
	CHECK(has_rule(judge(&s, &gate), "essentials"));
	arena_free(s.arena);
}

TEST(what_could_not_be_looked_at_never_passes)
{
	static const char *const gates[] = { "strict", "default" };

	for (size_t i = 0; i < ARRAY_LEN(gates); i++) {
		struct scene unread, unasked;

		scene_init(&unread);
		struct gate gate = built_in(&unread, gates[i]);
		unread.inventory.kinds_read_count = 0;
		CHECK(has_rule(judge(&unread, &gate), "not_assessed"));
		scene_init(&unasked);
		unasked.opts.no_vulnerabilities = true;
		CHECK(has_rule(judge(&unasked, &gate), "not_assessed"));
		arena_free(unasked.arena);
		arena_free(unread.arena);
	}
	struct scene s;
	scene_init(&s);
	struct gate strict = built_in(&s, "strict");
	s.inventory.secrets_searched = false;
	CHECK(has_rule(judge(&s, &strict), "not_examined"));
	arena_free(s.arena);
}

TEST(filters_of_the_list_do_not_open_the_gate_but_exceptions_do)
{
	struct scene s;
	struct err err;
	str id = STR("CVE-1-1");

	scene_init(&s);
	struct gate gate = built_in(&s, "default");
	add(&s, "CVE-1-1", SEVERITY_HIGH, true);
	s.opts.severities = 1u << SEVERITY_LOW;
	CHECK(!judge(&s, &gate)->passed);
	struct exception e = { .subject = EXCEPTION_ANY, .ids = &id, .id_count = 1 };
	CHECK_OK(exception_add(&s.exceptions, &e, &err));
	CHECK(judge(&s, &gate)->passed);
	arena_free(s.arena);
}

TEST(gates_of_files_build_on_others)
{
	struct scene s;

	scene_init(&s);
	struct gate gate = from_text(&s, "gates:\n"
					 "  base: {extends: none, limits: {high: 1}}\n"
					 "  default:\n"
					 "    extends: base\n"
					 "    known_exploited: 0\n"
					 "    epss: {above: 0.5, limit: 0}\n"
					 "    max_age: {low: 30d}\n"
					 "    evidence: [confirmed]\n");
	CHECK_INT(gate.findings.by_severity[SEVERITY_HIGH], 1);
	add(&s, "CVE-1-1", SEVERITY_HIGH, false);
	CHECK(judge(&s, &gate)->passed);
	s.findings[0].kev = true;
	s.findings[0].epss = 0.7;
	CHECK(has_rule(judge(&s, &gate), "known_exploited"));
	CHECK(has_rule(&s.report.gate, "epss"));
	s.findings[0].kind = FINDING_POTENTIAL;
	CHECK(judge(&s, &gate)->passed);
	add(&s, "CVE-1-2", SEVERITY_LOW, false);
	CHECK(has_rule(judge(&s, &gate), "age"));
	s.findings[1].published = STR("2025-11-10T00:00:00Z");
	CHECK(judge(&s, &gate)->passed);
	s.findings[1].published = STR_EMPTY; /* nobody knows: old */
	CHECK(has_rule(judge(&s, &gate), "age"));
	arena_free(s.arena);
}

static const struct package licensed[] = {
	{ .kind = STR_INIT("npm"),
	  .name = STR_INIT("a"),
	  .licence = STR_INIT("GPL-3.0-only"),
	  .layer = -1 },
	{ .kind = STR_INIT("npm"),
	  .name = STR_INIT("b"),
	  .licence = STR_INIT("MPL-2.0"),
	  .layer = -1 },
	{ .kind = STR_INIT("npm"), .name = STR_INIT("c"), .licence = STR_INIT("MIT"), .layer = -1 },
};

TEST(gates_limit_licences_by_category_and_by_the_lists_of_the_user)
{
	static const str deny[] = { STR_INIT("MIT") };
	struct licence_opts licences = { .confidence = 900 };
	const struct gate_result *r;
	struct scene s;

	scene_init(&s);
	s.inventory.packages = licensed;
	s.inventory.package_count = ARRAY_LEN(licensed);
	s.opts.licences = &licences;
	struct gate gate = from_text(&s, "gates:\n  a:\n    licences: {restricted: 0, denied: 0, "
					 "reciprocal: 1, critical: any}\n");
	r = judge(&s, &gate);
	CHECK_INT(r->count, 1);
	CHECK_STR(r->reasons[0].rule, "licences");
	CHECK_INT(r->reasons[0].found, 1);
	CHECK_STRV(r->reasons[0].text, "1 licences (restricted), 0 allowed");
	/* What a filter leaves out of the list counts as well. */
	s.opts.severities = 1u << SEVERITY_CRITICAL;
	CHECK_INT(judge(&s, &gate)->count, 1);
	licences.policy.deny = deny;
	licences.policy.deny_count = 1;
	r = judge(&s, &gate);
	CHECK_INT(r->count, 2);
	CHECK_STRV(r->reasons[0].text, "1 licences (denied), 0 allowed");
	/* Who limits licences wants them looked for. */
	s.opts.licences = NULL;
	CHECK(has_rule(judge(&s, &gate), "not_examined"));
	CHECK(!has_rule(judge(&s, &(struct gate[]){ built_in(&s, "default") }[0]), "not_examined"));
	arena_free(s.arena);
}

TEST(wrong_gates_are_refused)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "", "expected one mapping named 'gates'" },
		{ "gates: {}", "expected one mapping" },
		{ "gates: {a: {limits: {hihg: 0}}}", "'limits: hihg' is not a severity" },
		{ "gates: {a: {limits: {high: -1}}}", "not a number" },
		{ "gates: {a: {colour: red}}", "'colour' is not a field of a gate" },
		{ "gates: {a: {extends: b}, b: {extends: a}}", "in a circle" },
		{ "gates: {a: {extends: c}}", "there is no such gate" },
		{ "gates: {a: {max_age: {high: 30}}}", "a time such as 30d" },
		{ "gates: {a: {end_of_life: no}}", "'refuse' or 'allow'" },
		{ "gates: {a: {epss: {above: 2}}}", "a probability" },
		{ "gates: {a: {}, b: {}}", "FILE#NAME chooses one" },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct gate gate;
		struct err err = { 0 };

		CHECK_FAIL(gate_read_text(STR("g.yaml"), STR_EMPTY, str_c(bad[i].text), arena,
					  &gate, &err));
		if (!strstr(err.msg, bad[i].says))
			test_fail(__FILE__, __LINE__, "no '%s' in: %s", bad[i].says, err.msg);
	}
}

/* ---- severity maps ---- */

static void apply(struct scene *s, const char *text)
{
	struct severity_map *map;
	struct err err = { 0 };

	if (severity_map_read_text(STR("m.yaml"), str_c(text), s->arena, &map, &err) < 0)
		test_fail(__FILE__, __LINE__, "%s", err.msg);
	severity_map_apply(map, &s->exceptions, &s->inventory, &s->match, s->arena);
}

TEST(maps_change_severities_and_keep_the_reason)
{
	struct scene s;

	scene_init(&s);
	add(&s, "CVE-1-1", SEVERITY_HIGH, true);
	add(&s, "CVE-1-2", SEVERITY_LOW, true);
	s.findings[1].kev = true;
	apply(&s, "severities:\n"
		  "- {known_exploited: true, at_least: critical, reason: attackers use it}\n"
		  "- {id: CVE-1-1, lower: 2, reason: not reachable}\n"
		  "- {package: '*', set: critical, reason: never asked}\n");
	/* In order again: worst first. */
	CHECK(str_eq(s.match.findings[0].id, STR("CVE-1-2")));
	CHECK_INT(s.match.findings[0].severity, SEVERITY_CRITICAL);
	CHECK(str_eq(s.match.findings[0].severity_before, STR("low")));
	CHECK(str_eq(s.match.findings[0].severity_reason, STR("attackers use it")));
	CHECK_INT(s.match.findings[1].severity, SEVERITY_LOW);
	CHECK(str_eq(s.match.findings[1].severity_before, STR("high")));
	arena_free(s.arena);
}

TEST(maps_change_licences_and_configuration_checks)
{
	static const struct check check = { .id = STR_INIT("SW-1"), .severity = STR_INIT("high") };
	struct licence_opts licences = { .confidence = 900 };
	const struct licence_item *items;
	struct severity_map *map;
	struct scene s;
	struct err err;
	str reason;

	scene_init(&s);
	CHECK_OK(severity_map_read_text(
		STR("m.yaml"),
		STR("severities:\n"
		    "- {id: MPL-2.0, subject: licence, set: low, reason: we publish anyway}\n"
		    "- {id: SW-1, path: 'legacy/*', at_most: low, reason: going away}\n"
		    "scale: three\n"),
		s.arena, &map, &err));
	s.inventory.packages = licensed;
	s.inventory.package_count = ARRAY_LEN(licensed);
	s.opts.licences = &licences;
	s.opts.severity_map = map;
	report_make(&s.report, &s.opts, &s.inventory, &s.match, NULL, &s.database, s.arena);
	items = s.report.licences.items;
	CHECK_INT(s.report.licences.item_count, 3);
	CHECK_INT(items[0].severity, SEVERITY_HIGH);
	CHECK_INT(items[0].severity_before.n, 0);
	CHECK_INT(items[1].severity, SEVERITY_LOW);
	CHECK_STRV(items[1].severity_before, "medium");
	CHECK_STRV(items[1].severity_reason, "we publish anyway");
	CHECK_INT(s.report.licences.by_severity[SEVERITY_LOW], 2);
	CHECK_INT(severity_map_of_check(map, &s.exceptions, &s.inventory, &check,
					STR("legacy/Dockerfile"), SEVERITY_HIGH, &reason),
		  SEVERITY_LOW);
	CHECK_STRV(reason, "going away");
	CHECK_INT(severity_map_of_check(map, &s.exceptions, &s.inventory, &check, STR("Dockerfile"),
					SEVERITY_CRITICAL, &reason),
		  SEVERITY_HIGH);
	CHECK_STRV(reason, "scale of three levels");
	arena_free(s.arena);
}

TEST(three_levels_have_neither_critical_nor_negligible)
{
	struct severity_map *map;
	struct scene s;
	struct err err;

	scene_init(&s);
	add(&s, "CVE-1-1", SEVERITY_CRITICAL, true);
	add(&s, "CVE-1-2", SEVERITY_MEDIUM, true);
	add(&s, "CVE-1-3", SEVERITY_NEGLIGIBLE, true);
	CHECK_OK(severity_map_read(STR("three-levels"), s.arena, &map, &err));
	severity_map_apply(map, &s.exceptions, &s.inventory, &s.match, s.arena);
	CHECK_INT(s.match.findings[0].severity, SEVERITY_HIGH);
	CHECK(str_eq(s.match.findings[0].severity_before, STR("critical")));
	CHECK_INT(s.match.findings[1].severity, SEVERITY_MEDIUM);
	CHECK_INT(s.match.findings[1].severity_before.n, 0);
	CHECK_INT(s.match.findings[2].severity, SEVERITY_LOW);
	arena_free(s.arena);
}

TEST(wrong_maps_are_refused)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "", "expected 'severities' or 'scale'" },
		{ "severities: [{id: a, set: low}]", "needs a reason" },
		{ "severities: [{set: low, reason: r}]", "would change all" },
		{ "severities: [{id: a, set: low, raise: 1, reason: r}]", "a rule has one of" },
		{ "severities: [{id: a, reason: r}]", "a rule has one of" },
		{ "severities: [{id: a, raise: 9, reason: r}]", "steps from 1 to 5" },
		{ "scale: four", "neither five nor three" },
		{ "colours: []", "neither 'severities' nor 'scale'" },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct severity_map *map;
		struct err err = { 0 };

		CHECK_FAIL(severity_map_read_text(STR("m.yaml"), str_c(bad[i].text), arena, &map,
						  &err));
		if (!strstr(err.msg, bad[i].says))
			test_fail(__FILE__, __LINE__, "no '%s' in: %s", bad[i].says, err.msg);
	}
}

TEST(the_first_rater_that_rated_counts)
{
	static const struct cvss_score scores[] = {
		{ .version = STR_INIT("3.1"), .source = STR_INIT("nvd"), .base = 9.8 },
		{ .version = STR_INIT("3.1"), .source = STR_INIT("ghsa"), .base = 5.0 },
	};
	static const str sources[] = { STR_INIT("redhat"), STR_INIT("GHSA"), STR_INIT("nvd") };
	static const str vendor[] = { STR_INIT("vendor"), STR_INIT("nvd") };
	struct scene s;

	scene_init(&s);
	add(&s, "CVE-1-1", SEVERITY_LOW, true);
	add(&s, "CVE-1-2", SEVERITY_HIGH, true);
	s.findings[0].cvss = scores;
	s.findings[0].cvss_count = 2;
	s.findings[0].severity_source = STR("vendor:debian");
	severity_sources_apply(vendor, 2, &s.match, s.arena);
	CHECK_INT(s.match.findings[1].severity, SEVERITY_LOW);
	severity_sources_apply(sources, 3, &s.match, s.arena);
	CHECK_INT(s.match.findings[0].severity, SEVERITY_HIGH); /* nobody else rated it */
	CHECK_INT(s.match.findings[1].severity, SEVERITY_MEDIUM);
	CHECK(str_eq(s.match.findings[1].severity_before, STR("low")));
	CHECK(str_eq(s.match.findings[1].severity_source, STR("cvss:GHSA")));
	arena_free(s.arena);
}
