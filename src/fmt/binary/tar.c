/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/tar.h"

#include <assert.h>

#include "base/err.h"
#include "base/num.h"
#include "fmt/binary/tar_internal.h"

/* Offsets and lengths of the fields of a header. */
enum {
	AT_NAME = 0,
	LEN_NAME = 100,
	AT_MODE = 100,
	AT_UID = 108,
	AT_GID = 116,
	AT_SIZE = 124,
	LEN_SIZE = 12,
	AT_SUM = 148,
	LEN_SUM = 8,
	AT_TYPE = 156,
	AT_LINK = 157,
	LEN_LINK = 100,
	AT_MAGIC = 257,
	AT_PREFIX = 345,
	LEN_PREFIX = 155,
	LEN_PREFIX_STAR = 131,
	AT_STAR = 508,
};

void tar_init(struct tar_reader *reader, struct tar_source source)
{
	*reader = (struct tar_reader){ .source = source };
	buf_init(&reader->path, TAR_META_MAX + 1024);
	buf_init(&reader->link, TAR_META_MAX + 1024);
	buf_init(&reader->meta, TAR_META_MAX + 1024);
}

void tar_done(struct tar_reader *reader)
{
	buf_done(&reader->path);
	buf_done(&reader->link);
	buf_done(&reader->meta);
	free(reader->map);
	reader->map = NULL;
}

int tar_fail(const struct tar_reader *reader, struct err *err, const char *what)
{
	return err_set(err, ERR_INPUT, "archive: %s at byte %llu", what,
		       (unsigned long long)reader->offset);
}

/* Makes sure that the current piece is not empty. 1, 0 at the end, -1. */
static int refill(struct tar_reader *reader, struct err *err)
{
	while (reader->piece.n == 0) {
		int got = reader->source.next(reader->source.context, &reader->piece, err);

		if (got <= 0) {
			reader->piece = STR_EMPTY;
			return got;
		}
	}
	return 1;
}

static void consume(struct tar_reader *reader, size_t n)
{
	reader->piece = str_skip(reader->piece, n);
	reader->offset += n;
}

int tar_bytes(struct tar_reader *reader, size_t n, const char **out, struct err *err)
{
	size_t have = 0;
	int got = refill(reader, err);

	assert(n <= sizeof(reader->block));
	if (got <= 0)
		return got;
	if (reader->piece.n >= n) {
		*out = reader->piece.p;
		consume(reader, n);
		return 1;
	}
	while (have < n) {
		got = refill(reader, err);
		if (got < 0)
			return -1;
		if (got == 0)
			return tar_fail(reader, err, "cut off");
		size_t part = size_min(reader->piece.n, n - have);
		memcpy(reader->block + have, reader->piece.p, part);
		have += part;
		consume(reader, part);
	}
	*out = reader->block;
	return 1;
}

int tar_piece(struct tar_reader *reader, uint64_t max, str *piece, struct err *err)
{
	int got = refill(reader, err);

	if (got < 0)
		return -1;
	if (got == 0)
		return tar_fail(reader, err, "cut off");
	*piece = str_take(reader->piece, max > SIZE_MAX ? SIZE_MAX : (size_t)max);
	consume(reader, piece->n);
	return 1;
}

int tar_skip(struct tar_reader *reader, uint64_t n, struct err *err)
{
	str piece;

	while (n > 0) {
		if (tar_piece(reader, n, &piece, err) < 0)
			return -1;
		n -= piece.n;
	}
	return 0;
}

bool tar_number(const char *field, size_t n, uint64_t *out)
{
	const unsigned char *p = (const unsigned char *)field;
	uint64_t v = p[0] & 0x3f;
	str s = str_of(field, n);

	if (p[0] & 0x80) {
		/* Base 256; negative numbers (0x40) have no meaning in what is read here. */
		for (size_t i = 1; i < n; i++) {
			if (v >> 55)
				return false;
			v = v << 8 | p[i];
		}
		*out = v;
		return !(p[0] & 0x40);
	}
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == 0))
		s = str_skip(s, 1);
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == 0))
		s = str_drop_end(s, 1);
	ptrdiff_t nul = str_find_char(s, 0);
	if (nul >= 0)
		s = str_take(s, (size_t)nul);
	if (s.n == 0) {
		*out = 0;
		return true;
	}
	return str_u64_base(s, 8, out);
}

static bool is_zero(const char *block)
{
	uint64_t words[TAR_BLOCK_BYTES / sizeof(uint64_t)], any = 0;

	memcpy(words, block, sizeof(words));
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		any |= words[i];
	return any == 0;
}

/* The sum of all bytes, those of the field itself taken as spaces; some writers had signed bytes.
 */
static bool sum_holds(const char *h)
{
	uint64_t wanted;
	uint32_t sum = 0;
	uint32_t high = 0;

	if (!tar_number(h + AT_SUM, LEN_SUM, &wanted))
		return false;
	for (size_t i = 0; i < TAR_BLOCK_BYTES; i++) {
		sum += (unsigned char)h[i];
		high += (unsigned char)h[i] >> 7;
	}
	for (size_t i = AT_SUM; i < AT_SUM + LEN_SUM; i++) {
		sum += (uint32_t)' ' - (unsigned char)h[i];
		high -= (unsigned char)h[i] >> 7;
	}
	return wanted == sum || (int64_t)wanted == (int64_t)sum - 256 * (int64_t)high;
}

static str field(const char *h, size_t at, size_t n) { return str_of(h + at, strnlen(h + at, n)); }

/* Name and link of the header itself, unless an extended header gave them. */
static void take_names(struct tar_reader *reader, const char *h, const struct tar_meta *meta)
{
	if (!meta->has_path) {
		bool ustar = memcmp(h + AT_MAGIC, "ustar", 6) == 0;
		bool star = ustar && memcmp(h + AT_STAR, "tar", 4) == 0;
		str prefix = ustar ? field(h, AT_PREFIX, star ? LEN_PREFIX_STAR : LEN_PREFIX)
				   : STR_EMPTY;

		buf_reset(&reader->path);
		if (prefix.n > 0) {
			buf_add(&reader->path, prefix);
			buf_byte(&reader->path, '/');
		}
		buf_add(&reader->path, field(h, AT_NAME, LEN_NAME));
	}
	if (!meta->has_link) {
		buf_reset(&reader->link);
		buf_add(&reader->link, field(h, AT_LINK, LEN_LINK));
	}
}

static enum tar_type type_of(char flag, str path)
{
	switch (flag) {
	case '\0':
		return str_ends(path, STR("/")) ? TAR_DIR : TAR_FILE;
	case '0':
	case '7':
	case 'S':
		return TAR_FILE;
	case '1':
		return TAR_HARDLINK;
	case '2':
		return TAR_SYMLINK;
	case '3':
		return TAR_CHAR;
	case '4':
		return TAR_BLOCK;
	case '5':
		return TAR_DIR;
	case '6':
		return TAR_FIFO;
	default:
		return TAR_OTHER;
	}
}

static void set_content(struct tar_reader *reader, uint64_t n)
{
	reader->left = n;
	reader->pad = (unsigned)(-n & (TAR_BLOCK_BYTES - 1));
}

/* Reads the whole content into `to`: a pax header or a long name. */
static int read_meta(struct tar_reader *reader, uint64_t size, struct buf *to, struct err *err)
{
	str piece;

	buf_reset(to);
	if (size > TAR_META_MAX)
		return err_set(err, ERR_LIMIT, "archive: a header of %llu bytes",
			       (unsigned long long)size);
	for (uint64_t left = size; left > 0; left -= piece.n) {
		if (tar_piece(reader, left, &piece, err) < 0)
			return -1;
		buf_add(to, piece);
	}
	return tar_skip(reader, -size & (TAR_BLOCK_BYTES - 1), err);
}

/* A GNU long name ends at its first NUL. */
static void cut_at_nul(struct buf *b)
{
	if (b->p)
		b->n = strnlen(b->p, b->n);
}

/* 1: the header was one that describes the next entry (and is done), 0: an entry, -1: failed. */
static int take_extended(struct tar_reader *reader, char flag, uint64_t size, struct tar_meta *meta,
			 struct err *err)
{
	switch (flag) {
	case 'x':
		if (read_meta(reader, size, &reader->meta, err) < 0 ||
		    tar_pax(reader, meta, err) < 0)
			return -1;
		return 1;
	case 'g':
		/* Runtimes do not apply global headers. */
		if (read_meta(reader, size, &reader->meta, err) < 0)
			return -1;
		return 1;
	case 'L':
		meta->has_path = true;
		if (read_meta(reader, size, &reader->path, err) < 0)
			return -1;
		cut_at_nul(&reader->path);
		return 1;
	case 'K':
		meta->has_link = true;
		if (read_meta(reader, size, &reader->link, err) < 0)
			return -1;
		cut_at_nul(&reader->link);
		return 1;
	default:
		return 0;
	}
}

static uint32_t owner(const char *field, bool has, uint64_t given)
{
	uint64_t n = given;

	if (!has && !tar_number(field, 8, &n))
		return UINT32_MAX;
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static int finish_entry(struct tar_reader *reader, const char *h, const struct tar_meta *meta,
			struct tar_entry *entry, struct err *err)
{
	char flag = h[AT_TYPE];
	uint64_t mode;

	take_names(reader, h, meta);
	*entry = (struct tar_entry){ .path = buf_str(&reader->path),
				     .link = buf_str(&reader->link),
				     .size = meta->size,
				     .stored = meta->size };
	entry->type = type_of(flag, entry->path);
	if (tar_number(h + AT_MODE, 8, &mode))
		entry->mode = (uint32_t)(mode & 07777);
	entry->uid = owner(h + AT_UID, meta->has_uid, meta->uid);
	entry->gid = owner(h + AT_GID, meta->has_gid, meta->gid);
	entry->capable = meta->capable;
	if (entry->type != TAR_FILE && entry->type != TAR_OTHER)
		entry->size = entry->stored = 0;
	if (entry->type != TAR_HARDLINK && entry->type != TAR_SYMLINK)
		entry->link = STR_EMPTY;
	reader->sparse = (flag == 'S' || meta->sparse) && entry->type == TAR_FILE;
	reader->sparse_in_data = reader->sparse && flag != 'S' && meta->major >= 1;
	reader->real_at = 0;
	reader->map_at = 0;
	reader->real_size = meta->has_real_size ? meta->real_size : entry->size;
	/* The header may lie in reader->block, which the next blocks overwrite: last use of it. */
	if (flag == 'S' && tar_sparse_gnu(reader, h, err) < 0)
		return -1;
	if (reader->sparse)
		entry->size = reader->real_size;
	set_content(reader, entry->stored);
	return 1;
}

static int end_marker(struct tar_reader *reader, struct err *err)
{
	const char *h;
	int got = tar_bytes(reader, TAR_BLOCK_BYTES, &h, err);

	if (got > 0 && !is_zero(h))
		return tar_fail(reader, err, "a single zero block");
	if (got >= 0)
		reader->ended = true;
	return got < 0 ? -1 : 0;
}

/*
 * Passes over the bytes that fill the last block of an entry. Some writers (umoci) leave them out
 * at the end of the archive, with the end marker: nothing of the entry is missing then. 1, 0 at
 * such an end, -1.
 */
static int skip_fill(struct tar_reader *reader, struct err *err)
{
	while (reader->pad > 0) {
		int got = refill(reader, err);

		if (got <= 0)
			return got;
		size_t n = size_min(reader->pad, reader->piece.n);
		consume(reader, n);
		reader->pad -= (unsigned)n;
	}
	return 1;
}

int tar_next(struct tar_reader *reader, struct tar_entry *entry, struct err *err)
{
	struct tar_meta meta = { .has_path = false };
	const char *h;
	uint64_t size;
	bool extended = false;

	if (reader->ended)
		return 0;
	if (tar_skip(reader, reader->left, err) < 0)
		return -1;
	reader->left = 0;
	int filled = skip_fill(reader, err);
	if (filled <= 0) {
		reader->ended = filled == 0;
		return filled;
	}
	reader->map_n = 0;
	reader->sparse_too_large = false;
	for (;;) {
		int got = tar_bytes(reader, TAR_BLOCK_BYTES, &h, err);

		if (got < 0)
			return -1;
		if (got == 0 || is_zero(h)) {
			if (extended)
				return tar_fail(reader, err, "an extended header without entry");
			if (got > 0)
				return end_marker(reader, err);
			reader->ended = true;
			return 0;
		}
		if (!sum_holds(h))
			return tar_fail(reader, err, "wrong checksum of a header");
		if (!tar_number(h + AT_SIZE, LEN_SIZE, &size) || size > INT64_MAX)
			return tar_fail(reader, err, "bad size in a header");
		got = take_extended(reader, h[AT_TYPE], size, &meta, err);
		if (got < 0)
			return -1;
		extended = true;
		if (got == 0)
			break;
	}
	if (!meta.has_size)
		meta.size = size;
	return finish_entry(reader, h, &meta, entry, err);
}

int tar_content(struct tar_reader *reader, str *piece, struct err *err)
{
	if (reader->sparse)
		return tar_sparse_content(reader, piece, err);
	if (reader->left == 0)
		return 0;
	if (tar_piece(reader, reader->left, piece, err) < 0)
		return -1;
	reader->left -= piece->n;
	return 1;
}

uint64_t tar_leave(struct tar_reader *reader)
{
	uint64_t n = reader->left + reader->pad;
	size_t here = n < reader->piece.n ? (size_t)n : reader->piece.n;

	consume(reader, here);
	reader->offset += n - here;
	reader->left = 0;
	reader->pad = 0;
	return n - here;
}
