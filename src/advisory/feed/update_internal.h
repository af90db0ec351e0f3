/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Between the parts of an update: the plan, fetching, building. */
#include <pthread.h>

#include "advisory/feed/place.h"
#include "advisory/feed/table.h"
#include "advisory/feed/update.h"

#define UPDATE_THREADS 6

enum job_kind { JOB_FILE, JOB_ARCHIVE };

/* One source. `arena` and what is in it belong to the thread that works on it. */
struct job {
	enum job_kind kind;
	str name;
	struct arena *arena;
	/* JOB_FILE */
	str base, path;	  /* of its place */
	bool server_date; /* the data has no date of its own: when it was put there */
	bool repository;  /* the path leads to the file: feed/rpm_repository.h */
	struct place_stamp known, stamp; /* of the last time, and of now */
	char *file;			 /* where it was saved */
	bool fallback;			 /* only when the one named `primary` failed */
	str primary;
	/* JOB_ARCHIVE */
	str family, records; /* OSV lines */
	/* how it went */
	bool fetched, unchanged, failed, refused, skipped;
	struct err err;
	uint64_t bytes, count, old_count;
	str date;
	const str *notes;
	size_t note_count;
};

/* A host or folder, and whether it answers. */
struct probe {
	str base, url;
	bool reachable;
	struct err err;
};

struct update_run {
	const struct update_opts *opts;
	struct arena *arena;
	char *db_path, *work;
	struct advisory_build *build; /* holds the lock from the start */
	struct job *jobs;
	size_t job_count, job_cap;
	struct probe *probes;
	size_t probe_count;
	/* under `lock` while threads run */
	pthread_mutex_t lock;
	size_t next, done;
	bool fallback_round;
};

/* Fills jobs from the table and the options. */
int update_plan(struct update_run *run, struct err *err) MUST_USE;
/* Stamps of the last time, for sources that the database still has, and their counts. */
void update_state_load(struct update_run *run);
int update_state_save(const struct update_run *run, struct err *err) MUST_USE;
/* Everything that can be had is fetched; what failed says so in its job. */
void update_fetch(struct update_run *run);
void update_progress(struct update_run *run, enum update_step step, str source, uint64_t bytes,
		     uint64_t total);
