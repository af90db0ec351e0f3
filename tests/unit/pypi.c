/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/pypi.h"

#include "casefile.h"
#include "fmt/language/pypi_internal.h"
#include "packages.h"
#include "test.h"

TEST(pypi_metadata_of_an_installed_package)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view = file_view_text(
		STR("x.dist-info/METADATA"),
		STR("Metadata-Version: 2.1\r\nNAME: Foo.Bar\r\nVersion: 1.0\r\nVersion: 2.0\r\n"
		    "License: UNKNOWN\r\nClassifier: License :: OSI Approved :: MIT License\r\n"
		    "Summary: a\r\n b: c\r\n\r\nName: body\r\n"));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(pypi_metadata(&view, &list.sink, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].name, "Foo.Bar");
	CHECK_STRV(list.items[0].version, "1.0");
	CHECK_STRV(list.items[0].licence, "MIT License");
	CHECK_INT(list.items[0].line, 2);
	CHECK_PACKAGES(pypi_metadata, "Name: x\n\nVersion: 1\n",
		       "metadata without a proper name and version");
}

TEST(pypi_requirements_as_pip_reads_them)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_PACKAGES(
		pypi_requirements,
		"# comment\n--index-url https://example.com\na==1.0 # c\nb[x,y] == 2.0 ; "
		"python_version < '3' --hash=sha256:1\nc===3.0 \\\n  --hash=sha256:2 \\\n"
		"  --hash=sha256:3\nd>=1\n-r other.txt\ne @ https://example.com/e.zip\n"
		"git+https://example.com/x.git#egg=x\n${V}==1\nf==1.*\ng==4.0-Client\nh-x==5\ni==1.0 j",
		"f@:0 (mark:file)\na@1.0:3\nb@2.0:4\nc@3.0:5\nd@:8 (mark:open)\n"
		"other.txt@:9 (mark:requirements)\ne@:10 (mark:open)\n"
		"f@:13 (mark:open)\ng@4.0-Client:14\nh-x@5:15\ni@:16 (mark:open)\nskipped 2: requirement of an address: line 11\n");
	CHECK_PACKAGES(pypi_requirements_lowest, "a>=1,<2\nb~=1.1\nc\nd==2.0.*\ne==5.*.*\nf!=1\n",
		       "a@1:1\nb@1.1:2\nc@:3\nd@2.0.0:4\ne@:5\nf@:6\n");
	CHECK_STRV(packages_text(pypi_requirements,
				 str_of("\xff\xfe"
					"a\0=\0=\0001\0\n\0",
					12),
				 arena),
		   "f@:0 (mark:file)\na@1:1\n");
}

/* The marks of a text, a line each. */
static str marks_of(struct arena *arena,
		    int (*read)(const struct file_view *, struct package_sink *, struct err *),
		    str text)
{
	struct file_view view = file_view_text(STR("srv/app/deps.txt"), text);
	struct package_list list;
	str out = STR_EMPTY;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(read(&view, &list.sink, &err));
	for (size_t i = 0; i < list.n; i++)
		out = str_fmt(arena, "%.*s%d %.*s\n", STR_ARG(out),
			      (int)pypi_mark_of(&list.items[i]), STR_ARG(list.items[i].name));
	return out;
}

TEST(pypi_requirements_mark_the_files_they_name)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(marks_of(arena, pypi_requirements,
			    STR("-r other.txt # c\n--requirement=../up.txt\n-c 'c d.txt'\n"
				"--constraint x/../c.txt\na==1\nb\n-rsub/t.in\n")),
		   "1 srv/app/deps.txt\n2 srv/app/other.txt\n2 srv/up.txt\n3 srv/app/c d.txt\n"
		   "3 srv/app/c.txt\n0 a\n4 b\n2 srv/app/sub/t.in\n");
	CHECK_STRV(marks_of(arena, pypi_requirements_named, STR("-r https://example.com/r.txt\n")),
		   "1 srv/app/deps.txt\n5 line 1\n");
	/* Hardly a file of requirements: nothing at all is said. */
	CHECK_STRV(marks_of(arena, pypi_requirements_named,
			    STR("a==1\n(\n(\n(\n(\n(\n(\n(\n(\n(\n(\n(\n(\n(\n(\n(\n(\n(\n(\n")),
		   "");
}

TEST(pypi_files_that_others_may_name_are_known_by_their_first_lines)
{
	static const struct {
		const char *path, *head;
		bool may;
	} rows[] = {
		{ "a/deps.txt", "# c\n\nflask==1.0\nx [y] >= 2 ; python_version < '3'\n", true },
		{ "a/deps.in", "\xef\xbb\xbf-r other.txt\nflask\n", true },
		{ "a/c.pip", "flask==1.0 \\\n    --hash=sha256:aa\n", true },
		{ "a/deps.md", "flask==1.0\n", false },
		{ "a/words.txt", "alpha\nbeta\n", false }, /* could be anything */
		{ "a/notes.txt", "flask==1.0 is what we use\nand that is it\n", false },
		{ "a/requirements.txt", "flask==1.0\n", false }, /* is read by its name */
		{ "a/empty.txt", "", false },
		{ "a/comment.txt", "# only this\n", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		str head = str_c(rows[i].head);

		CHECK_INT(pypi_may_be_named(str_c(rows[i].path), head.n, head), rows[i].may);
	}
	/* A long comment first: what follows decides when it is read. */
	CHECK(pypi_may_be_named(STR("a/x.txt"), 4096, STR("# a long licence\n# and more")));
	CHECK(!pypi_may_be_named(STR("a/x.txt"), PYPI_NAMED_MAX + 1, STR("a==1\n")));
}

TEST(pypi_locks_of_all_tools)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_PACKAGES(
		pypi_poetry_lock,
		"[[package]]\nname = \"A\"\nversion = \"1.0\"\ncategory = \"main\"\n"
		"[package.dependencies]\nB_x = {version = \">=1,<2\", optional = true}\n"
		"C = \"^2\"\n[[package]]\nname = \"b-x\"\nversion = \"1.5\"\ncategory = \"dev\"\n"
		"[[package]]\nname = \"b.x\"\nversion = \"2.5\"\ngroups = [\"dev\"]\n"
		"[[package]]\nname = \"c\"\nversion = \"2.1\"\ngroups = [\"main\", \"dev\"]\n"
		"[package.source]\ntype = \"git\"\nurl = \"x\"\n[metadata]\n",
		"A@1.0:2 -> b-x@1.5, c@2.1\nb-x@1.5:9 dev\nb.x@2.5:13 dev\nc@2.1:17 (git)\n");
	CHECK_PACKAGES(pypi_pdm_lock,
		       "[metadata]\n[[package]]\nname = \"a\"\nversion = \"1\"\n"
		       "groups = [\"default\"]\n"
		       "dependencies = [\"b>=1; sys_platform == 'x'\"]\n[[package]]\nname = \"b\"\n"
		       "version = \"2\"\ngroups = [\"dev\"]\n",
		       "a@1:3 -> b@2\nb@2:8 dev\n");
	CHECK_PACKAGES(
		pypi_pylock,
		"lock-version = \"1.0\"\n[[packages]]\nname = \"a\"\nversion = \"1\"\ndependencies = [{name = \"b\", "
		"version = \"2\"}]\n[[packages]]\nname = \"b\"\nversion = \"1\"\n[[packages]]\n"
		"name = \"b\"\nversion = \"2\"\nmarker = \"'dev' in dependency_groups\"\n"
		"[[packages]]\nname = \"me\"\ndirectory = {path = \".\"}\n",
		"a@1:3 -> b@2\nb@1:7\nb@2:10 dev\n");
	CHECK_PACKAGES(
		pypi_uv_lock,
		"version = 1\n[[package]]\nname = \"me\"\nversion = \"0.1\"\nsource = {virtual = \".\"}\n"
		"dependencies = [{name = \"a\"}]\n[package.dev-dependencies]\n"
		"dev = [{name = \"d\"}]\n[[package]]\nname = \"a\"\nversion = \"1\"\n"
		"source = {registry = \"x\"}\ndependencies = [{name = \"b\", version = \"2\"}]\n"
		"[[package]]\nname = \"b\"\nversion = \"1\"\n[[package]]\nname = \"b\"\n"
		"version = \"2\"\n[[package]]\nname = \"d\"\nversion = \"1\"\n"
		"source = {git = \"x\"}\ndependencies = [{name = \"b\", version = \"1\"}]\n",
		"a@1:10 -> b@2\nb@1:15 dev indirect\nb@2:18 indirect\nd@1:21 dev (git) -> b@1\n");
	CHECK_PACKAGES(
		pypi_pipfile_lock,
		"{\"default\": {\"a\": {\"version\": \"==1.0\"}},\n\"develop\": {\"b\": "
		"{\"version\": \"==2\"}, \"g\": {\"git\": \"x\"}, \"h\": {\"version\": \"*\"}}}",
		"a@1.0:1\nb@2:2 dev\nskipped 2: package without a proper name and version: g\n");
	CHECK_PACKAGES(
		pypi_pipfile_lock,
		"{\"_meta\": {\"requires\": {}},\n\"docs\": {\"a\": {\"version\": \"==1\"},\n"
		"\"s\": {\"version\": \"==2\"}},\n\"default\": {\"a\": {\"version\": \"==1\"}}}",
		"a@1:2\ns@2:3 dev\n");
	CHECK_PACKAGES(pypi_pipfile_lock, "",
		       "skipped 1: without what such a file always has: default\n");
	CHECK_PACKAGES(pypi_pyproject, "[project]\ndependencies = [\n\"a==1\",\n\"b>=2\"]\n",
		       "a@1:3\nskipped 1: requirement that is not pinned to one version: b\n");
	CHECK_PACKAGES(pypi_pyproject,
		       "[build-system]\nrequires = [\"setuptools==69.0\", \"Z_z==1\"]\n[project]\n"
		       "dependencies = [\"a==1\"]\n[project.optional-dependencies]\n"
		       "fast = [\"b[x]==2; os_name == 'nt'\",\n\"A==1\"]\n[dependency-groups]\n"
		       "test = [\"c==3\", {include-group = \"docs\"}]\ndocs = [\"z-z==1\", 5]\n",
		       "a@1:4\nb@2:6 dev\nc@3:9 dev\nz-z@1:10 dev\nsetuptools@69.0:2 dev\n"
		       "skipped 1: dependency that is no requirement: dependency-groups\n");
}

TEST(conda_files)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_PACKAGES(conda_meta, "{\n\"name\": \"numpy\", \"version\": \"1.26\"}",
		       "numpy@1.26:2\n");
	CHECK_PACKAGES(conda_meta, "{\"name\": \"numpy\"}", "no proper name and version");
	CHECK_PACKAGES(
		conda_environment,
		"name: x\ndependencies:\n- python=3.9=h_1\n- conda-forge::a==1\n- b>=2\n- c=1.*\n"
		"- pip:\n  - d==1.10\n",
		"python@3.9:3\na@1:4\nd@1.10:8\n"
		"skipped 2: requirement that is not pinned to one version: b\n");
	CHECK_PACKAGES(conda_environment, "dependencies:\n- 1\n",
		       "line 2: neither a package nor a list of them");
}

/* pypi/range.txt: VERSION yes|no RANGE */
TEST(pypi_ranges_choose_between_versions)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("pypi/range.txt");

	while (casefile_next(&file)) {
		str version = casefile_field(&file), want = casefile_field(&file);
		bool got = pypi_may_admit(str_trim(file.rest), version);

		CASE_CHECK(&file, got == str_eq(want, STR("yes")), "got %d", got);
	}
}

TEST(pypi_names_are_normalised)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(pypi_normal(arena, STR("Foo._-Bar_x")), "foo-bar-x");
	CHECK(pypi_is_name(STR("a--b")) && pypi_is_name(STR("A")));
	CHECK(!pypi_is_name(STR("-a")) && !pypi_is_name(STR("a{b}")) && !pypi_is_name(STR("")));
}

TEST(pypi_files_are_known_by_their_place)
{
	CHECK(pypi_is_metadata(STR("usr/lib/python3/dist-packages/a-1.dist-info/METADATA")));
	CHECK(pypi_is_metadata(STR("x/a.egg-info/PKG-INFO")));
	CHECK(pypi_is_metadata(STR("x/a-1.egg/EGG-INFO/PKG-INFO")));
	CHECK(pypi_is_metadata(STR("x/a.egg-info")));
	CHECK(!pypi_is_metadata(STR("x/PKG-INFO")) && !pypi_is_metadata(STR("METADATA")));
	CHECK(pypi_is_requirements(STR("requirements.txt")));
	CHECK(pypi_is_requirements(STR("a/requirements/base.txt")));
	CHECK(pypi_is_requirements(STR("dev-requirements.txt")));
	CHECK(!pypi_is_requirements(STR("usr/lib/python3/site-packages/a/requirements.txt")));
	CHECK(pypi_is_pylock(STR("pylock.dev.toml")) && !pypi_is_pylock(STR("mypylock.toml")));
	CHECK(conda_is_meta(STR("opt/conda/conda-meta/a-1-0.json")));
}
