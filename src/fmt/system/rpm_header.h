/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rpm_header: one header of rpm as its databases keep it (without the lead and magic of a package
 * file): two counts, an index of 16-byte entries {tag, type, offset, count}, a store. All numbers
 * are big-endian. An entry outside the store, an unknown type, a string without its end or a
 * damaged region (entries 61 to 63, which say where the immutable part ends) makes the header
 * ERR_INPUT.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;
struct package_sink;

#define RPM_HEADER_MAX_BYTES   (32u << 20) /* rpm allows 256 MiB; real ones stay below 12 MiB */
#define RPM_HEADER_MAX_ENTRIES 65535u
#define RPM_FILES_MAX	       400000u	   /* of one package */
#define RPM_FILES_MAX_BYTES    (16u << 20) /* of all their paths */

enum rpm_type {
	RPM_NULL,
	RPM_CHAR,
	RPM_INT8,
	RPM_INT16,
	RPM_INT32,
	RPM_INT64,
	RPM_STRING,
	RPM_BIN,
	RPM_STRING_ARRAY,
	RPM_I18NSTRING,
};

enum rpm_tag {
	RPM_TAG_NAME = 1000,
	RPM_TAG_VERSION = 1001,
	RPM_TAG_RELEASE = 1002,
	RPM_TAG_EPOCH = 1003,
	RPM_TAG_DISTRIBUTION = 1010,
	RPM_TAG_VENDOR = 1011,
	RPM_TAG_LICENSE = 1014,
	RPM_TAG_PACKAGER = 1015,
	RPM_TAG_ARCH = 1022,
	RPM_TAG_OLDFILENAMES = 1027,
	RPM_TAG_SOURCERPM = 1044,
	RPM_TAG_DIRINDEXES = 1116,
	RPM_TAG_BASENAMES = 1117,
	RPM_TAG_DIRNAMES = 1118,
	RPM_TAG_MODULARITYLABEL = 5096,
};

/* Views into the blob. */
struct rpm_header {
	uint32_t entries;
	str index, store;
};

struct rpm_value {
	enum rpm_type type;
	uint32_t count;
	str data; /* exactly the bytes of the value; strings with their ends */
};

int rpm_header_open(str blob, struct rpm_header *out, struct err *err) MUST_USE;
/* The last entry of that tag (later ones replace those of the immutable part); false: none. */
bool rpm_header_find(const struct rpm_header *header, uint32_t tag, struct rpm_value *out);
/* Text of a string, or the first of several; empty when absent or of another type. */
str rpm_header_text(const struct rpm_header *header, uint32_t tag);
/* First number of an INT32 (or smaller) entry; false when absent or of another type. */
bool rpm_header_u32(const struct rpm_header *header, uint32_t tag, uint32_t *out);

/*
 * Gives the package of a header to the sink. 1: given, 0: not a package (a public key, kept as
 * "gpg-pubkey"), -1: malformed, or the sink failed. A file list that cannot be read is told to
 * sink->skipped with `where`; the package is given without it.
 */
int rpm_header_emit(str blob, str path, str where, struct arena *scratch, struct package_sink *sink,
		    struct err *err) MUST_USE;

/* "name-version-release.src.rpm" cut into name and version-release; false if not of that form. */
bool rpm_split_source(str sourcerpm, str *name, str *version);
