/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include "fmt/system/apk.h"
#include "fmt/system/dpkg.h"
#include "fmt/system/pacman.h"
#include "fmt/system/rpmdb.h"
#include "posture/facts/docker_internal.h"

#define FOLDERS_MAX 100000u

/* Packages that bring engines, runtimes and their clients: whole names, or beginnings with *. */
static const char *const wanted[] = {
	"aardvark-dns",
	"buildah",
	"buildkit*",
	"conmon*",
	"containerd*",
	"containernetworking-plugins",
	"cri-o*",
	"cri-tools",
	"criu",
	"crun*",
	"docker*",
	"fuse-overlayfs",
	"golang-github-containers-*",
	"kata-*",
	"lima",
	"moby*",
	"nerdctl*",
	"netavark",
	"podman*",
	"rootlesskit",
	"runc*",
	"runsc*",
	"skopeo",
	"slirp4netns",
	"passt",
	"python3-docker*",
	"tini",
	"youki",
};

static bool is_wanted(str name)
{
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		str pattern = str_c(wanted[i]);

		if (str_ends(pattern, STR("*")) ? str_starts(name, str_drop_end(pattern, 1))
						: str_eq(name, pattern))
			return true;
	}
	return false;
}

struct found_package {
	str name, version;
};

/* Keeps the wanted ones. */
struct keeper {
	struct package_sink sink; /* first */
	struct docker_facts *facts;
	struct found_package *items;
	size_t n, cap;
};

static int keep(struct package_sink *sink, const struct package *package, struct err *err)
{
	struct keeper *keeper = (struct keeper *)(void *)sink;
	struct arena *arena = keeper->facts->arena;

	if (!is_wanted(package->name) || str_empty(package->version))
		return 0;
	if (keeper->n == DOCKER_LIST_MAX)
		return err_set(err, ERR_LIMIT, "more than %u", DOCKER_LIST_MAX);
	keeper->items =
		arena_regrow(arena, keeper->items, keeper->n, &keeper->cap, sizeof(*keeper->items));
	keeper->items[keeper->n++] = (struct found_package){
		.name = str_dup(arena, package->name),
		.version = str_dup(arena, package->version),
	};
	return 0;
}

/* A record that is broken ends nothing: what was asked for are a few names. */
static void skipped(struct package_sink *sink, const char *reason, str where)
{
	(void)sink;
	(void)reason;
	(void)where;
}

typedef int reader(const struct file_view *file, struct package_sink *sink, struct err *err);

/* 1: read, 0: there is no such file, -1: failed. */
static int read_one(struct keeper *keeper, str path, reader *read,
		    const struct file_view *companion, struct err *err)
{
	AUTO(fd_close)
	int fd = host_view_open_at(keeper->facts->view, path, err);
	struct stat st;

	if (fd < 0)
		return err->kind == ERR_NOT_FOUND ? 0 : -1;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "%.*s: no file", STR_ARG(path));
	struct file_view view = { .path = str_skip(path, 1),
				  .size = (uint64_t)st.st_size,
				  .fd = fd,
				  .companion = companion };

	if (view.size == 0)
		view = file_view_text(view.path, STR_EMPTY);
	if (read(&view, &keeper->sink, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return 1;
}

/* The SQLite form with its write-ahead log. */
static int read_sqlite(struct keeper *keeper, str path, struct err *err)
{
	struct arena *arena = keeper->facts->arena;
	str log = str_cat(arena, path, STR("-wal"));
	AUTO(fd_close)
	int fd = host_view_open_at(keeper->facts->view, log, err);
	struct stat st;
	struct file_view wal = { .path = str_skip(log, 1), .fd = fd };

	if (fd < 0 && err->kind != ERR_NOT_FOUND)
		return -1;
	if (fd >= 0 && fstat(fd, &st) == 0)
		wal.size = (uint64_t)st.st_size;
	return read_one(keeper, path, rpmdb_read, wal.size ? &wal : NULL, err);
}

static int read_rpm(struct keeper *keeper, struct err *err)
{
	static const char *const folders[] = { "/usr/lib/sysimage/rpm", "/var/lib/rpm" };

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		struct arena *arena = keeper->facts->arena;
		int rc = read_sqlite(keeper, str_fmt(arena, "%s/rpmdb.sqlite", folders[i]), err);

		if (rc == 0)
			rc = read_one(keeper, str_fmt(arena, "%s/Packages.db", folders[i]),
				      rpmdb_read, NULL, err);
		if (rc == 0)
			rc = read_one(keeper, str_fmt(arena, "%s/Packages", folders[i]), rpmdb_read,
				      NULL, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* "runc" of "runc-1.1.5-1". */
static str folder_package(str folder)
{
	for (size_t i = 0; i < 2; i++) {
		ptrdiff_t dash = str_rfind_char(folder, '-');

		folder = dash > 0 ? str_take(folder, (size_t)dash) : folder;
	}
	return folder;
}

/* One folder a package, named NAME-VERSION-RELEASE: only the wanted ones are opened. */
static int read_pacman(struct keeper *keeper, struct err *err)
{
	const str top = STR("/var/lib/pacman/local");
	struct arena *arena = keeper->facts->arena;
	const str *names;
	size_t n;

	if (host_view_list(keeper->facts->view, top, FOLDERS_MAX, arena, &names, &n, err) < 0)
		return err->kind == ERR_NOT_FOUND ? 0 : -1;
	for (size_t i = 0; i < n; i++) {
		if (is_wanted(folder_package(names[i])) &&
		    read_one(keeper,
			     str_fmt(arena, "%.*s/%.*s/desc", STR_ARG(top), STR_ARG(names[i])),
			     pacman_desc, NULL, err) < 0)
			return -1;
	}
	return 1;
}

void docker_put_packages(struct docker_facts *facts)
{
	static const str databases[] = { STR_INIT("/var/lib/dpkg/status"),
					 STR_INIT("/lib/apk/db/installed") };
	static reader *const readers[] = { dpkg_status, apk_installed };
	struct keeper keeper = { .sink = { .add = keep, .skipped = skipped }, .facts = facts };
	str what = STR("packages");
	struct err err;
	int rc, found = 0;

	for (size_t i = 0; i < ARRAY_LEN(databases) + 2; i++) {
		if (i < ARRAY_LEN(databases))
			rc = read_one(&keeper, databases[i], readers[i], NULL, &err);
		else
			rc = i == ARRAY_LEN(databases) ? read_rpm(&keeper, &err)
						       : read_pacman(&keeper, &err);
		if (rc < 0) {
			docker_failed(facts, what, &err);
			return;
		}
		found += rc;
	}
	if (!found) {
		docker_missed(facts, what, STR("there is no package database that is known"),
			      STR("look at it by hand"));
		return;
	}
	JSON_KEY(&facts->w, "packages");
	json_open_array(&facts->w);
	for (size_t i = 0; i < keeper.n; i++) {
		json_open_object(&facts->w);
		json_kv_str(&facts->w, STR("name"), keeper.items[i].name);
		json_kv_str(&facts->w, STR("version"), keeper.items[i].version);
		json_close_object(&facts->w);
	}
	json_close_array(&facts->w);
}
