/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * command: one row of the sub-command table. A command is one file src/cmd/<name>.c that defines
 * `const struct command command_<name>`, and its name in src/cmd/meson.build. A group ("db") has
 * commands of its own below it instead of a run().
 */
#include "base/arena.h"
#include "base/err.h"
#include "cmd/option.h"
#include "report/text.h"

enum exit_code {
	EXIT_FINE = 0,
	EXIT_FINDINGS = 1, /* findings at or above --fail-on */
	EXIT_USAGE = 2,
	EXIT_FAILED = 3, /* could not do it: input, network, limit */
};

/* Options of every command, behind its own in the table: the index is count + this. */
enum common_option { COMMON_LANG, COMMON_QUIET, COMMON_COLOR, COMMON_HELP, COMMON_COUNT };
extern const struct option_spec common_options[COMMON_COUNT];

struct command_example {
	const char *what[LANG_COUNT]; /* NULL ends the list */
	const char *line;	      /* without the program's name */
};

/* What a run gets. */
struct invocation {
	const char *program_name; /* "seawall" */
	const struct command *const *commands;
	size_t command_count;
	const struct command *command;
	str path;		/* of the command: "db search" */
	struct options options; /* its own, then the common ones */
	enum lang lang;
	bool quiet;
	bool color; /* not forbidden by --no-color or NO_COLOR */
	struct arena *arena;
};

struct command {
	const char *name;
	const char *operands;		     /* "TARGET...", or NULL for none */
	unsigned min_operands, max_operands; /* max 0: none; COMMAND_ANY: no limit */
	bool hidden;
	const char *summary[LANG_COUNT]; /* one line, no full stop */
	const char *about[LANG_COUNT];	 /* paragraphs, each line of the text one; or NULL */
	/* When it ends with 1, where that is not --fail-on or --gate; NULL: never. */
	const char *fails[LANG_COUNT];
	const struct option_spec *options;
	size_t option_count;
	const struct command_example *examples;
	const struct command *const *subcommands; /* NULL-ended */
	/* An exit code, or -1 with the reason (exit code by its kind). */
	int (*run)(struct invocation *in, struct err *err);
	int (*run_raw)(int argc, char **argv, struct err *err);
};

#define COMMAND_ANY 0xffffu

/* Value of a common option. */
static inline size_t common_index(const struct invocation *in, enum common_option option)
{
	return in->command->option_count + (size_t)option;
}

/* Language, quiet and colour from the options once more: a configuration file may have set them. */
void command_take_common(struct invocation *in);

/* Reads the command line and runs what it says; the exit code. */
int command_main(const struct command *const *commands, size_t count, int argc, char **argv);
/* The command named by n words, or NULL with ERR_USAGE that names the nearest. */
const struct command *command_find(const struct invocation *in, const str *words, size_t n,
				   str *path, struct err *err);
