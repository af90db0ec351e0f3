/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * option: the one table per command from which parsing, --help, the man page and the shell
 * completions follow. Parsing is GNU style: --name VALUE, --name=VALUE, -n VALUE, -nVALUE, -abc for
 * flags, options behind operands, "--" ends them. Every flag has its --no-NAME. There are no
 * abbreviated names: a script must not break when an option is added.
 */
#include "base/arena.h"
#include "base/str.h"
#include "report/text.h"

struct err;

enum option_complete { COMPLETE_NONE, COMPLETE_FILE, COMPLETE_DIR };

struct option_spec {
	const char *name;	  /* without "--" */
	char letter;		  /* or 0 */
	const char *arg;	  /* how the value is called: "FILE"; NULL: a flag */
	const char *preset;	  /* value when not given, shown by --help; or NULL */
	const char *const *words; /* NULL-ended: the only values, or the only elements of a list */
	bool on;     /* a flag that is on unless --no-NAME is given, and shown as that */
	bool list;   /* may be given several times, each a comma-separated list */
	bool repeat; /* may be given several times, taken whole */
	bool hidden; /* works, but is not shown */
	bool absent; /* none of this command, though of the table it shares: as if it were not there
		      */
	bool no_config; /* not allowed in a configuration file */
	enum option_complete complete;
	int (*check)(str value, struct err *err); /* of each value (element); may be NULL */
	const char *help[LANG_COUNT];
};

struct option_value {
	bool given; /* by the command line or the configuration file */
	bool on;    /* of a flag */
	str text;   /* of an option with one value: given last, else the preset, else empty */
	str *items; /* of a list or repeated option */
	size_t n, cap;
};

struct options {
	const struct option_spec *specs;
	struct option_value *values; /* beside specs */
	size_t count;
	str *operands;
	size_t operand_count;
	struct arena *arena;
	enum lang lang; /* of the error messages */
};

/* Values are the presets. `specs` stays the caller's and must outlive `options`. */
void options_init(struct options *options, const struct option_spec *specs, size_t count,
		  struct arena *arena);
/* Reads argv[0..argc). ERR_USAGE with one line that says what to do. */
int options_parse(struct options *options, int argc, char **argv, struct err *err) MUST_USE;
/*
 * Takes `name = value` from a configuration file unless the command line has set it; flags take
 * true and false. `locked` says for each spec that the command line did.
 */
int options_set(struct options *options, str name, str value, const bool *locked,
		struct err *err) MUST_USE;
/* Index of the spec of that name, or -1. */
int options_find(const struct options *options, str name);

/* By index into the specs. */
str option_text(const struct options *options, size_t option);
/* The text for calls out of the tree, in the arena of the options; NULL when it is empty. */
char *option_path(const struct options *options, size_t option);
bool option_on(const struct options *options, size_t option);
bool option_given(const struct options *options, size_t option);
const str *option_items(const struct options *options, size_t option, size_t *n);
