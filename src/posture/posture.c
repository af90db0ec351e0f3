/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/posture.h"

#include "base/err.h"
#include "base/map.h"
#include "policy/check.h"
#include "policy/constraint/library.h"
#include "posture/judge.h"
#include "posture/posture_internal.h"

/* Labels of a namespace, in an arena of its own so that it can be replaced. */
struct known_namespace {
	struct arena *arena;
	struct resource resource;
};

struct posture *posture_new(const struct posture_opts *opts, struct err *err)
{
	struct posture *c = mem_zalloc(sizeof(*c));

	c->opts = *opts;
	c->table = object_table_new();
	c->scratch = arena_new();
	c->head_arena = arena_new();
	map_init(&c->namespaces, opts->arena);
	c->judge = posture_judge_new(opts->recommendations, opts->library, opts->inventory,
				     opts->arena, err);
	if (!c->judge) {
		posture_free(c);
		return NULL;
	}
	posture_input(c);
	return c;
}

static void forget_namespaces(struct posture *c)
{
	MAP_EACH (&c->namespaces, entry) {
		struct known_namespace *known = entry->value;

		if (known)
			arena_free(known->arena);
	}
	c->namespaces = (struct map){ 0 };
}

void posture_free(struct posture *c)
{
	if (!c)
		return;
	forget_namespaces(c);
	posture_judge_free(c->judge);
	object_table_free(c->table);
	arena_free(c->scratch);
	arena_free(c->head_arena);
	free(c);
}

void posture_compact(struct posture *c)
{
	struct object_table *table = object_table_new();
	struct err err;

	for (size_t i = 0; i < object_table_slots(c->table); i++) {
		const struct object_verdict *v = object_table_at(c->table, i);

		/* The limit held when it was put there before. */
		if (v)
			IGNORE(object_table_put(table, v, &err));
	}
	object_table_free(c->table);
	c->table = table;
}

void posture_set_now(struct posture *c, int64_t now) { c->opts.now = now; }

void posture_set_exceptions(struct posture *c, struct exception_set *exceptions)
{
	c->opts.exceptions = exceptions;
	posture_input(c);
}

/* What rules of one library say that those of the other do not. */
static recommendation_bits only_in(const struct posture_judge *a, const struct constraint_set *set,
				   const struct constraint_set *other)
{
	recommendation_bits changed = 0;

	for (size_t i = 0; i < constraint_set_constraints(set); i++) {
		const struct constraint *c = constraint_set_constraint(set, i);
		bool same = false;

		for (size_t k = 0; k < constraint_set_constraints(other); k++) {
			const struct constraint *d = constraint_set_constraint(other, k);

			same |= str_eq(c->kind, d->kind) && str_eq(c->name, d->name) &&
				json_equal(c->json, d->json) && posture_judge_same_extra(c, d);
		}
		if (!same)
			changed |= RECOMMENDATION_BIT(posture_judge_recommendation(a, c));
	}
	return changed;
}

int posture_set_library(struct posture *c, struct library *library, recommendation_bits *changed,
			struct err *err)
{
	const struct constraint_set *before = posture_constraints(c);
	const struct constraint_set *after = library_admission(library)->constraints;
	struct posture_judge *judge = posture_judge_new(c->opts.recommendations, library,
							c->opts.inventory, c->opts.arena, err);

	if (!judge)
		return -1;
	*changed = only_in(c->judge, before, after) | only_in(judge, after, before);
	posture_judge_free(c->judge);
	c->judge = judge;
	c->opts.library = library;
	return 0;
}

recommendation_bits posture_asked(const struct posture *c, str group, str kind)
{
	return posture_judge_kind(c->judge, group, kind);
}

/* ---- objects ------------------------------------------------------------------------------- */

static const struct resource *namespace_of(const struct posture *c, const struct resource *object)
{
	const struct known_namespace *known = map_get(&c->namespaces, object->namespace);

	return object->namespace.n > 0 && known ? &known->resource : NULL;
}

static const struct json *labels_of(const struct json *object)
{
	return json_path(object, "metadata", "labels", NULL);
}

bool posture_knows_namespace(const struct posture *c, const struct json *object)
{
	str name = json_str(json_path(object, "metadata", "name", NULL));
	const struct known_namespace *known = map_get(&c->namespaces, name);

	if (!known)
		return false;
	const struct json *before = known->resource.labels, *now = labels_of(object);
	if (json_len(before) == 0 && json_len(now) == 0)
		return true;
	return before && now && json_equal(before, now);
}

/* The namespace without what nobody asks of it. */
static int take_namespace(struct posture *c, const struct resource *object, struct err *err)
{
	struct known_namespace *known = ARENA_NEW(c->opts.arena, struct known_namespace);
	struct arena *arena = arena_new();
	struct known_namespace *before = map_get(&c->namespaces, object->name);
	struct json_member *metadata = ARENA_ARRAY(arena, struct json_member, 2);
	struct json_member *members = ARENA_ARRAY(arena, struct json_member, 3);
	struct json *root = ARENA_NEW(arena, struct json);
	const struct json *labels = labels_of(object->json);

	metadata[0] =
		(struct json_member){ STR("name"), json_make_str(str_dup(arena, object->name)) };
	metadata[1] = (struct json_member){ STR("labels"), json_make_object(NULL, 0) };
	if (json_is(labels, JSON_OBJECT))
		metadata[1].value = *json_copy(labels, arena);
	members[0] = (struct json_member){ STR("apiVersion"), json_make_str(STR("v1")) };
	members[1] = (struct json_member){ STR("kind"), json_make_str(STR("Namespace")) };
	members[2] = (struct json_member){ STR("metadata"), json_make_object(metadata, 2) };
	*root = json_make_object(members, 3);
	known->arena = arena;
	if (resource_read(root, &known->resource, err) < 0) {
		arena_free(arena);
		return -1;
	}
	if (before)
		arena_free(before->arena);
	map_put(&c->namespaces, object->name, known);
	return 0;
}

static int judge_object(struct posture *c, const struct json *json, struct err *err)
{
	struct object_verdict verdict;
	struct resource object;
	int rc;

	if (resource_read(json, &object, err) < 0)
		return -1;
	if (resource_is_namespace(&object) && take_namespace(c, &object, err) < 0)
		return -1;
	rc = posture_judge_object(c->judge, &object, namespace_of(c, &object), c->scratch, &verdict,
				  err);
	if (rc > 0 && object_table_put(c->table, &verdict, err) < 0)
		return -1;
	return rc;
}

int posture_object(struct posture *c, const struct json *json, struct err *err)
{
	struct err why;
	int rc;

	arena_reset(c->scratch);
	rc = judge_object(c, json, &why);
	if (rc >= 0)
		return rc;
	if (why.kind == ERR_LIMIT) {
		*err = why;
		return -1;
	}
	if (c->malformed++ == 0)
		c->malformed_why = why;
	return 0;
}

int posture_object_part(struct posture *c, const struct json *json, str why, struct err *err)
{
	struct object_verdict verdict;
	struct resource object;
	int rc;

	arena_reset(c->scratch);
	if (resource_read(json, &object, err) < 0)
		return -1;
	rc = posture_judge_part(c->judge, &object, why, c->scratch, &verdict, err);
	if (rc > 0 && object_table_put(c->table, &verdict, err) < 0)
		return -1;
	return rc;
}

recommendation_bits posture_with_inventory(const struct posture *c)
{
	return posture_judge_with_inventory(c->judge);
}

void posture_remove(struct posture *c, str kind, str namespace, str name)
{
	arena_reset(c->scratch);
	if (str_eq(kind, STR("Namespace")) && namespace.n == 0) {
		struct known_namespace *known = map_get(&c->namespaces, name);

		if (known) {
			arena_free(known->arena);
			map_put(&c->namespaces, name, NULL);
		}
	}
	object_table_remove(c->table, object_key(c->scratch, namespace, kind, name));
}

bool posture_needs_namespaces(const struct posture *c)
{
	return posture_judge_needs_namespaces(c->judge);
}

bool posture_asks(const struct posture *c, str group, str kind)
{
	return posture_judge_kind(c->judge, group, kind) != 0;
}

/* ---- what is known ------------------------------------------------------------------------- */

recommendation_bits posture_disabled(const struct posture *c)
{
	return posture_judge_disabled(c->judge);
}

const struct object_table *posture_table(const struct posture *c) { return c->table; }

const struct constraint_set *posture_constraints(const struct posture *c)
{
	return library_admission(c->opts.library)->constraints;
}

const struct posture_judge *posture_judge_of(const struct posture *c) { return c->judge; }

str posture_name(const struct posture *c)
{
	return c->name.n > 0 ? c->name : c->server.n > 0 ? c->server : STR("cluster");
}

str posture_server(const struct posture *c) { return c->server; }

str posture_version(const struct posture *c) { return c->version; }

str posture_collected_at(const struct posture *c) { return c->collected_at; }

size_t posture_unread_count(const struct posture *c) { return c->unread_n; }

const struct posture_unread *posture_unread_at(const struct posture *c, size_t i)
{
	return &c->unread[i];
}

void posture_assess(struct posture *c, struct arena *arena, struct assessment *out)
{
	posture_input(c);
	posture_put_head(c);
	assessment_make(out, &c->input, c->table, arena);
}
