/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include "base/buf.h"
#include "base/nearest.h"
#include "cmd/foreign.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "cmd/usage.h"
#include "report/term.h"

#define HELP_MAX_BYTES (1u << 20)
#define COMMAND_MAX    64u /* rows of one table */

const struct option_spec common_options[COMMON_COUNT] = {
	[COMMON_LANG] = {
		.name = "lang", .arg = "LANG", .words = (const char *const[]){ "en", "ja", NULL },
		.help = { "Language of reports and help (from LC_ALL, LC_MESSAGES, LANG)",
			  "レポートとヘルプの言語（既定は LC_ALL、LC_MESSAGES、LANG から）" },
	},
	[COMMON_QUIET] = {
		.name = "quiet", .letter = 'q',
		.help = { "No progress and no notes on standard error; errors still appear",
			  "進捗と注記を標準エラーに出さない（エラーは出す）" },
	},
	[COMMON_COLOR] = {
		.name = "color", .on = true,
		.help = { "No colours (also: NO_COLOR set; never when not a terminal)",
			  "色を使わない（NO_COLOR 設定時、端末以外でも使わない）" },
	},
	[COMMON_HELP] = {
		.name = "help", .letter = 'h', .no_config = true,
		.help = { "Show this help", "このヘルプを表示" },
	},
};

/* The first of the variables that is set decides, as for every program. */
static enum lang lang_of_environment(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	enum lang lang = LANG_EN;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);

		if (!value || !*value)
			continue;
		IGNORE(lang_from(str_c(value),
				 &lang)); /* any other language is answered in English */
		break;
	}
	return lang;
}

static int report(const struct err *err)
{
	progress_note(false, str_c(err->msg));
	return err->kind == ERR_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

/* What people of other scanners put where the command is: "debian:12", "dir:.", "./app.tar". */
static bool looks_like_target(str word)
{
	return str_find_char(word, ':') > 0 || str_find_char(word, '/') >= 0 ||
	       str_ends(word, STR(".tar"));
}

static str name_list(const struct invocation *in, const char *const *names, size_t n)
{
	str all = STR_EMPTY;

	for (size_t i = 0; i < n; i++)
		all = str_fmt(in->arena, "%.*s%s%s", STR_ARG(all), i > 0 ? ", " : "", names[i]);
	return all;
}

static int fail_command(const struct invocation *in, const struct command *const *commands,
			size_t count, str word, struct err *err)
{
	const char *names[COMMAND_MAX];
	bool first = commands == in->commands;
	str program = str_c(in->program_name), text;
	size_t n = 0;

	for (size_t i = 0; i < count && n < COMMAND_MAX; i++) {
		if (!commands[i]->hidden)
			names[n++] = commands[i]->name;
	}
	const char *near = nearest_word(word, names, n);
	const char *foreign = foreign_command(first ? STR_EMPTY : in->path, word);
	if (foreign)
		text = TEXT_MAKE(in->arena, in->lang, UNKNOWN_COMMAND_FOREIGN, word, program,
				 str_c(foreign));
	else if (first && looks_like_target(word))
		text = TEXT_MAKE(in->arena, in->lang, UNKNOWN_COMMAND_TARGET, word, program);
	else if (near)
		text = TEXT_MAKE(in->arena, in->lang, UNKNOWN_COMMAND_NEAR, word, str_c(near));
	else if (first)
		text = TEXT_MAKE(in->arena, in->lang, UNKNOWN_COMMAND, word, program);
	else
		text = TEXT_MAKE(in->arena, in->lang, UNKNOWN_SUBCOMMAND, word,
				 name_list(in, names, n));
	return err_set(err, ERR_USAGE, "%.*s", STR_ARG(text));
}

/* A command that has only commands below it. */
static int fail_subcommand(const struct invocation *in, const struct command *command,
			   struct err *err)
{
	const char *names[COMMAND_MAX];
	size_t n = 0;

	if (in->options.operand_count > 0) {
		while (command->subcommands[n])
			n++;
		return fail_command(in, command->subcommands, n, in->options.operands[0], err);
	}
	for (size_t i = 0; command->subcommands[i] && n < COMMAND_MAX; i++) {
		if (!command->subcommands[i]->hidden)
			names[n++] = command->subcommands[i]->name;
	}
	return err_set(err, ERR_USAGE, "%.*s",
		       STR_ARG(TEXT_MAKE(in->arena, in->lang, SUBCOMMAND_MISSING, in->path,
					 name_list(in, names, n))));
}

static const struct command *find_in(const struct command *const *commands, size_t count, str word)
{
	for (size_t i = 0; i < count; i++) {
		if (str_eq(word, str_c(commands[i]->name)))
			return commands[i];
	}
	return NULL;
}

const struct command *command_find(const struct invocation *in, const str *words, size_t n,
				   str *path, struct err *err)
{
	const struct command *const *commands = in->commands;
	const struct command *found = NULL;
	size_t count = in->command_count;

	*path = STR_EMPTY;
	for (size_t i = 0; i < n; i++) {
		found = find_in(commands, count, words[i]);
		if (!found) {
			fail_command(in, commands, count, words[i], err);
			return NULL;
		}
		*path = path->n ? str_fmt(in->arena, "%.*s %s", STR_ARG(*path), found->name)
				: str_c(found->name);
		commands = found->subcommands;
		for (count = 0; commands && commands[count];)
			count++;
	}
	return found;
}

static int print_help(const struct invocation *in, const struct command *command, str path,
		      struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, HELP_MAX_BYTES);
	if (command)
		usage_command(&b, in, command, path, term_columns(STDOUT_FILENO));
	else
		usage_program(&b, in, term_columns(STDOUT_FILENO));
	if (output_print(buf_str(&b), err) < 0)
		return -1;
	return EXIT_FINE;
}

static void take_common(struct invocation *in, const struct options *options, size_t first)
{
	const char *no_color = getenv("NO_COLOR");

	IGNORE(lang_from(option_text(options, first + COMMON_LANG),
			 &in->lang)); /* empty: as it is */
	in->quiet = in->quiet || option_on(options, first + COMMON_QUIET);
	in->color =
		in->color && option_on(options, first + COMMON_COLOR) && !(no_color && *no_color);
}

void command_take_common(struct invocation *in)
{
	take_common(in, &in->options, in->command->option_count);
	in->options.lang = in->lang;
}

static int check_operands(const struct invocation *in, struct err *err)
{
	size_t n = in->options.operand_count;
	const struct command *command = in->command;
	str text;

	if (n >= command->min_operands &&
	    (command->max_operands == COMMAND_ANY || n <= command->max_operands))
		return 0;
	if (n < command->min_operands)
		text = TEXT_MAKE(in->arena, in->lang, OPERAND_MISSING, in->path,
				 str_c(command->operands), str_c(in->program_name));
	else
		text = TEXT_MAKE(in->arena, in->lang, OPERAND_UNWANTED, in->path,
				 in->options.operands[command->max_operands],
				 str_c(in->program_name));
	return err_set(err, ERR_USAGE, "%.*s", STR_ARG(text));
}

/* Reads the options behind the command's name and runs it. */
static int run_command(struct invocation *in, int argc, char **argv, struct err *err)
{
	const struct command *command = in->command;
	size_t own = command->option_count;
	struct option_spec *specs = ARENA_ARRAY(in->arena, struct option_spec, own + COMMON_COUNT);

	for (size_t i = 0; i < own + COMMON_COUNT; i++)
		specs[i] = i < own ? command->options[i] : common_options[i - own];
	options_init(&in->options, specs, own + COMMON_COUNT, in->arena);
	in->options.lang = in->lang;
	if (options_parse(&in->options, argc, argv, err) < 0)
		return -1;
	command_take_common(in);
	if (option_on(&in->options, own + COMMON_HELP))
		return print_help(in, command, in->path, err);
	if (!command->run)
		return fail_subcommand(in, command, err);
	if (check_operands(in, err) < 0)
		return -1;
	return command->run(in, err);
}

/* Goes down the words that name commands; `*at` is behind the last one. */
static void descend(struct invocation *in, int argc, char **argv, int *at)
{
	while (in->command->subcommands && *at < argc) {
		const struct command *const *subs = in->command->subcommands;
		size_t count = 0;

		while (subs[count])
			count++;
		const struct command *sub = find_in(subs, count, str_c(argv[*at]));
		if (!sub)
			return;
		in->command = sub;
		in->path = str_fmt(in->arena, "%.*s %s", STR_ARG(in->path), sub->name);
		(*at)++;
	}
}

static int dispatch(struct invocation *in, int argc, char **argv, struct err *err)
{
	int at = 1;

	/* Common options may stand in front of the command. */
	while (at < argc && argv[at][0] == '-' && argv[at][1] != 0 &&
	       strcmp(argv[at], "--version") != 0 && strcmp(argv[at], "-V") != 0)
		at += strcmp(argv[at], "--lang") == 0 && at + 1 < argc ? 2 : 1;
	struct options before;
	options_init(&before, common_options, COMMON_COUNT, in->arena);
	before.lang = in->lang;
	if (options_parse(&before, at - 1, argv + 1, err) < 0)
		return -1;
	take_common(in, &before, 0);
	if (at == argc) {
		if (option_on(&before, COMMON_HELP))
			return print_help(in, NULL, STR_EMPTY, err);
		str text = TEXT_MAKE(in->arena, in->lang, NO_COMMAND, str_c(in->program_name));
		return err_set(err, ERR_USAGE, "%.*s", STR_ARG(text));
	}
	str word = argv[at][0] == '-' ? STR("version") : str_c(argv[at]);
	in->command = find_in(in->commands, in->command_count, word);
	if (!in->command)
		return fail_command(in, in->commands, in->command_count, word, err);
	at++;
	if (in->command->run_raw)
		return in->command->run_raw(argc - at, argv + at, err);
	in->path = str_c(in->command->name);
	descend(in, argc, argv, &at);
	if (!in->command->run && at < argc && argv[at][0] != '-') {
		size_t count = 0;

		while (in->command->subcommands[count])
			count++;
		return fail_command(in, in->command->subcommands, count, str_c(argv[at]), err);
	}
	if (option_on(&before, COMMON_HELP))
		return print_help(in, in->command, in->path, err);
	return run_command(in, argc - at, argv + at, err);
}

int command_main(const struct command *const *commands, size_t count, int argc, char **argv)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct invocation in = {
		.program_name = "seawall",
		.commands = commands,
		.command_count = count,
		.lang = lang_of_environment(),
		.color = true,
		.arena = arena,
	};
	struct err err = { 0 };

	output_guard();
	int code = dispatch(&in, argc, argv, &err);
	return code < 0 ? report(&err) : code;
}
