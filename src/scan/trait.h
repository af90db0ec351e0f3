/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * trait: what a layer's entries tell of the safety of the image without anybody reading their
 * content: facts for configuration checks. Gathered in the worker while the archive streams by,
 * sent at its end ('T', record.h); the overlay decides which of them the finished image has.
 *
 * Below folders where package managers leave caches, what counts is the sum over each entry of
 * that folder: later layers delete those one by one.
 */
#include "base/map.h"
#include "fmt/binary/tar.h"
#include "sandbox/worker.h"

#define TRAITS_MAX 10000u /* of one layer; more are counted */

enum trait_kind {
	TRAIT_PRIVILEGED, /* a file with set-user-id, set-group-id or capabilities */
	TRAIT_WRITABLE,	  /* a file, or a folder without sticky bit, that everybody may write to */
	TRAIT_PROGRAM,	  /* one whose presence matters: detail names it */
	TRAIT_REPOSITORY, /* the HEAD of a Git repository */
	TRAIT_CACHE,	  /* of a package manager: detail names it */
};
#define TRAIT_KINDS (TRAIT_CACHE + 1)
/* "privileged", "writable", "program", "repository", "cache" */
const char *trait_kind_name(enum trait_kind kind);

struct trait {
	enum trait_kind kind;
	str path; /* normal */
	str detail;
	uint32_t mode, uid, gid;
	bool folder, capable;
	uint64_t files, bytes; /* of a cache */
};

struct traits {
	struct worker_job *job;
	bool on;	    /* "documents" in the header of the job */
	struct map by_path; /* to struct trait_slot */
	struct trait *items;
	size_t n, cap;
	uint64_t dropped;
	str dropped_first;
};

void traits_init(struct traits *traits, struct worker_job *job);
/* One entry of the archive; `path` normal and no whiteout. */
void traits_entry(struct traits *traits, str path, const struct tar_entry *entry);
/* Sends them. */
int traits_finish(struct traits *traits, struct err *err) MUST_USE;

void trait_write(const struct trait *trait, struct json_writer *w);
/* Texts in `arena`. */
int trait_read(str payload, struct arena *arena, struct trait *out, struct err *err) MUST_USE;
