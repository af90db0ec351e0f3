/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * image: one container image, opened wherever it lies. The target says where:
 *
 *     docker://REF, REF               a registry (Docker's reference grammar)
 *     oci:DIR[:TAG|@DIGEST]           an OCI image layout
 *     oci-archive:FILE[:TAG|@DIGEST]  the same in a tar file
 *     docker-archive:FILE[:TAG|@N]    what `docker save` writes; @N is the Nth image, from 0
 *     docker-daemon:REF               the Docker or Podman engine of this machine: where the
 *                                     engine keeps the image, else its export
 *     containerd:[NAMESPACE=]REF      the content store of containerd
 *     -                               an archive of either kind on standard input
 *
 * Opening reads manifests and the configuration (verified against their digests), never a layer.
 * Nothing is unpacked. Layers come as descriptors that a reader (a confined worker) streams; the
 * reader verifies: sha256 of the stored bytes against `digest` or, where that is empty, of the
 * inflated bytes against `diff_id`. At least one of the two is set, except where `unverifiable`
 * says that the archive carries neither.
 *
 * Limits: manifests and indexes 4 MiB, configuration 16 MiB, 2048 layers, 4096 entries of an index,
 * indexes nested 4 deep, 131 072 entries of an archive; spooled archives as in the options.
 * An opened image is used by one thread, its blobs by any; they may be open two or more at a time.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;
struct image;
struct json;

struct image_opts {
	str platform; /* "os/arch[/variant]"; empty: linux and this machine's architecture */

	/* Registry. Without a user name the configuration files of Docker and containers are asked.
	 */
	str username, password;	 /* for the registry, not for mirrors */
	const char *auth_file;	 /* instead of the usual places; NULL: look there */
	const char *ca_file;	 /* PEM, in addition to the system's; NULL: none */
	const char *client_cert; /* PEM; NULL: none */
	const char *client_key;
	const str *
		insecure; /* "host[:port]" for which plain HTTP and unknown certificates are fine */
	size_t insecure_n;
	const str *mirrors; /* "registry=mirror-host[:port][/prefix]", tried in order before it */
	size_t mirrors_n;
	unsigned timeout_s;  /* for one request without progress; 0: 30 */
	int64_t deadline_ms; /* of time_mono_ms, for all of it; 0: none */

	const char *tmp_dir; /* for spooled archives; NULL: $TMPDIR or /var/tmp */
	uint64_t max_spool;  /* bytes of an archive from a pipe or an engine; 0: 64 GiB */
	int stdin_fd;	     /* what "-" reads; 0 is standard input */

	const char *docker_host;     /* NULL: $DOCKER_HOST, then the usual sockets */
	const char *docker_cert_dir; /* NULL: $DOCKER_CERT_PATH, ~/.docker */
	const char *containerd_root; /* NULL: /var/lib/containerd */
	const char *host_root;	     /* where the root of the engine's machine is; NULL: "/" */
	/* Where an engine keeps its images, and its storage driver, when the caller knows: an image
	 * named by its ID is read there without asking the engine. */
	str engine_root, engine_driver;
	bool engine_export; /* do not read images where an engine keeps them */
};

#define SIZE_LATER UINT64_MAX

struct image_layer {
	str digest;	/* of the stored bytes, "sha256:..."; may be empty (docker-archive) */
	str diff_id;	/* of the inflated bytes; may be empty (no configuration) */
	str media_type; /* as declared; what it really is, is told by its first bytes */
	uint64_t size;	/* stored bytes; SIZE_LATER: known once it is opened */
	str created_by; /* the history entry that made it; may be empty */
	bool foreign;	/* meant to be kept elsewhere, by URLs that are not followed: may lack */
	bool unverifiable;
};

struct image_manifest {
	str target;	   /* in full, with transport: "docker://docker.io/library/debian:12" */
	str name;	   /* the reference without digest, when there is one */
	str source;	   /* the registry or mirror that answered; empty elsewhere */
	str digest;	   /* of the manifest; empty for docker-archive */
	str index_digest;  /* of the index it was chosen from, if any */
	str media_type;	   /* of the manifest; may be empty */
	str config_digest; /* also the image ID of Docker */
	str os, architecture, variant, os_version;
	str created;	       /* as written in the configuration; may be empty */
	bool in_place;	       /* read where an engine keeps it, without asking for an export */
	bool platform_differs; /* none was asked for, and the image is for another machine */
	const str *repo_tags;
	size_t repo_tags_n;
	const struct image_layer *layers; /* lowest first */
	size_t layers_n;
	const struct json *config; /* the whole configuration document */
};

/* Where the stored bytes of a layer are. */
struct blob {
	int fd;		 /* owned by the blob; close it with image_layer_close */
	uint64_t offset; /* first byte in fd when seekable; the pipe starts at 0 */
	uint64_t size;	 /* exactly so many bytes belong to it */
	bool seekable;	 /* false: the read end of a pipe that a thread fills */
	void *transfer;	 /* private */
};

/*
 * Opens `target`. The result refers to `arena`. Fails with ERR_USAGE for a target or option that
 * makes no sense (also an existing path without a transport), ERR_NOT_FOUND, ERR_DENIED,
 * ERR_NETWORK, ERR_INPUT and ERR_LIMIT for a malformed or oversized image, ERR_UNSUPPORTED for a
 * kind that is not read (schema 1, an artifact that is no image).
 */
int image_open(str target, const struct image_opts *opts, struct arena *arena, struct image **out,
	       struct err *err) MUST_USE;
/* Accepts NULL. All blobs must be closed. */
void image_close(struct image *image);
AUTO_PTR(image_close, struct image);

const struct image_manifest *image_manifest(const struct image *image);

/*
 * Opens the stored bytes of one layer; again and several at once is allowed. Here and in
 * image_layer_close the message does not name the layer.
 */
int image_layer_open(struct image *image, size_t index, struct blob *out, struct err *err) MUST_USE;
/*
 * Ends the transfer. Fails when the transport did: then whatever the reader saw is not the layer.
 * A reader that stopped early is no failure of the transport. Accepts a closed or zeroed blob
 * (fd 0 with no transfer is taken as never opened).
 */
int image_layer_close(struct image *image, size_t index, struct blob *blob, struct err *err);

/* The forms of a target, one a line, for usage texts. */
str image_target_forms(struct arena *arena);
/* True when `target` starts with a transport of this module ("oci:", "docker://" ... or is "-"). */
bool image_target_has_transport(str target);
