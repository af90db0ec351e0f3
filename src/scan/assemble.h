/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * assemble: from the files that count, and what workers said about them, to the inventory: packages
 * with what supplements add, sorted; the system; what could not be examined.
 */
#include "fmt/inventory.h"
#include "scan/layer_record.h"
#include "scan/overlay.h"
#include "scan/owned.h"

struct override;

struct assemble {
	struct arena *arena; /* of the inventory */
	struct package *packages;
	uint64_t *keys; /* of each package, for finding its layer */
	size_t package_n, package_cap, key_cap;
	struct os_identity *answers;
	size_t answer_n, answer_cap;
	struct not_examined *missed;
	size_t missed_n, missed_cap;
	const char **kinds;
	size_t kind_n, kind_cap;
	uint64_t left_out;
	/* Supplements are applied when all packages are there. */
	struct package *supplements;
	size_t supplement_n, supplement_cap;
	/* Likewise those of journals, in the order of their paths. */
	struct override *overrides;
	size_t override_n, override_cap;
	struct owned owned; /* files of packages of the system */
	struct fact_document *documents;
	size_t document_n, document_cap, document_bytes;
	uint64_t documents_dropped;
	str document_dropped;	       /* path of the first */
	struct licence_fact *licences; /* of files */
	size_t licence_n, licence_cap;
	bool only_documents;	   /* nobody looked for packages */
	str passwd, shadow, group; /* documents of ANALYZER_ACCOUNTS */
	/* Documents of ANALYZER_SOURCES, and files that made none. */
	struct fact_document *sources;
	size_t source_n, source_cap;
	uint64_t sources_unread;
};

void assemble_init(struct assemble *assemble, struct arena *arena);
/* One file that counts, with its result (NULL: its layer has none). */
int assemble_file(struct assemble *assemble, const struct analyzer *analyzer, str path,
		  struct layer_record *record, const struct stored_result *result,
		  struct err *err) MUST_USE;
/* The facts document of such a file, if its row made one; `layer` of the image, or -1. */
int assemble_document(struct assemble *assemble, const struct analyzer *analyzer, str path,
		      int layer, struct layer_record *record, const struct stored_result *result,
		      struct err *err) MUST_USE;
/* One that was made here; `json` in the arena of the inventory. */
void assemble_add_document(struct assemble *assemble, const struct fact_document *document);
/* Fills them into the inventory; for assemble_finish. */
void assemble_documents(struct assemble *assemble, struct inventory *out);
void assemble_missed(struct assemble *assemble, enum err_kind kind, const char *what, str path,
		     str reason, uint64_t count);
/* The record of a row that reads licences of files; for layer_record_packages. */
int assemble_add_licence(void *assemble, str payload, struct err *err) MUST_USE;
/* Licences of files go into the inventory, and to packages beside them that tell none. */
void assemble_licences(struct assemble *assemble, struct inventory *out);
/* A stale database: `live` beside it counts. Left out on purpose. */
void assemble_passed_over(struct assemble *assemble, str path, str live);
/* What the search for secrets could not look at in full. */
void assemble_secrets(struct assemble *assemble, const struct secret_counts *counts);
/* Applies journals and supplements and fills what it gathered into the inventory. */
void assemble_finish(struct assemble *assemble, struct inventory *out);

/*
 * To each package the lowest layer from which on it is present in every view. `find` gives the
 * record and result of a file of a view, or NULL. Call it before assemble_finish.
 */
struct assemble_source {
	void *context;
	const struct stored_result *(*find)(void *context, const struct overlay_file *file,
					    struct layer_record **record);
};
int assemble_layers(struct assemble *assemble, const struct overlay *overlay,
		    const struct assemble_source *source, struct err *err) MUST_USE;
