/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPDX in RDF/XML, into its JSON form. An element of the document may stand inside of whatever
 * mentions it first, be told in several places, and be named by reference elsewhere: all places
 * with the same "about" are one element.
 */
#include "base/map.h"
#include "fmt/sbom/internal.h"
#include "fmt/sbom/xml_tree.h"

#define SET_MAX_DEPTH 64u

/* The places where one element is told. */
struct subject {
	str about, type;
	const struct xml_node **places;
	size_t n, cap;
	struct subject *next;
};

struct reader {
	struct arena *arena;
	struct map subjects; /* about -> struct subject */
	struct subject *first, *last;
	struct map documents; /* URI of another document -> str * "DocumentRef-..." */
	struct bom_tree relations;
};

static str about_of(const struct xml_node *node)
{
	static const char *const names[] = { "about", "resource", "ID", "nodeID" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		str about = xml_node_attribute(node, str_c(names[i]));

		if (about.p)
			return about;
	}
	return STR_EMPTY;
}

/* Behind '#', else behind the last '/'; "%3A" is a colon. */
static str id_of(str about, struct arena *arena)
{
	ptrdiff_t at = str_rfind_char(about, '#');
	str id, before, after;

	if (at < 0)
		at = str_rfind_char(about, '/');
	id = str_skip(about, (size_t)(at + 1));
	at = str_find(id, STR("%3A"));
	if (at < 0)
		return id;
	before = str_take(id, (size_t)at);
	after = str_skip(id, (size_t)at + 3);
	return str_fmt(arena, "%.*s:%.*s", STR_ARG(before), STR_ARG(after));
}

static bool is_subject(str name)
{
	return str_eq(name, STR("Package")) || str_eq(name, STR("File")) ||
	       str_eq(name, STR("SpdxDocument")) || str_eq(name, STR("ExtractedLicensingInfo")) ||
	       str_eq(name, STR("Snippet"));
}

/* Recursion is bounded by XML_MAX_DEPTH. */
static void collect(struct reader *r, const struct xml_node *node)
{
	str about = about_of(node);

	if (str_eq(node->name, STR("ExternalDocumentRef")) && about.n > 0) {
		str uri = about_of(xml_child(node, STR("spdxDocument"))), *id;

		id = ARENA_NEW(r->arena, str);
		*id = id_of(about, r->arena);
		map_put(&r->documents, uri, id);
	}
	if (is_subject(node->name) && about.n > 0) {
		void **slot = map_slot(&r->subjects, about);
		struct subject *s = *slot;

		if (!s) {
			*slot = s = ARENA_NEW(r->arena, struct subject);
			s->about = about;
			s->type = node->name;
			if (r->last)
				r->last = r->last->next = s;
			else
				r->first = r->last = s;
		}
		s->places = arena_grow(r->arena, s->places, s->n, &s->cap, sizeof(*s->places));
		s->places[s->n++] = node;
	}
	XML_CHILDREN(node, child)
	collect(r, child);
}

/* ---- values ---- */

/* "relationshipType_dynamicLink" -> "DYNAMIC_LINK" */
static str word_of(str resource, char between, struct arena *arena)
{
	str id = id_of(resource, arena);
	ptrdiff_t at = str_find_char(id, '_');
	char *p;
	size_t n = 0;

	id = str_skip(id, (size_t)(at + 1));
	p = arena_bytes(arena, id.n * 2);
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];

		if (between && c >= 'A' && c <= 'Z' && i > 0)
			p[n++] = between;
		p[n++] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
	}
	return str_of(p, n);
}

static str licence_of(struct reader *r, const struct xml_node *node, unsigned depth);

/* Members of a set, sorted: RDF keeps no order. */
static str set_of(struct reader *r, const struct xml_node *set, const char *between, unsigned depth)
{
	str members[64], all = STR_EMPTY;
	size_t n = 0;

	XML_CHILDREN(set, child)
	{
		if (str_eq(child->name, STR("member")) && n < ARRAY_LEN(members))
			members[n++] = licence_of(r, child, depth + 1);
	}
	if (n > 0)
		qsort(members, n, sizeof(*members), str_qsort_cmp);
	for (size_t i = 0; i < n; i++)
		all = i == 0 ? members[i]
			     : str_fmt(r->arena, "%.*s %s %.*s", STR_ARG(all), between,
				       STR_ARG(members[i]));
	return str_fmt(r->arena, "(%.*s)", STR_ARG(all));
}

/* What a property says about a licence: a reference, or an element inside. */
static str licence_of(struct reader *r, const struct xml_node *node, unsigned depth)
{
	const struct xml_node *inner = node->first;
	str about = inner ? about_of(inner) : about_of(node), id;

	if (depth > SET_MAX_DEPTH)
		return STR_EMPTY;
	if (inner && str_eq(inner->name, STR("ConjunctiveLicenseSet")))
		return set_of(r, inner, "AND", depth);
	if (inner && str_eq(inner->name, STR("DisjunctiveLicenseSet")))
		return set_of(r, inner, "OR", depth);
	if (inner && str_eq(inner->name, STR("SpdxNoAssertionLicense")))
		return STR("NOASSERTION");
	if (str_empty(about))
		return str_trim(node->text);
	id = id_of(about, r->arena);
	if (str_eq(id, STR("noassertion")))
		return STR("NOASSERTION");
	return str_eq(id, STR("none")) ? STR("NONE") : id;
}

/* ---- parts of an element ---- */

static void put_checksum(struct reader *r, const struct xml_node *property, struct bom_tree *list)
{
	const struct xml_node *checksum = property->first;
	const struct xml_node *algorithm = xml_child(checksum, STR("algorithm"));
	struct bom_tree made = bom_tree_object(r->arena);

	bom_tree_set_str(&made, STR("algorithm"), word_of(about_of(algorithm), 0, r->arena));
	bom_tree_set_str(&made, STR("checksumValue"),
			 xml_child_text(checksum, STR("checksumValue")));
	bom_tree_add(list, bom_tree_value(&made));
}

static void put_external(struct reader *r, const struct xml_node *property, struct bom_tree *list)
{
	const struct xml_node *reference = property->first;
	struct bom_tree made = bom_tree_object(r->arena);

	bom_tree_set_str(
		&made, STR("referenceCategory"),
		word_of(about_of(xml_child(reference, STR("referenceCategory"))), '_', r->arena));
	bom_tree_set_str(&made, STR("referenceType"),
			 about_of(xml_child(reference, STR("referenceType"))));
	bom_tree_set_str(&made, STR("referenceLocator"),
			 xml_child_text(reference, STR("referenceLocator")));
	bom_tree_add(list, bom_tree_value(&made));
}

static str target_of(struct reader *r, const struct xml_node *property)
{
	str about = property ? about_of(property->first ? property->first : property) : STR_EMPTY;
	str id = id_of(about, r->arena), uri, bare;
	const str *document = str_cut(about, '#', &uri, &bare) ? map_get(&r->documents, uri) : NULL;

	if (document)
		return str_fmt(r->arena, "%.*s:%.*s", STR_ARG(*document), STR_ARG(bare));
	if (str_eq(id, STR("noassertion")))
		return STR("NOASSERTION");
	return str_eq(id, STR("none")) ? STR("NONE") : id;
}

static void put_relation(struct reader *r, str from, str type, str to)
{
	struct bom_tree made = bom_tree_object(r->arena);

	bom_tree_set_str(&made, STR("spdxElementId"), from);
	bom_tree_set_str(&made, STR("relationshipType"), type);
	bom_tree_set_str(&made, STR("relatedSpdxElement"), to);
	bom_tree_add(&r->relations, bom_tree_value(&made));
}

static void take_relation(struct reader *r, str from, const struct xml_node *property)
{
	const struct xml_node *relation = property->first;
	const struct xml_node *type = xml_child(relation, STR("relationshipType"));

	if (relation)
		put_relation(r, from, word_of(about_of(type), '_', r->arena),
			     target_of(r, xml_child(relation, STR("relatedSpdxElement"))));
}

/* Texts keep their name; a few members are named differently in JSON. */
static void take_property(struct reader *r, str id, const struct xml_node *p,
			  struct bom_tree *element, struct bom_tree *checksums,
			  struct bom_tree *references)
{
	if (str_eq(p->name, STR("checksum")))
		put_checksum(r, p, checksums);
	else if (str_eq(p->name, STR("externalRef")))
		put_external(r, p, references);
	else if (str_eq(p->name, STR("relationship")))
		take_relation(r, id, p);
	else if (str_eq(p->name, STR("hasFile")))
		put_relation(r, id, STR("CONTAINS"), target_of(r, p));
	else if (str_eq(p->name, STR("describesPackage")))
		put_relation(r, id, STR("DESCRIBES"), target_of(r, p));
	else if (str_eq(p->name, STR("licenseConcluded")) ||
		 str_eq(p->name, STR("licenseDeclared")))
		bom_tree_set_str(element, p->name, licence_of(r, p, 0));
	else if (str_eq(p->name, STR("primaryPackagePurpose")))
		bom_tree_set_str(element, p->name, word_of(about_of(p), '_', r->arena));
	else if (str_eq(p->name, STR("specVersion")))
		bom_tree_set_str(element, STR("spdxVersion"), str_trim(p->text));
	else if (!p->first)
		bom_tree_set_str(element, p->name, str_trim(p->text));
}

static struct json element_of(struct reader *r, const struct subject *s)
{
	struct bom_tree element = bom_tree_object(r->arena);
	struct bom_tree checksums = bom_tree_array(r->arena), references = bom_tree_array(r->arena);
	str id = id_of(s->about, r->arena);

	bom_tree_set_str(&element, STR("SPDXID"), id);
	for (size_t i = 0; i < s->n; i++) {
		XML_CHILDREN(s->places[i], property)
		take_property(r, id, property, &element, &checksums, &references);
	}
	bom_tree_set(&element, STR("checksums"), bom_tree_value(&checksums));
	bom_tree_set(&element, STR("externalRefs"), bom_tree_value(&references));
	return bom_tree_value(&element);
}

struct json spdx_rdf_to_json(const struct xml_node *root, struct arena *arena)
{
	struct reader r = { .arena = arena, .relations = bom_tree_array(arena) };
	struct bom_tree document = bom_tree_object(arena), packages = bom_tree_array(arena);
	struct bom_tree files = bom_tree_array(arena), licences = bom_tree_array(arena);

	map_init(&r.subjects, arena);
	map_init(&r.documents, arena);
	collect(&r, root);
	for (const struct subject *s = r.first; s; s = s->next) {
		struct json element = element_of(&r, s);

		if (str_eq(s->type, STR("Package"))) {
			bom_tree_add(&packages, element);
		} else if (str_eq(s->type, STR("File"))) {
			bom_tree_add(&files, element);
		} else if (str_eq(s->type, STR("ExtractedLicensingInfo"))) {
			bom_tree_add(&licences, element);
		} else if (str_eq(s->type, STR("SpdxDocument"))) {
			JSON_MEMBERS (&element, m)
				bom_tree_set(&document, m->key, m->value);
		}
	}
	bom_tree_set(&document, STR("packages"), bom_tree_value(&packages));
	bom_tree_set(&document, STR("files"), bom_tree_value(&files));
	bom_tree_set(&document, STR("hasExtractedLicensingInfos"), bom_tree_value(&licences));
	bom_tree_set(&document, STR("relationships"), bom_tree_value(&r.relations));
	return bom_tree_value(&document);
}
