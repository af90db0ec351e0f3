/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/time.h"

struct run {
	pid_t pid;
	int out, errors; /* our ends of the pipes */
	struct buf output, error_text;
	int64_t deadline; /* 0: none */
};

static void end_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* a pipe: nothing to lose */
	*fd = -1;
}

/* "NAME=VALUE" has a namesake among those added. */
static bool replaced(const char *entry, const char *const *more)
{
	size_t n = strcspn(entry, "=") + 1;

	for (; more && *more; more++) {
		if (strncmp(entry, *more, n) == 0)
			return true;
	}
	return false;
}

static char **environment(const char *const *more, struct arena *arena)
{
	size_t n = 0, kept = 0, extra = 0;

	while (environ[n])
		n++;
	while (more && more[extra])
		extra++;
	char **env = ARENA_ARRAY(arena, char *, n + extra + 1);
	for (size_t i = 0; i < n; i++) {
		if (!replaced(environ[i], more))
			env[kept++] = environ[i];
	}
	for (size_t i = 0; i < extra; i++)
		env[kept + i] = str_cstr(arena, str_c(more[i]));
	return env;
}

/* pipes: output read/write, errors read/write. */
static int spawn(const char *const *argv, const struct program_opts *opts, const int pipes[4],
		 struct arena *arena, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	size_t n = 0;

	while (argv[n])
		n++;
	char **args = ARENA_ARRAY(arena, char *, n + 1);
	for (size_t i = 0; i < n; i++)
		args[i] = str_cstr(arena, str_c(argv[i]));
	int r = posix_spawn_file_actions_init(&actions);
	if (r != 0)
		return r;
	r = posix_spawnattr_init(&attributes);
	if (r != 0) {
		(void)posix_spawn_file_actions_destroy(&actions); /* cannot fail */
		return r;
	}
	(void)sigemptyset(&none);
	r = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(&actions, pipes[1], 1);
	if (r == 0 && !opts->speaks)
		r = posix_spawn_file_actions_adddup2(&actions, pipes[3], 2);
	if (r == 0 && opts->dir)
		r = posix_spawn_file_actions_addchdir_np(&actions, opts->dir);
	if (r == 0)
		r = posix_spawnattr_setpgroup(&attributes, 0);
	if (r == 0)
		r = posix_spawnattr_setsigmask(&attributes, &none);
	if (r == 0)
		r = posix_spawnattr_setflags(&attributes,
					     POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	if (r == 0)
		r = posix_spawnp(pid, args[0], &actions, &attributes, args,
				 environment(opts->env, arena));
	(void)posix_spawn_file_actions_destroy(&actions); /* cannot fail */
	(void)posix_spawnattr_destroy(&attributes);	  /* cannot fail */
	return r;
}

/* Reads what is there; closes at the end. */
static int take(int *fd, struct buf *to, bool keep_end, struct err *err)
{
	char bytes[16384];
	ssize_t n = read(*fd, bytes, sizeof(bytes));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0
							 : err_sys(err, errno, "read from program");
	if (n == 0) {
		end_close(fd);
		return 0;
	}
	if (keep_end && to->n + (size_t)n > PROGRAM_ERRORS_MAX)
		buf_reset(to);
	buf_add(to, str_of(bytes, (size_t)n));
	if (to->overflow)
		return err_set(err, ERR_LIMIT, "program says more than %zu bytes", to->max);
	return 0;
}

static int talk(struct run *run, struct err *err)
{
	while (run->out >= 0 || run->errors >= 0) {
		struct pollfd fds[] = { { .fd = run->out, .events = POLLIN },
					{ .fd = run->errors, .events = POLLIN } };
		int64_t left = run->deadline ? run->deadline - time_mono_ms() : -1;

		if (run->deadline && left <= 0)
			return err_set(err, ERR_LIMIT, "program takes too long");
		int r = poll(fds, ARRAY_LEN(fds), left > 60000 || left < 0 ? 60000 : (int)left);
		if (r < 0 && errno != EINTR)
			return err_sys(err, errno, "poll");
		if (r <= 0)
			continue;
		if (fds[0].revents && take(&run->out, &run->output, false, err) < 0)
			return -1;
		if (fds[1].revents && take(&run->errors, &run->error_text, true, err) < 0)
			return -1;
	}
	return 0;
}

/* Waits for the end; kills the group first when `failed`, or when the time is over. */
static int reap(const struct run *run, bool failed)
{
	int status = 0;

	if (failed)
		(void)kill(-run->pid, SIGKILL); /* it may be gone already */
	for (;;) {
		pid_t r = waitpid(run->pid, &status, run->deadline && !failed ? WNOHANG : 0);

		if (r == run->pid || (r < 0 && errno != EINTR))
			break;
		if (r == 0 && time_mono_ms() > run->deadline) {
			(void)kill(-run->pid, SIGKILL); /* the same */
			failed = true;
		} else if (r == 0) {
			(void)poll(NULL, 0, 10); /* its output is closed: the end is near */
		}
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int run_spawned(struct run *run, const struct program_opts *opts, struct arena *arena,
		       struct program_result *out, struct err *err)
{
	buf_init(&run->output, opts->output_max);
	buf_init(&run->error_text, 2 * PROGRAM_ERRORS_MAX);
	int r = talk(run, err);
	int status = reap(run, r < 0);
	if (r == 0) {
		out->status = status;
		out->output = str_dup(arena, buf_str(&run->output));
		out->errors = str_dup(arena, buf_str(&run->error_text));
	}
	buf_done(&run->output);
	buf_done(&run->error_text);
	return r;
}

int program_run(const char *const *argv, const struct program_opts *opts, struct arena *arena,
		struct program_result *out, struct err *err)
{
	int pipes[4] = { -1, -1, -1, -1 };
	struct run run = { 0 };
	int r = -1;

	if (pipe2(pipes, O_CLOEXEC) < 0 || pipe2(pipes + 2, O_CLOEXEC) < 0) {
		err_sys(err, errno, "pipe");
		goto out;
	}
	int error = spawn(argv, opts, pipes, arena, &run.pid);
	if (error != 0) {
		err_sys(err, error, "start %s", argv[0]);
		goto out;
	}
	end_close(&pipes[1]);
	end_close(&pipes[3]);
	run.out = fd_take(&pipes[0]);
	run.errors = fd_take(&pipes[2]);
	run.deadline = opts->timeout_ms > 0 ? time_mono_ms() + opts->timeout_ms : 0;
	r = run_spawned(&run, opts, arena, out, err);
	if (r < 0)
		err_wrap(err, "%s", argv[0]);
	end_close(&run.out);
	end_close(&run.errors);
out:
	for (size_t i = 0; i < ARRAY_LEN(pipes); i++)
		end_close(&pipes[i]);
	return r;
}

bool program_exists(const char *name)
{
	const char *path = getenv("PATH");
	str rest = path ? str_c(path) : STR("/usr/bin:/bin"), dir;

	while (str_split(&rest, ':', &dir)) {
		char file[4096];
		int n = snprintf(file, sizeof(file), "%.*s/%s", STR_ARG(dir), name);

		if (n > 0 && (size_t)n < sizeof(file) && dir.n > 0 && access(file, X_OK) == 0)
			return true;
	}
	return false;
}
