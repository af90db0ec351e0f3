/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rego evaluations in process.
 *
 * usage: rego MODULE.rego INPUT.json QUERY ROUNDS [v0]
 *
 * Prints evaluations a second, median and 99th percentile in microseconds, memory of one decision,
 * and evaluations a second with two threads.
 */
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "base/err.h"
#include "base/json.h"
#include "policy/policy.h"

struct job {
	const struct policy_query *query;
	const struct value *input;
	size_t rounds, bytes;
	uint64_t *ns; /* of each round; NULL: not wanted */
	int failed;
};

static uint64_t clock_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void *run(void *context)
{
	struct job *job = context;
	AUTO(builtin_cache_free)
	struct builtin_cache *cache = builtin_cache_new();
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < job->rounds; i++) {
		struct policy_run how = { .input = job->input, .cache = cache };
		struct policy_answers answers;
		uint64_t start = clock_ns();
		struct err err;

		arena_reset(arena);
		if (policy_eval(job->query, &how, arena, &answers, &err) < 0) {
			fprintf(stderr, "bench: %s\n", err.msg);
			job->failed = 1;
			return NULL;
		}
		if (job->ns)
			job->ns[i] = clock_ns() - start;
		job->bytes = arena_used(arena);
	}
	return NULL;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int measure(const struct policy_query *query, const struct value *input, size_t rounds)
{
	struct job one = { .query = query, .input = input, .rounds = rounds };
	struct job pair[2];
	pthread_t threads[2];
	uint64_t start = clock_ns(), single, both;

	one.ns = mem_zalloc(rounds * sizeof(*one.ns));
	run(&one);
	single = clock_ns() - start;
	qsort(one.ns, rounds, sizeof(*one.ns), by_size);
	start = clock_ns();
	for (size_t i = 0; i < 2; i++) {
		pair[i] = one;
		pair[i].ns = NULL;
		if (pthread_create(&threads[i], NULL, run, &pair[i]) != 0)
			return 3;
	}
	for (size_t i = 0; i < 2; i++)
		(void)pthread_join(threads[i], NULL);
	both = clock_ns() - start;
	uint64_t median = one.ns[rounds / 2], late = one.ns[rounds - 1 - rounds / 100];
	printf("%.0f evaluations/s, median %.1f us, p99 %.1f us, %zu KiB a decision, "
	       "two threads %.0f evaluations/s\n",
	       (double)rounds * 1e9 / (double)single, (double)median / 1e3, (double)late / 1e3,
	       one.bytes >> 10, 2.0 * (double)rounds * 1e9 / (double)both);
	free(one.ns);
	return one.failed ? 3 : 0;
}

int main(int argc, char **argv)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(policy_unref)
	struct policy *policy = NULL;
	AUTO(policy_query_free)
	struct policy_query *query = NULL;
	struct problems problems = { .arena = arena };
	struct policy_source source;
	const struct json *json;
	struct buf module, input;
	struct value v;
	uint64_t rounds;
	struct err err;

	if (argc < 5 || !str_u64(str_c(argv[4]), &rounds) || rounds == 0) {
		fprintf(stderr, "usage: rego MODULE.rego INPUT.json QUERY ROUNDS [v0]\n");
		return 2;
	}
	buf_init(&module, 64u << 20);
	buf_init(&input, 64u << 20);
	source.v0 = argc > 5;
	source.file = str_c(argv[1]);
	if (buf_read_file(&module, argv[1], &err) < 0 || buf_read_file(&input, argv[2], &err) < 0 ||
	    json_parse(buf_str(&input), NULL, arena, &json, &err) < 0) {
		fprintf(stderr, "bench: %s\n", err.msg);
		return 3;
	}
	v = value_from_json(json, arena);
	source.text = buf_str(&module);
	policy = policy_compile(&source, 1, NULL, NULL, &problems, &err);
	query = policy ? policy_query_new(policy, str_c(argv[3]), false, &problems, &err) : NULL;
	if (!query) {
		fprintf(stderr, "bench: %s\n", err.msg);
		return 3;
	}
	return measure(query, &v, (size_t)rounds);
}
