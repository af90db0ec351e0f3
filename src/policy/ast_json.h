/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* ast_json: a module as the value that rego.parse_module gives. Texts are shared with the module.
 */
#include "policy/ast.h"

struct value module_value(const struct module *module, struct arena *arena);
