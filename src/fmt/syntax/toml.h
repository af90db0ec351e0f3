/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * TOML 1.0, and of TOML 1.1 what newer tools write: line ends and a trailing comma in inline
 * tables, the escapes \e and \xHH, times without seconds. Strict otherwise: a key or table defined
 * twice, a bare carriage return, control bytes, text that is not UTF-8 are ERR_INPUT with line and
 * column.
 *
 * Values become JSON values: tables are objects in the order of their definition, dates and times
 * strings as written, whole numbers decimal (beyond 64 bits: ERR_INPUT), inf and nan the strings
 * "inf", "-inf" and "nan". Linear in the size of the text. Limits: TOML_MAX_BYTES, TOML_MAX_DEPTH
 * (keys and arrays inside each other), max_values.
 */
#include "fmt/syntax/place.h"

#define TOML_MAX_BYTES	(64u << 20)
#define TOML_MAX_DEPTH	100u
#define TOML_MAX_VALUES 300000u /* each costs some 250 bytes; real files stay below 50,000 */

/*
 * The document as object. Keys and strings without escapes are views of `text`, which must outlive
 * the result. max_values 0, or more than that: TOML_MAX_VALUES. `place` may be NULL; the line of a
 * table is that of its header, or of the first key that made it.
 */
int toml_parse(str text, size_t max_values, struct arena *arena, const struct json **out,
	       const struct place **place, struct err *err) MUST_USE;
