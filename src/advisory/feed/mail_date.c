/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/mail_date.h"

#include "base/time.h"

static bool number(str text, uint64_t max, uint64_t *out)
{
	return text.n > 0 && text.n <= 4 && str_u64(text, out) && *out <= max;
}

static str word(str *rest)
{
	while (rest->n > 0 && is_space(*rest->p))
		*rest = str_skip(*rest, 1);
	size_t n = 0;
	while (n < rest->n && !is_space(rest->p[n]))
		n++;
	str w = str_take(*rest, n);
	*rest = str_skip(*rest, n);
	return w;
}

static bool month_of(str name, unsigned *out)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (unsigned i = 0; i < 12; i++) {
		if (str_ieq(name, str_of(names + (size_t)3 * i, 3))) {
			*out = i + 1;
			return true;
		}
	}
	return false;
}

static bool clock_of(str text, int64_t *seconds)
{
	uint64_t h, m, s;

	if (text.n != 8 || text.p[2] != ':' || text.p[5] != ':' ||
	    !number(str_take(text, 2), 23, &h) || !number(str_take(str_skip(text, 3), 2), 59, &m) ||
	    !number(str_skip(text, 6), 60, &s))
		return false;
	*seconds = (int64_t)(h * 3600 + m * 60 + s);
	return true;
}

static bool zone_of(str text, int64_t *seconds)
{
	uint64_t h, m;

	*seconds = 0;
	if (str_eq(text, STR("UTC")) || str_eq(text, STR("GMT")) || str_eq(text, STR("Z")))
		return true;
	if (text.n != 5 || (*text.p != '+' && *text.p != '-') ||
	    !number(str_take(str_skip(text, 1), 2), 14, &h) || !number(str_skip(text, 3), 59, &m))
		return false;
	*seconds = (int64_t)(h * 3600 + m * 60) * (*text.p == '-' ? -1 : 1);
	return true;
}

bool mail_date_parse(str text, int64_t *out)
{
	str rest = str_trim(text), first = word(&rest);
	str day_text = str_ends(first, STR(",")) ? word(&rest) : first;
	str month_text = word(&rest), year_text = word(&rest), clock_text = word(&rest);
	uint64_t day, year;
	unsigned month;
	int64_t clock, zone;

	if (!number(day_text, 31, &day) || day == 0 || !month_of(month_text, &month) ||
	    !number(year_text, 9999, &year) || year < 1970 || !clock_of(clock_text, &clock) ||
	    !zone_of(word(&rest), &zone) || str_trim(rest).n > 0)
		return false;
	*out = time_from_civil((int64_t)year, month, (unsigned)day) + clock - zone;
	return true;
}
