/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/confine_internal.h"

/*
 * The interface is declared here: the system's header knows its first versions only. Numbers are
 * those of linux/landlock.h.
 */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self  446
#endif

struct ruleset_attr {
	uint64_t handled_access_fs;  /* ABI 1 */
	uint64_t handled_access_net; /* ABI 4 */
	uint64_t scoped;	     /* ABI 6 */
};

#define RULESET_VERSION 1u

/* What each ABI knows, from the first on. */
static const struct {
	unsigned fs_bits, net_bits, scope_bits;
} abis[] = {
	{ 13, 0, 0 }, { 14, 0, 0 }, { 15, 0, 0 }, { 15, 2, 0 }, { 16, 2, 0 }, { 16, 2, 2 },
};

static uint64_t bits(unsigned n) { return (1ull << n) - 1; }

int confine_landlock(int *abi)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, RULESET_VERSION);
	struct ruleset_attr attr = { 0 };
	size_t known, size;

	*abi = 0;
	if (version < 1)
		return version < 0 ? errno : ENOSYS;
	known = (size_t)version > ARRAY_LEN(abis) ? ARRAY_LEN(abis) : (size_t)version;
	attr.handled_access_fs = bits(abis[known - 1].fs_bits);
	attr.handled_access_net = bits(abis[known - 1].net_bits);
	attr.scoped = bits(abis[known - 1].scope_bits);
	size = known >= 6 ? sizeof(attr) : known >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
	AUTO(fd_close)
	int fd = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	if (fd < 0)
		return errno;
	if (syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		return errno;
	*abi = (int)version;
	return 0;
}
