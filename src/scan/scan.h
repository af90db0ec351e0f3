/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * scan: gathers what is installed in an image or a root folder. No judgement, no advisory.
 *
 * Layers are streamed once through at most two confined workers, which verify the digest, inflate,
 * walk the archive and analyse the files that analyzers want; here their answers are put together
 * as a container runtime would see the image. Nothing is unpacked. What could not be looked at
 * stands in inventory.not_examined; a broken layer or a broken download fails the scan.
 */
#include "fmt/inventory.h"
#include "oci/image.h"
#include "sandbox/confine.h"

/* Bounds on foreign archives; 0: the default. Going over one fails the scan with ERR_LIMIT. */
struct scan_limits {
	uint64_t layer_bytes;	/* expanded size of one layer */
	uint64_t layer_entries; /* archive entries of one layer */
	unsigned ratio;		/* expansion, looked at above 1 GiB */
};
#define SCAN_LAYER_BYTES   (64ull << 30)
#define SCAN_LAYER_ENTRIES 4000000ull
#define SCAN_RATIO	   1000u

/* For SEAWALL_STATS and for the report. */
struct scan_stats {
	int64_t wall_ms;
	uint64_t parent_peak_kib, workers_peak_kib;
	uint64_t layers, layers_cached;
	uint64_t stored_bytes; /* of layers that were read */
	struct confinement confinement;
	bool confinement_known; /* false: no worker was needed */
};

struct json;

/*
 * Readers that go from one scan to the next, for many images one after the other: each job has its
 * own memory, and a reader that failed is never used again. Belongs to one thread at a time.
 */
struct scan_session;
struct scan_session *scan_session_new(void);
void scan_session_free(struct scan_session *session);
AUTO_PTR(scan_session_free, struct scan_session);

struct scan_opts {
	struct image_opts image;      /* tmp_dir in it is used for everything temporary */
	const char *cache_dir;	      /* results of layers are kept there; NULL: no cache */
	uint64_t cache_max_bytes;     /* 0: SCAN_CACHE_MAX */
	struct scan_session *session; /* NULL: readers of its own. With one the caller keeps the
				       * cache below its size (layer_cache_trim) */
	unsigned timeout_s;	      /* for the whole scan; 0: none */
	const str *skip_files;	      /* patterns as path_glob */
	size_t skip_files_n;
	const str *skip_dirs;
	size_t skip_dirs_n;
	bool want_files;    /* fill package.files */
	bool attached_sbom; /* images: read the attached bill of materials instead of the layers */
	bool attached_statements; /* images: fetch what suppliers state about flaws, unread */
	bool secrets;		  /* look for secrets */
	bool secret_texts_only;	  /* not in files that are no text */
	bool licences;		  /* look into licence files */
	bool licences_full;	  /* and into the first lines of all texts */
	bool facts;		  /* gather the documents that configuration checks judge */
	uint64_t secret_bytes;	  /* of one file that are searched; 0: SECRETS_FILE_BYTES */
	bool only_facts;	  /* of a root folder: and nothing else */
	const struct json *secret_rules; /* as scan_secret_rules; NULL: only the built-in kinds */
	struct scan_limits limits;
	unsigned workers;	    /* 1 or 2; 0: as many as there are processors, at most 2 */
	const struct json **config; /* images: gets the configuration; in `arena`; may be NULL */
	struct scan_stats *stats;   /* filled, also on failure; may be NULL */
};
#define SCAN_CACHE_MAX (512ull << 20)

/*
 * `target` as image.h, or "dir:ROOT", or "sbom:FILE" (fmt/sbom/sbom.h). The result lives in
 * `arena`. An image in which no package data could be read succeeds with kinds_read_count 0 and the
 * reasons in not_examined: callers must not present it as free of anything.
 */
int scan_inventory(str target, const struct scan_opts *opts, struct arena *arena,
		   struct inventory *out, struct err *err) MUST_USE;

/*
 * One file that is open already (a regular one, or a temporary file), as facts document of `kind`
 * ("dockerfile"); `path` is how it is called in findings. A file that cannot be read as that fails.
 */
int scan_manifest(int fd, str path, str kind, const struct scan_opts *opts, struct arena *arena,
		  struct inventory *out, struct err *err) MUST_USE;

/*
 * The user's rules for secrets, from a file in the form of trivy-secret.yaml: checked, so that a
 * rule that cannot be used is told before anything is scanned (ERR_USAGE).
 */
int scan_secret_rules(const char *path, struct arena *arena, const struct json **out,
		      struct err *err) MUST_USE;

/*
 * Notes under not_examined that statements which hide findings were taken from `where`, and that
 * nobody verified who made them.
 */
void scan_tell_statements(struct inventory *inventory, str where, struct arena *arena);

/* Likewise that `count` products of statements are nothing in this target; `first` names one. */
void scan_tell_idle_statements(struct inventory *inventory, size_t count, str first,
			       struct arena *arena);

/* What the hidden `worker` command runs. */
int scan_worker_main(void);
