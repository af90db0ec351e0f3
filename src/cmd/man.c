/* SPDX-License-Identifier: Apache-2.0 */
/* The manual page in man(7) form, from the option tables. */
#include "base/buf.h"
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/usage.h"

#define MAN_MAX_BYTES (4u << 20)

/* Text of a line: backslashes and hyphens are signs of roff, as is a dot or quote in front. */
static void put(struct buf *b, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool first = i == 0 || s.p[i - 1] == '\n';

		if (first && (c == '.' || c == '\''))
			BUF_LIT(b, "\\&");
		if (c == '\\')
			BUF_LIT(b, "\\e");
		else if (c == '-')
			BUF_LIT(b, "\\-");
		else
			buf_byte(b, c);
	}
}

static void put_line(struct buf *b, str s)
{
	put(b, s);
	buf_byte(b, '\n');
}

/* Each line of a text is a paragraph. */
static void put_paragraphs(struct buf *b, const char *text)
{
	str rest = str_c(text), line;

	while (str_line(&rest, &line)) {
		BUF_LIT(b, ".PP\n");
		put_line(b, line);
	}
}

static void section(struct buf *b, enum lang lang, enum text id)
{
	BUF_LIT(b, ".SH ");
	buf_add(b, text_of(lang, id));
	buf_byte(b, '\n');
}

static void put_options(struct buf *b, const struct invocation *in, const struct option_spec *specs,
			size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (specs[i].hidden)
			continue;
		BUF_LIT(b, ".TP\n.B ");
		put_line(b, str_trim(usage_option(in->arena, &specs[i])));
		put_line(b, usage_option_help(in->arena, &specs[i], in->lang));
	}
}

static void put_command(struct buf *b, const struct invocation *in, const struct command *command,
			str path)
{
	BUF_LIT(b, ".SS ");
	put(b, path);
	BUF_LIT(b, " [OPTION]...");
	if (command->operands) {
		buf_byte(b, ' ');
		put(b, str_c(command->operands));
	}
	buf_byte(b, '\n');
	put_line(b, str_cat(in->arena, str_c(command->summary[in->lang]),
			    text_of(in->lang, TEXT_FULL_STOP)));
	if (command->about[in->lang])
		put_paragraphs(b, command->about[in->lang]);
	put_options(b, in, command->options, command->option_count);
	const struct command_example *example = command->examples;
	for (; example && example->line; example++) {
		BUF_LIT(b, ".PP\n");
		put_line(b, str_c(example->what[in->lang]));
		BUF_LIT(b, ".PP\n.RS 4\n.nf\n");
		put_line(b, str_fmt(in->arena, "%s %s", in->program_name, example->line));
		BUF_LIT(b, ".fi\n.RE\n");
	}
}

static void put_commands(struct buf *b, const struct invocation *in)
{
	section(b, in->lang, TEXT_MAN_COMMANDS);
	for (size_t i = 0; i < in->command_count; i++) {
		const struct command *command = in->commands[i];
		const struct command *const *sub = command->subcommands;

		if (command->hidden)
			continue;
		if (!sub)
			put_command(b, in, command, str_c(command->name));
		for (; sub && *sub; sub++)
			put_command(b, in, *sub,
				    str_fmt(in->arena, "%s %s", command->name, (*sub)->name));
	}
}

static void put_terms(struct buf *b, enum lang lang, const enum text *terms,
		      const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		BUF_LIT(b, ".TP\n.B ");
		put_line(b, str_c(names[i]));
		put_line(b, text_of(lang, terms[i]));
	}
}

static void put_tail(struct buf *b, enum lang lang)
{
	static const char *const codes[] = { "0", "1", "2", "3" };
	static const enum text code_texts[] = { TEXT_HELP_EXIT_0, TEXT_HELP_EXIT_1,
						TEXT_HELP_EXIT_2, TEXT_HELP_EXIT_3 };
	static const char *const files[] = { "$XDG_CACHE_HOME/seawall/advisory.db",
					     "/var/lib/seawall/advisory.db",
					     "~/.docker/config.json" };
	static const enum text file_texts[] = { TEXT_MAN_FILE_CACHE, TEXT_MAN_FILE_ROOT,
						TEXT_MAN_FILE_DOCKER };
	static const char *const variables[] = { "LC_ALL, LC_MESSAGES, LANG", "NO_COLOR", "COLUMNS",
						 "TMPDIR", "https_proxy, http_proxy, no_proxy" };
	static const enum text variable_texts[] = { TEXT_MAN_ENV_LANG, TEXT_MAN_ENV_COLOR,
						    TEXT_MAN_ENV_COLUMNS, TEXT_MAN_ENV_TMPDIR,
						    TEXT_MAN_ENV_PROXY };

	section(b, lang, TEXT_MAN_EXIT);
	put_terms(b, lang, code_texts, codes, ARRAY_LEN(codes));
	section(b, lang, TEXT_MAN_FILES);
	put_terms(b, lang, file_texts, files, ARRAY_LEN(files));
	section(b, lang, TEXT_MAN_ENVIRONMENT);
	put_terms(b, lang, variable_texts, variables, ARRAY_LEN(variables));
}

static int run(struct invocation *in, struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, MAN_MAX_BYTES);
	/* No date: the same program prints the same page. */
	buf_fmt(&b, ".TH SEAWALL 1 \"\" \"seawall %s\" \"Seawall\"\n", SEAWALL_VERSION);
	section(&b, in->lang, TEXT_MAN_NAME);
	put_line(&b, TEXT_MAKE(in->arena, in->lang, MAN_NAME_LINE, str_c(in->program_name)));
	section(&b, in->lang, TEXT_MAN_SYNOPSIS);
	buf_fmt(&b, ".B %s\nCOMMAND [OPTION]... [OPERAND]...\n", in->program_name);
	section(&b, in->lang, TEXT_MAN_DESCRIPTION);
	put_line(&b, text_of(in->lang, TEXT_MAN_ABOUT));
	put_commands(&b, in);
	section(&b, in->lang, TEXT_MAN_COMMON);
	put_options(&b, in, common_options, COMMON_COUNT);
	put_tail(&b, in->lang);
	if (output_print(buf_str(&b), err) < 0)
		return -1;
	return EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "Make the manual page", "マニュアルページを作る" }, .line = "man > seawall.1" },
	{ .line = NULL },
};

const struct command command_man = {
	.name = "man",
	.summary = { "Print the manual page", "マニュアルページを出力" },
	.about = { "The page is in man(7) form; read it with 'man -l seawall.1'.",
		   "man(7) 形式です。「man -l seawall.1」で読めます。" },
	.examples = examples,
	.run = run,
};
