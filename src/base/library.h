/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * library: a shared library that is loaded when the first of its functions is called. Only for
 * large ones that a scan does not need: each process that starts with them pays megabytes for their
 * relocations. The file that forwards a library's functions is the only place that knows.
 */
#include <stdatomic.h>

struct library {
	const char *soname;	/* "libcurl.so.4" */
	_Atomic(void *) handle; /* NULL: not loaded (yet) */
};

/* The address of a function; NULL when the library or the function is not there. Thread-safe. */
void *library_symbol(struct library *library, const char *name);

/* A function of the library by its own name and type, which its header declares. */
#define LIBRARY_FORWARD(library, result, failure, name, parameters, arguments)                     \
	result name parameters                                                                     \
	{                                                                                          \
		__typeof__(&name) function = (__typeof__(&name))library_symbol(&(library), #name); \
                                                                                                   \
		return function ? function arguments : (failure);                                  \
	}
#define LIBRARY_FORWARD_VOID(library, name, parameters, arguments)                                 \
	void name parameters                                                                       \
	{                                                                                          \
		__typeof__(&name) function = (__typeof__(&name))library_symbol(&(library), #name); \
                                                                                                   \
		if (function)                                                                      \
			function arguments;                                                        \
	}
