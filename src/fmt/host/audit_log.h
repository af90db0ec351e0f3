/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * audit_log: commands `docker exec` and `podman exec` out of the records of the kernel's audit
 * system (auditd writes them to audit.log, audit.log.1 is older): events with the key "docker" that
 * have the words of a started program. Files are read oldest first.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define AUDIT_LOG_MAX	  (256u << 20) /* bytes of one file */
#define AUDIT_LOG_EXECS	  100000u      /* commands that are kept */
#define AUDIT_EXEC_WORDS  128u	       /* words of one command that are looked at */
#define AUDIT_LOG_PENDING 16u	       /* events whose records may be mixed */

struct audit_exec {
	int64_t time;
	str container;	 /* as it was named; empty: the command does not say */
	str user;	 /* of --user; empty: the container's own */
	bool privileged; /* --privileged */
	bool words_cut;	 /* not all words were there: user and privileged are not known */
};

/* Records of one event. */
struct audit_event {
	uint64_t serial;
	int64_t time;
	bool keyed, used;
	str words[AUDIT_EXEC_WORDS]; /* as the record has them, quoted or in hexadecimal digits */
	size_t argc;		     /* as the record says; 0: no words */
};

struct audit_log {
	struct arena *arena;
	struct audit_exec *items;
	size_t n, cap;
	int64_t oldest, newest; /* of all records; 0: none */
	size_t keyed;		/* events with the key */
	size_t malformed;	/* lines that are no records */
	struct audit_event pending[AUDIT_LOG_PENDING];
	size_t next;
};

void audit_log_init(struct audit_log *log, struct arena *arena);
/* One file more. Texts are copied. */
int audit_log_read(struct audit_log *log, str text, struct err *err) MUST_USE;
/* After the last file. */
int audit_log_end(struct audit_log *log, struct err *err) MUST_USE;

/* Are these the words of an `exec` of an engine's client? `out->time` is left alone. */
bool audit_exec_words(const str *words, size_t n, struct audit_exec *out);
