/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * worker: a confined copy of this program that parses foreign bytes. The parent starts
 * `/proc/self/exe worker` over a socket pair and hands it jobs: a JSON header and descriptors. It
 * answers with records and a final status, and is used again for the next job until it is stopped.
 *
 * The worker is not trusted once it has seen a job: record sizes and counts are capped here, and
 * what a record says must be checked by whoever reads it.
 *
 * On the wire both ways: frames of u32 length (little-endian, of the payload), one type byte,
 * payload. Lower-case types belong to the worker protocol, upper-case ones to the kind of job.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "sandbox/confine.h"

struct err;
struct worker;

#define WORKER_HEADER_MAX  1048576u	/* JSON header of a job */
#define WORKER_RECORD_MAX  (16u << 20)	/* payload of one record */
#define WORKER_ANSWER_MAX  (2ull << 30) /* all records of one job */
#define WORKER_FDS_MAX	   64u
#define WORKER_CULPRIT_MAX 8192u

/* ---- parent ---- */

/* `opts` may be NULL. Does not wait for the worker to be up. */
int worker_start(const struct confine_opts *opts, struct worker **out, struct err *err) MUST_USE;
/* Ends it, whatever it does. Accepts NULL. */
void worker_stop(struct worker *worker);
AUTO_PTR(worker_stop, struct worker);
/* Ends it, keeping what can be asked about it; worker_stop still has to follow. */
void worker_end(struct worker *worker);

/*
 * Gives it the next job; the previous one must have ended. Descriptors are copied, the caller's
 * stay open. `timeout_ms`: the job is killed after that time, 0: never.
 */
int worker_send(struct worker *worker, str header, const int *fds, size_t fd_count,
		int64_t timeout_ms, struct err *err) MUST_USE;

/* Readable when worker_receive has something to do. */
int worker_fd(const struct worker *worker);
/* Milliseconds until the running job's time is over (at least 0), -1 without a limit. */
int worker_time_left(const struct worker *worker);

struct worker_reader {
	void *context;
	/* One record, valid during the call. A negative result ends the job with that error. */
	int (*record)(void *context, char type, str payload, struct err *err);
};
/*
 * Takes what has arrived, at most some megabytes; blocks only while nothing is there and the job's
 * time is not over. 1: go on, 0: the job ended well, -1: the job failed (its own error, or the
 * worker died, broke the protocol or ran out of time). After a failure of the worker itself it is
 * dead (worker_alive is false) and can only be stopped.
 */
int worker_receive(struct worker *worker, const struct worker_reader *reader,
		   struct err *err) MUST_USE;
bool worker_alive(const struct worker *worker);
/* Alive, and its last job ended: it can have another. */
bool worker_idle(const struct worker *worker);
/* What a worker that was ended by a signal was at; empty: it did not say, or lives. */
str worker_culprit(const struct worker *worker);

/* What confines it; known once the first job ended. NULL before. */
const struct confinement *worker_confinement(const struct worker *worker);
/* Highest resident memory so far in KiB, 0 where unknown. */
uint64_t worker_peak_kib(const struct worker *worker);

/* ---- worker ---- */

/* What a kind of job keeps for the next one; the worker frees it when it ends, or who replaces it.
 */
struct worker_kept {
	void *p;
	void (*free)(void *p);
};

struct worker_job {
	const struct json *header;
	int fds[WORKER_FDS_MAX]; /* owned by the loop, closed after the job */
	size_t fd_count;
	struct arena *arena; /* of this job */
	struct worker_out *out;
	struct worker_kept *kept;	    /* NULL: there is no next job */
	const struct worker_reader *reader; /* set: answers go there, without a worker (tests) */
};

/* What a worker can do: {"job": name, ...} selects it. */
struct worker_kind {
	const char *name;
	int (*run)(struct worker_job *job, struct err *err);
};

/*
 * Should this process be ended by a fault or a limit, it says so, and that it was at `what`, until
 * the next call; empty: at nothing in particular. Cut at WORKER_CULPRIT_MAX bytes.
 */
void worker_works_on(str what);
/* Sends one record; buffered, flushed at the end of the job. */
int worker_answer(struct worker_job *job, char type, str payload, struct err *err) MUST_USE;

/*
 * The whole life of a worker: confines itself, serves jobs from descriptor WORKER_FD until the
 * parent closes. Returns the exit code. Call it first thing in main when argv[1] is "worker".
 */
#define WORKER_FD 3
int worker_main(const struct worker_kind *kinds, size_t kind_count);
