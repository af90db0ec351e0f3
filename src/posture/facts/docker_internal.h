/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of the collector of Docker hosts share. */
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "engine/engine.h"
#include "fmt/container/dockerd_settings.h"
#include "fmt/host/host_accounts.h"
#include "fmt/host/systemd_unit.h"
#include "posture/facts/docker.h"
#include "posture/facts/host_view.h"

#define DOCKER_NOT_READ_MAX 1000u
#define DOCKER_ROLE_MAX	    1000u /* files of one role */

struct docker_missed {
	str what, reason, remedy;
};

struct docker_process {
	int64_t pid, parent;
	uint32_t uid, gid;
	str name; /* comm */
	str exe;  /* empty: may not be read, or a thread of the kernel */
};

/* A unit of systemd with its drop-ins. */
struct docker_unit {
	bool found;
	str fragment; /* path; where it is looked for first when there is none */
	const str *drop_ins;
	size_t drop_in_count;
	struct systemd_unit settings;
	struct err err; /* kind set: it could not be read */
};

/* Where a setting comes from. */
struct docker_setting {
	str key;
	const struct json *value;
	str source, where;
	struct {
		const struct json *value;
		str source, where;
	} other[2]; /* who says it differently */
	size_t other_n;
};

struct docker_facts {
	struct arena *arena;
	struct docker_facts_opts opts;
	struct host_view *view;
	struct engine *engine; /* NULL: none answers */
	struct err engine_err; /* why */
	str address;	       /* of the engine, without the host's root */
	bool present, in_container;
	bool host_known; /* files and processes are those of the engine's machine */
	str host_unknown, host_remedy;
	const struct json *info; /* NULL: not read */
	bool rootless, podman;

	struct docker_process *procs;
	size_t procs_n;
	struct err procs_err;		     /* kind set: /proc could not be read */
	const struct docker_process *daemon; /* NULL: none runs, or not known which */
	const struct docker_process *containerd;
	bool daemon_doubt; /* there are several, none of which is known to be it */
	const str *words;  /* of the daemon */
	size_t words_n;
	struct err words_err;
	str home, run_dir; /* of the daemon's user; empty: not known */
	str config_home;   /* of a rootless daemon's user: XDG_CONFIG_HOME, or its default */
	const struct host_user *user;

	str config_path;
	bool config_exists, config_valid, config_read;
	bool config_late;	    /* written after the daemon began: what it says need not hold */
	int64_t began, config_time; /* of the daemon, 0: not known; of the file */
	struct err config_err;
	struct dockerd_settings flags, file;
	struct docker_setting *settings;
	size_t settings_n, settings_cap;
	struct docker_unit service, socket;
	struct host_node *api_sockets;
	size_t api_socket_n, api_socket_cap;
	str apparmor, selinux; /* JSON; empty: not read */
	bool audit_keyed;      /* a rule in force has the key "docker" */
	str user_sockets;      /* of users' engines that were not asked */

	/* the document while it is written */
	struct buf text;
	struct json_writer w;
	struct docker_missed *missed;
	size_t missed_n, missed_cap;
	struct docker_skip *skips;
	size_t skip_n, skip_cap;
	/* when it is done */
	const struct json *document;
	str of_host, platform, time;
};

/* Somebody said which engine: --host, $DOCKER_HOST. */
bool docker_engine_is_named(const struct docker_facts *facts);
/* A path in the data folder, as the engine says, else the settings, else the default. */
str docker_data_file(struct docker_facts *facts, const char *name);
/* Notes what is absent. */
void docker_missed(struct docker_facts *facts, str what, str reason, str remedy);
/* Notes it for docker_facts_skips, each text once. */
void docker_skip_note(struct docker_facts *facts, str what, str reason, str remedy);
/* The same for a failed call: the reason is its message, the remedy follows from its kind. */
void docker_failed(struct docker_facts *facts, str what, const struct err *err);

/*
 * A member that is written whole or not at all: what was written since the mark is taken back when
 * the members behind it cannot be had, or the document would become too large.
 */
struct docker_mark {
	struct json_writer w;
	size_t n;
};
struct docker_mark docker_mark(const struct docker_facts *facts);
void docker_cut(struct docker_facts *facts, const struct docker_mark *mark);
/* True when all of it has found room; else it is taken back and noted as `what`. */
bool docker_keep(struct docker_facts *facts, const struct docker_mark *mark, str what);
/* True, and `what` noted, when an answer of the engine is nested too deep to be told. */
bool docker_is_deep(struct docker_facts *facts, str what, const struct json *value);
/* True, and `what` noted, when a list would have more than `max` elements. */
bool docker_too_many(struct docker_facts *facts, str what, size_t n, size_t max);

/* ---- what is found out before anything is written ---- */
void docker_find_processes(struct docker_facts *facts);
/*
 * The first process of root with an executable (or, where that may not be read, a name) of that
 * name: what others call theirs says nothing about the machine.
 */
const struct docker_process *docker_process_named(const struct docker_facts *facts, str name);
bool docker_process_is(const struct docker_process *process, str name);
void docker_find_daemon(struct docker_facts *facts);
void docker_read_units(struct docker_facts *facts);
void docker_read_settings(struct docker_facts *facts);
/* The value that counts, or NULL where nothing is said. */
const struct json *docker_setting(const struct docker_facts *facts, str key);
str docker_setting_text(const struct docker_facts *facts, str key);
bool docker_settings_complete(const struct docker_facts *facts);

/* The inode of a socket that the process holds, sorted. */
int docker_held_inodes(struct docker_facts *facts, int64_t pid, struct arena *arena,
		       uint64_t **inodes, size_t *n, struct err *err) MUST_USE;
bool docker_inode_in(const uint64_t *inodes, size_t n, uint64_t inode);

/* A stream of a socket unit. */
struct docker_stream {
	str listen, protocol, address, path, where;
	uint64_t port;
};
/* What a ListenStream= says; false: of no kind that is known. */
bool docker_stream_parse(str listen, struct arena *arena, struct docker_stream *out);
#define DOCKER_STREAMS_MAX 64u
size_t docker_streams(struct docker_facts *facts, struct docker_stream *out, size_t max);

/* ---- the parts of the document, in its order ---- */
void docker_put_host(struct docker_facts *facts);
void docker_put_platform(struct docker_facts *facts);
void docker_put_engine(struct docker_facts *facts);
void docker_put_daemon(struct docker_facts *facts);
void docker_put_held(struct docker_facts *facts);
void docker_put_files(struct docker_facts *facts);
void docker_put_audit(struct docker_facts *facts);
void docker_put_accounts(struct docker_facts *facts);
void docker_put_environment(struct docker_facts *facts);
void docker_put_packages(struct docker_facts *facts);
void docker_put_kernel(struct docker_facts *facts);
void docker_put_inventory(struct docker_facts *facts);
void docker_put_swarm(struct docker_facts *facts);
void docker_put_exec(struct docker_facts *facts);
