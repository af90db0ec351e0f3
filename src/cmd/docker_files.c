/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/docker_files.h"

#include <errno.h>
#include <sys/inotify.h>

#include "base/err.h"
#include "base/path.h"

#define EVENTS                                                                              \
	(IN_ATTRIB | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | \
	 IN_ONLYDIR)
#define ABOVE_MAX 64u

/* A name in a watched folder; empty: all of them. */
struct watched {
	int folder;
	str name, path;
};

struct docker_files {
	int fd;
	struct arena *arena;
	struct watched *items;
	size_t n, cap;
	int *folders; /* watch descriptors */
	size_t folder_n, folder_cap;
	size_t missed;
};

struct docker_files *docker_files_new(struct err *err)
{
	struct docker_files *files;
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd < 0) {
		IGNORE(err_sys(err, errno, "inotify")); /* it is written */
		return NULL;
	}
	files = mem_zalloc(sizeof(*files));
	files->fd = fd;
	files->arena = arena_new();
	return files;
}

void docker_files_free(struct docker_files *files)
{
	if (!files)
		return;
	close(files->fd);
	arena_free(files->arena);
	free(files);
}

int docker_files_fd(const struct docker_files *files) { return files->fd; }

size_t docker_files_missed(const struct docker_files *files) { return files->missed; }

/* ---- what is followed ----------------------------------------------------------------------- */

static bool has_folder(const int *folders, size_t n, int wd)
{
	for (size_t i = 0; i < n; i++) {
		if (folders[i] == wd)
			return true;
	}
	return false;
}

static int watch_folder(struct docker_files *files, const char *root, str folder)
{
	str path = str_fmt(files->arena, "%s%.*s", root, STR_ARG(folder));
	int wd = inotify_add_watch(files->fd, path.n > 0 ? path.p : "/", EVENTS);

	if (wd < 0)
		return -1;
	if (has_folder(files->folders, files->folder_n, wd))
		return wd;
	files->folders = arena_grow(files->arena, files->folders, files->folder_n,
				    &files->folder_cap, sizeof(*files->folders));
	files->folders[files->folder_n++] = wd;
	return wd;
}

/* `path` "/etc/docker/daemon.json": the name in its folder, or the first part that is missing. */
static void follow(struct docker_files *files, const char *root, str path, bool all)
{
	str folder = all ? path : path_dir(path), name = all ? STR_EMPTY : path_base(path);

	if (path.n < 2 || path.p[0] != '/' || path.n > PATH_MAX_BYTES ||
	    str_find_char(path, '\0') >= 0)
		return;
	if (files->n >= DOCKER_FILES_MAX) {
		files->missed++;
		return;
	}
	for (unsigned i = 0; i < ABOVE_MAX; i++) {
		int wd = watch_folder(files, root, folder);

		if (wd >= 0) {
			files->items = arena_grow(files->arena, files->items, files->n, &files->cap,
						  sizeof(*files->items));
			files->items[files->n++] = (struct watched){
				.folder = wd, .name = name, .path = str_dup(files->arena, path)
			};
			return;
		}
		if ((errno != ENOENT && errno != ENOTDIR) || folder.n == 0)
			break;
		name = path_base(folder);
		folder = path_dir(folder);
	}
	files->missed++;
}

static void follow_roles(struct docker_files *files, const struct json *document, const char *root)
{
	JSON_MEMBERS (JSON_GET(document, "files"), role) {
		JSON_EACH (&role->value, file) {
			str path = json_get_str(file, STR("path"));
			str resolved = json_get_str(file, STR("resolved"));

			follow(files, root, path, false);
			if (resolved.n > 0 && !str_eq(resolved, path))
				follow(files, root, resolved, false);
		}
	}
}

static void follow_unit(struct docker_files *files, const struct json *unit, const char *root)
{
	str fragment = json_get_str(unit, STR("fragment"));

	follow(files, root, fragment, false);
	JSON_EACH (JSON_GET(unit, "drop_ins"), drop_in)
		follow(files, root, path_dir(json_str(drop_in)), true);
}

static void follow_usual(struct docker_files *files, const char *root)
{
	static const char *const paths[] = {
		"/etc/group",	    "/etc/passwd",  "/etc/subuid",	  "/etc/subgid",
		"/etc/environment", "/etc/profile", "/etc/nsswitch.conf", "/etc/audit/audit.rules",
	};
	static const char *const folders[] = {
		"/etc/audit/rules.d",
		"/etc/systemd/system/docker.service.d",
		"/etc/systemd/system/docker.socket.d",
		"/etc/profile.d",
	};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		follow(files, root, str_c(paths[i]), false);
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		follow(files, root, str_c(folders[i]), true);
}

bool docker_files_follow(struct docker_files *files, const struct json *document, const char *root)
{
	AUTO(arena_free)
	struct arena *before = files->arena;
	const int *old = files->folders;
	size_t old_n = files->folder_n;
	bool fresh = false;

	/* A folder that stays keeps its descriptor, and with it what waits to be taken. */
	files->arena = arena_new();
	files->items = NULL;
	files->folders = NULL;
	files->n = files->cap = files->folder_n = files->folder_cap = files->missed = 0;
	root = root ? root : "";
	follow_roles(files, document, root);
	follow_unit(files, json_path(document, "daemon", "unit", NULL), root);
	follow_unit(files, json_path(document, "daemon", "socket_unit", NULL), root);
	follow_usual(files, root);
	for (size_t i = 0; i < old_n; i++) {
		if (!has_folder(files->folders, files->folder_n, old[i]))
			IGNORE(inotify_rm_watch(files->fd, old[i])); /* gone with its folder */
	}
	for (size_t i = 0; i < files->folder_n; i++)
		fresh |= !has_folder(old, old_n, files->folders[i]);
	return fresh;
}

/* ---- what happened -------------------------------------------------------------------------- */

static str path_of(const struct docker_files *files, const struct inotify_event *event)
{
	str name = event->len > 0 ? str_c(event->name) : STR_EMPTY;

	for (size_t i = 0; i < files->n; i++) {
		const struct watched *w = &files->items[i];

		if (w->folder == event->wd && (w->name.n == 0 || str_eq(w->name, name)))
			return w->path;
	}
	return STR_EMPTY;
}

str docker_files_take(struct docker_files *files, struct arena *arena)
{
	_Alignas(struct inotify_event) char bytes[16384];
	str found = STR_EMPTY;

	for (;;) {
		ssize_t n = read(files->fd, bytes, sizeof(bytes));

		if (n <= 0)
			return found;
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *event =
				(const struct inotify_event *)(const void *)(bytes + at);

			at += (ssize_t)(sizeof(*event) + event->len);
			if (found.n > 0)
				continue;
			if (event->mask & IN_Q_OVERFLOW)
				found = STR("/");
			else if (!(event->mask & IN_IGNORED))
				found = str_dup(arena, path_of(files, event));
		}
	}
}
