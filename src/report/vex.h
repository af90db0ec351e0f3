/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * vex: a supplier's statement that a flaw does, or does not, matter in a product. It is read from
 * OpenVEX 0.2, from the analysis of CycloneDX vulnerabilities (1.4 and later) and from CSAF 2.0
 * and 2.1 (profile VEX), and becomes an exception (report/exception.h) with a struct vex_rule.
 *
 * A product is a component of the target, the target itself, or a project that a lock file in it
 * is of (package.project). A statement about a product holds
 * for a flaw of a package when the package is that product, or when every way from the package up
 * to the target goes through the product (and the package is one of the subcomponents, where the
 * statement names some): a second way around the product is not excused. Packages of which no
 * dependency is known hang on the target directly.
 *
 * Of several statements about one flaw that hold the newest counts; "affected" and "under
 * investigation" hide nothing, but end what an older statement said.
 */
#include "fmt/inventory.h"
#include "fmt/purl.h"

#define VEX_MAX_STATEMENTS 100000u /* of one document: products times flaws */

struct vex_product {
	struct purl purl; /* type empty: the target, whatever it is */
	str bom_serial;	  /* lower case UUID of the bill of materials it stands in; empty: any */
	uint64_t bom_version;
	str ref; /* the component's bom-ref there; empty: known, or the target as a whole */
	const struct purl *components; /* subcomponents; none: the product as a whole */
	size_t component_count;
};

struct vex_rule {
	bool hides; /* "not affected" or "fixed" */
	const struct vex_product *products;
	size_t product_count;
	int64_t time;	/* of the statement; INT64_MIN when it has none */
	uint32_t order; /* place among all statements read: of equal times the later counts */
};

/*
 * A BOM-Link may name a component by a ref that only its own bill of materials explains. vex_open
 * is how many such refs of the bill that `inventory` was read from are left; vex_explain looks them
 * up in its text. vex_idle counts products of statements that hide which are nothing in this
 * target: they stand in another bill of materials, or their ref is in none that was read.
 */
struct exception_set; /* report/exception.h */
size_t vex_open(const struct exception_set *set, const struct inventory *inventory);
int vex_explain(struct exception_set *set, const struct inventory *inventory, str text,
		struct err *err) MUST_USE;
size_t vex_idle(const struct exception_set *set, const struct inventory *inventory, str *first);

/*
 * Does a package URL of a statement mean this component? Type, namespace and name are equal;
 * version, qualifiers and subpath where the statement has them. A distro of the statement may be
 * less precise ("alpine-3.18"), for Debian more ("debian-12.5"). vex_holds takes "arch=source"
 * (deb) and "arch=src" (rpm) as all packages that are built from that source package.
 */
bool vex_purl_means(const struct purl *statement, const struct purl *component);

/* The components of one target and how they depend on each other. Views of the inventory. */
struct vex_target *vex_target_new(const struct inventory *inventory, struct arena *arena);
/* Does the product stand in any bill of materials, or in that of the target? */
bool vex_in_document(const struct vex_product *product, const struct inventory *inventory);
/* Does the rule speak of this package (an index) in the target? */
bool vex_holds(const struct vex_rule *rule, const struct vex_target *target, size_t package);
