/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sched.h>

#include "sandbox/confine_internal.h"

#define OTHERS (CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS | CLONE_NEWCGROUP)

int confine_namespaces(bool *user, bool *network)
{
	int failed;

	*user = false;
	*network = false;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | OTHERS) == 0) {
		*user = true;
		*network = true;
		return 0;
	}
	failed = errno;
	/* Root without user namespaces. */
	if (unshare(CLONE_NEWNET | OTHERS) == 0) {
		*network = true;
		return failed;
	}
	return failed;
}
