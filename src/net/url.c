/* SPDX-License-Identifier: Apache-2.0 */
#include "net/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include "base/err.h"

AUTO_PTR(curl_url_cleanup, CURLU);

/* A part in the arena; an absent one is empty. */
static str part(CURLU *u, CURLUPart what, unsigned flags, struct arena *arena)
{
	char *text = NULL;
	str out = STR_EMPTY;

	if (curl_url_get(u, what, &text, flags) == CURLUE_OK)
		out = str_dup(arena, str_c(text));
	curl_free(text);
	return out;
}

static str without_query(str text, struct arena *arena)
{
	ptrdiff_t query = str_find_char(text, '?');

	return str_dup(arena, query < 0 ? text : str_take(text, (size_t)query));
}

static int take_parts(CURLU *u, struct arena *arena, struct url *out, struct err *err)
{
	struct url url = { 0 };
	uint64_t port = 0;

	url.scheme = str_lower(arena, part(u, CURLUPART_SCHEME, 0, arena));
	url.host = str_lower(arena, part(u, CURLUPART_HOST, 0, arena));
	if (!str_eq(url.scheme, STR("http")) && !str_eq(url.scheme, STR("https")))
		return err_set(err, ERR_INPUT, "an address that is neither http nor https (%.*s)",
			       STR_ARG(url.scheme));
	if (str_empty(url.host) ||
	    !str_u64(part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT, arena), &port))
		return err_set(err, ERR_INPUT, "an address without host");
	url.port = (unsigned)port;
	url.user = part(u, CURLUPART_USER, CURLU_URLDECODE, arena);
	url.password = part(u, CURLUPART_PASSWORD, CURLU_URLDECODE, arena);
	if (curl_url_set(u, CURLUPART_USER, NULL, 0) != CURLUE_OK ||
	    curl_url_set(u, CURLUPART_PASSWORD, NULL, 0) != CURLUE_OK ||
	    curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0) != CURLUE_OK)
		return err_set(err, ERR_INPUT, "a malformed address");
	url.text = part(u, CURLUPART_URL, 0, arena);
	if (str_empty(url.text) || url.text.n > URL_MAX_BYTES)
		return err_set(err, ERR_INPUT, "a malformed address");
	url.shown = without_query(url.text, arena);
	*out = url;
	return 0;
}

/* curl takes blanks and control bytes in places; nobody means them. */
static int text_check(str text, struct err *err)
{
	if (text.n > URL_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "an address of %zu bytes", text.n);
	for (size_t i = 0; i < text.n; i++) {
		if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 127)
			return err_set(err, ERR_INPUT, "an address with blanks or control bytes");
	}
	return 0;
}

static bool is_host_byte(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '-';
}

/* Of a path with query that stays as it is in the normal form; no folder begins with a dot. */
static bool is_plain_path(str path)
{
	for (size_t i = 0; i < path.n; i++) {
		char c = path.p[i];

		if (c == '%') {
			str hex = str_take(str_skip(path, i + 1), 2);

			if (hex.n < 2 || !memchr("0123456789ABCDEF", hex.p[0], 16) ||
			    !memchr("0123456789ABCDEF", hex.p[1], 16))
				return false;
		} else if (!is_alnum(c) && !memchr("-_~.!$&'()*+,;=:@/?", c, 19)) {
			return false;
		}
	}
	return str_starts(path, STR("/")) && str_find(path, STR("/.")) < 0;
}

/*
 * An address in normal form, as the questions to an engine are: told without libcurl, whose
 * libraries take room and time. A host that begins with a letter is no number in disguise.
 */
static bool take_plain(str text, struct arena *arena, struct url *out)
{
	str rest = str_without_prefix(text, STR("http://")), host;
	ptrdiff_t slash = str_find_char(rest, '/');

	if (rest.n == text.n || slash <= 0 || !is_alpha(rest.p[0]))
		return false;
	host = str_take(rest, (size_t)slash);
	for (size_t i = 0; i < host.n; i++) {
		if (!is_host_byte(host.p[i]))
			return false;
	}
	if (!is_plain_path(str_skip(rest, host.n)))
		return false;
	text = str_dup(arena, text);
	*out = (struct url){ .text = text,
			     .scheme = STR("http"),
			     .host = str_of(text.p + strlen("http://"), host.n),
			     .port = 80,
			     .shown = without_query(text, arena) };
	return true;
}

int url_parse(str text, struct arena *arena, struct url *out, struct err *err)
{
	AUTO(curl_url_cleanup)
	CURLU *u = NULL;

	if (text_check(text, err) < 0)
		return -1;
	if (take_plain(text, arena, out))
		return 0;
	u = curl_url();
	if (!u || curl_url_set(u, CURLUPART_URL, str_cstr(arena, text), 0) != CURLUE_OK)
		return err_set(err, ERR_INPUT, "a malformed address");
	return take_parts(u, arena, out, err);
}

int url_resolve(const struct url *base, str location, struct arena *arena, struct url *out,
		struct err *err)
{
	AUTO(curl_url_cleanup)
	CURLU *u = curl_url();

	if (text_check(location, err) < 0)
		return -1;
	if (!u || curl_url_set(u, CURLUPART_URL, str_cstr(arena, base->text), 0) != CURLUE_OK ||
	    curl_url_set(u, CURLUPART_URL, str_cstr(arena, location), 0) != CURLUE_OK)
		return err_set(err, ERR_INPUT, "a malformed address");
	if (take_parts(u, arena, out, err) < 0)
		return -1;
	out->user = out->password = STR_EMPTY;
	return 0;
}

bool url_same_origin(const struct url *a, const struct url *b)
{
	return str_eq(a->scheme, b->scheme) && str_eq(a->host, b->host) && a->port == b->port;
}

static bool address_is_loopback(str host)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr v6;
	struct in_addr v4;

	if (str_ieq(host, STR("localhost")))
		return true;
	if (host.n >= sizeof(text) || str_empty(host))
		return false;
	memcpy(text, host.p, host.n);
	text[host.n] = 0;
	if (inet_pton(AF_INET, text, &v4) == 1)
		return (ntohl(v4.s_addr) >> 24) == 127;
	return inet_pton(AF_INET6, text, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool host_is_loopback(str host)
{
	str name = host, rest;

	if (str_starts(host, STR("[")))
		return str_cut(str_skip(host, 1), ']', &name, &rest) && address_is_loopback(name);
	if (str_cut(host, ':', &name, &rest))
		return address_is_loopback(name);
	return address_is_loopback(host);
}

bool url_is_loopback(const struct url *url) { return host_is_loopback(url->host); }

str url_escape(struct arena *arena, str s)
{
	static const char hex[] = "0123456789ABCDEF";
	char *out = arena_bytes(arena, s.n * 3);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (is_alnum(s.p[i]) || memchr("-._~", c, 4)) {
			out[n++] = (char)c;
			continue;
		}
		out[n++] = '%';
		out[n++] = hex[c >> 4];
		out[n++] = hex[c & 15];
	}
	return str_of(out, n);
}
