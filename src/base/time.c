/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <time.h>

int64_t time_now(void) { return (int64_t)time(NULL); }

int64_t time_mono_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Proleptic Gregorian calendar; eras of 400 years of 146097 days, the year starts in March. */
int64_t time_from_civil(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return (era * 146097 + doe - 719468) * 86400;
}

struct civil {
	int64_t year;
	unsigned month, day;
};

static struct civil civil_from(int64_t t)
{
	int64_t days = (t >= 0 ? t : t - 86399) / 86400 + 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t doe = days - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	struct civil c = { .day = (unsigned)(doy - (153 * mp + 2) / 5 + 1),
			   .month = (unsigned)(mp < 10 ? mp + 3 : mp - 9) };

	c.year = yoe + era * 400 + (c.month <= 2);
	return c;
}

void time_to_civil(int64_t t, int64_t *year, unsigned *month, unsigned *day)
{
	struct civil c = civil_from(t);

	*year = c.year;
	*month = c.month;
	*day = c.day;
}

static bool take_digits(str *s, size_t count, unsigned *out)
{
	uint64_t v;

	if (s->n < count || !str_u64(str_take(*s, count), &v))
		return false;
	*out = (unsigned)v;
	*s = str_skip(*s, count);
	return true;
}

static bool take_char(str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_skip(*s, 1);
	return true;
}

static unsigned month_days(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* "Z", "z", "+hh:mm" or "-hh:mm"; all of s must be used. */
static bool take_zone(str s, int64_t *offset)
{
	bool minus = s.n && s.p[0] == '-';
	unsigned hours, minutes;

	*offset = 0;
	if (str_ieq(s, STR("Z")))
		return true;
	if (!take_char(&s, minus ? '-' : '+'))
		return false;
	if (!take_digits(&s, 2, &hours) || !take_char(&s, ':') || !take_digits(&s, 2, &minutes))
		return false;
	if (s.n || hours > 23 || minutes > 59)
		return false;
	*offset = ((int64_t)hours * 60 + minutes) * 60 * (minus ? -1 : 1);
	return true;
}

bool time_parse(str s, int64_t *out)
{
	unsigned year, month, day, hour, minute, second;
	int64_t t, offset;

	if (!take_digits(&s, 4, &year) || !take_char(&s, '-') || !take_digits(&s, 2, &month) ||
	    !take_char(&s, '-') || !take_digits(&s, 2, &day))
		return false;
	if (month < 1 || month > 12 || day < 1 || day > month_days(year, month))
		return false;
	t = time_from_civil(year, month, day);
	if (s.n == 0) {
		*out = t;
		return true;
	}
	if (!take_char(&s, 'T') && !take_char(&s, 't') && !take_char(&s, ' '))
		return false;
	if (!take_digits(&s, 2, &hour) || !take_char(&s, ':') || !take_digits(&s, 2, &minute) ||
	    !take_char(&s, ':') || !take_digits(&s, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	if (take_char(&s, '.')) {
		if (s.n == 0 || !is_digit(s.p[0]))
			return false;
		while (s.n && is_digit(s.p[0]))
			s = str_skip(s, 1);
	}
	if (!take_zone(s, &offset))
		return false;
	*out = t + ((int64_t)hour * 60 + minute) * 60 + second - offset;
	return true;
}

static int64_t clamp(int64_t t)
{
	int64_t least = time_from_civil(0, 1, 1), most = time_from_civil(10000, 1, 1) - 1;

	return t < least ? least : t > most ? most : t;
}

str time_format_date(struct arena *arena, int64_t t)
{
	struct civil c = civil_from(clamp(t));

	return str_fmt(arena, "%04d-%02u-%02u", (int)c.year, c.month, c.day);
}

str time_format(struct arena *arena, int64_t t)
{
	struct civil c;
	unsigned rest;

	t = clamp(t);
	c = civil_from(t);
	rest = (unsigned)(((t % 86400) + 86400) % 86400);
	return str_fmt(arena, "%04d-%02u-%02uT%02u:%02u:%02uZ", (int)c.year, c.month, c.day,
		       rest / 3600, rest / 60 % 60, rest % 60);
}
