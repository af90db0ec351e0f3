/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sandbox/confine_internal.h"

/*
 * What a parser needs: bytes of descriptors it was given, memory, threads, the clock, an end. There
 * is no way to open, name, connect, start, trace or signal anything. What is not listed fails with
 * EPERM: a library that asks for something harmless goes on without it.
 */
static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(pwrite64),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendmsg),
	SCMP_SYS(recvfrom),
	SCMP_SYS(lseek),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(ftruncate),
	SCMP_SYS(poll),
	SCMP_SYS(fadvise64),
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(gettid),
	SCMP_SYS(getpid),
	SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* Calls that are only allowed with certain arguments. */
static int add_conditional(scmp_filter_ctx ctx)
{
	int failed;

	/* Anonymous memory that is never executable. */
	failed = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
				  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
				  SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
	if (failed)
		return -failed;
	failed = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (failed)
		return -failed;
	/* abort() signals its own thread. */
	failed = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				  SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
	if (failed)
		return -failed;
	/* Threads, not processes. clone3 hides its flags behind a pointer: the C library falls
	 * back. */
	failed = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
				  SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	if (failed)
		return -failed;
	return -seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

int confine_seccomp(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int failed = 0;

	if (!ctx)
		return ENOMEM;
	/* Also sets no_new_privs; a call of another architecture kills. */
	for (size_t i = 0; i < ARRAY_LEN(allowed) && failed == 0; i++)
		failed = -seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	failed = failed ? failed : add_conditional(ctx);
	failed = failed ? failed : -seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	failed = failed ? failed : -seccomp_load(ctx);
	seccomp_release(ctx);
	return failed;
}
