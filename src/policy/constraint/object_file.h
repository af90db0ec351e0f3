/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * object_file: the Kubernetes objects of one file with the places where their values stand: YAML
 * with any number of documents (also what kustomize and Helm print), JSON, streams of JSON, Lists
 * of both. What of the file is no object is kept with its line and the reason: nothing is passed
 * over in silence, and one broken document does not hide the others.
 *
 *	struct object_file file = { .arena = arena };
 *
 *	if (object_file_read(&file, STR("app.yaml"), text, &err) < 0)
 *		return -1;              // of the whole file: too large, no text
 *	for (size_t i = 0; i < file.n; i++) {
 *		const struct object_text *o = &file.items[i];
 *
 *		line = object_line(o, place_get(o->resource.json, o->place, STR("spec")));
 *	}
 *
 * The places lie beside resource.json: the children of a place belong to its members or elements in
 * the same order. Their lines begin with o->text, which is a view of file.text (UTF-8, no byte
 * order mark); what an alias or "<<" brought stands where the anchor is. An object of a List has
 * the text of the whole List.
 */
#include "base/err.h"
#include "fmt/syntax/place.h"
#include "policy/constraint/resource.h"

#define OBJECT_FILE_MAX		(64u << 20) /* bytes */
#define OBJECT_FILE_MAX_OBJECTS 200000u
#define OBJECT_FILE_MAX_MEMORY	(1024u << 20) /* of the arena, values and places together */
#define OBJECT_FILE_MAX_DEPTH	100u
#define OBJECT_FILE_LISTS	8u /* lists in lists */

struct object_text {
	struct resource resource;
	const struct place *place; /* beside resource.json */
	str text;		   /* of its document */
	uint32_t line_base;	   /* lines of the file in front of that text */
	size_t document;	   /* from 1 */
	bool json;
};

/* A document (or what should be one) that is no object. */
struct object_rest {
	enum err_kind kind; /* ERR_NONE: it is something else; ERR_UNSUPPORTED: not rendered */
	uint32_t line;
	str reason;
};

/* An exception in a comment, or in an annotation of an object. */
struct object_ignore {
	str ids, reason, until;	 /* ids: with commas between */
	str form;		 /* "seawall", "trivy", "checkov", "kube-linter" */
	uint32_t comment;	 /* its own line */
	uint32_t line, end_line; /* for which it holds; 0: the whole file */
};

struct object_file {
	struct arena *arena;
	str path, text;
	struct object_text *items;
	size_t n, cap;
	struct object_rest *rest;
	size_t rest_n, rest_cap;
	struct object_ignore *ignores;
	size_t ignore_n, ignore_cap;
};

/* `bytes` must outlive the file. -1: nothing of it can be read. */
int object_file_read(struct object_file *file, str path, str bytes, struct err *err) MUST_USE;

/* The line of the file; of a member that of its key. 0: not known. */
static inline uint32_t object_line(const struct object_text *o, const struct place *place)
{
	uint32_t line = place_line(place);

	return line ? line + o->line_base : 0;
}

/* Fills file->ignores from the comments (object_ignore.c); called by object_file_read. */
void object_file_ignores(struct object_file *file);
