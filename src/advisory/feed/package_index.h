/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * package_index: the files an apt archive is described by: "Packages" (deb-control(5) stanzas) and
 * "Release" (deb-release: dates and SHA-256 of the others). Views point into the text.
 */
#include "base/str.h"

struct err;

#define INDEX_MAX_BYTES	  (1u << 30) /* of a Packages file, unpacked */
#define INDEX_MAX_LINE	  (1u << 20)
#define INDEX_MAX_RECORDS 2000000u
#define RELEASE_MAX_BYTES (16u << 20)

struct index_package {
	str name, version, arch;
	str source, source_version; /* as the package says, or name and version */
	str filename, sha256;	    /* in the archive */
	uint64_t size;
};

struct index_reader {
	str rest;
	size_t records;
	uint64_t skipped; /* stanzas without name or version */
};

/* Start with { .rest = text }. 1: a package, 0: end, -1: too many or too long. */
int index_next(struct index_reader *reader, struct index_package *out, struct err *err) MUST_USE;

struct release_file {
	str suite, codename;
	int64_t date;	     /* 0: not told */
	int64_t valid_until; /* 0: for ever */
	str digests;	     /* the lines below SHA256: */
};

/* A Release file, or the text inside an InRelease file. ERR_INPUT when it is neither. */
int release_parse(str text, struct release_file *out, struct err *err) MUST_USE;
/* Digest (64 hex digits) and size of a file, by its path below the suite. False when absent. */
bool release_digest(const struct release_file *release, str path, str *sha256, uint64_t *size);
