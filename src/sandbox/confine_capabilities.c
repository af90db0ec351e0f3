/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/confine_internal.h"

#define NOBODY	     65534u
#define CAPABILITIES 64u /* the kernel refuses numbers it does not know */

static int drop_bounding(void)
{
	for (unsigned long cap = 0; cap < CAPABILITIES; cap++) {
		int there = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);

		if (there < 0)
			break; /* past the last one */
		if (there > 0 && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return errno;
	}
	return 0;
}

static int drop_sets(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	memset(data, 0, sizeof(data));
	return syscall(SYS_capset, &header, data) < 0 ? errno : 0;
}

int confine_capabilities(bool own_user_namespace)
{
	int bounding = drop_bounding();
	int sets;

	if (!own_user_namespace && geteuid() == 0 &&
	    (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
	     setresuid(NOBODY, NOBODY, NOBODY) < 0))
		bounding = errno;
	/* Kernels before 4.3 have no ambient set: then there is nothing to clear. */
	IGNORE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
	sets = drop_sets();
	if (sets)
		return sets;
	/* Without CAP_SETPCAP the bounding set stays; with no_new_privs it then gives nothing. */
	return bounding == EPERM ? 0 : bounding;
}
