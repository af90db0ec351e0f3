/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/tar_split.h"

#include <stdio.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "test.h"

static int file_of(str text)
{
	int fd = memfd_create("split", MFD_CLOEXEC);
	struct err err;

	CHECK(fd >= 0);
	CHECK_OK(fd_write_all(fd, text, &err));
	return fd;
}

/* Reads all of it; the text of the failure, or how many bytes of an archive. */
static const char *outcome(str text)
{
	static struct err err;
	static char sum[32];
	AUTO(fd_close)
	int fd = file_of(text);
	struct tar_split split;
	struct tar_split_entry entry;
	int got;

	tar_split_init(&split, fd);
	while ((got = tar_split_next(&split, &entry, &err)) > 0)
		;
	(void)snprintf(sum, sizeof(sum), "%llu", (unsigned long long)tar_split_bytes(&split));
	tar_split_done(&split);
	return got < 0 ? err.msg : sum;
}

TEST(tar_split_tells_bytes_and_files)
{
	AUTO(fd_close)
	int fd = file_of(STR(
		"{\"type\":2,\"payload\":\"aGVhZA==\",\"position\":0}\n"
		"{\"type\":1,\"name\":\"a/\\u003cb\\u003e\",\"size\":7,\"payload\":\"AAAAAAAAAAA=\","
		"\"position\":1}\n"
		"{\"type\":1,\"name_raw\":\"/2Zm\",\"payload\":null,\"position\":2}\n\n"
		"{\"type\":2,\"payload\":\"dGFpbA==\",\"position\":3}"));
	struct tar_split split;
	struct tar_split_entry entry;
	struct err err;

	tar_split_init(&split, fd);
	CHECK_INT(tar_split_next(&split, &entry, &err), 1);
	CHECK_STR_EQ(entry.bytes, STR("head"));
	CHECK_STR_EQ(entry.name, STR(""));
	CHECK_INT(tar_split_next(&split, &entry, &err), 1);
	CHECK_STR_EQ(entry.name, STR("a/<b>"));
	CHECK_INT(entry.size, 7);
	CHECK_INT(entry.bytes.n, 0);
	CHECK_INT(tar_split_next(&split, &entry, &err), 1);
	CHECK_STR_EQ(entry.name, STR("\xff"
				     "ff"));
	CHECK_INT(entry.size, 0);
	CHECK_INT(tar_split_next(&split, &entry, &err), 1);
	CHECK_STR_EQ(entry.bytes, STR("tail"));
	CHECK_INT(tar_split_next(&split, &entry, &err), 0);
	CHECK_INT(tar_split_next(&split, &entry, &err), 0);
	CHECK_INT(tar_split_bytes(&split), 15);
	tar_split_done(&split);
}

/* Lines are longer than what is read at once, and end anywhere in it. */
TEST(tar_split_reads_long_lines)
{
	AUTO(buf_done)
	struct buf text = { 0 };

	buf_init(&text, 8u << 20);
	for (unsigned i = 0; i < 40; i++) {
		buf_fmt(&text, "{\"type\":2,\"position\":%u,\"payload\":\"", i);
		for (unsigned k = 0; k < 10000 + 997 * i; k++)
			BUF_LIT(&text, "QUJD");
		BUF_LIT(&text, "\"}\n");
	}
	CHECK(!text.overflow);
	CHECK_STR(outcome(buf_str(&text)), "3532980"); /* 3 * (40 * 10000 + 997 * 780) */
}

TEST(tar_split_refuses_what_is_no_record)
{
	CHECK_STR(outcome(STR("")), "0");
	CHECK_STR(outcome(STR("{\"type\":2,\"payload\":\"QQ==\",\"position\":1}")),
		  "record 0: it has another number");
	CHECK_STR(outcome(STR("{\"type\":2,\"payload\":\"QQ==\",\"position\":0}\n"
			      "{\"type\":2,\"payload\":\"QQ==\",\"position\":0}")),
		  "record 1: it has another number");
	CHECK_STR(outcome(STR("{\"type\":2,\"payload\":\"QQ\",\"position\":0}")),
		  "record 0: a text that is not base64");
	CHECK_STR(outcome(STR("{\"type\":3,\"position\":0}")),
		  "record 0: it is of an unknown kind");
	CHECK_STR(outcome(STR("{\"type\":1,\"size\":1,\"position\":0}")),
		  "record 0: a file without a name");
	CHECK_STR(outcome(STR("{\"type\":1,\"name\":\"a\\u0000b\",\"size\":1,\"position\":0}")),
		  "record 0: a file without a name");
	CHECK_STR(outcome(STR("{\"type\":1,\"name\":\"a\",\"size\":-1,\"position\":0}")),
		  "record 0: a file of an impossible size");
	CHECK_STR(
		outcome(STR(
			"{\"type\":1,\"name\":\"a\",\"size\":9223372036854775807,\"position\":0}\n"
			"{\"type\":1,\"name\":\"a\",\"size\":1,\"position\":1}")),
		"record 1: the sum of sizes is impossible");
}
