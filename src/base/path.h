/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Paths of an image: data, never opened on the host. Normal form: no leading or trailing slash, no
 * empty, "." or ".." component, at most PATH_MAX_BYTES bytes and PATH_MAX_DEPTH components; the
 * root is the empty string.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define PATH_MAX_BYTES 4096u
#define PATH_MAX_DEPTH 512u

/*
 * Brings a path of an archive into normal form: a leading "/" or "./" is dropped, ".." steps up and
 * stops at the root. A NUL byte is ERR_INPUT, too long or deep is ERR_LIMIT.
 */
int path_normal(str raw, struct arena *arena, str *out, struct err *err) MUST_USE;
/* Where a link at `link_path` (normal) with text `target` points inside the image (normal). */
int path_link_target(str link_path, str target, struct arena *arena, str *out,
		     struct err *err) MUST_USE;

str path_base(str path); /* last component */
str path_dir(str path);	 /* all but the last component; empty at the top */
/* True when the last component is `name`: asked of every file of an image, so it must be cheap. */
static inline bool path_is_named(str path, str name)
{
	return str_ends(path, name) && (path.n == name.n || path.p[path.n - name.n - 1] == '/');
}
/* True when `path` is `dir` or below it. The root (empty) holds everything. */
bool path_below(str path, str dir);
str path_join(struct arena *arena, str dir, str name);

/*
 * Shell-like match: '*' and '?' do not cross '/', two stars do, [a-z] classes, backslash quotes.
 * Two stars as a component of their own also match no component at all. At most pattern times
 * square of path steps, with paths bounded as above.
 */
bool path_glob(str pattern, str path);
