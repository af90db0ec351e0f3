/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Which system an image is: os-release and its older relatives. Each file is read alone; the best
 * of the answers is chosen afterwards, since an image may have several of them in several layers.
 */
#include "fmt/inventory.h"

#define OS_RELEASE_MAX_BYTES (64u << 10) /* of one of the small files */
#define OS_STATUS_MAX_BYTES  (1u << 20)	 /* of Ubuntu's status.json */

/*
 * Fixed normal paths of the files that are read, ended by NULL; os_identity_wants is true for them.
 */
extern const char *const os_identity_paths[];
bool os_identity_wants(str path);

/*
 * Reads the file `path` (normal). 1: `out` is a known system; its texts live in `arena`. 0: a
 * proper file that names no system we know, or no version; `out` then holds what it does say
 * (pretty name; family where only the version is missing; extended_support from Ubuntu's status
 * file). -1: not of the form of such a file, empty, or too large.
 */
int os_identity_parse(str path, str text, struct arena *arena, struct os_identity *out,
		      struct err *err) MUST_USE;

/*
 * The system, from what was read of one image (answers 0 and 1 of os_identity_parse, in any order).
 * os-release counts before the files of one distribution, those before lsb-release and the like; a
 * system that os-release names but we do not know is not replaced by the base it was derived from.
 * Family empty: unknown. Texts are shared with the inputs.
 */
struct os_identity os_identity_choose(const struct os_identity *answers, size_t n);
