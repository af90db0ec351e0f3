/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * registry: one repository of a registry that speaks the OCI distribution protocol (Docker's v2).
 *
 * HTTPS, but for loopback and hosts named as insecure, which are tried with HTTPS first and then
 * with plain HTTP. Certificates and authorities of /etc/containers/certs.d/HOST and
 * /etc/docker/certs.d/HOST count. Basic and Bearer authentication; a token is fetched again once
 * when it is refused or has expired. The address of a token service must be https or loopback, and
 * stored credentials go to plain HTTP only when the registry itself is loopback or insecure and
 * the service is on the same host.
 *
 * Limits: answers of the token service 1 MiB and 60 s, manifests as image_resolve says and 120 s,
 * blobs exactly the size of their descriptor.
 */
#include "base/arena.h"
#include "oci/image_internal.h"
#include "oci/reference.h"

struct registry;

/* Where to find an image: a registry or a mirror of it. */
struct registry_place {
	str host;	/* "registry-1.docker.io", "mirror.lan:5000" */
	str repository; /* with the prefix of a mirror */
	str login;	/* what credentials are stored under */
	bool mirror;	/* what was given for the registry itself is not for it */
};

/* Connects ("ping"). Fails with ERR_NETWORK or ERR_UNSUPPORTED (no registry answers there). */
int registry_open(const struct registry_place *place, const struct image_opts *opts,
		  struct arena *arena, struct registry **out, struct err *err) MUST_USE;
void registry_free(struct registry *registry);

/*
 * The digest that a tag (or a digest) names now, of an image or an index: as the registry tells it,
 * or computed where it does not.
 */
int registry_digest(struct registry *registry, str name, struct arena *arena, str *out,
		    struct err *err) MUST_USE;

/* Blobs of the image come from the registry, which the image then owns. */
extern const struct blob_ops registry_ops;
