/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/err.h"
#include "base/num.h"

void buf_init(struct buf *b, size_t max) { *b = (struct buf){ .max = max }; }

void buf_done(struct buf *b)
{
	if (!b)
		return;
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

void buf_reset(struct buf *b)
{
	b->n = 0;
	b->overflow = false;
}

char *buf_room(struct buf *b, size_t n)
{
	size_t need, cap;

	if (b->overflow || !size_add(b->n, n, &need) || need > b->max) {
		b->overflow = true;
		return NULL;
	}
	if (need + 1 > b->cap) {
		cap = size_max(b->cap * 2, 256);
		cap = size_max(size_min(cap, b->max + 1), need + 1);
		b->p = mem_realloc(b->p, cap);
		b->cap = cap;
	}
	return b->p + b->n;
}

void buf_add(struct buf *b, str s)
{
	char *to = buf_room(b, s.n);

	if (!to)
		return;
	if (s.n)
		memcpy(to, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = '\0';
}

void buf_byte(struct buf *b, char c) { buf_add(b, str_of(&c, 1)); }

void buf_vfmt(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	char small[256];
	char *to;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n >= 0 && (size_t)n < sizeof(small)) {
		buf_add(b, str_of(small, (size_t)n));
	} else if (n >= 0) {
		to = buf_room(b, (size_t)n);
		if (to) {
			vsnprintf(to, (size_t)n + 1, fmt, again);
			b->n += (size_t)n;
		}
	}
	va_end(again);
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(b, fmt, ap);
	va_end(ap);
}

int buf_read_fd(struct buf *b, int fd, struct err *err)
{
	for (;;) {
		size_t want = size_min(64u << 10, b->max - size_min(b->n, b->max));
		char probe;
		char *to;
		ssize_t got;

		if (want == 0) {
			got = read(fd, &probe, 1);
			if (got == 0)
				return 0;
			if (got > 0)
				return err_set(err, ERR_LIMIT, "larger than %zu bytes", b->max);
		} else {
			to = buf_room(b, want);
			got = to ? read(fd, to, want) : -1;
			if (got == 0)
				return 0;
		}
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, errno, "read");
		b->n += (size_t)got;
		b->p[b->n] = '\0';
	}
}

int buf_read_file(struct buf *b, const char *path, struct err *err)
{
	AUTO(fd_close)
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "open %s", path);
	if (buf_read_fd(b, fd, err) < 0)
		return err_wrap(err, "%s", path);
	return 0;
}

int fd_write_all(int fd, str s, struct err *err)
{
	while (s.n) {
		ssize_t put = write(fd, s.p, s.n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_sys(err, errno, "write");
		s = str_skip(s, (size_t)put);
	}
	return 0;
}
