/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/path.h"
#include "cmd/rego.h"
#include "fmt/syntax/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>

void rego_files_init(struct rego_files *files, bool v0, struct arena *arena)
{
	*files = (struct rego_files){ .arena = arena, .v0 = v0, .data = value_null() };
}

static int read_fd(int fd, struct arena *arena, str *out, struct err *err)
{
	struct buf b;
	int rc;

	buf_init(&b, REGO_MAX_FILE);
	rc = buf_read_fd(&b, fd, err);
	if (rc >= 0)
		*out = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return rc < 0 ? -1 : 0;
}

static int read_file(str path, struct arena *arena, str *out, struct err *err)
{
	AUTO(fd_close)
	int fd = open(str_cstr(arena, path), O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	if (read_fd(fd, arena, out, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return 0;
}

static bool is_yaml(str name)
{
	return str_ends(name, STR(".yaml")) || str_ends(name, STR(".yml"));
}

int rego_parse_document(str name, str text, struct arena *arena, struct value *out, struct err *err)
{
	struct json_opts opts = { .max_depth = JSON_MAX_DEPTH, .keep_duplicates = true };
	const struct yaml_opts yaml_opts = { .last_wins = true, .first = true };
	const struct json *json;
	int rc;

	if (str_starts(text, STR("\xef\xbb\xbf"))) /* a byte order mark */
		text = str_skip(text, 3);
	rc = is_yaml(name) ? yaml_parse(text, &yaml_opts, arena, &json, NULL, err)
			   : json_parse(text, &opts, arena, &json, err);
	if (rc < 0)
		return err_wrap(err, "%.*s", STR_ARG(name));
	*out = value_from_json(json, arena);
	return 0;
}

int rego_read_text(str path, struct arena *arena, str *out, struct err *err)
{
	if (!str_eq(path, STR("-")))
		return read_file(path, arena, out, err);
	if (read_fd(STDIN_FILENO, arena, out, err) < 0)
		return err_wrap(err, "standard input");
	return 0;
}

int rego_read_document(str path, struct arena *arena, struct value *out, struct err *err)
{
	struct err first;
	str text;

	if (rego_read_text(path, arena, &text, err) < 0)
		return -1;
	if (is_yaml(path) || str_ends(path, STR(".json")))
		return rego_parse_document(path, text, arena, out, err);
	/* Nothing says what it is: JSON, else YAML. */
	if (rego_parse_document(path, text, arena, out, &first) == 0)
		return 0;
	if (rego_parse_document(STR(".yaml"), text, arena, out, err) == 0)
		return 0;
	*err = first;
	return -1;
}

/* Both are objects: their members together. Two values at one place are an error. */
static int merge(struct arena *arena, const struct value *a, const struct value *b, str where,
		 struct value *out, struct err *err)
{
	struct object_builder all;

	if (a->type != VALUE_OBJECT || b->type != VALUE_OBJECT)
		return err_set(err, ERR_INPUT, "%.*s: merge error: data that is there already",
			       STR_ARG(where));
	object_builder_init(&all, arena);
	for (uint32_t i = 0; i < a->n; i++) {
		const struct value_member *m = &a->members[i];
		const struct value *other = value_get(b, &m->key);
		struct value v = m->value;

		if (other && merge(arena, &m->value, other, where, &v, err) < 0)
			return -1;
		object_builder_add(&all, m->key, v);
	}
	for (uint32_t i = 0; i < b->n; i++) {
		if (!value_get(a, &b->members[i].key))
			object_builder_add(&all, b->members[i].key, b->members[i].value);
	}
	*out = object_builder_take_last(&all);
	return 0;
}

static int add_data(struct rego_files *files, str name, str folder, struct value v, struct err *err)
{
	str rest = folder, part;
	str parts[REGO_MAX_DEPTH];
	size_t n = 0;

	while (folder.n > 0 && str_split(&rest, '/', &part)) {
		if (n == REGO_MAX_DEPTH)
			return err_set(err, ERR_LIMIT, "%.*s: more than %u folders", STR_ARG(name),
				       REGO_MAX_DEPTH);
		parts[n++] = part;
	}
	while (n > 0) {
		struct object_builder b;

		object_builder_init(&b, files->arena);
		object_builder_add(&b, value_str(str_dup(files->arena, parts[--n])), v);
		v = object_builder_take_last(&b);
	}
	if (v.type != VALUE_OBJECT)
		return err_set(err, ERR_INPUT, "%.*s: data must be an object", STR_ARG(name));
	if (files->data.type == VALUE_NULL) {
		files->data = v;
		return 0;
	}
	return merge(files->arena, &files->data, &v, name, &files->data, err);
}

int rego_files_add_text(struct rego_files *files, str name, str folder, str text, bool bundle,
			struct err *err)
{
	str base = path_base(name);
	struct value v;

	if (++files->files > REGO_MAX_FILES)
		return err_set(err, ERR_LIMIT, "more than %u files", REGO_MAX_FILES);
	if (str_ends(name, STR(".rego"))) {
		files->sources = arena_grow(files->arena, files->sources, files->n, &files->cap,
					    sizeof(*files->sources));
		files->sources[files->n++] = (struct policy_source){
			.file = str_dup(files->arena, name), .text = text, .v0 = files->v0
		};
		return 0;
	}
	if (files->modules_only || (!is_yaml(name) && !str_ends(name, STR(".json"))))
		return 0;
	if (bundle && !str_starts(base, STR("data.")))
		return 0;
	if (rego_parse_document(name, text, files->arena, &v, err) < 0)
		return -1;
	if (files->name_of)
		folder = folder.n ? str_fmt(files->arena, "%.*s/%.*s", STR_ARG(folder),
					    STR_ARG(files->name_of(name)))
				  : files->name_of(name);
	return add_data(files, name, folder, v, err);
}

bool rego_files_wanted(const struct rego_files *files, str name)
{
	return str_ends(name, STR(".rego")) ||
	       (!files->modules_only && (is_yaml(name) || str_ends(name, STR(".json"))));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_hidden(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static int add_folder(struct rego_files *files, str path, str folder, unsigned depth, bool bundle,
		      struct err *err);

/* A pattern with a slash is one of paths, another of names. */
static bool is_ignored(const struct rego_files *files, str path, str name)
{
	for (size_t i = 0; i < files->ignore_n; i++) {
		str pattern = files->ignore[i];
		bool whole = str_find_char(pattern, '/') >= 0;

		if (fnmatch(str_cstr(files->arena, pattern),
			    str_cstr(files->arena, whole ? path : name), 0) == 0)
			return true;
	}
	return false;
}

static int add_entry(struct rego_files *files, str path, str folder, str name, unsigned depth,
		     bool bundle, struct err *err)
{
	struct stat st;
	bool here = str_eq(path, STR(".")); /* names stay as short as a person would write them */
	str full = here ? name : str_fmt(files->arena, "%.*s/%.*s", STR_ARG(path), STR_ARG(name));
	str text;

	if (is_ignored(files, full, name))
		return 0;
	if (stat(str_cstr(files->arena, full), &st) < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(full));
	if (S_ISDIR(st.st_mode)) {
		str below = folder.n ? str_fmt(files->arena, "%.*s/%.*s", STR_ARG(folder),
					       STR_ARG(name))
				     : name;

		return add_folder(files, full, below, depth + 1, bundle, err);
	}
	if (!S_ISREG(st.st_mode) || !rego_files_wanted(files, name))
		return 0;
	if (read_file(full, files->arena, &text, err) < 0)
		return -1;
	return rego_files_add_text(files, full, folder, text, bundle, err);
}

static int add_folder(struct rego_files *files, str path, str folder, unsigned depth, bool bundle,
		      struct err *err)
{
	struct dirent **list = NULL;
	int n, rc = 0;

	if (depth > REGO_MAX_DEPTH)
		return err_set(err, ERR_LIMIT, "%.*s: more than %u folders", STR_ARG(path),
			       REGO_MAX_DEPTH);
	n = scandir(str_cstr(files->arena, path), &list, not_hidden, by_name);
	if (n < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	for (int i = 0; i < n; i++) {
		str name = str_dup(files->arena, str_c(list[i]->d_name));

		if (rc == 0)
			rc = add_entry(files, path, folder, name, depth, bundle, err);
		free(list[i]);
	}
	free(list);
	return rc;
}

int rego_files_add_path(struct rego_files *files, str path, str folder, bool bundle,
			struct err *err)
{
	struct stat st;
	str text;

	while (path.n > 1 && str_ends(path, STR("/")))
		path = str_drop_end(path, 1);
	while (path.n > 2 && str_starts(path, STR("./")))
		path = str_skip(path, 2);
	if (stat(str_cstr(files->arena, path), &st) < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	if (S_ISDIR(st.st_mode))
		return add_folder(files, path, folder, 0, bundle, err);
	if (!rego_files_wanted(files, path) && !files->modules_only)
		return err_set(err, ERR_USAGE, "%.*s: neither .rego nor .json, .yaml",
			       STR_ARG(path));
	if (read_file(path, files->arena, &text, err) < 0)
		return -1;
	return rego_files_add_text(files, path, folder, text, bundle, err);
}

/* "a.b:PATH" puts the data of PATH under data.a.b. */
int rego_files_add(struct rego_files *files, str path, struct err *err)
{
	ptrdiff_t colon = str_find(path, STR(":"));
	struct buf folder;
	int rc;

	if (str_starts(path, STR("file://")))
		return rego_files_add_path(files, str_skip(path, 7), STR_EMPTY, false, err);
	if (colon <= 0)
		return rego_files_add_path(files, path, STR_EMPTY, false, err);
	buf_init(&folder, 4096);
	for (ptrdiff_t i = 0; i < colon; i++)
		buf_byte(&folder, path.p[i] == '.' ? '/' : path.p[i]);
	rc = rego_files_add_path(files, str_skip(path, (size_t)colon + 1),
				 str_dup(files->arena, buf_str(&folder)), false, err);
	buf_done(&folder);
	return rc;
}
