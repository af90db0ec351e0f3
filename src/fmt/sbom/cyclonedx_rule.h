/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Rules of CycloneDX: which members, elements and values a document of a version may have. They are
 * data (data/cyclonedx_json.txt, cyclonedx_xml.txt, which say their own form); here they are read
 * for one version, and the checks of documents against them are declared.
 */
#include "base/json.h"
#include "base/map.h"

struct xml_node;

struct rule_member {
	str name, expr;
	bool required;
};

struct rule_type {
	str name;
	str is, text;		     /* empty: not of that sort */
	struct map *words;	     /* NULL: no list of words */
	struct rule_member *members; /* members of an object, attributes of an element */
	size_t member_n, member_cap;
	str *particles; /* XML: elements in order */
	size_t particle_n, particle_cap;
	str *conditions; /* "one a b" ... */
	size_t condition_n, condition_cap;
	bool open;  /* other members, attributes of other namespaces */
	bool loose; /* XML: any other attributes */
};

struct rules {
	struct arena *arena;
	struct map types;
};

/* The rules of 1.`minor`. They live in `arena`. */
void rules_load_json(struct rules *rules, unsigned minor, struct arena *arena);
void rules_load_xml(struct rules *rules, unsigned minor, struct arena *arena);
/* NULL: none of that name. */
const struct rule_type *rules_type(const struct rules *rules, str name);

/* A basic type, with bounds or without. False: there is none of that name. */
bool basic_find(str name);
bool basic_json(str expr, const struct json *v);
bool basic_text(str expr, str text);

/* "name{1,5}" -> name and "1,5". */
str rule_bounds(str *expr);
/* Cuts the first alternative off `*rest` at | or ^, outside of brackets. False: none is left. */
bool rule_next(str *rest, str *head, char *separator);

/*
 * Whether the document keeps the rules of the version it says it is of. *breach: the first rule it
 * breaks, with its place, in `arena`; empty when none.
 */
void cyclonedx_check_json(const struct json *document, struct arena *arena, str *breach);
void cyclonedx_check_xml(const struct xml_node *root, struct arena *arena, str *breach);

/* "1.4" -> 4; 0 also for 1.0: false when it is no version that is known. */
bool cyclonedx_minor(str version, unsigned *out);
