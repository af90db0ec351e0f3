/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_read [OPTION VALUE]... TARGET: opens an image, reads every layer to its end and verifies
 * it. Prints "name", "digest", "platform", ... and a line per layer. Exit 0, or 3 with the error.
 * Options: --platform --username --password --ca-file --client-cert --client-key --insecure
 * --mirror
 * --auth-file --docker-host --containerd-root --stall --max-spool
 */
#include <errno.h>
#include <zlib.h>

#include "base/err.h"
#include "oci/digest.h"
#include "oci/image.h"

#define LIST_MAX 8u

static int chunk_read(const struct blob *blob, uint64_t at, void *p, size_t n)
{
	ssize_t got;

	do {
		got = blob->seekable ? pread(blob->fd, p, n, (off_t)(blob->offset + at))
				     : read(blob->fd, p, n);
	} while (got < 0 && errno == EINTR);
	return (int)got;
}

static int inflate_into(z_stream *z, struct hasher *hasher, unsigned char *p, size_t n,
			struct err *err)
{
	unsigned char out[65536];

	z->next_in = p;
	z->avail_in = (unsigned)n;
	while (z->avail_in) {
		z->next_out = out;
		z->avail_out = sizeof(out);
		int rc = inflate(z, Z_NO_FLUSH);

		hasher_add(hasher, out, sizeof(out) - z->avail_out);
		if (rc == Z_STREAM_END)
			return 0;
		if (rc != Z_OK && rc != Z_BUF_ERROR)
			return err_set(err, ERR_INPUT, "inflate: %d", rc);
	}
	return 0;
}

/* Stored bytes against digest, or inflated bytes against diff_id where there is none. */
static int blob_verify(const struct blob *blob, const struct image_layer *layer, struct err *err)
{
	AUTO(hasher_done)
	struct hasher hasher = { 0 };
	bool stored = !str_empty(layer->digest), gzip = false;
	str want = stored ? layer->digest : layer->diff_id;
	z_stream z = { 0 };
	uint64_t at = 0;
	int rc = 0;

	if (str_empty(want))
		return layer->unverifiable ? 0 : err_set(err, ERR_INPUT, "nothing to verify with");
	if (hasher_init(&hasher, want, err) < 0)
		return -1;
	while (at < blob->size && rc == 0) {
		unsigned char p[65536];
		uint64_t left = blob->size - at;
		int n = chunk_read(blob, at, p, left < sizeof(p) ? (size_t)left : sizeof(p));

		if (n <= 0)
			break;
		if (at == 0 && !stored && n > 2 && p[0] == 0x1f && p[1] == 0x8b)
			gzip = inflateInit2(&z, 31) == Z_OK;
		if (gzip)
			rc = inflate_into(&z, &hasher, p, (size_t)n, err);
		else
			hasher_add(&hasher, p, (size_t)n);
		at += (uint64_t)n;
	}
	if (gzip)
		(void)inflateEnd(&z);
	if (rc == 0 && at != blob->size)
		rc = err_set(err, ERR_INPUT, "short: %llu of %llu bytes", (unsigned long long)at,
			     (unsigned long long)blob->size);
	return rc < 0 ? -1 : hasher_verify(&hasher, want, err);
}

static int layer_read(struct image *image, size_t i, struct err *err)
{
	const struct image_layer *layer = &image_manifest(image)->layers[i];
	struct err transport;
	struct blob blob;
	int rc;

	if (image_layer_open(image, i, &blob, err) < 0)
		return -1;
	rc = blob_verify(&blob, layer, err);
	if (image_layer_close(image, i, &blob, &transport) < 0) {
		*err = transport;
		return -1;
	}
	if (rc == 0)
		printf("layer %zu %.*s %llu %.*s\n", i + 1,
		       STR_ARG(str_empty(layer->digest) ? layer->diff_id : layer->digest),
		       (unsigned long long)layer->size, STR_ARG(layer->created_by));
	return rc;
}

static int image_read(str target, const struct image_opts *opts, struct arena *arena,
		      struct err *err)
{
	AUTO(image_close)
	struct image *image = NULL;

	if (image_open(target, opts, arena, &image, err) < 0)
		return -1;
	const struct image_manifest *m = image_manifest(image);

	printf("target %.*s\nname %.*s\ndigest %.*s\nconfig %.*s\nplatform %.*s/%.*s\n",
	       STR_ARG(m->target), STR_ARG(m->name), STR_ARG(m->digest), STR_ARG(m->config_digest),
	       STR_ARG(m->os), STR_ARG(m->architecture));
	for (size_t i = 0; i < m->repo_tags_n; i++)
		printf("tag %.*s\n", STR_ARG(m->repo_tags[i]));
	for (size_t i = 0; i < m->layers_n; i++) {
		if (layer_read(image, i, err) < 0)
			return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static str insecure[LIST_MAX], mirrors[LIST_MAX];
	struct image_opts o = { .insecure = insecure, .mirrors = mirrors };
	struct err err;
	int i = 1;

	for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
		const char *name = argv[i] + 2, *value = argv[i + 1];
		uint64_t number = 0;

		if (strcmp(name, "platform") == 0)
			o.platform = str_c(value);
		else if (strcmp(name, "username") == 0)
			o.username = str_c(value);
		else if (strcmp(name, "password") == 0)
			o.password = str_c(value);
		else if (strcmp(name, "ca-file") == 0)
			o.ca_file = value;
		else if (strcmp(name, "client-cert") == 0)
			o.client_cert = value;
		else if (strcmp(name, "client-key") == 0)
			o.client_key = value;
		else if (strcmp(name, "auth-file") == 0)
			o.auth_file = value;
		else if (strcmp(name, "docker-host") == 0)
			o.docker_host = value;
		else if (strcmp(name, "containerd-root") == 0)
			o.containerd_root = value;
		else if (strcmp(name, "insecure") == 0 && o.insecure_n < LIST_MAX)
			insecure[o.insecure_n++] = str_c(value);
		else if (strcmp(name, "mirror") == 0 && o.mirrors_n < LIST_MAX)
			mirrors[o.mirrors_n++] = str_c(value);
		else if (strcmp(name, "stall") == 0 && str_u64(str_c(value), &number))
			o.timeout_s = (unsigned)number;
		else if (strcmp(name, "max-spool") == 0 && str_u64(str_c(value), &number))
			o.max_spool = number;
		else
			return 2;
	}
	if (i + 1 != argc)
		return 2;
	if (image_read(str_c(argv[i]), &o, arena, &err) == 0)
		return 0;
	fprintf(stderr, "%s: %s\n", err_kind_name(err.kind), err.msg);
	return 3;
}
