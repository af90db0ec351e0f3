/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/worker.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/cost.h"
#include "base/err.h"
#include "base/time.h"
#include "sandbox/worker_internal.h"

#define RECEIVE_BYTES (256u << 10)
#define END_MAX	      65536u /* a status or greeting is small */

struct worker {
	pid_t pid; /* 0: ended and collected */
	int fd;
	struct buf in;
	struct buf culprit; /* last words: number of a signal, what it was at */
	size_t in_pos;	    /* bytes of `in` that were dealt with */
	uint64_t answered;  /* bytes of records of this job */
	int64_t deadline;   /* time_mono_ms, 0: none */
	int64_t timeout_ms;
	bool busy;
	uint64_t peak_kib;
	bool confinement_known;
	struct confinement confinement;
};

static int spawn(pid_t *pid, int fd, struct err *err)
{
	/* A sanitizer cannot trace for leaks under seccomp; the option means nothing otherwise. */
	static char leaks[] = "ASAN_OPTIONS=detect_leaks=0";
	static char name[] = "seawall", role[] = "worker";
	char *argv[] = { name, role, NULL };
	static char stats[] = "SEAWALL_STATS=1";
	const char *wanted = getenv("SEAWALL_STATS");
	char *envp[] = { leaks, wanted && strcmp(wanted, "1") == 0 ? stats : NULL, NULL };
	posix_spawn_file_actions_t actions;
	int failed = posix_spawn_file_actions_init(&actions);

	if (failed)
		return err_sys(err, failed, "prepare worker");
	failed = posix_spawn_file_actions_adddup2(&actions, fd, WORKER_FD);
	for (int i = 0; i < WORKER_FD && !failed; i++)
		failed = posix_spawn_file_actions_addopen(&actions, i, "/dev/null", O_RDWR, 0);
	failed =
		failed ? failed : posix_spawn_file_actions_addclosefrom_np(&actions, WORKER_FD + 1);
	failed = failed ? failed : posix_spawn(pid, "/proc/self/exe", &actions, NULL, argv, envp);
	posix_spawn_file_actions_destroy(&actions);
	return failed ? err_sys(err, failed, "start worker") : 0;
}

/* Limits go to the worker in its first frame. */
static int send_limits(struct worker *worker, const struct confine_opts *opts, struct err *err)
{
	const struct confine_opts none = { 0 };
	char head[FRAME_HEAD];

	frame_head(head, sizeof(*opts), FRAME_HELLO);
	if (fd_write_all(worker->fd, str_of(head, sizeof(head)), err) < 0)
		return -1;
	return fd_write_all(worker->fd, str_of((const char *)(opts ? opts : &none), sizeof(none)),
			    err);
}

int worker_start(const struct confine_opts *opts, struct worker **out, struct err *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(err, errno, "socket for worker");
	struct worker *worker = mem_zalloc(sizeof(*worker));
	worker->fd = pair[0];
	buf_init(&worker->culprit, 1 + WORKER_CULPRIT_MAX);
	buf_init(&worker->in, WORKER_RECORD_MAX + 2 * RECEIVE_BYTES);
	int failed = spawn(&worker->pid, pair[1], err);
	(void)close(pair[1]);
	if (failed == 0)
		failed = send_limits(worker, opts, err);
	if (failed < 0) {
		worker_stop(worker);
		return -1;
	}
	*out = worker;
	return 0;
}

static void read_peak(struct worker *worker)
{
	char path[64], text[4096];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)worker->pid);
	AUTO(fd_close)
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = read(fd, text, sizeof(text));
	if (n <= 0)
		return;
	str rest = str_of(text, (size_t)n), line;
	while (str_line(&rest, &line)) {
		uint64_t kib;
		str value = str_trim(str_without_suffix(
			str_trim(str_without_prefix(line, STR("VmHWM:"))), STR("kB")));

		if (str_starts(line, STR("VmHWM:")) && str_u64(value, &kib) &&
		    kib > worker->peak_kib)
			worker->peak_kib = kib;
	}
}

/* Ends the process and collects its status. */
static int reap(struct worker *worker, bool force)
{
	int status = 0;

	if (worker->pid == 0)
		return 0;
	read_peak(worker);
	if (force)
		IGNORE(kill(worker->pid, SIGKILL)); /* it may have ended by itself */
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	worker->pid = 0;
	worker->busy = false;
	return status;
}

void worker_stop(struct worker *worker)
{
	if (!worker)
		return;
	IGNORE(reap(worker, true)); /* how it ended no longer matters */
	(void)close(worker->fd);
	buf_done(&worker->in);
	buf_done(&worker->culprit);
	free(worker);
}

void worker_end(struct worker *worker)
{
	IGNORE(reap(worker, true)); /* how it ended no longer matters */
}

str worker_culprit(const struct worker *worker) { return str_skip(buf_str(&worker->culprit), 1); }

bool worker_alive(const struct worker *worker) { return worker->pid != 0; }
bool worker_idle(const struct worker *worker) { return worker_alive(worker) && !worker->busy; }
int worker_fd(const struct worker *worker) { return worker->fd; }
uint64_t worker_peak_kib(const struct worker *worker) { return worker->peak_kib; }

const struct confinement *worker_confinement(const struct worker *worker)
{
	return worker->confinement_known ? &worker->confinement : NULL;
}

int worker_time_left(const struct worker *worker)
{
	int64_t left;

	if (!worker->busy || worker->deadline == 0)
		return -1;
	left = worker->deadline - time_mono_ms();
	if (left < 0)
		return 0;
	return left > INT32_MAX ? INT32_MAX : (int)left;
}

/* The worker ended by itself although a job runs: says why. */
static int worker_died(struct worker *worker, struct err *err)
{
	int status = reap(worker, false);

	if (WIFSIGNALED(status) || worker->culprit.n > 0) {
		int sig = worker->culprit.n > 0 ? worker->culprit.p[0] : WTERMSIG(status);
		bool limit = sig == SIGXCPU || sig == SIGKILL || sig == SIGABRT;

		return err_set(err, limit ? ERR_LIMIT : ERR_INPUT,
			       "the confined worker was ended by signal %d (%s)", sig,
			       limit ? "a limit on memory or time" : "a fault while reading");
	}
	return err_set(err, ERR_SYS, "the confined worker ended with code %d",
		       WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static int send_header(struct worker *worker, const char *head, const int *fds, size_t fd_count)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int) * WORKER_FDS_MAX)];
	} control;
	struct iovec part = { .iov_base = (void *)(uintptr_t)head, .iov_len = FRAME_HEAD };
	struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t n;

	memset(&control, 0, sizeof(control));
	if (fd_count > 0) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
		struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
		memcpy(CMSG_DATA(c), fds, sizeof(int) * fd_count);
	}
	do
		n = sendmsg(worker->fd, &msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno;
	/* Five bytes are never split by a stream socket with room. */
	return n == FRAME_HEAD ? 0 : EPROTO;
}

static int send_all(int fd, str s)
{
	while (s.n > 0) {
		ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0)
			s = str_skip(s, (size_t)n);
	}
	return 0;
}

int worker_send(struct worker *worker, str header, const int *fds, size_t fd_count,
		int64_t timeout_ms, struct err *err)
{
	char head[FRAME_HEAD];
	int failed;

	assert(!worker->busy && fd_count <= WORKER_FDS_MAX && header.n <= WORKER_HEADER_MAX);
	if (!worker_alive(worker))
		return err_set(err, ERR_SYS, "the confined worker is not running");
	frame_head(head, header.n, FRAME_JOB);
	failed = send_header(worker, head, fds, fd_count);
	failed = failed ? failed : send_all(worker->fd, header);
	if (failed == EPIPE || failed == ECONNRESET)
		return worker_died(worker, err);
	if (failed) {
		IGNORE(reap(worker, true)); /* it is of no use any more */
		return err_sys(err, failed, "send a job to the worker");
	}
	worker->busy = true;
	worker->answered = 0;
	worker->timeout_ms = timeout_ms;
	worker->deadline = timeout_ms > 0 ? time_mono_ms() + timeout_ms : 0;
	return 0;
}

static int broken(struct worker *worker, struct err *err, const char *what)
{
	IGNORE(reap(worker, true)); /* it broke the protocol: not to be talked to again */
	return err_set(err, ERR_INPUT, "the confined worker misbehaved: %s", what);
}

static void take_costs(const struct json *costs)
{
	JSON_MEMBERS (costs, cost) {
		int64_t ns;

		if (json_i64(&cost->value, &ns) && ns > 0)
			cost_add(cost->key, (uint64_t)ns);
	}
}

static int job_ended(struct worker *worker, str payload, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const struct json *v;
	struct err bad;

	worker->busy = false;
	if (payload.n > END_MAX || json_parse(payload, NULL, scratch, &v, &bad) < 0)
		return broken(worker, err, "status is not readable");
	read_peak(worker);
	take_costs(JSON_GET(v, "costs"));
	if (json_bool(JSON_GET(v, "ok")))
		return 0;
	enum err_kind kind = err_kind_from(json_get_str(v, STR("kind")));
	str message = json_get_str(v, STR("message"));
	return err_set(err, kind == ERR_NONE ? ERR_INPUT : kind, "%.*s", STR_ARG(message));
}

static int greeted(struct worker *worker, str payload, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const struct json *v;
	struct err bad;

	if (worker->confinement_known || payload.n > END_MAX ||
	    json_parse(payload, NULL, scratch, &v, &bad) < 0)
		return broken(worker, err, "greeting");
	confinement_read(v, &worker->confinement);
	worker->confinement_known = true;
	return 1;
}

static int take_frame(struct worker *worker, char type, str payload,
		      const struct worker_reader *reader, struct err *err)
{
	if (type == FRAME_HELLO)
		return greeted(worker, payload, err);
	if (type == FRAME_END)
		return job_ended(worker, payload, err);
	if (type == FRAME_DEATH && payload.n > 1 && payload.n <= 1 + WORKER_CULPRIT_MAX) {
		buf_reset(&worker->culprit);
		buf_add(&worker->culprit, payload);
		return 1; /* the end of the connection follows */
	}
	if (type < 'A' || type > 'Z')
		return broken(worker, err, "unknown frame");
	worker->answered += payload.n;
	if (worker->answered > WORKER_ANSWER_MAX)
		return broken(worker, err, "its answer is too large");
	if (reader->record(reader->context, type, payload, err) < 0) {
		IGNORE(reap(worker, true)); /* nobody wants the rest of its answer */
		return -1;
	}
	return 1;
}

/* All complete frames of the buffer. */
static int take_frames(struct worker *worker, const struct worker_reader *reader, struct err *err)
{
	struct buf *in = &worker->in;
	int more = 1;

	while (more == 1 && in->n - worker->in_pos >= FRAME_HEAD) {
		const char *head = in->p + worker->in_pos;
		size_t length = frame_length(head);

		if (length > WORKER_RECORD_MAX)
			return broken(worker, err, "record is too large");
		if (in->n - worker->in_pos < FRAME_HEAD + length)
			break;
		worker->in_pos += FRAME_HEAD + length;
		more = take_frame(worker, head[FRAME_HEAD - 1], str_of(head + FRAME_HEAD, length),
				  reader, err);
	}
	if (worker->in_pos > 0) {
		memmove(in->p, in->p + worker->in_pos, in->n - worker->in_pos);
		in->n -= worker->in_pos;
		worker->in_pos = 0;
	}
	if (more == 0 && in->n > 0)
		return broken(worker, err, "it speaks after its end");
	return more;
}

static int wait_readable(struct worker *worker, struct err *err)
{
	struct pollfd p = { .fd = worker->fd, .events = POLLIN };
	int n;

	do
		n = poll(&p, 1, worker_time_left(worker));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, errno, "wait for the worker");
	if (n > 0)
		return 0;
	IGNORE(reap(worker, true)); /* its time is over */
	return err_set(err, ERR_LIMIT, "not done within %lld s",
		       (long long)(worker->timeout_ms + 999) / 1000);
}

int worker_receive(struct worker *worker, const struct worker_reader *reader, struct err *err)
{
	char *room;
	ssize_t n;

	assert(worker->busy);
	if (wait_readable(worker, err) < 0)
		return -1;
	room = buf_room(&worker->in, RECEIVE_BYTES);
	assert(room); /* a frame is never larger than the buffer has room for */
	do
		n = recv(worker->fd, room, RECEIVE_BYTES, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno != ECONNRESET)
		return err_sys(err, errno, "read from the worker");
	if (n <= 0)
		return worker_died(worker, err);
	worker->in.n += (size_t)n;
	return take_frames(worker, reader, err);
}
