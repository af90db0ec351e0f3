/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/decision_log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/num.h"

struct decision_log {
	struct decision_log_opts opts;
	char *path;
	int fd;
	uint64_t size; /* of the file; of the writing thread, as is the next one */
	bool torn;     /* the file ends within a line: a full disk, or a process that was killed */
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t filled;
	struct buf pending;
	size_t lines; /* in it */
	bool closing;
	uint64_t written, dropped;
	struct err trouble;
};

static bool ends_in_newline(const char *path, off_t size)
{
	AUTO(fd_close)
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char last = 0;

	return fd >= 0 && pread(fd, &last, 1, size - 1) == 1 && last == '\n';
}

static int open_file(struct decision_log *log, struct err *err)
{
	struct stat st;

	log->fd = open(log->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (log->fd < 0 || fstat(log->fd, &st) < 0)
		return err_sys(err, errno, "decision log %s", log->path);
	log->size = (uint64_t)st.st_size;
	log->torn = S_ISREG(st.st_mode) && log->size > 0 && !ends_in_newline(log->path, st.st_size);
	return 0;
}

/* FILE.3 is overwritten by FILE.2, that by FILE.1, that by FILE. */
static int rotate(struct decision_log *log, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();

	for (unsigned i = log->opts.files; i > 0; i--) {
		str to = str_fmt(scratch, "%s.%u", log->path, i);
		str from = i > 1 ? str_fmt(scratch, "%s.%u", log->path, i - 1) : str_c(log->path);

		if (rename(str_cstr(scratch, from), str_cstr(scratch, to)) < 0 && errno != ENOENT)
			return err_sys(err, errno, "decision log %s", log->path);
	}
	(void)close(log->fd);
	return open_file(log, err);
}

static int write_some(struct decision_log *log, str bytes, struct err *err)
{
	bool is_file = !str_eq(log->opts.path, STR("-"));

	if (is_file && log->fd < 0 && open_file(log, err) < 0)
		return -1;
	if (is_file && log->size > 0 && log->size + bytes.n > log->opts.max_bytes &&
	    rotate(log, err) < 0)
		return -1;
	if (log->torn && fd_write_all(log->fd, STR("\n"), err) < 0)
		return -1;
	log->size += bytes.n;
	log->torn = fd_write_all(log->fd, bytes, err) < 0;
	return log->torn ? -1 : 0;
}

static void *write_all(void *context)
{
	struct decision_log *log = context;
	struct buf taken;

	buf_init(&taken, DECISION_LOG_ROOM);
	for (;;) {
		struct buf empty = taken;
		struct err err = { .kind = ERR_NONE };
		size_t lines;
		int rc;

		(void)pthread_mutex_lock(&log->lock);
		while (log->pending.n == 0 && !log->closing)
			(void)pthread_cond_wait(&log->filled, &log->lock);
		taken = log->pending;
		lines = log->lines;
		log->pending = empty;
		log->lines = 0;
		(void)pthread_mutex_unlock(&log->lock);
		if (taken.n == 0)
			break;
		rc = write_some(log, buf_str(&taken), &err);
		buf_reset(&taken);
		(void)pthread_mutex_lock(&log->lock);
		*(rc < 0 ? &log->dropped : &log->written) += lines;
		log->trouble = err;
		(void)pthread_mutex_unlock(&log->lock);
	}
	buf_done(&taken);
	return NULL;
}

struct decision_log *decision_log_open(const struct decision_log_opts *opts, struct err *err)
{
	struct decision_log *log = mem_zalloc(sizeof(*log));
	int rc = 0;

	log->opts = *opts;
	log->opts.max_bytes = opts->max_bytes ? opts->max_bytes : 64u << 20;
	log->opts.files = opts->files ? opts->files : 4;
	log->fd = STDOUT_FILENO;
	log->path = mem_zalloc(opts->path.n + 1);
	memcpy(log->path, opts->path.p, opts->path.n);
	log->opts.path = str_c(log->path);
	buf_init(&log->pending, DECISION_LOG_ROOM);
	(void)pthread_mutex_init(&log->lock, NULL);
	(void)pthread_cond_init(&log->filled, NULL);
	if (!str_eq(opts->path, STR("-")))
		rc = open_file(log, err);
	if (rc == 0) {
		rc = pthread_create(&log->thread, NULL, write_all, log);
		if (rc != 0)
			rc = err_sys(err, rc, "starting a thread");
	}
	if (rc == 0)
		return log;
	log->closing = true;
	if (log->fd > STDERR_FILENO)
		(void)close(log->fd);
	free(log->path);
	free(log);
	return NULL;
}

void decision_log_close(struct decision_log *log)
{
	if (!log)
		return;
	(void)pthread_mutex_lock(&log->lock);
	log->closing = true;
	(void)pthread_cond_signal(&log->filled);
	(void)pthread_mutex_unlock(&log->lock);
	(void)pthread_join(log->thread, NULL);
	if (log->fd > STDERR_FILENO)
		(void)close(log->fd);
	buf_done(&log->pending);
	(void)pthread_cond_destroy(&log->filled);
	(void)pthread_mutex_destroy(&log->lock);
	free(log->path);
	free(log);
}

void decision_log_put(struct decision_log *log, str line)
{
	if (!log)
		return;
	(void)pthread_mutex_lock(&log->lock);
	if (line.n > DECISION_LOG_ROOM - log->pending.n) {
		log->dropped++;
	} else {
		buf_add(&log->pending, line);
		log->lines++;
		(void)pthread_cond_signal(&log->filled);
	}
	(void)pthread_mutex_unlock(&log->lock);
}

void decision_log_count(struct decision_log *log, uint64_t *written, uint64_t *dropped)
{
	*written = *dropped = 0;
	if (!log)
		return;
	(void)pthread_mutex_lock(&log->lock);
	*written = log->written;
	*dropped = log->dropped;
	(void)pthread_mutex_unlock(&log->lock);
}

str decision_log_trouble(struct decision_log *log, struct arena *arena)
{
	str text = STR_EMPTY;

	if (!log)
		return text;
	(void)pthread_mutex_lock(&log->lock);
	if (log->trouble.kind != ERR_NONE)
		text = str_dup(arena, str_c(log->trouble.msg));
	(void)pthread_mutex_unlock(&log->lock);
	return text;
}
