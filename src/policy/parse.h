/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* parse: text to module. Limits: LEX_MAX_BYTES, AST_MAX_DEPTH, PARSE_MAX_RULES. */
#include "policy/ast.h"
#include "policy/problem.h"

#define PARSE_MAX_RULES 200000u /* of one module */

/*
 * A whole module. `v0`: the syntax from before v1, unless the module imports rego.v1. `file` and
 * `text` must outlive the module. NULL when it is no module; `problems` then says why.
 */
struct module *parse_module(str file, str text, bool v0, struct arena *arena,
			    struct problems *problems);
/* A query: literals, separated by ; or lines. `module` gets the query's own text and no rules. */
struct body *parse_query(str text, bool v0, struct arena *arena, struct module **module,
			 struct problems *problems);
