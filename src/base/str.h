/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * str: a view of bytes that somebody else owns. Not NUL-terminated, may hold any byte, passed by
 * value. The empty view may have p == NULL. Nothing here allocates but str_dup/str_cstr/str_fmt,
 * whose result lives in the arena given.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/scope.h"

struct arena;

typedef struct str {
	const char *p;
	size_t n;
} str;

/* A literal as str; usable in initialisers. */
#define STR(lit) ((str){ .p = "" lit, .n = sizeof(lit) - 1 })
#define STR_INIT(lit)                             \
	{                                         \
		.p = "" lit, .n = sizeof(lit) - 1 \
	}
/* For "%.*s". */
#define STR_ARG(s) (int)((s).n > 1u << 20 ? 1u << 20 : (s).n), (s).p ? (s).p : ""
#define STR_EMPTY  ((str){ .p = NULL, .n = 0 })

static inline str str_of(const char *p, size_t n) { return (str){ .p = p, .n = n }; }
static inline str str_c(const char *cstr)
{
	return (str){ .p = cstr, .n = cstr ? strlen(cstr) : 0 };
}
static inline bool str_empty(str s) { return s.n == 0; }

static inline bool str_eq(str a, str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_starts(str s, str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

static inline bool str_ends(str s, str suffix)
{
	return s.n >= suffix.n &&
	       (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

/* Bytewise order: <0, 0, >0; a prefix sorts first. */
int str_cmp(str a, str b);
/* For qsort over an array of str. */
int str_qsort_cmp(const void *a, const void *b);
/* Equal when ASCII letters are compared without case. */
bool str_ieq(str a, str b);

/* Sub-views; arguments past the end are clamped. */
str str_skip(str s, size_t n);
str str_take(str s, size_t n);
str str_drop_end(str s, size_t n);
/* Without ASCII white space (space, \t, \r, \n, \v, \f) at both ends / at the end. */
str str_trim(str s);
str str_rtrim(str s);
/* Without `prefix` / `suffix` if it is there. */
str str_without_prefix(str s, str prefix);
str str_without_suffix(str s, str suffix);

/* Index of the first / last `c`, or -1. */
ptrdiff_t str_find_char(str s, char c);
ptrdiff_t str_rfind_char(str s, char c);
/* Index of the first `needle`, or -1; an empty needle is at 0. */
ptrdiff_t str_find(str s, str needle);

/*
 * Cuts `*rest` at the first `sep`: *head is what stands before, *rest what follows. Returns true
 * while there was something to return: the last piece without separator counts, also when it is
 * empty after a separator. Start with the whole text; `rest->p` is NULL once all is consumed.
 */
bool str_split(str *rest, char sep, str *head);
/* Next line of `*rest` without its \n or \r\n; false at the end. A last line may lack its \n. */
bool str_line(str *rest, str *line);
/* Cuts at the first `sep`; false (outputs untouched) when there is none. */
bool str_cut(str s, char sep, str *before, str *after);

/* Decimal digits only, no sign, no spaces, no overflow: false otherwise. */
bool str_u64(str s, uint64_t *out);
/* As str_u64 with an optional '-'. */
bool str_i64(str s, int64_t *out);
/* Digits of base 8 or 16 (no prefix). */
bool str_u64_base(str s, unsigned base, uint64_t *out);

/* Copies into the arena. str_cstr adds a NUL (inner NULs stay): only to call out of the tree. */
str str_dup(struct arena *arena, str s);
char *str_cstr(struct arena *arena, str s);
str str_fmt(struct arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);
str str_lower(struct arena *arena, str s);
/* a followed by b (and c), in the arena. */
str str_cat(struct arena *arena, str a, str b);

/* FNV-1a, for tables not keyed by foreign bytes in bulk; map uses a seeded one. */
uint64_t str_hash(str s, uint64_t seed);

/* True when all of `s` is well-formed UTF-8 (no surrogates, no overlong forms, <= U+10FFFF). */
bool str_is_utf8(str s);
/* Length of the well-formed UTF-8 sequence at p (n bytes there), or 0; its code point in *cp. */
size_t utf8_decode(const char *p, size_t n, uint32_t *cp);
/* Code points; a byte that belongs to no well-formed sequence counts as one. */
size_t utf8_count(str s);
/* Writes 1 to 4 bytes; returns how many. `cp` must be a scalar value. */
size_t utf8_encode(uint32_t cp, char out[4]);

static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static inline bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }
static inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static inline char to_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
