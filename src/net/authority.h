/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * authority: a certificate authority of one's own, for servers that nobody else gives a certificate
 * to. Keys are ECDSA on P-256, signatures SHA-256. An authority signs servers only (path length 0).
 *
 *	struct authority ca;
 *	struct tls_pem server;
 *
 *	if (authority_new(STR("Seawall webhook"), now, 5 * YEAR, arena, &ca, &err) < 0 ||
 *	    authority_issue(&ca, names, n, now, 90 * DAY, arena, &server, &err) < 0)
 *		return -1;
 */
#include "base/arena.h"
#include "net/tls_identity.h"

#define AUTHORITY_MAX_NAMES 32u
#define AUTHORITY_BACKDATE  300 /* seconds that a clock of a client may be behind */

struct err;

struct authority { /* PEM */
	str certificate, key;
};

/* `life` in seconds. */
int authority_new(str name, int64_t now, int64_t life, struct arena *arena, struct authority *out,
		  struct err *err) MUST_USE;
/* `names`: DNS names and IP addresses of the server; the first is its common name. */
int authority_issue(const struct authority *ca, const str *names, size_t n, int64_t now,
		    int64_t life, struct arena *arena, struct tls_pem *out,
		    struct err *err) MUST_USE;
/* The time from which on and until which the first certificate of a PEM text holds. */
int authority_times(str pem, int64_t *from, int64_t *until, struct err *err) MUST_USE;
/* Is the first certificate of `server` signed by one of `authorities`, and for all these names? */
bool authority_covers(str authorities, str server, const str *names, size_t n);
