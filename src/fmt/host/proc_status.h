/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* proc_status: what the kernel tells of a process in /proc/PID/status (proc_pid_status(5)). */
#include "base/str.h"

struct err;

struct proc_status {
	str name; /* a view; escapes of the kernel (\n, \\) stay */
	int64_t pid, parent;
	uint32_t uid, euid, gid, egid;
	int seccomp;	  /* 0, 1, 2; -1: not told */
	int no_new_privs; /* 0, 1; -1: not told */
	uint64_t cap_eff, cap_bnd;
	bool caps_known;
	bool memory; /* it has a VmSize: no thread of the kernel, no zombie */
};

/* ERR_INPUT: no such text (Pid, Uid and Gid must be there). */
int proc_status_parse(str text, struct proc_status *out, struct err *err) MUST_USE;
