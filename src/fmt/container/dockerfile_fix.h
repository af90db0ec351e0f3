/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * dockerfile_fix: changes of a Dockerfile's text that answer a finding and leave the rest alone.
 * What needs a decision (which tag, which user) has none.
 */
#include "fmt/container/dockerfile.h"
#include "fmt/syntax/text_edit.h"

/* A finding: what kind, and the line it stands in. */
struct dockerfile_fault {
	str kind; /* last part of the check's package: "apt_recommends" */
	uint32_t line;
};

/*
 * Adds the edits for one finding to `edits`, whose text is file->text. False when there is no such
 * change, or not at this place (exec form, a shell that is not known).
 */
bool dockerfile_fix(const struct dockerfile *file, const struct dockerfile_fault *fault,
		    struct text_edits *edits);
