/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/container/dockerfile_fix.h"

#include "base/words.h"
#include "fmt/container/dockerfile_internal.h"

struct fix {
	const struct dockerfile *file;
	const struct dockerfile_item *item;
	const struct dockerfile_fault *fault;
	struct text_edits *edits;
	struct arena *arena;
};

/* ---- places ---- */

static bool put_at(const struct fix *f, const char *p, size_t remove, str insert)
{
	str text = f->file->text;

	if (!p || p < text.p || p > text.p + text.n)
		return false;
	text_edits_add(f->edits, (size_t)(p - text.p), remove, insert);
	return true;
}

/* The byte of the file behind `offset` bytes of a text in pieces. */
static const char *place(const struct dockerfile_piece *pieces, size_t n, size_t offset)
{
	size_t i = 0;

	while (i + 1 < n && pieces[i + 1].at < offset)
		i++;
	return pieces[i].p && offset >= pieces[i].at ? pieces[i].p + (offset - pieces[i].at) : NULL;
}

/* NULL for a part that was made, and does not stand there. */
static const char *original_place(const struct dockerfile_item *item, str part)
{
	str whole = item->original;

	if (!part.p || part.p < whole.p || part.p + part.n > whole.p + whole.n)
		return NULL;
	return place(item->pieces, item->piece_count, (size_t)(part.p - whole.p));
}

/* How lines end in this file. */
static str line_end(const struct dockerfile *file)
{
	return str_find(file->text, STR("\r\n")) >= 0 ? STR("\r\n") : STR("\n");
}

/* ---- commands ---- */

struct insertion {
	const char *kind, *tools, *verbs, *text;
	const char *flags; /* that make it needless */
	bool behind_name;  /* in place of behind the verb */
};

#define APT "apt-get apt aptitude"
#define RPM "yum dnf dnf5 microdnf tdnf"

static const struct insertion insertions[] = {
	{ "no_assume_yes", APT,
	  "install remove purge upgrade dist-upgrade full-upgrade reinstall build-dep autoremove",
	  " -y", "-y --yes --assume-yes", false },
	{ "no_assume_yes", RPM,
	  "install remove update upgrade localinstall groupinstall reinstall erase", " -y",
	  "-y --assumeyes", false },
	{ "no_assume_yes", "zypper",
	  "install in remove rm update up patch dist-upgrade dup source-install si",
	  " --non-interactive", "-n --non-interactive -y", true },
	{ "apt_recommends", APT, "install reinstall build-dep", " --no-install-recommends",
	  "--no-install-recommends", false },
	{ "apk_cache", "apk", "add", " --no-cache", "--no-cache", false },
	{ "pip_cache", "pip pip2 pip3", "install", " --no-cache-dir", "--no-cache-dir", false },
	{ "pip_cache", "python python2 python3", "install", " --no-cache-dir", "--no-cache-dir",
	  false },
};

static bool has_flag(const struct shell_command *c, const char *flags)
{
	for (size_t i = c->wrappers + 1; i < c->word_n; i++) {
		str word = c->words[i];
		bool letters = word.n > 1 && word.p[0] == '-' && word.p[1] != '-';

		if (words_line_has(flags, word) ||
		    (letters && words_line_has(flags, STR("-y")) && str_find_char(word, 'y') > 0))
			return true;
	}
	return false;
}

/* True when this insertion answers the finding in this command: *behind is the word it follows. */
static bool fits(const struct insertion *rule, const struct shell_command *c, size_t *behind)
{
	if (!words_line_has(rule->tools, shell_command_name(c)) || has_flag(c, rule->flags))
		return false;
	for (size_t i = c->wrappers + 1; i < c->word_n; i++) {
		if (!words_line_has(rule->verbs, c->words[i]))
			continue;
		*behind = rule->behind_name ? c->wrappers : i;
		return true;
	}
	return false;
}

typedef bool command_fix(const struct fix *f, const struct shell_command *c,
			 const struct dockerfile_piece *pieces, size_t n);

static bool insert_flags(const struct fix *f, const struct shell_command *c,
			 const struct dockerfile_piece *pieces, size_t n)
{
	bool done = false;
	size_t behind;

	for (size_t i = 0; i < ARRAY_LEN(insertions); i++) {
		if (str_eq(f->fault->kind, str_c(insertions[i].kind)) &&
		    fits(&insertions[i], c, &behind))
			done |= put_at(f, place(pieces, n, c->ends[behind]), 0,
				       str_c(insertions[i].text));
	}
	return done;
}

static bool apt_to_apt_get(const struct fix *f, const struct shell_command *c,
			   const struct dockerfile_piece *pieces, size_t n)
{
	static const char same[] = "install update remove purge upgrade autoremove clean autoclean";

	if (!str_eq(shell_command_name(c), STR("apt")))
		return false;
	for (size_t i = c->wrappers + 1; i < c->word_n; i++) {
		if (c->words[i].n > 0 && c->words[i].p[0] == '-')
			continue;
		return words_line_has(same, c->words[i]) &&
		       put_at(f, place(pieces, n, c->ends[c->wrappers]), 0, STR("-get"));
	}
	return false;
}

/* Every command of one text that stands in the line of the finding. */
static bool each_command(const struct fix *f, str text, const struct dockerfile_piece *pieces,
			 size_t n, command_fix *fn)
{
	size_t left = SHELL_MAX_COMMANDS;
	struct shell_script script = { .arena = f->arena, .left = &left };
	bool done = false;

	shell_parse(&script, text, pieces, n);
	for (size_t i = 0; i < script.n; i++) {
		const struct shell_command *c = &script.commands[i];

		/* Scripts inside of words have no place of their own. */
		if (c->line == f->fault->line && c->depth == 0 && c->ends &&
		    c->wrappers < c->word_n)
			done |= fn(f, c, pieces, n);
	}
	return done;
}

static bool in_commands(const struct fix *f, command_fix *fn)
{
	const struct dockerfile_item *item = f->item;
	struct dockerfile_piece *pieces;
	bool done = false;
	size_t n;

	if (item->keyword != DOCKERFILE_RUN || item->json || item->value_count == 0 ||
	    f->file->escape != '\\')
		return false;
	pieces = dockerfile_pieces_from(f->arena, item, item->values[0], &n);
	done = each_command(f, item->values[0], pieces, n, fn);
	for (size_t i = 0; i < item->heredoc_count; i++) {
		size_t body_n;

		pieces = dockerfile_body_pieces(f->arena, &item->heredocs[i], &body_n);
		if (body_n > 0)
			done |= each_command(f, item->heredocs[i].body, pieces, body_n, fn);
	}
	return done;
}

/* One more command at the end of a RUN. */
static bool append_command(const struct fix *f, str command)
{
	const struct dockerfile_item *item = f->item;
	const struct dockerfile_piece *last = &item->pieces[item->piece_count - 1];
	str tail = str_skip(item->original, last->at);
	str end = line_end(f->file);

	if (item->keyword != DOCKERFILE_RUN || item->json || f->file->escape != '\\')
		return false;
	if (item->heredoc_count == 1 && item->heredocs[0].body.n > 0 &&
	    str_eq(str_trim(item->rest),
		   str_fmt(f->arena, "<<%.*s", STR_ARG(item->heredocs[0].name)))) {
		str body = item->heredocs[0].body;

		return put_at(f, body.p + body.n, 0, str_cat(f->arena, command, end));
	}
	/* Behind a comment, or "&" or ";", "&&" would be something else. */
	if (item->heredoc_count > 0 || str_find_char(tail, '#') >= 0 || tail.n == 0 ||
	    memchr("&;|", tail.p[tail.n - 1], 3) != NULL || !last->p)
		return false;
	str text = item->piece_count > 1
			   ? str_fmt(f->arena, " \\%.*s    && %.*s", STR_ARG(end), STR_ARG(command))
			   : str_cat(f->arena, STR(" && "), command);
	return put_at(f, last->p + tail.n, 0, text);
}

static bool clean_rpm(const struct fix *f)
{
	size_t left = SHELL_MAX_COMMANDS, n;
	struct shell_script script = { .arena = f->arena, .left = &left };
	const struct dockerfile_item *item = f->item;

	if (item->keyword != DOCKERFILE_RUN || item->json || item->heredoc_count > 0 ||
	    item->value_count == 0)
		return false;
	struct dockerfile_piece *pieces =
		dockerfile_pieces_from(f->arena, item, item->values[0], &n);
	shell_parse(&script, item->values[0], pieces, n);
	for (size_t i = 0; i < script.n; i++) {
		str name = shell_command_name(&script.commands[i]);

		if (script.commands[i].line == f->fault->line &&
		    words_line_has(RPM " zypper", name))
			return append_command(f, str_cat(f->arena, name, STR(" clean all")));
	}
	return false;
}

/* ---- instructions ---- */

static bool replace_line(const struct fix *f, str text)
{
	const struct dockerfile_item *item = f->item;
	const char *start = item->pieces[0].p;

	if (item->piece_count > 1 || !start)
		return false;
	return put_at(f, start, item->original.n, text);
}

static bool fix_keyword(const struct fix *f)
{
	return f->item->keyword == DOCKERFILE_ADD &&
	       put_at(f, original_place(f->item, f->item->written), f->item->written.n,
		      STR("COPY"));
}

static bool plain_text(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\' || s.p[i] == '$' || s.p[i] == '\'' ||
		    (unsigned char)s.p[i] < 0x20)
			return false;
	}
	return s.n > 0;
}

static bool fix_maintainer(const struct fix *f)
{
	str name = f->item->value_count ? f->item->values[0] : STR("");

	if (name.n > 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = str_drop_end(str_skip(name, 1), 1);
	return plain_text(name) &&
	       replace_line(f, str_fmt(f->arena, "LABEL org.opencontainers.image.authors=\"%.*s\"",
				       STR_ARG(name)));
}

/* The folder in which a relative one lies, as far as this stage says. */
static str folder_before(const struct fix *f)
{
	str folder = STR("");

	for (const struct dockerfile_item *item = f->file->items; item < f->item; item++) {
		if (item->keyword == DOCKERFILE_FROM)
			folder = STR("");
		if (item->keyword != DOCKERFILE_WORKDIR || item->value_count != 1 ||
		    !plain_text(item->values[0]))
			continue;
		if (item->values[0].p[0] == '/')
			folder = str_without_suffix(item->values[0], STR("/"));
		else
			folder = str_fmt(f->arena, "%.*s/%.*s", STR_ARG(folder),
					 STR_ARG(str_without_prefix(item->values[0], STR("./"))));
	}
	return folder;
}

static bool fix_workdir(const struct fix *f)
{
	str value = f->item->value_count ? f->item->values[0] : STR("");

	if (f->item->keyword != DOCKERFILE_WORKDIR || !plain_text(value) ||
	    str_find(value, STR("..")) >= 0)
		return false;
	str inside = str_eq(value, STR(".")) ? STR("") : str_without_prefix(value, STR("./"));
	str folder = str_fmt(f->arena, "%.*s/%.*s", STR_ARG(folder_before(f)), STR_ARG(inside));
	return put_at(f, original_place(f->item, value), value.n, folder);
}

static bool fix_target_slash(const struct fix *f)
{
	const struct dockerfile_item *item = f->item;

	if (item->json || item->value_count < 3 || !plain_text(item->values[item->value_count - 1]))
		return false;
	str target = item->values[item->value_count - 1];
	const char *p = original_place(item, target);
	return p && put_at(f, p + target.n, 0, STR("/"));
}

static bool fix_legacy(const struct fix *f)
{
	const struct dockerfile_item *item = f->item;

	if (item->value_count != 3 || item->values[2].n > 0 || !plain_text(item->values[1]))
		return false;
	return replace_line(f, str_fmt(f->arena, "%.*s %.*s=\"%.*s\"", STR_ARG(item->written),
				       STR_ARG(item->values[0]), STR_ARG(item->values[1])));
}

/* Words that no shell would change. */
static bool fix_shell_form(const struct fix *f)
{
	const struct dockerfile_item *item = f->item;
	str rest = item->value_count == 1 ? item->values[0] : STR(""), word;
	struct buf b;

	for (size_t i = 0; i < rest.n; i++) {
		char c = rest.p[i];

		if (!is_alnum(c) && (c == 0 || !strchr("_./:=@%+,- ", c)))
			return false;
	}
	if (rest.n == 0 || str_find_char(rest, '=') >= 0)
		return false; /* an assignment may stand in front */
	buf_init(&b, rest.n * 4 + 16);
	while (str_split(&rest, ' ', &word)) {
		if (word.n == 0)
			continue;
		buf_add(&b, b.n > 0 ? STR(", ") : STR("["));
		json_quote(&b, word);
	}
	buf_byte(&b, ']');
	bool done = replace_line(
		f, str_fmt(f->arena, "%.*s %.*s", STR_ARG(item->written), STR_ARG(buf_str(&b))));
	buf_done(&b);
	return done;
}

/* All lines of the instruction. */
static bool remove_item(const struct fix *f)
{
	const char *start = f->item->pieces[0].p, *top = f->file->text.p;
	str rest;

	if (!start || f->item->heredoc_count > 0)
		return false;
	while (start > top && start[-1] != '\n')
		start--;
	rest = str_skip(f->file->text, (size_t)(start - top));
	size_t from = rest.n;
	for (uint32_t line = f->item->line; line <= f->item->end_line; line++) {
		str one;

		if (!str_line(&rest, &one))
			break;
	}
	return put_at(f, start, from - (rest.p ? rest.n : 0), STR(""));
}

static bool remove_empty_lines(const struct fix *f)
{
	str rest = f->file->text, line;
	const char *start = rest.p;
	uint32_t last = f->item->pieces[f->item->piece_count - 1].line;
	bool done = false;

	for (uint32_t number = 1; number <= last && str_line(&rest, &line); number++) {
		const char *next = rest.p ? rest.p : f->file->text.p + f->file->text.n;

		if (number > f->item->line && str_trim(line).n == 0)
			done |= put_at(f, start, (size_t)(next - start), STR(""));
		start = next;
	}
	return done;
}

/* ---- ---- */

static bool fix_insert(const struct fix *f) { return in_commands(f, insert_flags); }
static bool fix_apt(const struct fix *f) { return in_commands(f, apt_to_apt_get); }
static bool fix_lists(const struct fix *f)
{
	return append_command(f, STR("rm -rf /var/lib/apt/lists/*"));
}

static const struct {
	const char *kind;
	bool (*fix)(const struct fix *f);
} fixes[] = {
	{ "add_local", fix_keyword },
	{ "apk_cache", fix_insert },
	{ "apt_command", fix_apt },
	{ "apt_lists", fix_lists },
	{ "apt_recommends", fix_insert },
	{ "copy_many", fix_target_slash },
	{ "empty_continuation", remove_empty_lines },
	{ "legacy_env", fix_legacy },
	{ "maintainer", fix_maintainer },
	{ "multiple_cmd", remove_item },
	{ "multiple_entrypoint", remove_item },
	{ "multiple_healthcheck", remove_item },
	{ "no_assume_yes", fix_insert },
	{ "pip_cache", fix_insert },
	{ "relative_workdir", fix_workdir },
	{ "rpm_cache", clean_rpm },
	{ "shell_form", fix_shell_form },
};

bool dockerfile_fix(const struct dockerfile *file, const struct dockerfile_fault *fault,
		    struct text_edits *edits)
{
	struct fix f = { .file = file, .fault = fault, .edits = edits, .arena = edits->arena };

	for (size_t i = 0; i < file->item_count && !f.item; i++) {
		const struct dockerfile_item *item = &file->items[i];

		if (item->line <= fault->line && fault->line <= item->end_line)
			f.item = item;
	}
	for (size_t i = 0; f.item && i < ARRAY_LEN(fixes); i++) {
		if (str_eq(fault->kind, str_c(fixes[i].kind)))
			return fixes[i].fix(&f);
	}
	return false;
}
