/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/host_view.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/path.h"
#include "fmt/host/host_accounts.h"
#include "posture/facts/host_view_internal.h"

#define LINK_TEXT_MAX 4096u

const char *host_type_name(enum host_type type)
{
	static const char *const names[] = { "file", "folder", "socket", "other" };

	return names[type];
}

struct host_view *host_view_open(const char *root, struct err *err)
{
	bool whole = !root || !root[0];
	struct arena *arena;
	struct host_view *view;
	AUTO(fd_close)
	int fd = open(whole ? "/" : root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		err_sys(err, errno, "root of the host %s", whole ? "/" : root);
		return NULL;
	}
	arena = arena_new();
	view = ARENA_NEW(arena, struct host_view);
	view->arena = arena;
	view->fd = fd_take(&fd);
	view->root = str_dup(arena, whole ? STR("/") : str_c(root));
	while (view->root.n > 1 && str_ends(view->root, STR("/")))
		view->root.n--;
	return view;
}

void host_view_free(struct host_view *view)
{
	if (!view)
		return;
	IGNORE(close(view->fd)); /* only a name */
	arena_free(view->arena);
}

str host_view_root(const struct host_view *view) { return view->root; }

/* ---- the walk ---- */

/* Where a path leads: a descriptor of what is there, its folder, and its name in it. */
struct walk {
	struct host_view *view;
	struct arena *arena;
	str parts[PATH_MAX_DEPTH];
	size_t n;
	str pending;
	int fd;	    /* of the last component (O_PATH), -1: not there */
	int parent; /* of its folder; -1 for the root */
	struct stat st;
	str *links;
	size_t link_n, link_cap;
};

static void walk_done(struct walk *walk)
{
	if (walk->fd >= 0)
		IGNORE(close(walk->fd)); /* only a name */
	if (walk->parent >= 0)
		IGNORE(close(walk->parent)); /* likewise */
	walk->fd = walk->parent = -1;
}

static void auto_walk_done(struct walk *walk) { walk_done(walk); }

static str walk_path(const struct walk *walk)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, 2 * (size_t)PATH_MAX_BYTES);
	for (size_t i = 0; i < walk->n; i++) {
		buf_byte(&b, '/');
		buf_add(&b, walk->parts[i]);
	}
	return b.n ? str_dup(walk->arena, buf_str(&b)) : STR("/");
}

static void walk_move(struct walk *walk, int fd)
{
	if (walk->parent >= 0)
		IGNORE(close(walk->parent)); /* only a name */
	walk->parent = walk->fd;
	walk->fd = fd;
}

/* One component, whatever it is; its state is in walk->st. */
static int walk_into(struct walk *walk, str name)
{
	char text[PATH_MAX_BYTES];
	int fd;

	if (name.n >= 256 || memchr(name.p, 0, name.n)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(text, name.p, name.n);
	text[name.n] = 0;
	fd = openat(walk->fd, text, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	walk_move(walk, fd);
	return fstat(fd, &walk->st);
}

/* From the root again, over components that were no links. */
static int walk_again(struct walk *walk)
{
	walk_done(walk);
	walk->fd = fcntl(walk->view->fd, F_DUPFD_CLOEXEC, 3);
	if (walk->fd < 0 || fstat(walk->fd, &walk->st) < 0)
		return -1;
	for (size_t i = 0; i < walk->n; i++) {
		if (walk_into(walk, walk->parts[i]) < 0)
			return -1;
	}
	return 0;
}

/* The link that the walk stands on, whose name is the last of the parts. */
static int walk_link(struct walk *walk, struct err *err)
{
	char text[LINK_TEXT_MAX];
	ssize_t n = readlinkat(walk->fd, "", text, sizeof(text));

	if (n < 0)
		return err_sys(err, errno, "read link");
	if (walk->link_n >= HOST_LINKS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u links on the way", HOST_LINKS_MAX);
	walk->links = arena_grow(walk->arena, walk->links, walk->link_n, &walk->link_cap,
				 sizeof(*walk->links));
	walk->links[walk->link_n++] = walk_path(walk);
	walk->pending = str_fmt(walk->arena, "%.*s/%.*s", (int)n, text, STR_ARG(walk->pending));
	walk->n = n > 0 && text[0] == '/' ? 0 : walk->n - 1;
	return walk_again(walk) < 0 ? err_sys(err, errno, "follow link") : 0;
}

static bool is_absent(int error) { return error == ENOENT || error == ENOTDIR || error == ESRCH; }

/* What is left of the path, taken as it is written. */
static void walk_rest(struct walk *walk, str name)
{
	do {
		if (str_eq(name, STR("..")) && walk->n > 0)
			walk->n--;
		else if (name.n > 0 && !str_eq(name, STR(".")) && !str_eq(name, STR("..")) &&
			 walk->n < PATH_MAX_DEPTH)
			walk->parts[walk->n++] = name;
	} while (str_split(&walk->pending, '/', &name));
	walk_done(walk);
}

/* 1: go on, 0: nothing is there, -1: failed. */
static int walk_step(struct walk *walk, str name, struct err *err)
{
	if (str_eq(name, STR(".."))) {
		walk->n -= walk->n > 0;
		return walk_again(walk) < 0 ? err_sys(err, errno, "go up") : 1;
	}
	if (walk->n == PATH_MAX_DEPTH)
		return err_set(err, ERR_LIMIT, "path of more than %u parts", PATH_MAX_DEPTH);
	if (walk_into(walk, name) < 0) {
		if (!is_absent(errno))
			return err_sys(err, errno, "look at %.*s", STR_ARG(name));
		walk_rest(walk, name);
		return 0;
	}
	walk->parts[walk->n++] = name;
	if (S_ISLNK(walk->st.st_mode))
		return walk_link(walk, err) < 0 ? -1 : 1;
	return 1;
}

/* 1: there, 0: not there, -1: failed. */
static int walk_go(struct walk *walk, str path, struct err *err)
{
	str name;
	int rc = 1;

	if (path.n > PATH_MAX_BYTES || !str_starts(path, STR("/")))
		return err_set(err, ERR_INPUT, "%.*s: no absolute path", STR_ARG(path));
	walk->pending = path;
	if (walk_again(walk) < 0)
		return err_sys(err, errno, "root of the host");
	while (rc == 1 && str_split(&walk->pending, '/', &name)) {
		if (name.n > 0 && !str_eq(name, STR(".")))
			rc = walk_step(walk, name, err);
	}
	if (rc < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return rc;
}

#define WALK(name, view_, arena_)                                          \
	__attribute__((cleanup(auto_walk_done))) struct walk name = {      \
		.view = (view_), .arena = (arena_), .fd = -1, .parent = -1 \
	}

static enum host_type type_of(mode_t mode)
{
	if (S_ISREG(mode))
		return HOST_FILE;
	if (S_ISDIR(mode))
		return HOST_FOLDER;
	return S_ISSOCK(mode) ? HOST_SOCKET : HOST_OTHER;
}

int host_view_look(struct host_view *view, str path, struct arena *arena, struct host_node *out,
		   struct err *err)
{
	WALK(walk, view, arena);
	int rc = walk_go(&walk, path, err);

	if (rc < 0)
		return -1;
	*out = (struct host_node){ .path = path,
				   .exists = rc == 1,
				   .resolved = walk_path(&walk),
				   .links = walk.links,
				   .link_count = walk.link_n };
	if (rc == 0)
		return 0;
	out->type = type_of(walk.st.st_mode);
	out->uid = walk.st.st_uid;
	out->gid = walk.st.st_gid;
	out->mode = walk.st.st_mode & 07777;
	out->size = (uint64_t)walk.st.st_size;
	out->inode = walk.st.st_ino;
	out->device = walk.st.st_dev;
	out->modified = walk.st.st_mtim.tv_sec;
	return 0;
}

int host_view_open_at(struct host_view *view, str path, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	WALK(walk, view, scratch);
	int rc = walk_go(&walk, path, err), fd;
	const char *name;

	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_sys(err, ENOENT, "%.*s", STR_ARG(path));
	if (!S_ISREG(walk.st.st_mode) && !S_ISDIR(walk.st.st_mode))
		return err_set(err, ERR_UNSUPPORTED, "%.*s: neither file nor folder",
			       STR_ARG(path));
	name = walk.n ? str_cstr(scratch, walk.parts[walk.n - 1]) : ".";
	fd = openat(walk.n ? walk.parent : walk.fd, name,
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	return fd;
}

int host_view_open_owned(struct host_view *view, str path, uint32_t uid, struct err *err)
{
	AUTO(fd_close)
	int fd = host_view_open_at(view, path, err);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	if (st.st_uid != uid && (uid != 0 || st.st_uid != geteuid()))
		return err_set(err, ERR_DENIED, "%.*s belongs to user %u", STR_ARG(path),
			       (unsigned)st.st_uid);
	if (st.st_mode & S_IWOTH)
		return err_set(err, ERR_DENIED, "everybody may write %.*s", STR_ARG(path));
	return fd_take(&fd);
}

/* All of an open file. */
static int read_all(int fd, str path, size_t max, struct arena *arena, str *out, struct err *err)
{
	AUTO(buf_done)
	struct buf bytes = { 0 };

	buf_init(&bytes, max);
	if (buf_read_fd(&bytes, fd, err) < 0) {
		if (err->kind == ERR_SYS && is_absent(err->code))
			err->kind = ERR_NOT_FOUND;
		return err_wrap(err, "%.*s", STR_ARG(path));
	}
	*out = str_dup(arena, buf_str(&bytes));
	return 0;
}

int host_view_read(struct host_view *view, str path, size_t max, struct arena *arena, str *out,
		   struct err *err)
{
	AUTO(fd_close)
	int fd = host_view_open_at(view, path, err);

	return fd < 0 ? -1 : read_all(fd, path, max, arena, out, err);
}

int host_view_read_owned(struct host_view *view, str path, uint32_t uid, size_t max,
			 struct arena *arena, str *out, struct err *err)
{
	AUTO(fd_close)
	int fd = host_view_open_owned(view, path, uid, err);

	return fd < 0 ? -1 : read_all(fd, path, max, arena, out, err);
}

static int names_take(DIR *dir, size_t max, struct arena *arena, str **names, size_t *n,
		      struct err *err)
{
	size_t cap = 0;

	*names = NULL;
	*n = 0;
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(dir);

		if (!entry)
			return errno ? err_sys(err, errno, "read folder") : 0;
		if (str_eq(str_c(entry->d_name), STR(".")) ||
		    str_eq(str_c(entry->d_name), STR("..")))
			continue;
		if (*n >= max)
			return err_set(err, ERR_LIMIT, "more than %zu names", max);
		*names = arena_regrow(arena, *names, *n, &cap, sizeof(**names));
		(*names)[(*n)++] = str_dup(arena, str_c(entry->d_name));
	}
}

int host_view_list(struct host_view *view, str path, size_t max, struct arena *arena,
		   const str **names, size_t *n, struct err *err)
{
	AUTO(fd_close)
	int fd = host_view_open_at(view, path, err);
	AUTO(closedir)
	DIR *dir = NULL;
	str *found;
	size_t count;

	if (fd < 0)
		return -1;
	dir = fdopendir(fd);
	if (!dir)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	IGNORE(fd_take(&fd)); /* the stream's now */
	if (names_take(dir, max, arena, &found, &count, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	if (count > 1)
		qsort(found, count, sizeof(*found), str_qsort_cmp);
	*names = found;
	*n = count;
	return 0;
}

int host_view_readlink(struct host_view *view, str path, struct arena *arena, str *out,
		       struct err *err)
{
	WALK(walk, view, arena);
	char text[LINK_TEXT_MAX];
	str folder = STR("/"), name = path;
	ptrdiff_t cut = str_rfind_char(path, '/');
	ssize_t n;
	int rc;

	if (cut > 0) {
		folder = str_take(path, (size_t)cut);
		name = str_skip(path, (size_t)cut + 1);
	}
	rc = walk_go(&walk, folder, err);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_sys(err, ENOENT, "%.*s", STR_ARG(path));
	n = readlinkat(walk.fd, str_cstr(arena, name), text, sizeof(text));
	if (n < 0)
		return err_sys(err, is_absent(errno) ? ENOENT : errno, "%.*s", STR_ARG(path));
	*out = str_dup(arena, str_of(text, (size_t)n));
	return 0;
}

/* ---- accounts ---- */

int host_view_accounts(struct host_view *view, const struct host_accounts **out, struct err *err)
{
	str text;

	if (!view->accounts_tried) {
		view->accounts_tried = true;
		host_accounts_init(&view->accounts, view->arena);
		if (host_view_read(view, STR("/etc/passwd"), HOST_ACCOUNTS_MAX_BYTES, view->arena,
				   &text, &view->accounts_err) == 0 &&
		    host_accounts_passwd(&view->accounts, text, &view->accounts_err) == 0 &&
		    host_view_read(view, STR("/etc/group"), HOST_ACCOUNTS_MAX_BYTES, view->arena,
				   &text, &view->accounts_err) == 0 &&
		    host_accounts_group(&view->accounts, text, &view->accounts_err) == 0)
			view->accounts_read = true;
	}
	*out = &view->accounts;
	if (view->accounts_read)
		return 0;
	*err = view->accounts_err;
	return -1;
}

str host_view_user(struct host_view *view, uint32_t uid, struct arena *arena)
{
	const struct host_accounts *accounts;
	const struct host_user *user;
	struct err ignored; /* without the file the number is the name */

	IGNORE(host_view_accounts(view, &accounts, &ignored)); /* likewise */
	user = host_accounts_user(accounts, uid);
	return user ? user->name : str_fmt(arena, "%" PRIu32, uid);
}

str host_view_group(struct host_view *view, uint32_t gid, struct arena *arena)
{
	const struct host_accounts *accounts;
	const struct host_group *group;
	struct err ignored; /* without the file the number is the name */

	IGNORE(host_view_accounts(view, &accounts, &ignored)); /* likewise */
	group = host_accounts_gid(accounts, gid);
	return group ? group->name : str_fmt(arena, "%" PRIu32, gid);
}
