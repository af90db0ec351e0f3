/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/certificates.h"

#include "base/err.h"

#define TRIES 3 /* when others write at the same time */

static int64_t life_of(const struct certificates_opts *o)
{
	return o->life ? o->life : CERTIFICATES_LIFE;
}

static int64_t ca_life_of(const struct certificates_opts *o)
{
	return o->ca_life ? o->ca_life : CERTIFICATES_CA_LIFE;
}

/* When `share` hundredths of a certificate's life are over; 0: it is none. */
static int64_t due(str pem, int64_t share)
{
	int64_t from, until;
	struct err err;

	if (pem.n == 0 || authority_times(pem, &from, &until, &err) < 0)
		return 0;
	from += AUTHORITY_BACKDATE;
	return from + (until - from) * share / 100;
}

/* Made by a clock that ran ahead: nobody else believes it yet. */
static bool is_of_the_future(str pem, int64_t now)
{
	int64_t from, until;
	struct err err;

	return authority_times(pem, &from, &until, &err) == 0 && from > now;
}

/* The newest authority without those behind it. */
static str newest(str authorities)
{
	static const str end = STR_INIT("-----END CERTIFICATE-----\n");
	ptrdiff_t at = str_find(authorities, end);

	return at < 0 ? authorities : str_take(authorities, (size_t)at + end.n);
}

static bool server_is_good(const struct certificates *set, const struct certificates_opts *opts,
			   int64_t now)
{
	AUTO(tls_identity_unref)
	struct tls_identity *identity = NULL;
	struct err err;
	int64_t end = due(set->server.certificates, 100);

	/* One that holds longer than it should now is replaced, too. */
	if (due(set->server.certificates, 67) <= now || end > now + life_of(opts) ||
	    is_of_the_future(set->server.certificates, now) ||
	    !authority_covers(set->authorities, set->server.certificates, opts->names,
			      opts->names_n))
		return false;
	identity = tls_identity_new(&set->server, &err); /* the key fits, too */
	return identity != NULL;
}

static int replace_authority(struct certificates *set, const struct certificates_opts *opts,
			     int64_t now, struct arena *arena, struct err *err)
{
	struct authority ca;
	str older = newest(set->authorities); /* two at most */
	int64_t from, until;

	if (authority_new(STR("Seawall webhook authority"), now, ca_life_of(opts), arena, &ca,
			  err) < 0)
		return -1;
	if (older.n > 0 && (authority_times(older, &from, &until, err) < 0 || until <= now))
		older = STR_EMPTY;
	set->authorities = str_cat(arena, ca.certificate, older);
	set->authority_key = ca.key;
	return 0;
}

/* 1: something was replaced and is to be written. */
static int renew(struct certificates *set, const struct certificates_opts *opts, int64_t now,
		 bool told, struct arena *arena, struct err *err)
{
	struct authority ca;
	int changed = 0;

	if (due(set->authorities, 80) <= now || set->authority_key.n == 0 ||
	    is_of_the_future(set->authorities, now)) {
		if (replace_authority(set, opts, now, arena, err) < 0)
			return -1;
		changed = 1;
	}
	ca = (struct authority){ newest(set->authorities), set->authority_key };
	set->pending = server_is_good(set, opts, now) &&
		       !authority_covers(ca.certificate, set->server.certificates, NULL, 0);
	if (server_is_good(set, opts, now) && !(set->pending && told))
		return changed;
	if (authority_issue(&ca, opts->names, opts->names_n, now, life_of(opts), arena,
			    &set->server, err) < 0) {
		/* A key that is not the authority's: half of a write was lost. */
		if (changed || replace_authority(set, opts, now, arena, err) < 0)
			return -1;
		ca = (struct authority){ newest(set->authorities), set->authority_key };
		if (authority_issue(&ca, opts->names, opts->names_n, now, life_of(opts), arena,
				    &set->server, err) < 0)
			return -1;
	}
	set->pending = false;
	return 1;
}

int certificates_ensure(const struct certificate_store *store, const struct certificates_opts *opts,
			int64_t now, bool told, struct arena *arena, struct certificates *out,
			struct err *err)
{
	for (int i = 0; i < TRIES; i++) {
		struct certificates set = { 0 };
		int rc;

		if (store->read(store->context, arena, &set, err) < 0)
			return err_wrap(err, "reading certificates");
		rc = renew(&set, opts, now, told, arena, err);
		if (rc > 0)
			rc = store->write(store->context, &set, err);
		if (rc == 0) {
			*out = set;
			return 0;
		}
		if (err->kind != ERR_USAGE || err->code != 409)
			return err_wrap(err, "keeping certificates");
	}
	return err_wrap(err, "keeping certificates");
}

int64_t certificates_next(const struct certificates *set, int64_t now)
{
	int64_t server = due(set->server.certificates, 67), ca = due(set->authorities, 80);
	int64_t next = server < ca ? server : ca;

	return next > now ? next : now + 1;
}
