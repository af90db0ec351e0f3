/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * content: the bytes of one wanted file while its archive streams by: in memory when small, else in
 * one of the unlinked temporary files that came with the job.
 */
#include "fmt/file_view.h"
#include "scan/flow.h"

#define SPOOL_FILES 5u

struct spool {
	int fds[SPOOL_FILES];
	bool used[SPOOL_FILES];
	size_t n;
};

struct content {
	char *bytes;
	uint64_t size;
	int fd;		     /* -1: in memory */
	struct spool *spool; /* where fd goes back to */
	bool there;
};

/* Reads all of the entry. Up to `in_memory` bytes are kept in memory. */
int content_read(struct content *content, struct flow *flow, const struct tar_entry *entry,
		 uint64_t in_memory, struct spool *spool, struct err *err) MUST_USE;
void content_done(struct content *content);
static inline void auto_content_done(struct content *content) { content_done(content); }
struct file_view content_view(const struct content *content, str path, uint32_t mode);
