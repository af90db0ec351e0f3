/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libssl under its own names, loaded with the first call: only the server needs it (curl_forward.c
 * says why). Without the library no identity can be made, which its caller reports.
 */
#include <openssl/ssl.h>

#include "base/library.h"

static struct library ssl = { .soname = "libssl.so.3" };

LIBRARY_FORWARD(ssl, const SSL_METHOD *, NULL, TLS_server_method, (void), ())
LIBRARY_FORWARD(ssl, SSL_CTX *, NULL, SSL_CTX_new, (const SSL_METHOD *method), (method))
LIBRARY_FORWARD_VOID(ssl, SSL_CTX_free, (SSL_CTX * ctx), (ctx))
LIBRARY_FORWARD(ssl, long, 0, SSL_CTX_ctrl, (SSL_CTX * ctx, int command, long number, void *p),
		(ctx, command, number, p))
LIBRARY_FORWARD(ssl, uint64_t, 0, SSL_CTX_set_options, (SSL_CTX * ctx, uint64_t options),
		(ctx, options))
LIBRARY_FORWARD(ssl, int, 0, SSL_CTX_set_cipher_list, (SSL_CTX * ctx, const char *list),
		(ctx, list))
LIBRARY_FORWARD(ssl, int, 0, SSL_CTX_use_certificate, (SSL_CTX * ctx, X509 *cert), (ctx, cert))
LIBRARY_FORWARD(ssl, int, 0, SSL_CTX_use_PrivateKey, (SSL_CTX * ctx, EVP_PKEY *key), (ctx, key))
LIBRARY_FORWARD(ssl, int, 0, SSL_CTX_check_private_key, (const SSL_CTX *ctx), (ctx))
LIBRARY_FORWARD(ssl, X509_STORE *, NULL, SSL_CTX_get_cert_store, (const SSL_CTX *ctx), (ctx))
LIBRARY_FORWARD(ssl, int, 0, SSL_CTX_add_client_CA, (SSL_CTX * ctx, X509 *cert), (ctx, cert))
LIBRARY_FORWARD_VOID(ssl, SSL_CTX_set_verify, (SSL_CTX * ctx, int mode, SSL_verify_cb verify),
		     (ctx, mode, verify))
LIBRARY_FORWARD(ssl, SSL *, NULL, SSL_new, (SSL_CTX * ctx), (ctx))
LIBRARY_FORWARD_VOID(ssl, SSL_free, (SSL * s), (s))
LIBRARY_FORWARD(ssl, int, 0, SSL_set_fd, (SSL * s, int fd), (s, fd))
LIBRARY_FORWARD_VOID(ssl, SSL_set_accept_state, (SSL * s), (s))
LIBRARY_FORWARD(ssl, int, -1, SSL_do_handshake, (SSL * s), (s))
LIBRARY_FORWARD(ssl, int, -1, SSL_read, (SSL * s, void *to, int size), (s, to, size))
LIBRARY_FORWARD(ssl, int, -1, SSL_write, (SSL * s, const void *from, int size), (s, from, size))
LIBRARY_FORWARD(ssl, int, SSL_ERROR_SSL, SSL_get_error, (const SSL *s, int rc), (s, rc))
LIBRARY_FORWARD(ssl, int, -1, SSL_shutdown, (SSL * s), (s))
LIBRARY_FORWARD(ssl, X509 *, NULL, SSL_get1_peer_certificate, (const SSL *s), (s))
LIBRARY_FORWARD(ssl, long, X509_V_ERR_UNSPECIFIED, SSL_get_verify_result, (const SSL *s), (s))
