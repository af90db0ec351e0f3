/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * import: results of other scanners, read into the models of ours: what they say about a
 * target, its packages, the flaws they found in them and which of these they were told not to
 * count. Each finding keeps the name of its tool. A form is told from the content:
 *
 *   seawall    JSON reports of this program
 *   sarif      SARIF 2.1.0 of any tool
 *   cyclonedx  CycloneDX 1.4 and later with vulnerabilities, JSON or XML
 *   spdx       SPDX 2.x (JSON, tag-value, YAML, XML, RDF/XML): packages, and security references of
 *              them
 *   openvex    statements "affected" about products with package URLs
 *   trivy, grype, snyk, clair   their own JSON
 *
 * Licences that a document tells of packages and files come with them; `licences_searched` of the
 * inventory says that its tool looked for them.
 *
 * A record that cannot be taken does not end the import: it is counted (`skipped`). Nothing that
 * another tool says of a target proves that it is free of flaws.
 *
 * Limits: IMPORT_MAX_*, nesting as JSON_DEFAULT_DEPTH. Texts live in `arena` or in `text`.
 */
#include "advisory/db.h"
#include "advisory/match.h"
#include "base/json.h"
#include "report/exception.h"

#define IMPORT_MAX_BYTES    (128u << 20) /* as of a bill of materials: seven times as much memory */
#define IMPORT_MAX_TARGETS  1000u
#define IMPORT_MAX_PACKAGES 1000000u /* of one document */
#define IMPORT_MAX_FINDINGS 1000000u /* likewise */
#define IMPORT_MAX_LICENCES 200000u  /* of files, of one target */
#define IMPORT_MAX_LIST	    256u     /* aliases, references, scores of one finding */
#define IMPORT_MAX_TEXT	    65536u   /* bytes of one text; longer ones are cut */

/* What one document says about one target. */
struct imported {
	struct match_import from;   /* without the file */
	struct inventory inventory; /* target, digests, system, packages, not_examined */
	const struct finding *findings;
	size_t finding_count;
	uint64_t skipped; /* records that could not be taken */
	str skipped_first;
	/* Of a report of ours: what it knows of its database. */
	bool essentials_only;
	str database_date;
};

struct imported_list {
	struct imported *items;
	size_t n, cap;
};

int import_read(str text, struct arena *arena, struct imported_list *out, struct err *err) MUST_USE;

/* From a confined reader to who asked it: one JSON document. */
void import_write(const struct imported_list *list, struct json_writer *w);
int import_take(const struct json *document, struct arena *arena, struct imported_list *out,
		struct err *err) MUST_USE;

/*
 * Documents about one target as one, in the order given: equal findings (an id or alias in common,
 * the same package) become one that names all its tools; the first one's rating counts, and what it
 * does not know comes from the others. `database` gets what is known of the data behind it.
 */
void import_merge(const struct imported *const *items, size_t n, struct arena *arena,
		  struct inventory *inventory, struct match_result *match,
		  struct advisory_info *database);
/* Are these about the same target: by digest, else by name without transport and default host? */
bool import_same_target(const struct imported *a, const struct imported *b);
