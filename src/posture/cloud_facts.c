/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/cloud_facts.h"

#include "base/err.h"

#define CLUSTER	     STR("microsoft.containerservice/managedclusters")
#define REGISTRY     STR("microsoft.containerregistry/registries")
#define BELOW	     STR("microsoft.containerregistry/registries/")
#define PRICING	     STR("microsoft.security/pricings")
#define ASSESSMENT   STR("microsoft.security/assessments")
#define FINDING	     STR("microsoft.security/assessments/subassessments")
#define SUBSCRIPTION STR("microsoft.resources/subscriptions")

/* What belongs to one registry or one subscription. */
struct holder {
	const struct arm_resource *resource; /* of a registry */
	str name;			     /* of a subscription */
	const struct arm_resource **related;
	size_t n, cap;
};

struct making {
	const struct arm_set *set;
	struct arena *arena;
	struct cloud_facts *out;
	size_t document_cap, not_examined_cap, bytes;
	struct map registries;	  /* id, or "name NAME" -> struct holder */
	struct map subscriptions; /* id -> struct holder */
	struct map others;	  /* type -> count */
	struct err *err;
};

/* ---- whom something belongs to ---- */

static struct holder *holder_of(struct map *map, str key)
{
	return key.n > 0 ? map_get(map, key) : NULL;
}

static struct holder *make_holder(struct making *m, struct map *map, str key)
{
	void **slot = map_slot(map, key);

	if (!*slot)
		*slot = ARENA_NEW(m->arena, struct holder);
	return *slot;
}

static str name_key(struct making *m, str name)
{
	return str_fmt(m->arena, "name %.*s", STR_ARG(str_lower(m->arena, name)));
}

static void add_registry(struct making *m, const struct arm_resource *r)
{
	struct holder *h = ARENA_NEW(m->arena, struct holder);

	h->resource = r;
	if (r->id.n > 0)
		map_put(&m->registries, r->id, h);
	if (r->name.n > 0)
		map_put(&m->registries, name_key(m, r->name), h);
	if (r->id.n == 0 && r->name.n == 0)
		map_put(&m->registries, str_fmt(m->arena, "%p", (const void *)r), h);
}

static int relate(struct making *m, struct holder *h, const struct arm_resource *r)
{
	if (h->n == CLOUD_FACTS_MAX_RELATED)
		return err_set(m->err, ERR_LIMIT, "%.*s: more than %u resources belong to it",
			       STR_ARG(h->resource ? h->resource->name : h->name),
			       CLOUD_FACTS_MAX_RELATED);
	h->related = arena_grow(m->arena, h->related, h->n, &h->cap, sizeof(*h->related));
	h->related[h->n++] = r;
	return 0;
}

/* The registry above a resource: by the path of its id, by what it says, or by its name. */
static struct holder *registry_of(struct making *m, const struct arm_resource *r)
{
	ptrdiff_t mark = str_find(r->id, STR("/providers/microsoft.security/"));
	const struct json *properties = arm_member(r->json, STR("properties")), *details;
	struct holder *h = NULL;
	str above = r->id, parent;

	if (mark > 0)
		return holder_of(&m->registries, str_take(r->id, (size_t)mark));
	/* .../registries/NAME/kind/NAME */
	for (int i = 0; i < 2 && str_rfind_char(above, '/') > 0; i++)
		above = str_take(above, (size_t)str_rfind_char(above, '/'));
	h = holder_of(&m->registries, above);
	if (!h && str_starts(r->type, BELOW) && str_find_char(r->name, '/') > 0) {
		parent = str_take(r->name, (size_t)str_find_char(r->name, '/'));
		h = holder_of(&m->registries, name_key(m, parent));
	}
	details = arm_member(properties ? properties : r->json, STR("resourceDetails"));
	if (!h && details)
		h = holder_of(&m->registries,
			      str_lower(m->arena, json_str(arm_member(details, STR("id")))));
	return h;
}

/* "/subscriptions/ID" of "/subscriptions/ID/providers/microsoft.security/pricings/NAME"; false: it
 * is not of the whole subscription. */
static bool subscription_of(struct making *m, const struct arm_resource *r, str *out)
{
	str rest = str_without_prefix(r->id, STR("/subscriptions/")), id, below;
	const struct json *said = arm_member(r->json, STR("subscriptionId"));

	if (r->id.n == 0) {
		*out = str_lower(m->arena, json_str(said));
		return true;
	}
	if (rest.n == r->id.n || !str_cut(rest, '/', &id, &below) ||
	    !str_starts(below, STR("providers/microsoft.security/pricings/")))
		return false;
	*out = id;
	return true;
}

static void count_other(struct making *m, str type)
{
	void **slot = map_slot(&m->others, type);

	*slot = (void *)((uintptr_t)*slot + 1);
}

static int sort_one(struct making *m, const struct arm_resource *r)
{
	struct holder *h = NULL;
	str id;

	if (str_eq(r->type, CLUSTER) || str_eq(r->type, REGISTRY))
		return 0;
	if (str_eq(r->type, PRICING) && subscription_of(m, r, &id)) {
		h = make_holder(m, &m->subscriptions, id);
		h->name = id;
		return relate(m, h, r);
	}
	if (str_eq(r->type, SUBSCRIPTION)) {
		id = str_without_prefix(r->id, STR("/subscriptions/"));
		make_holder(m, &m->subscriptions, id)->name = id;
		return 0;
	}
	if (str_starts(r->type, BELOW) || str_eq(r->type, ASSESSMENT) || str_eq(r->type, FINDING))
		h = registry_of(m, r);
	if (h)
		return relate(m, h, r);
	count_other(m, r->type);
	return 0;
}

/* ---- documents ---- */

static int add_document(struct making *m, str kind, str path, struct buf *b)
{
	struct cloud_facts *out = m->out;

	m->bytes += b->n;
	if (b->overflow || m->bytes > CLOUD_FACTS_MAX_ALL)
		return err_set(m->err, ERR_LIMIT, "%.*s: facts of more than %u bytes",
			       STR_ARG(path), CLOUD_FACTS_MAX_BYTES);
	out->documents = arena_grow(m->arena, out->documents, out->n, &m->document_cap,
				    sizeof(*out->documents));
	out->documents[out->n++] = (struct fact_document){
		.kind = kind,
		.path = path,
		.layer = -1,
		.json = str_dup(m->arena, buf_str(b)),
	};
	return 0;
}

static str path_of(const struct arm_resource *r)
{
	str id = json_str(arm_member(r->json, STR("id")));

	if (id.n > 0)
		return id;
	return r->name.n > 0 ? r->name : r->type;
}

static void put_related(struct json_writer *w, str key, const struct holder *h)
{
	json_key(w, key);
	json_open_array(w);
	for (size_t i = 0; h && i < h->n; i++)
		json_put(w, h->related[i]->json);
	json_close_array(w);
}

static int put_resource(struct making *m, str kind, const struct arm_resource *r,
			const struct holder *h)
{
	struct json_writer w;
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, CLOUD_FACTS_MAX_BYTES);
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("kind"), kind);
	json_kv_str(&w, STR("form"), STR("arm"));
	JSON_KEY(&w, "resource");
	json_put(&w, r->json);
	put_related(&w, STR("related"), h);
	json_close_object(&w);
	return add_document(m, kind, path_of(r), &b);
}

static int put_subscription(struct making *m, const struct holder *h)
{
	str path = h->name.n > 0 ? str_cat(m->arena, STR("/subscriptions/"), h->name)
				 : STR("subscription");
	struct json_writer w;
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, CLOUD_FACTS_MAX_BYTES);
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("kind"), STR("tenant"));
	json_kv_str(&w, STR("form"), STR("arm"));
	json_kv_str(&w, STR("subscription"), path);
	put_related(&w, STR("pricings"), h);
	json_close_object(&w);
	return add_document(m, STR("tenant"), path, &b);
}

static str own_name(const struct json *json, str kind)
{
	str name = json_get_str(json, STR("name"));

	if (name.n == 0)
		name = json_str(json_path(json, "cluster", "name", NULL));
	if (name.n == 0)
		name = json_get_str(json, STR("host"));
	return name.n > 0 ? name : kind;
}

/* Without the objects of a cluster, where the head says of them what is asked. */
static void put_head(struct json_writer *w, const struct json *json)
{
	bool told = JSON_GET(json, "policy_addon") != NULL;

	json_open_object(w);
	JSON_MEMBERS (json, member) {
		if (told && str_eq(member->key, STR("objects")))
			continue;
		json_key(w, member->key);
		json_put(w, &member->value);
	}
	json_close_object(w);
}

static int put_own(struct making *m, const struct json *json)
{
	static const char *const kinds[] = { "cluster", "registry", "tenant" };
	str kind = json_get_str(json, STR("kind"));
	struct json_writer w;
	AUTO(buf_done)
	struct buf b = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (!str_eq(kind, str_c(kinds[i])))
			continue;
		buf_init(&b, CLOUD_FACTS_MAX_BYTES);
		json_writer_init(&w, &b, 0);
		put_head(&w, json);
		return add_document(m, str_c(kinds[i]), own_name(json, str_c(kinds[i])), &b);
	}
	count_other(m, str_fmt(m->arena, "facts about: %.*s", STR_ARG(kind)));
	return 0;
}

/* ---- what was not looked at ---- */

static void skip(struct making *m, enum err_kind kind, str what, str path, str reason,
		 uint64_t count)
{
	struct cloud_facts *out = m->out;

	out->not_examined = arena_grow(m->arena, out->not_examined, out->not_examined_n,
				       &m->not_examined_cap, sizeof(*out->not_examined));
	out->not_examined[out->not_examined_n++] = (struct not_examined){
		.kind = kind, .what = what, .path = path, .reason = reason, .count = count
	};
}

static void tell_skipped(struct making *m)
{
	MAP_EACH (&m->others, entry) {
		skip(m, ERR_NONE, STR("resource"), entry->key,
		     STR("no recommendation is about resources of this type"),
		     (uintptr_t)entry->value);
	}
	if (m->set->without_type > 0)
		skip(m, ERR_INPUT, STR("resource"), STR_EMPTY,
		     STR("elements that are no resources: they have no type"),
		     m->set->without_type);
	if (m->set->cut > 0)
		skip(m, ERR_LIMIT, STR("resource"), STR_EMPTY,
		     STR("the answer says that there are further pages"), m->set->cut);
}

static int by_kind(const void *a, const void *b)
{
	const struct fact_document *x = a, *y = b;
	int order = str_cmp(x->kind, y->kind);

	return order ? order : str_cmp(x->path, y->path);
}

static int make_all(struct making *m)
{
	const struct arm_set *set = m->set;

	for (size_t i = 0; i < set->n; i++) {
		if (str_eq(set->items[i].type, REGISTRY))
			add_registry(m, &set->items[i]);
	}
	for (size_t i = 0; i < set->n; i++) {
		if (sort_one(m, &set->items[i]) < 0)
			return -1;
	}
	for (size_t i = 0; i < set->n; i++) {
		const struct arm_resource *r = &set->items[i];

		if (str_eq(r->type, CLUSTER) && put_resource(m, STR("cluster"), r, NULL) < 0)
			return -1;
		if (str_eq(r->type, REGISTRY) &&
		    put_resource(m, STR("registry"), r,
				 holder_of(&m->registries,
					   r->id.n > 0 ? r->id : name_key(m, r->name))) < 0)
			return -1;
	}
	MAP_EACH (&m->subscriptions, entry) {
		if (put_subscription(m, entry->value) < 0)
			return -1;
	}
	for (size_t i = 0; i < set->own_n; i++) {
		if (put_own(m, set->own[i]) < 0)
			return -1;
	}
	return 0;
}

int cloud_facts_make(const struct arm_set *set, struct arena *arena, struct cloud_facts *out,
		     struct err *err)
{
	struct making m = { .set = set, .arena = arena, .out = out, .err = err };

	*out = (struct cloud_facts){ 0 };
	map_init(&m.registries, arena);
	map_init(&m.subscriptions, arena);
	map_init(&m.others, arena);
	if (make_all(&m) < 0)
		return -1;
	tell_skipped(&m);
	if (out->n > 1)
		qsort(out->documents, out->n, sizeof(*out->documents), by_kind);
	return 0;
}
