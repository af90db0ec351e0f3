/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * OCaml: the state of an opam switch (.opam-switch/switch-state: what is installed) and locked
 * dependencies (NAME.opam.locked, opam.locked). Both are fields "name: value" with texts, lists,
 * and options in braces; comments "#" and "(* *)".
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define OPAM_MAX_TOKENS 1000000u

/* Field "installed", items "NAME.VERSION"; what "roots" does not name is indirect. Installed. */
int opam_state_parse(const struct file_view *file, struct package_sink *sink,
		     struct err *err) MUST_USE;
/* Field "depends", items "NAME" {= "VERSION"}; with-test, with-doc, dev: for development. Locked.
 */
int opam_locked_parse(const struct file_view *file, struct package_sink *sink,
		      struct err *err) MUST_USE;

/* The list of what a switch of opam 1 has, .opam/SWITCH/installed. A line that is none: ERR_INPUT.
 */
int opam_installed_parse(const struct file_view *file, struct package_sink *sink,
			 struct err *err) MUST_USE;

bool opam_is_state(str path);
bool opam_is_installed(str path);
bool opam_is_locked(str path);
