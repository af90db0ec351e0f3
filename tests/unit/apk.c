/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/apk.h"

#include "test.h"

static int run_apk(const char *text, struct package_list *list, struct arena *arena,
		   struct err *err)
{
	struct file_view view = file_view_text(STR("lib/apk/db/installed"), str_c(text));

	package_list_init(list, arena);
	return apk_installed(&view, &list->sink, err);
}

TEST(apk_reads_packages_with_origin_and_files)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(run_apk("C:Q1xx=\nP:libcrypto3\nV:3.1.4-r5\nA:x86_64\nS:1\nT:a: b\nL:Apache-2.0\n"
			 "o:openssl\nm:A <a@x>\nF:etc/ssl\nR:openssl.cnf\nZ:Q1\nF:\nR:top\n"
			 "F:usr/lib\nM:0:0:1777\n\nP:musl\nV:1.2.4-r2\n",
			 &list, arena, &err));
	CHECK_INT(list.n, 2);
	CHECK_STRV(list.items[0].kind, "apk");
	CHECK_STRV(list.items[0].name, "libcrypto3");
	CHECK_STRV(list.items[0].version, "3.1.4-r5");
	CHECK_STRV(list.items[0].arch, "x86_64");
	CHECK_STRV(list.items[0].source_name, "openssl");
	CHECK_STRV(list.items[0].licence, "Apache-2.0");
	CHECK_STRV(list.items[0].maintainer, "A <a@x>");
	CHECK_INT(list.items[0].file_count, 2);
	CHECK_STRV(list.items[0].files[0], "etc/ssl/openssl.cnf");
	CHECK_STRV(list.items[0].files[1], "top");
	CHECK_STRV(list.items[1].name, "musl");
	CHECK_STRV(list.items[1].source_name, "");
	CHECK_INT(list.items[1].file_count, 0);
	CHECK_INT(list.skipped_n, 0);
}

TEST(apk_names_the_bad_line)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_FAIL(run_apk("P:musl\nbroken\n", &list, arena, &err));
	CHECK_STR(err.msg, "line 2: expected 'X:value'");
}

TEST(apk_goes_on_behind_a_broken_record)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(run_apk(
		"P:noversion\n\nV:1\n\nP:bad name\nV:1\n\nP:good\nbroken\nV:1\nF:..\nR:..\n", &list,
		arena, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].name, "good");
	CHECK_INT(list.items[0].file_count, 0);
	CHECK_INT(list.skipped_n, 5);
	CHECK_STRV(list.skipped_first, "record without a proper version: line 1");
}

TEST(apk_takes_an_empty_database)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(run_apk("", &list, arena, &err));
	CHECK_INT(list.n, 0);
	CHECK_OK(run_apk("\n\n\n", &list, arena, &err));
	CHECK_INT(list.n + list.skipped_n, 0);
}

TEST(apk_refuses_an_oversized_field)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;
	str text = str_fmt(arena, "P:a\nV:%05000d\n\nP:b\nV:1\n", 1);

	CHECK_OK(run_apk(str_cstr(arena, text), &list, arena, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.skipped_first, "record with an oversized field: line 1");
}
