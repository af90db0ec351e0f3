/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * eol: until when a release of an operating system gets security updates: data/eol.csv, which is
 * built into the program and says at its top what the columns mean. Dates are not judged here; the
 * caller compares them with its own time.
 */
#include "base/str.h"

struct eol {
	str family, version, codename;
	str released; /* "2023-06-10", may be empty */
	str standard; /* last day of updates for everybody; empty: not known, or rolling */
	str extended; /* last day of the longer support; empty: none */
	str kind;     /* of the longer support: "lts" (free), "esm", "els", "ltss" ... */
	str source;   /* where the publisher says so */
	bool rolling; /* one release that never ends */
	/* First second after those days; 0: not known, or none. */
	int64_t standard_end, extended_end;
};

/*
 * The release of `family` (as in struct os_identity) that `version` belongs to: "12.5" belongs to
 * "12". A version whose own depth is in the table is not taken for a shorter one: with rows 15 and
 * 15.1, "15.9" is not known. 1: found, 0: not known.
 */
int eol_lookup(str family, str version, struct eol *out);

/* The same in another table of that form; and the one built in. */
int eol_lookup_in(str table, str family, str version, struct eol *out);
str eol_table(void);

/*
 * Next row of a table: 1 a row, 0 end, -1 a line that is not one (wrong number of fields, malformed
 * date). Comments and the line of column names are passed over. Start with the whole table.
 */
int eol_next(str *table, struct eol *out);
