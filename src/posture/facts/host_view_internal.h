/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files and the processes of a view share. */
#include "base/err.h"
#include "fmt/host/host_accounts.h"
#include "posture/facts/host_view.h"

struct host_view {
	struct arena *arena;
	str root;
	int fd;	      /* of the root, O_PATH */
	int64_t boot; /* time, in seconds; 0: not read */
	struct host_accounts accounts;
	bool accounts_tried, accounts_read;
	struct err accounts_err;
};

/* The text of the link itself, wherever it leads. */
int host_view_readlink(struct host_view *view, str path, struct arena *arena, str *out,
		       struct err *err) MUST_USE;
