/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/path.h"
#include "cmd/manifest_objects.h"
#include "fmt/container/compose.h"
#include "fmt/container/docker_run.h"
#include "fmt/container/dockerfile.h"

#define FOLDER_MAX_DEPTH 64u
#define FOLDER_MAX_FILES 50000u
#define FOLDER_MAX_BYTES (512ull << 20) /* of all files of a folder */

void manifest_files_init(struct manifest_files *files, struct arena *arena)
{
	*files = (struct manifest_files){ .arena = arena };
}

bool manifest_is_object_name(str path)
{
	return str_ends(path, STR(".yaml")) || str_ends(path, STR(".yml")) ||
	       str_ends(path, STR(".json"));
}

size_t manifest_files_objects(const struct manifest_files *files)
{
	size_t n = 0;

	for (size_t i = 0; i < files->n; i++)
		n += files->items[i]->n;
	return n;
}

static void miss(struct manifest_files *files, enum err_kind kind, const char *what, str path,
		 str reason)
{
	files->missed = arena_grow(files->arena, files->missed, files->missed_n, &files->missed_cap,
				   sizeof(*files->missed));
	files->missed[files->missed_n++] = (struct not_examined){
		.kind = kind, .what = str_c(what), .path = path, .reason = reason, .count = 1
	};
}

static int read_text(struct manifest_files *files, str path, int fd, str *out, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { .p = NULL };
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	if (S_ISREG(st.st_mode) && st.st_size > (off_t)OBJECT_FILE_MAX)
		return err_set(err, ERR_LIMIT, "%.*s: %lld bytes, at most %u are read",
			       STR_ARG(path), (long long)st.st_size, OBJECT_FILE_MAX);
	buf_init(&text, OBJECT_FILE_MAX);
	if (buf_read_fd(&text, fd, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	files->bytes += text.n;
	*out = str_dup(files->arena, buf_str(&text));
	return 0;
}

static void add_text(struct manifest_files *files, str path, str text, bool script)
{
	files->texts = arena_grow(files->arena, files->texts, files->text_n, &files->text_cap,
				  sizeof(*files->texts));
	files->texts[files->text_n++] = (struct manifest_text){ .path = str_dup(files->arena, path),
								.text = text,
								.script = script };
}

int manifest_files_text(struct manifest_files *files, str path, int fd, bool script,
			struct err *err)
{
	str text;

	if (read_text(files, path, fd, &text, err) < 0)
		return -1;
	add_text(files, path, text, script);
	return 0;
}

bool manifest_is_compose(str path, str text)
{
	bool objects = str_find(text, STR("apiVersion")) >= 0 && str_find(text, STR("kind:")) >= 0;

	return (compose_is_name(path) && !objects) || compose_is_text(text);
}

int manifest_files_add(struct manifest_files *files, str path, int fd, struct err *err)
{
	struct object_file *file = ARENA_NEW(files->arena, struct object_file);
	str text;

	file->arena = files->arena;
	if (read_text(files, path, fd, &text, err) < 0)
		return -1;
	if (!files->objects_only && manifest_is_compose(path, text)) {
		add_text(files, path, text, false);
		return 0;
	}
	if (files->containers_only)
		return 0;
	if (object_file_read(file, str_dup(files->arena, path), text, err) < 0)
		return -1;
	files->items = arena_grow(files->arena, files->items, files->n, &files->cap,
				  sizeof(struct object_file *));
	files->items[files->n++] = file;
	return 0;
}

/* ---- folders ---- */

struct walk {
	struct manifest_files *files;
	const struct manifest_skip *skip;
	size_t seen;
	struct err *err;
};

static bool fits(const str *patterns, size_t n, str path)
{
	for (size_t i = 0; i < n; i++) {
		if (path_glob(patterns[i], path))
			return true;
	}
	return false;
}

/* A script counts only when it starts containers. */
static void walk_script(struct walk *w, int folder, const char *name, str path)
{
	struct manifest_files *files = w->files;
	struct err why = { 0 };
	str text;
	AUTO(fd_close)
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd < 0) {
		IGNORE(err_sys(&why, errno, "open")); /* goes to the list */
		miss(files, why.kind, "file", path, str_dup(files->arena, str_c(why.msg)));
	} else if (read_text(files, path, fd, &text, &why) < 0) {
		miss(files, why.kind, "file", path, str_dup(files->arena, str_c(why.msg)));
	} else if (docker_run_is_text(text)) {
		add_text(files, path, text, true);
	} else {
		files->others++;
	}
}

static void walk_file(struct walk *w, int folder, const char *name, str path)
{
	struct manifest_files *files = w->files;
	struct err why = { 0 };
	AUTO(fd_close)
	int fd = -1;

	bool script = docker_run_is_name(path) && !files->objects_only;

	if (!script && !manifest_is_object_name(path)) {
		files->others += !dockerfile_is_name(path);
		return;
	}
	if (fits(w->skip->files, w->skip->file_n, path)) {
		miss(files, ERR_NONE, "file", path, STR("left out by --skip-files"));
		return;
	}
	if (files->bytes > FOLDER_MAX_BYTES) {
		miss(files, ERR_LIMIT, "file", path, STR("the files of this folder are too large"));
		return;
	}
	if (script) {
		walk_script(w, folder, name, path);
		return;
	}
	fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		IGNORE(err_sys(&why, errno, "open")); /* goes to the list */
		miss(files, why.kind, "file", path, str_dup(files->arena, str_c(why.msg)));
		return;
	}
	if (manifest_files_add(files, path, fd, &why) < 0)
		miss(files, why.kind, "file", path, str_dup(files->arena, str_c(why.msg)));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Version control and the like hold no objects that somebody applies. */
static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.' || strcmp(entry->d_name, ".github") == 0;
}

static int walk_folder(struct walk *w, int folder, str path, unsigned depth);

static int walk_entry(struct walk *w, int folder, const char *name, str path, unsigned depth)
{
	struct manifest_files *files = w->files;
	struct stat st;

	if (++w->seen > FOLDER_MAX_FILES)
		return err_set(w->err, ERR_LIMIT, "more than %u files in this folder",
			       FOLDER_MAX_FILES);
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		miss(files, ERR_SYS, "file", path, STR("cannot be looked at"));
		return 0;
	}
	if (S_ISREG(st.st_mode)) {
		walk_file(w, folder, name, path);
		return 0;
	}
	if (S_ISLNK(st.st_mode) && manifest_is_object_name(path))
		miss(files, ERR_NONE, "file", path, STR("a link; its target is read where it is"));
	if (!S_ISDIR(st.st_mode))
		return 0;
	if (fits(w->skip->dirs, w->skip->dir_n, path)) {
		miss(files, ERR_NONE, "directory", path, STR("left out by --skip-dirs"));
		return 0;
	}
	AUTO(fd_close)
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
	if (fd < 0 || depth >= FOLDER_MAX_DEPTH) {
		miss(files, fd < 0 ? ERR_SYS : ERR_LIMIT, "directory", path,
		     fd < 0 ? STR("cannot be opened") : STR("folders nested too deeply"));
		return 0;
	}
	return walk_folder(w, fd, path, depth + 1);
}

static int walk_folder(struct walk *w, int folder, str path, unsigned depth)
{
	struct dirent **list = NULL;
	int n = scandirat(folder, ".", &list, is_visible, by_name), rc = 0;

	if (n < 0) {
		miss(w->files, ERR_SYS, "directory", path, STR("cannot be listed"));
		return 0;
	}
	for (int i = 0; list && i < n; i++) { /* no list where there is nothing */
		str name = str_of(list[i]->d_name, strlen(list[i]->d_name));
		str full = path.n > 0 ? path_join(w->files->arena, path, name)
				      : str_dup(w->files->arena, name);

		if (rc == 0)
			rc = walk_entry(w, folder, list[i]->d_name, full, depth);
		free(list[i]);
	}
	free(list);
	return rc;
}

int manifest_files_folder(struct manifest_files *files, str path, const struct manifest_skip *skip,
			  struct err *err)
{
	struct walk w = { .files = files, .skip = skip, .err = err };
	AUTO(fd_close)
	int fd = open(str_cstr(files->arena, path), O_RDONLY | O_CLOEXEC | O_DIRECTORY);

	if (fd < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	if (walk_folder(&w, fd, STR_EMPTY, 0) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return 0;
}
