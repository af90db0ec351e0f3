/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * pipeline: all layers of an image through workers, each distinct blob once, at most two at a time,
 * the largest first; results from the cache where it has them.
 */
#include "scan/layer_record.h"
#include "scan/scan.h"
#include "scan/want.h"

struct worker;

#define PIPELINE_WORKERS  2u
#define SPOOLS_PER_WORKER 5u
#define PIPELINE_REFUSED  16u /* files that may end a reader before the scan ends */

/* A worker and the temporary files it may fill. */
struct pipeline_worker {
	struct worker *worker; /* NULL: not started */
	int spools[SPOOLS_PER_WORKER];
	size_t spool_n;
	int64_t started_ms;
};

struct scan_session {
	struct pipeline_worker workers[PIPELINE_WORKERS];
};
#define SESSION_READER_MS 1800000 /* a reader is young: its limit on processor time is far */

/* One distinct blob. */
struct pipeline_layer {
	size_t index; /* of the first image layer with it */
	uint64_t size;
	struct layer_record record; /* arena NULL: not read */
	bool wanted;		    /* to be read (again) */
};

struct pipeline {
	const struct scan_opts *opts;
	struct image *image;
	const struct image_manifest *manifest;
	struct want want;		 /* aliases, skips */
	int64_t deadline;		 /* time_mono_ms; 0: none */
	struct scan_session own;	 /* when nobody gave one */
	struct pipeline_worker *workers; /* PIPELINE_WORKERS */
	struct pipeline_layer *layers;
	size_t layer_n;
	struct arena *arena;
	str refused[PIPELINE_REFUSED]; /* "analyzer TAB path": readers were ended in them */
	size_t refused_n;
	size_t *layer_of; /* by image layer: index into layers, or SIZE_MAX (cannot be read) */
	struct scan_stats stats;
};

/* Stays where it is. `want.aliases` may be changed by the caller between calls of pipeline_read. */
void pipeline_init(struct pipeline *pipeline, const struct scan_opts *opts, struct image *image,
		   struct arena *arena);
void pipeline_done(struct pipeline *pipeline);

/* Reads the layers marked `wanted`. The first failure ends everything. */
int pipeline_read(struct pipeline *pipeline, struct err *err) MUST_USE;

/* Milliseconds left of the scan's time: 0 none set, -1 over (err is set). */
int64_t pipeline_time_left(const struct pipeline *pipeline, struct err *err);
/* Starts a worker if it does not run yet, with its temporary files. */
int pipeline_worker_start(struct pipeline *pipeline, struct pipeline_worker *slot,
			  struct err *err) MUST_USE;
/* The member "secrets" of a job; nothing when nobody asked for them. */
void pipeline_write_secrets(const struct pipeline *pipeline, struct json_writer *w);
/*
 * A reader failed: was it ended in one file, so that the job can be done again without that? Then
 * the file is remembered, the reader stopped, and the answer true.
 */
bool pipeline_refuse(struct pipeline *pipeline, struct pipeline_worker *slot);
/* The member "refused" of a job; nothing when there is none. */
void pipeline_write_refused(const struct pipeline *pipeline, struct json_writer *w);
/* Stops the workers, but for those of a session, and fills the statistics. */
void pipeline_stop(struct pipeline *pipeline);
