/* SPDX-License-Identifier: Apache-2.0 */
/* The flaws of a CycloneDX document in XML, and what made it, into its JSON form. */
#include "fmt/sbom/internal.h"
#include "fmt/sbom/xml_tree.h"

static void set_texts(struct bom_tree *object, const struct xml_node *node,
		      const char *const *names)
{
	for (; *names; names++) {
		str value = xml_child_text(node, str_c(*names));

		if (value.n > 0)
			bom_tree_set_str(object, str_c(*names), value);
	}
}

/* The child of that name with its texts as an object. */
static void set_object(struct bom_tree *object, const struct xml_node *node, const char *name,
		       const char *const *names)
{
	const struct xml_node *child = xml_child(node, str_c(name));
	struct bom_tree inner = bom_tree_object(object->arena);

	if (!child)
		return;
	set_texts(&inner, child, names);
	bom_tree_set(object, str_c(name), bom_tree_value(&inner));
}

static const char *const source_texts[] = { "name", "url", NULL };

/* The children of `list` called `name`, each as an object with its texts and its source. */
static void set_list(struct bom_tree *object, const struct xml_node *node, const char *list,
		     const char *name, const char *const *names)
{
	struct bom_tree made = bom_tree_array(object->arena);

	XML_CHILDREN(xml_child(node, str_c(list)), child)
	{
		struct bom_tree inner = bom_tree_object(object->arena);

		if (!str_eq(child->name, str_c(name)))
			continue;
		set_texts(&inner, child, names);
		set_object(&inner, child, "source", source_texts);
		bom_tree_add(&made, bom_tree_value(&inner));
	}
	if (made.n > 0)
		bom_tree_set(object, str_c(list), bom_tree_value(&made));
}

/* affects: targets with the versions they are limited to. */
static void set_targets(struct bom_tree *flaw, const struct xml_node *node)
{
	static const char *const texts[] = { "version", "range", "status", NULL };
	static const char *const ref[] = { "ref", NULL };
	struct bom_tree made = bom_tree_array(flaw->arena);

	XML_CHILDREN(xml_child(node, STR("affects")), child)
	{
		struct bom_tree target = bom_tree_object(flaw->arena);

		if (!str_eq(child->name, STR("target")))
			continue;
		set_texts(&target, child, ref);
		set_list(&target, child, "versions", "version", texts);
		bom_tree_add(&made, bom_tree_value(&target));
	}
	if (made.n > 0)
		bom_tree_set(flaw, STR("affects"), bom_tree_value(&made));
}

static void set_analysis(struct bom_tree *flaw, const struct xml_node *node)
{
	static const char *const texts[] = { "state",	    "justification", "detail",
					     "firstIssued", "lastUpdated",   NULL };

	set_object(flaw, node, "analysis", texts);
}

static void set_properties(struct bom_tree *flaw, const struct xml_node *node)
{
	struct bom_tree list = bom_tree_array(flaw->arena);

	XML_CHILDREN(xml_child(node, STR("properties")), child)
	{
		struct bom_tree property = bom_tree_object(flaw->arena);

		bom_tree_set_str(&property, STR("name"), xml_node_attribute(child, STR("name")));
		bom_tree_set_str(&property, STR("value"), str_trim(child->text));
		bom_tree_add(&list, bom_tree_value(&property));
	}
	if (list.n > 0)
		bom_tree_set(flaw, STR("properties"), bom_tree_value(&list));
}

static struct json flaw_of(const struct xml_node *node, struct arena *arena)
{
	static const char *const texts[] = { "id",	"description", "detail",  "recommendation",
					     "created", "published",   "updated", NULL };
	static const char *const rating[] = { "score", "severity", "method", "vector", NULL };
	static const char *const reference[] = { "id", NULL };
	static const char *const advisory[] = { "title", "url", NULL };
	struct bom_tree flaw = bom_tree_object(arena);

	set_texts(&flaw, node, texts);
	set_object(&flaw, node, "source", source_texts);
	set_list(&flaw, node, "references", "reference", reference);
	set_list(&flaw, node, "ratings", "rating", rating);
	set_list(&flaw, node, "advisories", "advisory", advisory);
	set_targets(&flaw, node);
	set_analysis(&flaw, node);
	set_properties(&flaw, node);
	return bom_tree_value(&flaw);
}

struct json cyclonedx_xml_flaws(const struct xml_node *node, struct arena *arena)
{
	struct bom_tree list = bom_tree_array(arena);

	XML_CHILDREN(node, child)
	{
		if (str_eq(child->name, STR("vulnerability")))
			bom_tree_add(&list, flaw_of(child, arena));
	}
	return bom_tree_value(&list);
}

/* A list of tools, since 1.5 also components of them: both become a list. */
struct json cyclonedx_xml_tools(const struct xml_node *node, struct arena *arena)
{
	static const char *const texts[] = { "vendor", "name", "version", NULL };
	const struct xml_node *components = xml_child(node, STR("components"));
	struct bom_tree list = bom_tree_array(arena);

	XML_CHILDREN(components ? components : node, child)
	{
		struct bom_tree tool = bom_tree_object(arena);

		set_texts(&tool, child, texts);
		if (tool.n > 0)
			bom_tree_add(&list, bom_tree_value(&tool));
	}
	return bom_tree_value(&list);
}
