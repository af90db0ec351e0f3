/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * overlay_internal: the tree of names that matter, as the merge of layers builds and walks it. The
 * members say what lives in which arena; nothing is freed singly.
 */
#include "base/map.h"
#include "scan/layer_record.h"
#include "scan/overlay.h"

enum node_type { NODE_GONE, NODE_DIR, NODE_FILE, NODE_LINK, NODE_OTHER };

/* A name that matters. */
struct node {
	str path; /* normal; no link on the way when it is there */
	struct node *parent, *child, *next;
	enum node_type type;
	str link;		      /* of a LINK */
	struct overlay_origin origin; /* of a FILE */
	uint32_t row;		      /* that wants its path; 0: not looked up yet */
	uint64_t mark;		      /* last view (and analyzer) it went into */
};

/* hash -> path under which an entry of that hash would be written in an archive */
struct name_slot {
	uint64_t hash;
	str path; /* p NULL: free */
};

struct names {
	struct name_slot *slots; /* heap */
	size_t n, cap;		 /* cap is a power of two, or 0 */
};

void names_add(struct names *names, str path);
const struct name_slot *names_find(const struct names *names, uint64_t hash);
void names_reset(struct names *names);
void names_done(struct names *names);

struct tree {
	struct arena *arena;	   /* nodes and their paths */
	struct arena *round;	   /* texts of links, of this run through the logs */
	struct arena *alias_arena; /* of the names in `aliases` */
	char *rest[2];		   /* a path while its links are followed */
	uint64_t work;		   /* see OVERLAY_WORK */
	size_t text;		   /* bytes of names of nodes */
	struct map by_path;
	struct node **nodes; /* in order of creation */
	size_t n, cap;
	struct node *root;
	struct names names;   /* of nodes */
	struct names aliases; /* names of nodes that go through links */
	bool fresh;	      /* a name was added: its state is not known in this round */
	bool changed;	      /* a node changed since this was cleared */
	bool links_changed;   /* `aliases` is out of date */
	bool full;	      /* over OVERLAY_NAMES or OVERLAY_TEXT */
};

void tree_init(struct tree *tree, struct arena *arena);
void tree_done(struct tree *tree);
/* All names are kept, nothing is there any more. */
void tree_clear(struct tree *tree);

/* The node of a name in a folder; added (as GONE) if it is new. NULL: over a limit. */
struct node *tree_child(struct tree *tree, struct node *dir, str name);
/* Adds a path and everything on the way; links are not followed. */
void tree_track(struct tree *tree, str path);
/* Follows links; the last component only if `last`. NULL: a cycle, or over a limit. */
struct node *tree_resolve(struct tree *tree, str path, bool last);
/* Where an entry of this name would be put: links on the way followed. */
struct node *tree_place(struct tree *tree, str path);
/* Replaces what is there. Folders on the way are made. */
void tree_set(struct tree *tree, struct node *node, enum node_type type);
/* Everything below it is gone. */
void tree_empty(struct tree *tree, struct node *dir);
/* A copy that lives until tree_clear; sets `full` when there are too many. */
str tree_keep(struct tree *tree, str text);
/* Counts what was done. Fails only over OVERLAY_WORK. */
int tree_worked(struct tree *tree, uint64_t amount, struct err *err) MUST_USE;
/* The node after `node` in the folder `top` and everything below it; NULL: no more. */
struct node *tree_next_below(const struct node *top, struct node *node);
/* Brings `aliases` up to date. Fails only over a limit. */
int tree_alias(struct tree *tree, struct err *err) MUST_USE;
/* The name under which an entry of this hash matters, or NULL p. */
str tree_name(const struct tree *tree, uint64_t hash);

/* ---- files with secrets, and with traits: which layer takes them away ---- */

#define WATCH_MAX	 50000u /* files with secrets; of others it is not known */
#define WATCH_TRAITS_MAX 50000u

enum watch_kind {
	WATCH_FILE,
	WATCH_FOLDER, /* as this layer has it: one that a later layer lists again is another */
	WATCH_BELOW,  /* files in it: while it is there */
};

struct watched {
	str path;
	size_t layer;
	enum watch_kind kind;
	struct node *node; /* NULL: not there in this round */
	int gone_in;	   /* -1: it is there */
};

struct watch {
	struct arena *arena;
	struct layer_record *const *records;
	size_t count;
	struct watched *files; /* by layer */
	size_t n, cap;
	size_t **file_of;	  /* by record, by secret: index into files, or SIZE_MAX */
	size_t **trait_of;	  /* the same by trait */
	size_t secret_n, trait_n; /* files of each */
};

/* Makes the names of files with secrets matter. */
void watch_init(struct watch *watch, struct tree *tree, struct layer_record *const *records,
		size_t count, struct arena *arena);
void watch_clear(struct watch *watch);
/* After the entries of a layer were put, if any name that matters changed. */
void watch_layer(struct watch *watch, struct tree *tree, size_t layer);
const int *const *watch_gone_in(const struct watch *watch);
const bool *const *watch_has_trait(const struct watch *watch, uint64_t *unknown);
