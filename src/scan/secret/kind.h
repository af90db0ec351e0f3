/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kind: what secrets look like. The built-in kinds are data (data/kinds.conf, which also says what
 * each setting means); rules of the user come on top. Nothing here is foreign but the user's rules.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define SECRET_KINDS_MAX   4096u
#define SECRET_KEYWORD_MIN 3u /* bytes; except in kinds with paths */
#define SECRET_BEFORE_MAX  256u

struct secret_kind {
	str id;
	str title, title_ja;
	str severity;	     /* "critical" ... */
	const str *keywords; /* lower case */
	size_t keyword_n, keyword_cap;
	str regex;
	unsigned before; /* bytes of the match in front of the keyword */
	str group;	 /* of the secret: empty the first, "last", or a name */
	bool edge;	 /* no letter or digit on either side */
	/* A rule of the user: the match may begin anywhere near the keyword, or without any. */
	bool free;
	bool weak;   /* the value must look chosen */
	bool binary; /* looked for in files that are no text, too */
	double entropy;
	const str *allow; /* regular expressions on the value */
	size_t allow_n, allow_cap;
	const str *paths; /* as path_glob; none: all files */
	size_t path_n, path_cap;
	const str *except; /* as path_glob: files of such names are not for it */
	size_t except_n, except_cap;
	str path_regex; /* of a rule of the user; empty: none */
	str sample;	/* for tests */
};

struct secret_kinds {
	struct secret_kind *items;
	size_t n, cap;
	const str *allow; /* of all kinds */
	size_t allow_n, allow_cap;
	const str *allow_paths; /* regular expressions: files that the user leaves out */
	size_t allow_path_n, allow_path_cap;
};

/* Text in the form of data/kinds.conf. Views refer to `text` or live in `arena`. */
int secret_kinds_parse(str text, struct arena *arena, struct secret_kinds *out,
		       struct err *err) MUST_USE;
/* The built-in ones. */
int secret_kinds_builtin(struct arena *arena, struct secret_kinds *out, struct err *err) MUST_USE;
const struct secret_kind *secret_kind_find(const struct secret_kinds *kinds, str id);
/* Appends; the result may move. */
struct secret_kind *secret_kinds_add(struct secret_kinds *kinds, struct arena *arena);
const str *secret_list_add(struct arena *arena, const str *items, size_t *n, size_t *cap, str item);
/* Changes whenever a built-in kind, a skip or the way of matching does: part of the cache key. */
uint64_t secret_set_version(void);
