/* SPDX-License-Identifier: Apache-2.0 */
/*
 * containerd:[NAMESPACE=]REF: the content store of containerd on this machine, read as files. Its
 * metadata name the digest of an image; the blobs lie in a folder by digest.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/err.h"
#include "fmt/binary/bolt.h"
#include "oci/digest.h"
#include "oci/layout.h"
#include "oci/reference.h"

#define DEFAULT_ROOT   "/var/lib/containerd"
#define METADATA_FILE  "io.containerd.metadata.v1.bolt/meta.db"
#define CONTENT_FOLDER "io.containerd.content.v1.content"
#define NAMESPACES_MAX 64u
#define NAMESPACE_MAX  80u /* bytes of a name */
#define READ_TRIES     8u  /* of a database that changes while it is read */

struct search {
	struct bolt *bolt;
	struct arena *arena;
	struct bolt_bucket top; /* of the schema's version */
	str namespace;		/* the only one to look in, or empty */
	str names[2];		/* as given, and in full */
	str found_in[NAMESPACES_MAX], digests[NAMESPACES_MAX];
	size_t found_n, namespaces_n;
};

/* The bucket reached by following names; 1, 0, -1. */
static int descend(struct search *s, struct bolt_bucket from, const str *names, size_t n,
		   struct bolt_bucket *out, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		int got = bolt_bucket_get(s->bolt, &from, names[i], s->arena, &from, err);

		if (got <= 0)
			return got;
	}
	*out = from;
	return 1;
}

/* The target of an image in one namespace. */
static int look_up(struct search *s, str namespace, str name, str *digest, struct err *err)
{
	const str path[] = { namespace, STR("images"), name, STR("target") };
	struct bolt_bucket target;
	int got = descend(s, s->top, path, ARRAY_LEN(path), &target, err);

	if (got <= 0)
		return got;
	got = bolt_value(s->bolt, &target, STR("digest"), s->arena, digest, err);
	if (got == 1 && !digest_valid(*digest))
		return err_set(err, ERR_INPUT, "the metadata of the image hold no valid digest");
	return got;
}

static int in_namespace(void *context, str key, bool bucket, struct err *err)
{
	struct search *s = context;

	if (!bucket || (!str_empty(s->namespace) && !str_eq(s->namespace, key)))
		return 0;
	if (key.n > NAMESPACE_MAX || ++s->namespaces_n > NAMESPACES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u namespaces", NAMESPACES_MAX);
	for (size_t i = 0; i < ARRAY_LEN(s->names); i++) {
		str digest;
		int got = str_empty(s->names[i]) ? 0 : look_up(s, key, s->names[i], &digest, err);

		if (got < 0)
			return -1;
		if (got == 0)
			continue;
		s->found_in[s->found_n] = key;
		s->digests[s->found_n++] = digest;
		break;
	}
	return 0;
}

static int search_once(int fd, struct search *s, struct err *err)
{
	struct bolt bolt;
	int got;

	if (bolt_open(fd, &bolt, err) < 0)
		return -1;
	s->bolt = &bolt;
	s->found_n = s->namespaces_n = 0;
	got = bolt_bucket_get(&bolt, &bolt.top, STR("v1"), s->arena, &s->top, err);
	if (got > 0)
		got = bolt_each(&bolt, &s->top, s->arena, in_namespace, s, err);
	struct err reread;
	int changed = bolt_changed(&bolt, &reread);

	s->bolt = NULL;
	if (changed < 0) {
		*err = reread;
		return -1;
	}
	return changed ? 1 : got < 0 ? -1 : 0;
}

static int search(int fd, struct search *s, struct err *err)
{
	for (unsigned i = 0; i < READ_TRIES; i++) {
		int rc = search_once(fd, s, err);

		if (rc <= 0)
			return rc;
	}
	return err_set(err, ERR_SYS, "the metadata changed each time they were read");
}

/* The same image in several namespaces is one; different ones must be told apart. */
static int decide(const struct search *s, str *digest, struct err *err)
{
	if (s->found_n == 0)
		return err_set(err, ERR_NOT_FOUND, "no image '%.*s' in containerd (%zu namespaces)",
			       STR_ARG(s->names[0]), s->namespaces_n);
	for (size_t i = 1; i < s->found_n; i++) {
		if (!str_eq(s->digests[i], s->digests[0]))
			return err_set(
				err, ERR_USAGE,
				"there are different images of that name in the namespaces %.*s "
				"and %.*s: write containerd:%.*s=%.*s",
				STR_ARG(s->found_in[0]), STR_ARG(s->found_in[i]),
				STR_ARG(s->found_in[0]), STR_ARG(s->names[0]));
	}
	*digest = s->digests[0];
	return 0;
}

static int metadata_open(struct image *image, const char *root, struct err *err)
{
	const char *path =
		str_cstr(image->arena, str_fmt(image->arena, "%s/%s", root, METADATA_FILE));
	AUTO(fd_close)
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return err_set(err, ERR_NOT_FOUND, "containerd keeps nothing in %s", root);
	if (fd < 0 && errno == EACCES)
		return err_set(err, ERR_DENIED, "no right to read %s: run as root", path);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "%s is not a file", path);
	return fd_take(&fd);
}

static int content_attach(struct image *image, const char *root, struct err *err)
{
	const char *path =
		str_cstr(image->arena, str_fmt(image->arena, "%s/%s", root, CONTENT_FOLDER));
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "%s", path);
	layout_dir_attach(image, fd);
	return 0;
}

static int containerd_open(struct image *image, str rest, struct err *err)
{
	const char *root =
		image->opts->containerd_root ? image->opts->containerd_root : DEFAULT_ROOT;
	struct search s = { .arena = image->arena };
	struct descriptor d = { .size = SIZE_UNKNOWN };
	struct reference ref;
	struct err ignored; /* names that are no references are looked up as they are */

	s.names[0] = rest;
	(void)str_cut(rest, '=', &s.namespace, &s.names[0]);
	if (reference_parse(s.names[0], image->arena, &ref, &ignored) == 0)
		s.names[1] = reference_text(&ref, image->arena);
	AUTO(fd_close)
	int fd = metadata_open(image, root, err);

	if (fd < 0)
		return -1;
	if (search(fd, &s, err) < 0 || decide(&s, &d.digest, err) < 0)
		return -1;
	image->manifest.name = s.names[str_empty(s.names[1]) ? 0 : 1];
	if (content_attach(image, root, err) < 0)
		return -1;
	return image_resolve(image, &d, err);
}

const struct transport transport_containerd = {
	.prefix = "containerd:",
	.form = "containerd:[NAMESPACE=]REF",
	.open = containerd_open,
};
