/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * confine: makes the calling process own nothing before it reads foreign bytes. What remains: the
 * descriptors it holds, memory up to a limit, threads. Each means is tried on its own; what the
 * kernel or the surroundings lack is recorded and the rest still holds.
 *
 * Call once, single-threaded, after everything that needs the outside was done.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"

struct confine_opts {
	uint64_t memory;    /* bytes of private memory; 0: CONFINE_MEMORY */
	uint64_t file_size; /* largest file it can write (spool); 0: CONFINE_FILE_SIZE */
	unsigned cpu_s;	    /* 0: CONFINE_CPU_S */
};

#define CONFINE_MEMORY	  (512ull << 20)
#define CONFINE_FILE_SIZE (2ull << 30)
#define CONFINE_CPU_S	  7200u
#define CONFINE_FILES	  96u

struct confinement {
	bool no_new_privs;
	bool capabilities;	/* all dropped, bounding set too */
	bool user_namespace;	/* own one, no identity mapped */
	bool network_namespace; /* own one, without interfaces */
	bool limits;
	int landlock; /* ABI in force, 0: none */
	bool seccomp;
	char missing[256]; /* "landlock (not in this kernel), ..." or empty */
};

void confine(const struct confine_opts *opts, struct confinement *out);

/* {"seccomp": true, "landlock": 7, ..., "missing": "..."} */
void confinement_write(const struct confinement *c, struct json_writer *w);
/* The inverse; members that are absent count as false. */
void confinement_read(const struct json *v, struct confinement *out);
