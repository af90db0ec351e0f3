/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/deb_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <zlib.h>

#include "advisory/feed/changelog.h"
#include "base/buf.h"
#include "base/err.h"

#define DEB_TAR_MAX	(4ull << 30)
#define DEB_ENTRIES_MAX 200000u
#define DEB_CHUNK	65536u
#define DEB_PACKED_MAX	(16u << 20) /* of a changelog as it lies in the package */

AUTO_PTR(archive_read_free, struct archive);

/* The outer archive as the source of the inner one's bytes. */
struct member {
	struct archive *outer;
	uint64_t bytes;
	char chunk[DEB_CHUNK];
};

static la_ssize_t member_read(struct archive *inner, void *data, const void **bytes)
{
	struct member *member = data;
	la_ssize_t n = archive_read_data(member->outer, member->chunk, sizeof(member->chunk));

	if (n < 0) {
		archive_set_error(inner, EILSEQ, "%s", archive_error_string(member->outer));
		return -1;
	}
	*bytes = member->chunk;
	return n;
}

static int broken(struct archive *a, const char *what, struct err *err)
{
	const char *why = archive_error_string(a);

	return err_set(err, ERR_INPUT, "package file: %s: %s", what, why ? why : "broken");
}

/* usr/share/doc/NAME/changelog[.Debian].gz */
static bool is_changelog(str path)
{
	str rest = str_without_prefix(path, STR("./")), name;

	if (!str_starts(rest, STR("usr/share/doc/")))
		return false;
	ptrdiff_t slash = str_rfind_char(rest, '/');
	name = str_skip(rest, (size_t)slash + 1);
	/* Not changelog.Debian.ARCH.gz: that tells of rebuilds for one architecture. */
	return str_eq(name, STR("changelog.gz")) || str_eq(name, STR("changelog.Debian.gz"));
}

/* Inflates gzip text; what is beyond the maximum is cut off. */
static int gunzip(str packed, struct arena *arena, str *out, struct err *err)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)packed.p, .avail_in = (uInt)packed.n };
	AUTO(buf_done)
	struct buf text = { 0 };
	int r = Z_OK;

	buf_init(&text, CHANGELOG_MAX_BYTES);
	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return err_set(err, ERR_SYS, "inflate");
	while (r == Z_OK && text.n < CHANGELOG_MAX_BYTES) {
		size_t room = CHANGELOG_MAX_BYTES - text.n < DEB_CHUNK
				      ? CHANGELOG_MAX_BYTES - text.n
				      : DEB_CHUNK;
		char *to = buf_room(&text, room);

		if (!to)
			break;
		z.next_out = (Bytef *)to;
		z.avail_out = (uInt)room;
		r = inflate(&z, Z_NO_FLUSH);
		text.n += room - z.avail_out;
	}
	(void)inflateEnd(&z); /* frees only */
	if (r != Z_OK && r != Z_STREAM_END)
		return err_set(err, ERR_INPUT, "changelog: broken gzip data");
	*out = str_dup(arena, buf_str(&text));
	return 0;
}

/* 1 when the entry at hand is the changelog of `source`. */
static int changelog_read(struct archive *inner, str source, struct arena *arena, str *out,
			  struct err *err)
{
	AUTO(buf_done)
	struct buf packed = { 0 };
	struct changelog_entry first;
	char chunk[DEB_CHUNK];
	str text;

	buf_init(&packed, DEB_PACKED_MAX);
	for (;;) {
		la_ssize_t n = archive_read_data(inner, chunk, sizeof(chunk));

		if (n < 0)
			return broken(inner, "changelog", err);
		if (n == 0)
			break;
		buf_add(&packed, str_of(chunk, (size_t)n));
		if (packed.overflow)
			return err_set(err, ERR_LIMIT,
				       "package file: changelog of more than %u bytes",
				       DEB_PACKED_MAX);
	}
	if (packed.n == 0)
		return 0; /* a hard link: its bytes stand elsewhere */
	if (gunzip(buf_str(&packed), arena, &text, err) < 0)
		return -1;
	str rest = text;
	if (!changelog_next(&rest, &first) || !str_eq(first.source, source))
		return 0; /* the upstream project's own */
	*out = text;
	return 1;
}

static int tar_search(struct archive *outer, str source, struct arena *arena, str *out,
		      struct err *err)
{
	AUTO(archive_read_free)
	struct archive *inner = archive_read_new();
	AUTO(free)
	struct member *member = mem_zalloc(sizeof(*member));
	struct archive_entry *entry;
	unsigned entries = 0;

	member->outer = outer;
	if (!inner || archive_read_support_filter_all(inner) < ARCHIVE_WARN ||
	    archive_read_support_format_tar(inner) != ARCHIVE_OK)
		return err_set(err, ERR_SYS, "libarchive");
	if (archive_read_open(inner, member, NULL, member_read, NULL) != ARCHIVE_OK)
		return broken(inner, "data", err);
	for (;;) {
		int r = archive_read_next_header(inner, &entry);

		if (r == ARCHIVE_EOF)
			return 0;
		if (r < ARCHIVE_WARN)
			return broken(inner, "data", err);
		if (++entries > DEB_ENTRIES_MAX ||
		    archive_filter_bytes(inner, 0) > (la_int64_t)DEB_TAR_MAX)
			return err_set(err, ERR_LIMIT, "package file: too large");
		const char *path = archive_entry_pathname(entry);
		if (!path || archive_entry_filetype(entry) != AE_IFREG ||
		    !is_changelog(str_c(path)))
			continue;
		r = changelog_read(inner, source, arena, out, err);
		if (r != 0)
			return r;
	}
}

int deb_changelog(int fd, str source, struct arena *arena, str *out, struct err *err)
{
	AUTO(archive_read_free)
	struct archive *outer = archive_read_new();
	struct archive_entry *entry;

	if (!outer || archive_read_support_format_ar(outer) != ARCHIVE_OK)
		return err_set(err, ERR_SYS, "libarchive");
	if (archive_read_open_fd(outer, fd, DEB_CHUNK) != ARCHIVE_OK)
		return broken(outer, "no ar archive", err);
	for (unsigned i = 0; i < 64; i++) {
		int r = archive_read_next_header(outer, &entry);

		if (r == ARCHIVE_EOF)
			break;
		if (r < ARCHIVE_WARN)
			return broken(outer, "ar archive", err);
		const char *name = archive_entry_pathname(entry);
		if (name && str_starts(str_c(name), STR("data.tar")))
			return tar_search(outer, source, arena, out, err);
	}
	return err_set(err, ERR_INPUT, "package file: no data.tar in it");
}
