/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/usage.h"

#include "report/term.h"

#define USAGE_COLUMNS	 100u /* when no terminal tells */
#define USAGE_INDENT	 2u
#define USAGE_MAX_COLUMN 30u /* where the help of an option begins at the latest */

str usage_option(struct arena *arena, const struct option_spec *spec)
{
	str letter = spec->letter ? str_fmt(arena, "-%c, ", spec->letter) : STR("    ");
	const char *no = spec->on && !spec->arg ? "no-" : "";

	return str_fmt(arena, "%.*s--%s%s%s%s", STR_ARG(letter), no, spec->name,
		       spec->arg ? " " : "", spec->arg ? spec->arg : "");
}

static str words_of(struct arena *arena, const struct option_spec *spec)
{
	str all = STR_EMPTY;

	for (size_t i = 0; spec->words && spec->words[i]; i++) {
		if (i > 0)
			all = str_cat(arena, all, STR(", "));
		all = str_cat(arena, all, str_c(spec->words[i]));
	}
	return all;
}

str usage_option_help(struct arena *arena, const struct option_spec *spec, enum lang lang)
{
	str help = str_c(spec->help[lang]);
	str words = words_of(arena, spec);

	if (words.n > 0)
		help = str_cat(arena, help, TEXT_MAKE(arena, lang, HELP_WORDS, words));
	if (spec->preset)
		help = str_cat(arena, help,
			       TEXT_MAKE(arena, lang, HELP_PRESET, str_c(spec->preset)));
	return help;
}

static void heading(struct buf *b, enum lang lang, enum text id)
{
	buf_byte(b, '\n');
	buf_add(b, text_of(lang, id));
	BUF_LIT(b, ":\n");
}

/* A row of two columns: name, and text wrapped beside it. */
static void row(struct buf *b, str name, str text, size_t column, size_t columns)
{
	term_blanks(b, USAGE_INDENT);
	if (term_width(name) + USAGE_INDENT + 2 > column) {
		buf_add(b, name);
		buf_byte(b, '\n');
		term_blanks(b, column);
	} else {
		term_pad(b, name, column - USAGE_INDENT);
	}
	term_paragraph(b, text, column, columns);
}

static size_t option_column(struct arena *arena, const struct option_spec *specs, size_t n,
			    size_t column)
{
	for (size_t i = 0; i < n; i++) {
		size_t width = usage_option(arena, &specs[i]).n + USAGE_INDENT + 2;

		if (!specs[i].hidden && width > column && width <= USAGE_MAX_COLUMN)
			column = width;
	}
	return column;
}

static void put_options(struct buf *b, const struct invocation *in, const struct option_spec *specs,
			size_t n, size_t column, size_t columns)
{
	for (size_t i = 0; i < n; i++) {
		if (!specs[i].hidden)
			row(b, usage_option(in->arena, &specs[i]),
			    usage_option_help(in->arena, &specs[i], in->lang), column, columns);
	}
}

static void put_examples(struct buf *b, const struct invocation *in, const struct command *command,
			 size_t columns)
{
	const struct command_example *example = command->examples;

	heading(b, in->lang, TEXT_HELP_EXAMPLES);
	for (; example && example->line; example++) {
		term_blanks(b, USAGE_INDENT);
		term_paragraph(b, str_c(example->what[in->lang]), USAGE_INDENT, columns);
		buf_fmt(b, "    %s %s\n", in->program_name, example->line);
	}
}

static void put_commands(struct buf *b, const struct invocation *in,
			 const struct command *const *commands, size_t n, size_t columns)
{
	size_t column = 14;

	heading(b, in->lang, TEXT_HELP_COMMANDS);
	for (size_t i = 0; i < n; i++) {
		if (!commands[i]->hidden)
			row(b, str_c(commands[i]->name), str_c(commands[i]->summary[in->lang]),
			    column, columns);
	}
}

static bool has_option(const struct command *command, const char *name)
{
	for (size_t i = 0; i < command->option_count; i++) {
		if (command->options[i].name && strcmp(command->options[i].name, name) == 0)
			return true;
	}
	return false;
}

/* What each exit status says of this command; empty: it never ends so. */
static str exit_text(const struct command *command, enum lang lang, unsigned code)
{
	bool judges = has_option(command, "fail-on"), gates = has_option(command, "gate");

	switch (code) {
	case 0:
		return text_of(lang, judges ? TEXT_HELP_EXIT_0 : TEXT_HELP_EXIT_FINE);
	case 1:
		if (command->fails[lang])
			return str_c(command->fails[lang]);
		return judges ? text_of(lang, gates ? TEXT_HELP_EXIT_1 : TEXT_HELP_EXIT_FAIL_ON)
			      : STR_EMPTY;
	case 2:
		return text_of(lang, TEXT_HELP_EXIT_2);
	default:
		return text_of(lang, judges && gates ? TEXT_HELP_EXIT_3 : TEXT_HELP_EXIT_FAILED);
	}
}

static void put_exit_codes(struct buf *b, const struct command *command, enum lang lang,
			   size_t columns)
{
	heading(b, lang, TEXT_HELP_EXIT);
	for (unsigned i = 0; i < 4; i++) {
		char digit = (char)('0' + i);
		str text = exit_text(command, lang, i);

		if (text.n > 0)
			row(b, str_of(&digit, 1), text, 5, columns);
	}
}

void usage_command(struct buf *b, const struct invocation *in, const struct command *command,
		   str path, size_t columns)
{
	size_t subs = 0;

	if (columns == 0)
		columns = USAGE_COLUMNS;
	while (command->subcommands && command->subcommands[subs])
		subs++;
	buf_fmt(b, "%s %.*s: %s\n\n", in->program_name, STR_ARG(path), command->summary[in->lang]);
	TEXT_ADD(b, in->lang, HELP_USAGE);
	buf_fmt(b, ": %s %.*s", in->program_name, STR_ARG(path));
	if (subs > 0)
		BUF_LIT(b, " COMMAND");
	BUF_LIT(b, " [OPTION]...");
	if (command->operands)
		buf_fmt(b, " %s", command->operands);
	buf_byte(b, '\n');
	if (command->about[in->lang]) {
		buf_byte(b, '\n');
		term_paragraph(b, str_c(command->about[in->lang]), 0, columns);
	}
	if (subs > 0)
		put_commands(b, in, command->subcommands, subs, columns);
	heading(b, in->lang, TEXT_HELP_OPTIONS);
	size_t column = option_column(in->arena, common_options, COMMON_COUNT, 0);
	column = option_column(in->arena, command->options, command->option_count, column);
	put_options(b, in, command->options, command->option_count, column, columns);
	put_options(b, in, common_options, COMMON_COUNT, column, columns);
	put_examples(b, in, command, columns);
	if (subs == 0)
		put_exit_codes(b, command, in->lang, columns);
}

void usage_program(struct buf *b, const struct invocation *in, size_t columns)
{
	if (columns == 0)
		columns = USAGE_COLUMNS;
	TEXT_FILL(b, in->lang, HELP_PROGRAM, str_c(in->program_name));
	BUF_LIT(b, "\n\n");
	TEXT_ADD(b, in->lang, HELP_USAGE);
	buf_fmt(b, ": %s COMMAND [OPTION]... [OPERAND]...\n", in->program_name);
	put_commands(b, in, in->commands, in->command_count, columns);
	heading(b, in->lang, TEXT_HELP_EXAMPLES);
	for (size_t i = 0; i < in->command_count; i++) {
		const struct command_example *example = in->commands[i]->examples;

		if (!in->commands[i]->hidden && example && example->line)
			buf_fmt(b, "  %s %s\n", in->program_name, example->line);
	}
	buf_byte(b, '\n');
	TEXT_FILL(b, in->lang, HELP_MORE, str_c(in->program_name));
	buf_byte(b, '\n');
}
