/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * secret: a credential that lies readable in an image or folder: a fact without its value. What is
 * kept of the value is its length, at most four first characters and 24 bits of its SHA-256.
 */
#include "base/str.h"

enum secret_place {
	SECRET_FILE,	    /* path: of the file */
	SECRET_ENVIRONMENT, /* path: name of the variable */
	SECRET_LABEL,	    /* path: name of the label */
	SECRET_HISTORY,	    /* path: number of the build step, from 1 */
	SECRET_COMMAND,	    /* path: "entrypoint", "cmd", "healthcheck", "onbuild" */
};
#define SECRET_PLACES (SECRET_COMMAND + 1)

/* "file", "environment", "label", "history", "command" */
const char *secret_place_name(enum secret_place place);
bool secret_place_from(str name, enum secret_place *out);

struct secret_finding {
	str id;	  /* stays when the line or the layer changes: of kind, place, path and value */
	str kind; /* of the kind: "github-pat" */
	str title, title_ja;
	str severity; /* "critical" ... */
	/* Where the user's map gave `severity`: the one before, and why. */
	str severity_before, severity_reason;
	enum secret_place place;
	str path;
	uint64_t line;	 /* from 1; 0: has none */
	uint64_t length; /* of the value in bytes */
	str shown;	 /* first characters of the value, at most four */
	str digest;	 /* first 24 bits of its SHA-256, hex */
	int layer;	 /* index into inventory.layers of the lowest with it; -1: no layer */
	int deleted_in;	 /* layer that deletes or replaces the file; -1: it is there to the end */
};

/* What the search looked at, so that "none found" can be told from "did not look". */
struct secret_counts {
	uint64_t files, bytes; /* texts that were searched */
	uint64_t binary;       /* no text by their first bytes ... */
	uint64_t programs;     /* ... of these searched for kinds that are marked for it */
	uint64_t listed;       /* left out by a list of the data, a rule or an option */
	uint64_t too_large;    /* larger than the limit: only searched up to it */
	uint64_t gave_up;      /* searched in part: too much work */
	uint64_t dropped;      /* findings over the limits */
	str missed_first;      /* a file of too_large, gave_up or dropped */
};
void secret_counts_add(struct secret_counts *to, const struct secret_counts *from);
