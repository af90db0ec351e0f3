/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * licence_file: files that hold or name licences. What is found goes to the sink as packages of the
 * kind LICENCE_KIND: name: the expression, LICENCE_NONE where the text is none that is known;
 * version: how sure that is, of LICENCE_SURE; line: where it begins.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define LICENCE_KIND "licence"
#define LICENCE_NONE "-"

/* By its name: LICENSE, COPYING.LIB, LICENSE-MIT, jquery.LICENSE.txt, LICENSES/MIT.txt ... */
bool licence_file_is(str path);
/* The whole text. A NOTICE that holds no licence is none. Above LICENCE_TEXT_MAX: ERR_LIMIT. */
int licence_file(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;

#define LICENCE_HEAD_BYTES (32u << 10) /* of a text file that are looked at */
/* The first bytes of a file say that it is text and has something to say of a licence. */
bool licence_head_is(str head);
/* What the head of a text names, grants or is; nothing that is not sure. */
int licence_head(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;

/*
 * One expression for all that a free text of copyrights names: notices, texts, references to
 * usr/share/common-licenses. Empty: none. LICENCE_PARTS_IN_TEXT at most.
 */
str licence_of_copyright(str text, struct arena *arena);
