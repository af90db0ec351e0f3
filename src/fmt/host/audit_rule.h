/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * audit_rule: rules of the kernel's audit system, from the files that auditctl loads (auditctl(8),
 * audit.rules(7)) and from the kernel's own answers (struct audit_rule_data, linux/audit.h). Both
 * end in one form, so that a policy can tell which files and folders are watched.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define AUDIT_RULES_MAX	     8192u
#define AUDIT_RULE_FIELDS    64u
#define AUDIT_FILE_MAX_BYTES (4u << 20)

enum audit_access {
	AUDIT_ACCESS_EXEC = 1,
	AUDIT_ACCESS_WRITE = 2,
	AUDIT_ACCESS_READ = 4,
	AUDIT_ACCESS_ATTRIBUTE = 8,
	AUDIT_ACCESS_ALL = 15,
};

/* What a rule looks at. */
enum audit_target {
	AUDIT_TARGET_NONE,  /* no path */
	AUDIT_TARGET_PATH,  /* one file or the folder's own inode: path= */
	AUDIT_TARGET_TREE,  /* everything below: dir= */
	AUDIT_TARGET_WATCH, /* -w: a tree when the path is a folder, else a file */
};
/* "none", "path", "dir", "watch" */
const char *audit_target_name(enum audit_target target);

struct audit_rule {
	str list;   /* "exit", "task", "user", "exclude", "filesystem", "uring", or a number */
	str action; /* "always", "never", "possible" */
	enum audit_target target;
	str path;
	unsigned access; /* enum audit_access; all where the rule does not say */
	bool syscalls;	 /* limited to some system calls */
	str narrowed;	 /* the first field that narrows it otherwise ("auid>=1000"), or empty */
	str key;
	str source;    /* file, or "kernel" */
	uint32_t line; /* in the file; in the kernel's order, from 1 */
};

struct audit_rules {
	struct arena *arena;
	struct audit_rule *items;
	size_t n, cap;
	int enabled;	  /* of -e or the kernel: 0 off, 1 on, 2 on and locked; -1: not said */
	size_t malformed; /* lines or rules that could not be understood */
	str malformed_first;
};

void audit_rules_init(struct audit_rules *rules, struct arena *arena);
/*
 * One file, in the order in which files are loaded: -D empties the list, -W and -d take a rule
 * away again. ERR_LIMIT above AUDIT_RULES_MAX. Text must live as long as the rules.
 */
int audit_rules_file(struct audit_rules *rules, str source, str text, struct err *err) MUST_USE;
/* One rule as AUDIT_LIST_RULES answers it, in the byte order of this machine. */
int audit_rules_kernel(struct audit_rules *rules, str data, struct err *err) MUST_USE;
