/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rpm_repository: where the errata of a repository are now. Publishers of repositories (Amazon
 * Linux) name a list of mirrors at a fixed address; its first line is the repository, whose
 * repodata/repomd.xml names the file with the errata (type "updateinfo") and its digest. A path
 * that ends in "repomd.xml" is that file itself.
 *
 * Limits: REPOMD_MAX_BYTES of the list and of repomd.xml each. An address in the list must be https
 * where the list was; a location that is absolute or steps out of the repository is ERR_INPUT.
 */
#include "advisory/feed/place.h"

struct err;

#define REPOMD_MAX_BYTES (1u << 20)

struct rpm_errata {
	str base, path; /* for place_open and place_save */
	str sha256;	/* of the file as stored, lower-case hex; empty: not told */
};

/*
 * `place` and `path` say where the list (or repomd.xml) is. `mirror`, where not empty, stands in
 * for the base of the address in the list.
 */
int rpm_repository_find(const struct place *place, str path, str mirror, unsigned total_s,
			struct arena *arena, struct rpm_errata *out, struct err *err) MUST_USE;
/* What was saved to `fd` has the digest, where there is one. Leaves the position of `fd` alone. */
int rpm_errata_verify(const struct rpm_errata *errata, int fd, struct err *err) MUST_USE;
/* The errata of a repomd.xml: for tests and fuzzing. `location` is relative to the repository. */
int repomd_parse(str text, struct arena *arena, str *location, str *sha256,
		 struct err *err) MUST_USE;
