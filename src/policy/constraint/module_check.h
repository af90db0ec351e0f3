/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * module_check: what a module of a template may look at: imports of data.lib, data.inventory and
 * the keywords; references below data only to these two. The template's own module must have the
 * rule `violation`, a library a package below `lib`.
 */
#include <stdbool.h>

#include "base/scope.h"

struct err;
struct module;

int module_check(const struct module *module, bool entry, struct err *err) MUST_USE;
