/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * registry: what registries say of the images of a host (doc/facts-docker.md): the digest that a
 * reference names now, and signatures. Nobody is asked unless somebody wants it; logins are those
 * of Docker's configuration, as for a scan. Each reference and each image is asked for once,
 * answers are kept REGISTRY_FRESH_S seconds.
 *
 * Limits: REGISTRY_QUESTIONS_MAX questions, REGISTRY_SECONDS for all of them and REGISTRY_HOST_S
 * for one repository; a registry that does not answer is not asked again. What goes beyond is an
 * error of what was asked.
 */
#include "oci/image.h"
#include "posture/facts/image.h"
#include "posture/facts/signature.h"

#define REGISTRY_QUESTIONS_MAX 1000u
#define REGISTRY_SECONDS       120u
#define REGISTRY_HOST_S	       30u
#define REGISTRY_FRESH_S       600u
#define REGISTRY_DIGESTS_MAX   4u /* of one image: names it was pulled by */

struct registry_facts;

struct registry_facts_opts {
	bool ask;		   /* registries may be asked */
	bool signatures;	   /* for signatures without a policy, too */
	struct image_opts image;   /* trust; texts outlive it */
	const struct trust *trust; /* outlives it; NULL: no policy */
};

/* Of `image_facts.registry`: without digest and error the registry has no such name. */
struct registry_answer {
	str reference, digest, error;
};

struct registry_facts *registry_facts_new(const struct registry_facts_opts *opts);
void registry_facts_free(struct registry_facts *registries);
AUTO_PTR(registry_facts_free, struct registry_facts);
/* A new look begins: until `deadline_ms` of time_mono_ms (0: no other end than our own). */
void registry_facts_begin(struct registry_facts *registries, int64_t deadline_ms);

/* May registries be asked? NULL is accepted: no. */
bool registry_facts_ask(const struct registry_facts *registries);
/*
 * The digest of `reference`, of an image with these digests by which it was pulled
 * ("repository@sha256:..."). An image without any, of a repository that names no registry, was made
 * here: nobody is asked. The answer lives until the next registry_facts_begin.
 */
const struct registry_answer *registry_facts_digest(struct registry_facts *registries,
						    str reference, const str *digests, size_t n);
/*
 * Signatures of an image, in `arena`; `look` gets its members of signatures. `registries` may be
 * NULL.
 */
void registry_facts_signatures(struct registry_facts *registries, const struct image_asked *image,
			       int64_t now, struct arena *arena, struct image_look *look);
