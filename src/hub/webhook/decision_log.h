/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * decision_log: one JSON line for each decision that is worth one, written by a thread of its own:
 * a worker that decides never waits for a disk. Lines that find no room are counted, never waited
 * for. A file that reaches its size is renamed to FILE.1, that to FILE.2 ...; FILE is mode 0600.
 *
 *	struct decision_log *log = decision_log_open(&opts, &err);
 *
 *	decision_log_put(log, line);                    // any thread
 *	decision_log_close(log);                        // writes what is still there
 */
#include "base/arena.h"
#include "hub/webhook/decide.h"

#define DECISION_LOG_ROOM      (4u << 20) /* bytes that wait for the disk */
#define DECISION_LOG_MAX_LINE  (16u << 10)
#define DECISION_LOG_MAX_FILES 100u

struct err;
struct decision_log;

struct decision_log_opts {
	str path;	    /* empty: none; "-": standard output */
	uint64_t max_bytes; /* of a file; 0: 64 MiB */
	unsigned files;	    /* kept beside it; 0: 4 */
};

struct decision_log *decision_log_open(const struct decision_log_opts *opts, struct err *err);
void decision_log_close(struct decision_log *log);
AUTO_PTR(decision_log_close, struct decision_log);
/* `line` ends in '\n'. NULL: nothing is kept. */
void decision_log_put(struct decision_log *log, str line);
void decision_log_count(struct decision_log *log, uint64_t *written, uint64_t *dropped);
/* Why the last line could not be written; empty: it could. */
str decision_log_trouble(struct decision_log *log, struct arena *arena);

struct decision_record {
	const struct admission_request *request;
	const struct decision *decision;
	const char *endpoint; /* "admit", "mutate" */
	int64_t now;	      /* seconds */
	uint64_t us;
};
/* The line of a decision. Values of Secrets never stand in it. */
str decision_record_line(const struct decision_record *record, struct arena *arena);
