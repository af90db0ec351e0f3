/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/tar.h"

#include "base/err.h"
#include "fixture/tar_writer.h"
#include "test.h"

/* An archive given in pieces of a size. */
struct memory {
	str rest;
	size_t piece;
};

static int next_piece(void *context, str *piece, struct err *err)
{
	struct memory *m = context;

	(void)err;
	if (m->rest.n == 0)
		return 0;
	*piece = str_take(m->rest, m->piece);
	m->rest = str_skip(m->rest, m->piece);
	return 1;
}

static const char *const letters = "-hlcbdpo";

/* Reads all: "f path 5 hello|l path target|..." */
static int read_all(str archive, size_t piece, struct buf *out, struct err *err)
{
	struct memory m = { .rest = archive, .piece = piece };
	const struct tar_source source = { .context = &m, .next = next_piece };
	struct tar_entry e;
	struct tar_reader reader;
	str bytes;
	int got;

	buf_init(out, 16u << 20);
	tar_init(&reader, source);
	while ((got = tar_next(&reader, &e, err)) > 0) {
		buf_fmt(out, "%c %.*s %llu", letters[e.type], STR_ARG(e.path),
			(unsigned long long)e.size);
		if (e.link.n > 0)
			buf_fmt(out, " -> %.*s", STR_ARG(e.link));
		if (e.type == TAR_FILE && e.size <= 4096) {
			BUF_LIT(out, " ");
			while ((got = tar_content(&reader, &bytes, err)) > 0)
				buf_add(out, bytes);
			if (got < 0)
				break;
		}
		BUF_LIT(out, "|");
	}
	tar_done(&reader);
	return got;
}

/* However the stream is cut into pieces, the answer is the same. */
static void check_reads(const struct buf *archive, const char *want)
{
	static const size_t pieces[] = { 1, 7, 511, 512, 513, 4096, 1u << 20 };
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		struct buf got;

		CHECK_OK(read_all(buf_str(archive), pieces[i], &got, &err));
		test_str(__FILE__, __LINE__, "entries", buf_str(&got), str_c(want));
		buf_done(&got);
	}
}

static void check_fails(const struct buf *archive, enum err_kind kind, const char *text)
{
	struct err err = { .kind = ERR_NONE };
	struct buf got;

	CHECK_FAIL(read_all(buf_str(archive), 600, &got, &err));
	buf_done(&got);
	CHECK_INT(err.kind, kind);
	if (!strstr(err.msg, text))
		CHECK_STR(err.msg, text);
}

static struct buf archive(void)
{
	struct buf b;

	buf_init(&b, 64u << 20);
	return b;
}

#define PUT(b, ...)                                          \
	do {                                                 \
		const struct tar_put put_ = { __VA_ARGS__ }; \
		tar_put(b, &put_);                           \
	} while (0)

TEST(every_type_of_entry)
{
	AUTO(buf_done)
	struct buf b = archive();

	PUT(&b, .type = '5', .path = STR("dir/"));
	PUT(&b, .type = '0', .path = STR("dir/file"), .content = STR("hello"));
	PUT(&b, .type = '7', .path = STR("contiguous"), .content = STR("x"));
	PUT(&b, .type = '1', .path = STR("hard"), .link = STR("dir/file"));
	PUT(&b, .type = '2', .path = STR("soft"), .link = STR("../dir"));
	PUT(&b, .type = '3', .path = STR("char"));
	PUT(&b, .type = '4', .path = STR("block"));
	PUT(&b, .type = '6', .path = STR("fifo"));
	tar_put_end(&b);
	check_reads(&b, "d dir/ 0|- dir/file 5 hello|- contiguous 1 x|h hard 0 -> dir/file|"
			"l soft 0 -> ../dir|c char 0|b block 0|p fifo 0|");
}

TEST(content_of_every_length_around_a_block)
{
	static const size_t sizes[] = { 0, 1, 511, 512, 513, 1024, 1025 };
	AUTO(buf_done)
	struct buf b = archive();
	AUTO(buf_done)
	struct buf want = archive();
	char bytes[1025];

	memset(bytes, 'x', sizeof(bytes));
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		PUT(&b, .type = '0', .path = STR("f"), .content = str_of(bytes, sizes[i]));
		buf_fmt(&want, "- f %zu %.*s|", sizes[i], (int)sizes[i], bytes);
	}
	tar_put_end(&b);
	check_reads(&b, want.p);
}

TEST(an_archive_may_end_without_end_marker)
{
	AUTO(buf_done)
	struct buf b = archive();

	PUT(&b, .type = '0', .path = STR("f"), .content = STR("x"));
	check_reads(&b, "- f 1 x|");
	/* Some writers do not fill up the last block. */
	b.n -= 100;
	check_reads(&b, "- f 1 x|");
	b.n = 512;
	check_fails(&b, ERR_INPUT, "cut off");
	b.n = 300;
	check_fails(&b, ERR_INPUT, "cut off");
	b.n = 0;
	check_reads(&b, "");
}

TEST(what_follows_the_end_marker_is_not_read)
{
	AUTO(buf_done)
	struct buf b = archive();

	tar_put_end(&b);
	PUT(&b, .type = '0', .path = STR("f"));
	check_reads(&b, "");
	b.n = 0;
	tar_put_end(&b);
	b.n -= 512;
	PUT(&b, .type = '0', .path = STR("f"));
	check_fails(&b, ERR_INPUT, "single zero block");
}

TEST(long_names_of_both_kinds)
{
	AUTO(buf_done)
	struct buf b = archive();
	AUTO(buf_done)
	struct buf want = archive();
	char name[3000];

	memset(name, 'n', sizeof(name));
	for (int gnu = 0; gnu < 2; gnu++) {
		PUT(&b, .type = '2', .path = str_of(name, 3000), .link = str_of(name, 300),
		    .gnu = gnu);
		buf_fmt(&want, "l %.*s 0 -> %.*s|", 3000, name, 300, name);
		/* Only for the entry that follows. */
		PUT(&b, .type = '0', .path = STR("short"), .gnu = gnu);
		BUF_LIT(&want, "- short 0 |");
	}
	tar_put_end(&b);
	check_reads(&b, want.p);
}

TEST(a_prefix_counts_in_ustar_only)
{
	AUTO(buf_done)
	struct buf b = archive();

	PUT(&b, .type = '0', .path = STR("name"));
	memcpy(b.p + 345, "pre/fix", 7);
	unsigned sum = 0;
	memset(b.p + 148, ' ', 8);
	for (unsigned i = 0; i < 512; i++)
		sum += (unsigned char)b.p[i];
	(void)snprintf(b.p + 148, 8, "%06o", sum);
	check_reads(&b, "- pre/fix/name 0 |");
	/* The GNU form has other things there; its magic changes the sum. */
	memcpy(b.p + 257, "ustar  ", 8);
	sum = 0;
	memset(b.p + 148, ' ', 8);
	for (unsigned i = 0; i < 512; i++)
		sum += (unsigned char)b.p[i];
	(void)snprintf(b.p + 148, 8, "%06o", sum);
	check_reads(&b, "- name 0 |");
}

TEST(pax_records_override_the_header)
{
	const str records[] = { STR("path=dir/real name"), STR("size=3"), STR("mtime=1.5"),
				STR("SCHILY.xattr.user.x=\nline\n") };
	const str link[] = { STR("linkpath=a\303\244") };
	const str empty[] = { STR("path=") };
	const str global[] = { STR("path=global") };
	AUTO(buf_done)
	struct buf b = archive();

	tar_put_pax(&b, records, ARRAY_LEN(records));
	tar_put_header(&b, '0', STR("x"), STR_EMPTY, 0, false);
	tar_put_content(&b, STR("abc"));
	tar_put_pax(&b, link, 1);
	PUT(&b, .type = '2', .path = STR("l"), .link = STR("b"));
	tar_put_pax(&b, empty, 1);
	PUT(&b, .type = '0', .path = STR("kept"));
	size_t at = b.n;
	tar_put_pax(&b, global, 1);
	b.p[at + 156] = 'g';
	b.p[at + 153]--; /* the sum: 'g' is 17 below 'x' */
	unsigned sum = 0;
	memset(b.p + at + 148, ' ', 8);
	for (unsigned i = 0; i < 512; i++)
		sum += (unsigned char)b.p[at + i];
	(void)snprintf(b.p + at + 148, 8, "%06o", sum);
	PUT(&b, .type = '0', .path = STR("own"));
	tar_put_end(&b);
	check_reads(&b, "- dir/real name 3 abc|l l 0 -> a\303\244|- kept 0 |- own 0 |");
}

TEST(broken_pax_headers)
{
	static const struct {
		const char *body, *message;
	} cases[] = {
		{ "abc", "bad pax header" },
		{ "9999 path=x\n", "bad pax header" },
		{ "3 \n", "bad pax header" },
		{ "11 path=xyz ", "bad pax header" },
		{ "10 pathxyz\n", "bad pax header" },
		{ "10 =pathx\n", "bad pax header" },
		{ "10 size=x\n", "bad number" },
		{ "29 size=99999999999999999999\n", "bad number" },
		{ "99999999999999999999 path=x\n", "bad pax header" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(buf_done)
		struct buf b = archive();
		str body = str_c(cases[i].body);

		tar_put_header(&b, 'x', STR("pax"), STR_EMPTY, body.n, false);
		tar_put_content(&b, body);
		PUT(&b, .type = '0', .path = STR("f"));
		tar_put_end(&b);
		check_fails(&b, ERR_INPUT, cases[i].message);
	}
	AUTO(buf_done)
	struct buf b = archive();
	str nul = STR("path=a\0b");
	tar_put_pax(&b, &nul, 1);
	PUT(&b, .type = '0', .path = STR("f"));
	check_fails(&b, ERR_INPUT, "NUL");
	b.n = 0;
	str path = STR("path=x");
	tar_put_pax(&b, &path, 1);
	tar_put_end(&b);
	check_fails(&b, ERR_INPUT, "without entry");
}

TEST(giant_headers_are_refused)
{
	AUTO(buf_done)
	struct buf b = archive();

	tar_put_header(&b, 'x', STR("pax"), STR_EMPTY, (1u << 20) + 1, false);
	check_fails(&b, ERR_LIMIT, "a header of 1048577 bytes");
	b.n = 0;
	tar_put_header(&b, 'L', STR("long"), STR_EMPTY, 1ull << 40, true);
	check_fails(&b, ERR_LIMIT, "a header of");
	b.n = 0;
	tar_put_header(&b, 'g', STR("global"), STR_EMPTY, 1ull << 40, false);
	check_fails(&b, ERR_LIMIT, "a header of");
	b.n = 0;
	tar_put_header(&b, '0', STR("huge"), STR_EMPTY, 1ull << 62, false);
	check_fails(&b, ERR_INPUT, "cut off");
}

TEST(broken_headers)
{
	AUTO(buf_done)
	struct buf b = archive();

	PUT(&b, .type = '0', .path = STR("f"));
	b.p[0] = 'g';
	check_fails(&b, ERR_INPUT, "checksum");
	b.p[0] = 'f';
	memcpy(b.p + 124, "00000000008", 11);
	unsigned sum = 0;
	memset(b.p + 148, ' ', 8);
	for (unsigned i = 0; i < 512; i++)
		sum += (unsigned char)b.p[i];
	(void)snprintf(b.p + 148, 8, "%06o", sum);
	check_fails(&b, ERR_INPUT, "bad size");
}

TEST(a_link_with_a_size_has_no_content)
{
	AUTO(buf_done)
	struct buf b = archive();

	tar_put_header(&b, '1', STR("h"), STR("t"), 5000, false);
	PUT(&b, .type = '0', .path = STR("f"), .content = STR("x"));
	tar_put_end(&b);
	check_reads(&b, "h h 0 -> t|- f 1 x|");
}

/* Old GNU form: map in the header. */
TEST(sparse_files_of_the_old_kind)
{
	AUTO(buf_done)
	struct buf b = archive();

	tar_put_header(&b, 'S', STR("s"), STR_EMPTY, 6, true);
	memcpy(b.p + 386, "00000000002", 11);
	memcpy(b.p + 398, "00000000003", 11);
	memcpy(b.p + 410, "00000000010", 11);
	memcpy(b.p + 422, "00000000003", 11);
	memcpy(b.p + 434, "00000000014", 11);
	memcpy(b.p + 446, "00000000000", 11);
	memcpy(b.p + 483, "00000000014", 11);
	unsigned sum = 0;
	memset(b.p + 148, ' ', 8);
	for (unsigned i = 0; i < 512; i++)
		sum += (unsigned char)b.p[i];
	(void)snprintf(b.p + 148, 8, "%06o", sum);
	tar_put_content(&b, STR("abcdef"));
	PUT(&b, .type = '0', .path = STR("f"), .content = STR("x"));
	tar_put_end(&b);
	AUTO(buf_done)
	struct buf got = archive();
	struct err err;
	CHECK_OK(read_all(buf_str(&b), 100, &got, &err));
	CHECK_STRV(buf_str(&got), "- s 12 \0\0abc\0\0\0def\0|- f 1 x|");
}

TEST(sparse_files_in_pax)
{
	const str v01[] = { STR("GNU.sparse.size=8"), STR("GNU.sparse.numblocks=1"),
			    STR("GNU.sparse.map=2,3"), STR("GNU.sparse.name=old") };
	const str v00[] = { STR("GNU.sparse.size=8"),	STR("GNU.sparse.numblocks=2"),
			    STR("GNU.sparse.offset=0"), STR("GNU.sparse.numbytes=1"),
			    STR("GNU.sparse.offset=6"), STR("GNU.sparse.numbytes=2") };
	const str v10[] = { STR("GNU.sparse.major=1"), STR("GNU.sparse.minor=0"),
			    STR("GNU.sparse.realsize=9"), STR("GNU.sparse.name=new") };
	AUTO(buf_done)
	struct buf b = archive();

	tar_put_pax(&b, v01, ARRAY_LEN(v01));
	PUT(&b, .type = '0', .path = STR("GNUSparseFile.0/x"), .content = STR("abc"));
	tar_put_pax(&b, v00, ARRAY_LEN(v00));
	PUT(&b, .type = '0', .path = STR("zero"), .content = STR("abc"));
	tar_put_pax(&b, v10, ARRAY_LEN(v10));
	tar_put_header(&b, '0', STR("GNUSparseFile.0/x"), STR_EMPTY, 512 + 4, false);
	tar_put_content(&b, STR("2\n1\n2\n7\n2\n"));
	tar_put_content(&b, STR("abcd"));
	PUT(&b, .type = '0', .path = STR("f"), .content = STR("x"));
	tar_put_end(&b);
	for (size_t piece = 1; piece < 1200; piece += 133) {
		AUTO(buf_done)
		struct buf got = archive();
		struct err err;

		CHECK_OK(read_all(buf_str(&b), piece, &got, &err));
		CHECK_STRV(buf_str(&got), "- old 8 \0\0abc\0\0\0|- zero 8 a\0\0\0\0\0bc|"
					  "- new 9 \0ab\0\0\0\0cd|- f 1 x|");
	}
}

TEST(sparse_maps_that_do_not_hold)
{
	static const char *const maps[] = { "GNU.sparse.map=2,4", "GNU.sparse.map=6,3",
					    "GNU.sparse.map=2,2", "GNU.sparse.map=4,1,2,2",
					    "GNU.sparse.map=2" };

	for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
		const str records[] = { STR("GNU.sparse.size=8"), str_c(maps[i]) };
		AUTO(buf_done)
		struct buf b = archive();

		tar_put_pax(&b, records, ARRAY_LEN(records));
		PUT(&b, .type = '0', .path = STR("s"), .content = STR("abc"));
		tar_put_end(&b);
		check_fails(&b, ERR_INPUT, "sparse map");
	}
}
