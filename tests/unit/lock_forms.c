/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lock files and lists of what is installed that have the right name and not the right content:
 * what a reader cannot find in them is told or refused, and never passes for a file that lists
 * nothing. Where the format itself allows it, the row says why.
 */
#include "fmt/file_view.h"
#include "packages.h"
#include "scan/analyzer.h"
#include "test.h"

enum form { OBJECT, EMPTY, LIST, WRONG, HALF, TWICE, FORMS };

static const char *const form_names[FORMS] = { "an empty object",     "an empty file",
					       "a list at the top",   "a key of another type",
					       "cut off at the half", "two documents" };

struct row {
	const char *path, *whole, *wrong;
	const char *allowed[FORMS]; /* why this form is a proper file that lists less or nothing */
};

#define LINES "each line stands alone: what is left is a proper shorter file"

static const struct row rows[] = {
	{ "a/package-lock.json",
	  "{\"lockfileVersion\":3,\"packages\":{\"\":{},\"node_modules/a\":{\"version\":\"1.0.0\"}}}",
	  "{\"lockfileVersion\":3,\"packages\":[]}",
	  { 0 } },
	{ "a/npm-shrinkwrap.json",
	  "{\"lockfileVersion\":1,\"dependencies\":{\"a\":{\"version\":\"1.0.0\"}}}",
	  "{\"lockfileVersion\":2,\"dependencies\":\"a\"}",
	  { 0 } },
	{ "a/yarn.lock",
	  "# yarn lockfile v1\n\na@^1:\n  version \"1.2.3\"\n  dependencies:\n    b \"^1\"\n\n"
	  "b@^1:\n  version \"1.0.0\"\n  resolved \"https://example.com/b/-/b-1.0.0.tgz#0123\"\n",
	  "__metadata:\n  version: 8\n\na:\n  version 1\n",
	  { [EMPTY] = "it marks the folder of a project (yarn's manual)" } },
	{ "a/pnpm-lock.yaml",
	  "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: ^1, "
	  "version: 1.0.0}\npackages:\n  a@1.0.0: {}\nsnapshots:\n  a@1.0.0: {}\n",
	  "lockfileVersion: '9.0'\npackages: []\n",
	  { 0 } },
	{ "a/bun.lock",
	  "{\"lockfileVersion\":1,\"workspaces\":{\"\":{\"dependencies\":{\"a\":\"1\"}}},"
	  "\"packages\":{\"a\":[\"a@1.0.0\",\"\",{},\"sha512-x\"]}}",
	  "{\"lockfileVersion\":1,\"packages\":[]}",
	  { 0 } },
	{ "a/composer.lock",
	  "{\"packages\":[{\"name\":\"a/b\",\"version\":\"v1.0\"}],\"packages-dev\":[]}",
	  "{\"packages\":[],\"packages-dev\":{\"a\":1}}",
	  { 0 } },
	{ "a/vendor/composer/installed.json",
	  "{\"packages\":[{\"name\":\"a/b\",\"version\":\"1.0\"}],\"dev-package-names\":[]}",
	  "{\"packages\":{}}",
	  { [LIST] = "Composer 1 writes the list alone, here of no package" } },
	{ "a/renv.lock",
	  "{\"R\":{\"Version\":\"4.2\"},\"Packages\":{\"a\":{\"Package\":\"a\",\"Version\":\"1.2\"}}}",
	  "{\"Packages\":[]}",
	  { 0 } },
	{ "a/Pipfile.lock",
	  "{\"_meta\":{},\"default\":{\"a\":{\"version\":\"==1.0\"}},\"develop\":{}}",
	  "{\"default\":[]}",
	  { 0 } },
	{ "a/poetry.lock",
	  "[[package]]\nname = \"a\"\nversion = \"1.0\"\n\n[metadata]\ncontent-hash = \"0\"\n",
	  "package = 1\n[metadata]\n",
	  { 0 } },
	{ "a/pdm.lock",
	  "[metadata]\nlock_version = \"4.5\"\n\n[[package]]\nname = \"a\"\nversion = \"1.0\"\n\n"
	  "[[package]]\nname = \"b\"\nversion = \"1.0\"\n",
	  "[metadata]\n[package]\n",
	  { 0 } },
	{ "a/uv.lock",
	  "version = 1\n[[package]]\nname = \"x\"\nversion = \"1\"\nsource = { virtual = \".\" }\n"
	  "dependencies = [{ name = \"a\" }]\n[[package]]\nname = \"a\"\nversion = \"1.0\"\n",
	  "version = 1\npackage = {}\n",
	  { 0 } },
	{ "a/pylock.toml",
	  "lock-version = \"1.0\"\n[[packages]]\nname = \"a\"\nversion = \"1.0\"\n",
	  "lock-version = \"1.0\"\npackages = \"a\"\n",
	  { 0 } },
	{ "a/environment.yml",
	  "name: x\ndependencies:\n- numpy=1.24.0\n- zlib=1.2.13\n",
	  "name: x\ndependencies: {numpy: 1.24.0}\n",
	  { 0 } },
	{ "a/requirements.txt",
	  "a==1.0\nb==2.0\n",
	  "{\"a\": 1}\n",
	  { [EMPTY] = "a project that needs nothing has such a file", [HALF] = LINES } },
	{ "a/conda-meta/a-1-0.json",
	  "{\"name\":\"a\",\"version\":\"1\"}",
	  "{\"name\":[],\"version\":\"1\"}",
	  { 0 } },
	{ "a/go.mod",
	  "module example.com/app\n\ngo 1.22\n\nrequire (\n\texample.com/x v1.2.3\n)\n",
	  "require {\n}\n",
	  { [HALF] = "a module may be without requirements" } },
	{ "a/gradle.lockfile",
	  "org.example:a:1.0=compileClasspath\nempty=\n",
	  "org.example:a=compileClasspath\nempty=\n",
	  { 0 } },
	{ "a/build.sbt.lock",
	  "{\"lockVersion\":1,\"dependencies\":[{\"org\":\"o\",\"name\":\"a\",\"version\":\"1\","
	  "\"configurations\":[\"compile\"]}]}",
	  "{\"dependencies\":{}}",
	  { 0 } },
	{ "a/Cargo.lock",
	  "version = 3\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\n \"b\",\n]\n"
	  "[[package]]\nname = \"b\"\nversion = \"2.0.0\"\nsource = \"registry\"\n",
	  "version = 3\n[package]\nname = \"b\"\n",
	  { 0 } },
	{ "a/Cargo.toml",
	  "[package]\nname = \"a\"\nversion = \"1.0.0\"\n[dependencies]\nc = \"=2.0.0\"\n",
	  "[package]\nname = \"a\"\nversion = \"1.0.0\"\n[[dependencies]]\nc = \"1\"\n",
	  { 0 } },
	{ "a/app.deps.json",
	  "{\"runtimeTarget\":{\"name\":\"t\"},\"targets\":{\"t\":{\"A/1.0.0\":{\"runtime\":"
	  "{\"a.dll\":{}}}}},\"libraries\":{\"A/1.0.0\":{\"type\":\"package\"}}}",
	  "{\"targets\":{},\"libraries\":[]}",
	  { 0 } },
	{ "a/packages.lock.json",
	  "{\"version\":1,\"dependencies\":{\"net8.0\":{\"A\":{\"type\":\"Direct\",\"resolved\":"
	  "\"1.0\"}}}}",
	  "{\"version\":1,\"dependencies\":{\"net8.0\":[]}}",
	  { 0 } },
	{ "a/obj/project.assets.json",
	  "{\"targets\":{},\"libraries\":{\"A/1.0\":{\"type\":\"package\"}}}",
	  "{\"libraries\":[]}",
	  { 0 } },
	{ "a/packages.config",
	  "<packages><package id=\"A\" version=\"1.0\"/></packages>",
	  "<packages><package id=\"A\"/></packages>",
	  { 0 } },
	{ "a/Directory.Packages.props",
	  "<Project><ItemGroup><PackageVersion Include=\"A\" Version=\"[1.0]\"/></ItemGroup></Project>",
	  "<package/>",
	  { 0 } },
	{ "a/pom.xml",
	  "<project><groupId>g</groupId><artifactId>m</artifactId><version>1</version>"
	  "<dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>2"
	  "</version></dependency></dependencies></project>",
	  "<package/>",
	  { 0 } },
	{ "a/Gemfile.lock",
	  "GEM\n  remote: r\n  specs:\n    a (1.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  a\n",
	  "GEM\n  specs: a\n",
	  { 0 } },
	{ "a/pubspec.lock",
	  "packages:\n  http:\n    dependency: \"direct main\"\n    version: \"0.13.0\"\nsdks:\n  dart: "
	  "\">=2.12.0\"\n",
	  "packages: []\nsdks: {}\n",
	  { 0 } },
	{ "a/mix.lock",
	  "%{\n  \"b\": {:hex, :bb, \"1.0\", \"x\", [:mix], [], \"hexpm\", \"y\"},\n}\n",
	  "[\"b\"]\n",
	  { 0 } },
	{ "a/rebar.lock",
	  "{\"1.2.0\",\n[{<<\"a\">>,{pkg,<<\"aa\">>,<<\"1.1\">>},0}]}.\n[{pkg_hash,[]}].\n",
	  "{\"1.2.0\",\na}.\n",
	  { [LIST] = "so rebar writes a project without packages" } },
	{ "a/Package.resolved",
	  "{\"pins\":[{\"identity\":\"a\",\"location\":\"https://example.com/a.git\",\"state\":"
	  "{\"version\":\"1.0\"}}],\"version\":2}",
	  "{\"pins\":{},\"version\":2}",
	  { 0 } },
	{ "a/Podfile.lock",
	  "PODS:\n  - Alamo (1.0)\n\nDEPENDENCIES:\n  - Alamo (~> 1)\n\nPODFILE CHECKSUM: "
	  "0\n\nCOCOAPODS: 1.11.0\n",
	  "PODS: {Alamo: 1}\nPODFILE CHECKSUM: 0\nCOCOAPODS: 1.11.0\n",
	  { 0 } },
	{ "a/conan.lock",
	  "{\"version\":\"0.5\",\"requires\":[\"zlib/1.2.11#r%1\"],\"build_requires\":[],"
	  "\"python_requires\":[]}",
	  "{\"version\":\"0.5\",\"requires\":{\"zlib\":\"1\"},\"build_requires\":[]}",
	  { 0 } },
	{ "b/conan.lock",
	  "{\"graph_lock\":{\"nodes\":{\"0\":{\"requires\":[\"1\"]},\"1\":{\"ref\":\"a/1\"}}},"
	  "\"version\":\"0.4\"}",
	  "{\"graph_lock\":{\"nodes\":[]}}",
	  { 0 } },
	{ "a/Manifest.toml",
	  "manifest_format = \"2.0\"\n[[deps.A]]\nuuid = \"u1\"\nversion = \"1\"\n",
	  "manifest_format = \"2.0\"\n[[deps]]\nA = 1\n",
	  { 0 } },
	{ "a/Project.toml",
	  "[deps]\nA = \"u\"\n[compat]\nA = \"=1.2.3\"\n",
	  "deps = [\"A\"]\n",
	  { [EMPTY] = "a project that needs nothing" } },
	{ "a/cabal.project.freeze",
	  "constraints: any.aeson ==2.1.0.0,\n             any.base ==4.17\n",
	  "packages: .\n",
	  { [HALF] = "cut right behind a version the list is a proper shorter one" } },
	{ "a/stack.yaml.lock",
	  "packages:\n- completed:\n    hackage: a-b-1.2@sha256:00,1\nsnapshots: []\n",
	  "packages: {}\nsnapshots: []\n",
	  { 0 } },
	{ "a/cpanfile.snapshot",
	  "# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  Try-Tiny-0.31\n    pathname: "
	  "T/Try-Tiny-0.31.tar.gz\n",
	  "modules:\n",
	  { [HALF] = "a project may need nothing" } },
	{ "a/x.opam.locked",
	  "opam-version: \"2.0\"\ndepends: [\n \"a\" {= \"1.0\"}\n]\n",
	  "opam-version \"2.0\"\n",
	  { 0 } },
	{ "root/.opam/x/.opam-switch/switch-state",
	  "opam-version: \"2.0\"\ninstalled: [\n  \"base.v0.16\"\n]\n",
	  "installed \"a.1\"\n",
	  { 0 } },
};

struct outcome {
	bool refused, told;
	size_t packages;
	str says;
};

static struct outcome read_text(const char *path, str text, struct arena *arena)
{
	const struct analyzer *row = analyzer_for(str_c(path));
	struct file_view view = file_view_text(str_c(path), text);
	struct package_list list;
	struct err err = { .kind = ERR_NONE };

	if (!row)
		test_fail(__FILE__, __LINE__, "%s: nobody wants it", path);
	package_list_init(&list, arena);
	if (row->run(&view, arena, &list.sink, &err) < 0)
		return (struct outcome){ .refused = true, .says = str_dup(arena, str_c(err.msg)) };
	return (struct outcome){ .told = list.skipped_n > 0,
				 .packages = list.n,
				 .says = list.skipped_first };
}

static str form_of(const struct row *row, enum form form, struct arena *arena)
{
	str whole = str_c(row->whole);

	switch (form) {
	case OBJECT:
		return STR("{}\n");
	case EMPTY:
		return STR_EMPTY;
	case LIST:
		return STR("[]\n");
	case WRONG:
		return str_c(row->wrong);
	case HALF:
		return str_take(whole, whole.n / 2);
	case TWICE:
	case FORMS:
		break;
	}
	return str_fmt(arena, "%s%s%s", row->whole,
		       str_ends(str_c(row->path), STR(".yaml")) ? "---\n" : "\n", row->whole);
}

TEST(lock_files_are_read_whole)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct outcome got = read_text(rows[i].path, str_c(rows[i].whole), arena);

		if (got.refused || got.told || got.packages == 0)
			test_fail(__FILE__, __LINE__, "%s: %zu packages, %.*s", rows[i].path,
				  got.packages, STR_ARG(got.says));
	}
}

TEST(lock_files_of_another_content_are_told_or_refused)
{
	size_t wrong = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena_free)
		struct arena *outer = arena_new();
		struct outcome whole = read_text(rows[i].path, str_c(rows[i].whole), outer);

		for (enum form form = OBJECT; form < FORMS; form++) {
			AUTO(arena_free)
			struct arena *arena = arena_new();
			const struct row *row = &rows[i];
			struct outcome got = read_text(row->path, form_of(row, form, arena), arena);
			bool silent = !got.refused && !got.told;

			bool proper = row->allowed[form] != NULL;
			/* Two in one text: all that both say is there. */
			if (form == TWICE && got.packages >= whole.packages)
				proper = silent;
			if (silent == proper)
				continue;
			printf("%s: %s: %zu packages, says '%.*s'\n", row->path, form_names[form],
			       got.packages, STR_ARG(got.says));
			wrong++;
		}
	}
	CHECK_INT(wrong, 0);
}

/* What is told names the member. */
TEST(lock_files_name_the_member_that_is_absent)
{
	static const struct {
		const char *path, *text, *says;
	} cases[] = {
		{ "composer.lock", "{}", "without what such a file always has: packages" },
		{ "renv.lock", "{\"R\":{}}", "without what such a file always has: Packages" },
		{ "environment.yml", "name: x\ndependencies: {a: 1}\n",
		  "not of the type that it has in such a file: dependencies" },
		{ "Manifest.toml", "[deps]\n",
		  "without what such a file always has: manifest_format" },
		{ "package-lock.json", "{\"lockfileVersion\":2}",
		  "without what such a file always has: packages" },
		{ "Cargo.lock", "[[package]]\nname=\"a\"\nversion=\"1\"\ndependencies=[7]\n",
		  "without what such a file always has: name of a dependency" },
		{ "uv.lock",
		  "version = 1\n[[package]]\nname = \"x\"\nversion = \"1\"\n"
		  "source = { registry = \"https://example.org\" }\n"
		  "dependencies = [{ nam = \"a\" }]\n",
		  "without what such a file always has: name of a dependency" },
		{ "Cargo.lock", "[[package]]\nname=\"a\"\nversion=\"1\"\ndependencies=[\"b\"]\n",
		  "needed by another package and not listed: is the file cut off?: b" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct outcome got = read_text(cases[i].path, str_c(cases[i].text), arena);

		CHECK(!got.refused);
		CHECK_STR_EQ(got.says, str_c(cases[i].says));
	}
}

/* What a format leaves out when it is empty is no gap. */
TEST(lock_files_without_packages_are_proper_where_their_tools_write_them)
{
	static const struct {
		const char *path, *text;
	} cases[] = {
		{ "package-lock.json", "{\"name\":\"x\",\"version\":\"1\",\"lockfileVersion\":1}" },
		{ "package-lock.json", "{\"lockfileVersion\":3,\"packages\":{\"\":{}}}" },
		{ "yarn.lock", "# THIS IS AN AUTOGENERATED FILE.\n# yarn lockfile v1\n\n\n" },
		{ "yarn.lock", "__metadata:\n  version: 8\n  cacheKey: 10\n" },
		{ "pnpm-lock.yaml", "lockfileVersion: '9.0'\nimporters:\n  .: {}\n" },
		{ "bun.lock", "{\"lockfileVersion\":1,\"workspaces\":{\"\":{}},\"packages\":{},}" },
		{ "composer.lock",
		  "{\"content-hash\":\"0\",\"packages\":[],\"packages-dev\":null}" },
		{ "Cargo.lock", "version = 4\n" },
		{ "uv.lock", "version = 1\nrequires-python = \">=3.12\"\n" },
		{ "pdm.lock", "[metadata]\nlock_version = \"4.5.0\"\n" },
		{ "poetry.lock", "package = []\n\n[metadata]\nlock-version = \"2.0\"\n" },
		{ "pylock.toml", "lock-version = \"1.0\"\npackages = []\n" },
		{ "mix.lock", "%{\n}\n" },
		{ "gradle.lockfile", "# This is a Gradle generated file\nempty=a,b\n" },
		{ "environment.yml", "name: x\nchannels: [defaults]\n" },
		{ "Gemfile.lock", "GEM\n  specs:\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n" },
		{ "Podfile.lock", "PODFILE CHECKSUM: 0\n\nCOCOAPODS: 1.11.0\n" },
		{ "Manifest.toml",
		  "julia_version = \"1.9\"\nmanifest_format = \"2.0\"\n\n[deps]\n" },
		{ "Package.resolved", "{\"pins\":[],\"version\":2}" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct outcome got = read_text(cases[i].path, str_c(cases[i].text), arena);

		if (got.refused || got.told || got.packages > 0)
			test_fail(__FILE__, __LINE__, "%s: %zu packages, %.*s", cases[i].path,
				  got.packages, STR_ARG(got.says));
	}
}
