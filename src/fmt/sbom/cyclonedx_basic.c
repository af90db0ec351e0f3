/* SPDX-License-Identifier: Apache-2.0 */
/* The basic types of the rules: texts of a certain form, and numbers. */
#include "base/time.h"
#include "fmt/licence/licence.h"
#include "fmt/sbom/cyclonedx_rule.h"

static bool is_hex(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); }
static bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

/* 8-4-4-4-12 digits in lower case. */
static bool is_uuid(str s)
{
	if (s.n != 36)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.p[i] != '-' : !is_lower_hex(s.p[i]))
			return false;
	}
	return true;
}

static bool is_urn_uuid(str s)
{
	return str_starts(s, STR("urn:uuid:")) && is_uuid(str_skip(s, 9));
}

static bool is_urn_uuid_xml(str s)
{
	return is_urn_uuid(s) || (str_starts(s, STR("{")) && str_ends(s, STR("}")) && s.n == 38 &&
				  is_uuid(str_take(str_skip(s, 1), 36)));
}

/* urn:cdx:UUID/VERSION, with #REF behind it for an element. */
static bool is_link(str s, bool element)
{
	str ref = STR_EMPTY, version;
	bool has_ref = str_cut(s, '#', &s, &ref);

	if (has_ref != element || (element && str_empty(ref)) || !str_starts(s, STR("urn:cdx:")) ||
	    !is_uuid(str_take(str_skip(s, 8), 36)))
		return false;
	version = str_skip(s, 44);
	if (version.n < 2 || version.p[0] != '/' || version.p[1] == '0')
		return false;
	for (size_t i = 1; i < version.n; i++) {
		if (!is_digit(version.p[i]))
			return false;
	}
	return true;
}

static bool is_bom_link(str s) { return is_link(s, false); }
static bool is_bom_link_element(str s) { return is_link(s, true); }

static bool is_hash(str s)
{
	if (s.n != 32 && s.n != 40 && s.n != 64 && s.n != 96 && s.n != 128)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_hex(s.p[i]))
			return false;
	}
	return true;
}

static bool is_media_part(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-' && c != '+' && c != '.')
			return false;
	}
	return s.n > 0;
}

static bool is_media_type(str s)
{
	str type, subtype;

	return str_cut(s, '/', &type, &subtype) && is_media_part(type) && is_media_part(subtype);
}

static bool is_upper_pair(str s)
{
	return s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' && s.p[1] <= 'Z';
}

static bool is_locale(str s)
{
	if (s.n < 2 || s.p[0] < 'a' || s.p[0] > 'z' || s.p[1] < 'a' || s.p[1] > 'z')
		return false;
	return s.n == 2 || (s.n == 5 && s.p[2] == '-' && is_upper_pair(str_skip(s, 3)));
}

static bool all_digits(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]))
			return false;
	}
	return s.n > 0;
}

static bool is_cre(str s)
{
	str a, b;

	return str_starts(s, STR("CRE:")) && str_cut(str_skip(s, 4), '-', &a, &b) &&
	       all_digits(a) && all_digits(b);
}

static bool is_patent_number(str s)
{
	if (s.n < 2 || s.n > 30 || !is_alnum(s.p[0]) || !is_alnum(s.p[s.n - 1]))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!is_alnum(c) && !is_space(c) && (c == 0 || !strchr("-/.()", c)))
			return false;
	}
	return true;
}

static bool is_zone(str s)
{
	if (str_eq(s, STR("Z")) || str_eq(s, STR("z")))
		return true;
	return s.n == 6 && (s.p[0] == '+' || s.p[0] == '-') && s.p[3] == ':' &&
	       all_digits(str_of(s.p + 1, 2)) && all_digits(str_of(s.p + 4, 2));
}

static bool is_date(str s)
{
	int64_t t;

	return s.n == 10 && time_parse(s, &t);
}

/* "2020-04-13T20:20:39.5+09:00"; XML may leave the zone out. */
static bool is_time(str s, bool need_zone)
{
	size_t end = 19;
	int64_t t;

	if (s.n < 19 || (s.p[10] != 'T' && s.p[10] != 't'))
		return false;
	if (end < s.n && s.p[end] == '.') {
		for (end++; end < s.n && is_digit(s.p[end]);)
			end++;
		if (end == 20)
			return false;
	}
	if (end == s.n)
		return !need_zone && is_date(str_take(s, 10)) && s.p[13] == ':' && s.p[16] == ':';
	return is_zone(str_skip(s, end)) && time_parse(s, &t);
}

static bool is_date_time(str s) { return is_time(s, true); }
static bool is_date_time_xml(str s) { return is_time(s, false); }

static bool is_date_xml(str s)
{
	return is_date(str_take(s, 10)) && (s.n == 10 || is_zone(str_skip(s, 10)));
}

static bool is_email(str s)
{
	ptrdiff_t at = str_rfind_char(s, '@');

	return at > 0 && (size_t)at + 1 < s.n && str_find_char(s, ' ') < 0;
}

/* A reference: what RFC 3987 never allows in one, and escapes that are none. */
static bool is_iri(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c == 0x7f || strchr("<>\"{}|\\^`", c))
			return false;
		if (c == '%' && (s.n - i < 3 || !is_hex(s.p[i + 1]) || !is_hex(s.p[i + 2])))
			return false;
	}
	return true;
}

static bool is_iri_absolute(str s)
{
	ptrdiff_t colon = str_find_char(s, ':');

	return colon > 0 && is_alpha(s.p[0]) && is_iri(s);
}

/* XML Schema takes nearly anything for an anyURI; a blank inside is where validators agree least.
 */
static bool is_uri(str s)
{
	(void)s;
	return true;
}

static bool is_xml_bool(str s)
{
	return str_eq(s, STR("true")) || str_eq(s, STR("false")) || str_eq(s, STR("1")) ||
	       str_eq(s, STR("0"));
}

static bool is_licence_id(str s)
{
	str id = licence_id(s), exception = licence_exception(s);

	return s.n > 0 && (str_eq(id, s) || str_eq(exception, s));
}

static bool is_cpe_part(str s)
{
	if (str_eq(s, STR("*")) || str_eq(s, STR("-")))
		return true;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\\' && i + 1 < s.n)
			i++;
		else if (!is_alnum(c) && (c == 0 || !strchr("-._?*", c)))
			return false;
	}
	return s.n > 0;
}

/* The next of the parts between colons; a quoted colon belongs to its part. */
static bool cpe_next(str *rest, str *part)
{
	size_t i = 0;

	if (!rest->p)
		return false;
	while (i < rest->n && rest->p[i] != ':')
		i += rest->p[i] == '\\' && i + 1 < rest->n ? 2 : 1;
	*part = str_take(*rest, i);
	*rest = i < rest->n ? str_skip(*rest, i + 1) : STR_EMPTY;
	return true;
}

static bool is_cpe_uri(str s)
{
	unsigned colons = 0;
	str rest = s;

	if (rest.n > 0 && strchr("AHOaho", rest.p[0]))
		rest = str_skip(rest, 1);
	if (rest.n > 0 && rest.p[0] != ':')
		return false;
	for (size_t i = 0; i < rest.n; i++) {
		colons += rest.p[i] == ':';
		if (!is_alnum(rest.p[i]) && (rest.p[i] == 0 || !strchr(":._-~%", rest.p[i])))
			return false;
	}
	return colons <= 6;
}

static bool is_cpe(str s)
{
	unsigned n = 0;
	str part;

	if (s.n >= 5 && str_ieq(str_take(s, 5), STR("cpe:/")))
		return is_cpe_uri(str_skip(s, 5));
	if (!str_starts(s, STR("cpe:2.3:")))
		return false;
	s = str_skip(s, 8);
	while (cpe_next(&s, &part)) {
		if (n++ == 0 ? part.n != 1 || part.p[0] == 0 || !strchr("aho*-", part.p[0])
			     : !is_cpe_part(part))
			return false;
	}
	return n == 11;
}

static bool is_str(str s)
{
	(void)s;
	return true;
}

static const struct {
	const char *name;
	bool (*test)(str);
} texts[] = {
	{ "bom-link", is_bom_link },
	{ "bom-link-element", is_bom_link_element },
	{ "country", is_upper_pair },
	{ "cpe-name", is_cpe },
	{ "cre", is_cre },
	{ "date", is_date },
	{ "date-time", is_date_time },
	{ "date-time-xml", is_date_time_xml },
	{ "date-xml", is_date_xml },
	{ "email", is_email },
	{ "hex-digest", is_hash },
	{ "iri", is_iri },
	{ "iri-absolute", is_iri_absolute },
	{ "licence-id", is_licence_id },
	{ "locale", is_locale },
	{ "media-type", is_media_type },
	{ "patent-number", is_patent_number },
	{ "str", is_str },
	{ "uri", is_uri },
	{ "urn-uuid", is_urn_uuid },
	{ "urn-uuid-xml", is_urn_uuid_xml },
	{ "xml-bool", is_xml_bool },
};

static bool (*text_test(str name))(str)
{
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (str_eq(name, str_c(texts[i].name)))
			return texts[i].test;
	}
	return NULL;
}

static bool is_other(str name)
{
	return str_eq(name, STR("int")) || str_eq(name, STR("num")) || str_eq(name, STR("bool")) ||
	       str_eq(name, STR("any")) || str_eq(name, STR("object")) || str_eq(name, STR("null"));
}

bool basic_find(str name)
{
	IGNORE(rule_bounds(&name)); /* has bounds or not */
	return text_test(name) != NULL || is_other(name);
}

static bool within(str bounds, double value)
{
	str least = bounds, most = STR_EMPTY;
	uint64_t limit;

	IGNORE(str_cut(bounds, ',', &least, &most)); /* empty without bounds */
	if (str_u64(least, &limit) && value < (double)limit)
		return false;
	return !str_u64(most, &limit) || value <= (double)limit;
}

static size_t length(str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static bool number_fits(str name, str bounds, const struct json *v)
{
	double value;
	int64_t whole;

	if (!json_double(v, &value))
		return false;
	if (str_eq(name, STR("int")) && !json_i64(v, &whole) &&
	    str_find_char(json_number(v), '.') >= 0)
		return false;
	return within(bounds, value);
}

bool basic_json(str expr, const struct json *v)
{
	str bounds = rule_bounds(&expr);
	bool (*test)(str) = text_test(expr);

	if (test)
		return json_is(v, JSON_STRING) && test(json_str(v)) &&
		       within(bounds, (double)length(json_str(v)));
	if (str_eq(expr, STR("any")))
		return true;
	if (str_eq(expr, STR("object")))
		return json_is(v, JSON_OBJECT);
	if (str_eq(expr, STR("bool")))
		return json_is(v, JSON_TRUE) || json_is(v, JSON_FALSE);
	if (str_eq(expr, STR("null")))
		return json_is(v, JSON_NULL);
	return json_is(v, JSON_NUMBER) && number_fits(expr, bounds, v);
}

/* Decimal digits with a sign and perhaps a point, as XML Schema writes numbers. */
static bool is_decimal(str s, bool whole)
{
	bool point = false;
	size_t digits = 0;

	if (s.n > 0 && (s.p[0] == '+' || s.p[0] == '-'))
		s = str_skip(s, 1);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && !point && !whole)
			point = true;
		else if (!is_digit(s.p[i]))
			return false;
		else
			digits++;
	}
	return digits > 0;
}

/* In XML white space around the others has no meaning. */
static bool keeps_space(str name)
{
	static const char *const kept[] = { "country", "cpe-name",	"cre", "licence-id",
					    "locale",  "patent-number", "str", "urn-uuid-xml" };

	for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
		if (str_eq(name, str_c(kept[i])))
			return true;
	}
	return false;
}

bool basic_text(str expr, str text)
{
	str bounds = rule_bounds(&expr);
	bool (*test)(str) = text_test(expr);
	char number[64];

	if (test)
		return test(keeps_space(expr) ? text : str_trim(text)) &&
		       within(bounds, (double)length(text));
	if (str_eq(expr, STR("any")))
		return true;
	text = str_trim(text);
	if (!is_decimal(text, str_eq(expr, STR("int"))) || text.n >= sizeof(number))
		return false;
	memcpy(number, text.p, text.n);
	number[text.n] = 0;
	return within(bounds, strtod(number, NULL));
}
