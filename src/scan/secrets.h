/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * secrets: in the worker, the search for secrets over the files of one job. Job header: "secrets"
 * is absent (nothing is searched) or {"max_bytes", "rules", "binaries"}; rules as
 * secret_rules_write.
 *
 * Searched are regular files whose path no list leaves out: texts by their first bytes, others for
 * the kinds that are marked for it (secret/binary.h) unless "binaries" is false; of one that is
 * larger than max_bytes, so many bytes. Everything left out is counted.
 */
#include "base/buf.h"
#include "fmt/secret.h"
#include "sandbox/worker.h"
#include "scan/secret/binary.h"
#include "scan/secret/search.h"
#include "scan/secret/skip.h"
#include "scan/want.h"

#define SECRETS_FILE_BYTES (512ull << 20) /* default of max_bytes */
#define SECRETS_SMALLEST   8u		  /* bytes: no secret fits into less */

/* What a search needs, whatever the job: made once and kept by the worker for the next ones. */
struct secret_tools {
	struct arena *arena;
	str terms; /* rules and options it was made for */
	struct secret_kinds kinds;
	struct secret_skips skips;
	struct secret_search *search;
	struct secret_binary *binary; /* NULL: files that are no text are only counted */
};

struct secrets {
	struct worker_job *job;
	bool on;
	uint64_t max_bytes;
	struct secret_tools *tools;
	bool own_tools; /* not the worker's */
	const struct secret_skips *skips;
	struct secret_search *search;
	struct secret_binary *binary; /* may be NULL */
	struct secret_counts counts;
	uint64_t sent;
	struct buf payload;
	/* The text at work: */
	bool active, in_binary;
	enum secret_place place;
	str path;
	uint64_t left; /* of max_bytes */
};

int secrets_init(struct secrets *secrets, struct worker_job *job, struct err *err) MUST_USE;
void secrets_done(struct secrets *secrets);

/* By path and size alone; counts what a list or an option leaves out. */
bool secrets_want(struct secrets *secrets, const struct want *want, str path, uint64_t size);
/* After secrets_want, with the first bytes of the file: false when it is not searched. */
bool secrets_begin(struct secrets *secrets, enum secret_place place, str path, uint64_t size,
		   str head);
/* As flow_tap.take, with a struct secrets. Does nothing unless a text was begun. */
void secrets_take(void *secrets, str piece);
/* Ends the text, if one was begun, and sends what was found. */
int secrets_end(struct secrets *secrets, struct err *err) MUST_USE;
/* Sends the counts: once at the end of a job. */
int secrets_finish(struct secrets *secrets, struct err *err) MUST_USE;
