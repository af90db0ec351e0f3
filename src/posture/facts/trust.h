/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * trust: whose signatures of images count: the member `signature_policy` of the settings of a
 * container host (doc/facts-docker.md).
 *
 *	signature_policy:
 *	  keys:			# of cosign, and root keys of Docker Content Trust: PEM, JWK
 *	    - {file: release.pub, images: ["registry.example.com/shop/\*"]}
 *	  certificates:		# authorities of Notation, or single certificates: PEM
 *	    - {file: ca.pem, identities: ["CN=release, O=Example"]}
 *	  content_trust: true	# or the folder with Docker's trust data, ~/.docker/trust when true
 *
 * Files are found from the folder of the settings. `images`: "registry/repository" exactly, or a
 * prefix that ends in '*'; without it all. `identities`: parts that the subject of the signer's
 * certificate must all have; one of the list is enough; without it any signer. `true` in place of
 * all says that there is a policy, of which nothing can be checked here.
 *
 * Limits: TRUST_ENTRIES_MAX entries, TRUST_FILE_MAX bytes of a file, and those of policy/key.h and
 * policy/certificate.h.
 */
#include "base/json.h"
#include "policy/certificate.h"
#include "policy/key.h"

#define TRUST_ENTRIES_MAX 100u
#define TRUST_FILE_MAX	  (1u << 20)
#define TRUST_LIST_MAX	  1000u

struct trust_entry {
	str name; /* its file as written */
	bool anchor;
	struct keys keys;
	struct certificates certificates; /* of an anchor */
	const str *images, *identities;
	size_t image_n, identity_n;
};

struct trust {
	bool configured; /* somebody wants signatures */
	struct trust_entry *entries;
	size_t n, cap;
	bool content_trust;
	str content_trust_dir; /* empty: the usual one */
};

/* Why a value cannot be a policy; NULL: it can be one. */
const char *trust_misfit(const struct json *policy);
/*
 * From the text of the settings `file`, whose other members do not matter here; without a policy
 * it is all zero. Fails where a file cannot be read or holds no key. `out` is for trust_done then,
 * too. What it holds lives in `arena`.
 */
int trust_read(str file, str text, struct arena *arena, struct trust *out,
	       struct err *err) MUST_USE;
void trust_done(struct trust *trust);
static inline void auto_trust_done(struct trust *trust) { trust_done(trust); }

/* `image`: "docker.io/library/debian". */
bool trust_entry_is_for(const struct trust_entry *entry, str image);
/* Does a subject ("CN=release,O=Example", RFC 2253) fit one of its identities? */
bool trust_entry_knows(const struct trust_entry *entry, str subject);
