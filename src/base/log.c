/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

#define LINE_MAX_BYTES 8192u

static _Atomic int current_level = LOG_LEVEL_WARN;

void log_set_level(enum log_level level) { atomic_store(&current_level, (int)level); }

void log_write(enum log_level level, const char *msg, const struct log_field *fields, size_t n)
{
	static const char *const names[] = { "error", "warning", "info", "debug" };
	AUTO(buf_done)
	struct buf line = { 0 };
	struct err err;

	if ((int)level > atomic_load(&current_level))
		return;
	buf_init(&line, LINE_MAX_BYTES);
	buf_fmt(&line, "seawall: %s: %s", names[level], msg);
	for (size_t i = 0; i < n; i++) {
		buf_fmt(&line, " %s=", fields[i].key);
		if (fields[i].is_number)
			buf_fmt(&line, "%" PRIu64, fields[i].number);
		else
			json_quote(&line, fields[i].text);
	}
	line.overflow = false;
	line.n = line.n < LINE_MAX_BYTES ? line.n : LINE_MAX_BYTES - 1;
	buf_byte(&line, '\n');
	IGNORE(fd_write_all(STDERR_FILENO, buf_str(&line), &err)); /* nowhere left to say so */
}
