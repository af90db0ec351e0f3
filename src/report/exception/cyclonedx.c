/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CycloneDX 1.4 and later, JSON or XML: vulnerabilities[] with analysis.state and affects[].ref. A
 * ref is a BOM-Link
 * ("urn:cdx:SERIAL/VERSION#REF") to a component of another document, or the bom-ref of a component
 * of this one.
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

/* "urn:cdx:3e671687-.../1#pkg:npm/a@1" */
static bool read_link(str link, struct arena *arena, struct vex_product *out)
{
	str rest, ref = STR_EMPTY, version;

	if (!str_starts(link, STR("urn:cdx:")))
		return false;
	if (!str_cut(str_skip(link, strlen("urn:cdx:")), '#', &rest, &ref))
		rest = str_skip(link, strlen("urn:cdx:"));
	if (!str_cut(rest, '/', &out->bom_serial, &version) || !str_u64(version, &out->bom_version))
		return false;
	out->bom_serial = str_lower(arena, out->bom_serial);
	return ref.n == 0 || statement_purl(ref, arena, &out->purl);
}

static bool read_ref(str ref, const struct map *refs, struct arena *arena, struct vex_product *out)
{
	const str *purl = map_get(refs, ref);

	return read_link(ref, arena, out) || statement_purl(ref, arena, &out->purl) ||
	       (purl && statement_purl(*purl, arena, &out->purl));
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

static void read_products(const struct json *affects, const struct map *refs, struct arena *arena,
			  struct statement *out)
{
	struct vex_product *products;
	size_t n = 0, most = 0;

	JSON_EACH (affects, item)
		most += 1 + json_len(JSON_GET(item, "versions"));
	products = ARENA_ARRAY(arena, struct vex_product, most);
	JSON_EACH (affects, item) {
		struct vex_product product = { 0 };

		if (read_ref(json_get_str(item, STR("ref")), refs, arena, &product))
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

static int read_flaw(struct exception_set *set, str source, const struct json *root,
		     const struct json *flaw, const struct map *refs, struct err *err)
{
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
	read_products(JSON_GET(flaw, "affects"), refs, set->arena, &s);
	return s.product_count ? statement_add(set, source, &s, err) : 0;
}

static int read_file(struct exception_set *set, str source, str text, struct err *err)
{
	const struct json *root;
	struct map refs;

	if ((is_xml(text) ? sbom_as_json(text, set->arena, &root, err)
			  : json_parse(text, NULL, set->arena, &root, err)) < 0)
		return -1;
	if (!str_eq(json_get_str(root, STR("bomFormat")), STR("CycloneDX")))
		return err_set(err, ERR_INPUT, "not a CycloneDX document");
	map_init(&refs, set->arena);
	index_component(json_path(root, "metadata", "component", NULL), &refs, set->arena);
	index_components(JSON_GET(root, "components"), &refs, set->arena);
	JSON_EACH (JSON_GET(root, "vulnerabilities"), flaw) {
		if (read_flaw(set, source, root, flaw, &refs, err) < 0)
			return -1;
	}
	return 0;
}

const struct exception_form exception_form_cyclonedx = { .mine = mine, .read = read_file };
