/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Shared by yaml.c and yaml_scalar.c only. */
#include "fmt/syntax/yaml.h"

/*
 * What a scalar means. `plain`: not quoted. `tag` is whole ("tag:yaml.org,2002:int") or empty. The
 * text is copied to `arena`. Errors do not name the place.
 */
int yaml_scalar(enum yaml_schema schema, str text, bool plain, str tag, struct arena *arena,
		struct json *out, struct err *err) MUST_USE;
/* The key that a scalar value makes. */
int yaml_key(const struct json *value, struct arena *arena, str *out, struct err *err) MUST_USE;
