/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/rpm_repository.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/path.h"
#include "fmt/syntax/xml.h"
#include "oci/digest.h"

/* Lists of mirrors may name the architecture by its variable; errata are the same for all. */
#define BASEARCH   "$basearch"
#define ARCH	   "x86_64"
#define HASH_CHUNK 32768u

struct reading {
	struct arena *arena;
	bool wanted; /* inside <data type="updateinfo"> */
	str kind;    /* of the checksum at hand */
	str location, sha256;
};

static int start(void *context, const struct xml_element *element, struct err *err)
{
	struct reading *r = context;

	(void)err;
	if (element->depth == 2)
		r->wanted = str_eq(element->name, STR("data")) &&
			    str_eq(xml_attribute(element, STR("type")), STR("updateinfo"));
	if (!r->wanted || element->depth != 3)
		return 0;
	if (str_eq(element->name, STR("location")))
		r->location = str_dup(r->arena, xml_attribute(element, STR("href")));
	else if (str_eq(element->name, STR("checksum")))
		r->kind = str_dup(r->arena, xml_attribute(element, STR("type")));
	return 0;
}

static int end(void *context, const struct xml_element *element, str text, struct err *err)
{
	struct reading *r = context;

	(void)err;
	if (r->wanted && element->depth == 3 && str_eq(element->name, STR("checksum")) &&
	    str_eq(r->kind, STR("sha256")))
		r->sha256 = str_lower(r->arena, str_trim(text));
	return 0;
}

int repomd_parse(str text, struct arena *arena, str *location, str *sha256, struct err *err)
{
	struct reading r = { .arena = arena };
	const struct xml_handler handler = {
		.context = &r, .max_elements = 10000, .start = start, .end = end
	};

	if (xml_read(text, &handler, err) < 0)
		return -1;
	if (r.location.n == 0)
		return err_set(err, ERR_INPUT, "names no file of type updateinfo");
	if (r.location.p[0] == '/' || str_find(r.location, STR("..")) >= 0 ||
	    str_find(r.location, STR("://")) >= 0 || !str_is_utf8(r.location))
		return err_set(err, ERR_INPUT, "the file lies outside of the repository");
	if (r.sha256.n > 0 && r.sha256.n != 64)
		return err_set(err, ERR_INPUT, "'%.*s' is no sha256",
			       STR_ARG(str_take(r.sha256, 100)));
	*location = r.location;
	*sha256 = r.sha256;
	return 0;
}

/* The first address of a list; comments and empty lines are passed over. */
static int first_mirror(str text, bool secure, str *out, struct err *err)
{
	str line;

	while (str_line(&text, &line)) {
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!str_starts(line, STR("https://")) &&
		    (secure || !str_starts(line, STR("http://"))))
			return err_set(err, ERR_INPUT, "'%.*s' is no https address",
				       STR_ARG(str_take(line, 200)));
		*out = str_without_suffix(line, STR("/"));
		return 0;
	}
	return err_set(err, ERR_INPUT, "a list of mirrors without an address");
}

/* "https://host/a/b" into "https://host" and "a/b". */
static void address_cut(str url, str *base, str *path)
{
	str rest = str_skip(url, (size_t)str_find(url, STR("://")) + 3);
	ptrdiff_t slash = str_find_char(rest, '/');

	*base = slash < 0 ? url : str_take(url, url.n - rest.n + (size_t)slash);
	*path = slash < 0 ? STR_EMPTY : str_skip(rest, (size_t)slash + 1);
}

/* The folder of the repository, from the list of mirrors. */
static int find_folder(const struct place *place, str list_path, str mirror, struct arena *arena,
		       struct buf *text, str *base, str *folder, struct err *err)
{
	str url;
	ptrdiff_t at;

	if (place_read(place, list_path, arena, text, err) < 0 ||
	    first_mirror(buf_str(text), str_starts(place->base, STR("https://")), &url, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(list_path));
	address_cut(str_dup(arena, url), base, folder);
	at = str_find(*folder, STR(BASEARCH));
	if (at >= 0)
		*folder = str_fmt(arena, "%.*s" ARCH "%.*s", STR_ARG(str_take(*folder, (size_t)at)),
				  STR_ARG(str_skip(*folder, (size_t)at + strlen(BASEARCH))));
	if (mirror.n > 0)
		*base = mirror;
	return 0;
}

int rpm_errata_verify(const struct rpm_errata *errata, int fd, struct err *err)
{
	AUTO(hasher_done)
	struct hasher hasher = { 0 };
	char chunk[HASH_CHUNK], digest[sizeof("sha256:") + 64];
	off_t at = 0;
	ssize_t n;

	if (errata->sha256.n == 0)
		return 0;
	(void)snprintf(digest, sizeof(digest), "sha256:%.*s", STR_ARG(errata->sha256));
	if (!digest_valid(str_c(digest)))
		return err_set(err, ERR_INPUT, "'%s' is no digest", digest);
	if (hasher_init(&hasher, str_c(digest), err) < 0)
		return -1;
	while ((n = pread(fd, chunk, sizeof(chunk), at)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "read what was fetched");
		hasher_add(&hasher, chunk, (size_t)n);
		at += n;
	}
	return hasher_verify(&hasher, str_c(digest), err) < 0
		       ? err_wrap(err, "%.*s", STR_ARG(errata->path))
		       : 0;
}

int rpm_repository_find(const struct place *place, str path, str mirror, unsigned total_s,
			struct arena *arena, struct rpm_errata *out, struct err *err)
{
	AUTO(place_close)
	struct place repository = { 0 };
	AUTO(buf_done)
	struct buf text = { 0 };
	struct rpm_errata found = { .base = place->base };
	str folder = path_dir(path_dir(path)), location, repomd;

	buf_init(&text, REPOMD_MAX_BYTES);
	if (!path_is_named(path, STR("repomd.xml")) &&
	    find_folder(place, path, mirror, arena, &text, &found.base, &folder, err) < 0)
		return -1;
	repomd = path_join(arena, folder, STR("repodata/repomd.xml"));
	place_open(&repository, found.base, total_s, arena);
	if (place_read(&repository, repomd, arena, &text, err) < 0 ||
	    repomd_parse(buf_str(&text), arena, &location, &found.sha256, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(repomd));
	found.path = path_join(arena, folder, location);
	*out = found;
	return 0;
}
