/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What a package database or lock file says about one installed package: a fact, no judgement.
 * Views point into the arena or text of whoever produced it; a sink copies what it keeps.
 */
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* What kind of file says so: decides what a statement about the package is worth. */
enum package_form {
	PACKAGE_INSTALLED, /* a database or folder of what is installed */
	PACKAGE_LOCKED,	   /* a lock file: what an installation would bring */
	PACKAGE_DECLARED,  /* a manifest that asks for it with this one version */
	PACKAGE_EMBEDDED,  /* found inside a program: build information, bundled archive */
	PACKAGE_GUESSED,   /* recognised by a text in a program */
};
/* "installed", "locked", "declared", "embedded", "guessed" */
const char *package_form_name(enum package_form form);
bool package_form_from(str name, enum package_form *out);

struct package {
	str kind; /* purl type: "deb", "rpm", "apk", "alpm", "npm", "pypi", "golang", "maven" ... */
	str name; /* binary package; languages: as their registry writes it ("@scope/name",
		     "group:artifact", "github.com/x/y") */
	str version;	 /* whole, in the system's own form: [epoch:]version[-release]; epoch 0 is
			    written only where the database writes it (rpm: a present 0 counts as such)
			  */
	str arch;	 /* empty where the system has none */
	str source_name; /* source package; empty: same as name */
	str source_version; /* whole; empty: same as version */
	str maintainer;	    /* or packager, vendor */
	str vendor;	    /* rpm: Vendor */
	str licence;	    /* as the database has it */
	str module;	    /* rpm modularity label "name:stream:version:context", else empty */
	str origin;  /* repository or distribution the package says it came from, else empty */
	str cpe;     /* "vendor:product" of a program known by its text, else empty */
	str path;    /* file of the image it was read from (normal path) */
	str project; /* what the lock file is of, as far as it says so, in the form of its kind:
		      "name" or "name@version"; else empty */
	const str *files; /* installed files (normal paths), may be NULL */
	size_t file_count;
	bool epoch_present; /* rpm: the header has an Epoch tag */
	enum package_form form;
	bool dev;	     /* only needed for development or tests */
	bool indirect;	     /* only there because another package needs it */
	uint32_t line;	     /* of `path` where it stands, from 1; 0: not known */
	const str *depends;  /* packages of the same file that it needs, "name@version", sorted */
	size_t depend_count; /* may be 0 */
	const str *digests;  /* of the package's archive: "sha512:<hex>", may be NULL */
	size_t digest_count;
	int layer; /* index into inventory.layers of the layer that introduced it, -1 unknown */
};

/* Where a parser puts what it finds. A negative return ends the parse with that error. */
struct package_sink {
	int (*add)(struct package_sink *sink, const struct package *package, struct err *err);
	/* Counts something that was passed over (a broken record that does not end the parse): it
	 * will be shown to the user. `reason` is a constant text, `where` names line, key or
	 * offset. */
	void (*skipped)(struct package_sink *sink, const char *reason, str where);
};

/*
 * What a parser of records made of its file. A broken record is counted and does not end the parse,
 * but a file that holds nothing else is not of that format, and the parse fails with the first one.
 */
struct package_tally {
	struct package_sink *sink;
	str project; /* of all packages that name none themselves; empty: none */
	uint64_t emitted, broken;
	struct err first;
};
int package_tally_add(struct package_tally *tally, const struct package *package,
		      struct err *err) MUST_USE;
void package_tally_broken(struct package_tally *tally, const char *reason, uint64_t line);
int package_tally_result(const struct package_tally *tally, struct err *err) MUST_USE;

/* A sink that keeps copies of everything in an arena; sink.add/skipped are set by the init. */
struct package_list {
	struct package_sink sink; /* first */
	struct arena *arena;
	struct package *items;
	size_t n, cap;
	size_t max;	   /* ERR_LIMIT above; set by init to PACKAGE_LIST_MAX */
	size_t skipped_n;  /* records passed over */
	str skipped_first; /* reason and place of the first one */
};
#define PACKAGE_LIST_MAX 1000000u
void package_list_init(struct package_list *list, struct arena *arena);
/* Deep copy of every view. */
void package_copy(struct package *to, const struct package *from, struct arena *arena);

/* Name and version of the source package, falling back to the binary's own. */
static inline str package_source_name(const struct package *p)
{
	return str_empty(p->source_name) ? p->name : p->source_name;
}
static inline str package_source_version(const struct package *p)
{
	return str_empty(p->source_version) ? p->version : p->source_version;
}
