/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of the Dockerfile reader share. */
#include "base/buf.h"
#include "base/json.h"
#include "base/map.h"
#include "base/num.h"
#include "fmt/container/dockerfile.h"

/* ---- reading ---- */

struct dockerfile_reader {
	struct arena *arena;
	struct dockerfile *file;
	str rest; /* of the text */
	uint32_t line;
	size_t words; /* so far */
	struct dockerfile_item *items;
	size_t item_n, item_cap;
	struct dockerfile_problem *problems;
	size_t problem_n, problem_cap;
	struct dockerfile_ignore *ignores;
	size_t ignore_n, ignore_cap;
	size_t waiting; /* first ignore that waits for its instruction */
	bool in_stage;
	size_t known; /* items of known keywords */
};

void dockerfile_problem_add(struct dockerfile_reader *reader, const struct dockerfile_item *item,
			    const char *reason, str subject);
/* A growing list of words, bounded over all the file. */
struct dockerfile_words {
	struct dockerfile_reader *reader;
	str *items;
	size_t n, cap;
};
void dockerfile_words_add(struct dockerfile_words *words, str word);

/* Keyword, flags and arguments of item->original (or of `line` inside of ONBUILD). */
void dockerfile_read_item(struct dockerfile_reader *reader, str line, struct dockerfile_item *item);
/* Here-documents that `item` announces: name, verbatim and chomp. */
void dockerfile_heredocs(struct dockerfile_reader *reader, struct dockerfile_item *item,
			 struct dockerfile_heredoc **out, size_t *n);
/* Says what is wrong with the arguments, if anything. */
void dockerfile_validate(struct dockerfile_reader *reader, const struct dockerfile_item *item);
/* A comment, without its '#': takes an exception out of it. */
void dockerfile_comment(struct dockerfile_reader *reader, str comment);
/* The exceptions that wait hold for this instruction. */
void dockerfile_ignores_settle(struct dockerfile_reader *reader,
			       const struct dockerfile_item *item);

/* ---- variables ---- */

#define DOCKERFILE_VALUE_MAX  (16u << 10) /* bytes of one value; a longer one is not known */
#define DOCKERFILE_EXPAND_MAX (8u << 20)  /* bytes of all values */

struct dockerfile_variable {
	str value;
	bool known; /* false: only the build knows it */
	bool set;   /* false: declared by ARG, without value */
	bool arg;
};

struct dockerfile_scope {
	struct arena *arena;
	struct map variables; /* name -> struct dockerfile_variable */
	char escape;
	size_t *budget; /* bytes that expansion may still make */
	bool closed;	/* what is not declared is empty; else the base image may have it */
};

void dockerfile_scope_set(struct dockerfile_scope *scope, str name,
			  struct dockerfile_variable variable);
const struct dockerfile_variable *dockerfile_scope_get(const struct dockerfile_scope *scope,
						       str name);
/*
 * The word as the builder sees it: quotes and escapes removed, variables replaced. False when a
 * variable is not known, or the limits are reached: *out has the text as it stands there then.
 */
bool dockerfile_expand(const struct dockerfile_scope *scope, str word, str *out);
/* Length of a name of a variable at the start of `s`. */
size_t dockerfile_name_length(str s);
/* Whether the shell pattern matches all of `text`; false too when it is too much work. */
bool dockerfile_pattern(str pattern, str text);

/* ---- commands of a shell ---- */

#define SHELL_MAX_DEPTH	   8u
#define SHELL_MAX_COMMANDS 20000u /* of one file */

struct shell_redirect {
	str op, to;
};

/* What of a word only the shell knows: its text, or even how many words it becomes. */
enum shell_open { SHELL_KNOWN, SHELL_ONE, SHELL_MANY };

struct shell_command {
	const char *op; /* what stands before it: "", "&&", "||", ";", "|", "&", "\n", "(" */
	str *words;	/* without quotes, known variables replaced */
	size_t word_n, word_cap;
	size_t *ends; /* of each word: the byte behind it in the text that was parsed */
	size_t end_cap;
	enum shell_open *open; /* of each word, and of each assignment */
	size_t open_cap;
	enum shell_open *assignment_open;
	size_t assignment_open_cap;
	str *assignments; /* "A=b" in front */
	size_t assignment_n, assignment_cap;
	struct shell_redirect *redirects;
	size_t redirect_n, redirect_cap;
	uint32_t line, end_line;
	uint32_t pipeline; /* commands with the same number feed each other */
	unsigned depth;	   /* inside of how many others */
	size_t wrappers;   /* words in front that only start others: sudo, env ... */
	bool skips;	   /* one of its words could not be read: nested too deep */
};

struct shell_script {
	struct arena *arena;
	const struct dockerfile_scope *scope; /* NULL: no variable is known */
	struct shell_command *commands;
	size_t n, cap;
	size_t *left; /* commands that the file may still have */
	uint32_t pipelines;
	unsigned depth;	 /* of the script inside of others */
	bool incomplete; /* limits were reached */
	bool defaults;	 /* ${NAME:-word} of a variable that is not known is the word */
};

/* Adds the commands of `text`. The pieces say where it stands. */
void shell_parse(struct shell_script *script, str text, const struct dockerfile_piece *pieces,
		 size_t piece_count);
/* The pieces of the part of item->original that begins at `text`: for shell_parse. */
struct dockerfile_piece *dockerfile_pieces_from(struct arena *arena,
						const struct dockerfile_item *item, str text,
						size_t *n);
/* Those of the body of a here-document, one a line; *n 0 when it is empty. */
struct dockerfile_piece *dockerfile_body_pieces(struct arena *arena,
						const struct dockerfile_heredoc *doc, size_t *n);
/* Adds one command that stands in exec form. */
void shell_exec(struct shell_script *script, const str *words, size_t n, uint32_t line);
/* Commands of the shells of Windows: told apart by their operators, no variables. */
void shell_parse_windows(struct shell_script *script, str text,
			 const struct dockerfile_piece *pieces, size_t piece_count);
/* For commands[from..]: finds what only starts others, and reads the scripts behind "sh -c". */
void shell_finish(struct shell_script *script, size_t from);
/* The word that names the program, without its folder; empty when there is none. */
str shell_command_name(const struct shell_command *command);

/* ---- facts ---- */

enum dockerfile_shell { SHELL_POSIX, SHELL_WINDOWS, SHELL_OTHER };

struct dockerfile_stage {
	str alias;
	int index; /* -1: the ARGs in front of the first FROM */
	struct dockerfile_scope scope;
	enum dockerfile_shell shell;
	bool pipefail;
};

struct dockerfile_facts {
	const struct dockerfile *file;
	str path;
	struct arena *arena;
	struct json_writer *w;
	struct dockerfile_scope global;
	struct dockerfile_stage *stages; /* without the one of index -1 */
	size_t stage_n, stage_cap;
	struct dockerfile_stage *stage; /* the one at work */
	size_t budget, commands_left, variables;
};

/* Opens the stage of a FROM and writes what is known of its base image. */
void dockerfile_facts_from(struct dockerfile_facts *facts, const struct dockerfile_item *item);
/* What ARG, ENV and SHELL change for the instructions that follow. */
void dockerfile_facts_apply(struct dockerfile_facts *facts, const struct dockerfile_item *item);
/* "shell", "commands": what RUN, CMD, ENTRYPOINT and HEALTHCHECK start. */
void dockerfile_facts_commands(struct dockerfile_facts *facts, const struct dockerfile_item *item);
