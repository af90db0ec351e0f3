/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/assemble.h"

#include "base/path.h"
#include "scan/image_facts.h"

void assemble_add_document(struct assemble *a, const struct fact_document *document)
{
	/* What is said about the whole target always counts. */
	if (document->path.n > 0 &&
	    (a->document_n >= FACTS_MAX || a->document_bytes + document->json.n > FACTS_MAX_ALL)) {
		if (a->documents_dropped++ == 0)
			a->document_dropped = str_dup(a->arena, document->path);
		return;
	}
	a->documents = arena_grow(a->arena, a->documents, a->document_n, &a->document_cap,
				  sizeof(*a->documents));
	a->documents[a->document_n] = *document;
	a->documents[a->document_n++].path = str_dup(a->arena, document->path);
	a->document_bytes += document->json.n;
}

static void keep_accounts(struct assemble *a, str path, str json)
{
	if (path_is_named(path, STR("passwd")))
		a->passwd = json;
	else if (path_is_named(path, STR("shadow")))
		a->shadow = json;
	else
		a->group = json;
}

static void keep_source(struct assemble *a, const struct fact_document *document)
{
	if (a->source_n == IMAGE_SOURCES_MAX) {
		a->sources_unread++;
		return;
	}
	a->sources =
		arena_grow(a->arena, a->sources, a->source_n, &a->source_cap, sizeof(*a->sources));
	a->sources[a->source_n] = *document;
	a->sources[a->source_n++].path = str_dup(a->arena, document->path);
}

int assemble_document(struct assemble *a, const struct analyzer *analyzer, str path, int layer,
		      struct layer_record *record, const struct stored_result *result,
		      struct err *err)
{
	struct fact_document document = { .path = path, .layer = layer };

	if (!analyzer->describe)
		return 0;
	if (!result || !result->result.document || result->result.failed) {
		a->sources_unread += strcmp(analyzer->document, ANALYZER_SOURCES) == 0;
		return 0;
	}
	document.kind = str_c(analyzer->document);
	if (layer_record_document(record, result, a->arena, &document.json, err) < 0)
		return -1;
	if (str_eq(document.kind, STR(ANALYZER_ACCOUNTS)))
		keep_accounts(a, path, document.json);
	else if (str_eq(document.kind, STR(ANALYZER_SOURCES)))
		keep_source(a, &document);
	else
		assemble_add_document(a, &document);
	return 0;
}

static int by_kind(const void *a, const void *b)
{
	const struct fact_document *x = a, *y = b;
	int order = str_cmp(x->kind, y->kind);

	return order ? order : str_cmp(x->path, y->path);
}

void assemble_documents(struct assemble *a, struct inventory *out)
{
	if (a->documents_dropped > 0)
		assemble_missed(a, ERR_LIMIT, "configuration file", a->document_dropped,
				STR("more configuration files than the limit: not all are checked"),
				a->documents_dropped);
	a->documents_dropped = 0; /* it is said */
	if (a->document_n > 1)
		qsort(a->documents, a->document_n, sizeof(*a->documents), by_kind);
	out->documents = a->documents;
	out->document_count = a->document_n;
}
