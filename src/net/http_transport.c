/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include "base/num.h"
#include "net/http_server_internal.h"

#define PIECE_MAX (1u << 20) /* of one call */

/* 0: not now; -1: it is over. */
static int tls_result(struct http_connection *c, int rc)
{
	switch (SSL_get_error(c->ssl, rc)) {
	case SSL_ERROR_WANT_READ:
		c->wants_read = true;
		return 0;
	case SSL_ERROR_WANT_WRITE:
		c->wants_write = true;
		return 0;
	case SSL_ERROR_ZERO_RETURN:
		c->ended = true;
		return -1;
	default:
		ERR_clear_error();
		return -1;
	}
}

ssize_t http_transport_read(struct http_connection *c, char *to, size_t size)
{
	ssize_t n;

	if (c->ssl) {
		int rc;

		c->wants_write = false;
		ERR_clear_error();
		rc = SSL_read(c->ssl, to, (int)size_min(size, PIECE_MAX));
		if (rc > 0)
			return rc;
		rc = tls_result(c, rc);
		c->wants_read = false; /* it reads anyway */
		return rc;
	}
	do
		n = recv(c->fd, to, size, 0);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		return n;
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	c->ended = n == 0;
	return -1;
}

ssize_t http_transport_write(struct http_connection *c, str bytes)
{
	ssize_t n;

	if (c->ssl) {
		int rc;

		c->wants_read = false;
		ERR_clear_error();
		rc = SSL_write(c->ssl, bytes.p, (int)size_min(bytes.n, PIECE_MAX));
		return rc > 0 ? rc : tls_result(c, rc);
	}
	do
		n = send(c->fd, bytes.p, bytes.n, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	return n;
}

/* The name in a certificate that was checked against the authorities. */
static void take_client(struct http_connection *c)
{
	X509 *cert = SSL_get1_peer_certificate(c->ssl);
	int n = -1;

	if (cert && SSL_get_verify_result(c->ssl) == X509_V_OK)
		n = X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName,
					      c->client, sizeof(c->client));
	if (n < 0 || memchr(c->client, '\0', (size_t)n))
		c->client[0] = '\0';
	X509_free(cert);
}

int http_transport_shake(struct http_connection *c)
{
	int rc;

	c->wants_read = c->wants_write = false;
	ERR_clear_error();
	rc = SSL_do_handshake(c->ssl);
	if (rc == 1) {
		take_client(c);
		return 1;
	}
	return tls_result(c, rc);
}

void http_transport_close(struct http_connection *c)
{
	if (c->ssl) {
		ERR_clear_error();
		if (c->state != CONNECTION_SHAKE)
			(void)SSL_shutdown(c->ssl); /* says goodbye; nobody waits for the answer */
		ERR_clear_error();
		SSL_free(c->ssl);
		c->ssl = NULL;
	}
	if (c->fd >= 0)
		(void)close(c->fd);
	c->fd = -1;
}
