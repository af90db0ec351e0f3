/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/value.h"

#include "base/err.h"

#define COUNT_MAX	     1000000u
#define DURATION_MAX_SECONDS (10ull * 366 * 86400)

int value_duration(str text, int64_t *seconds, struct err *err)
{
	static const struct {
		char unit;
		uint64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	str digits = text;
	uint64_t n, unit = 1;

	for (size_t i = 0; i < ARRAY_LEN(units) && text.n > 0; i++) {
		if (text.p[text.n - 1] == units[i].unit) {
			unit = units[i].seconds;
			digits = str_drop_end(text, 1);
		}
	}
	if (!str_u64(digits, &n))
		return err_set(err, ERR_USAGE, "'%.*s' is no duration such as 90s, 5m, 1h or 7d",
			       STR_ARG(text));
	if (n > DURATION_MAX_SECONDS / unit)
		return err_set(err, ERR_USAGE, "'%.*s' is more than ten years", STR_ARG(text));
	*seconds = (int64_t)(n * unit);
	return 0;
}

int value_check_duration(str text, struct err *err)
{
	int64_t seconds;

	return value_duration(text, &seconds, err);
}

int value_check_count(str text, struct err *err)
{
	uint64_t n;

	if (!str_u64(text, &n) || n == 0 || n > COUNT_MAX)
		return err_set(err, ERR_USAGE, "'%.*s' is not a number from 1 to %u", STR_ARG(text),
			       COUNT_MAX);
	return 0;
}

int value_check_period(str text, struct err *err)
{
	int64_t seconds;

	if (value_duration(text, &seconds, err) < 0)
		return -1;
	if (seconds == 0)
		return err_set(err, ERR_USAGE, "'%.*s' is no time: at least 1s", STR_ARG(text));
	return 0;
}

int value_check_platform(str text, struct err *err)
{
	size_t parts = 0;
	bool empty = false;
	str rest = text, part;

	while (str_split(&rest, '/', &part)) {
		parts++;
		empty = empty || part.n == 0;
	}
	if (empty || parts < 2 || parts > 3)
		return err_set(err, ERR_USAGE,
			       "'%.*s' is no platform such as linux/amd64 or linux/arm/v7",
			       STR_ARG(text));
	return 0;
}
