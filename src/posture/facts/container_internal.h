/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of container.h share, and runtime.h with them. */
#include "base/err.h"
#include "base/map.h"
#include "posture/facts/container.h"
#include "posture/facts/container_proc.h"
#include "posture/facts/host_view.h"

struct unread {
	str what, reason, remedy;
};

/* A document on its way. */
struct container_doc {
	struct arena *scratch; /* dies with the container */
	struct buf out;
	struct json_writer w;
	struct unread *unread;
	size_t unread_n, unread_cap;
};

void container_doc_init(struct container_doc *doc, struct arena *scratch);
void container_doc_done(struct container_doc *doc);
/* Empty again, with what stands first in it. `time`: collected_at. */
void container_doc_begin(struct container_doc *doc, str origin, str time);
/* not_read and the end. False: it is larger than CONTAINER_DOC_BYTES. */
bool container_doc_end(struct container_doc *doc);
/* A member that could not be had: `what` is its path. Texts live as long as the document. */
void container_doc_unread(struct container_doc *doc, str what, str reason, str remedy);
/* The same, with the reason and the remedy of an error; its text is copied. */
void container_doc_failed(struct container_doc *doc, str what, const struct err *why);

enum container_namespace {
	NAMESPACE_NET,
	NAMESPACE_PID,
	NAMESPACE_IPC,
	NAMESPACE_UTS,
	NAMESPACE_USER,
	NAMESPACE_MNT,
	NAMESPACE_CGROUP,
};
#define NAMESPACES (NAMESPACE_CGROUP + 1)

/* A process of the host and its group. */
struct machine_process {
	int64_t pid;
	str cgroup; /* proc_cgroup_path */
};

/* Processes as /proc of the host tells them, listed when the first container needs it. */
struct machine {
	struct host_view *view;
	struct arena *arena; /* of the list */
	int64_t daemon_pid;  /* of the engine, whose namespaces are the host's too; 0: not known */
	bool listed;
	struct err list_err;		   /* ERR_NONE: it could be listed */
	struct machine_process *processes; /* by cgroup, pid */
	size_t process_n;
	bool pid_spaces_listed;
	struct err pid_spaces_err;
	struct machine_process *pid_spaces; /* `cgroup` is the link "ns/pid" */
	size_t pid_space_n;
	bool spaces_read;
	str spaces[2][NAMESPACES]; /* of the first process, and of the engine */
};

void machine_init(struct machine *machine, struct host_view *view, int64_t daemon_pid);
void machine_done(struct machine *machine);
/* Processes whose cgroup is `base` or below it. */
int machine_in_cgroup(struct machine *machine, str base, const struct machine_process **out,
		      size_t *n, struct err *err) MUST_USE;
/* Processes in the process namespace of that link, for containers without a group. */
int machine_in_pid_space(struct machine *machine, str link, const struct machine_process **out,
			 size_t *n, struct err *err) MUST_USE;
/* 1: the host's (or the engine's), 0: another, -1: not known. `link` as "net:[4026531840]". */
int machine_is_space(struct machine *machine, unsigned kind, str link);
extern const char *const machine_space_names[];

struct container_process {
	int64_t pid; /* 0: it does not run; -1: nobody knows it */
	str id;
	str group;	       /* component of its cgroup; may be empty */
	bool known;	       /* that it is the container's: nothing more is checked */
	str started_at;	       /* by the engine; empty: not known */
	str elsewhere;	       /* why this machine's /proc says nothing of it; empty: it does */
	struct engine *engine; /* asked for processes where the cgroup does not tell; may be NULL */
	/* Filled by the call: 1 that of the host, 0 its own, -1 not known. */
	int is_host[NAMESPACES];
};
/* Members process, processes, listening. */
void container_process_write(struct container_doc *doc, struct machine *machine,
			     struct container_process *process);

/* One call of container_facts_some. */
struct container_work {
	struct docker_facts *facts;
	struct engine *engine;
	struct host_view *view;
	bool local;
	struct arena *arena;   /* of the call: what is asked once */
	struct arena *scratch; /* of one container */
	struct container_doc doc;
	struct machine machine;
	struct container_counts *counts;
	/* Asked once; `err.kind` other than ERR_NONE: that failed. */
	struct {
		bool asked;
		struct err err;
		struct map by_key;
	} images, volumes, bridge;
	struct map services, others; /* by id */
	struct map images_used;
};

/* ---- container_inspect.c: the answer of the engine ---- */

/* Member `inspect`, of those alone that doc/facts-docker.md names. */
void container_inspect_write(struct container_doc *doc, const struct json *answer);
/* "running", "paused" ...: it has a process. */
bool container_is_running(const struct json *answer);

/* ---- container_mount.c ---- */

void container_mounts_write(struct container_work *work, const struct json *answer);
/* One of the host's paths: host_path and resolved. */
void container_path_write(struct container_doc *doc, struct host_view *view, bool local, str path);

/* ---- container_related.c: what other objects of the engine say ---- */

void container_joined_write(struct container_work *work, const struct json *answer);
void container_bridge_write(struct container_work *work, str id);
void container_service_write(struct container_work *work, const struct json *answer);

/* ---- container_image.c ---- */

void container_image_write(struct container_work *work, const struct json *answer);
