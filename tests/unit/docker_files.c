/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/docker_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/err.h"
#include "test.h"
#include "tree.h"

static const struct json *document(const char *text, struct arena *arena)
{
	const struct json *out = NULL;
	struct err err;

	CHECK_OK(json_parse(str_c(text), NULL, arena, &out, &err));
	return out;
}

/* Facts are gathered again and again: what changes meanwhile is told afterwards. */
TEST(what_happens_before_folders_are_followed_again_is_not_lost)
{
	char root[] = "/tmp/seawall-files-XXXXXX";
	char file[64], folder[64], other[64];
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;

	CHECK(mkdtemp(root));
	snprintf(file, sizeof(file), "%s/daemon.json", root);
	snprintf(folder, sizeof(folder), "%s/certs", root);
	snprintf(other, sizeof(other), "%s/certs/ca.crt", root);
	int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	CHECK(fd >= 0);
	close(fd);
	CHECK_INT(mkdir(folder, 0755), 0);
	const struct json *one =
		document("{\"files\": {\"daemon_json\": [{\"path\": \"/daemon.json\"}]}}", arena);
	const struct json *two =
		document("{\"files\": {\"daemon_json\": [{\"path\": \"/daemon.json\"}],"
			 "\"ca\": [{\"path\": \"/certs/ca.crt\"}]}}",
			 arena);

	AUTO(docker_files_free)
	struct docker_files *files = docker_files_new(&err);
	CHECK(files != NULL);
	CHECK(docker_files_follow(files, one, root));
	CHECK(!docker_files_follow(files, one, root));
	CHECK_STRV(docker_files_take(files, arena), "");
	CHECK_INT(chmod(file, 0666), 0);
	CHECK(docker_files_follow(files, two, root)); /* a folder more */
	CHECK_STRV(docker_files_take(files, arena), "/daemon.json");
	CHECK_STRV(docker_files_take(files, arena), "");
	fd = open(other, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	CHECK(fd >= 0);
	close(fd);
	CHECK(!docker_files_follow(files, two, root));
	CHECK_STRV(docker_files_take(files, arena), "/certs/ca.crt");
	/* What is not followed any more is not told. */
	CHECK(!docker_files_follow(files, one, root));
	CHECK_INT(chmod(other, 0600), 0);
	CHECK_STRV(docker_files_take(files, arena), "");
	CHECK_INT(docker_files_missed(files), 0);
	CHECK_INT(tree_remove(root), 0);
}
