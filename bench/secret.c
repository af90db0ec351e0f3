/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The search for secrets over text in memory, as layers give it: in pieces.
 *
 * usage: secret FILE...
 *
 * Prints for each file its size, the number of secrets found and the speed by processor time, best
 * of RUNS.
 */
#include <stdio.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/num.h"
#include "scan/secret/search.h"

#define RUNS	   5u
#define PIECE	   (64u << 10)
#define BYTES_MAX  (1u << 30)
#define HEAD_BYTES 1024u

static double processor_seconds(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) < 0)
		return 0;
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t search(struct secret_search *s, str text)
{
	size_t n;

	secret_search_begin(s, STR("bench.txt"), text_sniff(str_take(text, HEAD_BYTES)));
	for (size_t at = 0; at < text.n; at += PIECE)
		secret_search_take(s, str_take(str_skip(text, at), PIECE));
	secret_search_end(s);
	IGNORE(secret_search_found(s, &n)); /* their number is enough */
	return n;
}

static int measure(struct secret_search *s, const char *path, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { .p = NULL };
	double best = 0;
	size_t found = 0;

	buf_init(&text, BYTES_MAX);
	if (buf_read_file(&text, path, err) < 0)
		return -1;
	for (unsigned run = 0; run < RUNS; run++) {
		double from = processor_seconds(), took;

		found = search(s, buf_str(&text));
		took = processor_seconds() - from;
		if (run == 0 || took < best)
			best = took;
	}
	printf("%s: %.1f MB, %zu found%s, %.0f MB/s\n", path, (double)text.n / 1e6, found,
	       secret_search_gave_up(s) ? ", gave up" : "",
	       (double)text.n / 1e6 / (best > 0 ? best : 1e-9));
	return 0;
}

int main(int argc, char **argv)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct secret_kinds kinds;
	struct secret_search *made = NULL;
	struct err err;
	int failed;

	failed = secret_kinds_builtin(arena, &kinds, &err) < 0 ||
		 secret_search_new(&kinds, &made, &err) < 0;
	AUTO(secret_search_free)
	struct secret_search *s = made;
	for (int i = 1; i < argc && !failed; i++)
		failed = measure(s, argv[i], &err) < 0;
	if (failed)
		fprintf(stderr, "secret: %s\n", err.msg);
	return failed;
}
