/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Scoped ownership. A variable declared with AUTO(fn) is handed to fn when its scope ends:
 *
 *     AUTO(fclose) FILE *f = fopen(...);
 *     AUTO(fd_close) int fd = -1;
 *
 * Pointers that are NULL and descriptors that are negative are not handed on. TAKE() and fd_take()
 * move ownership out of the scope. Every function used with AUTO needs one AUTO_PTR(fn, type) line,
 * next to its declaration (for our own types in the header that declares the type).
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define AUTO(fn) __attribute__((cleanup(auto_##fn))) __attribute__((unused))

/* Defines the cleanup shim for `fn`, which frees a `type *`. */
#define AUTO_PTR(fn, type)                     \
	static inline void auto_##fn(type **p) \
	{                                      \
		if (*p)                        \
			(void)fn(*p);          \
	}                                      \
	struct auto_needs_semicolon

/* Moves the pointer out of `p`, leaving NULL. */
#define TAKE(p)                                \
	({                                     \
		__typeof__(p) take_tmp_ = (p); \
		(p) = NULL;                    \
		take_tmp_;                     \
	})

/* Ignores the result of `call`; the reason goes in a comment on the same line. */
#define IGNORE(call)                                                        \
	do {                                                                \
		__typeof__(call) ignored_ __attribute__((unused)) = (call); \
	} while (0)

#define MUST_USE	  __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define ARRAY_LEN(a)	  (sizeof(a) / sizeof((a)[0]))

static inline void auto_fd_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

/* Moves a descriptor out of `*fd`, leaving -1. */
static inline int fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

AUTO_PTR(fclose, FILE);
AUTO_PTR(closedir, DIR);
static inline void auto_free(void *p) { free(*(void **)p); }
