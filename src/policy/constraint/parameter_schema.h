/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * parameter_schema: what a template says of its constraints' spec.parameters: openAPIV3Schema as
 * Kubernetes reads it in a CustomResourceDefinition: nullable, x-kubernetes-int-or-string,
 * x-kubernetes-preserve-unknown-fields, defaults. Used by one thread at a time.
 *
 *	struct parameter_schema *schema = parameter_schema_new(openapi, legacy, arena, &err);
 *	const struct json *filled;
 *
 *	if (!schema || parameter_schema_check(schema, parameters, arena, &filled, &err) < 0)
 *		return -1;      // "spec.parameters.labels: Invalid type. Expected: array, ..."
 */
#include "base/json.h"

struct err;
struct parameter_schema;

#define PARAMETER_SCHEMA_MAX_DEPTH  48u
#define PARAMETER_SCHEMA_MAX_VALUES 100000u /* of the schema */

/*
 * `legacy`: parts may lack a type. `openapi` (or NULL: everything is allowed) must outlive it.
 * NULL: ERR_INPUT, the schema itself is wrong.
 */
struct parameter_schema *parameter_schema_new(const struct json *openapi, bool legacy,
					      struct err *err);
void parameter_schema_free(struct parameter_schema *schema);
AUTO_PTR(parameter_schema_free, struct parameter_schema);

/*
 * `parameters`: an object. *out gets it with the schema's defaults filled in. ERR_INPUT lists what
 * does not fit.
 */
int parameter_schema_check(struct parameter_schema *schema, const struct json *parameters,
			   struct arena *arena, const struct json **out, struct err *err) MUST_USE;
/*
 * The first member that the schema has no word for ("spec.parameters.lables"), empty when there is
 * none: an API server would drop it.
 */
str parameter_schema_unknown(const struct parameter_schema *schema, const struct json *parameters,
			     struct arena *arena);
/* The first place without a type, where one is needed; empty: none. */
str parameter_schema_untyped(const struct parameter_schema *schema);
