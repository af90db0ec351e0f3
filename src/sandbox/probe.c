/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The self-test of the confinement: tries from the inside what must not be possible and answers one
 * record, {"open": "EACCES", "fork": "EPERM", ...}; a thing that worked says "done".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/err.h"
#include "sandbox/worker_internal.h"

static long try_open(void) { return open("/etc/passwd", O_RDONLY | O_CLOEXEC); }
static long try_create(void)
{
	return open("/tmp/seawall-probe", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}
static long try_openat2(void)
{
	const uint64_t how[3] = { O_RDONLY | O_CLOEXEC, 0, 0 };

	return syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", how, sizeof(how));
}
static long try_stat(void) { return access("/etc/passwd", F_OK); }
static long try_socket(void) { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }
static long try_unix_socket(void) { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }
static long try_connect(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return connect(WORKER_FD, (const struct sockaddr *)&to, sizeof(to));
}
static long try_fork(void)
{
	/* As fork() does, without the C library's own steps. */
	long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		IGNORE(waitpid((pid_t)pid, NULL, 0)); /* only collects it */
	return pid;
}
static long try_exec(void)
{
	static char name[] = "/bin/true";
	char *argv[] = { name, NULL };

	/* On success the worker is gone and the parent sees that. */
	return execve(name, argv, NULL);
}
static long try_ptrace(void) { return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL); }
static long try_kill(void) { return kill(1, 0); }
static long try_unshare(void) { return unshare(CLONE_NEWUSER); }
static long try_keyctl(void) { return syscall(SYS_keyctl, 0, -3, 0); }
static long try_bpf(void) { return syscall(SYS_bpf, 0, NULL, 0); }
static long try_io_uring(void) { return syscall(SYS_io_uring_setup, 1, NULL); }
static long try_executable_memory(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	return p == MAP_FAILED ? -1 : 0;
}

static const struct {
	const char *name;
	long (*run)(void);
} tries[] = {
	{ "open", try_open },	      { "create", try_create },
	{ "openat2", try_openat2 },   { "access", try_stat },
	{ "socket", try_socket },     { "unix_socket", try_unix_socket },
	{ "connect", try_connect },   { "fork", try_fork },
	{ "exec", try_exec },	      { "ptrace", try_ptrace },
	{ "kill", try_kill },	      { "unshare", try_unshare },
	{ "keyctl", try_keyctl },     { "bpf", try_bpf },
	{ "io_uring", try_io_uring }, { "executable_memory", try_executable_memory },
};

/* {"probe": "memory"}: takes memory until it is refused; the number of MiB it got. */
static int probe_memory(struct worker_job *job, struct err *err)
{
	unsigned mib = 0;

	while (mib < 65536 && mmap(NULL, 1u << 20, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
		mib++;
	return worker_answer(job, 'P', str_fmt(job->arena, "{\"mib\": %u}", mib), err);
}

/* {"probe": "hang"}: never ends. {"probe": "crash"}: dies. */
static int probe_bad(str what, struct err *err)
{
	if (str_eq(what, STR("crash")))
		__builtin_trap();
	for (;;) {
		if (!str_eq(what, STR("hang")))
			return err_set(err, ERR_UNSUPPORTED, "no probe '%.*s'", STR_ARG(what));
		IGNORE(sched_yield()); /* always succeeds */
	}
}

int probe_run(struct worker_job *job, struct err *err)
{
	str what = json_get_str(job->header, STR("probe"));
	struct json_writer w;
	struct buf b;
	int failed;

	if (str_eq(what, STR("memory")))
		return probe_memory(job, err);
	if (what.n > 0)
		return probe_bad(what, err);
	buf_init(&b, 65536);
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		errno = 0;
		long result = tries[i].run();
		const char *name = result >= 0 ? "done" : strerrorname_np(errno);

		json_kv_str(&w, str_c(tries[i].name), str_c(name ? name : "unknown"));
	}
	json_close_object(&w);
	failed = worker_answer(job, 'P', buf_str(&b), err);
	buf_done(&b);
	return failed;
}
