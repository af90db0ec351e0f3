/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * accounts: etc/passwd, etc/shadow and etc/group as facts for configuration checks. Of a password
 * nothing is told but its state: "empty" (nobody has to know one), "locked" (none fits), "shadow"
 * (it stands in the other file), "set". Lines that are no records are told to sink->skipped.
 *
 *	{"passwd": [{"name", "uid", "gid", "home", "shell", "password"}], "dropped": 0}
 *	{"shadow": [{"name", "password"}], "dropped": 0}
 *	{"group": [{"name", "gid", "members": [...]}], "dropped": 0}
 */
#include "base/json.h"
#include "fmt/file_view.h"
#include "fmt/package.h"

#define ACCOUNTS_MAX_BYTES (4u << 20)
#define ACCOUNTS_MAX	   2000u /* of one file; more are counted */
#define ACCOUNTS_TEXT_MAX  256u	 /* bytes of one field; longer ones are cut */

/* `file->path` says which of the three it is: its last part. */
int accounts_describe(const struct file_view *file, struct arena *scratch,
		      struct package_sink *sink, struct json_writer *out, struct err *err) MUST_USE;
