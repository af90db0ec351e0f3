/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* usage: what --help prints, from the tables. */
#include "base/buf.h"
#include "cmd/command.h"

/* Of one command ("db search" or a group). `columns` 0: 100. */
void usage_command(struct buf *b, const struct invocation *in, const struct command *command,
		   str path, size_t columns);
/* Of the program: all commands. */
void usage_program(struct buf *b, const struct invocation *in, size_t columns);
/* "-f, --format FORMAT" as --help and the man page show it. */
str usage_option(struct arena *arena, const struct option_spec *spec);
/* The help text with the words and the preset behind it. */
str usage_option_help(struct arena *arena, const struct option_spec *spec, enum lang lang);
