/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/rd.h"
#include "fmt/binary/sqlitedb_internal.h"

#define WAL_HEADER_BYTES 32u
#define FRAME_BYTES	 24u
#define WAL_MAGIC	 0x377f0682u /* the lowest bit: words of the checksum are big-endian */
#define WAL_VERSION	 3007000u

struct checksum {
	uint32_t a, b;
};

struct wal {
	const struct file_view *view;
	bool big;
	uint32_t page, salt1, salt2;
	struct checksum sum;
};

struct frame {
	uint32_t page;
	uint32_t commit; /* pages of the database after this transaction, 0 inside one */
};

/* n is a multiple of 8. */
static void add(struct checksum *sum, const unsigned char *p, size_t n, bool big)
{
	struct rd r = rd_from(str_of((const char *)p, n));

	while (rd_left(&r) >= 8) {
		sum->a += (uint32_t)rd_uint(&r, 4, big) + sum->b;
		sum->b += (uint32_t)rd_uint(&r, 4, big) + sum->a;
	}
}

/* NULL, or what is wrong with the header of the log. */
static const char *read_header(struct wal *wal, const unsigned char h[WAL_HEADER_BYTES])
{
	struct rd r = rd_from(str_of((const char *)h, WAL_HEADER_BYTES));
	uint32_t magic = rd_u32be(&r);
	uint32_t version = rd_u32be(&r);

	wal->page = rd_u32be(&r);
	rd_seek(&r, 16);
	wal->salt1 = rd_u32be(&r);
	wal->salt2 = rd_u32be(&r);
	uint32_t a = rd_u32be(&r);
	uint32_t b = rd_u32be(&r);

	wal->big = magic & 1;
	if ((magic & ~1u) != WAL_MAGIC || version != WAL_VERSION || wal->page < 512 ||
	    wal->page > 65536 || (wal->page & (wal->page - 1)) != 0)
		return "write-ahead log not applied: malformed header";
	add(&wal->sum, h, 24, wal->big);
	if (wal->sum.a != a || wal->sum.b != b)
		return "write-ahead log not applied: wrong checksum of its header";
	return NULL;
}

/* 1: the frame counts, 0: the log ends here. `page` has room for one page. */
static int next_frame(struct wal *wal, uint64_t offset, unsigned char *page, struct frame *out,
		      struct err *err)
{
	unsigned char h[FRAME_BYTES];

	if (offset + FRAME_BYTES + wal->page > wal->view->size)
		return 0;
	if (file_view_pread(wal->view, h, sizeof(h), offset, err) < 0 ||
	    file_view_pread(wal->view, page, wal->page, offset + FRAME_BYTES, err) < 0)
		return -1;
	struct rd r = rd_from(str_of((const char *)h, sizeof(h)));

	out->page = rd_u32be(&r);
	out->commit = rd_u32be(&r);
	uint32_t salt1 = rd_u32be(&r);
	uint32_t salt2 = rd_u32be(&r);
	uint32_t a = rd_u32be(&r);
	uint32_t b = rd_u32be(&r);

	if (salt1 != wal->salt1 || salt2 != wal->salt2 || out->page == 0)
		return 0;
	add(&wal->sum, h, 8, wal->big);
	add(&wal->sum, page, wal->page, wal->big);
	return wal->sum.a == a && wal->sum.b == b;
}

/* Number of frames up to the end of the last whole transaction. */
static int count_frames(struct wal *wal, struct arena *arena, uint32_t *frames, uint32_t *pages,
			struct err *err)
{
	unsigned char *page = arena_alloc(arena, wal->page);
	uint64_t offset = WAL_HEADER_BYTES;
	struct frame frame;
	int more;

	for (uint32_t i = 0; (more = next_frame(wal, offset, page, &frame, err)) > 0; i++) {
		if (frame.commit != 0) {
			*frames = i + 1;
			*pages = frame.commit;
		}
		offset += FRAME_BYTES + wal->page;
	}
	return more;
}

int sqlitedb_wal_open(struct sqlitedb *db, const struct file_view *view, struct err *err)
{
	unsigned char h[WAL_HEADER_BYTES];
	struct wal wal = { .view = view };
	uint32_t frames = 0, pages = 0;

	if (view->size < sizeof(h)) {
		db->wal_problem = "write-ahead log not applied: truncated header";
		return 0;
	}
	if (file_view_pread(view, h, sizeof(h), 0, err) < 0)
		return -1;
	db->wal_problem = read_header(&wal, h);
	if (db->wal_problem)
		return 0;
	if (count_frames(&wal, db->arena, &frames, &pages, err) < 0)
		return -1;
	if (frames == 0)
		return 0;
	for (uint32_t i = 0; i < frames; i++) {
		unsigned char number[4];
		uint64_t offset = WAL_HEADER_BYTES + (uint64_t)i * (FRAME_BYTES + wal.page);

		if (file_view_pread(view, number, sizeof(number), offset, err) < 0)
			return -1;
		uintptr_t frame = (uintptr_t)i + 1;
		map_put(&db->wal_pages, str_of((const char *)number, 4), (void *)frame);
		if (db->wal_pages.n > SQLITEDB_MAX_WAL_PAGES)
			return err_set(err, ERR_LIMIT, "more than %u pages",
				       SQLITEDB_MAX_WAL_PAGES);
	}
	db->wal = view;
	db->page = wal.page;
	db->wal_pages_end = pages;
	return 0;
}

bool sqlitedb_wal_find(const struct sqlitedb *db, uint32_t page, uint64_t *offset)
{
	unsigned char number[4] = { (unsigned char)(page >> 24), (unsigned char)(page >> 16),
				    (unsigned char)(page >> 8), (unsigned char)page };
	uintptr_t frame;

	if (!db->wal)
		return false;
	frame = (uintptr_t)map_get(&db->wal_pages, str_of((const char *)number, 4));
	if (frame == 0)
		return false;
	*offset = WAL_HEADER_BYTES + (uint64_t)(frame - 1) * (FRAME_BYTES + db->page) + FRAME_BYTES;
	return true;
}
