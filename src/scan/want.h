/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * want: which files of a layer are wanted, and under which name. Besides what analyzers name
 * themselves there are aliases: a link in another layer can make a file with a name of its own
 * stand where an analyzer looks for one.
 */
#include "base/json.h"
#include "scan/analyzer.h"

#define WANT_ALIASES_MAX 4096u

struct alias {
	str real;    /* normal path in the layer */
	str as;	     /* path an analyzer knows */
	bool folder; /* everything below `real` */
};

struct wanted {
	const struct analyzer *analyzer;
	str path;	/* as the analyzer knows it */
	bool companion; /* the file that belongs to the one at `path` */
};

struct want {
	const struct alias *aliases;
	size_t alias_count;
	const str *skip_files, *skip_dirs;
	size_t skip_files_n, skip_dirs_n;
	bool want_files;		 /* lists of installed files, too */
	bool documents;			 /* files that rows make facts documents of, too */
	enum analyzer_licences licences; /* likewise files that hold licences */
	bool only_documents;		 /* and no others */
};

/* Rows that make documents are there only for configuration checks, others only for licences. */
static inline bool want_row(const struct want *want, const struct analyzer *analyzer)
{
	return (analyzer->describe ? want->documents : !want->only_documents) &&
	       analyzer->licences <= want->licences;
}

/* From the header of a job: "aliases", "skip_files", "skip_dirs", "want_files",
 * "documents", "licences". */
int want_read(const struct json *header, struct arena *arena, struct want *out,
	      struct err *err) MUST_USE;
void want_write(const struct want *want, struct json_writer *w);

/*
 * Who wants the file: how many of `out` were filled. By its own name comes first; aliases add
 * analyzers that are not there yet. `arena` holds new paths.
 */
#define WANT_MAX 4u
size_t want_file(const struct want *want, str path, struct arena *arena,
		 struct wanted out[WANT_MAX]);
/* True when a flag of the user leaves this file out. */
bool want_left_out(const struct want *want, str path);
