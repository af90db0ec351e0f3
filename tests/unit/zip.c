/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/zip.h"

#include <string.h>
#include <zlib.h>

#include "test.h"
#include "zip_writer.h"

static struct zip_source source_of(const struct file_view *view)
{
	return (struct zip_source){ .view = view, .size = view->size };
}

/* The content of the entry of that name; empty p: not there or not to be had. */
static str content(str archive, const char *name, size_t max, struct arena *arena, struct err *err)
{
	struct file_view view = file_view_text(STR("a.zip"), archive);
	struct zip_budget budget;
	AUTO(zip_done)
	struct zip zip = { .left = 0 };
	struct zip_entry entry;
	str out = STR_EMPTY;

	zip_budget_init(&budget);
	*err = (struct err){ .kind = ERR_NONE };
	if (zip_open(&zip, source_of(&view), &budget, err) < 0)
		return out;
	while (zip_next(&zip, &entry, err) > 0) {
		if (str_eq(entry.name, str_c(name))) {
			IGNORE(zip_read(&zip, &entry, max, arena, &out, err)); /* err says it */
			break;
		}
	}
	return out;
}

TEST(zip_reads_stored_and_compressed_entries)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct zip_writer w;
	struct err err;

	zip_writer_init(&w);
	zip_writer_add(&w, "folder/", STR(""), false);
	zip_writer_add(&w, "a", STR("stored"), false);
	zip_writer_add(&w, "b", STR("compressed compressed compressed"), true);
	zip_writer_add(&w, "empty", STR(""), true);
	str archive = zip_writer_end(&w, STR("a comment PK\5\6 behind it"));

	CHECK_STRV(content(archive, "a", 100, arena, &err), "stored");
	CHECK_STRV(content(archive, "b", 100, arena, &err), "compressed compressed compressed");
	CHECK(content(archive, "empty", 100, arena, &err).p != NULL);
	CHECK_INT(err.kind, ERR_NONE);
	CHECK(content(archive, "b", 10, arena, &err).p == NULL);
	CHECK_INT(err.kind, ERR_LIMIT);
	str script = str_cat(arena, STR("#!/bin/sh\nexec java -jar $0\n"), archive);
	CHECK_STRV(content(script, "b", 100, arena, &err), "compressed compressed compressed");
	zip_writer_done(&w);
}

TEST(zip_reads_zip64)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct zip_writer w;
	struct err err;

	zip_writer_init(&w);
	w.zip64 = true;
	zip_writer_add(&w, "a", STR("one"), true);
	zip_writer_add(&w, "b", STR("two"), false);
	str archive = zip_writer_end(&w, STR(""));
	CHECK_STRV(content(archive, "a", 100, arena, &err), "one");
	CHECK_STRV(content(archive, "b", 100, arena, &err), "two");
	zip_writer_done(&w);
}

TEST(zip_refuses_what_contradicts_itself)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct zip_writer w;
	struct err err;

	zip_writer_init(&w);
	zip_writer_add(&w, "a", STR("some text that is some text"), true);
	str archive = zip_writer_end(&w, STR(""));
	char *bytes = arena_bytes(arena, archive.n);
	size_t directory = w.directory_at;

	static const struct {
		size_t at; /* in the entry of the directory */
		char value;
		const char *want;
	} cases[] = {
		{ 0, 'x', "central directory: no entry at 63" },
		{ 8, 1, "encrypted entry" },
		{ 10, 12, "compression method 12" },
		{ 16, 0x55, "checksum differs" },
		{ 24, 28, "content is shorter than its size says" },
		{ 24, 26, "content is longer than its size says" },
		{ 20, 127, "entry outside of the file" },
		{ 28, 9, "central directory: truncated" },
		{ 42, 3, "no entry where the central directory says" },
		{ 43, 1, "entry outside of the file" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		memcpy(bytes, archive.p, archive.n);
		bytes[directory + cases[i].at] = cases[i].value;
		CHECK(content(str_of(bytes, archive.n), "a", 1000, arena, &err).p == NULL);
		if (strncmp(err.msg, cases[i].want, 25) != 0)
			test_fail(__FILE__, __LINE__, "case %zu: want '%s', got '%s'", i,
				  cases[i].want, err.msg);
	}
	for (size_t n = 0; n < archive.n; n++)
		CHECK(content(str_take(archive, n), "a", 1000, arena, &err).p == NULL &&
		      err.kind != ERR_NONE);
	zip_writer_done(&w);
}

TEST(zip_counts_what_overlapping_entries_take)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct zip_writer w;
	struct zip_budget budget;
	struct zip_entry entry;
	struct err err;
	char content_of_all[4000];
	size_t read = 0;
	int got;

	memset(content_of_all, 'x', sizeof(content_of_all));
	zip_writer_init(&w);
	zip_writer_add(&w, "a", str_of(content_of_all, sizeof(content_of_all)), false);
	for (unsigned i = 0; i < 20; i++)
		zip_writer_again(&w, "b");
	str archive = zip_writer_end(&w, STR(""));
	struct file_view view = file_view_text(STR("a.zip"), archive);
	struct zip zip;
	str out;

	zip_budget_init(&budget);
	CHECK_OK(zip_open(&zip, source_of(&view), &budget, &err));
	while (zip_next(&zip, &entry, &err) > 0 &&
	       zip_read(&zip, &entry, sizeof(content_of_all), arena, &out, &err) == 0)
		read++;
	/* 21 entries of 4000 bytes, and the file has not much more than one of them. */
	CHECK(archive.n < 8000);
	CHECK_INT(read, archive.n / sizeof(content_of_all));
	CHECK(err.kind == ERR_INPUT || err.kind == ERR_LIMIT);
	zip_done(&zip);
	budget.entries = 3;
	CHECK_OK(zip_open(&zip, source_of(&view), &budget, &err));
	while ((got = zip_next(&zip, &entry, &err)) > 0)
		continue;
	CHECK_INT(got, -1);
	CHECK_INT(err.kind, ERR_LIMIT);
	zip_done(&zip);
	budget.entries = 100;
	budget.expanded = 5000;
	CHECK_OK(zip_open(&zip, source_of(&view), &budget, &err));
	CHECK_INT(zip_next(&zip, &entry, &err), 1);
	CHECK_OK(zip_read(&zip, &entry, 4000, arena, &out, &err));
	CHECK_FAIL(zip_read(&zip, &entry, 4000, arena, &out, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	zip_done(&zip);
	zip_writer_done(&w);
}
