/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of the registry client share. */
#include <pthread.h>

#include "net/http.h"
#include "oci/challenge.h"
#include "oci/credential.h"
#include "oci/registry.h"

#define REGISTRY_TOKEN_MAX  (1u << 20)
#define REGISTRY_TOKEN_S    60u
#define REGISTRY_MANIFEST_S 120u
#define REGISTRY_PIPE_BYTES (1 << 20)

struct registry {
	const struct image_opts *opts;
	struct arena *arena; /* of the thread that opened it */
	struct registry_place place;
	str base; /* "https://host" */
	bool insecure;
	bool plain; /* http */
	struct http_tls tls;
	struct http_client *client; /* of the thread that opened it */

	pthread_mutex_t lock; /* guards the two below */
	char *authorization;  /* header value, or NULL */
	int64_t expires_ms;   /* of time_mono_ms; 0: never */
};

/*
 * http_do with authentication: shows what is known, answers one challenge. Whatever thread, with
 * its own client and arena.
 */
int registry_do(struct registry *registry, struct http_client *client, struct http_request *request,
		struct arena *arena, struct http_response *out, struct err *err) MUST_USE;
/* The status of an answer to a request for `what` as an error, with the registry's own words. */
int registry_refused(const struct registry *registry, const struct http_response *response,
		     const char *what, struct arena *arena, struct err *err);
struct http_client *registry_client(const struct registry *registry);
