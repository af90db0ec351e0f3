/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Oracle programs: our engine over a set of cases that others wrote. One program per set,
 * tests/oracle/<set_with_underscores>.c, run by `./dev oracle SET [DIR]`. The set's README is the
 * judging rule; a program knows the form of the cases, never a single one of them.
 *
 *	static void judge(struct oracle *oracle, const struct json *test, struct arena *scratch)
 *	{
 *		str got = ..., want = json_get_str(test, STR("score"));
 *		oracle_check_str(oracle, got, want);
 *	}
 *
 *	int main(int argc, char **argv)
 *	{
 *		struct oracle oracle;
 *
 *		oracle_init(&oracle, argc, argv);
 *		oracle_each(&oracle, "cases.jsonl", judge);
 *		return oracle_finish(&oracle);
 *	}
 *
 * Every case ends in exactly one of pass, fail, skip and left out: judge calls one of them. Output:
 * "FAIL id: want ..., got ..." per failure, "SKIP reason (N cases)" per reason, "LEFT OUT group
 * (N cases)" per group that the README lets us leave out (counted nowhere), and as the last line
 * "N passed, N failed, N skipped". Exit 1 on a failure or when nothing was judged, 3 when DIR is
 * not there.
 */
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define ORACLE_MAX_LINE	   (64u << 20) /* of one case */
#define ORACLE_MAX_REASONS 64u	       /* different texts of skip and left out */

struct oracle_reason {
	char text[200];
	unsigned count;
	bool left_out;
};

struct oracle {
	const char *dir;  /* of the cases */
	const char *data; /* advisories: $SEAWALL_DATA, else ../shared/data */
	void *context;	  /* the program's own */

	char id[512]; /* of the case at hand: its "id" or "name" if it has one, and FILE:LINE */
	bool judged;  /* the case at hand has ended */
	unsigned passed, failed, skipped;
	struct oracle_reason reasons[ORACLE_MAX_REASONS];
	size_t reasons_n;
};

/* Usage: PROGRAM DIR. Ends the program with 2 or 3 when that is not given or not there. */
void oracle_init(struct oracle *oracle, int argc, char **argv);

typedef void oracle_judge(struct oracle *oracle, const struct json *test, struct arena *scratch);

/*
 * Each line of DIR/NAME (or NAME.zst; either spelling finds the other) through `judge`, with an
 * arena that lives for the case. A file that cannot be read and a line that is not JSON are
 * failures.
 */
void oracle_each(struct oracle *oracle, const char *name, oracle_judge *judge);

/* How the case at hand ends. */
void oracle_pass(struct oracle *oracle);
void oracle_fail(struct oracle *oracle, const char *format, ...) PRINTF_LIKE(2, 3);
void oracle_skip(struct oracle *oracle, const char *format, ...) PRINTF_LIKE(2, 3);
void oracle_left_out(struct oracle *oracle, const char *format, ...) PRINTF_LIKE(2, 3);

/* Pass if equal, else fail with both. */
void oracle_check_str(struct oracle *oracle, str got, str want);
void oracle_check_bool(struct oracle *oracle, bool got, bool want);

/* DIR/NAME in the arena, for sets that have further files. */
const char *oracle_path(const struct oracle *oracle, struct arena *arena, str name);

/* Prints reasons and totals; the program's exit status. */
int oracle_finish(struct oracle *oracle);
