/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * checks: which configuration checks a command judges with: the built-in ones of some groups and
 * the user's. A command puts CHECKS_OPTIONS(base) into its table; the values are then at
 * base + CHECKS_...
 */
#include "cmd/command.h"
#include "policy/check.h"

enum checks_option { CHECKS_CONFIG_CHECK, CHECKS_POLICY, CHECKS_NAMESPACES, CHECKS_OPTION_COUNT };

/* clang-format off */
#define CHECKS_OPTIONS(base) \
	CHECKS_OPTION_ROWS(base), \
	[(base) + CHECKS_POLICY] = { \
		.name = "policy", .arg = "FILE", .repeat = true, .hidden = true, \
		.complete = COMPLETE_FILE, \
		.help = { "The same as --config-check", "--config-check と同じ" }, \
	}
/* Without --policy, for a command that gives it a meaning of its own at this place. */
#define CHECKS_OPTION_ROWS(base) \
	[(base) + CHECKS_CONFIG_CHECK] = { \
		.name = "config-check", .arg = "FILE", .repeat = true, .complete = COMPLETE_FILE, \
		.help = { "Own configuration checks: Rego files, or folders of them", \
			  "独自の設定検査（Rego ファイルまたはフォルダー）" }, \
	}, \
	[(base) + CHECKS_NAMESPACES] = { \
		.name = "check-namespaces", .arg = "LIST", .list = true, \
		.help = { "Packages of own checks, besides 'user'", \
			  "独自の検査のパッケージ（user のほかに）" }, \
	}
/* clang-format on */

/*
 * Reads and compiles them; what is wrong with a module is printed to standard error, and err sums
 * it up (ERR_USAGE).
 */
int checks_load(struct invocation *in, size_t base, const str *groups, size_t group_n,
		struct check_set **out, struct err *err) MUST_USE;
/* The same; of the paths of --policy only those that `wants` is true for (NULL: all). */
int checks_load_some(struct invocation *in, size_t base, const str *groups, size_t group_n,
		     bool (*wants)(str path), struct check_set **out, struct err *err) MUST_USE;
/* True when one of the options was given. */
bool checks_given(const struct invocation *in, size_t base);
