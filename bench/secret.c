/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The search for secrets over files in memory, as layers give them: in pieces. What is no text is
 * searched as programs are.
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
#include "scan/secret/binary.h"
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

struct searches {
	struct secret_search *text;
	struct secret_binary *binary;
	bool gave_up;
};

static size_t search_text(struct searches *s, str text, enum text_form form)
{
	size_t n;

	secret_search_begin(s->text, STR("bench.txt"), form);
	for (size_t at = 0; at < text.n; at += PIECE)
		secret_search_take(s->text, str_take(str_skip(text, at), PIECE));
	secret_search_end(s->text);
	s->gave_up = secret_search_gave_up(s->text);
	IGNORE(secret_search_found(s->text, &n)); /* their number is enough */
	return n;
}

static size_t search_program(struct searches *s, str program)
{
	struct secret_binary *b = s->binary;
	size_t narrow, wide;

	secret_binary_begin(b, STR("bench"));
	for (size_t at = 0; at < program.n; at += PIECE)
		secret_binary_take(b, str_take(str_skip(program, at), PIECE));
	secret_binary_end(b);
	s->gave_up = secret_search_gave_up(b->narrow) || secret_search_gave_up(b->wide);
	IGNORE(secret_search_found(b->narrow, &narrow)); /* their number is enough */
	IGNORE(secret_search_found(b->wide, &wide));	 /* the same */
	return narrow + wide;
}

static size_t search(struct searches *s, str file)
{
	enum text_form form = text_sniff(str_take(file, HEAD_BYTES));

	return form == TEXT_BINARY ? search_program(s, file) : search_text(s, file, form);
}

static int measure(struct searches *s, const char *path, struct err *err)
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
	       s->gave_up ? ", gave up" : "", (double)text.n / 1e6 / (best > 0 ? best : 1e-9));
	return 0;
}

int main(int argc, char **argv)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct secret_kinds kinds;
	struct searches s = { .text = NULL };
	struct err err;
	int failed;

	failed = secret_kinds_builtin(arena, &kinds, &err) < 0 ||
		 secret_search_new(&kinds, &s.text, &err) < 0 ||
		 secret_binary_new(&kinds, arena, &s.binary, &err) < 0;
	for (int i = 1; i < argc && !failed; i++)
		failed = measure(&s, argv[i], &err) < 0;
	if (failed)
		fprintf(stderr, "secret: %s\n", err.msg);
	secret_binary_free(s.binary);
	secret_search_free(s.text);
	return failed;
}
