/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CycloneDX document in JSON against the rules of its version. Recursion follows the document,
 * whose depth the JSON reader bounds. Linear but for "no two are equal", which compares what has
 * the same hash.
 */
#include "fmt/sbom/cyclonedx_rule.h"

struct place {
	const struct place *up;
	str key;
	size_t index; /* of a list, when key is empty */
};

struct check {
	struct rules rules;
	struct arena *arena;
	unsigned quiet; /* inside of alternatives: nothing is said */
	str breach;
};

static bool check(struct check *c, str expr, const struct json *v, const struct place *at);

/* "components[3].type" */
static str place_text(const struct place *at, struct arena *arena)
{
	str up;

	if (!at)
		return STR_EMPTY;
	up = place_text(at->up, arena);
	if (str_empty(at->key))
		return str_fmt(arena, "%.*s[%zu]", STR_ARG(up), at->index);
	return str_empty(up) ? at->key : str_fmt(arena, "%.*s.%.*s", STR_ARG(up), STR_ARG(at->key));
}

static bool fail(struct check *c, const struct place *at, const char *what, str detail)
{
	if (c->quiet == 0 && str_empty(c->breach)) {
		str where = place_text(at, c->arena);

		c->breach =
			str_fmt(c->arena, "%.*s%s%s%s%.*s", STR_ARG(where), where.n > 0 ? ": " : "",
				what, detail.n > 0 ? " " : "", STR_ARG(str_take(detail, 100)));
	}
	return false;
}

static str shown(const struct json *v)
{
	return json_is(v, JSON_STRING) ? json_str(v) : json_number(v);
}

/* ---- objects ---- */

static const struct rule_member *find_member(const struct rule_type *type, str name)
{
	for (size_t i = 0; i < type->member_n; i++) {
		if (str_eq(type->members[i].name, name))
			return &type->members[i];
	}
	return NULL;
}

/* "a+b": all of them are there. */
static bool has_all(const struct json *v, str names)
{
	str name;

	while (str_split(&names, '+', &name)) {
		if (!json_get(v, name))
			return false;
	}
	return true;
}

static bool check_condition(struct check *c, str condition, const struct json *v,
			    const struct place *at)
{
	str kind, rest, set;
	size_t there = 0, all = 0;

	if (!str_cut(condition, ' ', &kind, &rest))
		return true;
	if (str_eq(kind, STR("needs"))) {
		if (!str_cut(rest, ' ', &set, &rest) || !json_get(v, set) ||
		    json_bool(json_get(v, rest)))
			return true;
		return fail(c, at, "not allowed here:", set);
	}
	str names = rest;
	while (str_split(&rest, ' ', &set)) {
		there += has_all(v, set);
		all++;
	}
	if (str_eq(kind, STR("one")) && there != 1)
		return fail(c, at, "exactly one has to be there of", names);
	if (str_eq(kind, STR("any")) && there == 0)
		return fail(c, at, "missing, at least one of", names);
	if (str_eq(kind, STR("none")) && there == all)
		return fail(c, at, "not allowed together:", names);
	return true;
}

static bool check_object(struct check *c, const struct rule_type *type, const struct json *v,
			 const struct place *at)
{
	if (!json_is(v, JSON_OBJECT))
		return fail(c, at, "expected an object", STR_EMPTY);
	JSON_MEMBERS (v, m) {
		const struct rule_member *member = find_member(type, m->key);
		struct place below = { .up = at, .key = m->key };

		if (!member && !type->open)
			return fail(c, at, "unknown member", m->key);
		if (member && !check(c, member->expr, &m->value, &below))
			return false;
	}
	for (size_t i = 0; i < type->member_n; i++) {
		if (type->members[i].required && !json_get(v, type->members[i].name))
			return fail(c, at, "missing", type->members[i].name);
	}
	for (size_t i = 0; i < type->condition_n; i++) {
		if (!check_condition(c, type->conditions[i], v, at))
			return false;
	}
	return true;
}

/* ---- lists ---- */

/* Equal values have equal hashes, whatever the order of members. */
static uint64_t hash_of(const struct json *v)
{
	uint64_t hash = v->type;
	double number;

	switch ((enum json_type)v->type) {
	case JSON_STRING:
		return hash_keyed(json_str(v));
	case JSON_NUMBER:
		number = json_double(v, &number) ? number + 0.0 : 0;
		return hash ^ hash_keyed(str_of((const char *)&number, sizeof(number)));
	case JSON_ARRAY:
		JSON_EACH (v, item)
			hash = hash * 0x100000001b3ull + hash_of(item);
		return hash;
	case JSON_OBJECT:
		JSON_MEMBERS (v, m)
			hash += hash_keyed(m->key) ^ (hash_of(&m->value) * 31);
		return hash;
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE:
		break;
	}
	return hash;
}

struct hashed {
	uint64_t hash;
	const struct json *v;
};

static int hashed_cmp(const void *a, const void *b)
{
	const struct hashed *x = a, *y = b;

	return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static bool all_differ(const struct json *list)
{
	size_t n = json_len(list), i = 0;
	struct hashed *items;
	bool differ = true;

	if (n < 2)
		return true;
	items = mem_alloc(n * sizeof(*items)); /* n is bounded by the text */
	JSON_EACH (list, item)
		items[i++] = (struct hashed){ .hash = hash_of(item), .v = item };
	qsort(items, n, sizeof(*items), hashed_cmp);
	for (i = 1; i < n && differ; i++)
		differ = items[i].hash != items[i - 1].hash ||
			 !json_equal(items[i].v, items[i - 1].v);
	free(items);
	return differ;
}

/* "[EXPR]" with "u" and "{least,most}" behind it. */
static bool check_list(struct check *c, str expr, const struct json *v, const struct place *at)
{
	ptrdiff_t end = str_rfind_char(expr, ']');
	str item = str_of(expr.p + 1, (size_t)end - 1), tail = str_skip(expr, (size_t)end + 1);
	str bounds = rule_bounds(&tail), least = bounds, most = STR_EMPTY;
	uint64_t limit;
	struct place below = { .up = at };

	if (!json_is(v, JSON_ARRAY))
		return fail(c, at, "expected a list", STR_EMPTY);
	IGNORE(str_cut(bounds, ',', &least, &most)); /* empty without bounds */
	if ((str_u64(least, &limit) && json_len(v) < limit) ||
	    (str_u64(most, &limit) && json_len(v) > limit))
		return fail(c, at, "wrong number of elements", STR_EMPTY);
	JSON_EACH (v, element) {
		if (!check(c, item, element, &below))
			return false;
		below.index++;
	}
	if (str_starts(tail, STR("u")) && !all_differ(v))
		return fail(c, at, "two elements are equal", STR_EMPTY);
	return true;
}

/* ---- the rest ---- */

static bool check_one(struct check *c, str expr, const struct json *v, const struct place *at)
{
	const struct rule_type *type;

	if (expr.p[0] == '[')
		return check_list(c, expr, v, at);
	type = rules_type(&c->rules, expr);
	if (!type)
		return (basic_find(expr) && basic_json(expr, v)) ||
		       fail(c, at, "malformed value", shown(v));
	if (type->is.n > 0)
		return check(c, type->is, v, at);
	if (type->words)
		return (json_is(v, JSON_STRING) && map_has(type->words, json_str(v))) ||
		       fail(c, at, "unknown value", shown(v));
	return check_object(c, type, v, at);
}

static bool check(struct check *c, str expr, const struct json *v, const struct place *at)
{
	str rest = expr, head;
	char separator = 0;
	size_t held = 0, tried = 0;

	while (rule_next(&rest, &head, &separator)) {
		if (tried == 0 && str_empty(rest))
			return check_one(c, head, v, at);
		tried++;
		c->quiet++;
		held += check_one(c, head, v, at);
		c->quiet--;
	}
	if (held == 1 || (held > 1 && separator == '|'))
		return true;
	return fail(c, at,
		    held ? "fits several forms at once" : "fits none of the forms it may have",
		    shown(v));
}

void cyclonedx_check_json(const struct json *document, struct arena *arena, str *breach)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct check c = { .arena = scratch };
	str version = json_get_str(document, STR("specVersion"));
	unsigned minor;

	*breach = STR_EMPTY;
	if (!cyclonedx_minor(version, &minor) || minor < 2) {
		*breach = str_fmt(arena, "specVersion: unknown value %.*s", STR_ARG(version));
		return;
	}
	rules_load_json(&c.rules, minor, scratch);
	if (!check(&c, STR("bom"), document, NULL))
		*breach = str_dup(arena, c.breach);
}
