/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/zip_stream.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include "base/err.h"
#include "base/num.h"

#define WINDOW	       (64u << 10)
#define METHOD_DEFLATE 8u

static void rewind_to_start(struct zip_stream *s)
{
	isal_inflate_init(s->state);
	s->state->avail_in = 0;
	s->in_used = 0;
	s->out_at = 0;
	s->out_n = 0;
	s->crc = 0;
}

static int feed(struct zip_stream *s, struct err *err)
{
	uint64_t left = s->entry.stored - s->in_used;
	size_t n = left < WINDOW ? (size_t)left : WINDOW;

	if (n == 0)
		return err_set(err, ERR_INPUT, "compressed data ends early");
	if (zip_source_read(&s->zip->source, s->in, n, s->data + s->in_used, err) < 0)
		return -1;
	s->in_used += n;
	s->state->next_in = (uint8_t *)s->in;
	s->state->avail_in = (uint32_t)n;
	return 0;
}

/* The window behind this one. At the end of the content all must be right. */
static int forward(struct zip_stream *s, struct err *err)
{
	uint64_t at = s->out_at + s->out_n, left = s->entry.size - at;
	size_t n = left < WINDOW ? (size_t)left : WINDOW;

	if (n > s->zip->budget->expanded)
		return err_set(err, ERR_LIMIT, "more than %u bytes in all", ZIP_EXPANDED_MAX);
	s->zip->budget->expanded -= n;
	s->state->next_out = (uint8_t *)s->out;
	s->state->avail_out = (uint32_t)n;
	while (s->state->avail_out > 0) {
		if (s->state->block_state == ISAL_BLOCK_FINISH)
			return err_set(err, ERR_INPUT, "content is shorter than its size says");
		uint32_t before = s->state->avail_out;
		if (isal_inflate(s->state) != ISAL_DECOMP_OK)
			return err_set(err, ERR_INPUT, "compressed data is broken");
		if (s->state->avail_out == before && s->state->avail_in == 0 &&
		    s->state->block_state != ISAL_BLOCK_FINISH && feed(s, err) < 0)
			return -1;
	}
	s->out_at = at;
	s->out_n = n;
	s->crc = crc32_gzip_refl(s->crc, (const unsigned char *)s->out, n);
	if (at + n == s->entry.size && s->crc != s->entry.crc)
		return err_set(err, ERR_INPUT, "checksum differs");
	return 0;
}

/* n bytes at `off`, by going on or beginning again. */
static int pass(struct zip_stream *s, char *out, size_t n, uint64_t off, struct err *err)
{
	if (off < s->out_at)
		rewind_to_start(s);
	while (n > 0) {
		if (off >= s->out_at && off < s->out_at + s->out_n) {
			size_t from = (size_t)(off - s->out_at);
			size_t piece = size_min(s->out_n - from, n);

			memcpy(out, s->out + from, piece);
			out += piece;
			off += piece;
			n -= piece;
		} else if (forward(s, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* The caller has checked that these bytes are there. */
static int read_at(const struct file_view *view, void *out, size_t n, uint64_t off, struct err *err)
{
	struct zip_stream *s = view->context;
	size_t tail_n = s->entry.size < ZIP_STREAM_TAIL ? (size_t)s->entry.size : ZIP_STREAM_TAIL;
	uint64_t tail_at = s->entry.size - tail_n;

	if (off < tail_at)
		return pass(s, out, n, off, err);
	if (!s->tail_filled && pass(s, s->tail, tail_n, tail_at, err) < 0)
		return -1;
	s->tail_filled = true;
	memcpy(out, s->tail + (off - tail_at), n);
	return 0;
}

int zip_stream_open(struct zip_stream *stream, struct zip *zip, const struct zip_entry *entry,
		    struct err *err)
{
	struct zip_stream s = { .zip = zip, .entry = *entry };

	if (entry->method != METHOD_DEFLATE)
		return err_set(err, ERR_UNSUPPORTED, "compression method %u", entry->method);
	if (zip_data(zip, entry, &s.data, err) < 0)
		return -1;
	s.entry.name = STR_EMPTY;
	s.state = mem_alloc(sizeof(*s.state));
	s.in = mem_alloc(WINDOW);
	s.out = mem_alloc(WINDOW);
	s.tail = mem_alloc(ZIP_STREAM_TAIL);
	*stream = s;
	stream->view = (struct file_view){
		.size = entry->size, .fd = -1, .read = read_at, .context = stream
	};
	rewind_to_start(stream);
	return 0;
}

void zip_stream_done(struct zip_stream *stream)
{
	free(stream->state);
	free(stream->in);
	free(stream->out);
	free(stream->tail);
	*stream = (struct zip_stream){ .zip = NULL };
}
