/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "test.h"

TEST(folders_are_made_with_what_is_above_them_for_the_owner)
{
	char root[] = "/tmp/seawall-folder-XXXXXX";
	char path[64], file[64];
	struct stat st;

	CHECK(mkdtemp(root));
	snprintf(path, sizeof(path), "%s/a/b/c", root);
	snprintf(file, sizeof(file), "%s/a/file", root);
	CHECK(folder_make(path));
	CHECK(folder_make(path)); /* it is there already */
	CHECK_INT(stat(path, &st), 0);
	CHECK(S_ISDIR(st.st_mode));
	CHECK_INT(st.st_mode & 077, 0);
	int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	close(fd);
	snprintf(file, sizeof(file), "%s/a/file/below", root);
	CHECK(!folder_make(file));
	CHECK_INT(errno, ENOTDIR);
	CHECK(!folder_make(""));
	for (size_t n = strlen(path); n > strlen(root); n = strlen(path)) {
		CHECK_INT(rmdir(path), 0);
		*strrchr(path, '/') = 0;
		if (strlen(path) == strlen(root) + 2) {
			snprintf(file, sizeof(file), "%s/file", path);
			CHECK_INT(unlink(file), 0);
		}
	}
	CHECK_INT(rmdir(root), 0);
}
