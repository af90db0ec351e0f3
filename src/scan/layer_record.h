/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * layer_record: what a worker said about one layer, checked as it arrives and kept in a file: the
 * log and the packages are read from there again when they are needed, so that memory does not grow
 * with the image. The file is a temporary one or becomes an entry of the cache.
 */
#include "scan/record.h"
#include "scan/trait.h"

#define LAYER_RESULTS_MAX 500000u     /* wanted files of one layer */
#define LAYER_MEMORY_MAX  (64u << 20) /* bytes of all results of a layer, or of an image */

struct stored_result {
	struct file_result result;
	uint64_t packages_at; /* where its first P frame is */
	uint64_t document_at; /* where its D frame is, if it has one */
};

struct layer_segment {
	uint64_t at;
	uint32_t n;
};

struct layer_record {
	struct arena *arena; /* own; results and segments */
	int fd;		     /* owned */
	/* When the file cannot be written, go on in a temporary one of this folder (see
	 * temp_file_open); false once that was done. */
	bool can_move;
	const char *move_dir;
	uint64_t start; /* where frames begin in the file */
	uint64_t size;	/* bytes of frames so far */
	uint32_t crc;	/* of them */
	struct buf out; /* not written yet */
	struct stored_result *results;
	size_t result_n, result_cap;
	struct layer_segment *log;
	size_t log_n, log_cap;
	uint64_t package_at, package_n; /* P frames since the last result */
	uint64_t document_at;		/* D frame since then */
	bool document;
	struct secret_finding *secrets;
	size_t secret_n, secret_cap;
	struct secret_counts secret_counts;
	struct trait *traits;
	size_t trait_n, trait_cap;
	struct layer_end end;
	bool ended;
	struct buf frame; /* being read again */
};

/* Takes the descriptor, also on failure of later calls. */
void layer_record_init(struct layer_record *record, int fd, uint64_t start);
void layer_record_done(struct layer_record *record);

/* One frame of the worker. */
int layer_record_take(struct layer_record *record, char type, str payload,
		      struct err *err) MUST_USE;
/* What was taken since the mark counts no more; for a job that is done again. */
struct layer_record_mark {
	size_t result_n, secret_n;
	struct secret_counts secret_counts;
};
struct layer_record_mark layer_record_mark(const struct layer_record *record);
void layer_record_cut(struct layer_record *record, const struct layer_record_mark *mark);

/* After the job: writes what is left; fails when the worker did not come to its end. */
int layer_record_finish(struct layer_record *record, struct err *err) MUST_USE;
/* In place of the worker's last frame, for files that were sent one by one: ends it likewise. */
int layer_record_end(struct layer_record *record, uint64_t entries, struct err *err) MUST_USE;
/* Instead of take: reads `size` bytes of frames that are in the file. */
int layer_record_load(struct layer_record *record, uint64_t size, struct err *err) MUST_USE;

/* Adds the memory of its results to that of others; fails over LAYER_MEMORY_MAX. */
int layer_record_sum(uint64_t *sum, const struct layer_record *record, struct err *err) MUST_USE;

/* The log from its begin: for each entry the call; a negative result ends it. */
int layer_record_log(struct layer_record *record, void *context,
		     int (*each)(void *context, const struct log_entry *entry, struct err *err),
		     struct err *err) MUST_USE;
/* The facts document of one result, in `arena`. Of a result that has one. */
int layer_record_document(struct layer_record *record, const struct stored_result *result,
			  struct arena *arena, str *out, struct err *err) MUST_USE;
/* The payloads of the P frames of one result. */
int layer_record_packages(struct layer_record *record, const struct stored_result *result,
			  void *context, int (*each)(void *context, str payload, struct err *err),
			  struct err *err) MUST_USE;
