/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "sandbox/confine_internal.h"

#define CONFINE_THREADS 16u

static int lower(__rlimit_resource_t what, uint64_t value)
{
	struct rlimit limit;

	if (getrlimit(what, &limit) < 0)
		return errno;
	if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > value)
		limit.rlim_max = value;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(what, &limit) < 0 ? errno : 0;
}

int confine_limits(const struct confine_opts *opts, bool own_user_namespace)
{
	uint64_t memory = opts->memory ? opts->memory : CONFINE_MEMORY;
	int failed = 0;

	/* A write past RLIMIT_FSIZE shall fail with EFBIG, not kill. */
	if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
		failed = errno;
	if (!SANITIZED) {
		/* Private memory counts; address space has room for libraries and stacks besides.
		 */
		failed = failed ? failed : lower(RLIMIT_DATA, memory);
		failed = failed ? failed : lower(RLIMIT_AS, memory + (1ull << 30));
	}
	failed =
		failed ? failed
		       : lower(RLIMIT_FSIZE, opts->file_size ? opts->file_size : CONFINE_FILE_SIZE);
	failed = failed ? failed : lower(RLIMIT_CPU, opts->cpu_s ? opts->cpu_s : CONFINE_CPU_S);
	failed = failed ? failed : lower(RLIMIT_NOFILE, CONFINE_FILES);
	failed = failed ? failed : lower(RLIMIT_CORE, 0);
	/* Outside a namespace of our own this limit counts all processes of the user. */
	if (own_user_namespace)
		failed = failed ? failed : lower(RLIMIT_NPROC, CONFINE_THREADS);
	return failed;
}
