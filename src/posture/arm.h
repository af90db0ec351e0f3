/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * arm: resources of Azure Resource Manager in whatever JSON they came: one resource, a list, pages
 * {"value": [...]}, answers of Resource Graph ({"data": [...]} or columns and rows), answers of a
 * batch, exported templates ({"resources": [...]}, nested ones too, with parameters, variables and
 * the usual functions worked out). Documents of our own ({"kind": "cluster", "schema_version": 1})
 * are kept as they are.
 *
 *	struct arm_set set;
 *
 *	arm_set_init(&set, arena);
 *	if (arm_set_add(&set, STR("acr.json"), text, &err) < 0)
 *		return -1;
 *	for (size_t i = 0; i < set.n; i++)
 *		use(set.items[i].type, set.items[i].json);
 *
 * Everything lives in the arena; the text must outlive the set. What an expression of a template
 * says that cannot be worked out stays as it is written: "[parameters('x')]".
 */
#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"

struct err;

#define ARM_MAX_BYTES	  (64u << 20) /* of one text */
#define ARM_MAX_RESOURCES 100000u     /* of one set */
#define ARM_MAX_DEPTH	  8u	      /* pages in pages, templates in templates */
#define ARM_MAX_NODES	  2000000u    /* values that templates of one set become */

struct arm_resource {
	const struct json *json;
	str type; /* small letters: "microsoft.containerregistry/registries" */
	str id;	  /* small letters, without slash at the end; empty: it has none */
	str name; /* as written; empty: it has none */
};

struct arm_set {
	struct arena *arena;
	struct arm_resource *items;
	size_t n, cap;
	const struct json **own; /* documents of our own */
	size_t own_n, own_cap;
	struct map by_id;    /* "type id" -> index + 1: what comes again takes the place */
	size_t cut;	     /* answers that say that there is more than they hold */
	size_t without_type; /* elements that are no resource */
	size_t nodes;	     /* spent on templates */
};

void arm_set_init(struct arm_set *set, struct arena *arena);
/* ERR_INPUT, ERR_LIMIT, ERR_UNSUPPORTED (JSON, but none of the forms above), with the file. */
int arm_set_add(struct arm_set *set, str file, str text, struct err *err) MUST_USE;

/* Member of that name, compared without case as Azure does; null is none. */
const struct json *arm_member(const struct json *object, str name);

/*
 * Inner: a template's scope, and a value with its expressions worked out. `resource` keeps what it
 * cannot work out.
 */
struct arm_scope {
	const struct json *parameters; /* of the template: {"x": {"defaultValue": ...}} */
	const struct json *given;      /* of a nested one: {"x": {"value": ...}}, or NULL */
	const struct json *variables;
	struct arena *arena;
	size_t *nodes;
};
const struct json *arm_resolve(const struct arm_scope *scope, const struct json *value,
			       struct err *err);
/* A text that is an expression. */
bool arm_is_expression(str text);
