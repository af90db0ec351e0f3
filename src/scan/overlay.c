/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/overlay.h"

#include "base/err.h"
#include "base/path.h"
#include "scan/overlay_internal.h"

struct build {
	struct tree tree;
	struct layer_record *const *records;
	size_t count;
	const struct want *want;
	struct arena *arena;
	bool *hides;	 /* by layer: has whiteouts */
	size_t layer;	 /* being put on top */
	uint32_t wanted; /* WANTED entries of its log so far */
	uint64_t mark;
	struct overlay_view *views;
	size_t view_n, view_cap;
	struct alias *folders;
	size_t folder_n, folder_cap;
};

/* Folders that distributions turn into links: names that go through them must be recognised. */
static const char *const merged[] = { "bin", "sbin", "lib", "lib32", "lib64", "var/run" };

/* ---- which names matter ---- */

static void track_known(struct build *b)
{
	for (size_t i = 0; i < ARRAY_LEN(merged); i++)
		tree_track(&b->tree, str_c(merged[i]));
	for (size_t i = 0; i < b->want->alias_count; i++)
		tree_track(&b->tree, b->want->aliases[i].real);
	for (size_t i = 0; i < analyzer_count; i++) {
		for (const char *const *p = analyzers[i]->paths; p && *p; p++)
			tree_track(&b->tree, str_c(*p));
		for (const char *const *p = analyzers[i]->dirs; p && *p; p++)
			tree_track(&b->tree, str_c(*p));
	}
}

static int track_entry(void *context, const struct log_entry *entry, struct err *err)
{
	struct build *b = context;

	(void)err;
	if (entry->type == LOG_WHITEOUT || entry->type == LOG_OPAQUE)
		b->hides[b->layer] = true;
	if (entry->type == LOG_WANTED)
		tree_track(&b->tree, entry->path);
	if (entry->type == LOG_HARDLINK &&
	    (tree_name(&b->tree, entry->hash).p || analyzer_for(entry->path))) {
		tree_track(&b->tree, entry->path);
		tree_track(&b->tree, entry->link);
	}
	return 0;
}

/* ---- one layer on top of the others ---- */

static int hide_entry(void *context, const struct log_entry *entry, struct err *err)
{
	struct build *b = context;
	struct node *node;

	if (entry->type != LOG_WHITEOUT && entry->type != LOG_OPAQUE)
		return 0;
	if (tree_alias(&b->tree, err) < 0)
		return -1;
	if (entry->path.n > 0 && !tree_name(&b->tree, entry->hash).p)
		return 0;
	if (entry->type == LOG_OPAQUE) {
		node = tree_resolve(&b->tree, entry->path, true);
		if (node)
			tree_empty(&b->tree, node);
		return 0;
	}
	node = tree_place(&b->tree, entry->path);
	if (node && node->type != NODE_GONE)
		tree_set(&b->tree, node, NODE_GONE);
	return 0;
}

static void put_hardlink(struct build *b, struct node *node, str target)
{
	const struct node *to = tree_place(&b->tree, target);

	if (!to || to == node)
		return; /* behind a cycle of links there is nothing to link to */
	if (to->type == NODE_FILE) {
		tree_set(&b->tree, node, NODE_FILE);
		node->origin = to->origin;
	} else if (to->type == NODE_LINK) {
		tree_set(&b->tree, node, NODE_LINK);
		node->link = to->link;
	} else {
		tree_set(&b->tree, node, NODE_OTHER);
	}
}

static void put_file(struct build *b, struct node *node, uint32_t number, str name)
{
	tree_set(&b->tree, node, NODE_FILE);
	node->origin = (struct overlay_origin){ .layer = (uint32_t)b->layer,
						.entry = number,
						.real = str_dup(b->tree.round, name) };
}

static int put_entry(void *context, const struct log_entry *entry, struct err *err)
{
	struct build *b = context;
	uint32_t number = RESULT_NO_ENTRY;
	struct node *node;
	str name;

	if (entry->type == LOG_WHITEOUT || entry->type == LOG_OPAQUE)
		return 0;
	if (entry->type == LOG_WANTED)
		number = b->wanted++;
	if (b->tree.links_changed && tree_alias(&b->tree, err) < 0)
		return -1;
	name = tree_name(&b->tree, entry->hash);
	if (!name.p && entry->type != LOG_WANTED)
		return 0;
	if (entry->path.n > 0)
		name = entry->path;
	node = tree_place(&b->tree, name);
	if (!node || node == b->tree.root)
		return 0; /* lies behind a cycle of links: nothing can be there */
	switch (entry->type) {
	case LOG_DIR:
		if (node->type != NODE_DIR)
			tree_set(&b->tree, node, NODE_DIR);
		break;
	case LOG_FILE:
	case LOG_WANTED:
		put_file(b, node, number, name);
		break;
	case LOG_SYMLINK:
		tree_set(&b->tree, node, NODE_LINK);
		node->link = str_dup(b->tree.round, entry->link);
		break;
	case LOG_HARDLINK:
		put_hardlink(b, node, entry->link);
		break;
	default:
		tree_set(&b->tree, node, NODE_OTHER);
		break;
	}
	return 0;
}

/* ---- what analyzers find ---- */

struct view_build {
	struct build *b;
	bool all; /* the finished image: supplements, what is passed over */
	struct overlay_file *files;
	size_t n, cap;
};

static void add_file(struct view_build *v, const struct analyzer *a, str path, struct node *node)
{
	struct build *b = v->b;
	struct overlay_file file = { .analyzer = a, .origin = node->origin };

	if (node->mark == b->mark)
		return; /* another path of this analyzer leads to it */
	node->mark = b->mark;
	file.path = str_dup(b->arena, path);
	file.origin.real = str_dup(b->arena, node->origin.real);
	if (a->companion) {
		str other = str_cat(b->tree.round, path, str_c(a->companion));
		const struct node *c = tree_resolve(&b->tree, other, true);

		file.has_companion = c && c->type == NODE_FILE;
		if (file.has_companion) {
			file.companion = c->origin;
			file.companion.real = str_dup(b->arena, c->origin.real);
		}
	}
	v->files = arena_grow(b->arena, v->files, v->n, &v->cap, sizeof(*v->files));
	v->files[v->n++] = file;
}

/* The same bytes under a second fixed name (a hard link). */
static bool same_content(const struct view_build *v, const struct analyzer *a,
			 const struct node *node)
{
	for (size_t i = v->n; i > 0 && v->files[i - 1].analyzer == a; i--) {
		const struct overlay_origin *o = &v->files[i - 1].origin;

		if (o->layer == node->origin.layer && str_eq(o->real, node->origin.real))
			return true;
	}
	return false;
}

static void add_paths(struct view_build *v, const struct analyzer *a)
{
	str live = STR_EMPTY;

	for (const char *const *p = a->paths; p && *p; p++) {
		struct node *node = tree_resolve(&v->b->tree, str_c(*p), true);
		size_t before = v->n;

		if (!node || node->type != NODE_FILE || same_content(v, a, node))
			continue;
		if (!analyzer_passes_over(a, live, str_c(*p))) {
			live = str_c(*p);
			add_file(v, a, live, node);
		} else if (v->all) {
			add_file(v, a, str_c(*p), node);
			if (v->n > before)
				v->files[before].passed_over_for = live;
		} else {
			node->mark = v->b->mark;
		}
	}
}

static void note_folder(struct build *b, str real, str as)
{
	for (size_t i = 0; i < b->folder_n; i++) {
		if (str_eq(b->folders[i].real, real) && str_eq(b->folders[i].as, as))
			return;
	}
	b->folders =
		arena_grow(b->arena, b->folders, b->folder_n, &b->folder_cap, sizeof(*b->folders));
	b->folders[b->folder_n++] = (struct alias){ .real = real, .as = as, .folder = true };
}

static void add_dir(struct view_build *v, const struct analyzer *a, str dir)
{
	struct build *b = v->b;
	const struct node *at = tree_resolve(&b->tree, dir, true);

	/* Of a folder that no entry names it is not known yet whether it is there. */
	if (!at || (at->type != NODE_DIR && at->type != NODE_GONE))
		return;
	if (!str_eq(at->path, dir))
		note_folder(b, at->path, dir);
	for (size_t i = 0; i < b->tree.n; i++) {
		struct node *node = b->tree.nodes[i];

		if (node->type != NODE_FILE || node->path.n <= at->path.n ||
		    !path_below(node->path, at->path))
			continue;
		str rest = str_skip(node->path, at->path.n + (at->path.n > 0));
		str path = path_join(b->tree.round, dir, rest);
		if (analyzer_for(path) == a)
			add_file(v, a, path, node);
	}
}

static void add_anywhere(struct view_build *v, const struct analyzer *a)
{
	for (size_t i = 0; i < v->b->tree.n; i++) {
		struct node *node = v->b->tree.nodes[i];

		if (node->type == NODE_FILE && analyzer_for(node->path) == a)
			add_file(v, a, node->path, node);
	}
}

static struct overlay_view view_of(struct build *b, bool all)
{
	struct view_build v = { .b = b, .all = all };

	for (size_t i = 0; i < analyzer_count; i++) {
		const struct analyzer *a = analyzers[i];

		if ((!all && (a->supplement || !a->run)) || !want_analyzer(b->want, a))
			continue;
		b->mark++;
		add_paths(&v, a);
		for (const char *const *dir = a->dirs; dir && *dir; dir++)
			add_dir(&v, a, str_c(*dir));
		if (a->wants && !a->dirs)
			add_anywhere(&v, a);
	}
	return (struct overlay_view){ .first_layer = b->layer,
				      .files = v.files,
				      .file_count = v.n };
}

static bool same_origin(const struct overlay_origin *a, const struct overlay_origin *b)
{
	return a->layer == b->layer && a->entry == b->entry && str_eq(a->real, b->real);
}

static bool same_view(const struct overlay_view *a, const struct overlay_view *b)
{
	if (a->file_count != b->file_count)
		return false;
	for (size_t i = 0; i < a->file_count; i++) {
		const struct overlay_file *x = &a->files[i], *y = &b->files[i];

		if (x->analyzer != y->analyzer || !same_origin(&x->origin, &y->origin) ||
		    x->has_companion != y->has_companion ||
		    (x->has_companion && !same_origin(&x->companion, &y->companion)))
			return false;
	}
	return true;
}

/* ---- all layers ---- */

static int put_layer(struct build *b, struct err *err)
{
	struct layer_record *record = b->records[b->layer];

	b->wanted = 0;
	if (b->hides[b->layer] && layer_record_log(record, b, hide_entry, err) < 0)
		return -1;
	if (layer_record_log(record, b, put_entry, err) < 0)
		return -1;
	if (b->layer > 0 && !b->tree.changed)
		return 0;
	b->tree.changed = false;
	struct overlay_view view = view_of(b, false);
	if (b->view_n > 0 && same_view(&view, &b->views[b->view_n - 1]))
		return 0;
	b->views = arena_grow(b->arena, b->views, b->view_n, &b->view_cap, sizeof(*b->views));
	b->views[b->view_n++] = view;
	return 0;
}

static int run_round(struct build *b, struct overlay *out, struct err *err)
{
	tree_clear(&b->tree);
	b->view_n = 0;
	b->folder_n = 0;
	for (b->layer = 0; b->layer < b->count; b->layer++) {
		if (put_layer(b, err) < 0)
			return err_wrap(err, "layer %zu", b->layer + 1);
	}
	out->final = view_of(b, true);
	return 0;
}

static int run_rounds(struct build *b, struct overlay *out, struct err *err)
{
	track_known(b);
	for (b->layer = 0; b->layer < b->count; b->layer++) {
		if (layer_record_log(b->records[b->layer], b, track_entry, err) < 0)
			return -1;
	}
	for (unsigned round = 0; round < OVERLAY_ROUNDS; round++) {
		if (run_round(b, out, err) < 0)
			return -1;
		if (b->tree.full)
			return err_set(err, ERR_LIMIT, "more than %u names of package data",
				       OVERLAY_NAMES);
		if (!b->tree.fresh)
			return 0;
	}
	return err_set(err, ERR_LIMIT, "links to package data are nested too deep");
}

int overlay_build(struct layer_record *const *records, size_t count, const struct want *want,
		  struct arena *arena, struct overlay *out, struct err *err)
{
	struct build b = { .records = records, .count = count, .want = want, .arena = arena };
	int failed;

	*out = (struct overlay){ .view_count = 0 };
	b.hides = ARENA_ARRAY(arena, bool, count);
	tree_init(&b.tree, arena);
	failed = run_rounds(&b, out, err);
	tree_done(&b.tree);
	out->views = b.views;
	out->view_count = b.view_n;
	out->folders = b.folders;
	out->folder_count = b.folder_n;
	return failed;
}
