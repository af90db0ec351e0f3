/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text: it is a module or is refused with a place and a reason; a module that is printed reads
 * back and prints the same; compiling it ends. The first byte says which syntax.
 */
#include <stdlib.h>

#include "base/err.h"
#include "must.h"
#include "policy/format_module.h"
#include "policy/parse.h"
#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_problems(const struct problems *problems)
{
	must(problems->n > 0);
	for (size_t i = 0; i < problems->n; i++)
		must(problems->items[i].line > 0 && problems->items[i].col > 0 &&
		     problems->items[i].message.n > 0);
}

static void check_print(const struct module *module, bool v0, struct arena *arena)
{
	struct problems problems = { .arena = arena };
	const struct module *again;
	struct buf once, twice;

	buf_init(&once, 64u << 20);
	buf_init(&twice, 64u << 20);
	print_module(module, &once);
	if (!once.overflow) {
		again = parse_module(STR("b"), buf_str(&once), v0, arena, &problems);
		must(again != NULL && again->rule_n == module->rule_n &&
		     again->comment_n == module->comment_n);
		print_module(again, &twice);
		must(str_eq(buf_str(&once), buf_str(&twice)));
	}
	buf_done(&once);
	buf_done(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(policy_unref)
	struct policy *policy = NULL;
	struct problems problems = { .arena = arena };
	struct policy_source source;
	const struct module *module;
	struct err err;

	if (size == 0 || size > 20000)
		return 0;
	source = (struct policy_source){ .file = STR("a"),
					 .text = str_of((const char *)data + 1, size - 1),
					 .v0 = data[0] & 1 };
	module = parse_module(source.file, source.text, source.v0, arena, &problems);
	if (!module) {
		check_problems(&problems);
		return 0;
	}
	check_print(module, source.v0, arena);
	policy = policy_compile(&source, 1, NULL, NULL, &problems, &err);
	if (!policy)
		check_problems(&problems);
	return 0;
}
