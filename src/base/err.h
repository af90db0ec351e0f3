/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * err: why a call failed. Lives on the caller's stack, is never NULL, is written only on failure
 * and needs no freeing. The kind decides exit code, HTTP status and retry; the text is for people
 * and reads outside-in ("image x: layer y: truncated header"). Long texts are cut with "...".
 * Control bytes of foreign text are replaced by '?' so that a message is safe on a terminal.
 */
#include "base/str.h"

enum err_kind {
	ERR_NONE = 0,
	ERR_INPUT,	 /* foreign data is malformed */
	ERR_LIMIT,	 /* foreign data is larger, deeper or slower than allowed */
	ERR_UNSUPPORTED, /* well-formed, but of a kind we do not read */
	ERR_NOT_FOUND,
	ERR_DENIED,  /* no right, bad credentials */
	ERR_NETWORK, /* peer not reachable, broken connection, time-out: may be tried again */
	ERR_SYS,     /* the operating system said no */
	ERR_USAGE,   /* the person at the command line can fix it */
	ERR_INTERRUPTED,
};

struct err {
	enum err_kind kind;
	int code; /* errno for ERR_SYS, HTTP status for ERR_NETWORK/ERR_DENIED where there is one */
	char msg[1024];
};

/* All three return -1, so that `return err_set(...)` reads well. */
int err_set(struct err *err, enum err_kind kind, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Kind from errno (EACCES, EPERM: DENIED; ENOENT: NOT_FOUND; else SYS); adds ": <strerror>". */
int err_sys(struct err *err, int errnum, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Puts "text: " in front; keeps the kind. */
int err_wrap(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The same for functions that return a pointer. */
#define err_null(...) ((err_set)(__VA_ARGS__), NULL)

/* Lets compilers and analyzers see the -1, so that they know which outputs were written. */
static inline int err_minus_one(int rc)
{
	(void)rc;
	return -1;
}
#define err_set(...)  err_minus_one((err_set)(__VA_ARGS__))
#define err_sys(...)  err_minus_one((err_sys)(__VA_ARGS__))
#define err_wrap(...) err_minus_one((err_wrap)(__VA_ARGS__))

/* "input", "limit", "not found" ...: stable, used in JSON. */
const char *err_kind_name(enum err_kind kind);
/* The inverse; ERR_NONE for an unknown name. */
enum err_kind err_kind_from(str name);
