/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/object_table.h"

#include "base/err.h"
#include "base/map.h"

struct slot {
	struct object_verdict verdict;
	bool used;
};

struct object_table {
	struct arena *arena;
	struct map keys;  /* key to index + 1, as pointer-sized number */
	struct map texts; /* every text once */
	struct slot **slots;
	size_t n, cap, used;
};

struct object_table *object_table_new(void)
{
	struct arena *arena = arena_new();
	struct object_table *table = ARENA_NEW(arena, struct object_table);

	table->arena = arena;
	map_init(&table->keys, arena);
	map_init(&table->texts, arena);
	return table;
}

void object_table_free(struct object_table *table)
{
	if (table)
		arena_free(table->arena);
}

str object_key(struct arena *arena, str namespace, str kind, str name)
{
	if (namespace.n == 0)
		return str_fmt(arena, "%.*s/%.*s", STR_ARG(kind), STR_ARG(name));
	return str_fmt(arena, "%.*s/%.*s/%.*s", STR_ARG(namespace), STR_ARG(kind), STR_ARG(name));
}

/* The table's own copy of a text, one for all equal ones. */
static str keep(struct object_table *table, str text)
{
	str *kept;

	if (text.n == 0)
		return STR_EMPTY;
	kept = map_get(&table->texts, text);
	if (!kept) {
		kept = ARENA_NEW(table->arena, str);
		*kept = str_dup(table->arena, text);
		map_put(&table->texts, text, kept);
	}
	return *kept;
}

static struct object_finding *keep_findings(struct object_table *table,
					    const struct object_verdict *v)
{
	struct object_finding *kept;

	if (v->finding_n == 0)
		return NULL;
	kept = ARENA_ARRAY(table->arena, struct object_finding, v->finding_n);
	for (size_t i = 0; i < v->finding_n; i++) {
		kept[i] = v->findings[i];
		kept[i].subject = keep(table, v->findings[i].subject);
		for (size_t lang = 0; lang < LANG_COUNT; lang++)
			kept[i].message[lang] = keep(table, v->findings[i].message[lang]);
	}
	return kept;
}

static struct object_reason *keep_reasons(struct object_table *table,
					  const struct object_verdict *v)
{
	struct object_reason *kept;

	if (v->reason_n == 0)
		return NULL;
	kept = ARENA_ARRAY(table->arena, struct object_reason, v->reason_n);
	for (size_t i = 0; i < v->reason_n; i++) {
		kept[i] = v->reasons[i];
		for (size_t lang = 0; lang < LANG_COUNT; lang++)
			kept[i].text[lang] = keep(table, v->reasons[i].text[lang]);
	}
	return kept;
}

static struct object_use *keep_uses(struct object_table *table, const struct object_verdict *v)
{
	struct object_use *kept;

	if (v->use_n == 0)
		return NULL;
	kept = ARENA_ARRAY(table->arena, struct object_use, v->use_n);
	for (size_t i = 0; i < v->use_n; i++) {
		kept[i] = v->uses[i];
		kept[i].value = keep(table, v->uses[i].value);
	}
	return kept;
}

static struct slot *find_slot(const struct object_table *table, str key)
{
	return map_get(&table->keys, key);
}

static struct slot *make_slot(struct object_table *table, str key)
{
	struct slot *slot = find_slot(table, key);

	if (slot)
		return slot;
	slot = ARENA_NEW(table->arena, struct slot);
	table->slots = arena_grow(table->arena, table->slots, table->n, &table->cap,
				  sizeof(struct slot *));
	table->slots[table->n++] = slot;
	map_put(&table->keys, key, slot);
	return slot;
}

int object_table_put(struct object_table *table, const struct object_verdict *verdict,
		     struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	str key = object_key(scratch, verdict->namespace, verdict->kind, verdict->name);
	struct object_verdict kept = *verdict;
	struct slot *slot;

	if (!find_slot(table, key) && table->n >= OBJECT_TABLE_MAX)
		return err_set(err, ERR_LIMIT, "more than %u objects", OBJECT_TABLE_MAX);
	kept.kind = keep(table, verdict->kind);
	kept.namespace = keep(table, verdict->namespace);
	kept.name = keep(table, verdict->name);
	kept.api_version = keep(table, verdict->api_version);
	kept.owner_kind = keep(table, verdict->owner_kind);
	kept.owner_name = keep(table, verdict->owner_name);
	kept.findings = keep_findings(table, verdict);
	kept.reasons = keep_reasons(table, verdict);
	kept.uses = keep_uses(table, verdict);
	slot = make_slot(table, key);
	table->used += slot->used ? 0 : 1;
	*slot = (struct slot){ .verdict = kept, .used = true };
	return 0;
}

bool object_table_remove(struct object_table *table, str key)
{
	struct slot *slot = find_slot(table, key);

	if (!slot || !slot->used)
		return false;
	slot->used = false;
	table->used--;
	return true;
}

const struct object_verdict *object_table_get(const struct object_table *table, str key)
{
	const struct slot *slot = find_slot(table, key);

	return slot && slot->used ? &slot->verdict : NULL;
}

size_t object_table_count(const struct object_table *table) { return table->used; }

size_t object_table_slots(const struct object_table *table) { return table->n; }

const struct object_verdict *object_table_at(const struct object_table *table, size_t i)
{
	return table->slots[i]->used ? &table->slots[i]->verdict : NULL;
}

str object_table_root(const struct object_table *table, const struct object_verdict *verdict,
		      struct arena *arena)
{
	str key = object_key(arena, verdict->namespace, verdict->kind, verdict->name);

	for (unsigned depth = 0; depth < OBJECT_OWNER_DEPTH && verdict; depth++) {
		if (verdict->owner_kind.n == 0 || str_eq(verdict->owner_kind, STR("Node")))
			break;
		key = object_key(arena, verdict->namespace, verdict->owner_kind,
				 verdict->owner_name);
		verdict = object_table_get(table, key);
	}
	return key;
}

size_t object_table_bytes(const struct object_table *table) { return arena_used(table->arena); }
