/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/selector.h"

#include "base/err.h"

#define LABEL_MAX_NAME	 63u
#define LABEL_MAX_PREFIX 253u

static bool label_word(str s)
{
	if (s.n > LABEL_MAX_NAME || (s.n > 0 && (!is_alnum(s.p[0]) || !is_alnum(s.p[s.n - 1]))))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_' && s.p[i] != '.')
			return false;
	}
	return true;
}

static bool label_key(str key)
{
	str prefix, name;

	if (!str_cut(key, '/', &prefix, &name))
		return key.n > 0 && label_word(key);
	if (prefix.n == 0 || prefix.n > LABEL_MAX_PREFIX || name.n == 0 || !label_word(name))
		return false;
	for (size_t i = 0; i < prefix.n; i++) {
		char c = prefix.p[i];

		if (!is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-' && c != '.')
			return false;
	}
	return is_alnum(prefix.p[0]) && is_alnum(prefix.p[prefix.n - 1]);
}

static int check_key(str key, struct err *err)
{
	if (!label_key(key))
		return err_set(err, ERR_INPUT, "\"%.*s\" is no label key",
			       STR_ARG(str_take(key, 300)));
	return 0;
}

static int add_label(struct selector *to, const struct json_member *m, struct err *err)
{
	if (check_key(m->key, err) < 0)
		return -1;
	if (!json_is(&m->value, JSON_STRING))
		return err_set(err, ERR_INPUT, "matchLabels.%.*s must be a string",
			       STR_ARG(m->key));
	if (!label_word(json_str(&m->value)))
		return err_set(err, ERR_INPUT, "matchLabels.%.*s: \"%.*s\" is no label value",
			       STR_ARG(m->key), STR_ARG(str_take(json_str(&m->value), 300)));
	to->terms[to->n++] =
		(struct selector_term){ .key = m->key, .in = true, .value = &m->value };
	return 0;
}

static int add_expression(struct selector *to, const struct json *e, struct err *err)
{
	struct selector_term term = { .key = json_get_str(e, STR("key")) };
	const struct json *values = JSON_GET(e, "values");
	str op = json_get_str(e, STR("operator"));
	bool set = str_eq(op, STR("In")) || str_eq(op, STR("NotIn"));

	if (!json_is(e, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "an element of matchExpressions is no object");
	if (check_key(term.key, err) < 0)
		return -1;
	if (!set && !str_eq(op, STR("Exists")) && !str_eq(op, STR("DoesNotExist")))
		return err_set(err, ERR_INPUT, "\"%.*s\" is not a valid label selector operator",
			       STR_ARG(str_take(op, 100)));
	if (values && !json_is(values, JSON_ARRAY) && !json_is(values, JSON_NULL))
		return err_set(err, ERR_INPUT, "values must be a list");
	if (set && json_len(values) == 0)
		return err_set(
			err, ERR_INPUT,
			"values must be specified when operator is 'In' or 'NotIn' (key \"%.*s\")",
			STR_ARG(term.key));
	if (!set && json_len(values) > 0)
		return err_set(err, ERR_INPUT,
			       "values may not be specified when operator is 'Exists' or "
			       "'DoesNotExist' (key \"%.*s\")",
			       STR_ARG(term.key));
	JSON_EACH (values, v) {
		if (!json_is(v, JSON_STRING) || !label_word(json_str(v)))
			return err_set(err, ERR_INPUT, "a value of key \"%.*s\" is no label value",
				       STR_ARG(term.key));
	}
	term.in = str_eq(op, STR("In"));
	term.exists = str_eq(op, STR("Exists"));
	term.values = set ? values : NULL;
	to->terms[to->n++] = term;
	return 0;
}

int selector_read(const struct json *json, struct arena *arena, struct selector *out,
		  struct err *err)
{
	const struct json *labels = JSON_GET(json, "matchLabels");
	const struct json *expressions = JSON_GET(json, "matchExpressions");
	struct selector s = { 0 };

	if (!json_is(json, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "must be an object");
	if (labels && !json_is(labels, JSON_OBJECT) && !json_is(labels, JSON_NULL))
		return err_set(err, ERR_INPUT, "matchLabels must be an object");
	if (expressions && !json_is(expressions, JSON_ARRAY) && !json_is(expressions, JSON_NULL))
		return err_set(err, ERR_INPUT, "matchExpressions must be a list");
	s.terms = ARENA_ARRAY(arena, struct selector_term,
			      json_len(labels) + json_len(expressions) + 1);
	JSON_MEMBERS (labels, m)
		if (add_label(&s, m, err) < 0)
			return -1;
	JSON_EACH (expressions, e)
		if (add_expression(&s, e, err) < 0)
			return -1;
	*out = s;
	return 0;
}

static bool term_test(const struct selector_term *term, const struct json *labels)
{
	const struct json *label = json_get(labels, term->key);
	bool found = false;

	if (term->value)
		return label && str_eq(json_str(label), json_str(term->value));
	if (!term->values)
		return (label != NULL) == term->exists;
	JSON_EACH (term->values, v)
		found = found || (label && str_eq(json_str(label), json_str(v)));
	return found == term->in;
}

bool selector_test(const struct selector *selector, const struct json *labels)
{
	for (size_t i = 0; i < selector->n; i++) {
		if (!term_test(&selector->terms[i], labels))
			return false;
	}
	return true;
}
