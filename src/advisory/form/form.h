/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A form is one way in which a publisher writes advisories down: one row here, one file in this
 * folder. It is told by the head of the text.
 */
#include "advisory/build_internal.h"
#include "advisory/item.h"

struct json;

#define FORM_HEAD_BYTES (64u << 10)
#define FORM_HEAD_KEYS	64u

/* What the first bytes of a text show, seen as one layout. */
struct head {
	str text;
	enum item_mode layout;
	str keys[FORM_HEAD_KEYS]; /* member names of the first object, as far as it reaches */
	size_t key_count;
	bool deep_releases; /* "releases" stands three objects deep */
	str format;	    /* value of its member "format": a text as it stands; else empty */
};

/* Reads one text. */
struct form_run {
	struct advisory_build *build;
	const struct item *item;
	struct arena *scratch; /* emptied after each item */
	struct arena *arena;   /* lives with the text */
	void *state;	       /* of the form, in `arena`; NULL at the start */
	str place;	       /* name of the text inside its source, or empty */
	const char *unit;      /* what an item is, for people: "line", "entry" */
};

struct form {
	const char *name; /* shown as the form of a source */
	bool (*is)(const struct head *head);
	/* How the text is cut; where it is left out, as the head showed it. */
	enum item_mode mode;
	bool has_mode;
	bool single; /* a whole file may be one record of a bigger set */
	/* Why a text of this form is not read after all, or NULL; may be left out. */
	const char *(*foreign)(const struct head *head);
	/* Broken items are passed over with form_skip; a failure ends the import. */
	int (*run)(struct form_run *run, struct err *err);
};

/*
 * The form of a text by its head, or NULL; *layout as it is to be cut. *foreign: why it is refused
 * all the same, or NULL.
 */
const struct form *form_find(str head, bool whole, enum item_mode *layout, const char **foreign);
bool head_has(const struct head *head, str key);

/* Counts what is passed over, with the place of the item and a remark (may be empty). */
void form_skip(struct form_run *run, const char *reason, str remark);
/* The same where nothing was lost. */
void form_skip_harmless(struct form_run *run, const char *reason, str remark);
/* "2024-06-30", "2024-06-30 12:00" and "2024-06-30T12:00:00.000" (UTC) as RFC 3339, else empty. */
str form_date(str text, struct arena *arena);
/* The item as JSON, or NULL (and counted). */
const struct json *form_json(struct form_run *run);
