/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/document_job.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/err.h"
#include "fmt/file_view.h"

int document_job_text(const struct worker_job *job, size_t max, struct arena *arena, str *out,
		      struct err *err)
{
	struct file_view view = { .path = STR_EMPTY };
	int64_t size;

	if (job->fd_count != 1 || !json_i64(JSON_GET(job->header, "size"), &size) || size < 0)
		return err_set(err, ERR_INPUT, "malformed job");
	view.fd = job->fds[0];
	view.size = (uint64_t)size;
	return file_view_load(&view, max, arena, out, err);
}

int document_job_open(str path, struct arena *arena, uint64_t *size, struct err *err)
{
	AUTO(fd_close)
	int fd = open(str_cstr(arena, path), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return err_sys(err, errno, "open %.*s", STR_ARG(path));
	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "look at %.*s", STR_ARG(path));
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "%.*s: not a regular file", STR_ARG(path));
	*size = (uint64_t)st.st_size;
	return fd_take(&fd);
}

int document_job_run(struct worker *worker, const char *name, int fd, uint64_t size,
		     int64_t timeout_ms, const struct worker_reader *reader, struct err *err)
{
	char header[96];
	int n = snprintf(header, sizeof(header), "{\"job\":\"%s\",\"size\":%llu}", name,
			 (unsigned long long)size);
	int more;

	if (worker_send(worker, str_of(header, (size_t)n), &fd, 1, timeout_ms, err) < 0)
		return -1;
	do
		more = worker_receive(worker, reader, err);
	while (more == 1);
	return more;
}
