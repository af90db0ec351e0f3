/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * lock_rule: what a lock file says beside what is installed, so that no package is told twice.
 *
 * In a system (an image or root folder that says what it is) the installed form is the truth: a
 * lock file, or a manifest, is passed over where packages of its kind are installed: below its
 * folder (node_modules beside package-lock.json), or anywhere for kinds that install elsewhere.
 * That is said under not_examined, as left out on purpose. Where nothing covers it, it counts.
 *
 * In a project (a folder without a system) the lock file is the truth: an installed package below
 * its folder counts only if the lock file does not name this version of it.
 *
 * What could not be told of a file that is passed over (a range in place of a version, a broken
 * line) is no gap, and is dropped with it. In a project that also holds for a manifest
 * (requirements, pyproject.toml ...) with a lock file of its kind beside it: what is pinned in it
 * counts, the rest is said to be passed over.
 *
 * A version that a manifest names (Cargo.toml, where "1.2" is a range; pyproject.toml ...) does not
 * count where a lock file of its kind, beside it or in a folder above, names the package: that one
 * says what it came to. Files of requirements are no such manifests.
 *
 * npm-shrinkwrap.json beside a package-lock.json is the one that npm reads; the other is passed
 * over.
 */
#include "scan/assemble.h"

/* Removes packages and gaps of `assemble` as above; the order of the rest stays. */
void lock_rule_apply(struct assemble *assemble, bool system);
