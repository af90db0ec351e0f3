/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/engine_layer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/err.h"
#include "base/thread.h"
#include "fmt/binary/tar_split.h"

#define PIPE_BYTES  (1u << 20) /* asked for; less is slower, no more */
#define OUT_BYTES   65536u
#define SMALL_BYTES 16384u /* files up to this size are copied, larger ones go without copying */
#define STACK_BYTES (256u << 10)

struct layer_maker {
	struct tar_split split;
	int records, folder, pipe;
	pthread_t thread;
	bool failed;
	struct err err;
	size_t n;
	char out[OUT_BYTES];
};

static int written(ssize_t n, struct err *err)
{
	if (n >= 0 || errno == EINTR)
		return 0;
	if (errno == EPIPE)
		return err_set(err, ERR_INTERRUPTED, "nobody reads the layer any more");
	return err_sys(err, errno, "write to pipe");
}

static int put(struct layer_maker *m, str bytes, struct err *err)
{
	while (bytes.n > 0) {
		ssize_t n = write(m->pipe, bytes.p, bytes.n);

		if (written(n, err) < 0)
			return -1;
		bytes = str_skip(bytes, n > 0 ? (size_t)n : 0);
	}
	return 0;
}

static int flush(struct layer_maker *m, struct err *err)
{
	str bytes = str_of(m->out, m->n);

	m->n = 0;
	return put(m, bytes, err);
}

static int add(struct layer_maker *m, str bytes, struct err *err)
{
	if (bytes.n > sizeof(m->out) - m->n && flush(m, err) < 0)
		return -1;
	if (bytes.n > sizeof(m->out))
		return put(m, bytes, err);
	memcpy(m->out + m->n, bytes.p, bytes.n);
	m->n += bytes.n;
	return 0;
}

/*
 * A name leads where it led the engine when it unpacked: inside of the folder. What lies there is
 * looked at before it is opened for reading, which a device may take as an order.
 */
static int open_content(const struct layer_maker *m, str name, uint64_t size, struct err *err)
{
	const struct open_how how = { .flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
				      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS |
						 RESOLVE_NO_XDEV };
	char path[PATH_MAX], self[64];
	struct stat st;

	if (name.n >= sizeof(path))
		return err_set(err, ERR_LIMIT, "a name of more than %d bytes", PATH_MAX);
	memcpy(path, name.p, name.n);
	path[name.n] = 0;
	AUTO(fd_close)
	int place = (int)syscall(SYS_openat2, m->folder, path, &how, sizeof(how));
	if (place < 0 || fstat(place, &st) < 0)
		return err_sys(err, errno, "%s", path);
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != size)
		return err_set(err, ERR_INPUT, "%s is not as the engine left it", path);
	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", place);
	int fd = open(self, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? err_sys(err, errno, "%s", path) : fd;
}

static int cut_off(str name, struct err *err)
{
	return err_set(err, ERR_INPUT, "%.*s is shorter than it was", STR_ARG(name));
}

static int copy_small(struct layer_maker *m, int fd, str name, uint64_t size, struct err *err)
{
	if (size > sizeof(m->out) - m->n && flush(m, err) < 0)
		return -1;
	while (size > 0) {
		ssize_t n = read(fd, m->out + m->n, (size_t)size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "read %.*s", STR_ARG(name));
		if (n == 0)
			return cut_off(name, err);
		m->n += (size_t)n;
		size -= (uint64_t)n;
	}
	return 0;
}

/* Pages of the file go into the pipe as they are. */
static int pass_large(struct layer_maker *m, int fd, str name, uint64_t size, struct err *err)
{
	if (flush(m, err) < 0)
		return -1;
	while (size > 0) {
		ssize_t n =
			splice(fd, NULL, m->pipe, NULL, size < PIPE_BYTES ? size : PIPE_BYTES, 0);

		if (written(n, err) < 0)
			return -1;
		if (n == 0)
			return cut_off(name, err);
		size -= n > 0 ? (uint64_t)n : 0;
	}
	return 0;
}

static int add_file(struct layer_maker *m, const struct tar_split_entry *entry, struct err *err)
{
	if (entry->size == 0)
		return 0;
	AUTO(fd_close)
	int fd = open_content(m, entry->name, entry->size, err);

	if (fd < 0)
		return -1;
	return entry->size <= SMALL_BYTES ? copy_small(m, fd, entry->name, entry->size, err)
					  : pass_large(m, fd, entry->name, entry->size, err);
}

static int make(struct layer_maker *m, struct err *err)
{
	struct tar_split_entry entry;
	int got;

	while ((got = tar_split_next(&m->split, &entry, err)) > 0) {
		if ((entry.name.n > 0 ? add_file(m, &entry, err) : add(m, entry.bytes, err)) < 0)
			return -1;
	}
	return got < 0 ? -1 : flush(m, err);
}

static void *run(void *context)
{
	struct layer_maker *m = context;

	m->failed = make(m, &m->err) < 0;
	(void)close(fd_take(&m->pipe)); /* the reader sees the end */
	return NULL;
}

/* How long the archive will be. */
static int measure(int records, uint64_t *bytes, struct err *err)
{
	struct tar_split split;
	struct tar_split_entry entry;
	int got;

	tar_split_init(&split, records);
	split.sizes_only = true;
	while ((got = tar_split_next(&split, &entry, err)) > 0)
		;
	*bytes = tar_split_bytes(&split);
	tar_split_done(&split);
	return got;
}

static void maker_free(struct layer_maker *m)
{
	tar_split_done(&m->split);
	(void)close(m->records);
	(void)close(m->folder);
	if (m->pipe >= 0)
		(void)close(m->pipe);
	free(m);
}

int engine_layer_start(int *split, int *folder, struct blob *out, struct err *err)
{
	struct layer_maker *m;
	uint64_t bytes;
	int ends[2], rc;

	if (measure(*split, &bytes, err) < 0)
		return -1;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	IGNORE(fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES)); /* smaller is slower, no more */
	m = mem_zalloc(sizeof(*m));
	m->records = fd_take(split);
	m->folder = fd_take(folder);
	m->pipe = ends[1];
	tar_split_init(&m->split, m->records);
	rc = thread_start(&m->thread, STACK_BYTES, run, m);
	if (rc) {
		IGNORE(err_sys(err, rc, "start a thread"));
		(void)close(ends[0]);
		maker_free(m);
		return -1;
	}
	*out = (struct blob){ .fd = ends[0], .size = bytes, .transfer = m };
	return 0;
}

int engine_layer_end(struct blob *blob, struct err *err)
{
	struct layer_maker *m = blob->transfer;
	int rc = 0;

	(void)pthread_join(m->thread, NULL);
	if (m->failed && m->err.kind != ERR_INTERRUPTED) {
		*err = m->err;
		rc = -1;
	}
	maker_free(m);
	return rc;
}
