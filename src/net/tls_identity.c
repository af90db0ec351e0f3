/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tls_identity.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/err.h"
#include "base/num.h"

#define CHAIN_MAX 32u /* certificates of one text */

struct tls_identity {
	SSL_CTX *ctx;
	unsigned refs;
	int64_t from, until;
	bool asks_clients;
};

AUTO_PTR(BIO_free, BIO);
AUTO_PTR(ASN1_TIME_free, ASN1_TIME);
AUTO_PTR(X509_free, X509);
AUTO_PTR(EVP_PKEY_free, EVP_PKEY);

static int openssl_error(struct err *err, const char *what)
{
	unsigned long code = ERR_get_error();
	const char *reason = code ? ERR_reason_error_string(code) : NULL;

	ERR_clear_error();
	return err_set(err, ERR_INPUT, "%s: %s", what, reason ? reason : "not usable");
}

/* Nobody is asked for a passphrase. */
static int no_passphrase(char *to, int size, int writing, void *context)
{
	(void)to, (void)size, (void)writing, (void)context;
	return 0;
}

static int64_t seconds(const ASN1_TIME *t)
{
	int days = 0, rest = 0;
	AUTO(ASN1_TIME_free)
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);

	if (!epoch || !ASN1_TIME_diff(&days, &rest, epoch, t))
		return 0;
	return (int64_t)days * 86400 + rest;
}

static int add_certificate(struct tls_identity *identity, X509 *cert, size_t i, struct err *err)
{
	if (i >= CHAIN_MAX)
		return err_set(err, ERR_LIMIT, "more than %u certificates", CHAIN_MAX);
	if (i > 0)
		return SSL_CTX_add1_chain_cert(identity->ctx, cert) == 1
			       ? 0
			       : openssl_error(err, "certificate chain");
	if (SSL_CTX_use_certificate(identity->ctx, cert) != 1)
		return openssl_error(err, "certificate");
	identity->from = seconds(X509_get0_notBefore(cert));
	identity->until = seconds(X509_get0_notAfter(cert));
	return 0;
}

static int add_authority(struct tls_identity *identity, X509 *cert, size_t i, struct err *err)
{
	if (i >= CHAIN_MAX)
		return err_set(err, ERR_LIMIT, "more than %u authorities of clients", CHAIN_MAX);
	if (X509_STORE_add_cert(SSL_CTX_get_cert_store(identity->ctx), cert) != 1 ||
	    SSL_CTX_add_client_CA(identity->ctx, cert) != 1)
		return openssl_error(err, "authority of clients");
	return 0;
}

typedef int add_fn(struct tls_identity *identity, X509 *cert, size_t i, struct err *err);

static int each_certificate(struct tls_identity *identity, str pem, const char *what, add_fn *add,
			    struct err *err)
{
	AUTO(BIO_free)
	BIO *bio = NULL;
	size_t i = 0;

	if (pem.n > TLS_IDENTITY_MAX_PEM)
		return err_set(err, ERR_LIMIT, "%s: more than %u bytes", what,
			       TLS_IDENTITY_MAX_PEM);
	bio = BIO_new_mem_buf(pem.p ? pem.p : "", (int)pem.n);
	for (;; i++) {
		AUTO(X509_free)
		X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, no_passphrase, NULL) : NULL;

		if (!cert)
			break;
		if (add(identity, cert, i, err) < 0)
			return -1;
	}
	ERR_clear_error(); /* the end of the text is one */
	if (i == 0)
		return err_set(err, ERR_INPUT, "%s: no certificate in it", what);
	return 0;
}

static int set_key(struct tls_identity *identity, str pem, struct err *err)
{
	AUTO(BIO_free)
	BIO *bio = BIO_new_mem_buf(pem.p ? pem.p : "", (int)size_min(pem.n, TLS_IDENTITY_MAX_PEM));
	AUTO(EVP_PKEY_free)
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;

	if (!key)
		return openssl_error(err, "private key");
	if (SSL_CTX_use_PrivateKey(identity->ctx, key) != 1 ||
	    SSL_CTX_check_private_key(identity->ctx) != 1)
		return openssl_error(err, "private key");
	return 0;
}

static int harden(SSL_CTX *ctx, struct err *err)
{
	static const char suites[] = "ECDHE+AESGCM:ECDHE+CHACHA20";

	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 ||
	    SSL_CTX_set_cipher_list(ctx, suites) != 1)
		return openssl_error(err, "TLS");
	return 0;
}

struct tls_identity *tls_identity_new(const struct tls_pem *pem, struct err *err)
{
	AUTO(tls_identity_unref)
	struct tls_identity *identity = mem_zalloc(sizeof(*identity));

	identity->refs = 1;
	ERR_clear_error();
	identity->ctx = SSL_CTX_new(TLS_server_method());
	if (!identity->ctx)
		return err_null(err, ERR_SYS, "TLS: the library libssl.so.3 does not answer");
	if (harden(identity->ctx, err) < 0 ||
	    each_certificate(identity, pem->certificates, "certificate", add_certificate, err) <
		    0 ||
	    set_key(identity, pem->key, err) < 0)
		return NULL;
	if (pem->client_authorities.n > 0) {
		if (each_certificate(identity, pem->client_authorities, "authorities of clients",
				     add_authority, err) < 0)
			return NULL;
		/* Who has none is told so by the route that wants one. */
		SSL_CTX_set_verify(identity->ctx, SSL_VERIFY_PEER, NULL);
		identity->asks_clients = true;
	}
	return TAKE(identity);
}

struct tls_identity *tls_identity_ref(struct tls_identity *identity)
{
	if (identity)
		__atomic_add_fetch(&identity->refs, 1, __ATOMIC_RELAXED);
	return identity;
}

void tls_identity_unref(struct tls_identity *identity)
{
	if (!identity || __atomic_sub_fetch(&identity->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	SSL_CTX_free(identity->ctx);
	free(identity);
}

int64_t tls_identity_from(const struct tls_identity *identity) { return identity->from; }
int64_t tls_identity_until(const struct tls_identity *identity) { return identity->until; }
bool tls_identity_asks_clients(const struct tls_identity *identity)
{
	return identity->asks_clients;
}

void *tls_identity_accept(struct tls_identity *identity, int fd)
{
	SSL *ssl = SSL_new(identity->ctx);

	if (!ssl)
		return NULL;
	if (SSL_set_fd(ssl, fd) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	SSL_set_accept_state(ssl);
	return ssl;
}
