/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/cyclonedx_rule.h"

static const unsigned char json_rules[] = {
#include "cyclonedx_json.txt.inc"
};
static const unsigned char xml_rules[] = {
#include "cyclonedx_xml.txt.inc"
};

bool cyclonedx_minor(str version, unsigned *out)
{
	uint64_t minor;

	if (!str_starts(version, STR("1.")) || !str_u64(str_skip(version, 2), &minor) || minor > 7)
		return false;
	*out = (unsigned)minor;
	return true;
}

static void keep(struct arena *arena, str **items, size_t *n, size_t *cap, str text)
{
	*items = arena_grow(arena, *items, *n, cap, sizeof(str));
	(*items)[(*n)++] = text;
}

static void add_member(struct rules *rules, struct rule_type *type, str name, str expr)
{
	struct rule_member member = { .name = name, .expr = expr };

	if (str_ends(name, STR("!"))) {
		member.name = str_drop_end(name, 1);
		member.required = true;
	}
	type->members = arena_grow(rules->arena, type->members, type->member_n, &type->member_cap,
				   sizeof(*type->members));
	type->members[type->member_n++] = member;
}

static void add_words(struct rules *rules, struct rule_type *type, str words)
{
	str word;

	if (!type->words) {
		type->words = ARENA_NEW(rules->arena, struct map);
		map_init(type->words, rules->arena);
	}
	while (str_split(&words, '|', &word))
		map_put(type->words, word, NULL);
}

/* One line without its versions. */
static void take_line(struct rules *rules, struct rule_type *type, str line)
{
	str head = line, rest = STR_EMPTY;

	IGNORE(str_cut(line, ' ', &head, &rest)); /* some have one word only */
	if (str_eq(head, STR("*")))
		add_words(rules, type, rest);
	else if (str_eq(head, STR("!is")))
		type->is = rest;
	else if (str_eq(head, STR("!text")))
		type->text = rest;
	else if (str_eq(head, STR("!open")) || str_eq(head, STR("@*")))
		type->open = true;
	else if (str_eq(head, STR("@+")))
		type->open = type->loose = true;
	else if (str_starts(head, STR("!")))
		keep(rules->arena, &type->conditions, &type->condition_n, &type->condition_cap,
		     str_skip(line, 1));
	else if (str_starts(head, STR("@")))
		add_member(rules, type, str_skip(head, 1), rest);
	else if (rest.n > 0)
		add_member(rules, type, head, rest);
	else
		keep(rules->arena, &type->particles, &type->particle_n, &type->particle_cap, head);
}

static void load(struct rules *rules, str text, unsigned minor, struct arena *arena)
{
	struct rule_type *type = NULL;
	str line;

	*rules = (struct rules){ .arena = arena };
	map_init(&rules->types, arena);
	while (str_line(&text, &line)) {
		if (str_empty(line) || line.p[0] == '#')
			continue;
		if (line.p[0] == '=') {
			type = ARENA_NEW(arena, struct rule_type);
			type->name = str_skip(line, 2);
			map_put(&rules->types, type->name, type);
			continue;
		}
		if (type && (unsigned)(line.p[0] - '0') <= minor &&
		    minor <= (unsigned)(line.p[2] - '0'))
			take_line(rules, type, str_skip(line, 4));
	}
}

void rules_load_json(struct rules *rules, unsigned minor, struct arena *arena)
{
	load(rules, str_of((const char *)json_rules, sizeof(json_rules)), minor, arena);
}

void rules_load_xml(struct rules *rules, unsigned minor, struct arena *arena)
{
	load(rules, str_of((const char *)xml_rules, sizeof(xml_rules)), minor, arena);
}

const struct rule_type *rules_type(const struct rules *rules, str name)
{
	return map_get(&rules->types, name);
}

str rule_bounds(str *expr)
{
	str name, bounds;

	if (!str_cut(*expr, '{', &name, &bounds))
		return STR_EMPTY;
	*expr = name;
	return str_without_suffix(bounds, STR("}"));
}

bool rule_next(str *rest, str *head, char *separator)
{
	unsigned depth = 0;

	if (str_empty(*rest))
		return false;
	for (size_t i = 0; i < rest->n; i++) {
		char c = rest->p[i];

		depth += c == '[' || c == '(' || c == '{';
		depth -= c == ']' || c == ')' || c == '}';
		if (depth > 0 || (c != '|' && c != '^' && c != ','))
			continue;
		*head = str_take(*rest, i);
		*rest = str_skip(*rest, i + 1);
		*separator = c;
		return true;
	}
	*head = *rest;
	*rest = STR_EMPTY;
	return true;
}
