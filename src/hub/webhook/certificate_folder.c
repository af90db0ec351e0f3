/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "hub/webhook/certificates.h"

static int open_folder(const struct certificate_folder *folder, struct err *err)
{
	int fd;

	if (mkdir(folder->path, 0700) < 0 && errno != EEXIST)
		return err_sys(err, errno, "%s", folder->path);
	fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "%s", folder->path);
	return fd;
}

/* Empty when it is not there. */
static int read_one(int dir, const char *name, struct arena *arena, str *out, struct err *err)
{
	AUTO(fd_close)
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	AUTO(buf_done)
	struct buf b = { 0 };

	*out = STR_EMPTY;
	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys(err, errno, "%s", name);
	buf_init(&b, TLS_IDENTITY_MAX_PEM);
	if (buf_read_fd(&b, fd, err) < 0)
		return err_wrap(err, "%s", name);
	*out = str_dup(arena, buf_str(&b));
	return 0;
}

static int read_folder(void *context, struct arena *arena, struct certificates *out,
		       struct err *err)
{
	const struct certificate_folder *folder = context;
	AUTO(fd_close)
	int dir = open_folder(folder, err);

	if (dir < 0)
		return -1;
	if (flock(dir, LOCK_SH) < 0)
		return err_sys(err, errno, "%s", folder->path);
	if (read_one(dir, "ca.crt", arena, &out->authorities, err) < 0 ||
	    read_one(dir, "ca.key", arena, &out->authority_key, err) < 0 ||
	    read_one(dir, "tls.crt", arena, &out->server.certificates, err) < 0 ||
	    read_one(dir, "tls.key", arena, &out->server.key, err) < 0)
		return err_wrap(err, "%s", folder->path);
	out->version = out->authority_key;
	return out->authorities.n > 0;
}

static int write_one(int dir, const char *name, str text, struct err *err)
{
	AUTO(fd_close)
	int fd = -1;
	char aside[64];

	(void)snprintf(aside, sizeof(aside), ".%s.new", name);
	(void)unlinkat(dir, aside, 0);
	fd = openat(dir, aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(err, errno, "%s", name);
	if (fd_write_all(fd, text, err) < 0)
		return err_wrap(err, "%s", name);
	if (fsync(fd) < 0 || renameat(dir, aside, dir, name) < 0)
		return err_sys(err, errno, "%s", name);
	return 0;
}

static int write_folder(void *context, const struct certificates *set, struct err *err)
{
	const struct certificate_folder *folder = context;
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	AUTO(fd_close)
	int dir = open_folder(folder, err);
	str key;

	if (dir < 0)
		return -1;
	if (flock(dir, LOCK_EX) < 0)
		return err_sys(err, errno, "%s", folder->path);
	if (read_one(dir, "ca.key", scratch, &key, err) < 0)
		return err_wrap(err, "%s", folder->path);
	if (!str_eq(key, set->version)) {
		(void)err_set(err, ERR_USAGE, "%s: another process made an authority meanwhile",
			      folder->path);
		err->code = 409;
		return -1;
	}
	/* What does not fit together after a crash is made anew by the next look. */
	if (write_one(dir, "ca.key", set->authority_key, err) < 0 ||
	    write_one(dir, "ca.crt", set->authorities, err) < 0 ||
	    write_one(dir, "tls.key", set->server.key, err) < 0 ||
	    write_one(dir, "tls.crt", set->server.certificates, err) < 0)
		return err_wrap(err, "%s", folder->path);
	return 0;
}

struct certificate_store certificate_folder_store(struct certificate_folder *folder)
{
	return (struct certificate_store){ .read = read_folder,
					   .write = write_folder,
					   .context = folder };
}
