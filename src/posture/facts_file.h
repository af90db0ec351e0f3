/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * facts_file: a facts document of a cluster, taken apart while it is read: memory is one object and
 * the head, whatever the size of the file.
 *
 *	int fd = open("facts.json", ...);               // a pipe is put into a file before
 *
 *	if (facts_file_read(fd, take_object, context, &head, &err) < 0)
 *		return -1;
 */
#include "base/buf.h"

struct json;

#define FACTS_OBJECT_MAX (16u << 20)
#define FACTS_HEAD_MAX	 (8u << 20)
#define FACTS_MAX_DEPTH	 110u

/* `arena` holds the object and is emptied after the call. -1 ends the reading with err. */
typedef int facts_object_fn(void *context, const struct json *object, struct arena *arena,
			    struct err *err);

/*
 * Reads from the beginning of the file. `head` is initialised by the call, and gets the document
 * with an empty list of objects. fn NULL: the objects are passed over. ERR_INPUT, ERR_LIMIT.
 */
int facts_file_read(int fd, facts_object_fn *fn, void *context, struct buf *head,
		    struct err *err) MUST_USE;
/*
 * A file, or what stands in a pipe ("-": standard input) as a file without a name. The descriptor,
 * for facts_file_read and docker_facts_file_read, is the caller's. A folder is ERR_INPUT.
 */
int facts_file_open(str path, struct err *err) MUST_USE;
