/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * certificates: the webhook's own authority and serving certificate, made, kept in a store and
 * replaced before they expire.
 *
 *	struct certificates_opts opts = { .names = names, .names_n = n, .life = 90 * DAY };
 *	struct certificates now;
 *
 *	if (certificates_ensure(&store, &opts, time_now(), false, arena, &now, &err) < 0)
 *		return -1;
 *	tell_clients(now.authorities);          // caBundle
 *	if (now.pending && certificates_ensure(&store, &opts, time_now(), true, ...) < 0)
 *		return -1;
 *	identity = tls_identity_new(&now.server, &err);
 *
 * A serving certificate is replaced when two thirds of its life are over, or when its names are not
 * the wanted ones. An authority is replaced when four fifths of its life are over: first the new
 * one joins the old one in `authorities`, and only when clients know both (`told`) the server shows
 * a certificate of the new one, so that no connection fails in between.
 */
#include "net/authority.h"

#define CERTIFICATES_LIFE    (90 * 86400)	 /* seconds of a serving certificate */
#define CERTIFICATES_CA_LIFE (5 * 365 * 86400ll) /* of an authority */

struct certificates {
	str authorities; /* PEM, the newest first: caBundle */
	str authority_key;
	struct tls_pem server;
	str version;  /* of the store's, when it has one: what a write replaces */
	bool pending; /* the server still shows a certificate of an older authority */
};

/* Where they lie. */
struct certificate_store {
	/* 1; 0: there are none yet (out->version is set). */
	int (*read)(void *context, struct arena *arena, struct certificates *out, struct err *err);
	/* ERR_USAGE: somebody else wrote meanwhile; what is there now is to be taken. */
	int (*write)(void *context, const struct certificates *set, struct err *err);
	void *context;
};

struct certificates_opts {
	const str *names;
	size_t names_n;
	int64_t life, ca_life; /* seconds; 0: as above */
};

int certificates_ensure(const struct certificate_store *store, const struct certificates_opts *opts,
			int64_t now, bool told, struct arena *arena, struct certificates *out,
			struct err *err) MUST_USE;
/* When to look again: before anything has to be replaced. */
int64_t certificates_next(const struct certificates *set, int64_t now);

/* A folder with ca.crt, ca.key, tls.crt and tls.key, mode 0600; made when it is not there. */
struct certificate_folder {
	const char *path;
};
struct certificate_store certificate_folder_store(struct certificate_folder *folder);
