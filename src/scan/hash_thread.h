/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * hash_thread: computes a digest beside the thread that produces the bytes. Buffers are lent: one
 * may be written again once hash_thread_wait returned for its ticket. Where no thread can be had
 * the work is done in place.
 */
#include <pthread.h>

#include "oci/digest.h"

#define HASH_QUEUE 8u

struct hash_thread {
	struct hasher hasher;
	pthread_t thread;
	bool threaded;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t changed;
	str queue[HASH_QUEUE];
	uint64_t added, done; /* tickets */
	bool closing;
};

/* For the algorithm of `digest`. On failure there is nothing to be done with it. */
int hash_thread_init(struct hash_thread *hash, str digest, struct err *err) MUST_USE;
void hash_thread_done(struct hash_thread *hash);

/* Lends bytes; the ticket is at least 1. */
uint64_t hash_thread_add(struct hash_thread *hash, str bytes);
/* Returns when the bytes of this ticket (and earlier ones) are no longer needed. 0: at once. */
void hash_thread_wait(struct hash_thread *hash, uint64_t ticket);
/* Everything was added: compares. */
int hash_thread_verify(struct hash_thread *hash, str digest, struct err *err) MUST_USE;
