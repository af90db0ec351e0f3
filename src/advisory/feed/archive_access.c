/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/archive_access.h"

#include <sys/utsname.h>

#include "base/err.h"

str archive_arch(void)
{
	static const struct {
		const char *machine, *debian;
	} names[] = {
		{ "x86_64", "amd64" }, { "aarch64", "arm64" },	 { "armv7l", "armhf" },
		{ "i686", "i386" },    { "ppc64le", "ppc64el" }, { "riscv64", "riscv64" },
		{ "s390x", "s390x" },  { "mips64", "mips64el" },
	};
	struct utsname u;

	if (uname(&u) < 0)
		return STR("amd64");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(u.machine, names[i].machine) == 0)
			return str_c(names[i].debian);
	}
	return STR("amd64");
}

void archive_note(struct archive_access *access, str note)
{
	str *notes = (str *)(uintptr_t)access->notes;

	notes = arena_grow(access->arena, notes, access->note_count, &access->note_cap,
			   sizeof(str));
	notes[access->note_count++] = note;
	access->notes = notes;
}

void archive_index_add(struct archive_access *access, const struct archive_index *index)
{
	access->indexes = arena_grow(access->arena, access->indexes, access->index_count,
				     &access->index_cap, sizeof(*index));
	access->indexes[access->index_count++] = *index;
}

static bool suite_there(const struct archive_access *access, const struct archive_release *release,
			enum suite_kind kind)
{
	for (size_t i = 0; i < access->index_count; i++) {
		if (access->indexes[i].release == release && access->indexes[i].kind == kind)
			return true;
	}
	return false;
}

static int suites_check(struct archive_access *access, struct err *err)
{
	for (size_t i = 0; i < access->opts.release_count; i++) {
		const struct archive_release *release = &access->opts.releases[i];
		bool base = suite_there(access, release, SUITE_RELEASE);
		bool security = suite_there(access, release, SUITE_SECURITY);

		if (!base && !security)
			return err_set(err, ERR_NOT_FOUND, "no package index of %.*s is to be had",
				       STR_ARG(release->codename));
		if (!security)
			archive_note(
				access,
				str_fmt(access->arena,
					"No security suite of %.*s was to be had: only updates "
					"of the release itself are known.",
					STR_ARG(release->codename)));
		if (!base)
			archive_note(access,
				     str_fmt(access->arena,
					     "The suite %.*s itself was not to be had: only its "
					     "security suite was read.",
					     STR_ARG(release->codename)));
	}
	return 0;
}

int archive_access_open(struct archive_access *access, const struct archive_access_opts *opts,
			struct arena *arena, struct err *err)
{
	*access = (struct archive_access){ .opts = *opts, .arena = arena };
	int r = str_empty(opts->mirror) ? archive_apt_open(access, err)
					: archive_mirror_open(access, err);
	return r < 0 ? -1 : suites_check(access, err);
}

void archive_access_close(struct archive_access *access)
{
	for (size_t i = 0; i < access->place_count; i++)
		place_close(&access->places[i]);
	access->place_count = 0;
}

int archive_access_debs(struct archive_access *access, struct archive_wanted *wanted, size_t n,
			int (*take)(void *data, const struct archive_wanted *w, struct err *err),
			void *data, struct err *err)
{
	AUTO(buf_done)
	struct buf scratch = { 0 };

	if (str_empty(access->opts.mirror))
		return archive_apt_debs(access, wanted, n, take, data, err);
	buf_init(&scratch, ARCHIVE_DEB_MAX);
	for (size_t i = 0; i < n; i++) {
		AUTO(fd_close)
		int fd = -1;
		struct err why = { .kind = ERR_NONE };

		if (archive_mirror_deb(access, &wanted[i], &scratch, &fd, &why) < 0)
			fd = -1;
		wanted[i].fd = fd;
		int r = take(data, &wanted[i], &why);
		wanted[i].fd = -1;
		if (r < 0) {
			*err = why;
			return -1;
		}
	}
	return 0;
}
