/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scripts that complete commands, options and their words in bash, zsh and fish, from the option
 * tables. Texts of the tables are put between single quotes.
 */
#include "base/buf.h"
#include "cmd/command.h"
#include "cmd/output.h"

#define COMPLETION_MAX_BYTES (4u << 20)

/* Calls `leaf` for each command with its words, "db search". */
static void each_command(struct buf *b, const struct invocation *in,
			 void (*leaf)(struct buf *b, const struct invocation *in,
				      const struct command *command, str path))
{
	for (size_t i = 0; i < in->command_count; i++) {
		const struct command *command = in->commands[i];
		const struct command *const *sub = command->subcommands;

		if (command->hidden)
			continue;
		leaf(b, in, command, str_c(command->name));
		for (; sub && *sub; sub++)
			leaf(b, in, *sub, str_fmt(in->arena, "%s %s", command->name, (*sub)->name));
	}
}

static void each_option(struct buf *b, const struct invocation *in, const struct command *command,
			str path,
			void (*put)(struct buf *b, const struct invocation *in,
				    const struct option_spec *spec, str path))
{
	for (size_t i = 0; i < command->option_count + COMMON_COUNT; i++) {
		const struct option_spec *spec =
			i < command->option_count ? &command->options[i]
						  : &common_options[i - command->option_count];

		if (!spec->hidden)
			put(b, in, spec, path);
	}
}

/* Inside single quotes of a shell. */
static void put_quoted(struct buf *b, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			BUF_LIT(b, "'\\''");
		else
			buf_byte(b, s.p[i]);
	}
}

static const char *no_prefix(const struct option_spec *spec)
{
	return spec->on && !spec->arg ? "no-" : "";
}

static void put_words(struct buf *b, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		buf_fmt(b, "%s%s", i ? " " : "", words[i]);
}

static void bash_option(struct buf *b, const struct invocation *in, const struct option_spec *spec,
			str path)
{
	(void)in;
	(void)path;
	buf_fmt(b, " --%s%s", no_prefix(spec), spec->name);
}

static void bash_value(struct buf *b, const struct invocation *in, const struct option_spec *spec,
		       str path)
{
	(void)in;
	if (!spec->arg)
		return;
	buf_fmt(b, "\t'%.*s/--%s'", STR_ARG(path), spec->name);
	if (spec->letter)
		buf_fmt(b, "|'%.*s/-%c'", STR_ARG(path), spec->letter);
	BUF_LIT(b, ") ");
	if (spec->words) {
		BUF_LIT(b, "COMPREPLY=($(compgen -W '");
		put_words(b, spec->words);
		BUF_LIT(b, "' -- \"$cur\"))");
	} else if (spec->complete == COMPLETE_DIR) {
		BUF_LIT(b, "COMPREPLY=($(compgen -d -- \"$cur\"))");
	} else if (spec->complete == COMPLETE_FILE) {
		BUF_LIT(b, "COMPREPLY=($(compgen -f -- \"$cur\"))");
	} else {
		BUF_LIT(b, "COMPREPLY=()");
	}
	BUF_LIT(b, "; return ;;\n");
}

static void bash_values(struct buf *b, const struct invocation *in, const struct command *command,
			str path)
{
	each_option(b, in, command, path, bash_value);
}

static void bash_words(struct buf *b, const struct invocation *in, const struct command *command,
		       str path)
{
	buf_fmt(b, "\t'%.*s') words='", STR_ARG(path));
	for (size_t i = 0; command->subcommands && command->subcommands[i]; i++)
		buf_fmt(b, "%s ", command->subcommands[i]->name);
	each_option(b, in, command, path, bash_option);
	BUF_LIT(b, "' ;;\n");
}

static void put_bash(struct buf *b, const struct invocation *in)
{
	BUF_LIT(b, "# bash completion of seawall\n"
		   "_seawall()\n"
		   "{\n"
		   "\tlocal cur prev path= words i\n"
		   "\tcur=${COMP_WORDS[COMP_CWORD]}\n"
		   "\tprev=${COMP_WORDS[COMP_CWORD-1]}\n"
		   "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
		   "\t\tcase ${COMP_WORDS[i]} in -*) continue ;; esac\n"
		   "\t\tcase $path in\n"
		   "\t\t'') path=${COMP_WORDS[i]} ;;\n"
		   "\t\t");
	size_t groups = 0;
	for (size_t i = 0; i < in->command_count; i++) {
		if (in->commands[i]->subcommands)
			buf_fmt(b, "%s%s", groups++ ? "|" : "", in->commands[i]->name);
	}
	if (groups == 0)
		BUF_LIT(b, "''");
	BUF_LIT(b, ") path=\"$path ${COMP_WORDS[i]}\" ;;\n"
		   "\t\tesac\n"
		   "\tdone\n"
		   "\tcase $path/$prev in\n");
	each_command(b, in, bash_values);
	BUF_LIT(b, "\tesac\n"
		   "\tcase $path in\n"
		   "\t'') words='");
	for (size_t i = 0; i < in->command_count; i++) {
		if (!in->commands[i]->hidden)
			buf_fmt(b, "%s ", in->commands[i]->name);
	}
	BUF_LIT(b, "--help --version' ;;\n");
	each_command(b, in, bash_words);
	BUF_LIT(b, "\t*) words= ;;\n"
		   "\tesac\n"
		   "\tcase $cur in\n"
		   "\t-*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
		   "\t*) COMPREPLY=($(compgen -W \"${words//--*/}\" -f -- \"$cur\")) ;;\n"
		   "\tesac\n"
		   "}\n"
		   "complete -o filenames -F _seawall seawall\n");
}

/* zsh: the text of a spec is '[...]' and ':name:action', both with their signs quoted. */
static void zsh_text(struct buf *b, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '[' || s.p[i] == ']' || s.p[i] == ':' || s.p[i] == '\\')
			buf_byte(b, '\\');
		put_quoted(b, str_of(s.p + i, 1));
	}
}

static void zsh_option(struct buf *b, const struct invocation *in, const struct option_spec *spec,
		       str path)
{
	(void)path;
	const char *many = spec->list || spec->repeat ? "*" : "";
	const char *equals = spec->arg ? "=" : "";

	if (spec->letter)
		buf_fmt(b, "\t\t\t'%s'{-%c,--%s%s%s}'[", many, spec->letter, no_prefix(spec),
			spec->name, equals);
	else
		buf_fmt(b, "\t\t\t'%s--%s%s%s[", many, no_prefix(spec), spec->name, equals);
	zsh_text(b, str_c(spec->help[in->lang]));
	BUF_LIT(b, "]");
	if (spec->arg) {
		buf_byte(b, ':');
		zsh_text(b, str_c(spec->arg));
		buf_byte(b, ':');
	}
	if (spec->words) {
		buf_byte(b, '(');
		put_words(b, spec->words);
		buf_byte(b, ')');
	} else if (spec->complete != COMPLETE_NONE) {
		BUF_LIT(b, "_files");
	}
	BUF_LIT(b, "' \\\n");
}

static void zsh_leaf(struct buf *b, const struct invocation *in, const struct command *command,
		     str path)
{
	buf_fmt(b, "\t'%.*s')\n\t\t_arguments -s \\\n", STR_ARG(path));
	each_option(b, in, command, path, zsh_option);
	BUF_LIT(b, "\t\t\t'*:operand:_files' ;;\n");
}

static void zsh_describe(struct buf *b, const struct invocation *in, const struct command *command)
{
	BUF_LIT(b, " '");
	zsh_text(b, str_c(command->name));
	buf_byte(b, ':');
	zsh_text(b, str_c(command->summary[in->lang]));
	buf_byte(b, '\'');
}

static void put_zsh(struct buf *b, const struct invocation *in)
{
	BUF_LIT(b, "#compdef seawall\n"
		   "_seawall()\n"
		   "{\n"
		   "\tlocal -a commands\n"
		   "\tlocal leaf=\n"
		   "\tif ((CURRENT == 2)); then\n"
		   "\t\tcommands=(");
	for (size_t i = 0; i < in->command_count; i++) {
		if (!in->commands[i]->hidden)
			zsh_describe(b, in, in->commands[i]);
	}
	BUF_LIT(b, ")\n"
		   "\t\t_describe command commands\n"
		   "\t\treturn\n"
		   "\tfi\n"
		   "\tcase $words[2] in\n");
	for (size_t i = 0; i < in->command_count; i++) {
		const struct command *const *sub = in->commands[i]->subcommands;

		if (!sub)
			continue;
		buf_fmt(b, "\t%s)\n\t\tif ((CURRENT == 3)); then\n\t\t\tcommands=(",
			in->commands[i]->name);
		for (; *sub; sub++)
			zsh_describe(b, in, *sub);
		BUF_LIT(b,
			")\n\t\t\t_describe command commands\n\t\t\treturn\n\t\tfi\n"
			"\t\tleaf=\"$words[2] $words[3]\"; shift 2 words; ((CURRENT -= 2)) ;;\n");
	}
	BUF_LIT(b, "\t*) leaf=$words[2]; shift words; ((CURRENT--)) ;;\n"
		   "\tesac\n"
		   "\tcase $leaf in\n");
	each_command(b, in, zsh_leaf);
	BUF_LIT(b, "\tesac\n"
		   "}\n"
		   "_seawall \"$@\"\n");
}

static void fish_option(struct buf *b, const struct invocation *in, const struct option_spec *spec,
			str path)
{
	buf_fmt(b, "complete -c seawall -n '__seawall_is \"%.*s\"' -l %s%s", STR_ARG(path),
		no_prefix(spec), spec->name);
	if (spec->letter)
		buf_fmt(b, " -s %c", spec->letter);
	if (spec->arg)
		buf_fmt(b, "%s", spec->complete == COMPLETE_NONE ? " -x" : " -r -F");
	if (spec->words) {
		BUF_LIT(b, " -a '");
		put_words(b, spec->words);
		buf_byte(b, '\'');
	}
	BUF_LIT(b, " -d '");
	put_quoted(b, str_c(spec->help[in->lang]));
	BUF_LIT(b, "'\n");
}

static void fish_leaf(struct buf *b, const struct invocation *in, const struct command *command,
		      str path)
{
	str before = STR_EMPTY, name = path;
	ptrdiff_t blank = str_find_char(path, ' ');

	if (blank >= 0) {
		before = str_take(path, (size_t)blank);
		name = str_skip(path, (size_t)blank + 1);
	}
	buf_fmt(b, "complete -c seawall -n '__seawall_is \"%.*s\"' -f -a %.*s -d '",
		STR_ARG(before), STR_ARG(name));
	put_quoted(b, str_c(command->summary[in->lang]));
	BUF_LIT(b, "'\n");
	each_option(b, in, command, path, fish_option);
}

static void put_fish(struct buf *b, const struct invocation *in)
{
	BUF_LIT(b, "# fish completion of seawall\n"
		   "function __seawall_is\n"
		   "\tset -l path\n"
		   "\tfor word in (commandline -opc)[2..-1]\n"
		   "\t\tstring match -q -- '-*' $word; and continue\n"
		   "\t\tswitch \"$path\"\n"
		   "\t\t\tcase '' ");
	for (size_t i = 0; i < in->command_count; i++) {
		if (in->commands[i]->subcommands)
			buf_fmt(b, "%s ", in->commands[i]->name);
	}
	BUF_LIT(b, "\n"
		   "\t\t\t\tset -a path $word\n"
		   "\t\tend\n"
		   "\tend\n"
		   "\ttest \"$path\" = \"$argv[1]\"\n"
		   "end\n");
	each_command(b, in, fish_leaf);
}

static const struct {
	const char *name;
	void (*put)(struct buf *b, const struct invocation *in);
} shells[] = {
	{ "bash", put_bash },
	{ "zsh", put_zsh },
	{ "fish", put_fish },
};

static int run(struct invocation *in, struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	str wanted = in->options.operands[0];

	buf_init(&b, COMPLETION_MAX_BYTES);
	for (size_t i = 0; i < ARRAY_LEN(shells); i++) {
		if (str_eq(wanted, str_c(shells[i].name)))
			shells[i].put(&b, in);
	}
	if (b.n == 0) {
		str text = TEXT_MAKE(in->arena, in->lang, UNKNOWN_SHELL, wanted);
		return err_set(err, ERR_USAGE, "%.*s", STR_ARG(text));
	}
	if (output_print(buf_str(&b), err) < 0)
		return -1;
	return EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "For this bash", "現在の bash で使う" },
	  .line = "completion bash > seawall.bash" },
	{ .what = { "For fish, from the next session on", "次のセッションから fish で使う" },
	  .line = "completion fish > ~/.config/fish/completions/seawall.fish" },
	{ .line = NULL },
};

const struct command command_completion = {
	.name = "completion",
	.operands = "bash|zsh|fish",
	.min_operands = 1,
	.max_operands = 1,
	.summary = { "Print a completion script for a shell", "シェル補完スクリプトを出力" },
	.examples = examples,
	.run = run,
};
