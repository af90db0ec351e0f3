/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * search: looks for secrets in one text after the other, as their bytes stream by, in some 100 KiB
 * of memory whatever the size. A keyword (keyword.h) says where the regular expression of a kind is
 * tried; it sees up to SEARCH_AHEAD bytes behind that place. The value itself never leaves: what
 * comes out is its kind, its line, its length, at most four of its first characters and 24 bits
 * of its SHA-256, and the text held here is overwritten at the end.
 *
 * Work is bounded: regular expressions by match limits, the number of tries by the size of the
 * text; when a bound is reached `gave_up` says that the text was not looked at in full.
 */
#include "scan/secret/keyword.h"
#include "scan/secret/kind.h"
#include "scan/secret/sniff.h"
#include "scan/secret/value.h"

#define SEARCH_AHEAD	 4096u
#define SEARCH_FOUND_MAX 100u /* in one text; more are counted */

struct secret_search;

struct secret_found {
	const struct secret_kind *kind;
	uint64_t line;	 /* from 1 */
	uint64_t length; /* of the value in bytes */
	char shown[VALUE_SHOWN + 1];
	char digest[VALUE_DIGEST_HEX + 1];
	uint64_t from, to; /* place in the text, of the value */
};

/* `kinds` must outlive it. Fails when a regular expression of the user cannot be used. */
int secret_search_new(const struct secret_kinds *kinds, struct secret_search **out,
		      struct err *err) MUST_USE;
void secret_search_free(struct secret_search *search);
AUTO_PTR(secret_search_free, struct secret_search);

/* Compiles every kind now instead of when it is needed first; fails on the first that cannot be. */
int secret_search_check(struct secret_search *search, struct err *err) MUST_USE;
/* False: a rule of the user leaves files of this path out. */
bool secret_search_wants(struct secret_search *search, str path);
/* A new text. `path` must live until secret_search_end. */
void secret_search_begin(struct secret_search *search, str path, enum text_form form);
void secret_search_take(struct secret_search *search, str piece);
/* For who chooses what it takes: so many bytes of the text were looked at, which bound the work. */
void secret_search_pass(struct secret_search *search, uint64_t n);
/* The keywords of all kinds that are not for files of a name; their owner is the kind's number. */
const struct keyword_table *secret_search_table(const struct secret_search *search);
void secret_search_end(struct secret_search *search);

/* After the end, until the next begin: what was found, in order of its place. */
const struct secret_found *secret_search_found(const struct secret_search *search, size_t *n);
uint64_t secret_search_dropped(const struct secret_search *search); /* over SEARCH_FOUND_MAX */
bool secret_search_gave_up(const struct secret_search *search);
