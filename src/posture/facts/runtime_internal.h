/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of runtime.h share. */
#include "fmt/host/host_accounts.h"
#include "posture/facts/container_internal.h"
#include "posture/facts/runtime.h"

enum runtime_kind { RUNTIME_CONTAINERD, RUNTIME_STORAGE };

/* One container that a runtime keeps files of. */
struct bundle {
	enum runtime_kind kind;
	uint32_t owner; /* whose runtime it is: files of others are none of it */
	str space;	/* of containerd: "k8s.io"; else empty */
	str id;
	str folder;   /* where config.json is */
	str pid_path; /* file that holds the number of its first process */
	/* What files beside it say: */
	str name, image;
};

/* Somebody who has runtimes, and how much is read of that. */
struct runtime_owner {
	uint32_t uid;
	size_t bundles, stores;
	bool overflow;
};

/* A file that names containers, and whose. */
struct runtime_file {
	str path;
	uint32_t owner;
};

#define RUNTIME_DATABASES_MAX 32u

struct bundle_list {
	struct arena *arena;
	struct bundle *items;
	size_t n, cap;
	struct map seen; /* by owner and folder, of containers/storage by owner and id */
	struct runtime_owner *owners;
	size_t owner_n, owner_cap;
	const struct host_range *ranges; /* /etc/subuid */
	size_t range_n;
	str denied;
	struct runtime_file metadata[RUNTIME_DATABASES_MAX]; /* databases of containerd */
	size_t metadata_n;
	bool overflow;
	/* What says that it is a runtime's and is not believed: how many, and the first of them. */
	size_t doubt_n;
	str doubts[RUNTIME_DOUBTS_MAX];
};

/* Notes something that is not believed; the text is copied. */
void runtime_doubt(struct bundle_list *list, str text);
/* False: there are more of them than are read. */
bool runtime_add(struct bundle_list *list, const struct bundle *bundle);
/* A folder of containerd: NAMESPACE/ID below it are not known before they are listed here. */
void runtime_add_space(struct host_view *view, struct bundle_list *list, str folder,
		       uint32_t owner);
void runtime_add_metadata(struct bundle_list *list, str path, uint32_t owner);
/* The user, or one whom /etc/subuid gives to that user. */
bool runtime_is_users(struct host_view *view, const struct bundle_list *list, uint32_t owner,
		      uint32_t uid);
/* The owner's entry, made when it is new. */
struct runtime_owner *runtime_owner(struct bundle_list *list, uint32_t uid);

/* ---- runtime_find.c ---- */

/* All bundles of the host, those that shims and monitors tell too. */
void runtime_find(struct host_view *view, struct bundle_list *list);

/* ---- runtime_process.c ---- */

/*
 * What shims, monitors and containerd itself tell; of root alone, or of all others. A process is
 * believed about its own user's files alone, when its program belongs to root or to that user, its
 * root is the host's, and that user is no one of a user namespace.
 */
void runtime_ask_processes(struct host_view *view, struct bundle_list *list, bool of_root);

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
/* Member `runtime`. `user`: the name of its owner. */
void bundle_runtime_write(struct container_doc *doc, const struct bundle *bundle,
			  const struct bundle_facts *facts, str user);
