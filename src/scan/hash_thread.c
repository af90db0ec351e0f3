/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/hash_thread.h"

#include "base/cost.h"
#include "base/err.h"

#define STACK_BYTES (256u << 10)

static void *serve(void *context)
{
	struct hash_thread *hash = context;
	int64_t begun = cost_begin();

	pthread_mutex_lock(&hash->lock);
	for (;;) {
		while (hash->done == hash->added && !hash->closing)
			pthread_cond_wait(&hash->changed, &hash->lock);
		if (hash->done == hash->added)
			break;
		str bytes = hash->queue[hash->done % HASH_QUEUE];
		pthread_mutex_unlock(&hash->lock);
		hasher_add(&hash->hasher, bytes.p, bytes.n);
		pthread_mutex_lock(&hash->lock);
		hash->done++;
		pthread_cond_broadcast(&hash->changed);
	}
	pthread_mutex_unlock(&hash->lock);
	cost_end("hash", begun);
	return NULL;
}

int hash_thread_init(struct hash_thread *hash, str digest, struct err *err)
{
	pthread_attr_t attr;

	*hash = (struct hash_thread){ .threaded = false };
	if (hasher_init(&hash->hasher, digest, err) < 0)
		return -1;
	pthread_mutex_init(&hash->lock, NULL);
	pthread_cond_init(&hash->changed, NULL);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	hash->threaded = pthread_create(&hash->thread, &attr, serve, hash) == 0;
	pthread_attr_destroy(&attr);
	return 0;
}

uint64_t hash_thread_add(struct hash_thread *hash, str bytes)
{
	uint64_t ticket;

	if (!hash->threaded) {
		hasher_add(&hash->hasher, bytes.p, bytes.n);
		hash->done++;
		return ++hash->added;
	}
	pthread_mutex_lock(&hash->lock);
	while (hash->added - hash->done == HASH_QUEUE)
		pthread_cond_wait(&hash->changed, &hash->lock);
	hash->queue[hash->added % HASH_QUEUE] = bytes;
	ticket = ++hash->added;
	pthread_cond_broadcast(&hash->changed);
	pthread_mutex_unlock(&hash->lock);
	return ticket;
}

void hash_thread_wait(struct hash_thread *hash, uint64_t ticket)
{
	if (!hash->threaded)
		return;
	pthread_mutex_lock(&hash->lock);
	while (hash->done < ticket)
		pthread_cond_wait(&hash->changed, &hash->lock);
	pthread_mutex_unlock(&hash->lock);
}

int hash_thread_verify(struct hash_thread *hash, str digest, struct err *err)
{
	hash_thread_wait(hash, hash->added);
	return hasher_verify(&hash->hasher, digest, err);
}

void hash_thread_done(struct hash_thread *hash)
{
	if (!hash->hasher.context)
		return;
	if (hash->threaded) {
		pthread_mutex_lock(&hash->lock);
		hash->closing = true;
		pthread_cond_broadcast(&hash->changed);
		pthread_mutex_unlock(&hash->lock);
		pthread_join(hash->thread, NULL);
	}
	pthread_cond_destroy(&hash->changed);
	pthread_mutex_destroy(&hash->lock);
	hasher_done(&hash->hasher);
}
