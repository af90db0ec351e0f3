/* SPDX-License-Identifier: Apache-2.0 */
/* "-": an archive on standard input. What cannot be read at any place is spooled first. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/err.h"
#include "oci/archive.h"
#include "oci/spool.h"

static int stdin_open(struct image *image, str rest, struct err *err)
{
	int in = image->opts->stdin_fd, fd;
	struct stat st;

	(void)rest;
	if (fstat(in, &st) < 0)
		return err_sys(err, errno, "standard input");
	if (isatty(in))
		return err_set(err, ERR_USAGE,
			       "standard input is a terminal: pipe an archive into it, for example "
			       "from `docker save`");
	if (S_ISREG(st.st_mode) && lseek(in, 0, SEEK_CUR) == 0) {
		fd = fcntl(in, F_DUPFD_CLOEXEC, 3);
		if (fd < 0)
			return err_sys(err, errno, "standard input");
	} else {
		fd = spool_fd(in, image->opts->tmp_dir, image->opts->max_spool,
			      image->opts->deadline_ms, err);
		if (fd < 0)
			return err_wrap(err, "standard input");
	}
	return archive_open(image, fd, ARCHIVE_ANY, STR_EMPTY, err);
}

const struct transport transport_stdin = {
	.prefix = "-",
	.form = "-",
	.whole = true,
	.open = stdin_open,
};
