/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "base/err.h"
#include "hub/webhook/cluster_internal.h"

static str path_of(const struct cluster *c, struct arena *arena)
{
	return str_fmt(arena, "/api/v1/namespaces/%s/secrets/%s", c->opts.own_namespace, c->secret);
}

static int take_text(const struct json *data, const char *key, struct arena *arena, str *out,
		     struct err *err)
{
	str text = json_get_str(data, str_c(key));

	*out = STR_EMPTY;
	if (text.n > 2 * TLS_IDENTITY_MAX_PEM || !base64_decode(arena, text, out))
		return err_set(err, ERR_INPUT, "%s is not base64", key);
	return 0;
}

static int read_secret(void *context, struct arena *arena, struct certificates *out,
		       struct err *err)
{
	struct cluster *c = context;
	const struct json *secret, *data;

	if (kube_get(c->kube, path_of(c, arena), arena, &secret, err) < 0)
		return -1;
	data = JSON_GET(secret, "data");
	if (take_text(data, "ca.crt", arena, &out->authorities, err) < 0 ||
	    take_text(data, "ca.key", arena, &out->authority_key, err) < 0 ||
	    take_text(data, "tls.crt", arena, &out->server.certificates, err) < 0 ||
	    take_text(data, "tls.key", arena, &out->server.key, err) < 0)
		return err_wrap(err, "Secret %s/%s", c->opts.own_namespace, c->secret);
	out->version = json_get_str(JSON_GET(secret, "metadata"), STR("resourceVersion"));
	return out->authorities.n > 0;
}

/* A patch, so that labels and whatever else is there stays; of the version that was read. */
static int write_secret(void *context, const struct certificates *set, struct err *err)
{
	struct cluster *c = context;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf b = { 0 };
	struct json_writer w;

	buf_init(&b, 4u << 20);
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	JSON_KEY(&w, "metadata");
	json_open_object(&w);
	json_kv_str(&w, STR("resourceVersion"), set->version);
	json_close_object(&w);
	JSON_KEY(&w, "data");
	json_open_object(&w);
	json_kv_str(&w, STR("ca.crt"), base64_encode(arena, set->authorities));
	json_kv_str(&w, STR("ca.key"), base64_encode(arena, set->authority_key));
	json_kv_str(&w, STR("tls.crt"), base64_encode(arena, set->server.certificates));
	json_kv_str(&w, STR("tls.key"), base64_encode(arena, set->server.key));
	json_close_object(&w);
	json_close_object(&w);
	return kube_send(c->kube, KUBE_PATCH, path_of(c, arena),
			 STR("application/merge-patch+json"), buf_str(&b), arena, NULL, err);
}

struct certificate_store cluster_secret_store(struct cluster *cluster, const char *name)
{
	cluster->secret = name;
	return (struct certificate_store){ .read = read_secret,
					   .write = write_secret,
					   .context = cluster };
}
