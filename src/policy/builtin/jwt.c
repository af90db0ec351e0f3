/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Web Tokens (RFC 7519) in the compact form of RFC 7515. */
#include "base/err.h"
#include "policy/builtin.h"
#include "policy/encoding.h"
#include "policy/key.h"
#include "policy/number.h"

#define JWT_MAX_NESTING 16u

struct token {
	str header, payload, signature; /* as they stand in the text */
	str signed_text;		/* header.payload */
	struct value fields;		/* the header */
	str body, mac;			/* payload and signature decoded */
};

/* One part of a token decoded. */
static int decode_part(struct builtin_call *call, const char *what, str text, str *out)
{
	if (encoding_base64url(text, call->arena, out, call->err) == 0)
		return BUILTIN_OK;
	IGNORE(err_wrap(call->err, "JWT %s had invalid encoding", what)); /* -1 by contract */
	return BUILTIN_ERROR;
}

static int split_token(struct builtin_call *call, str text, struct token *out)
{
	str rest = text, part;
	unsigned n = 0;

	*out = (struct token){ 0 };
	while (str_split(&rest, '.', &part)) {
		if (n == 0)
			out->header = part;
		else if (n == 1)
			out->payload = part;
		else
			out->signature = part;
		n++;
	}
	if (n != 3)
		return builtin_fail(call, "encoded JWT must have 3 sections, found %u", n);
	out->signed_text = str_take(text, out->header.n + 1 + out->payload.n);
	return builtin_charge_bytes(call, text.n) ? BUILTIN_OK : BUILTIN_HALT;
}

static int object_of(struct builtin_call *call, str text, struct value *out)
{
	if (encoding_json_read(text, call->arena, out, call->err) < 0)
		return BUILTIN_ERROR;
	if (out->type != VALUE_OBJECT)
		return builtin_fail(call, "decoded JSON type was not an Object");
	return BUILTIN_OK;
}

static int read_header(struct builtin_call *call, struct token *t)
{
	str text;
	int rc = decode_part(call, "header", t->header, &text);

	if (rc == BUILTIN_OK)
		rc = object_of(call, text, &t->fields);
	if (rc == BUILTIN_OK && VALUE_GET(&t->fields, "enc"))
		return builtin_fail(call, "JWT is a JWE object, which is not supported");
	return rc;
}

static str header_text(const struct token *t, const char *name)
{
	const struct value *v = value_get_str(&t->fields, str_c(name));

	return v ? value_text(v) : STR_EMPTY;
}

/* The payload is a token itself; some write it as a JSON string. */
static bool nested_text(const struct token *t, str *out)
{
	if (!str_ieq(header_text(t, "cty"), STR("JWT")))
		return false;
	*out = t->body;
	if (str_starts(*out, STR("\"")) && str_ends(*out, STR("\"")) && out->n >= 2)
		*out = str_of(out->p + 1, out->n - 2);
	return true;
}

static int decode(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value_builder parts;
	struct value payload;
	struct token t;
	str text = value_text(&args[0]);
	int rc;

	for (unsigned depth = 0;; depth++) {
		if (depth > JWT_MAX_NESTING)
			return builtin_fail(call, "token in tokens, more than %u", JWT_MAX_NESTING);
		rc = split_token(call, text, &t);
		if (rc == BUILTIN_OK)
			rc = read_header(call, &t);
		if (rc == BUILTIN_OK)
			rc = decode_part(call, "payload", t.payload, &t.body);
		if (rc != BUILTIN_OK)
			return rc;
		if (!nested_text(&t, &text))
			break;
	}
	rc = object_of(call, t.body, &payload);
	if (rc == BUILTIN_OK)
		rc = decode_part(call, "signature", t.signature, &t.mac);
	if (rc != BUILTIN_OK)
		return rc;
	value_builder_init(&parts, call->arena);
	value_builder_add(&parts, t.fields);
	value_builder_add(&parts, payload);
	value_builder_add(&parts, value_str(encoding_hex(t.mac, call->arena)));
	*out = value_builder_array(&parts);
	return BUILTIN_OK;
}

/* The key that the token names, else each key that may have made the signature. */
static bool verify_any(const struct key_algorithm *a, const struct keys *keys,
		       const struct token *t)
{
	str id = header_text(t, "kid"), name = header_text(t, "alg");

	for (size_t i = 0; id.n && i < keys->n; i++)
		if (str_eq(keys->items[i].id, id))
			return key_verify(a, &keys->items[i], t->signed_text, t->mac);
	for (size_t i = 0; i < keys->n; i++) {
		const struct key *key = &keys->items[i];

		if (key->algorithm.n && !str_eq(key->algorithm, name))
			continue;
		if (key_verify(a, key, t->signed_text, t->mac))
			return true;
	}
	return false;
}

/* A signature of RSA or elliptic curves costs as much as this many expressions. */
#define SIGNATURE_STEPS 200u

static int verify(struct builtin_call *call, const char *algorithm, const struct value *args,
		  struct value *out)
{
	const struct key_algorithm *a = key_algorithm_find(str_c(algorithm));
	AUTO(keys_done)
	struct keys keys = { 0 };
	struct key secret = { .secret = value_text(&args[1]) };
	struct token t;
	int rc = split_token(call, value_text(&args[0]), &t);

	if (rc == BUILTIN_OK)
		rc = read_header(call, &t);
	if (rc == BUILTIN_OK)
		rc = decode_part(call, "signature", t.signature, &t.mac);
	if (rc != BUILTIN_OK)
		return rc;
	if (a->scheme == KEY_HMAC) {
		*out = value_bool(key_verify(a, &secret, t.signed_text, t.mac));
		return BUILTIN_OK;
	}
	if (keys_read(value_text(&args[1]), call->arena, &keys, call->err) < 0)
		return BUILTIN_ERROR;
	if (!builtin_charge(call, SIGNATURE_STEPS * keys.n))
		return BUILTIN_HALT;
	*out = value_bool(verify_any(a, &keys, &t));
	return BUILTIN_OK;
}

#define VERIFY(function, algorithm)                                              \
	static int function(struct builtin_call *call, const struct value *args, \
			    struct value *out)                                   \
	{                                                                        \
		return verify(call, algorithm, args, out);                       \
	}                                                                        \
	struct verify_needs_semicolon

VERIFY(verify_hs256, "HS256");
VERIFY(verify_hs384, "HS384");
VERIFY(verify_hs512, "HS512");
VERIFY(verify_rs256, "RS256");
VERIFY(verify_rs384, "RS384");
VERIFY(verify_rs512, "RS512");
VERIFY(verify_ps256, "PS256");
VERIFY(verify_ps384, "PS384");
VERIFY(verify_ps512, "PS512");
VERIFY(verify_es256, "ES256");
VERIFY(verify_es384, "ES384");
VERIFY(verify_es512, "ES512");
VERIFY(verify_eddsa, "EdDSA");

/* What io.jwt.decode_verify asks of a token. */
struct constraints {
	struct keys keys;
	bool has_keys, has_secret;
	str secret, algorithm, issuer, audience;
	int64_t time_ns;
};

static int read_constraint(struct builtin_call *call, str key, const struct value *v,
			   struct constraints *c)
{
	double time;

	if (str_eq(key, STR("time"))) {
		if (v->type != VALUE_NUMBER)
			return builtin_fail(call, "token time constraint: must be a number");
		time = number_double(v);
		if (!number_i64(v, &c->time_ns))
			c->time_ns = time < -9e18  ? INT64_MIN
				     : time > 9e18 ? INT64_MAX
						   : (int64_t)time;
		return BUILTIN_OK;
	}
	if (!str_eq(key, STR("cert")) && !str_eq(key, STR("secret")) && !str_eq(key, STR("alg")) &&
	    !str_eq(key, STR("iss")) && !str_eq(key, STR("aud")))
		return builtin_fail(call, "unknown token validation constraint: %.*s",
				    STR_ARG(str_take(key, 100)));
	if (v->type != VALUE_STRING)
		return builtin_fail(call, "%.*s constraint: must be a string", STR_ARG(key));
	if (str_eq(key, STR("cert"))) {
		c->has_keys = true;
		if (keys_read(value_text(v), call->arena, &c->keys, call->err) < 0)
			return BUILTIN_ERROR;
	} else if (str_eq(key, STR("secret"))) {
		c->has_secret = true;
		c->secret = value_text(v);
	} else if (str_eq(key, STR("alg"))) {
		c->algorithm = value_text(v);
	} else if (str_eq(key, STR("iss"))) {
		c->issuer = value_text(v);
	} else {
		c->audience = value_text(v);
	}
	return BUILTIN_OK;
}

static int read_constraints(struct builtin_call *call, const struct value *v, struct constraints *c)
{
	c->time_ns = call->now_ns;
	for (uint32_t i = 0; i < v->n; i++) {
		int rc = read_constraint(call, value_text(&v->members[i].key), &v->members[i].value,
					 c);

		if (rc != BUILTIN_OK)
			return rc;
	}
	if (c->has_keys && c->has_secret)
		return builtin_fail(call, "duplicate key constraints");
	if (!c->has_keys && !c->has_secret)
		return builtin_fail(call, "no key constraint");
	return BUILTIN_OK;
}

static bool audience_fits(const struct value *audience, const struct constraints *c)
{
	struct value wanted = value_str(c->audience);

	if (!audience)
		return c->audience.n == 0;
	if (audience->type == VALUE_STRING)
		return value_equal(audience, &wanted);
	for (uint32_t i = 0; audience->type == VALUE_ARRAY && i < audience->n; i++)
		if (value_equal(&audience->items[i], &wanted))
			return true;
	return false;
}

/* 1, 0, or an error. */
static int claims_fit(struct builtin_call *call, const struct value *payload,
		      const struct constraints *c)
{
	const struct value *issuer = VALUE_GET(payload, "iss"), *exp = VALUE_GET(payload, "exp");
	const struct value *nbf = VALUE_GET(payload, "nbf");
	struct value now = number_from_double((double)c->time_ns / 1e9, call->arena);

	if (c->issuer.n && (!issuer || !str_eq(value_text(issuer), c->issuer)))
		return 0;
	if (!audience_fits(VALUE_GET(payload, "aud"), c))
		return 0;
	if (exp && exp->type != VALUE_NUMBER)
		return builtin_fail(call, "exp value must be a number");
	if (exp && value_compare(&now, exp) >= 0)
		return 0;
	if (nbf && nbf->type != VALUE_NUMBER)
		return builtin_fail(call, "nbf value must be a number");
	return !nbf || value_compare(&now, nbf) >= 0;
}

/* 1: the signature holds; 0: not; else an error. */
static int check_signature(struct builtin_call *call, struct token *t, const struct constraints *c)
{
	struct key secret = { .secret = c->secret };
	const struct key_algorithm *a;
	str name = header_text(t, "alg");
	int rc;

	if (name.n == 0 || VALUE_GET(&t->fields, "crit") ||
	    (c->algorithm.n && !str_eq(name, c->algorithm)))
		return 0;
	rc = decode_part(call, "signature", t->signature, &t->mac);
	if (rc != BUILTIN_OK)
		return rc;
	a = key_algorithm_find(name);
	if (!a)
		return builtin_fail(call, "unknown JWS algorithm: %.*s",
				    STR_ARG(str_take(name, 100)));
	if (!builtin_charge(call, SIGNATURE_STEPS * (c->keys.n + 1)))
		return BUILTIN_HALT;
	return c->has_keys ? verify_any(a, &c->keys, t)
			   : key_verify(a, &secret, t->signed_text, t->mac);
}

/* Steps into nested tokens; 1: *t is the innermost and all signatures hold. */
static int open_token(struct builtin_call *call, str text, const struct constraints *c,
		      struct token *t)
{
	for (unsigned depth = 0; depth <= JWT_MAX_NESTING; depth++) {
		int rc = split_token(call, text, t);

		if (rc == BUILTIN_OK)
			rc = read_header(call, t);
		if (rc == BUILTIN_OK)
			rc = check_signature(call, t, c);
		if (rc != 1)
			return rc;
		rc = decode_part(call, "payload", t->payload, &t->body);
		if (rc != BUILTIN_OK)
			return rc;
		if (!nested_text(t, &text))
			return 1;
	}
	return builtin_fail(call, "token in tokens, more than %u", JWT_MAX_NESTING);
}

static void put_verdict(struct builtin_call *call, bool ok, struct value header,
			struct value payload, struct value *out)
{
	struct value_builder parts;

	value_builder_init(&parts, call->arena);
	value_builder_add(&parts, value_bool(ok));
	value_builder_add(&parts, header);
	value_builder_add(&parts, payload);
	*out = value_builder_array(&parts);
}

static int decode_verify(struct builtin_call *call, const struct value *args, struct value *out)
{
	const struct value nothing = { .type = VALUE_OBJECT };
	struct constraints c = { 0 };
	struct value payload = nothing;
	struct token t = { .fields = nothing };
	int rc = read_constraints(call, &args[1], &c);

	if (rc == BUILTIN_OK)
		rc = open_token(call, value_text(&args[0]), &c, &t);
	keys_done(&c.keys);
	if (rc == 1)
		rc = object_of(call, t.body, &payload);
	if (rc == 1)
		rc = claims_fit(call, &payload, &c);
	if (rc < 0)
		return rc;
	if (rc)
		put_verdict(call, true, t.fields, payload, out);
	else
		put_verdict(call, false, nothing, nothing, out);
	return BUILTIN_OK;
}

static int sign(struct builtin_call *call, str header, str payload, const struct value *jwk,
		struct value *out)
{
	AUTO(key_done)
	struct key key = { 0 };
	const struct key_algorithm *a;
	const struct value *name, *type;
	struct value fields, ignored;
	str text, signature;

	if (encoding_json_read(header, call->arena, &fields, call->err) < 0)
		return BUILTIN_ERROR;
	name = VALUE_GET(&fields, "alg");
	type = VALUE_GET(&fields, "typ");
	a = name ? key_algorithm_find(value_text(name)) : NULL;
	if (!a)
		return builtin_fail(call, "missing or invalid 'alg' header: unknown signature "
					  "algorithm");
	if ((!type || str_eq(value_text(type), STR("JWT"))) &&
	    encoding_json_read(payload, call->arena, &ignored, call->err) < 0)
		return builtin_fail(call, "type is JWT but payload is not JSON");
	if (key_from_jwk(jwk, call->arena, &key, call->err) < 0)
		return BUILTIN_ERROR;
	if (!builtin_charge(call, SIGNATURE_STEPS * 5) ||
	    !builtin_charge_result(call, (uint64_t)(header.n + payload.n) * 2))
		return BUILTIN_HALT;
	text = str_cat(call->arena, encoding_base64_write(header, true, false, call->arena),
		       STR("."));
	text = str_cat(call->arena, text, encoding_base64_write(payload, true, false, call->arena));
	if (key_sign(a, &key, text, call->arena, &signature, call->err) < 0)
		return BUILTIN_ERROR;
	text = str_cat(call->arena, text, STR("."));
	*out = value_str(str_cat(call->arena, text,
				 encoding_base64_write(signature, true, false, call->arena)));
	return BUILTIN_OK;
}

static int encode_sign(struct builtin_call *call, const struct value *args, struct value *out)
{
	static const struct encoding_layout compact = { .pretty = false };
	AUTO(buf_done)
	struct buf header = { 0 };
	AUTO(buf_done)
	struct buf payload = { 0 };

	buf_init(&header, BUILTIN_MAX_BYTES);
	buf_init(&payload, BUILTIN_MAX_BYTES);
	encoding_json(&args[0], &compact, &header);
	encoding_json(&args[1], &compact, &payload);
	if (header.overflow || payload.overflow)
		return builtin_fail(call, "header or payload too large");
	return sign(call, buf_str(&header), buf_str(&payload), &args[2], out);
}

static int encode_sign_raw(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value jwk;

	if (encoding_json_read(value_text(&args[2]), call->arena, &jwk, call->err) < 0)
		return BUILTIN_ERROR;
	return sign(call, value_text(&args[0]), value_text(&args[1]), &jwk, out);
}

#define VERIFY_TYPE "string, string -> boolean"
#define OBJECT	    "object[string: any]"

const struct builtin builtins_jwt[] = {
	{ "io.jwt.decode", "string -> array[any]", decode },
	{ "io.jwt.decode_verify", "string, " OBJECT " -> array[any]", decode_verify,
	  .nondeterministic = true },
	{ "io.jwt.encode_sign", OBJECT ", " OBJECT ", " OBJECT " -> string", encode_sign,
	  .nondeterministic = true },
	{ "io.jwt.encode_sign_raw", "string, string, string -> string", encode_sign_raw,
	  .nondeterministic = true },
	{ "io.jwt.verify_hs256", VERIFY_TYPE, verify_hs256 },
	{ "io.jwt.verify_hs384", VERIFY_TYPE, verify_hs384 },
	{ "io.jwt.verify_hs512", VERIFY_TYPE, verify_hs512 },
	{ "io.jwt.verify_rs256", VERIFY_TYPE, verify_rs256 },
	{ "io.jwt.verify_rs384", VERIFY_TYPE, verify_rs384 },
	{ "io.jwt.verify_rs512", VERIFY_TYPE, verify_rs512 },
	{ "io.jwt.verify_ps256", VERIFY_TYPE, verify_ps256 },
	{ "io.jwt.verify_ps384", VERIFY_TYPE, verify_ps384 },
	{ "io.jwt.verify_ps512", VERIFY_TYPE, verify_ps512 },
	{ "io.jwt.verify_es256", VERIFY_TYPE, verify_es256 },
	{ "io.jwt.verify_es384", VERIFY_TYPE, verify_es384 },
	{ "io.jwt.verify_es512", VERIFY_TYPE, verify_es512 },
	{ "io.jwt.verify_eddsa", VERIFY_TYPE, verify_eddsa },
	{ .name = NULL },
};
