/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The set of upgrades against brute force: targets of up to 12 packages with made-up findings;
 * every choice of packages and versions is tried.
 */
#include "report/upgrade_set.h"

#include "report/upgrade.h"
#include "test.h"

#define PACKAGES 12u
#define FLAWS	 6u /* of one package at most */
#define ROUNDS	 300u

struct made {
	struct arena *arena;
	struct package packages[PACKAGES];
	struct finding findings[PACKAGES * FLAWS];
	unsigned fix[PACKAGES * FLAWS]; /* version number that repairs it, 0: none */
	size_t package_n, finding_n;
};

static unsigned next(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

static void make(struct made *made, struct arena *arena, unsigned seed)
{
	*made = (struct made){ .arena = arena };
	made->package_n = 1 + next(&seed) % PACKAGES;
	for (size_t p = 0; p < made->package_n; p++) {
		size_t flaws = next(&seed) % (FLAWS + 1);

		made->packages[p] = (struct package){ .kind = STR("npm"),
						      .name = str_fmt(arena, "p%02zu", p),
						      .version = STR("1.0.0"),
						      .layer = -1 };
		for (size_t k = 0; k < flaws; k++) {
			unsigned fix = next(&seed) % 4;
			size_t i = made->finding_n++;

			made->fix[i] = fix;
			made->findings[i] = (struct finding){
				.id = str_fmt(arena, "CVE-%zu", i),
				.package = p,
				.severity = (enum severity)(next(&seed) % REPORT_SEVERITIES),
				.status = fix ? FIX_AVAILABLE : FIX_NONE_YET,
				.fixed = fix ? str_fmt(arena, "1.0.%u", fix) : STR_EMPTY,
				.ecosystem = STR("npm"),
			};
		}
	}
}

/* Findings repaired when package p goes to version v[p] (0: stays). */
static size_t repaired(const struct made *made, const unsigned *v)
{
	size_t n = 0;

	for (size_t i = 0; i < made->finding_n; i++)
		n += made->fix[i] > 0 && v[made->findings[i].package] >= made->fix[i];
	return n;
}

/* For each number of steps the most findings that any choice of that many packages repairs. */
static void brute_force(const struct made *made, size_t best[PACKAGES + 1])
{
	memset(best, 0, sizeof(*best) * (PACKAGES + 1));
	for (unsigned set = 0; set < 1u << made->package_n; set++) {
		unsigned v[PACKAGES] = { 0 };
		size_t steps = 0;

		for (size_t p = 0; p < made->package_n; p++) {
			v[p] = set & (1u << p) ? 3 : 0; /* the newest repairs most */
			steps += v[p] > 0;
		}
		size_t n = repaired(made, v);
		if (n > best[steps])
			best[steps] = n;
	}
}

static void check(const struct made *made, const struct upgrade_step *steps, size_t n)
{
	size_t best[PACKAGES + 1], most = 0, sum = 0;
	unsigned v[PACKAGES] = { 0 };

	brute_force(made, best);
	for (size_t k = 0; k <= made->package_n; k++)
		most = best[k] > most ? best[k] : most;
	for (size_t k = 0; k < n; k++) {
		v[steps[k].package - made->packages] = (unsigned)(steps[k].to.p[4] - '0');
		sum += steps[k].repair_count;
		CHECK_INT(repaired(made, v), sum); /* what it says is what it does */
		CHECK_INT(sum, best[k + 1]);	   /* no other k steps do more */
	}
	CHECK_INT(sum, most);
	for (size_t k = 0; k < n; k++) {
		size_t p = (size_t)(steps[k].package - made->packages);
		unsigned to = v[p]--;

		CHECK(repaired(made, v) < most); /* no lower version, and so no step less */
		v[p] = to;
	}
}

static struct report *report_of(const struct made *made, struct arena *arena)
{
	static const struct coverage coverage = { .kind = STR_INIT("npm"), .packages = 1 };
	static const struct advisory_info database = { .schema = 1 };
	static const struct report_opts opts = { .targets = 1 };
	struct inventory *inventory = ARENA_NEW(arena, struct inventory);
	struct match_result *match = ARENA_NEW(arena, struct match_result);
	struct report *report = ARENA_NEW(arena, struct report);

	inventory->packages = made->packages;
	inventory->package_count = made->package_n;
	match->findings = made->findings;
	match->finding_count = made->finding_n;
	match->coverage = &coverage;
	match->coverage_count = 1;
	report_make(report, &opts, inventory, match, NULL, &database, arena);
	return report;
}

static const struct upgrade_step *solve(const struct made *made, struct arena *arena, size_t *n)
{
	return upgrade_set(report_of(made, arena), n);
}

TEST(no_set_of_upgrades_is_better)
{
	for (unsigned round = 0; round < ROUNDS; round++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct made made;
		size_t n;

		make(&made, arena, round);
		const struct upgrade_step *steps = solve(&made, arena, &n);
		check(&made, steps, n);
	}
}

TEST(packages_of_one_source_are_one_step)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct made made;
	size_t n;

	make(&made, arena, 1);
	made.package_n = 2;
	made.finding_n = 2;
	for (size_t i = 0; i < 2; i++) {
		made.packages[i] = (struct package){ .kind = STR("deb"),
						     .name = i ? STR("libssl3") : STR("openssl"),
						     .version = STR("3.0.11-1"),
						     .source_name = STR("openssl"),
						     .layer = -1 };
		made.findings[i] = (struct finding){ .id = STR("CVE-1"),
						     .package = i,
						     .status = FIX_AVAILABLE,
						     .fixed = i ? STR("3.0.14-1") : STR("3.0.9-1"),
						     .ecosystem = STR("Debian:12") };
	}
	const struct upgrade_step *steps = solve(&made, arena, &n);
	CHECK_INT(n, 1);
	CHECK_STRV(steps[0].name, "openssl");
	CHECK_STRV(steps[0].to, "3.0.14-1");
	CHECK_INT(steps[0].repair_count, 2);
}

/* A finding of the Go that a program was built with, repaired in a branch. */
static void built_with(struct made *made, const char *path, const char *fixed)
{
	size_t i = made->finding_n++;

	made->packages[i] = (struct package){ .kind = STR("golang"),
					      .name = STR("stdlib"),
					      .version = STR("1.20.1"),
					      .path = str_c(path),
					      .form = PACKAGE_EMBEDDED,
					      .layer = -1 };
	made->findings[i] = (struct finding){
		.id = str_fmt(made->arena, "CVE-%zu", i),
		.package = i,
		.status = FIX_AVAILABLE,
		.fixed = str_c(fixed),
		.upgrade = str_fmt(made->arena, "go get go@%s toolchain@go%s", fixed, fixed),
		.ecosystem = STR("Go"),
	};
	made->package_n = made->finding_n;
}

TEST(of_many_branches_one_command_for_each_program)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct made made = { .arena = arena };
	size_t n;

	built_with(&made, "usr/bin/b", "1.21.9");
	built_with(&made, "usr/bin/b", "1.22.10");
	built_with(&made, "usr/bin/a", "1.22.10");
	built_with(&made, "usr/bin/a", "1.20.5");
	built_with(&made, "opt/old", "1.22.7");
	built_with(&made, "opt/old", "1.22.9");
	const struct upgrade_command *commands = upgrade_commands(report_of(&made, arena), &n);
	CHECK_INT(n, 2);
	CHECK_STRV(commands[0].head, "go get go@1.22.10");
	CHECK_INT(commands[0].word_count, 1);
	CHECK_STRV(commands[0].words[0], "toolchain@go1.22.10");
	CHECK_INT(commands[0].place_count, 2);
	CHECK_STRV(commands[0].places[0], "usr/bin/a");
	CHECK_STRV(commands[0].places[1], "usr/bin/b");
	CHECK_STRV(commands[1].words[0], "toolchain@go1.22.9");
	CHECK_STRV(commands[1].places[0], "opt/old");
}

TEST(one_version_of_a_package_in_a_place)
{
	static const struct {
		const char *path, *name, *fixed;
	} rows[] = {
		{ "a/package-lock.json", "lodash", "4.17.21" },
		{ "a/package-lock.json", "lodash", "3.10.2" },
		{ "a/package-lock.json", "@babel/core", "7.1.0" },
		{ "b/package-lock.json", "lodash", "3.10.2" },
		{ "b/package-lock.json", "who/lodash", "3.10.2" },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct made made = { .arena = arena, .package_n = ARRAY_LEN(rows) };
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		made.packages[i] = (struct package){ .kind = STR("npm"),
						     .name = str_c(rows[i].name),
						     .version = STR("1.0.0"),
						     .path = str_c(rows[i].path),
						     .form = PACKAGE_LOCKED,
						     .layer = -1 };
		made.findings[i] =
			(struct finding){ .id = str_fmt(arena, "CVE-%zu", i),
					  .package = i,
					  .status = FIX_AVAILABLE,
					  .fixed = str_c(rows[i].fixed),
					  .upgrade = str_fmt(arena, "npm install %s@%s",
							     rows[i].name, rows[i].fixed),
					  .ecosystem = STR("npm") };
	}
	made.finding_n = made.package_n;
	const struct upgrade_command *commands = upgrade_commands(report_of(&made, arena), &n);
	CHECK_INT(n, 2);
	CHECK_INT(commands[0].word_count, 2);
	CHECK_STRV(commands[0].words[0], "@babel/core@7.1.0");
	CHECK_STRV(commands[0].words[1], "lodash@4.17.21");
	CHECK_STRV(commands[0].places[0], "a/package-lock.json");
	/* A name that npm would take from elsewhere is no word of a command. */
	CHECK_INT(commands[1].word_count, 1);
	CHECK_STRV(commands[1].words[0], "lodash@3.10.2");
	CHECK_STRV(commands[1].places[0], "b/package-lock.json");
}

TEST(what_others_need_is_held_by_the_manifest)
{
	static const struct {
		const char *name, *upgrade;
		bool indirect;
	} rows[] = {
		{ "qs", "npm pkg set overrides.qs=6.5.3 && npm install", true },
		{ "cookie", "npm pkg set overrides.cookie=6.5.3 && npm install", true },
		{ "minimist", "npm pkg set overrides.minimist=6.5.3 && npm install", true },
		{ "minimist", "npm install minimist@6.5.3", false },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct made made = { .arena = arena, .package_n = ARRAY_LEN(rows) };
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		made.packages[i] = (struct package){ .kind = STR("npm"),
						     .name = str_c(rows[i].name),
						     .version = str_fmt(arena, "1.0.%zu", i),
						     .path = STR("package-lock.json"),
						     .form = PACKAGE_LOCKED,
						     .indirect = rows[i].indirect,
						     .layer = -1 };
		made.findings[i] = (struct finding){ .id = str_fmt(arena, "CVE-%zu", i),
						     .package = i,
						     .status = FIX_AVAILABLE,
						     .fixed = STR("6.5.3"),
						     .upgrade = str_c(rows[i].upgrade),
						     .ecosystem = STR("npm") };
	}
	made.finding_n = made.package_n;
	const struct upgrade_command *commands = upgrade_commands(report_of(&made, arena), &n);
	CHECK_INT(n, 2);
	CHECK_STRV(commands[0].head, "npm install");
	CHECK_INT(commands[0].word_count, 1);
	CHECK_STRV(commands[0].words[0], "minimist@6.5.3");
	CHECK_STRV(commands[0].tail, "");
	CHECK_STRV(commands[1].head, "npm pkg set");
	CHECK_INT(commands[1].word_count, 2);
	CHECK_STRV(commands[1].words[0], "overrides.cookie=6.5.3");
	CHECK_STRV(commands[1].words[1], "overrides.qs=6.5.3");
	CHECK_STRV(commands[1].tail, " && npm install");
}
