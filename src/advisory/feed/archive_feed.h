/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * archive_feed: one archive read from end to end: indexes, what this machine lacks, changelogs of
 * what is asked for, records.
 */
#include "advisory/feed/update.h"

struct archive_feed_opts {
	str family;	  /* "debian", "ubuntu" */
	const char *work; /* an empty folder, absolute */
	const struct update_opts *update;
	void (*progress)(void *data, uint64_t bytes);
	void *progress_data;
};

struct archive_feed_result {
	str records; /* OSV, one a line */
	uint64_t count;
	uint64_t bytes; /* of packages fetched for their changelogs */
	str date;	/* of the newest index */
	const str *notes;
	size_t note_count;
};

int archive_feed(const struct archive_feed_opts *opts, struct arena *arena,
		 struct archive_feed_result *out, struct err *err) MUST_USE;

/* The system of the machine whose files are below `root`; false when it cannot be told. */
struct os_identity;
bool archive_machine(const char *root, struct arena *arena, struct os_identity *out);
