/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* trust_setting: values that texts of environment and shell start files give to a variable. */
#include "base/arena.h"
#include "base/str.h"

#define TRUST_FILE_MAX (1u << 20)

/*
 * The next line of `*rest` that sets `name` ("NAME=1", "export NAME='1'; other"): its value without
 * quotes, and its number, counted on in *line. False at the end. `unset NAME` and `export -n NAME`
 * give an empty value. Nothing is expanded.
 */
bool trust_setting_next(str *rest, str name, uint32_t *line, str *value);
