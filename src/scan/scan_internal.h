/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "scan/scan.h"

/* An image: everything but target and statistics of memory. */
int scan_image(str target, const struct scan_opts *opts, struct arena *arena, struct inventory *out,
	       struct err *err) MUST_USE;
/* What the manifest says: digest, platform, names. Texts are shared with it. */
void scan_describe_image(const struct image_manifest *m, str target, struct arena *arena,
			 struct inventory *out);
/* An image by the bill of materials that is attached to it; ERR_NOT_FOUND when there is none. */
int scan_attached(str target, const struct scan_opts *opts, struct arena *arena,
		  struct inventory *out, struct err *err) MUST_USE;
/* Documents attached to it that may hold statements of suppliers, into out->statements. */
int scan_statements(struct image *image, struct arena *arena, struct inventory *out,
		    struct err *err) MUST_USE;
/* A folder of this machine. */
int scan_root(str path, const struct scan_opts *opts, struct arena *arena, struct inventory *out,
	      struct err *err) MUST_USE;
