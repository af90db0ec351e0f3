/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * check: configuration checks, each one a Rego module with metadata, over facts documents.
 *
 *	const str groups[] = { STR("image") };
 *	struct check_load load = { .groups = groups, .group_n = 1 };
 *	struct problems problems = { .arena = arena };
 *	struct check_set *set = check_set_load(&load, &problems, &err);
 *	struct check_results results = { 0 };
 *
 *	check_set_judge(set, STR("image"), STR(""), facts, NULL, arena, &results);
 *	check_set_unref(set);                   // behind the last use of the results
 *
 * A built-in check is policies/<group>/<name>.rego, package seawall.<group>.<name>, with all texts
 * in its METADATA block (doc/checks.md). Checks of the user are every module below a namespace
 * that has a rule deny, warn or violation (or one whose name begins so and "_"), with the metadata
 * that Trivy's users write. Modules of the user are of v1 or, where they are no v1, of v0.
 *
 * Rules of a check:
 *	deny contains r            r: a text, or an object: `msg`, or values for the places of the
 *	                           metadata's `message`; and file, line (startline), end_line
 *	                           (endline), layer, stage, subject, evidence
 *	manual contains r          the same: somebody has to look
 *	missing contains "reason"  facts that could not be had
 *	not_applicable := "reason" or {"msg": reason, "ja": the same in Japanese}
 * and in built-in checks only:
 *	outside := reason          likewise, asked before all others: the document is none of its
 *	                           business, and what it lacks does not matter
 *	seen contains r            what was looked at, whatever the verdict: a text, or an object
 *	                           with `msg`, subject, evidence ...
 *
 * Verdict: not applicable when `outside` has a value, else error when `missing` is not empty or the
 * evaluation fails, else fail when `deny` is not empty, else manual, else not applicable, else
 * pass. A check that cannot be evaluated within its budget is an error, never a pass.
 *
 * A set is immutable and may be used by any number of threads at once.
 */
#include "base/arena.h"
#include "policy/policy.h"

#define CHECK_MAX_STEPS	   5000000ULL  /* of one rule of a check: about half a second */
#define CHECK_MAX_BYTES	   (48u << 20) /* of memory, likewise */
#define CHECK_MAX_FACTS	   (8u << 20)  /* bytes of one document */
#define CHECK_FINDINGS_MAX 1000u       /* of one check and document; more are counted */
#define CHECK_TEXT_MAX	   4096u       /* bytes of one text of a finding; longer ones are cut */
#define CHECK_SET_MAX	   5000u

enum check_lang { CHECK_EN, CHECK_JA, CHECK_LANGS }; /* as enum lang of the reports */

struct check_text {
	str title, description, message, remediation;
};

/* The number of a control in one version of the benchmark. */
struct check_number {
	str version, id; /* "1.8.0", "2.2" */
};

/* Who decides: the facts; facts or a list of the operator, else a person; always a person. */
enum check_mode { CHECK_AUTO, CHECK_SEMI, CHECK_BY_HAND, CHECK_MODES };
/* "auto", "semi", "manual" */
const char *check_mode_name(enum check_mode mode);

/* What a control of a benchmark says of itself; numbers are empty in other checks. */
struct check_benchmark {
	const struct check_number *numbers;
	size_t number_n;
	unsigned level; /* 1, 2; 0: the publisher says none */
	enum check_mode mode;
	const str *recommendations, *alerts; /* ids that look at the same */
	size_t recommendation_n, alert_n;
};

/*
 * A repair that is ready to be used: a command, or text that belongs into a file (of a JSON file:
 * an object to merge into it). "{subject}" stands for that of each finding, still to be quoted.
 */
struct check_fix {
	str command;	       /* of a shell; may have several lines; empty: none */
	str file, text;	       /* empty: none */
	str risk[CHECK_LANGS]; /* what it may break */
	bool by_hand; /* needs a choice, a file or a look before: no script takes it over */
};

struct check {
	str id; /* "SW-IMG-001"; of the user's without one: its package */
	const str *aliases;
	size_t alias_n;
	str group;	  /* folder; of the user's: kind of documents; empty: every kind */
	const str *kinds; /* of documents that it judges; none: every kind */
	size_t kind_n;
	str package;  /* "seawall.image.root_user" */
	str file;     /* where it stands */
	str severity; /* "critical" ... "low", "unknown" */
	struct check_text text[CHECK_LANGS];
	const str *references;
	size_t reference_n;
	struct check_benchmark benchmark;
	struct check_fix fix;
	bool own; /* of the user */
};

enum check_verdict { CHECK_PASS, CHECK_FAIL, CHECK_MANUAL, CHECK_NOT_APPLICABLE, CHECK_ERROR };
#define CHECK_VERDICTS (CHECK_ERROR + 1)
/* "pass", "fail", "manual", "not_applicable", "error" */
const char *check_verdict_name(enum check_verdict verdict);

/* What a check of Kubernetes objects is about. */
struct check_object {
	str api_version, kind, namespace, name;
};

struct check_finding {
	str message[CHECK_LANGS];
	str file;		/* empty: none */
	int64_t line, end_line; /* from 1; 0: none */
	int64_t col;		/* in characters, from 1; 0: none */
	int64_t layer;		/* index into inventory.layers; -1: none */
	str stage, subject, evidence;
	const struct check_object *object; /* NULL: none */
	str container, field;		   /* of the object: a name, "spec.containers[0].image" */
};

struct check_result {
	const struct check *check;
	str path; /* of the document; empty for an image */
	enum check_verdict verdict;
	str reason[CHECK_LANGS];	      /* of an error, of not applicable */
	const struct check_finding *findings; /* of fail and manual, sorted by file and line */
	size_t finding_n;
	const struct check_finding *seen; /* messages may be empty; none with an error */
	size_t seen_n;
	uint64_t dropped;			   /* over CHECK_FINDINGS_MAX; of both */
	const struct check_object *const *objects; /* of an error: about which; else: passed */
	size_t object_n;
};

struct check_results {
	struct check_result *items;
	size_t n, cap;
};

/* What a set is made of. */
struct check_load {
	const str *groups; /* of built-in checks */
	size_t group_n;
	const struct policy_source *own; /* modules of the user; v0 is found out here */
	size_t own_n;
	const struct value *own_data; /* base documents for them: an object, or NULL */
	const str *namespaces;	      /* of their checks, besides CHECK_NAMESPACES */
	size_t namespace_n;
};
/* "user", and what Trivy's own are called. */
#define CHECK_NAMESPACES "user", "builtin", "appshield", "defsec"

struct check_set;
/* Texts of the user's modules are copied. NULL with what is wrong in `problems` and err. */
struct check_set *check_set_load(const struct check_load *load, struct problems *problems,
				 struct err *err);
/* The built-in checks of one group of a set, which share everything with it: several groups of one
 * set take less memory than several sets. It keeps the set. */
struct check_set *check_set_part(struct check_set *set, str group);
struct check_set *check_set_ref(struct check_set *set);
void check_set_unref(struct check_set *set);
AUTO_PTR(check_set_unref, struct check_set);
size_t check_set_count(const struct check_set *set);
const struct check *check_set_at(const struct check_set *set, size_t i);
/* By id or alias, without case; NULL: none. */
const struct check *check_set_find(const struct check_set *set, str id);
/* Its number in that version of the benchmark; empty: it is not part of it. */
str check_number_in(const struct check *check, str version);

struct check_run {
	int64_t now; /* seconds; 0: no clock, then what depends on one is not applicable */
	/* What the operator has set for recommendations, by their ids: an object, or NULL. Built-in
	 * checks see it as data.settings.parameters. */
	const struct value *parameters;
	uint64_t max_steps; /* 0: CHECK_MAX_STEPS */
	size_t max_bytes;   /* 0: CHECK_MAX_BYTES */
	/* Members of data.settings, beside now_ns: an object, or NULL. */
	const struct value *settings;
};

/*
 * Judges one facts document with every check of its kind; adds to `out`, in the order of ids. Texts
 * of results live in `arena`, the set must outlive them. Facts that are no JSON make errors of all
 * checks. `run` may be NULL.
 */
void check_set_judge(const struct check_set *set, str kind, str path, str facts,
		     const struct check_run *run, struct arena *arena, struct check_results *out);
