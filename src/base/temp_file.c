/* SPDX-License-Identifier: Apache-2.0 */
#include "base/temp_file.h"

#include <errno.h>
#include <fcntl.h>

#include "base/err.h"

int temp_file_open(const char *dir, struct err *err)
{
	char path[4096];
	const char *env = getenv("TMPDIR");
	int fd, n;

	if (!dir)
		dir = env && env[0] == '/' ? env : "/var/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
		return err_sys(err, errno, "temporary file in %s", dir);
	/* A file system without nameless files. */
	n = snprintf(path, sizeof(path), "%s/seawall-XXXXXX", dir);
	if (n < 0 || (size_t)n >= sizeof(path))
		return err_set(err, ERR_USAGE, "name of the temporary folder is too long");
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "temporary file in %s", dir);
	if (unlink(path) < 0) {
		(void)close(fd);
		return err_sys(err, errno, "remove %s", path);
	}
	return fd;
}
