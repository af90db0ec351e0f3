/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CycloneDX 1.4 and later: vulnerabilities[] with analysis.state and affects[].ref. A ref is a
 * BOM-Link
 * ("urn:cdx:SERIAL/VERSION#REF") to a component of another document, or the bom-ref of a component
 * of this one.
 */
#include "base/map.h"
#include "report/exception/statement.h"

static bool mine(str base, str text)
{
	(void)base;
	return statement_is_document(text, STR("\"CycloneDX\""));
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

/* bom-ref -> package URL, of all components below. Depth is that of the document. */
static void index_components(const struct json *list, struct map *refs, struct arena *arena)
{
	JSON_EACH (list, component) {
		str ref = json_get_str(component, STR("bom-ref"));
		str *purl = ARENA_NEW(arena, str);

		*purl = json_get_str(component, STR("purl"));
		if (ref.n > 0 && purl->n > 0)
			map_put(refs, ref, purl);
		index_components(JSON_GET(component, "components"), refs, arena);
	}
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

static void read_products(const struct json *affects, const struct map *refs, struct arena *arena,
			  struct statement *out)
{
	struct vex_product *products = ARENA_ARRAY(arena, struct vex_product, json_len(affects));
	size_t n = 0;

	JSON_EACH (affects, item) {
		products[n] = (struct vex_product){ 0 };
		n += read_ref(json_get_str(item, STR("ref")), refs, arena, &products[n]);
	}
	out->products = products;
	out->product_count = n;
}

static int read_flaw(struct exception_set *set, str source, const struct json *root,
		     const struct json *flaw, const struct map *refs, struct err *err)
{
	const struct json *analysis = JSON_GET(flaw, "analysis");
	str state = json_get_str(analysis, STR("state"));
	str *id = ARENA_NEW(set->arena, str);
	struct statement s = { .ids = id,
			       .id_count = 1,
			       .justification = json_get_str(analysis, STR("justification")),
			       .detail = json_get_str(analysis, STR("detail")),
			       .time = json_get_str(analysis, STR("lastUpdated")) };
	size_t i = 0;

	*id = json_get_str(flaw, STR("id"));
	if (state.n == 0 || id->n == 0)
		return 0; /* a flaw without a verdict */
	while (i < ARRAY_LEN(states) && !str_eq(state, str_c(states[i].state)))
		i++;
	if (i == ARRAY_LEN(states))
		return err_set(err, ERR_INPUT, "%.*s: '%.*s' is not a state of an analysis",
			       STR_ARG(*id), STR_ARG(state));
	s.status = states[i].status;
	if (s.time.n == 0)
		s.time = json_str(json_path(root, "metadata", "timestamp", NULL));
	s.author = json_str(json_path(root, "metadata", "supplier", "name", NULL));
	read_products(JSON_GET(flaw, "affects"), refs, set->arena, &s);
	return s.product_count ? statement_add(set, source, &s, err) : 0;
}

static int read_file(struct exception_set *set, str source, str text, struct err *err)
{
	const struct json *root;
	struct map refs;

	if (json_parse(text, NULL, set->arena, &root, err) < 0)
		return -1;
	if (!str_eq(json_get_str(root, STR("bomFormat")), STR("CycloneDX")))
		return err_set(err, ERR_INPUT, "not a CycloneDX document");
	map_init(&refs, set->arena);
	index_components(JSON_GET(root, "components"), &refs, set->arena);
	JSON_EACH (JSON_GET(root, "vulnerabilities"), flaw) {
		if (read_flaw(set, source, root, flaw, &refs, err) < 0)
			return -1;
	}
	return 0;
}

const struct exception_form exception_form_cyclonedx = { .mine = mine, .read = read_file };
