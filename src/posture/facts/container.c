/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/container.h"

#include "posture/facts/docker_internal.h"

int container_facts_each(struct docker_facts *facts, docker_facts_fn *fn, void *context,
			 struct err *err)
{
	(void)fn;
	(void)context;
	if (!facts->engine)
		return 0;
	return err_set(err, ERR_UNSUPPORTED, "documents of kind container are not made yet");
}
