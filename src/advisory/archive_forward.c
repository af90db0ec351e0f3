/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libarchive under its own names, loaded with the first call: only packed advisory files need it.
 * Without the library archive_read_new gives NULL, which the callers report.
 */
#include <archive.h>
#include <archive_entry.h>

#include <stdarg.h>

#include "base/library.h"

static struct library library = { .soname = "libarchive.so.13" };

#define FORWARD_INT(name, parameters, arguments) \
	LIBRARY_FORWARD(library, int, ARCHIVE_FATAL, name, parameters, arguments)

LIBRARY_FORWARD(library, struct archive *, NULL, archive_read_new, (void), ())
FORWARD_INT(archive_read_free, (struct archive * a), (a))
FORWARD_INT(archive_read_support_filter_all, (struct archive * a), (a))
FORWARD_INT(archive_read_support_filter_bzip2, (struct archive * a), (a))
FORWARD_INT(archive_read_support_filter_gzip, (struct archive * a), (a))
FORWARD_INT(archive_read_support_filter_xz, (struct archive * a), (a))
FORWARD_INT(archive_read_support_filter_zstd, (struct archive * a), (a))
FORWARD_INT(archive_read_support_format_ar, (struct archive * a), (a))
FORWARD_INT(archive_read_support_format_empty, (struct archive * a), (a))
FORWARD_INT(archive_read_support_format_raw, (struct archive * a), (a))
FORWARD_INT(archive_read_support_format_tar, (struct archive * a), (a))
FORWARD_INT(archive_read_support_format_zip, (struct archive * a), (a))
FORWARD_INT(archive_read_open,
	    (struct archive * a, void *context, archive_open_callback *open,
	     archive_read_callback *reader, archive_close_callback *closer),
	    (a, context, open, reader, closer))
FORWARD_INT(archive_read_open_fd, (struct archive * a, int fd, size_t block), (a, fd, block))
FORWARD_INT(archive_read_open_memory, (struct archive * a, const void *p, size_t n), (a, p, n))
FORWARD_INT(archive_read_next_header, (struct archive * a, struct archive_entry **entry),
	    (a, entry))
LIBRARY_FORWARD(library, la_ssize_t, ARCHIVE_FATAL, archive_read_data,
		(struct archive * a, void *to, size_t n), (a, to, n))
FORWARD_INT(archive_read_data_block,
	    (struct archive * a, const void **p, size_t *n, la_int64_t *offset), (a, p, n, offset))
FORWARD_INT(archive_format, (struct archive * a), (a))
LIBRARY_FORWARD(library, la_int64_t, 0, archive_filter_bytes, (struct archive * a, int i), (a, i))
LIBRARY_FORWARD(library, const char *, "libarchive is not installed", archive_error_string,
		(struct archive * a), (a))
LIBRARY_FORWARD(library, const char *, NULL, archive_entry_pathname, (struct archive_entry * e),
		(e))
LIBRARY_FORWARD(library, __LA_MODE_T, 0, archive_entry_filetype, (struct archive_entry * e), (e))

/* What a callback reports: one text. */
void archive_set_error(struct archive *a, int code, const char *format, ...)
{
	__typeof__(&archive_set_error) function =
		(__typeof__(&archive_set_error))library_symbol(&library, "archive_set_error");
	va_list args;

	if (!function)
		return;
	va_start(args, format);
	function(a, code, "%s", va_arg(args, const char *)); /* no caller has another format */
	va_end(args);
}
