/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rd.h"
#include "fmt/system/rpmdb_internal.h"

/*
 * A hash database of Berkeley DB: page 0 describes it; hash pages hold items, keys and values in
 * turn; a long item is a chain of overflow pages. The byte order is that of the machine that wrote
 * it. Every page is looked at in order of its number, since the hash of a key does not matter here,
 * and a page of a chain is taken once only. Key 0 is the counter of rpm, not a header.
 */
#define BDB_MAGIC_HASH	0x00061561u
#define BDB_MAGIC_BTREE 0x00053162u
#define MAGIC_OFFSET	12u
#define PAGE_HEADER	26u
#define PAGE_MIN	512u
#define PAGE_MAX	65536u
#define META_BYTES	72u
#define META_CHECKSUM	0x01 /* pages have a longer header */
#define BDB_MAX_PAGES	(1u << 24)

enum page_type { PAGE_HASH_UNSORTED = 2, PAGE_OVERFLOW = 7, PAGE_HASH = 13 };
enum item_type { ITEM_KEYDATA = 1, ITEM_DUPLICATE = 2, ITEM_OFFPAGE = 3, ITEM_OFFDUP = 4 };

struct bdb {
	const struct file_view *file;
	struct rpmdb_out *out;
	bool big;
	uint32_t page, pages;
	unsigned char *taken; /* overflow pages, one bit each */
	char *buffer;	      /* the hash page at hand */
};

struct item {
	const char *p;
	size_t n;
};

static uint32_t magic_of(str head, bool big)
{
	struct rd r = rd_from(head);

	rd_seek(&r, MAGIC_OFFSET);
	return (uint32_t)rd_uint(&r, 4, big);
}

static bool probe(str head)
{
	for (int big = 0; big < 2; big++) {
		uint32_t magic = magic_of(head, big);
		if (magic == BDB_MAGIC_HASH || magic == BDB_MAGIC_BTREE)
			return true;
	}
	return false;
}

static uint32_t number_at(const struct bdb *bdb, str s, size_t offset, unsigned bytes)
{
	struct rd r = rd_from(s);

	rd_seek(&r, offset);
	return (uint32_t)rd_uint(&r, bytes, bdb->big);
}

static int read_meta(struct bdb *bdb, struct err *err)
{
	char bytes[META_BYTES];
	str meta = str_of(bytes, sizeof(bytes));

	if (file_view_pread(bdb->file, bytes, sizeof(bytes), 0, err) < 0)
		return -1;
	bdb->big = magic_of(meta, true) == BDB_MAGIC_HASH;
	if (!bdb->big && magic_of(meta, false) != BDB_MAGIC_HASH)
		return err_set(err, ERR_UNSUPPORTED, "a Berkeley DB that is not a hash");
	bdb->page = number_at(bdb, meta, 20, 4);
	if (bdb->page < PAGE_MIN || bdb->page > PAGE_MAX || (bdb->page & (bdb->page - 1)) != 0)
		return err_set(err, ERR_INPUT, "page size %u", bdb->page);
	if (meta.p[24] != 0)
		return err_set(err, ERR_UNSUPPORTED, "encrypted");
	if (meta.p[26] & META_CHECKSUM)
		return err_set(err, ERR_UNSUPPORTED, "pages with checksums");
	uint64_t pages = bdb->file->size / bdb->page;
	uint32_t last = number_at(bdb, meta, 32, 4);

	if (last >= pages)
		return err_set(err, ERR_INPUT, "truncated: page %u of %llu is not there", last,
			       (unsigned long long)pages);
	if (pages > BDB_MAX_PAGES)
		return err_set(err, ERR_LIMIT, "%llu pages", (unsigned long long)pages);
	bdb->pages = last + 1;
	return 0;
}

/* Takes a page of a chain; false when it does not exist or is in another chain, or earlier in it.
 */
static bool take_page(struct bdb *bdb, uint32_t page)
{
	if (page == 0 || page >= bdb->pages)
		return false;
	unsigned char *byte = &bdb->taken[page / 8];
	unsigned char bit = (unsigned char)(1u << (page % 8));

	if (*byte & bit)
		return false;
	*byte |= bit;
	return true;
}

/* The content of a chain of overflow pages into out[0..n); false when it is damaged. */
static bool read_chain(struct bdb *bdb, uint32_t page, char *out, size_t n)
{
	struct err ignored; /* the header is told as lost */
	size_t have = 0;

	while (have < n) {
		char head[PAGE_HEADER];
		str h = str_of(head, sizeof(head));
		uint64_t at = (uint64_t)page * bdb->page;

		if (!take_page(bdb, page) ||
		    file_view_pread(bdb->file, head, sizeof(head), at, &ignored) < 0 ||
		    head[25] != PAGE_OVERFLOW)
			return false;
		size_t part = number_at(bdb, h, 22, 2);

		if (part == 0 || part > bdb->page - PAGE_HEADER || part > n - have ||
		    file_view_pread(bdb->file, out + have, part, at + PAGE_HEADER, &ignored) < 0)
			return false;
		have += part;
		page = number_at(bdb, h, 16, 4);
	}
	return true;
}

static int take_offpage(struct bdb *bdb, uint32_t id, struct item value, struct err *err)
{
	str s = str_of(value.p, value.n);
	uint32_t page = number_at(bdb, s, 4, 4);
	uint32_t n = number_at(bdb, s, 8, 4);

	if (value.n < 12 || n > bdb->file->size)
		return rpmdb_lost(bdb->out, id, "malformed reference to overflow pages", err);
	if (n > RPM_HEADER_MAX_BYTES)
		return rpmdb_lost(bdb->out, id, "oversized header", err);
	char *bytes = arena_bytes(bdb->out->arena, n);

	if (!read_chain(bdb, page, bytes, n))
		return rpmdb_lost(bdb->out, id, "damaged chain of overflow pages", err);
	return rpmdb_header(bdb->out, id, str_of(bytes, n), err);
}

static int take_pair(struct bdb *bdb, struct item key, struct item value, struct err *err)
{
	uint32_t id = number_at(bdb, str_of(key.p, key.n), 1, 4);

	if (key.n != 5 || key.p[0] != ITEM_KEYDATA)
		return rpmdb_lost(bdb->out, id, "malformed key", err);
	if (id == 0)
		return 0;
	if (value.n > 0 && value.p[0] == ITEM_OFFPAGE)
		return take_offpage(bdb, id, value, err);
	if (value.n > 0 && value.p[0] == ITEM_KEYDATA)
		return rpmdb_header(bdb->out, id, str_of(value.p + 1, value.n - 1), err);
	return rpmdb_lost(bdb->out, id, "item of an unknown kind", err);
}

/* Item i of a hash page: it ends where the one before it begins. */
static bool item_at(const struct bdb *bdb, uint32_t entries, uint32_t i, struct item *out)
{
	str page = str_of(bdb->buffer, bdb->page);
	uint32_t start = number_at(bdb, page, PAGE_HEADER + 2 * (size_t)i, 2);
	uint32_t end =
		i == 0 ? bdb->page : number_at(bdb, page, PAGE_HEADER + 2 * (size_t)(i - 1), 2);

	if (start < PAGE_HEADER + 2 * entries || start >= end || end > bdb->page)
		return false;
	*out = (struct item){ .p = bdb->buffer + start, .n = end - start };
	return true;
}

static int take_hash_page(struct bdb *bdb, uint32_t number, struct err *err)
{
	uint32_t entries = number_at(bdb, str_of(bdb->buffer, bdb->page), 20, 2);

	if (entries % 2 != 0 || PAGE_HEADER + 2 * (uint64_t)entries > bdb->page)
		return err_set(err, ERR_INPUT, "page %u: %u items", number, entries);
	for (uint32_t i = 0; i < entries; i += 2) {
		struct item key, value;

		if (!item_at(bdb, entries, i, &key) || !item_at(bdb, entries, i + 1, &value))
			return err_set(err, ERR_INPUT, "page %u: item %u outside the page", number,
				       i);
		if (take_pair(bdb, key, value, err) < 0)
			return -1;
	}
	return 0;
}

static int read_database(const struct file_view *file, struct rpmdb_out *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct bdb bdb = { .file = file, .out = out };

	if (read_meta(&bdb, err) < 0)
		return -1;
	bdb.taken = ARENA_ARRAY(arena, unsigned char, (size_t)bdb.pages / 8 + 1);
	bdb.buffer = arena_bytes(arena, bdb.page);
	for (uint32_t i = 1; i < bdb.pages; i++) {
		char head[PAGE_HEADER];
		uint64_t at = (uint64_t)i * bdb.page;

		if (file_view_pread(file, head, sizeof(head), at, err) < 0)
			return -1;
		if (head[25] != PAGE_HASH && head[25] != PAGE_HASH_UNSORTED)
			continue;
		if (file_view_pread(file, bdb.buffer, bdb.page, at, err) < 0 ||
		    take_hash_page(&bdb, i, err) < 0)
			return -1;
	}
	return 0;
}

const struct rpmdb_form rpmdb_bdb = { .name = "bdb", .probe = probe, .read = read_database };
