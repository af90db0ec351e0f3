/* SPDX-License-Identifier: Apache-2.0 */
#include <gmp.h>
#include <math.h>

#include "base/err.h"
#include "fmt/syntax/json_schema_internal.h"

static bool stop(struct json_schema_run *run, const char *why)
{
	if (!run->failed)
		IGNORE(err_set(run->err, ERR_LIMIT, "schema: %s", why)); /* -1 by contract */
	run->failed = true;
	return false;
}

#define DECIMAL_MAX 4096
#define SHORT_MAX   64

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

/*
 * A limit as Go's big floats print it: the fewest digits, with an exponent below 1e-4 and from 1e6
 * on. In `out`, of SHORT_MAX bytes; numbers of very many digits stay as they are written.
 */
static const char *short_number(const struct json *v, char *out)
{
	str s = json_number(v), power = STR_EMPTY, decimals = STR_EMPTY;
	bool minus = str_starts(s, STR("-"));
	char digits[SHORT_MAX];
	int64_t exponent = 0;
	size_t n = 0, zeros = 0;

	s = str_skip(s, minus);
	if (!str_cut(s, 'e', &s, &power))
		str_cut(s, 'E', &s, &power);
	str_cut(s, '.', &s, &decimals);
	if (s.n + decimals.n > 20 ||
	    (power.n && !str_i64(str_without_prefix(power, STR("+")), &exponent)) ||
	    exponent > DECIMAL_MAX || exponent < -DECIMAL_MAX) {
		(void)snprintf(out, SHORT_MAX, "%.*s", STR_ARG(json_number(v)));
		return out;
	}
	(void)snprintf(digits, sizeof(digits), "%.*s%.*s", STR_ARG(s), STR_ARG(decimals));
	n = s.n + decimals.n;
	exponent += (int64_t)s.n - 1; /* of the first digit */
	while (zeros + 1 < n && digits[zeros] == '0')
		zeros++;
	exponent -= (int64_t)zeros;
	while (n > zeros + 1 && digits[n - 1] == '0')
		n--;
	if (digits[zeros] == '0') {
		(void)snprintf(out, SHORT_MAX, "%s0", minus ? "-" : "");
	} else if (exponent < -4 || exponent >= 6) {
		(void)snprintf(out, SHORT_MAX, "%s%c%s%.*se%c%02lld", minus ? "-" : "",
			       digits[zeros], n - zeros > 1 ? "." : "", (int)(n - zeros - 1),
			       digits + zeros + 1, exponent < 0 ? '-' : '+',
			       llabs((long long)exponent));
	} else {
		int whole = exponent < 0 ? 0 : (int)exponent + 1, all = (int)(n - zeros);
		int given = whole < all ? whole : all;

		(void)snprintf(out, SHORT_MAX, "%s%.*s%.*s%s%.*s%.*s", minus ? "-" : "",
			       given ? given : 1, given ? digits + zeros : "0", whole - given,
			       "000000", all > given ? "." : "",
			       exponent < 0 ? (int)-exponent - 1 : 0, "0000", all - given,
			       digits + zeros + given);
	}
	return out;
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

static bool apply_const(struct json_schema_run *run, const struct json *schema,
			const struct json *v, const struct json_schema_place *place)
{
	const struct json *one = JSON_GET(schema, "const");
	AUTO(buf_done)
	struct buf text = { 0 };
	struct json_writer w;
	str field;

	if (!one || json_equal(one, v))
		return true;
	buf_init(&text, 1500);
	field = run->result ? json_schema_field(place, run->arena) : STR_EMPTY;
	json_writer_init(&w, &text, 0);
	json_put(&w, one);
	return json_schema_problem(run, place, "const", "%.*s does not match: %.*s",
				   STR_ARG(str_take(field, 300)), STR_ARG(buf_str(&text)));
}

static bool apply_enum(struct json_schema_run *run, const struct json *schema, const struct json *v,
		       const struct json_schema_place *place)
{
	const struct json *all = JSON_GET(schema, "enum");
	AUTO(buf_done)
	struct buf names = { 0 };
	struct json_writer w;
	str field;

	if (!all)
		return true;
	buf_init(&names, 1500);
	JSON_EACH (all, item) {
		run->steps++;
		if (json_equal(item, v))
			return true;
		if (names.n)
			BUF_LIT(&names, ", ");
		json_writer_init(&w, &names, 0);
		json_put(&w, item);
	}
	if (json_len(all) == 0)
		BUF_LIT(&names, "(none)");
	field = run->result ? json_schema_field(place, run->arena) : STR_EMPTY;
	return json_schema_problem(run, place, "enum", "%.*s must be one of the following: %.*s",
				   STR_ARG(str_take(field, 300)), STR_ARG(buf_str(&names)));
}

static bool apply_range(struct json_schema_run *run, const struct json *schema,
			const struct json *v, const struct json_schema_place *place)
{
	const struct json *min = JSON_GET(schema, "minimum"), *max = JSON_GET(schema, "maximum");
	const struct json *above = JSON_GET(schema, "exclusiveMinimum");
	const struct json *below = JSON_GET(schema, "exclusiveMaximum");
	char limit[SHORT_MAX];
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
	if (json_is(max, JSON_NUMBER) && json_schema_number_cmp(v, max) > 0)
		ok = json_schema_problem(run, place, "number_lte",
					 "Must be less than or equal to %s",
					 short_number(max, limit));
	if (json_is(below, JSON_NUMBER) && json_schema_number_cmp(v, below) >= 0)
		ok = json_schema_problem(run, place, "number_lt", "Must be less than %s",
					 short_number(below, limit));
	if (json_is(min, JSON_NUMBER) && json_schema_number_cmp(v, min) < 0)
		ok = json_schema_problem(run, place, "number_gte",
					 "Must be greater than or equal to %s",
					 short_number(min, limit));
	if (json_is(above, JSON_NUMBER) && json_schema_number_cmp(v, above) <= 0)
		ok = json_schema_problem(run, place, "number_gt", "Must be greater than %s",
					 short_number(above, limit));
	return ok;
}

static bool apply_number(struct json_schema_run *run, const struct json *schema,
			 const struct json *v, const struct json_schema_place *place)
{
	const struct json *of = JSON_GET(schema, "multipleOf");
	char text[SHORT_MAX];
	bool ok = true;

	if (json_is(of, JSON_NUMBER) && !json_schema_multiple(v, of))
		ok = json_schema_problem(run, place, "multiple_of", "Must be a multiple of %s",
					 short_number(of, text));
	run->score++;
	return apply_range(run, schema, v, place) && ok;
}

static bool apply_string(struct json_schema_run *run, const struct json *schema,
			 const struct json *v, const struct json_schema_place *place)
{
	const struct json *pattern = JSON_GET(schema, "pattern");
	str text = json_str(v);
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
	run->score++;
	return ok;
}

/* const, enum and format, of values of any type. */
static bool apply_common(struct json_schema_run *run, const struct json *schema,
			 const struct json *v, const struct json_schema_place *place)
{
	str format = json_get_str(schema, STR("format"));
	bool ok = apply_const(run, schema, v, place);

	ok = apply_enum(run, schema, v, place) && ok;
	if (format.n && json_is(v, JSON_STRING) && !json_schema_format_fits(format, json_str(v)))
		ok = json_schema_problem(run, place, "format", "Does not match format '%.*s'",
					 STR_ARG(str_take(format, 100)));
	run->score++;
	return ok;
}

/* One that fits is enough; else the problems of the one that fits best are told. */
static bool apply_any(struct json_schema_run *run, const struct json *any, const struct json *v,
		      const struct json_schema_place *place)
{
	struct json_schema_sub best = { 0 }, sub;

	if (json_len(any) == 0)
		return true;
	JSON_EACH (any, item) {
		json_schema_sub_apply(run, item, v, place, &sub);
		if (sub.ok || run->failed)
			return sub.ok;
		json_schema_better(&best, &sub, item == json_at(any, 0));
	}
	json_schema_problem(run, place, "number_any_of",
			    "Must validate at least one schema (anyOf)");
	json_schema_merge(run, &best);
	return false;
}

static bool apply_one(struct json_schema_run *run, const struct json *one, const struct json *v,
		      const struct json_schema_place *place)
{
	struct json_schema_sub best = { 0 }, sub;
	size_t fit = 0;

	if (json_len(one) == 0)
		return true;
	JSON_EACH (one, item) {
		json_schema_sub_apply(run, item, v, place, &sub);
		fit += sub.ok;
		if (run->failed)
			return false;
		if (fit == 0)
			json_schema_better(&best, &sub, item == json_at(one, 0));
	}
	if (fit == 1)
		return true;
	json_schema_problem(run, place, "number_one_of",
			    "Must validate one and only one schema (oneOf)");
	if (fit == 0)
		json_schema_merge(run, &best);
	return false;
}

static bool apply_condition(struct json_schema_run *run, const struct json *schema,
			    const struct json *v, const struct json_schema_place *place)
{
	const struct json *condition = JSON_GET(schema, "if"), *branch;
	struct json_schema_sub sub;
	bool holds;

	if (!condition)
		return true;
	holds = json_schema_test(run, condition, v, place);
	branch = holds ? JSON_GET(schema, "then") : JSON_GET(schema, "else");
	if (!branch || run->failed)
		return !run->failed;
	json_schema_sub_apply(run, branch, v, place, &sub);
	if (sub.ok || run->failed)
		return sub.ok;
	json_schema_problem(run, place, holds ? "condition_then" : "condition_else",
			    holds ? "Must validate \"then\" as \"if\" was valid"
				  : "Must validate \"else\" as \"if\" was not valid");
	json_schema_merge(run, &sub);
	return false;
}

static bool apply_combined(struct json_schema_run *run, const struct json *schema,
			   const struct json *v, const struct json_schema_place *place)
{
	const struct json *no = JSON_GET(schema, "not");
	bool ok = apply_any(run, JSON_GET(schema, "anyOf"), v, place), all_ok = true;

	ok = apply_one(run, JSON_GET(schema, "oneOf"), v, place) && ok;
	JSON_EACH (JSON_GET(schema, "allOf"), item)
		all_ok = json_schema_apply(run, item, v, place) && all_ok;
	if (!all_ok)
		ok = json_schema_problem(run, place, "number_all_of",
					 "Must validate all the schemas (allOf)");
	if (no && json_schema_test(run, no, v, place))
		ok = json_schema_problem(run, place, "number_not",
					 "Must not validate the schema (not)");
	if (json_is(v, JSON_OBJECT))
		ok = json_schema_dependencies(run, schema, v, place) && ok;
	ok = apply_condition(run, schema, v, place) && ok;
	run->score++;
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
	ok = apply_combined(run, schema, v, place);
	if (json_is(v, JSON_NUMBER))
		ok = apply_number(run, schema, v, place) && ok;
	else if (json_is(v, JSON_ARRAY))
		ok = json_schema_array(run, schema, v, place) && ok;
	else if (json_is(v, JSON_OBJECT))
		ok = json_schema_object(run, schema, v, place) && ok;
	ok = apply_common(run, schema, v, place) && ok;
	if (json_is(v, JSON_STRING))
		ok = apply_string(run, schema, v, place) && ok;
	else if (json_is(v, JSON_OBJECT))
		ok = json_schema_properties(run, schema, v, place) && ok;
	run->score++;
	return ok && !run->failed;
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
