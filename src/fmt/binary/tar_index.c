/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/tar_index.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/path.h"

#define WINDOW 16384u

/* Reads the file from `at`, a window at a time. */
struct file_source {
	int fd;
	uint64_t at, size;
	char window[WINDOW];
};

static int next(void *context, str *piece, struct err *err)
{
	struct file_source *file = context;
	ssize_t n;

	if (file->at >= file->size)
		return 0;
	do
		n = pread(file->fd, file->window, WINDOW, (off_t)file->at);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, errno, "read archive");
	file->at += (uint64_t)n;
	*piece = str_of(file->window, (size_t)n);
	return n > 0;
}

static int add(struct tar_index *index, const struct tar_reader *reader,
	       const struct tar_entry *entry, struct arena *arena, struct err *err)
{
	struct tar_place *place;
	str path;

	if (index->by_path.n >= TAR_INDEX_MAX || arena_used(arena) > TAR_INDEX_MEMORY)
		return err_set(err, ERR_LIMIT, "archive with more than %zu entries",
			       index->by_path.n);
	if (path_normal(entry->path, arena, &path, err) < 0)
		return -1;
	if (entry->stored > index->size || reader->offset > index->size - entry->stored)
		return err_set(err, ERR_INPUT, "archive is cut off in %.*s",
			       STR_ARG(str_take(path, 200)));
	place = ARENA_NEW(arena, struct tar_place);
	*place = (struct tar_place){ .type = entry->type,
				     .sparse = reader->sparse,
				     .offset = reader->offset,
				     .size = entry->stored,
				     .path = path,
				     .link = str_dup(arena, entry->link) };
	map_put(&index->by_path, path, place);
	return 0;
}

int tar_index_read(int fd, struct arena *arena, struct tar_index *out, struct err *err)
{
	AUTO(tar_done)
	struct tar_reader reader = { 0 };
	struct file_source *file;
	struct tar_index index = { .fd = fd };
	struct tar_entry entry;
	struct stat st;
	int got;

	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "archive");
	file = ARENA_NEW(arena, struct file_source);
	*file = (struct file_source){ .fd = fd, .size = (uint64_t)st.st_size };
	index.size = file->size;
	map_init(&index.by_path, arena);
	tar_init(&reader, (struct tar_source){ .context = file, .next = next });
	while ((got = tar_next(&reader, &entry, err)) > 0) {
		if (add(&index, &reader, &entry, arena, err) < 0)
			return -1;
		file->at += tar_leave(&reader);
	}
	if (got == 0)
		*out = index;
	return got;
}

bool tar_index_has(const struct tar_index *index, str path)
{
	return map_has(&index->by_path, path);
}

int tar_index_file(const struct tar_index *index, str path, struct arena *arena,
		   const struct tar_place **out, struct err *err)
{
	str now = path;

	for (unsigned links = 0; links < TAR_INDEX_LINKS; links++) {
		const struct tar_place *place = map_get(&index->by_path, now);

		if (!place)
			return err_set(err, ERR_NOT_FOUND, "the archive has no %.*s",
				       STR_ARG(str_take(now, 200)));
		if (place->type == TAR_FILE && place->sparse)
			return err_set(err, ERR_UNSUPPORTED, "%.*s is stored as a sparse file",
				       STR_ARG(str_take(now, 200)));
		if (place->type == TAR_FILE) {
			*out = place;
			return 0;
		}
		if (place->type == TAR_SYMLINK) {
			if (path_link_target(now, place->link, arena, &now, err) < 0)
				return -1;
		} else if (place->type == TAR_HARDLINK) {
			if (path_normal(place->link, arena, &now, err) < 0)
				return -1;
		} else {
			return err_set(err, ERR_INPUT, "%.*s is no file",
				       STR_ARG(str_take(now, 200)));
		}
	}
	return err_set(err, ERR_LIMIT, "%.*s: more than %u links", STR_ARG(str_take(path, 200)),
		       TAR_INDEX_LINKS);
}

int tar_index_load(const struct tar_index *index, str path, size_t max, struct arena *arena,
		   str *out, struct err *err)
{
	const struct tar_place *place;
	size_t have = 0;
	char *text;

	if (tar_index_file(index, path, arena, &place, err) < 0)
		return -1;
	if (place->size > max)
		return err_set(err, ERR_LIMIT, "%.*s: %llu bytes, more than the %zu allowed",
			       STR_ARG(str_take(path, 200)), (unsigned long long)place->size, max);
	text = arena_bytes(arena, (size_t)place->size);
	while (have < place->size) {
		ssize_t n = pread(index->fd, text + have, (size_t)place->size - have,
				  (off_t)(place->offset + have));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "read archive");
		if (n == 0)
			return err_set(err, ERR_INPUT, "the archive became shorter");
		have += (size_t)n;
	}
	*out = str_of(text, have);
	return 0;
}
