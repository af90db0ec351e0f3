/* SPDX-License-Identifier: Apache-2.0 */
/* Which program a command starts: through sudo, env and their like, through "sh -c", on Windows. */
#include "base/path.h"
#include "base/words.h"
#include "fmt/container/dockerfile_internal.h"

/* Programs that start the one behind them. */
struct wrapper {
	str name;
	const char *takes; /* letters of options that have a value */
	unsigned operands; /* words between its options and the command */
};

static const struct wrapper wrappers[] = {
	{ STR_INIT("builtin"), "", 0 },		{ STR_INIT("chroot"), "", 1 },
	{ STR_INIT("command"), "", 0 },		{ STR_INIT("doas"), "uC", 0 },
	{ STR_INIT("eatmydata"), "", 0 },	{ STR_INIT("env"), "uSC", 0 },
	{ STR_INIT("exec"), "a", 0 },		{ STR_INIT("gosu"), "", 1 },
	{ STR_INIT("ionice"), "cnp", 0 },	{ STR_INIT("nice"), "n", 0 },
	{ STR_INIT("nohup"), "", 0 },		{ STR_INIT("setsid"), "", 0 },
	{ STR_INIT("stdbuf"), "ioe", 0 },	{ STR_INIT("su-exec"), "", 1 },
	{ STR_INIT("sudo"), "ughpCTUrtDR", 0 }, { STR_INIT("timeout"), "ks", 1 },
	{ STR_INIT("xargs"), "adEIiLlnPs", 0 },
};

static bool assigns(str word)
{
	size_t n = dockerfile_name_length(word);

	return n > 0 && n < word.n && word.p[n] == '=';
}

/* Index of the first word behind the options of a wrapper at words[i]. */
static size_t behind(const struct shell_command *c, size_t i, const struct wrapper *wrapper)
{
	unsigned operands = wrapper->operands;

	for (i++; i < c->word_n; i++) {
		str word = c->words[i];

		if (str_eq(word, STR("--")))
			return i + 1 + operands;
		if (word.n > 1 && word.p[0] == '-') {
			/* "-u root" has its value behind it, "-uroot" in itself. */
			if (word.n == 2 && str_find_char(str_c(wrapper->takes), word.p[1]) >= 0)
				i++;
		} else if (assigns(word)) {
			continue;
		} else if (operands > 0) {
			operands--;
		} else {
			return i;
		}
	}
	return i;
}

static size_t wrapper_words(const struct shell_command *c)
{
	size_t i = 0;

	for (bool more = true; more && i < c->word_n;) {
		str name = path_base(c->words[i]);

		more = false;
		for (size_t k = 0; k < ARRAY_LEN(wrappers) && !more; k++) {
			if (!str_eq(name, wrappers[k].name))
				continue;
			i = behind(c, i, &wrappers[k]);
			more = true;
		}
	}
	return size_min(i, c->word_n);
}

str shell_command_name(const struct shell_command *command)
{
	return command->wrappers < command->word_n ? path_base(command->words[command->wrappers])
						   : STR("");
}

static bool is_shell(str name)
{
	static const str shells[] = { STR_INIT("sh"),  STR_INIT("bash"),   STR_INIT("dash"),
				      STR_INIT("ash"), STR_INIT("zsh"),	   STR_INIT("ksh"),
				      STR_INIT("su"),  STR_INIT("runuser") };

	return words_strs_have(shells, ARRAY_LEN(shells), name);
}

/* The script behind -c, p NULL when there is none. */
static str script_word(const struct shell_command *c)
{
	str name = shell_command_name(c);

	if (str_eq(name, STR("eval")) && c->wrappers + 1 < c->word_n)
		return c->words[c->wrappers + 1];
	if (!is_shell(name))
		return STR_EMPTY;
	for (size_t i = c->wrappers + 1; i + 1 < c->word_n; i++) {
		str word = c->words[i];

		if (word.n >= 2 && word.p[0] == '-' && word.p[1] != '-' &&
		    word.p[word.n - 1] == 'c')
			return c->words[i + 1];
		if (str_eq(word, STR("--command")))
			return c->words[i + 1];
	}
	return STR_EMPTY;
}

void shell_finish(struct shell_script *script, size_t from)
{
	size_t n = script->n;

	for (size_t i = from; i < n; i++)
		script->commands[i].wrappers = wrapper_words(&script->commands[i]);
	for (size_t i = from; i < n; i++) {
		str text = script_word(&script->commands[i]);
		struct dockerfile_piece piece = { .line = script->commands[i].line };

		if (!text.p)
			continue;
		if (script->depth >= SHELL_MAX_DEPTH) {
			script->incomplete = true;
			return;
		}
		script->depth++;
		shell_parse(script, text, &piece, 1);
		script->depth--;
	}
}

void shell_exec(struct shell_script *script, const str *words, size_t n, uint32_t line)
{
	size_t from = script->n;

	if (n == 0)
		return;
	if (*script->left == 0) {
		script->incomplete = true;
		return;
	}
	(*script->left)--;
	struct shell_command command = {
		.op = "",
		.words = ARENA_ARRAY(script->arena, str, n),
		.word_n = n,
		.line = line,
		.end_line = line,
		.pipeline = script->pipelines++,
		.depth = script->depth,
	};

	memcpy(command.words, words, n * sizeof(*words));
	script->commands = arena_grow(script->arena, script->commands, script->n, &script->cap,
				      sizeof(*script->commands));
	script->commands[script->n++] = command;
	shell_finish(script, from);
}

/* ---- Windows ---- */

struct windows {
	struct shell_script *script;
	struct shell_command now;
	const char *op;
	uint32_t line;
};

static void windows_word(struct windows *w, str word)
{
	if (word.n == 0)
		return;
	w->now.words = arena_grow(w->script->arena, w->now.words, w->now.word_n, &w->now.word_cap,
				  sizeof(*w->now.words));
	w->now.words[w->now.word_n++] = word;
}

static void windows_end(struct windows *w, const char *op)
{
	struct shell_script *script = w->script;

	if (w->now.word_n > 0 && *script->left > 0) {
		(*script->left)--;
		w->now.op = w->op;
		w->now.line = w->now.end_line = w->line;
		w->now.pipeline = str_eq(str_c(w->op), STR("|")) ? script->pipelines - 1
								 : script->pipelines++;
		script->commands = arena_grow(script->arena, script->commands, script->n,
					      &script->cap, sizeof(*script->commands));
		script->commands[script->n++] = w->now;
	} else if (w->now.word_n > 0) {
		script->incomplete = true;
	}
	w->now = (struct shell_command){ 0 };
	w->op = op;
}

void shell_parse_windows(struct shell_script *script, str text,
			 const struct dockerfile_piece *pieces, size_t piece_count)
{
	struct windows w = { .script = script, .op = "", .line = pieces[0].line };
	size_t start = 0, piece = 0;
	char quote = 0;

	for (size_t i = 0; i <= text.n; i++) {
		char c = i < text.n ? text.p[i] : '\n';
		char next = i + 1 < text.n ? text.p[i + 1] : 0;
		bool ends = c == ';' || c == '|' || c == '&' || c == '\n';

		if (i < text.n && (quote ? c == quote : (c == '"' || c == '\'')))
			quote = quote ? 0 : c;
		if (i < text.n && (quote || (!ends && !is_space(c))))
			continue;
		windows_word(&w, str_of(text.p + start, i - start));
		start = i + 1;
		if (ends) {
			windows_end(&w, c == '|' && next != '|' ? "|"
					: c == '|'		? "||"
					: c == '&'		? "&&"
								: ";");
			if (next == c && c != '\n')
				start = ++i + 1;
		}
		while (piece + 1 < piece_count && pieces[piece + 1].at <= i)
			w.line = pieces[++piece].line;
	}
}
