/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/err.h"

/* What the handler of signals needs; there is no other way to hand it on. */
static int stop_pipe[2] = { -1, -1 };
static volatile sig_atomic_t closing = -1;

void stop_close(void)
{
	int fd = closing;

	closing = -1;
	if (fd >= 0)
		close(fd);
}

void stop_closes(int fd) { closing = fd; }

static void on_signal(int number)
{
	int saved = errno;

	(void)number;
	IGNORE(write(stop_pipe[1], "", 1)); /* full: it is readable already */
	stop_close();
	errno = saved;
}

int stop_begin(struct err *err)
{
	struct sigaction action = { .sa_handler = on_signal };

	if (pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_sys(err, errno, "pipe");
	IGNORE(sigaction(SIGINT, &action, NULL)); /* cannot fail for these */
	IGNORE(sigaction(SIGTERM, &action, NULL));
	return stop_pipe[0];
}
