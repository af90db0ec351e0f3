/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * exception: somebody's statement that a finding need not count, with the reason, the author and an
 * end. One model, whatever file it came from; a row of a table knows the form of a file.
 *
 *   .seawallignore.yaml   our own (doc/exceptions.md): reason, author and expiry are required
 *   .trivyignore          one id a line, "exp:DATE" behind it
 *   .trivyignore.yaml     sections vulnerabilities, secrets, misconfigurations, licenses
 *   .grype.yaml           its list `ignore`
 *   OpenVEX, CycloneDX, CSAF   statements of suppliers, see report/vex.h; also as the predicate of
 * an attestation (in-toto, DSSE, Sigstore bundle), not verified
 *
 * All criteria of an exception hold together (AND); the entries of one list are alternatives. An
 * expired exception hides nothing and is reported; so is one that matches nothing any more. A file
 * that is malformed is refused whole: half a list of exceptions would show findings nobody expects,
 * or hide them.
 */
#include "advisory/match.h"

struct check; /* policy/check.h */

#define EXCEPTION_MAX_BYTES (8u << 20) /* of one file */
#define EXCEPTION_MAX	    50000u     /* of all files */
/* Without an approver an exception may last this long. */
#define EXCEPTION_MAX_DAYS 180

enum exception_kind {
	EXCEPTION_ACCEPTED,
	EXCEPTION_FALSE_POSITIVE,
	EXCEPTION_MITIGATED,
	EXCEPTION_NOT_AFFECTED,
	EXCEPTION_SCHEDULED,
	EXCEPTION_FIXED, /* VEX: the flaw is repaired in this build */
};
/* "accepted", "false_positive", ... */
const char *exception_kind_name(enum exception_kind kind);
bool exception_kind_from(str name, enum exception_kind *out);

/* What the subject of an exception is. */
enum exception_subject {
	EXCEPTION_VULNERABILITY = 1,
	EXCEPTION_SECRET = 2,
	EXCEPTION_MISCONFIGURATION = 4,
	EXCEPTION_LICENCE = 8,
	EXCEPTION_ANY = 15,
};

/* What kind of thing is to be repaired. */
enum exception_category { EXCEPTION_OS_PACKAGE = 1, EXCEPTION_LIBRARY = 2 };

enum exception_answer { EXCEPTION_EITHER, EXCEPTION_YES, EXCEPTION_NO };

struct exception {
	unsigned subject; /* enum exception_subject, or-ed */
	enum exception_kind kind;
	/* Criteria; an empty one is met by everything. */
	const str *ids; /* id, alias or advisory, without regard to case */
	size_t id_count;
	const str
		*packages; /* patterns of path_glob over the name of the binary or source package */
	size_t package_count;
	const str *package_versions; /* patterns over the installed version */
	size_t package_version_count;
	const str *package_kinds; /* "deb" ... */
	size_t package_kind_count;
	const str *paths; /* patterns of path_glob over the package's path */
	size_t path_count;
	const str *images; /* patterns over the target, or registry/repository */
	size_t image_count;
	str name_regex, source_regex; /* over the whole name of the package, of its source */
	str namespace;	     /* as Grype names sources: "nvd:cpe", "github:language:java" ... */
	unsigned evidence;   /* 1u << FINDING_X; 0: all */
	unsigned severities; /* 1u << SEVERITY_X; 0: all */
	unsigned statuses;   /* 1u << FIX_X; 0: all */
	double cvss_below;   /* base score of v3 below this; 0: any */
	const str *systems;  /* patterns over "debian:12" and "debian" */
	size_t system_count;
	const str *ratings; /* patterns over whose severity counts: "vendor:debian", "cvss:3.1" */
	size_t rating_count;
	unsigned categories;		 /* enum exception_category, or-ed; 0: all */
	enum exception_answer exploited; /* known to be */
	double cvss_from;		 /* base score, of the newest version, at least; 0: any */
	double epss_from, epss_below;	 /* probability; 0: any */
	const str *scopes; /* patterns over the names of exception_set.scopes (tenant, group) */
	size_t scope_count;
	const struct vex_rule *vex; /* report/vex.h; NULL: no statement of a supplier */
	str text;		    /* in title, description or publisher; without regard to case */
	/* Why, who, until when. */
	str reason, author, approver;
	int64_t expires; /* seconds; the day itself still counts; 0: never */
	str source;	 /* file */
	uint32_t line;	 /* in it, 0: not known */
	size_t matched;	 /* findings it hid, over all targets of a run */
};

struct exception_set {
	struct arena *arena; /* not owned */
	struct exception *items;
	size_t n, cap;
	int64_t now;
	const str *scopes; /* names of tenant and groups the scan is of */
	size_t scope_count;
	size_t statements; /* of suppliers, among the items */
	/* Products of statements that hide, which their own document gives no package URL. */
	size_t unknown;
	str unknown_first;		 /* "REF in SOURCE" */
	const struct vex_target *target; /* of the inventory at hand */
	/* Digests ("sha256:HEX"), one of which an attestation must be about; none: any. */
	const str *subjects;
	size_t subject_count;
	unsigned wraps; /* around the document being read */
};

void exception_set_init(struct exception_set *set, struct arena *arena, int64_t now);
/*
 * Adds the exceptions of a file, whose form its name or content tells. ERR_INPUT names file, line
 * and what to do; ERR_NOT_FOUND when there is no such file.
 */
int exception_read(struct exception_set *set, const char *path, struct err *err) MUST_USE;
/* The same from memory; both texts must live as long as the set. */
int exception_read_text(struct exception_set *set, str source, str text, struct err *err) MUST_USE;
/* How many there are; exception_set_cut forgets those that were added since. */
struct exception_mark {
	size_t n, statements, unknown;
};
struct exception_mark exception_set_mark(const struct exception_set *set);
void exception_set_cut(struct exception_set *set, const struct exception_mark *mark);
/* One more: for the readers. */
int exception_add(struct exception_set *set, const struct exception *exception,
		  struct err *err) MUST_USE;

static inline bool exception_is_expired(const struct exception *exception, int64_t now)
{
	return exception->expires > 0 && now > exception->expires;
}
/* Before exception_for is asked about an inventory; `arena` lives as long as that. */
void exception_set_target(struct exception_set *set, const struct inventory *inventory,
			  struct arena *arena);
/*
 * The first that holds and has not expired; else the newest statement of a supplier that holds, if
 * it hides. NULL: the finding counts. Counts the match.
 */
const struct exception *exception_for(struct exception_set *set, const struct inventory *inventory,
				      const struct finding *finding);

/* The same for a secret: `ids` are its id or its kind, `paths` its file. */
const struct exception *exception_for_secret(struct exception_set *set,
					     const struct inventory *inventory,
					     const struct secret_finding *secret);

/* Do the criteria hold, whatever their end and author? */
bool exception_holds(const struct exception *exception, const struct exception_set *set,
		     const struct inventory *inventory, const struct finding *finding);
bool exception_holds_for_secret(const struct exception *exception, const struct exception_set *set,
				const struct inventory *inventory,
				const struct secret_finding *secret);
/* Is it about this target: its image, system and scope? */
bool exception_concerns(const struct exception *exception, const struct exception_set *set,
			const struct inventory *inventory);
/* The same for a configuration check: `ids` are its id or aliases, `paths` the file at fault. */
const struct exception *exception_for_check(struct exception_set *set,
					    const struct inventory *inventory,
					    const struct check *check, str file,
					    enum severity severity);
/* Likewise for a licence: `ids` are its name, packages and their versions count where it is one's.
 */
struct exception_licence {
	str name;
	const struct package *package; /* NULL: of a file */
	str path;
	enum severity severity;
};
bool exception_holds_for_check(const struct exception *exception, const struct exception_set *set,
			       const struct inventory *inventory, const struct check *check,
			       str file, enum severity severity);
bool exception_holds_for_licence(const struct exception *exception, const struct exception_set *set,
				 const struct inventory *inventory,
				 const struct exception_licence *licence);
const struct exception *exception_for_licence(struct exception_set *set,
					      const struct inventory *inventory,
					      const struct exception_licence *licence);

/*
 * The form of a file: a row of a table, src/report/exception/<name>.c with
 * `const struct exception_form exception_form_<name>` and its name in meson.build there.
 */
struct exception_form {
	/* Is it mine? By the last part of its path, or by the text. */
	bool (*mine)(str base, str text);
	int (*read)(struct exception_set *set, str source, str text, struct err *err);
};

/* "2026-12-31" or RFC 3339: the last second in which it holds. */
bool exception_expiry(str text, int64_t *out);
