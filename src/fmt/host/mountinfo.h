/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* mountinfo: the mounts of a process, from /proc/PID/mountinfo (proc_pid_mountinfo(5)). */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define MOUNTS_MAX 100000u

struct mount_entry {
	uint64_t id, parent;
	uint64_t major, minor; /* of the device */
	str root;	       /* of the mount within its file system */
	str point;	       /* escapes undone */
	str options;	       /* of this mount: "rw,nosuid" */
	bool shared;	       /* propagates to peers */
	str type, source;      /* "ext4", "/dev/vda1" */
	str super_options;
};

struct mount_list {
	struct mount_entry *items;
	size_t n, cap;
};

/* Views of `text` where nothing had to be undone. ERR_INPUT names the line. */
int mountinfo_parse(str text, struct arena *arena, struct mount_list *out,
		    struct err *err) MUST_USE;
/* The mount that holds the path (clean and absolute): the last one on the longest point. */
const struct mount_entry *mountinfo_of(const struct mount_list *list, str path);
/* The last one mounted at exactly this path. */
const struct mount_entry *mountinfo_at(const struct mount_list *list, str path);
