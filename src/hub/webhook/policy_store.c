/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/policy_store.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/err.h"
#include "base/time.h"
#include "hub/webhook/policy_store_internal.h"

char *policy_text(str text)
{
	char *copy = mem_alloc(text.n + 1);

	if (text.n > 0)
		memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	return copy;
}

static void lock(struct policy_store *s) { (void)pthread_mutex_lock(&s->lock); }
static void unlock(struct policy_store *s) { (void)pthread_mutex_unlock(&s->lock); }

static void wake(struct policy_store *s)
{
	IGNORE(eventfd_write(s->fd, 1)); /* full: it is readable already */
}

static void changed(struct policy_store *s)
{
	s->changed_at = time_mono_ms();
	if (!s->changed)
		s->changed = s->changed_at;
	wake(s);
}

/* ---- objects -------------------------------------------------------------------------------- */

void policy_version_unref(struct policy_store *s, struct policy_version *v)
{
	if (!v || --v->refs > 0)
		return;
	s->bytes -= v->text.n;
	arena_free(v->arena);
	free(v);
}

static void object_free(struct policy_store *s, struct policy_object *o)
{
	if (!o)
		return;
	policy_version_unref(s, o->now);
	policy_version_unref(s, o->good);
	free(o->reason);
	free(o->key);
	free(o->namespace);
	free(o->name);
	free(o);
}

static str key_of(const struct policy_kind *kind, str namespace, str name, struct arena *arena)
{
	return str_fmt(arena, "%s\n%s\n%.*s\n%.*s", kind->group, kind->name, STR_ARG(namespace),
		       STR_ARG(name));
}

/* Names that went away leave their keys in the map; when these are most of it, it is made anew. */
static void tidy(struct policy_store *s)
{
	struct arena *arena;
	struct map map;

	if (s->map.n < 1000 || s->map.n < 2 * s->n)
		return;
	arena = arena_new();
	map_init(&map, arena);
	MAP_EACH (&s->map, m)
		if (m->value)
			(void)map_put(&map, m->key, m->value);
	arena_free(s->arena);
	s->arena = arena;
	s->map = map;
}

static void take_out(struct policy_store *s, struct policy_object *o)
{
	*map_slot(&s->map, str_c(o->key)) = NULL;
	o->kind->objects--;
	s->n--;
	object_free(s, o);
	changed(s);
}

static void put_metadata(struct json_writer *w, const struct json *metadata)
{
	static const char *const kept[] = { "name", "namespace", "labels" };

	JSON_KEY(w, "metadata");
	json_open_object(w);
	for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
		const struct json *v = json_get(metadata, str_c(kept[i]));

		if (!v)
			continue;
		json_key(w, str_c(kept[i]));
		json_put(w, v);
	}
	JSON_KEY(w, "annotations");
	json_open_object(w);
	JSON_MEMBERS (JSON_GET(metadata, "annotations"), m) {
		if (str_starts(m->key, STR("kubectl.kubernetes.io/")))
			continue; /* the whole object once more */
		json_key(w, m->key);
		json_put(w, &m->value);
	}
	json_close_object(w);
	json_close_object(w);
}

/* What decides of an object. NULL: it is larger than all may be. */
static struct policy_version *version_new(const struct policy_store *s, const struct json *object)
{
	struct policy_version *v = NULL;
	struct json_writer w;
	struct buf b;

	buf_init(&b, s->max_bytes);
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("apiVersion"), json_get_str(object, STR("apiVersion")));
	json_kv_str(&w, STR("kind"), json_get_str(object, STR("kind")));
	put_metadata(&w, JSON_GET(object, "metadata"));
	if (JSON_GET(object, "spec")) {
		JSON_KEY(&w, "spec");
		json_put(&w, JSON_GET(object, "spec"));
	}
	json_close_object(&w);
	if (!b.overflow) {
		v = mem_zalloc(sizeof(*v));
		v->refs = 1;
		v->arena = arena_new();
		v->text = str_dup(v->arena, buf_str(&b));
		v->makes = str_dup(v->arena, json_str(json_path(object, "spec", "crd", "spec",
								"names", "kind", NULL)));
	}
	buf_done(&b);
	return v;
}

static struct policy_object *object_of(struct policy_store *s, struct policy_kind *kind, str key,
				       const struct json *metadata)
{
	void **slot = map_slot(&s->map, key);
	struct policy_object *o = *slot;

	if (o)
		return o;
	o = mem_zalloc(sizeof(*o));
	o->kind = kind;
	o->key = policy_text(key);
	o->namespace = policy_text(json_get_str(metadata, STR("namespace")));
	o->name = policy_text(json_get_str(metadata, STR("name")));
	kind->objects++;
	s->n++;
	*slot = o;
	return o;
}

static bool put_version(struct policy_store *s, struct policy_kind *kind, str key,
			const struct json *metadata, struct policy_version *v)
{
	struct policy_object *o = map_get(&s->map, key);

	if (o)
		o->list = kind->list;
	if (o && v && str_eq(o->now->text, v->text))
		return true;
	if (!v || s->bytes + v->text.n > s->max_bytes || (!o && s->n >= POLICY_STORE_OBJECTS))
		return false;
	tidy(s);
	o = object_of(s, kind, key, metadata);
	o->list = kind->list;
	s->bytes += v->text.n;
	policy_version_unref(s, o->now);
	o->now = v;
	v->refs++;
	o->verdict = POLICY_WAITING;
	changed(s);
	return true;
}

bool policy_store_put(struct policy_store *s, struct policy_kind *kind, const struct json *object)
{
	const struct json *metadata = JSON_GET(object, "metadata");
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str key = key_of(kind, json_get_str(metadata, STR("namespace")),
			 json_get_str(metadata, STR("name")), arena);
	struct policy_version *v = version_new(s, object);
	bool fits;

	lock(s);
	kind->events++;
	fits = put_version(s, kind, key, metadata, v);
	if (!fits) {
		kind->refused++;
		kind->told = false;
		wake(s);
	}
	if (v && v->refs == 1) { /* nobody took it */
		arena_free(v->arena);
		free(v);
	} else if (v) {
		v->refs--;
	}
	unlock(s);
	return fits;
}

bool policy_store_remove(struct policy_store *s, struct policy_kind *kind, str namespace, str name)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct policy_object *o;
	bool again;

	lock(s);
	kind->events++;
	o = map_get(&s->map, key_of(kind, namespace, name, arena));
	if (o)
		take_out(s, o);
	again = kind->refused > 0;
	unlock(s);
	return again;
}

/* ---- kinds ---------------------------------------------------------------------------------- */

str policy_kind_group(const struct policy_kind *kind) { return str_c(kind->group); }
str policy_kind_name(const struct policy_kind *kind) { return str_c(kind->name); }

struct policy_kind *policy_store_kind(struct policy_store *s, str group, str name)
{
	struct policy_kind *kind = NULL;

	lock(s);
	for (size_t i = 0; i < s->kinds_n && !kind; i++) {
		if (str_eq(str_c(s->kinds[i]->name), name) &&
		    str_eq(str_c(s->kinds[i]->group), group))
			kind = s->kinds[i];
	}
	if (!kind && s->kinds_n < POLICY_STORE_KINDS) {
		kind = mem_zalloc(sizeof(*kind));
		kind->group = policy_text(group);
		kind->name = policy_text(name);
		s->kinds[s->kinds_n++] = kind;
	} else if (!kind) {
		s->kinds_refused++;
	}
	unlock(s);
	return kind;
}

/* Those that `list` has not seen; 0: all. */
static void drop_objects(struct policy_store *s, const struct policy_kind *kind, unsigned list)
{
	MAP_EACH (&s->map, m) {
		struct policy_object *o = m->value;

		if (o && o->kind == kind && (list == 0 || o->list != list))
			take_out(s, o);
	}
}

static void kind_free(struct policy_kind *kind)
{
	free(kind->group);
	free(kind->name);
	free(kind->reason);
	free(kind);
}

void policy_store_drop(struct policy_store *s, struct policy_kind *kind)
{
	lock(s);
	drop_objects(s, kind, 0);
	for (size_t i = 0; i < s->kinds_n; i++) {
		if (s->kinds[i] == kind)
			s->kinds[i--] = s->kinds[--s->kinds_n];
	}
	unlock(s);
	kind_free(kind);
}

static void set_state(struct policy_store *s, struct policy_kind *kind,
		      enum policy_kind_state state, str reason)
{
	bool same = kind->state == state && str_eq(str_c(kind->reason ? kind->reason : ""), reason);

	if (state != POLICY_KIND_UNSERVED)
		kind->unserved_since = 0;
	if (same)
		return;
	free(kind->reason);
	kind->reason = reason.n > 0 ? policy_text(str_take(reason, POLICY_REASON_MAX)) : NULL;
	kind->state = state;
	kind->told = false;
	wake(s);
}

static void set_read(struct policy_store *s, struct policy_kind *kind)
{
	if (kind->refused > 0)
		set_state(s, kind, POLICY_KIND_FULL,
			  STR("there are more objects than are kept: some are not in force"));
	else
		set_state(s, kind, POLICY_KIND_READY, STR_EMPTY);
}

void policy_store_begins(struct policy_store *s, struct policy_kind *kind)
{
	lock(s);
	kind->list = kind->list + 1 == 0 ? 1 : kind->list + 1;
	kind->refused = 0;
	unlock(s);
}

void policy_store_ends(struct policy_store *s, struct policy_kind *kind)
{
	lock(s);
	drop_objects(s, kind, kind->list);
	kind->lists++;
	kind->listed = true;
	set_read(s, kind);
	wake(s);
	unlock(s);
}

void policy_store_goes_on(struct policy_store *s, struct policy_kind *kind)
{
	lock(s);
	if (kind->listed)
		set_read(s, kind);
	else
		set_state(s, kind, POLICY_KIND_WAITING, STR_EMPTY);
	unlock(s);
}

void policy_store_state(struct policy_store *s, struct policy_kind *kind,
			enum policy_kind_state state, str reason)
{
	int64_t now = time_mono_ms();

	lock(s);
	set_state(s, kind, state, reason);
	if (state == POLICY_KIND_UNSERVED) {
		/* Not at once: an API server that starts serves them a little later. */
		if (!kind->unserved_since)
			kind->unserved_since = now;
		else if (now - kind->unserved_since >= POLICY_UNSERVED_MS && kind->objects > 0)
			drop_objects(s, kind, 0);
	}
	unlock(s);
}

static void add_made(const struct policy_version *v, struct map *made, struct arena *arena)
{
	if (v && v->makes.n > 0 && v->makes.n < 256 && !map_has(made, v->makes))
		map_put(made, v->makes, ARENA_NEW(arena, char));
}

size_t policy_store_made(struct policy_store *s, struct arena *arena, str **out)
{
	struct map made;
	size_t n = 0;

	map_init(&made, arena);
	lock(s);
	s->kinds_refused = 0;
	MAP_EACH (&s->map, m) {
		const struct policy_object *o = m->value;

		if (o && str_eq(str_c(o->kind->name), STR("ConstraintTemplate"))) {
			add_made(o->now, &made, arena);
			add_made(o->good, &made, arena);
		}
	}
	unlock(s);
	*out = ARENA_ARRAY(arena, str, made.n + 1);
	MAP_EACH (&made, m)
		(*out)[n++] = m->key;
	return n;
}

bool policy_store_settled(struct policy_store *s)
{
	bool settled;

	lock(s);
	settled = s->kinds_n > 0 && !s->changed && !s->loading;
	for (size_t i = 0; i < s->kinds_n; i++)
		settled = settled && s->kinds[i]->state != POLICY_KIND_WAITING &&
			  (s->kinds[i]->listed || s->kinds[i]->state != POLICY_KIND_BROKEN);
	unlock(s);
	return settled;
}

/* ---- life ----------------------------------------------------------------------------------- */

struct policy_store *policy_store_new(size_t max_bytes, struct err *err)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct policy_store *s;

	if (fd < 0) {
		(void)err_sys(err, errno, "eventfd");
		return NULL;
	}
	s = mem_zalloc(sizeof(*s));
	s->max_bytes = max_bytes ? max_bytes : POLICY_STORE_BYTES;
	s->fd = fd;
	(void)pthread_mutex_init(&s->lock, NULL);
	s->arena = arena_new();
	map_init(&s->map, s->arena);
	return s;
}

void policy_store_free(struct policy_store *s)
{
	if (!s)
		return;
	MAP_EACH (&s->map, m)
		object_free(s, m->value);
	for (size_t i = 0; i < s->kinds_n; i++)
		kind_free(s->kinds[i]);
	arena_free(s->arena);
	free(s->error);
	(void)close(s->fd);
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

int policy_store_fd(const struct policy_store *s) { return s->fd; }

void policy_store_seen(struct policy_store *s)
{
	eventfd_t count;

	IGNORE(eventfd_read(s->fd, &count)); /* nobody else reads it */
}

int policy_store_due_ms(struct policy_store *s)
{
	int64_t now = time_mono_ms(), due;

	lock(s);
	due = s->changed_at + POLICY_QUIET_MS;
	if (due > s->changed + POLICY_LATEST_MS)
		due = s->changed + POLICY_LATEST_MS;
	due = !s->changed ? -1 : due < now ? 0 : due - now;
	unlock(s);
	return (int)due;
}
