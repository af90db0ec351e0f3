/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * overlay: which files an analyzer finds when the layers lie on top of each other, as a container
 * runtime makes a root file system of them: each layer's entries in the order of the archive;
 * whiteouts and opaque folders hide what lies below the layer that has them; an entry replaces what
 * has its name, a folder keeps what is in a folder; links in the way to an entry are followed
 * inside the image, its own name is not; a hard link is another name of the file that its target is
 * at that moment. Missing folders are made.
 *
 * Only names that matter are kept in memory: paths that analyzers know, what links make of them,
 * and the folders on the way. The logs of the layers are run through again when a link leads to
 * names that were not known to matter (at most OVERLAY_ROUNDS times).
 */
#include "scan/layer_record.h"
#include "scan/want.h"

#define OVERLAY_LINKS  40u     /* followed for one path, as the kernel does */
#define OVERLAY_NAMES  400000u /* that matter, of one image */
#define OVERLAY_ROUNDS 24u
#define OVERLAY_TEXT   (64u << 20) /* bytes of these names, and of links and real names */
#define OVERLAY_WORK   200000000u  /* names looked at, all rounds together; as weighed there */

/* Where the bytes of a file come from. */
struct overlay_origin {
	uint32_t layer;
	uint32_t entry; /* WANTED entry of its log; RESULT_NO_ENTRY: was not wanted there */
	bool sniffed;	/* wanted for its first bytes, not for its name */
	str real;	/* its normal path in that layer */
};

struct overlay_file {
	const struct analyzer *analyzer;
	str path; /* as the analyzer knows it */
	struct overlay_origin origin;
	bool has_companion;
	struct overlay_origin companion;
	/* Only in the final view: stale beside this other path of the analyzer; p NULL: counts. */
	str passed_over_for;
};

struct overlay_view {
	const struct overlay_file *files;
	size_t file_count;
};

/* What a layer changed of what analyzers find. */
struct overlay_change {
	size_t layer;
	const struct overlay_file *const *added, *const *removed;
	size_t added_count, removed_count;
};

struct overlay {
	/* Package databases (neither supplements nor system identity), bottom to top, of each layer
	 * that changed one of them. */
	const struct overlay_change *changes;
	size_t change_count;
	/* All wanted files of the finished image. */
	struct overlay_view final;
	/* For each record, beside its secrets: the layer that deletes or replaces the file; -1:
	 * none does, or it is not known. */
	const int *const *gone_in;
	/* For each record, beside its traits: the finished image has it. */
	const bool *const *has_trait;
	uint64_t traits_unknown; /* of which that is not known: over the limit */
	/* Folders of analyzers that are reached through links: files below `real` stand for `as`.
	 */
	const struct alias *folders;
	size_t folder_count;
};

/* `want` is what the records were made with. The result lives in `arena`. */
int overlay_build(struct layer_record *const *records, size_t count, const struct want *want,
		  struct arena *arena, struct overlay *out, struct err *err) MUST_USE;
