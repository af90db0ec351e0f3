/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* yaml_list: what the forms written in YAML share. */
#include "fmt/syntax/place.h"
#include "report/exception.h"

/* One mapping of a file: where it stands and what is read from it. */
struct yaml_entry {
	const struct json *object;
	const struct place *place;
	struct arena *arena;
	const char *noun; /* what one is called: "a gate"; NULL: "an exception" */
};

/* The file as YAML; a text without a document is null. */
int yaml_list_parse(str text, struct arena *arena, const struct json **root,
		    const struct place **place, struct err *err) MUST_USE;
/* Fails when the mapping has a key that is not in `known` (NULL-ended): a criterion that is not
 * understood would hide too much. */
int yaml_entry_check(const struct yaml_entry *entry, const char *const *known,
		     struct err *err) MUST_USE;
/* A text (numbers and booleans as they stand), or empty when it is not there. */
int yaml_entry_text(const struct yaml_entry *entry, const char *key, str *out,
		    struct err *err) MUST_USE;
/* A text or a list of texts. */
int yaml_entry_texts(const struct yaml_entry *entry, const char *key, const str **out, size_t *n,
		     struct err *err) MUST_USE;
/* Its day or time: exception_expiry. 0 when it is not there. */
int yaml_entry_expiry(const struct yaml_entry *entry, const char *key, int64_t *out,
		      struct err *err) MUST_USE;
/* Reads one mapping of a list into the set. */
typedef int yaml_entry_fn(struct exception_set *set, str source, const struct yaml_entry *entry,
			  struct err *err);
/* Each of `list`; what one fails with gets its line. `place`: of the list. */
int yaml_list_each(struct exception_set *set, str source, const struct json *list,
		   const struct place *place, yaml_entry_fn *read, struct err *err) MUST_USE;
/* "line 3: ..." in front of the error. */
int yaml_entry_fail(const struct yaml_entry *entry, struct err *err);
