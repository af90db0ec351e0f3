/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "base/temp_file.h"
#include "kube/list_stream.h"

#define PIECE (64u << 10)

struct reader {
	facts_object_fn *fn;
	void *context;
	struct arena *arena;
};

static int take(void *context, str element, struct err *err)
{
	static const struct json_opts opts = { .max_depth = FACTS_MAX_DEPTH };
	struct reader *r = context;
	const struct json *object;

	if (!r->fn)
		return 0;
	arena_reset(r->arena);
	if (json_parse(element, &opts, r->arena, &object, err) < 0)
		return -1;
	return r->fn(r->context, object, r->arena, err);
}

static int read_pieces(int fd, struct list_stream *stream, struct err *err)
{
	char *piece = mem_alloc(PIECE);
	off_t at = 0;
	int rc = 0;

	for (;;) {
		ssize_t n = pread(fd, piece, PIECE, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = err_sys(err, errno, "reading");
		if (n <= 0)
			break;
		rc = list_stream_put(stream, str_of(piece, (size_t)n), err);
		if (rc < 0)
			break;
		at += n;
	}
	free(piece);
	return rc < 0 ? -1 : list_stream_end(stream, err);
}

int facts_file_read(int fd, facts_object_fn *fn, void *context, struct buf *head, struct err *err)
{
	struct reader reader = { .fn = fn, .context = context, .arena = arena_new() };
	struct list_stream stream;
	int rc;

	list_stream_init(&stream, FACTS_OBJECT_MAX, FACTS_MAX_DEPTH, take, &reader);
	list_stream_of(&stream, STR("objects"), FACTS_HEAD_MAX);
	rc = read_pieces(fd, &stream, err);
	buf_init(head, FACTS_HEAD_MAX);
	if (rc == 0)
		buf_add(head, buf_str(&stream.envelope));
	list_stream_done(&stream);
	arena_free(reader.arena);
	return rc;
}

static int spool(int fd, struct err *err)
{
	AUTO(fd_close)
	int out = temp_file_open(NULL, err);
	AUTO(free)
	char *piece = mem_alloc(PIECE);

	if (out < 0)
		return -1;
	for (;;) {
		ssize_t n = read(fd, piece, PIECE);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "reading");
		if (n == 0)
			break;
		if (fd_write_all(out, str_of(piece, (size_t)n), err) < 0)
			return -1;
	}
	return fd_take(&out);
}

int facts_file_open(str path, struct err *err)
{
	AUTO(fd_close)
	int fd = -1;
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct stat st;

	if (str_eq(path, STR("-")))
		return spool(STDIN_FILENO, err);
	fd = open(str_cstr(scratch, path), O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	if (S_ISDIR(st.st_mode))
		return err_set(err, ERR_INPUT, "%.*s: a folder", STR_ARG(path));
	return S_ISREG(st.st_mode) ? fd_take(&fd) : spool(fd, err);
}
