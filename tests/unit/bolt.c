/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/bolt.h"

#include <sys/mman.h>

#include "base/buf.h"
#include "test.h"

#define PAGE 512u

/* A database written by hand: pages of 512 bytes. */
struct file {
	unsigned char p[8 * PAGE];
};

static void put(unsigned char *p, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		p[i] = (unsigned char)(v >> (8 * i));
}

static void put_header(unsigned char *p, uint64_t id, unsigned flags, unsigned count)
{
	put(p, id, 8);
	put(p + 8, flags, 2);
	put(p + 10, count, 2);
	put(p + 12, 0, 4);
}

static void put_meta(struct file *f, unsigned page, uint64_t root, uint64_t transaction)
{
	unsigned char *p = f->p + page * PAGE, *m = p + 16;
	uint64_t h = 0xcbf29ce484222325u;

	put_header(p, page, 4, 0);
	put(m, 0xed0cdaedu, 4);
	put(m + 4, 2, 4);
	put(m + 8, PAGE, 4);
	put(m + 16, root, 8);
	put(m + 48, transaction, 8);
	for (unsigned i = 0; i < 56; i++)
		h = (h ^ m[i]) * 0x100000001b3u;
	put(m + 56, h, 8);
}

struct item {
	const char *key;
	str value;
	bool bucket;
	uint64_t child;
};

/* A leaf or branch at `p`; returns its bytes. */
static size_t put_page(unsigned char *p, uint64_t id, bool leaf, const struct item *items,
		       unsigned n)
{
	size_t data = 16 + (size_t)n * 16;

	put_header(p, id, leaf ? 2 : 1, n);
	for (unsigned i = 0; i < n; i++) {
		unsigned char *e = p + 16 + (size_t)i * 16;
		size_t key_n = strlen(items[i].key), pos = data - 16 - (size_t)i * 16;

		if (leaf) {
			put(e, items[i].bucket, 4);
			put(e + 4, pos, 4);
			put(e + 8, key_n, 4);
			put(e + 12, items[i].value.n, 4);
		} else {
			put(e, pos, 4);
			put(e + 4, key_n, 4);
			put(e + 8, items[i].child, 8);
		}
		memcpy(p + data, items[i].key, key_n);
		data += key_n;
		if (leaf && items[i].value.n)
			memcpy(p + data, items[i].value.p, items[i].value.n);
		data += leaf ? items[i].value.n : 0;
	}
	return data;
}

/*
 * Page 3: the root, a branch to the leaves 4 ("apple", "bucket") and 5 ("cherry"); "bucket" is
 * inline with "inner" in it.
 */
static void file_make(struct file *f)
{
	unsigned char inner[PAGE] = { 0 };
	const struct item inner_items[] = { { .key = "inner", .value = STR("value") } };
	size_t inner_n = 16 + put_page(inner + 16, 0, true, inner_items, 1);
	const struct item first[] = {
		{ .key = "apple", .value = STR("1") },
		{ .key = "bucket", .bucket = true, .value = str_of((char *)inner, inner_n) }
	};
	const struct item second[] = { { .key = "cherry", .value = STR("3") } };
	const struct item root[] = { { .key = "apple", .child = 4 },
				     { .key = "cherry", .child = 5 } };

	*f = (struct file){ 0 };
	put_meta(f, 0, 3, 7);
	put_meta(f, 1, 5, 6); /* older */
	put_page(f->p + 3 * PAGE, 3, false, root, 2);
	put_page(f->p + 4 * PAGE, 4, true, first, 2);
	put_page(f->p + 5 * PAGE, 5, true, second, 1);
}

static int file_open(const struct file *f, size_t n)
{
	int fd = memfd_create("bolt", MFD_CLOEXEC);
	struct err err;

	CHECK(fd >= 0);
	CHECK_OK(fd_write_all(fd, str_of((const char *)f->p, n), &err));
	return fd;
}

static int collect(void *context, str key, bool bucket, struct err *err)
{
	(void)err;
	buf_add(context, key);
	buf_byte(context, bucket ? '/' : ' ');
	return 0;
}

TEST(keys_values_and_buckets)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf keys;
	struct file f;
	struct bolt bolt;
	struct bolt_bucket bucket;
	struct err err;
	str value;

	file_make(&f);
	AUTO(fd_close)
	int fd = file_open(&f, sizeof(f.p));

	CHECK_OK(bolt_open(fd, &bolt, &err));
	CHECK_INT(bolt.transaction, 7);
	CHECK_INT(bolt_value(&bolt, &bolt.top, STR("apple"), arena, &value, &err), 1);
	CHECK_STRV(value, "1");
	CHECK_INT(bolt_value(&bolt, &bolt.top, STR("cherry"), arena, &value, &err), 1);
	CHECK_STRV(value, "3");
	CHECK_INT(bolt_value(&bolt, &bolt.top, STR("banana"), arena, &value, &err), 0);
	CHECK_INT(bolt_value(&bolt, &bolt.top, STR("bucket"), arena, &value, &err), 0);
	CHECK_INT(bolt_bucket_get(&bolt, &bolt.top, STR("bucket"), arena, &bucket, &err), 1);
	CHECK_INT(bolt_bucket_get(&bolt, &bolt.top, STR("apple"), arena, &bucket, &err), 0);
	CHECK_INT(bolt_value(&bolt, &bucket, STR("inner"), arena, &value, &err), 1);
	CHECK_STRV(value, "value");
	buf_init(&keys, 100);
	CHECK_OK(bolt_each(&bolt, &bolt.top, arena, collect, &keys, &err));
	CHECK_STRV(buf_str(&keys), "apple bucket/cherry ");
	CHECK_INT(bolt_changed(&bolt, &err), 0);
}

TEST(damaged_first_header_and_a_new_transaction)
{
	struct file f;
	struct bolt bolt;
	struct err err;

	file_make(&f);
	f.p[20] ^= 1;
	AUTO(fd_close)
	int fd = file_open(&f, sizeof(f.p));

	CHECK_OK(bolt_open(fd, &bolt, &err));
	CHECK_INT(bolt.transaction, 6);
	file_make(&f);
	CHECK_INT(pwrite(fd, f.p, PAGE, 0), PAGE);
	CHECK_INT(bolt_changed(&bolt, &err), 1);
	f.p[PAGE + 20] ^= 1;
	f.p[20] ^= 1;
	AUTO(fd_close)
	int bad = file_open(&f, sizeof(f.p));

	CHECK_FAIL(bolt_open(bad, &bolt, &err));
	CHECK_INT(err.kind, ERR_INPUT);
}

TEST(malformed_trees_are_refused)
{
	static const struct {
		size_t at;
		unsigned char to;
	} damage[] = {
		{ 3 * PAGE, 9 },	 /* the page has another number */
		{ 3 * PAGE + 8, 8 },	 /* neither branch nor leaf */
		{ 3 * PAGE + 11, 0xff }, /* more elements than fit */
		{ 3 * PAGE + 15, 0xff }, /* a giant page */
		{ 3 * PAGE + 17, 0xff }, /* element beyond the page */
		{ 3 * PAGE + 24, 3 },	 /* a branch that is its own child */
		{ 3 * PAGE + 24, 0xff }, /* a child beyond the file */
		{ 3 * PAGE + 24, 1 },	 /* a child that is a header */
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(damage); i++) {
		struct file f;
		struct bolt bolt;
		struct err err = { 0 };
		str value;

		file_make(&f);
		f.p[damage[i].at] = damage[i].to;
		AUTO(fd_close)
		int fd = file_open(&f, sizeof(f.p));

		CHECK_OK(bolt_open(fd, &bolt, &err));
		CHECK_INT(bolt_value(&bolt, &bolt.top, STR("apple"), arena, &value, &err), -1);
		CHECK(err.kind == ERR_INPUT || err.kind == ERR_LIMIT);
	}
}
