/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/overlay_internal.h"

static size_t add_file(struct watch *w, struct tree *tree, str path, size_t layer)
{
	const struct watched *last = w->n > 0 ? &w->files[w->n - 1] : NULL;

	/* The secrets of one file follow one another. */
	if (last && last->layer == layer && str_eq(last->path, path))
		return w->n - 1;
	if (w->n == WATCH_MAX)
		return SIZE_MAX;
	tree_track(tree, path);
	w->files = arena_grow(w->arena, w->files, w->n, &w->cap, sizeof(*w->files));
	w->files[w->n] = (struct watched){ .path = path, .layer = layer, .gone_in = -1 };
	return w->n++;
}

void watch_init(struct watch *w, struct tree *tree, struct layer_record *const *records,
		size_t count, struct arena *arena)
{
	*w = (struct watch){ .arena = arena, .records = records, .count = count };
	w->file_of = ARENA_ARRAY(arena, size_t *, count);
	for (size_t i = 0; i < count; i++) {
		w->file_of[i] = ARENA_ARRAY(arena, size_t, records[i]->secret_n);
		for (size_t k = 0; k < records[i]->secret_n; k++) {
			const struct secret_finding *s = &records[i]->secrets[k];

			w->file_of[i][k] =
				s->place == SECRET_FILE ? add_file(w, tree, s->path, i) : SIZE_MAX;
		}
	}
}

void watch_clear(struct watch *w)
{
	for (size_t i = 0; i < w->n; i++) {
		w->files[i].node = NULL;
		w->files[i].gone_in = -1;
	}
}

void watch_layer(struct watch *w, struct tree *tree, size_t layer)
{
	for (size_t i = 0; i < w->n; i++) {
		struct watched *f = &w->files[i];

		if (f->layer == layer)
			f->node = tree_place(tree, f->path);
		if (f->layer > layer || !f->node || f->gone_in >= 0)
			continue;
		if (f->node->type != NODE_FILE || f->node->origin.layer != f->layer)
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
