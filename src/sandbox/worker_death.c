/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last words of a worker: when a signal ends it (a fault, a limit on memory or time), it still
 * sends what it had answered and says what it was at, so that the parent can go on without that.
 * The handler uses nothing but memory that was set before, write and _exit. It is the one place
 * with state of the process.
 */
#include <signal.h>

#include "sandbox/confine_internal.h"
#include "sandbox/worker_internal.h"

#define STACK_BYTES 65536u /* a stack that ran over cannot hold the handler */

static struct {
	const struct worker_out *out;
	char frame[FRAME_HEAD + 1 + WORKER_CULPRIT_MAX];
	volatile sig_atomic_t length; /* 0: at nothing in particular */
	char stack[STACK_BYTES];
} last_words;

void worker_works_on(str what)
{
	size_t n = what.n < WORKER_CULPRIT_MAX ? what.n : WORKER_CULPRIT_MAX;

	last_words.length = 0;
	if (n == 0)
		return;
	frame_head(last_words.frame, n + 1, FRAME_DEATH);
	memcpy(last_words.frame + FRAME_HEAD + 1, what.p, n);
	last_words.length = (sig_atomic_t)(FRAME_HEAD + 1 + n);
}

static void put(const char *p, size_t n)
{
	while (n > 0) {
		ssize_t sent = write(WORKER_FD, p, n);

		if (sent <= 0)
			return;
		p += sent;
		n -= (size_t)sent;
	}
}

static void die(int sig)
{
	if (last_words.length > 0 && last_words.out) {
		put(last_words.out->bytes, last_words.out->n);
		last_words.frame[FRAME_HEAD] = (char)sig;
		put(last_words.frame, (size_t)last_words.length);
	}
	_exit(WORKER_EXIT_DIED);
}

int worker_death_prepare(const struct worker_out *out)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU };
	const stack_t stack = { .ss_sp = last_words.stack, .ss_size = STACK_BYTES };
	struct sigaction action = { .sa_flags = SA_ONSTACK | SA_RESETHAND };
	int failed = 0;

	last_words.out = out;
	if (SANITIZED) /* a sanitizer says more about a fault than we can */
		return 0;
	action.sa_handler = die;
	sigemptyset(&action.sa_mask);
	failed |= sigaltstack(&stack, NULL);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		failed |= sigaction(signals[i], &action, NULL);
	return failed;
}
