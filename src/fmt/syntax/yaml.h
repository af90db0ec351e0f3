/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * YAML 1.1 over the events of libyaml, the parser that the tools of Kubernetes and OPA descend
 * from. Values become JSON values; text is UTF-8 (UTF-16: text_decode first).
 *
 * What a plain scalar means is a matter of taste, so there are three (enum yaml_schema):
 *   YAML_KUBERNETES  as sigs.k8s.io/yaml, thus kubectl and OPA's yaml.unmarshal, read it:
 *           y yes on true / n no off false (also Capitalised and in CAPITALS) are booleans; empty,
 *           ~ and null are null; whole numbers in decimal, 0x, 0o, 0b and with a leading 0 as
 *           octal; decimals; underscores in numbers are dropped; anything else is a string, also
 *           dates and times and numbers in base 60. .inf and .nan have no JSON: ERR_UNSUPPORTED.
 *   YAML_CORE        the same, but only true and false are booleans (go-yaml v3, YAML 1.2).
 *   YAML_TEXT        every scalar is a string, as it stands: for lock files, where the version
 *           1.10 is a text. Tags are ignored.
 * Numbers keep the digits of the text as far as JSON can write them so (1.10 stays 1.10); other
 * forms become decimal. A number too large for 64 bits stays whole. Quoted scalars are strings.
 * The tags !!str !!int !!float !!bool !!null !!binary are obeyed, a scalar that does not fit its
 * tag is ERR_INPUT; a scalar with a tag of one's own is a string; tags of collections are ignored.
 *
 * Keys are strings: numbers and booleans as keys become their text ("8" for 010); null or a
 * collection as key is ERR_UNSUPPORTED. A key that occurs twice is ERR_INPUT unless `last_wins`.
 * "<<" merges a mapping, or the mappings of a sequence: keys of one's own come first, then earlier
 * mappings before later ones. Anchors hold until the end of their document; an alias shares the
 * value, and counts as many values as it stands for (max_values), so that few bytes cannot become
 * many. An alias inside of what it names is ERR_INPUT.
 *
 * Errors name line and column. Limits: YAML_MAX_BYTES of text, depth and number of values of one
 * document as in the options: ERR_LIMIT.
 */
#include "fmt/syntax/place.h"

#define YAML_MAX_BYTES	   (64u << 20)
#define YAML_DEFAULT_DEPTH 100u
#define YAML_MAX_DEPTH	   JSON_DEFAULT_DEPTH /* so that JSON readers take what is written of it */
#define YAML_MAX_VALUES	   1000000u

enum yaml_schema { YAML_KUBERNETES, YAML_CORE, YAML_TEXT };

struct yaml_opts {
	enum yaml_schema schema;
	unsigned max_depth; /* 0: YAML_DEFAULT_DEPTH; at most YAML_MAX_DEPTH */
	size_t max_values;  /* 0: YAML_MAX_VALUES */
	bool first;	    /* yaml_parse: what comes behind the first document is not read */
	bool last_wins; /* of keys that occur twice the last counts, in the place of the first */
};

/* Reads the documents of a text one by one. */
struct yaml_reader;

/* `text` must outlive the reader; values live in `arena`. `opts` may be NULL. */
struct yaml_reader *yaml_reader_new(str text, const struct yaml_opts *opts, struct arena *arena);
void yaml_reader_free(struct yaml_reader *reader);
AUTO_PTR(yaml_reader_free, struct yaml_reader);

/*
 * The next document: 1; 0 at the end; -1 failed, and so will all further calls. A text without any
 * document has none; an empty document between "---" lines is null. `place` may be NULL.
 */
int yaml_next(struct yaml_reader *reader, const struct json **out, const struct place **place,
	      struct err *err) MUST_USE;

/* The only document of a text; null when there is none. A second one is ERR_INPUT, or with
 * opts->first passed over. */
int yaml_parse(str text, const struct yaml_opts *opts, struct arena *arena, const struct json **out,
	       const struct place **place, struct err *err) MUST_USE;
