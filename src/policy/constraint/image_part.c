/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/image_part.h"

#include "base/err.h"

#define TAG_MAX	       128u
#define DIGEST_MIN_HEX 32u

static bool is_word(char c) { return is_alnum(c) || c == '_'; }
static bool is_path_char(char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); }

static bool all_digits(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]))
			return false;
	}
	return s.n > 0;
}

/* A host name with a dot in it, or localhost; with or without a port. */
static bool is_domain(str s)
{
	str host = s, port;
	bool dot = false;

	if (str_cut(s, ':', &host, &port) && !all_digits(port))
		return false;
	if (str_eq(host, STR("localhost")))
		return true;
	for (size_t i = 0; i < host.n; i++) {
		dot = dot || (host.p[i] == '.' && i > 0);
		if (!is_word(host.p[i]) && host.p[i] != '-' && host.p[i] != '.')
			return false;
	}
	return dot && is_word(host.p[0]) && is_word(host.p[host.n - 1]);
}

/* Lower-case words with one '.', '/' or '_', two '_', or any number of '-' between them. */
static bool is_path(str s)
{
	size_t i = 0;

	while (i < s.n) {
		size_t from = i, gap;

		while (i < s.n && is_path_char(s.p[i]))
			i++;
		if (i == from)
			return false;
		if (i == s.n)
			return true;
		gap = i;
		if (s.p[i] == '-')
			while (i < s.n && s.p[i] == '-')
				i++;
		else if (s.p[i] == '_')
			i += i + 1 < s.n && s.p[i + 1] == '_' ? 2 : 1;
		else if (s.p[i] == '.' || s.p[i] == '/')
			i++;
		if (i == gap)
			return false;
	}
	return false;
}

static bool is_tag(str s)
{
	if (s.n == 0 || s.n > TAG_MAX || !is_word(s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_word(s.p[i]) && s.p[i] != '-' && s.p[i] != '.')
			return false;
	}
	return true;
}

/* "sha256:" and hexadecimal digits; the name may have parts with + . - _ between them. */
static bool is_digest(str s)
{
	str name, hex;
	bool begins = true;

	if (!str_cut(s, ':', &name, &hex) || name.n == 0 || hex.n < DIGEST_MIN_HEX)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		bool sign = name.p[i] && strchr("-_+.", name.p[i]);

		if (begins ? !is_alpha(name.p[i]) : !sign && !is_alnum(name.p[i]))
			return false;
		begins = sign;
	}
	for (size_t i = 0; i < hex.n; i++) {
		char c = to_lower(hex.p[i]);

		if (!is_digit(c) && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return !begins;
}

static bool cut_domain(str image, str *domain, str *rest)
{
	str first, behind;
	bool is_host;

	*domain = STR_EMPTY;
	*rest = image;
	if (!str_cut(image, '/', &first, &behind))
		return false;
	is_host = str_find_char(first, '.') >= 0 || str_find_char(first, ':') >= 0 ||
		  str_eq(first, STR("localhost"));
	if (is_host) {
		*domain = first;
		*rest = behind;
	}
	return is_host;
}

int image_part_check(str domain, str path, str tag, struct err *err)
{
	str first, rest;

	if (str_empty(domain) && str_empty(path) && str_empty(tag))
		return err_set(err, ERR_INPUT,
			       "one of assignDomain, assignPath, assignTag must be given");
	if (domain.n > 0 && !is_domain(domain))
		return err_set(err, ERR_INPUT, "assignDomain \"%.*s\" is no domain",
			       STR_ARG(str_take(domain, 200)));
	if (path.n > 0 && !is_path(path))
		return err_set(err, ERR_INPUT, "assignPath \"%.*s\" is no path of an image",
			       STR_ARG(str_take(path, 200)));
	if (tag.n > 0 && !(tag.p[0] == ':' && is_tag(str_skip(tag, 1))) &&
	    !(tag.p[0] == '@' && is_digest(str_skip(tag, 1))))
		return err_set(err, ERR_INPUT,
			       "assignTag \"%.*s\" is neither ':' and a tag nor '@' and a digest",
			       STR_ARG(str_take(tag, 200)));
	if (str_empty(domain) && cut_domain(path, &first, &rest))
		return err_set(err, ERR_INPUT,
			       "assignDomain must be given, since \"%.*s\" of assignPath is one",
			       STR_ARG(str_take(first, 200)));
	return 0;
}

str image_part_replace(str image, str domain, str path, str tag, struct arena *arena)
{
	str old_domain, rest, old_path, old_tag;
	size_t end = 0;

	cut_domain(image, &old_domain, &rest);
	while (end < rest.n && rest.p[end] != ':' && rest.p[end] != '@')
		end++;
	old_path = str_take(rest, end);
	old_tag = str_skip(rest, end);
	domain = domain.n > 0 ? domain : old_domain;
	return str_fmt(arena, "%.*s%s%.*s%.*s", STR_ARG(domain), domain.n > 0 ? "/" : "",
		       STR_ARG(path.n > 0 ? path : old_path), STR_ARG(tag.n > 0 ? tag : old_tag));
}
