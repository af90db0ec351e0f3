/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * certificate: X.509 certificates and requests as values, in the shape that Go's encoder gives to
 * its x509 types (names of members, numbers of algorithms and usages), with URIStrings in addition.
 */
#include <openssl/x509.h>

#include "policy/value.h"

struct err;

#define CERTIFICATE_MAX_COUNT 1000u
#define CERTIFICATE_MAX_BYTES (4u << 20)

struct certificates {
	X509 **items;
	size_t n;
};

void certificates_done(struct certificates *certs);
static inline void auto_certificates_done(struct certificates *certs) { certificates_done(certs); }

/* PEM, base64 of PEM, or base64 of DER (one behind the other). */
int certificates_read(str text, struct arena *arena, struct certificates *out,
		      struct err *err) MUST_USE;
/* The bytes of a text that is PEM (then as it is) or base64 of anything. */
int certificate_bytes(str text, struct arena *arena, str *out, struct err *err) MUST_USE;

struct value certificate_value(X509 *cert, struct arena *arena);
struct value certificate_request_value(X509_REQ *request, struct arena *arena);
/* The public key as Go has it: {"N", "E"}, {"X", "Y", "Curve"}. */
struct value certificate_key_value(EVP_PKEY *pkey, struct arena *arena);

#define CERTIFICATE_MAX_USAGES 32u

struct certificate_question {
	int64_t now; /* seconds */
	/*
	 * NIDs of extended key usages: one of them must be allowed by every certificate of the
	 * chain that says what it is for. None, or NID_anyExtendedKeyUsage: any use.
	 */
	int usages[CERTIFICATE_MAX_USAGES];
	size_t usage_n;
	const char *name; /* of the host; NULL: any */
};

/* The first is the root, the last the leaf; true when it holds. */
bool certificates_verify(const struct certificates *certs,
			 const struct certificate_question *question);
