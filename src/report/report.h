/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * report: what a scan of one target shows, and the writers that show it. A writer is a row of a
 * table: one file src/report/<name>.c with `const struct report_writer report_writer_<name>`, and
 * its name in meson.build.
 *
 * Same input, same bytes: nothing here asks a clock. Text from outside is escaped by the writer.
 * No writer may call a target free of flaws unless report.statement is STATEMENT_NONE_KNOWN.
 */
#include "advisory/db.h"
#include "advisory/match.h"
#include "base/json.h"
#include "policy/check.h"
#include "report/ci.h"
#include "report/gate.h"
#include "report/text.h"

#define REPORT_SCHEMA	  "1.0"
#define REPORT_SEVERITIES (SEVERITY_CRITICAL + 1)
#define REPORT_ALL	  ((1u << REPORT_SEVERITIES) - 1)

struct licence_opts;
struct licence_item;
struct severity_map;

struct report_opts {
	enum lang lang;
	size_t columns; /* of a table; 0: as wide as it is */
	bool color;
	bool list_all_packages;
	unsigned severities; /* 1u << SEVERITY_X of those that are shown; 0: all */
	bool ignore_unfixed;
	bool include_dev;	 /* findings of packages that only development needs count, too */
	bool no_vulnerabilities; /* nobody asked for them: nothing was matched */
	struct exception_set *exceptions; /* report/exception.h; may be NULL; matches are counted */
	const struct ci_metadata *ci;	  /* the pipeline's run; may be NULL */
	const struct gate *gate;	  /* may be NULL */
	/* For checks and licences, with `exceptions` (findings and secrets come mapped); or NULL.
	 */
	const struct severity_map *severity_map;
	str template_text;		     /* of the writer "template" */
	int64_t now;			     /* for the gate's ages */
	const struct licence_opts *licences; /* report/licence.h; NULL: nobody asked for them */
	str timestamp;			     /* RFC 3339: written into the report; empty: none */
	size_t targets;			     /* how many there will be */
};

enum report_status {
	REPORT_ASSESSED,
	REPORT_PARTLY_READ,    /* something could not be read, or a kind could not be looked up */
	REPORT_NOT_APPLICABLE, /* nothing could be read or looked up: no statement */
};
/* "assessed", "partly_read", "not_applicable" */
const char *report_status_name(enum report_status status);

/* What the whole says about the target. */
enum statement {
	STATEMENT_VULNERABLE,	 /* there are findings, shown or suppressed */
	STATEMENT_NONE_COUNTING, /* everything was looked at; each finding has an exception */
	STATEMENT_NONE_KNOWN,	 /* everything was looked at with a full database: no known flaw */
	STATEMENT_NONE,		 /* no finding, but that proves nothing */
};
/* "vulnerable", "none_counting", "none_known", "no_statement" */
const char *statement_name(enum statement statement);

enum suppression {
	SUPPRESSED_EXCEPTION,
	SUPPRESSED_SEVERITY,
	SUPPRESSED_UNFIXED,
	SUPPRESSED_DEV,	    /* of a package that only development or tests need */
	SUPPRESSED_IGNORED, /* a licence that an option leaves out */
	SUPPRESSED_ALLOWED, /* a licence that an option allows */
};
#define SUPPRESSIONS (SUPPRESSED_ALLOWED + 1)
/* "exception", "severity", "unfixed", "dev", "ignored", "allowed" */
const char *suppression_name(enum suppression reason);

struct suppressed {
	size_t finding; /* index into match.findings */
	enum suppression reason;
	const struct exception *by; /* of SUPPRESSED_EXCEPTION */
};

/* Secrets, as findings are chosen. */
struct report_secrets {
	const size_t *shown; /* indexes into inventory.secrets */
	size_t shown_count;
	const struct suppressed *suppressed; /* .finding likewise */
	size_t suppressed_count;
	size_t by_severity[REPORT_SEVERITIES]; /* of the shown ones */
};

/* What a configuration check has against the target; or why it could not be judged. */
struct misconfiguration {
	const struct check_result *result;
	const struct check_finding *finding; /* NULL: of an error */
	enum severity severity;
	str severity_before, severity_reason; /* where a map of severities changed it */
};

/* Configuration checks, as findings are chosen. Only failed ones count. */
struct report_checks {
	const struct check_results *results;  /* NULL: nobody asked for them */
	const struct misconfiguration *items; /* fail, then manual, then error; worst first */
	size_t count;
	const size_t *shown; /* indexes into items */
	size_t shown_count;
	const struct suppressed *suppressed; /* .finding likewise */
	size_t suppressed_count;
	size_t by_severity[REPORT_SEVERITIES]; /* of the failed ones that are shown */
	size_t failed_shown;
	size_t verdicts[CHECK_VERDICTS]; /* of checks, exceptions or not */
	uint64_t dropped;		 /* findings over the limit of their check */
};

/* Licences of packages and files, as findings are chosen. */
struct report_licences {
	const struct licence_item *items; /* report/licence.h */
	size_t item_count;
	const size_t *shown; /* indexes into items */
	size_t shown_count;
	const struct suppressed *suppressed; /* .finding likewise */
	size_t suppressed_count;
	size_t by_severity[REPORT_SEVERITIES]; /* of the shown ones */
};

struct tally {
	size_t by_severity[REPORT_SEVERITIES];
	size_t total, fixable, kev;
};

/* Binary packages of one source that have the same findings: shown as one. */
struct report_group {
	const size_t *packages; /* indexes into inventory.packages */
	size_t package_count, package_cap;
	const size_t *findings; /* of the first package, indexes into match.findings */
	size_t finding_count, finding_cap;
};

struct report {
	const struct report_opts *opts;
	const struct inventory *inventory;
	const struct match_result *match;
	const struct advisory_info *database;
	struct arena *arena;
	/* Worked out by report_make: */
	enum report_status status;
	enum statement statement;
	str reason;	     /* of a status that is not "assessed", in plain words */
	const size_t *shown; /* indexes into match.findings, in its order */
	size_t shown_count;
	const struct suppressed *suppressed;
	size_t suppressed_count, excepted_count; /* excepted: those by an exception */
	struct tally tally;			 /* of the shown ones */
	const struct tally *layer_tally;	 /* beside inventory.layers */
	struct tally no_layer_tally;		 /* where the layer is not known */
	const struct report_group *groups;	 /* worst first */
	size_t group_count;
	size_t affected_packages;
	struct report_secrets secrets;
	struct gate_result gate;
	struct report_checks checks;
	struct report_licences licences;
};

/*
 * Decides what is shown and what it says. The inputs must outlive the report. `checks`: NULL when
 * nobody asked for configuration checks.
 */
void report_make(struct report *report, const struct report_opts *opts,
		 const struct inventory *inventory, const struct match_result *match,
		 const struct check_results *checks, const struct advisory_info *database,
		 struct arena *arena);
/* Shown findings, secrets, failed checks and licences at or above `level`. */
size_t report_count_from(const struct report *report, enum severity level);
/* Configuration checks of that severity or a higher one that could not be judged. */
size_t report_unjudged_from(const struct report *report, enum severity level);

static inline const struct finding *report_finding(const struct report *report, size_t index)
{
	return &report->match->findings[index];
}
static inline const struct package *report_package(const struct report *report,
						   const struct finding *finding)
{
	return &report->inventory->packages[finding->package];
}
/* The same flaw of the same package keeps this mark when versions, tags and digests move on. */
str report_fingerprint(const struct report *report, const struct finding *finding);
/* The layer that brought the package, or NULL. */
const struct layer_info *report_layer(const struct report *report, const struct package *package);
/* Needed for development only, and not installed. */
bool report_only_for_dev(const struct package *package);
/* Everything in it is what other tools said. */
bool report_is_foreign(const struct report *report);
/* Something that could not be read, as opposed to left out on purpose. */
bool report_has_unread(const struct inventory *inventory);

/* What a reader must know before the findings, in the reader's language. */
#define REPORT_WARNINGS_MAX 7u
size_t report_warnings(const struct report *report, str out[REPORT_WARNINGS_MAX]);

/* Where a writer puts its text. It is handed on in pieces of about REPORT_CHUNK. */
#define REPORT_CHUNK	 (256u << 10)
#define REPORT_MAX_PIECE (256u << 20) /* of one piece, a single finding for instance */
struct report_out {
	struct buf buf;
	struct json_writer json; /* on buf, for the writers that need one */
	const struct report_opts *opts;
	int (*write)(void *context, str bytes, struct err *err);
	void *context;
	bool hold; /* nothing is handed on yet */
	bool failed;
	struct err err; /* why, when failed */
	size_t done;	/* targets written */
};
void report_out_init(struct report_out *out, const struct report_opts *opts,
		     int (*write)(void *context, str bytes, struct err *err), void *context);
void report_out_done(struct report_out *out);
/* Hands the text on when there is enough of it. */
void report_out_step(struct report_out *out);
/* Hands on what is left; -1 when any piece was lost. */
int report_out_flush(struct report_out *out, struct err *err) MUST_USE;

struct report_writer {
	const char *name;
	bool machine; /* not for people: never coloured, cut or empty */
	/*
	 * A document about one target, not for several at once: a target that fails then fails the
	 * command. Such a writer has only `target`, the others have all four.
	 */
	bool single;
	void (*begin)(struct report_out *out);
	void (*target)(struct report_out *out, const struct report *report);
	/* A target that could not be scanned, among several. */
	void (*failed)(struct report_out *out, str target, const struct err *why);
	void (*end)(struct report_out *out);
};

const struct report_writer *report_writer_find(str name);
