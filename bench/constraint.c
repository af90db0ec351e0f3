/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Admission reviews in process: all templates and constraints of the files given are loaded, and
 * each object in them is reviewed against all that match, with all objects as inventory.
 *
 * usage: constraint ROUNDS FILE...
 *
 * Prints how long loading takes, evaluations and reviews a second, median and 99th percentile of a
 * review in microseconds of processor time, memory of one, and reviews a second with two threads.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/err.h"
#include "base/num.h"
#include "policy/constraint/admission.h"
#include "policy/policy.h"

#define FILE_MAX (64u << 20)

struct job {
	struct admission *admission;
	const struct review *reviews;
	size_t n, rounds, bytes, matched, violations, conflicts;
	uint64_t *ns; /* of each review; NULL: not wanted */
	bool failed;
};

static uint64_t clock_of(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) != 0)
		return 0;
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t clock_ns(void) { return clock_of(CLOCK_MONOTONIC); }
/* A review neither waits nor sleeps: what other programs take of the machine is not its time. */
static uint64_t own_ns(void) { return clock_of(CLOCK_THREAD_CPUTIME_ID); }

static void review_once(struct job *job, const struct review *review, struct builtin_cache *cache,
			struct arena *arena, uint64_t *ns)
{
	struct review_run run = { .point = STR("validation.gatekeeper.sh"), .cache = cache };
	struct review_result result;
	uint64_t start = own_ns();
	struct err err;

	arena_reset(arena);
	if (admission_review(job->admission, review, &run, arena, &result, &err) < 0) {
		fprintf(stderr, "bench: %s\n", err.msg);
		job->failed = true;
		return;
	}
	if (ns)
		*ns = own_ns() - start;
	job->bytes = size_max(job->bytes, arena_used(arena));
	job->matched += result.matched;
	job->violations += result.n;
	for (size_t i = 0; i < result.n; i++)
		job->conflicts += result.items[i].failed;
}

static void *run(void *context)
{
	struct job *job = context;
	AUTO(builtin_cache_free)
	struct builtin_cache *cache = builtin_cache_new();
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t round = 0; round < job->rounds && !job->failed; round++) {
		for (size_t i = 0; i < job->n; i++)
			review_once(job, &job->reviews[i], cache, arena,
				    job->ns ? &job->ns[round * job->n + i] : NULL);
	}
	return NULL;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int two_threads(const struct job *one, uint64_t *ns)
{
	uint64_t start = clock_ns();
	struct job pair[2];
	pthread_t threads[2];

	for (size_t i = 0; i < 2; i++) {
		pair[i] = *one;
		pair[i].ns = NULL;
		if (pthread_create(&threads[i], NULL, run, &pair[i]) != 0)
			return 3;
	}
	for (size_t i = 0; i < 2; i++)
		(void)pthread_join(threads[i], NULL);
	*ns = clock_ns() - start;
	return pair[0].failed || pair[1].failed ? 3 : 0;
}

static int measure(struct job *job)
{
	size_t all = job->n * job->rounds, half = all / 2, late = all - 1 - all / 100;
	struct job warm = *job;
	uint64_t start, single, both;

	warm.rounds = 1;
	run(&warm);
	job->ns = mem_zalloc(all * sizeof(*job->ns));
	start = clock_ns();
	run(job);
	single = clock_ns() - start;
	qsort(job->ns, all, sizeof(*job->ns), by_size);
	if (job->failed || two_threads(job, &both) != 0)
		return 3;
	printf("%.0f evaluations/s, %.0f reviews/s, median %.1f us, p99 %.1f us, %zu KiB a "
	       "decision, two threads %.0f reviews/s (%.1f constraints and %.1f violations a "
	       "review, %.2f end with an error of the template)\n",
	       (double)job->matched * 1e9 / (double)single, (double)all * 1e9 / (double)single,
	       (double)job->ns[half] / 1e3, (double)job->ns[late] / 1e3, job->bytes >> 10,
	       2.0 * (double)all * 1e9 / (double)both, (double)job->matched / (double)all,
	       (double)job->violations / (double)all, (double)job->conflicts / (double)all);
	free(job->ns);
	return 0;
}

static int load(struct admission *a, struct documents *docs, char **files, int n, struct err *err)
{
	for (int i = 0; i < n; i++) {
		struct buf b;
		int rc;

		buf_init(&b, FILE_MAX);
		rc = buf_read_file(&b, files[i], err);
		if (rc >= 0)
			rc = documents_add(docs, str_c(files[i]), str_dup(docs->arena, buf_str(&b)),
					   err);
		buf_done(&b);
		if (rc < 0)
			return -1;
	}
	if (admission_add(a, docs->items, docs->n, err) < 0)
		return -1;
	for (size_t i = 0; i < docs->n; i++) {
		const struct resource *r = &docs->items[i].resource;

		if (!admission_is_policy(r) && !str_eq(r->kind, STR("AdmissionReview")) &&
		    admission_add_data(a, r, err) < 0)
			return -1;
	}
	return admission_seal(a, err);
}

int main(int argc, char **argv)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(admission_done)
	struct admission a;
	struct documents docs = { .arena = arena };
	struct job job = { .admission = &a };
	struct review *reviews;
	uint64_t start = clock_ns(), rounds;
	struct err err;

	admission_init(&a, arena);
	if (argc < 3 || !str_u64(str_c(argv[1]), &rounds) || rounds == 0) {
		fprintf(stderr, "usage: constraint ROUNDS FILE...\n");
		return 2;
	}
	if (load(&a, &docs, argv + 2, argc - 2, &err) < 0) {
		fprintf(stderr, "bench: %s\n", err.msg);
		return 3;
	}
	reviews = ARENA_ARRAY(arena, struct review, docs.n + 1);
	for (size_t i = 0; i < docs.n; i++) {
		if (admission_is_policy(&docs.items[i].resource))
			continue;
		if (review_of_document(docs.items[i].resource.json, &reviews[job.n++], &err) < 0) {
			fprintf(stderr, "bench: %s: %s\n", docs.items[i].file.p, err.msg);
			return 3;
		}
	}
	if (job.n == 0) {
		fprintf(stderr, "bench: no objects\n");
		return 3;
	}
	job.reviews = reviews;
	job.rounds = (size_t)rounds;
	printf("%zu templates, %zu constraints, %zu objects, loaded in %.0f ms: ",
	       constraint_set_templates(a.constraints), constraint_set_constraints(a.constraints),
	       job.n, (double)(clock_ns() - start) / 1e6);
	return measure(&job);
}
