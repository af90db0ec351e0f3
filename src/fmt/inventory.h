/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * inventory: everything a scan gathered about one target, before anything is judged. Lives in one
 * arena. Order is fixed (layers bottom to top, packages by kind, name, version, arch, path), so
 * that the same target gives the same bytes.
 */
#include "base/err.h"
#include "fmt/licence/licence_fact.h"
#include "fmt/package.h"
#include "fmt/secret.h"

/* From os-release and its older relatives. Empty family: unknown system. */
struct os_identity {
	str family;   /* "debian", "ubuntu", "alpine", "wolfi", "chainguard", "redhat", "centos",
			 "centos-stream", "fedora", "alma", "rocky", "oracle", "amazon", "azurelinux",
			 "cbl-mariner", "photon", "sles", "slem", "opensuse-leap",
			 "opensuse-tumbleweed", "arch", ... */
	str version;  /* "12", "22.04", "3.19.1", "8.4", "buster/sid" */
	str codename; /* "bookworm", where told */
	str pretty;   /* PRETTY_NAME */
	str path;     /* file it was read from */
	bool extended_support; /* Ubuntu Pro / ESM is on */
};

struct layer_info {
	str digest;  /* of the blob as stored */
	str diff_id; /* of the tar, from the image configuration */
	str media_type;
	str created_by; /* history text of the build step without credentials, may be empty */
	uint64_t size;	/* bytes of the blob as stored */
};

/* Something that could not be looked at, or was left out on purpose: always shown. */
struct not_examined {
	enum err_kind kind; /* ERR_NONE: left out on purpose (flag, other file system ...) */
	str what;	    /* "package database", "layer", "file", "directory" ... */
	str path;	    /* may be empty */
	str reason;
	uint64_t count; /* how many things this line stands for, at least 1 */
};

/*
 * Facts for configuration checks (policy/check.h): one JSON document, bounded in size, from one
 * file of the target or about all of it.
 */
struct fact_document {
	str kind;  /* "image", "dockerfile" */
	str path;  /* of the file; empty: about the whole target */
	int layer; /* index into layers of the file's; -1: none */
	str json;
};
#define FACT_MAX_BYTES (1u << 20) /* of one document */
#define FACTS_MAX      2000u	  /* of one target; what is more stands in not_examined */
#define FACTS_MAX_ALL  (24u << 20)

/* A document of somebody else that lies beside the target, not read yet. */
struct attached_text {
	str source; /* where it was found */
	str text;
};

struct inventory {
	str target;	 /* as the user wrote it */
	str target_kind; /* "docker", "oci", "oci-archive", "docker-archive", "docker-daemon",
			    "containerd", "dir", "stdin", "sbom"; "manifest":
			    configuration files alone, nothing is said of packages */
	str registry, repository, tag; /* where the transport knows them */
	str digest;		       /* manifest digest (docker-archive: of the configuration) */
	str config_digest;	       /* image id */
	str platform;		       /* "linux/amd64", "linux/arm64/v8" */
	str created;
	/* Of a bill of materials: the package URL of what it describes, and its own identity. */
	str purl, bom_serial; /* serial: UUID in lower case */
	uint64_t bom_version;
	const str *repo_tags;
	size_t repo_tag_count;
	/* Where a bill of materials says that its suppliers' statements on flaws are. */
	const str *statement_urls;
	size_t statement_url_count;
	const struct attached_text *statements; /* attached to the image, where asked for */
	size_t statement_count;
	const str *subjects; /* digests that the image is known by, with the statements */
	size_t subject_count;
	struct os_identity os;
	const struct layer_info *layers;
	size_t layer_count;
	const struct package *packages;
	size_t package_count;
	const str *kinds_read; /* package kinds of which at least one database was read, sorted */
	size_t kinds_read_count;
	const struct not_examined *not_examined;
	size_t not_examined_count;
	bool secrets_searched;		      /* false: nobody asked for them */
	const struct secret_finding *secrets; /* by place, path, line, kind */
	size_t secret_count;
	struct secret_counts secret_counts;
	bool licences_searched;		     /* false: nobody asked for licence files */
	const struct licence_fact *licences; /* of files, by path, line, name */
	size_t licence_count;
	bool facts_gathered;		       /* false: nobody asked for configuration checks */
	const struct fact_document *documents; /* by kind, path */
	size_t document_count;
	uint64_t objects_read, objects_judged; /* Kubernetes objects of manifests */
	uint64_t files_seen, bytes_seen;       /* archive entries and expanded bytes walked */
};
