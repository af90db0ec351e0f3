/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * resource: a Kubernetes object as JSON, with what everybody asks of it read once. The texts are
 * views of the JSON, which must outlive it.
 *
 *	struct resource pod;
 *
 *	if (resource_read(json, &pod, &err) < 0)
 *		return -1;
 *	if (resource_is(&pod, STR("apps"), STR("Deployment")))
 *		use(pod.namespace, pod.name);
 */
#include "base/json.h"

struct err;

struct resource {
	const struct json *json; /* an object */
	str api_version, group, version, kind;
	str name, generate_name, namespace; /* empty: it has none */
	const struct json *labels;	    /* an object, or NULL */
};

/* ERR_INPUT when it is no object, or apiVersion, kind, or a metadata field is of another type. */
int resource_read(const struct json *json, struct resource *out, struct err *err) MUST_USE;
bool resource_is(const struct resource *resource, str group, str kind);
bool resource_is_namespace(const struct resource *resource);
/*
 * An element of a list as the object that it is: those of a PodList are Pods of its apiVersion, and
 * need not say so. Shares what need not change.
 */
const struct json *resource_of_list(const struct json *list, const struct json *item,
				    struct arena *arena);
/* "v1/Pod default/name", for messages. */
str resource_text(const struct resource *resource, struct arena *arena);

/*
 * Numbers with fraction or exponent as Go writes them after it has read them (1.50 becomes 1.5, 1e3
 * becomes 1000), since Gatekeeper's policies see them so. Shares what need not change.
 */
const struct json *resource_numbers(const struct json *v, struct arena *arena);

/* For builders of changed objects: all in `arena`, the old value stays as it is. */
struct json json_make_str(str s);
struct json json_make_object(struct json_member *members, size_t n);
struct json json_make_array(struct json *items, size_t n);
/* The object with that member set, added at the end when it is new. NULL object: an empty one. */
const struct json *json_with(const struct json *object, str key, const struct json *value,
			     struct arena *arena);
