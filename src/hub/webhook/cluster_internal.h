/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* cluster, inside. */
#include <pthread.h>

#include "hub/webhook/cluster.h"
#include "kube/kube.h"
#include "policy/constraint/constraint.h"

struct cluster {
	struct cluster_opts opts;
	struct namespaces *namespaces;
	struct kube *kube;    /* of the thread that owns us */
	struct kube *watcher; /* of the watch's */
	int ends[2];	      /* a pipe: the watch ends when its reading end is closed */
	pthread_t thread;
	bool started;
	const char *secret;
	pthread_mutex_t lock; /* of what follows */
	char trouble[512];
};
