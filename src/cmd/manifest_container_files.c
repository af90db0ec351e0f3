/* SPDX-License-Identifier: Apache-2.0 */
/* Which files of a target are read as containers, and with which others. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/path.h"
#include "base/words.h"
#include "cmd/manifest_containers.h"
#include "cmd/manifest_objects.h"

struct taking {
	struct manifest_containers *c;
	struct manifest_files *files;
	str path;    /* the target */
	bool folder; /* it is one; its files are named relative to it */
	int root;
	str prefix;
	str absolute; /* of the target's folder */
};

static void auto_free_text(char **p) { free(*p); }

/* The absolute name of a folder; empty: it cannot be told. */
static str absolute_of(struct arena *arena, str folder)
{
	__attribute__((cleanup(auto_free_text))) char *real =
		realpath(folder.n > 0 ? str_cstr(arena, folder) : ".", NULL);

	return real ? str_dup(arena, str_c(real)) : STR_EMPTY;
}

/* "deploy" of "deploy/compose.yaml", "/" of "/compose.yaml". */
static str folder_of(str path)
{
	str folder = path_dir(path);

	return folder.n == 0 && str_starts(path, STR("/")) ? STR("/") : folder;
}

/*
 * Other files are read from below the folder that is judged; of a file that is named from below
 * the current folder where it lies there, else from below its own.
 */
static void open_root(struct taking *t, str path)
{
	struct arena *arena = t->c->arena;
	bool away = str_starts(path, STR("/")) || str_starts(path, STR(".."));
	str root = t->folder ? t->path : away ? folder_of(path) : STR(".");

	t->root = open(str_cstr(arena, root), O_PATH | O_CLOEXEC | O_DIRECTORY);
	t->prefix = STR_EMPTY;
	if (!t->folder && away)
		t->prefix = str_ends(root, STR("/")) ? root : str_cat(arena, root, STR("/"));
	t->absolute = t->folder ? absolute_of(arena, t->path) : STR_EMPTY;
}

/* The absolute folder of a file. */
static str place_of(const struct taking *t, str path)
{
	struct arena *arena = t->c->arena;
	str inner = path_dir(path);

	if (!t->folder)
		return absolute_of(arena, folder_of(path));
	if (inner.n == 0 || t->absolute.n == 0)
		return t->absolute;
	return str_fmt(arena, "%.*s/%.*s", STR_ARG(str_without_suffix(t->absolute, STR("/"))),
		       STR_ARG(inner));
}

/* compose.override.yaml beside compose.yaml, or the other way round. */
static const struct manifest_text *beside(const struct taking *t, const struct manifest_text *text,
					  bool override)
{
	for (size_t i = 0; i < t->files->text_n; i++) {
		const struct manifest_text *other = &t->files->texts[i];
		str base = path_base(other->path), own = path_base(text->path);
		bool dashed = str_starts(base, STR("docker-compose."));
		bool plain = str_eq(base, STR("compose.yaml")) ||
			     str_eq(base, STR("compose.yml")) ||
			     str_eq(base, STR("docker-compose.yaml")) ||
			     str_eq(base, STR("docker-compose.yml"));

		if (other->script || !str_eq(path_dir(other->path), path_dir(text->path)) ||
		    dashed != str_starts(own, STR("docker-compose.")))
			continue;
		if (override ? compose_is_override(other->path) : plain)
			return other;
	}
	return NULL;
}

static bool is_plain(str path)
{
	str base = path_base(path);

	return str_eq(base, STR("compose.yaml")) || str_eq(base, STR("compose.yml")) ||
	       str_eq(base, STR("docker-compose.yaml")) || str_eq(base, STR("docker-compose.yml"));
}

static int take_one(struct taking *t, const struct manifest_text *text, struct err *err)
{
	struct manifest_containers *c = t->c;
	struct compose_file files[2] = { { .path = text->path, .text = text->text } };
	struct container_place place = { .root = t->root,
					 .prefix = t->prefix,
					 .folder = place_of(t, text->path) };
	const struct manifest_text *override = NULL;
	size_t n = 1;

	if (text->script)
		return manifest_containers_run(c, text->path, text->text, place.folder, err);
	/* As the engine does without -f: of a folder only. */
	if (t->folder && c->rules->override_n == 0 && is_plain(text->path))
		override = beside(t, text, true);
	if (override)
		files[n++] = (struct compose_file){ override->path, override->text };
	return manifest_containers_compose(c, files, n, &place, err);
}

static bool includes(const struct manifest_text *text)
{
	return str_starts(text->text, STR("include:")) ||
	       str_find(text->text, STR("\ninclude:")) >= 0;
}

/* Is it judged as part of another one? */
static bool is_part(const struct taking *t, const struct manifest_text *text)
{
	const struct manifest_containers *c = t->c;

	if (!t->folder || text->script)
		return false;
	if (words_strs_have(c->included, c->included_n, text->path))
		return true;
	return compose_is_override(text->path) && c->rules->override_n == 0 &&
	       beside(t, text, false);
}

int manifest_containers_take(struct manifest_containers *c, struct manifest_files *files, str path,
			     bool folder, struct err *err)
{
	struct taking t = { .c = c, .files = files, .path = path, .folder = folder, .root = -1 };
	int rc = 0;

	if (files->text_n == 0)
		return 0;
	open_root(&t, files->texts[0].path);
	/* Those that include others first: what they include is judged with them. */
	for (int later = 0; later < 2; later++) {
		for (size_t i = 0; i < files->text_n && rc == 0; i++) {
			struct manifest_text *text = &files->texts[i];
			struct err why = { 0 };

			if (includes(text) == (later == 1) || is_part(&t, text) ||
			    take_one(&t, text, &why) == 0)
				continue;
			if (!folder) {
				*err = why;
				rc = -1;
				break;
			}
			manifest_containers_miss(c, why.kind, text->path,
						 str_dup(c->arena, str_c(why.msg)));
		}
	}
	if (t.root >= 0)
		close(t.root);
	return rc;
}
