/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * proc_net: sockets of a network namespace, from /proc/PID/net/{tcp,tcp6,udp,udp6,unix}
 * (proc_pid_net(5)).
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define PROC_NET_MAX 100000u /* sockets that are kept of one file */

struct proc_socket {
	str address; /* "127.0.0.1", "::"; of a unix socket its path ("@name": abstract) */
	uint16_t port;
	uint64_t inode;
};

struct proc_sockets {
	struct proc_socket *items;
	size_t n, cap;
	size_t malformed; /* lines that could not be understood */
};

/* Listening sockets of tcp and tcp6: those in state LISTEN. */
int proc_net_tcp(str text, struct arena *arena, struct proc_sockets *out, struct err *err) MUST_USE;
/* All sockets of udp and udp6 that are bound to a port. */
int proc_net_udp(str text, struct arena *arena, struct proc_sockets *out, struct err *err) MUST_USE;
/* Listening unix sockets with a name; paths are views. */
int proc_net_unix(str text, struct arena *arena, struct proc_sockets *out,
		  struct err *err) MUST_USE;
