/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The single means of confinement. Each returns 0, or an errno value when it is not in force. */
#include "sandbox/confine.h"

/* RLIMIT_* ; `threads` also bounds the processes of the (own) user namespace. */
int confine_limits(const struct confine_opts *opts, bool own_user_namespace);
/* New user, network, IPC, UTS, mount and cgroup namespaces; says which of the first two it got. */
int confine_namespaces(bool *user, bool *network);
/* Empty permitted, effective, inheritable, ambient and bounding sets; nobody's ids where root. */
int confine_capabilities(bool own_user_namespace);
/* No path at all, no TCP port, no signal or abstract socket outside. *abi: version in force. */
int confine_landlock(int *abi);
/* The allow-list of system calls, for all threads. */
int confine_seccomp(void);

/* An address sanitizer reserves terabytes of addresses: there its run is bounded by the caller. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif
