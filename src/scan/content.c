/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/content.h"

#include <errno.h>

#include "base/err.h"

static int spool_take(struct spool *spool, struct err *err)
{
	for (size_t i = 0; i < spool->n; i++) {
		if (spool->used[i])
			continue;
		/* What an earlier file left in it. */
		if (ftruncate(spool->fds[i], 0) < 0)
			return err_sys(err, errno, "temporary file");
		spool->used[i] = true;
		return spool->fds[i];
	}
	return err_set(err, ERR_LIMIT, "too many large files at once");
}

static int spool_write(int fd, str piece, uint64_t at, struct err *err)
{
	while (piece.n > 0) {
		ssize_t n = pwrite(fd, piece.p, piece.n, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "temporary file");
		piece = str_skip(piece, (size_t)n);
		at += (uint64_t)n;
	}
	return 0;
}

int content_read(struct content *content, struct flow *flow, const struct tar_entry *entry,
		 uint64_t in_memory, struct spool *spool, struct err *err)
{
	struct content c = { .size = entry->size, .fd = -1, .there = true };
	uint64_t at = 0;
	str piece;
	int got;

	if (entry->size <= in_memory) {
		c.bytes = mem_alloc(entry->size > 0 ? (size_t)entry->size : 1);
	} else {
		c.fd = spool_take(spool, err);
		if (c.fd < 0)
			return -1;
		c.spool = spool;
	}
	while ((got = flow_next(flow, &piece, err)) > 0) {
		if (c.fd >= 0)
			got = spool_write(c.fd, piece, at, err);
		else
			memcpy(c.bytes + at, piece.p, piece.n);
		if (got < 0)
			break;
		at += piece.n;
	}
	if (got < 0) {
		content_done(&c);
		return -1;
	}
	content_done(content);
	*content = c;
	return 0;
}

void content_done(struct content *content)
{
	free(content->bytes);
	for (size_t i = 0; content->spool && i < content->spool->n; i++) {
		if (content->spool->fds[i] == content->fd)
			content->spool->used[i] = false;
	}
	*content = (struct content){ .fd = -1 };
}

struct file_view content_view(const struct content *content, str path, uint32_t mode)
{
	struct file_view view;

	if (content->fd < 0)
		view = file_view_text(path, str_of(content->bytes, (size_t)content->size));
	else
		view = (struct file_view){ .path = path, .size = content->size, .fd = content->fd };
	view.mode = mode;
	return view;
}
