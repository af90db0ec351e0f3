/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * url: http and https addresses. Anything else (scheme, control bytes, more than URL_MAX_BYTES) is
 * refused. A user name and password inside are kept apart from the host.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define URL_MAX_BYTES 8192u

struct url {
	str text;   /* normal form, without user and password, without fragment */
	str scheme; /* "http" or "https" */
	str host;   /* lower case; IPv6 in brackets */
	unsigned port;
	str user, password; /* decoded; empty when not given */
	str shown;	    /* for messages: no user, no password, no query */
};

int url_parse(str text, struct arena *arena, struct url *out, struct err *err) MUST_USE;
/* `location` as seen from `base` (RFC 3986); a user name in it is dropped. */
int url_resolve(const struct url *base, str location, struct arena *arena, struct url *out,
		struct err *err) MUST_USE;
/* Same scheme, host and port. */
bool url_same_origin(const struct url *a, const struct url *b);
/* localhost, 127.0.0.0/8 or ::1. */
bool url_is_loopback(const struct url *url);
/* The same for "host", "host:port", "[::1]:port". */
bool host_is_loopback(str host);
/* Percent-encodes all but unreserved bytes. */
str url_escape(struct arena *arena, str s);
