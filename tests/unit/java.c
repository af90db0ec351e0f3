/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/java.h"

#include <zlib.h>

#include "packages.h"
#include "test.h"
#include "zip_writer.h"

static void check_package(const struct package *p, const char *name, const char *version,
			  const char *path, enum package_form form)
{
	CHECK_STR_EQ(p->name, str_c(name));
	CHECK_STR_EQ(p->version, str_c(version));
	CHECK_STR_EQ(p->path, str_c(path));
	CHECK_INT(p->form, form);
}

#define PROPERTIES(group, artifact, version) \
	"#made by hand\r\nversion=" version "\r\ngroupId = " group "\r\nartifactId:" artifact "\r\n"

/* An archive with one pom.properties (NULL: none) and one manifest (NULL: none). */
static str archive_of(const char *properties, const char *manifest, struct arena *arena)
{
	struct zip_writer w;
	str out;

	zip_writer_init(&w);
	zip_writer_add(&w, "META-INF/", STR(""), false);
	if (manifest)
		zip_writer_add(&w, "META-INF/MANIFEST.MF", str_c(manifest), true);
	if (properties)
		zip_writer_add(&w, "META-INF/maven/g/a/pom.properties", str_c(properties), true);
	out = str_dup(arena, zip_writer_end(&w, STR("")));
	zip_writer_done(&w);
	return out;
}

TEST(java_archive_says_who_it_is)
{
	static const struct {
		const char *path, *properties, *manifest;
		const char *name, *version; /* NULL: nothing */
		enum package_form form;
	} cases[] = {
		{ "a-1.0.jar", PROPERTIES("org.example", "a", "1.0"), NULL, "org.example:a", "1.0",
		  PACKAGE_EMBEDDED },
		{ "renamed.jar", PROPERTIES("org.example", "a", "1.0"), NULL, "org.example:a",
		  "1.0", PACKAGE_EMBEDDED },
		{ "lib/commons-x-2.1.jar", NULL,
		  "Implementation-Version: 2.1\r\nImplementation-Vendor-Id: org.example\r\n\r\n",
		  "org.example:commons-x", "2.1", PACKAGE_GUESSED },
		{ "lib/x.jar", NULL,
		  "Bundle-SymbolicName: org.example.co\r\n mmons.x;singleton:=true\r\n"
		  "Bundle-Version: 3.2.1\r\n",
		  "org.example.commons:x", "3.2.1", PACKAGE_GUESSED },
		{ "lib/my-lib-4.0-beta.jar", NULL, "Automatic-Module-Name: org.example.my.lib\n",
		  "org.example:my-lib", "4.0-beta", PACKAGE_GUESSED },
		{ "lib/plain-1.1.jar", NULL, NULL, "plain", "1.1", PACKAGE_GUESSED },
		{ "lib/plain-1.1.jar", PROPERTIES("g", "a", "${project.version}"),
		  "Implementation-Version: ${version}\n", "plain", "1.1", PACKAGE_GUESSED },
		{ "plugins/git.hpi", NULL,
		  "Group-Id: org.jenkins-ci.plugins\nShort-Name: git\nPlugin-Version: 5.2.0 (private)\n",
		  "org.jenkins-ci.plugins:git", "5.2.0", PACKAGE_GUESSED },
		{ "lib/nobody.jar", NULL, "Manifest-Version: 1.0\n", NULL, NULL, PACKAGE_GUESSED },
		{ "lib/a.jar", NULL, "Created-By: x\n\nName: org/\nImplementation-Version: 1.0\n",
		  NULL, NULL, PACKAGE_GUESSED },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		str bytes = archive_of(cases[i].properties, cases[i].manifest, arena);

		CHECK_OK(packages_read(java_archive_parse, cases[i].path, bytes, &list, arena,
				       &err));
		if (list.n != (cases[i].name != NULL))
			test_fail(__FILE__, __LINE__, "case %zu: %zu packages", i, list.n);
		if (list.n == 1 && cases[i].name)
			check_package(&list.items[0], cases[i].name, cases[i].version,
				      cases[i].path, cases[i].form);
		if (list.n == 1 && cases[i].form == PACKAGE_GUESSED)
			CHECK(list.items[0].digest_count == 1 &&
			      str_starts(list.items[0].digests[0], STR("sha1:")) &&
			      list.items[0].digests[0].n == 45);
		if (!cases[i].name)
			CHECK_INT(list.skipped_n, 1);
	}
}

/* `depth` archives inside of each other; the innermost is known. */
static str nested_archive(unsigned depth, bool compressed, struct arena *arena)
{
	str bytes = archive_of(PROPERTIES("org.example", "inner", "1.0"), NULL, arena);

	for (unsigned i = 1; i < depth; i++) {
		struct zip_writer w;

		zip_writer_init(&w);
		zip_writer_add(&w, "lib/x.jar", bytes, compressed);
		bytes = str_dup(arena, zip_writer_end(&w, STR("")));
		zip_writer_done(&w);
	}
	return bytes;
}

TEST(java_archives_are_known_by_the_end_of_their_name)
{
	static const char *const names[] = { "a.jar", "a.WAR", "a.ear",	 "a.par", "a.hpi",
					     "a.jpi", "a.kar", "a.lpkg", "a.Nar" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		CHECK(java_is_archive(str_c(names[i])));
	CHECK(!java_is_archive(STR("a.jar.sha1")));
	CHECK(!java_is_archive(STR("a.jar/b")));
	CHECK(!java_is_archive(STR("jar")));
}

TEST(java_archives_inside_of_archives)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	for (unsigned compressed = 0; compressed < 2; compressed++) {
		CHECK_OK(packages_read(java_archive_parse, "srv/app.war",
				       nested_archive(3, compressed, arena), &list, arena, &err));
		CHECK_INT(list.n, 1);
		if (list.n == 1)
			check_package(&list.items[0], "org.example:inner", "1.0",
				      "srv/app.war!/lib/x.jar!/lib/x.jar", PACKAGE_EMBEDDED);
		CHECK_INT(list.skipped_n, 0);
		CHECK_OK(packages_read(java_archive_parse, "srv/app.war",
				       nested_archive(JAVA_DEPTH_MAX + 1, compressed, arena), &list,
				       arena, &err));
		CHECK_INT(list.n, 0);
		CHECK_INT(list.skipped_n, 1);
		CHECK(str_starts(list.skipped_first,
				 STR("archives nested too deep: srv/app.war!/")));
	}
}

/* An archive with a large entry between two descriptions. */
static str large_archive(size_t size, struct arena *arena)
{
	static const char first[] = PROPERTIES("org.example", "first", "1.0");
	static const char last[] = PROPERTIES("org.example", "last", "2.0");
	struct zip_writer w;
	str out;

	zip_writer_init(&w);
	zip_writer_add(&w, "META-INF/maven/g/a/pom.properties", str_c(first), true);
	zip_writer_add(&w, "large", str_of(arena_alloc(arena, size), size), false);
	zip_writer_add(&w, "META-INF/maven/g/b/pom.properties", str_c(last), true);
	out = str_dup(arena, zip_writer_end(&w, STR("")));
	zip_writer_done(&w);
	return out;
}

static str licence_of(const char *pom, bool asked, struct arena *arena)
{
	struct file_view view;
	struct package_list list;
	struct zip_writer w;
	struct err err;

	zip_writer_init(&w);
	zip_writer_add(&w, "META-INF/MANIFEST.MF", STR("Bundle-License: ISC\r\n"), true);
	zip_writer_add(&w, "META-INF/maven/org.example/a/pom.xml", str_c(pom), true);
	zip_writer_add(&w, "META-INF/maven/org.example/a/pom.properties",
		       STR(PROPERTIES("org.example", "a", "1.0")), true);
	view = file_view_text(STR("a-1.0.jar"), str_dup(arena, zip_writer_end(&w, STR(""))));
	zip_writer_done(&w);
	view.licences = asked;
	package_list_init(&list, arena);
	CHECK_OK(java_archive_parse(&view, &list.sink, &err));
	CHECK_INT(list.n, 1);
	CHECK_INT(list.skipped_n, 0);
	return list.items[0].licence;
}

#define POM(licences)                                                                            \
	"<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><name>x</name><licenses>" licences \
	"</licenses><dependencies><dependency><licenses><license><name>GPL</name></license>"     \
	"</licenses></dependency></dependencies></project>"

TEST(java_archive_has_the_licence_of_its_pom)
{
	static const char one[] =
		POM("<license><name> Apache License, Version 2.0 </name></license>");
	static const char two[] =
		POM("<license><name>MIT</name><url>x</url></license><license><name>"
		    "EPL-2.0</name></license>");
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(licence_of(one, true, arena), "Apache License, Version 2.0");
	CHECK_STRV(licence_of(two, true, arena), "(MIT) OR (EPL-2.0)");
	CHECK_STRV(licence_of(POM(""), true, arena), "ISC");
	CHECK_STRV(licence_of("<project", true, arena), "ISC");
	CHECK_STRV(licence_of(one, false, arena), "ISC");
}

TEST(java_archives_larger_than_memory_allows)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str bytes = large_archive((size_t)JAVA_NESTED_MAX + 12345, arena);
	struct package_list list;
	struct err err;

	for (unsigned i = 0; i < 2; i++) {
		struct zip_writer w;

		zip_writer_init(&w);
		zip_writer_add(&w, "lib/large.jar", bytes, true);
		bytes = str_dup(arena, zip_writer_end(&w, STR("")));
		zip_writer_done(&w);
		CHECK_OK(packages_read(java_archive_parse, "app.war", bytes, &list, arena, &err));
		CHECK_INT(list.n, 2);
		CHECK_INT(list.skipped_n, 0);
		if (list.n == 2) {
			CHECK_STRV(list.items[0].name, "org.example:first");
			CHECK_STRV(list.items[1].name, "org.example:last");
		}
	}
	/* Broken in the middle. */
	char *broken = arena_bytes(arena, bytes.n);
	for (size_t i = 60; i < bytes.n; i += 7) {
		memcpy(broken, bytes.p, bytes.n);
		broken[i] ^= 0x15;
		package_list_init(&list, arena);
		struct file_view view = file_view_text(STR("app.war"), str_of(broken, bytes.n));
		IGNORE(java_archive_parse(&view, &list.sink, &err)); /* whatever: no crash */
		CHECK(list.n <= 2);
	}
}

TEST(java_archive_goes_on_after_a_broken_one_inside)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct zip_writer w;
	struct package_list list;
	struct err err;

	zip_writer_init(&w);
	zip_writer_add(&w, "lib/broken.jar", STR("this is no archive, but long enough"), true);
	zip_writer_add(&w, "lib/../../up.jar",
		       archive_of(PROPERTIES("org.example", "b", "2"), NULL, arena), true);
	CHECK_OK(packages_read(java_archive_parse, "app.jar", zip_writer_end(&w, STR("")), &list,
			       arena, &err));
	CHECK_INT(list.n, 1);
	if (list.n == 1)
		CHECK_STRV(list.items[0].path, "app.jar!/up.jar");
	CHECK_INT(list.skipped_n, 1);
	CHECK_STRV(list.skipped_first,
		   "archive inside of another: app.jar!/lib/broken.jar: no end of a central "
		   "directory: not a zip file, or cut off");
	zip_writer_done(&w);
	CHECK_FAIL(packages_read(java_archive_parse, "app.jar",
				 STR("not a zip file at all, no, not at all"), &list, arena, &err));
}

TEST(java_gradle_marks_what_only_tests_use)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(packages_read(
		java_gradle_parse, "gradle.lockfile",
		STR("# comment\r\na.b:c:1.0=compileClasspath,testCompileClasspath\r\n"
		    "a.b:d:2.0=testCompileClasspath, integrationTestRuntimeClasspath\r\n"
		    "broken\r\nempty=annotationProcessor\r\n"),
		&list, arena, &err));
	CHECK_INT(list.n, 2);
	CHECK_STRV(list.items[0].name, "a.b:c");
	CHECK_INT(list.items[0].line, 2);
	CHECK(!list.items[0].dev);
	CHECK(list.items[1].dev);
	CHECK_INT(list.skipped_n, 1);
	CHECK_FAIL(packages_read(java_gradle_parse, "gradle.lockfile", STR("no lock file\n"), &list,
				 arena, &err));
}

TEST(java_gradle_has_a_file_for_each_configuration_in_old_projects)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(packages_read(java_gradle_parse,
			       "a/gradle/dependency-locks/runtimeClasspath.lockfile",
			       STR("# comment\na.b:c:1.0\na.b:d\n"), &list, arena, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].name, "a.b:c");
	CHECK_STRV(list.items[0].version, "1.0");
	CHECK(!list.items[0].dev);
	CHECK_INT(list.skipped_n, 1);
	CHECK_OK(packages_read(java_gradle_parse,
			       "gradle/dependency-locks/testCompileClasspath.lockfile",
			       STR("a.b:c:1.0\n"), &list, arena, &err));
	CHECK(list.items[0].dev);
	CHECK(java_is_gradle_old(STR("gradle/dependency-locks/x.lockfile")));
	CHECK(!java_is_gradle_old(STR("gradle/dependency-locks/x.txt")));
	CHECK(!java_is_gradle_old(STR("ungradle/dependency-locks/x.lockfile")));
	/* The configurations are missing where the name of the file does not tell. */
	CHECK_FAIL(packages_read(java_gradle_parse, "gradle.lockfile", STR("a.b:c:1.0\n"), &list,
				 arena, &err));
}

TEST(java_pom_resolves_what_the_file_itself_says)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(packages_read(
		java_pom_parse, "pom.xml",
		STR("<project xmlns='x'><parent><groupId>g.parent</groupId>"
		    "<artifactId>p</artifactId><version>7</version></parent>\n"
		    "<properties><a>${b}.1</a><b>2</b><loop>${loop}</loop></properties>"
		    "<dependencyManagement><dependencies>"
		    "<dependency><groupId>g</groupId><artifactId>managed</artifactId>"
		    "<version>5</version><scope>test</scope></dependency>"
		    "</dependencies></dependencyManagement>\n"
		    "<dependencies>"
		    "<dependency><groupId>${project.groupId}</groupId><artifactId>x</artifactId>"
		    "<version>${a}</version><exclusions><exclusion><groupId>n</groupId>"
		    "<artifactId>n</artifactId></exclusion></exclusions></dependency>"
		    "<dependency><groupId>g</groupId><artifactId>managed</artifactId></dependency>"
		    "<dependency><groupId>g</groupId><artifactId>range</artifactId>"
		    "<version>[1.5, 2)</version></dependency>"
		    "<dependency><groupId>g</groupId><artifactId>elsewhere</artifactId>"
		    "<version>${of.the.parent}</version></dependency>"
		    "<dependency><groupId>g</groupId><artifactId>loop</artifactId>"
		    "<version>${loop}</version></dependency>"
		    "<dependency><groupId>g</groupId><artifactId>same</artifactId>"
		    "<version>${parent.version}</version></dependency>"
		    "</dependencies></project>"),
		&list, arena, &err));
	CHECK_INT(list.n, 6);
	if (list.n == 6) {
		CHECK_STRV(list.items[0].name, "g.parent:x");
		CHECK_STRV(list.items[0].version, "2.1");
		CHECK_INT(list.items[0].line, 3);
		CHECK_STRV(list.items[1].version, "5");
		CHECK(list.items[1].dev);
		CHECK_STRV(list.items[2].version, "1.5");
		CHECK(str_empty(list.items[3].version));
		CHECK(str_empty(list.items[4].version));
		CHECK_STRV(list.items[5].version, "7");
	}
	CHECK_FAIL(packages_read(java_pom_parse, "pom.xml", STR("<html/>"), &list, arena, &err));
	CHECK_STR(err.msg, "the root element is not 'project'");
}
