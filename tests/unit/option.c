/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/option.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/nearest.h"
#include "cmd/value.h"
#include "test.h"

enum { COLOUR, FORCE, NAME, LEVELS, PATHS, SPEED, CACHE, SPEC_COUNT };

static const char *const colours[] = { "red", "green", NULL };
static const char *const levels[] = { "high", "low", NULL };

static const struct option_spec specs[SPEC_COUNT] = {
	[COLOUR] = { .name = "colour", .letter = 'c', .arg = "WORD", .words = colours },
	[FORCE] = { .name = "force", .letter = 'f' },
	[NAME] = { .name = "name", .letter = 'n', .arg = "NAME", .preset = "nobody" },
	[LEVELS] = { .name = "levels", .arg = "LIST", .words = levels, .list = true },
	[PATHS] = { .name = "path", .arg = "PATH", .repeat = true, .no_config = true },
	[SPEED] = { .name = "wait", .arg = "DURATION", .check = value_check_duration },
	[CACHE] = { .name = "cache", .on = true },
};

#define ARGS(...) ((const char *[]){ __VA_ARGS__, NULL })

static int parse(struct options *o, struct arena *arena, const char **argv, struct err *err)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	options_init(o, specs, SPEC_COUNT, arena);
	return options_parse(o, argc, (char **)(uintptr_t)argv, err); /* only read */
}

TEST(options_come_in_all_gnu_forms)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct options o;
	struct err err;
	size_t n;

	CHECK_OK(parse(&o, arena,
		       ARGS("a", "--name=x=y", "-fc", "red", "--path", "p,q", "b", "--path=r",
			    "--levels", "high, low", "--", "--force", "-"),
		       &err));
	CHECK_STRV(option_text(&o, NAME), "x=y");
	CHECK(option_on(&o, FORCE));
	CHECK_STRV(option_text(&o, COLOUR), "red");
	const str *paths = option_items(&o, PATHS, &n);
	CHECK_INT(n, 2);
	CHECK_STRV(paths[0], "p,q");
	const str *list = option_items(&o, LEVELS, &n);
	CHECK_INT(n, 2);
	CHECK_STRV(list[1], "low");
	CHECK_INT(o.operand_count, 4);
	CHECK_STRV(o.operands[2], "--force");
	CHECK_STRV(o.operands[3], "-");
	CHECK_OK(parse(&o, arena, ARGS("-nx", "-cgreen"), &err));
	CHECK_STRV(option_text(&o, NAME), "x");
}

TEST(presets_hold_until_something_is_given)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct options o;
	struct err err;

	CHECK_OK(parse(&o, arena, ARGS("x"), &err));
	CHECK_STRV(option_text(&o, NAME), "nobody");
	CHECK(!option_given(&o, NAME));
	CHECK(option_on(&o, CACHE));
	CHECK(!option_on(&o, FORCE));
	CHECK_OK(parse(&o, arena, ARGS("--no-cache", "-f", "--no-force"), &err));
	CHECK(!option_on(&o, CACHE));
	CHECK(!option_on(&o, FORCE));
}

TEST(words_are_taken_in_any_case)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct options o;
	struct err err;
	size_t n;

	CHECK_OK(parse(&o, arena, ARGS("--levels=HIGH,Low", "-c", "RED"), &err));
	CHECK_STRV(option_items(&o, LEVELS, &n)[0], "high");
	CHECK_STRV(option_text(&o, COLOUR), "red");
}

static void check_refused(const char **argv, const char *want)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct options o;
	struct err err = { 0 };

	CHECK_FAIL(parse(&o, arena, argv, &err));
	CHECK_STR(err.msg, want);
	CHECK_INT(err.kind, ERR_USAGE);
}

TEST(wrong_usage_says_what_to_do)
{
	check_refused(ARGS("--colur", "red"), "unknown option --colur; did you mean --colour?");
	check_refused(ARGS("--forc"), "unknown option --forc; did you mean --force?");
	check_refused(ARGS("--zzzzzzzz"), "unknown option --zzzzzzzz; see --help");
	check_refused(ARGS("-x"), "unknown option -x; see --help");
	check_refused(ARGS("--name"), "--name needs a value: --name NAME");
	check_refused(ARGS("-n"), "-n needs a value: -n NAME");
	check_refused(ARGS("--name="), "--name: empty NAME");
	check_refused(ARGS("--levels=high,,low"), "--levels: empty LIST");
	check_refused(ARGS("--force=yes"), "--force takes no value");
	check_refused(ARGS("--colour=blue"), "--colour: 'blue' is not one of: red, green");
	/* What Trivy calls --list-all-pkgs is only known where we have the option for it. */
	check_refused(ARGS("--list-all-pkgs"), "unknown option --list-all-pkgs; see --help");
	check_refused(ARGS("--cache-backend=fs"),
		      "unknown option --cache-backend: the cache is a folder: "
		      "$XDG_CACHE_HOME/seawall (root: /var/lib/seawall)");
	check_refused(ARGS("--no-name"), "unknown option --no-name; see --help");
	check_refused(ARGS("--wait=soon"),
		      "--wait: 'soon' is no duration such as 90s, 5m, 1h or 7d");
}

TEST(a_configuration_does_not_overrule_the_command_line)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	bool locked[SPEC_COUNT] = { [NAME] = true };
	struct options o;
	struct err err;

	CHECK_OK(parse(&o, arena, ARGS("--name=line"), &err));
	CHECK_OK(options_set(&o, STR("name"), STR("file"), locked, &err));
	CHECK_STRV(option_text(&o, NAME), "line");
	CHECK_OK(options_set(&o, STR("cache"), STR("false"), locked, &err));
	CHECK(!option_on(&o, CACHE));
	CHECK_FAIL(options_set(&o, STR("force"), STR("yes"), locked, &err));
	CHECK_STR(err.msg, "force: 'yes' is neither true nor false");
	CHECK_FAIL(options_set(&o, STR("path"), STR("x"), locked, &err));
	CHECK_FAIL(options_set(&o, STR("nam"), STR("x"), locked, &err));
	CHECK_STR(err.msg, "unknown option nam; did you mean --name?");
}

TEST(durations_have_units_and_a_limit)
{
	int64_t seconds = 0;
	struct err err;

	CHECK_OK(value_duration(STR("90"), &seconds, &err));
	CHECK_INT(seconds, 90);
	CHECK_OK(value_duration(STR("2h"), &seconds, &err));
	CHECK_INT(seconds, 7200);
	CHECK_OK(value_duration(STR("7d"), &seconds, &err));
	CHECK_INT(seconds, 604800);
	CHECK_FAIL(value_duration(STR("d"), &seconds, &err));
	CHECK_FAIL(value_duration(STR("-1s"), &seconds, &err));
	CHECK_FAIL(value_duration(STR("1 h"), &seconds, &err));
	CHECK_FAIL(value_duration(STR("99999999999d"), &seconds, &err));
}

TEST(platforms_have_two_or_three_parts)
{
	struct err err;

	CHECK_OK(value_check_platform(STR("linux/arm/v7"), &err));
	CHECK_FAIL(value_check_platform(STR("linux"), &err));
	CHECK_FAIL(value_check_platform(STR("linux//v7"), &err));
	CHECK_FAIL(value_check_platform(STR("a/b/c/d"), &err));
}

TEST(a_hint_names_the_nearest_word)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(nearest_hint(arena, STR("memoryLimits"), STR("cpuLimit memoryLimit")),
		   "; did you mean memoryLimit?");
	CHECK_STRV(nearest_hint(arena, STR("memoryLimits"), STR("")), "");
	CHECK_STRV(nearest_hint(arena, STR("xyz"), STR("a b  c")), "");
}

TEST(nearest_word_is_near)
{
	static const char *const words[] = { "scan", "db", "version" };

	CHECK_STR(nearest_word(STR("scna"), words, 3), "scan");
	CHECK_STR(nearest_word(STR("vers"), words, 3), "version");
	CHECK_STR(nearest_word(STR("xyz"), words, 3), NULL);
	CHECK_STR(nearest_word(STR(""), words, 3), NULL);
}

TEST(a_path_of_an_option_is_null_where_there_is_none)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct options o;
	struct err err;

	CHECK_OK(parse(&o, arena, ARGS("a"), &err));
	CHECK(option_path(&o, COLOUR) == NULL);
	CHECK_STR(option_path(&o, NAME), "nobody");
	CHECK_OK(parse(&o, arena, ARGS("--name", "a/b"), &err));
	CHECK_STR(option_path(&o, NAME), "a/b");
}

TEST(a_count_is_from_1_to_a_million)
{
	struct err err;

	CHECK_OK(value_check_count(STR("1"), &err));
	CHECK_OK(value_check_count(STR("1000000"), &err));
	CHECK_FAIL(value_check_count(STR("0"), &err));
	CHECK_FAIL(value_check_count(STR("1000001"), &err));
	CHECK_STR(err.msg, "'1000001' is not a number from 1 to 1000000");
	CHECK_FAIL(value_check_count(STR("-1"), &err));
}
