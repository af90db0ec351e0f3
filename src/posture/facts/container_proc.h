/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * container_proc: texts of /proc/PID as pure functions (cgroups(7), proc(5)), and names of
 * capabilities (capabilities(7)).
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define PROC_SOCKETS_MAX 1000u
#define CAPABILITY_COUNT 41u
/* Capabilities that an engine gives to a container when nobody says otherwise. */
#define CAPABILITY_DEFAULT 0xa80425fbull

/* "NET_ADMIN"; beyond CAPABILITY_COUNT the number as text, in `arena`. */
str capability_name(unsigned number, struct arena *arena);
/* The number of "CAP_NET_ADMIN" or "net_admin"; -1: there is none of that name. */
int capability_number(str name);

/*
 * The path of /proc/PID/cgroup that tells the process's group: of the unified hierarchy unless that
 * is its root, else of the first other one that is not. Empty: all are roots. A view of `text`.
 */
str proc_cgroup_path(str text);
/*
 * True when a path of the text has a component that holds `id` (12 characters at least):
 * "/docker/ID", "docker-ID.scope", "libpod-ID".
 */
bool proc_cgroup_names(str text, str id);
/* True when a path has a component that is exactly this. */
bool proc_cgroup_holds(str text, str component);
/*
 * The path up to the component that names `id`, else to the one that is `component` (may be empty),
 * and with it; all of it without one.
 */
str proc_cgroup_base(str path, str id, str component);

struct proc_socket {
	str protocol; /* "tcp", "tcp6" */
	str address;
	uint16_t port;
};
struct proc_sockets {
	struct proc_socket *items;
	size_t n, cap;
};
/*
 * Sockets in state LISTEN of /proc/PID/net/tcp or tcp6, added to `out`, each once. ERR_INPUT names
 * the line; ERR_LIMIT above PROC_SOCKETS_MAX.
 */
int proc_listening_parse(str text, bool v6, struct arena *arena, struct proc_sockets *out,
			 struct err *err) MUST_USE;
