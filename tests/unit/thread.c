/* SPDX-License-Identifier: Apache-2.0 */
#include "base/thread.h"

#include <signal.h>

#include "test.h"

static void *look(void *context)
{
	/* Checks belong to the thread of the test. */
	return pthread_sigmask(SIG_SETMASK, NULL, context) == 0 ? context : NULL;
}

TEST(threads_block_the_signals_and_their_starter_does_not)
{
	sigset_t inside, outside;
	pthread_t thread;
	void *seen = NULL;

	CHECK_INT(thread_start(&thread, 0, look, &inside), 0);
	CHECK_INT(pthread_join(thread, &seen), 0);
	CHECK(seen == &inside);
	CHECK_INT(sigismember(&inside, SIGTERM), 1);
	CHECK_INT(sigismember(&inside, SIGPIPE), 1);
	CHECK_INT(pthread_sigmask(SIG_SETMASK, NULL, &outside), 0);
	CHECK_INT(sigismember(&outside, SIGTERM), 0);
	CHECK_INT(thread_start(&thread, 256u << 10, look, &inside), 0);
	CHECK_INT(pthread_join(thread, NULL), 0);
}
