/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/root.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "scan/scan.h"
#include "test.h"
#include "tree.h"

__attribute__((constructor)) static void become_worker(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "worker") == 0)
		_exit(scan_worker_main());
}

/* A folder with a root "r" in it and a database outside of that. */
static const char *make_root(struct arena *arena)
{
	char *dir = str_cstr(arena, STR("/tmp/seawall-test-XXXXXX"));

	CHECK(mkdtemp(dir) != NULL);
	return dir;
}

static void put(const char *dir, const char *path, const char *text)
{
	char name[4096];
	struct err err;

	(void)snprintf(name, sizeof(name), "%s/%s", dir, path);
	for (char *p = name + strlen(dir) + 1; (p = strchr(p, '/')); p++) {
		*p = 0;
		(void)mkdir(name, 0755);
		*p = '/';
	}
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	CHECK(fd >= 0);
	CHECK_OK(fd_write_all(fd, str_c(text), &err));
	(void)close(fd);
}

static void put_link(const char *dir, const char *path, const char *target)
{
	char name[4096];

	put(dir, path, "");
	(void)snprintf(name, sizeof(name), "%s/%s", dir, path);
	CHECK(unlink(name) == 0);
	CHECK(symlink(target, name) == 0);
}

static struct inventory scan(const char *dir, const struct scan_opts *opts, struct arena *arena)
{
	struct inventory inv;
	struct err err;

	CHECK_OK(scan_inventory(str_fmt(arena, "dir:%s/r", dir), opts, arena, &inv, &err));
	return inv;
}

static void finish(const char *dir) { CHECK_INT(tree_remove(dir), 0); }

static bool missed(const struct inventory *inv, const char *path, const char *reason)
{
	for (size_t i = 0; i < inv->not_examined_count; i++) {
		const struct not_examined *n = &inv->not_examined[i];

		if (str_eq(n->path, str_c(path)) && str_find(n->reason, str_c(reason)) >= 0)
			return true;
	}
	return false;
}

#define STATUS(name) \
	"Package: " name "\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n"

TEST(packages_system_and_links_inside)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct scan_opts opts = { .want_files = true };
	const char *dir = make_root(arena);

	put(dir, "r/opt/dpkg/status", STATUS("a"));
	put(dir, "r/opt/dpkg/info/a.list", "/.\n/usr\n/usr/bin/a\n");
	put_link(dir, "r/var/lib/dpkg", "/opt/dpkg");
	put(dir, "r/usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
	put_link(dir, "r/etc/os-release", "../usr/lib/os-release");
	struct inventory inv = scan(dir, &opts, arena);
	CHECK_INT(inv.package_count, 1);
	CHECK_STRV(inv.packages[0].name, "a");
	CHECK(inv.packages[0].file_count > 0);
	CHECK_INT(inv.packages[0].layer, -1);
	CHECK_STRV(inv.os.version, "12");
	CHECK_STRV(inv.target_kind, "dir");
	CHECK_INT(inv.kinds_read_count, 1);
	finish(dir);
}

TEST(a_link_cannot_leave_the_root)
{
	static const char *const ways[] = { "../../../../../../..", "", "/proc/self/root" };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct scan_opts opts = { .want_files = true };

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		const char *dir = make_root(arena);
		str target = str_fmt(arena, "%s%s/outside", ways[i], dir);

		put(dir, "outside/status", STATUS("secret"));
		put_link(dir, "r/var/lib/dpkg", str_cstr(arena, target));
		struct inventory inv = scan(dir, &opts, arena);
		CHECK_INT(inv.package_count, 0);
		CHECK_INT(inv.kinds_read_count, 0);
		CHECK(missed(&inv, "", "no package database"));
		finish(dir);
	}
}

TEST(folders_of_engines_and_the_kernel_are_left_out_and_listed)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct scan_opts opts = { 0 };
	const char *dir = make_root(arena);

	put(dir, "r/var/lib/dpkg/status", STATUS("a"));
	put(dir, "r/var/lib/docker/overlay2/x/diff/file", "x");
	put(dir, "r/proc/1/status", "x");
	put(dir, "r/home/u/.local/share/containers/x", "x");
	CHECK(mkdir(str_cstr(arena, str_fmt(arena, "%s/r/sys", dir)), 0755) == 0);
	struct inventory inv = scan(dir, &opts, arena);
	CHECK_INT(inv.package_count, 1);
	CHECK(missed(&inv, "var/lib/docker", "container engine"));
	CHECK(missed(&inv, "proc", "kernel interface"));
	CHECK(missed(&inv, "home/u/.local/share/containers", "container engine"));
	/* An empty folder leaves nothing out. */
	CHECK(!missed(&inv, "sys", "kernel interface"));
	finish(dir);
}

TEST(what_is_no_regular_file_is_not_opened)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct scan_opts opts = { .timeout_s = 30 };
	const char *dir = make_root(arena);

	put(dir, "r/var/lib/dpkg/x", "x");
	CHECK(mkfifo(str_cstr(arena, str_fmt(arena, "%s/r/var/lib/dpkg/status", dir)), 0644) == 0);
	struct inventory inv = scan(dir, &opts, arena);
	CHECK_INT(inv.kinds_read_count, 0);
	finish(dir);
}

TEST(skip_options_are_obeyed_and_shown)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const str skip = STR("/var/lib/dpkg/");
	const struct scan_opts opts = { .skip_dirs = &skip, .skip_dirs_n = 1 };
	const char *dir = make_root(arena);

	put(dir, "r/var/lib/dpkg/status", STATUS("a"));
	struct inventory inv = scan(dir, &opts, arena);
	CHECK_INT(inv.package_count, 0);
	CHECK(missed(&inv, "var/lib/dpkg", "skip option"));
	finish(dir);
}

TEST(a_root_that_is_not_there)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct scan_opts opts = { 0 };
	struct inventory inv;
	struct err err;

	CHECK_FAIL(scan_inventory(STR("dir:/no/such/folder"), &opts, arena, &inv, &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	CHECK_FAIL(scan_inventory(STR("dir:"), &opts, arena, &inv, &err));
	CHECK_INT(err.kind, ERR_USAGE);
}
