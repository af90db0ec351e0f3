/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

#include "base/err.h"
#include "test.h"

static void normal(const char *raw, const char *want)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	str got;

	CHECK_OK(path_normal(str_c(raw), arena, &got, &err));
	CHECK_STR_EQ(got, str_c(want));
}

TEST(paths_are_brought_into_normal_form)
{
	normal("a/b", "a/b");
	normal("/a//b/", "a/b");
	normal("./a/./b", "a/b");
	normal("a/../b", "b");
	normal("../../etc/passwd", "etc/passwd");
	normal("a/b/../../../c", "c");
	normal("/", "");
	normal("", "");
	normal("a/..b/...", "a/..b/...");
}

TEST(nul_length_and_depth_are_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char raw[PATH_MAX_BYTES * 2];
	struct err err;
	str out;

	CHECK_FAIL(path_normal(STR("a\0b"), arena, &out, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	memset(raw, 'a', sizeof(raw));
	CHECK_OK(path_normal(str_of(raw, PATH_MAX_BYTES - 1), arena, &out, &err));
	CHECK_FAIL(path_normal(str_of(raw, PATH_MAX_BYTES + 1), arena, &out, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	for (size_t i = 1; i < sizeof(raw); i += 2)
		raw[i] = '/';
	CHECK_OK(path_normal(str_of(raw, (size_t)PATH_MAX_DEPTH * 2), arena, &out, &err));
	CHECK_FAIL(path_normal(str_of(raw, (size_t)PATH_MAX_DEPTH * 2 + 2), arena, &out, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
}

static void link_goes(const char *link, const char *target, const char *want)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	str got;

	CHECK_OK(path_link_target(str_c(link), str_c(target), arena, &got, &err));
	CHECK_STR_EQ(got, str_c(want));
}

TEST(links_stay_inside_the_image)
{
	link_goes("etc/os-release", "../usr/lib/os-release", "usr/lib/os-release");
	link_goes("lib", "usr/lib", "usr/lib");
	link_goes("a/b", "/etc/x", "etc/x");
	link_goes("a/b", "../../../../x", "x");
}

TEST(parts_of_a_path)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(path_base(STR("a/b/c")), "c");
	CHECK_STRV(path_base(STR("c")), "c");
	CHECK_STRV(path_dir(STR("a/b/c")), "a/b");
	CHECK_STRV(path_dir(STR("c")), "");
	CHECK(path_below(STR("a/b"), STR("a")));
	CHECK(path_below(STR("a"), STR("a")));
	CHECK(!path_below(STR("ab"), STR("a")));
	CHECK(path_below(STR("x"), STR_EMPTY));
	CHECK_STRV(path_join(arena, STR("a"), STR("b")), "a/b");
	CHECK_STRV(path_join(arena, STR_EMPTY, STR("b")), "b");
}

TEST(globs)
{
	static const struct {
		const char *pattern, *path;
		bool fits;
	} cases[] = {
		{ "a/**/b", "a/b", true },
		{ "a/**/b", "a/x/y/b", true },
		{ "a/**/b", "a/xb", false },
		{ "**/b", "b", true },
		{ "**/b", "x/y/b", true },
		{ "**/b", "xb", false },
		{ "*.c", "a.c", true },
		{ "*.c", "a/b.c", false },
		{ "**.c", "a/b.c", true },
		{ "a/**", "a/b/c", true },
		{ "a?c", "abc", true },
		{ "a?c", "a/c", false },
		{ "a[b-d]c", "acc", true },
		{ "a[!b]c", "abc", false },
		{ "a[!b]c", "a/c", false },
		{ "a\\*", "a*", true },
		{ "a\\*", "ab", false },
		{ "a[", "a[", true },
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*a*b*c", "xxaxxbxxc", true },
		{ "*a*b*c", "xxaxxbxx", false },
		{ "**/n/**/x*.js", "q/n/a/b/xy.js", true },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool fits = path_glob(str_c(cases[i].pattern), str_c(cases[i].path));

		if (fits != cases[i].fits)
			test_fail(__FILE__, __LINE__, "%s on %s: %d", cases[i].pattern,
				  cases[i].path, fits);
	}
}

TEST(globs_of_many_stars_end_soon)
{
	char pattern[400], path[PATH_MAX_BYTES];

	memset(path, 'a', sizeof(path));
	for (size_t i = 0; i < sizeof(pattern); i++)
		pattern[i] = i % 2 ? 'a' : '*';
	pattern[sizeof(pattern) - 1] = 'b';
	CHECK(!path_glob(str_of(pattern, sizeof(pattern)), str_of(path, sizeof(path))));
}
