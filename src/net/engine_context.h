/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * engine_context: the engine that the Docker command line of this user talks to: the context that
 * $DOCKER_CONTEXT or `currentContext` of config.json names, below $DOCKER_CONFIG or ~/.docker
 * (contexts/meta/SHA256/meta.json, contexts/tls/SHA256/docker/{ca,cert,key}.pem).
 *
 * At most ENGINE_CONTEXT_MAX bytes a file. A config.json that cannot be read names none, as the
 * command line has it; a context that is named and cannot be had is an error.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define ENGINE_CONTEXT_MAX  (1u << 20)
#define ENGINE_CONTEXT_NAME 255u /* bytes */

struct engine_context {
	str name;
	str host;	      /* unix://..., tcp://..., ssh://... */
	const char *cert_dir; /* NULL: it has no certificates */
};

/*
 * 1: found, 0: none is named (or "default"). ERR_USAGE: the named one is not there; ERR_INPUT:
 * it cannot be understood.
 */
int engine_context_find(struct arena *arena, struct engine_context *out, struct err *err) MUST_USE;
