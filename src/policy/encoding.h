/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* encoding: base64 and JSON texts as Go's encoding packages write and read them. */
#include "policy/value.h"

struct err;

/*
 * Base64 as Go's decoders take it: line ends are skipped, left-over bits ignored. `url`: '-' and
 * '_' for '+' and '/'; `padded`: '=' is needed, else not allowed. False: *bad is the offset of the
 * first byte that is wrong.
 */
bool encoding_base64_read(str text, bool url, bool padded, struct arena *arena, str *out,
			  size_t *bad);
str encoding_base64_write(str bytes, bool url, bool padded, struct arena *arena);
/* base64url with or without padding; ERR_INPUT "illegal base64 data at input byte N". */
int encoding_base64url(str text, struct arena *arena, str *out, struct err *err) MUST_USE;
/* Lower-case digits. */
str encoding_hex(str bytes, struct arena *arena);

/* Both texts NULL: compact; else each line begins with `prefix` and one `indent` a level. */
struct encoding_layout {
	str prefix, indent;
	bool pretty;
};

/* As json.Marshal: keys in order, sets as arrays, < > & escaped. */
void encoding_json(const struct value *v, const struct encoding_layout *layout, struct buf *out);
/*
 * JSON as Go's decoder takes it: of equal keys the last one counts. Not as deep as values may be,
 * so that a policy can put it into something and it can still be written.
 */
#define ENCODING_MAX_DEPTH 256u
int encoding_json_read(str text, struct arena *arena, struct value *out, struct err *err) MUST_USE;
