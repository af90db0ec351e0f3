/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole reviews in process, from the bytes of an AdmissionReview to the bytes of its answer, with
 * the built-in rules and the constraints of the files given; and whether memory grows.
 *
 * usage: admission REVIEWS REVIEW-FILE [POLICY-FILE...]
 *
 * Each "@@@@@@@@" of the review is the number of the review, so that no two are alike: whatever is
 * kept of one would pile up. Prints median and 99th percentile in microseconds of processor time,
 * and the resident memory after 10,000 reviews (after half of them where there are fewer than
 * 20,000) and after all of them.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "hub/webhook/webhook.h"

#define FILE_MAX (8u << 20)
#define EARLY	 10000u
#define MARK	 "@@@@@@@@"

static char **files;
static int files_n;

static int load(void *context, struct webhook_policy *out, struct err *err)
{
	struct arena *arena = arena_new();
	struct documents docs = { .arena = arena };
	struct library_opts opts = { 0 };

	(void)context;
	for (int i = 0; i < files_n; i++) {
		struct buf b;

		buf_init(&b, FILE_MAX);
		if (buf_read_file(&b, files[i], err) < 0 ||
		    documents_add(&docs, str_c(files[i]), str_dup(arena, buf_str(&b)), err) < 0)
			return -1;
		buf_done(&b);
	}
	opts.own = docs.items;
	opts.own_n = docs.n;
	out->library = library_load(&opts, err);
	out->arena = arena;
	return out->library ? 0 : -1;
}

static uint64_t own_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0)
		return 0;
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* KiB; without what the allocator only keeps. */
static uint64_t resident(void)
{
	struct buf b;
	struct err err;
	uint64_t pages = 0;
	str all, rest, own;

	(void)malloc_trim(0);
	buf_init(&b, 4096);
	if (buf_read_file(&b, "/proc/self/statm", &err) < 0 ||
	    !str_cut(buf_str(&b), ' ', &all, &rest) || !str_cut(rest, ' ', &own, &rest) ||
	    !str_u64(own, &pages))
		pages = 0;
	buf_done(&b);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The review with another number in it; `pattern` has the marks. */
static void number_review(char *body, str pattern, size_t number)
{
	char digits[24];
	ptrdiff_t at;
	size_t done = 0;

	(void)snprintf(digits, sizeof(digits), "%08zu", number % 100000000);
	while ((at = str_find(str_skip(pattern, done), STR(MARK))) >= 0) {
		memcpy(body + done + at, digits, sizeof(MARK) - 1);
		done += (size_t)at + sizeof(MARK) - 1;
	}
}

static int measure(struct webhook *w, str pattern, size_t n)
{
	uint32_t *ns = mem_zalloc(n * sizeof(*ns));
	struct arena *arena = arena_new();
	uint64_t early = 0, late;
	size_t hundredth = n / 100, half = n / 2, first = half < EARLY ? half : EARLY;
	struct err err;
	char *body = mem_alloc(pattern.n);

	memcpy(body, pattern.p, pattern.n);

	/* All of it is touched before memory is looked at. */
	for (size_t i = 0; i < n; i++)
		ns[i] = 1;
	for (size_t i = 0; i < n; i++) {
		uint64_t start;
		str answer;

		number_review(body, pattern, i);
		start = own_ns();
		if (webhook_review(w, METRICS_ADMIT, str_of(body, pattern.n), 0, 0, arena, &answer,
				   &err) < 0) {
			fprintf(stderr, "bench: %s\n", err.msg);
			return 3;
		}
		ns[i] = (uint32_t)(own_ns() - start);
		arena_reset(arena);
		if (i + 1 == first)
			early = resident();
	}
	late = resident();
	qsort(ns, n, sizeof(*ns), by_size);
	printf("%zu reviews: median %.1f us, p99 %.1f us; resident after %zu: %llu KiB, after "
	       "%zu: %llu KiB\n",
	       n, ns[half] / 1000.0, ns[n - 1 - hundredth] / 1000.0, first,
	       (unsigned long long)early, n, (unsigned long long)late);
	free(ns);
	free(body);
	arena_free(arena);
	return 0;
}

int main(int argc, char **argv)
{
	struct webhook_opts opts = { .load = load, .workers = 1 };
	struct webhook *w;
	struct buf body;
	struct err err;
	uint64_t n;
	int rc;

	if (argc < 3 || !str_u64(str_c(argv[1]), &n) || n < 100) {
		fprintf(stderr, "usage: admission REVIEWS REVIEW-FILE [POLICY-FILE...]\n");
		return 2;
	}
	files = argv + 3;
	files_n = argc - 3;
	buf_init(&body, FILE_MAX);
	w = webhook_new(&opts, &err);
	if (!w || buf_read_file(&body, argv[2], &err) < 0) {
		fprintf(stderr, "bench: %s\n", err.msg);
		return 3;
	}
	rc = measure(w, buf_str(&body), (size_t)n);
	webhook_free(w);
	buf_done(&body);
	return rc;
}
