/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of runtime.h share. */
#include "posture/facts/container_internal.h"
#include "posture/facts/runtime.h"

enum runtime_kind { RUNTIME_CONTAINERD, RUNTIME_STORAGE };

/* One container that a runtime keeps files of. */
struct bundle {
	enum runtime_kind kind;
	str space; /* of containerd: "k8s.io"; else empty */
	str id;
	str folder;   /* where config.json is */
	str pid_path; /* file that holds the number of its first process */
	/* What files beside it say: */
	str name, image;
};

struct bundle_list {
	struct arena *arena;
	struct bundle *items;
	size_t n, cap;
	struct map seen; /* by folder, of containers/storage by id */
	str denied;
	str metadata[16]; /* databases of containerd */
	size_t metadata_n;
	bool overflow;
};

/* ---- runtime_find.c ---- */

/* All bundles of the host, those that shims and monitors tell too. */
void runtime_find(struct host_view *view, struct bundle_list *list);

/* ---- runtime_name.c ---- */

/* Fills name and image of bundles from the files that the runtime keeps of them. */
void runtime_name(struct host_view *view, struct bundle_list *list);

/* The same for one of Docker, from what its bundle mounts. Texts live in `arena`. */
void runtime_name_moby(struct host_view *view, const struct json *config, struct bundle *bundle,
		       struct arena *arena);

/* ---- runtime_bundle.c: pure ---- */

struct bundle_facts {
	str name, image;
	str runtime; /* "containerd", "cri-o", "podman", "containers" */
	str pod_name, pod_namespace, pod_id;
	bool sandbox;
	str cgroup;    /* linux.cgroupsPath */
	str component; /* of the path in /proc/PID/cgroup */
};

/* Reads who it is. Fails with ERR_INPUT where that is no configuration of a bundle. */
int bundle_read(const struct json *config, const struct bundle *bundle, struct arena *arena,
		struct bundle_facts *out, struct err *err) MUST_USE;
/* Member `inspect`. `is_host` as in container_process. */
void bundle_inspect_write(struct container_doc *doc, const struct json *config,
			  const struct bundle_facts *facts, const int *is_host);
/* Member `mounts`; view NULL: links are not followed. */
void bundle_mounts_write(struct container_doc *doc, const struct json *config, str folder,
			 struct host_view *view);
/* Member `runtime`. */
void bundle_runtime_write(struct container_doc *doc, const struct bundle *bundle,
			  const struct bundle_facts *facts);
