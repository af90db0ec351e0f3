/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence/licence_text.h"

#include "base/buf.h"
#include "base/err.h"
#include "casefile.h"
#include "fmt/licence/licence_file.h"
#include "fmt/licence/licence_meta.h"
#include "test.h"

#define COMMON "/usr/share/common-licenses/"

static str read_common(const char *name, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	char path[128];
	struct err err;

	CHECK(snprintf(path, sizeof(path), COMMON "%s", name) < (int)sizeof(path));
	buf_init(&b, 1u << 20);
	CHECK_OK(buf_read_file(&b, path, &err));
	return str_dup(arena, buf_str(&b));
}

static str all_names(const struct licence_fact *facts, size_t n, struct arena *arena)
{
	str all = n > 0 ? facts[0].name : STR("-");

	for (size_t i = 1; i < n; i++)
		all = str_fmt(arena, "%.*s, %.*s", STR_ARG(all), STR_ARG(facts[i].name));
	return all;
}

static str unescaped(str text, struct arena *arena)
{
	char *out = arena_bytes(arena, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		bool line = text.p[i] == '\\' && i + 1 < text.n && text.p[i + 1] == 'n';

		out[n++] = line ? '\n' : text.p[i];
		i += line;
	}
	return str_of(out, n);
}

TEST(licences_that_a_text_grants_or_names_and_near_misses)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("licence/notice.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct licence_fact facts[LICENCE_FOUND_MAX];
		ptrdiff_t at = str_find(file.line, STR(" -> ")), next;

		CASE_CHECK(&file, at >= 0, "no arrow");
		while ((next = str_find(str_skip(file.line, (size_t)at + 1), STR(" -> "))) >= 0)
			at += next + 1;
		str text = unescaped(str_take(file.line, (size_t)at), arena);
		str want = str_skip(file.line, (size_t)at + 4);
		str got = all_names(facts, licence_text_find(text, arena, facts), arena);
		CASE_CHECK(&file, str_eq(got, want), "got %.*s", STR_ARG(got));
	}
}

static const struct {
	const char *file, *want;
} common[] = {
	{ "Apache-2.0", "Apache-2.0" },	 { "Artistic", "Artistic-1.0-Perl" },
	{ "BSD", "BSD-3-Clause" },	 { "CC0-1.0", "CC0-1.0" },
	{ "GFDL-1.2", "GFDL-1.2-only" }, { "GFDL-1.3", "GFDL-1.3-only" },
	{ "GPL-1", "GPL-1.0-only" },	 { "GPL-2", "GPL-2.0-only" },
	{ "GPL-3", "GPL-3.0-only" },	 { "LGPL-2", "LGPL-2.0-only" },
	{ "LGPL-2.1", "LGPL-2.1-only" }, { "LGPL-3", "LGPL-3.0-only" },
	{ "MPL-1.1", "MPL-1.1" },	 { "MPL-2.0", "MPL-2.0" },
};

TEST(texts_that_debian_ships_are_recognised)
{
	for (size_t i = 0; i < ARRAY_LEN(common); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct licence_fact facts[LICENCE_FOUND_MAX];
		str text = read_common(common[i].file, arena);
		size_t n = licence_text_find(text, arena, facts);

		CHECK_STR_EQ(all_names(facts, n, arena), str_c(common[i].want));
		CHECK(facts[0].confidence >= LICENCE_CONFIDENCE);
		CHECK(facts[0].line >= 1);
	}
}

/* Each line as a comment, in capitals, with Windows line ends. */
static str disguised(str text, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	str rest = text, line;

	buf_init(&b, 1u << 20);
	while (str_line(&rest, &line)) {
		BUF_LIT(&b, " * ");
		for (size_t i = 0; i < line.n; i++) {
			char c = line.p[i];
			buf_byte(&b, c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
		}
		BUF_LIT(&b, "\r\n");
	}
	return str_dup(arena, buf_str(&b));
}

TEST(line_breaks_comments_and_case_of_a_text_do_not_matter)
{
	for (size_t i = 0; i < ARRAY_LEN(common); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct licence_fact fact;

		CHECK(licence_text_best(disguised(read_common(common[i].file, arena), arena), arena,
					&fact));
		CHECK_STR_EQ(fact.name, str_c(common[i].want));
		CHECK(fact.confidence >= LICENCE_CONFIDENCE);
	}
}

TEST(a_part_of_a_text_is_not_the_licence)
{
	for (size_t i = 0; i < ARRAY_LEN(common); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct licence_fact facts[LICENCE_FOUND_MAX];
		str text = read_common(common[i].file, arena);
		size_t n = licence_text_find(str_take(text, text.n / 3), arena, facts);

		for (size_t k = 0; k < n; k++) {
			if (facts[k].confidence >= LICENCE_CONFIDENCE)
				test_fail(__FILE__, __LINE__, "%s: %.*s %u", common[i].file,
					  STR_ARG(facts[k].name), facts[k].confidence);
		}
	}
}

TEST(texts_in_one_file_are_told_one_by_one)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct licence_fact facts[LICENCE_FOUND_MAX];
	str text =
		str_fmt(arena, "%.*s\nand for the icons:\n%.*s\nand the manual:\n%.*s",
			STR_ARG(read_common("BSD", arena)), STR_ARG(read_common("MPL-2.0", arena)),
			STR_ARG(read_common("GFDL-1.3", arena)));

	CHECK_STR_EQ(all_names(facts, licence_text_find(text, arena, facts), arena),
		     STR("BSD-3-Clause, MPL-2.0, GFDL-1.3-only"));
}

TEST(a_notice_says_which_versions_of_a_text_count)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct licence_fact facts[LICENCE_FOUND_MAX];
	str text = read_common("GPL-3", arena);
	str both = str_fmt(arena,
			   "This tool is under the GNU General Public License, version 3 or any "
			   "later version. It reads:\n%.*s",
			   STR_ARG(text));

	/* The notice that the text itself proposes is no notice. */
	CHECK_STR_EQ(all_names(facts, licence_text_find(text, arena, facts), arena),
		     STR("GPL-3.0-only"));
	CHECK_STR_EQ(all_names(facts, licence_text_find(both, arena, facts), arena),
		     STR("GPL-3.0-or-later"));
}

TEST(licence_files_are_known_by_their_names)
{
	static const char *const yes[] = {
		"LICENSE",	 "a/LICENCE.txt",   "COPYING",		"COPYING.LIB",
		"b/LICENSE-MIT", "license.md",	    "LICENSES/MIT.txt", "UNLICENSE",
		"c/NOTICE",	 "MIT-LICENSE.txt", "x.js.LICENSE.txt", "LICENSE.APACHE2",
		"srv/copyright", "d/License.rst"
	};
	static const char *const no[] = { "license.js",
					  "src/licence.c",
					  "licensed",
					  "noticeboard.txt",
					  "usr/share/common-licenses/GPL-3",
					  "usr/share/doc/bash/copyright",
					  "LICENSE.json",
					  "README",
					  "copyingmachine" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		CHECK(licence_file_is(str_c(yes[i])));
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		CHECK(!licence_file_is(str_c(no[i])));
}

TEST(a_licence_file_that_is_not_recognised_is_told_and_a_notice_need_not_be_one)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;
	struct file_view file = file_view_text(STR("a/LICENSE"), STR("All rights are ours.\n"));

	package_list_init(&list, arena);
	CHECK_OK(licence_file(&file, &list.sink, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].name, LICENCE_NONE);
	file.path = STR("a/NOTICE");
	CHECK_OK(licence_file(&file, &list.sink, &err));
	CHECK_INT(list.n, 1);
	file = file_view_text(STR("a/LICENSE"), STR("SPDX-License-Identifier: ISC\n"));
	CHECK_OK(licence_file(&file, &list.sink, &err));
	CHECK_STRV(list.items[1].name, "ISC");
	CHECK_STRV(list.items[1].version, "1000");
	CHECK_INT(list.items[1].line, 1);
}

TEST(free_texts_of_copyrights_name_licences_by_notice_text_and_reference)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STR_EQ(
		licence_of_copyright(STR("It is under the GNU General Public License, version 2 "
					 "or later; see /usr/share/common-licenses/GPL-2.\n"),
				     arena),
		STR("GPL-2.0-or-later"));
	CHECK_STR_EQ(
		licence_of_copyright(STR("The text is in /usr/share/common-licenses/LGPL-2.1.\n"
					 "and `/usr/share/common-licenses/Artistic'.\n"),
				     arena),
		STR("LGPL-2.1-only AND Artistic-1.0-Perl"));
	CHECK_STR_EQ(licence_of_copyright(STR("This is in the public domain.\n"), arena), STR(""));
}

static str meta_licence(int (*read)(const struct file_view *, struct package_sink *, struct err *),
			const char *path, const char *text, struct arena *arena)
{
	struct file_view file = file_view_text(str_c(path), str_c(text));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(read(&file, &list.sink, &err));
	return list.n == 0 ? STR("none")
			   : str_fmt(arena, "%.*s %.*s: %.*s", STR_ARG(list.items[0].kind),
				     STR_ARG(list.items[0].name), STR_ARG(list.items[0].licence));
}

TEST(descriptions_beside_packages_tell_their_licences)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const char *opam = "home/.opam/x/.opam-switch/packages/lwt.5.7.0/opam";
	const char *cpan = "usr/share/perl5/.meta/Try-Tiny-0.31/MYMETA.json";
	const char *nuget = "root/.nuget/packages/a/1.0.0/a.nuspec";

	CHECK(licence_meta_is_opam(str_c(opam)) && !licence_meta_is_opam(STR("a/opam")));
	CHECK(licence_meta_is_cpan(str_c(cpan)) && !licence_meta_is_cpan(STR("a/META.json")));
	CHECK(licence_meta_is_nuget(str_c(nuget)));
	CHECK_STRV(meta_licence(licence_meta_opam, opam,
				"opam-version: \"2.0\"\nlicense: \"MIT\"\n", arena),
		   "opam lwt: MIT");
	CHECK_STRV(meta_licence(licence_meta_opam, opam,
				"license: [\n  \"MIT\"\n \"ISC\" ]\ntags: [\"x\"]\n", arena),
		   "opam lwt: MIT AND ISC");
	CHECK_STRV(meta_licence(licence_meta_opam, opam, "license:", arena), "none");
	CHECK_STRV(meta_licence(licence_meta_cpan, cpan,
				"{\"name\":\"Try-Tiny\",\"license\":[\"mit\",\"perl_5\"]}", arena),
		   "cpan Try-Tiny: mit OR perl_5");
	CHECK_STRV(meta_licence(licence_meta_cpan, cpan,
				"{\"name\":\"Try-Tiny\",\"license\":[\"unknown\"]}", arena),
		   "none");
	CHECK_STRV(meta_licence(
			   licence_meta_nuget, nuget,
			   "<package><metadata><id>A</id><license type=\"expression\">MIT</license>"
			   "<licenseUrl>https://licenses.nuget.example/MIT</licenseUrl>"
			   "</metadata></package>",
			   arena),
		   "nuget A: MIT");
	CHECK_STRV(
		meta_licence(licence_meta_nuget, nuget,
			     "<package><metadata><id>A</id><license type=\"file\">L.txt</license>"
			     "</metadata></package>",
			     arena),
		"none");
}
