/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layers made of few names, so that they meet: put together by overlay.c, and by a file system in
 * miniature that knows every name and does each step as a runtime would. Both must find the same
 * file (layer and entry) at every path that an analyzer knows.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "base/err.h"
#include "base/path.h"
#include "scan/overlay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {
	"var",
	"var/lib",
	"var/lib/dpkg",
	"var/lib/dpkg/status",
	"lib",
	"usr",
	"usr/lib",
	"usr/lib/apk",
	"usr/lib/apk/db",
	"usr/lib/apk/db/installed",
	"lib/apk",
	"lib/apk/db",
	"lib/apk/db/installed",
	"etc",
	"etc/os-release",
	"usr/lib/os-release",
};
static const char *const targets[] = {
	"/usr/lib",
	"../lib",
	"usr/lib",
	"/var/lib/dpkg",
	".",
	"..",
	"/",
	"status",
	"../usr/lib/os-release",
	"/etc/os-release",
	"/lib",
	"/usr",
	"apk",
	"../../etc",
	"/lib/apk/db/installed",
	"a/../..",
};

#define MODEL_NODES 4096u

/* ---- the model ---- */

enum kind { GONE, DIR_KIND, FILE_KIND, LINK_KIND };

struct model_node {
	str path;
	enum kind kind;
	str link;
	size_t layer, number;
	bool upper; /* put by the layer at hand */
};

struct model {
	struct arena *arena;
	struct model_node *nodes;
	size_t n;
};

static struct model_node *find(struct model *m, str path)
{
	for (size_t i = 0; i < m->n; i++) {
		if (str_eq(m->nodes[i].path, path))
			return &m->nodes[i];
	}
	if (m->n == MODEL_NODES)
		return NULL;
	m->nodes[m->n] = (struct model_node){ .path = str_dup(m->arena, path) };
	return &m->nodes[m->n++];
}

static bool follow(struct model *m, str path, bool last, str *out, unsigned *budget)
{
	str at = STR_EMPTY, part;

	while (str_split(&path, '/', &part)) {
		if (part.n == 0 || str_eq(part, STR(".")))
			continue;
		if (str_eq(part, STR(".."))) {
			at = path_dir(at);
			continue;
		}
		str next = path_join(m->arena, at, part);
		const struct model_node *node = find(m, next);
		if (!node)
			return false;
		if (node->kind != LINK_KIND || (path.n == 0 && !last)) {
			at = next;
			continue;
		}
		if ((*budget)-- == 0)
			return false;
		if (str_starts(node->link, STR("/")))
			at = STR_EMPTY;
		path = path.n > 0
			       ? str_fmt(m->arena, "%.*s/%.*s", STR_ARG(node->link), STR_ARG(path))
			       : node->link;
	}
	*out = at;
	return true;
}

static bool resolve(struct model *m, str path, bool last, str *out)
{
	unsigned budget = OVERLAY_LINKS;

	return follow(m, path, last, out, &budget);
}

static void remove_below(struct model *m, str path, bool itself)
{
	for (size_t i = 0; i < m->n; i++) {
		struct model_node *node = &m->nodes[i];

		if (path_below(node->path, path) && (itself || node->path.n != path.n))
			node->kind = GONE;
	}
}

static void put(struct model *m, str path, enum kind kind, str link, size_t layer, size_t number)
{
	str dir, real;
	struct model_node *node;

	if (!resolve(m, path_dir(path), true, &dir))
		return;
	real = path_join(m->arena, dir, path_base(path));
	for (str up = dir; up.n > 0; up = path_dir(up)) {
		node = find(m, up);
		if (node)
			node->kind = DIR_KIND;
	}
	node = find(m, real);
	if (!node || (kind == DIR_KIND && node->kind == DIR_KIND))
		return;
	remove_below(m, real, true);
	node->kind = kind;
	node->link = link;
	node->layer = layer;
	node->number = number;
}

static void hardlink(struct model *m, str path, str target)
{
	str dir, real;
	struct model_node *to;

	/* The name of the new link may lie behind the same links as its target. */
	if (!resolve(m, path_dir(target), true, &dir))
		return;
	real = path_join(m->arena, dir, path_base(target));
	to = find(m, real);
	if (!resolve(m, path_dir(path), true, &dir) ||
	    str_eq(path_join(m->arena, dir, path_base(path)), real))
		return;
	if (to && (to->kind == FILE_KIND || to->kind == LINK_KIND))
		put(m, path, to->kind, to->link, to->layer, to->number);
	else
		put(m, path, FILE_KIND, STR_EMPTY, SIZE_MAX, 0);
}

static void hide(struct model *m, str path, bool opaque)
{
	str real;

	if (opaque) {
		if (resolve(m, path, true, &real))
			remove_below(m, real, false);
		return;
	}
	if (resolve(m, path_dir(path), true, &real))
		remove_below(m, path_join(m->arena, real, path_base(path)), true);
}

/* ---- both ---- */

struct step {
	struct log_entry entry;
	size_t number;
};

static void apply(struct model *m, const struct step *steps, size_t n, size_t layer)
{
	for (size_t i = 0; i < n; i++) {
		const struct log_entry *e = &steps[i].entry;

		if (e->type == LOG_WHITEOUT || e->type == LOG_OPAQUE)
			hide(m, e->path, e->type == LOG_OPAQUE);
	}
	for (size_t i = 0; i < n; i++) {
		const struct log_entry *e = &steps[i].entry;

		switch (e->type) {
		case LOG_DIR:
			put(m, e->path, DIR_KIND, STR_EMPTY, 0, 0);
			break;
		case LOG_WANTED:
		case LOG_FILE:
			put(m, e->path, FILE_KIND, STR_EMPTY, layer, steps[i].number);
			break;
		case LOG_SYMLINK:
			put(m, e->path, LINK_KIND, e->link, 0, 0);
			break;
		case LOG_HARDLINK:
			hardlink(m, e->path, e->link);
			break;
		default:
			break;
		}
	}
}

static size_t steps_of(const uint8_t **data, const uint8_t *end, struct step *steps, size_t max)
{
	static const enum log_type types[] = {
		LOG_DIR,     LOG_FILE,	   LOG_FILE,	 LOG_FILE,
		LOG_SYMLINK, LOG_HARDLINK, LOG_WHITEOUT, LOG_OPAQUE
	};
	size_t n = 0;

	while (end - *data >= 2 && n < max) {
		uint8_t a = (*data)[0], b = (*data)[1];
		struct log_entry e = { .type = types[a & 7],
				       .path = str_c(names[b % ARRAY_LEN(names)]) };

		*data += 2;
		if (a & 0x80)
			break; /* the next layer */
		if (e.type == LOG_FILE && analyzer_for(e.path))
			e.type = LOG_WANTED;
		if (e.type == LOG_SYMLINK)
			e.link = str_c(targets[(a >> 3) & 15]);
		if (e.type == LOG_HARDLINK)
			e.link = str_c(names[(a >> 3) & 15]);
		e.hash = log_hash(e.path);
		steps[n] = (struct step){ .entry = e, .number = n };
		n++;
	}
	return n;
}

static void record_steps(struct layer_record *record, const struct step *steps, size_t n)
{
	struct err err;
	struct buf log;

	layer_record_init(record, memfd_create("fuzz", MFD_CLOEXEC), 0);
	buf_init(&log, 1u << 20);
	for (size_t i = 0; i < n; i++)
		log_entry_write(&steps[i].entry, &log);
	if (layer_record_take(record, RECORD_LOG, buf_str(&log), &err) < 0 ||
	    layer_record_take(record, RECORD_END, STR("{}"), &err) < 0 ||
	    layer_record_finish(record, &err) < 0)
		abort();
	buf_done(&log);
}

/* The path an entry of this origin has: entries of a layer may be told apart by it alone, because
 * the model is asked for the last one that counts. */
static const struct overlay_file *found(const struct overlay *o, const struct analyzer *a, str path)
{
	for (size_t i = 0; i < o->final.file_count; i++) {
		const struct overlay_file *f = &o->final.files[i];

		if (f->analyzer == a && str_eq(f->path, path))
			return f;
	}
	return NULL;
}

static void compare(struct model *m, const struct overlay *o)
{
	/* These analyzers have no second path that could lead to the same file. */
	static const char *const paths[] = { "var/lib/dpkg/status" };

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		str path = str_c(paths[i]), real;
		const struct overlay_file *f = found(o, analyzer_for(path), path);
		const struct model_node *node =
			resolve(m, path, true, &real) && real.n > 0 ? find(m, real) : NULL;
		bool there = node && node->kind == FILE_KIND && node->layer != SIZE_MAX;

		if (there != (f != NULL))
			abort();
		if (f && f->origin.layer != node->layer)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct layer_record records[4], *list[4];
	struct step steps[64];
	struct model model = { .arena = arena,
			       .nodes = ARENA_ARRAY(arena, struct model_node, MODEL_NODES) };
	const struct want want = { .want_files = true };
	const uint8_t *end = data + size;
	struct overlay overlay;
	size_t layers = 0;
	struct err err;

	for (; data < end && layers < 4; layers++) {
		size_t n = steps_of(&data, end, steps, ARRAY_LEN(steps));

		record_steps(&records[layers], steps, n);
		list[layers] = &records[layers];
		apply(&model, steps, n, layers);
	}
	if (overlay_build(list, layers, &want, arena, &overlay, &err) == 0)
		compare(&model, &overlay);
	else if (err.kind != ERR_LIMIT)
		abort();
	for (size_t i = 0; i < layers; i++)
		layer_record_done(&records[i]);
	return 0;
}
