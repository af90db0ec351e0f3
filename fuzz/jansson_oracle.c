/* SPDX-License-Identifier: Apache-2.0 */
#include "jansson_oracle.h"

#include <jansson.h>

enum jansson_answer jansson_read(const char *text, size_t n, char **dump)
{
	json_error_t error;
	json_t *root = json_loadb(
		text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);

	if (root) {
		*dump = json_dumps(root, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
		json_decref(root);
		return *dump ? JANSSON_ACCEPTS : JANSSON_CANNOT_SAY;
	}
	switch (json_error_code(&error)) {
	case json_error_numeric_overflow:
	case json_error_null_byte_in_key:
	case json_error_stack_overflow:
		return JANSSON_CANNOT_SAY;
	default:
		return JANSSON_REFUSES;
	}
}
