/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenVEX 0.0.1 to 0.2.0 (github.com/openvex/spec): statements[] with vulnerability, products[],
 * status, justification. Products and subcomponents are named by package URLs in "@id" or
 * "identifiers.purl"; others cannot be found in a target and are noted as unknown.
 */
#include "base/path.h"
#include "base/words.h"
#include "report/exception/statement.h"

static bool mine(str base, str text)
{
	(void)base;
	return statement_is_document(text, STR("openvex.dev/ns"));
}

struct reader {
	struct exception_set *set;
	str source;
	const struct json *root;
};

/* The package URL of a product or subcomponent: a text (older form) or an object. */
static bool purl_of(const struct json *component, struct arena *arena, struct purl *out)
{
	str id = json_is(component, JSON_STRING) ? json_str(component)
						 : json_get_str(component, STR("@id"));

	return statement_purl(id, arena, out) ||
	       statement_purl(json_str(json_path(component, "identifiers", "purl", NULL)), arena,
			      out);
}

/* What it is called, where no package URL names it: its id, else the first of its identifiers. */
static str name_of(const struct json *component)
{
	const struct json *identifiers = JSON_GET(component, "identifiers");
	str id = json_is(component, JSON_STRING) ? json_str(component)
						 : json_get_str(component, STR("@id"));

	JSON_MEMBERS (identifiers, member) {
		if (id.n == 0)
			id = json_str(&member->value);
	}
	return id.n > 0 ? id : STR("a product without a name");
}

static void read_components(const struct reader *r, const struct json *list,
			    const struct statement *statement, struct vex_product *product)
{
	struct purl *components = ARENA_ARRAY(r->set->arena, struct purl, json_len(list));
	size_t n = 0;

	JSON_EACH (list, item) {
		if (purl_of(item, r->set->arena, &components[n]))
			n++;
		else
			statement_unknown(r->set, r->source, name_of(item), statement->status);
	}
	product->components = components;
	product->component_count = n;
}

static void read_products(const struct reader *r, const struct json *object, struct statement *out)
{
	struct arena *arena = r->set->arena;
	bool inherits = r->set->wraps > 0 && r->set->subject_count > 0;
	const struct json *list = JSON_GET(object, "products");
	const struct json *shared = JSON_GET(object, "subcomponents"); /* before 0.2.0 */
	struct vex_product *products = ARENA_ARRAY(arena, struct vex_product, json_len(list) + 1);
	size_t n = 0;

	/* A statement without products takes over what the attestation around it is about. */
	if (!list && inherits)
		n = 1;

	JSON_EACH (list, item) {
		const struct json *own = JSON_GET(item, "subcomponents");
		const struct json *components = own ? own : shared;

		if (!purl_of(item, arena, &products[n].purl)) {
			statement_unknown(r->set, r->source, name_of(item), out->status);
			continue;
		}
		read_components(r, components, out, &products[n]);
		/* Subcomponents that are all unknown here are not "the product as a whole". */
		if (json_len(components) > 0 && products[n].component_count == 0)
			continue;
		n++;
	}
	out->products = products;
	out->product_count = n;
}

static void read_ids(const struct json *object, struct arena *arena, struct statement *out)
{
	const struct json *flaw = JSON_GET(object, "vulnerability");
	const struct json *aliases = JSON_GET(flaw, "aliases");
	str *ids = ARENA_ARRAY(arena, str, json_len(aliases) + 2);
	size_t n = 0;

	ids[n] = json_is(flaw, JSON_STRING) ? json_str(flaw) : json_get_str(flaw, STR("name"));
	n += ids[n].n > 0;
	/* "https://example.com/vuln/CVE-2024-1": its last part is a name, too. */
	ids[n] = path_base(json_get_str(flaw, STR("@id")));
	n += ids[n].n > 0;
	JSON_EACH (aliases, alias) {
		ids[n] = json_str(alias);
		n += ids[n].n > 0;
	}
	out->ids = ids;
	out->id_count = n;
}

static bool read_status(str word, enum vex_status *out)
{
	static const char *const words[] = { [VEX_AFFECTED] = "affected",
					     [VEX_UNDER_INVESTIGATION] = "under_investigation",
					     [VEX_NOT_AFFECTED] = "not_affected",
					     [VEX_FIXED] = "fixed" };

	ptrdiff_t at = words_find(words, ARRAY_LEN(words), word);

	if (at < 0)
		return false;
	*out = (enum vex_status)at;
	return true;
}

static int read_statement(const struct reader *r, const struct json *object, size_t number,
			  struct err *err)
{
	struct statement s = { .justification = json_get_str(object, STR("justification")),
			       .detail = json_get_str(object, STR("impact_statement")),
			       .author = json_get_str(r->root, STR("author")),
			       .time = json_get_str(object, STR("timestamp")) };
	str status = json_get_str(object, STR("status"));

	static const char *const notes[] = { "status_notes", "action_statement" };

	for (size_t i = 0; i < ARRAY_LEN(notes) && s.detail.n == 0; i++)
		s.detail = json_get_str(object, str_c(notes[i]));
	if (s.time.n == 0)
		s.time = json_get_str(r->root, STR("timestamp"));
	if (!read_status(status, &s.status))
		return err_set(err, ERR_INPUT, "statement %zu: '%.*s' is not a status", number,
			       STR_ARG(status));
	read_ids(object, r->set->arena, &s);
	read_products(r, object, &s);
	if (s.id_count == 0)
		return err_set(err, ERR_INPUT, "statement %zu names no vulnerability", number);
	if (s.product_count == 0 && json_len(JSON_GET(object, "products")) == 0)
		statement_unknown(r->set, r->source,
				  str_fmt(r->set->arena, "entry %zu without products", number),
				  s.status);
	return s.product_count ? statement_add(r->set, r->source, &s, err) : 0;
}

static int read_file(struct exception_set *set, str source, str text, struct err *err)
{
	struct reader r = { .set = set, .source = source };
	size_t number = 0;

	if (json_parse(text, NULL, set->arena, &r.root, err) < 0)
		return -1;
	if (!json_is(JSON_GET(r.root, "statements"), JSON_ARRAY))
		return err_set(err, ERR_INPUT, "an OpenVEX document without statements");
	JSON_EACH (JSON_GET(r.root, "statements"), object) {
		if (read_statement(&r, object, ++number, err) < 0)
			return -1;
	}
	return 0;
}

const struct exception_form exception_form_openvex = { .mine = mine, .read = read_file };
