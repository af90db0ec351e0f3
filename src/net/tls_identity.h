/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * tls_identity: how a server shows itself over TLS and whom it knows: a certificate with its chain,
 * the private key, and optionally the authorities of client certificates. TLS 1.2 and newer only,
 * with forward secrecy and AEAD, no renegotiation, no compression, no early data. Immutable and
 * counted: a new one takes the place of the old for connections that begin afterwards.
 *
 *	struct tls_identity *identity = tls_identity_new(&pem, &err);
 *
 *	http_server_set_identity(server, identity);     // takes a reference
 *	tls_identity_unref(identity);
 */
#include "base/arena.h"

#define TLS_IDENTITY_MAX_PEM (256u << 10) /* bytes of one text */

struct err;
struct tls_identity;

struct tls_pem {
	str certificates; /* the server's own first */
	str key;
	str client_authorities; /* empty: no client certificates are asked for */
};

/* ERR_INPUT: what does not parse, or a key that is not the certificate's. */
struct tls_identity *tls_identity_new(const struct tls_pem *pem, struct err *err);
struct tls_identity *tls_identity_ref(struct tls_identity *identity);
void tls_identity_unref(struct tls_identity *identity);
AUTO_PTR(tls_identity_unref, struct tls_identity);

/* The time from which on, and until which the certificate holds (seconds since 1970). */
int64_t tls_identity_from(const struct tls_identity *identity);
int64_t tls_identity_until(const struct tls_identity *identity);
bool tls_identity_asks_clients(const struct tls_identity *identity);

/* A connection of OpenSSL (SSL *) for a socket that was accepted; NULL: no memory for it. */
void *tls_identity_accept(struct tls_identity *identity, int fd);
