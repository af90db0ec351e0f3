/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/image_kept.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/folder.h"
#include "oci/digest.h"

static char *path_of(const char *dir, str key, struct arena *arena)
{
	str name = digest_encoded(digest_sha256(key, arena));

	return str_cstr(arena, str_fmt(arena, "%s/%.*s", dir, STR_ARG(name)));
}

bool image_kept_get(const char *dir, str key, struct arena *arena, str *out)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct err ignored; /* as good as none */
	struct stat st;
	char *path = path_of(dir, key, arena);
	str digest, text;
	AUTO(fd_close)
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	buf_init(&b, IMAGE_KEPT_MAX + DIGEST_TEXT_MAX);
	if (buf_read_fd(&b, fd, &ignored) < 0 || !str_cut(buf_str(&b), '\n', &digest, &text) ||
	    !str_eq(digest, digest_sha256(text, arena)))
		return false;
	*out = str_dup(arena, text);
	/* Its age is the time of its last use. */
	IGNORE(utimensat(AT_FDCWD, path, NULL, 0)); /* where nothing may be written it stays */
	return true;
}

/*
 * Nothing waits for the disk: what a crash leaves of it is damaged, and as good as none. One that
 * was begun and never named is removed with time (layer_cache_trim).
 */
void image_kept_put(const char *dir, str key, str text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err ignored; /* nothing is kept then */
	char *path = path_of(dir, key, arena);
	char *aside = str_cstr(arena, str_fmt(arena, "%s/.new-XXXXXX", dir));

	if (text.n > IMAGE_KEPT_MAX || !folder_make(dir))
		return;
	AUTO(fd_close)
	int fd = mkostemp(aside, O_CLOEXEC);
	if (fd < 0)
		return;
	if (fd_write_all(fd, digest_sha256(text, arena), &ignored) < 0 ||
	    fd_write_all(fd, STR("\n"), &ignored) < 0 || fd_write_all(fd, text, &ignored) < 0 ||
	    rename(aside, path) < 0)
		IGNORE(unlink(aside)); /* it was made above */
}
