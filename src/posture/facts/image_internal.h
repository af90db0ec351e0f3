/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of image.h share. */
#include "base/buf.h"
#include "posture/facts/image.h"

/* False: it is larger than the buffer. */
bool image_document_write(struct docker_facts *facts, const struct image_asked *image,
			  const struct image_look *look, struct arena *scratch, struct buf *out);
/* The answers of the engine as a configuration; a pure function. */
int image_config_make(const struct json *inspect, const struct json *history, struct arena *arena,
		      const struct json **out, struct err *err) MUST_USE;
