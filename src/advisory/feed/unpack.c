/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/unpack.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/err.h"

#define UNPACK_CHUNK 262144u

AUTO_PTR(archive_read_free, struct archive);

static int broken(struct archive *a, struct err *err)
{
	const char *why = archive_error_string(a);

	return err_set(err, ERR_INPUT, "packed data: %s", why ? why : "broken");
}

int unpack_text(str packed, struct buf *out, struct err *err)
{
	AUTO(archive_read_free)
	struct archive *a = archive_read_new();
	struct archive_entry *entry;

	if (packed.n == 0)
		return 0;
	if (!a || archive_read_support_filter_all(a) < ARCHIVE_WARN ||
	    archive_read_support_format_empty(a) != ARCHIVE_OK ||
	    archive_read_support_format_raw(a) != ARCHIVE_OK)
		return err_set(err, ERR_SYS, "libarchive");
	if (archive_read_open_memory(a, packed.p, packed.n) != ARCHIVE_OK)
		return broken(a, err);
	int r = archive_read_next_header(a, &entry);
	if (r == ARCHIVE_EOF)
		return 0; /* nothing inside */
	if (r < ARCHIVE_WARN)
		return broken(a, err);
	for (;;) {
		char *to = buf_room(out, UNPACK_CHUNK);

		if (!to)
			return err_set(err, ERR_LIMIT, "packed data: more than %zu bytes",
				       out->max);
		la_ssize_t n = archive_read_data(a, to, UNPACK_CHUNK);
		if (n < 0)
			return broken(a, err);
		if (n == 0)
			return 0;
		out->n += (size_t)n;
	}
}
