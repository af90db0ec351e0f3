/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Through the machine's own apt, with folders of our own and no root: proxies, credentials, keys
 * and signatures stay its business.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "advisory/feed/apt_sources.h"
#include "advisory/feed/archive_access.h"
#include "base/err.h"
#include "base/program.h"

#define APT_BATCH	40	   /* packages of one call */
#define APT_TARGETS_MAX (4u << 20) /* bytes of the list of index files */
#define APT_ARGS_MAX	128

struct apt_call {
	const char *argv[APT_ARGS_MAX];
	size_t n;
};

static void arg(struct apt_call *call, const char *text)
{
	if (call->n + 1 < APT_ARGS_MAX)
		call->argv[call->n++] = text;
}

static void option(struct apt_call *call, struct arena *arena, const char *name, const char *value)
{
	arg(call, "-o");
	arg(call, str_cstr(arena, str_fmt(arena, "%s=%s", name, value)));
}

static char *below(const struct archive_access *access, const char *name)
{
	return str_cstr(access->arena, str_fmt(access->arena, "%s/%s", access->opts.work, name));
}

static void call_begin(struct archive_access *access, struct apt_call *call)
{
	struct arena *arena = access->arena;

	*call = (struct apt_call){ 0 };
	arg(call, "apt-get");
	arg(call, "-q");
	option(call, arena, "Dir::State", below(access, "state"));
	option(call, arena, "Dir::State::lists", below(access, "state/lists"));
	option(call, arena, "Dir::State::status", below(access, "state/status")); /* empty: what is
		installed does not matter here */
	option(call, arena, "Dir::Cache", below(access, "cache"));
	/* Container images switch these off; without them each call reads all of the index again.
	 */
	option(call, arena, "Dir::Cache::pkgcache", "pkgcache.bin");
	option(call, arena, "Dir::Cache::srcpkgcache", "srcpkgcache.bin");
	option(call, arena, "Dir::Etc::sourcelist", str_cstr(arena, access->sources_file));
	option(call, arena, "Dir::Etc::sourceparts", "/dev/null");
	option(call, arena, "Acquire::Languages", "none");
	option(call, arena, "Acquire::GzipIndexes", "false");
	option(call, arena, "Acquire::Retries", "1");
	option(call, arena, "Acquire::http::Timeout", "10");
	option(call, arena, "Acquire::https::Timeout", "10");
	option(call, arena, "APT::Get::List-Cleanup", "false");
}

static int run(struct archive_access *access, struct apt_call *call, const char *dir,
	       struct program_result *result, struct err *err)
{
	static const char *const env[] = { "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive", NULL };
	struct program_opts opts = { .dir = dir,
				     .env = env,
				     .output_max = APT_TARGETS_MAX,
				     .timeout_ms = (int64_t)access->opts.timeout_s * 1000 };

	return program_run(call->argv, &opts, access->arena, result, err);
}

/* The last line of what apt complains about. */
static str complaint(const struct program_result *result)
{
	str rest = result->errors, line, last = STR_EMPTY;

	while (str_line(&rest, &line)) {
		if (str_starts(line, STR("E:")) || (str_starts(line, STR("W:")) && str_empty(last)))
			last = str_trim(str_skip(line, 2));
	}
	return str_empty(last) ? STR("no reason given") : last;
}

static int folder_make(const struct archive_access *access, const char *name, struct err *err)
{
	char *path = below(access, name);

	/* Readable for apt's own user, which it changes to when it is root. */
	return mkdir(path, 0755) < 0 && errno != EEXIST ? err_sys(err, errno, "%s", path) : 0;
}

static int text_write(const char *path, str text, struct err *err)
{
	AUTO(fd_close)
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	return fd < 0 ? err_sys(err, errno, "%s", path) : fd_write_all(fd, text, err);
}

static int prepare(struct archive_access *access, struct apt_sources *sources, struct err *err)
{
	static const char *const folders[] = {
		"state", "state/lists",	   "state/lists/partial",
		"cache", "cache/archives", "cache/archives/partial"
	};

	if (!program_exists("apt-get"))
		return err_set(
			err, ERR_NOT_FOUND,
			"apt is not installed on this machine: say where a mirror is with --mirror");
	if (apt_sources_make(access->opts.root, access->opts.family, access->opts.releases,
			     access->opts.release_count, access->arena, sources, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		if (folder_make(access, folders[i], err) < 0)
			return -1;
	}
	if (text_write(below(access, "state/status"), STR_EMPTY, err) < 0)
		return -1;
	char *file = below(access, "archive.sources");
	access->sources_file = str_c(file);
	return text_write(file, sources->text, err);
}

static int index_read(struct archive_access *access, str path, struct archive_index *index,
		      struct err *err)
{
	AUTO(buf_done)
	struct buf content = { 0 };

	buf_init(&content, INDEX_MAX_BYTES);
	if (buf_read_file(&content, str_cstr(access->arena, path), err) < 0)
		return -1;
	index->text = str_dup(access->arena, buf_str(&content));
	/* ..._dists_SUITE_main_binary-amd64_Packages lies beside ..._dists_SUITE_InRelease. */
	str base;
	enum suite_kind kind;
	str mark = str_fmt(access->arena, "_dists_%.*s_", STR_ARG(index->suite));
	ptrdiff_t at = str_find(path, mark);
	struct release_file release;
	if (at < 0 || !apt_suite_cut(index->suite, &base, &kind))
		return err_set(err, ERR_INPUT, "apt names a file we do not know: %.*s",
			       STR_ARG(path));
	index->kind = kind;
	str prefix = str_take(path, (size_t)at + mark.n);
	buf_reset(&content);
	if (buf_read_file(&content,
			  str_cstr(access->arena, str_cat(access->arena, prefix, STR("InRelease"))),
			  err) < 0) {
		buf_reset(&content);
		if (buf_read_file(
			    &content,
			    str_cstr(access->arena, str_cat(access->arena, prefix, STR("Release"))),
			    err) < 0)
			return -1;
	}
	if (release_parse(buf_str(&content), &release, err) < 0)
		return -1;
	index->date = release.date;
	return 0;
}

static const struct archive_release *release_of(const struct archive_access *access, str suite)
{
	enum suite_kind kind;
	str base;

	for (size_t i = 0; i < access->opts.release_count; i++) {
		if (apt_suite_cut(suite, &base, &kind) &&
		    str_eq(base, access->opts.releases[i].codename))
			return &access->opts.releases[i];
	}
	return NULL;
}

/* Which index files there are now: "FILE SUITE", one a line. */
static int targets_read(struct archive_access *access, struct err *err)
{
	struct program_result result;
	struct apt_call call;
	str rest, line, path, suite;

	call_begin(access, &call);
	arg(&call, "indextargets");
	arg(&call, "--format");
	arg(&call, "$(FILENAME) $(RELEASE)");
	arg(&call, "Created-By: Packages");
	if (run(access, &call, NULL, &result, err) < 0)
		return -1;
	rest = result.output;
	while (str_line(&rest, &line)) {
		struct archive_index index = { 0 };

		if (!str_cut(line, ' ', &path, &suite))
			continue;
		index.suite = str_trim(suite);
		index.release = release_of(access, index.suite);
		if (!index.release || access->index_count > 4096)
			continue;
		if (index_read(access, path, &index, err) == 0)
			archive_index_add(access, &index);
		else if (err->kind != ERR_NOT_FOUND)
			return -1;
	}
	return 0;
}

int archive_apt_open(struct archive_access *access, struct err *err)
{
	struct program_result result;
	struct apt_sources sources;
	struct apt_call call;

	if (prepare(access, &sources, err) < 0)
		return -1;
	call_begin(access, &call);
	arg(&call, "update");
	if (run(access, &call, NULL, &result, err) < 0)
		return -1;
	/* Some suites may have come all the same. */
	if (targets_read(access, err) < 0)
		return -1;
	if (access->index_count == 0)
		return err_set(err, ERR_NETWORK, "apt-get update: %.*s",
			       STR_ARG(complaint(&result)));
	if (result.status != 0)
		archive_note(access, str_fmt(access->arena, "apt could not fetch all of it: %.*s.",
					     STR_ARG(complaint(&result))));
	return 0;
}

/* NAME_VERSION_ARCH.deb in the folder, whatever apt made of the version. */
static int deb_open(const char *folder, const struct archive_deb *deb, struct err *err)
{
	AUTO(closedir)
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	if (!dir)
		return err_sys(err, errno, "%s", folder);
	while ((entry = readdir(dir))) {
		str name = str_c(entry->d_name), package, rest;

		if (!str_ends(name, STR(".deb")) || !str_cut(name, '_', &package, &rest) ||
		    !str_eq(package, deb->name))
			continue;
		int fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_CLOEXEC);
		return fd < 0 ? err_sys(err, errno, "%s", entry->d_name) : fd;
	}
	return err_set(err, ERR_NOT_FOUND, "apt did not fetch %.*s", STR_ARG(deb->name));
}

static void folder_clear(const char *folder)
{
	AUTO(closedir)
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_type == DT_REG)
			(void)unlinkat(dirfd(dir), entry->d_name,
				       0); /* the work folder goes as a whole */
	}
}

static int batch(struct archive_access *access, struct archive_wanted *wanted, size_t n,
		 int (*take)(void *data, const struct archive_wanted *w, struct err *err),
		 void *data, struct err *err)
{
	struct program_result result;
	struct apt_call call;
	char *folder = below(access, "debs");

	if (folder_make(access, "debs", err) < 0)
		return -1;
	call_begin(access, &call);
	arg(&call, "download");
	for (size_t i = 0; i < n; i++)
		arg(&call, str_cstr(access->arena, str_fmt(access->arena, "%.*s=%.*s",
							   STR_ARG(wanted[i].deb->name),
							   STR_ARG(wanted[i].deb->version))));
	if (run(access, &call, folder, &result, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct err why = { .kind = ERR_NONE };
		AUTO(fd_close)
		int fd = deb_open(folder, wanted[i].deb, &why);

		wanted[i].fd = fd;
		if (fd < 0 && result.status != 0)
			err_set(&why, ERR_NETWORK, "apt-get download: %.*s",
				STR_ARG(complaint(&result)));
		int r = take(data, &wanted[i], &why);
		wanted[i].fd = -1;
		if (r < 0) {
			*err = why;
			return -1;
		}
	}
	folder_clear(folder);
	return 0;
}

int archive_apt_debs(struct archive_access *access, struct archive_wanted *wanted, size_t n,
		     int (*take)(void *data, const struct archive_wanted *w, struct err *err),
		     void *data, struct err *err)
{
	for (size_t i = 0; i < n;) {
		size_t count = 0;

		/* One release at a time: the same package of two would have one file name. */
		while (i + count < n && count < APT_BATCH &&
		       wanted[i + count].source->release == wanted[i].source->release)
			count++;
		if (batch(access, wanted + i, count, take, data, err) < 0)
			return -1;
		i += count;
	}
	return 0;
}
