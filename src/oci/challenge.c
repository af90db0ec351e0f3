/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/challenge.h"

#include "base/err.h"
#include "net/http.h"
#include "net/url.h"

#define HEADER_MAX     (16u << 10)
#define CHALLENGES_MAX 16u
#define PARAMETERS_MAX 32u

static bool token_byte(char c) { return is_alnum(c) || (c && memchr("!#$%&'*+-.^_`|~", c, 15)); }

static str take_token(str *rest)
{
	size_t n = 0;

	while (n < rest->n && token_byte(rest->p[n]))
		n++;
	str token = str_take(*rest, n);

	*rest = str_skip(*rest, n);
	return token;
}

static void skip_blanks(str *rest)
{
	while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t'))
		*rest = str_skip(*rest, 1);
}

/* A quoted string with backslash escapes, or a bare word (some servers leave the quotes out). */
static bool take_value(str *rest, struct arena *arena, str *out)
{
	size_t n = 0, i;

	if (!rest->n || rest->p[0] != '"') {
		while (n < rest->n && rest->p[n] != ',' && rest->p[n] != ' ' && rest->p[n] != '"')
			n++;
		*out = str_dup(arena, str_take(*rest, n));
		*rest = str_skip(*rest, n);
		return n > 0;
	}
	char *text = arena_bytes(arena, rest->n);

	for (i = 1; i < rest->n && rest->p[i] != '"'; i++) {
		if (rest->p[i] == '\\' && i + 1 < rest->n)
			i++;
		if ((unsigned char)rest->p[i] < ' ')
			return false;
		text[n++] = rest->p[i];
	}
	if (i >= rest->n)
		return false;
	*rest = str_skip(*rest, i + 1);
	*out = str_of(text, n);
	return true;
}

static void parameter_set(struct challenge *c, str name, str value)
{
	if (str_ieq(name, STR("realm")))
		c->realm = value;
	else if (str_ieq(name, STR("service")))
		c->service = value;
	else if (str_ieq(name, STR("scope")))
		c->scope = value;
	else if (str_ieq(name, STR("error")))
		c->error = value;
}

static int malformed(struct err *err)
{
	return err_set(err, ERR_INPUT, "malformed WWW-Authenticate header");
}

/* name=value pairs up to the next challenge: a word that no '=' follows. */
static int parameters(str *rest, struct arena *arena, struct challenge *c, struct err *err)
{
	for (unsigned n = 0; n <= PARAMETERS_MAX; n++) {
		str before, name, value;

		while (rest->n && (rest->p[0] == ',' || rest->p[0] == ' ' || rest->p[0] == '\t'))
			*rest = str_skip(*rest, 1);
		before = *rest;
		name = take_token(rest);
		skip_blanks(rest);
		if (str_empty(name) && rest->n)
			return malformed(err);
		if (!rest->n || rest->p[0] != '=') {
			*rest = before;
			return 0;
		}
		*rest = str_skip(*rest, 1);
		skip_blanks(rest);
		if (!take_value(rest, arena, &value))
			return malformed(err);
		if (value.n > URL_MAX_BYTES)
			return err_set(err, ERR_LIMIT,
				       "WWW-Authenticate header: a value of %zu bytes", value.n);
		parameter_set(c, name, value);
	}
	return err_set(err, ERR_LIMIT, "WWW-Authenticate header: more than %u parameters",
		       PARAMETERS_MAX);
}

int challenge_parse(str value, struct arena *arena, struct challenge *out, struct err *err)
{
	str rest = value;

	if (value.n > HEADER_MAX)
		return err_set(err, ERR_LIMIT, "WWW-Authenticate header of %zu bytes", value.n);
	for (unsigned n = 0; n < CHALLENGES_MAX; n++) {
		struct challenge c = { 0 };

		while (rest.n && (rest.p[0] == ',' || rest.p[0] == ' ' || rest.p[0] == '\t'))
			rest = str_skip(rest, 1);
		if (!rest.n)
			return 0;
		str scheme = take_token(&rest);

		if (str_empty(scheme))
			return malformed(err);
		if (str_ieq(scheme, STR("Bearer")))
			c.scheme = CHALLENGE_BEARER;
		else if (str_ieq(scheme, STR("Basic")))
			c.scheme = CHALLENGE_BASIC;
		if (rest.n && rest.p[0] != ',' && rest.p[0] != ' ' && rest.p[0] != '\t')
			return malformed(err);
		/* A scheme we do not know may be followed by one opaque word. */
		if (parameters(&rest, arena, &c, err) < 0)
			return -1;
		if (c.scheme > out->scheme)
			*out = c;
	}
	return err_set(err, ERR_LIMIT, "more than %u challenges", CHALLENGES_MAX);
}

int challenge_read(str headers, struct arena *arena, struct challenge *out, struct err *err)
{
	struct challenge c = { 0 };

	for (str value; http_header_next(&headers, STR("WWW-Authenticate"), &value);) {
		if (challenge_parse(value, arena, &c, err) < 0)
			return -1;
	}
	*out = c;
	return 0;
}
