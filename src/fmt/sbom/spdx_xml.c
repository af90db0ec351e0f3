/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX in XML: the members of the JSON form as elements; a list is an element that comes again. */
#include "base/words.h"
#include "fmt/sbom/internal.h"
#include "fmt/sbom/xml_tree.h"

static bool is_list(str name)
{
	static const char *const lists[] = {
		"annotations",
		"attributionTexts",
		"checksums",
		"creators",
		"documentDescribes",
		"externalDocumentRefs",
		"externalRefs",
		"fileContributors",
		"files",
		"fileTypes",
		"hasExtractedLicensingInfos",
		"hasFiles",
		"licenseInfoFromFiles",
		"licenseInfoInFiles",
		"packages",
		"relationships",
		"seeAlsos",
		"snippets",
	};

	return words_have(lists, ARRAY_LEN(lists), name);
}

/* Lists that are being gathered, in the order in which they began. */
struct gathering {
	str name;
	struct bom_tree items;
	struct gathering *next;
};

static struct json value_of(const struct xml_node *node, struct arena *arena);

static struct gathering *gathering_for(struct gathering **all, str name, struct arena *arena)
{
	while (*all && !str_eq((*all)->name, name))
		all = &(*all)->next;
	if (!*all) {
		*all = ARENA_NEW(arena, struct gathering);
		(*all)->name = name;
		(*all)->items = bom_tree_array(arena);
	}
	return *all;
}

/* Recursion is bounded by XML_MAX_DEPTH; names of lists are few. */
static struct json value_of(const struct xml_node *node, struct arena *arena)
{
	struct bom_tree object = bom_tree_object(arena);
	struct gathering *all = NULL;

	if (!node->first)
		return bom_text(node->text);
	XML_CHILDREN(node, child)
	{
		struct json value = value_of(child, arena);

		if (is_list(child->name))
			bom_tree_add(&gathering_for(&all, child->name, arena)->items, value);
		else
			bom_tree_set(&object, child->name, value);
	}
	for (; all; all = all->next)
		bom_tree_set(&object, all->name, bom_tree_value(&all->items));
	return bom_tree_value(&object);
}

struct json spdx_xml_to_json(const struct xml_node *root, struct arena *arena)
{
	return value_of(root, arena);
}
