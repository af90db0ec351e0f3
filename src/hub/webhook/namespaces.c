/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/namespaces.h"

#include <pthread.h>

#include "base/err.h"
#include "base/map.h"

/* One namespace with memory of its own, so that changes do not pile up. */
struct entry {
	struct arena *arena;
	const struct json *labels;
	unsigned list; /* in which it was seen last */
};

struct namespaces {
	pthread_rwlock_t lock;
	struct arena *arena; /* of the map: made anew when too many names came and went */
	struct map map;
	size_t n; /* entries that are there */
	unsigned list;
};

struct namespaces *namespaces_new(void)
{
	struct namespaces *ns = mem_zalloc(sizeof(*ns));

	(void)pthread_rwlock_init(&ns->lock, NULL);
	ns->arena = arena_new();
	map_init(&ns->map, ns->arena);
	return ns;
}

static void entry_free(struct entry *e)
{
	if (!e)
		return;
	arena_free(e->arena);
	free(e);
}

void namespaces_free(struct namespaces *ns)
{
	if (!ns)
		return;
	MAP_EACH (&ns->map, m)
		entry_free(m->value);
	arena_free(ns->arena);
	(void)pthread_rwlock_destroy(&ns->lock);
	free(ns);
}

/* Names that went away leave their keys in the map; when these are most of it, it is made anew. */
static void tidy(struct namespaces *ns)
{
	struct arena *arena;
	struct map map;

	if (ns->map.n < 1000 || ns->map.n < 2 * ns->n)
		return;
	arena = arena_new();
	map_init(&map, arena);
	MAP_EACH (&ns->map, m)
		if (m->value)
			(void)map_put(&map, m->key, m->value);
	arena_free(ns->arena);
	ns->arena = arena;
	ns->map = map;
}

bool namespaces_put(struct namespaces *ns, const struct resource *namespace)
{
	struct entry *e = mem_zalloc(sizeof(*e));
	bool fits;

	e->arena = arena_new();
	e->labels = namespace->labels ? json_copy(namespace->labels, e->arena) : NULL;
	(void)pthread_rwlock_wrlock(&ns->lock);
	e->list = ns->list;
	tidy(ns);
	fits = ns->n < NAMESPACES_MAX || map_get(&ns->map, namespace->name);
	if (fits) {
		void **slot = map_slot(&ns->map, namespace->name);

		ns->n += *slot == NULL;
		entry_free(*slot);
		*slot = TAKE(e);
	}
	(void)pthread_rwlock_unlock(&ns->lock);
	entry_free(e);
	return fits;
}

void namespaces_remove(struct namespaces *ns, str name)
{
	(void)pthread_rwlock_wrlock(&ns->lock);
	if (map_get(&ns->map, name)) {
		void **slot = map_slot(&ns->map, name);

		entry_free(*slot);
		*slot = NULL;
		ns->n--;
	}
	(void)pthread_rwlock_unlock(&ns->lock);
}

void namespaces_list_begins(struct namespaces *ns)
{
	(void)pthread_rwlock_wrlock(&ns->lock);
	ns->list++;
	(void)pthread_rwlock_unlock(&ns->lock);
}

void namespaces_list_ends(struct namespaces *ns)
{
	(void)pthread_rwlock_wrlock(&ns->lock);
	for (size_t i = 0; i < ns->map.n; i++) {
		struct entry *e = ns->map.entries[i].value;

		if (e && e->list != ns->list) {
			entry_free(e);
			ns->map.entries[i].value = NULL;
			ns->n--;
		}
	}
	(void)pthread_rwlock_unlock(&ns->lock);
}

const struct resource *namespace_make(str name, const struct json *labels, struct arena *arena)
{
	struct json_member *metadata = ARENA_ARRAY(arena, struct json_member, 2);
	struct json_member *members = ARENA_ARRAY(arena, struct json_member, 3);
	struct json *object = ARENA_NEW(arena, struct json);
	struct resource *r = ARENA_NEW(arena, struct resource);
	struct err err;

	metadata[0] = (struct json_member){ STR("name"), json_make_str(str_dup(arena, name)) };
	if (labels)
		metadata[1] = (struct json_member){ STR("labels"), *json_copy(labels, arena) };
	members[0] = (struct json_member){ STR("apiVersion"), json_make_str(STR("v1")) };
	members[1] = (struct json_member){ STR("kind"), json_make_str(STR("Namespace")) };
	members[2] =
		(struct json_member){ STR("metadata"), json_make_object(metadata, labels ? 2 : 1) };
	*object = json_make_object(members, 3);
	return resource_read(object, r, &err) < 0 ? NULL : r;
}

const struct resource *namespaces_get(struct namespaces *ns, str name, struct arena *arena)
{
	const struct resource *found = NULL;
	const struct entry *e;

	(void)pthread_rwlock_rdlock(&ns->lock);
	e = map_get(&ns->map, name);
	if (e)
		found = namespace_make(name, e->labels, arena);
	(void)pthread_rwlock_unlock(&ns->lock);
	return found;
}

size_t namespaces_count(struct namespaces *ns)
{
	size_t n;

	(void)pthread_rwlock_rdlock(&ns->lock);
	n = ns->n;
	(void)pthread_rwlock_unlock(&ns->lock);
	return n;
}
