/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/npm.h"

#include "casefile.h"
#include "fmt/syntax/jsonc.h"
#include "packages.h"
#include "test.h"

TEST(npm_lock_of_version_3_has_places)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_PACKAGES(
		npm_lock,
		"{\"lockfileVersion\": 3, \"packages\": {\n"
		"\"\": {\"name\": \"app\", \"dependencies\": {\"a\": \"^1\", \"al\": \"npm:b@2\", "
		"\"g\": \"x/g\"}, \"devDependencies\": {\"d\": \"1\"}},\n"
		"\"node_modules/a\": {\"version\": \"1.0.0\", \"dependencies\": {\"b\": \"1\"}},\n"
		"\"node_modules/a/node_modules/b\": {\"version\": \"1.5.0\"},\n"
		"\"node_modules/al\": {\"name\": \"b\", \"version\": \"2.0.0\"},\n"
		"\"node_modules/d\": {\"version\": \"1.0.0\", \"dev\": true, \"dependencies\": "
		"{\"b\": \"*\", \"w\": \"*\"}},\n"
		"\"node_modules/g\": {\"version\": \"3.0.0\", \"resolved\": "
		"\"git+ssh://git@example.com/x/g.git#abc\"},\n"
		"\"node_modules/w\": {\"resolved\": \"packages/ww\", \"link\": true},\n"
		"\"packages/ww\": {\"version\": \"0.1.0\", \"dependencies\": {\"a\": \"1\"}}\n"
		"}}",
		"a@1.0.0:3 -> b@1.5.0\n"
		"b@1.5.0:4 indirect\n"
		"b@2.0.0:5\n"
		"d@1.0.0:6 dev -> w@0.1.0\n"
		"g@3.0.0:7 (git)\n"
		"w@0.1.0:9 (workspace) -> a@1.0.0\n");
}

TEST(npm_lock_joins_copies_of_a_package)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	/* For development only when all copies are. */
	CHECK_PACKAGES(
		npm_lock,
		"{\"packages\": {\"node_modules/a\": {\"version\": \"1\", \"dev\": true},\n"
		"\"node_modules/b/node_modules/a\": {\"version\": \"1\"},\n"
		"\"node_modules/@s/c\": {\"version\": \"2\", \"dev\": true},\n"
		"\"node_modules/b/node_modules/@s/c\": {\"version\": \"2\", \"dev\": true}}}",
		"a@1:1 indirect\n@s/c@2:3 dev indirect\n");
}

TEST(npm_lock_of_version_1_nests)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_PACKAGES(
		npm_lock,
		"{\"lockfileVersion\": 1, \"dependencies\": {\n"
		"\"a\": {\"version\": \"1.0.0\", \"requires\": {\"b\": \"^1\", \"c\": \"1\"},\n"
		"  \"dependencies\": {\"b\": {\"version\": \"1.1.0\", \"requires\": {\"c\": \"1\"}}}},\n"
		"\"b\": {\"version\": \"2.0.0\", \"dev\": true},\n"
		"\"c\": {\"version\": \"npm:real@1.2.3\"},\n"
		"\"f\": {\"version\": \"file:../f\"},\n"
		"\"g\": {\"version\": \"github:x/g#0123456\"},\n"
		"\"t\": {\"version\": \"https://example.com/t.tgz\"}\n}}",
		"a@1.0.0:2 -> b@1.1.0, real@1.2.3\n"
		"b@1.1.0:3 -> real@1.2.3\n"
		"b@2.0.0:4 dev\n"
		"real@1.2.3:5\n"
		"f@:6 (file)\n"
		"g@:7 (git)\n"
		"t@:8 (url)\n");
}

TEST(npm_lock_has_digests_in_hex)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view = file_view_text(
		STR("f"),
		STR("{\"packages\": {\"node_modules/a\": {\"version\": \"1\", \"integrity\": "
		    "\"sha1-5QNHYR1+aQlDIIu9r+vLwvuGbUY= sha512-bad md5-1B2M2Y8AsgTpgAmY7PhCfg==\"}}}"));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(npm_lock(&view, &list.sink, &err));
	CHECK_INT(list.items[0].digest_count, 2);
	CHECK_STRV(list.items[0].digests[0], "sha1:e50347611d7e690943208bbdafebcbc2fb866d46");
	CHECK_STRV(list.items[0].digests[1], "md5:d41d8cd98f00b204e9800998ecf8427e");
}

TEST(npm_lock_takes_what_editors_leave)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(packages_text(npm_lock,
				 STR("\xef\xbb\xbf{\r\n\"packages\": {\r\n\"node_modules/a\": "
				     "{\"version\": \"1\"}}}\r\n"),
				 arena),
		   "a@1:3 indirect\n");
	CHECK_STRV(packages_text(npm_lock, str_of("\xff\xfe{\0}\0", 6), arena),
		   "skipped 1: without what such a file always has: packages\n");
	CHECK_PACKAGES(npm_lock, "null", "JSON line 1: expected an object");
	CHECK_PACKAGES(npm_lock, "{\"packages\": {", "JSON line 1: unexpected end");
	CHECK_PACKAGES(npm_lock,
		       "{\"packages\": {\"node_modules/a\\u0007\": {\"version\": \"1\"}}}",
		       "skipped 1: package with an improper name or version: node_modules/a\a\n");
}

TEST(npm_lock_bounds_work_of_nested_places)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct buf text;

	buf_init(&text, 16u << 20);
	BUF_LIT(&text, "{\"dependencies\": ");
	for (int i = 0; i < 60; i++)
		BUF_LIT(&text,
			"{\"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
			"abcdefghijklmnopqrstuvwxyz\": {\"version\": \"1\", \"dependencies\": ");
	BUF_LIT(&text, "{}");
	for (int i = 0; i < 60; i++)
		BUF_LIT(&text, "}}");
	BUF_LIT(&text, "}");
	CHECK_STRV(packages_text(npm_lock, buf_str(&text), arena), "packages nested too deeply");
	buf_done(&text);
}

TEST(npm_yarn_lock_of_both_forms)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_PACKAGES(
		npm_yarn_lock,
		"# yarn lockfile v1\r\n\r\n\r\n\"@s/a@^1.0.0\", \"@s/a@^1.2.0\":\r\n"
		"  version \"1.2.3\"\r\n  dependencies:\r\n    b \"^2.0.0\"\r\n"
		"  optionalDependencies:\r\n    al \"npm:c@1\"\r\n\r\n"
		"\"al@npm:c@1\":\r\n  version \"1.0.0\"\r\n\r\n"
		"b@^2.0.0:\r\n  version \"2.1.0\"\r\n\r\n"
		"\"l@file:./l\":\r\n  version \"0.0.1\"\r\n",
		"@s/a@1.2.3:4 -> b@2.1.0, c@1.0.0\nc@1.0.0:11\nb@2.1.0:14\nl@0.0.1:17 (file)\n");
	CHECK_PACKAGES(
		npm_yarn_lock,
		"__metadata:\n  version: 6\n\n"
		"\"a@npm:^1.0.0, a@npm:^1.2.0\":\n  version: 1.2.3\n  resolution: \"a@npm:1.2.3\"\n"
		"  dependencies:\n    b: ^2\n    p: \"patch:p@^1#x\"\n  peerDependencies:\n    z: 1\n"
		"  linkType: hard\n\n"
		"\"b@npm:^2\":\n  version: 2.1.0\n  resolution: \"b@npm:2.1.0\"\n\n"
		"? \"p@patch:p@^1#x\"\n:\n  version: 1.0.0\n"
		"  resolution: \"p@patch:p@npm%3A1.0.0#x::version=1.0.0&hash=1\"\n\n"
		"\"w@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"w@workspace:.\"\n"
		"  dependencies:\n    a: ^1.0.0\n",
		"a@1.2.3:4 -> b@2.1.0, p@1.0.0\nb@2.1.0:14\np@1.0.0:18 (patch)\n");
	CHECK_PACKAGES(npm_yarn_lock, "# yarn lockfile v1\n\nx@user/x#main:\n  version \"1.0.0\"\n",
		       "x@1.0.0:3 (git)\n");
	CHECK_PACKAGES(npm_yarn_lock, "this is none\n", "line 1: expected the head of an entry");
	CHECK_PACKAGES(npm_yarn_lock, "  version 1\n", "line 1: a field before any entry");
	CHECK_PACKAGES(npm_yarn_lock, "a@1:\n  resolved x\nb@1:\n  version 2\n",
		       "b@2:3\nskipped 1: entry without proper name or version: line 1\n");
}

TEST(npm_pnpm_lock_of_all_forms)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_PACKAGES(npm_pnpm_lock,
		       "lockfileVersion: 5.4\ndependencies:\n  a: 1.0.0_p@2.0.0\ndevDependencies:\n"
		       "  al: /@s/b/1.10\npackages:\n  /a/1.0.0_p@2.0.0:\n    dependencies:\n"
		       "      c: 1.2.0\n  /@s/b/1.10:\n    dev: true\n  example.com/c/1.2.0:\n"
		       "    dev: false\n  /c/1.2.0: {}\n",
		       "a@1.0.0:7 -> c@1.2.0\n@s/b@1.10:10 dev\nc@1.2.0:12 indirect\n");
	CHECK_PACKAGES(
		npm_pnpm_lock,
		"lockfileVersion: '6.0'\npackages:\n  /a@1.0.0(p@2.0.0):\n    dependencies:\n"
		"      b: 2.0.0\n      c: /real@3.0.0\n  /b@2.0.0: {}\n  /real@3.0.0: {}\n"
		"  '@example.com/x/tar/1':\n    name: x\n    version: 1.0.0\n",
		"a@1.0.0:3 -> b@2.0.0, real@3.0.0\nb@2.0.0:7\nreal@3.0.0:8\nx@1.0.0:9 (url)\n");
	CHECK_PACKAGES(
		npm_pnpm_lock,
		"lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n"
		"        specifier: ^1\n        version: 1.0.0(p@2.0.0(q@1.0.0))\n"
		"    devDependencies:\n      d:\n        specifier: ^1\n        version: 1.0.0\n"
		"packages:\n  a@1.0.0: {}\n  d@1.0.0: {}\n  p@2.0.0: {}\n  e@1.0.0: {}\n"
		"  f@file:f: {}\nsnapshots:\n  a@1.0.0(p@2.0.0(q@1.0.0)):\n    dependencies:\n"
		"      p: 2.0.0\n  d@1.0.0:\n    dependencies:\n      e: 1.0.0\n      p: 2.0.0\n"
		"  p@2.0.0: {}\n  e@1.0.0: {}\n  f@file:f: {}\n",
		"a@1.0.0:13 -> p@2.0.0\nd@1.0.0:14 dev -> e@1.0.0, p@2.0.0\np@2.0.0:15 indirect\n"
		"e@1.0.0:16 dev indirect\nf@:17 dev indirect (file)\n");
	/* Without the end of the snapshots nothing passes for development. */
	CHECK_PACKAGES(npm_pnpm_lock,
		       "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n"
		       "        specifier: ^1\n        version: 1.0.0\npackages:\n  a@1.0.0: {}\n"
		       "  z@1.0.0: {}\nsnapshots:\n  a@1.0.0: {}\n",
		       "a@1.0.0:9\nz@1.0.0:10 indirect\n"
		       "skipped 1: package without a snapshot: is the file cut off?: z@1.0.0\n");
	CHECK_PACKAGES(npm_pnpm_lock, "lockfileVersion: 5.3\npackages:\n  nokey:\n    dev: false\n",
		       "line 3: \"nokey\" is no key of a package");
}

TEST(npm_bun_lock_is_json_with_commas)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_PACKAGES(
		npm_bun_lock,
		"{ // comment\n\"lockfileVersion\": 1, \"workspaces\": {\"\": {\"name\": \"r\", "
		"\"dependencies\": {\"a\": \"1\"}, \"devDependencies\": {\"d\": \"1\"},},\n"
		"\"packages/w\": {\"name\": \"w\", \"version\": \"0.2.0\"}}, \"packages\": {\n"
		"\"a\": [\"a@1.0.0\", \"\", {\"dependencies\": {\"b\": \"1\"}}, \"sha512-x\"],\n"
		"\"a/b\": [\"b@1.0.0\", \"\", {}, \"\"],\n"
		"\"b\": [\"b@2.0.0\", \"\", {}, \"\"],\n"
		"\"d\": [\"@s/d@github:x/d#abc\", {\"dependencies\": {\"b\": \"2\"}}, \"x\"],\n"
		"\"w\": [\"w@workspace:packages/w\"],\n},}",
		"a@1.0.0:4 -> b@1.0.0\nb@1.0.0:5 indirect\nb@2.0.0:6 dev indirect\n"
		"@s/d@:7 dev (git) -> b@2.0.0\nw@0.2.0:8 (workspace)\n");
	CHECK_PACKAGES(
		npm_bun_lock,
		"{\"lockfileVersion\": 1, \"workspaces\": {\"\": {\"name\": \"a\"},\n"
		"\"packages/w\": {\"name\": \"w\", \"dependencies\": {\"a\": \"1\", \"b\": \"1\"}, "
		"\"devDependencies\": {\"d\": \"1\"}}}, \"packages\": {\n"
		"\"a\": [\"a@1.0.0\", \"\", {}, \"\"],\n\"b\": [\"b@1.0.0\", \"\", {}, \"\"],\n"
		"\"d\": [\"d@1.0.0\", \"\", {}, \"\"],\n\"w\": [\"w@workspace:packages/w\"],\n"
		"\"w/b\": [\"b@2.0.0\", \"\", {}, \"\"],\n}}",
		"a@1.0.0:3\nb@1.0.0:4 dev indirect\nd@1.0.0:5 dev\n"
		"w@:6 (workspace) -> a@1.0.0, b@2.0.0\nb@2.0.0:7\n");
	CHECK_PACKAGES(npm_bun_lock, "{\"lockfileVersion\": 1, \"packages\": {\"a\": [1]}}",
		       "line 1: package \"a\" without name and version");
}

TEST(npm_package_json_of_an_installed_package)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view = file_view_text(
		STR("node_modules/a/package.json"),
		STR("{\"name\": \"a\", \"version\": \"1.0.0\", \"licenses\": "
		    "[{\"type\": \"MIT\"}, \"ISC\"], \"dependencies\": {\"b\": \"^2.1\"}}"));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(npm_package_json(&view, &list.sink, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].licence, "MIT OR ISC");
	CHECK_INT(list.items[0].form, PACKAGE_INSTALLED);
	package_list_init(&list, arena);
	CHECK_OK(npm_package_json_deps(&view, &list.sink, &err));
	CHECK_INT(list.n, 2);
	CHECK_STRV(list.items[1].version, "2.1.0");
	CHECK_INT(list.items[1].form, PACKAGE_DECLARED);
	CHECK_PACKAGES(npm_package_json, "{\"name\": \"x\"}", "");
	CHECK_PACKAGES(npm_package_json, "{\"name\": \"x\", \"version\": \" =v1.2.3-rc.1 \"}",
		       "x@1.2.3-rc.1:1\n");
	CHECK_PACKAGES(npm_package_json, "{\"name\": \"x\", \"version\": \"vnext\"}",
		       "x@vnext:1\n");
	CHECK_PACKAGES(npm_package_json,
		       "{\"name\": \"x\", \"version\": \"1\", \"engines\": {\"vscode\": \"*\"}}",
		       "");
}

TEST(npm_files_are_known_by_their_place)
{
	CHECK(npm_is_package(STR("app/node_modules/a/package.json")));
	CHECK(npm_is_package(STR("node_modules/@s/a/package.json")));
	CHECK(npm_is_package(STR("opt/yarn-v1.22.22/package.json")));
	CHECK(!npm_is_package(STR("app/node_modules/a/test/package.json")));
	CHECK(!npm_is_package(STR("app/package.json")));
	CHECK(!npm_is_package(STR("usr/src/app/package.json")));
	CHECK(!npm_is_package(STR("package.json")));
	CHECK(npm_is_lock(STR("package-lock.json")));
	CHECK(npm_is_lock(STR("app/npm-shrinkwrap.json")));
	CHECK(!npm_is_lock(STR("app/node_modules/a/npm-shrinkwrap.json")));
	CHECK(!npm_is_yarn_lock(STR("node_modules/a/yarn.lock")));
}

TEST(npm_yarn_lock_learns_from_the_project_what_is_for_development)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const str lock =
		STR("# yarn lockfile v1\n\na@^1.0.0:\n  version \"1.1.0\"\n  dependencies:\n"
		    "    c \"^1.0.0\"\nb@^2.0.0:\n  version \"2.0.0\"\n  dependencies:\n"
		    "    d \"^1.0.0\"\n    c \"^1.0.0\"\nc@^1.0.0:\n  version \"1.0.0\"\n"
		    "d@^1.0.0:\n  version \"1.0.1\"\n");
	static const char *const projects[] = {
		"{\"dependencies\":{\"a\":\"^1.0.0\"},\"devDependencies\":{\"b\":\"^2.0.0\"}}",
		"{\"workspaces\":[\"x\"],\"devDependencies\":{\"b\":\"^2.0.0\"}}", "{"
	};

	for (size_t i = 0; i < ARRAY_LEN(projects); i++) {
		struct file_view project = file_view_text(STR("package.json"), str_c(projects[i]));
		struct file_view file = file_view_text(STR("yarn.lock"), lock);
		struct package_list list;
		struct err err;

		file.companion = &project;
		package_list_init(&list, arena);
		CHECK_OK(npm_yarn_lock(&file, &list.sink, &err));
		CHECK_INT(list.n, 4);
		for (size_t k = 0; k < list.n; k++) {
			bool dev = i == 0 && (str_eq(list.items[k].name, STR("b")) ||
					      str_eq(list.items[k].name, STR("d")));

			CHECK_INT(list.items[k].dev, dev);
		}
		CHECK_INT(list.skipped_n, i == 2);
	}
}

TEST(npm_yarn_lock_follows_resolutions_of_the_project)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view project = file_view_text(
		STR("package.json"),
		STR("{\"dependencies\":{\"a\":\"^1\",\"e\":\"catalog:\"},\"devDependencies\":{\"z\":\"1\"},"
		    "\"resolutions\":{\"b\":\"2.0.0\",\"a/@s/c\":\"npm:3.0.0\",\"d@npm:^1\":\"4.0.0\"}}"));
	struct file_view file = file_view_text(
		STR("yarn.lock"),
		STR("__metadata:\n  version: 8\n\"@s/c@npm:3.0.0\":\n  version: 3.0.0\n"
		    "  resolution: \"@s/c@npm:3.0.0\"\n\"a@npm:^1\":\n  version: 1.0.0\n"
		    "  resolution: \"a@npm:1.0.0\"\n  dependencies:\n    \"@s/c\": \"npm:^1\"\n"
		    "    b: \"npm:^1\"\n    d: ^1\n    f: ^9\n\"b@npm:2.0.0\":\n  version: 2.0.0\n"
		    "  resolution: \"b@npm:2.0.0\"\n\"d@npm:4.0.0\":\n  version: 4.0.0\n"
		    "  resolution: \"d@npm:4.0.0\"\n\"e@npm:^5\":\n  version: 5.0.0\n"
		    "  resolution: \"e@npm:5.0.0\"\n\"f@npm:1\":\n  version: 1.0.0\n"
		    "  resolution: \"f@npm:1.0.0\"\n\"z@npm:1\":\n  version: 1.0.0\n"
		    "  resolution: \"z@npm:1.0.0\"\n  dependencies:\n    f: 1\n"));
	struct package_list list;
	struct err err;

	file.companion = &project;
	package_list_init(&list, arena);
	CHECK_OK(npm_yarn_lock(&file, &list.sink, &err));
	CHECK_INT(list.n, 7);
	for (size_t i = 0; i < list.n; i++) {
		str name = list.items[i].name;

		CHECK_INT(list.items[i].dev, str_eq(name, STR("f")) || str_eq(name, STR("z")));
		/* f is bundled in a: its range is not one that the file answers. */
		CHECK_INT(list.items[i].depend_count, str_eq(name, STR("a"))   ? 3
						      : str_eq(name, STR("z")) ? 1
									       : 0);
	}
	CHECK_INT(list.skipped_n, 0);
}

/* npm/lowest.txt: VERSION RANGE ("none" where it is no range) */
TEST(npm_lowest_version_of_ranges)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open("npm/lowest.txt");

	while (casefile_next(&file)) {
		str want = casefile_field(&file), got = STR("none");

		if (!npm_lowest_version(str_trim(file.rest), arena, &got))
			got = STR("none");
		CASE_CHECK(&file, str_eq(got, want), "got %.*s", STR_ARG(got));
	}
}

TEST(jsonc_blanks_comments_and_last_commas)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str out;

	jsonc_plain(STR("[1, /* a,\n */ \"x//,]\" , // b\n ]"), arena, &out);
	CHECK_STRV(out, "[1,      \n    \"x//,]\"       \n ]");
	jsonc_plain(STR("{\"a\\\"\": [1,],}"), arena, &out);
	CHECK_STRV(out, "{\"a\\\"\": [1 ] }");
	jsonc_plain(STR("/* open"), arena, &out);
	CHECK_STRV(out, "       ");
	jsonc_plain(STR_EMPTY, arena, &out);
	CHECK_INT(out.n, 0);
}
