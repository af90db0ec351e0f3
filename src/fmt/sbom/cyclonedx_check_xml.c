/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CycloneDX document in XML against the rules of its version. What an element may hold is a
 * regular expression over its children that is never ambiguous: the first fitting way is the only
 * one, no step is taken back.
 */
#include "fmt/sbom/cyclonedx_rule.h"
#include "fmt/sbom/xml_tree.h"

#define BOM_SPACE "http://cyclonedx.org/schema/bom/1."

struct check {
	struct rules rules;
	struct arena *arena;
	str space;
	struct map refs;
	str breach;
};

static bool fail(struct check *c, const struct xml_node *node, const char *what, str detail)
{
	if (str_empty(c->breach))
		c->breach = str_fmt(c->arena, "line %u: %.*s: %s %.*s", node->line,
				    STR_ARG(node->name), what, STR_ARG(str_take(detail, 100)));
	return false;
}

static bool is_ours(const struct check *c, const struct xml_node *node)
{
	return str_eq(node->space, c->space);
}

/* ---- simple values ---- */

static bool value_fits(const struct check *c, str expr, str text)
{
	const struct rule_type *type;
	str head;
	char separator;

	while (rule_next(&expr, &head, &separator)) {
		type = rules_type(&c->rules, head);
		if (!type	  ? basic_find(head) && basic_text(head, text)
		    : type->words ? map_has(type->words, text)
				  : type->is.n > 0 && value_fits(c, type->is, text))
			return true;
	}
	return false;
}

static bool is_simple(const struct check *c, str expr)
{
	const struct rule_type *type = rules_type(&c->rules, expr);

	return !type || type->words || type->is.n > 0;
}

/* ---- attributes ---- */

static bool check_attribute(struct check *c, const struct rule_type *type,
			    const struct xml_node *node, const struct xml_pair *attribute)
{
	str prefix, bare;

	if (str_eq(attribute->name, STR("xmlns")) || str_starts(attribute->name, STR("xmlns:")))
		return true;
	if (str_cut(attribute->name, ':', &prefix, &bare))
		return type->open || str_eq(prefix, STR("xml")) || str_eq(prefix, STR("xsi")) ||
		       fail(c, node, "unknown attribute", attribute->name);
	for (size_t i = 0; i < type->member_n; i++) {
		if (!str_eq(type->members[i].name, attribute->name))
			continue;
		if (!value_fits(c, type->members[i].expr, attribute->value))
			return fail(c, node, "malformed attribute", attribute->name);
		if (str_eq(attribute->name, STR("bom-ref")) &&
		    !map_put(&c->refs, attribute->value, NULL))
			return fail(c, node, "bom-ref given twice:", attribute->value);
		return true;
	}
	return type->loose || fail(c, node, "unknown attribute", attribute->name);
}

static bool check_attributes(struct check *c, const struct rule_type *type,
			     const struct xml_node *node)
{
	for (size_t i = 0; i < node->attribute_n; i++) {
		if (!check_attribute(c, type, node, &node->attributes[i]))
			return false;
	}
	for (size_t i = 0; i < type->member_n; i++) {
		if (type->members[i].required && !xml_node_attribute(node, type->members[i].name).p)
			return fail(c, node, "missing attribute", type->members[i].name);
	}
	return true;
}

/* ---- elements ---- */

static bool check_node(struct check *c, str expr, const struct xml_node *node);

/* Takes ?, * or + off the end. */
static char occurrence(str *particle)
{
	char last = particle->n > 0 ? particle->p[particle->n - 1] : 0;

	if (last != '?' && last != '*' && last != '+')
		return 1;
	*particle = str_drop_end(*particle, 1);
	return last;
}

static bool starts(const struct check *c, str particle, const struct xml_node *node);
static bool may_be_empty(str particle);

/* Of "(a,b|c)": its inside. */
static str inside(str particle) { return str_of(particle.p + 1, particle.n - 2); }

static char group_kind(str particle)
{
	str rest = inside(particle), head;
	char separator = ',';

	IGNORE(rule_next(&rest, &head, &separator)); /* sets it when there are several */
	return separator;
}

static bool may_be_empty(str particle)
{
	char many = occurrence(&particle);
	str rest, part;
	char separator, kind;

	if (many == '?' || many == '*')
		return true;
	if (particle.p[0] != '(')
		return false;
	kind = group_kind(particle);
	rest = inside(particle);
	while (rule_next(&rest, &part, &separator)) {
		if (may_be_empty(part) != (kind == ','))
			return kind == '|';
	}
	return kind == ',';
}

/* Can this particle begin with the node? */
static bool starts(const struct check *c, str particle, const struct xml_node *node)
{
	str rest, part, name, type;
	char separator, kind;

	(void)occurrence(&particle);
	if (str_eq(particle, STR("any")))
		return !is_ours(c, node);
	if (particle.p[0] != '(')
		return str_cut(particle, ':', &name, &type) && is_ours(c, node) &&
		       str_eq(node->name, name);
	kind = group_kind(particle);
	rest = inside(particle);
	while (rule_next(&rest, &part, &separator)) {
		if (starts(c, part, node))
			return true;
		if (kind == ',' && !may_be_empty(part))
			return false;
	}
	return false;
}

static bool match(struct check *c, str particle, const struct xml_node **at);

static bool match_once(struct check *c, str particle, const struct xml_node **at)
{
	str rest, part, name, type;
	char separator, kind;

	if (particle.p[0] != '(') {
		const struct xml_node *node = *at;

		*at = node->next;
		if (str_eq(particle, STR("any")) || !str_cut(particle, ':', &name, &type))
			return true;
		return check_node(c, type, node);
	}
	kind = group_kind(particle);
	rest = inside(particle);
	while (rule_next(&rest, &part, &separator)) {
		if (kind == ',') {
			if (!match(c, part, at))
				return false;
		} else if (*at && starts(c, part, *at)) {
			return match(c, part, at);
		}
	}
	return true;
}

/* As often as it may and fits. */
static bool match(struct check *c, str particle, const struct xml_node **at)
{
	str whole = particle;
	char many = occurrence(&particle);
	size_t times = 0;

	while (*at && starts(c, particle, *at)) {
		if (!match_once(c, particle, at))
			return false;
		if (++times == 1 && (many == 1 || many == '?'))
			return true;
	}
	return times > 0 || may_be_empty(whole);
}

static str first_name(str particle)
{
	str name = particle, type;

	IGNORE(str_cut(particle, ':', &name, &type)); /* else it is shown as it is */
	return str_without_prefix(name, STR("("));
}

static bool check_elements(struct check *c, const struct rule_type *type,
			   const struct xml_node *node)
{
	const struct xml_node *at = node->first;

	if (str_trim(node->text).n > 0)
		return fail(c, node, "text where elements belong:", str_trim(node->text));
	for (size_t i = 0; i < type->particle_n; i++) {
		if (!match(c, type->particles[i], &at))
			return fail(c, node, "missing", first_name(type->particles[i]));
	}
	return !at || fail(c, at, "not allowed here", STR_EMPTY);
}

static bool check_node(struct check *c, str expr, const struct xml_node *node)
{
	const struct rule_type *type = rules_type(&c->rules, expr);

	if (str_eq(expr, STR("any")))
		return true;
	if (is_simple(c, expr)) {
		static const struct rule_type none = { 0 };

		if (node->first)
			return fail(c, node->first, "an element where text belongs", STR_EMPTY);
		if (!check_attributes(c, &none, node))
			return false;
		return value_fits(c, expr, node->text) ||
		       fail(c, node, "malformed value", node->text);
	}
	if (!check_attributes(c, type, node))
		return false;
	if (type->text.n == 0)
		return check_elements(c, type, node);
	if (node->first)
		return fail(c, node->first, "an element where text belongs", STR_EMPTY);
	return value_fits(c, type->text, node->text) ||
	       fail(c, node, "malformed value", node->text);
}

void cyclonedx_check_xml(const struct xml_node *root, struct arena *arena, str *breach)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct check c = { .arena = scratch, .space = root->space };
	unsigned minor;

	*breach = STR_EMPTY;
	if (!str_starts(root->space, STR(BOM_SPACE)) ||
	    !cyclonedx_minor(str_skip(root->space, sizeof(BOM_SPACE) - 3), &minor)) {
		*breach = str_fmt(arena, "unknown namespace %.*s", STR_ARG(root->space));
		return;
	}
	map_init(&c.refs, scratch);
	rules_load_xml(&c.rules, minor, scratch);
	if (!check_node(&c, STR("bom"), root))
		*breach = str_dup(arena, c.breach);
}
