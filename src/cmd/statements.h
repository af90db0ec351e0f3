/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * statements: what --vex names: files, which hold for all targets of a run, and places that each
 * target names itself: "oci" (documents attached to the image), "sbom-ref" (addresses in a bill of
 * materials, and the list itself). The latter are foreign and unverified: that is said beside the
 * report. They are taken for their target alone.
 *
 * An address is fetched once, EXCEPTION_MAX_BYTES at most, STATEMENTS_FETCH_S in all; only http and
 * https, never a file of this machine. A document that cannot be had or read hides nothing, and is
 * told.
 */
#include "fmt/inventory.h"
#include "report/exception.h"
#include "report/text.h"

#define STATEMENTS_FETCH_S 60u

struct statement_sources {
	bool oci, sbom_ref;
	const char *ca_file; /* for addresses; NULL: only the system's authorities */
	bool quiet;
	enum lang lang;
};

/* The values of --vex: files are read into the set. */
int statements_take(const str *values, size_t n, struct exception_set *set,
		    struct statement_sources *out, struct err *err) MUST_USE;
/* Adds those of one target; the caller cuts the set back afterwards. Texts live in `arena`. */
void statements_of_target(const struct statement_sources *sources, struct inventory *inventory,
			  struct exception_set *set, struct arena *arena);
