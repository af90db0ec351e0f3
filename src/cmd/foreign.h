/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * foreign: names that people bring along from other tools, with what they are called here
 * (src/cmd/data/foreign_*.def). They are no aliases: a script must not run on with another meaning;
 * the message of the refusal says what to write.
 */
#include "cmd/option.h"

/* What to write in place of an unknown option; empty: nothing is known of that name. */
str foreign_option(const struct options *options, str name);
/*
 * What to write behind the name of the program in place of an unknown command, of the words behind
 * it if `group` is one of ours; NULL: unknown.
 */
const char *foreign_command(str group, str name);

/* For option_spec.check: words that other tools take in an option that means another thing here. */
int foreign_check_output(str value, struct err *err);
int foreign_check_scope(str value, struct err *err);
