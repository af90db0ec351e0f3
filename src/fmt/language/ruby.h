/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Ruby gems: what Bundler locks (Gemfile.lock, gems.locked) and what RubyGems has installed (a
 * gemspec in a folder "specifications", written by RubyGems itself) or Bundler from git.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define RUBY_GEMSPEC_MAX_BYTES (4u << 20)

/*
 * Sections GEM, GIT, PATH and PLUGIN SOURCE list gems "name (version[-platform])" with the gems
 * each needs below it. The platform is cut; a gem of several platforms is one package. What
 * DEPENDENCIES does not name is indirect. CHECKSUMS give digests. Conflict marks of a merge and a
 * text without any section of a lock file are ERR_INPUT. Locked.
 */
int ruby_lock_parse(const struct file_view *file, struct package_sink *sink,
		    struct err *err) MUST_USE;

/*
 * Name, version and licences where they are literals, or constants that the same file sets to
 * literals. A specification without them is ERR_INPUT (it is a program: its value is not known); a
 * file without a specification is passed over and told. Installed.
 */
int ruby_gemspec_parse(const struct file_view *file, struct package_sink *sink,
		       struct err *err) MUST_USE;

/* Not the lock files that gems carry in themselves, which nobody installs from. */
bool ruby_is_lock(str path);
bool ruby_is_gemspec(str path);
