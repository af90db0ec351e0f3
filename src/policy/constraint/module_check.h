/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * module_check: what a module of a template may look at: imports of data.lib, data.inventory and
 * the keywords; references below data only to these two. The template's own module must have the
 * rule `violation`, a library a package below `lib`. Which objects of data.inventory it looks at is
 * noted on the way.
 */
#include <stdbool.h>

#include "base/scope.h"

struct err;
struct module;
struct sync_needs;

int module_check(const struct module *module, bool entry, struct sync_needs *needs,
		 struct err *err) MUST_USE;
