/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Elixir and Erlang: mix.lock and rebar.lock, and the resource files NAME.app of installed
 * applications (lib/NAME-VERSION/ebin/NAME.app, as releases and Erlang/OTP itself have them). All
 * are terms of the languages; only tuples, lists, maps, atoms, texts and binaries are read, at most
 * HEX_MAX_DEPTH deep.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define HEX_MAX_DEPTH	  32u
#define HEX_APP_MAX_BYTES (1u << 20)

/*
 * mix.lock: a package of Hex has the name it has there, not that of the application; one from git
 * or a path has no version. A broken entry is passed over and told. Locked.
 */
int hex_lock_parse(const struct file_view *file, struct package_sink *sink,
		   struct err *err) MUST_USE;
/* rebar.lock; level 0 is direct. Locked. */
int hex_rebar_lock_parse(const struct file_view *file, struct package_sink *sink,
			 struct err *err) MUST_USE;
/* {application, NAME, [{vsn, "VERSION"} ...]}. Installed; those of Erlang/OTP are of kind "otp". */
int hex_app_parse(const struct file_view *file, struct package_sink *sink,
		  struct err *err) MUST_USE;

bool hex_is_lock(str path);
bool hex_is_rebar_lock(str path);
bool hex_is_app(str path);
