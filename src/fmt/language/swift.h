/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What Apple's platforms build with: Swift's Package.resolved (versions 1 to 3) and CocoaPods'
 * Podfile.lock. Locked.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

/*
 * The name of a Swift package is where it comes from, without scheme and ".git":
 * "github.com/apple/swift-nio"; of one from a registry its identity. The version is that of the
 * pin, else its branch, else its revision.
 */
int swift_lock_parse(const struct file_view *file, struct package_sink *sink,
		     struct err *err) MUST_USE;

/*
 * PODS: "Name (version)", with what each needs below it. Subspecs ("AppCenter/Core") are packages
 * of their own, as CocoaPods lists them. What DEPENDENCIES does not name is indirect.
 */
int cocoapods_lock_parse(const struct file_view *file, struct package_sink *sink,
			 struct err *err) MUST_USE;

bool swift_is_lock(str path);
bool cocoapods_is_lock(str path);
