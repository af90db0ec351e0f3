/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle.h"

#include "base/buf.h"
#include "base/err.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zstd.h>

/* Lines of a plain or zstd file, read in pieces. */
struct lines {
	FILE *file;
	ZSTD_DStream *zstd; /* NULL: plain */
	ZSTD_inBuffer in;
	bool end, frame_open;
	char *input;
	size_t input_size;
	char *piece;
	size_t piece_size;
	struct buf text; /* read, not yet handed out */
	size_t used;	 /* of text */
};

static void lines_done(struct lines *lines)
{
	if (lines->file != NULL)
		(void)fclose(lines->file); /* only read */
	ZSTD_freeDStream(lines->zstd);
	free(lines->input);
	free(lines->piece);
	buf_done(&lines->text);
}

static void auto_lines_done(struct lines *lines) { lines_done(lines); }

static int lines_open(struct lines *lines, const char *path, struct err *err)
{
	*lines = (struct lines){ .input_size = ZSTD_DStreamInSize(),
				 .piece_size = ZSTD_DStreamOutSize() };
	lines->file = fopen(path, "re");
	if (lines->file == NULL)
		return err_sys(err, errno, "%s", path);
	lines->input = mem_alloc(lines->input_size);
	lines->piece = mem_alloc(lines->piece_size);
	buf_init(&lines->text, ORACLE_MAX_LINE);
	if (str_ends(str_c(path), STR(".zst"))) {
		lines->zstd = ZSTD_createDStream();
		if (lines->zstd == NULL)
			return err_set(err, ERR_SYS, "%s: no zstd stream", path);
	}
	return 0;
}

/* Appends what comes next to text; sets end. */
static int lines_fill(struct lines *lines, struct err *err)
{
	if (lines->in.pos == lines->in.size) {
		size_t n = fread(lines->input, 1, lines->input_size, lines->file);
		if (n == 0) {
			if (ferror(lines->file))
				return err_sys(err, errno, "read");
			if (lines->frame_open)
				return err_set(err, ERR_INPUT, "truncated zstd frame");
			lines->end = true;
			return 0;
		}
		lines->in = (ZSTD_inBuffer){ .src = lines->input, .size = n };
	}
	if (lines->zstd == NULL) {
		buf_add(&lines->text, str_of(lines->input, lines->in.size));
		lines->in.pos = lines->in.size;
	} else {
		ZSTD_outBuffer out = { .dst = lines->piece, .size = lines->piece_size };
		size_t rc = ZSTD_decompressStream(lines->zstd, &out, &lines->in);
		if (ZSTD_isError(rc))
			return err_set(err, ERR_INPUT, "zstd: %s", ZSTD_getErrorName(rc));
		lines->frame_open = rc != 0;
		buf_add(&lines->text, str_of(lines->piece, out.pos));
	}
	return lines->text.overflow ? err_set(err, ERR_LIMIT, "line too long") : 0;
}

/* 1: a line, valid until the next call; 0: the end; -1: failure. */
static int lines_next(struct lines *lines, str *line, struct err *err)
{
	size_t searched = 0;

	for (;;) {
		str rest = str_skip(buf_str(&lines->text), lines->used);
		ptrdiff_t at = str_find_char(str_skip(rest, searched), '\n');
		if (at >= 0 || (lines->end && rest.n > 0)) {
			*line = at >= 0 ? str_take(rest, searched + (size_t)at) : rest;
			lines->used += line->n + (at >= 0);
			return 1;
		}
		if (lines->end)
			return 0;
		searched = rest.n;
		if (lines->used > 0) {
			memmove(lines->text.p, rest.p, rest.n);
			lines->text.n = rest.n;
			lines->used = 0;
		}
		if (lines_fill(lines, err) < 0)
			return -1;
	}
}

void oracle_init(struct oracle *oracle, int argc, char **argv)
{
	struct stat st;
	const char *data = getenv("SEAWALL_DATA");

	*oracle = (struct oracle){ .data = data != NULL ? data : "../shared/data" };
	if (argc != 2) {
		fprintf(stderr, "usage: %s DIR\n", argv[0]);
		exit(2);
	}
	oracle->dir = argv[1];
	if (stat(oracle->dir, &st) < 0 || !S_ISDIR(st.st_mode)) {
		fprintf(stderr, "%s: no such folder\n", oracle->dir);
		exit(3);
	}
	setvbuf(stdout, NULL, _IOLBF, 0); /* a crash keeps what was printed before it */
}

const char *oracle_path(const struct oracle *oracle, struct arena *arena, str name)
{
	str path = str_fmt(arena, "%s/%.*s", oracle->dir, STR_ARG(name));

	return str_cstr(arena, path);
}

static void end_case(struct oracle *oracle)
{
	if (oracle->judged) {
		fprintf(stderr, "%s: judged twice\n", oracle->id);
		abort();
	}
	oracle->judged = true;
}

void oracle_pass(struct oracle *oracle)
{
	end_case(oracle);
	oracle->passed++;
}

void oracle_fail(struct oracle *oracle, const char *format, ...)
{
	va_list args;

	end_case(oracle);
	oracle->failed++;
	printf("FAIL %s: ", oracle->id);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static void add_reason(struct oracle *oracle, const char *text, bool left_out)
{
	struct oracle_reason *reason = NULL;

	for (size_t i = 0; i < oracle->reasons_n && reason == NULL; i++) {
		if (oracle->reasons[i].left_out == left_out &&
		    strcmp(oracle->reasons[i].text, text) == 0)
			reason = &oracle->reasons[i];
	}
	if (reason == NULL) {
		if (oracle->reasons_n == ORACLE_MAX_REASONS) {
			fputs("oracle: too many different reasons\n", stderr);
			abort();
		}
		reason = &oracle->reasons[oracle->reasons_n++];
		(void)snprintf(reason->text, sizeof(reason->text), "%s", text);
		reason->left_out = left_out;
	}
	reason->count++;
}

void oracle_skip(struct oracle *oracle, const char *format, ...)
{
	char text[200];
	va_list args;

	end_case(oracle);
	oracle->skipped++;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	add_reason(oracle, text, false);
}

void oracle_left_out(struct oracle *oracle, const char *format, ...)
{
	char text[200];
	va_list args;

	end_case(oracle);
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	add_reason(oracle, text, true);
}

void oracle_check_str(struct oracle *oracle, str got, str want)
{
	if (str_eq(got, want))
		oracle_pass(oracle);
	else
		oracle_fail(oracle, "want %.*s, got %.*s", STR_ARG(want), STR_ARG(got));
}

void oracle_check_bool(struct oracle *oracle, bool got, bool want)
{
	if (got == want)
		oracle_pass(oracle);
	else
		oracle_fail(oracle, "want %s, got %s", want ? "true" : "false",
			    got ? "true" : "false");
}

static void run_case(struct oracle *oracle, str where, str line, oracle_judge *judge,
		     struct arena *scratch)
{
	const struct json_opts opts = { .keep_duplicates = true };
	const struct json *test;
	struct err err;

	oracle->judged = false;
	(void)snprintf(oracle->id, sizeof(oracle->id), "%.*s", STR_ARG(where));
	if (json_parse(line, &opts, scratch, &test, &err) < 0) {
		oracle_fail(oracle, "%s", err.msg);
		return;
	}
	str name = json_get_str(test, STR("id"));
	if (str_empty(name))
		name = json_get_str(test, STR("name"));
	if (!str_empty(name))
		(void)snprintf(oracle->id, sizeof(oracle->id), "%.*s (%.*s)",
			       (int)(name.n < 200 ? name.n : 200), name.p, STR_ARG(where));
	judge(oracle, test, scratch);
	if (!oracle->judged)
		oracle_fail(oracle, "the harness came to no verdict");
}

/* The file as named, or with the other spelling if only that is there. */
static const char *find_file(const struct oracle *oracle, const char *name, struct arena *arena)
{
	str as_named = str_c(name);
	str other = str_ends(as_named, STR(".zst")) ? str_drop_end(as_named, 4)
						    : str_cat(arena, as_named, STR(".zst"));
	const char *path = oracle_path(oracle, arena, as_named);
	struct stat st;

	if (stat(path, &st) == 0)
		return path;
	const char *second = oracle_path(oracle, arena, other);
	return stat(second, &st) == 0 ? second : path;
}

static int each_line(struct oracle *oracle, const char *name, oracle_judge *judge, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	AUTO(lines_done)
	struct lines lines = { 0 };
	str line;
	unsigned number = 0;
	int more;

	if (lines_open(&lines, find_file(oracle, name, arena), err) < 0)
		return -1;
	while ((more = lines_next(&lines, &line, err)) > 0) {
		number++;
		if (str_empty(str_trim(line)))
			continue;
		arena_reset(scratch);
		run_case(oracle, str_fmt(scratch, "%s:%u", name, number), line, judge, scratch);
	}
	return more < 0 ? err_wrap(err, "%s:%u", name, number + 1) : 0;
}

void oracle_each(struct oracle *oracle, const char *name, oracle_judge *judge)
{
	struct err err;

	if (each_line(oracle, name, judge, &err) < 0) {
		oracle->failed++;
		printf("FAIL %s\n", err.msg);
	}
}

int oracle_finish(struct oracle *oracle)
{
	for (size_t i = 0; i < oracle->reasons_n; i++) {
		const struct oracle_reason *reason = &oracle->reasons[i];
		printf("%s %s (%u cases)\n", reason->left_out ? "LEFT OUT" : "SKIP", reason->text,
		       reason->count);
	}
	printf("%u passed, %u failed, %u skipped\n", oracle->passed, oracle->failed,
	       oracle->skipped);
	return oracle->failed > 0 || oracle->passed + oracle->skipped == 0;
}
