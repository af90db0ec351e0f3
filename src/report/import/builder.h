/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* builder: what the readers of forms put findings together with; and the table of forms. */
#include "base/json.h"
#include "base/map.h"
#include "base/num.h"
#include "report/import.h"

struct import_builder {
	struct arena *arena;
	struct imported_list *list;
	struct imported *at; /* the target at work */
	struct map packages; /* of it: identity -> index + 1 */
	struct package *items;
	size_t package_n, package_cap;
	struct finding *findings;
	size_t finding_n, finding_cap;
	struct licence_fact *licences; /* of files */
	size_t licence_n, licence_cap;
	size_t all_packages, all_findings;
	str text; /* the document */
	struct err *err;
};

struct import_document {
	const struct json *json;
};

/* A row: src/report/import/<name>.c, `const struct import_form import_form_<name>`. */
struct import_form {
	const char *name;
	bool (*mine)(const struct import_document *document);
	int (*read)(struct import_builder *b, const struct import_document *document);
};

/* Begins the next target. */
int import_target(struct import_builder *b, str tool, str version, str target);
/* Closes the last one: its arrays are whole. */
void import_end_target(struct import_builder *b);

/* What documents say of a package; any may be empty. */
struct import_package {
	str purl, type; /* type: the tool's own word, "python", "debian" */
	str name, version, arch, path;
	str source_name;
	str licence; /* an expression, or what people write in its place */
	int layer;   /* index, or -1 */
};
/* Index of the package, added when it is new; -1 with an error. */
int64_t import_package(struct import_builder *b, const struct import_package *package);
/* Adds it; texts are cut. What has no id is passed over. */
int import_finding(struct import_builder *b, const struct finding *finding);
/* One more licence that a list of its own tells of a package: all of them hold. */
void import_package_licence(struct import_builder *b, int64_t package, str name);
/* The licence of a file; confidence as a share, negative: none is told. */
int import_file_licence(struct import_builder *b, str path, str name, double confidence);
/* Texts of an array as one expression. */
str import_licences(struct import_builder *b, const struct json *array);
/* Counts a record that could not be taken. */
void import_skip(struct import_builder *b, const char *why, str where);

/* Members of an object by name; the values are struct json. */
void import_index(struct import_builder *b, const struct json *object, struct map *out);

/* Members of a finding as our own JSON has them, but id and package. */
void import_own_fields(struct import_builder *b, const struct json *v, struct finding *f);

/* ---- fields ---- */

/* "HIGH", "High", "important", "info", "error" ...; unknown for others. */
enum severity import_severity(str word);
/* A number, or a text that is one; negative: none. */
double import_number(const struct json *v);
/* Texts of an array, at most IMPORT_MAX_LIST. */
size_t import_texts(const struct json *array, struct arena *arena, const str **out);
/* One more score of a finding. */
void import_score(struct import_builder *b, struct finding *finding, str source, str vector,
		  str version, double base);
/* Does it look like the id of a flaw: CVE-..., GHSA-... ? */
bool import_is_id(str s);
/* The exception that says why a tool does not count it. */
const struct exception *import_hidden(struct import_builder *b, enum exception_kind kind,
				      str reason, str author);
/* CVE first where `id` is another one: sorts ids into id and aliases. */
void import_name(struct import_builder *b, struct finding *finding, str id, const str *others,
		 size_t n);
