/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenVEX: what a supplier says of its products. "affected" and "under_investigation" are findings;
 * "not_affected" and "fixed" are findings that stay hidden with the reason. The later statement
 * about one flaw of one product counts. Products without a package URL are passed over, and said.
 */
#include "base/time.h"
#include "report/import/builder.h"

static bool mine(const struct import_document *document)
{
	const struct json *root = document->json;

	return str_find(json_get_str(root, STR("@context")), STR("openvex")) >= 0 &&
	       json_is(JSON_GET(root, "statements"), JSON_ARRAY);
}

static str purl_of(const struct json *product)
{
	str id = json_is(product, JSON_STRING) ? json_str(product)
					       : json_get_str(product, STR("@id"));
	str purl = json_str(json_path(product, "identifiers", "purl", NULL));

	return purl.n ? purl : str_starts(id, STR("pkg:")) ? id : STR_EMPTY;
}

struct statement_at {
	const struct json *json;
	int64_t time;
	size_t order;
};

static int by_time(const void *a, const void *b)
{
	const struct statement_at *x = a, *y = b;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	return x->order > y->order ? -1 : x->order < y->order;
}

static const struct exception *hidden_by(struct import_builder *b, const struct json *statement)
{
	str status = json_get_str(statement, STR("status"));
	str reason = json_get_str(statement, STR("impact_statement"));

	if (reason.n == 0)
		reason = json_get_str(statement, STR("justification"));
	if (str_eq(status, STR("not_affected")))
		return import_hidden(b, EXCEPTION_NOT_AFFECTED, reason.n ? reason : status,
				     STR_EMPTY);
	if (str_eq(status, STR("fixed")))
		return import_hidden(b, EXCEPTION_FIXED, reason.n ? reason : status, STR_EMPTY);
	return NULL;
}

/* `seen`: what newer statements spoke of. */
static int take_product(struct import_builder *b, const struct json *product,
			const struct finding *flaw, struct map *seen)
{
	const struct import_package package = { .purl = purl_of(product), .layer = -1 };
	struct finding f = *flaw;

	if (package.purl.n == 0) {
		import_skip(b, "a product without a package URL",
			    json_get_str(product, STR("@id")));
		return 0;
	}
	int64_t index = import_package(b, &package);
	if (index < 0)
		return -1;
	str key = str_fmt(b->arena, "%lld %.*s", (long long)index, STR_ARG(f.id));
	if (!map_put(seen, key, NULL))
		return 0;
	f.package = (size_t)index;
	return import_finding(b, &f);
}

/* Subcomponents are what is affected; a product without any is it itself. */
static int take_statement(struct import_builder *b, const struct json *statement, struct map *seen)
{
	const struct json *flaw = JSON_GET(statement, "vulnerability");
	str status = json_get_str(statement, STR("status"));
	struct finding f = { .epss = -1, .epss_percentile = -1 };
	const str *aliases;
	size_t n = import_texts(JSON_GET(flaw, "aliases"), b->arena, &aliases);
	str name = json_is(flaw, JSON_STRING) ? json_str(flaw) : json_get_str(flaw, STR("name"));

	import_name(b, &f, name.n ? name : json_get_str(flaw, STR("@id")), aliases, n);
	f.description = json_get_str(flaw, STR("description"));
	f.title = json_get_str(statement, STR("action_statement"));
	f.status = str_eq(status, STR("under_investigation")) ? FIX_UNDER_REVIEW : FIX_NONE_YET;
	f.hidden = hidden_by(b, statement);
	JSON_EACH (JSON_GET(statement, "products"), product) {
		const struct json *inside = JSON_GET(product, "subcomponents");

		if (json_len(inside) == 0 && take_product(b, product, &f, seen) < 0)
			return -1;
		JSON_EACH (inside, part) {
			if (take_product(b, part, &f, seen) < 0)
				return -1;
		}
	}
	return 0;
}

static int read_document(struct import_builder *b, const struct import_document *document)
{
	const struct json *root = document->json, *list = JSON_GET(root, "statements");
	size_t n = json_len(list), i = 0;
	struct statement_at *order;
	int64_t whole = 0;
	struct map seen;

	if (import_target(b, json_get_str(root, STR("author")), STR_EMPTY,
			  json_get_str(root, STR("@id"))) < 0)
		return -1;
	b->at->from.date = json_get_str(root, STR("timestamp"));
	order = ARENA_ARRAY(b->arena, struct statement_at, n);
	IGNORE(time_parse(b->at->from.date, &whole)); /* else 0 */
	JSON_EACH (list, statement) {
		order[i] = (struct statement_at){ statement, whole, i };
		IGNORE(time_parse(json_get_str(statement, STR("timestamp")),
				  &order[i].time)); /* else that of the document */
		i++;
	}
	if (n > 0)
		qsort(order, n, sizeof(*order), by_time);
	map_init(&seen, b->arena);
	for (i = 0; i < n; i++) {
		if (take_statement(b, order[i].json, &seen) < 0)
			return -1;
	}
	return 0;
}

const struct import_form import_form_openvex = { .name = "openvex",
						 .mine = mine,
						 .read = read_document };
