/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/xml_tree.h"

#include "fmt/syntax/xml.h"

struct reader {
	struct arena *arena;
	struct xml_node *root, *at;
};

static size_t count(const char *const *attributes)
{
	size_t n = 0;

	while (attributes && attributes[2 * n])
		n++;
	return n;
}

/* What a prefix stands for at this element. */
static str space_of(const struct xml_node *node, str prefix, struct arena *arena)
{
	str name = str_empty(prefix) ? STR("xmlns") : str_cat(arena, STR("xmlns:"), prefix);

	for (; node; node = node->up) {
		for (size_t i = 0; i < node->attribute_n; i++) {
			if (str_eq(node->attributes[i].name, name))
				return node->attributes[i].value;
		}
	}
	return STR_EMPTY;
}

static int start(void *context, const struct xml_element *element, struct err *err)
{
	struct reader *r = context;
	struct xml_node *node = ARENA_NEW(r->arena, struct xml_node);

	(void)err;
	node->name = str_dup(r->arena, element->name);
	node->line = element->line;
	node->up = r->at;
	node->attribute_n = count(element->attributes);
	node->attributes = ARENA_ARRAY(r->arena, struct xml_pair, node->attribute_n);
	for (size_t i = 0; i < node->attribute_n; i++)
		node->attributes[i] = (struct xml_pair){
			.name = str_dup(r->arena, str_c(element->attributes[2 * i])),
			.value = str_dup(r->arena, str_c(element->attributes[2 * i + 1]))
		};
	node->space = space_of(node, element->prefix, r->arena);
	if (!r->at)
		r->root = node;
	else if (r->at->last)
		r->at->last = r->at->last->next = node;
	else
		r->at->first = r->at->last = node;
	r->at = node;
	return 0;
}

static int end(void *context, const struct xml_element *element, str text, struct err *err)
{
	struct reader *r = context;

	(void)element;
	(void)err;
	r->at->text = str_dup(r->arena, text);
	r->at = r->at->up;
	return 0;
}

int xml_tree_read(str text, struct arena *arena, struct xml_node **root, struct err *err)
{
	struct reader r = { .arena = arena };
	const struct xml_handler handler = { .context = &r, .start = start, .end = end };

	if (xml_read(text, &handler, err) < 0)
		return -1;
	*root = r.root;
	return 0;
}

const struct xml_node *xml_child(const struct xml_node *node, str name)
{
	XML_CHILDREN(node, child)
	{
		if (str_eq(child->name, name))
			return child;
	}
	return NULL;
}

str xml_child_text(const struct xml_node *node, str name)
{
	const struct xml_node *child = xml_child(node, name);

	return child ? str_trim(child->text) : STR_EMPTY;
}

str xml_node_attribute(const struct xml_node *node, str name)
{
	str prefix, bare;

	for (size_t i = 0; node && i < node->attribute_n; i++) {
		str own = node->attributes[i].name;

		if (str_eq(own, name) || (str_cut(own, ':', &prefix, &bare) && str_eq(bare, name)))
			return node->attributes[i].value;
	}
	return STR_EMPTY;
}
