/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * reference: the name of an image in Docker's grammar: [host[:port]/]path[:tag][@digest]. Without a
 * host it is docker.io, there a single word is below "library/"; without tag and digest the tag is
 * "latest". The host is told from a path by a '.', a ':', a capital letter or the word localhost.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define REFERENCE_MAX_NAME 255u
#define REFERENCE_MAX_TAG  128u

struct reference {
	str registry;	/* "docker.io", "localhost:5000", "[::1]:5000" */
	str repository; /* "library/debian" */
	str tag;	/* empty only when there is a digest */
	str digest;	/* may be empty */
};

/* ERR_USAGE with what is wrong with it. */
int reference_parse(str text, struct arena *arena, struct reference *out, struct err *err) MUST_USE;
/* In full: "docker.io/library/debian:12@sha256:..." */
str reference_text(const struct reference *ref, struct arena *arena);
/* The same without digest; without tag too when there is none. */
str reference_name(const struct reference *ref, struct arena *arena);
/* "host" or "host:port" with a valid port. */
bool reference_host_valid(str host);
