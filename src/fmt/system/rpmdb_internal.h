/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the forms of an rpm database share: each finds header blobs and hands them on. */
#include "base/err.h"
#include "fmt/system/rpm_header.h"
#include "fmt/system/rpmdb.h"

struct rpmdb_out {
	struct package_sink *sink;
	str path;
	struct arena *arena; /* of the header at hand; emptied behind each */
	uint64_t headers, readable;
	struct err first; /* why the first unreadable one was */
};

#define RPMDB_PROBE_BYTES 64u

/* A row of the table of forms. */
struct rpmdb_form {
	const char *name;
	/* `head`: the first bytes of the file, up to RPMDB_PROBE_BYTES. */
	bool (*probe)(str head);
	int (*read)(const struct file_view *file, struct rpmdb_out *out, struct err *err);
};

extern const struct rpmdb_form rpmdb_sqlite, rpmdb_bdb, rpmdb_ndb;

/*
 * Hands on the header of number `id`; empties out->arena, where the blob may be. -1 only when the
 * sink failed or a limit was reached.
 */
int rpmdb_header(struct rpmdb_out *out, uint64_t id, str blob, struct err *err) MUST_USE;
/* Counts a header that could not even be got at. `reason` is constant. */
int rpmdb_lost(struct rpmdb_out *out, uint64_t id, const char *reason, struct err *err) MUST_USE;
