/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cluster_check.h"

int cluster_check_watch(struct cluster_check *check, struct err *err)
{
	(void)check;
	return err_set(err, ERR_UNSUPPORTED, "--watch");
}
