/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/sync_store.h"

#include <stdio.h>

#include "base/err.h"
#include "fmt/syntax/yaml.h"
#include "policy/constraint/constraint_template.h"
#include "test.h"

static const struct sync_kind service = { STR_INIT(""), STR_INIT("v1"), STR_INIT("Service") };
static const struct sync_kind ingress = { STR_INIT("networking.k8s.io"), STR_INIT("v1"),
					  STR_INIT("Ingress") };

static const struct json *yaml(const char *text, struct arena *arena)
{
	const struct json *json = NULL;
	struct err err;

	CHECK_OK(yaml_parse(str_c(text), NULL, arena, &json, NULL, &err));
	return json;
}

static void configure(struct gatekeeper_config *config, const char *text, struct arena *arena)
{
	struct err err;

	gatekeeper_config_init(config, arena);
	CHECK_INT(gatekeeper_config_add(config, yaml(text, arena), &err), 1);
}

#define CONFIG                                                                                  \
	"{apiVersion: config.gatekeeper.sh/v1alpha1, kind: Config, metadata: {name: c}, spec: " \
	"{sync: {syncOnly: [{group: '', version: v1, kind: Service}]}"

static struct sync_store *store_for(const char *config, struct arena *arena, size_t bytes)
{
	struct sync_store *store = sync_store_new(bytes);
	struct gatekeeper_config c;

	configure(&c, config, arena);
	CHECK(sync_store_want(store, &c, NULL, 0));
	return store;
}

static bool put(struct sync_store *store, const char *namespace, const char *name,
		struct arena *arena)
{
	str text = str_fmt(
		arena,
		"{apiVersion: v1, kind: Service, metadata: {name: %s, namespace: %s, "
		"managedFields: [{manager: m}]}, spec: {ratio: 1.50, list: [a, {b: true}]}}",
		name, namespace);

	return sync_store_put(store, &service, yaml(str_cstr(arena, text), arena));
}

/* The inventory as JSON. */
static str shown(struct sync_store *store, struct arena *arena)
{
	AUTO(sync_view_unref)
	struct sync_view *view = sync_store_view(store);
	struct json_writer w;
	struct buf b;
	str text;

	buf_init(&b, 1u << 20);
	json_writer_init(&w, &b, 0);
	value_write_json(sync_data_value(sync_view_data(view)), &w);
	text = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

/* States always make a view anew; objects only now and then. */
static void settle(struct sync_store *store)
{
	sync_store_fail(store, &service, SYNC_BROKEN, STR("x"));
	sync_store_goes_on(store, &service);
}

TEST(an_inventory_follows_its_objects)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(sync_store_free)
	struct sync_store *store = store_for(CONFIG "}}", arena, 0);

	CHECK(!sync_store_settled(store));
	sync_store_begins(store, &service);
	CHECK(put(store, "a", "one", arena));
	CHECK_STR(str_cstr(arena, shown(store, arena)), "{\"inventory\":{}}");
	sync_store_ends(store, &service);
	CHECK(sync_store_settled(store));
	CHECK_STR(
		str_cstr(arena, shown(store, arena)),
		"{\"inventory\":{\"namespace\":{\"a\":{\"v1\":{\"Service\":{\"one\":{"
		"\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"one\","
		"\"namespace\":\"a\"},\"spec\":{\"list\":[\"a\",{\"b\":true}],\"ratio\":1.5}}}}}}}}");
	sync_store_remove(store, &service, STR("a"), STR("one"));
	settle(store);
	CHECK_STR(str_cstr(arena, shown(store, arena)), "{\"inventory\":{}}");
	CHECK_INT(sync_store_bytes(store), 0);
}

TEST(what_is_in_no_list_any_more_is_gone)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(sync_store_free)
	struct sync_store *store = store_for(CONFIG "}}", arena, 0);
	struct sync_status *status;

	sync_store_begins(store, &service);
	CHECK(put(store, "a", "one", arena));
	CHECK(put(store, "b", "two", arena));
	sync_store_ends(store, &service);
	sync_store_begins(store, &service);
	CHECK(put(store, "b", "two", arena));
	sync_store_ends(store, &service);
	CHECK_INT(sync_store_status(store, arena, &status), 1);
	CHECK_INT(status[0].objects, 1);
	CHECK_INT(status[0].lists, 2);
	settle(store);
	CHECK(str_find(shown(store, arena), STR("one")) < 0);
	CHECK(str_find(shown(store, arena), STR("\"b\":{\"v1\":{\"Service\":{\"two\"")) > 0);
}

TEST(a_view_stays_as_it_is)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(sync_store_free)
	struct sync_store *store = store_for(CONFIG "}}", arena, 0);
	struct sync_view *view;
	struct gatekeeper_config none;

	sync_store_begins(store, &service);
	CHECK(put(store, "a", "one", arena));
	sync_store_ends(store, &service);
	view = sync_store_view(store);
	sync_store_remove(store, &service, STR("a"), STR("one"));
	gatekeeper_config_init(&none, arena);
	CHECK(sync_store_want(store, &none, NULL, 0));
	CHECK(!sync_store_want(store, &none, NULL, 0));
	CHECK(json_path(value_to_json(sync_data_value(sync_view_data(view)), arena), "inventory",
			"namespace", "a", "v1", "Service", "one", "spec", NULL) != NULL);
	sync_view_unref(view);
}

TEST(namespaces_left_out_of_sync_are_not_there)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(sync_store_free)
	struct sync_store *store =
		store_for(CONFIG ", match: [{excludedNamespaces: ['kube-*'], processes: [sync]}, "
				 "{excludedNamespaces: [b], processes: [audit]}]}}",
			  arena, 0);
	struct gatekeeper_config c;
	struct sync_status *status;

	sync_store_begins(store, &service);
	CHECK(put(store, "kube-system", "dns", arena));
	CHECK(put(store, "b", "two", arena));
	sync_store_ends(store, &service);
	CHECK(str_find(shown(store, arena), STR("kube-system")) < 0);
	CHECK(str_find(shown(store, arena), STR("\"two\"")) > 0);
	/* Others than before: all is read anew. */
	configure(&c, CONFIG "}}", arena);
	CHECK(sync_store_want(store, &c, NULL, 0));
	CHECK_INT(sync_store_status(store, arena, &status), 1);
	CHECK_INT(status[0].state, SYNC_WAITING);
	CHECK_INT(status[0].objects, 0);
}

TEST(a_kind_that_does_not_fit_is_given_up_whole)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(sync_store_free)
	struct sync_store *store = store_for(CONFIG "}}", arena, 1500);
	struct sync_status *status;
	bool fits = true;
	char name[16];

	sync_store_begins(store, &service);
	for (int i = 0; i < 20 && fits; i++) {
		(void)snprintf(name, sizeof(name), "s%d", i);
		fits = put(store, "a", name, arena);
	}
	CHECK(!fits);
	CHECK(!put(store, "a", "more", arena));
	sync_store_ends(store, &service);
	CHECK_INT(sync_store_status(store, arena, &status), 1);
	CHECK_INT(status[0].state, SYNC_FULL);
	CHECK_INT(status[0].objects, 0);
	CHECK_INT(sync_store_bytes(store), 0);
	CHECK_STR(str_cstr(arena, status[0].reason),
		  "more than 1500 bytes with all that is synced");
}

TEST(names_that_come_and_go_do_not_pile_up)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(sync_store_free)
	struct sync_store *store = store_for(CONFIG "}}", arena, 0);
	char name[16];

	sync_store_begins(store, &service);
	sync_store_ends(store, &service);
	CHECK(put(store, "a", "stays", arena));
	for (int i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof(name), "s%d", i);
		CHECK(put(store, i % 2 ? "a" : name, name, arena));
		sync_store_remove(store, &service, str_c(i % 2 ? "a" : name), str_c(name));
	}
	settle(store);
	CHECK(str_find(shown(store, arena), STR("{\"stays\":")) > 0);
	CHECK(shown(store, arena).n < 300);
}

/* ---- what templates need -------------------------------------------------------------------- */

static struct constraint_template *template_of(const char *annotation, const char *rego,
					       struct arena *arena)
{
	struct constraint_template *t;
	struct json *text = ARENA_NEW(arena, struct json), *said = ARENA_NEW(arena, struct json);
	const struct json *json = yaml(
		"{apiVersion: templates.gatekeeper.sh/v1beta1, kind: ConstraintTemplate, metadata: "
		"{name: need, annotations: {}}, spec: {crd: {spec: {names: {kind: Need}}}, targets: "
		"[{target: admission.k8s.gatekeeper.sh}]}}",
		arena);
	const struct json *targets = json_path(json, "spec", "targets", NULL);
	struct json *list = ARENA_NEW(arena, struct json), *item = ARENA_NEW(arena, struct json);
	const struct json *metadata = JSON_GET(json, "metadata");
	struct err err;

	*text = json_make_str(
		str_fmt(arena, "package need\nviolation[{\"msg\": \"m\"}] { %s }\n", rego));
	*item = *json_with(json_at(targets, 0), STR("rego"), text, arena);
	*list = json_make_array(item, 1);
	json = json_with(json, STR("spec"),
			 json_with(JSON_GET(json, "spec"), STR("targets"), list, arena), arena);
	if (annotation) {
		*said = json_make_str(str_c(annotation));
		metadata = json_with(metadata, STR("annotations"),
				     json_with(NULL, SYNC_ANNOTATION, said, arena), arena);
		json = json_with(json, STR("metadata"), metadata, arena);
	}
	t = constraint_template_new(json, NULL, &err);
	CHECK_OK(t ? 0 : -1);
	return t;
}

/* Why the template cannot be judged where Services are read and Ingresses are in that state. */
static str why(const char *annotation, const char *rego, enum sync_state state, struct arena *arena)
{
	AUTO(constraint_template_free)
	struct constraint_template *t = template_of(annotation, rego, arena);
	AUTO(sync_store_free)
	struct sync_store *store = store_for(CONFIG "}}", arena, 0);
	AUTO(sync_view_unref)
	struct sync_view *view = NULL;
	struct gatekeeper_config c;

	configure(&c, CONFIG "}}", arena);
	CHECK(sync_store_want(store, &c, &ingress, 1));
	sync_store_begins(store, &service);
	sync_store_ends(store, &service);
	if (state != SYNC_WAITING) {
		sync_store_begins(store, &ingress);
		sync_store_ends(store, &ingress);
	}
	if (state != SYNC_WAITING && state != SYNC_READY)
		sync_store_fail(store, &ingress, state, STR("because"));
	view = sync_store_view(store);
	return str_dup(arena, str_cat(arena, sync_view_missing(view, &t->needs, arena), STR("")));
}

#define WHY(annotation, rego, state, want) \
	CHECK_STR(str_cstr(arena, why(annotation, rego, state, arena)), want)

TEST(a_template_is_judged_only_by_what_it_looks_at)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const char *services = "data.inventory.namespace[_][\"v1\"][\"Service\"][_]";
	const char *ingresses = "data.inventory.namespace[_][v].Ingress[_]; v != \"\"";
	const char *nodes = "data.inventory.cluster.v1.Node[_]";
	const char *any = "x := data.inventory; x[_][_][_][_]";

	WHY(NULL, "input.review.name == \"a\"", SYNC_WAITING, "");
	WHY(NULL, services, SYNC_WAITING, "");
	WHY(NULL, ingresses, SYNC_WAITING,
	    "networking.k8s.io/v1/Ingress in data.inventory is not read yet");
	WHY(NULL, ingresses, SYNC_READY, "");
	WHY(NULL, ingresses, SYNC_BROKEN, "");
	WHY(NULL, ingresses, SYNC_FAILED,
	    "networking.k8s.io/v1/Ingress in data.inventory cannot be read: because");
	WHY(NULL, ingresses, SYNC_FULL,
	    "networking.k8s.io/v1/Ingress in data.inventory has too many objects: because");
	WHY(NULL, nodes, SYNC_READY,
	    "it looks at v1/Node in data.inventory, which no Config or SyncSet syncs");
	WHY(NULL, any, SYNC_READY, "");
	WHY(NULL, any, SYNC_WAITING,
	    "networking.k8s.io/v1/Ingress in data.inventory is not read yet");
	WHY(NULL, any, SYNC_FAILED,
	    "networking.k8s.io/v1/Ingress in data.inventory cannot be read: because");
}

TEST(the_annotation_counts_before_the_text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const char *any = "x := data.inventory; x[_][_][_][_]";
	const char *either = "[[{\"groups\":[\"extensions\"],\"versions\":[\"v1beta1\"],\"kinds\":["
			     "\"Ingress\"]},{\"groups\":[\"networking.k8s.io\"],\"versions\":["
			     "\"v1beta1\",\"v1\"],\"kinds\":[\"Ingress\"]}]]";
	const char *quoted =
		"\"[[{\"groups\":[\"\"],\"versions\":[\"v1\"],\"kinds\":[\"Pod\"]}]]\"";
	const char *both = "[[{\"groups\":[\"\"],\"versions\":[\"v1\"],\"kinds\":[\"Service\"]}],"
			   "[{\"groups\":[\"\"],\"versions\":[\"v1\"],\"kinds\":[\"Pod\"]}]]";

	WHY(either, any, SYNC_READY, "");
	WHY(either, any, SYNC_WAITING,
	    "networking.k8s.io/v1/Ingress in data.inventory is not read yet");
	WHY(quoted, any, SYNC_READY,
	    "it looks at v1/Pod in data.inventory, which no Config or SyncSet syncs");
	WHY(both, any, SYNC_READY,
	    "it looks at v1/Pod in data.inventory, which no Config or SyncSet syncs");
	/* One that cannot be read is no reason to look away. */
	WHY("[[{\"groups\":[]}]]", "data.inventory.cluster.v1.Node[_]", SYNC_READY,
	    "it looks at v1/Node in data.inventory, which no Config or SyncSet syncs");
}

TEST(too_many_kinds_are_told)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(sync_store_free)
	struct sync_store *store = sync_store_new(0);
	struct sync_kind *kinds = ARENA_ARRAY(arena, struct sync_kind, SYNC_KINDS_MAX + 3);
	struct gatekeeper_config none;

	gatekeeper_config_init(&none, arena);
	for (size_t i = 0; i < SYNC_KINDS_MAX + 3; i++)
		kinds[i] = (struct sync_kind){ STR("g"), STR("v1"), str_fmt(arena, "K%zu", i) };
	CHECK(sync_store_want(store, &none, kinds, SYNC_KINDS_MAX + 3));
	CHECK_INT(sync_store_too_many(store), 3);
	CHECK_INT(sync_store_kinds(store, arena, &kinds), SYNC_KINDS_MAX);
}
