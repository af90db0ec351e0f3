/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What the sets of package files (package-parsers-*) have in common: a case is one file with the
 * packages that somebody else's reader found in it. The file is put where such a file lies in an
 * image and given to the analyzer that wants it there, as a scan would do. A kind that no analyzer
 * wants is a failure of all its cases.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"
#include "oracle.h"

/* One kind of file of a set. */
struct package_case_kind {
	const char *name;   /* as the set calls it */
	const char *purl;   /* package kind of the row that must want the file; NULL: any */
	const char *folder; /* where such files lie */
	const char *file;   /* a name that is wanted there, for cases with a name of their own */
	bool tree;	    /* folders of the case below "testdata" belong to the place */
	bool any_end;	    /* no such file at all: nothing found and refused are the same */
	int (*read)(const struct file_view *file, struct package_sink *sink,
		    struct err *err); /* in place of an analyzer, where none reads such files */
	bool follows;		      /* files of requirements that it names are read too */
};

#define PACKAGE_CASE_APP "srv/app"
#define PACKAGE_CASE_KIND(n, p, d, f)                                \
	{                                                            \
		.name = (n), .purl = (p), .folder = (d), .file = (f) \
	}
/* The tools list what is not pinned, too; a scan counts it (fmt/language/pypi.h). */
#define PACKAGE_CASE_LOWEST(n, p, f, r)                                                        \
	{                                                                                      \
		.name = (n), .purl = (p), .folder = PACKAGE_CASE_APP, .file = (f), .read = (r) \
	}

/* A package as both sides are compared. */
struct package_case_item {
	str name, version;
	const struct package *package; /* ours; NULL: wanted */
	const struct json *wanted;
};

const struct package_case_kind *package_case_kind_find(const struct package_case_kind *kinds,
						       size_t n, str name);

/*
 * Reads the file of a case (`file` is its path in the set) into the list. -1: refused, and *err
 * says why; the case has then not ended. -2: the case ended, as failed, because there is no
 * analyzer or no file.
 */
int package_case_read(struct oracle *oracle, const struct package_case_kind *kind, str file,
		      struct package_list *list, struct arena *scratch, struct err *err);

/*
 * Ends the case: passed when the set of name and version of `got` is that of `want`. Both are
 * sorted in place.
 */
bool package_case_compare(struct oracle *oracle, struct package_case_item *want, size_t want_n,
			  struct package_case_item *got, size_t got_n);

/* True when PACKAGE_CASE_STRICT is in the environment: lines are compared, too. */
bool package_case_strict(void);
