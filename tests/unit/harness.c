/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum outcome { OUTCOME_PASSED, OUTCOME_FAILED, OUTCOME_SKIPPED };

static struct {
	struct test *first;
	struct test **last;
	const char *running;
	bool skipped; /* the running one */
	jmp_buf out;
} harness;

void test_register(struct test *test)
{
	if (harness.last == NULL)
		harness.last = &harness.first;
	*harness.last = test;
	harness.last = &test->next;
}

void test_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	printf("%s:%d: FAIL %s: ", file, line, harness.running);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	longjmp(harness.out, 1);
}

void test_skip(const char *reason, ...)
{
	va_list args;

	printf("SKIP %s: ", harness.running);
	va_start(args, reason);
	vprintf(reason, args);
	va_end(args);
	putchar('\n');
	harness.skipped = true;
}

void test_int(const char *file, int line, const char *expr, long long got, long long want)
{
	if (got != want)
		test_fail(file, line, "%s: got %lld, want %lld", expr, got, want);
}

void test_cstr(const char *file, int line, const char *expr, const char *got, const char *want)
{
	if (got == NULL && want == NULL)
		return;
	if (got == NULL || want == NULL || strcmp(got, want) != 0)
		test_fail(file, line, "%s:\n\tgot  %s\n\twant %s", expr, got ? got : "(null)",
			  want ? want : "(null)");
}

void test_str(const char *file, int line, const char *expr, str got, str want)
{
	if (got.n != want.n || (got.n > 0 && memcmp(got.p, want.p, got.n) != 0))
		test_fail(file, line, "%s:\n\tgot  %.*s\n\twant %.*s", expr, (int)got.n,
			  got.n > 0 ? got.p : "", (int)want.n, want.n > 0 ? want.p : "");
}

void test_ok(const char *file, int line, const char *expr, bool ok, const char *msg)
{
	if (!ok)
		test_fail(file, line, "%s%s%s", expr, msg ? ": " : "", msg ? msg : "");
}

static bool wanted(const struct test *test, int count, char **words)
{
	for (int i = 0; i < count; i++) {
		if (strstr(test->name, words[i]) != NULL)
			return true;
	}
	return count == 0;
}

static enum outcome run(const struct test *test)
{
	harness.running = test->name;
	harness.skipped = false;
	if (setjmp(harness.out) != 0)
		return OUTCOME_FAILED;
	test->run();
	return harness.skipped ? OUTCOME_SKIPPED : OUTCOME_PASSED;
}

int main(int argc, char **argv)
{
	unsigned count[OUTCOME_SKIPPED + 1] = { 0 };
	bool list = argc > 1 && strcmp(argv[1], "-l") == 0;

	setvbuf(stdout, NULL, _IOLBF, 0); /* a crash keeps what was printed before it */
	for (const struct test *test = harness.first; test != NULL; test = test->next) {
		if (list)
			puts(test->name);
		else if (wanted(test, argc - 1, argv + 1))
			count[run(test)]++;
	}
	if (list)
		return 0;
	printf("%u passed, %u failed, %u skipped\n", count[OUTCOME_PASSED], count[OUTCOME_FAILED],
	       count[OUTCOME_SKIPPED]);
	if (count[OUTCOME_PASSED] + count[OUTCOME_FAILED] + count[OUTCOME_SKIPPED] == 0) {
		puts("no test ran");
		return 1;
	}
	return count[OUTCOME_FAILED] > 0;
}
