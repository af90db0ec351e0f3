/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * record: what a worker says about one layer (or about files of a root folder), and how it is kept.
 *
 * Types of frames, in this order for one analysed file: its packages ('P'), then its result ('R');
 * the log ('L') comes in between whenever a piece of it is full; 'E' is the end.
 *   P  u64 key of the package (package_key), then JSON (package_write)
 *   R  JSON: struct file_result
 *   D  JSON: the facts document of the file of the next result, of a row that makes them
 *   L  entries of the archive in its order, see log_entry
 *   S  JSON: a secret in a file (struct secret_finding without what the parent knows)
 *   C  JSON: struct secret_counts of this job, once
 *   T  JSON: struct trait (trait.h)
 *   E  JSON: struct layer_end
 *
 * Everything is foreign until checked: the readers here refuse what is malformed (ERR_INPUT).
 */
#include "base/json.h"
#include "fmt/inventory.h"

#define RECORD_PACKAGE	'P'
#define RECORD_RESULT	'R'
#define RECORD_LOG	'L'
#define RECORD_DOCUMENT 'D'
#define RECORD_SECRET	'S'
#define RECORD_COUNTS	'C'
#define RECORD_TRAIT	'T'
#define RECORD_END	'E'

#define RECORD_FILES_MAX    2000000u /* installed files of one package */
#define RECORD_PACKAGES_MAX 200000u  /* of one file */

/* ---- packages ---- */

#define PACKAGE_KEY_BYTES 8u

/* Same kind, name, version and arch: same key, in every process. */
uint64_t package_key(const struct package *package);
/* Without want_files hashes of the files go out in their place (owned.h). */
void package_write(const struct package *package, bool want_files, struct json_writer *w);
/* `payload` of a P frame. Views live in `arena` (and do not refer to payload). */
int package_read(str payload, struct arena *arena, struct package *out, struct err *err) MUST_USE;
/*
 * The same; *hashes are those of its files, empty when the files themselves are there: valid as
 * long as `scratch` and `payload`. Texts that are those of `like` (may be NULL) are shared with it.
 */
struct package_reading {
	struct arena *arena, *scratch;
	const struct package *like;
};
int package_read_owned(str payload, const struct package_reading *reading, struct package *out,
		       str *hashes, struct err *err) MUST_USE;
uint64_t package_payload_key(str payload); /* 0 if too short */

/* ---- results ---- */

#define RESULT_NO_ENTRY UINT32_MAX

struct file_result {
	uint32_t entry;	      /* number of the FILE entry in the log; RESULT_NO_ENTRY: none */
	uint32_t companion;   /* the same of the file read beside it */
	const char *analyzer; /* name; points into the table */
	str path;	      /* as the analyzer saw it */
	uint64_t packages;    /* P frames in front of this one that belong to it */
	uint64_t skipped;     /* records passed over */
	str skipped_first;
	bool document; /* there is a D frame of it */
	bool left_out; /* by --skip-files or --skip-dirs: not looked at */
	bool failed;
	enum err_kind failure;
	str message;
	int os_answer; /* of identify: 1, 0; -1: none */
	struct os_identity os;
};

void file_result_write(const struct file_result *result, struct json_writer *w);
int file_result_read(str payload, struct arena *arena, struct file_result *out,
		     struct err *err) MUST_USE;

struct layer_end {
	uint64_t entries, bytes; /* of the archive; expanded bytes */
	uint64_t left_out;	 /* wanted files that a --skip flag left out */
	uint64_t denied;	 /* root folders: what could not be opened or read */
	uint64_t traits_dropped; /* over TRAITS_MAX */
};

void layer_end_write(const struct layer_end *end, struct json_writer *w);
int layer_end_read(str payload, struct layer_end *out, struct err *err) MUST_USE;

/* ---- secrets ---- */

#define RECORD_SECRETS_MAX 20000u /* of one job */

void secret_write(const struct secret_finding *secret, struct json_writer *w);
/* Texts in `arena`. Refuses what tells more of a value than it may. */
int secret_read(str payload, struct arena *arena, struct secret_finding *out,
		struct err *err) MUST_USE;
void secret_counts_write(const struct secret_counts *counts, struct json_writer *w);
int secret_counts_read(str payload, struct arena *arena, struct secret_counts *out,
		       struct err *err) MUST_USE;

/* ---- log ---- */

enum log_type {
	LOG_DIR = 1,
	LOG_FILE,     /* a regular file nobody wants */
	LOG_SPECIAL,  /* device, fifo, or of an unknown type */
	LOG_WANTED,   /* a regular file for which there is a result; numbered from 0 in this log */
	LOG_SYMLINK,  /* link: its text */
	LOG_HARDLINK, /* link: normal path of the file it is a name of */
	LOG_WHITEOUT, /* path: what it hides */
	LOG_OPAQUE,   /* path: the folder whose lower content it hides */
	LOG_SNIFFED,  /* as WANTED, numbered with them: for its first bytes, not for its name */
};

struct log_entry {
	enum log_type type;
	uint64_t hash; /* log_hash(path) */
	str path;      /* normal; not for DIR, FILE, SPECIAL */
	str link;
};

uint64_t log_hash(str path);
void log_entry_write(const struct log_entry *entry, struct buf *out);
/* Takes the next one off `*rest`. 1: entry, 0: at the end, -1: malformed. Views refer to *rest. */
int log_entry_read(str *rest, struct log_entry *out, struct err *err) MUST_USE;
