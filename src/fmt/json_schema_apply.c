/* SPDX-License-Identifier: Apache-2.0 */
#include <gmp.h>
#include <math.h>

#include "base/err.h"
#include "fmt/json_schema_internal.h"

static bool stop(struct json_schema_run *run, const char *why)
{
	if (!run->failed)
		IGNORE(err_set(run->err, ERR_LIMIT, "schema: %s", why)); /* -1 by contract */
	run->failed = true;
	return false;
}

#define DECIMAL_MAX 4096

/* A number as a fraction; false when it has more digits than that. */
static bool fraction_of(const struct json *v, mpq_t out)
{
	str s = json_number(v), power = STR_EMPTY, whole, decimals = STR_EMPTY;
	char digits[DECIMAL_MAX + 8];
	int64_t exponent = 0;
	int n;
	mpz_t scale;

	if (!str_cut(s, 'e', &s, &power))
		str_cut(s, 'E', &s, &power);
	whole = s;
	str_cut(s, '.', &whole, &decimals);
	if ((power.n && !str_i64(str_without_prefix(power, STR("+")), &exponent)) ||
	    whole.n + decimals.n > DECIMAL_MAX || exponent > DECIMAL_MAX || exponent < -DECIMAL_MAX)
		return false;
	n = snprintf(digits, sizeof(digits), "%.*s%.*s", STR_ARG(whole), STR_ARG(decimals));
	if (n <= 0 || mpz_set_str(mpq_numref(out), digits, 10) != 0)
		return false;
	exponent -= (int64_t)decimals.n;
	mpz_init(scale);
	mpz_ui_pow_ui(scale, 10, (unsigned long)(exponent < 0 ? -exponent : exponent));
	if (exponent < 0)
		mpz_set(mpq_denref(out), scale);
	else
		mpz_mul(mpq_numref(out), mpq_numref(out), scale);
	mpz_clear(scale);
	mpq_canonicalize(out);
	return true;
}

int json_schema_number_cmp(const struct json *a, const struct json *b)
{
	double x = 0, y = 0;
	mpq_t p, q;
	int c;

	mpq_init(p);
	mpq_init(q);
	if (fraction_of(a, p) && fraction_of(b, q)) {
		c = mpq_cmp(p, q);
	} else {
		json_double(a, &x);
		json_double(b, &y);
		c = (x > y) - (x < y);
	}
	mpq_clear(p);
	mpq_clear(q);
	return c;
}

bool json_schema_multiple(const struct json *v, const struct json *of)
{
	bool ok = false;
	mpq_t p, q;

	mpq_init(p);
	mpq_init(q);
	if (fraction_of(v, p) && fraction_of(of, q) && mpq_sgn(q) != 0) {
		mpq_div(p, p, q);
		ok = mpz_cmp_ui(mpq_denref(p), 1) == 0;
	}
	mpq_clear(p);
	mpq_clear(q);
	return ok;
}

static bool is_whole(const struct json *v)
{
	bool ok = false;
	mpq_t p;

	mpq_init(p);
	ok = fraction_of(v, p) && mpz_cmp_ui(mpq_denref(p), 1) == 0;
	mpq_clear(p);
	return ok;
}

static str type_of(const struct json *v)
{
	switch (v->type) {
	case JSON_NULL:
		return STR("null");
	case JSON_FALSE:
	case JSON_TRUE:
		return STR("boolean");
	case JSON_NUMBER:
		return is_whole(v) ? STR("integer") : STR("number");
	case JSON_STRING:
		return STR("string");
	case JSON_ARRAY:
		return STR("array");
	default:
		return STR("object");
	}
}

static bool type_fits(str want, str given)
{
	return str_eq(want, given) ||
	       (str_eq(want, STR("number")) && str_eq(given, STR("integer")));
}

static bool apply_type(struct json_schema_run *run, const struct json *type, const struct json *v,
		       const struct json_schema_place *place)
{
	AUTO(buf_done)
	struct buf names = { 0 };
	str given = type_of(v);

	buf_init(&names, 4096);
	if (json_is(type, JSON_STRING)) {
		if (type_fits(json_str(type), given))
			return true;
		buf_add(&names, json_str(type));
	}
	JSON_EACH (type, item) {
		if (type_fits(json_str(item), given))
			return true;
		if (names.n)
			buf_byte(&names, '/');
		buf_add(&names, json_str(item));
	}
	return json_schema_problem(run, place, "invalid_type",
				   "Invalid type. Expected: %.*s, given: %.*s",
				   STR_ARG(buf_str(&names)), STR_ARG(given));
}

static bool apply_enum(struct json_schema_run *run, const struct json *schema, const struct json *v,
		       const struct json_schema_place *place)
{
	const struct json *one = JSON_GET(schema, "const"), *all = JSON_GET(schema, "enum");
	AUTO(buf_done)
	struct buf names = { 0 };
	struct json_writer w;
	str field;

	buf_init(&names, 1500);
	field = run->result ? json_schema_field(place, run->arena) : STR_EMPTY;
	json_writer_init(&w, &names, 0);
	if (one && !json_equal(one, v)) {
		json_put(&w, one);
		return json_schema_problem(run, place, "const", "%.*s does not match: %.*s",
					   STR_ARG(str_take(field, 300)), STR_ARG(buf_str(&names)));
	}
	if (!all)
		return true;
	JSON_EACH (all, item) {
		run->steps++;
		if (json_equal(item, v))
			return true;
		if (names.n)
			BUF_LIT(&names, ", ");
		json_writer_init(&w, &names, 0);
		json_put(&w, item);
	}
	return json_schema_problem(run, place, "enum", "%.*s must be one of the following: %.*s",
				   STR_ARG(str_take(field, 300)), STR_ARG(buf_str(&names)));
}

static bool apply_range(struct json_schema_run *run, const struct json *schema,
			const struct json *v, const struct json_schema_place *place)
{
	const struct json *min = JSON_GET(schema, "minimum"), *max = JSON_GET(schema, "maximum");
	const struct json *above = JSON_GET(schema, "exclusiveMinimum");
	const struct json *below = JSON_GET(schema, "exclusiveMaximum");
	bool ok = true;

	/* In draft 4 these say whether the limit itself is left out. */
	if (json_is(above, JSON_TRUE)) {
		above = min;
		min = NULL;
	}
	if (json_is(below, JSON_TRUE)) {
		below = max;
		max = NULL;
	}
	if (json_is(min, JSON_NUMBER) && json_schema_number_cmp(v, min) < 0)
		ok = json_schema_problem(run, place, "number_gte",
					 "Must be greater than or equal to %.*s",
					 STR_ARG(json_number(min)));
	if (json_is(above, JSON_NUMBER) && json_schema_number_cmp(v, above) <= 0)
		ok = json_schema_problem(run, place, "number_gt", "Must be greater than %.*s",
					 STR_ARG(json_number(above)));
	if (json_is(max, JSON_NUMBER) && json_schema_number_cmp(v, max) > 0)
		ok = json_schema_problem(run, place, "number_lte",
					 "Must be less than or equal to %.*s",
					 STR_ARG(json_number(max)));
	if (json_is(below, JSON_NUMBER) && json_schema_number_cmp(v, below) >= 0)
		ok = json_schema_problem(run, place, "number_lt", "Must be less than %.*s",
					 STR_ARG(json_number(below)));
	return ok;
}

static bool apply_number(struct json_schema_run *run, const struct json *schema,
			 const struct json *v, const struct json_schema_place *place)
{
	const struct json *of = JSON_GET(schema, "multipleOf");
	bool ok = true;

	if (json_is(of, JSON_NUMBER) && !json_schema_multiple(v, of))
		ok = json_schema_problem(run, place, "multiple_of", "Must be a multiple of %.*s",
					 STR_ARG(json_number(of)));
	return apply_range(run, schema, v, place) && ok;
}

static bool apply_string(struct json_schema_run *run, const struct json *schema,
			 const struct json *v, const struct json_schema_place *place)
{
	const struct json *pattern = JSON_GET(schema, "pattern");
	str format = json_get_str(schema, STR("format")), text = json_str(v);
	int64_t length = (int64_t)utf8_count(text), limit;
	bool ok = true;

	if (json_i64(JSON_GET(schema, "minLength"), &limit) && length < limit)
		ok = json_schema_problem(run, place, "string_gte",
					 "String length must be greater than or equal to %lld",
					 (long long)limit);
	if (json_i64(JSON_GET(schema, "maxLength"), &limit) && length > limit)
		ok = json_schema_problem(run, place, "string_lte",
					 "String length must be less than or equal to %lld",
					 (long long)limit);
	if (json_is(pattern, JSON_STRING)) {
		int rc = json_schema_matches(run, json_str(pattern), text);

		if (rc < 0)
			return false;
		if (rc == 0)
			ok = json_schema_problem(run, place, "pattern",
						 "Does not match pattern '%.*s'",
						 STR_ARG(str_take(json_str(pattern), 500)));
	}
	if (format.n && !json_schema_format_fits(format, text))
		ok = json_schema_problem(run, place, "format", "Does not match format '%.*s'",
					 STR_ARG(str_take(format, 100)));
	return ok;
}

static size_t count_valid(struct json_schema_run *run, const struct json *list,
			  const struct json *v, const struct json_schema_place *place,
			  size_t enough)
{
	size_t n = 0;

	JSON_EACH (list, item) {
		n += json_schema_test(run, item, v, place);
		if (n >= enough || run->failed)
			break;
	}
	return n;
}

static bool apply_combined(struct json_schema_run *run, const struct json *schema,
			   const struct json *v, const struct json_schema_place *place)
{
	const struct json *any = JSON_GET(schema, "anyOf"), *one = JSON_GET(schema, "oneOf");
	const struct json *no = JSON_GET(schema, "not"), *condition = JSON_GET(schema, "if");
	bool ok = true, all_ok = true;

	JSON_EACH (JSON_GET(schema, "allOf"), item)
		all_ok = json_schema_apply(run, item, v, place) && all_ok;
	if (!all_ok)
		ok = json_schema_problem(run, place, "number_all_of",
					 "Must validate all the schemas (allOf)");
	if (json_len(any) && count_valid(run, any, v, place, 1) == 0)
		ok = json_schema_problem(run, place, "number_any_of",
					 "Must validate at least one schema (anyOf)");
	if (json_len(one) && count_valid(run, one, v, place, 2) != 1)
		ok = json_schema_problem(run, place, "number_one_of",
					 "Must validate one and only one schema (oneOf)");
	if (no && json_schema_test(run, no, v, place))
		ok = json_schema_problem(run, place, "number_not",
					 "Must not validate the schema (not)");
	if (condition) {
		bool holds = json_schema_test(run, condition, v, place);
		const struct json *branch =
			holds ? JSON_GET(schema, "then") : JSON_GET(schema, "else");

		if (branch && !json_schema_apply(run, branch, v, place))
			ok = json_schema_problem(
				run, place, holds ? "condition_then" : "condition_else",
				holds ? "Must validate \"then\" as \"if\" was valid"
				      : "Must validate \"else\" as \"if\" was not valid");
	}
	return ok && !run->failed;
}

/* "#/definitions/a~1b" in the document of the schema. */
static const struct json *resolve(struct json_schema_run *run, str ref)
{
	const struct json *at = run->schema->root;
	str document = ref, path = STR_EMPTY, part;

	str_cut(ref, '#', &document, &path);
	if (document.n)
		at = map_get(&run->schema->ids, document);
	if (path.n && path.p[0] != '/')
		return map_get(&run->schema->ids, str_take(ref, document.n + 1 + path.n));
	if (path.n == 0)
		return at;
	path = str_skip(path, 1);
	while (at && str_split(&path, '/', &part)) {
		AUTO(buf_done)
		struct buf b = { 0 };
		uint64_t i;

		buf_init(&b, part.n + 1);
		for (size_t k = 0; k < part.n; k++) {
			bool pair = part.p[k] == '~' && k + 1 < part.n;

			buf_byte(&b, pair ? (part.p[k + 1] == '1' ? '/' : '~') : part.p[k]);
			k += pair;
		}
		at = json_is(at, JSON_ARRAY) && str_u64(part, &i) ? json_at(at, i)
								  : json_get(at, buf_str(&b));
	}
	return at;
}

static bool apply_keywords(struct json_schema_run *run, const struct json *schema,
			   const struct json *v, const struct json_schema_place *place)
{
	const struct json *type = JSON_GET(schema, "type");
	bool ok = true;

	/* What has the wrong type is not looked at further. */
	if (type && !apply_type(run, type, v, place))
		return false;
	ok = apply_enum(run, schema, v, place);
	if (json_is(v, JSON_NUMBER))
		ok = apply_number(run, schema, v, place) && ok;
	else if (json_is(v, JSON_STRING))
		ok = apply_string(run, schema, v, place) && ok;
	else if (json_is(v, JSON_ARRAY))
		ok = json_schema_array(run, schema, v, place) && ok;
	else if (json_is(v, JSON_OBJECT))
		ok = json_schema_object(run, schema, v, place) && ok;
	return apply_combined(run, schema, v, place) && ok;
}

bool json_schema_apply(struct json_schema_run *run, const struct json *schema, const struct json *v,
		       const struct json_schema_place *place)
{
	str ref = json_get_str(schema, STR("$ref"));
	bool ok;

	if (run->failed)
		return false;
	run->steps += 1 + (schema->type == JSON_OBJECT ? schema->n : 0);
	if (run->steps > JSON_SCHEMA_MAX_STEPS)
		return stop(run, "takes too many steps");
	if (json_is(schema, JSON_FALSE))
		return json_schema_problem(run, place, "false", "False always fails validation");
	if (!json_is(schema, JSON_OBJECT))
		return true;
	if (++run->depth > JSON_SCHEMA_MAX_DEPTH)
		return stop(run, "refers to itself too deeply");
	if (ref.p) {
		const struct json *target = resolve(run, ref);

		if (!target) {
			IGNORE(err_set(run->err, ERR_UNSUPPORTED,
				       "schema: nothing at reference %.*s",
				       STR_ARG(str_take(ref, 200)))); /* -1 by contract */
			run->failed = true;
		}
		ok = target && json_schema_apply(run, target, v, place);
	} else {
		ok = apply_keywords(run, schema, v, place);
	}
	run->depth--;
	return ok && !run->failed;
}
