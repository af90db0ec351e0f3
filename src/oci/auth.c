/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to challenges of a registry: Basic, and Bearer tokens of a token service. */
#include "base/base64.h"
#include "base/err.h"
#include "base/time.h"
#include "net/url.h"
#include "oci/registry_internal.h"

#define TOKEN_LIFE_DEFAULT_S 60 /* where the service does not say */
#define TOKEN_LIFE_SPARE_S   10 /* fetched again so long before its end */
#define TOKEN_TEXT_MAX	     (256u << 10)

/* A copy in the arena of what to show, or empty when there is nothing (any more). */
static str authorization_now(struct registry *registry, struct arena *arena)
{
	str value = STR_EMPTY;

	pthread_mutex_lock(&registry->lock);
	if (registry->authorization &&
	    (!registry->expires_ms || time_mono_ms() < registry->expires_ms))
		value = str_dup(arena, str_c(registry->authorization));
	pthread_mutex_unlock(&registry->lock);
	return value;
}

static void authorization_set(struct registry *registry, str value, int64_t life_s)
{
	char *text = mem_alloc(value.n + 1);

	memcpy(text, value.p, value.n);
	text[value.n] = 0;
	pthread_mutex_lock(&registry->lock);
	free(registry->authorization);
	registry->authorization = text;
	registry->expires_ms = life_s ? time_mono_ms() + 1000 * life_s : 0;
	pthread_mutex_unlock(&registry->lock);
}

static int credential_get(const struct registry *registry, struct arena *arena,
			  struct credential *out, struct err *err)
{
	const struct image_opts *opts = registry->opts;

	if (!str_empty(opts->username) && !registry->place.mirror) {
		*out = (struct credential){ .username = opts->username,
					    .password = opts->password };
		return 0;
	}
	return credential_find(opts, registry->place.login, registry->place.repository, arena, out,
			       err);
}

static str basic_value(const struct credential *c, struct arena *arena)
{
	str plain = str_fmt(arena, "%.*s:%.*s", STR_ARG(c->username), STR_ARG(c->password));

	return str_cat(arena, STR("Basic "), base64_encode(arena, plain));
}

/* May this address be asked for a token, and may it see the credentials? */
static int realm_check(const struct registry *registry, const struct url *realm, bool *trusted,
		       struct err *err)
{
	struct url own;
	AUTO(arena_free)
	struct arena *scratch = arena_new();

	*trusted = true;
	if (str_eq(realm->scheme, STR("https")))
		return 0;
	if (url_parse(registry->base, scratch, &own, err) < 0)
		return -1;
	bool same_host = registry->plain && str_eq(own.host, realm->host);

	if (!url_is_loopback(realm) && !(same_host && registry->insecure))
		return err_set(err, ERR_DENIED, "the token service %.*s is not on https: refused",
			       STR_ARG(realm->shown));
	*trusted = same_host || (registry->plain && url_is_loopback(&own));
	return 0;
}

static str query_add(str url, const char *name, str value, struct arena *arena)
{
	const char *sign = str_find_char(url, '?') < 0 ? "?" : "&";

	if (str_empty(value))
		return url;
	return str_fmt(arena, "%.*s%s%s=%.*s", STR_ARG(url), sign, name,
		       STR_ARG(url_escape(arena, value)));
}

static str scope_of(const struct registry *registry, const struct challenge *challenge,
		    struct arena *arena)
{
	if (!str_empty(challenge->scope))
		return challenge->scope;
	return str_fmt(arena, "repository:%.*s:pull", STR_ARG(registry->place.repository));
}

/* GET with Basic, or POST of a refresh token (OAuth2). */
static void token_request(const struct registry *registry, const struct challenge *challenge,
			  const struct credential *c, struct arena *arena, struct http_request *r)
{
	str scope = scope_of(registry, challenge, arena);
	str url;

	if (!str_empty(c->identity_token)) {
		str body = str_fmt(arena,
				   "grant_type=refresh_token&client_id=seawall&service=%.*s"
				   "&scope=%.*s&refresh_token=%.*s",
				   STR_ARG(url_escape(arena, challenge->service)),
				   STR_ARG(url_escape(arena, scope)),
				   STR_ARG(url_escape(arena, c->identity_token)));

		r->method = HTTP_POST;
		r->body = body;
		r->content_type = STR("application/x-www-form-urlencoded");
		r->url = challenge->realm;
		return;
	}
	url = query_add(challenge->realm, "service", challenge->service, arena);
	url = query_add(url, "scope", scope, arena);
	if (!str_empty(c->username)) {
		url = query_add(url, "account", c->username, arena);
		r->authorization = basic_value(c, arena);
	}
	r->url = url;
}

static bool token_valid(str token)
{
	for (size_t i = 0; i < token.n; i++) {
		if (token.p[i] <= ' ' || token.p[i] > '~')
			return false;
	}
	return token.n > 0 && token.n <= TOKEN_TEXT_MAX;
}

static int token_take(struct registry *registry, str text, struct arena *arena, struct err *err)
{
	const struct json_opts opts = { .max_depth = 16, .max_values = 10000 };
	const struct json *doc;
	int64_t life = TOKEN_LIFE_DEFAULT_S;
	str token;

	/* The text may hold the token: messages do not quote it. */
	if (json_parse(text, &opts, arena, &doc, err) < 0 || !json_is(doc, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "the answer is not the JSON it should be");
	token = json_get_str(doc, STR("token"));
	if (str_empty(token))
		token = json_get_str(doc, STR("access_token"));
	if (!token_valid(token))
		return err_set(err, ERR_INPUT, "the answer holds no usable token");
	if (!json_i64(JSON_GET(doc, "expires_in"), &life) || life < TOKEN_LIFE_DEFAULT_S)
		life = TOKEN_LIFE_DEFAULT_S;
	if (life > 24 * 3600)
		life = 24 * 3600;
	authorization_set(registry, str_cat(arena, STR("Bearer "), token),
			  life - TOKEN_LIFE_SPARE_S);
	return 0;
}

static int bearer(struct registry *registry, struct http_client *client,
		  const struct challenge *challenge, const struct credential *known,
		  struct arena *arena, struct err *err)
{
	const str headers[] = { STR("Accept: application/json") };
	const struct http_tls elsewhere = { .ca_file = registry->opts->ca_file };
	struct http_request r = { .headers = headers,
				  .headers_n = 1,
				  .max_bytes = REGISTRY_TOKEN_MAX,
				  .total_s = REGISTRY_TOKEN_S };
	struct credential c = *known;
	struct http_response response;
	struct url realm, own;
	bool trusted;

	if (url_parse(challenge->realm, arena, &realm, err) < 0)
		return err_wrap(err, "token service");
	if (!str_empty(realm.user))
		return err_set(err, ERR_INPUT, "token service: an address with a user name");
	if (realm_check(registry, &realm, &trusted, err) < 0)
		return -1;
	if (!trusted && !credential_is_empty(&c))
		return err_set(err, ERR_DENIED,
			       "the token service %.*s is on plain HTTP: credentials are not sent",
			       STR_ARG(realm.shown));
	if (url_parse(registry->base, arena, &own, err) < 0)
		return -1;
	r.tls = url_same_origin(&own, &realm) ? &registry->tls : &elsewhere;
	token_request(registry, challenge, &c, arena, &r);
	if (http_do(client, &r, arena, &response, err) < 0)
		return err_wrap(err, "token service");
	if (response.status == 401 || response.status == 403)
		return err_set(err, ERR_DENIED,
			       credential_is_empty(&c)
				       ? "the token service %.*s gives none without login"
				       : "the token service %.*s refuses the user name or password",
			       STR_ARG(realm.shown));
	if (response.status != 200)
		return http_status_error(&response, err), err_wrap(err, "token service");
	if (token_take(registry, response.body, arena, err) < 0)
		return err_wrap(err, "token service %.*s", STR_ARG(realm.shown));
	return 0;
}

/* After a 401. */
static int authenticate(struct registry *registry, struct http_client *client,
			const struct http_response *refusal, struct arena *arena, struct err *err)
{
	struct challenge challenge;
	struct credential c;

	if (challenge_read(refusal->headers, arena, &challenge, err) < 0)
		return -1;
	if (credential_get(registry, arena, &c, err) < 0)
		return -1;
	if (challenge.scheme == CHALLENGE_BEARER)
		return bearer(registry, client, &challenge, &c, arena, err);
	if (challenge.scheme != CHALLENGE_BASIC)
		return err_set(err, ERR_DENIED, "asks for a kind of login that is not supported");
	if (str_empty(c.username))
		return err_set(err, ERR_DENIED,
			       "login needed: use `docker login %.*s`, or --username and "
			       "--password-stdin",
			       STR_ARG(registry->place.login));
	authorization_set(registry, basic_value(&c, arena), 0);
	return 0;
}

int registry_do(struct registry *registry, struct http_client *client, struct http_request *request,
		struct arena *arena, struct http_response *out, struct err *err)
{
	uint64_t before = UINT64_MAX;

	request->tls = &registry->tls;
	for (;;) {
		request->authorization = authorization_now(registry, arena);
		if (http_do(client, request, arena, out, err) < 0)
			return -1;
		/* A token may end in the middle of a large blob, but not without a byte of
		 * progress. */
		if (out->status != 401 || out->bytes == before)
			return 0;
		before = out->bytes;
		request->from = out->bytes;
		if (authenticate(registry, client, out, arena, err) < 0)
			return err_wrap(err, "registry %.*s", STR_ARG(registry->place.host));
	}
}
