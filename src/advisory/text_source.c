/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/text_source.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/json.h"

#define READ_BLOCK (256u << 10)

struct text_source {
	struct archive *archive;
	struct buf name;
	uint64_t bytes, members;
};

static int archive_failed(struct text_source *s, struct err *err)
{
	const char *text = archive_error_string(s->archive);

	return err_set(err, ERR_INPUT, "cannot unpack: %s", text ? text : "unknown reason");
}

int text_source_open(int fd, struct text_source **out, struct err *err)
{
	AUTO(text_source_close)
	struct text_source *s = mem_zalloc(sizeof(*s));
	struct archive *a = s->archive = archive_read_new();

	buf_init(&s->name, 64u << 10);
	if (!a)
		return err_set(err, ERR_SYS, "no memory for an archive reader");
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(err, errno, "seek");
	/* Raw and empty: a plain text is an archive of one. */
	if (archive_read_support_filter_gzip(a) < ARCHIVE_WARN ||
	    archive_read_support_filter_bzip2(a) < ARCHIVE_WARN ||
	    archive_read_support_filter_xz(a) < ARCHIVE_WARN ||
	    archive_read_support_filter_zstd(a) < ARCHIVE_WARN ||
	    archive_read_support_format_zip(a) < ARCHIVE_WARN ||
	    archive_read_support_format_empty(a) < ARCHIVE_WARN ||
	    archive_read_support_format_raw(a) < ARCHIVE_WARN ||
	    archive_read_open_fd(a, fd, READ_BLOCK) < ARCHIVE_WARN)
		return archive_failed(s, err);
	*out = TAKE(s);
	return 0;
}

void text_source_close(struct text_source *s)
{
	if (!s)
		return;
	archive_read_free(s->archive);
	buf_done(&s->name);
	free(s);
}

int text_source_next(struct text_source *s, str *name, struct err *err)
{
	for (;;) {
		struct archive_entry *entry;
		const char *path;
		int rc = archive_read_next_header(s->archive, &entry);

		if (rc == ARCHIVE_EOF)
			return 0;
		if (rc < ARCHIVE_WARN)
			return archive_failed(s, err);
		if (++s->members > TEXT_MAX_MEMBERS)
			return err_set(err, ERR_LIMIT, "more than %u members", TEXT_MAX_MEMBERS);
		s->bytes = 0;
		*name = STR_EMPTY;
		if (archive_format(s->archive) == ARCHIVE_FORMAT_RAW ||
		    archive_format(s->archive) == ARCHIVE_FORMAT_EMPTY)
			return 1;
		if (archive_entry_filetype(entry) != AE_IFREG)
			continue;
		path = archive_entry_pathname(entry);
		buf_reset(&s->name);
		buf_add(&s->name, str_c(path ? path : "?"));
		*name = buf_str(&s->name);
		return 1;
	}
}

int text_source_pull(void *source, str *chunk, struct err *err)
{
	struct text_source *s = source;
	const void *p;
	size_t n;
	la_int64_t offset;
	int rc;

	do {
		rc = archive_read_data_block(s->archive, &p, &n, &offset);
	} while (rc == ARCHIVE_OK && n == 0);
	if (rc == ARCHIVE_EOF)
		return 0;
	if (rc < ARCHIVE_WARN)
		return archive_failed(s, err);
	s->bytes += n;
	if (s->bytes > TEXT_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "a text of more than 1 GiB");
	*chunk = str_of(p, n);
	return 1;
}
