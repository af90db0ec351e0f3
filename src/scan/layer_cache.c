/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/layer_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/folder.h"
#include "base/rd.h"
#include "base/temp_file.h"
#include "base/time.h"
#include "oci/digest.h"

/* In front of the frames: magic, crc of the frames, their size, sha256 of the key in hex. */
#define MAGIC	     "seawallL"
#define HEADER_BYTES 128u
#define KEY_TEXT     71u	 /* "sha256:" and 64 digits */
#define STALE_S	     (24 * 3600) /* a half-written entry of a run that died */
#define ENTRIES_MAX  100000u

static bool entry_path(char out[4096], const char *dir, str key, struct arena *scratch,
		       str *key_digest)
{
	*key_digest = digest_sha256(key, scratch);
	str hex = digest_encoded(*key_digest);
	int n = snprintf(out, 4096, "%s/%.*s", dir, STR_ARG(hex));

	return n > 0 && n < 4096;
}

bool layer_cache_get(const char *dir, str key, struct layer_record *record)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	char path[4096], header[HEADER_BYTES];
	struct err ignored;
	struct stat st;
	str digest;

	if (!entry_path(path, dir, key, scratch, &digest))
		return false;
	AUTO(fd_close)
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    pread(fd, header, sizeof(header), 0) != (ssize_t)sizeof(header))
		return false;
	struct rd r = rd_from(str_of(header, sizeof(header)));
	if (!str_eq(rd_bytes(&r, strlen(MAGIC)), STR(MAGIC)))
		return false;
	uint32_t crc = rd_u32le(&r);
	uint64_t size = rd_u64le(&r);
	str kept = rd_bytes(&r, KEY_TEXT);
	if (!str_eq(kept, digest) || size + HEADER_BYTES != (uint64_t)st.st_size)
		return false;
	layer_record_init(record, fd_take(&fd), HEADER_BYTES);
	if (layer_record_load(record, size, &ignored) < 0 || record->crc != crc) {
		layer_record_done(record);
		return false;
	}
	/* Its age is the time of its last use. */
	IGNORE(utimensat(AT_FDCWD, path, NULL, 0)); /* read-only cache: then the age stays */
	return true;
}

bool layer_cache_begin(const char *dir, struct layer_record *record)
{
	struct err ignored;
	int fd;

	if (!folder_make(dir))
		return false;
	fd = temp_file_open(dir, &ignored);
	if (fd < 0)
		return false;
	layer_record_init(record, fd, HEADER_BYTES);
	return true;
}

static void put_uint(char *p, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		p[i] = (char)(v >> (8 * i) & 0xff);
}

void layer_cache_keep(const char *dir, str key, struct layer_record *record)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	char path[4096], name[4096], self[64], header[HEADER_BYTES] = MAGIC;
	str digest;
	int n = snprintf(name, sizeof(name), "%s/.new-%d", dir, (int)getpid());

	put_uint(header + 8, record->crc, 4);
	put_uint(header + 12, record->size, 8);
	if (n < 0 || (size_t)n >= sizeof(name) || !entry_path(path, dir, key, scratch, &digest) ||
	    digest.n != KEY_TEXT)
		return;
	memcpy(header + 20, digest.p, digest.n);
	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", record->fd);
	if (pwrite(record->fd, header, sizeof(header), 0) != (ssize_t)sizeof(header) ||
	    linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) < 0)
		return;
	if (rename(name, path) < 0)
		IGNORE(unlink(name)); /* it was made above */
}

struct cache_entry {
	char name[80];
	uint64_t size;
	int64_t used;
};

static int by_age(const void *a, const void *b)
{
	const struct cache_entry *x = a, *y = b;

	if (x->used != y->used)
		return x->used < y->used ? -1 : 1;
	return strcmp(x->name, y->name);
}

void layer_cache_trim(const char *dir, uint64_t max_bytes)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct cache_entry *entries = NULL;
	size_t n = 0, cap = 0;
	uint64_t sum = 0;
	char path[4096];
	int length = snprintf(path, sizeof(path), "%s", dir);

	if (length < 0 || (size_t)length >= sizeof(path))
		return;
	AUTO(closedir)
	DIR *folder = opendir(path);
	for (struct dirent *e = folder ? readdir(folder) : NULL; e && n < ENTRIES_MAX;
	     e = readdir(folder)) {
		struct stat st;

		if (strlen(e->d_name) >= sizeof(entries->name) ||
		    fstatat(dirfd(folder), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		if (e->d_name[0] == '.') {
			if (time_now() - st.st_mtime > STALE_S)
				IGNORE(unlinkat(dirfd(folder), e->d_name, 0)); /* or somebody did */
			continue;
		}
		entries = arena_grow(scratch, entries, n, &cap, sizeof(*entries));
		entries[n].size = (uint64_t)st.st_size;
		entries[n].used = st.st_mtime;
		memcpy(entries[n].name, e->d_name, strlen(e->d_name) + 1);
		sum += entries[n++].size;
	}
	if (sum <= max_bytes)
		return;
	qsort(entries, n, sizeof(*entries), by_age);
	for (size_t i = 0; i < n && sum > max_bytes; i++) {
		IGNORE(unlinkat(dirfd(folder), entries[i].name, 0)); /* or somebody did */
		sum -= entries[i].size;
	}
}
