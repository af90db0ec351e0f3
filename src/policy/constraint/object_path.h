/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * object_path: named places in a Kubernetes object, whatever kind of workload it is. A path is a
 * list of keys with "/" between ("~1" for "/" and "~0" for "~" in a key). What it is relative to
 * stands first:
 *
 *	object/spec/ports/ * /port              the object itself
 *	pod/volumes/ * /hostPath/path           the spec of its pod template
 *	meta/annotations/a.b~1 *                the metadata of its pod template
 *	container/securityContext/privileged    each of its containers, init and ephemeral ones too
 *
 * (without the blanks). A key that is or ends in '*' stands for all members or elements that fit.
 */
#include "fmt/syntax/place.h"

#define OBJECT_PATH_MAX 32u /* keys */

/* An object and where its pod template is. Made with object_root_of. */
struct object_root {
	const struct json *json;
	const struct place *place;     /* or NULL */
	const struct json *pod;	       /* has metadata and spec; NULL: it makes no pods */
	const struct place *pod_place; /* or NULL */
	str pod_pointer;	       /* "/spec/template"; empty for a pod */
};
void object_root_of(struct object_root *root, const struct json *json, const struct place *place);

/* A container of a pod template. */
struct object_container {
	const struct json *json;
	const struct place *place;
	str field; /* "containers", "initContainers", "ephemeralContainers" */
	size_t index;
	str name; /* may be empty */
};
/* The container number `i` over all three lists; false: there are no more. */
bool object_container_at(const struct object_root *root, size_t i, struct object_container *out);

struct object_hit {
	const struct json *json;   /* what is there; NULL: the path ends before */
	const struct place *place; /* of it, or of the deepest part that is there */
	str pointer;		   /* RFC 6901, of the whole path in the object */
	str key;		   /* the last one */
	bool wild;		   /* a '*' chose it */
};
typedef void object_path_fn(void *context, const struct object_hit *hit);

/*
 * Calls fn for each place that the path names; one that is not there has no json, one of a '*' that
 * nothing fits is not called for. `container`: only that one, NULL: all. Texts live in `arena`.
 */
void object_path_each(const struct object_root *root, str path,
		      const struct object_container *container, struct arena *arena,
		      object_path_fn *fn, void *context);
/* "/spec/containers/0/image" as people write it: "spec.containers[0].image". */
str object_path_text(str pointer, struct arena *arena);
/* A key as it stands in a pointer. */
str object_path_quote(str key, struct arena *arena);
