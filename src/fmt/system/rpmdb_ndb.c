/* SPDX-License-Identifier: Apache-2.0 */
#include <zlib.h>

#include "base/rd.h"
#include "fmt/system/rpmdb_internal.h"

/*
 * rpm's own "ndb" form, little-endian. The file begins with pages of slots of 16 bytes (the first
 * two are the header of the file); a slot names a package number and where its blob lies, counted
 * in blocks of 16 bytes. A blob is {"BlbS", number, generation, length}, the header, zeros up to
 * {checksum, length, "BlbE"} at the end of its last block. The checksum is Adler-32 over all before
 * it.
 */
#define NDB_MAGIC     0x506d7052u /* "RpmP" */
#define SLOT_MAGIC    0x746f6c53u /* "Slot" */
#define BLOB_MAGIC    0x53626c42u /* "BlbS" */
#define BLOB_END      0x45626c42u /* "BlbE" */
#define NDB_VERSION   0u
#define PAGE	      4096u
#define SLOT	      16u
#define BLOCK	      16u
#define BLOB_HEAD     16u
#define BLOB_TAIL     12u
#define NDB_MAX_PAGES 16384u /* of slots: four million packages */

struct slot {
	uint32_t magic, id, offset, blocks;
};

static bool probe(str head)
{
	struct rd r = rd_from(head);

	return rd_u32le(&r) == NDB_MAGIC;
}

/* NULL, or what is wrong with the blob (all of it is in `blob`). */
static const char *check_blob(const struct slot *slot, str blob, uint32_t length)
{
	struct rd tail = rd_from(str_skip(blob, blob.n - BLOB_TAIL));
	uint32_t sum = rd_u32le(&tail);
	uint32_t again = rd_u32le(&tail);
	uint32_t end = rd_u32le(&tail);
	struct rd head = rd_from(blob);
	uint32_t magic = rd_u32le(&head);
	uint32_t id = rd_u32le(&head);

	if (magic != BLOB_MAGIC || end != BLOB_END || id != slot->id || again != length)
		return "malformed blob";
	if (adler32(1, (const unsigned char *)blob.p, (unsigned)(blob.n - BLOB_TAIL)) != sum)
		return "wrong checksum of a blob";
	return NULL;
}

static int take_slot(const struct file_view *file, const struct slot *slot, struct rpmdb_out *out,
		     struct err *err)
{
	uint64_t at = (uint64_t)slot->offset * BLOCK;
	uint64_t n = (uint64_t)slot->blocks * BLOCK;

	if (at > file->size || n > file->size - at || n < BLOB_HEAD + BLOB_TAIL)
		return rpmdb_lost(out, slot->id, "blob outside the file", err);
	if (n > RPM_HEADER_MAX_BYTES)
		return rpmdb_lost(out, slot->id, "oversized header", err);
	char *bytes = arena_bytes(out->arena, (size_t)n);

	if (file_view_pread(file, bytes, (size_t)n, at, err) < 0)
		return -1;
	str blob = str_of(bytes, (size_t)n);
	struct rd r = rd_from(str_skip(blob, 12));
	uint32_t length = rd_u32le(&r);
	const char *problem = check_blob(slot, blob, length);

	if (problem || length > n - BLOB_HEAD - BLOB_TAIL)
		return rpmdb_lost(out, slot->id, problem ? problem : "malformed blob", err);
	return rpmdb_header(out, slot->id, str_take(str_skip(blob, BLOB_HEAD), length), err);
}

static int take_page(const struct file_view *file, str page, bool first, uint64_t *budget,
		     struct rpmdb_out *out, struct err *err)
{
	struct rd r = rd_from(page);

	rd_seek(&r, first ? 2 * SLOT : 0);
	while (rd_left(&r) >= SLOT) {
		struct slot slot = { .magic = rd_u32le(&r) };
		slot.id = rd_u32le(&r);
		slot.offset = rd_u32le(&r);
		slot.blocks = rd_u32le(&r);
		if (slot.magic != SLOT_MAGIC)
			return err_set(err, ERR_INPUT, "malformed slot");
		if (slot.id == 0)
			continue;
		/* Blobs do not overlap, so together they are not longer than the file. */
		uint64_t n = (uint64_t)slot.blocks * BLOCK;
		if (n > *budget)
			return err_set(err, ERR_INPUT, "blobs overlap");
		*budget -= n;
		if (take_slot(file, &slot, out, err) < 0)
			return -1;
	}
	return 0;
}

static int read_database(const struct file_view *file, struct rpmdb_out *out, struct err *err)
{
	char bytes[PAGE];
	uint64_t budget = file->size;

	if (file_view_pread(file, bytes, sizeof(bytes), 0, err) < 0)
		return -1;
	struct rd r = rd_from(str_of(bytes, sizeof(bytes)));

	rd_seek(&r, 4);
	uint32_t version = rd_u32le(&r);

	rd_seek(&r, 12);
	uint32_t pages = rd_u32le(&r);
	if (version != NDB_VERSION)
		return err_set(err, ERR_UNSUPPORTED, "version %u", version);
	if (pages == 0 || pages > NDB_MAX_PAGES)
		return err_set(err, ERR_INPUT, "%u pages of slots", pages);
	for (uint32_t i = 0; i < pages; i++) {
		if (file_view_pread(file, bytes, sizeof(bytes), (uint64_t)i * PAGE, err) < 0)
			return -1;
		if (take_page(file, str_of(bytes, sizeof(bytes)), i == 0, &budget, out, err) < 0)
			return -1;
	}
	return 0;
}

const struct rpmdb_form rpmdb_ndb = { .name = "ndb", .probe = probe, .read = read_database };
