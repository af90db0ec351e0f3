/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A value as YAML in block style, as yaml.marshal gives it: reads back to the same JSON. */
#include "policy/value.h"

void yaml_write(const struct value *v, struct buf *out);
