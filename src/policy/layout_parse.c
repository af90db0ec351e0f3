/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/time.h"
#include "policy/layout_internal.h"

struct reader {
	str rest;
	int64_t year, offset;
	unsigned month, day, year_day, hour, minute, second;
	uint32_t ns;
	bool pm, am, has_year_day, out_of_range;
};

/* 1 to `most` digits; exactly `most` when `fixed`. */
static bool take_digits(struct reader *r, size_t most, bool fixed, unsigned *out)
{
	size_t n = 0;

	*out = 0;
	while (n < most && n < r->rest.n && is_digit(r->rest.p[n]))
		*out = *out * 10 + (unsigned)(r->rest.p[n++] - '0');
	if (n == 0 || (fixed && n < most))
		return false;
	r->rest = str_skip(r->rest, n);
	return true;
}

static bool take_name(struct reader *r, const char *const *names, unsigned n, size_t length,
		      unsigned *out)
{
	for (unsigned i = 0; i < n; i++) {
		str name = length ? str_take(str_c(names[i]), length) : str_c(names[i]);

		if (!str_ieq(str_take(r->rest, name.n), name))
			continue;
		r->rest = str_skip(r->rest, name.n);
		*out = i;
		return true;
	}
	return false;
}

static void skip_blanks(struct reader *r)
{
	while (r->rest.n && r->rest.p[0] == ' ')
		r->rest = str_skip(r->rest, 1);
}

static bool in_range(struct reader *r, unsigned v, unsigned low, unsigned high)
{
	if (v < low || v > high)
		r->out_of_range = true;
	return !r->out_of_range;
}

static bool take_offset(struct reader *r, str token)
{
	unsigned part[3] = { 0 };
	bool colon = str_find_char(token, ':') >= 0, minus;
	unsigned parts = token.n > 6 ? 3 : token.n > 3 ? 2 : 1;

	if (token.p[0] == 'Z' && r->rest.n && r->rest.p[0] == 'Z') {
		r->rest = str_skip(r->rest, 1);
		r->offset = 0;
		return true;
	}
	if (r->rest.n == 0 || (r->rest.p[0] != '+' && r->rest.p[0] != '-'))
		return false;
	minus = r->rest.p[0] == '-';
	r->rest = str_skip(r->rest, 1);
	for (unsigned i = 0; i < parts; i++) {
		if (i && colon) {
			if (r->rest.n == 0 || r->rest.p[0] != ':')
				return false;
			r->rest = str_skip(r->rest, 1);
		}
		if (!take_digits(r, 2, true, &part[i]))
			return false;
	}
	r->offset = (int64_t)(part[0] * 3600 + part[1] * 60 + part[2]) * (minus ? -1 : 1);
	return in_range(r, part[0], 0, 24) && in_range(r, part[1], 0, 59) &&
	       in_range(r, part[2], 0, 59);
}

/* Three or four capitals; an abbreviation alone says nothing of the offset but "GMT+3" does. */
static bool take_zone_name(struct reader *r)
{
	size_t n = 0;
	unsigned hours;
	bool minus;

	while (n < r->rest.n && n < 5 && r->rest.p[n] >= 'A' && r->rest.p[n] <= 'Z')
		n++;
	if (n < 3)
		return false;
	minus = r->rest.n > n && r->rest.p[n] == '-';
	if (str_eq(str_take(r->rest, n), STR("GMT")) && r->rest.n > n + 1 &&
	    (minus || r->rest.p[n] == '+')) {
		r->rest = str_skip(r->rest, n + 1);
		if (!take_digits(r, 2, false, &hours))
			return false;
		r->offset = (int64_t)hours * 3600 * (minus ? -1 : 1);
		return in_range(r, hours, 0, 23);
	}
	r->rest = str_skip(r->rest, n);
	return true;
}

/* Digits behind a point that is at the start of what is left; as many as the text has. */
static bool take_fraction(struct reader *r, size_t wanted)
{
	uint32_t ns = 0;
	size_t n = 1;

	if (r->rest.n < 2 || (r->rest.p[0] != '.' && r->rest.p[0] != ',') ||
	    !is_digit(r->rest.p[1]))
		return false;
	while (n < r->rest.n && is_digit(r->rest.p[n]) && (wanted == 0 || n <= wanted)) {
		if (n <= 9)
			ns = ns * 10 + (uint32_t)(r->rest.p[n] - '0');
		n++;
	}
	if (wanted && n != wanted + 1)
		return false;
	for (size_t i = n; i <= 9; i++)
		ns *= 10;
	r->ns = ns;
	r->rest = str_skip(r->rest, n);
	return true;
}

static bool take_date(struct reader *r, enum piece piece)
{
	unsigned v = 0;

	switch (piece) {
	case PIECE_YEAR:
		if (!take_digits(r, 4, true, &v))
			return false;
		r->year = v;
		return true;
	case PIECE_YEAR_SHORT:
		if (!take_digits(r, 2, true, &v))
			return false;
		r->year = v >= 69 ? 1900 + (int64_t)v : 2000 + (int64_t)v;
		return true;
	case PIECE_MONTH_LONG:
	case PIECE_MONTH_SHORT:
		if (!take_name(r, layout_months, 12, piece == PIECE_MONTH_LONG ? 0 : 3, &v))
			return false;
		r->month = v + 1;
		return true;
	case PIECE_WEEKDAY_LONG:
	case PIECE_WEEKDAY_SHORT:
		return take_name(r, layout_weekdays, 7, piece == PIECE_WEEKDAY_LONG ? 0 : 3, &v);
	case PIECE_MONTH:
	case PIECE_MONTH_ZERO:
		return take_digits(r, 2, piece == PIECE_MONTH_ZERO, &r->month) &&
		       in_range(r, r->month, 1, 12);
	case PIECE_YEAR_DAY_BLANK:
	case PIECE_YEAR_DAY_ZERO:
		skip_blanks(r);
		r->has_year_day = true;
		return take_digits(r, 3, false, &r->year_day);
	default:
		if (piece == PIECE_DAY_BLANK)
			skip_blanks(r);
		return take_digits(r, 2, piece == PIECE_DAY_ZERO, &r->day);
	}
}

static bool take_clock(struct reader *r, enum piece piece)
{
	switch (piece) {
	case PIECE_HOUR:
		return take_digits(r, 2, false, &r->hour) && in_range(r, r->hour, 0, 23);
	case PIECE_HOUR12:
	case PIECE_HOUR12_ZERO:
		return take_digits(r, 2, piece == PIECE_HOUR12_ZERO, &r->hour) &&
		       in_range(r, r->hour, 0, 12);
	case PIECE_MINUTE:
	case PIECE_MINUTE_ZERO:
		return take_digits(r, 2, piece == PIECE_MINUTE_ZERO, &r->minute) &&
		       in_range(r, r->minute, 0, 59);
	case PIECE_SECOND:
	case PIECE_SECOND_ZERO:
		return take_digits(r, 2, piece == PIECE_SECOND_ZERO, &r->second) &&
		       in_range(r, r->second, 0, 59);
	default:
		r->pm = str_eq(str_take(r->rest, 2), piece == PIECE_PM ? STR("PM") : STR("pm"));
		r->am = str_eq(str_take(r->rest, 2), piece == PIECE_PM ? STR("AM") : STR("am"));
		r->rest = str_skip(r->rest, 2);
		return r->pm || r->am;
	}
}

static bool take_piece(struct reader *r, enum piece piece, str token, str layout)
{
	bool fraction_follows = layout.n > 1 && (layout.p[0] == '.' || layout.p[0] == ',') &&
				(layout.p[1] == '0' || layout.p[1] == '9');

	switch (piece) {
	case PIECE_OFFSET:
		return take_offset(r, token);
	case PIECE_ZONE_NAME:
		return take_zone_name(r);
	case PIECE_FRACTION_ZERO:
		return take_fraction(r, token.n - 1);
	case PIECE_FRACTION_NINE:
		/* May be left out. */
		return take_fraction(r, 0) || r->rest.n == 0 ||
		       (r->rest.p[0] != '.' && r->rest.p[0] != ',');
	default:
		break;
	}
	if (piece < PIECE_HOUR || piece == PIECE_YEAR || piece == PIECE_YEAR_SHORT)
		return take_date(r, piece);
	if (!take_clock(r, piece))
		return false;
	/* Seconds may have a fraction that the layout does not show. */
	if ((piece == PIECE_SECOND || piece == PIECE_SECOND_ZERO) && !fraction_follows &&
	    r->rest.n > 1 && (r->rest.p[0] == '.' || r->rest.p[0] == ',') && is_digit(r->rest.p[1]))
		return take_fraction(r, 0);
	return true;
}

static unsigned month_days(int64_t year, unsigned month)
{
	int64_t next =
		month == 12 ? time_from_civil(year + 1, 1, 1) : time_from_civil(year, month + 1, 1);

	return (unsigned)((next - time_from_civil(year, month, 1)) / 86400);
}

static int finish(struct reader *r, str text, int64_t *t, uint32_t *ns, struct err *err)
{
	int64_t days;

	if (r->has_year_day) {
		days = time_from_civil(r->year, 1, 1) / 86400 + r->year_day - 1;
		if (r->year_day < 1 || days >= time_from_civil(r->year + 1, 1, 1) / 86400)
			return err_set(err, ERR_INPUT,
				       "parsing time \"%.*s\": day-of-year out of range",
				       STR_ARG(str_take(text, 100)));
	} else {
		if (r->day < 1 || r->day > month_days(r->year, r->month))
			return err_set(err, ERR_INPUT, "parsing time \"%.*s\": day out of range",
				       STR_ARG(str_take(text, 100)));
		days = time_from_civil(r->year, r->month, r->day) / 86400;
	}
	if (r->pm && r->hour < 12)
		r->hour += 12;
	else if (r->am && r->hour == 12)
		r->hour = 0;
	*t = days * 86400 + r->hour * 3600 + r->minute * 60 + r->second - r->offset;
	*ns = r->ns;
	return 0;
}

int layout_parse(str layout, str text, int64_t *t, uint32_t *ns, struct err *err)
{
	struct reader r = { .rest = text, .month = 1, .day = 1 };
	str whole = layout, before, token;
	enum piece piece;

	while (layout_next(&layout, &before, &piece, &token)) {
		bool ok = str_starts(r.rest, before);

		r.rest = str_skip(r.rest, before.n);
		if (ok && piece != PIECE_NONE)
			ok = take_piece(&r, piece, token, layout);
		if (!ok)
			return err_set(
				err, ERR_INPUT,
				r.out_of_range
					? "parsing time \"%.*s\": a part out of range for \"%.*s\""
					: "parsing time \"%.*s\" as \"%.*s\": cannot parse",
				STR_ARG(str_take(text, 100)), STR_ARG(str_take(whole, 100)));
	}
	if (r.rest.n)
		return err_set(err, ERR_INPUT, "parsing time \"%.*s\": extra text: \"%.*s\"",
			       STR_ARG(str_take(text, 100)), STR_ARG(str_take(r.rest, 100)));
	return finish(&r, text, t, ns, err);
}
