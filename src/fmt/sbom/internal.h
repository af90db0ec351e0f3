/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the readers of the single forms share. */
#include "base/map.h"
#include "fmt/sbom/sbom.h"

struct sbom_builder {
	struct arena *arena;
	struct sbom *out;
	size_t package_cap, file_cap, relation_cap;
	struct layer_info *layers; /* SBOM_MAX_LAYERS at most */
	size_t layer_n, layer_cap;
	struct not_examined *missed;
	size_t missed_n, missed_cap;
	str *kinds;
	size_t kind_n, kind_cap;
	str *tags;
	size_t tag_n, tag_cap;
	str *statement_urls;
	size_t statement_url_n, statement_url_cap;
	struct map refs;	 /* ref -> index + 1 of a package */
	struct map groups;	 /* ref -> str * path: components that stand for a lock file */
	struct map layer_names;	 /* digest or diff_id -> index + 1 */
	unsigned wraps;		 /* envelopes and statements around the document */
	struct os_identity hint; /* the system that package URLs name */
};

void sbom_skip(struct sbom_builder *b, const char *reason, str where);
/* Adds what is there to be one; a broken one is counted. `made` may be NULL. */
int sbom_add_package(struct sbom_builder *b, const struct sbom_package *package,
		     struct err *err) MUST_USE;
int sbom_add_file(struct sbom_builder *b, const struct sbom_file *file, struct err *err) MUST_USE;
int sbom_relate(struct sbom_builder *b, str from, str type, str to, struct err *err) MUST_USE;
/* The layer of that digest or diff id, added when new; -1 above the limit. */
int sbom_layer(struct sbom_builder *b, str digest, str diff_id);
void sbom_builder_init(struct sbom_builder *b, struct arena *arena, struct sbom *out);
/* Sorts, joins edges, settles the system: out->inventory is whole then. */
void sbom_finish(struct sbom_builder *b);

/* The system by a name and version as other tools write them ("rhel", "opensuse.leap"). */
void sbom_take_system(struct sbom_builder *b, str name, str version);

/* The address of a supplier's statements; above SBOM_MAX_STATEMENT_URLS it is counted as skipped.
 */
void sbom_take_statement_url(struct sbom_builder *b, str url);

/* ---- package URL ---- */

/*
 * Fills `package` from a package URL (licence and layer stay); *os is the distribution it names.
 * False: not one, outputs untouched.
 */
bool sbom_package_from_purl(str text, struct arena *arena, struct package *package,
			    struct os_identity *os);
/* The package URL of a package of that system. Empty when it has no name. */
str sbom_purl_of_package(const struct package *package, const struct os_identity *os,
			 struct arena *arena);
/* The name of the ecosystem's package type for names of other tools ("debian", "node-pkg" ...). */
str sbom_kind_of_type(str type);

/* ---- notes: what has no place in the formats, as names and values ---- */

struct sbom_notes {
	struct arena *arena;
	struct sbom_note *items;
	size_t n, cap;
};
#define SBOM_NOTE "seawall:"

void sbom_note(struct sbom_notes *notes, const char *name, str value);
/* What of the package its package URL, `licence` and digests do not say. */
void sbom_package_notes(const struct package *package, const struct inventory *inventory, str purl,
			str licence, struct sbom_notes *notes);
void sbom_target_notes(const struct inventory *inventory, struct sbom_notes *notes);
void sbom_more_notes(const struct sbom_note *more, size_t n, struct sbom_notes *notes);
/* The inverse; true when it was one of ours, of Trivy or of Syft. */
bool sbom_take_package_note(struct sbom_builder *b, struct package *package, str name, str value);
bool sbom_take_target_note(struct sbom_builder *b, str name, str value);

/* ---- forms ---- */

int sbom_read_cyclonedx(const struct json *document, struct sbom_builder *b,
			struct err *err) MUST_USE;
int sbom_read_spdx(const struct json *document, struct sbom_builder *b, struct err *err) MUST_USE;
int sbom_read_syft(const struct json *document, struct sbom_builder *b, struct err *err) MUST_USE;

/* ---- other encodings into the JSON form of the same document ---- */

struct xml_node;
struct json cyclonedx_xml_to_json(const struct xml_node *root, struct arena *arena);
/* Of the elements "vulnerabilities" and "tools"; NULL: an empty list. */
struct json cyclonedx_xml_flaws(const struct xml_node *node, struct arena *arena);
struct json cyclonedx_xml_tools(const struct xml_node *node, struct arena *arena);
struct json spdx_xml_to_json(const struct xml_node *root, struct arena *arena);
struct json spdx_rdf_to_json(const struct xml_node *root, struct arena *arena);
int spdx_tag_to_json(str text, struct arena *arena, const struct json **out,
		     struct err *err) MUST_USE;
void spdx_tag_from_json(const struct json *document, struct buf *out);

/* ---- building JSON values ---- */

struct bom_tree {
	struct arena *arena;
	uint8_t type; /* JSON_OBJECT or JSON_ARRAY */
	struct json_member *members;
	struct json *items;
	size_t n, cap;
};
struct bom_tree bom_tree_object(struct arena *arena);
struct bom_tree bom_tree_array(struct arena *arena);
void bom_tree_set(struct bom_tree *object, str key, struct json value);
void bom_tree_set_str(struct bom_tree *object, str key, str value);
void bom_tree_add(struct bom_tree *array, struct json value);
struct json bom_tree_value(const struct bom_tree *tree);
struct json bom_text(str s);
struct json bom_truth(bool v);
