/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * benchmark: the controls of the CIS Docker Benchmark over the documents of a host (kinds docker,
 * container, image; doc/facts-docker.md), joined to one result for each control. Documents come one
 * by one and are forgotten when they are judged: what stays is their results.
 *
 *	struct benchmark_opts opts = { .checks = set, .version = STR("1.8.0") };
 *	AUTO(benchmark_free) struct benchmark *b = benchmark_new(&opts, &err);
 *	struct benchmark_result result;
 *
 *	benchmark_put(b, STR("docker"), text, &err);            // and each container, each image
 *	benchmark_assess(b, arena, &result);
 *
 * A control is fail when one document fails, else error, manual, pass as one is; else not
 * applicable with the reason of the first. Findings that an exception excuses do not count: a
 * control with nothing else against it is exempt. Where documents could not be had (`not_read` of
 * the host's names `containers` or `images`, the engine cannot be asked, benchmark_unread) the
 * controls that judge them are in error, unless one fails.
 *
 * The score is passed / (passed + failed + error), as a percentage: a control that could not be
 * judged has not passed; manual, exempt and not applicable ones are not decided and count nowhere.
 */
#include "advisory/finding.h"
#include "base/json.h"
#include "policy/check.h"
#include "posture/score.h"
#include "report/exception.h"
#include "report/text.h"

#define BENCHMARK_DEFAULT	"1.8.0"
#define BENCHMARK_DOCUMENTS_MAX 20000u /* of one host; more are not judged, and said */
#define BENCHMARK_SECTIONS	9u     /* numbers begin with 1 to 8; 0: none of these */

/* "1.2.0" ... "1.8.0", NULL-ended. */
extern const char *const benchmark_versions[];

enum benchmark_status {
	BENCHMARK_PASS,
	BENCHMARK_FAIL,
	BENCHMARK_MANUAL,
	BENCHMARK_EXEMPT,
	BENCHMARK_NOT_APPLICABLE,
	BENCHMARK_ERROR,
	BENCHMARK_STATUSES
};
/* "pass", "fail", "manual", "exempt", "not_applicable", "error": stable, in JSON. */
const char *benchmark_status_name(enum benchmark_status status);
str benchmark_status_text(enum lang lang, enum benchmark_status status);

/* Against an earlier report (benchmark_baseline.h). */
enum benchmark_mark { BENCHMARK_UNMARKED, BENCHMARK_KNOWN, BENCHMARK_CHANGED, BENCHMARK_NEW };
const char *benchmark_mark_name(enum benchmark_mark mark);

struct benchmark_opts {
	const struct check_set *checks;	  /* group docker; must outlive the benchmark */
	str version;			  /* one of benchmark_versions */
	const struct check_run *run;	  /* may be NULL */
	struct exception_set *exceptions; /* may be NULL */
	/* Numbers of the version, our ids or aliases, as path_glob patterns; none: all. */
	const str *controls, *excluded;
	size_t control_n, excluded_n;
	unsigned
		level; /* 1: only that one; 2: both, as the profile level 2 holds level 1; 0: all */
	/* Patterns of path_glob over names of containers, names and tags of images. */
	const str *included_names, *excluded_names;
	size_t included_name_n, excluded_name_n;
};

struct benchmark;
/* ERR_USAGE: no such version, a pattern that is no control. */
struct benchmark *benchmark_new(const struct benchmark_opts *opts, struct err *err);
void benchmark_free(struct benchmark *b);
AUTO_PTR(benchmark_free, struct benchmark);

/*
 * Judges a document, in place of an earlier one about the same thing. 1: it was judged; 0: it says
 * what the one before said (but for the time), or its name is filtered out. ERR_INPUT, ERR_LIMIT:
 * it is none.
 */
int benchmark_put(struct benchmark *b, str kind, str text, struct err *err) MUST_USE;
/*
 * Something of that kind ("container", "image") could not be had; of no kind: it is only told.
 * Texts are copied.
 */
void benchmark_unread(struct benchmark *b, str kind, str what, str reason, str remedy);
/* Judges all again at the next benchmark_put, whatever they say: what depends on time changed. */
void benchmark_stale(struct benchmark *b);
/*
 * A pass over all documents of a kind (empty: of all): what was not put between the two is
 * forgotten by the end.
 */
void benchmark_begin_pass(struct benchmark *b, str kind);
void benchmark_end_pass(struct benchmark *b, str kind);
/* Forgets the container or image of that id. */
void benchmark_drop(struct benchmark *b, str kind, str id);
/* The time of the run and the exceptions, for those who go on. */
void benchmark_set_now(struct benchmark *b, int64_t now, struct exception_set *exceptions);

/* ---- what came out -------------------------------------------------------------------------- */

struct benchmark_document {
	str kind, id, name, image; /* `image`: of a container, as it was asked for */
	const str *tags;	   /* of an image, beside the name */
	size_t tag_n;
};

struct benchmark_item {
	const struct benchmark_document *document;
	enum benchmark_status status; /* fail, manual, exempt, error */
	enum benchmark_status under;  /* of an exempt one: fail or manual */
	str message[LANG_COUNT];      /* of an error: the reason */
	str subject, evidence, file;
	int64_t line;
	const struct exception *exception; /* of an exempt one */
	enum benchmark_mark mark;
};

struct benchmark_seen {
	const struct benchmark_document *document;
	const struct check_finding *finding;
};

struct benchmark_control {
	const struct check *check;
	str number;	  /* in the version */
	unsigned section; /* its first number */
	enum severity severity;
	enum benchmark_status status;
	str reason[LANG_COUNT];	      /* of not applicable and error */
	struct benchmark_item *items; /* in the order of documents */
	size_t item_n, item_cap;
	struct benchmark_seen *seen;
	size_t seen_n, seen_cap;
	size_t documents[BENCHMARK_STATUSES]; /* by their own status */
	uint64_t dropped;		      /* findings over the limit of a document */
	enum benchmark_mark mark;	      /* with a baseline: of its status */
	bool hidden;			      /* by --severity */
};

struct benchmark_tally {
	size_t count[BENCHMARK_STATUSES];
};
/* 0 to 100. False: nothing is decided. */
bool benchmark_percent(const struct benchmark_tally *tally, double *percent);

/* What a person who looks at the machine wants to see first. Numbers: -1 is not known. */
struct benchmark_host {
	bool known; /* there was a document of the host */
	str name, os, kernel, architecture, root, collected_at;
	bool in_container;
	bool engine_present, engine_answers, engine_asked; /* asked: it should have answered */
	str engine_error, engine_name, engine_version, engine_api, engine_address;
	bool rootless;
	str storage_driver, swarm; /* "inactive", "active (manager)" */
	const str *listeners;	   /* "unix:///run/docker.sock", "tcp://0.0.0.0:2375" */
	size_t listener_n;
	int64_t images, images_in_use, running, stopped;
	const struct json *daemon; /* member of the document; NULL: none */
};

struct benchmark_unread {
	str document, what, reason, remedy;
};

/* The recommendation that all failures of a host form (R-30a). */
enum benchmark_health {
	BENCHMARK_HEALTHY,
	BENCHMARK_UNHEALTHY,
	BENCHMARK_UNJUDGED,
	BENCHMARK_NONE, /* not applicable: counted as compliant */
};
const char *benchmark_health_name(enum benchmark_health health);

struct benchmark_result {
	str version;
	struct benchmark_host host;
	struct benchmark_control *controls; /* by number */
	size_t n;
	struct benchmark_tally sections[BENCHMARK_SECTIONS], all;
	size_t containers, images;		     /* judged */
	size_t filtered_containers, filtered_images; /* by name */
	const str *filtered;			     /* their names */
	const str *left_out;			     /* numbers of excluded controls */
	size_t left_out_n;
	struct benchmark_unread *not_read;
	size_t not_read_n;
	enum benchmark_health health;
	str health_reason[LANG_COUNT]; /* of error and not applicable */
	const struct recommendation_set *recommendations;
	size_t recommendation; /* index of R-30a in it */
	bool unanswered;       /* there is an engine, and it cannot be asked */
};

void benchmark_assess(struct benchmark *b, struct arena *arena, struct benchmark_result *out);
/* Adds the machine to the tallies of its security controls, for score_make. */
void benchmark_tally(const struct benchmark_result *result,
		     struct control_tally tallies[CONTROL_MAX]);
/* Controls that are shown and have that status, of that severity or a higher one; with a baseline
 * only what is new or changed. */
size_t benchmark_count_from(const struct benchmark_result *result, enum benchmark_status status,
			    enum severity level);
/* "1 Host configuration": in the reader's language. */
str benchmark_section_title(enum lang lang, unsigned section);
