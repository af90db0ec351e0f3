/* SPDX-License-Identifier: Apache-2.0 */
/* The document that policies judge. */
#include "fmt/container/dockerfile_internal.h"

static void put_strings(struct json_writer *w, const char *key, const str *items, size_t n)
{
	json_kv_strings(w, str_c(key), items, n);
}

/* ---- commands ---- */

static void put_command(struct json_writer *w, const struct shell_command *c)
{
	json_open_object(w);
	json_kv_str(w, STR("name"), shell_command_name(c));
	if (c->wrappers < c->word_n)
		put_strings(w, "args", c->words + c->wrappers + 1, c->word_n - c->wrappers - 1);
	else
		put_strings(w, "args", NULL, 0);
	put_strings(w, "wrappers", c->words, c->wrappers);
	put_strings(w, "assignments", c->assignments, c->assignment_n);
	json_kv_str(w, STR("op"), str_c(c->op));
	json_kv_u64(w, STR("pipeline"), c->pipeline);
	json_kv_u64(w, STR("depth"), c->depth);
	json_kv_u64(w, STR("line"), c->line);
	json_kv_u64(w, STR("end_line"), c->end_line);
	json_key(w, STR("redirects"));
	json_open_array(w);
	for (size_t i = 0; i < c->redirect_n; i++) {
		json_open_object(w);
		json_kv_str(w, STR("op"), c->redirects[i].op);
		json_kv_str(w, STR("to"), c->redirects[i].to);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}

/* A body is a script when nothing else takes it, or a shell does. */
static bool body_is_script(const struct shell_script *script, size_t from, str body)
{
	str first;

	for (size_t i = from; i < script->n; i++) {
		str name = shell_command_name(&script->commands[i]);

		if (name.n > 0 && !str_eq(name, STR("sh")) && !str_eq(name, STR("bash")) &&
		    !str_eq(name, STR("ash")) && !str_eq(name, STR("dash")))
			return false;
	}
	if (!str_starts(body, STR("#!")) || !str_line(&body, &first))
		return true;
	return str_ends(str_rtrim(first), STR("sh")) || str_find(first, STR("sh ")) >= 0;
}

struct dockerfile_piece *dockerfile_body_pieces(struct arena *arena,
						const struct dockerfile_heredoc *doc, size_t *n)
{
	struct dockerfile_piece *pieces = NULL;
	str rest = doc->body, line;
	size_t cap = 0;

	*n = 0;
	while (str_line(&rest, &line)) {
		pieces = arena_grow(arena, pieces, *n, &cap, sizeof(*pieces));
		pieces[*n] = (struct dockerfile_piece){ .at = (size_t)(line.p - doc->body.p),
							.p = line.p,
							.line = doc->line + (uint32_t)*n };
		++*n;
	}
	return pieces;
}

static void read_body(struct shell_script *script, const struct dockerfile_heredoc *doc)
{
	size_t n;
	struct dockerfile_piece *pieces = dockerfile_body_pieces(script->arena, doc, &n);

	if (n > 0)
		shell_parse(script, doc->body, pieces, n);
}

struct dockerfile_piece *dockerfile_pieces_from(struct arena *arena,
						const struct dockerfile_item *item, str text,
						size_t *n)
{
	struct dockerfile_piece *pieces =
		ARENA_ARRAY(arena, struct dockerfile_piece, item->piece_count);
	str whole = item->original;
	size_t offset =
		text.p >= whole.p && text.p <= whole.p + whole.n ? (size_t)(text.p - whole.p) : 0;

	*n = 0;
	for (size_t i = 0; i < item->piece_count; i++) {
		struct dockerfile_piece piece = item->pieces[i];

		if (i + 1 < item->piece_count && item->pieces[i + 1].at <= offset)
			continue;
		if (piece.at < offset && piece.p)
			piece.p += offset - piece.at;
		piece.at = piece.at > offset ? piece.at - offset : 0;
		pieces[(*n)++] = piece;
	}
	return pieces;
}

static void read_shell_form(struct dockerfile_facts *facts, const struct dockerfile_item *item,
			    str text, struct shell_script *script)
{
	size_t n, from = script->n;
	struct dockerfile_piece *pieces = dockerfile_pieces_from(facts->arena, item, text, &n);

	if (facts->stage->shell == SHELL_WINDOWS) {
		shell_parse_windows(script, text, pieces, n);
		return;
	}
	shell_parse(script, text, pieces, n);
	size_t until = script->n;
	for (size_t i = 0; i < item->heredoc_count; i++) {
		struct shell_script before = *script;

		before.n = until;
		if (body_is_script(&before, from, item->heredocs[i].body))
			read_body(script, &item->heredocs[i]);
	}
}

void dockerfile_facts_commands(struct dockerfile_facts *facts, const struct dockerfile_item *item)
{
	static const char *const names[] = { "posix", "windows", "other" };
	bool health = item->keyword == DOCKERFILE_HEALTHCHECK;
	struct json_writer *w = facts->w;
	struct dockerfile_stage *stage = facts->stage;
	/* Variables of the build are there for RUN alone; others run in the container. */
	struct shell_script script = {
		.arena = facts->arena,
		.scope = item->keyword == DOCKERFILE_RUN ? &stage->scope : NULL,
		.left = &facts->commands_left,
	};

	if (item->value_count <= health || (health && !str_ieq(item->values[0], STR("CMD"))))
		return;
	if (item->json) {
		script.scope = NULL;
		shell_exec(&script, item->values + health, item->value_count - health, item->line);
	} else if (stage->shell != SHELL_OTHER) {
		read_shell_form(facts, item, item->values[health], &script);
	}
	json_kv_str(w, STR("shell"), item->json ? STR("") : str_c(names[stage->shell]));
	json_kv_bool(w, STR("pipefail"), stage->pipefail);
	json_kv_bool(w, STR("incomplete"),
		     script.incomplete || (!item->json && stage->shell == SHELL_OTHER));
	json_key(w, STR("commands"));
	json_open_array(w);
	for (size_t i = 0; i < script.n; i++)
		put_command(w, &script.commands[i]);
	json_close_array(w);
}

/* ---- instructions ---- */

static str with_bodies(struct arena *arena, const struct dockerfile_item *item, str text)
{
	size_t n = text.n + 1;

	for (size_t i = 0; i < item->heredoc_count; i++)
		n += item->heredocs[i].body.n + item->heredocs[i].name.n + 1;
	char *all = arena_bytes(arena, n);
	size_t at = text.n;

	memcpy(all, text.p, text.n);
	all[at++] = '\n';
	for (size_t i = 0; i < item->heredoc_count; i++) {
		const struct dockerfile_heredoc *doc = &item->heredocs[i];

		if (doc->body.n > 0)
			memcpy(all + at, doc->body.p, doc->body.n);
		at += doc->body.n;
		memcpy(all + at, doc->name.p, doc->name.n);
		at += doc->name.n;
		if (i + 1 < item->heredoc_count)
			all[at++] = '\n';
	}
	return str_of(all, at);
}

static void put_heredocs(struct json_writer *w, const struct dockerfile_item *item)
{
	json_key(w, STR("heredocs"));
	json_open_array(w);
	for (size_t i = 0; i < item->heredoc_count; i++) {
		const struct dockerfile_heredoc *doc = &item->heredocs[i];

		json_open_object(w);
		json_kv_str(w, STR("name"), doc->name);
		json_kv_bool(w, STR("expand"), !doc->verbatim);
		json_kv_str(w, STR("body"), doc->body);
		json_kv_u64(w, STR("line"), doc->line);
		json_close_object(w);
	}
	json_close_array(w);
}

static bool is_expanded(enum dockerfile_keyword keyword)
{
	return keyword == DOCKERFILE_ADD || keyword == DOCKERFILE_ARG ||
	       keyword == DOCKERFILE_COPY || keyword == DOCKERFILE_ENV ||
	       keyword == DOCKERFILE_EXPOSE || keyword == DOCKERFILE_FROM ||
	       keyword == DOCKERFILE_LABEL || keyword == DOCKERFILE_STOPSIGNAL ||
	       keyword == DOCKERFILE_USER || keyword == DOCKERFILE_VOLUME ||
	       keyword == DOCKERFILE_WORKDIR;
}

/* Beside each value what the builder makes of it; null where only the build knows. */
static void put_expanded(struct dockerfile_facts *facts, const struct dockerfile_item *item)
{
	bool global = item->keyword == DOCKERFILE_FROM || !facts->stage;
	const struct dockerfile_scope *scope = global ? &facts->global : &facts->stage->scope;
	str text;

	json_key(facts->w, STR("expanded"));
	json_open_array(facts->w);
	for (size_t i = 0; i < item->value_count; i++) {
		if (dockerfile_expand(scope, item->values[i], &text))
			json_put_str(facts->w, text);
		else
			json_put_null(facts->w);
	}
	json_close_array(facts->w);
}

static void put_item(struct dockerfile_facts *facts, const struct dockerfile_item *item)
{
	struct json_writer *w = facts->w;
	const struct dockerfile_item *inner = item->inner;
	const struct dockerfile_item *values = inner ? inner : item;
	str name = dockerfile_keyword_name(item->keyword);
	bool bodies = item->heredoc_count > 0;

	json_open_object(w);
	json_kv_str(w, STR("Cmd"), name.n > 0 ? name : str_lower(facts->arena, item->written));
	json_kv_str(w, STR("SubCmd"), inner ? inner->written : STR(""));
	put_strings(w, "Flags", item->flags, item->flag_count);
	if (bodies && values->keyword == DOCKERFILE_RUN && values->value_count == 1) {
		str value = with_bodies(facts->arena, item, values->values[0]);

		put_strings(w, "Value", &value, 1);
	} else {
		put_strings(w, "Value", values->values, values->value_count);
	}
	json_kv_str(w, STR("Original"),
		    bodies ? with_bodies(facts->arena, item, item->original) : item->original);
	json_kv_bool(w, STR("JSON"), values->json);
	json_kv_i64(w, STR("Stage"), facts->stage ? facts->stage->index : 0);
	json_kv_str(w, STR("Path"), facts->path);
	json_kv_u64(w, STR("StartLine"), item->line);
	json_kv_u64(w, STR("EndLine"), item->end_line);
	json_kv_bool(w, STR("known"), item->keyword != DOCKERFILE_UNKNOWN);
	if (is_expanded(item->keyword))
		put_expanded(facts, item);
	if (bodies && !inner)
		put_heredocs(w, item);
	if (facts->stage &&
	    (item->keyword == DOCKERFILE_RUN || item->keyword == DOCKERFILE_CMD ||
	     item->keyword == DOCKERFILE_ENTRYPOINT || item->keyword == DOCKERFILE_HEALTHCHECK))
		dockerfile_facts_commands(facts, item);
	if (inner) {
		json_key(w, STR("inner"));
		put_item(facts, inner);
	}
	json_close_object(w);
}

/* ---- the document ---- */

static void put_stages(struct dockerfile_facts *facts)
{
	const struct dockerfile *file = facts->file;
	struct json_writer *w = facts->w;
	bool open = false;

	json_key(w, STR("Stages"));
	json_open_array(w);
	for (size_t i = 0; i < file->item_count; i++) {
		const struct dockerfile_item *item = &file->items[i];
		bool from = item->keyword == DOCKERFILE_FROM;

		if (open && from) {
			json_close_array(w);
			json_close_object(w);
		}
		if (from || !open) {
			json_open_object(w);
			json_kv_str(w, STR("Name"), from ? item->rest : STR("args"));
			if (from)
				dockerfile_facts_from(facts, item);
			else
				json_kv_i64(w, STR("index"), -1);
			json_key(w, STR("Commands"));
			json_open_array(w);
			open = true;
		}
		put_item(facts, item);
		dockerfile_facts_apply(facts, item);
	}
	if (open) {
		json_close_array(w);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_problems(struct json_writer *w, const struct dockerfile *file)
{
	json_key(w, STR("problems"));
	json_open_array(w);
	for (size_t i = 0; i < file->problem_count; i++) {
		const struct dockerfile_problem *problem = &file->problems[i];

		json_open_object(w);
		json_kv_str(w, STR("reason"), str_c(problem->reason));
		json_kv_str(w, STR("subject"), problem->subject);
		json_kv_u64(w, STR("line"), problem->line);
		json_kv_u64(w, STR("end_line"), problem->end_line);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_ignores(struct json_writer *w, const struct dockerfile *file)
{
	json_key(w, STR("ignores"));
	json_open_array(w);
	for (size_t i = 0; i < file->ignore_count; i++) {
		const struct dockerfile_ignore *ignore = &file->ignores[i];

		json_open_object(w);
		json_kv_str(w, STR("ids"), ignore->ids);
		json_kv_str(w, STR("form"), ignore->form);
		json_kv_opt(w, STR("reason"), ignore->reason);
		json_kv_opt(w, STR("until"), ignore->until);
		json_kv_u64(w, STR("comment"), ignore->comment);
		json_kv_u64(w, STR("line"), ignore->line);
		json_kv_u64(w, STR("end_line"), ignore->end_line);
		json_close_object(w);
	}
	json_close_array(w);
}

static void declare_platform(struct dockerfile_facts *facts)
{
	static const char *const names[] = {
		"BUILDPLATFORM",  "BUILDOS",  "BUILDARCH",  "BUILDVARIANT",
		"TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT",
	};

	map_init(&facts->global.variables, facts->arena);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		dockerfile_scope_set(&facts->global, str_c(names[i]),
				     (struct dockerfile_variable){ .set = true, .arg = true });
}

void dockerfile_facts(const struct dockerfile *file, str path, struct json_writer *w)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct dockerfile_facts facts = {
		.file = file,
		.path = path,
		.arena = arena,
		.w = w,
		.budget = DOCKERFILE_EXPAND_MAX,
		.commands_left = SHELL_MAX_COMMANDS,
	};
	char escape[2] = { file->escape, 0 };

	facts.global = (struct dockerfile_scope){
		.arena = arena, .escape = file->escape, .budget = &facts.budget, .closed = true
	};
	declare_platform(&facts);
	json_open_object(w);
	put_stages(&facts);
	json_kv_str(w, STR("path"), path);
	json_kv_str(w, STR("escape"), str_c(escape));
	json_kv_opt(w, STR("syntax"), file->syntax);
	json_kv_opt(w, STR("check"), file->check);
	put_problems(w, file);
	put_ignores(w, file);
	json_close_object(w);
}
