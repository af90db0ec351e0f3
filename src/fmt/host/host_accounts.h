/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * host_accounts: users and groups of a host, from the texts of /etc/passwd and /etc/group
 * (passwd(5), group(5)), and what beside them says who somebody is: nsswitch.conf(5), subuid(5). A
 * line that is no record is counted and passed over. Views of the texts.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define HOST_ACCOUNTS_MAX_BYTES (8u << 20) /* of one file */
#define HOST_ACCOUNTS_MAX	100000u	   /* users, groups or ranges */
#define HOST_MEMBERS_MAX	10000u	   /* of one group */

struct host_user {
	str name;
	uint32_t uid, gid;
	str home, shell;
};

struct host_group {
	str name;
	uint32_t gid;
	const str *members;
	size_t member_count;
};

struct host_accounts {
	struct arena *arena;
	struct host_user *users;
	size_t user_count, user_cap;
	struct host_group *groups;
	size_t group_count, group_cap;
	size_t malformed;
};

void host_accounts_init(struct host_accounts *accounts, struct arena *arena);
int host_accounts_passwd(struct host_accounts *accounts, str text, struct err *err) MUST_USE;
int host_accounts_group(struct host_accounts *accounts, str text, struct err *err) MUST_USE;
/* The first that has it, or NULL. */
const struct host_user *host_accounts_user(const struct host_accounts *accounts, uint32_t uid);
const struct host_user *host_accounts_user_named(const struct host_accounts *accounts, str name);
const struct host_group *host_accounts_gid(const struct host_accounts *accounts, uint32_t gid);
const struct host_group *host_accounts_group_named(const struct host_accounts *accounts, str name);

/* Services that a line of nsswitch.conf names ("group: files sss"), without actions in brackets. */
int host_nsswitch(str text, str database, struct arena *arena, const str **services, size_t *n,
		  struct err *err) MUST_USE;

struct host_range {
	str name; /* or uid as text */
	uint64_t start, count;
};
/* /etc/subuid, /etc/subgid. */
int host_subid(str text, struct arena *arena, const struct host_range **out, size_t *n,
	       struct err *err) MUST_USE;
