/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "posture/facts/cluster_internal.h"

#define SERVERS_MAX 16u /* pods of the API server whose flags are kept */
#define PODS_MAX    1000u

static struct json text_value(str s, struct arena *arena)
{
	str own = str_dup(arena, s);

	return (struct json){ .type = JSON_STRING, .n = (uint32_t)own.n, .text = own.p };
}

static str meta_str(const struct json *object, str key)
{
	return json_get_str(JSON_GET(object, "metadata"), key);
}

static void look_platform(struct cluster_collector *c, const struct json *node)
{
	static const struct {
		str label, name;
	} labels[] = { { STR_INIT("kubernetes.azure.com/cluster"), STR_INIT("aks") },
		       { STR_INIT("eks.amazonaws.com/nodegroup"), STR_INIT("eks") },
		       { STR_INIT("cloud.google.com/gke-nodepool"), STR_INIT("gke") },
		       { STR_INIT("node.openshift.io/os_id"), STR_INIT("openshift") },
		       { STR_INIT("minikube.k8s.io/name"), STR_INIT("minikube") } };
	const struct json *own = json_path(node, "metadata", "labels", NULL);
	str provider = json_get_str(JSON_GET(node, "spec"), STR("providerID"));

	if (!str_empty(c->platform))
		return;
	for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
		if (json_get(own, labels[i].label))
			c->platform = labels[i].name;
	}
	if (str_empty(c->platform) && str_starts(provider, STR("kind://")))
		c->platform = STR("kind");
	if (str_empty(c->platform) && str_starts(provider, STR("k3s://")))
		c->platform = STR("k3s");
}

static void look_node(struct cluster_collector *c, const struct json *node)
{
	const struct json *info = json_path(node, "status", "nodeInfo", NULL);
	const struct json *labels = json_path(node, "metadata", "labels", NULL);
	struct json_member *m;
	uint32_t n = 0;

	look_platform(c, node);
	if (c->nodes_n >= CLUSTER_NODES_MAX) {
		c->nodes_dropped++;
		return;
	}
	m = ARENA_ARRAY(c->arena, struct json_member, 8);
	const struct {
		str key, value;
	} texts[] = {
		{ STR("name"), meta_str(node, STR("name")) },
		{ STR("kubelet_version"), json_get_str(info, STR("kubeletVersion")) },
		{ STR("os"), json_get_str(info, STR("operatingSystem")) },
		{ STR("os_image"), json_get_str(info, STR("osImage")) },
		{ STR("container_runtime"), json_get_str(info, STR("containerRuntimeVersion")) },
		{ STR("provider_id"), json_get_str(JSON_GET(node, "spec"), STR("providerID")) },
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (!str_empty(texts[i].value))
			m[n++] = (struct json_member){
				.key = texts[i].key, .value = text_value(texts[i].value, c->arena)
			};
	}
	if (json_is(labels, JSON_OBJECT))
		m[n++] = (struct json_member){ .key = STR("labels"),
					       .value = *json_copy(labels, c->arena) };
	c->nodes = arena_grow(c->arena, c->nodes, c->nodes_n, &c->nodes_cap, sizeof(*c->nodes));
	c->nodes[c->nodes_n++] = (struct json){ .type = JSON_OBJECT, .n = n, .members = m };
}

/* Which services our own webhooks lead to. */
static void look_webhook(struct cluster_collector *c, const struct json *object)
{
	if (c->webhooks_n >= CLUSTER_WEBHOOKS_MAX) {
		cluster_missed(c, STR("webhooks"), STR("there are too many"), STR_EMPTY);
		return;
	}
	c->webhooks = arena_grow(c->arena, c->webhooks, c->webhooks_n, &c->webhooks_cap,
				 sizeof(*c->webhooks));
	c->webhooks[c->webhooks_n++] = *json_copy(object, c->arena);
	if (!cluster_is_ours(object))
		return;
	JSON_EACH (JSON_GET(object, "webhooks"), hook) {
		const struct json *service = json_path(hook, "clientConfig", "service", NULL);
		str ns = json_get_str(service, STR("namespace"));
		str name = json_get_str(service, STR("name"));

		if (str_empty(name))
			continue;
		*map_slot(&c->addon_services,
			  str_fmt(c->arena, "%.*s/%.*s", STR_ARG(ns), STR_ARG(name))) = NULL;
		*map_slot(&c->addon_namespaces, ns) = c;
	}
}

static void look_service(struct cluster_collector *c, const struct json *object)
{
	str key;

	if (c->addon_services.n == 0)
		return;
	key = str_fmt(c->arena, "%.*s/%.*s", STR_ARG(meta_str(object, STR("namespace"))),
		      STR_ARG(meta_str(object, STR("name"))));
	if (map_has(&c->addon_services, key))
		IGNORE(map_put(&c->addon_services, key, c)); /* it is there: not new */
}

static bool is_ready(const struct json *pod)
{
	JSON_EACH (json_path(pod, "status", "conditions", NULL), condition) {
		if (str_eq(json_get_str(condition, STR("type")), STR("Ready")))
			return str_eq(json_get_str(condition, STR("status")), STR("True"));
	}
	return false;
}

static void look_addon_pod(struct cluster_collector *c, const struct json *pod)
{
	struct json_member *m;

	if (!map_has(&c->addon_namespaces, meta_str(pod, STR("namespace"))) ||
	    !cluster_is_ours(pod) || c->addon_pods_n >= PODS_MAX)
		return;
	m = ARENA_ARRAY(c->arena, struct json_member, 2);
	m[0] = (struct json_member){ .key = STR("name"),
				     .value = text_value(meta_str(pod, STR("name")), c->arena) };
	m[1] = (struct json_member){ .key = STR("ready"),
				     .value = { .type = is_ready(pod) ? JSON_TRUE : JSON_FALSE } };
	c->addon_pods = arena_grow(c->arena, c->addon_pods, c->addon_pods_n, &c->addon_pods_cap,
				   sizeof(*c->addon_pods));
	c->addon_pods[c->addon_pods_n++] =
		(struct json){ .type = JSON_OBJECT, .n = 2, .members = m };
}

static bool is_api_server(const struct json *pod)
{
	str component = json_get_str(json_path(pod, "metadata", "labels", NULL), STR("component"));

	return str_eq(meta_str(pod, STR("namespace")), STR("kube-system")) &&
	       (str_eq(component, STR("kube-apiserver")) ||
		str_starts(meta_str(pod, STR("name")), STR("kube-apiserver-")));
}

/* "--name=value", "--name" "value", "--name": into the object under construction. */
static void add_flags(const struct json *words, struct json_member *m, uint32_t *n,
		      struct arena *arena)
{
	for (size_t i = 0; i < json_len(words); i++) {
		str word = json_str(json_at(words, i)), name, value = STR("true");
		str next = json_str(json_at(words, i + 1));

		if (!str_starts(word, STR("--")))
			continue;
		name = str_skip(word, 2);
		if (!str_cut(name, '=', &name, &value) && !str_empty(next) &&
		    !str_starts(next, STR("-")))
			value = next;
		/* What is given last counts. */
		uint32_t at = 0;

		while (at < *n && !str_eq(m[at].key, name))
			at++;
		if (at == *n)
			++*n;
		m[at] = (struct json_member){ .key = str_dup(arena, name),
					      .value = text_value(value, arena) };
	}
}

static void look_api_server(struct cluster_collector *c, const struct json *pod)
{
	size_t words = 0;
	struct json_member *m;
	uint32_t n = 0;

	if (!is_api_server(pod) || c->flags_n >= SERVERS_MAX)
		return;
	JSON_EACH (json_path(pod, "spec", "containers", NULL), one)
		words += json_len(JSON_GET(one, "command")) + json_len(JSON_GET(one, "args"));
	m = ARENA_ARRAY(c->arena, struct json_member, words);
	JSON_EACH (json_path(pod, "spec", "containers", NULL), container) {
		if (!str_eq(json_get_str(container, STR("name")), STR("kube-apiserver")) &&
		    json_len(json_path(pod, "spec", "containers", NULL)) > 1)
			continue;
		add_flags(JSON_GET(container, "command"), m, &n, c->arena);
		add_flags(JSON_GET(container, "args"), m, &n, c->arena);
	}
	if (n == 0)
		return;
	c->flag_sources = arena_grow(c->arena, c->flag_sources, c->flags_n, &c->flag_sources_cap,
				     sizeof(*c->flag_sources));
	c->flag_sources[c->flags_n] =
		str_fmt(c->arena, "pod kube-system/%.*s", STR_ARG(meta_str(pod, STR("name"))));
	c->flags_of =
		arena_grow(c->arena, c->flags_of, c->flags_n, &c->flags_cap, sizeof(*c->flags_of));
	c->flags_of[c->flags_n++] = (struct json){ .type = JSON_OBJECT, .n = n, .members = m };
}

static void look_lease(struct cluster_collector *c, const struct json *lease)
{
	str renewed = json_get_str(JSON_GET(lease, "spec"), STR("renewTime"));
	int64_t then, now;

	if (!cluster_is_ours(lease) || !time_parse(renewed, &now))
		return;
	if (!time_parse(c->heartbeat, &then) || now > then)
		c->heartbeat = str_dup(c->arena, renewed);
}

void cluster_look(struct cluster_collector *c, const struct json *object)
{
	str kind = json_get_str(object, STR("kind"));

	if (str_eq(kind, STR("Pod"))) {
		look_api_server(c, object);
		look_addon_pod(c, object);
	} else if (str_eq(kind, STR("Node"))) {
		look_node(c, object);
	} else if (str_ends(kind, STR("WebhookConfiguration"))) {
		look_webhook(c, object);
	} else if (str_eq(kind, STR("Service"))) {
		look_service(c, object);
	} else if (str_eq(kind, STR("Lease"))) {
		look_lease(c, object);
	}
}

static void put_items(struct json_writer *w, str key, const struct json *items, size_t n)
{
	json_key(w, key);
	json_open_array(w);
	for (size_t i = 0; i < n; i++)
		json_put(w, &items[i]);
	json_close_array(w);
}

static str platform_of(const struct cluster_collector *c)
{
	str version = json_get_str(c->version, STR("gitVersion"));

	if (!str_empty(c->platform))
		return c->platform;
	if (str_find(version, STR("-gke.")) >= 0)
		return STR("gke");
	if (str_find(version, STR("-eks-")) >= 0)
		return STR("eks");
	if (str_find(version, STR("+k3s")) >= 0)
		return STR("k3s");
	if (str_find(version, STR("+rke2")) >= 0)
		return STR("rke2");
	if (kube_catalog_find(&c->catalog, STR("config.openshift.io"), STR("clusterversions")))
		return STR("openshift");
	return STR("kubernetes");
}

static void put_addon(struct cluster_collector *c, struct json_writer *w)
{
	bool found = true;

	JSON_KEY(w, "policy_addon");
	json_open_object(w);
	if (c->webhooks_read && c->services_read && c->addon_services.n > 0) {
		MAP_EACH (&c->addon_services, e)
			found = found && e->value;
		JSON_KEY(w, "service");
		json_open_object(w);
		json_kv_bool(w, STR("found"), found);
		json_close_object(w);
	}
	if (c->webhooks_read && c->pods_read)
		put_items(w, STR("pods"), c->addon_pods, c->addon_pods_n);
	if (!str_empty(c->heartbeat))
		json_kv_str(w, STR("heartbeat"), c->heartbeat);
	else if (c->leases_read)
		json_kv_str(w, STR("heartbeat"), STR("never"));
	json_close_object(w);
}

static void put_groups(struct cluster_collector *c, struct json_writer *w)
{
	str last = STR_EMPTY;

	JSON_KEY(w, "groups");
	json_open_array(w);
	for (size_t i = 0; i < c->catalog.n; i++) {
		str group = c->catalog.items[i].group;

		if (!str_empty(group) && !str_eq(group, last))
			json_put_str(w, group);
		last = group;
	}
	json_close_array(w);
}

void cluster_put_head(struct cluster_collector *c, struct json_writer *w)
{
	str cluster = kube_cluster(c->kube);

	JSON_KEY(w, "cluster");
	json_open_object(w);
	json_kv_str(w, STR("name"), cluster);
	json_kv_opt(w, STR("context"), kube_context(c->kube));
	json_kv_str(w, STR("server"), kube_server(c->kube));
	json_kv_str(w, STR("platform"), platform_of(c));
	json_close_object(w);
	if (c->version) {
		JSON_KEY(w, "version");
		json_put(w, c->version);
	}
	if (c->nodes_dropped)
		cluster_missed(c, STR("nodes"), STR("there are too many"), STR_EMPTY);
	if (c->nodes_read)
		put_items(w, STR("nodes"), c->nodes, c->nodes_n);
	if (c->webhooks_read)
		put_items(w, STR("webhooks"), c->webhooks, c->webhooks_n);
	put_addon(c, w);
	put_groups(c, w);
}
