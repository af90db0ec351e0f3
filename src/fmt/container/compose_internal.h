/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of the Compose reader share. */
#include "base/map.h"
#include "fmt/container/compose.h"
#include "fmt/syntax/place.h"

/* What an override says of the value that was there: merge, forget it, take its place. */
enum node_rule { NODE_MERGE, NODE_RESET, NODE_OVERRIDE };

/* A value of the files, with variables replaced and the place where it stands. */
struct node {
	uint8_t type; /* enum json_type */
	enum node_rule rule;
	str text;	 /* string, number: as text */
	str raw;	 /* of a string with variables: as it stands in the file */
	str unknown;	 /* why it is not known; empty: it is */
	uint32_t source; /* index into sources */
	uint32_t line;
	struct node_member *members; /* object; array: keys are empty */
	size_t n, cap;
};

struct node_member {
	str key;
	uint32_t line;
	struct node *value;
};

/* A file that was read; relative paths in it are relative to `folder`. */
struct source {
	str path, folder, shown_folder; /* shown_folder: as `path` is */
	str text;
	struct node *root;
};

struct env {
	struct map values; /* name to str */
	struct arena *arena;
};

struct reader {
	const struct compose_opts *opts;
	struct arena *arena;
	struct compose *out;
	struct source *sources;
	size_t source_n, source_cap;
	struct node *project; /* everything merged */
	struct env *env;
	size_t nodes;	     /* made so far */
	size_t expanded;     /* bytes of replaced variables */
	bool over;	     /* the limit of nodes was reached and told */
	struct map extended; /* "source\nservice" to struct node */
};

/* ---- notes ---- */

void compose_note(struct reader *r, enum err_kind kind, const struct node *at, const char *form,
		  ...) PRINTF_LIKE(4, 5);
void compose_note_at(struct reader *r, enum err_kind kind, str file, uint32_t line, str reason);
/* The last note is about a value: its service is there all the same. */
void compose_note_kept(struct reader *r);
struct plan_place node_place(const struct reader *r, const struct node *node);

/* ---- nodes ---- */

/* NULL: over the limit, which is told once. */
struct node *node_new(struct reader *r, enum json_type type, uint32_t source, uint32_t line);
/* The tree of a document, variables replaced. */
struct node *node_make(struct reader *r, const struct json *v, const struct place *place,
		       uint32_t source);
struct node *node_copy(struct reader *r, const struct node *node);
struct node *node_get(const struct node *object, const char *key);
struct node *node_find(const struct node *object, str key);
/* One more member, of a key that is not there yet; no value: nothing happens. */
void node_add(struct reader *r, struct node *node, str key, uint32_t line, struct node *value);
void node_append(struct reader *r, struct node *array, struct node *value);
/* Text of a scalar, empty otherwise. */
str node_text(const struct node *node);
bool node_is_scalar(const struct node *node);
/* Why something of it is not known, anywhere below; empty: all is. */
str node_unknown(const struct node *node);
#define NODE_EACH(node, member)                                                     \
	for (struct node_member *member = (node) ? (node)->members : NULL,          \
				*member##_end = member ? member + (node)->n : NULL; \
	     member != member##_end; member++)

/* ---- variables ---- */

struct env *env_new(struct reader *r);
/* Adds what an env file says; values that are there stay. */
void env_read(struct reader *r, struct env *env, str path, str text);
/* 0; *missing as compose_interpolate. */
int env_expand(struct arena *arena, const struct env *env, str text, size_t *budget, str *out,
	       str *missing, struct err *err) MUST_USE;

/* ---- files ---- */

/* Reads and parses one more file; -1 with a note at `by` (NULL: err alone). */
int source_add(struct reader *r, str path, str folder, str text, uint32_t *out,
	       struct err *err) MUST_USE;
/* The text of a file that another one names. */
int source_text(struct reader *r, str path, str *text, struct err *err) MUST_USE;
/* Where a path of that file leads to, as findings name it. */
str source_path(struct reader *r, uint32_t source, str path);
/* What a file includes, then the file itself, laid over `into`. */
void compose_take_includes(struct reader *r, struct node *into, const struct node *root,
			   unsigned depth);

/* ---- merging ---- */

/* `over` laid over `base`, which changes and is returned. `path`: of keys, "services.x". */
struct node *compose_merge(struct reader *r, struct node *base, const struct node *over);
/* The same for two services. */
struct node *compose_merge_service(struct reader *r, struct node *base, const struct node *over);
/* A service with what it extends. */
struct node *compose_extend(struct reader *r, uint32_t source, str name, struct node *service,
			    unsigned depth);

/* ---- services ---- */

/* The container of a service. */
void compose_service(struct reader *r, str name, const struct node *service);
/* Tells unknown keys. */
void compose_check_keys(struct reader *r, str name, const struct node *service);
void compose_check_top(struct reader *r, const struct node *root);
/* ports, expose; volumes, tmpfs, secrets, configs ... */
void compose_ports(struct reader *r, struct container_plan *plan, const struct node *service);
void compose_mounts(struct reader *r, struct container_plan *plan, const struct node *service,
		    unsigned depth);
/* Texts in which no secret belongs; logging. */
void compose_texts(struct reader *r, struct container_plan *plan, const struct node *service);
/* deploy.* */
void compose_deploy(struct reader *r, struct container_plan *plan, const struct node *service);
/* Modes that join other services, when all are there. */
void compose_join_all(struct reader *r);
/* A value of the wrong type, told and not known. */
void compose_wrong(struct reader *r, struct container_plan *plan, enum plan_member member,
		   const struct node *node, const char *wanted);
/* Sets the member when the node is there; wrong types and unknown values as above. */
void compose_take_bytes(struct reader *r, struct container_plan *plan, enum plan_member member,
			const struct node *node);
void compose_take_number(struct reader *r, struct container_plan *plan, enum plan_member member,
			 const struct node *node);
void compose_take_cpus(struct reader *r, struct container_plan *plan, const struct node *node);
