/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/output.h"

#include "base/buf.h"
#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/stat.h>

#define OUTPUT_TRIES 100 /* names beside the file that may be taken */

void output_guard(void)
{
	(void)signal(SIGPIPE, SIG_IGN); /* a reader that went away is reported by the write */
	(void)signal(SIGXFSZ, SIG_IGN); /* so is a limit on the size of files (ulimit -f) */
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* The lowest free descriptor is fd: those below it are open. Opened for the wrong
		 * direction, so that its use fails. */
		if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0)
			_exit(3);
	}
}

/* A file without a name, which cannot be left behind; not every file system has them. */
static int open_nameless(const char *path, struct arena *arena)
{
	ptrdiff_t slash = str_rfind_char(str_c(path), '/');
	str dir = slash > 0 ? str_of(path, (size_t)slash) : slash == 0 ? STR("/") : STR(".");

	if (access("/proc/self/fd", X_OK) < 0)
		return -1;
	return open(str_cstr(arena, dir), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
}

int output_open(struct output *output, str path, struct arena *arena, struct err *err)
{
	struct stat st;

	*output = (struct output){ .fd = STDOUT_FILENO, .name = "standard output" };
	if (path.n == 0 || str_eq(path, STR("-")))
		return 0;
	char *name = str_cstr(arena, path);
	if (stat(name, &st) == 0 && !S_ISREG(st.st_mode)) {
		int fd = open(name, O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			return err_sys(err, errno, "open %s", name);
		*output = (struct output){ .fd = fd, .name = name };
		return 0;
	}
	char *aside = str_cstr(arena, str_fmt(arena, "%s.XXXXXX", name));
	int fd = open_nameless(name, arena);
	if (fd >= 0)
		aside[0] = 0;
	else
		fd = mkostemp(aside, O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "create a file beside %s", name);
	*output = (struct output){ .fd = fd, .name = name, .path = name, .aside = aside };
	return 0;
}

/* Gives a nameless file a name beside the one it will get. */
static int name_aside(struct output *output, struct arena *arena, struct err *err)
{
	char *from = str_cstr(arena, str_fmt(arena, "/proc/self/fd/%d", output->fd));
	uint32_t random;

	for (int tries = 0; tries < OUTPUT_TRIES; tries++) {
		if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
			return err_sys(err, errno, "getrandom");
		char *aside = str_cstr(arena, str_fmt(arena, "%s.%08x", output->path, random));
		if (linkat(AT_FDCWD, from, AT_FDCWD, aside, AT_SYMLINK_FOLLOW) == 0) {
			output->aside = aside;
			return 0;
		}
		if (errno != EEXIST)
			break;
	}
	return err_sys(err, errno, "create a file beside %s", output->path);
}

int output_put(struct output *output, str bytes, struct err *err)
{
	if (fd_write_all(output->fd, bytes, err) < 0)
		return err_wrap(err, "%s", output->name);
	return 0;
}

int output_take(void *output, str bytes, struct err *err) { return output_put(output, bytes, err); }

int output_commit(struct output *output, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	if (!output->path)
		return 0;
	mode_t mask = umask(0);
	(void)umask(mask);
	if (fchmod(output->fd, 0666 & ~mask) < 0 || fsync(output->fd) < 0)
		return err_sys(err, errno, "write %s", output->name);
	if (!output->aside[0] && name_aside(output, arena, err) < 0)
		return -1;
	if (rename(output->aside, output->path) < 0) {
		err_sys(err, errno, "rename to %s", output->path);
		(void)unlink(output->aside); /* the first error is the one to tell */
		output->path = NULL;
		return -1;
	}
	output->path = NULL;
	return 0;
}

void output_done(struct output *output)
{
	if (output->path && output->aside[0])
		(void)unlink(output->aside); /* the first error is the one to tell */
	if (output->fd > STDERR_FILENO)
		(void)close(output->fd); /* synced before */
	*output = (struct output){ .fd = -1 };
}

int output_print(str bytes, struct err *err)
{
	struct output output = { .fd = STDOUT_FILENO, .name = "standard output" };

	return output_put(&output, bytes, err);
}
