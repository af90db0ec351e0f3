/* SPDX-License-Identifier: Apache-2.0 */
/* What of objects gets into facts, and what becomes the head; tests/e2e/kube.sh reads a real
 * cluster. */
#include "posture/facts/cluster.h"

#include "base/buf.h"
#include "base/err.h"
#include "posture/facts/cluster_internal.h"
#include "test.h"

static const struct json *parsed(struct arena *arena, const char *text)
{
	const struct json *out;
	struct err err;

	CHECK_INT(json_parse(str_c(text), NULL, arena, &out, &err), 0);
	return out;
}

static const char *told(struct arena *arena, enum cluster_form form, const char *text)
{
	const struct cluster_row row = { .form = form };
	const struct json *object = cluster_told(&row, parsed(arena, text), arena);
	AUTO(buf_done)
	struct buf out = { 0 };
	struct json_writer w;

	if (!object)
		return NULL;
	buf_init(&out, 1u << 20);
	json_writer_init(&w, &out, 0);
	json_put(&w, object);
	return str_cstr(arena, buf_str(&out));
}

#define NOTES                                                                               \
	"\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"{data}\"," \
	"\"a\":\"b\"}"

TEST(whole_objects_lose_their_managed_fields_only)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STR(
		told(arena, CLUSTER_WHOLE,
		     "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"managedFields\":[{}]," NOTES
		     "},\"spec\":{\"x\":1},\"data\":{}}"),
		"{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"," NOTES
		"},\"spec\":{\"x\":1},\"data\":{}}");
}

TEST(secrets_have_no_values_whatever_the_server_sends)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STR(
		told(arena, CLUSTER_METADATA,
		     "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\"," NOTES
		     "},\"data\":{\"k\":\"djE=\"},\"stringData\":{\"k\":\"v1\"},\"type\":\"Opaque\"}"),
		"{\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\",\"annotations\":{\"a\":\"b\"}},"
		"\"type\":\"Opaque\"}");
	CHECK_STR(told(arena, CLUSTER_METADATA, "{\"metadata\":7,\"data\":{\"k\":\"v\"}}"),
		  "{\"metadata\":{}}");
}

TEST(config_maps_keep_the_names_of_keys)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STR(
		told(arena, CLUSTER_KEYS,
		     "{\"metadata\":{" NOTES "},\"data\":{\"a\":\"1\",\"b\":\"2\"},"
		     "\"binaryData\":{\"c\":\"AA==\"}}"),
		"{\"metadata\":{\"annotations\":{\"a\":\"b\"}},\"data_keys\":[\"a\",\"b\",\"c\"]}");
	CHECK_STR(told(arena, CLUSTER_KEYS, "{\"metadata\":{}}"),
		  "{\"metadata\":{},\"data_keys\":[]}");
}

TEST(only_our_own_leases_are_told)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK(!told(arena, CLUSTER_OURS, "{\"metadata\":{\"name\":\"node-1\"}}"));
	CHECK(!told(arena, CLUSTER_OURS, "{\"metadata\":{\"name\":\"seawalls\"}}"));
	CHECK(told(arena, CLUSTER_OURS, "{\"metadata\":{\"name\":\"seawall-webhook\"}}"));
	CHECK(told(
		arena, CLUSTER_OURS,
		"{\"metadata\":{\"name\":\"x\",\"labels\":{\"app.kubernetes.io/name\":\"seawall\"}}}"));
}

static void look(struct cluster_collector *c, const char *text)
{
	cluster_look(c, parsed(c->arena, text));
}

static str flag(const struct cluster_collector *c, size_t server, const char *name)
{
	return json_get_str(&c->flags_of[server], str_c(name));
}

#define SERVER(name, words)                                                                             \
	"{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"kube-system\",\"name\":\"kube-apiserver-" name \
	"\"},\"spec\":{\"containers\":[{\"name\":\"kube-apiserver\"," words "}]}}"

TEST(flags_are_those_of_the_pods_of_the_api_server)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct cluster_collector c = { .arena = arena };

	map_init(&c.addon_namespaces, arena);
	look(&c,
	     SERVER("a",
		    "\"command\":[\"kube-apiserver\",\"--a=1\",\"--b\",\"2\",\"--c\",\"--a=3\"],"
		    "\"args\":[\"--d=x=y\",7,\"--e=\"]"));
	look(&c, SERVER("b", "\"command\":[\"kube-apiserver\"]"));
	look(&c,
	     "{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"default\",\"name\":\"kube-apiserver-x\"},"
	     "\"spec\":{\"containers\":[{\"command\":[\"--a=9\"]}]}}");
	CHECK_INT(c.flags_n, 1);
	CHECK_STR(str_cstr(arena, flag(&c, 0, "a")), "3");
	CHECK_STR(str_cstr(arena, flag(&c, 0, "b")), "2");
	CHECK_STR(str_cstr(arena, flag(&c, 0, "c")), "true");
	CHECK_STR(str_cstr(arena, flag(&c, 0, "d")), "x=y");
	CHECK_INT(flag(&c, 0, "e").n, 0);
	CHECK_STR(str_cstr(arena, c.flag_sources[0]), "pod kube-system/kube-apiserver-a");
}

TEST(our_webhook_its_service_and_its_pods_are_found)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct cluster_collector c = { .arena = arena };

	map_init(&c.addon_namespaces, arena);
	map_init(&c.addon_services, arena);
	look(&c,
	     "{\"kind\":\"ValidatingWebhookConfiguration\",\"metadata\":{\"name\":\"seawall\"},"
	     "\"webhooks\":[{\"clientConfig\":{\"service\":{\"namespace\":\"s\",\"name\":\"w\"}}}]}");
	look(&c, "{\"kind\":\"Service\",\"metadata\":{\"namespace\":\"s\",\"name\":\"other\"}}");
	CHECK(!map_get(&c.addon_services, STR("s/w")));
	look(&c, "{\"kind\":\"Service\",\"metadata\":{\"namespace\":\"s\",\"name\":\"w\"}}");
	CHECK(map_get(&c.addon_services, STR("s/w")));
	look(&c,
	     "{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"s\",\"name\":\"seawall-1\"},\"status\":"
	     "{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
	look(&c, "{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"s\",\"name\":\"seawall-2\"}}");
	look(&c, "{\"kind\":\"Pod\",\"metadata\":{\"namespace\":\"t\",\"name\":\"seawall-3\"}}");
	CHECK_INT(c.addon_pods_n, 2);
	CHECK(json_bool(JSON_GET(&c.addon_pods[0], "ready")));
	CHECK(!json_bool(JSON_GET(&c.addon_pods[1], "ready")));
	look(&c, "{\"kind\":\"Lease\",\"metadata\":{\"name\":\"seawall\"},\"spec\":{\"renewTime\":"
		 "\"2026-01-01T00:00:00.000000Z\"}}");
	look(&c,
	     "{\"kind\":\"Lease\",\"metadata\":{\"name\":\"seawall-2\"},\"spec\":{\"renewTime\":"
	     "\"2025-01-01T00:00:00.000000Z\"}}");
	look(&c,
	     "{\"kind\":\"Lease\",\"metadata\":{\"name\":\"seawall-3\"},\"spec\":{\"renewTime\":7}}");
	CHECK_STR(str_cstr(arena, c.heartbeat), "2026-01-01T00:00:00.000000Z");
}
