/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/owned.h"
#include "base/buf.h"
#include "base/json.h"
#include "scan/record.h"
#include "test.h"

#define GEMSPEC "usr/share/rubygems-integration/all/specifications/rake-13.0.6.gemspec"

static size_t drop(struct owned *owned, struct package *packages, size_t n)
{
	uint64_t keys[8] = { 0 };

	owned_drop(owned, packages, keys, &n);
	return n;
}

TEST(owned_files_take_language_packages_out)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct owned owned;
	const str files[] = { STR("usr"), STR(GEMSPEC), STR("bin/tool"), STR("opt/a.jar") };
	struct package packages[] = {
		{ .kind = STR("deb"), .name = STR("ruby"), .path = STR(GEMSPEC) },
		{ .kind = STR("gem"), .name = STR("rake"), .path = STR(GEMSPEC) },
		{ .kind = STR("gem"), .name = STR("mine"), .path = STR("srv/mine.gemspec") },
		{ .kind = STR("golang"), .name = STR("m"), .path = STR("usr/bin/tool") },
		{ .kind = STR("maven"), .name = STR("g:a"), .path = STR("opt/a.jar!/b.jar") },
		{ .kind = STR("npm"), .name = STR("none") },
	};

	owned_init(&owned, arena);
	CHECK_INT(drop(&owned, packages, ARRAY_LEN(packages)), 6);
	owned_add_files(&owned, files, ARRAY_LEN(files));
	CHECK_INT(drop(&owned, packages, ARRAY_LEN(packages)), 3);
	CHECK_STRV(packages[0].name, "ruby");
	CHECK_STRV(packages[1].name, "mine");
	CHECK_STRV(packages[2].name, "none");
}

TEST(owned_files_take_out_what_was_told_about_them)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct owned owned;
	const str files[] = { STR("usr/bin/tool"), STR("var/lib/rpm/rpmdb.sqlite") };
	struct not_examined missed[] = {
		{ .what = STR("package record"), .path = STR("usr/bin/tool"), .count = 2 },
		{ .what = STR("package record"), .path = STR("usr/bin/other"), .count = 1 },
		{ .what = STR("package record"),
		  .path = STR("var/lib/rpm/rpmdb.sqlite"),
		  .count = 1 },
		{ .what = STR("directory"), .path = STR("usr/bin/tool"), .count = 1 },
	};
	size_t n = ARRAY_LEN(missed);

	owned_init(&owned, arena);
	CHECK_INT(owned_drop_missed(&owned, missed, &n), 0);
	owned_add_files(&owned, files, ARRAY_LEN(files));
	CHECK_INT(owned_drop_missed(&owned, missed, &n), 2);
	CHECK_INT(n, 3);
	CHECK_STRV(missed[0].path, "usr/bin/other");
	CHECK_STRV(missed[1].path, "var/lib/rpm/rpmdb.sqlite");
	CHECK_STRV(missed[2].what, "directory");
}

TEST(owned_hashes_go_through_a_record)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf out;
	const str files[] = { STR("usr/lib"), STR("usr/lib/x"), STR("usr/share/man/man1/x.1"),
			      STR(GEMSPEC) };
	struct package package = { .kind = STR("deb"),
				   .name = STR("ruby-rake"),
				   .files = files,
				   .file_count = ARRAY_LEN(files),
				   .layer = -1 };
	struct package rake = { .kind = STR("gem"), .name = STR("rake"), .path = STR(GEMSPEC) };
	struct json_writer w;
	struct package read;
	struct owned owned;
	struct err err;
	str hashes;

	buf_init(&out, 1u << 20);
	buf_add(&out, STR("12345678"));
	json_writer_init(&w, &out, 0);
	package_write(&package, false, &w);
	const struct package_reading reading = { .arena = arena, .scratch = arena };
	CHECK_OK(package_read_owned(buf_str(&out), &reading, &read, &hashes, &err));
	CHECK_INT(read.file_count, 0);
	CHECK_INT(hashes.n, 2 * OWNED_HASH_DIGITS);
	owned_init(&owned, arena);
	owned_add_hashes(&owned, hashes);
	CHECK_INT(drop(&owned, &rake, 1), 0);
}

TEST(owned_rpm_of_another_vendor_covers_nothing)
{
	const struct package ours = { .kind = STR("rpm"), .vendor = STR("Red Hat, Inc.") };
	const struct package theirs = { .kind = STR("rpm"), .vendor = STR("Example Inc.") };
	const struct package unknown = { .kind = STR("rpm") };

	CHECK(!owned_is_foreign(&ours));
	CHECK(owned_is_foreign(&theirs));
	CHECK(!owned_is_foreign(&unknown));
	CHECK(owned_is_system(STR("apk")) && !owned_is_system(STR("npm")));
}
