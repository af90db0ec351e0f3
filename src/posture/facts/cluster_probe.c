/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <netdb.h>

#include "base/err.h"
#include "posture/facts/cluster_internal.h"

#define ANONYMOUS_PATH "/api"
#define STRANGER       "seawall:nobody-in-particular"

AUTO_PTR(freeaddrinfo, struct addrinfo);

static bool add_address(const struct addrinfo *ai, str *out, size_t n, struct arena *arena)
{
	char text[INET6_ADDRSTRLEN];
	const void *at =
		ai->ai_family == AF_INET
			? (const void *)&((const struct sockaddr_in *)(const void *)ai->ai_addr)
				  ->sin_addr
			: &((const struct sockaddr_in6 *)(const void *)ai->ai_addr)->sin6_addr;

	if (!inet_ntop(ai->ai_family, at, text, sizeof(text)))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (str_eq(out[i], str_c(text)))
			return false;
	}
	out[n] = str_dup(arena, str_c(text));
	return true;
}

static void put_addresses(struct cluster_collector *c, struct json_writer *w, str host)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC };
	AUTO(freeaddrinfo)
	struct addrinfo *list = NULL;
	str *texts = ARENA_ARRAY(c->arena, str, CLUSTER_ADDRESSES_MAX), why = STR_EMPTY;
	size_t n = 0;

	if (str_empty(kube_context(c->kube))) {
		why = STR(
			"asked from inside of the cluster: the address of its service says nothing "
			"about who can reach it from outside");
	} else {
		int rc = getaddrinfo(str_cstr(c->arena, host), NULL, &hints, &list);

		if (rc != 0)
			why = str_fmt(c->arena, "%.*s: %s%s", STR_ARG(host), gai_strerror(rc),
				      kube_has_proxy(c->kube) ? " (there is a proxy between)" : "");
	}
	for (const struct addrinfo *ai = list; ai && n < CLUSTER_ADDRESSES_MAX; ai = ai->ai_next) {
		if ((ai->ai_family == AF_INET || ai->ai_family == AF_INET6) &&
		    add_address(ai, texts, n, c->arena))
			n++;
	}
	if (!str_empty(why)) {
		json_kv_str(w, STR("addresses_error"), why);
		cluster_missed(c, STR("api_server.addresses"), why,
			       STR("name the allow list of its firewall as a parameter"));
	} else {
		json_kv_strings(w, STR("addresses"), texts, n);
	}
}

/* Values of one flag of all API servers that run, different ones with commas between. */
static str merged(const struct cluster_collector *c, str name, bool *differ)
{
	str out = json_get_str(&c->flags_of[0], name);

	for (size_t i = 1; i < c->flags_n; i++) {
		str other = json_get_str(&c->flags_of[i], name);

		if (str_eq(other, out))
			continue;
		*differ = true;
		out = str_fmt(c->arena, "%.*s,%.*s", STR_ARG(out), STR_ARG(other));
	}
	return out;
}

/* Flags that name an address, a certificate or a name of the machine differ between servers. */
static bool is_own(str name)
{
	return str_eq(name, STR("advertise-address")) || str_eq(name, STR("bind-address")) ||
	       str_starts(name, STR("etcd-")) || str_starts(name, STR("tls-"));
}

static void put_flags(struct cluster_collector *c, struct json_writer *w)
{
	bool differ = false;
	str sources = STR_EMPTY;

	JSON_KEY(w, "flags");
	if (c->flags_n == 0) {
		json_put_null(w);
		cluster_missed(
			c, STR("api_server.flags"),
			c->pods_read ? STR("no pod of the API server is visible: the control plane "
					   "is managed, or runs outside of the cluster")
				     : STR("the pods could not be read"),
			STR_EMPTY);
		return;
	}
	json_open_object(w);
	JSON_MEMBERS (&c->flags_of[0], m) {
		bool ignored = false;

		json_kv_str(w, m->key, merged(c, m->key, is_own(m->key) ? &ignored : &differ));
	}
	json_close_object(w);
	for (size_t i = 0; i < c->flags_n; i++)
		sources = str_fmt(c->arena, "%.*s%s%.*s", STR_ARG(sources), i ? ", " : "",
				  STR_ARG(c->flag_sources[i]));
	json_kv_str(w, STR("flags_source"), sources);
	if (differ)
		cluster_missed(
			c, STR("api_servers"),
			STR("the API servers have different flags: their values stand side by "
			    "side"),
			STR("give all of them the same flags"));
	if (JSON_GET(&c->flags_of[0], "authorization-config")) {
		JSON_KEY(w, "authorization_config");
		json_put_null(w);
		cluster_missed(c, STR("api_server.authorization_config"),
			       STR("the file lies on the control plane and is not part of the API"),
			       STR_EMPTY);
	}
}

static int put_anonymous(struct cluster_collector *c, struct json_writer *w, struct err *err)
{
	int status = 0;

	JSON_KEY(w, "anonymous");
	if (str_starts(kube_server(c->kube), STR("http://"))) {
		json_put_null(w);
		cluster_missed(
			c, STR("api_server.anonymous"),
			STR("what listens there without TLS may be a proxy that logs in itself"),
			STR("ask the API server by its own address"));
		return 0;
	}
	if (kube_anonymous(c->kube, STR(ANONYMOUS_PATH), &status, err) < 0) {
		json_put_null(w);
		cluster_missed(c, STR("api_server.anonymous"), str_c(err->msg), STR_EMPTY);
		return err->kind == ERR_INTERRUPTED ? -1 : 0;
	}
	json_open_object(w);
	json_kv_str(w, STR("path"), STR(ANONYMOUS_PATH));
	json_kv_i64(w, STR("status"), status);
	json_close_object(w);
	return 0;
}

int cluster_put_api_server(struct cluster_collector *c, struct json_writer *w, struct err *err)
{
	unsigned port = 0;
	str host = kube_host(c->kube, &port);

	JSON_KEY(w, "api_server");
	json_open_object(w);
	json_kv_str(w, STR("host"), host);
	json_kv_u64(w, STR("port"), port);
	put_addresses(c, w, host);
	put_flags(c, w);
	if (put_anonymous(c, w, err) < 0)
		return -1;
	json_close_object(w);
	return 0;
}

/* May somebody without any role delete nodes? Asking changes nothing. */
static int review(struct cluster_collector *c, struct json_writer *w, struct err *err)
{
	static const str body = STR_INIT(
		"{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SubjectAccessReview\","
		"\"spec\":{\"user\":\"" STRANGER "\",\"groups\":[\"system:authenticated\"],"
		"\"resourceAttributes\":{\"verb\":\"delete\",\"resource\":\"nodes\"}}}");
	const struct json *answer, *allowed;

	if (kube_send(c->kube, KUBE_CREATE,
		      STR("/apis/authorization.k8s.io/v1/subjectaccessreviews"), STR_EMPTY, body,
		      c->arena, &answer, err) < 0) {
		cluster_missed(c, STR("rbac.stranger_allowed"), str_c(err->msg),
			       err->code == 403
				       ? STR("give the account a ClusterRole with the verb "
					     "create on subjectaccessreviews of API group "
					     "\"authorization.k8s.io\"")
				       : STR_EMPTY);
		return err->kind == ERR_INTERRUPTED ? -1 : 0;
	}
	allowed = json_path(answer, "status", "allowed", NULL);
	if (json_is(allowed, JSON_TRUE) || json_is(allowed, JSON_FALSE))
		json_kv_bool(w, STR("stranger_allowed"), json_bool(allowed));
	else
		cluster_missed(c, STR("rbac.stranger_allowed"),
			       STR("the server does not say it in its answer"), STR_EMPTY);
	return 0;
}

int cluster_put_rbac(struct cluster_collector *c, struct json_writer *w, struct err *err)
{
	JSON_KEY(w, "rbac");
	json_open_object(w);
	json_kv_bool(w, STR("api_available"),
		     kube_catalog_find(&c->catalog, STR("rbac.authorization.k8s.io"),
				       STR("clusterroles")) != NULL);
	if (review(c, w, err) < 0)
		return -1;
	json_close_object(w);
	return 0;
}
