/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/time.h"
#include "kube/kubeconfig.h"

#define PIPE_WAIT_MS 30000 /* for who writes into a pipe that is given as a file */

static int read_some(int fd, size_t max, int64_t deadline, struct buf *out, struct err *err)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		char *room = buf_room(out, 64u << 10);
		ssize_t n;

		if (!room)
			return err_set(err, ERR_LIMIT, "more than %zu bytes", max);
		n = read(fd, room, 64u << 10);
		if (n == 0)
			return 0;
		if (n > 0) {
			out->n += (size_t)n;
			if (out->n > max)
				return err_set(err, ERR_LIMIT, "more than %zu bytes", max);
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return err_sys(err, errno, "read");
		if (time_mono_ms() > deadline)
			return err_set(err, ERR_LIMIT, "nobody writes into this pipe");
		(void)poll(&p, 1, 1000); /* what it says, the next read says */
	}
}

int kubeconfig_read(const char *path, size_t max, struct arena *arena, str *out, struct err *err)
{
	AUTO(fd_close)
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	struct buf text;
	int rc;

	if (fd < 0)
		return err_sys(err, errno, "%s", path);
	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "%s", path);
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
		return err_set(err, ERR_USAGE, "%s: is not a file", path);
	buf_init(&text, max + (64u << 10) + 1);
	rc = read_some(fd, max, time_mono_ms() + PIPE_WAIT_MS, &text, err);
	if (rc == 0)
		*out = str_dup(arena, buf_str(&text));
	buf_done(&text);
	return rc < 0 ? err_wrap(err, "%s", path) : 0;
}

int kubeconfig_token(const char *path, struct arena *arena, str *out, struct err *err)
{
	str token = STR_EMPTY;

	if (kubeconfig_read(path, KUBECONFIG_MAX_TOKEN, arena, &token, err) < 0)
		return -1;
	token = str_trim(token);
	if (str_empty(token))
		return err_set(err, ERR_INPUT, "%s: the token file is empty", path);
	for (size_t i = 0; i < token.n; i++) {
		if ((unsigned char)token.p[i] <= ' ' || (unsigned char)token.p[i] >= 127)
			return err_set(err, ERR_INPUT, "%s: is not a token (one line of text)",
				       path);
	}
	*out = token;
	return 0;
}
