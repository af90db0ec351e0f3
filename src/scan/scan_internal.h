/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "scan/scan.h"

/* An image: everything but target and statistics of memory. */
int scan_image(str target, const struct scan_opts *opts, struct arena *arena, struct inventory *out,
	       struct err *err) MUST_USE;
/* A folder of this machine. */
int scan_root(str path, const struct scan_opts *opts, struct arena *arena, struct inventory *out,
	      struct err *err) MUST_USE;
