/* SPDX-License-Identifier: Apache-2.0 */
/* Files with holes, in the four ways GNU tar has written them. */
#include "base/err.h"
#include "base/num.h"
#include "fmt/binary/tar_internal.h"

#define OLD_AT_MAP	386u
#define OLD_ENTRIES	4u
#define OLD_AT_MORE	482u
#define OLD_AT_REAL	483u
#define OLD_EXT_ENTRIES 21u
#define OLD_AT_EXT_MORE 504u
#define OLD_NUMBER	12u

static const char zeros[65536];

int tar_sparse_add(struct tar_reader *reader, uint64_t offset, uint64_t size, struct err *err)
{
	const struct tar_piece *last = reader->map_n > 0 ? &reader->map[reader->map_n - 1] : NULL;

	if (offset > INT64_MAX || size > INT64_MAX || (last && offset < last->offset + last->size))
		return tar_fail(reader, err, "bad sparse map");
	if (reader->map_n == TAR_SPARSE_MAX) {
		reader->sparse_too_large = true;
		return 0;
	}
	if (reader->map_n == reader->map_cap) {
		reader->map_cap = reader->map_cap ? 2 * reader->map_cap : 64;
		reader->map = mem_realloc(reader->map, reader->map_cap * sizeof(*reader->map));
	}
	reader->map[reader->map_n++] = (struct tar_piece){ .offset = offset, .size = size };
	return 0;
}

/* Entries up to the first with an empty offset field. */
static int old_entries(struct tar_reader *reader, const char *p, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++, p += 2 * OLD_NUMBER) {
		uint64_t offset, size;

		if (p[0] == 0)
			return 0;
		if (!tar_number(p, OLD_NUMBER, &offset) ||
		    !tar_number(p + OLD_NUMBER, OLD_NUMBER, &size))
			return tar_fail(reader, err, "bad sparse map");
		if (tar_sparse_add(reader, offset, size, err) < 0)
			return -1;
	}
	return 0;
}

int tar_sparse_gnu(struct tar_reader *reader, const char *header, struct err *err)
{
	bool more = header[OLD_AT_MORE] != 0;
	const char *block;

	if (!tar_number(header + OLD_AT_REAL, OLD_NUMBER, &reader->real_size) ||
	    reader->real_size > INT64_MAX)
		return tar_fail(reader, err, "bad size of a sparse file");
	if (old_entries(reader, header + OLD_AT_MAP, OLD_ENTRIES, err) < 0)
		return -1;
	while (more) {
		int got = tar_bytes(reader, TAR_BLOCK_BYTES, &block, err);

		if (got < 0)
			return -1;
		if (got == 0)
			return tar_fail(reader, err, "cut off");
		more = block[OLD_AT_EXT_MORE] != 0;
		if (old_entries(reader, block, OLD_EXT_ENTRIES, err) < 0)
			return -1;
	}
	return 0;
}

/* One number and its newline out of the map in front of the data (format 1.0). */
struct data_map {
	struct tar_reader *reader;
	str rest;
	uint64_t fetched;
};

static int data_number(struct data_map *in, uint64_t *out, struct err *err)
{
	uint64_t v = 0;

	for (unsigned digits = 0; digits <= 20; digits++) {
		if (in->rest.n == 0) {
			struct tar_reader *reader = in->reader;

			if (reader->left == 0)
				return tar_fail(reader, err, "bad sparse map");
			/* Never past the block, which belongs to the map as a whole. */
			size_t max = TAR_BLOCK_BYTES - (in->fetched & (TAR_BLOCK_BYTES - 1));
			if (tar_piece(reader, size_min(reader->left, max), &in->rest, err) < 0)
				return -1;
			in->fetched += in->rest.n;
			reader->left -= in->rest.n;
		}
		char c = in->rest.p[0];
		in->rest = str_skip(in->rest, 1);
		if (c == '\n' && digits > 0) {
			*out = v;
			return 0;
		}
		if (!is_digit(c) || __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(c - '0'), &v))
			break;
	}
	return tar_fail(in->reader, err, "bad sparse map");
}

static int read_data_map(struct tar_reader *reader, struct err *err)
{
	struct data_map in = { .reader = reader };
	uint64_t count = 0, offset = 0, size = 0;

	if (data_number(&in, &count, err) < 0)
		return -1;
	if (count > TAR_SPARSE_MAX)
		reader->sparse_too_large = true;
	reader->map_n = 0;
	for (uint64_t i = 0; i < count && !reader->sparse_too_large; i++) {
		if (data_number(&in, &offset, err) < 0 || data_number(&in, &size, err) < 0 ||
		    tar_sparse_add(reader, offset, size, err) < 0)
			return -1;
	}
	/* The rest of its last block, less what was fetched of that already. */
	uint64_t pad = -in.fetched & (TAR_BLOCK_BYTES - 1);
	if (pad > reader->left)
		return tar_fail(reader, err, "bad sparse map");
	reader->left -= pad;
	return tar_skip(reader, pad, err);
}

int tar_sparse_begin(struct tar_reader *reader, struct err *err)
{
	uint64_t sum = 0;

	if (reader->sparse_in_data) {
		reader->sparse_in_data = false;
		if (read_data_map(reader, err) < 0)
			return -1;
	}
	if (reader->sparse_too_large)
		return err_set(err, ERR_LIMIT, "archive: more than %u pieces of a sparse file",
			       TAR_SPARSE_MAX);
	for (size_t i = 0; i < reader->map_n; i++) {
		const struct tar_piece *piece = &reader->map[i];

		sum += piece->size;
		if (piece->offset + piece->size > reader->real_size || sum > reader->left)
			return tar_fail(reader, err, "bad sparse map");
	}
	if (sum != reader->left)
		return tar_fail(reader, err, "bad sparse map");
	return 0;
}

int tar_sparse_content(struct tar_reader *reader, str *piece, struct err *err)
{
	if (reader->real_at == 0 && reader->map_at == 0 && tar_sparse_begin(reader, err) < 0)
		return -1;
	/* A piece without bytes only marks the end. */
	while (reader->map_at < reader->map_n && reader->map[reader->map_at].size == 0)
		reader->map_at++;
	if (reader->real_at >= reader->real_size)
		return 0;
	struct tar_piece *next =
		reader->map_at < reader->map_n ? &reader->map[reader->map_at] : NULL;
	uint64_t hole_end = next ? next->offset : reader->real_size;
	if (!next || reader->real_at < hole_end) {
		uint64_t n = hole_end - reader->real_at;

		*piece = str_of(zeros, n > sizeof(zeros) ? sizeof(zeros) : (size_t)n);
	} else {
		if (tar_piece(reader, next->size, piece, err) < 0)
			return -1;
		reader->left -= piece->n;
		next->offset += piece->n;
		next->size -= piece->n;
	}
	reader->real_at += piece->n;
	return 1;
}
