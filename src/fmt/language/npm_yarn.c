/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both forms of yarn.lock are read line by line: what stands at the margin begins an entry and
 * names the requests it answers, two blanks deeper are its fields, four blanks deeper its
 * dependencies.
 *
 *	"a@^1.0.0", "a@^1.2.0":                 "a@npm:^1.0.0, a@npm:^1.2.0":
 *	  version "1.2.3"                         version: 1.2.3
 *	  dependencies:                           resolution: "a@npm:1.2.3"
 *	    b "^2.0.0"                            dependencies:
 *	                                            b: "npm:^2.0.0"
 */
#include "base/err.h"
#include "fmt/language/npm.h"
#include "fmt/language/npm_internal.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

struct need {
	struct lock_node *from; /* set once the entry is complete */
	str name, range;
};

struct reader {
	const struct file_view *file;
	struct package_sink *sink;
	struct arena *arena;
	struct lock_graph graph;
	struct map requests; /* "name@range" -> struct lock_node */
	struct need *needs;
	size_t needs_n, needs_cap;
	uint32_t line;
	struct map names;  /* of what its entries answer */
	struct map forced; /* name -> str: range by "resolutions" of the project */
	str last;	   /* of these in the order of yarn, which sorts entries */
	bool header;	   /* it says that it is a lock file of yarn */
	/* The entry at hand. */
	bool open, berry, in_needs;
	str heads; /* its requests, as they stand */
	uint32_t head_line;
	size_t first_need;
	str version, resolution, resolved, integrity;
};

static str unquote(str s)
{
	s = str_trim(s);
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = str_of(s.p + 1, s.n - 2);
	return s;
}

static int malformed(const struct reader *r, const char *what, struct err *err)
{
	return err_set(err, ERR_INPUT, "line %u: %s", r->line, what);
}

/* "name: value" or "name value", either side in quotes. */
static bool cut_field(str line, str *name, str *value)
{
	size_t end;

	line = str_trim(line);
	if (line.n && line.p[0] == '"') {
		ptrdiff_t quote = str_find_char(str_skip(line, 1), '"');

		if (quote < 0)
			return false;
		end = (size_t)quote + 2;
	} else {
		end = 0;
		while (end < line.n && line.p[end] != ' ' &&
		       !(line.p[end] == ':' && (end + 1 == line.n || line.p[end + 1] == ' ')))
			end++;
	}
	*name = unquote(str_take(line, end));
	line = str_skip(line, end);
	if (line.n && line.p[0] == ':')
		line = str_skip(line, 1);
	*value = unquote(line);
	return !str_empty(*name);
}

/* The next request of a head: "a@^1", b@2 (yarn 1) or "a@npm:^1, b@npm:2" (later). */
static bool next_request(str *heads, str *out)
{
	str rest = str_trim(*heads);
	ptrdiff_t comma;

	while (rest.n && (rest.p[0] == ',' || is_space(rest.p[0]) || rest.p[0] == '"'))
		rest = str_skip(rest, 1);
	if (str_empty(rest))
		return false;
	comma = str_find(rest, STR(", "));
	*out = comma < 0 ? rest : str_take(rest, (size_t)comma);
	*heads = comma < 0 ? STR_EMPTY : str_skip(rest, (size_t)comma + 2);
	while (out->n && out->p[out->n - 1] == '"')
		out->n--;
	return out->n > 0;
}

/* Name and origin from the resolution, or from the first request. */
static bool identify(struct reader *r, struct package *package)
{
	str heads = r->heads, first, name, rest, real, range;

	if (!next_request(&heads, &first) || !npm_cut_name(first, &name, &rest))
		return false;
	if (!str_empty(r->resolution) && !npm_cut_name(r->resolution, &name, &rest))
		return false;
	if (str_empty(r->resolution) && str_starts(rest, STR("npm:")) &&
	    npm_cut_name(str_skip(rest, 4), &real, &range))
		name = real;
	package->name = name;
	package->origin = npm_origin(rest);
	return true;
}

static void end_entry(struct reader *r)
{
	struct package package = npm_package_of(r->file, PACKAGE_LOCKED);
	struct lock_node *node = NULL;
	str heads = r->heads, request, name, rest;
	bool root;

	if (str_eq(r->heads, STR("__metadata")))
		r->header = true;
	if (!r->open || str_eq(r->heads, STR("__metadata")))
		return;
	package.version = r->version;
	package.line = r->head_line;
	if (!identify(r, &package) || !npm_is_proper(&package) || str_empty(r->version)) {
		char where[32];
		int n = snprintf(where, sizeof(where), "line %u", r->head_line);

		r->sink->skipped(r->sink, "entry without proper name or version",
				 str_of(where, (size_t)n));
		r->needs_n = r->first_need;
		return;
	}
	root = npm_cut_name(r->resolution, &name, &rest) && str_eq(rest, STR("workspace:."));
	node = lock_graph_add(&r->graph, &package, r->integrity);
	if (node && root)
		node->hidden = true;
	while (next_request(&heads, &request)) {
		map_put(&r->requests, request, node);
		if (!npm_cut_name(request, &name, &rest))
			continue;
		map_put(&r->names, name, node);
		if (str_cmp(name, r->last) > 0)
			r->last = name;
	}
	for (size_t i = r->first_need; i < r->needs_n; i++)
		r->needs[i].from = node;
}

static void begin_entry(struct reader *r, str heads)
{
	end_entry(r);
	r->open = true;
	r->in_needs = false;
	r->heads = heads;
	r->head_line = r->line;
	r->first_need = r->needs_n;
	r->version = r->resolution = r->resolved = r->integrity = STR_EMPTY;
}

static int take_need(struct reader *r, str line, struct err *err)
{
	struct need need = { .from = NULL };

	if (!cut_field(line, &need.name, &need.range))
		return malformed(r, "a dependency that is none", err);
	if (r->needs_n == LOCK_MAX_EDGES)
		return err_set(err, ERR_LIMIT, "more than %u dependencies", LOCK_MAX_EDGES);
	r->needs = arena_grow(r->arena, r->needs, r->needs_n, &r->needs_cap, sizeof(*r->needs));
	r->needs[r->needs_n++] = need;
	return 0;
}

static int take_field(struct reader *r, str line, struct err *err)
{
	str name, value;

	if (!cut_field(line, &name, &value))
		return malformed(r, "a field without a name", err);
	r->in_needs = str_empty(value) && (str_eq(name, STR("dependencies")) ||
					   str_eq(name, STR("optionalDependencies")));
	if (str_eq(name, STR("version")))
		r->version = value;
	else if (str_eq(name, STR("resolution")))
		r->resolution = value;
	else if (str_eq(name, STR("resolved")))
		r->resolved = value;
	else if (str_eq(name, STR("integrity")))
		r->integrity = value;
	return 0;
}

static int take_head(struct reader *r, str line, struct err *err)
{
	/* YAML writes a key of more than 1024 bytes as "? key", then ":" on a line of its own. */
	if (str_starts(line, STR("? "))) {
		begin_entry(r, unquote(str_skip(line, 2)));
		return 0;
	}
	if (str_eq(line, STR(":")) && r->open)
		return 0;
	if (!str_ends(line, STR(":")))
		return malformed(r, "expected the head of an entry", err);
	begin_entry(r, unquote(str_drop_end(line, 1)));
	return 0;
}

static int take_line(struct reader *r, str line, struct err *err)
{
	size_t indent = 0;

	while (indent < line.n && line.p[indent] == ' ')
		indent++;
	line = str_rtrim(line);
	r->header |= str_eq(line, STR("# yarn lockfile v1"));
	if (line.n <= indent || line.p[indent] == '#')
		return 0;
	if (indent == 0)
		return take_head(r, line, err);
	if (!r->open)
		return malformed(r, "a field before any entry", err);
	if (indent <= 2)
		return take_field(r, line, err);
	return r->in_needs && indent <= 4 ? take_need(r, line, err) : 0;
}

static struct lock_node *request(const struct reader *r, str name, str range)
{
	str id = str_cat(r->arena, str_cat(r->arena, name, STR("@")), range);
	struct lock_node *node = map_get(&r->requests, id);

	if (node || str_starts(range, STR("npm:")))
		return node;
	/* Yarn 2 and 3 leave the protocol out of dependencies. */
	id = str_cat(r->arena, str_cat(r->arena, name, STR("@npm:")), range);
	return map_get(&r->requests, id);
}

static struct lock_node *answer(const struct reader *r, const struct need *need)
{
	struct lock_node *node = request(r, need->name, need->range);
	const str *forced = node ? NULL : map_get(&r->forced, need->name);

	if (forced)
		node = request(r, need->name, *forced);
	return node || !forced ? node : map_get(&r->names, need->name);
}

/* The package whose version a key of "resolutions" sets: "b", "a/b", "a/@s/b", "b@npm:^1". */
static str forced_name(str key)
{
	ptrdiff_t slash = str_rfind_char(key, '/');
	ptrdiff_t before = slash > 0 ? str_rfind_char(str_take(key, (size_t)slash), '/') : -1;
	str name = str_skip(key, (size_t)(slash + 1));
	ptrdiff_t at;

	if (slash > 0 && key.p[before + 1] == '@')
		name = str_skip(key, (size_t)(before + 1));
	at = str_find_char(str_skip(name, 1), '@');
	return at < 0 ? name : str_take(name, (size_t)at + 1);
}

static void take_forced(struct reader *r, const struct json *resolutions)
{
	JSON_MEMBERS (resolutions, m) {
		str *range = ARENA_NEW(r->arena, str);

		*range = json_str(&m->value);
		map_put(&r->forced, forced_name(m->key), range);
	}
}

/*
 * What is bundled in a package has no entry of its own; but entries are sorted, and where one that
 * is needed would stand behind all others the end of the file is missing.
 */
static void check_need(struct reader *r, const struct need *need)
{
	if (need->from && str_cmp(need->name, r->last) > 0 &&
	    map_put(&r->names, need->name, need->from))
		r->sink->skipped(r->sink, LOCK_CUT_OFF, need->name);
}

/* The package.json beside it; NULL: none, or it was told that it cannot be read. */
static const struct json *load_project(struct reader *r)
{
	const struct json *root;
	struct err why;
	str text;

	if (!r->file->companion)
		return NULL;
	if (text_file_load(r->file->companion, LOCK_MAX_BYTES, r->arena, &text, &why) == 0 &&
	    json_parse(text, NULL, r->arena, &root, &why) == 0)
		return root;
	r->sink->skipped(r->sink, "package.json beside it cannot be read", str_c(why.msg));
	return NULL;
}

/*
 * What the project asks for: the lock file itself does not tell. Of several workspaces each has its
 * own; then it is not known who needs what.
 */
static void take_project(struct reader *r, const struct json *root)
{
	static const struct {
		const char *key;
		bool dev;
	} lists[] = { { "dependencies", false },
		      { "optionalDependencies", false },
		      { "peerDependencies", false },
		      { "devDependencies", true } };

	if (JSON_GET(root, "workspaces"))
		return;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		JSON_MEMBERS (json_get(root, str_c(lists[i].key)), m) {
			const struct need need = { .name = m->key, .range = json_str(&m->value) };
			struct lock_node *node = answer(r, &need);

			/* By another word, as of a catalog: what has the name. */
			if (!node)
				node = map_get(&r->names, need.name);
			if (node && lists[i].dev)
				node->dev_root = true;
			else if (node)
				node->root = true;
		}
	}
	lock_graph_reach(&r->graph);
}

int npm_yarn_lock(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct package base = npm_package_of(file, PACKAGE_LOCKED);
	struct reader r = { .file = file, .sink = sink, .arena = arena };
	const struct json *project;
	str file_text, text, line;

	if (text_file_load(file, LOCK_MAX_BYTES, arena, &file_text, err) < 0)
		return -1;
	text = file_text;
	lock_graph_init(&r.graph, &base, arena);
	r.graph.digests = npm_set_integrity;
	map_init(&r.requests, arena);
	map_init(&r.names, arena);
	map_init(&r.forced, arena);
	while (str_line(&text, &line)) {
		r.line++;
		if (take_line(&r, line, err) < 0)
			return -1;
	}
	end_entry(&r);
	/* One that is empty marks the folder of a project, says yarn's manual. */
	if (!r.header && r.graph.n == 0 && str_trim(file_text).n > 0)
		lock_told(sink, "__metadata");
	project = load_project(&r);
	take_forced(&r, JSON_GET(project, "resolutions"));
	for (size_t i = 0; i < r.needs_n; i++) {
		if (r.needs[i].from)
			lock_graph_edge(&r.graph, r.needs[i].from, answer(&r, &r.needs[i]));
		check_need(&r, &r.needs[i]);
	}
	if (project)
		take_project(&r, project);
	return lock_graph_emit(&r.graph, sink, err);
}
