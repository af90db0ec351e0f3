/* SPDX-License-Identifier: Apache-2.0 */
/* Which objects there are, and which word about one is the newest. */
#include <sys/eventfd.h>

#include "posture/audit_internal.h"

void audit_wake(struct audit_loop *loop)
{
	IGNORE(eventfd_write(loop->wake_fd, 1)); /* full: it is readable already */
}

void audit_note(struct audit_loop *loop, str text)
{
	pthread_mutex_lock(&loop->lock);
	if (loop->note_n < ARRAY_LEN(loop->notes))
		loop->notes[loop->note_n++] = str_dup(loop->note_arena, text);
	pthread_mutex_unlock(&loop->lock);
	audit_wake(loop);
}

uint64_t audit_begin_pass(struct audit_loop *loop)
{
	uint64_t pass;

	pthread_mutex_lock(&loop->lock);
	pass = ++loop->passes;
	pthread_mutex_unlock(&loop->lock);
	return pass;
}

uint64_t audit_begin_epoch(struct audit_loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	loop->epoch++;
	pthread_mutex_unlock(&loop->lock);
	return audit_begin_pass(loop);
}

/* The resource that an object belongs to was changed by it. */
static void note_cause(struct audit_loop *loop, str key, const char *event)
{
	const struct object_verdict *v = object_table_get(posture_table(loop->opts.posture), key);
	struct audit_cause *cause;
	str root;

	if (!v || !event)
		return;
	root = object_table_root(posture_table(loop->opts.posture), v, loop->batch);
	cause = ARENA_NEW(loop->batch, struct audit_cause);
	*cause = (struct audit_cause){ .kind = "object",
				       .event = event,
				       .object = str_dup(loop->batch, key) };
	map_put(&loop->causes, root, cause);
}

static struct seen *find_seen(struct audit_loop *loop, str key, const struct resource *r)
{
	struct seen *seen = map_get(&loop->seen, key);

	if (seen)
		return seen;
	seen = ARENA_NEW(loop->seen_arena, struct seen);
	*seen = (struct seen){ .kind = str_dup(loop->seen_arena, r->kind),
			       .namespace = str_dup(loop->seen_arena, r->namespace),
			       .name = str_dup(loop->seen_arena, r->name) };
	map_put(&loop->seen, key, seen);
	return seen;
}

static void remove_object(struct audit_loop *loop, struct seen *seen, str key, const char *event)
{
	if (seen->gone)
		return;
	note_cause(loop, key, event);
	posture_remove(loop->opts.posture, seen->kind, seen->namespace, seen->name);
	seen->gone = true;
	loop->changed = true;
}

/* What lies in the namespace was judged by other labels. */
static void look_at_namespace(struct audit_loop *loop, const struct resource *r)
{
	if (resource_is_namespace(r) && posture_needs_namespaces(loop->opts.posture) &&
	    !posture_knows_namespace(loop->opts.posture, r->json))
		map_put(&loop->dirty, r->name, NULL);
}

static int take(struct audit_loop *loop, const struct resource *r, uint64_t pass, const char *event,
		struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	str key = object_key(scratch, r->namespace, r->kind, r->name);
	struct seen *seen = find_seen(loop, key, r);
	uint64_t version = 0;

	IGNORE(str_u64(json_str(json_path(r->json, "metadata", "resourceVersion", NULL)),
		       &version)); /* 0 where it is no number: then every word counts */
	seen->pass = pass > seen->pass ? pass : seen->pass;
	if (version > 0 && version < seen->version)
		return 0;
	if (event && str_eq(str_c(event), STR("deleted"))) {
		seen->version = version;
		remove_object(loop, seen, key, event);
		return 0;
	}
	if (version > 0 && version == seen->version && seen->gone)
		return 0;
	if (version > 0 && version == seen->version && seen->epoch == loop->epoch)
		return 0;
	/* A list does not say what is new. */
	if (event && seen->epoch == 0)
		event = "added";
	seen->version = version;
	seen->epoch = loop->epoch;
	seen->gone = false;
	look_at_namespace(loop, r);
	if (posture_object(loop->opts.posture, r->json, err) < 0)
		return -1;
	note_cause(loop, key, event);
	loop->changed = true;
	return 0;
}

int audit_take(struct audit_loop *loop, const struct json *object, uint64_t pass, const char *event,
	       struct err *err)
{
	struct resource r;
	struct err why;
	int rc = 0;

	pthread_mutex_lock(&loop->lock);
	if (resource_read(object, &r, &why) < 0) /* posture counts what is malformed */
		rc = posture_object(loop->opts.posture, object, err) < 0 ? -1 : 0;
	else if (resource_is_namespace(&r) || posture_asks(loop->opts.posture, r.group, r.kind))
		rc = take(loop, &r, pass, event, err);
	pthread_mutex_unlock(&loop->lock);
	return rc;
}

void audit_end_pass(struct audit_loop *loop, str kind, str namespace, uint64_t pass)
{
	pthread_mutex_lock(&loop->lock);
	MAP_EACH (&loop->seen, entry) {
		struct seen *seen = entry->value;

		if (seen->pass >= pass || (kind.n > 0 && !str_eq(seen->kind, kind)) ||
		    (namespace.n > 0 && !str_eq(seen->namespace, namespace)))
			continue;
		remove_object(loop, seen, entry->key, "deleted");
	}
	pthread_mutex_unlock(&loop->lock);
}

void audit_compact(struct audit_loop *loop)
{
	struct arena *arena = arena_new();
	struct map kept;

	pthread_mutex_lock(&loop->lock);
	map_init(&kept, arena);
	MAP_EACH (&loop->seen, entry) {
		const struct seen *old = entry->value;
		struct seen *seen;

		if (old->gone)
			continue;
		seen = ARENA_NEW(arena, struct seen);
		*seen = *old;
		seen->kind = str_dup(arena, old->kind);
		seen->namespace = str_dup(arena, old->namespace);
		seen->name = str_dup(arena, old->name);
		map_put(&kept, entry->key, seen);
	}
	arena_free(loop->seen_arena);
	loop->seen_arena = arena;
	loop->seen = kept;
	posture_compact(loop->opts.posture);
	pthread_mutex_unlock(&loop->lock);
}
