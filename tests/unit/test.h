/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Unit tests. One executable per file tests/unit/<module>.c:
 *
 *	TEST(apk_names_the_bad_line)
 *	{
 *		struct err err;
 *
 *		CHECK_FAIL(run_apk(STR("P:musl\nbroken\n"), scratch, &err));
 *		CHECK_STR(err.msg, "line 2: expected 'X:value'");
 *	}
 *
 * A test registers itself and runs in the order of the file. A check that fails prints file, line
 * and both values and ends its test; the next one goes on. It leaves with longjmp, so AUTO()
 * variables of a failing test are not cleaned up, and checks belong to the thread the test runs on.
 *
 * The program runs all tests, or those whose names contain one of its arguments; -l lists them. Its
 * last line is "N passed, N failed, N skipped"; it exits 1 on a failure or if nothing ran.
 */
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* Built with AddressSanitizer, by gcc or clang. */
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

struct test {
	const char *name;
	void (*run)(void);
	struct test *next;
};

/* Called by TEST() before main; the storage is the caller's and stays. */
void test_register(struct test *test);

/* test_fail ends the running test, test_skip marks it. Text goes to stdout. */
_Noreturn void test_fail(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void test_skip(const char *reason, ...) __attribute__((format(printf, 1, 2)));

/* What the CHECK macros call. */
void test_int(const char *file, int line, const char *expr, long long got, long long want);
void test_cstr(const char *file, int line, const char *expr, const char *got, const char *want);
void test_str(const char *file, int line, const char *expr, str got, str want);
void test_ok(const char *file, int line, const char *expr, bool ok, const char *msg);

#define TEST(id)                                                             \
	static void case_##id(void);                                         \
	__attribute__((constructor)) static void case_register_##id(void)    \
	{                                                                    \
		static struct test test = { .name = #id, .run = case_##id }; \
		test_register(&test);                                        \
	}                                                                    \
	static void case_##id(void)

#define CHECK(cond)                                                 \
	do {                                                        \
		if (!(cond))                                        \
			test_fail(__FILE__, __LINE__, "%s", #cond); \
	} while (0)

/* Integers of any kind, compared as long long. */
#define CHECK_INT(got, want) test_int(__FILE__, __LINE__, #got, (long long)(got), (long long)(want))

/* NUL-terminated strings; NULL equals only NULL. */
#define CHECK_STR(got, want) test_cstr(__FILE__, __LINE__, #got, (got), (want))

/* A str against a literal, and a str against a str. */
#define CHECK_STRV(got, literal)    test_str(__FILE__, __LINE__, #got, (got), STR(literal))
#define CHECK_STR_EQ(got, want_str) test_str(__FILE__, __LINE__, #got, (got), (want_str))

/*
 * A call that must succeed or fail: an integer fails below 0, a pointer when NULL, a bool when
 * false. CHECK_OK wants a `struct err err` in scope and prints its msg.
 */
#define CHECK_OK(call)	 test_ok(__FILE__, __LINE__, #call, TEST_SUCCEEDED(call), err.msg)
#define CHECK_FAIL(call) test_ok(__FILE__, __LINE__, #call " fails", !TEST_SUCCEEDED(call), NULL)

#define TEST_SUCCEEDED(call)             \
	_Generic((call), bool            \
		 : test_bool, int        \
		 : test_count, long      \
		 : test_count, long long \
		 : test_count, default   \
		 : test_pointer)(call)

static inline bool test_bool(bool value) { return value; }
static inline bool test_count(long long value) { return value >= 0; }
static inline bool test_pointer(const void *value) { return value != NULL; }

/* In the body of a test: returns from it; the reason is printed and counted. */
#define SKIP(...)                       \
	do {                            \
		test_skip(__VA_ARGS__); \
		return;                 \
	} while (0)
