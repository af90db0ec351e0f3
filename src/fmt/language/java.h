/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * java: what archives, build files and lock files of Java and Scala say about Maven artifacts.
 * Packages are of kind "maven", named "group:artifact"; an artifact whose group nobody knows is
 * named "artifact" alone.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define JAVA_TEXT_MAX	 (16u << 20) /* a lock file or pom.xml */
#define JAVA_META_MAX	 (1u << 20)  /* a manifest or pom.properties inside of an archive */
#define JAVA_DEPTH_MAX	 6u	     /* archives inside of each other, the outer one counts */
#define JAVA_NESTED_MAX	 (4u << 20)  /* a compressed archive inside of another, in memory */
#define JAVA_NESTED_ALL	 (4u << 20)  /* those that are in memory at a time */
#define JAVA_ARCHIVE_POM 20000u	     /* pom.properties of one archive */

/* True for jar, war, ear, par, hpi, jpi, kar, lpkg, nar; by the end of the name.
 */
bool java_is_archive(str path);

/*
 * An archive and all archives inside of it. The path of what lies inside is that of the archive,
 * "!/" and the name of the entry: "app.jar!/BOOT-INF/lib/x.jar".
 *
 * Who it is: each META-INF/maven/.../pom.properties is a package of its own (form embedded: shaded
 * ones too). When none of them is the archive itself - it has the name of the file, or is the only
 * one - the manifest says so (Implementation-, Bundle- and Specification- attributes; plug-ins of
 * Jenkins by Group-Id and Short-Name), with the name of the file ("name-version.jar") for what it
 * leaves open: form guessed, with the SHA-1 of the archive in digests ("sha1:<hex>"), by which a
 * table of known archives can put it right. An archive of which neither tells name and version is
 * told to sink->skipped unless there are other archives in it.
 *
 * What is too large, nested too deep or broken inside of an archive is told to sink->skipped by its
 * path; only the outer archive itself fails.
 */
int java_archive_parse(const struct file_view *file, struct package_sink *sink,
		       struct err *err) MUST_USE;

/* META-INF/maven/.../pom.properties of an archive that was unpacked. */
int java_properties_parse(const struct file_view *file, struct package_sink *sink,
			  struct err *err) MUST_USE;

/*
 * gradle.lockfile, buildscript-gradle.lockfile; gradle/dependency-locks/CONFIGURATION.lockfile of
 * Gradle before 6.8. Test configurations alone make dev.
 */
int java_gradle_parse(const struct file_view *file, struct package_sink *sink,
		      struct err *err) MUST_USE;
/* One of gradle/dependency-locks, by its path? */
bool java_is_gradle_old(str path);
/* build.sbt.lock. */
int java_sbt_parse(const struct file_view *file, struct package_sink *sink,
		   struct err *err) MUST_USE;
/*
 * pom.xml: its dependencies (form declared) as far as the file itself says which version is meant:
 * properties, dependencyManagement, the parent's version and group, profiles that are active by
 * default. Scope test makes dev. What needs another file to be resolved has no version.
 */
int java_pom_parse(const struct file_view *file, struct package_sink *sink,
		   struct err *err) MUST_USE;
