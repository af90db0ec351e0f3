/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/output.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

void output_guard(void)
{
	(void)signal(SIGPIPE, SIG_IGN); /* a reader that went away is reported by the write */
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* The lowest free descriptor is fd: those below it are open. Opened for the wrong
		 * direction, so that its use fails. */
		if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0)
			_exit(3);
	}
}

static int write_to(int fd, str bytes, const char *name, struct err *err)
{
	if (fd_write_all(fd, bytes, err) < 0)
		return err_wrap(err, "%s", name);
	return 0;
}

static int write_aside(const char *path, str bytes, struct arena *arena, struct err *err)
{
	char *aside = str_cstr(arena, str_fmt(arena, "%s.XXXXXX", path));
	AUTO(fd_close)
	int fd = mkostemp(aside, O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "create a file beside %s", path);
	mode_t mask = umask(0);
	(void)umask(mask);
	if (write_to(fd, bytes, path, err) < 0)
		goto undo;
	if (fchmod(fd, 0666 & ~mask) < 0 || fsync(fd) < 0) {
		err_sys(err, errno, "write %s", path);
		goto undo;
	}
	if (rename(aside, path) < 0) {
		err_sys(err, errno, "rename to %s", path);
		goto undo;
	}
	return 0;
undo:
	(void)unlink(aside); /* the first error is the one to tell */
	return -1;
}

int output_write(str path, str bytes, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct stat st;

	if (path.n == 0 || str_eq(path, STR("-")))
		return write_to(STDOUT_FILENO, bytes, "standard output", err);
	char *name = str_cstr(arena, path);
	if (stat(name, &st) < 0 || S_ISREG(st.st_mode))
		return write_aside(name, bytes, arena, err);
	AUTO(fd_close)
	int fd = open(name, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "open %s", name);
	return write_to(fd, bytes, name, err);
}
