/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include "test.h"

static void parses(const char *text, int64_t want)
{
	int64_t got = -1;

	CHECK(time_parse(str_c(text), &got));
	CHECK_INT(got, want);
}

TEST(dates_and_times_are_read)
{
	parses("1970-01-01", 0);
	parses("1970-01-01T00:00:00Z", 0);
	parses("2000-02-29T12:30:15Z", 951827415);
	parses("2026-11-22T01:02:03.999+09:00", 1795276923);
	parses("2026-11-21T16:02:03z", 1795276923);
	parses("0001-01-01T00:00:00Z", -62135596800);
}

TEST(what_is_no_date_is_refused)
{
	static const char *const bad[] = { "",
					   "2026",
					   "2026-13-01",
					   "2026-02-29",
					   "2026-00-10",
					   "2026-11-22T",
					   "2026-11-22T1",
					   "2026-11-22T25:00:00Z",
					   "2026-11-22T00:00:00",
					   "2026-11-22x",
					   "2026-11-22T00:00:00.Z" };
	int64_t t;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (time_parse(str_c(bad[i]), &t))
			test_fail(__FILE__, __LINE__, "accepted %s", bad[i]);
}

TEST(times_are_written_as_they_are_read)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(time_format(arena, 951827415), "2000-02-29T12:30:15Z");
	CHECK_STRV(time_format(arena, -1), "1969-12-31T23:59:59Z");
	CHECK_STRV(time_format_date(arena, 1795276923), "2026-11-21");
	CHECK_STRV(time_format(arena, INT64_MAX), "9999-12-31T23:59:59Z");
	CHECK_STRV(time_format(arena, INT64_MIN), "0000-01-01T00:00:00Z");
	for (int64_t t = -62135596800; t < 200000000000; t += 86400 * 97 + 12345) {
		int64_t back = 0;

		CHECK(time_parse(time_format(arena, t), &back));
		CHECK_INT(back, t);
	}
}
