/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/image_kept.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/output.h"
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

static bool make_folder(const char *dir, struct arena *arena)
{
	char *path = str_cstr(arena, str_c(dir));

	for (char *p = path + 1;; p++) {
		if (*p != '/' && *p != 0)
			continue;
		char saved = *p;

		*p = 0;
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return false;
		*p = saved;
		if (saved == 0)
			return true;
	}
}

void image_kept_put(const char *dir, str key, str text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(output_done)
	struct output output = { .fd = -1 };
	struct err ignored; /* nothing is kept then */
	char *path = path_of(dir, key, arena);

	if (text.n > IMAGE_KEPT_MAX || !make_folder(dir, arena) ||
	    output_open(&output, str_c(path), arena, &ignored) < 0)
		return;
	if (output_put(&output, digest_sha256(text, arena), &ignored) < 0 ||
	    output_put(&output, STR("\n"), &ignored) < 0 ||
	    output_put(&output, text, &ignored) < 0 || output_commit(&output, &ignored) < 0)
		return;
}
