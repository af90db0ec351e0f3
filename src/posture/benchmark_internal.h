/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of the benchmark share: its state between documents. */
#include "base/map.h"
#include "posture/benchmark.h"

/* A document that was judged. All of it lives in its arena. */
struct benchmark_entry {
	struct benchmark_document shown;
	struct arena *arena;
	struct check_results results;
	uint64_t mark; /* of its text, without the time */
	str state;     /* of a container */
	str image_id;
	bool filtered, host;
	uint64_t pass, epoch;
	struct benchmark_unread *not_read;
	size_t not_read_n;
	struct benchmark_host facts;		/* of the host */
	const struct json *images, *containers; /* lists of the host, reduced; NULL: not known */
};

struct benchmark {
	struct benchmark_opts opts;
	struct arena *arena;
	bool *chosen, *excluded; /* by place in the set */
	struct arena *table;	 /* of the entries' places */
	struct benchmark_entry **entries;
	size_t n, cap;
	struct map by_key; /* "container/ID" */
	struct benchmark_unread *unread;
	size_t unread_n, unread_cap;
	size_t over; /* documents over the limit */
	uint64_t pass, epoch;
	struct check_run run;
	struct recommendation_set recommendations;
	size_t recommendation;
};

/* Reads the host's document. */
void benchmark_host_read(const struct json *document, struct benchmark_entry *entry);
/* What needs the other documents: images in use, counts. */
void benchmark_host_count(const struct benchmark *b, const struct benchmark_entry *host,
			  struct benchmark_host *out);
const struct benchmark_entry *benchmark_host_of(const struct benchmark *b);
