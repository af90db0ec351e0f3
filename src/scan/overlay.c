/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/overlay.h"

#include "base/err.h"
#include "base/path.h"
#include "scan/overlay_internal.h"

/* A file of a view. */
struct found {
	struct overlay_file file;
	uint64_t view; /* the last one that it was in */
};

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
	struct map found; /* files of views of this round: struct found */
	struct arena *view_arena;
	uint64_t view_number;
	struct found **present; /* in the last view */
	size_t present_n, present_cap;
	struct overlay_change *changes;
	size_t change_n, change_cap;
	struct alias *folders;
	size_t folder_n, folder_cap;
	struct watch watch;
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

static bool is_wanted(const struct build *b, str path)
{
	const struct analyzer *a = analyzer_for(path);

	return a && want_row(b->want, a);
}

static int track_entry(void *context, const struct log_entry *entry, struct err *err)
{
	struct build *b = context;

	(void)err;
	if (entry->type == LOG_WHITEOUT || entry->type == LOG_OPAQUE)
		b->hides[b->layer] = true;
	if (entry->type == LOG_WANTED || entry->type == LOG_SNIFFED)
		tree_track(&b->tree, entry->path);
	if (entry->type == LOG_HARDLINK &&
	    (tree_name(&b->tree, entry->hash).p || is_wanted(b, entry->path))) {
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

static void put_file(struct build *b, struct node *node, uint32_t number, bool sniffed, str name)
{
	tree_set(&b->tree, node, NODE_FILE);
	node->origin = (struct overlay_origin){ .layer = (uint32_t)b->layer,
						.entry = number,
						.sniffed = sniffed,
						.real = str_eq(name, node->path)
								? node->path
								: tree_keep(&b->tree, name) };
}

static int put_entry(void *context, const struct log_entry *entry, struct err *err)
{
	struct build *b = context;
	uint32_t number = RESULT_NO_ENTRY;
	struct node *node;
	str name;

	if (entry->type == LOG_WHITEOUT || entry->type == LOG_OPAQUE)
		return 0;
	if (entry->type == LOG_WANTED || entry->type == LOG_SNIFFED)
		number = b->wanted++;
	if (b->tree.links_changed && tree_alias(&b->tree, err) < 0)
		return -1;
	name = tree_name(&b->tree, entry->hash);
	if (!name.p && number == RESULT_NO_ENTRY)
		return 0;
	if (entry->path.n > 0)
		name = entry->path;
	if (!name.p)
		return 0; /* the root itself */
	node = tree_place(&b->tree, name);
	if (!node || node == b->tree.root)
		return 0; /* lies behind a cycle of links: nothing can be there */
	switch (entry->type) {
	case LOG_DIR:
		if (node->type != NODE_DIR)
			tree_set(&b->tree, node, NODE_DIR);
		node->origin.layer = (uint32_t)b->layer;
		break;
	case LOG_FILE:
	case LOG_WANTED:
	case LOG_SNIFFED:
		put_file(b, node, number, entry->type == LOG_SNIFFED, name);
		break;
	case LOG_SYMLINK:
		tree_set(&b->tree, node, NODE_LINK);
		node->link = tree_keep(&b->tree, entry->link);
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

#define NO_ROW	   1u
#define VISIT_WORK 8u /* a name offered to an analyzer, as compared with looking at it */

struct view_build {
	struct build *b;
	bool all; /* the finished image: supplements, what is passed over */
	struct found **files;
	size_t n, cap;
};

/* What tells one file of a view from another. Without padding. */
struct file_key {
	const struct analyzer *analyzer;
	uint32_t layer, entry, companion_layer, companion_entry;
};

/* The one of this round; made when it is new. */
static struct found *found_file(struct build *b, const struct overlay_file *file)
{
	const struct file_key key = { .analyzer = file->analyzer,
				      .layer = file->origin.layer,
				      .entry = file->origin.entry,
				      .companion_layer = file->companion.layer,
				      .companion_entry = file->companion.entry };
	char text[sizeof(key) + 2 * (PATH_MAX_BYTES + 1)];
	size_t n = sizeof(key);
	void **slot;

	memcpy(text, &key, n);
	memcpy(text + n, file->path.p, file->path.n);
	n += file->path.n;
	text[n++] = 0;
	memcpy(text + n, file->origin.real.p, file->origin.real.n);
	n += file->origin.real.n;
	slot = map_slot(&b->found, str_of(text, n));
	if (!*slot) {
		struct found *f = ARENA_NEW(b->arena, struct found);

		f->file = *file;
		f->file.path = str_dup(b->arena, file->path);
		f->file.origin.real = str_dup(b->arena, file->origin.real);
		f->file.companion.real = str_dup(b->arena, file->companion.real);
		*slot = f;
	}
	return *slot;
}

static struct found *add_file(struct view_build *v, const struct analyzer *a, str path,
			      struct node *node)
{
	struct build *b = v->b;
	struct overlay_file file = { .analyzer = a, .path = path, .origin = node->origin };

	if (node->mark == b->mark)
		return NULL; /* another path of this analyzer leads to it */
	node->mark = b->mark;
	if (a->companion) {
		str other = analyzer_companion_path(a, path, b->tree.round);
		const struct node *c = tree_resolve(&b->tree, other, true);

		/* One that was not wanted is empty. */
		file.has_companion =
			c && c->type == NODE_FILE && c->origin.entry != RESULT_NO_ENTRY;
		if (file.has_companion)
			file.companion = c->origin;
	}
	v->files = arena_grow(b->view_arena, v->files, v->n, &v->cap, sizeof(struct found *));
	return v->files[v->n++] = found_file(b, &file);
}

/* The same bytes under a second fixed name (a hard link). */
static bool same_content(const struct view_build *v, const struct analyzer *a,
			 const struct node *node)
{
	for (size_t i = v->n; i > 0 && v->files[i - 1]->file.analyzer == a; i--) {
		const struct overlay_origin *o = &v->files[i - 1]->file.origin;

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

		if (!node || node->type != NODE_FILE || same_content(v, a, node))
			continue;
		if (!analyzer_passes_over(a, live, str_c(*p))) {
			live = str_c(*p);
			IGNORE(add_file(v, a, live, node)); /* NULL: it is there already */
		} else if (v->all) {
			struct found *stale = add_file(v, a, str_c(*p), node);

			if (stale)
				stale->file.passed_over_for = live;
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

/* A file below the folder at `at`, which is `dir` to the analyzer. */
static void offer(struct view_build *v, const struct analyzer *a, str dir, const struct node *at,
		  struct node *node)
{
	char path[PATH_MAX_BYTES + 1];
	str rest = str_skip(node->path, at->path.n + (at->path.n > 0));
	str known = node->path;

	if (!str_eq(at->path, dir)) {
		if (dir.n + 1 + rest.n > PATH_MAX_BYTES)
			return;
		memcpy(path, dir.p, dir.n);
		path[dir.n] = '/';
		memcpy(path + dir.n + 1, rest.p, rest.n);
		known = str_of(path, dir.n + 1 + rest.n);
	}
	if (analyzer_for(known) == a)
		IGNORE(add_file(v, a, known, node)); /* NULL: it is there already */
}

static int add_dir(struct view_build *v, const struct analyzer *a, str dir, struct err *err)
{
	struct build *b = v->b;
	struct node *at = tree_resolve(&b->tree, dir, true);

	/* Of a folder that no entry names it is not known yet whether it is there. */
	if (!at || (at->type != NODE_DIR && at->type != NODE_GONE))
		return 0;
	if (!str_eq(at->path, dir))
		note_folder(b, at->path, dir);
	for (struct node *node = tree_next_below(at, at); node; node = tree_next_below(at, node)) {
		if (tree_worked(&b->tree, node->type == NODE_FILE ? VISIT_WORK : 1, err) < 0)
			return -1;
		if (node->type == NODE_FILE)
			offer(v, a, dir, at, node);
	}
	return 0;
}

static bool in_view(const struct view_build *v, const struct analyzer *a)
{
	return v->all ? want_row(v->b->want, a) : !a->supplement && a->run;
}

/* The number of the row that wants a name by itself, behind NO_ROW. */
static size_t row_of(struct node *node)
{
	const struct analyzer *a;
	size_t i = 0;

	if (node->row == 0) {
		a = analyzer_for(node->path);
		while (a && analyzers[i] != a)
			i++;
		node->row = (uint32_t)(a ? NO_ROW + 1 + i : NO_ROW);
	}
	return node->row;
}

/* Files whose rows want them wherever they lie. `mark` is that of the first row. */
static int add_anywhere(struct view_build *v, uint64_t mark, struct err *err)
{
	struct tree *tree = &v->b->tree;

	for (size_t i = 0; i < tree->n; i++) {
		struct node *node = tree->nodes[i];
		size_t row;

		if (tree_worked(tree, VISIT_WORK, err) < 0)
			return -1;
		if (node->type != NODE_FILE)
			continue;
		for (size_t k = 0; node->origin.sniffed && k < analyzer_count; k++) {
			const struct analyzer *taker = analyzers[k];

			v->b->mark++;
			if ((taker->sniff || taker->names) && in_view(v, taker))
				IGNORE(add_file(v, taker, node->path, node)); /* never */
		}
		row = row_of(node);
		if (node->origin.sniffed || row == NO_ROW)
			continue;
		const struct analyzer *a = analyzers[row - NO_ROW - 1];
		if (!a->wants || a->dirs || !in_view(v, a) || node->mark == mark + row - NO_ROW - 1)
			continue;
		v->b->mark++;
		IGNORE(add_file(v, a, node->path, node)); /* never: the mark is new */
	}
	return 0;
}

static int view_of(struct build *b, bool all, struct view_build *v, struct err *err)
{
	*v = (struct view_build){ .b = b, .all = all };
	uint64_t mark = b->mark + 1;

	for (size_t i = 0; i < analyzer_count; i++) {
		const struct analyzer *a = analyzers[i];

		b->mark++;
		if (!in_view(v, a))
			continue;
		add_paths(v, a);
		for (const char *const *dir = a->dirs; dir && *dir; dir++) {
			if (add_dir(v, a, str_c(*dir), err) < 0)
				return -1;
		}
	}
	return add_anywhere(v, mark, err);
}

struct file_list {
	const struct overlay_file **files;
	size_t n, cap;
};

static void list_add(struct build *b, struct file_list *list, const struct overlay_file *file)
{
	list->files = arena_grow(b->arena, list->files, list->n, &list->cap,
				 sizeof(struct overlay_file *));
	list->files[list->n++] = file;
}

/* What this view has that the one before had not, and the other way round. */
static int note_change(struct build *b, struct err *err)
{
	struct file_list added = { .n = 0 }, removed = { .n = 0 };
	struct view_build v;

	b->view_number++;
	arena_reset(b->view_arena);
	if (view_of(b, false, &v, err) < 0)
		return -1;
	for (size_t i = 0; i < v.n; i++) {
		if (v.files[i]->view != b->view_number - 1)
			list_add(b, &added, &v.files[i]->file);
		v.files[i]->view = b->view_number;
	}
	for (size_t i = 0; i < b->present_n; i++) {
		if (b->present[i]->view != b->view_number)
			list_add(b, &removed, &b->present[i]->file);
	}
	for (b->present_n = 0; b->present_n < v.n; b->present_n++) {
		b->present = arena_grow(b->arena, b->present, b->present_n, &b->present_cap,
					sizeof(struct found *));
		b->present[b->present_n] = v.files[b->present_n];
	}
	if (added.n + removed.n == 0)
		return 0;
	b->changes =
		arena_grow(b->arena, b->changes, b->change_n, &b->change_cap, sizeof(*b->changes));
	b->changes[b->change_n++] = (struct overlay_change){ .layer = b->layer,
							     .added = added.files,
							     .added_count = added.n,
							     .removed = removed.files,
							     .removed_count = removed.n };
	return 0;
}

static int final_view(struct build *b, struct overlay *out, struct err *err)
{
	struct view_build v;
	struct overlay_file *files;

	arena_reset(b->view_arena);
	if (view_of(b, true, &v, err) < 0)
		return -1;
	files = ARENA_ARRAY(b->arena, struct overlay_file, v.n);
	for (size_t i = 0; i < v.n; i++)
		files[i] = v.files[i]->file;
	out->final = (struct overlay_view){ .files = files, .file_count = v.n };
	return 0;
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
	watch_layer(&b->watch, &b->tree, b->layer);
	if (b->layer > 0 && !b->tree.changed)
		return 0;
	b->tree.changed = false;
	return note_change(b, err);
}

static int run_round(struct build *b, struct overlay *out, struct err *err)
{
	tree_clear(&b->tree);
	watch_clear(&b->watch);
	b->change_n = 0;
	b->folder_n = 0;
	b->present_n = 0;
	b->view_number += 2; /* nothing is in the view before the first */
	map_init(&b->found, b->arena);
	for (b->layer = 0; b->layer < b->count; b->layer++) {
		if (put_layer(b, err) < 0)
			return err_wrap(err, "layer %zu", b->layer + 1);
		if (b->tree.full)
			return err_set(err, ERR_LIMIT, "more than %u names of package data",
				       OVERLAY_NAMES);
	}
	return final_view(b, out, err);
}

static int run_rounds(struct build *b, struct overlay *out, struct err *err)
{
	track_known(b);
	watch_init(&b->watch, &b->tree, b->records, b->count, b->arena);
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

	*out = (struct overlay){ .change_count = 0 };
	b.hides = ARENA_ARRAY(arena, bool, count);
	tree_init(&b.tree, arena);
	b.view_arena = arena_new();
	failed = run_rounds(&b, out, err);
	tree_done(&b.tree);
	arena_free(b.view_arena);
	out->changes = b.changes;
	out->change_count = b.change_n;
	out->gone_in = watch_gone_in(&b.watch);
	out->has_trait = watch_has_trait(&b.watch, &out->traits_unknown);
	out->folders = b.folders;
	out->folder_count = b.folder_n;
	return failed;
}
