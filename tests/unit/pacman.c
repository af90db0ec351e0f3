/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/pacman.h"

#include "test.h"

#define FOLDER "var/lib/pacman/local/glibc-2.39-1/"

TEST(pacman_reads_a_package)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view = file_view_text(
		STR(FOLDER "desc"),
		STR("%NAME%\nlib32-glibc\n\n%VERSION%\n1:2.39-1\n\n%BASE%\nglibc\n\n%DESC%\nGNU\n\n"
		    "%ARCH%\nx86_64\n\n%LICENSE%\nGPL-2.0-or-later\nLGPL-2.1-or-later\n\n"
		    "%PACKAGER%\nA <a@x>\n\n%DEPENDS%\na\nb\n\n"));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(pacman_desc(&view, &list.sink, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].kind, "alpm");
	CHECK_STRV(list.items[0].name, "lib32-glibc");
	CHECK_STRV(list.items[0].version, "1:2.39-1");
	CHECK_STRV(list.items[0].source_name, "glibc");
	CHECK_STRV(list.items[0].arch, "x86_64");
	CHECK_STRV(list.items[0].licence, "GPL-2.0-or-later AND LGPL-2.1-or-later");
	CHECK_STRV(list.items[0].maintainer, "A <a@x>");
}

TEST(pacman_says_what_a_record_lacks)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view no_version = file_view_text(STR(FOLDER "desc"), STR("%NAME%\na\n"));
	struct file_view empty = file_view_text(STR(FOLDER "desc"), STR(""));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(pacman_desc(&no_version, &list.sink, &err));
	CHECK_INT(list.n, 0);
	CHECK_INT(list.skipped_n, 1);
	CHECK_STRV(list.skipped_first, "package without a proper %VERSION%: a");
	CHECK_FAIL(pacman_desc(&empty, &list.sink, &err));
	CHECK_STR(err.msg, "no proper %NAME% in it");
	CHECK_INT(list.n, 0);
}

TEST(pacman_refuses_a_field_without_end)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = str_fmt(arena, "%%NAME%%\n%05000d\n", 1);
	struct file_view view = file_view_text(STR(FOLDER "desc"), text);
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_FAIL(pacman_desc(&view, &list.sink, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
}

TEST(pacman_reads_the_files_of_a_package)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view = file_view_text(
		STR(FOLDER "files"), STR("%FILES%\netc/\netc/ld.so.conf\n\n%BACKUP%\nx\ty\n"));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(pacman_files(&view, &list.sink, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].name, "glibc");
	CHECK_STRV(list.items[0].version, "");
	CHECK_INT(list.items[0].file_count, 2);
	CHECK_STRV(list.items[0].files[0], "etc");
	CHECK_STRV(list.items[0].files[1], "etc/ld.so.conf");
}

TEST(pacman_knows_its_files)
{
	CHECK(pacman_is_desc(STR(FOLDER "desc")));
	CHECK(pacman_is_files(STR(FOLDER "files")));
	CHECK(!pacman_is_desc(STR("var/lib/pacman/local/desc")));
	CHECK(!pacman_is_desc(STR("var/lib/pacman/local/a/b/desc")));
	CHECK(!pacman_is_desc(STR("var/lib/pacman/sync/a/desc")));
}
