/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * host_view: files, folders, accounts and processes of a host whose root is here or at --host-root.
 * Paths given and told are those of the host, absolute, without that prefix. Links are followed as
 * the host would, component by component: none leads out of the root. Everything is read with a
 * limit; processes below /proc of that root vanish while they are read, which is ERR_NOT_FOUND.
 *
 * A view belongs to one thread at a time (names are read with the first question for one).
 */
#include "base/arena.h"
#include "base/str.h"
#include "fmt/host/proc_status.h"

struct err;
struct host_view;

#define HOST_LINKS_MAX	   40u	   /* on the way to one file, as the kernel has it */
#define HOST_FOLDER_MAX	   100000u /* names of a folder */
#define HOST_PROCESSES_MAX 100000u
#define HOST_PROC_MAX	   (4u << 20) /* of one file of a process */

enum host_type { HOST_FILE, HOST_FOLDER, HOST_SOCKET, HOST_OTHER };
/* "file", "folder", "socket", "other" */
const char *host_type_name(enum host_type type);

/* A path and what is there in the end; owner and mode are those of the target. */
struct host_node {
	str path;	  /* as asked */
	bool exists;	  /* false: the next ones but resolved and links say nothing */
	str resolved;	  /* clean, all links followed as far as they lead somewhere */
	const str *links; /* paths of the links on the way */
	size_t link_count;
	enum host_type type;
	uint32_t uid, gid;
	uint32_t mode; /* st_mode & 07777 */
	uint64_t size, inode, device;
	int64_t modified; /* seconds */
};

/* `root` NULL, empty or "/": this machine's. ERR_NOT_FOUND, ERR_DENIED. */
struct host_view *host_view_open(const char *root, struct err *err);
void host_view_free(struct host_view *view);
AUTO_PTR(host_view_free, struct host_view);
str host_view_root(const struct host_view *view); /* "/", or "/host" */

/* Success also where nothing is there (exists false). Fails where it may not look. */
int host_view_look(struct host_view *view, str path, struct arena *arena, struct host_node *out,
		   struct err *err) MUST_USE;
/* A descriptor for reading (O_NONBLOCK, O_CLOEXEC); a folder is opened as one. */
int host_view_open_at(struct host_view *view, str path, struct err *err) MUST_USE;
/* The whole of a regular file (or one of /proc, /sys). More than `max`: ERR_LIMIT. */
int host_view_read(struct host_view *view, str path, size_t max, struct arena *arena, str *out,
		   struct err *err) MUST_USE;
/*
 * The same, of a file that belongs to `uid` and that not everybody may write: its owner is asked of
 * the open file. Where root's are asked for, our own count too, as nobody but us can have put them
 * there. ERR_DENIED for those of others.
 */
int host_view_open_owned(struct host_view *view, str path, uint32_t uid, struct err *err) MUST_USE;
int host_view_read_owned(struct host_view *view, str path, uint32_t uid, size_t max,
			 struct arena *arena, str *out, struct err *err) MUST_USE;
/* Names in a folder, sorted. More than `max`: ERR_LIMIT. */
int host_view_list(struct host_view *view, str path, size_t max, struct arena *arena,
		   const str **names, size_t *n, struct err *err) MUST_USE;

/* Name of the host's accounts, else the number as text. */
str host_view_user(struct host_view *view, uint32_t uid, struct arena *arena);
str host_view_group(struct host_view *view, uint32_t gid, struct arena *arena);
/* What /etc/passwd and /etc/group say (fmt/host/host_accounts.h); fails where they cannot be read. */
struct host_accounts;
int host_view_accounts(struct host_view *view, const struct host_accounts **out,
		       struct err *err) MUST_USE;

/* ---- processes ---- */

/* Numbers of all processes, in rising order. */
int host_process_list(struct host_view *view, struct arena *arena, const int64_t **pids, size_t *n,
		      struct err *err) MUST_USE;
/* Its status, ids as the host sees them. */
int host_process_read(struct host_view *view, int64_t pid, struct arena *arena,
		      struct proc_status *out, struct err *err) MUST_USE;
/* /proc/PID/NAME ("mountinfo", "cgroup", "net/tcp"). */
int host_process_file(struct host_view *view, int64_t pid, const char *name, struct arena *arena,
		      str *out, struct err *err) MUST_USE;
/* The words of "cmdline" or "environ", which NUL bytes end. */
int host_process_words(struct host_view *view, int64_t pid, const char *name, struct arena *arena,
		       const str **words, size_t *n, struct err *err) MUST_USE;
/* The text of a link: "exe" (without " (deleted)"), "ns/net" ("net:[4026531840]"), "fd/3". */
int host_process_link(struct host_view *view, int64_t pid, const char *name, struct arena *arena,
		      str *out, struct err *err) MUST_USE;
/* Owner and mode of its executable, also of one that has been removed or is in another root. */
int host_process_program(struct host_view *view, int64_t pid, uint32_t *uid, uint32_t *mode,
			 struct err *err) MUST_USE;
/* Its root is that of the view: no process of a container, nor one that was moved elsewhere. */
bool host_process_in_root(struct host_view *view, int64_t pid);
/* When it began, in seconds since 1970; 0 where that cannot be read. */
int64_t host_process_began(struct host_view *view, int64_t pid, struct arena *scratch);
/*
 * Is this path, as the process sees it in its own root and mounts, that file? False where it may
 * not be looked at.
 */
bool host_process_has_file(struct host_view *view, int64_t pid, str path, uint64_t device,
			   uint64_t inode);
/* Value of a variable among words of "environ"; p NULL: not there. */
str host_environ_get(const str *words, size_t n, str name);
