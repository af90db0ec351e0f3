/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * test_case: what makes rules tests. A rule whose name begins with test_ is one (todo_test_: one
 * that is known not to work yet); its brackets behind that name are the names of its cases:
 *
 *	test_sum[case.note] if {
 *		some case in cases
 *		sum(case.xs) == case.want
 *	}
 *
 * A case that the body does not accept leaves nothing in the rule's object. So the body is made to
 * say which cases it looks at (internal.test_case), as early as their names are known.
 */
#include "policy/ast.h"

/*
 * Rules of one name in a package are tests of their own: the further ones are renamed NAME#01,
 * NAME#02 ... Modules are changed, before they are compiled.
 */
void test_cases_mark(struct module *const *modules, size_t n, struct arena *arena);
/* How many items of the rule's ref name the test; 0: it is none. */
uint32_t test_name_items(const struct rule *rule, bool *skip);
