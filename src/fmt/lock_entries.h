/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * lock_entries: the packages of one lock file, gathered before they go out, because who needs whom
 * is written by name and the version of that name stands somewhere else in the file. Emitting fills
 * package.depends ("name@version", sorted, each once); a name that the file does not list is left
 * out. Everything lives in the arena; at most LOCK_ENTRIES_MAX packages and LOCK_NEEDS_MAX edges.
 */
#include "base/json.h"
#include "fmt/file_view.h"
#include "fmt/package.h"

#define LOCK_FILE_MAX	 (16u << 20) /* bytes of a lock file; real ones stay below 5 MiB */
#define LOCK_JSON_VALUES 1000000u
#define LOCK_ENTRIES_MAX 200000u
#define LOCK_NEEDS_MAX	 2000000u /* of all packages of a file */

struct lock_entry {
	struct package package;
	str key; /* by which others name it; empty: package.name */
	str *needs;
	size_t need_n, need_cap;
	bool dropped; /* stays inside: found to be no package of the list */
};

struct lock_entries {
	struct arena *arena;
	struct package base; /* kind, form and path of each */
	struct lock_entry *items;
	size_t n, cap;
	size_t needs;
};

void lock_entries_init(struct lock_entries *entries, struct arena *arena, const char *kind,
		       enum package_form form, str path);
/* One more package; the entry is valid until the next call. NULL: ERR_LIMIT. */
struct lock_entry *lock_entries_add(struct lock_entries *entries, str name, str version,
				    struct err *err);
/* That `entry` needs the package with the key `key`. */
int lock_entries_need(struct lock_entries *entries, struct lock_entry *entry, str key,
		      struct err *err) MUST_USE;
/* To the sink, in the order of the file. Of entries of one key the first is what others need. */
int lock_entries_emit(struct lock_entries *entries, struct package_sink *sink,
		      struct err *err) MUST_USE;

/*
 * The file as a JSON object, byte order mark and UTF-16 included; a key that occurs twice is taken
 * as the tools of these languages take it: the last counts. Text may point into `*text`.
 */
int lock_json(const struct file_view *file, struct arena *arena, str *text, const struct json **out,
	      struct err *err) MUST_USE;

/* A member of the file that must be of this type where it is there (null, or nothing behind the
 * key: not there): else ERR_INPUT names it. */
int lock_check(const struct json *root, const char *key, enum json_type type,
	       struct err *err) MUST_USE;

/*
 * A member without which such a file is not whole, because its tool always writes it: where it is
 * absent, null or of another type, that is told to `sink` with its name, so that the file does not
 * pass for one that lists nothing; the reader goes on. lock_told is for what is found to be absent
 * otherwise.
 */
void lock_expect(const struct json *root, const char *key, enum json_type type,
		 struct package_sink *sink);
void lock_told(struct package_sink *sink, const char *key);
/* As lock_expect, of a member that may lack: only another type is told. */
void lock_expect_type(const struct json *root, const char *key, enum json_type type,
		      struct package_sink *sink);
/* A package that another one of the file needs and that is not in it. */
#define LOCK_CUT_OFF "needed by another package and not listed: is the file cut off?"

/* Names and versions are words: no control bytes, no blanks inside, not absurdly long. */
#define LOCK_WORD_MAX 1024u
bool lock_is_word(str s);
/* One digest "sha256:<hex>" in the arena; none when `hex` is no such thing. */
void lock_digest(struct arena *arena, struct package *package, const char *algorithm, str hex);
/* The strings of an array, or one string, joined by `joint`: licences. */
str lock_join(struct arena *arena, const struct json *value, str joint);
