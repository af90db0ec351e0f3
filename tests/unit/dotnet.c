/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/dotnet.h"

#include "packages.h"
#include "test.h"

TEST(dotnet_deps_lists_what_the_program_uses)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(packages_read(
		dotnet_deps_parse, "app/file",
		STR("\xef\xbb\xbf{\"runtimeTarget\":{\"name\":\"net\"},\n\"targets\":{\"net\":{"
		    "\"App/1.0.0\":{\"dependencies\":{\"used\":\"1\",\"Meta\":\"2.0\","
		    "\"runtimepack.Core.Runtime\":\"8.0.0\"},\"runtime\":{\"App.dll\":{}}},"
		    "\"Used/1.5\":{\"dependencies\":{\"Deep\":\"1\"},\"runtime\":{\"u.dll\":{}}},"
		    "\"Deep/3.0\":{\"native\":{\"d.so\":{}}},"
		    "\"Meta/2.0\":{\"dependencies\":{\"Used\":\"1\"}}}},\n"
		    "\"libraries\":{\"App/1.0.0\":{\"type\":\"project\"},\n"
		    "\"Used/1.5\":{\"type\":\"package\",\"sha512\":\"sha512-"
		    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4"
		    "OTo7PD0+Pw==\"},\n\"Deep/3.0\":{\"type\":\"package\"},"
		    "\"Meta/2.0\":{\"type\":\"package\"},\"Ref/1\":{\"type\":\"reference\"},"
		    "\"noversion\":{\"type\":\"package\"},"
		    "\"runtimepack.Core.Runtime/8.0.0\":{\"type\":\"runtimepack\"}}}"),
		&list, arena, &err));
	CHECK_INT(list.n, 4);
	CHECK_INT(list.skipped_n, 1);
	if (list.n != 4)
		return;
	CHECK_STRV(list.items[0].name, "App");
	CHECK_INT(list.items[0].depend_count, 2);
	CHECK_STRV(list.items[0].depends[0], "Core.Runtime@8.0.0");
	CHECK_STRV(list.items[0].depends[1], "Used@1.5");
	CHECK_STRV(list.items[1].name, "Used");
	CHECK_INT(list.items[1].line, 4);
	CHECK(!list.items[1].indirect);
	CHECK_INT(list.items[1].digest_count, 1);
	CHECK(str_starts(list.items[1].digests[0], STR("sha512:000102030405")));
	CHECK_STRV(list.items[2].name, "Deep");
	CHECK(list.items[2].indirect);
	CHECK_STRV(list.items[3].name, "Core.Runtime");
	CHECK_FAIL(packages_read(dotnet_deps_parse, "app/file", STR("{}"), &list, arena, &err));
	CHECK_FAIL(packages_read(dotnet_deps_parse, "app/file", STR("[]"), &list, arena, &err));
}

TEST(dotnet_lock_takes_each_version_once)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(packages_read(
		dotnet_lock_parse, "app/file",
		STR("{\"version\":2,\"dependencies\":{\"net6.0\":{"
		    "\"A\":{\"type\":\"Direct\",\"resolved\":\"1.0.0\",\"dependencies\":{\"b\":\"1\"}},"
		    "\"B\":{\"type\":\"Transitive\",\"resolved\":\"2.0.0\"},"
		    "\"my.project\":{\"type\":\"Project\"}},"
		    "\"net8.0\":{\"a\":{\"type\":\"Direct\",\"resolved\":\"1.0.0\"},"
		    "\"B\":{\"type\":\"CentralTransitive\",\"resolved\":\"3.0.0\"},"
		    "\"C\":{\"type\":\"Direct\"}}}}"),
		&list, arena, &err));
	CHECK_INT(list.n, 3);
	CHECK_INT(list.skipped_n, 1);
	if (list.n == 3) {
		CHECK_STRV(list.items[0].depends[0], "B@2.0.0");
		CHECK(list.items[1].indirect);
		CHECK_STRV(list.items[2].version, "3.0.0");
	}
	CHECK_FAIL(packages_read(dotnet_lock_parse, "app/file", STR("{\"version\":1}"), &list,
				 arena, &err));
}

TEST(dotnet_assets_lists_packages)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(packages_read(
		dotnet_assets_parse, "app/file",
		STR("{\"targets\":{\"a\":{},\"b\":{\"A/1\":{\"dependencies\":{\"B\":\"1\"}}}},"
		    "\"libraries\":{\"A/1\":{\"type\":\"package\"},"
		    "\"B/2\":{\"type\":\"package\"},\"P/1\":{\"type\":\"project\"}},"
		    "\"project\":{\"frameworks\":{\"b\":{\"dependencies\":{\"a\":{}}}}}}"),
		&list, arena, &err));
	CHECK_INT(list.n, 2);
	if (list.n == 2) {
		CHECK_STRV(list.items[0].depends[0], "B@2");
		CHECK(!list.items[0].indirect);
		CHECK(list.items[1].indirect);
	}
}

TEST(dotnet_reads_xml_of_both_forms)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(packages_read(
		dotnet_config_parse, "app/file",
		STR("<?xml version=\"1.0\"?>\n<packages>\n"
		    "<package id=\"A\" version=\"1.0\" developmentDependency=\"True\"/>\n"
		    "<package id=\"B\" /></packages>"),
		&list, arena, &err));
	CHECK_INT(list.n, 1);
	CHECK_INT(list.skipped_n, 1);
	CHECK(list.n == 1 && list.items[0].dev && list.items[0].line == 3);
	CHECK_FAIL(packages_read(dotnet_config_parse, "app/file", STR("<configuration/>"), &list,
				 arena, &err));

	CHECK_OK(packages_read(dotnet_props_parse, "app/file",
			       STR("<Project><PropertyGroup><V>1</V></PropertyGroup><ItemGroup>"
				   "<PackageVersion Include=\" A \" Version=\"[1.0]\"/>"
				   "<PackageReference Update=\"B\"><Version> 2.0 </Version>"
				   "<PrivateAssets>all</PrivateAssets></PackageReference>"
				   "<PackageVersion Include=\"C\" Version=\"$(V)\"/>"
				   "<PackageVersion Include=\"D\" Version=\"[1.0,2.0)\"/>"
				   "<PackageVersion Include=\"G\" Version=\"1.*\"/>"
				   "<Other Include=\"E\" Version=\"1.0\"/></ItemGroup>"
				   "<PackageVersion Include=\"F\" Version=\"1.0\"/></Project>"),
			       &list, arena, &err));
	CHECK_INT(list.n, 2);
	CHECK_INT(list.skipped_n, 3);
	if (list.n == 2) {
		CHECK_STRV(list.items[0].name, "A");
		CHECK_STRV(list.items[0].version, "1.0");
		CHECK_STRV(list.items[1].version, "2.0");
	}
	CHECK_FAIL(packages_read(dotnet_props_parse, "app/file", STR("<ItemGroup/>"), &list, arena,
				 &err));
}
