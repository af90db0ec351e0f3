/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CycloneDX 1.4 and later, JSON or XML: vulnerabilities[] with analysis.state and affects[].ref. A
 * ref is a BOM-Link ("urn:cdx:SERIAL/VERSION#REF") to a component of another document, or the
 * bom-ref of a component of this one. A component of another document is known by its package URL,
 * where that is its ref, or once that document is the target of a scan (vex_explain).
 */
#include "base/map.h"
#include "fmt/sbom/sbom.h"
#include "report/exception/statement.h"

static bool is_xml(str text)
{
	str head = str_trim(str_take(text, 65536));

	return str_starts(head, STR("<")) &&
	       str_find(head, STR("//cyclonedx.org/schema/bom/")) >= 0;
}

static bool mine(str base, str text)
{
	(void)base;
	return statement_is_document(text, STR("\"CycloneDX\"")) || is_xml(text);
}

static const struct {
	const char *state;
	enum vex_status status;
} states[] = {
	{ "resolved", VEX_FIXED },
	{ "resolved_with_pedigree", VEX_FIXED },
	{ "not_affected", VEX_NOT_AFFECTED },
	{ "false_positive", VEX_NOT_AFFECTED },
	{ "in_triage", VEX_UNDER_INVESTIGATION },
	{ "exploitable", VEX_AFFECTED },
};

static void index_components(const struct json *list, struct map *refs, struct arena *arena);

static void index_component(const struct json *component, struct map *refs, struct arena *arena)
{
	str ref = json_get_str(component, STR("bom-ref"));
	str *purl = ARENA_NEW(arena, str);

	*purl = json_get_str(component, STR("purl"));
	if (ref.n > 0 && purl->n > 0)
		map_put(refs, ref, purl);
	index_components(JSON_GET(component, "components"), refs, arena);
}

/* bom-ref -> package URL, of all components below. Depth is that of the document. */
static void index_components(const struct json *list, struct map *refs, struct arena *arena)
{
	JSON_EACH (list, component)
		index_component(component, refs, arena);
}

/* What the document at hand says of itself and its components. */
struct document {
	const struct json *root;
	struct map refs; /* bom-ref -> package URL */
	str serial;	 /* UUID in lower case; empty: it has none */
	uint64_t version;
};

static void document_init(struct document *doc, const struct json *root, struct arena *arena)
{
	int64_t version = 1; /* where it says none */

	if (!json_i64(JSON_GET(root, "version"), &version) || version < 0)
		version = 1;
	*doc = (struct document){ .root = root, .version = (uint64_t)version };
	doc->serial = str_lower(arena, str_without_prefix(json_get_str(root, STR("serialNumber")),
							  STR("urn:uuid:")));
	map_init(&doc->refs, arena);
	index_component(json_path(root, "metadata", "component", NULL), &doc->refs, arena);
	index_components(JSON_GET(root, "components"), &doc->refs, arena);
}

/* A component of this document, by its ref as it stands or without escapes. */
static bool own_ref(const struct document *doc, str ref, struct arena *arena,
		    struct vex_product *out)
{
	const str *purl = map_get(&doc->refs, ref);

	return purl && statement_purl(*purl, arena, &out->purl);
}

/* "urn:cdx:3e671687-.../1#pkg:npm/a@1": false when it is no such link. */
static bool read_link(str link, const struct document *doc, struct arena *arena,
		      struct vex_product *out)
{
	str rest, ref = STR_EMPTY, version;
	struct err unused;

	if (!str_starts(link, STR("urn:cdx:")))
		return false;
	if (!str_cut(str_skip(link, strlen("urn:cdx:")), '#', &rest, &ref))
		rest = str_skip(link, strlen("urn:cdx:"));
	if (!str_cut(rest, '/', &out->bom_serial, &version) || !str_u64(version, &out->bom_version))
		return false;
	out->bom_serial = str_lower(arena, out->bom_serial);
	if (ref.n == 0 || statement_purl(ref, arena, &out->purl))
		return true;
	/* A ref is escaped as the fragment of an address; one that is not escaped well stays. */
	if (purl_unescape(ref, arena, &rest, &unused) == 0)
		ref = rest;
	if (statement_purl(ref, arena, &out->purl))
		return true;
	if (str_eq(out->bom_serial, doc->serial) && out->bom_version == doc->version &&
	    own_ref(doc, ref, arena, out)) {
		out->bom_serial = STR_EMPTY; /* as its plain ref */
		return true;
	}
	out->ref = ref;
	return true;
}

static bool read_ref(str ref, const struct document *doc, struct arena *arena,
		     struct vex_product *out)
{
	return read_link(ref, doc, arena, out) || statement_purl(ref, arena, &out->purl) ||
	       own_ref(doc, ref, arena, out);
}

/* "affected" and "unknown" speak against a verdict that hides. */
static bool is_excused(const struct json *entry)
{
	str said = json_get_str(entry, STR("status"));

	return said.n == 0 || str_eq(said, STR("unaffected"));
}

/*
 * affects[].versions limits a verdict: one that hides holds for the versions named there that are
 * not said to be affected; ranges excuse nothing. How many products it makes, at `out`.
 */
static size_t read_versions(const struct json *versions, enum vex_status status,
			    const struct vex_product *product, struct vex_product *out)
{
	size_t n = 0;

	if (json_len(versions) == 0 || (status != VEX_NOT_AFFECTED && status != VEX_FIXED)) {
		out[0] = *product;
		return 1;
	}
	JSON_EACH (versions, entry) {
		str version = json_get_str(entry, STR("version"));
		bool same = product->purl.version.n == 0 || str_eq(product->purl.version, version);

		if (version.n == 0 || !same || !is_excused(entry))
			continue;
		out[n] = *product;
		out[n++].purl.version = version;
	}
	return n;
}

static void read_products(struct exception_set *set, str source, const struct json *affects,
			  const struct document *doc, struct statement *out)
{
	struct arena *arena = set->arena;
	struct vex_product *products;
	size_t n = 0, most = 0;

	JSON_EACH (affects, item)
		most += 1 + json_len(JSON_GET(item, "versions"));
	products = ARENA_ARRAY(arena, struct vex_product, most);
	JSON_EACH (affects, item) {
		struct vex_product product = { 0 };
		str ref = json_get_str(item, STR("ref"));

		if (!read_ref(ref, doc, arena, &product))
			statement_unknown(set, source, ref, out->status);
		else
			n += read_versions(JSON_GET(item, "versions"), out->status, &product,
					   &products[n]);
	}
	out->products = products;
	out->product_count = n;
}

/* Its id, and the ids that others know it by. */
static void read_ids(const struct json *flaw, struct arena *arena, struct statement *out)
{
	const struct json *references = JSON_GET(flaw, "references");
	str *ids = ARENA_ARRAY(arena, str, json_len(references) + 1);
	size_t n = 0;

	ids[n++] = json_get_str(flaw, STR("id"));
	JSON_EACH (references, reference) {
		ids[n] = json_get_str(reference, STR("id"));
		n += ids[n].n > 0;
	}
	out->ids = ids;
	out->id_count = n;
}

static int read_flaw(struct exception_set *set, str source, const struct json *flaw,
		     const struct document *doc, struct err *err)
{
	const struct json *root = doc->root;
	const struct json *analysis = JSON_GET(flaw, "analysis");
	str state = json_get_str(analysis, STR("state"));
	str id = json_get_str(flaw, STR("id"));
	struct statement s = { .justification = json_get_str(analysis, STR("justification")),
			       .detail = json_get_str(analysis, STR("detail")),
			       .time = json_get_str(analysis, STR("lastUpdated")) };
	size_t i = 0;

	if (state.n == 0 || id.n == 0)
		return 0; /* a flaw without a verdict */
	while (i < ARRAY_LEN(states) && !str_eq(state, str_c(states[i].state)))
		i++;
	if (i == ARRAY_LEN(states))
		return err_set(err, ERR_INPUT, "%.*s: '%.*s' is not a state of an analysis",
			       STR_ARG(id), STR_ARG(state));
	s.status = states[i].status;
	if (s.time.n == 0)
		s.time = json_get_str(analysis, STR("firstIssued"));
	if (s.time.n == 0)
		s.time = json_str(json_path(root, "metadata", "timestamp", NULL));
	s.author = json_str(json_path(root, "metadata", "supplier", "name", NULL));
	read_ids(flaw, set->arena, &s);
	read_products(set, source, JSON_GET(flaw, "affects"), doc, &s);
	return s.product_count ? statement_add(set, source, &s, err) : 0;
}

static int read_document(str text, struct arena *arena, struct document *out, struct err *err)
{
	const struct json *root;

	if ((is_xml(text) ? sbom_as_json(text, arena, &root, err)
			  : json_parse(text, NULL, arena, &root, err)) < 0)
		return -1;
	if (!str_eq(json_get_str(root, STR("bomFormat")), STR("CycloneDX")))
		return err_set(err, ERR_INPUT, "not a CycloneDX document");
	document_init(out, root, arena);
	return 0;
}

static int read_file(struct exception_set *set, str source, str text, struct err *err)
{
	struct document doc;

	if (read_document(text, set->arena, &doc, err) < 0)
		return -1;
	JSON_EACH (JSON_GET(doc.root, "vulnerabilities"), flaw) {
		if (read_flaw(set, source, flaw, &doc, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- refs of another document ---- */

static bool is_open(const struct vex_product *product, const struct inventory *inventory)
{
	return product->ref.n > 0 && inventory->bom_serial.n > 0 &&
	       vex_in_document(product, inventory);
}

size_t vex_open(const struct exception_set *set, const struct inventory *inventory)
{
	size_t open = 0;

	for (size_t i = 0; i < set->n; i++) {
		const struct vex_rule *rule = set->items[i].vex;

		for (size_t k = 0; rule && k < rule->product_count; k++)
			open += is_open(&rule->products[k], inventory);
	}
	return open;
}

int vex_explain(struct exception_set *set, const struct inventory *inventory, str text,
		struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct document doc;

	if (read_document(text, scratch, &doc, err) < 0)
		return -1;
	for (size_t i = 0; i < set->n; i++) {
		const struct vex_rule *rule = set->items[i].vex;

		for (size_t k = 0; rule && k < rule->product_count; k++) {
			/* Ours: made by read_products. */
			struct vex_product *product =
				(struct vex_product *)(uintptr_t)&rule->products[k];
			const str *purl = map_get(&doc.refs, product->ref);
			str version = product->purl.version; /* that a verdict is limited to */

			if (!is_open(product, inventory) || !purl ||
			    !statement_purl(str_dup(set->arena, *purl), set->arena, &product->purl))
				continue;
			if (version.n > 0)
				product->purl.version = version;
			product->ref = STR_EMPTY;
		}
	}
	return 0;
}

size_t vex_idle(const struct exception_set *set, const struct inventory *inventory, str *first)
{
	size_t idle = set->unknown;

	*first = set->unknown_first;
	for (size_t i = 0; i < set->n; i++) {
		const struct exception *e = &set->items[i];

		for (size_t k = 0; e->vex && e->vex->hides && k < e->vex->product_count; k++) {
			const struct vex_product *product = &e->vex->products[k];

			if (product->ref.n == 0 && vex_in_document(product, inventory))
				continue;
			if (idle++ == 0)
				*first = str_fmt(
					set->arena, "%.*s in %.*s",
					STR_ARG(str_take(product->ref.n > 0 ? product->ref
									    : product->bom_serial,
							 200)),
					STR_ARG(e->source));
		}
	}
	return idle;
}

const struct exception_form exception_form_cyclonedx = { .mine = mine, .read = read_file };
