/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "base/words.h"
#include "fmt/container/container_value.h"
#include "fmt/container/docker_run_internal.h"
#include "fmt/container/dockerfile_internal.h"
#include "fmt/syntax/ignore_comment.h"
#include "fmt/syntax/text_file.h"

#define EXPANDED_MAX (4u << 20) /* bytes of replaced variables */
#define PASSES	     4u		/* variables that are set from others */
#define PODMAN_PIDS  2048	/* its limit where nobody says another */

bool docker_run_is_name(str path)
{
	return str_ends(path, STR(".sh")) || str_ends(path, STR(".bash"));
}

bool docker_run_is_text(str text)
{
	static const char *const clients[] = { "docker", "podman" };

	for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
		if (str_find(text, str_c(clients[i])) >= 0 &&
		    (str_find(text, STR("run")) >= 0 || str_find(text, STR("create")) >= 0))
			return true;
	}
	return false;
}

/* ---- the script ---- */

struct script {
	struct arena *arena;
	struct docker_runs *out;
	str path, text, folder;
	struct dockerfile_piece *pieces; /* one a line */
	size_t piece_n;
	struct shell_script shell;
	struct dockerfile_scope scope;
	size_t budget, left;
};

static void note(struct script *s, enum err_kind kind, uint32_t line, str reason)
{
	struct docker_runs *out = s->out;

	out->notes =
		arena_grow(s->arena, out->notes, out->note_n, &out->note_cap, sizeof(*out->notes));
	out->notes[out->note_n++] =
		(struct docker_run_note){ .kind = kind, .line = line, .reason = reason };
}

/* The line of a byte of the text. */
static uint32_t line_of(const struct script *s, size_t at)
{
	size_t low = 0, high = s->piece_n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->pieces[middle].at <= at)
			low = middle;
		else
			high = middle;
	}
	return s->pieces[low].line;
}

static void make_pieces(struct script *s)
{
	str rest = s->text, line;
	size_t cap = 0;
	uint32_t number = 1;

	do {
		s->pieces = arena_grow(s->arena, s->pieces, s->piece_n, &cap, sizeof(*s->pieces));
		s->pieces[s->piece_n++] =
			(struct dockerfile_piece){ .at = rest.p ? (size_t)(rest.p - s->text.p) : 0,
						   .p = rest.p,
						   .line = number++ };
	} while (rest.n > 0 && str_line(&rest, &line) && rest.n > 0);
}

static void parse(struct script *s)
{
	s->budget = EXPANDED_MAX;
	s->left = SHELL_MAX_COMMANDS;
	s->shell = (struct shell_script){
		.arena = s->arena, .scope = &s->scope, .left = &s->left, .defaults = true
	};
	shell_parse(&s->shell, s->text, s->pieces, s->piece_n);
}

/* ---- variables that the script sets ---- */

struct setting {
	str value;
	size_t times;
	bool known;
};

static void set(struct script *s, struct map *settings, str word, enum shell_open open)
{
	size_t n = dockerfile_name_length(word);
	void **slot = map_slot(settings, str_take(word, n));
	struct setting *setting = *slot;

	if (!setting)
		*slot = setting = ARENA_NEW(s->arena, struct setting);
	setting->times++;
	setting->known = open == SHELL_KNOWN && str_starts(str_skip(word, n), STR("="));
	setting->value = str_skip(word, n + 1);
}

static void see_settings(struct script *s, struct map *settings, const struct shell_command *c)
{
	static const char *const declare[] = { "export",  "readonly", "local",
					       "declare", "typeset",  NULL };
	static const char *const unknown[] = { "read", "unset", "getopts", "mapfile", NULL };
	str name = shell_command_name(c);
	bool declares = words_list_has(declare, name), forgets = words_list_has(unknown, name);

	for (size_t i = 0; i < c->assignment_n && c->word_n == 0; i++)
		set(s, settings, c->assignments[i], c->assignment_open[i]);
	for (size_t i = c->wrappers + 1; i < c->word_n && (declares || forgets); i++) {
		size_t n = dockerfile_name_length(c->words[i]);
		bool assigns = n < c->words[i].n && c->words[i].p[n] == '=';

		if (n > 0 && (forgets || assigns))
			set(s, settings, c->words[i], forgets ? SHELL_MANY : c->open[i]);
	}
}

/* How many variables are known now. */
static size_t learn(struct script *s)
{
	struct map settings;
	size_t n = 0;

	map_init(&settings, s->arena);
	map_init(&s->scope.variables, s->arena);
	for (size_t i = 0; i < s->shell.n; i++)
		see_settings(s, &settings, &s->shell.commands[i]);
	MAP_EACH (&settings, e) {
		const struct setting *setting = e->value;
		const struct dockerfile_variable v = { .value = setting->value,
						       .known = true,
						       .set = true };

		if (setting->times != 1 || !setting->known)
			continue;
		dockerfile_scope_set(&s->scope, e->key, v);
		n++;
	}
	return n;
}

/* ---- one command ---- */

struct command {
	struct script *script;
	const struct shell_command *shell;
	struct run_state state;
	size_t at; /* the word at hand */
};

static struct plan_place place_of(const struct command *c, size_t i)
{
	uint32_t line = c->shell->line;

	/* Scripts in a word have no places of their own. */
	if (c->shell->end_line > line && i < c->shell->word_n)
		line = line_of(c->script, c->shell->ends[i] > 0 ? c->shell->ends[i] - 1 : 0);
	if (line < c->shell->line || line > c->shell->end_line)
		line = c->shell->line;
	return (struct plan_place){ .file = c->script->path, .line = line };
}

static str shown_word(const struct command *c, size_t i)
{
	return str_take(c->shell->words[i], 80);
}

/* Nothing more can be known of the container. */
static void give_up(struct command *c, size_t i, const char *why)
{
	struct arena *arena = c->script->arena;

	if (c->state.plan->unknown.n == 0)
		c->state.plan->unknown = str_fmt(arena, "line %u: %s: %.*s", place_of(c, i).line,
						 why, STR_ARG(shown_word(c, i)));
}

static void apply(struct command *c, const struct run_option *option, str value,
		  enum shell_open open)
{
	struct run_state *s = &c->state;
	bool on = true;

	s->option = option;
	if (open != SHELL_KNOWN && option->open) {
		option->open(s, value);
		return;
	}
	if (open != SHELL_KNOWN) {
		str why = str_fmt(s->arena,
				  "line %u: --%s has a value that only the shell knows: %.*s",
				  s->place.line, option->name, STR_ARG(str_take(value, 80)));

		if (option->member != PLAN_MEMBERS)
			plan_unknown(s->plan, option->member, why, s->place);
		if (option->member == PLAN_PORTS)
			plan_unknown(s->plan, PLAN_EXPOSED, why, s->place);
		return;
	}
	if (option->takes == RUN_NOTHING && value.n > 0 && !value_bool(value, &on)) {
		run_wrong(s, value, "boolean");
		return;
	}
	s->on = on;
	if (option->apply)
		option->apply(s, value);
}

/* The value of an option that stands in the next word. False: there is none. */
static bool next_value(struct command *c, const struct run_option *option)
{
	const struct shell_command *shell = c->shell;

	if (++c->at >= shell->word_n) {
		give_up(c, shell->word_n - 1, "an option without a value");
		return false;
	}
	apply(c, option, shell->words[c->at], shell->open[c->at]);
	return true;
}

static bool long_option(struct command *c, str word, enum shell_open open)
{
	str name = str_skip(word, 2), value = STR_EMPTY;
	bool has = str_cut(str_skip(word, 2), '=', &name, &value);
	const struct run_option *option = run_option_named(name);

	if (!option) {
		give_up(c, c->at, "an option that is not known");
		return false;
	}
	if (has || option->takes == RUN_NOTHING) {
		if (has && value.n == 0 && option->takes == RUN_NOTHING)
			value = STR("?"); /* "--init=": no boolean */
		apply(c, option, value, open);
		return true;
	}
	return next_value(c, option);
}

/* "-it", "-p80:80", "-p=80:80", "-itp 80:80". */
static bool short_options(struct command *c, str word, enum shell_open open)
{
	for (size_t i = 1; i < word.n; i++) {
		const struct run_option *option = run_option_letter(word.p[i]);
		str rest = str_skip(word, i + 1);

		if (!option) {
			give_up(c, c->at, "an option that is not known");
			return false;
		}
		if (option->takes == RUN_NOTHING && !str_starts(rest, STR("="))) {
			apply(c, option, STR_EMPTY, SHELL_KNOWN);
			continue;
		}
		if (rest.n == 0)
			return next_value(c, option);
		apply(c, option, str_without_prefix(rest, STR("=")), open);
		return true;
	}
	return true;
}

/* Up to the image; false: nothing behind it is understood. */
static bool read_options(struct command *c)
{
	const struct shell_command *shell = c->shell;

	for (; c->at < shell->word_n; c->at++) {
		str word = shell->words[c->at];
		enum shell_open open = shell->open[c->at];
		bool fixed = word.n > 0 && word.p[0] != '$' && word.p[0] != '`';

		c->state.place = place_of(c, c->at);
		/* A word that begins with a text of its own stays one, but what it is may follow.
		 */
		if (open == SHELL_MANY && !fixed) {
			give_up(c, c->at, "options that only the shell knows");
			return false;
		}
		if (str_eq(word, STR("--"))) {
			c->at++;
			return true;
		}
		if (open != SHELL_KNOWN && fixed && word.p[0] == '-' &&
		    str_find_char(word, '=') < 0 && str_find_char(word, '$') < 3) {
			give_up(c, c->at, "an option that only the shell knows");
			return false;
		}
		if (word.n < 2 || word.p[0] != '-')
			return true;
		if (!(word.p[1] == '-' ? long_option(c, word, open) : short_options(c, word, open)))
			return false;
	}
	return true;
}

static void take_image(struct command *c)
{
	struct container_plan *plan = c->state.plan;
	const struct shell_command *shell = c->shell;
	struct plan_place place = place_of(c, c->at);

	if (c->at >= shell->word_n)
		plan_unknown(plan, PLAN_IMAGE, STR("the command names no image"), plan->place);
	else if (shell->open[c->at] != SHELL_KNOWN)
		plan_unknown(plan, PLAN_IMAGE,
			     str_fmt(plan->arena,
				     "line %u: an image that only the shell knows: %.*s",
				     place.line, STR_ARG(shown_word(c, c->at))),
			     place);
	else
		plan_set_text(plan, PLAN_IMAGE, shell->words[c->at], place);
}

/* What stands behind the image. */
static void take_command(struct command *c)
{
	const struct shell_command *shell = c->shell;
	str *words = ARENA_ARRAY(c->script->arena, str, shell->word_n + 1);
	size_t n = 0;

	if (c->at + 1 >= shell->word_n)
		return;
	for (size_t i = c->at + 1; i < shell->word_n; i++) {
		if (shell->open[i] == SHELL_KNOWN)
			words[n++] = shell->words[i];
		else
			words[n++] = run_without_variables(shell->words[i], c->script->arena);
	}
	plan_add_command(c->state.plan, STR("command"), words, n, place_of(c, c->at + 1));
}

/* What the engine does where nobody says otherwise. */
static void add_defaults(struct run_state *s)
{
	struct container_plan *plan = s->plan;
	const struct plan_place nowhere = { .line = 0 };

	if (!plan->facts[PLAN_NETWORK].set)
		plan_set_text(plan, PLAN_NETWORK, s->podman ? STR("podman") : STR("default"),
			      nowhere);
	if (s->podman && !plan->facts[PLAN_PIDS_LIMIT].set)
		plan_set_number(plan, PLAN_PIDS_LIMIT, PODMAN_PIDS, nowhere);
	/* Every exposed port gets one that the engine chooses. */
	for (size_t i = 0; s->publish_all && i < plan->facts[PLAN_EXPOSED].n; i++) {
		const struct plan_port port = { .port = plan->facts[PLAN_EXPOSED].items[i] };

		plan_add_port(plan, port, plan->facts[PLAN_EXPOSED].place);
	}
}

/* ---- all commands ---- */

/* The index of the first word behind "run" or "create"; 0: it is no such command. */
static size_t behind_run(const struct shell_command *c, bool *podman)
{
	str name = shell_command_name(c);
	size_t i = c->wrappers + 1;

	*podman = str_eq(name, STR("podman")) || str_eq(name, STR("podman-remote"));
	if (!*podman && !str_eq(name, STR("docker")))
		return 0;
	while (i < c->word_n && c->words[i].n > 1 && c->words[i].p[0] == '-')
		i += run_client_takes(c->words[i]) ? 2 : 1;
	if (i < c->word_n && str_eq(c->words[i], STR("container")))
		i++;
	if (i >= c->word_n ||
	    (!str_eq(c->words[i], STR("run")) && !str_eq(c->words[i], STR("create"))))
		return 0;
	return i + 1;
}

static bool asks_for_help(const struct shell_command *c, size_t from)
{
	return from + 1 == c->word_n && str_eq(c->words[from], STR("--help"));
}

/* Names in /container:x of other commands of the file. */
static void join(struct script *s, struct container_plan *plan, enum plan_member member,
		 struct plan_join *out)
{
	str mode = plan->facts[member].text;

	if (plan->facts[member].unknown.n > 0)
		return;
	for (size_t depth = 0; str_starts(mode, STR("container:")); depth++) {
		const struct container_plan *next = NULL;

		out->name = str_skip(mode, STR("container:").n);
		for (size_t i = 0; i < s->out->n && depth < 8; i++) {
			if (str_eq(s->out->items[i].plan->name, out->name))
				next = s->out->items[i].plan;
		}
		if (!next || next->unknown.n > 0 || next->facts[member].unknown.n > 0) {
			out->unknown = str_fmt(s->arena, "the container %.*s is not in this file",
					       STR_ARG(str_take(out->name, 100)));
			return;
		}
		mode = next->facts[member].text;
	}
	out->mode = mode;
}

static void one_command(struct script *s, const struct shell_command *shell)
{
	struct docker_runs *out = s->out;
	struct command c = { .script = s, .shell = shell };
	bool podman;

	c.at = behind_run(shell, &podman);
	if (c.at == 0 || asks_for_help(shell, c.at))
		return;
	if (out->n >= DOCKER_RUN_MAX || shell->word_n > DOCKER_RUN_WORDS_MAX) {
		note(s, ERR_LIMIT, shell->line, STR("too many commands, or too long a one"));
		return;
	}
	c.state = (struct run_state){ .plan = container_plan_new(s->arena, STR("run")),
				      .arena = s->arena,
				      .folder = s->folder,
				      .podman = podman };
	c.state.plan->place = (struct plan_place){ .file = s->path, .line = shell->line };
	if (shell->skips) {
		give_up(&c, 0, "a word that is too long");
	} else if (read_options(&c)) {
		take_image(&c);
		take_command(&c);
	}
	add_defaults(&c.state);
	if (c.state.plan->name.n == 0)
		c.state.plan->name = c.state.plan->facts[PLAN_IMAGE].text.n > 0
					     ? c.state.plan->facts[PLAN_IMAGE].text
					     : str_fmt(s->arena, "line %u", shell->line);
	out->items = arena_grow(s->arena, out->items, out->n, &out->cap, sizeof(*out->items));
	out->items[out->n++] = (struct docker_run){ .plan = c.state.plan,
						    .line = shell->line,
						    .end_line = shell->end_line };
}

static int by_line(const void *a, const void *b)
{
	const struct docker_run *x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

/* ---- exceptions in comments ---- */

static void add_ignores(struct script *s, str comment, uint32_t line)
{
	struct ignore_comment found[IGNORE_COMMENT_MAX];
	struct docker_runs *out = s->out;
	size_t n = ignore_comment_read(comment, found);

	for (size_t i = 0; i < n; i++) {
		struct docker_run_ignore ignore = { .ids = found[i].ids,
						    .reason = found[i].reason,
						    .until = found[i].until,
						    .form = found[i].form,
						    .comment = line };

		/* The command behind it, or around it. */
		for (size_t k = 0; k < out->n && !found[i].whole; k++) {
			if (out->items[k].end_line < line)
				continue;
			ignore.line = out->items[k].line;
			ignore.end_line = out->items[k].end_line;
			break;
		}
		if (!found[i].whole && ignore.line == 0)
			continue; /* nothing follows */
		out->ignores = arena_grow(s->arena, out->ignores, out->ignore_n, &out->ignore_cap,
					  sizeof(*out->ignores));
		out->ignores[out->ignore_n++] = ignore;
	}
}

static void find_ignores(struct script *s)
{
	str rest = s->text, line;
	uint32_t number = 0;

	while (str_line(&rest, &line)) {
		ptrdiff_t at = str_find_char(line, '#');

		number++;
		if (at >= 0 && (at == 0 || is_space(line.p[at - 1])) && s->out->ignore_n < 2000)
			add_ignores(s, str_trim(str_skip(line, (size_t)at + 1)), number);
	}
}

/* "\r\n" ends a line as "\n" does. */
static str unix_lines(str text, struct arena *arena)
{
	char *out;
	size_t n = 0;

	if (str_find(text, STR("\r\n")) < 0)
		return text;
	out = arena_bytes(arena, text.n + 1);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\r' || i + 1 >= text.n || text.p[i + 1] != '\n')
			out[n++] = text.p[i];
	}
	return str_of(out, n);
}

/* Bytes that are no UTF-8 become U+FFFD here, where names that differ in them alone become one. */
static str as_utf8(str text, struct arena *arena)
{
	static const char instead[3] = "\xef\xbf\xbd";
	char *out;
	size_t n = 0;

	if (str_is_utf8(text))
		return text;
	out = arena_bytes(arena, text.n * sizeof(instead));
	for (size_t i = 0; i < text.n;) {
		uint32_t cp;
		size_t len = utf8_decode(text.p + i, text.n - i, &cp);

		memcpy(out + n, len ? text.p + i : instead, len ? len : sizeof(instead));
		n += len ? len : sizeof(instead);
		i += len ? len : 1;
	}
	return str_of(out, n);
}

int docker_run_read(str path, str text, str folder, struct arena *arena, struct docker_runs *out,
		    struct err *err)
{
	struct script s = { .arena = arena, .out = out, .path = path, .folder = folder };
	size_t known = 0;

	*out = (struct docker_runs){ .items = NULL };
	if (text.n > DOCKER_RUN_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "%.*s: %zu bytes, at most %u are read",
			       STR_ARG(path), text.n, DOCKER_RUN_MAX_BYTES);
	if (text_decode(text, arena, &text, err) < 0 || text_check(text, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	s.text = as_utf8(unix_lines(text, arena), arena);
	s.scope = (struct dockerfile_scope){ .arena = arena, .escape = '\\', .budget = &s.budget };
	map_init(&s.scope.variables, arena);
	make_pieces(&s);
	parse(&s);
	for (unsigned pass = 0; pass < PASSES; pass++) {
		size_t n = learn(&s);

		if (n == known)
			break;
		known = n;
		parse(&s);
	}
	for (size_t i = 0; i < s.shell.n; i++)
		one_command(&s, &s.shell.commands[i]);
	if (s.shell.incomplete)
		note(&s, ERR_LIMIT, 0, STR("commands nested too deeply, or too many of them"));
	for (size_t i = 0; i < out->n; i++) {
		struct container_plan *plan = out->items[i].plan;

		join(&s, plan, PLAN_NETWORK, &plan->network);
		join(&s, plan, PLAN_PID, &plan->pid);
		join(&s, plan, PLAN_IPC, &plan->ipc);
	}
	if (out->n > 1)
		qsort(out->items, out->n, sizeof(*out->items), by_line);
	find_ignores(&s);
	return 0;
}
