/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSAF 2.0 (OASIS), as its profiles VEX and security advisory use it:
 * vulnerabilities[].product_status by product_id; the product tree gives each id a package URL, and
 * relationships make one of two: a component inside a product.
 */
#include "base/map.h"
#include "report/exception/statement.h"

#define CSAF_MAX_DEPTH 64u /* of branches; documents have three or four levels */

static bool mine(str base, str text)
{
	(void)base;
	return statement_is_document(text, STR("\"csaf_version\""));
}

struct csaf {
	struct exception_set *set;
	const struct json *root;
	struct map products; /* product_id -> struct vex_product */
};

static void take_product(struct csaf *csaf, const struct json *product)
{
	str id = json_get_str(product, STR("product_id"));
	str text = json_str(json_path(product, "product_identification_helper", "purl", NULL));
	struct vex_product *made = ARENA_NEW(csaf->set->arena, struct vex_product);

	if (id.n > 0 && statement_purl(text, csaf->set->arena, &made->purl))
		map_put(&csaf->products, id, made);
}

static int take_branches(struct csaf *csaf, const struct json *branches, unsigned depth,
			 struct err *err)
{
	if (depth > CSAF_MAX_DEPTH)
		return err_set(err, ERR_LIMIT, "branches nested more than %u deep", CSAF_MAX_DEPTH);
	JSON_EACH (branches, branch) {
		take_product(csaf, JSON_GET(branch, "product"));
		if (take_branches(csaf, JSON_GET(branch, "branches"), depth + 1, err) < 0)
			return -1;
	}
	return 0;
}

/* A component in a product: the product, with the component as what the statement is about. */
static void take_relationship(struct csaf *csaf, const struct json *relationship)
{
	str id = json_str(json_path(relationship, "full_product_name", "product_id", NULL));
	const struct vex_product *component =
		map_get(&csaf->products, json_get_str(relationship, STR("product_reference")));
	const struct vex_product *product = map_get(
		&csaf->products, json_get_str(relationship, STR("relates_to_product_reference")));
	struct vex_product *made;

	if (id.n == 0 || !component)
		return;
	made = ARENA_NEW(csaf->set->arena, struct vex_product);
	/* A product without a package URL (an operating system) is whatever the component is in. */
	*made = product ? *product : *component;
	if (product) {
		made->components = &component->purl;
		made->component_count = 1;
	}
	map_put(&csaf->products, id, made);
}

static bool lists(const struct json *holder, const char *key, str id)
{
	JSON_EACH (json_get(holder, str_c(key)), item) {
		if (str_eq(json_str(item), id))
			return true;
	}
	return false;
}

/* Why, for a product: the supplier's words on impact, else the label of the flag. */
static str reason_for(const struct json *flaw, str id)
{
	JSON_EACH (JSON_GET(flaw, "threats"), threat) {
		bool all = !JSON_GET(threat, "product_ids") && !JSON_GET(threat, "group_ids");

		if (str_eq(json_get_str(threat, STR("category")), STR("impact")) &&
		    (all || lists(threat, "product_ids", id)))
			return json_get_str(threat, STR("details"));
	}
	JSON_EACH (JSON_GET(flaw, "flags"), flag) {
		if (lists(flag, "product_ids", id))
			return json_get_str(flag, STR("label"));
	}
	return STR_EMPTY;
}

static int take_status(struct csaf *csaf, str source, const struct json *flaw, const char *key,
		       enum vex_status status, struct err *err)
{
	const struct json *document = JSON_GET(csaf->root, "document");
	const struct json *ids = JSON_GET(flaw, "ids");
	str *names = ARENA_ARRAY(csaf->set->arena, str, json_len(ids) + 1);
	size_t n = 0;

	names[n] = json_get_str(flaw, STR("cve"));
	n += names[n].n > 0;
	JSON_EACH (ids, item) {
		names[n] = json_get_str(item, STR("text"));
		n += names[n].n > 0;
	}
	if (n == 0)
		return 0; /* nothing that findings are known by */
	JSON_EACH (json_get(JSON_GET(flaw, "product_status"), str_c(key)), item) {
		const struct vex_product *product = map_get(&csaf->products, json_str(item));
		struct statement s = {
			.ids = names,
			.id_count = n,
			.status = status,
			.justification = reason_for(flaw, json_str(item)),
			.author = json_str(json_path(document, "publisher", "name", NULL)),
			.time = json_str(
				json_path(document, "tracking", "current_release_date", NULL)),
			.products = product,
			.product_count = 1,
		};

		if (product && statement_add(csaf->set, source, &s, err) < 0)
			return -1;
	}
	return 0;
}

static int take_flaw(struct csaf *csaf, str source, const struct json *flaw, struct err *err)
{
	static const struct {
		const char *key;
		enum vex_status status;
	} groups[] = {
		{ "under_investigation", VEX_UNDER_INVESTIGATION },
		{ "known_affected", VEX_AFFECTED },
		{ "first_affected", VEX_AFFECTED },
		{ "last_affected", VEX_AFFECTED },
		{ "known_not_affected", VEX_NOT_AFFECTED },
		{ "first_fixed", VEX_FIXED },
		{ "fixed", VEX_FIXED },
	};

	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		if (take_status(csaf, source, flaw, groups[i].key, groups[i].status, err) < 0)
			return -1;
	}
	return 0;
}

static int read_file(struct exception_set *set, str source, str text, struct err *err)
{
	struct csaf csaf = { .set = set };

	if (json_parse(text, NULL, set->arena, &csaf.root, err) < 0)
		return -1;
	const struct json *tree = JSON_GET(csaf.root, "product_tree");
	if (!json_is(JSON_GET(csaf.root, "vulnerabilities"), JSON_ARRAY))
		return err_set(err, ERR_INPUT, "a CSAF document without vulnerabilities");
	map_init(&csaf.products, set->arena);
	JSON_EACH (JSON_GET(tree, "full_product_names"), product)
		take_product(&csaf, product);
	if (take_branches(&csaf, JSON_GET(tree, "branches"), 0, err) < 0)
		return -1;
	JSON_EACH (JSON_GET(tree, "relationships"), relationship)
		take_relationship(&csaf, relationship);
	JSON_EACH (JSON_GET(csaf.root, "vulnerabilities"), flaw) {
		if (take_flaw(&csaf, source, flaw, err) < 0)
			return -1;
	}
	return 0;
}

const struct exception_form exception_form_csaf = { .mine = mine, .read = read_file };
