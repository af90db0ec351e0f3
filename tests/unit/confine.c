/* SPDX-License-Identifier: Apache-2.0 */
/* Each means of confinement alone, in a process of its own. */
#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "sandbox/confine_internal.h"
#include "test.h"

enum { REFUSED = 0, POSSIBLE = 1, NOT_IN_FORCE = 2 };

/* What the child found. */
static int in_child(int (*run)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(run());
	CHECK(pid > 0);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void check_refused(int (*run)(void), const char *what)
{
	int found = in_child(run);

	if (found == NOT_IN_FORCE)
		SKIP("%s cannot be had here", what);
	CHECK_INT(found, REFUSED);
}

static int with_landlock(void)
{
	int abi;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || confine_landlock(&abi) != 0)
		return NOT_IN_FORCE;
	if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 || errno != EACCES)
		return POSSIBLE;
	if (open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0 || errno != EACCES)
		return POSSIBLE;
	return abi > 0 ? REFUSED : POSSIBLE;
}

TEST(landlock_leaves_no_path) { check_refused(with_landlock, "Landlock"); }

static int with_seccomp(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || confine_seccomp() != 0)
		return NOT_IN_FORCE;
	if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 || errno != EPERM)
		return POSSIBLE;
	if (socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0 || errno != EPERM)
		return POSSIBLE;
	return REFUSED;
}

TEST(seccomp_leaves_no_call_that_opens) { check_refused(with_seccomp, "seccomp"); }

static int with_namespaces(void)
{
	bool user, network;
	char line[512];
	int interfaces = 0;

	if (confine_namespaces(&user, &network) != 0 || !network)
		return NOT_IN_FORCE;
	if (user && getuid() == 0)
		return POSSIBLE; /* nobody is mapped */
	FILE *f = fopen("/proc/self/net/dev", "re");
	while (f && fgets(line, sizeof(line), f))
		interfaces += strchr(line, ':') != NULL;
	if (f)
		(void)fclose(f); /* only read */
	return f && interfaces <= 1 ? REFUSED : POSSIBLE;
}

TEST(namespaces_leave_no_interface_but_loopback)
{
	check_refused(with_namespaces, "a network namespace");
}

static int with_capabilities(void)
{
	char line[512];
	int empty = 0;

	if (confine_capabilities(false) != 0)
		return NOT_IN_FORCE;
	FILE *f = fopen("/proc/self/status", "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "Cap", 3) == 0 && strstr(line, "\t0000000000000000"))
			empty++;
	}
	if (f)
		(void)fclose(f); /* only read */
	/* Inherited, permitted, effective, bounding, ambient; only root can empty the fourth. */
	return empty >= 4 ? REFUSED : POSSIBLE;
}

TEST(no_capability_is_left) { check_refused(with_capabilities, "dropping capabilities"); }

static int with_limits(void)
{
	const struct confine_opts opts = { .file_size = 1000, .cpu_s = 5 };
	struct rlimit limit;
	char bytes[2000] = { 0 };
	FILE *f = tmpfile();

	if (!f || confine_limits(&opts, false) != 0)
		return NOT_IN_FORCE;
	if (getrlimit(RLIMIT_CPU, &limit) < 0 || limit.rlim_max != 5)
		return POSSIBLE;
	if (getrlimit(RLIMIT_CORE, &limit) < 0 || limit.rlim_max != 0)
		return POSSIBLE;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_max != CONFINE_FILES)
		return POSSIBLE;
	if (pwrite(fileno(f), bytes, sizeof(bytes), 0) > 1000)
		return POSSIBLE;
	return pwrite(fileno(f), bytes, 1, 1000) < 0 && errno == EFBIG ? REFUSED : POSSIBLE;
}

TEST(limits_hold) { check_refused(with_limits, "setting limits"); }
