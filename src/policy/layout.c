/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/layout.h"

#include "base/time.h"
#include "policy/layout_internal.h"
#include "policy/zone.h"

const char *const layout_weekdays[7] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
					 "Thursday", "Friday", "Saturday" };
const char *const layout_months[12] = { "January",   "February", "March",    "April",
					"May",	     "June",	 "July",     "August",
					"September", "October",	 "November", "December" };

static const struct {
	const char *text;
	enum piece piece;
	bool not_before_small; /* no small letter may follow */
} tokens[] = {
	/* longer ones first */
	{ "January", PIECE_MONTH_LONG, false },
	{ "Jan", PIECE_MONTH_SHORT, true },
	{ "Monday", PIECE_WEEKDAY_LONG, false },
	{ "Mon", PIECE_WEEKDAY_SHORT, true },
	{ "MST", PIECE_ZONE_NAME, false },
	{ "002", PIECE_YEAR_DAY_ZERO, false },
	{ "01", PIECE_MONTH_ZERO, false },
	{ "02", PIECE_DAY_ZERO, false },
	{ "03", PIECE_HOUR12_ZERO, false },
	{ "04", PIECE_MINUTE_ZERO, false },
	{ "05", PIECE_SECOND_ZERO, false },
	{ "06", PIECE_YEAR_SHORT, false },
	{ "15", PIECE_HOUR, false },
	{ "1", PIECE_MONTH, false },
	{ "2006", PIECE_YEAR, false },
	{ "2", PIECE_DAY, false },
	{ "__2", PIECE_YEAR_DAY_BLANK, false },
	{ "_2", PIECE_DAY_BLANK, false },
	{ "3", PIECE_HOUR12, false },
	{ "4", PIECE_MINUTE, false },
	{ "5", PIECE_SECOND, false },
	{ "PM", PIECE_PM, false },
	{ "pm", PIECE_PM_SMALL, false },
	{ "-07:00:00", PIECE_OFFSET, false },
	{ "-070000", PIECE_OFFSET, false },
	{ "-07:00", PIECE_OFFSET, false },
	{ "-0700", PIECE_OFFSET, false },
	{ "-07", PIECE_OFFSET, false },
	{ "Z07:00:00", PIECE_OFFSET, false },
	{ "Z070000", PIECE_OFFSET, false },
	{ "Z07:00", PIECE_OFFSET, false },
	{ "Z0700", PIECE_OFFSET, false },
	{ "Z07", PIECE_OFFSET, false },
};

str layout_named(str name)
{
	static const char *const names[][2] = {
		{ "ANSIC", "Mon Jan _2 15:04:05 2006" },
		{ "UnixDate", "Mon Jan _2 15:04:05 MST 2006" },
		{ "RubyDate", "Mon Jan 02 15:04:05 -0700 2006" },
		{ "RFC822", "02 Jan 06 15:04 MST" },
		{ "RFC822Z", "02 Jan 06 15:04 -0700" },
		{ "RFC850", "Monday, 02-Jan-06 15:04:05 MST" },
		{ "RFC1123", "Mon, 02 Jan 2006 15:04:05 MST" },
		{ "RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700" },
		{ "RFC3339", "2006-01-02T15:04:05Z07:00" },
		{ "RFC3339Nano", "2006-01-02T15:04:05.999999999Z07:00" },
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(name, str_c(names[i][0])))
			return str_c(names[i][1]);
	return name;
}

/* ".000" or ".999" at the start of s, no digit behind it. */
static enum piece fraction_at(str s, str *token)
{
	size_t n = 1;

	if (s.n < 2 || (s.p[0] != '.' && s.p[0] != ',') || (s.p[1] != '0' && s.p[1] != '9'))
		return PIECE_NONE;
	while (n < s.n && s.p[n] == s.p[1])
		n++;
	if (n < s.n && is_digit(s.p[n]))
		return PIECE_NONE;
	*token = str_take(s, n);
	return s.p[1] == '0' ? PIECE_FRACTION_ZERO : PIECE_FRACTION_NINE;
}

static enum piece piece_at(str s, str *token)
{
	for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
		str text = str_c(tokens[i].text);
		char next = s.n > text.n ? s.p[text.n] : '\0';

		if (!str_starts(s, text) ||
		    (tokens[i].not_before_small && next >= 'a' && next <= 'z'))
			continue;
		/* "_2006" is an underscore and a year. */
		if (tokens[i].piece == PIECE_DAY_BLANK && str_starts(str_skip(s, 1), STR("2006")))
			return PIECE_NONE;
		*token = text;
		return tokens[i].piece;
	}
	return fraction_at(s, token);
}

bool layout_next(str *layout, str *before, enum piece *piece, str *token)
{
	str all = *layout;

	if (all.n == 0)
		return false;
	*token = STR_EMPTY;
	for (size_t i = 0; i < all.n; i++) {
		*piece = piece_at(str_skip(all, i), token);
		if (*piece != PIECE_NONE) {
			*before = str_take(all, i);
			*layout = str_skip(all, i + token->n);
			return true;
		}
	}
	*before = all;
	*piece = PIECE_NONE;
	*layout = STR_EMPTY;
	return true;
}

struct moment {
	int64_t year;
	unsigned month, day, year_day, weekday, hour, minute, second;
	uint32_t ns;
	struct zone_offset zone;
};

static struct moment moment_of(int64_t t, uint32_t ns, const struct zone *zone)
{
	struct moment m = { .ns = ns, .zone = zone_at(zone, t) };
	int64_t local = t + m.zone.seconds, days = local / 86400, rest = local % 86400;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	time_to_civil(local, &m.year, &m.month, &m.day);
	m.year_day = (unsigned)(days - time_from_civil(m.year, 1, 1) / 86400) + 1;
	m.weekday = (unsigned)(((days + 4) % 7 + 7) % 7);
	m.hour = (unsigned)(rest / 3600);
	m.minute = (unsigned)(rest / 60 % 60);
	m.second = (unsigned)(rest % 60);
	return m;
}

static void put_offset(int32_t offset, str token, struct buf *out)
{
	unsigned n = (unsigned)(offset < 0 ? -offset : offset);
	const char *colon = str_find_char(token, ':') >= 0 ? ":" : "";

	if (token.p[0] == 'Z' && offset == 0) {
		buf_byte(out, 'Z');
		return;
	}
	buf_fmt(out, "%c%02u", offset < 0 ? '-' : '+', n / 3600);
	if (token.n > 3)
		buf_fmt(out, "%s%02u", colon, n / 60 % 60);
	if (token.n > 6)
		buf_fmt(out, "%s%02u", colon, n % 60);
}

static void put_fraction(uint32_t ns, str token, bool trim, struct buf *out)
{
	char digits[10];
	size_t n = token.n - 1 < 9 ? token.n - 1 : 9;

	snprintf(digits, sizeof(digits), "%09u", ns % 1000000000u);
	while (trim && n > 0 && digits[n - 1] == '0')
		n--;
	if (n)
		buf_fmt(out, "%c%.*s", token.p[0], (int)n, digits);
}

static void put_date(const struct moment *m, enum piece piece, struct buf *out)
{
	int64_t year = m->year < 0 ? -m->year : m->year;

	switch (piece) {
	case PIECE_YEAR:
		buf_fmt(out, "%s%04u", m->year < 0 ? "-" : "", (unsigned)year);
		break;
	case PIECE_YEAR_SHORT:
		buf_fmt(out, "%02u", (unsigned)(year % 100));
		break;
	case PIECE_MONTH_LONG:
		buf_add(out, str_c(layout_months[m->month - 1]));
		break;
	case PIECE_MONTH_SHORT:
		buf_add(out, str_take(str_c(layout_months[m->month - 1]), 3));
		break;
	case PIECE_WEEKDAY_LONG:
		buf_add(out, str_c(layout_weekdays[m->weekday]));
		break;
	case PIECE_WEEKDAY_SHORT:
		buf_add(out, str_take(str_c(layout_weekdays[m->weekday]), 3));
		break;
	case PIECE_MONTH:
	case PIECE_MONTH_ZERO:
		buf_fmt(out, piece == PIECE_MONTH ? "%u" : "%02u", m->month);
		break;
	case PIECE_DAY:
	case PIECE_DAY_ZERO:
		buf_fmt(out, piece == PIECE_DAY ? "%u" : "%02u", m->day);
		break;
	case PIECE_DAY_BLANK:
		buf_fmt(out, "%2u", m->day);
		break;
	default:
		buf_fmt(out, piece == PIECE_YEAR_DAY_BLANK ? "%3u" : "%03u", m->year_day);
	}
}

static void put_clock(const struct moment *m, enum piece piece, struct buf *out)
{
	unsigned hour12 = m->hour % 12 ? m->hour % 12 : 12;

	switch (piece) {
	case PIECE_HOUR:
		buf_fmt(out, "%02u", m->hour);
		break;
	case PIECE_HOUR12:
	case PIECE_HOUR12_ZERO:
		buf_fmt(out, piece == PIECE_HOUR12 ? "%u" : "%02u", hour12);
		break;
	case PIECE_MINUTE:
	case PIECE_MINUTE_ZERO:
		buf_fmt(out, piece == PIECE_MINUTE ? "%u" : "%02u", m->minute);
		break;
	case PIECE_SECOND:
	case PIECE_SECOND_ZERO:
		buf_fmt(out, piece == PIECE_SECOND ? "%u" : "%02u", m->second);
		break;
	case PIECE_PM:
		buf_add(out, m->hour >= 12 ? STR("PM") : STR("AM"));
		break;
	default:
		buf_add(out, m->hour >= 12 ? STR("pm") : STR("am"));
	}
}

void layout_format(str layout, int64_t t, uint32_t ns, const struct zone *zone, struct buf *out)
{
	struct moment m = moment_of(t, ns, zone);
	enum piece piece;
	str before, token;

	while (layout_next(&layout, &before, &piece, &token)) {
		buf_add(out, before);
		if (piece == PIECE_NONE)
			continue;
		if (piece == PIECE_OFFSET)
			put_offset(m.zone.seconds, token, out);
		else if (piece == PIECE_ZONE_NAME)
			buf_add(out, str_c(m.zone.name));
		else if (piece == PIECE_FRACTION_ZERO || piece == PIECE_FRACTION_NINE)
			put_fraction(m.ns, token, piece == PIECE_FRACTION_NINE, out);
		else if (piece >= PIECE_HOUR && piece != PIECE_YEAR && piece != PIECE_YEAR_SHORT)
			put_clock(&m, piece, out);
		else
			put_date(&m, piece, out);
	}
}
