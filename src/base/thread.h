/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* thread: threads that signals meant for the program do not reach, and SIGPIPE does not end. */
#include <pthread.h>

#include "base/scope.h"

/* `stack`: bytes of its stack; 0: as usual. Returns 0, or why there is none (an errno). */
int thread_start(pthread_t *thread, size_t stack, void *(*run)(void *), void *context) MUST_USE;
