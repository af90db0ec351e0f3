/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What both ends of the wire share. */
#include "base/buf.h"
#include "sandbox/worker.h"

#define FRAME_HEAD 5u /* u32 length, type */

#define FRAME_HELLO 'h' /* worker -> parent, once: its confinement */
#define FRAME_JOB   'j' /* parent -> worker: header; descriptors come with its first byte */
#define FRAME_DEATH 'x' /* worker -> parent, the last one: number of a signal, what it was at */
#define FRAME_END   'z' /* worker -> parent: {"ok": true} or {"kind": ..., "message": ...} */

static inline void frame_head(char out[FRAME_HEAD], size_t n, char type)
{
	out[0] = (char)(n & 0xff);
	out[1] = (char)(n >> 8 & 0xff);
	out[2] = (char)(n >> 16 & 0xff);
	out[3] = (char)(n >> 24 & 0xff);
	out[4] = type;
}

static inline size_t frame_length(const char *head)
{
	const unsigned char *p = (const unsigned char *)head;

	return p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
}

#define OUT_BYTES	 65536u
#define WORKER_EXIT_DIED 70 /* by a signal, after its last words */

/* What a worker has answered and not sent yet: whole frames whenever it reads foreign bytes. */
struct worker_out {
	size_t n;
	char bytes[OUT_BYTES];
};

/* See worker_death.c. 0, or not all of it could be set up. */
int worker_death_prepare(const struct worker_out *out);

/* Tries everything a worker must not be able to do; see probe.c. */
int probe_run(struct worker_job *job, struct err *err);
