/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/dpkg.h"

#include <unistd.h>
#include <zstd.h>

#include "fmt/system/chisel.h"
#include "test.h"

static int read_status(const char *text, struct package_list *list, struct arena *arena,
		       struct err *err)
{
	struct file_view view = file_view_text(STR("var/lib/dpkg/status"), str_c(text));

	package_list_init(list, arena);
	return dpkg_status(&view, &list->sink, err);
}

TEST(dpkg_reads_binary_and_source_package)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(read_status("Package: bash\nStatus: install ok installed\nArchitecture: amd64\n"
			     "Maintainer: A <a@x>\nSource: bash (5.2.15-2)\nVersion: 5.2.15-2+b13\n"
			     "Description: shell\n a line: with a colon\n .\n\n"
			     "package: libgcc1\nstatus: install ok installed\nversion: 1:8-3\n"
			     "source: gcc-8 (8.3.0-6)\norigin: Debian\n",
			     &list, arena, &err));
	CHECK_INT(list.n, 2);
	CHECK_STRV(list.items[0].kind, "deb");
	CHECK_STRV(list.items[0].name, "bash");
	CHECK_STRV(list.items[0].version, "5.2.15-2+b13");
	CHECK_STRV(list.items[0].arch, "amd64");
	CHECK_STRV(list.items[0].source_name, "bash");
	CHECK_STRV(list.items[0].source_version, "5.2.15-2");
	CHECK_STRV(list.items[0].maintainer, "A <a@x>");
	CHECK_STRV(list.items[0].path, "var/lib/dpkg/status");
	CHECK_STRV(list.items[1].version, "1:8-3");
	CHECK_STRV(list.items[1].source_name, "gcc-8");
	CHECK_STRV(list.items[1].origin, "Debian");
	CHECK_INT(list.skipped_n, 0);
}

TEST(dpkg_counts_as_installed_what_has_files_on_the_disk)
{
	static const struct {
		const char *status;
		int installed;
	} states[] = {
		{ "install ok installed", 1 },	      { "hold ok installed", 1 },
		{ "deinstall ok installed", 1 },      { "install reinstreq half-installed", 1 },
		{ "install ok unpacked", 1 },	      { "install ok half-configured", 1 },
		{ "install ok triggers-awaited", 1 }, { "install ok triggers-pending", 1 },
		{ "deinstall ok config-files", 0 },   { "purge ok not-installed", 0 },
		{ "unknown ok not-installed", 0 },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		struct package_list list;
		struct err err;
		str text = str_fmt(arena, "Package: a\nStatus: %s\nVersion: 1\n", states[i].status);

		CHECK_OK(read_status(str_cstr(arena, text), &list, arena, &err));
		if ((int)list.n != states[i].installed)
			test_fail(__FILE__, __LINE__, "%s: got %zu", states[i].status, list.n);
	}
}

TEST(dpkg_ends_a_record_at_a_line_of_blanks)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(read_status("Package: a\nVersion: 1\nDescription: x\n .\n y\n \t\n"
			     "Package: b\nVersion: 2\n",
			     &list, arena, &err));
	CHECK_INT(list.n, 2);
	CHECK_STRV(list.items[0].name, "a");
	CHECK_STRV(list.items[1].version, "2");
	CHECK_INT(list.skipped_n, 0);
}

TEST(dpkg_tells_of_a_status_that_is_none)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(read_status("Package: a\nStatus: install ok installed\nVersion: 1\n\n"
			     "Package: b\nStatus: install ok in",
			     &list, arena, &err));
	CHECK_INT(list.n, 1);
	CHECK_INT(list.skipped_n, 1);
	CHECK_STRV(list.skipped_first, "record with a status that is not known: line 5");
}

TEST(dpkg_passes_over_broken_records_and_counts_them)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(read_status("Package: noversion\n\nVersion: 1\n\nPackage: bad name\nVersion: 1\n\n"
			     "Package: b\nVersion: 1.#\n\nPackage: c\nVersion: x:1\n\n"
			     "Package: d\nVersion: 1\nSource: d (%)\n\n\n\nPackage: good\n"
			     "a line without its colon\nVersion: 1\n",
			     &list, arena, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].name, "good");
	CHECK_INT(list.skipped_n, 7);
	CHECK_STRV(list.skipped_first, "record without a version: line 1");
}

TEST(dpkg_fails_where_nothing_but_broken_records_is_found)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_FAIL(read_status("\x7f"
			       "ELF\nrubbish\n",
			       &list, arena, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	CHECK_STR(err.msg, "line 1: expected 'Field: value'");
	CHECK_OK(read_status("", &list, arena, &err));
	CHECK_INT(list.n, 0);
}

TEST(dpkg_reads_a_distroless_record)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view = file_view_text(STR("var/lib/dpkg/status.d/tzdata"),
					       STR("Package: tzdata\nVersion: 2024a-0+deb12u1\n"
						   "Architecture: all\n"));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(dpkg_status(&view, &list.sink, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].version, "2024a-0+deb12u1");
}

TEST(dpkg_reads_the_files_of_a_package)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view =
		file_view_text(STR("var/lib/dpkg/info/libc6:amd64.list"),
			       STR("/.\n//.\n/lib\n/lib/libc.so.6\n\n/a/../../b\n"));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(dpkg_files(&view, &list.sink, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].name, "libc6");
	CHECK_STRV(list.items[0].arch, "amd64");
	CHECK_STRV(list.items[0].version, "");
	CHECK_INT(list.items[0].file_count, 3);
	CHECK_STRV(list.items[0].files[1], "lib/libc.so.6");
	CHECK_STRV(list.items[0].files[2], "b");
}

TEST(dpkg_reads_the_sums_of_a_package)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view =
		file_view_text(STR("var/lib/dpkg/status.d/base.md5sums"),
			       STR("d41d8cd98f00b204e9800998ecf8427e  ./usr/a b\nshort\n"
				   "d41d8cd98f00b204e9800998ecf8427e *etc/c\n"));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(dpkg_files(&view, &list.sink, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].name, "base");
	CHECK_INT(list.items[0].file_count, 2);
	CHECK_STRV(list.items[0].files[0], "usr/a b");
	CHECK_STRV(list.items[0].files[1], "etc/c");
	CHECK_INT(list.skipped_n, 1);
}

static str licence_of(const char *text, struct arena *arena)
{
	struct file_view view = file_view_text(STR("usr/share/doc/sed/copyright"), str_c(text));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(dpkg_copyright(&view, &list.sink, &err));
	if (list.n == 0)
		return STR("none");
	CHECK_STRV(list.items[0].name, "sed");
	return list.items[0].licence;
}

TEST(dpkg_reads_free_texts_of_copyrights_when_licences_are_asked_for)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view = file_view_text(
		STR("usr/share/doc/sed/copyright"),
		STR("This is free software under the GNU General Public License, version 2\n"
		    "or any later version; see /usr/share/common-licenses/GPL-2.\n"));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(dpkg_copyright(&view, &list.sink, &err));
	CHECK_INT(list.n, 0);
	view.licences = true;
	CHECK_OK(dpkg_copyright(&view, &list.sink, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].licence, "GPL-2.0-or-later");
}

TEST(dpkg_reads_machine_readable_licences)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(
		licence_of(
			"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
			"Files: *\nLicense: GPL-3+\n text\n\nFiles: b\nLicense: BSD or MIT\n\n"
			"License: GPL-3+\n",
			arena),
		"GPL-3+ AND (BSD or MIT)");
	CHECK_STRV(licence_of("This is free software.\nLicense: whatever\n", arena), "none");
	CHECK_STRV(licence_of("Format: x\n", arena), "none");
}

TEST(dpkg_knows_its_files)
{
	CHECK(dpkg_is_status(STR("var/lib/dpkg/status")));
	CHECK(dpkg_is_status(STR("var/lib/dpkg/status.d/tzdata")));
	CHECK(!dpkg_is_status(STR("var/lib/dpkg/status.d/tzdata.md5sums")));
	CHECK(!dpkg_is_status(STR("var/lib/dpkg/status.d/a/b")));
	CHECK(!dpkg_is_status(STR("var/lib/dpkg/status-old")));
	CHECK(dpkg_is_files(STR("var/lib/dpkg/info/a.list")));
	CHECK(!dpkg_is_files(STR("var/lib/dpkg/info/a.postinst")));
	CHECK(dpkg_is_files(STR("var/lib/dpkg/status.d/tzdata.md5sums")));
	CHECK(dpkg_is_copyright(STR("usr/share/doc/sed/copyright")));
	CHECK(!dpkg_is_copyright(STR("usr/share/doc/copyright")));
	CHECK(!dpkg_is_copyright(STR("usr/share/doc/a/b/copyright")));
}

TEST(dpkg_reads_the_same_from_a_descriptor)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(fclose)
	FILE *file = tmpfile();
	struct package_list list;
	struct err err;

	CHECK(file != NULL);
	/* Longer than the window of the line reader, with a long line in it. */
	for (int i = 0; i < 3000; i++)
		CHECK(fprintf(file, "Package: p%d\nVersion: %d\nDescription: %0*d\n\n", i, i,
			      i == 1500 ? 200000 : 40, 0) > 0);
	CHECK_INT(fflush(file), 0);
	struct file_view view = { .path = STR("var/lib/dpkg/status"),
				  .size = (uint64_t)ftell(file),
				  .fd = fileno(file) };

	package_list_init(&list, arena);
	CHECK_OK(dpkg_status(&view, &list.sink, &err));
	CHECK_INT(list.n, 3000);
	CHECK_STRV(list.items[2999].name, "p2999");
	CHECK_INT(list.skipped_n, 0);
}

TEST(dpkg_names_an_endless_line)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	size_t n = (size_t)FILE_LINE_MAX + 20;
	char *text = arena_bytes(arena, n);
	struct package_list list;
	struct err err;

	memset(text, 'a', n);
	struct file_view view = file_view_text(STR("var/lib/dpkg/status"), str_of(text, n));

	package_list_init(&list, arena);
	CHECK_FAIL(dpkg_status(&view, &list.sink, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_STR(err.msg, "line 1: longer than 1048576 bytes");
}

TEST(dpkg_journal_tells_what_was_removed)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view = file_view_text(
		STR("var/lib/dpkg/updates/0000"),
		STR("Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2\n\n"
		    "Package: b\nStatus: purge ok not-installed\nArchitecture: amd64\n"));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(dpkg_journal(&view, &list.sink, &err));
	CHECK_INT(list.n, 2);
	CHECK_STRV(list.items[0].version, "2");
	CHECK_STRV(list.items[1].name, "b");
	CHECK_STRV(list.items[1].arch, "amd64");
	CHECK_INT(list.items[1].version.n, 0);
}

/* The manifest with this text, all of it or without its last `less` bytes. */
static int read_wall(const char *text, size_t less, struct package_list *list, struct arena *arena,
		     struct err *err)
{
	str plain = str_c(text);
	size_t room = ZSTD_compressBound(plain.n);
	char *p = arena_bytes(arena, room);
	size_t n = ZSTD_compress(p, room, plain.p, plain.n, 3);
	struct file_view view =
		file_view_text(STR("var/lib/chisel/manifest.wall"), str_of(p, n - less));

	CHECK(!ZSTD_isError(n));
	package_list_init(list, arena);
	return chisel_manifest(&view, &list->sink, err);
}

TEST(chisel_lists_what_an_image_was_cut_out_of)
{
	static const char wall[] =
		"{\"jsonwall\":\"1.0\",\"schema\":\"1.0\",\"count\":9}\n"
		"{\"kind\":\"content\",\"slice\":\"a-x_bins\",\"path\":\"/usr/bin/a\"}\n"
		"{\"kind\":\"package\",\"name\":\"a-x\",\"version\":\"1:2.0-3ubuntu1\",\"sha256\":"
		"\"0123456789012345678901234567890123456789012345678901234567890123\",\"arch\":\"amd64\"}\n"
		"{\"kind\":\"package\",\"name\":\"b\",\"version\":\"1\"}\n"
		"{\"kind\":\"path\",\"path\":\"/usr/bin/a\",\"mode\":\"0755\",\"slices\":[\"a-x_bins\","
		"\"a-x_libs\",\"b_y\"]}\n"
		"{\"kind\":\"path\",\"path\":\"/usr/bin/\",\"mode\":\"0755\",\"slices\":[\"b_y\"]}\n"
		"{\"kind\":\"path\",\"path\":\"/c\",\"mode\":\"0755\",\"slices\":[\"c_y\"]}\n"
		"{\"kind\":\"slice\",\"name\":\"b_y\"}\n"
		"{\"kind\":\"later\"}\n";
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(read_wall(wall, 0, &list, arena, &err));
	CHECK_INT(list.n, 2);
	CHECK_STRV(list.items[0].kind, "deb");
	CHECK_STRV(list.items[0].name, "a-x");
	CHECK_STRV(list.items[0].version, "1:2.0-3ubuntu1");
	CHECK_STRV(list.items[0].arch, "amd64");
	CHECK_INT(list.items[0].form, PACKAGE_INSTALLED);
	CHECK_INT(list.items[0].digest_count, 1);
	CHECK_INT(list.items[0].file_count, 1);
	CHECK_STRV(list.items[0].files[0], "usr/bin/a");
	CHECK_INT(list.items[1].file_count, 1);
	CHECK_INT(list.items[1].digest_count, 0);
	CHECK_INT(list.skipped_n, 1);
	CHECK_STRV(list.skipped_first,
		   "sources of the packages, which advisories name, are not in it: manifest.wall");
	CHECK_FAIL(read_wall(wall, 5, &list, arena, &err));
	CHECK_INT(list.n, 0);
}

TEST(chisel_tells_what_a_manifest_lacks)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(read_wall(
		"{\"jsonwall\":\"1.0\",\"count\":7}\n{\"kind\":\"package\",\"name\":\"a\"}\n"
		"{\"kind\":\"path\",\"path\":\"/../..\"}\n[1]\n\nx\n",
		0, &list, arena, &err));
	CHECK_INT(list.n, 0);
	CHECK_INT(list.skipped_n, 5);
	CHECK_STRV(list.skipped_first, "package without a proper name or version: line 2");
	CHECK_FAIL(read_wall("{\"kind\":\"package\"}\n", 0, &list, arena, &err));
	CHECK_STR(err.msg, "no manifest of chisel");
	CHECK_FAIL(read_wall("hello\n", 0, &list, arena, &err));
	CHECK_FAIL(read_wall("", 0, &list, arena, &err));
	CHECK_STR(err.msg, "empty");

	struct file_view plain = file_view_text(STR("var/lib/chisel/manifest.wall"), STR("{}\n"));

	CHECK_FAIL(chisel_manifest(&plain, &list.sink, &err));
}
