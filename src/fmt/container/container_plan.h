/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * container_plan: what a file asks of a container that somebody will start: a service of a Compose
 * file, a command line of `docker run`. It becomes a document of kind "container"
 * (doc/facts-docker.md) with what the file says, and the engine's defaults for the rest. What the
 * file leaves to the moment it is used (a variable without a value, the output of a command) is
 * absent from the document and named in its `not_read`, so that nobody judges a guess.
 *
 *	struct container_plan *plan = container_plan_new(arena, STR("compose"));
 *
 *	plan_set_bool(plan, PLAN_PRIVILEGED, true, place);
 *	container_plan_write(plan, &w);
 *
 * A plan lives in its arena. At most PLAN_ITEMS_MAX elements a list: more make it unknown.
 */
#include "base/arena.h"

struct json;
struct json_writer;

#define PLAN_ITEMS_MAX 1000u

/* The members of `inspect` (and `image`, `mounts`) that a file can say something about. */
enum plan_member {
	PLAN_IMAGE,
	PLAN_MOUNTS,
	PLAN_USER,
	PLAN_EXPOSED,
	PLAN_LABELS,
	PLAN_HEALTH,
	PLAN_CAP_ADD,
	PLAN_CAP_DROP,
	PLAN_CGROUP_PARENT,
	PLAN_CPU_QUOTA,
	PLAN_CPU_SHARES,
	PLAN_DEVICE_RULES,
	PLAN_DEVICE_REQUESTS,
	PLAN_DEVICES,
	PLAN_IPC,
	PLAN_LOGGING, /* text: the driver; items: "option=value" */
	PLAN_MEMORY,
	PLAN_NANO_CPUS,
	PLAN_NETWORK,
	PLAN_PID,
	PLAN_PIDS_LIMIT,
	PLAN_PORTS,
	PLAN_PRIVILEGED,
	PLAN_READ_ONLY,
	PLAN_RESTART,
	PLAN_SECURITY,
	PLAN_ULIMITS,
	PLAN_USERNS,
	PLAN_UTS,
	PLAN_MEMBERS
};

struct plan_place {
	str file;
	uint32_t line; /* 0: not known */
};

/* One member: nothing is said of it, or this, or it cannot be known. */
struct plan_fact {
	bool set;
	str unknown; /* why it cannot be known; empty: it is */
	struct plan_place place;
	str text;		   /* modes, user, image, name of the restart policy */
	int64_t number;		   /* sizes, shares, limits, 0 and 1; tries of the restart policy */
	struct plan_place *places; /* beside `items` */
	size_t place_cap;
	str *items; /* lists, as the engine's API has them; ulimits "name=soft:hard" */
	size_t n, cap;
};

struct plan_port {
	str port;     /* "80/tcp" */
	str ip, host; /* of the host; empty: any, one that the engine chooses */
	struct plan_place place;
};

struct plan_mount {
	str type; /* "bind", "volume", "tmpfs" ... */
	str name, source, destination, propagation;
	str host_path; /* empty: no path of the host */
	bool read_only;
	struct plan_place place;
};

/* The namespace that a mode "container:NAME" joins. */
struct plan_join {
	str name, mode;
	str unknown; /* why the mode at the end is not known */
};

/* A text of the file in which no secret belongs. Its value never goes into the document. */
enum plan_text_kind {
	PLAN_ENVIRONMENT,
	PLAN_BUILD_ARG,
	PLAN_LABEL,
	PLAN_COMMAND,  /* a whole command line */
	PLAN_ARGUMENT, /* "--name value" of one */
	PLAN_LOG_OPTION,
	PLAN_TEXT_KINDS
};
/* "environment", "build_arg", "label", "command", "argument", "log_option" */
const char *plan_text_kind_name(enum plan_text_kind kind);

/* What somebody who searched the text found in it. */
struct plan_secret {
	str kind, title, title_ja;
	str shown; /* first characters, at most four */
};

struct plan_text {
	enum plan_text_kind kind;
	str name;  /* of the variable, label ... */
	str value; /* as it stands in the file: what comes from variables is left out */
	struct plan_place place;
	struct plan_secret *secrets;
	size_t secret_n, secret_cap;
};

struct container_plan {
	struct arena *arena;
	str origin; /* "compose", "run" */
	str name;
	struct plan_place place;
	str unknown; /* why nothing of it can be known; empty otherwise */
	struct plan_fact facts[PLAN_MEMBERS];
	struct plan_port *ports;
	size_t port_n, port_cap;
	struct plan_mount *mounts;
	size_t mount_n, mount_cap;
	struct plan_text *texts;
	size_t text_n, text_cap;
	size_t text_dropped; /* over PLAN_ITEMS_MAX of them */
	str texts_unknown;   /* why a text could not be searched in full; empty: all were */
	struct plan_join network, pid, ipc; /* names empty: the mode joins nobody */
};

struct container_plan *container_plan_new(struct arena *arena, str origin);

void plan_set_text(struct container_plan *plan, enum plan_member member, str text,
		   struct plan_place place);
void plan_set_number(struct container_plan *plan, enum plan_member member, int64_t number,
		     struct plan_place place);
void plan_set_bool(struct container_plan *plan, enum plan_member member, bool on,
		   struct plan_place place);
/* One more element; the place is that of the first. */
void plan_add(struct container_plan *plan, enum plan_member member, str item,
	      struct plan_place place);
void plan_add_port(struct container_plan *plan, struct plan_port port, struct plan_place place);
void plan_add_mount(struct container_plan *plan, struct plan_mount mount, struct plan_place place);
/* The driver of logs; options that were said stay. */
void plan_set_driver(struct container_plan *plan, str driver, struct plan_place place);
/* Empty values are passed over. */
void plan_add_text(struct container_plan *plan, enum plan_text_kind kind, str name, str value,
		   struct plan_place place);
/* A command line, and its arguments by their names. */
void plan_add_command(struct container_plan *plan, str name, const str *words, size_t n,
		      struct plan_place place);
void plan_add_secret(struct container_plan *plan, size_t text, const struct plan_secret *secret);
/* It cannot be known; the first reason stays. */
void plan_unknown(struct container_plan *plan, enum plan_member member, str why,
		  struct plan_place place);
/* Forgets what was said. */
void plan_clear(struct container_plan *plan, enum plan_member member);

/* "inspect.HostConfig.CapAdd": how the document names it. */
const char *plan_member_path(enum plan_member member);
/* The labels as an object; NULL: there are none, or they are not known. */
const struct json *container_plan_labels(const struct container_plan *plan);
/* The document. */
void container_plan_write(const struct container_plan *plan, struct json_writer *w);
/* Members of it: HostConfig.LogConfig, and the texts (container_text.c). */
void container_plan_put_logging(const struct container_plan *plan, struct json_writer *w);
void container_plan_put_texts(const struct container_plan *plan, struct json_writer *w);
/*
 * Where findings of a control belong, by the name of its module ("privileged" of
 * "seawall.docker.privileged"): the first of the members it looks at that the file sets or leaves
 * open, of a list the element that the finding's text `said` names; else the container itself.
 */
struct plan_place container_plan_place(const struct container_plan *plan, str control, str said);
