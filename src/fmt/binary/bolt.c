/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/bolt.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/rd.h"

#define MAGIC	      0xed0cdaedu
#define VERSION	      2u
#define HEADER_BYTES  16u /* of a page */
#define ELEMENT_BYTES 16u
#define BUCKET_BYTES  16u
#define META_BYTES    64u
#define PAGE_MIN      512u
#define PAGE_MAX      65536u

enum { PAGE_BRANCH = 1, PAGE_LEAF = 2, PAGE_META = 4 };
enum { LEAF_BUCKET = 1 };

struct meta {
	uint32_t page_size;
	uint64_t root, transaction;
};

static int malformed(struct err *err, const char *what, uint64_t page)
{
	return err_set(err, ERR_INPUT, "database: %s (page %llu)", what, (unsigned long long)page);
}

static int read_at(int fd, void *p, size_t n, uint64_t at, struct err *err)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = pread(fd, (char *)p + have, n - have, (off_t)(at + have));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, errno, "read database");
		if (got == 0)
			return err_set(err, ERR_INPUT, "database: cut off at byte %llu",
				       (unsigned long long)(at + have));
		have += (size_t)got;
	}
	return 0;
}

/* FNV-1a of what stands before the checksum. */
static uint64_t checksum(const unsigned char *p, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h;
}

/* A meta page at byte `at`; false when there is no valid one. */
static bool meta_read(int fd, uint64_t at, struct meta *out)
{
	unsigned char bytes[HEADER_BYTES + META_BYTES];
	struct err ignored; /* no meta page there: the other one may do */
	struct meta m;

	if (read_at(fd, bytes, sizeof(bytes), at, &ignored) < 0)
		return false;
	struct rd r = { .p = bytes + HEADER_BYTES, .n = META_BYTES };

	if (rd_u32le(&r) != MAGIC)
		return false;
	if (rd_u32le(&r) != VERSION)
		return false;
	m.page_size = rd_u32le(&r);
	(void)rd_u32le(&r); /* flags */
	m.root = rd_u64le(&r);
	(void)rd_u64le(&r); /* sequence of the root bucket */
	(void)rd_u64le(&r); /* free list */
	(void)rd_u64le(&r); /* pages in use */
	m.transaction = rd_u64le(&r);
	if (rd_u64le(&r) != checksum(bytes + HEADER_BYTES, META_BYTES - 8))
		return false;
	if (m.page_size < PAGE_MIN || m.page_size > PAGE_MAX || (m.page_size & (m.page_size - 1)))
		return false;
	*out = m;
	return true;
}

/* The newer of the two meta pages. When the first is damaged, the second is looked for. */
static bool meta_newest(int fd, struct meta *out)
{
	struct meta a, b;
	bool have = meta_read(fd, 0, &a);

	if (have) {
		*out = a;
		if (meta_read(fd, a.page_size, &b) && b.page_size == a.page_size &&
		    b.transaction > a.transaction)
			*out = b;
		return true;
	}
	for (uint32_t size = PAGE_MIN; size <= PAGE_MAX; size *= 2) {
		if (meta_read(fd, size, &b) && b.page_size == size) {
			*out = b;
			return true;
		}
	}
	return false;
}

int bolt_open(int fd, struct bolt *out, struct err *err)
{
	struct stat st;
	struct meta m;

	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "database");
	if (!meta_newest(fd, &m))
		return err_set(err, ERR_INPUT, "database: no valid header");
	*out = (struct bolt){ .fd = fd,
			      .size = (uint64_t)st.st_size,
			      .page_size = m.page_size,
			      .transaction = m.transaction,
			      .top = { .root = m.root } };
	return 0;
}

int bolt_changed(const struct bolt *bolt, struct err *err)
{
	struct meta m;

	if (!meta_newest(bolt->fd, &m))
		return err_set(err, ERR_INPUT, "database: no valid header");
	return m.transaction != bolt->transaction;
}

/* A page, or the inline page of a small bucket, as bytes from its header on. */
struct page {
	const unsigned char *p;
	size_t n;
	uint64_t id;
	uint16_t flags, count;
};

static int page_header(struct page *page, struct err *err)
{
	struct rd r = { .p = page->p, .n = page->n };

	(void)rd_u64le(&r); /* its own number; 0 in an inline page */
	page->flags = rd_u16le(&r);
	page->count = rd_u16le(&r);
	if (r.bad || page->n < HEADER_BYTES)
		return malformed(err, "short page", page->id);
	if (page->flags != PAGE_BRANCH && page->flags != PAGE_LEAF)
		return malformed(err, "neither branch nor leaf", page->id);
	if (page->n - HEADER_BYTES < (size_t)page->count * ELEMENT_BYTES)
		return malformed(err, "more elements than fit", page->id);
	return 0;
}

static int page_read(struct bolt *bolt, uint64_t id, struct arena *arena, struct page *out,
		     struct err *err)
{
	unsigned char head[HEADER_BYTES];
	struct page page = { .id = id };
	uint64_t at;

	if (++bolt->pages > BOLT_PAGES)
		return err_set(err, ERR_LIMIT, "database: more than %u pages", BOLT_PAGES);
	if (id < 2 || id > bolt->size / bolt->page_size)
		return malformed(err, "page out of range", id);
	at = id * bolt->page_size;
	if (read_at(bolt->fd, head, sizeof(head), at, err) < 0)
		return -1;
	struct rd r = { .p = head, .n = sizeof(head) };
	uint64_t self = rd_u64le(&r);

	(void)rd_u32le(&r); /* flags and count: read with the page */
	uint64_t bytes = ((uint64_t)rd_u32le(&r) + 1) * bolt->page_size;

	if (self != id)
		return malformed(err, "page with another number", id);
	if (bytes > BOLT_PAGE_BYTES)
		return err_set(err, ERR_LIMIT, "database: page of %llu bytes",
			       (unsigned long long)bytes);
	unsigned char *p = (unsigned char *)arena_bytes(arena, bytes);

	if (read_at(bolt->fd, p, bytes, at, err) < 0)
		return -1;
	page.p = p;
	page.n = bytes;
	if (page_header(&page, err) < 0)
		return -1;
	*out = page;
	return 0;
}

static int bucket_page(struct bolt *bolt, const struct bolt_bucket *bucket, struct arena *arena,
		       struct page *out, struct err *err)
{
	if (bucket->root)
		return page_read(bolt, bucket->root, arena, out, err);
	*out = (struct page){ .p = (const unsigned char *)bucket->inline_page.p,
			      .n = bucket->inline_page.n };
	if (page_header(out, err) < 0)
		return -1;
	return out->flags == PAGE_LEAF ? 0 : malformed(err, "inline bucket that is no leaf", 0);
}

struct element {
	str key, value; /* value: of a leaf */
	uint64_t child; /* of a branch */
	bool bucket;
};

static int element_at(const struct page *page, unsigned i, struct element *out, struct err *err)
{
	size_t at = HEADER_BYTES + (size_t)i * ELEMENT_BYTES;
	struct rd r = { .p = page->p + at, .n = page->n - at };
	struct element e = { 0 };
	uint32_t flags = 0, pos, key_n, value_n = 0;

	if (page->flags == PAGE_LEAF)
		flags = rd_u32le(&r);
	pos = rd_u32le(&r);
	key_n = rd_u32le(&r);
	if (page->flags == PAGE_LEAF)
		value_n = rd_u32le(&r);
	else
		e.child = rd_u64le(&r);
	rd_seek(&r, pos); /* counted from the element itself */
	e.key = rd_bytes(&r, key_n);
	e.value = rd_bytes(&r, value_n);
	if (r.bad)
		return malformed(err, "element beyond its page", page->id);
	e.bucket = flags & LEAF_BUCKET;
	*out = e;
	return 0;
}

/* Goes down to the leaf where `key` is or would be. */
static int leaf_of(struct bolt *bolt, const struct bolt_bucket *in, str key, struct arena *arena,
		   struct page *out, struct err *err)
{
	struct page page;

	if (bucket_page(bolt, in, arena, &page, err) < 0)
		return -1;
	for (unsigned depth = 0; page.flags == PAGE_BRANCH; depth++) {
		struct element e, next;

		if (depth == BOLT_DEPTH)
			return malformed(err, "tree too deep", page.id);
		if (page.count == 0)
			return malformed(err, "empty branch", page.id);
		if (element_at(&page, 0, &e, err) < 0)
			return -1;
		for (unsigned i = 1; i < page.count; i++) {
			if (element_at(&page, i, &next, err) < 0)
				return -1;
			if (str_cmp(next.key, key) > 0)
				break;
			e = next;
		}
		if (page_read(bolt, e.child, arena, &page, err) < 0)
			return -1;
	}
	*out = page;
	return 0;
}

/* 1 when the key is there. */
static int find(struct bolt *bolt, const struct bolt_bucket *in, str key, struct arena *arena,
		struct element *out, struct err *err)
{
	struct page page;

	if (leaf_of(bolt, in, key, arena, &page, err) < 0)
		return -1;
	for (unsigned i = 0; i < page.count; i++) {
		if (element_at(&page, i, out, err) < 0)
			return -1;
		if (str_eq(out->key, key))
			return 1;
	}
	return 0;
}

int bolt_value(struct bolt *bolt, const struct bolt_bucket *in, str key, struct arena *arena,
	       str *out, struct err *err)
{
	struct element e;
	int got = find(bolt, in, key, arena, &e, err);

	if (got <= 0 || e.bucket)
		return got < 0 ? -1 : 0;
	*out = e.value;
	return 1;
}

int bolt_bucket_get(struct bolt *bolt, const struct bolt_bucket *in, str key, struct arena *arena,
		    struct bolt_bucket *out, struct err *err)
{
	struct element e;
	int got = find(bolt, in, key, arena, &e, err);

	if (got <= 0 || !e.bucket)
		return got < 0 ? -1 : 0;
	struct rd r = rd_from(e.value);
	uint64_t root = rd_u64le(&r);

	(void)rd_u64le(&r); /* sequence */
	if (r.bad)
		return malformed(err, "short bucket", 0);
	*out = (struct bolt_bucket){ .root = root };
	if (!root)
		out->inline_page = str_skip(e.value, BUCKET_BYTES);
	return 1;
}

static int each_below(struct bolt *bolt, const struct page *page, unsigned depth,
		      struct arena *arena, bolt_visit *visit, void *context, struct err *err)
{
	if (depth == BOLT_DEPTH)
		return malformed(err, "tree too deep", page->id);
	for (unsigned i = 0; i < page->count; i++) {
		struct element e;
		struct page child;
		int rc;

		if (element_at(page, i, &e, err) < 0)
			return -1;
		if (page->flags == PAGE_LEAF) {
			rc = visit(context, e.key, e.bucket, err);
		} else {
			if (page_read(bolt, e.child, arena, &child, err) < 0)
				return -1;
			rc = each_below(bolt, &child, depth + 1, arena, visit, context, err);
		}
		if (rc)
			return rc;
	}
	return 0;
}

int bolt_each(struct bolt *bolt, const struct bolt_bucket *in, struct arena *arena,
	      bolt_visit *visit, void *context, struct err *err)
{
	struct page page;

	if (bucket_page(bolt, in, arena, &page, err) < 0)
		return -1;
	return each_below(bolt, &page, 0, arena, visit, context, err);
}
