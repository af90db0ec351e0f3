/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "posture/facts/host_view_internal.h"

#define STATUS_MAX (64u << 10)
#define STAT_MAX   (1u << 20)
#define START_AT   19u	/* starttime among the words behind the name, from 0 */
#define TICKS	   100u /* a second: USER_HZ of all architectures that we run on */

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int host_process_list(struct host_view *view, struct arena *arena, const int64_t **pids, size_t *n,
		      struct err *err)
{
	const str *names;
	size_t count, found = 0;
	int64_t *out;

	if (host_view_list(view, STR("/proc"), HOST_PROCESSES_MAX, arena, &names, &count, err) < 0)
		return -1;
	out = ARENA_ARRAY(arena, int64_t, count + 1);
	for (size_t i = 0; i < count; i++) {
		if (is_digit(names[i].p[0]) && str_i64(names[i], &out[found]))
			found++;
	}
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "/proc: no process is there");
	qsort(out, found, sizeof(*out), by_number);
	*pids = out;
	*n = found;
	return 0;
}

static str path_of(int64_t pid, const char *name, struct arena *arena)
{
	return str_fmt(arena, "/proc/%" PRId64 "/%s", pid, name);
}

int host_process_read(struct host_view *view, int64_t pid, struct arena *arena,
		      struct proc_status *out, struct err *err)
{
	str text;

	if (host_view_read(view, path_of(pid, "status", arena), STATUS_MAX, arena, &text, err) < 0)
		return -1;
	if (proc_status_parse(text, out, err) < 0)
		return err_wrap(err, "process %" PRId64, pid);
	return 0;
}

int host_process_file(struct host_view *view, int64_t pid, const char *name, struct arena *arena,
		      str *out, struct err *err)
{
	return host_view_read(view, path_of(pid, name, arena), HOST_PROC_MAX, arena, out, err);
}

int host_process_words(struct host_view *view, int64_t pid, const char *name, struct arena *arena,
		       const str **words, size_t *n, struct err *err)
{
	str text, word;
	str *out = NULL;
	size_t count = 0, cap = 0;

	if (host_process_file(view, pid, name, arena, &text, err) < 0)
		return -1;
	text = str_without_suffix(text, STR("\0"));
	while (!str_empty(text) && str_split(&text, 0, &word)) {
		out = arena_regrow(arena, out, count, &cap, sizeof(*out));
		out[count++] = word;
	}
	*words = out;
	*n = count;
	return 0;
}

int host_process_link(struct host_view *view, int64_t pid, const char *name, struct arena *arena,
		      str *out, struct err *err)
{
	str text;

	if (host_view_readlink(view, path_of(pid, name, arena), arena, &text, err) < 0)
		return -1;
	*out = str_without_suffix(text, STR(" (deleted)"));
	return 0;
}

int host_process_program(struct host_view *view, int64_t pid, uint32_t *uid, uint32_t *mode,
			 struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct stat st;
	AUTO(fd_close)
	int own = host_view_open_at(view, str_fmt(scratch, "/proc/%" PRId64, pid), err);

	if (own < 0)
		return -1;
	/* The kernel's link leads to the file itself, wherever its path would lead. */
	if (fstatat(own, "exe", &st, 0) < 0)
		return err_sys(err, errno == ESRCH ? ENOENT : errno, "program of process %" PRId64,
			       pid);
	*uid = st.st_uid;
	*mode = st.st_mode & 07777;
	return 0;
}

bool host_process_in_root(struct host_view *view, int64_t pid)
{
	struct stat st;

	return fstat(view->fd, &st) == 0 &&
	       host_process_has_file(view, pid, STR("/"), st.st_dev, st.st_ino);
}

bool host_process_has_file(struct host_view *view, int64_t pid, str path, uint64_t device,
			   uint64_t inode)
{
	/* The link to the root of the process is followed on purpose; from there on, none leads
	 * out. */
	const struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct err err; /* it has ended, or may not be looked at */
	struct stat st;
	AUTO(fd_close)
	int own = host_view_open_at(view, str_fmt(scratch, "/proc/%" PRId64, pid), &err);
	AUTO(fd_close)
	int root = own < 0 ? -1 : openat(own, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	AUTO(fd_close)
	int fd = root < 0 ? -1
			  : (int)syscall(SYS_openat2, root, str_cstr(scratch, path), &how,
					 sizeof(how));

	return fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

static int64_t boot_time(struct host_view *view, struct arena *scratch)
{
	struct err ignored; /* then no time is known */
	str text, line;
	uint64_t seconds;

	if (view->boot != 0 ||
	    host_view_read(view, STR("/proc/stat"), STAT_MAX, scratch, &text, &ignored) < 0)
		return view->boot;
	while (str_line(&text, &line)) {
		if (str_starts(line, STR("btime ")) &&
		    str_u64(str_trim(str_skip(line, strlen("btime "))), &seconds) &&
		    seconds < INT32_MAX)
			view->boot = (int64_t)seconds;
	}
	return view->boot;
}

int64_t host_process_began(struct host_view *view, int64_t pid, struct arena *scratch)
{
	struct err ignored; /* then it is not known */
	str text, word;
	uint64_t ticks;

	if (boot_time(view, scratch) == 0 ||
	    host_process_file(view, pid, "stat", scratch, &text, &ignored) < 0)
		return 0;
	/* The name, in parentheses, may hold any byte. */
	text = str_skip(text, (size_t)(str_rfind_char(text, ')') + 1));
	text = str_trim(text);
	for (unsigned i = 0; i <= START_AT; i++) {
		if (!str_split(&text, ' ', &word))
			return 0;
	}
	if (!str_u64(word, &ticks) || ticks / TICKS > INT32_MAX)
		return 0;
	return view->boot + (int64_t)(ticks / TICKS);
}

str host_environ_get(const str *words, size_t n, str name)
{
	str key, value;

	for (size_t i = 0; i < n; i++) {
		if (str_cut(words[i], '=', &key, &value) && str_eq(key, name))
			return value.p ? value : STR("");
	}
	return STR_EMPTY;
}
