/* SPDX-License-Identifier: Apache-2.0 */
#include "base/thread.h"

#include <signal.h>

int thread_start(pthread_t *thread, size_t stack, void *(*run)(void *), void *context)
{
	pthread_attr_t attr;
	sigset_t all, before;
	int rc;

	(void)sigfillset(&all);
	(void)pthread_attr_init(&attr);
	if (stack > 0)
		(void)pthread_attr_setstacksize(&attr, stack);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(thread, &attr, run, context);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)pthread_attr_destroy(&attr);
	return rc;
}
