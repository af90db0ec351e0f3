/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * LuaRocks: the rockspec of an installed rock, .../rocks-5.4/NAME/VERSION/NAME-VERSION.rockspec. It
 * is a Lua program that only assigns; "package", "version" and "license" are read where they are
 * assigned texts. Installed.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define LUAROCKS_MAX_BYTES (1u << 20)

/* Without name or version as a text: ERR_INPUT. */
int luarocks_parse(const struct file_view *file, struct package_sink *sink,
		   struct err *err) MUST_USE;

/* Below "rocks" or "rocks-X.Y" only: others describe what is built. */
bool luarocks_is_installed(str path);
