/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * bolt: reads the database files of bbolt (a B+ tree of nested buckets), as containerd keeps its
 * metadata. Read only, without lock and without mapping: the file may be in use. Pages are never
 * changed in place but may be reused by later transactions, so a caller asks bolt_changed() when it
 * is done, and starts again if so.
 *
 * Limits: trees BOLT_DEPTH deep, BOLT_PAGES pages looked at by one opened file, pages of at most
 * 16 MiB, which also bounds keys and values. Malformed: ERR_INPUT.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define BOLT_DEPTH	32u
#define BOLT_PAGES	65536u
#define BOLT_PAGE_BYTES (16u << 20)

struct bolt_bucket {
	uint64_t root;	 /* page, or 0 */
	str inline_page; /* when root is 0 */
};

struct bolt {
	int fd; /* not owned */
	uint64_t size;
	uint32_t page_size;
	uint64_t transaction;
	unsigned pages; /* looked at */
	struct bolt_bucket top;
};

int bolt_open(int fd, struct bolt *out, struct err *err) MUST_USE;
/* 1 when a transaction was committed since it was opened, 0, -1. */
int bolt_changed(const struct bolt *bolt, struct err *err) MUST_USE;

/* 1: found, 0: there is no such key (of that kind), -1. Results live in the arena. */
int bolt_bucket_get(struct bolt *bolt, const struct bolt_bucket *in, str key, struct arena *arena,
		    struct bolt_bucket *out, struct err *err) MUST_USE;
int bolt_value(struct bolt *bolt, const struct bolt_bucket *in, str key, struct arena *arena,
	       str *out, struct err *err) MUST_USE;

/* Keys in order; `bucket` says that the value is one. Return other than 0 ends and is returned. */
typedef int bolt_visit(void *context, str key, bool bucket, struct err *err);
int bolt_each(struct bolt *bolt, const struct bolt_bucket *in, struct arena *arena,
	      bolt_visit *visit, void *context, struct err *err) MUST_USE;
