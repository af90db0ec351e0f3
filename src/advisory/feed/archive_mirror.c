/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our own reading of a mirror: dists/SUITE/InRelease (or Release and Release.gpg), the Packages
 * files it names by SHA-256, and packages by the SHA-256 in those. The signature is checked with
 * gpgv where it and the distribution's keys are installed, and said so where not.
 */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "advisory/feed/archive_access.h"
#include "advisory/feed/unpack.h"
#include "base/err.h"
#include "base/program.h"
#include "oci/digest.h"

#define GPGV_MS 20000

static const char *const keyring_folder = "usr/share/keyrings";

/* A file of the suite that was read, in the work folder, for gpgv. */
static int work_write(const struct archive_access *access, const char *name, str bytes, char **path,
		      struct err *err)
{
	*path = str_cstr(access->arena, str_fmt(access->arena, "%s/%s", access->opts.work, name));
	FILE *f = fopen(*path, "we");
	if (!f)
		return err_sys(err, errno, "%s", *path);
	size_t n = fwrite(bytes.p, 1, bytes.n, f);
	int r = fclose(f);
	if (n != bytes.n || r != 0)
		return err_sys(err, errno, "write %s", *path);
	return 0;
}

/* What a suite's Release file says, and whether somebody we know signed it. */
struct suite_text {
	str text, signature; /* signature of a Release file; empty with InRelease */
	bool inline_signed;
};

static char *keyring_of(const struct archive_access *archive)
{
	char *path =
		str_cstr(archive->arena, str_fmt(archive->arena, "%s/%s/%.*s-archive-keyring.gpg",
						 archive->opts.root, keyring_folder,
						 STR_ARG(archive->opts.family)));

	return access(path, R_OK) == 0 ? path : NULL;
}

/* 1: signed by a known key, 0: could not be checked (a note says why), -1: signed by nobody known.
 */
static int signature_check(struct archive_access *access, str suite, struct suite_text *s,
			   struct err *err)
{
	struct program_opts opts = { .output_max = RELEASE_MAX_BYTES, .timeout_ms = GPGV_MS };
	struct program_result result;
	char *keyring = keyring_of(access), *file, *signature = NULL;
	const char *reason = !program_exists("gpgv") ? "gpgv is not installed"
			     : !keyring		     ? "the distribution's keys are not installed"
			     : !s->inline_signed && str_empty(s->signature)
				     ? "the mirror has no signature"
				     : NULL;

	if (reason) {
		archive_note(access,
			     str_fmt(access->arena, "The signature of %.*s was not checked: %s.",
				     STR_ARG(suite), reason));
		return 0;
	}
	if (work_write(access, "release", s->text, &file, err) < 0 ||
	    (!s->inline_signed &&
	     work_write(access, "release.gpg", s->signature, &signature, err) < 0))
		return -1;
	const char *inline_args[] = { "gpgv", "--keyring", keyring, "--output", "-", file, NULL };
	const char *split_args[] = { "gpgv", "--keyring", keyring, signature, file, NULL };
	if (program_run(s->inline_signed ? inline_args : split_args, &opts, access->arena, &result,
			err) < 0)
		return -1;
	if (result.status != 0)
		return err_set(err, ERR_DENIED, "%.*s: its signature is not good: %.*s",
			       STR_ARG(suite), STR_ARG(str_trim(result.errors)));
	if (s->inline_signed)
		s->text = result.output;
	return 1;
}

static int suite_text_read(struct archive_access *access, const struct place *place, str dir,
			   struct buf *scratch, struct suite_text *out, struct err *err)
{
	struct arena *arena = access->arena;

	*out = (struct suite_text){ 0 };
	if (place_read(place, str_cat(arena, dir, STR("/InRelease")), arena, scratch, err) == 0) {
		out->text = str_dup(arena, buf_str(scratch));
		out->inline_signed = true;
		return 0;
	}
	if (err->kind != ERR_NOT_FOUND ||
	    place_read(place, str_cat(arena, dir, STR("/Release")), arena, scratch, err) < 0)
		return -1;
	out->text = str_dup(arena, buf_str(scratch));
	if (place_read(place, str_cat(arena, dir, STR("/Release.gpg")), arena, scratch, err) == 0)
		out->signature = str_dup(arena, buf_str(scratch));
	else if (err->kind != ERR_NOT_FOUND)
		return -1;
	return 0;
}

static int digest_check(str bytes, str sha256, struct arena *arena, struct err *err)
{
	return digest_verify(bytes, str_cat(arena, STR("sha256:"), str_lower(arena, sha256)), err);
}

/* Reads one Packages file in whatever packing the mirror has. 0: it has none of this component. */
static int packages_read(struct archive_access *access, const struct place *place,
			 const struct release_file *release, str dir, str component,
			 struct buf *scratch, str *out, struct err *err)
{
	static const char *const endings[] = { ".xz", ".gz", "" };
	struct arena *arena = access->arena;
	uint64_t size;
	str digest;

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		AUTO(buf_done)
		struct buf text = { 0 };
		str name = str_fmt(arena, "%.*s/binary-%.*s/Packages%s", STR_ARG(component),
				   STR_ARG(access->opts.arch), endings[i]);

		if (!release_digest(release, name, &digest, &size))
			continue;
		if (place_read(place, str_fmt(arena, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name)),
			       arena, scratch, err) < 0) {
			if (err->kind == ERR_NOT_FOUND && i + 1 < ARRAY_LEN(endings))
				continue; /* mirrors keep one packing and name all */
			return -1;
		}
		buf_init(&text, INDEX_MAX_BYTES);
		if (digest_check(buf_str(scratch), digest, arena, err) < 0 ||
		    unpack_text(buf_str(scratch), &text, err) < 0)
			return err_wrap(err, "%.*s", STR_ARG(name));
		*out = str_dup(arena, buf_str(&text));
		return 1;
	}
	return 0;
}

/* The components that the Release file names for our architecture, one after the other. */
static bool component_next(const struct archive_access *access, str *digests, str *component)
{
	str marks[] = { str_fmt(access->arena, "/binary-%.*s/Packages", STR_ARG(access->opts.arch)),
			STR("debian-installer") };
	str line;

	while (str_line(digests, &line)) {
		ptrdiff_t at = str_find(line, marks[0]);
		ptrdiff_t from = at < 0 ? -1 : str_rfind_char(str_take(line, (size_t)at), ' ');

		if (from < 0 || str_find(line, marks[1]) >= 0)
			continue;
		*component = str_of(line.p + from + 1, (size_t)(at - from - 1));
		return true;
	}
	return false;
}

static bool component_seen(const struct archive_access *access, size_t first, str suite,
			   str component)
{
	str key = str_fmt(access->arena, "%.*s %.*s", STR_ARG(suite), STR_ARG(component));

	for (size_t i = first; i < access->index_count; i++) {
		if (str_eq(access->indexes[i].suite, key))
			return true;
	}
	return false;
}

/* All components of one suite in one place. ERR_NOT_FOUND when the suite is not there. */
static int suite_read(struct archive_access *access, size_t place_index,
		      const struct archive_release *release, enum suite_kind kind, str suite,
		      struct buf *scratch, struct err *err)
{
	const struct place *place = &access->places[place_index];
	str dir = str_cat(access->arena, STR("dists/"), suite), digests, component;
	struct release_file file;
	struct suite_text text;
	size_t first = access->index_count;

	if (suite_text_read(access, place, dir, scratch, &text, err) < 0 ||
	    signature_check(access, suite, &text, err) < 0 ||
	    release_parse(text.text, &file, err) < 0)
		return -1;
	if (!str_eq(file.codename, release->codename) && !str_eq(file.codename, suite) &&
	    !str_eq(file.suite, suite))
		return err_set(err, ERR_INPUT, "%.*s: the mirror answers with %.*s", STR_ARG(suite),
			       STR_ARG(file.codename));
	if (file.valid_until > 0 && file.valid_until < access->opts.now)
		archive_note(access,
			     str_fmt(access->arena,
				     "The index of %.*s is past its own date of validity: the "
				     "mirror is old.",
				     STR_ARG(suite)));
	digests = file.digests;
	while (component_next(access, &digests, &component)) {
		struct archive_index index = {
			.release = release, .kind = kind, .date = file.date, .place = place_index
		};

		if (component_seen(access, first, suite, component))
			continue;
		int r = packages_read(access, place, &file, dir, component, scratch, &index.text,
				      err);
		if (r < 0)
			return err_wrap(err, "%.*s", STR_ARG(suite));
		index.suite =
			str_fmt(access->arena, "%.*s %.*s", STR_ARG(suite), STR_ARG(component));
		if (r > 0)
			archive_index_add(access, &index);
	}
	if (access->index_count == first)
		return err_set(err, ERR_NOT_FOUND, "%.*s: no packages for %.*s", STR_ARG(suite),
			       STR_ARG(access->opts.arch));
	return 0;
}

/* Where a suite may lie: in the place named, or below it under the names that mirrors use. */
static int suite_find(struct archive_access *access, const struct archive_release *release,
		      enum suite_kind kind, struct buf *scratch, struct err *err)
{
	static const char *const endings[SUITE_KINDS] = { "", "-updates", "-security" };
	str suite = str_fmt(access->arena, "%.*s%s", STR_ARG(release->codename), endings[kind]);
	struct err refused = { .kind = ERR_NONE };

	for (size_t i = 0; i < access->place_count; i++) {
		if (suite_read(access, i, release, kind, suite, scratch, err) == 0)
			return 0;
		if (err->kind == ERR_NOT_FOUND)
			continue;
		if (err->code < 400 || err->code > 499)
			return -1; /* it is there, but not as it should be; or nobody answers */
		refused = *err;
	}
	/* Some servers refuse what they do not have. The caller says what a missing suite means. */
	if (refused.kind != ERR_NONE)
		archive_note(access, str_fmt(access->arena, "%.*s was not to be had: %s.",
					     STR_ARG(suite), refused.msg));
	return 0;
}

int archive_mirror_open(struct archive_access *access, struct err *err)
{
	struct arena *arena = access->arena;
	str family = access->opts.family, mirror = access->opts.mirror;
	str bases[] = { mirror, str_fmt(arena, "%.*s/%.*s", STR_ARG(mirror), STR_ARG(family)),
			str_fmt(arena, "%.*s/%.*s-security", STR_ARG(mirror), STR_ARG(family)) };
	AUTO(buf_done)
	struct buf scratch = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(bases); i++)
		place_open(&access->places[access->place_count++], bases[i], access->opts.timeout_s,
			   arena);
	buf_init(&scratch, 256u << 20);
	for (size_t i = 0; i < access->opts.release_count; i++) {
		for (int kind = 0; kind < SUITE_KINDS; kind++) {
			if (suite_find(access, &access->opts.releases[i], kind, &scratch, err) < 0)
				return -1;
		}
	}
	return 0;
}

int archive_mirror_deb(struct archive_access *access, const struct archive_wanted *wanted,
		       struct buf *scratch, int *fd, struct err *err)
{
	const struct archive_index *index = &access->indexes[wanted->source->location];

	if (place_read(&access->places[index->place], wanted->deb->filename, access->arena, scratch,
		       err) < 0)
		return -1;
	if (digest_check(buf_str(scratch), wanted->deb->sha256, access->arena, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(wanted->deb->filename));
	int memory = memfd_create("package", MFD_CLOEXEC);
	if (memory < 0)
		return err_sys(err, errno, "memfd");
	if (fd_write_all(memory, buf_str(scratch), err) < 0 || lseek(memory, 0, SEEK_SET) < 0) {
		(void)close(memory); /* only memory */
		return -1;
	}
	*fd = memory;
	return 0;
}
