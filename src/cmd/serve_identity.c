/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/time.h"
#include "cmd/serve.h"
#include "cmd/value.h"
#include "hub/webhook/certificates.h"
#include "net/tls_identity.h"

#define LOOK_S 60 /* at files whose changes nobody tells us */

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

static int own_certificate(struct serve *s, struct arena *arena, struct tls_pem *pem,
			   struct err *err)
{
	const struct options *o = &s->in->options;
	struct certificate_store store = certificate_folder_store(s->folder);
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
	    certificates_ensure(&store, &opts, time_now(), false, arena, &set, err) < 0)
		return -1;
	s->look_again = certificates_next(&set, time_now());
	*pem = set.server;
	return 0;
}

int serve_identity(struct serve *s, struct err *err)
{
	const struct options *o = &s->in->options;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(tls_identity_unref)
	struct tls_identity *identity = NULL;
	struct tls_pem pem = { 0 };

	s->look_again = time_now() + LOOK_S;
	if (s->folder) {
		if (own_certificate(s, arena, &pem, err) < 0)
			return -1;
	} else if (read_pem(option_text(o, SERVE_TLS_CERT), arena, &pem.certificates, err) < 0 ||
		   read_pem(option_text(o, SERVE_TLS_KEY), arena, &pem.key, err) < 0) {
		return -1;
	}
	if (read_pem(option_text(o, SERVE_CLIENT_CA), arena, &pem.client_authorities, err) < 0)
		return -1;
	identity = tls_identity_new(&pem, err);
	if (!identity)
		return -1;
	if (tls_identity_until(identity) <= time_now())
		log_warn("the certificate has expired");
	webhook_set_identity(s->webhook, identity);
	log_info("certificate in use",
		 KV("until", time_format(arena, tls_identity_until(identity))));
	return 0;
}
