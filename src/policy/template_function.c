/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of report templates over texts; those over lists and numbers: template_list.c. */
#include <openssl/evp.h>

#include "base/base64.h"
#include "base/err.h"
#include "fmt/syntax/regex.h"
#include "policy/encoding.h"
#include "policy/layout.h"
#include "policy/number.h"
#include "policy/template_library.h"
#include "policy/zone.h"

#include "base/time.h"

str template_text(struct template_run *run, const struct value *v)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	const struct template_value shown = { .value = *v };

	if (v->type == VALUE_STRING)
		return value_text(v);
	if (v->type == VALUE_NULL)
		return STR_EMPTY;
	buf_init(&b, TEMPLATE_MAX_TEXT);
	template_print(&shown, &b);
	return str_dup(run->arena, buf_str(&b));
}

int template_take(struct template_run *run, struct buf *b, struct value *out)
{
	str text = str_dup(run->arena, buf_str(b));
	bool whole = !b->overflow;

	buf_done(b);
	if (!whole)
		return err_set(run->err, ERR_LIMIT, "template: a text of more than %u bytes",
			       TEMPLATE_MAX_TEXT);
	run->steps += (unsigned)(text.n / 4096); /* long texts are work */
	*out = value_str(text);
	return 1;
}

#define ARGS	struct template_run *run, const struct value *args, size_t n, struct value *out
#define TEXT(i) template_text(run, &args[i])

static int give(struct value *out, struct value v)
{
	*out = v;
	return 1;
}

/* ---- letters ---- */

static int change_case(struct template_run *run, str s, bool up, bool words, struct value *out)
{
	struct buf b;
	bool start = true;

	buf_init(&b, TEMPLATE_MAX_TEXT);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool small = c >= 'a' && c <= 'z', large = c >= 'A' && c <= 'Z';

		if (small && up && (!words || start))
			c = (char)(c - 32);
		else if (large && !up)
			c = (char)(c + 32);
		start = is_space(s.p[i]);
		buf_byte(&b, c);
	}
	return template_take(run, &b, out);
}

static int f_upper(ARGS) { return (void)n, change_case(run, TEXT(0), true, false, out); }
static int f_lower(ARGS) { return (void)n, change_case(run, TEXT(0), false, false, out); }
static int f_title(ARGS) { return (void)n, change_case(run, TEXT(0), true, true, out); }
static int f_trim(ARGS) { return (void)n, give(out, value_str(str_trim(TEXT(0)))); }

static int f_trim_all(ARGS)
{
	str set = TEXT(0), s = TEXT(1);

	(void)n;
	while (s.n > 0 && str_find_char(set, s.p[0]) >= 0)
		s = str_skip(s, 1);
	while (s.n > 0 && str_find_char(set, s.p[s.n - 1]) >= 0)
		s = str_drop_end(s, 1);
	return give(out, value_str(s));
}

static int f_trim_prefix(ARGS)
{
	return (void)n, give(out, value_str(str_without_prefix(TEXT(1), TEXT(0))));
}

static int f_trim_suffix(ARGS)
{
	return (void)n, give(out, value_str(str_without_suffix(TEXT(1), TEXT(0))));
}

static int f_contains(ARGS)
{
	return (void)n, give(out, value_bool(str_find(TEXT(1), TEXT(0)) >= 0));
}

static int f_has_prefix(ARGS)
{
	return (void)n, give(out, value_bool(str_starts(TEXT(1), TEXT(0))));
}

static int f_has_suffix(ARGS) { return (void)n, give(out, value_bool(str_ends(TEXT(1), TEXT(0)))); }

static int f_replace(ARGS)
{
	str old = TEXT(0), new = TEXT(1), s = TEXT(2);
	ptrdiff_t at;
	struct buf b;

	(void)n;
	if (old.n == 0)
		return give(out, value_str(s));
	buf_init(&b, TEMPLATE_MAX_TEXT);
	while ((at = str_find(s, old)) >= 0 && !b.overflow) {
		buf_add(&b, str_take(s, (size_t)at));
		buf_add(&b, new);
		s = str_skip(s, (size_t)at + old.n);
	}
	buf_add(&b, s);
	return template_take(run, &b, out);
}

static int f_repeat(ARGS)
{
	str s = TEXT(1);
	int64_t times;
	struct buf b;

	(void)n;
	if (!number_i64(&args[0], &times) || times < 0)
		return template_fail(run, "not a number of times", TEXT(0));
	buf_init(&b, TEMPLATE_MAX_TEXT);
	for (int64_t i = 0; i < times && s.n > 0 && !b.overflow; i++)
		buf_add(&b, s);
	return template_take(run, &b, out);
}

/* The first `count` characters. */
static str head(str s, int64_t count)
{
	size_t at = 0;
	uint32_t cp;

	for (int64_t i = 0; i < count && at < s.n; i++) {
		size_t n = utf8_decode(s.p + at, s.n - at, &cp);

		at += n ? n : 1;
	}
	return str_take(s, at);
}

static int f_abbrev(ARGS)
{
	str s = TEXT(1);
	int64_t width;

	(void)n;
	if (!number_i64(&args[0], &width))
		return template_fail(run, "not a width", TEXT(0));
	if (width < 4 || (int64_t)utf8_count(s) <= width)
		return give(out, value_str(s));
	return give(out, value_str(str_cat(run->arena, head(s, width - 3), STR("..."))));
}

static int f_trunc(ARGS)
{
	str s = TEXT(1);
	int64_t width, all = (int64_t)utf8_count(s);

	(void)n;
	if (!number_i64(&args[0], &width))
		return template_fail(run, "not a width", TEXT(0));
	if (width < 0)
		s = -width < all ? str_skip(s, head(s, all + width).n) : s;
	else
		s = head(s, width);
	return give(out, value_str(s));
}

static int f_indent(ARGS)
{
	str rest = TEXT(1), line;
	bool first = true;
	int64_t width;
	struct buf b;

	(void)n;
	if (!number_i64(&args[0], &width) || width < 0 || width > 1000)
		return template_fail(run, "not a width", TEXT(0));
	buf_init(&b, TEMPLATE_MAX_TEXT);
	while (str_split(&rest, '\n', &line) && !b.overflow) {
		buf_fmt(&b, "%s%*s", first ? "" : "\n", (int)width, "");
		buf_add(&b, line);
		first = false;
	}
	return template_take(run, &b, out);
}

static int f_nindent(ARGS)
{
	if (f_indent(run, args, n, out) < 0)
		return -1;
	return give(out, value_str(str_cat(run->arena, STR("\n"), value_text(out))));
}

static int f_quote(ARGS)
{
	struct buf b;

	buf_init(&b, TEMPLATE_MAX_TEXT);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_byte(&b, ' ');
		value_quote(&b, TEXT(i));
	}
	return template_take(run, &b, out);
}

static int f_squote(ARGS)
{
	(void)n;
	return give(out, value_str(str_cat(run->arena, str_cat(run->arena, STR("'"), TEXT(0)),
					   STR("'"))));
}

static int f_to_string(ARGS) { return (void)n, give(out, value_str(TEXT(0))); }

static int f_end_with_period(ARGS)
{
	str s = TEXT(0);

	(void)n;
	return give(out, value_str(str_ends(s, STR(".")) ? s : str_cat(run->arena, s, STR("."))));
}

/* ---- escapes ---- */

struct escape {
	char c;
	const char *text;
};

static int escape(struct template_run *run, str s, const struct escape *escapes, size_t count,
		  struct value *out)
{
	struct buf b;

	buf_init(&b, TEMPLATE_MAX_TEXT);
	for (size_t i = 0; i < s.n; i++) {
		size_t k = 0;

		while (k < count && escapes[k].c != s.p[i])
			k++;
		if (k < count)
			buf_add(&b, str_c(escapes[k].text));
		else
			buf_byte(&b, s.p[i]);
	}
	return template_take(run, &b, out);
}

static int f_escape_xml(ARGS)
{
	static const struct escape xml[] = { { '"', "&#34;" },	{ '\'', "&#39;" },
					     { '&', "&amp;" },	{ '<', "&lt;" },
					     { '>', "&gt;" },	{ '\t', "&#x9;" },
					     { '\n', "&#xA;" }, { '\r', "&#xD;" } };

	return (void)n, escape(run, TEXT(0), xml, ARRAY_LEN(xml), out);
}

static int f_html(ARGS)
{
	static const struct escape html[] = { { '"', "&#34;" },
					      { '\'', "&#39;" },
					      { '&', "&amp;" },
					      { '<', "&lt;" },
					      { '>', "&gt;" } };

	return (void)n, escape(run, TEXT(0), html, ARRAY_LEN(html), out);
}

static int f_js(ARGS)
{
	static const struct escape js[] = { { '\\', "\\\\" },	 { '\'', "\\'" },
					    { '"', "\\\"" },	 { '<', "\\u003C" },
					    { '>', "\\u003E" },	 { '&', "\\u0026" },
					    { '=', "\\u003D" },	 { '\n', "\\u000A" },
					    { '\r', "\\u000D" }, { '\t', "\\u0009" } };

	return (void)n, escape(run, TEXT(0), js, ARRAY_LEN(js), out);
}

static int f_urlquery(ARGS)
{
	str s = TEXT(0);
	struct buf b;

	(void)n;
	buf_init(&b, TEMPLATE_MAX_TEXT);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
			buf_byte(&b, c);
		else if (c == ' ')
			buf_byte(&b, '+');
		else
			buf_fmt(&b, "%%%02X", (unsigned char)c);
	}
	return template_take(run, &b, out);
}

static int to_json(struct template_run *run, const struct value *v, bool pretty, struct value *out)
{
	const struct encoding_layout layout = { .indent = STR("  "), .pretty = pretty };
	struct buf b;

	buf_init(&b, TEMPLATE_MAX_TEXT);
	encoding_json(v, &layout, &b);
	return template_take(run, &b, out);
}

static int f_to_json(ARGS) { return (void)n, to_json(run, &args[0], false, out); }
static int f_to_pretty_json(ARGS) { return (void)n, to_json(run, &args[0], true, out); }

static int digest(struct template_run *run, str s, const char *name, struct value *out)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(s.n ? s.p : "", s.n, bytes, &n, EVP_get_digestbyname(name), NULL) != 1)
		return template_fail(run, "a digest that is not available", str_c(name));
	run->steps += (unsigned)(s.n / 4096);
	return give(out, value_str(encoding_hex(str_of((const char *)bytes, n), run->arena)));
}

static int f_sha1(ARGS) { return (void)n, digest(run, TEXT(0), "SHA1", out); }
static int f_sha256(ARGS) { return (void)n, digest(run, TEXT(0), "SHA256", out); }
static int f_b64enc(ARGS)
{
	return (void)n, give(out, value_str(base64_encode(run->arena, TEXT(0))));
}

static int f_b64dec(ARGS)
{
	str plain;

	(void)n;
	if (!base64_decode(run->arena, TEXT(0), &plain))
		return template_fail(run, "not base64", TEXT(0));
	return give(out, value_str(regex_text(plain, run->arena)));
}

/* ---- regular expressions ---- */

/* 1: found; 0: not; -1. */
static int find(struct template_run *run, str pattern, str s, str *found)
{
	const size_t *spans;
	AUTO(regex_free)
	struct regex *regex = regex_new(pattern, run->err);

	if (!regex)
		return -1;
	str text = regex_text(s, run->arena);
	int rc = regex_find(regex, text, 0, &spans, run->err);
	if (rc == 1)
		*found = str_take(str_skip(text, spans[0]), spans[1] - spans[0]);
	run->steps += 16 + (unsigned)(s.n / 256);
	return rc;
}

static int f_regex_match(ARGS)
{
	str found;
	int rc = find(run, TEXT(0), TEXT(1), &found);

	(void)n;
	return rc < 0 ? -1 : give(out, value_bool(rc == 1));
}

static int f_regex_find(ARGS)
{
	str found = STR_EMPTY;

	(void)n;
	if (find(run, TEXT(0), TEXT(1), &found) < 0)
		return -1;
	return give(out, value_str(found));
}

/* $1 and ${1} of a replacement. */
static void put_replacement(struct buf *b, str how, str text, const size_t *spans, uint32_t groups)
{
	for (size_t i = 0; i < how.n; i++) {
		bool brace = i + 1 < how.n && how.p[i + 1] == '{';
		size_t at = i + 1 + brace, start = at;
		uint64_t group = 0;

		while (at < how.n && is_digit(how.p[at]))
			at++;
		if (how.p[i] != '$' || at == start ||
		    (brace && (at >= how.n || how.p[at] != '}')) ||
		    !str_u64(str_of(how.p + start, at - start), &group)) {
			buf_byte(b, how.p[i]);
			continue;
		}
		if (group <= groups && spans[2 * group] != REGEX_NONE)
			buf_add(b, str_take(str_skip(text, spans[2 * group]),
					    spans[2 * group + 1] - spans[2 * group]));
		i = at - !brace;
	}
}

static int f_regex_replace_all(ARGS)
{
	str s = regex_text(TEXT(1), run->arena), how = TEXT(2);
	const size_t *spans;
	size_t at = 0;
	struct buf b;
	int rc;
	AUTO(regex_free)
	struct regex *regex = regex_new(TEXT(0), run->err);

	(void)n;
	if (!regex)
		return -1;
	struct regex_scan scan = { .regex = regex, .text = s };
	buf_init(&b, TEMPLATE_MAX_TEXT);
	while ((rc = regex_next(&scan, &spans, run->err)) == 1 && !b.overflow) {
		buf_add(&b, str_take(str_skip(s, at), spans[0] - at));
		put_replacement(&b, how, s, spans, regex_groups(regex));
		at = spans[1];
		run->steps++;
	}
	buf_add(&b, str_skip(s, at));
	if (rc < 0) {
		buf_done(&b);
		return -1;
	}
	return template_take(run, &b, out);
}

/* ---- surroundings ---- */

static int f_env(ARGS)
{
	(void)n;
	str value =
		run->opts->environment ? run->opts->environment(TEXT(0), run->arena) : STR_EMPTY;
	return give(out, value_str(value));
}

static int f_now(ARGS)
{
	(void)args;
	(void)n;
	return give(out, value_str(time_format(run->arena, run->opts->now)));
}

static int f_version(ARGS)
{
	(void)run;
	(void)args;
	(void)n;
	return give(out, value_str(run->opts->version));
}

static int show_time(struct template_run *run, str layout, const struct value *when, str zone_name,
		     struct value *out)
{
	struct zone *zone = zone_new(zone_name, run->err);
	struct buf b;
	int64_t t;

	if (!zone)
		return -1;
	if (!(when->type == VALUE_NUMBER && number_i64(when, &t)) &&
	    !time_parse(template_text(run, when), &t)) {
		zone_free(zone);
		return template_fail(run, "not a time", template_text(run, when));
	}
	buf_init(&b, TEMPLATE_MAX_TEXT);
	layout_format(layout, t, 0, zone, &b);
	zone_free(zone);
	return template_take(run, &b, out);
}

static int f_date(ARGS) { return (void)n, show_time(run, TEXT(0), &args[1], STR("UTC"), out); }
static int f_date_in_zone(ARGS) { return (void)n, show_time(run, TEXT(0), &args[1], TEXT(2), out); }
static int f_html_date(ARGS)
{
	return (void)n, show_time(run, STR("2006-01-02"), &args[0], STR("UTC"), out);
}

static int f_unix(ARGS)
{
	int64_t t;

	(void)n;
	if (!time_parse(TEXT(0), &t))
		return template_fail(run, "not a time", TEXT(0));
	return give(out, value_str(str_fmt(run->arena, "%lld", (long long)t)));
}

static const struct template_library_row rows[] = {
	{ "abbrev", 2, 2, f_abbrev },
	{ "appVersion", 0, 0, f_version },
	{ "b64dec", 1, 1, f_b64dec },
	{ "b64enc", 1, 1, f_b64enc },
	{ "contains", 2, 2, f_contains },
	{ "date", 2, 2, f_date },
	{ "dateInZone", 3, 3, f_date_in_zone },
	{ "date_in_zone", 3, 3, f_date_in_zone },
	{ "endWithPeriod", 1, 1, f_end_with_period },
	{ "env", 1, 1, f_env },
	{ "escapeString", 1, 1, f_html },
	{ "escapeXML", 1, 1, f_escape_xml },
	{ "getCurrentTime", 0, 0, f_now },
	{ "getEnv", 1, 1, f_env },
	{ "hasPrefix", 2, 2, f_has_prefix },
	{ "hasSuffix", 2, 2, f_has_suffix },
	{ "html", 1, 1, f_html },
	{ "htmlDate", 1, 1, f_html_date },
	{ "indent", 2, 2, f_indent },
	{ "js", 1, 1, f_js },
	{ "lower", 1, 1, f_lower },
	{ "nindent", 2, 2, f_nindent },
	{ "now", 0, 0, f_now },
	{ "nowDate", 0, 0, f_now },
	{ "quote", 1, TEMPLATE_ANY, f_quote },
	{ "regexFind", 2, 2, f_regex_find },
	{ "regexMatch", 2, 2, f_regex_match },
	{ "regexReplaceAll", 3, 3, f_regex_replace_all },
	{ "repeat", 2, 2, f_repeat },
	{ "replace", 3, 3, f_replace },
	{ "sha1sum", 1, 1, f_sha1 },
	{ "sha256sum", 1, 1, f_sha256 },
	{ "squote", 1, 1, f_squote },
	{ "title", 1, 1, f_title },
	{ "toJson", 1, 1, f_to_json },
	{ "toLower", 1, 1, f_lower },
	{ "toPrettyJson", 1, 1, f_to_pretty_json },
	{ "toString", 1, 1, f_to_string },
	{ "toUpper", 1, 1, f_upper },
	{ "trim", 1, 1, f_trim },
	{ "trimAll", 2, 2, f_trim_all },
	{ "trimPrefix", 2, 2, f_trim_prefix },
	{ "trimSuffix", 2, 2, f_trim_suffix },
	{ "trunc", 2, 2, f_trunc },
	{ "unixEpoch", 1, 1, f_unix },
	{ "upper", 1, 1, f_upper },
	{ "urlquery", 1, 1, f_urlquery },
};

static const struct template_library_row *row_of(const struct template_library_row *table,
						 size_t count, str name, size_t n)
{
	for (size_t i = 0; i < count; i++) {
		if (str_eq(name, str_c(table[i].name)) && n >= table[i].min && n <= table[i].max)
			return &table[i];
	}
	return NULL;
}

int template_function(struct template_run *run, str name, const struct template_value *args,
		      size_t n, struct value *out)
{
	const struct template_library_row *row = row_of(rows, ARRAY_LEN(rows), name, n);
	struct value values[TEMPLATE_MAX_ARGS];

	if (!row)
		row = row_of(template_list_rows, template_list_row_count, name, n);
	if (!row || n > TEMPLATE_MAX_ARGS)
		return 0;
	for (size_t i = 0; i < n; i++)
		values[i] = args[i].missing ? value_null() : args[i].value;
	return row->run(run, values, n, out);
}
