/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* archive_access: two ways to an archive's files: through apt, or our own reading of a mirror. */
#include "advisory/feed/archive.h"
#include "advisory/feed/place.h"

#define ARCHIVE_DEB_MAX (256u << 20) /* bytes of one package */

/* The index of one suite and component. */
struct archive_index {
	const struct archive_release *release;
	enum suite_kind kind;
	str suite;
	str text;     /* Packages, unpacked */
	int64_t date; /* of the Release file */
	size_t place; /* of a mirror: which of the places */
};

struct archive_access_opts {
	str family;
	const struct archive_release *releases;
	size_t release_count;
	const char *root; /* of this machine: "/" */
	const char *work; /* an empty folder, absolute, for temporary files */
	str mirror;	  /* empty: apt */
	str arch;	  /* Debian's name: "amd64" */
	unsigned timeout_s;
	int64_t now;
};

struct archive_access {
	struct archive_access_opts opts;
	struct arena *arena;
	struct archive_index *indexes;
	size_t index_count, index_cap;
	const str *notes; /* whole sentences: what was not there, what was not checked */
	size_t note_count, note_cap;
	struct place places[8]; /* of a mirror */
	size_t place_count;
	str sources_file; /* of apt */
};

/* Debian's name of this machine's architecture. */
str archive_arch(void);

/*
 * Fetches the indexes of all suites that are there. A release suite that is missing is an error;
 * missing updates or security suites are notes.
 */
int archive_access_open(struct archive_access *access, const struct archive_access_opts *opts,
			struct arena *arena, struct err *err) MUST_USE;
void archive_access_close(struct archive_access *access);
static inline void auto_archive_access_close(struct archive_access *a) { archive_access_close(a); }

/* A package that is wanted; `fd` is set when it could be had, with content checked by digest. */
struct archive_wanted {
	const struct archive_source *source;
	const struct archive_deb *deb;
	int fd;
};

/*
 * Fetches packages one after the other or in groups, and hands each to `take`, which must not keep
 * the descriptor. What cannot be had has fd -1 and is handed over as well, with `err` saying why.
 */
int archive_access_debs(struct archive_access *access, struct archive_wanted *wanted, size_t n,
			int (*take)(void *data, const struct archive_wanted *w, struct err *err),
			void *data, struct err *err) MUST_USE;

/* Shared by the two ways. */
void archive_note(struct archive_access *access, str note);
void archive_index_add(struct archive_access *access, const struct archive_index *index);
int archive_apt_open(struct archive_access *access, struct err *err) MUST_USE;
int archive_apt_debs(struct archive_access *access, struct archive_wanted *wanted, size_t n,
		     int (*take)(void *data, const struct archive_wanted *w, struct err *err),
		     void *data, struct err *err) MUST_USE;
int archive_mirror_open(struct archive_access *access, struct err *err) MUST_USE;
int archive_mirror_deb(struct archive_access *access, const struct archive_wanted *wanted,
		       struct buf *scratch, int *fd, struct err *err) MUST_USE;
