/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/container/compose.h"

#include "base/path.h"
#include "fmt/container/compose_internal.h"
#include "fmt/container/container_value.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/yaml.h"

/* ---- which files ---- */

static str stem_of(str path)
{
	str base = path_base(path);

	if (str_ends(base, STR(".yaml")))
		return str_drop_end(base, 5);
	return str_ends(base, STR(".yml")) ? str_drop_end(base, 4) : STR_EMPTY;
}

bool compose_is_name(str path)
{
	static const char *const names[] = { "compose", "docker-compose", "podman-compose",
					     "container-compose" };
	str stem = stem_of(path);

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		str rest = str_without_prefix(stem, str_c(names[i]));

		if (stem.n == 0 || !str_starts(stem, str_c(names[i])))
			continue;
		if (rest.n == 0 || rest.p[0] == '.' || rest.p[0] == '-' || rest.p[0] == '_')
			return true;
	}
	return str_ends(stem, STR(".compose")) || str_ends(stem, STR(".docker-compose"));
}

bool compose_is_override(str path)
{
	str stem = stem_of(path);

	return str_eq(stem, STR("compose.override")) ||
	       str_eq(stem, STR("docker-compose.override"));
}

/* The key at the beginning of a line, without quotes. */
static str top_key(str line)
{
	str key, rest;

	if (line.n == 0 || is_space(line.p[0]) || !str_cut(line, ':', &key, &rest) ||
	    (rest.n > 0 && !is_space(rest.p[0])))
		return STR_EMPTY;
	key = str_trim(key);
	if (key.n >= 2 && (key.p[0] == '"' || key.p[0] == '\'') && key.p[key.n - 1] == key.p[0])
		key = str_drop_end(str_skip(key, 1), 1);
	return key;
}

bool compose_is_text(str text)
{
	bool services = false;
	str line;

	while (str_line(&text, &line)) {
		str key = top_key(str_without_prefix(line, STR("\xef\xbb\xbf")));

		if (str_eq(key, STR("apiVersion")) || str_eq(key, STR("kind")))
			return false;
		services |= str_eq(key, STR("services"));
	}
	return services;
}

/* ---- reading files ---- */

str source_path(struct reader *r, uint32_t source, str path)
{
	str folder = r->sources[source].shown_folder;
	bool up = str_starts(folder, STR(".."));

	if (str_starts(path, STR("/")) || folder.n == 0)
		return str_starts(path, STR("./")) ? str_skip(path, 2) : path;
	/* Without "..", as far as the folder goes. */
	while (!up && folder.n > 0 &&
	       (str_starts(path, STR("../")) || str_starts(path, STR("./")))) {
		bool step = str_starts(path, STR("../"));

		path = str_skip(path, step ? 3 : 2);
		if (step)
			folder = path_dir(folder);
	}
	return folder.n > 0 ? path_join(r->arena, folder, path) : path;
}

int source_text(struct reader *r, str path, str *text, struct err *err)
{
	if (!r->opts->read)
		return err_set(err, ERR_NOT_FOUND, "%.*s: is not read", STR_ARG(path));
	return r->opts->read(r->opts->context, path, r->arena, text, err);
}

static int parse(str text, struct arena *arena, const struct json **out, const struct place **place,
		 struct err *err)
{
	const struct yaml_opts opts = { .schema = YAML_CORE,
					.max_depth = COMPOSE_MAX_DEPTH,
					.max_values = COMPOSE_MAX_NODES };

	if (yaml_parse(text, &opts, arena, out, place, err) < 0)
		return -1;
	if (!json_is(*out, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "no mapping");
	return 0;
}

int source_add(struct reader *r, str path, str folder, str text, uint32_t *out, struct err *err)
{
	struct source *s;
	const struct json *json;
	const struct place *place;

	if (r->source_n >= COMPOSE_MAX_FILES)
		return err_set(err, ERR_LIMIT, "more than %u files", COMPOSE_MAX_FILES);
	if (text.n > COMPOSE_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "%.*s: %zu bytes, at most %u are read",
			       STR_ARG(path), text.n, COMPOSE_MAX_BYTES);
	if (text_decode(text, r->arena, &text, err) < 0 || text_check(text, err) < 0 ||
	    parse(text, r->arena, &json, &place, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	r->sources =
		arena_grow(r->arena, r->sources, r->source_n, &r->source_cap, sizeof(*r->sources));
	s = &r->sources[r->source_n];
	*s = (struct source){
		.path = path, .folder = folder, .shown_folder = path_dir(path), .text = text
	};
	*out = (uint32_t)r->source_n++;
	r->out->files =
		arena_grow(r->arena, r->out->files, r->out->file_n, &r->out->file_cap, sizeof(str));
	r->out->files[r->out->file_n++] = path;
	struct node *root = node_make(r, json, place, *out);
	r->sources[*out].root = root; /* the table may have moved */
	return root ? 0 : err_set(err, ERR_LIMIT, "%.*s: too many values", STR_ARG(path));
}

/* ---- include ---- */

static void include_env(struct reader *r, uint32_t source, const struct node *files)
{
	const struct node *list[2] = { files, NULL };

	for (size_t i = 0; files && i < (files->type == JSON_ARRAY ? files->n : 1); i++) {
		const struct node *one =
			files->type == JSON_ARRAY ? files->members[i].value : list[0];
		str path = source_path(r, source, node_text(one)), text;
		struct err err;

		if (source_text(r, path, &text, &err) < 0)
			compose_note(r, err.kind, one, "%s", err.msg);
		else
			env_read(r, r->env, path, text);
	}
}

static bool is_remote(str path)
{
	return str_find(path, STR("://")) >= 0 || str_starts(path, STR("git@"));
}

static void include_one(struct reader *r, struct node *into, const struct node *at,
			const struct node *folder, unsigned depth)
{
	str path = source_path(r, at->source, node_text(at)), text, where;
	uint32_t source;
	struct err err;

	if (node_unknown(at).n > 0 || is_remote(node_text(at))) {
		compose_note(r, ERR_NOT_FOUND, at, "an included file that is elsewhere: %.*s",
			     STR_ARG(str_take(node_text(at), 200)));
		return;
	}
	if (depth >= COMPOSE_MAX_DEPTH) {
		compose_note(r, ERR_LIMIT, at, "files that include each other");
		return;
	}
	where = value_path(r->arena, r->sources[at->source].folder,
			   folder ? node_text(folder) : path_dir(node_text(at)));
	if (source_text(r, path, &text, &err) < 0 ||
	    source_add(r, path, where, text, &source, &err) < 0) {
		compose_note(r, err.kind, at, "%s", err.msg);
		return;
	}
	r->out->included = arena_grow(r->arena, r->out->included, r->out->included_n,
				      &r->out->included_cap, sizeof(str));
	r->out->included[r->out->included_n++] = path;
	compose_take_includes(r, into, r->sources[source].root, depth + 1);
}

static void include_entry(struct reader *r, struct node *into, const struct node *entry,
			  unsigned depth)
{
	const struct node *path = entry, *folder = NULL;

	if (entry->type == JSON_OBJECT) {
		path = node_get(entry, "path");
		folder = node_get(entry, "project_directory");
		include_env(r, entry->source, node_get(entry, "env_file"));
	}
	if (!path) {
		compose_note(r, ERR_INPUT, entry, "include: no path");
		return;
	}
	if (path->type != JSON_ARRAY) {
		include_one(r, into, path, folder, depth);
		return;
	}
	NODE_EACH (path, one)
		include_one(r, into, one->value, folder, depth);
}

void compose_take_includes(struct reader *r, struct node *into, const struct node *root,
			   unsigned depth)
{
	const struct node *include = node_get(root, "include");

	if (include && include->type == JSON_ARRAY) {
		NODE_EACH (include, entry)
			include_entry(r, into, entry->value, depth);
	} else if (include) {
		include_entry(r, into, include, depth);
	}
	compose_check_top(r, root);
	compose_merge(r, into, root);
}

/* ---- the project ---- */

static void read_services(struct reader *r)
{
	const struct node *services = node_get(r->project, "services");
	size_t n = 0;

	if (!services)
		return;
	if (services->type != JSON_OBJECT) {
		compose_note(r, ERR_INPUT, services, "services: no mapping");
		return;
	}
	NODE_EACH (services, m) {
		struct node *service = m->value;

		if (str_starts(m->key, STR("x-")) || service->type == JSON_NULL)
			continue;
		if (n++ >= COMPOSE_MAX_SERVICES) {
			compose_note(r, ERR_LIMIT, service, "more than %u services",
				     COMPOSE_MAX_SERVICES);
			break;
		}
		if (service->type != JSON_OBJECT) {
			compose_note(r, ERR_INPUT, service, "service %.*s: no mapping",
				     STR_ARG(str_take(m->key, 100)));
			continue;
		}
		service = compose_extend(r, service->source, m->key, service, 0);
		if (service)
			m->value = service;
		if (service && !r->over)
			compose_service(r, m->key, service);
	}
	compose_join_all(r);
}

/* The files of the version 1 have the services at the top. */
static bool is_version_1(const struct node *root)
{
	bool any = false;

	NODE_EACH (root, m) {
		bool service = m->value->type == JSON_OBJECT &&
			       (node_get(m->value, "image") || node_get(m->value, "build"));

		if (str_eq(m->key, STR("services")) || str_eq(m->key, STR("apiVersion")) ||
		    str_eq(m->key, STR("kind")))
			return false;
		any |= service;
	}
	return any;
}

static bool is_compose(const struct node *root)
{
	return node_get(root, "services") || node_get(root, "include");
}

static void read_env_files(struct reader *r)
{
	const struct compose_opts *opts = r->opts;
	str path, text;
	struct err err;

	for (size_t i = opts->env_file_n; i > 0; i--)
		env_read(r, r->env, opts->env_files[i - 1].path, opts->env_files[i - 1].text);
	if (opts->env_file_n > 0 || !opts->read)
		return;
	path = r->sources ? source_path(r, 0, STR(".env")) : STR(".env");
	if (source_text(r, path, &text, &err) == 0)
		env_read(r, r->env, path, text);
	else if (err.kind != ERR_NOT_FOUND)
		compose_note_at(r, err.kind, path, 0, str_dup(r->arena, str_c(err.msg)));
}

int compose_read(const struct compose_file *files, size_t n, const struct compose_opts *opts,
		 struct arena *arena, struct compose *out, struct err *err)
{
	struct reader r = { .opts = opts, .arena = arena, .out = out };
	struct source first = { .shown_folder = n > 0 ? path_dir(files[0].path) : STR_EMPTY };
	uint32_t source;

	*out = (struct compose){ .items = NULL };
	map_init(&r.extended, arena);
	r.env = env_new(&r);
	r.sources = &first; /* variables come first: values of the files need them */
	read_env_files(&r);
	r.sources = NULL;
	r.project = node_new(&r, JSON_OBJECT, 0, 1);
	for (size_t i = 0; i < n; i++) {
		if (source_add(&r, files[i].path, opts->folder, files[i].text, &source, err) < 0)
			return -1;
		const struct node *root = r.sources[source].root;
		if (is_version_1(root))
			return err_set(err, ERR_UNSUPPORTED,
				       "%.*s: a Compose file of version 1, without 'services'",
				       STR_ARG(files[i].path));
		if (i == 0 && !is_compose(root))
			return err_set(err, ERR_INPUT, "%.*s: no Compose file: no 'services'",
				       STR_ARG(files[i].path));
		compose_take_includes(&r, r.project, root, 0);
	}
	read_services(&r);
	return 0;
}
