/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of the collector of Docker hosts share. */
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "engine/engine.h"
#include "posture/facts/docker.h"
#include "posture/facts/host_view.h"

#define DOCKER_NOT_READ_MAX 1000u

struct docker_missed {
	str what, reason, remedy;
};

struct docker_facts {
	struct arena *arena;
	struct docker_facts_opts opts;
	struct host_view *view;
	struct engine *engine; /* NULL: none answers */
	struct err engine_err; /* why */
	bool local;	       /* the engine is the host's */
	bool present;
	const struct json *info; /* NULL: not read */
	bool rootless, podman;
	/* the document while it is written */
	struct buf text;
	struct json_writer w;
	struct docker_missed *missed;
	size_t missed_n, missed_cap;
	struct docker_skip *skips;
	size_t skip_n, skip_cap;
	/* when it is done */
	const struct json *document;
	str of_host, platform, time;
};

/* Notes what is absent. */
void docker_missed(struct docker_facts *facts, str what, str reason, str remedy);
/* Notes it for docker_facts_skips, each text once. */
void docker_skip_note(struct docker_facts *facts, str what, str reason, str remedy);
/* The same for a failed call: the reason is its message, the remedy follows from its kind. */
void docker_failed(struct docker_facts *facts, str what, const struct err *err);

/*
 * A member that is written whole or not at all: what was written since the mark is taken back when
 * the members behind it cannot be had, or the document would become too large.
 */
struct docker_mark {
	struct json_writer w;
	size_t n;
};
struct docker_mark docker_mark(const struct docker_facts *facts);
void docker_cut(struct docker_facts *facts, const struct docker_mark *mark);
/* True when all of it has found room; else it is taken back and noted as `what`. */
bool docker_keep(struct docker_facts *facts, const struct docker_mark *mark, str what);

/* The parts of the document, in its order. */
void docker_put_engine(struct docker_facts *facts);
