/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/err.h"
#include "base/map.h"
#include "base/path.h"

#define DEPTH_MAX      200u
#define ROOT_SNIFF_MAX 4u /* rows that take one file for its first bytes */

/* Folders that are not part of the installed system: interfaces of the kernel, run-time state, and
 * the file systems of containers, which are targets of their own. */
static const struct {
	const char *path;
	const char *reason;
} foreign[] = {
	{ "proc", "kernel interface" },
	{ "sys", "kernel interface" },
	{ "dev", "devices" },
	{ "run", "run-time state" },
	{ "var/run", "run-time state" },
	{ "var/lib/docker", "container engine data" },
	{ "var/lib/containers", "container engine data" },
	{ "var/lib/containerd", "container engine data" },
	{ "var/lib/kubelet/pods", "container engine data" },
	{ "var/lib/rancher", "container engine data" },
	{ "var/lib/lxc", "container engine data" },
	{ "var/lib/lxd", "container engine data" },
	{ "var/lib/incus", "container engine data" },
	{ "var/lib/machines", "container engine data" },
	{ "snap", "snap packages" },
	{ "var/lib/snapd", "snap packages" },
	{ "var/lib/flatpak", "flatpak packages" },
};

static int open_inside(const struct root *root, const char *path, uint64_t flags, bool one_fs)
{
	struct open_how how = { .flags = flags | O_CLOEXEC,
				.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };

	if (one_fs)
		how.resolve |= RESOLVE_NO_XDEV;
	return (int)syscall(SYS_openat2, root->fd, path[0] ? path : ".", &how, sizeof(how));
}

int root_open(struct root *root, const char *path, const struct want *want, struct arena *arena,
	      struct err *err)
{
	struct stat st;
	AUTO(fd_close)
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "open %s", path);
	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "look at %s", path);
	*root = (struct root){ .arena = arena, .fd = fd_take(&fd), .dev = st.st_dev, .want = want };
	AUTO(fd_close)
	int probe = open_inside(root, "", O_RDONLY | O_DIRECTORY, false);
	if (probe < 0) {
		int failed = errno;

		root_close(root);
		return err_sys(err, failed, "open %s confined", path);
	}
	return 0;
}

void root_close(struct root *root)
{
	if (root->fd >= 0)
		(void)close(root->fd);
	root->fd = -1;
}

/* Somebody wants files wherever they lie. */
static bool wanted_anywhere(void)
{
	for (size_t i = 0; i < analyzer_count; i++) {
		const struct analyzer *a = analyzers[i];

		if (a->wants && !a->dirs)
			return true;
	}
	return false;
}

static void note_denied(struct root *root, str path)
{
	if (root->denied++ == 0)
		root->denied_first = str_dup(root->arena, path);
}

static void note_skip(struct root *root, str path, const char *reason)
{
	root->skips = arena_grow(root->arena, root->skips, root->skip_n, &root->skip_cap,
				 sizeof(*root->skips));
	root->skips[root->skip_n++] =
		(struct root_skip){ .path = str_dup(root->arena, path), .reason = reason };
}

/* A regular file, told without opening it: opening a device can do things. */
static int look(const struct root *root, const char *path, struct stat *st)
{
	AUTO(fd_close)
	int fd = open_inside(root, path, O_PATH, false);

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? 0 : -1;
	if (fstat(fd, st) < 0)
		return -1;
	return S_ISREG(st->st_mode) ? 1 : 0;
}

int root_open_file(const struct root *root, str path, int *fd, struct err *err)
{
	char name[PATH_MAX_BYTES + 64];
	struct stat before, after;
	int n = snprintf(name, sizeof(name), "%.*s", STR_ARG(path)), found;

	if (n < 0 || (size_t)n >= sizeof(name))
		return 0;
	found = look(root, name, &before);
	if (found < 0)
		return err_sys(err, errno, "look at %.*s", STR_ARG(path));
	if (found == 0)
		return 0;
	AUTO(fd_close)
	int opened = open_inside(root, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, false);
	if (opened < 0)
		return err_sys(err, errno, "open %.*s", STR_ARG(path));
	if (fstat(opened, &after) < 0 || before.st_ino != after.st_ino ||
	    before.st_dev != after.st_dev)
		return err_set(err, ERR_SYS, "%.*s changed while it was opened", STR_ARG(path));
	*fd = fd_take(&opened);
	return 1;
}

static int add_file(struct root *root, const struct analyzer *a, str path, struct err *err)
{
	char name[PATH_MAX_BYTES + 1];
	struct stat st;
	int n = snprintf(name, sizeof(name), "%.*s", STR_ARG(path)), found;

	/* Accounts and sources of packages are facts about images. */
	if (!want_row(root->want, a) || (a->describe && (!strcmp(a->document, ANALYZER_ACCOUNTS) ||
							 !strcmp(a->document, ANALYZER_SOURCES))))
		return 0;
	if (n < 0 || (size_t)n >= sizeof(name))
		return 0;
	found = look(root, name, &st);
	if (found < 0)
		note_denied(root, path);
	if (found <= 0)
		return 0;
	if (want_left_out(root->want, path)) {
		root->left_out++;
		return 0;
	}
	if (root->file_n >= ROOT_FILES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u files with package data",
			       ROOT_FILES_MAX);
	root->files = arena_grow(root->arena, root->files, root->file_n, &root->file_cap,
				 sizeof(*root->files));
	root->files[root->file_n++] = (struct root_file){ .analyzer = a,
							  .path = str_dup(root->arena, path),
							  .dev = st.st_dev,
							  .ino = st.st_ino };
	return 0;
}

/* ---- walking ---- */

struct walk {
	struct root *root;
	bool one_fs;
	/* NULL: everything, for analyzers without folders; else one folder of this analyzer. */
	const struct analyzer *analyzer;
	struct map *named; /* things that a file stands for already; only with `analyzer` NULL */
	struct arena *scratch;
};

/* A folder that cannot be entered. */
static void note_closed(struct walk *w, str path)
{
	if (w->analyzer || wanted_anywhere())
		note_denied(w->root, path);
	else if (w->root->unseen++ == 0)
		w->root->unseen_first = str_dup(w->root->arena, path);
}

static const char *foreign_reason(str path)
{
	for (size_t i = 0; i < ARRAY_LEN(foreign); i++) {
		if (str_eq(path, str_c(foreign[i].path)))
			return foreign[i].reason;
	}
	if (str_ends(path, STR("/.local/share/containers")))
		return "container engine data";
	return NULL;
}

static bool is_empty_dir(const struct root *root, const char *path)
{
	int fd = open_inside(root, path, O_RDONLY | O_DIRECTORY, false);
	AUTO(closedir)
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	size_t n = 0;

	if (!dir && fd >= 0)
		(void)close(fd);
	for (const struct dirent *e = dir ? readdir(dir) : NULL; e && n < 3; e = readdir(dir))
		n++;
	return dir && n <= 2;
}

/* True when this folder is not to be entered. */
static bool leave_out(struct walk *w, str path)
{
	const struct want *want = w->root->want;
	const char *reason = foreign_reason(path);

	if (w->analyzer)
		return false;
	if (reason) {
		AUTO(arena_free)
		struct arena *scratch = arena_new();

		if (!is_empty_dir(w->root, str_cstr(scratch, path)))
			note_skip(w->root, path, reason);
		return true;
	}
	for (size_t i = 0; i < want->skip_dirs_n; i++) {
		if (path_glob(want->skip_dirs[i], path)) {
			note_skip(w->root, path, "left out by a skip option");
			return true;
		}
	}
	return false;
}

/*
 * Looking into every file of a machine would take long: those that can be run, are named as a
 * program or library, or are wanted whatever they begin with.
 */
static bool may_be_program(const struct stat *st, str path)
{
	return (st->st_mode & 0111) || str_ends(path, STR(".so")) ||
	       str_find(path_base(path), STR(".so.")) > 0 || str_ends(path, STR(".dll")) ||
	       str_ends(path, STR(".exe"));
}

/* A file that nobody wants by name. */
static int sniff_file(struct walk *w, str path, struct err *err)
{
	const struct analyzer *rows[ROOT_SNIFF_MAX];
	enum analyzer_licences licences = w->root->want->licences;
	char head[ANALYZER_HEAD_BYTES];
	struct stat st;
	struct err why;
	AUTO(fd_close)
	int fd = -1;
	ssize_t n;

	if (look(w->root, str_cstr(w->scratch, path), &st) <= 0 || st.st_size == 0 ||
	    (!may_be_program(&st, path) && licences < ANALYZER_LICENCE_HEADS &&
	     analyzer_sniff(path, (uint64_t)st.st_size, STR_EMPTY, licences, rows, 1) == 0) ||
	    root_open_file(w->root, path, &fd, &why) <= 0)
		return 0; /* what cannot be opened is no program that could be run either */
	n = pread(fd, head, sizeof(head), 0);
	if (n <= 0)
		return 0;
	size_t count = analyzer_sniff(path, (uint64_t)st.st_size, str_of(head, (size_t)n), licences,
				      rows, ROOT_SNIFF_MAX);
	for (size_t i = 0; i < count; i++) {
		if (add_file(w->root, rows[i], path, err) < 0)
			return -1;
	}
	return 0;
}

/* A file that nobody wants by name: for its first bytes, and for what its path names. */
static int other_file(struct walk *w, str path, struct err *err)
{
	str thing;
	const struct analyzer *row = analyzer_naming(path, &thing);

	if (row && map_put(w->named, thing, w) && add_file(w->root, row, path, err) < 0)
		return -1;
	return sniff_file(w, path, err);
}

static int visit_file(struct walk *w, str path, struct err *err)
{
	const struct analyzer *a = analyzer_for(path);
	const struct root *root = w->root;

	if (!w->analyzer && root->on_file && root->on_file(root->context, path, err) < 0)
		return -1;
	if (!a)
		return w->analyzer || root->want->only_documents ? 0 : other_file(w, path, err);
	if (w->analyzer ? a == w->analyzer : (a->wants && !a->dirs))
		return add_file(w->root, a, path, err);
	return 0;
}

static int walk_dir(struct walk *w, str path, unsigned depth, struct err *err);

static int visit(struct walk *w, int dir_fd, const struct dirent *e, str parent, unsigned depth,
		 struct err *err)
{
	unsigned char type = e->d_type;
	struct stat st;
	str path;

	if (str_eq(str_c(e->d_name), STR(".")) || str_eq(str_c(e->d_name), STR("..")))
		return 0;
	if (++w->root->entries > ROOT_ENTRIES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u files", ROOT_ENTRIES_MAX);
	if (parent.n + strlen(e->d_name) + 1 > PATH_MAX_BYTES) {
		note_closed(w, parent);
		return 0;
	}
	if (type == DT_UNKNOWN && fstatat(dir_fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		type = S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG : DT_UNKNOWN;
	if (type != DT_DIR && type != DT_REG && !(w->analyzer && type == DT_LNK))
		return 0;
	path = path_join(w->scratch, parent, str_c(e->d_name));
	if (type == DT_DIR)
		return leave_out(w, path) ? 0 : walk_dir(w, path, depth + 1, err);
	return visit_file(w, path, err);
}

static int walk_dir(struct walk *w, str path, unsigned depth, struct err *err)
{
	AUTO(arena_free)
	struct arena *own = arena_new();
	struct arena *outer = w->scratch;
	int fd, failed = 0;

	/* Anybody who may write somewhere can nest folders: no reason to see nothing at all. */
	if (depth > DEPTH_MAX) {
		note_closed(w, path);
		return 0;
	}
	fd = open_inside(w->root, str_cstr(own, path), O_RDONLY | O_DIRECTORY, w->one_fs);
	if (fd < 0 && errno == EXDEV) {
		note_skip(w->root, path, "another file system");
		return 0;
	}
	if (fd < 0) {
		/* Gone since it was listed, or not for us to see. */
		if (errno != ENOENT && errno != ENOTDIR)
			note_closed(w, path);
		return 0;
	}
	AUTO(closedir)
	DIR *dir = fdopendir(fd);
	if (!dir) {
		(void)close(fd);
		return err_sys(err, errno, "list %.*s", STR_ARG(path));
	}
	w->scratch = own;
	for (;;) {
		errno = 0;
		const struct dirent *e = readdir(dir);

		if (!e || failed < 0) {
			/* The end of the folder leaves errno alone. */
			if (!e && errno != 0)
				note_closed(w, path);
			break;
		}
		failed = visit(w, dirfd(dir), e, path, depth, err);
	}
	w->scratch = outer;
	return failed;
}

static int by_row_and_path(const void *a, const void *b)
{
	const struct root_file *x = a, *y = b;
	int order = strcmp(x->analyzer->name, y->analyzer->name);

	return order ? order : str_cmp(x->path, y->path);
}

static int by_skip_path(const void *a, const void *b)
{
	return str_cmp(((const struct root_skip *)a)->path, ((const struct root_skip *)b)->path);
}

/* One file under several names of one analyzer counts once, under the first of its table. */
static bool is_known(const struct root *root, size_t first)
{
	const struct root_file *last = &root->files[root->file_n - 1];

	for (size_t i = first; i + 1 < root->file_n; i++) {
		if (root->files[i].dev == last->dev && root->files[i].ino == last->ino)
			return true;
	}
	return false;
}

static void note_passed_over(struct root *root, str path, str live)
{
	root->passed_over = arena_grow(root->arena, root->passed_over, root->passed_over_n,
				       &root->passed_over_cap, sizeof(*root->passed_over));
	root->passed_over[root->passed_over_n++] =
		(struct root_passed_over){ .path = path, .live = live };
}

static int add_fixed(struct root *root, const struct analyzer *a, struct err *err)
{
	size_t first = root->file_n;
	str live = STR_EMPTY;

	for (const char *const *p = a->paths; p && *p; p++) {
		size_t before = root->file_n;

		if (add_file(root, a, str_c(*p), err) < 0)
			return -1;
		if (root->file_n == before)
			continue;
		if (is_known(root, first)) {
			root->file_n--;
		} else if (analyzer_passes_over(a, live, str_c(*p))) {
			note_passed_over(root, str_c(*p), live);
			root->file_n--;
		} else {
			live = str_c(*p);
		}
	}
	return 0;
}

int root_list(struct root *root, struct err *err)
{
	for (size_t i = 0; i < analyzer_count; i++) {
		const struct analyzer *a = analyzers[i];

		if (add_fixed(root, a, err) < 0)
			return -1;
		for (const char *const *dir = a->dirs; dir && *dir; dir++) {
			struct walk w = { .root = root, .analyzer = a };

			if (walk_dir(&w, str_c(*dir), 0, err) < 0)
				return -1;
		}
	}
	struct map named;
	map_init(&named, root->arena);
	struct walk everything = { .root = root, .one_fs = true, .named = &named };
	root->entries = 0; /* those of folders above are seen again */
	if (walk_dir(&everything, STR(""), 0, err) < 0)
		return -1;
	if (root->file_n > 0)
		qsort(root->files, root->file_n, sizeof(*root->files), by_row_and_path);
	if (root->skip_n > 0)
		qsort(root->skips, root->skip_n, sizeof(*root->skips), by_skip_path);
	return 0;
}
