/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bundles: folders and .tar.gz of modules, data.json and data.yaml, and a .manifest that may say
 * which version of Rego they are in ("rego_version", "file_rego_versions") and what they are about
 * ("roots").
 */
#include "base/err.h"
#include "base/path.h"
#include "cmd/rego.h"
#include "fmt/syntax/glob.h"
#include "fmt/syntax/regex.h"
#include "scan/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define MANIFEST_MAX (1u << 20)

struct bundle {
	struct rego_files *files;
	str root;    /* folder of the bundle; empty for an archive */
	size_t from; /* its first module */
	struct value manifest;
	bool has_manifest;
};

static str inner_path(const struct bundle *bundle, str file)
{
	if (bundle->root.n > 0 && str_starts(file, bundle->root))
		file = str_skip(file, bundle->root.n + 1);
	return str_fmt(bundle->files->arena, "/%.*s", STR_ARG(file));
}

/* 1: the pattern names the file. */
static int names_file(str pattern, str path, struct arena *arena, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	AUTO(regex_free)
	struct regex *regex = NULL;

	buf_init(&text, 1u << 16);
	if (!str_starts(pattern, STR("/")))
		pattern = str_fmt(arena, "/%.*s", STR_ARG(pattern));
	if (glob_to_regex(pattern, STR("/"), &text, err) < 0 ||
	    !(regex = regex_new(buf_str(&text), err)))
		return err_wrap(err, "file_rego_versions: %.*s", STR_ARG(pattern));
	return regex_match(regex, regex_text(path, arena), err);
}

static int set_versions(const struct bundle *bundle, struct err *err)
{
	const struct value *all = VALUE_GET(&bundle->manifest, "rego_version");
	const struct value *single = VALUE_GET(&bundle->manifest, "file_rego_versions");

	for (size_t i = bundle->from; i < bundle->files->n; i++) {
		struct policy_source *source = &bundle->files->sources[i];

		if (all && all->type == VALUE_NUMBER)
			source->v0 = all->flag && all->i == 0;
		for (uint32_t k = 0; single && single->type == VALUE_OBJECT && k < single->n; k++) {
			const struct value_member *m = &single->members[k];
			int rc;

			if (m->key.type != VALUE_STRING || m->value.type != VALUE_NUMBER)
				continue;
			rc = names_file(value_text(&m->key), inner_path(bundle, source->file),
					bundle->files->arena, err);
			if (rc < 0)
				return -1;
			if (rc > 0)
				source->v0 = m->value.flag && m->value.i == 0;
		}
	}
	return 0;
}

static int take_manifest(struct bundle *bundle, str text, struct err *err)
{
	if (rego_parse_document(STR(".manifest"), text, bundle->files->arena, &bundle->manifest,
				err) < 0)
		return -1;
	if (bundle->manifest.type != VALUE_OBJECT)
		return err_set(err, ERR_INPUT, ".manifest: not an object");
	bundle->has_manifest = true;
	return 0;
}

static int add_tar_entry(struct bundle *bundle, struct tar_reader *tar,
			 const struct tar_entry *entry, struct err *err)
{
	struct rego_files *files = bundle->files;
	struct buf content;
	str name, text, piece;
	int rc;

	if (path_normal(entry->path, files->arena, &name, err) < 0)
		return -1;
	if (entry->type != TAR_FILE ||
	    (!rego_files_wanted(files, name) && !str_eq(name, STR(".manifest"))))
		return 0;
	buf_init(&content, REGO_MAX_FILE);
	while ((rc = tar_content(tar, &piece, err)) > 0 && !content.overflow)
		buf_add(&content, piece);
	if (rc >= 0 && content.overflow)
		rc = err_set(err, ERR_LIMIT, "%.*s: more than %u bytes", STR_ARG(name),
			     REGO_MAX_FILE);
	text = str_dup(files->arena, buf_str(&content));
	buf_done(&content);
	if (rc < 0)
		return -1;
	if (str_eq(name, STR(".manifest")))
		return take_manifest(bundle, text, err);
	return rego_files_add_text(files, name, path_dir(name), text, true, err);
}

static int add_archive(struct bundle *bundle, str path, struct err *err)
{
	AUTO(fd_close)
	int fd = open(str_cstr(bundle->files->arena, path), O_RDONLY | O_CLOEXEC);
	AUTO(stream_close)
	struct stream *stream = NULL;
	AUTO(tar_done)
	struct tar_reader tar = { 0 };
	struct tar_entry entry;
	struct stat st;
	int rc;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	if (stream_open(&(struct stream_opts){ .fd = fd,
					       .seekable = true,
					       .size = (uint64_t)st.st_size,
					       .max_bytes = 1ull << 30,
					       .max_ratio = 1000 },
			&stream, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	tar_init(&tar, stream_source(stream));
	while ((rc = tar_next(&tar, &entry, err)) > 0) {
		if (add_tar_entry(bundle, &tar, &entry, err) < 0)
			return err_wrap(err, "%.*s", STR_ARG(path));
	}
	if (rc < 0 || stream_finish(stream, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return 0;
}

static int add_folder(struct bundle *bundle, str path, struct err *err)
{
	struct arena *arena = bundle->files->arena;
	AUTO(fd_close)
	int fd = open(str_cstr(arena, str_fmt(arena, "%.*s/.manifest", STR_ARG(path))),
		      O_RDONLY | O_CLOEXEC);
	int missing = fd < 0 ? errno : 0, rc = 0;
	struct buf text;

	bundle->root = str_eq(path, STR(".")) ? STR_EMPTY : path;
	if (rego_files_add_path(bundle->files, path, STR_EMPTY, true, err) < 0)
		return -1;
	if (missing)
		return missing == ENOENT || missing == ENOTDIR
			       ? 0
			       : err_sys(err, missing, "%.*s/.manifest", STR_ARG(path));
	buf_init(&text, MANIFEST_MAX);
	if (buf_read_fd(&text, fd, err) < 0)
		rc = -1;
	else
		rc = take_manifest(bundle, str_dup(arena, buf_str(&text)), err);
	buf_done(&text);
	return rc < 0 ? err_wrap(err, "%.*s", STR_ARG(path)) : 0;
}

int rego_files_add_bundle(struct rego_files *files, str path, struct err *err)
{
	struct bundle bundle = { .files = files, .from = files->n };
	bool archive = str_ends(path, STR(".gz")) || str_ends(path, STR(".tar")) ||
		       str_ends(path, STR(".tgz"));

	while (path.n > 1 && str_ends(path, STR("/")))
		path = str_drop_end(path, 1);
	while (path.n > 2 && str_starts(path, STR("./")))
		path = str_skip(path, 2);
	if ((archive ? add_archive(&bundle, path, err) : add_folder(&bundle, path, err)) < 0)
		return -1;
	if (bundle.has_manifest && set_versions(&bundle, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return 0;
}
