/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/rpmdb.h"

#include <sqlite3.h>
#include <unistd.h>

#include "fixture/rpm_writer.h"
#include "test.h"

static int read_db(str bytes, struct package_list *list, struct arena *arena, struct err *err)
{
	struct file_view view = file_view_text(STR("var/lib/rpm/x"), bytes);

	package_list_init(list, arena);
	return rpmdb_read(&view, &list->sink, err);
}

#define HEADERS 5u

/* Small ones, one over several pages, a public key. */
static void make_headers(str headers[HEADERS], struct arena *arena)
{
	headers[0] = header_simple("small", "1", "1", -1, 0, arena);
	headers[1] = header_simple("large", "2", "1", 3, 100000, arena);
	headers[2] = header_simple("gpg-pubkey", "2", "1", -1, 0, arena);
	headers[3] = header_simple("middle", "3", "1", 0, 3000, arena);
	headers[4] = header_simple("last", "4", "1", -1, 700, arena);
}

static void check_packages(const struct package_list *list)
{
	CHECK_INT(list->n, 4);
	CHECK_STRV(list->items[0].name, "small");
	CHECK_STRV(list->items[0].version, "1-1");
	CHECK_STRV(list->items[1].name, "large");
	CHECK_STRV(list->items[1].version, "3:2-1");
	CHECK_STRV(list->items[1].source_name, "large-src");
	CHECK_STRV(list->items[2].name, "middle");
	CHECK_STRV(list->items[2].version, "0:3-1");
	CHECK_STRV(list->items[3].name, "last");
	CHECK_INT(list->skipped_n, 0);
}

TEST(rpmdb_reads_berkeley_db_of_both_byte_orders)
{
	static const uint32_t pages[] = { 512, 4096, 65536 };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str headers[HEADERS];

	make_headers(headers, arena);
	for (size_t i = 0; i < 2 * ARRAY_LEN(pages); i++) {
		struct package_list list;
		struct err err;

		CHECK_OK(read_db(bdb_write(headers, HEADERS, pages[i / 2], i % 2, arena), &list,
				 arena, &err));
		check_packages(&list);
	}
}

TEST(rpmdb_reads_ndb)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str headers[HEADERS];
	struct package_list list;
	struct err err;

	make_headers(headers, arena);
	CHECK_OK(read_db(ndb_write(headers, HEADERS, arena), &list, arena, &err));
	check_packages(&list);
}

TEST(rpmdb_reads_ndb_with_many_pages_of_slots)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str headers[600];
	struct package_list list;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(headers); i++)
		headers[i] = header_simple("a", "1", "1", (int)i, 0, arena);
	CHECK_OK(read_db(ndb_write(headers, ARRAY_LEN(headers), arena), &list, arena, &err));
	CHECK_INT(list.n, 600);
	CHECK_STRV(list.items[599].version, "599:1-1");
}

/* The file of an SQLite database with these headers, as the engine itself writes it. */
static str sqlite_write(const str *headers, size_t n, const char *setup, struct arena *arena)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *insert = NULL;
	sqlite3_int64 size = 0;

	CHECK_INT(sqlite3_open(":memory:", &db), SQLITE_OK);
	CHECK_INT(sqlite3_exec(db, setup, NULL, NULL, NULL), SQLITE_OK);
	CHECK_INT(
		sqlite3_prepare_v2(db, "INSERT INTO Packages (blob) VALUES (?)", -1, &insert, NULL),
		SQLITE_OK);
	for (size_t i = 0; i < n; i++) {
		CHECK_INT(sqlite3_bind_blob(insert, 1, headers[i].p, (int)headers[i].n,
					    SQLITE_STATIC),
			  SQLITE_OK);
		CHECK_INT(sqlite3_step(insert), SQLITE_DONE);
		CHECK_INT(sqlite3_reset(insert), SQLITE_OK);
	}
	sqlite3_finalize(insert);
	unsigned char *bytes = sqlite3_serialize(db, "main", &size, 0);
	CHECK(bytes != NULL);
	str file = str_dup(arena, str_of((const char *)bytes, (size_t)size));

	sqlite3_free(bytes);
	sqlite3_close(db);
	return file;
}

#define SCHEMA                                                                                \
	"CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL);" \
	"CREATE TABLE Name (key TEXT NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL,"  \
	" FOREIGN KEY (hnum) REFERENCES Packages(hnum));"

TEST(rpmdb_reads_sqlite)
{
	static const char *const setups[] = {
		SCHEMA,
		"PRAGMA page_size=512;" SCHEMA,
		"PRAGMA page_size=65536;" SCHEMA,
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str headers[HEADERS];

	make_headers(headers, arena);
	for (size_t i = 0; i < ARRAY_LEN(setups); i++) {
		struct package_list list;
		struct err err;

		CHECK_OK(read_db(sqlite_write(headers, HEADERS, setups[i], arena), &list, arena,
				 &err));
		check_packages(&list);
	}
}

TEST(rpmdb_reads_the_same_from_a_descriptor)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str headers[HEADERS];

	make_headers(headers, arena);
	str files[] = { sqlite_write(headers, HEADERS, SCHEMA, arena),
			bdb_write(headers, HEADERS, 4096, false, arena),
			ndb_write(headers, HEADERS, arena) };

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		AUTO(fclose)
		FILE *file = tmpfile();
		struct package_list list;
		struct err err;

		CHECK(file != NULL);
		CHECK_INT(fwrite(files[i].p, 1, files[i].n, file), files[i].n);
		CHECK_INT(fflush(file), 0);
		struct file_view view = { .path = STR("var/lib/rpm/x"),
					  .size = files[i].n,
					  .fd = fileno(file) };

		package_list_init(&list, arena);
		CHECK_OK(rpmdb_read(&view, &list.sink, &err));
		check_packages(&list);
		/* Shorter than it was said to be. */
		CHECK_INT(ftruncate(fileno(file), (off_t)files[i].n / 2), 0);
		package_list_init(&list, arena);
		CHECK(rpmdb_read(&view, &list.sink, &err) < 0 || list.skipped_n > 0);
	}
}

TEST(rpmdb_reads_no_other_sqlite_database)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_FAIL(read_db(sqlite_write(NULL, 0,
					"CREATE TABLE Packages (blob); DROP TABLE Packages;"
					"CREATE TABLE a (b); CREATE TEMP TABLE Packages (blob);",
					arena),
			   &list, arena, &err));
	CHECK_STR(err.msg, "rpm database (sqlite): no table 'Packages' in it");
	CHECK_FAIL(read_db(STR("hello"), &list, arena, &err));
	CHECK_FAIL(read_db(STR(""), &list, arena, &err));
	CHECK_STR(err.msg, "not an rpm database (SQLite, Berkeley DB hash or NDB)");
}

TEST(rpmdb_takes_an_empty_database)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(read_db(sqlite_write(NULL, 0, SCHEMA, arena), &list, arena, &err));
	CHECK_OK(read_db(bdb_write(NULL, 0, 4096, false, arena), &list, arena, &err));
	CHECK_OK(read_db(ndb_write(NULL, 0, arena), &list, arena, &err));
	CHECK_INT(list.n + list.skipped_n, 0);
}

TEST(rpmdb_passes_over_a_broken_header_and_counts_it)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str headers[] = { STR("rubbish rubbish rubbish"),
			  header_simple("a", "1", "1", 0, 0, arena) };
	str files[] = { sqlite_write(headers, 2, SCHEMA, arena),
			bdb_write(headers, 2, 4096, false, arena), ndb_write(headers, 2, arena) };

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct package_list list;
		struct err err;

		CHECK_OK(read_db(files[i], &list, arena, &err));
		CHECK_INT(list.n, 1);
		CHECK_STRV(list.items[0].name, "a");
		CHECK_INT(list.skipped_n, 1);
		CHECK_STRV(list.skipped_first, "malformed rpm header: header 1");
	}
}

TEST(rpmdb_fails_where_no_header_can_be_read)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str header = STR("rubbish rubbish rubbish");
	struct package_list list;
	struct err err;

	CHECK_FAIL(read_db(bdb_write(&header, 1, 4096, false, arena), &list, arena, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_STR(err.msg, "rpm database (bdb): header 1: rpm header: 1920295522 entries");
}

static void put_u32le(char *p, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (char)(v >> (8 * i));
}

TEST(rpmdb_ends_in_a_circle_of_overflow_pages)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str header = header_simple("large", "1", "1", -1, 20000, arena);
	str file = bdb_write(&header, 1, 512, false, arena);
	char *bytes = arena_bytes(arena, file.n);
	struct package_list list;
	struct err err;

	/* Page 4, the second of the chain, says that page 3 follows. */
	memcpy(bytes, file.p, file.n);
	put_u32le(bytes + 4 * 512 + 16, 3);
	CHECK_FAIL(read_db(str_of(bytes, file.n), &list, arena, &err));
	CHECK_STR(err.msg, "rpm database (bdb): header 1: damaged chain of overflow pages");
}

TEST(rpmdb_checks_the_sum_of_an_ndb_blob)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str headers[] = { header_simple("a", "1", "1", -1, 50, arena),
			  header_simple("b", "1", "1", -1, 50, arena) };
	str file = ndb_write(headers, 2, arena);
	char *bytes = arena_bytes(arena, file.n);
	struct package_list list;
	struct err err;

	memcpy(bytes, file.p, file.n);
	bytes[4096 + 16 + headers[0].n - 10] ^= 1;
	CHECK_OK(read_db(str_of(bytes, file.n), &list, arena, &err));
	CHECK_INT(list.n, 1);
	CHECK_STRV(list.items[0].name, "b");
	CHECK_STRV(list.skipped_first, "wrong checksum of a blob: header 1");
}

TEST(rpmdb_refuses_ndb_blobs_that_overlap)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str header = header_simple("a", "1", "1", -1, 5000, arena);
	str file = ndb_write(&header, 1, arena);
	char *bytes = arena_bytes(arena, file.n);
	struct package_list list;
	struct err err;

	/* The second slot becomes a copy of the first, and so on. */
	memcpy(bytes, file.p, file.n);
	for (size_t at = 48; at < 4096; at += 16)
		memcpy(bytes + at, bytes + 32, 16);
	CHECK_FAIL(read_db(str_of(bytes, file.n), &list, arena, &err));
	CHECK_STR(err.msg, "rpm database (ndb): blobs overlap");
}

TEST(rpmdb_survives_every_cut)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str headers[HEADERS];

	make_headers(headers, arena);
	str files[] = { sqlite_write(headers, HEADERS, SCHEMA, arena),
			bdb_write(headers, HEADERS, 1024, true, arena),
			ndb_write(headers, HEADERS, arena) };

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		for (size_t n = 0; n < files[i].n; n += 1 + n / 50) {
			char *copy = mem_alloc(n + !n);
			AUTO(arena_free)
			struct arena *scratch = arena_new();
			struct package_list list;
			struct err err;

			memcpy(copy, files[i].p, n);
			int result = read_db(str_of(copy, n), &list, scratch, &err);
			free(copy);
			/* A cut file is an error, or says what it lacks. */
			CHECK(result < 0 || list.skipped_n > 0 || list.n == 4);
		}
	}
}

TEST(rpm_manifest_reads_the_list_of_a_distroless_image)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view view = file_view_text(
		STR("var/lib/rpmmanifest/container-manifest-2"),
		STR("mariner-release\t2.0-12.cm2\t1\t2\tVendor\t(none)\t580\tnoarch\t0\t"
		    "mariner-release-2.0-12.cm2.src.rpm\n"
		    "ca-certificates\t2.0.0-1.cm2\t1\t2\tVendor\t1\t580\tnoarch\t1\t"
		    "ca-certificates-2.0.0-1.cm2.src.rpm\n"
		    "gpg-pubkey\t1-2\t1\t2\t(none)\t(none)\t0\t(none)\t0\t(none)\n"
		    "broken\t1\n\n"));
	struct package_list list;
	struct err err;

	package_list_init(&list, arena);
	CHECK_OK(rpm_manifest(&view, &list.sink, &err));
	CHECK_INT(list.n, 2);
	CHECK_STRV(list.items[0].version, "2.0-12.cm2");
	CHECK(!list.items[0].epoch_present);
	CHECK_STRV(list.items[0].source_name, "mariner-release");
	CHECK_STRV(list.items[1].version, "1:2.0.0-1.cm2");
	CHECK_STRV(list.items[1].arch, "noarch");
	CHECK_INT(list.skipped_n, 1);
	CHECK_STRV(list.skipped_first, "line with too few fields: line 4");
	view.bytes = STR("what is this\n");
	view.size = view.bytes.n;
	CHECK_FAIL(rpm_manifest(&view, &list.sink, &err));
	CHECK_STR(err.msg, "line 1: line with too few fields");
}

TEST(rpmdb_journal_in_doubt_is_told)
{
	static const struct {
		str content;
		bool hot;
	} journals[] = {
		{ STR_INIT(""), false },
		{ STR_INIT("\0\0\0\0\0\0\0\0\0\0\0\1"), false },
		{ STR_INIT("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7\0\0\0\1"), true },
	};

	for (size_t i = 0; i < ARRAY_LEN(journals); i++) {
		struct file_view view = file_view_text(STR("j"), journals[i].content);
		struct err err = { .kind = ERR_NONE };

		CHECK_INT(rpmdb_check_journal(&view, &err), journals[i].hot ? -1 : 0);
		CHECK_INT(err.kind, journals[i].hot ? ERR_UNSUPPORTED : ERR_NONE);
	}
}
