/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "cmd/policy.h"
#include "cmd/progress.h"
#include "policy/constraint/constraint_template.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

int policy_read_file(str path, struct arena *arena, str *out, struct err *err)
{
	bool is_stdin = str_eq(path, STR("-"));
	AUTO(fd_close)
	int fd = -1;
	struct buf b;
	int rc;

	if (!is_stdin) {
		fd = open(str_cstr(arena, path), O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return err_sys(err, errno, "%.*s", STR_ARG(path));
	}
	buf_init(&b, POLICY_MAX_FILE);
	rc = buf_read_fd(&b, is_stdin ? STDIN_FILENO : fd, err);
	if (rc >= 0)
		*out = str_dup(arena, buf_str(&b));
	buf_done(&b);
	if (rc < 0)
		return err_wrap(err, "%.*s", STR_ARG(is_stdin ? STR("standard input") : path));
	return 0;
}

struct walk {
	struct arena *arena;
	policy_file_fn *fn;
	void *context;
	size_t files;
	struct err *err;
};

static bool is_wanted(str name)
{
	return str_ends(name, STR(".yaml")) || str_ends(name, STR(".yml")) ||
	       str_ends(name, STR(".json"));
}

static int not_hidden(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int walk_file(struct walk *w, str path)
{
	if (++w->files > POLICY_MAX_FILES)
		return err_set(w->err, ERR_LIMIT, "more than %u files", POLICY_MAX_FILES);
	return w->fn(w->context, path, w->err);
}

static int walk_folder(struct walk *w, str path, unsigned depth)
{
	struct dirent **list = NULL;
	int n, rc = 0;

	if (depth > POLICY_MAX_DEPTH)
		return err_set(w->err, ERR_LIMIT, "%.*s: more than %u folders", STR_ARG(path),
			       POLICY_MAX_DEPTH);
	n = scandir(str_cstr(w->arena, path), &list, not_hidden, by_name);
	if (n < 0)
		return err_sys(w->err, errno, "%.*s", STR_ARG(path));
	for (int i = 0; i < n; i++) {
		str full = str_fmt(w->arena, "%.*s%s%s", STR_ARG(path),
				   str_ends(path, STR("/")) ? "" : "/", list[i]->d_name);
		struct stat st;

		free(list[i]);
		if (rc < 0)
			continue;
		if (stat(str_cstr(w->arena, full), &st) < 0)
			rc = err_sys(w->err, errno, "%.*s", STR_ARG(full));
		else if (S_ISDIR(st.st_mode))
			rc = walk_folder(w, full, depth + 1);
		else if (S_ISREG(st.st_mode) && is_wanted(full))
			rc = walk_file(w, full);
	}
	free(list);
	return rc;
}

int policy_each_file(str path, struct arena *arena, policy_file_fn *fn, void *context,
		     struct err *err)
{
	struct walk w = { .arena = arena, .fn = fn, .context = context, .err = err };
	struct stat st;

	path = str_without_suffix(path, STR("/..."));
	if (str_eq(path, STR("...")))
		path = STR(".");
	if (str_eq(path, STR("-")))
		return walk_file(&w, path);
	if (stat(str_cstr(arena, path), &st) < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	return S_ISDIR(st.st_mode) ? walk_folder(&w, path, 0) : walk_file(&w, path);
}

static int add_objects(void *context, str path, struct err *err)
{
	struct documents *docs = context;
	str text;

	if (policy_read_file(path, docs->arena, &text, err) < 0)
		return -1;
	return documents_add(docs, path, text, err);
}

int policy_read_objects(const str *paths, size_t n, struct documents *docs, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (policy_each_file(paths[i], docs->arena, add_objects, docs, err) < 0)
			return -1;
	}
	return 0;
}

void policy_tell_notes(const struct invocation *in, const struct admission *a)
{
	for (size_t i = 0; i < constraint_set_templates(a->constraints); i++) {
		const struct constraint_template *t = constraint_set_template(a->constraints, i);

		if (t->note.n > 0)
			progress_note(in->quiet, str_fmt(in->arena, "ConstraintTemplate %.*s: %.*s",
							 STR_ARG(t->name), STR_ARG(t->note)));
	}
	for (size_t i = 0; i < constraint_set_constraints(a->constraints); i++) {
		const struct constraint *c = constraint_set_constraint(a->constraints, i);

		if (c->note.n > 0)
			progress_note(in->quiet, str_fmt(in->arena, "constraint %.*s/%.*s: %.*s",
							 STR_ARG(c->kind), STR_ARG(c->name),
							 STR_ARG(c->note)));
	}
}
