/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * content_trust: signatures of Docker Content Trust (Notary v1) that the client has kept on this
 * machine: DIR/tuf/REPOSITORY/metadata/{root,targets,targets/releases}.json, metadata of The Update
 * Framework (specification 1.0) in canonical JSON. Under a policy with `content_trust` alone.
 *
 * A digest is signed when targets or the delegation targets/releases name it, these are signed by
 * as many keys as the root asks for, the root by its own and at least one of them is a key or
 * certificate of the policy, and none of the three has expired. What the client keeps may be older
 * than what its server has: snapshot and timestamp are not asked for.
 *
 * Limits: CONTENT_TRUST_MAX bytes of a file, 100 keys and signatures of a role, JSON as signature.h
 * says.
 */
#include "posture/facts/signature_search.h"

#define CONTENT_TRUST_MAX SIGNATURE_MAX_BYTES

/* Adds at most one; nothing where there is no data about the repository. */
void content_trust_search(const struct signature_question *q, struct arena *arena,
			  struct signature_list *out);

/* The texts of the three files; `releases` may be empty. A pure function. */
struct content_trust_files {
	str root, targets, releases;
};
void content_trust_verify(const struct signature_question *q,
			  const struct content_trust_files *files, struct arena *arena,
			  struct image_signature *out);
