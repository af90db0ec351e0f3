/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * challenge: what a registry wants to be shown, from its WWW-Authenticate headers (RFC 9110,
 * section 11.6.1). Bearer is preferred to Basic; other schemes are passed over. A malformed header
 * is ERR_INPUT.
 *
 * Limits: 16 KiB of header, 16 challenges, 32 parameters each, realm as long as an address.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

enum challenge_scheme { CHALLENGE_NONE, CHALLENGE_BASIC, CHALLENGE_BEARER };

struct challenge {
	enum challenge_scheme scheme;
	str realm, service, scope, error;
};

/* Reads one header value into `out`, keeping what is there when that is stronger. */
int challenge_parse(str value, struct arena *arena, struct challenge *out,
		    struct err *err) MUST_USE;
/* All WWW-Authenticate lines of raw headers. */
int challenge_read(str headers, struct arena *arena, struct challenge *out,
		   struct err *err) MUST_USE;
