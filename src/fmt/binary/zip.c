/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/zip.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include "base/err.h"
#include "base/num.h"
#include "base/rd.h"

#define END_MAGIC	0x06054b50u
#define END_BYTES	22u
#define END64_MAGIC	0x06064b50u
#define END64_BYTES	56u
#define LOCATOR_MAGIC	0x07064b50u
#define LOCATOR_BYTES	20u
#define CENTRAL_MAGIC	0x02014b50u
#define CENTRAL_BYTES	46u
#define LOCAL_MAGIC	0x04034b50u
#define LOCAL_BYTES	30u
#define ZIP64_EXTRA	1u
#define FLAG_ENCRYPTED	1u
#define COMMENT_MAX	65535u
#define WINDOW_BYTES	(64u << 10)
#define ENTRY_BYTES_MAX (CENTRAL_BYTES + 3u * 65535u)
#define METHOD_STORED	0u
#define METHOD_DEFLATE	8u

void zip_budget_init(struct zip_budget *budget)
{
	*budget = (struct zip_budget){ .entries = ZIP_ENTRIES_MAX, .expanded = ZIP_EXPANDED_MAX };
}

int zip_source_read(const struct zip_source *source, void *out, size_t n, uint64_t at,
		    struct err *err)
{
	if (at > source->size || n > source->size - at)
		return err_set(err, ERR_INPUT, "truncated: %zu bytes at %llu of %llu", n,
			       (unsigned long long)at, (unsigned long long)source->size);
	return file_view_pread(source->view, out, n, source->offset + at, err);
}

struct end {
	uint64_t at;	/* where the record stands */
	uint64_t close; /* where the directory must end: the first record behind it */
	uint64_t entries, size, offset;
	uint32_t disk, directory_disk;
};

/* The last place whose comment goes to the end of the file; else the last place at all. */
static int find_end(const struct zip_source *source, struct end *end, struct err *err)
{
	uint64_t most = END_BYTES + COMMENT_MAX;
	size_t n = (size_t)(source->size < most ? source->size : most);
	AUTO(free)
	char *tail = mem_alloc(n + 1);
	ptrdiff_t found = -1;

	if (zip_source_read(source, tail, n, source->size - n, err) < 0)
		return -1;
	for (ptrdiff_t i = (ptrdiff_t)n - (ptrdiff_t)END_BYTES; i >= 0; i--) {
		struct rd r = rd_from(str_of(tail + i, n - (size_t)i));
		bool magic = rd_u32le(&r) == END_MAGIC;

		if (!magic)
			continue;
		rd_seek(&r, 20);
		if (found < 0)
			found = i;
		if (rd_u16le(&r) == n - (size_t)i - END_BYTES) {
			found = i;
			break;
		}
	}
	if (found < 0)
		return err_set(err, ERR_INPUT,
			       "no end of a central directory: not a zip file, or cut off");
	struct rd r = rd_from(str_of(tail + found, END_BYTES));
	rd_seek(&r, 4);
	end->disk = rd_u16le(&r);
	end->directory_disk = rd_u16le(&r);
	(void)rd_u16le(&r);
	end->entries = rd_u16le(&r);
	end->size = rd_u32le(&r);
	end->offset = rd_u32le(&r);
	end->at = end->close = source->size - n + (uint64_t)found;
	return 0;
}

/* The record of zip64, where the old one has no room. It can have been moved by a prefix. */
static int find_end64(const struct zip_source *source, struct end *end, struct err *err)
{
	char bytes[END64_BYTES];
	struct rd r;
	uint64_t at;

	if (end->entries != UINT16_MAX && end->size != UINT32_MAX && end->offset != UINT32_MAX)
		return 0;
	if (end->at < LOCATOR_BYTES)
		return 0;
	if (zip_source_read(source, bytes, LOCATOR_BYTES, end->at - LOCATOR_BYTES, err) < 0)
		return -1;
	r = rd_from(str_of(bytes, LOCATOR_BYTES));
	if (rd_u32le(&r) != LOCATOR_MAGIC)
		return 0;
	(void)rd_u32le(&r);
	at = rd_u64le(&r);
	for (unsigned i = 0; i < 2; i++) {
		if (at <= source->size && source->size - at >= END64_BYTES) {
			if (zip_source_read(source, bytes, END64_BYTES, at, err) < 0)
				return -1;
			r = rd_from(str_of(bytes, END64_BYTES));
			if (rd_u32le(&r) == END64_MAGIC)
				break;
		}
		if (i == 1 || end->at < LOCATOR_BYTES + END64_BYTES)
			return err_set(err, ERR_INPUT, "no zip64 end of the central directory");
		at = end->at - LOCATOR_BYTES - END64_BYTES;
	}
	rd_seek(&r, 16);
	end->disk = rd_u32le(&r);
	end->directory_disk = rd_u32le(&r);
	(void)rd_u64le(&r);
	end->entries = rd_u64le(&r);
	end->size = rd_u64le(&r);
	end->offset = rd_u64le(&r);
	end->close = at;
	return 0;
}

int zip_open(struct zip *zip, struct zip_source source, struct zip_budget *budget, struct err *err)
{
	struct end end = { .at = 0 };

	*zip = (struct zip){ .source = source, .budget = budget };
	buf_init(&zip->window, WINDOW_BYTES + ENTRY_BYTES_MAX);
	if (source.size < END_BYTES)
		return err_set(err, ERR_INPUT, "%llu bytes: not a zip file",
			       (unsigned long long)source.size);
	if (find_end(&source, &end, err) < 0 || find_end64(&source, &end, err) < 0)
		return -1;
	if (end.disk != 0 || end.directory_disk != 0)
		return err_set(err, ERR_UNSUPPORTED, "zip archive of several parts");
	if (end.size > ZIP_DIRECTORY_MAX)
		return err_set(err, ERR_LIMIT, "central directory of %llu bytes",
			       (unsigned long long)end.size);
	if (end.size > end.close || end.offset > end.close - end.size)
		return err_set(err, ERR_INPUT, "central directory outside of the file");
	zip->end = end.close;
	zip->next = zip->directory = end.close - end.size;
	zip->shift = zip->directory - end.offset;
	zip->left = end.entries;
	return 0;
}

void zip_done(struct zip *zip) { buf_done(&zip->window); }

/* n bytes of the directory from zip->next on; valid until the next call. */
static int directory_bytes(struct zip *zip, size_t n, str *out, struct err *err)
{
	uint64_t room = zip->end - zip->next, behind;

	if (n > room)
		return err_set(err, ERR_INPUT, "central directory: truncated");
	if (zip->next < zip->window_at || zip->next + n > zip->window_at + zip->window.n) {
		size_t want = room < WINDOW_BYTES ? (size_t)room : WINDOW_BYTES;
		char *to;

		want = size_max(want, n);
		buf_reset(&zip->window);
		to = buf_room(&zip->window, want);
		if (!to)
			return err_set(err, ERR_LIMIT, "central directory: an entry of %zu bytes",
				       n);
		if (zip_source_read(&zip->source, to, want, zip->next, err) < 0)
			return -1;
		zip->window.n = want;
		zip->window_at = zip->next;
	}
	behind = zip->next - zip->window_at;
	*out = str_of(zip->window.p + behind, n);
	return 0;
}

/* Values that did not fit into 32 bits, in the order of the format. */
static void zip64_values(struct zip_entry *entry, str extra)
{
	struct rd r = rd_from(extra);

	while (rd_left(&r) >= 4 && !r.bad) {
		uint16_t id = rd_u16le(&r);
		uint16_t n = rd_u16le(&r);
		struct rd field = rd_from(rd_bytes(&r, n));

		if (id != ZIP64_EXTRA)
			continue;
		if (entry->size == UINT32_MAX)
			entry->size = rd_u64le(&field);
		if (entry->stored == UINT32_MAX)
			entry->stored = rd_u64le(&field);
		if (entry->header == UINT32_MAX)
			entry->header = rd_u64le(&field);
		return;
	}
}

static void clean_name(char *name, size_t n)
{
	uint32_t cp;

	for (size_t i = 0; i < n;) {
		size_t length = utf8_decode(name + i, n - i, &cp);

		if (length == 0)
			name[i] = '?';
		i += length > 0 ? length : 1;
	}
}

int zip_next(struct zip *zip, struct zip_entry *entry, struct err *err)
{
	struct zip_entry e = { .size = 0 };
	size_t name_n, extra_n, comment_n;
	str bytes;

	/* The count is of 16 bits in the old form: the directory itself says where it ends. */
	if (zip->next == zip->end)
		return 0;
	if (zip->budget->entries == 0)
		return err_set(err, ERR_LIMIT, "more than %u entries", ZIP_ENTRIES_MAX);
	zip->budget->entries--;
	if (directory_bytes(zip, CENTRAL_BYTES, &bytes, err) < 0)
		return -1;
	struct rd r = rd_from(bytes);
	if (rd_u32le(&r) != CENTRAL_MAGIC)
		return err_set(err, ERR_INPUT, "central directory: no entry at %llu",
			       (unsigned long long)zip->next);
	rd_seek(&r, 8);
	e.encrypted = rd_u16le(&r) & FLAG_ENCRYPTED;
	e.method = rd_u16le(&r);
	rd_seek(&r, 16);
	e.crc = rd_u32le(&r);
	e.stored = rd_u32le(&r);
	e.size = rd_u32le(&r);
	name_n = rd_u16le(&r);
	extra_n = rd_u16le(&r);
	comment_n = rd_u16le(&r);
	rd_seek(&r, 42);
	e.header = rd_u32le(&r);
	if (name_n > ZIP_NAME_MAX)
		return err_set(err, ERR_LIMIT, "name of %zu bytes", name_n);
	if (directory_bytes(zip, CENTRAL_BYTES + name_n + extra_n + comment_n, &bytes, err) < 0)
		return -1;
	zip64_values(&e, str_of(bytes.p + CENTRAL_BYTES + name_n, extra_n));
	clean_name(zip->window.p + (bytes.p - zip->window.p) + CENTRAL_BYTES, name_n);
	e.name = str_of(bytes.p + CENTRAL_BYTES, name_n);
	e.folder = str_ends(e.name, STR("/"));
	e.header += zip->shift;
	zip->next += bytes.n;
	*entry = e;
	return 1;
}

/* Where the stored bytes begin; they lie in front of the directory. */
int zip_data(struct zip *zip, const struct zip_entry *entry, uint64_t *at, struct err *err)
{
	char bytes[LOCAL_BYTES];
	struct rd r;
	uint64_t start;

	if (entry->encrypted)
		return err_set(err, ERR_UNSUPPORTED, "encrypted entry");
	if (entry->header > zip->directory || zip->directory - entry->header < LOCAL_BYTES)
		return err_set(err, ERR_INPUT, "entry outside of the file");
	if (zip_source_read(&zip->source, bytes, sizeof(bytes), entry->header, err) < 0)
		return -1;
	r = rd_from(str_of(bytes, sizeof(bytes)));
	if (rd_u32le(&r) != LOCAL_MAGIC)
		return err_set(err, ERR_INPUT, "no entry where the central directory says");
	rd_seek(&r, 26);
	start = entry->header + LOCAL_BYTES + rd_u16le(&r);
	start += rd_u16le(&r);
	if (start > zip->directory || entry->stored > zip->directory - start)
		return err_set(err, ERR_INPUT, "entry outside of the file");
	if (__builtin_add_overflow(zip->taken, entry->stored, &zip->taken) ||
	    zip->taken > zip->source.size)
		return err_set(err, ERR_LIMIT, "entries overlap");
	*at = start;
	return 0;
}

bool zip_stored(struct zip *zip, const struct zip_entry *entry, struct zip_source *out)
{
	struct err ignored;
	uint64_t at;

	if (entry->method != METHOD_STORED || entry->size != entry->stored ||
	    zip_data(zip, entry, &at, &ignored) < 0)
		return false;
	*out = (struct zip_source){ .view = zip->source.view,
				    .offset = zip->source.offset + at,
				    .size = entry->size };
	return true;
}

static int expand(struct zip *zip, uint64_t at, const struct zip_entry *entry, char *out,
		  struct err *err)
{
	AUTO(free)
	struct inflate_state *state = mem_alloc(sizeof(*state));
	AUTO(free)
	char *window = mem_alloc(WINDOW_BYTES);
	uint64_t left = entry->stored;
	int got = ISAL_DECOMP_OK;

	isal_inflate_init(state);
	state->next_out = (uint8_t *)out;
	state->avail_out = (uint32_t)entry->size + 1; /* a byte more tells what is too long */
	while (got == ISAL_DECOMP_OK && state->block_state != ISAL_BLOCK_FINISH &&
	       state->avail_out > 0) {
		size_t n = left < WINDOW_BYTES ? (size_t)left : WINDOW_BYTES;

		if (state->avail_in == 0 && n > 0) {
			if (zip_source_read(&zip->source, window, n, at, err) < 0)
				return -1;
			state->next_in = (uint8_t *)window;
			state->avail_in = (uint32_t)n;
			at += n;
			left -= n;
		} else if (state->avail_in == 0) {
			return err_set(err, ERR_INPUT, "compressed data ends early");
		}
		got = isal_inflate(state);
	}
	if (got != ISAL_DECOMP_OK)
		return err_set(err, ERR_INPUT, "compressed data is broken");
	if (state->avail_out != 1)
		return err_set(err, ERR_INPUT, "content is %s than its size says",
			       state->avail_out == 0 ? "longer" : "shorter");
	return 0;
}

int zip_read(struct zip *zip, const struct zip_entry *entry, size_t max, struct arena *arena,
	     str *out, struct err *err)
{
	uint64_t at;
	char *bytes;

	if (entry->method != METHOD_STORED && entry->method != METHOD_DEFLATE)
		return err_set(err, ERR_UNSUPPORTED, "compression method %u", entry->method);
	if (entry->size > max || entry->size >= UINT32_MAX)
		return err_set(err, ERR_LIMIT, "%llu bytes, at most %zu are read",
			       (unsigned long long)entry->size, max);
	if (entry->size > zip->budget->expanded)
		return err_set(err, ERR_LIMIT, "more than %u bytes in all", ZIP_EXPANDED_MAX);
	if (zip_data(zip, entry, &at, err) < 0)
		return -1;
	zip->budget->expanded -= entry->size;
	bytes = arena_bytes(arena, (size_t)entry->size + 1);
	if (entry->method == METHOD_DEFLATE) {
		if (expand(zip, at, entry, bytes, err) < 0)
			return -1;
	} else if (entry->size != entry->stored) {
		return err_set(err, ERR_INPUT, "stored entry with two sizes");
	} else if (zip_source_read(&zip->source, bytes, (size_t)entry->size, at, err) < 0) {
		return -1;
	}
	if (crc32_gzip_refl(0, (const unsigned char *)bytes, entry->size) != entry->crc)
		return err_set(err, ERR_INPUT, "checksum differs");
	*out = str_of(bytes, (size_t)entry->size);
	return 0;
}
