/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/rpm_header.h"

#include "fixture/rpm_writer.h"
#include "fmt/package.h"
#include "test.h"

static int emit(str blob, struct package_list *list, struct arena *arena, struct err *err)
{
	package_list_init(list, arena);
	return rpm_header_emit(blob, STR("var/lib/rpm/Packages"), STR("header 1"), arena,
			       &list->sink, err);
}

TEST(rpm_header_gives_every_fact_of_a_package)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct header_writer w;
	struct package_list list;
	struct err err;

	header_begin(&w);
	header_strings(&w, 100, (const char *[]){ "C", "de" }, 2);
	header_string(&w, RPM_TAG_NAME, "perl-libs");
	header_string(&w, RPM_TAG_VERSION, "5.26.3");
	header_string(&w, RPM_TAG_RELEASE, "422.el8");
	header_numbers(&w, RPM_TAG_EPOCH, (uint32_t[]){ 4 }, 1);
	header_string(&w, RPM_TAG_ARCH, "aarch64");
	header_string(&w, RPM_TAG_LICENSE, "GPL+");
	header_string(&w, RPM_TAG_VENDOR, "Some Vendor");
	header_string(&w, RPM_TAG_PACKAGER, "A <a@x>");
	header_string(&w, RPM_TAG_DISTRIBUTION, "A Distribution");
	header_string(&w, RPM_TAG_SOURCERPM, "perl-5.26.3-422.el8.src.rpm");
	header_string(&w, RPM_TAG_MODULARITYLABEL, "perl:5.26:820181219:9edba152");
	header_numbers(&w, RPM_TAG_DIRINDEXES, (uint32_t[]){ 1, 0, 1 }, 3);
	header_strings(&w, RPM_TAG_BASENAMES, (const char *[]){ "libperl.so", "COPYING", "a" }, 3);
	header_strings(&w, RPM_TAG_DIRNAMES, (const char *[]){ "/usr/share/doc/", "/usr/lib64/" },
		       2);
	CHECK_INT(emit(header_end(&w, arena), &list, arena, &err), 1);
	CHECK_INT(list.n, 1);
	const struct package *p = &list.items[0];

	CHECK_STRV(p->kind, "rpm");
	CHECK_STRV(p->name, "perl-libs");
	CHECK_STRV(p->version, "4:5.26.3-422.el8");
	CHECK(p->epoch_present);
	CHECK_STRV(p->arch, "aarch64");
	CHECK_STRV(p->licence, "GPL+");
	CHECK_STRV(p->vendor, "Some Vendor");
	CHECK_STRV(p->maintainer, "A <a@x>");
	CHECK_STRV(p->origin, "A Distribution");
	CHECK_STRV(p->source_name, "perl");
	CHECK_STRV(p->source_version, "5.26.3-422.el8");
	CHECK_STRV(p->module, "perl:5.26:820181219:9edba152");
	CHECK_INT(p->file_count, 3);
	CHECK_STRV(p->files[0], "usr/lib64/libperl.so");
	CHECK_STRV(p->files[1], "usr/share/doc/COPYING");
	CHECK_STRV(p->path, "var/lib/rpm/Packages");
	CHECK_INT(list.skipped_n, 0);
}

TEST(rpm_header_tells_no_epoch_from_epoch_0)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_INT(emit(header_simple("a", "1", "2", -1, 0, arena), &list, arena, &err), 1);
	CHECK_STRV(list.items[0].version, "1-2");
	CHECK(!list.items[0].epoch_present);
	CHECK_INT(emit(header_simple("a", "1", "2", 0, 0, arena), &list, arena, &err), 1);
	CHECK_STRV(list.items[0].version, "0:1-2");
	CHECK(list.items[0].epoch_present);
}

TEST(rpm_header_without_a_proper_source_has_none)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct header_writer w;
	struct package_list list;
	struct err err;

	header_begin(&w);
	header_string(&w, RPM_TAG_NAME, "a");
	header_string(&w, RPM_TAG_VERSION, "1");
	header_string(&w, RPM_TAG_SOURCERPM, "a-1.rpm");
	CHECK_INT(emit(header_end(&w, arena), &list, arena, &err), 1);
	CHECK_STRV(list.items[0].source_name, "");
	CHECK_STRV(list.items[0].source_version, "");
	CHECK_INT(list.skipped_n, 0);
}

TEST(rpm_header_of_a_public_key_is_no_package)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_INT(emit(header_simple("gpg-pubkey", "1", "2", -1, 0, arena), &list, arena, &err), 0);
	CHECK_INT(list.n, 0);
}

TEST(rpm_header_lets_a_later_entry_replace_an_earlier_one)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct header_writer w;
	struct package_list list;
	struct err err;

	header_begin(&w);
	header_string(&w, RPM_TAG_NAME, "old");
	header_string(&w, RPM_TAG_VERSION, "1");
	header_string(&w, RPM_TAG_NAME, "new");
	CHECK_INT(emit(header_end_plain(&w, arena), &list, arena, &err), 1);
	CHECK_STRV(list.items[0].name, "new");
	CHECK_STRV(list.items[0].version, "1");
	CHECK_STRV(list.items[0].source_name, "");
}

TEST(rpm_header_reads_whole_file_names_of_old_packages)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct header_writer w;
	struct package_list list;
	struct err err;

	header_begin(&w);
	header_string(&w, RPM_TAG_NAME, "a");
	header_string(&w, RPM_TAG_VERSION, "1");
	header_strings(&w, RPM_TAG_OLDFILENAMES, (const char *[]){ "/bin/a", "/../etc//b" }, 2);
	CHECK_INT(emit(header_end_plain(&w, arena), &list, arena, &err), 1);
	CHECK_INT(list.items[0].file_count, 2);
	CHECK_STRV(list.items[0].files[1], "etc/b");
}

TEST(rpm_header_gives_the_package_without_a_malformed_file_list)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct header_writer w;
	struct package_list list;
	struct err err;

	header_begin(&w);
	header_string(&w, RPM_TAG_NAME, "a");
	header_string(&w, RPM_TAG_VERSION, "1");
	header_numbers(&w, RPM_TAG_DIRINDEXES, (uint32_t[]){ 7 }, 1);
	header_strings(&w, RPM_TAG_BASENAMES, (const char *[]){ "b" }, 1);
	header_strings(&w, RPM_TAG_DIRNAMES, (const char *[]){ "/" }, 1);
	CHECK_INT(emit(header_end_plain(&w, arena), &list, arena, &err), 1);
	CHECK_INT(list.items[0].file_count, 0);
	CHECK_INT(list.skipped_n, 1);
	CHECK_STRV(list.skipped_first, "malformed file list in an rpm header: header 1");
}

/* A blob with `count` entries of one kind, to be refused. */
static void must_refuse(uint32_t tag, uint32_t type, uint32_t count, str data, const char *message)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct header_writer w;
	struct rpm_header header;
	struct err err;

	header_begin(&w);
	header_entry(&w, tag, type, count, data);
	CHECK_FAIL(rpm_header_open(header_end_plain(&w, arena), &header, &err));
	CHECK_STR(err.msg, message);
}

TEST(rpm_header_refuses_malformed_entries)
{
	must_refuse(1000, RPM_STRING, 1, STR("no end"),
		    "rpm header: malformed entry 0 (tag 1000, type 6)");
	must_refuse(1117, RPM_STRING_ARRAY, 3, STR("a\0b\0"),
		    "rpm header: malformed entry 0 (tag 1117, type 8)");
	must_refuse(1003, RPM_INT32, 2, STR("1234"),
		    "rpm header: malformed entry 0 (tag 1003, type 4)");
	must_refuse(1003, RPM_INT64, 0xffffffff, STR("12345678"),
		    "rpm header: malformed entry 0 (tag 1003, type 5)");
	must_refuse(1003, 10, 1, STR("1234"), "rpm header: malformed entry 0 (tag 1003, type 10)");
	must_refuse(63, RPM_BIN, 16, STR("0123456789abcdef"),
		    "rpm header: malformed region trailer");
	must_refuse(63, RPM_INT32, 4, STR("0123456789abcdef"),
		    "rpm header: malformed region entry");
}

TEST(rpm_header_refuses_every_cut)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str blob = header_simple("bash", "5.1", "2", 1, 30, arena);
	struct rpm_header header;
	struct err err;

	CHECK_OK(rpm_header_open(blob, &header, &err));
	for (size_t n = 0; n < blob.n; n++) {
		/* A block of exactly that size, so that a read past its end is seen. */
		char *copy = mem_alloc(n + !n);

		memcpy(copy, blob.p, n);
		int result = rpm_header_open(str_of(copy, n), &header, &err);
		free(copy);
		CHECK_INT(result, -1);
	}
}

TEST(rpm_header_refuses_too_many_entries)
{
	struct rpm_header header;
	struct err err;

	CHECK_FAIL(rpm_header_open(STR("\0\1\0\0\0\0\0\0"), &header, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_FAIL(rpm_header_open(STR("\0\0\0\0\0\0\0\0"), &header, &err));
	CHECK_INT(err.kind, ERR_INPUT);
}

TEST(rpm_header_cuts_source_names)
{
	str name, version;

	CHECK(rpm_split_source(STR("util-linux-2.32.1-42.el8_8.src.rpm"), &name, &version));
	CHECK_STRV(name, "util-linux");
	CHECK_STRV(version, "2.32.1-42.el8_8");
	CHECK(rpm_split_source(STR("a-1-2.nosrc.rpm"), &name, &version));
	CHECK_STRV(name, "a");
	CHECK(!rpm_split_source(STR("a-1-2.rpm"), &name, &version));
	CHECK(!rpm_split_source(STR("a-1.src.rpm"), &name, &version));
	CHECK(!rpm_split_source(STR("-1-2.src.rpm"), &name, &version));
	CHECK(!rpm_split_source(STR("(none)"), &name, &version));
}
