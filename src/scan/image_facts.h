/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * image_facts: the one document of kind "image" that configuration checks judge: the configuration,
 * what traits and accounts tell of the finished image, names of packages, where secrets lie.
 * doc/checks.md describes its members. No value of a variable but PATH, no value of a label, no
 * password and no secret goes into it: what the search for secrets found in the build history is
 * masked there, and so is what looks like a credential.
 *
 * Lists are cut so that the document keeps below IMAGE_FACTS_BYTES; what was cut is counted in its
 * member `dropped`.
 */
#include "fmt/inventory.h"
#include "oci/image.h"
#include "scan/trait.h"

#define IMAGE_FACTS_BYTES (4u << 20)
#define IMAGE_FACTS_LIST  2000u /* elements of one list */
#define IMAGE_SOURCES_MAX 1000u /* files of package managers; more count as not read */

/* A trait that the finished image has. */
struct image_trait {
	const struct trait *trait;
	int layer;
	bool owned; /* by a package of the system */
};

struct image_facts {
	const struct image_manifest *manifest;
	const struct inventory *inventory; /* secrets and packages are in it already */
	const struct image_trait *traits;
	size_t trait_n;
	uint64_t traits_dropped;
	bool layers_read; /* all of them */
	/* Of the configuration; those of files too where somebody asked for them. */
	const struct secret_finding *secrets;
	size_t secret_n;
	/* Documents of accounts: text of JSON; empty: there is no such file. */
	str passwd, shadow, group;
	/* Documents about sources of packages (fmt/package_source.h), and files that made none. */
	const struct fact_document *sources;
	size_t source_n;
	uint64_t sources_unread;
};

/* The text lives in `arena`. ERR_LIMIT when even short lists are too much. */
int image_facts_write(const struct image_facts *facts, struct arena *arena, str *out,
		      struct err *err) MUST_USE;
