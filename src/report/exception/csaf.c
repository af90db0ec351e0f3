/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSAF 2.0 and 2.1 (OASIS), as its profiles VEX and security advisory use it:
 * vulnerabilities[].product_status by product_id; the product tree gives each id a package URL, and
 * relationships make one of two: a component inside a product.
 */
#include "base/map.h"
#include "report/exception/statement.h"

#define CSAF_MAX_DEPTH	 64u	  /* of branches; documents have three or four levels */
#define CSAF_MAX_REASONS 1000000u /* products that threats and flags name, over all flaws */
#define CSAF_MAX_CHAIN	 8u	  /* relationships that build on later ones */

static bool mine(str base, str text)
{
	(void)base;
	return statement_is_document(text, STR("\"csaf_version\""));
}

struct csaf {
	struct exception_set *set;
	const struct json *root;
	struct map products; /* product_id -> struct vex_product */
	struct map pending;  /* product_id that a relationship will make */
	struct map groups;   /* group_id -> list of product_id */
	size_t reasons;
};

/* The package URL of a product: "purl", or the first usable one of "purls" (CSAF 2.1). */
static bool purl_of(const struct json *product, struct arena *arena, struct purl *out)
{
	const struct json *helper = JSON_GET(product, "product_identification_helper");

	if (statement_purl(json_get_str(helper, STR("purl")), arena, out))
		return true;
	JSON_EACH (JSON_GET(helper, "purls"), item) {
		if (statement_purl(json_str(item), arena, out))
			return true;
	}
	return false;
}

static void take_product(struct csaf *csaf, const struct json *product)
{
	str id = json_get_str(product, STR("product_id"));
	struct vex_product *made = ARENA_NEW(csaf->set->arena, struct vex_product);

	if (id.n > 0 && purl_of(product, csaf->set->arena, &made->purl))
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

/*
 * A component in a product: the product, with the component as what the statement is about. False:
 * nothing new is known by it.
 */
static bool take_relationship(struct csaf *csaf, const struct json *relationship)
{
	const struct json *name = JSON_GET(relationship, "full_product_name");
	str id = json_get_str(name, STR("product_id"));
	const struct vex_product *component =
		map_get(&csaf->products, json_get_str(relationship, STR("product_reference")));
	str holder = json_get_str(relationship, STR("relates_to_product_reference"));
	const struct vex_product *product = map_get(&csaf->products, holder);
	struct vex_product *made;

	if (id.n == 0 || map_has(&csaf->products, id) ||
	    (!product && map_has(&csaf->pending, holder)))
		return false;
	if (!component) {
		take_product(csaf, name);
		return map_has(&csaf->products, id);
	}
	made = ARENA_NEW(csaf->set->arena, struct vex_product);
	/* A product without a package URL (an operating system) is whatever the component is in. */
	*made = product ? *product : *component;
	if (product) {
		made->components =
			component->component_count ? component->components : &component->purl;
		made->component_count = 1;
	}
	map_put(&csaf->products, id, made);
	return true;
}

/* One may build on another that stands behind it. */
static void take_relationships(struct csaf *csaf, const struct json *relationships)
{
	bool more = true;

	JSON_EACH (relationships, relationship)
		map_put(&csaf->pending,
			json_str(json_path(relationship, "full_product_name", "product_id", NULL)),
			csaf);
	for (unsigned round = 0; more && round < CSAF_MAX_CHAIN; round++) {
		more = false;
		JSON_EACH (relationships, relationship)
			more |= take_relationship(csaf, relationship);
	}
}

/* ---- why ---- */

/* Words for products by product_id; for all others at the empty id. */
struct reasons {
	struct map threats, flags;
};

static int note_reason(struct csaf *csaf, struct map *reasons, const struct json *ids, str *reason,
		       struct err *err)
{
	JSON_EACH (ids, id) {
		if (++csaf->reasons > CSAF_MAX_REASONS)
			return err_set(err, ERR_LIMIT, "more than %u products of threats and flags",
				       CSAF_MAX_REASONS);
		if (!map_has(reasons, json_str(id)))
			map_put(reasons, json_str(id), reason);
	}
	return 0;
}

/* Notes the words of a threat or flag for the products and groups it names; none: for all. */
static int take_reason(struct csaf *csaf, struct map *reasons, const struct json *said,
		       const char *key, struct err *err)
{
	const struct json *ids = JSON_GET(said, "product_ids");
	const struct json *groups = JSON_GET(said, "group_ids");
	str *reason = ARENA_NEW(csaf->set->arena, str);

	*reason = json_get_str(said, str_c(key));
	if (!ids && !groups && !map_has(reasons, STR_EMPTY))
		map_put(reasons, STR_EMPTY, reason);
	if (note_reason(csaf, reasons, ids, reason, err) < 0)
		return -1;
	JSON_EACH (groups, group) {
		if (note_reason(csaf, reasons, map_get(&csaf->groups, json_str(group)), reason,
				err) < 0)
			return -1;
	}
	return 0;
}

static int take_reasons(struct csaf *csaf, struct reasons *reasons, const struct json *flaw,
			struct err *err)
{
	map_init(&reasons->threats, csaf->set->arena);
	map_init(&reasons->flags, csaf->set->arena);
	JSON_EACH (JSON_GET(flaw, "threats"), threat) {
		if (str_eq(json_get_str(threat, STR("category")), STR("impact")) &&
		    take_reason(csaf, &reasons->threats, threat, "details", err) < 0)
			return -1;
	}
	JSON_EACH (JSON_GET(flaw, "flags"), flag) {
		if (take_reason(csaf, &reasons->flags, flag, "label", err) < 0)
			return -1;
	}
	return 0;
}

/* The supplier's words on impact, else the label of the flag. */
static str reason_for(const struct reasons *reasons, str id)
{
	const struct map *const order[] = { &reasons->threats, &reasons->flags };
	const str *reason = NULL;

	for (size_t i = 0; i < ARRAY_LEN(order) && !reason; i++) {
		reason = map_get(order[i], id);
		if (!reason)
			reason = map_get(order[i], STR_EMPTY);
	}
	return reason ? *reason : STR_EMPTY;
}

static int take_status(struct csaf *csaf, str source, const struct json *flaw,
		       const struct reasons *reasons, const char *key, enum vex_status status,
		       struct err *err)
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
			.justification = reason_for(reasons, json_str(item)),
			.author = json_str(json_path(document, "publisher", "name", NULL)),
			.time = json_str(
				json_path(document, "tracking", "current_release_date", NULL)),
			.products = product,
			.product_count = 1,
		};

		if (!product)
			statement_unknown(csaf->set, source, json_str(item), status);
		else if (statement_add(csaf->set, source, &s, err) < 0)
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
		{ "unknown", VEX_UNDER_INVESTIGATION }, /* of CSAF 2.1 */
		{ "known_affected", VEX_AFFECTED },
		{ "first_affected", VEX_AFFECTED },
		{ "last_affected", VEX_AFFECTED },
		{ "known_not_affected", VEX_NOT_AFFECTED },
		{ "first_fixed", VEX_FIXED },
		{ "fixed", VEX_FIXED },
	};

	struct reasons reasons;

	if (take_reasons(csaf, &reasons, flaw, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		if (take_status(csaf, source, flaw, &reasons, groups[i].key, groups[i].status,
				err) < 0)
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
	map_init(&csaf.pending, set->arena);
	map_init(&csaf.groups, set->arena);
	JSON_EACH (JSON_GET(tree, "product_groups"), group)
		map_put(&csaf.groups, json_get_str(group, STR("group_id")),
			(void *)(uintptr_t)JSON_GET(group, "product_ids"));
	JSON_EACH (JSON_GET(tree, "full_product_names"), product)
		take_product(&csaf, product);
	if (take_branches(&csaf, JSON_GET(tree, "branches"), 0, err) < 0)
		return -1;
	take_relationships(&csaf, JSON_GET(tree, "relationships"));
	JSON_EACH (JSON_GET(csaf.root, "vulnerabilities"), flaw) {
		if (take_flaw(&csaf, source, flaw, err) < 0)
			return -1;
	}
	return 0;
}

const struct exception_form exception_form_csaf = { .mine = mine, .read = read_file };
