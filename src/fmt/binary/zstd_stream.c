/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/zstd_stream.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"

#include <zstd.h>

#define MAGIC_BYTES  4u
#define HEADER_BYTES 18u /* RFC 8878, 3.1.1.1: the longest frame header, with the magic */

struct zstd_stream {
	ZSTD_DStream *zstd;
	char magic[MAGIC_BYTES]; /* of the next frame, as far as it has come */
	size_t magic_n;
	size_t frame_n; /* bytes of the frame's head that were taken, up to HEADER_BYTES */
	bool open;
};

struct zstd_stream *zstd_stream_new(void)
{
	struct zstd_stream *stream = mem_zalloc(sizeof(*stream));

	stream->zstd = ZSTD_createDStream();
	if (!stream->zstd)
		abort(); /* out of memory */
	IGNORE(ZSTD_DCtx_setParameter(stream->zstd, ZSTD_d_windowLogMax,
				      ZSTD_STREAM_WINDOW)); /* in range */
	return stream;
}

void zstd_stream_free(struct zstd_stream *stream)
{
	if (!stream)
		return;
	IGNORE(ZSTD_freeDStream(stream->zstd)); /* cannot fail */
	free(stream);
}

bool zstd_stream_open(const struct zstd_stream *stream)
{
	return stream->open || stream->magic_n > 0;
}

/* RFC 8878, 3.1.1 and 3.1.2. */
static bool is_magic(const char magic[MAGIC_BYTES])
{
	return memcmp(magic, "\x28\xb5\x2f\xfd", MAGIC_BYTES) == 0 ||
	       ((magic[0] & 0xf0) == 0x50 && memcmp(magic + 1, "\x2a\x4d\x18", 3) == 0);
}

static int feed(struct zstd_stream *stream, ZSTD_inBuffer *in, ZSTD_outBuffer *out, struct err *err)
{
	size_t hint = ZSTD_decompressStream(stream->zstd, out, in);

	if (ZSTD_isError(hint))
		return err_set(err, ERR_INPUT, "zstd data is corrupt (%s)",
			       ZSTD_getErrorName(hint));
	stream->open = hint != 0;
	return 0;
}

/* The magic of the next frame, taken whole before the library sees it. */
static int begin_frame(struct zstd_stream *stream, str *in, ZSTD_outBuffer *out, struct err *err)
{
	size_t n = size_min(MAGIC_BYTES - stream->magic_n, in->n);

	memcpy(stream->magic + stream->magic_n, in->p, n);
	stream->magic_n += n;
	*in = str_skip(*in, n);
	if (stream->magic_n < MAGIC_BYTES)
		return 0;
	if (!is_magic(stream->magic))
		return err_set(err, ERR_INPUT, "zstd data is corrupt (no frame)");
	stream->magic_n = 0;
	stream->frame_n = MAGIC_BYTES;
	ZSTD_inBuffer magic = { .src = stream->magic, .size = MAGIC_BYTES };
	return feed(stream, &magic, out, err);
}

int zstd_stream_step(struct zstd_stream *stream, str *in, char *out, size_t room, size_t *got,
		     struct err *err)
{
	ZSTD_outBuffer to = { .dst = out, .size = room };

	for (;;) {
		size_t before = to.pos, left = in->n;

		if (!stream->open) {
			if (in->n == 0)
				break;
			if (begin_frame(stream, in, &to, err) < 0)
				return -1;
			continue;
		}
		/* The head byte by byte: no piece is ever long enough for the shortcut. */
		bool head = stream->frame_n < HEADER_BYTES && in->n > 0;
		ZSTD_inBuffer from = { .src = in->p, .size = head ? 1 : in->n };
		if (feed(stream, &from, &to, err) < 0)
			return -1;
		*in = str_skip(*in, from.pos);
		stream->frame_n += head ? from.pos : 0;
		if (to.pos == to.size || (in->n == left && to.pos == before))
			break;
	}
	*got = to.pos;
	return 0;
}
