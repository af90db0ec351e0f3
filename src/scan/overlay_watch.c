/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/overlay_internal.h"

static size_t add_file(struct watch *w, struct tree *tree, str path, size_t layer,
		       enum watch_kind kind)
{
	const struct watched *last = w->n > 0 ? &w->files[w->n - 1] : NULL;

	/* The secrets of one file follow one another. */
	if (last && last->layer == layer && last->kind == kind && str_eq(last->path, path))
		return w->n - 1;
	tree_track(tree, path);
	w->files = arena_grow(w->arena, w->files, w->n, &w->cap, sizeof(*w->files));
	w->files[w->n] =
		(struct watched){ .path = path, .layer = layer, .kind = kind, .gone_in = -1 };
	return w->n++;
}

static size_t add_secret(struct watch *w, struct tree *tree, const struct secret_finding *s,
			 size_t layer)
{
	if (s->place != SECRET_FILE || w->secret_n == WATCH_MAX)
		return SIZE_MAX;
	w->secret_n++;
	return add_file(w, tree, s->path, layer, WATCH_FILE);
}

static size_t add_trait(struct watch *w, struct tree *tree, const struct trait *t, size_t layer)
{
	enum watch_kind kind = WATCH_FILE;

	if (w->trait_n == WATCH_TRAITS_MAX)
		return SIZE_MAX;
	w->trait_n++;
	if (t->folder)
		kind = t->kind == TRAIT_CACHE ? WATCH_BELOW : WATCH_FOLDER;
	return add_file(w, tree, t->path, layer, kind);
}

void watch_init(struct watch *w, struct tree *tree, struct layer_record *const *records,
		size_t count, struct arena *arena)
{
	*w = (struct watch){ .arena = arena, .records = records, .count = count };
	w->file_of = ARENA_ARRAY(arena, size_t *, count);
	w->trait_of = ARENA_ARRAY(arena, size_t *, count);
	for (size_t i = 0; i < count; i++) {
		w->file_of[i] = ARENA_ARRAY(arena, size_t, records[i]->secret_n);
		for (size_t k = 0; k < records[i]->secret_n; k++)
			w->file_of[i][k] = add_secret(w, tree, &records[i]->secrets[k], i);
		w->trait_of[i] = ARENA_ARRAY(arena, size_t, records[i]->trait_n);
		for (size_t k = 0; k < records[i]->trait_n; k++)
			w->trait_of[i][k] = add_trait(w, tree, &records[i]->traits[k], i);
	}
}

void watch_clear(struct watch *w)
{
	for (size_t i = 0; i < w->n; i++) {
		w->files[i].node = NULL;
		w->files[i].gone_in = -1;
	}
}

/* Is it still what its own layer had there? */
static bool is_there(const struct watched *f)
{
	switch (f->kind) {
	case WATCH_FILE:
		return f->node->type == NODE_FILE && f->node->origin.layer == f->layer;
	case WATCH_FOLDER:
		return f->node->type == NODE_DIR && f->node->origin.layer == f->layer;
	case WATCH_BELOW:
		break;
	}
	return f->node->type == NODE_DIR;
}

void watch_layer(struct watch *w, struct tree *tree, size_t layer)
{
	for (size_t i = 0; i < w->n; i++) {
		struct watched *f = &w->files[i];

		if (f->layer == layer)
			f->node = tree_place(tree, f->path);
		/* Files lie in it, though no entry of an archive needs to name it. */
		if (f->layer == layer && f->node && f->kind == WATCH_BELOW &&
		    f->node->type == NODE_GONE)
			tree_set(tree, f->node, NODE_DIR);
		if (f->layer > layer || !f->node || f->gone_in >= 0)
			continue;
		if (!is_there(f))
			f->gone_in = (int)layer;
	}
}

const int *const *watch_gone_in(const struct watch *w)
{
	const int **all = ARENA_ARRAY(w->arena, const int *, w->count);

	for (size_t i = 0; i < w->count; i++) {
		size_t n = w->records[i]->secret_n;
		int *gone = ARENA_ARRAY(w->arena, int, n);

		for (size_t k = 0; k < n; k++) {
			size_t file = w->file_of[i][k];

			gone[k] = file == SIZE_MAX ? -1 : w->files[file].gone_in;
		}
		all[i] = gone;
	}
	return all;
}

const bool *const *watch_has_trait(const struct watch *w, uint64_t *unknown)
{
	const bool **all = ARENA_ARRAY(w->arena, const bool *, w->count);

	*unknown = 0;
	for (size_t i = 0; i < w->count; i++) {
		size_t n = w->records[i]->trait_n;
		bool *has = ARENA_ARRAY(w->arena, bool, n);

		for (size_t k = 0; k < n; k++) {
			size_t at = w->trait_of[i][k];

			*unknown += at == SIZE_MAX;
			has[k] = at != SIZE_MAX && w->files[at].node && w->files[at].gone_in < 0;
		}
		all[i] = has;
	}
	return all;
}
