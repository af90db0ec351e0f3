/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "oci/credential.h"

#define ANSWER_MAX    (64u << 10)
#define GRACE_MS      2000 /* for ending, after the answer */
#define HELPER_PREFIX "docker-credential-"

static bool name_valid(str name)
{
	if (str_empty(name) || name.n > 64 || name.p[0] == '.' || name.p[0] == '-')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		if (!is_alnum(name.p[i]) && !memchr("._-", name.p[i], 3))
			return false;
	}
	return true;
}

/* The program with pipes at its standard input and output; messages of its own go nowhere. */
static int helper_start(const char *program, int in, int out, pid_t *pid, struct err *err)
{
	char *const argv[] = { (char *)(uintptr_t)program, (char *)(uintptr_t) "get", NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, defaults;
	int rc;

	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_adddup2(&actions, in, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						POSIX_SPAWN_SETPGROUP);
	rc = posix_spawnp(pid, program, &actions, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	if (rc == ENOENT)
		return err_set(err, ERR_NOT_FOUND, "credential helper %s is not installed",
			       program);
	return rc ? err_sys(err, rc, "credential helper %s", program) : 0;
}

/* Reads until the helper closes its output or the time is over. */
static int answer_read(int fd, struct buf *answer, const char *program, struct err *err)
{
	int64_t end = time_mono_ms() + 1000 * CREDENTIAL_HELPER_S;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = end - time_mono_ms();
		char *room = buf_room(answer, 4096);
		ssize_t n;

		if (!room)
			return err_set(err, ERR_LIMIT, "%s answers more than %u bytes", program,
				       ANSWER_MAX);
		if (left <= 0)
			return err_set(err, ERR_LIMIT, "%s gave no answer in %d s", program,
				       CREDENTIAL_HELPER_S);
		if (poll(&p, 1, (int)left) < 0 && errno != EINTR)
			return err_sys(err, errno, "poll");
		if (!p.revents)
			continue;
		n = read(fd, room, 4096);
		if (n < 0 && errno != EINTR)
			return err_sys(err, errno, "%s", program);
		if (n == 0)
			return 0;
		answer->n += n > 0 ? (size_t)n : 0;
	}
}

/* True when the process ended by itself soon after its answer. */
static bool ends_soon(pid_t pid)
{
	AUTO(fd_close)
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int got;

	if (fd < 0)
		return true; /* not in this kernel: then its end is waited for */
	do
		got = poll(&p, 1, GRACE_MS);
	while (got < 0 && errno == EINTR);
	return got > 0;
}

static int helper_end(pid_t pid, bool kill_it)
{
	int status = 0;

	if (kill_it || !ends_soon(pid))
		(void)kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int run(const char *program, str input, struct buf *answer, int *status, struct err *err)
{
	int in[2], out[2], rc;
	pid_t pid;

	if (pipe2(in, O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	AUTO(fd_close)
	int in_read = in[0], in_write = in[1];

	if (pipe2(out, O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	AUTO(fd_close)
	int out_read = out[0], out_write = out[1];

	/* Fits into the pipe, so this never waits; written first, so that nobody can be gone. */
	if (input.n > 4096)
		return err_set(err, ERR_LIMIT, "registry name of %zu bytes", input.n);
	if (fd_write_all(in_write, input, err) < 0 ||
	    helper_start(program, in_read, out_write, &pid, err) < 0)
		return -1;
	(void)close(fd_take(&in_read));
	(void)close(fd_take(&in_write));
	(void)close(fd_take(&out_write));
	rc = answer_read(out_read, answer, program, err);
	*status = helper_end(pid, rc < 0);
	return rc;
}

static int answer_take(str text, const char *program, struct arena *arena, struct credential *out,
		       struct err *err)
{
	const struct json_opts opts = { .max_depth = 8, .max_values = 1000 };
	const struct json *doc;
	str user, secret;

	/* The answer holds a secret: the message must not quote it. */
	if (json_parse(text, &opts, arena, &doc, err) < 0 || !json_is(doc, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "%s: the answer is not the JSON it should be",
			       program);
	user = json_get_str(doc, STR("Username"));
	secret = json_get_str(doc, STR("Secret"));
	if (str_empty(user) && str_empty(secret))
		return 0;
	*out = (struct credential){ .username = user, .password = secret };
	if (str_eq(user, STR("<token>")))
		*out = (struct credential){ .identity_token = secret };
	return 1;
}

int credential_from_helper(str name, str server, struct arena *arena, struct credential *out,
			   struct err *err)
{
	AUTO(buf_done)
	struct buf answer;
	int status = 0;

	buf_init(&answer, ANSWER_MAX);
	if (!name_valid(name))
		return err_set(err, ERR_INPUT, "'%.*s' is no name of a credential helper",
			       STR_ARG(str_take(name, 80)));
	const char *program = str_cstr(arena, str_cat(arena, STR(HELPER_PREFIX), name));

	if (run(program, server, &answer, &status, err) < 0)
		return -1;
	if (status == 0)
		return answer_take(buf_str(&answer), program, arena, out, err);
	/* The word of Docker's protocol for "I have none". */
	if (str_find(buf_str(&answer), STR("credentials not found")) >= 0)
		return 0;
	return err_set(err, ERR_DENIED, "%s fails with status %d", program, status);
}
