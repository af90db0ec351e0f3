/* SPDX-License-Identifier: Apache-2.0 */
/* CycloneDX in XML, into those members of its JSON form that are read. */
#include "fmt/sbom/internal.h"
#include "fmt/sbom/xml_tree.h"

static void set_text(struct bom_tree *object, const char *key, str value)
{
	if (value.n > 0)
		bom_tree_set_str(object, str_c(key), value);
}

static struct json properties_of(const struct xml_node *node, struct arena *arena)
{
	struct bom_tree list = bom_tree_array(arena);

	XML_CHILDREN(node, child)
	{
		struct bom_tree property = bom_tree_object(arena);

		set_text(&property, "name", xml_node_attribute(child, STR("name")));
		set_text(&property, "value", child->text);
		bom_tree_add(&list, bom_tree_value(&property));
	}
	return bom_tree_value(&list);
}

static struct json hashes_of(const struct xml_node *node, struct arena *arena)
{
	struct bom_tree list = bom_tree_array(arena);

	XML_CHILDREN(node, child)
	{
		struct bom_tree hash = bom_tree_object(arena);

		set_text(&hash, "alg", xml_node_attribute(child, STR("alg")));
		set_text(&hash, "content", str_trim(child->text));
		bom_tree_add(&list, bom_tree_value(&hash));
	}
	return bom_tree_value(&list);
}

static struct json licences_of(const struct xml_node *node, struct arena *arena)
{
	struct bom_tree list = bom_tree_array(arena);

	XML_CHILDREN(node, child)
	{
		struct bom_tree choice = bom_tree_object(arena), licence = bom_tree_object(arena);

		if (str_eq(child->name, STR("license"))) {
			set_text(&licence, "id", xml_child_text(child, STR("id")));
			set_text(&licence, "name", xml_child_text(child, STR("name")));
			bom_tree_set(&choice, STR("license"), bom_tree_value(&licence));
		} else if (str_eq(child->name, STR("expression"))) {
			set_text(&choice, "expression", str_trim(child->text));
		} else {
			set_text(&choice, "expression",
				 xml_node_attribute(child, STR("expression")));
		}
		bom_tree_add(&list, bom_tree_value(&choice));
	}
	return bom_tree_value(&list);
}

static struct json evidence_of(const struct xml_node *node, struct arena *arena)
{
	struct bom_tree evidence = bom_tree_object(arena), list = bom_tree_array(arena);

	XML_CHILDREN(xml_child(node, STR("occurrences")), child)
	{
		struct bom_tree occurrence = bom_tree_object(arena);

		set_text(&occurrence, "location", xml_child_text(child, STR("location")));
		bom_tree_add(&list, bom_tree_value(&occurrence));
	}
	bom_tree_set(&evidence, STR("occurrences"), bom_tree_value(&list));
	return bom_tree_value(&evidence);
}

static struct json components_of(const struct xml_node *node, struct arena *arena);
static struct json references_of(const struct xml_node *node, struct arena *arena);

/* Recursion is bounded by XML_MAX_DEPTH. */
static struct json component_of(const struct xml_node *node, struct arena *arena)
{
	static const char *const texts[] = { "group", "name", "version", "purl", "cpe" };
	static const struct {
		const char *name;
		struct json (*make)(const struct xml_node *node, struct arena *arena);
	} parts[] = {
		{ "hashes", hashes_of },	 { "licenses", licences_of },
		{ "properties", properties_of }, { "evidence", evidence_of },
		{ "components", components_of }, { "externalReferences", references_of },
	};
	struct bom_tree component = bom_tree_object(arena), supplier = bom_tree_object(arena);
	str name = xml_child_text(xml_child(node, STR("supplier")), STR("name"));

	set_text(&component, "type", xml_node_attribute(node, STR("type")));
	set_text(&component, "bom-ref", xml_node_attribute(node, STR("bom-ref")));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		set_text(&component, texts[i], xml_child_text(node, str_c(texts[i])));
	if (name.n > 0) {
		set_text(&supplier, "name", name);
		bom_tree_set(&component, STR("supplier"), bom_tree_value(&supplier));
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const struct xml_node *part = xml_child(node, str_c(parts[i].name));

		if (part)
			bom_tree_set(&component, str_c(parts[i].name), parts[i].make(part, arena));
	}
	return bom_tree_value(&component);
}

static struct json components_of(const struct xml_node *node, struct arena *arena)
{
	struct bom_tree list = bom_tree_array(arena);

	XML_CHILDREN(node, child)
	{
		if (str_eq(child->name, STR("component")))
			bom_tree_add(&list, component_of(child, arena));
	}
	return bom_tree_value(&list);
}

static struct json refs_of(const struct xml_node *node, const char *name, struct arena *arena)
{
	struct bom_tree list = bom_tree_array(arena);

	XML_CHILDREN(node, child)
	{
		if (str_eq(child->name, str_c(name)))
			bom_tree_add(&list, bom_text(xml_node_attribute(child, STR("ref"))));
	}
	return bom_tree_value(&list);
}

static struct json dependencies_of(const struct xml_node *node, struct arena *arena)
{
	struct bom_tree list = bom_tree_array(arena);

	XML_CHILDREN(node, child)
	{
		struct bom_tree dependency = bom_tree_object(arena);

		set_text(&dependency, "ref", xml_node_attribute(child, STR("ref")));
		bom_tree_set(&dependency, STR("dependsOn"), refs_of(child, "dependency", arena));
		bom_tree_set(&dependency, STR("provides"), refs_of(child, "provides", arena));
		bom_tree_add(&list, bom_tree_value(&dependency));
	}
	return bom_tree_value(&list);
}

static struct json compositions_of(const struct xml_node *node, struct arena *arena)
{
	struct bom_tree list = bom_tree_array(arena);

	XML_CHILDREN(node, child)
	{
		struct bom_tree composition = bom_tree_object(arena);

		set_text(&composition, "aggregate", xml_child_text(child, STR("aggregate")));
		bom_tree_add(&list, bom_tree_value(&composition));
	}
	return bom_tree_value(&list);
}

static struct json references_of(const struct xml_node *node, struct arena *arena)
{
	struct bom_tree list = bom_tree_array(arena);

	XML_CHILDREN(node, child)
	{
		struct bom_tree reference = bom_tree_object(arena);

		set_text(&reference, "type", xml_node_attribute(child, STR("type")));
		set_text(&reference, "url", xml_child_text(child, STR("url")));
		bom_tree_add(&list, bom_tree_value(&reference));
	}
	return bom_tree_value(&list);
}

static struct json metadata_of(const struct xml_node *node, struct arena *arena)
{
	struct bom_tree metadata = bom_tree_object(arena);
	const struct xml_node *component = xml_child(node, STR("component"));
	const struct xml_node *properties = xml_child(node, STR("properties"));

	set_text(&metadata, "timestamp", xml_child_text(node, STR("timestamp")));
	if (xml_child(node, STR("tools")))
		bom_tree_set(&metadata, STR("tools"),
			     cyclonedx_xml_tools(xml_child(node, STR("tools")), arena));
	if (component)
		bom_tree_set(&metadata, STR("component"), component_of(component, arena));
	if (properties)
		bom_tree_set(&metadata, STR("properties"), properties_of(properties, arena));
	return bom_tree_value(&metadata);
}

struct json cyclonedx_xml_to_json(const struct xml_node *root, struct arena *arena)
{
	struct bom_tree bom = bom_tree_object(arena);
	ptrdiff_t slash = str_rfind_char(root->space, '/');

	set_text(&bom, "bomFormat", STR("CycloneDX"));
	set_text(&bom, "specVersion", str_skip(root->space, (size_t)(slash + 1)));
	set_text(&bom, "serialNumber", xml_node_attribute(root, STR("serialNumber")));
	bom_tree_set(&bom, STR("metadata"), metadata_of(xml_child(root, STR("metadata")), arena));
	bom_tree_set(&bom, STR("externalReferences"),
		     references_of(xml_child(root, STR("externalReferences")), arena));
	bom_tree_set(&bom, STR("components"),
		     components_of(xml_child(root, STR("components")), arena));
	bom_tree_set(&bom, STR("dependencies"),
		     dependencies_of(xml_child(root, STR("dependencies")), arena));
	bom_tree_set(&bom, STR("vulnerabilities"),
		     cyclonedx_xml_flaws(xml_child(root, STR("vulnerabilities")), arena));
	bom_tree_set(&bom, STR("compositions"),
		     compositions_of(xml_child(root, STR("compositions")), arena));
	return bom_tree_value(&bom);
}
