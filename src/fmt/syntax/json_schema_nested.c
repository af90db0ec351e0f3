/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>

#include "base/err.h"
#include "base/time.h"
#include "fmt/syntax/json_schema_internal.h"
#include "fmt/syntax/regex.h"

static bool apply_items(struct json_schema_run *run, const struct json *schema,
			const struct json *v, const struct json_schema_place *place)
{
	const struct json *items = JSON_GET(schema, "items");
	const struct json *more = JSON_GET(schema, "additionalItems");
	bool ok = true;

	if (!items)
		return true;
	for (size_t i = 0; i < v->n && !run->failed; i++) {
		const struct json_schema_place at = { .outer = place, .at = i };
		const struct json *one = json_is(items, JSON_ARRAY) ? json_at(items, i) : items;

		if (!one && json_is(more, JSON_FALSE))
			return json_schema_problem(run, place, "array_no_additional_items",
						   "No additional items allowed on array");
		one = one ? one : more;
		if (one)
			ok = json_schema_apply(run, one, &v->items[i], &at) && ok;
	}
	return ok;
}

/* Each element that occurred before is told, with the last place where it did. */
static bool apply_unique(struct json_schema_run *run, const struct json *v,
			 const struct json_schema_place *place)
{
	bool ok = true;

	for (size_t j = 1; j < v->n; j++) {
		for (size_t i = j; i-- > 0;) {
			if (++run->steps > JSON_SCHEMA_MAX_STEPS)
				return json_schema_apply(run, run->schema->root, v, place);
			if (!json_equal(&v->items[i], &v->items[j]))
				continue;
			ok = json_schema_problem(run, place, "unique",
						 "array items[%zu,%zu] must be unique", i, j);
			break;
		}
	}
	return ok;
}

static bool apply_contains(struct json_schema_run *run, const struct json *contains,
			   const struct json *v, const struct json_schema_place *place)
{
	struct json_schema_sub best = { 0 }, sub;

	for (size_t i = 0; i < v->n; i++) {
		const struct json_schema_place at = { .outer = place, .at = i };

		json_schema_sub_apply(run, contains, &v->items[i], &at, &sub);
		if (sub.ok || run->failed)
			return sub.ok;
		json_schema_better(&best, &sub, i == 0);
	}
	json_schema_problem(run, place, "contains", "At least one of the items must match");
	json_schema_merge(run, &best);
	return false;
}

bool json_schema_array(struct json_schema_run *run, const struct json *schema, const struct json *v,
		       const struct json_schema_place *place)
{
	const struct json *contains = JSON_GET(schema, "contains");
	bool ok = apply_items(run, schema, v, place);
	int64_t limit;

	if (json_i64(JSON_GET(schema, "minItems"), &limit) && v->n < limit)
		ok = json_schema_problem(run, place, "array_min_items",
					 "Array must have at least %lld items", (long long)limit);
	if (json_i64(JSON_GET(schema, "maxItems"), &limit) && v->n > limit)
		ok = json_schema_problem(run, place, "array_max_items",
					 "Array must have at most %lld items", (long long)limit);
	if (json_bool(JSON_GET(schema, "uniqueItems")))
		ok = apply_unique(run, v, place) && ok;
	if (contains)
		ok = apply_contains(run, contains, v, place) && ok;
	run->score++;
	return ok;
}

/* A member against patternProperties and, when nothing speaks of it, additionalProperties. */
static bool apply_member(struct json_schema_run *run, const struct json *schema,
			 const struct json_member *m, const struct json_schema_place *place)
{
	const struct json_schema_place at = { .outer = place, .name = m->key };
	const struct json *more = JSON_GET(schema, "additionalProperties");
	bool ok = true, matched = false;

	JSON_MEMBERS (JSON_GET(schema, "patternProperties"), p) {
		int rc = json_schema_matches(run, p->key, m->key);

		if (rc < 0)
			return false;
		if (rc) {
			matched = true;
			ok = json_schema_apply(run, &p->value, &m->value, &at) && ok;
		}
	}
	run->score += matched;
	if (matched || !more || json_get(JSON_GET(schema, "properties"), m->key))
		return ok;
	if (json_is(more, JSON_FALSE))
		return json_schema_problem(run, place, "additional_property_not_allowed",
					   "Additional property %.*s is not allowed",
					   STR_ARG(str_take(m->key, 300)));
	return json_schema_apply(run, more, &m->value, &at) && ok;
}

bool json_schema_properties(struct json_schema_run *run, const struct json *schema,
			    const struct json *v, const struct json_schema_place *place)
{
	const struct json *properties = JSON_GET(schema, "properties");
	bool ok = true;

	JSON_MEMBERS (v, m) {
		const struct json_schema_place at = { .outer = place, .name = m->key };
		const struct json *own = json_get(properties, m->key);

		if (run->failed)
			return false;
		if (own)
			ok = json_schema_apply(run, own, &m->value, &at) && ok;
	}
	return ok;
}

bool json_schema_dependencies(struct json_schema_run *run, const struct json *schema,
			      const struct json *v, const struct json_schema_place *place)
{
	bool ok = true;

	JSON_MEMBERS (JSON_GET(schema, "dependencies"), d) {
		if (!json_get(v, d->key))
			continue;
		if (!json_is(&d->value, JSON_ARRAY)) {
			ok = json_schema_apply(run, &d->value, v, place) && ok;
			continue;
		}
		JSON_EACH (&d->value, name)
			if (!json_get(v, json_str(name)))
				ok = json_schema_problem(run, place, "missing_dependency",
							 "Has a dependency on %.*s",
							 STR_ARG(str_take(json_str(name), 300)));
	}
	return ok;
}

static bool apply_required(struct json_schema_run *run, const struct json *schema,
			   const struct json *v, const struct json_schema_place *place)
{
	bool ok = true;

	JSON_EACH (JSON_GET(schema, "required"), name) {
		run->steps++;
		if (json_get(v, json_str(name)))
			run->score++;
		else
			ok = json_schema_problem(run, place, "required", "%.*s is required",
						 STR_ARG(str_take(json_str(name), 300)));
	}
	return ok;
}

static bool apply_names(struct json_schema_run *run, const struct json *names, const struct json *v,
			const struct json_schema_place *place)
{
	bool ok = true;

	JSON_MEMBERS (v, m) {
		const struct json name = { .type = JSON_STRING,
					   .n = (uint32_t)m->key.n,
					   .text = m->key.p };
		struct json_schema_sub sub;

		json_schema_sub_apply(run, names, &name, place, &sub);
		if (run->failed)
			return false;
		if (sub.ok)
			continue;
		ok = json_schema_problem(run, place, "invalid_property_name",
					 "Property name of \"%.*s\" does not match",
					 STR_ARG(str_take(m->key, 300)));
		json_schema_merge(run, &sub);
	}
	return ok;
}

bool json_schema_object(struct json_schema_run *run, const struct json *schema,
			const struct json *v, const struct json_schema_place *place)
{
	const struct json *names = JSON_GET(schema, "propertyNames");
	bool ok = true;
	int64_t limit;

	if (json_i64(JSON_GET(schema, "minProperties"), &limit) && v->n < limit)
		ok = json_schema_problem(run, place, "array_min_properties",
					 "Must have at least %lld properties", (long long)limit);
	if (json_i64(JSON_GET(schema, "maxProperties"), &limit) && v->n > limit)
		ok = json_schema_problem(run, place, "array_max_properties",
					 "Must have at most %lld properties", (long long)limit);
	ok = apply_required(run, schema, v, place) && ok;
	JSON_MEMBERS (v, m) {
		if (run->failed)
			return false;
		ok = apply_member(run, schema, m, place) && ok;
	}
	if (names)
		ok = apply_names(run, names, v, place) && ok;
	run->score++;
	return ok;
}

static bool is_address(str s, int family)
{
	char text[INET6_ADDRSTRLEN + 1];
	unsigned char bytes[16];

	if (s.n >= sizeof(text) || memchr(s.p ? s.p : "", '\0', s.n))
		return false;
	memcpy(text, s.p ? s.p : "", s.n);
	text[s.n] = '\0';
	return inet_pton(family, text, bytes) == 1;
}

static bool is_hostname(str s)
{
	str label;

	if (s.n == 0 || s.n > 253)
		return false;
	while (str_split(&s, '.', &label)) {
		if (label.n == 0 || label.n > 63 || label.p[0] == '-' ||
		    label.p[label.n - 1] == '-')
			return false;
		for (size_t i = 0; i < label.n; i++)
			if (!is_alnum(label.p[i]) && label.p[i] != '-' && label.p[i] != '_')
				return false;
	}
	return true;
}

static bool is_email(str s)
{
	ptrdiff_t at = str_rfind_char(s, '@');

	return at > 0 && (size_t)at + 1 < s.n && str_find_char(s, ' ') < 0;
}

static bool is_uri(str s, bool absolute)
{
	size_t i = 0;

	for (size_t k = 0; k < s.n; k++)
		if ((unsigned char)s.p[k] <= ' ' || s.p[k] == '\\' || s.p[k] == '<' ||
		    s.p[k] == '>' || s.p[k] == '"')
			return false;
	while (i < s.n && (is_alnum(s.p[i]) || s.p[i] == '+' || s.p[i] == '-' || s.p[i] == '.'))
		i++;
	return !absolute || (i > 0 && is_alpha(s.p[0]) && i < s.n && s.p[i] == ':');
}

static bool is_uuid(str s)
{
	if (s.n != 36)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		char c = to_lower(s.p[i]);

		if (dash ? c != '-' : !(is_digit(c) || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

static bool is_pattern(str s)
{
	struct err ignored;
	AUTO(regex_free)
	struct regex *regex = regex_new(s, &ignored);

	return regex != NULL;
}

bool json_schema_format_fits(str format, str text)
{
	char whole[64];
	int64_t t;

	if (str_eq(format, STR("date-time")))
		return text.n > 10 && time_parse(text, &t);
	if (str_eq(format, STR("date")))
		return text.n == 10 && time_parse(text, &t);
	if (str_eq(format, STR("time"))) {
		int n = snprintf(whole, sizeof(whole), "2000-01-01T%.*s",
				 STR_ARG(str_take(text, 40)));

		return time_parse(str_of(whole, (size_t)n), &t);
	}
	if (str_eq(format, STR("email")))
		return is_email(text);
	if (str_eq(format, STR("hostname")))
		return is_hostname(text);
	if (str_eq(format, STR("ipv4")))
		return is_address(text, AF_INET);
	if (str_eq(format, STR("ipv6")))
		return is_address(text, AF_INET6);
	if (str_eq(format, STR("uri")) || str_eq(format, STR("iri")))
		return is_uri(text, true);
	if (str_eq(format, STR("uri-reference")) || str_eq(format, STR("iri-reference")))
		return is_uri(text, false);
	if (str_eq(format, STR("uuid")))
		return is_uuid(text);
	if (str_eq(format, STR("regex")))
		return is_pattern(text);
	if (str_eq(format, STR("json-pointer")))
		return text.n == 0 || text.p[0] == '/';
	return true;
}
