/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * tar_index: where in an archive file each entry lies. Only headers are read; nothing is unpacked.
 * A path that occurs twice means its last entry.
 *
 * Limits: TAR_INDEX_MAX entries, TAR_INDEX_MEMORY bytes of names (ERR_LIMIT), links followed
 * TAR_INDEX_LINKS deep, names as in base/path.h. Content beyond the end of the file is ERR_INPUT.
 */
#include "base/map.h"
#include "base/str.h"
#include "fmt/binary/tar.h"

struct err;

#define TAR_INDEX_MAX	 131072u
#define TAR_INDEX_MEMORY (24u << 20)
#define TAR_INDEX_LINKS	 16u

struct tar_place {
	enum tar_type type;
	bool sparse;	 /* its content is not in one piece */
	uint64_t offset; /* of the content in the file */
	uint64_t size;
	str path; /* normal form */
	str link; /* as written */
};

struct tar_index {
	struct map by_path; /* normal path -> struct tar_place */
	int fd;		    /* not owned */
	uint64_t size;	    /* of the file */
};

/* `fd` is a file that can be read at any place. */
int tar_index_read(int fd, struct arena *arena, struct tar_index *out, struct err *err) MUST_USE;
/* The regular file at `path` (normal form), through links inside the archive. ERR_NOT_FOUND. */
int tar_index_file(const struct tar_index *index, str path, struct arena *arena,
		   const struct tar_place **out, struct err *err) MUST_USE;
bool tar_index_has(const struct tar_index *index, str path);
/* The whole content of such a file, at most `max` bytes. */
int tar_index_load(const struct tar_index *index, str path, size_t max, struct arena *arena,
		   str *out, struct err *err) MUST_USE;
