/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/credential.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/base64.h"
#include "base/time.h"

#define EXPIRY_MARGIN_S 10

AUTO_PTR(BIO_free, BIO);
AUTO_PTR(X509_free, X509);
AUTO_PTR(EVP_PKEY_free, EVP_PKEY);

void credential_init(struct credential *c) { *c = (struct credential){ .arena = arena_new() }; }
void credential_done(struct credential *c)
{
	arena_free(c->arena);
	c->arena = NULL;
}

void credential_copy(struct credential *to, const struct credential *from)
{
	struct arena *arena = to->arena;

	*to = *from;
	to->arena = arena;
	to->authorization = str_dup(arena, from->authorization);
	to->cert_pem = str_dup(arena, from->cert_pem);
	to->key_pem = str_dup(arena, from->key_pem);
}

bool credential_renewable(const struct kubeconfig *config)
{
	return config->exec || config->token_file;
}

/* An encrypted key: nobody is asked for its password. */
static int no_password(char *to, int size, int writing, void *context)
{
	(void)to, (void)size, (void)writing, (void)context;
	return -1;
}

static X509 *first_certificate(str pem)
{
	AUTO(BIO_free)
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);

	return bio ? PEM_read_bio_X509(bio, NULL, no_password, NULL) : NULL;
}

int credential_check_pair(str cert_pem, str key_pem, str who, struct err *err)
{
	AUTO(X509_free)
	X509 *cert = first_certificate(cert_pem);
	AUTO(BIO_free)
	BIO *bio = BIO_new_mem_buf(key_pem.p, (int)key_pem.n);
	AUTO(EVP_PKEY_free)
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;

	if (!cert)
		return err_set(err, ERR_INPUT, "%.*s: the client certificate cannot be read",
			       STR_ARG(who));
	if (!key)
		return err_set(err, ERR_INPUT, "%.*s: the client key cannot be read%s",
			       STR_ARG(who),
			       str_find(key_pem, STR("ENCRYPTED")) >= 0
				       ? " (it is encrypted: keep it without a password)"
				       : "");
	if (X509_check_private_key(cert, key) != 1)
		return err_set(err, ERR_INPUT,
			       "%.*s: the client key does not belong to the client certificate",
			       STR_ARG(who));
	return 0;
}

str credential_expiry_note(str cert_pem, struct arena *arena)
{
	AUTO(X509_free)
	X509 *cert = str_empty(cert_pem) ? NULL : first_certificate(cert_pem);
	int days = 0, seconds = 0;

	if (!cert || !ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(cert)))
		return STR_EMPTY;
	if (days > 0 || (days == 0 && seconds > 0))
		return STR_EMPTY;
	str date = time_format_date(arena, time_now() + days * (int64_t)86400 + seconds);

	return str_fmt(arena, "the client certificate expired on %.*s", STR_ARG(date));
}

static str basic(const struct kubeconfig *config, struct arena *arena)
{
	str pair =
		str_fmt(arena, "%.*s:%.*s", STR_ARG(config->username), STR_ARG(config->password));

	return str_cat(arena, STR("Basic "), base64_encode(arena, pair));
}

static int from_plugin(struct credential *c, const struct kubeconfig *config, struct err *err)
{
	struct exec_answer answer;

	if (exec_run(config, c->arena, &answer, err) < 0)
		return -1;
	if (!str_empty(answer.token))
		c->authorization = str_cat(c->arena, STR("Bearer "), answer.token);
	c->cert_pem = answer.cert_pem;
	c->key_pem = answer.key_pem;
	c->expires = answer.expires;
	return 0;
}

static int have(struct credential *c, const struct kubeconfig *config, struct err *err)
{
	str token = config->token;

	arena_reset(c->arena);
	*c = (struct credential){ .arena = c->arena, .generation = c->generation + 1 };
	if (config->exec)
		return from_plugin(c, config, err);
	if (config->token_file && kubeconfig_token(config->token_file, c->arena, &token, err) < 0)
		return -1;
	if (!str_empty(token))
		c->authorization = str_cat(c->arena, STR("Bearer "), token);
	else if (!str_empty(config->username))
		c->authorization = basic(config, c->arena);
	return 0;
}

int credential_ready(struct credential *c, const struct kubeconfig *config, bool refused,
		     struct err *err)
{
	bool stale = c->read_ms == 0 || (refused && credential_renewable(config));

	if (config->token_file && time_mono_ms() - c->read_ms > CREDENTIAL_REREAD_MS)
		stale = true;
	if (c->expires && time_now() > c->expires - EXPIRY_MARGIN_S)
		stale = true;
	if (!stale)
		return 0;
	if (have(c, config, err) < 0) {
		c->read_ms = 0;
		return -1;
	}
	c->read_ms = time_mono_ms();
	return 1;
}
