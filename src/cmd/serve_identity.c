/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/time.h"
#include "cmd/serve.h"
#include "cmd/value.h"
#include "hub/webhook/certificates.h"
#include "net/tls_identity.h"

#define CLUSTER_LOOK_S 30 /* at the caBundle, and at what other replicas did */

static int read_pem(str path, struct arena *arena, str *out, struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	*out = STR_EMPTY;
	if (str_empty(path))
		return 0;
	buf_init(&b, TLS_IDENTITY_MAX_PEM);
	if (buf_read_file(&b, str_cstr(arena, path), err) < 0)
		return -1;
	*out = str_dup(arena, buf_str(&b));
	return 0;
}

/* 1: the clients know the authorities; 0: not yet, or nobody can tell them. */
static int tell_clients(const struct serve *s, str authorities)
{
	str configuration = option_text(&s->in->options, SERVE_CONFIGURATION);
	struct err err;
	int changed;

	if (!s->cluster)
		return 0;
	changed = cluster_publish(s->cluster, configuration, authorities, &err);
	if (changed > 0)
		log_info("caBundle of the webhook configurations set", KV("name", configuration));
	if (changed < 0)
		log_error("the caBundle cannot be set", KV_C("reason", err.msg));
	return changed >= 0;
}

static int own_certificate(struct serve *s, struct arena *arena, struct tls_pem *pem,
			   struct err *err)
{
	const struct options *o = &s->in->options;
	struct certificates_opts opts = { 0 };
	struct certificates set;
	str service = str_fmt(arena, "seawall-webhook.%.*s.svc",
			      STR_ARG(option_text(o, SERVE_NAMESPACE)));
	str presets[] = { service, STR("localhost"), STR("127.0.0.1") };

	opts.names = option_items(o, SERVE_TLS_NAMES, &opts.names_n);
	if (opts.names_n == 0) {
		opts.names = presets;
		opts.names_n = ARRAY_LEN(presets);
	}
	if (value_duration(option_text(o, SERVE_TLS_LIFE), &opts.life, err) < 0 ||
	    certificates_ensure(&s->store, &opts, time_now(), false, arena, &set, err) < 0)
		return -1;
	if (tell_clients(s, set.authorities) && set.pending &&
	    certificates_ensure(&s->store, &opts, time_now(), true, arena, &set, err) < 0)
		return -1;
	s->look_again = certificates_next(&set, time_now());
	if (s->cluster && s->look_again > time_now() + CLUSTER_LOOK_S)
		s->look_again = time_now() + CLUSTER_LOOK_S;
	*pem = set.server;
	return 0;
}

static uint64_t hash_of(const struct tls_pem *pem)
{
	return siphash(pem->certificates, 1, 1) ^ siphash(pem->key, 2, 2) ^
	       siphash(pem->client_authorities, 3, 3);
}

int serve_identity(struct serve *s, struct err *err)
{
	const struct options *o = &s->in->options;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(tls_identity_unref)
	struct tls_identity *identity = NULL;
	struct tls_pem pem = { 0 };

	s->look_again = time_now() + CLUSTER_LOOK_S;
	if (s->store.read) {
		if (own_certificate(s, arena, &pem, err) < 0)
			return -1;
	} else if (read_pem(option_text(o, SERVE_TLS_CERT), arena, &pem.certificates, err) < 0 ||
		   read_pem(option_text(o, SERVE_TLS_KEY), arena, &pem.key, err) < 0) {
		return -1;
	}
	if (read_pem(option_text(o, SERVE_CLIENT_CA), arena, &pem.client_authorities, err) < 0)
		return -1;
	if (hash_of(&pem) == s->identity)
		return 0;
	identity = tls_identity_new(&pem, err);
	if (!identity)
		return -1;
	if (tls_identity_until(identity) <= time_now())
		log_warn("the certificate has expired");
	webhook_set_identity(s->webhook, identity);
	s->identity = hash_of(&pem);
	log_info("certificate in use",
		 KV("until", time_format(arena, tls_identity_until(identity))));
	return 0;
}
