/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * stop: SIGINT and SIGTERM end a command that goes on, between two of its steps. Once in a process:
 * a handler of signals has only what is global.
 */
#include "base/scope.h"

struct err;

/* From here on; the descriptor is readable once there was one, and stays open. */
int stop_begin(struct err *err) MUST_USE;
/* Has the handler close this descriptor, too: who polls its other end hears it at once. */
void stop_closes(int fd);
/* Closes it now, unless the handler did. */
void stop_close(void);
