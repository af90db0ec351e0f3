/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* swarm_state: what a node of a swarm keeps about itself, swarm/docker-state.json. */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define SWARM_STATE_MAX (1u << 20)

/* Addresses as they were given to the engine; empty: not said. They live in `arena`. */
struct swarm_state {
	str advertise_addr, data_path_addr, listen_addr;
};

int swarm_state_parse(str text, struct arena *arena, struct swarm_state *out,
		      struct err *err) MUST_USE;
