/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/version/version.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/time.h"
#include "casefile.h"
#include "test.h"

static const struct version_scheme *scheme_named(struct casefile *file, str name)
{
	const struct version_scheme *scheme = version_scheme_find(name);

	CASE_CHECK(file, scheme, "no scheme '%.*s'", STR_ARG(name));
	return scheme;
}

/* One operator: does it hold from left to right? */
static bool holds(const struct version_scheme *scheme, str a, str op, str b)
{
	int order = scheme->compare(a, b);

	if (str_eq(op, STR("~")) || str_eq(op, STR("!~")))
		return scheme->fuzzy_equal && scheme->fuzzy_equal(a, b) == str_eq(op, STR("~"));
	if (str_eq(op, STR("=")))
		return order == 0;
	return str_eq(op, STR("<")) ? order < 0 : str_eq(op, STR(">")) && order > 0;
}

static str turned(str op)
{
	return str_eq(op, STR("<")) ? STR(">") : str_eq(op, STR(">")) ? STR("<") : op;
}

static void order_file(const char *path, const char *name)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open(path);

	while (casefile_next(&file)) {
		const struct version_scheme *scheme = scheme_named(&file, str_c(name));
		str a = casefile_field(&file), op = casefile_field(&file),
		    b = casefile_field(&file);

		CASE_CHECK(&file, holds(scheme, a, op, b), "%.*s %.*s %.*s does not hold",
			   STR_ARG(a), STR_ARG(op), STR_ARG(b));
		if (str_ends(op, STR("~")))
			continue;
		CASE_CHECK(&file, holds(scheme, b, turned(op), a), "the other way round it fails");
	}
}

TEST(deb_orders_as_dpkg) { order_file("version/deb.txt", "deb"); }
TEST(rpm_orders_as_rpm) { order_file("version/rpm.txt", "rpm"); }
TEST(rpm_segment_orders_one_part) { order_file("version/rpm-segment.txt", "rpm-segment"); }
TEST(apk_orders_as_apk) { order_file("version/apk.txt", "apk"); }
TEST(pacman_orders_as_vercmp) { order_file("version/pacman.txt", "pacman"); }
TEST(semver_orders_as_its_section_11) { order_file("version/semver.txt", "semver"); }
TEST(npm_orders_as_node) { order_file("version/semver-npm.txt", "semver-npm"); }

TEST(pypi_orders_as_pep_440) { order_file("version/pep440.txt", "pep440"); }
TEST(maven_orders_as_maven) { order_file("version/maven.txt", "maven"); }
TEST(rubygems_order_as_ruby) { order_file("version/rubygems.txt", "rubygems"); }
TEST(packagist_orders_as_composer) { order_file("version/packagist.txt", "packagist"); }
TEST(nuget_orders_as_nuget) { order_file("version/nuget.txt", "nuget"); }
TEST(golang_orders_as_go) { order_file("version/golang.txt", "golang"); }
TEST(pub_orders_as_dart) { order_file("version/pub.txt", "pub"); }
TEST(cran_orders_as_r) { order_file("version/cran.txt", "cran"); }
TEST(hackage_orders_as_haskell) { order_file("version/hackage.txt", "hackage"); }

TEST(hint_schemes_order_as_their_tools)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("version/hint.txt");

	while (casefile_next(&file)) {
		const struct version_scheme *scheme = scheme_named(&file, casefile_field(&file));
		str a = casefile_field(&file), op = casefile_field(&file),
		    b = casefile_field(&file);

		CASE_CHECK(&file, holds(scheme, a, op, b) && holds(scheme, b, turned(op), a),
			   "%.*s %.*s %.*s does not hold", STR_ARG(a), STR_ARG(op), STR_ARG(b));
	}
}

TEST(pypi_has_a_normal_form)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct version_scheme *pypi = version_scheme_find(STR("pep440"));
	str out;

	CHECK(pypi->normal(STR(" V01!1.02-ALPHA_3.r4-DEV+Ab_07 "), arena, &out));
	CHECK_STRV(out, "1!1.2a3.post4.dev0+ab.7");
	CHECK(!pypi->normal(STR("trunk"), arena, &out));
}

TEST(a_platform_is_no_part_of_a_gem_version)
{
	const struct version_scheme *gem = version_scheme_find(STR("rubygems"));

	CHECK_STRV(gem->bare(STR("1.15.4-x86_64-linux-gnu")), "1.15.4");
	CHECK_STRV(gem->bare(STR("1.0-beta-java")), "1.0-beta");
	CHECK_STRV(gem->bare(STR("1.0-beta")), "1.0-beta");
}

TEST(ranges_hold_what_they_say)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open("version/range.txt");
	struct err err = { .msg = "" };

	while (casefile_next(&file)) {
		const struct version_scheme *scheme = scheme_named(&file, casefile_field(&file));
		str want = casefile_field(&file), version = casefile_field(&file);
		bool in = false;
		int r = version_range_match(scheme, file.rest, version, 0, scratch, &in, &err);
		str got = r < 0 ? STR("bad") : in ? STR("in") : STR("out");

		CASE_CHECK(&file, str_eq(got, want), "got %.*s (%s)", STR_ARG(got), err.msg);
	}
}

TEST(only_what_a_tool_takes_is_valid)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("version/valid.txt");

	while (casefile_next(&file)) {
		const struct version_scheme *scheme = scheme_named(&file, casefile_field(&file));
		bool want = str_eq(casefile_field(&file), STR("yes"));
		str version = casefile_field(&file);

		CASE_CHECK(&file, scheme->valid && scheme->valid(version, 0) == want, "got %s",
			   want ? "no" : "yes");
	}
}

TEST(ecosystems_have_their_scheme)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("version/ecosystem.txt");

	while (casefile_next(&file)) {
		str want = casefile_field(&file);
		const struct version_scheme *scheme =
			version_scheme_for_ecosystem(str_trim(file.rest));
		str got = scheme ? str_c(scheme->name) : STR("-");

		CASE_CHECK(&file, str_eq(got, want), "got %.*s", STR_ARG(got));
	}
}

TEST(names_of_the_table_are_unique)
{
	for (size_t i = 0; version_scheme_at(i); i++)
		CHECK(version_scheme_find(str_c(version_scheme_at(i)->name)) ==
		      version_scheme_at(i));
	CHECK(version_scheme_find(STR("no such scheme")) == NULL);
}

/* A quadratic comparison of a quarter of a megabyte would take minutes. */
TEST(long_texts_are_compared_in_linear_time)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	size_t n = 1u << 18;
	char *a = arena_bytes(arena, n), *b = arena_bytes(arena, n);
	static const char *const patterns[] = { "1", ".", "1.", "a1",	"~",
						"^", "-", ":",	"\xff", "0" };
	int64_t start = time_mono_ms();

	for (size_t p = 0; p < ARRAY_LEN(patterns); p++) {
		for (size_t i = 0; i < n; i++)
			a[i] = b[i] = patterns[p][i % strlen(patterns[p])];
		b[n - 1] = '2';
		for (size_t i = 0; version_scheme_at(i); i++) {
			str left = str_of(a, n), right = str_of(b, n);
			int order = version_scheme_at(i)->compare(left, right);
			int back = version_scheme_at(i)->compare(right, left);

			CHECK((order < 0) == (back > 0));
			CHECK((order > 0) == (back < 0));
		}
	}
	CHECK(time_mono_ms() - start < 60000);
}

TEST(npm_range_is_spelled_out)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct version_scheme *npm = version_scheme_find(STR("semver-npm"));
	struct err err;
	str out;

	CHECK_OK(npm->range_normal(STR("~1.2.3 || 2 - 3.x"), 0, arena, &out, &err));
	CHECK_STRV(out, ">=1.2.3 <1.3.0-0||>=2.0.0 <4.0.0-0");
	CHECK_OK(npm->range_normal(STR("1.2"), VERSION_PRERELEASE, arena, &out, &err));
	CHECK_STRV(out, ">=1.2.0-0 <1.3.0-0");
	CHECK_FAIL(npm->range_normal(STR("~1.2.3beta"), 0, arena, &out, &err));
	CHECK_STR(err.msg, "range: '1.2.3beta' is not understood");
	CHECK_OK(npm->range_normal(STR("1.2.3-"), VERSION_LOOSE, arena, &out, &err));
	CHECK_STRV(out, "1.2.3--");
	CHECK_OK(npm->range_normal(STR("~1.2.3beta"), VERSION_LOOSE, arena, &out, &err));
	CHECK_STRV(out, ">=1.2.3-beta <1.3.0-0");
}
