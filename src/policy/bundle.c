/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/bundle.h"

#include <zlib.h>

#include "base/buf.h"
#include "base/err.h"

#define PIECE (64u << 10)

static int inflate_all(const unsigned char *bytes, size_t n, struct buf *out, struct err *err)
{
	z_stream z = { .avail_in = (uInt)n };
	int rc = Z_BUF_ERROR; /* no room at all */

	/* zlib does not write to it. */
	z.next_in = (unsigned char *)(uintptr_t)bytes;
	if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
		return err_set(err, ERR_SYS, "built-in policies: no memory to inflate them");
	do {
		char *room = buf_room(out, PIECE);

		if (!room)
			break;
		z.next_out = (unsigned char *)room;
		z.avail_out = PIECE;
		rc = inflate(&z, Z_NO_FLUSH);
		out->n += PIECE - z.avail_out;
	} while (rc == Z_OK);
	inflateEnd(&z);
	if (out->overflow || rc != Z_STREAM_END)
		return err_set(err, ERR_INPUT, "built-in policies: damaged");
	return 0;
}

int bundle_each(const unsigned char *bytes, size_t n, bundle_fn *fn, void *context, struct err *err)
{
	AUTO(buf_done)
	struct buf all = { .p = NULL };
	str rest, line, name, digits;
	uint64_t size;

	buf_init(&all, BUNDLE_MAX);
	if (inflate_all(bytes, n, &all, err) < 0)
		return -1;
	rest = buf_str(&all);
	while (rest.n > 0) {
		if (!str_line(&rest, &line) || !str_cut(line, ' ', &name, &digits) ||
		    !str_u64(str_trim(digits), &size) || size > rest.n)
			return err_set(err, ERR_INPUT, "built-in policies: damaged");
		if (fn(context, name, str_take(rest, (size_t)size), err) < 0)
			return -1;
		rest = str_skip(rest, (size_t)size);
	}
	return 0;
}
