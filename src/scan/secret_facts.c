/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret_facts.h"

#include "scan/secret/rules.h"

int secret_facts_init(struct secret_facts *f, const struct json *rules, struct arena *arena,
		      struct err *err)
{
	*f = (struct secret_facts){ .arena = arena };
	map_init(&f->by_id, arena);
	if (secret_kinds_builtin(arena, &f->kinds, err) < 0)
		return -1;
	return secret_rules_apply(rules, arena, &f->kinds, err);
}

static str id_of(struct arena *arena, const struct secret_finding *s)
{
	const str parts[] = { s->kind, str_c(secret_place_name(s->place)), s->path, s->digest };
	uint64_t key = 0x736563726574ull;

	/* Chained, so that no two sets of parts run together. */
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		key = siphash(parts[i], parts[i].n, key);
	return str_fmt(arena, "%016llx", (unsigned long long)key);
}

/* The same value again, of another layer or line. */
static void merge(struct secret_finding *known, const struct secret_finding *s, int layer,
		  int deleted_in)
{
	if (layer == known->layer) {
		if (s->line < known->line)
			known->line = s->line;
		if (deleted_in < 0)
			known->deleted_in = -1;
		return;
	}
	/* The line of the state that is seen last. */
	if (known->deleted_in >= 0 && (deleted_in < 0 || deleted_in > known->deleted_in)) {
		known->deleted_in = deleted_in;
		known->line = s->line;
	}
	if (layer >= 0 && layer < known->layer)
		known->layer = layer;
}

int secret_facts_add(struct secret_facts *f, const struct secret_finding *s, int layer,
		     int deleted_in, struct err *err)
{
	const struct secret_kind *kind = secret_kind_find(&f->kinds, s->kind);
	struct secret_finding *made;
	str id = id_of(f->arena, s);
	size_t at;

	if (!kind)
		return err_set(err, ERR_INPUT, "secret: unknown kind '%.*s'",
			       STR_ARG(str_take(s->kind, 60)));
	at = (size_t)(uintptr_t)map_get(&f->by_id, id);
	if (at > 0) {
		merge(&f->items[at - 1], s, layer, deleted_in);
		return 0;
	}
	if (f->n == SECRET_FACTS_MAX) {
		f->counts.dropped++;
		return 0;
	}
	f->items = arena_grow(f->arena, f->items, f->n, &f->cap, sizeof(*f->items));
	made = &f->items[f->n++];
	*made = *s;
	made->id = id;
	made->kind = kind->id;
	made->title = kind->title;
	made->title_ja = kind->title_ja;
	made->severity = kind->severity;
	made->path = str_dup(f->arena, s->path);
	made->shown = str_dup(f->arena, s->shown);
	made->digest = str_dup(f->arena, s->digest);
	made->layer = layer;
	made->deleted_in = deleted_in;
	map_put(&f->by_id, id, (void *)(uintptr_t)f->n);
	return 0;
}

void secret_facts_count(struct secret_facts *f, const struct secret_counts *counts)
{
	struct secret_counts copy = *counts;

	copy.missed_first = str_dup(f->arena, counts->missed_first);
	secret_counts_add(&f->counts, &copy);
}

static int by_place(const void *a, const void *b)
{
	const struct secret_finding *x = a, *y = b;
	int order = (x->place > y->place) - (x->place < y->place);

	order = order ? order : str_cmp(x->path, y->path);
	order = order ? order : (x->line > y->line) - (x->line < y->line);
	order = order ? order : str_cmp(x->kind, y->kind);
	return order ? order : str_cmp(x->id, y->id);
}

void secret_facts_finish(struct secret_facts *f, struct inventory *out)
{
	if (f->n > 1)
		qsort(f->items, f->n, sizeof(*f->items), by_place);
	out->secrets_searched = true;
	out->secrets = f->items;
	out->secret_count = f->n;
	out->secret_counts = f->counts;
}
