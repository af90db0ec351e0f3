/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/file_view.h"
#include "scan/analyzer.h"
#include "test.h"

TEST(analyzer_rows_want_the_files_of_package_databases)
{
	static const struct {
		const char *path, *row; /* NULL: nobody's */
	} files[] = {
		{ "lib/apk/db/installed", "apk" },
		{ "usr/lib/apk/db/installed", "apk" },
		{ "lib/apk/db/triggers", NULL },
		{ "var/lib/chisel/manifest.wall", "chisel" },
		{ "var/lib/dpkg/status", "dpkg" },
		{ "var/lib/dpkg/status.d/tzdata", "dpkg" },
		{ "var/lib/dpkg/status.d/tzdata.md5sums", "dpkg-files" },
		{ "var/lib/dpkg/status-old", NULL },
		{ "var/lib/dpkg/available", NULL },
		{ "var/lib/dpkg/updates/0001", "dpkg-journal" },
		{ "var/lib/dpkg/updates/tmp.i", NULL },
		{ "var/lib/dpkg/info/bash.list", "dpkg-files" },
		{ "var/lib/dpkg/info/bash.md5sums", NULL },
		{ "usr/share/doc/bash/copyright", "dpkg-copyright" },
		{ "etc/os-release", "os-release" },
		{ "usr/lib/os-release", "os-release" },
		{ "etc/debian_version", "os-release" },
		{ "var/lib/ubuntu-advantage/status.json", "os-release" },
		{ "opt/root/etc/os-release", NULL },
		{ "var/lib/rpm/Packages", "rpmdb" },
		{ "var/lib/rpm/Packages.db", "rpmdb" },
		{ "var/lib/rpm/rpmdb.sqlite", "rpmdb" },
		{ "usr/lib/sysimage/rpm/Packages.db", "rpmdb" },
		{ "usr/share/rpm/rpmdb.sqlite", "rpmdb" },
		{ "var/lib/rpm/Name", NULL },
		{ "var/lib/rpm/rpmdb.sqlite-journal", "rpmdb-journal" },
		{ "var/lib/rpmmanifest/container-manifest-2", "rpm-manifest" },
		{ "var/lib/rpmmanifest/container-manifest-1", NULL },
		{ "var/lib/pacman/local/bash-5.2-1/desc", "pacman" },
		{ "var/lib/pacman/local/bash-5.2-1/files", "pacman-files" },
		{ "var/lib/pacman/local/ALPM_DB_VERSION", NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		const struct analyzer *row = analyzer_for(str_c(files[i].path));
		const char *got = row ? row->name : "nobody";
		const char *want = files[i].row ? files[i].row : "nobody";

		if (strcmp(got, want) != 0)
			test_fail(__FILE__, __LINE__, "%s: want %s, got %s", files[i].path, want,
				  got);
	}
}

TEST(analyzer_rows_find_the_log_of_an_rpm_database)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str main = STR_EMPTY;
	const struct analyzer *row =
		analyzer_companion_of(STR("var/lib/rpm/rpmdb.sqlite-wal"), arena, &main);

	CHECK(row != NULL);
	CHECK_STR(row->name, "rpmdb");
	CHECK_STRV(main, "var/lib/rpm/rpmdb.sqlite");
}

/* A row for every file: what it does with one that is empty. */
TEST(analyzer_rows_say_what_an_empty_file_means)
{
	static const struct {
		const char *path;
		bool fails;
	} files[] = {
		{ "lib/apk/db/installed", false },
		{ "var/lib/chisel/manifest.wall", true },
		{ "var/lib/dpkg/status", false },
		{ "var/lib/dpkg/info/bash.list", false },
		{ "usr/share/doc/bash/copyright", false },
		{ "var/lib/rpm/rpmdb.sqlite", true },
		{ "var/lib/rpmmanifest/container-manifest-2", false },
		{ "var/lib/pacman/local/bash-5.2-1/desc", true },
		{ "var/lib/pacman/local/bash-5.2-1/files", false },
		{ "etc/os-release", true },
		{ "etc/arch-release", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct file_view view = file_view_text(str_c(files[i].path), STR_EMPTY);
		const struct analyzer *row = analyzer_for(view.path);
		struct package_list list;
		struct os_identity os;
		struct err err = { .kind = ERR_NONE };

		package_list_init(&list, arena);
		int result = row->run ? row->run(&view, arena, &list.sink, &err)
				      : row->identify(&view, arena, &os, &err);

		if ((result < 0) != files[i].fails || list.n > 0)
			test_fail(__FILE__, __LINE__, "%s: got %d, %zu packages (%s)",
				  files[i].path, result, list.n, err.msg);
	}
}
