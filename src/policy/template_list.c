/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of report templates over lists, mappings, numbers and truth. */
#include "base/err.h"
#include "policy/number.h"
#include "policy/template_library.h"

#define ARGS	struct template_run *run, const struct value *args, size_t n, struct value *out
#define TEXT(i) template_text(run, &args[i])

#define MAX_UNTIL 100000

static bool truth(const struct value *v)
{
	const struct template_value t = { .value = *v };

	return template_truth(&t);
}

static int give(struct value *out, struct value v)
{
	*out = v;
	return 1;
}

/* ---- truth ---- */

static int f_default(ARGS)
{
	return (void)run, give(out, n == 2 && truth(&args[1]) ? args[1] : args[0]);
}

static int f_empty(ARGS) { return (void)run, (void)n, give(out, value_bool(!truth(&args[0]))); }

static int f_coalesce(ARGS)
{
	(void)run;
	*out = value_null();
	for (size_t i = 0; i < n; i++) {
		if (truth(&args[i]))
			return give(out, args[i]);
	}
	return 1;
}

static int f_ternary(ARGS)
{
	return (void)run, (void)n, give(out, truth(&args[2]) ? args[0] : args[1]);
}

static int f_fail(ARGS) { return (void)n, (void)out, template_fail(run, "told to fail", TEXT(0)); }

/* ---- lists ---- */

static bool is_list(const struct value *v)
{
	return v->type == VALUE_ARRAY || v->type == VALUE_SET;
}

static struct value list_of(struct template_run *run, const struct value *items, size_t n)
{
	struct value_builder b;

	value_builder_init(&b, run->arena);
	for (size_t i = 0; i < n; i++)
		value_builder_add(&b, items[i]);
	run->steps += (unsigned)n;
	return value_builder_array(&b);
}

static int f_list(ARGS) { return give(out, list_of(run, args, n)); }

static int f_first(ARGS)
{
	return (void)run, (void)n,
	       give(out, is_list(&args[0]) && args[0].n ? args[0].items[0] : value_null());
}

static int f_last(ARGS)
{
	return (void)run, (void)n,
	       give(out,
		    is_list(&args[0]) && args[0].n ? args[0].items[args[0].n - 1] : value_null());
}

static int f_rest(ARGS)
{
	(void)n;
	if (!is_list(&args[0]) || args[0].n == 0)
		return give(out, list_of(run, NULL, 0));
	return give(out, list_of(run, args[0].items + 1, args[0].n - 1));
}

static int f_initial(ARGS)
{
	(void)n;
	if (!is_list(&args[0]) || args[0].n == 0)
		return give(out, list_of(run, NULL, 0));
	return give(out, list_of(run, args[0].items, args[0].n - 1));
}

static void add_all(struct value_builder *b, const struct value *v)
{
	for (uint32_t i = 0; is_list(v) && i < v->n; i++)
		value_builder_add(b, v->items[i]);
}

static int joined(struct template_run *run, const struct value *args, size_t n, bool front,
		  bool lists, struct value *out)
{
	struct value_builder b;

	value_builder_init(&b, run->arena);
	if (front)
		value_builder_add(&b, args[1]);
	for (size_t i = 0; i < (lists ? n : 1); i++) {
		add_all(&b, &args[i]);
		run->steps += is_list(&args[i]) ? args[i].n : 1;
	}
	if (!front && !lists)
		value_builder_add(&b, args[1]);
	return give(out, value_builder_array(&b));
}

static int f_append(ARGS) { return joined(run, args, n, false, false, out); }
static int f_prepend(ARGS) { return joined(run, args, n, true, false, out); }
static int f_concat(ARGS) { return joined(run, args, n, false, true, out); }

static bool has(const struct value *list, const struct value *v)
{
	for (uint32_t i = 0; is_list(list) && i < list->n; i++) {
		if (value_equal(&list->items[i], v))
			return true;
	}
	return false;
}

static int f_has(ARGS)
{
	(void)n;
	run->steps += is_list(&args[1]) ? args[1].n : 1;
	return give(out, value_bool(has(&args[1], &args[0])));
}

static int f_reverse(ARGS)
{
	struct value_builder b;

	(void)n;
	value_builder_init(&b, run->arena);
	for (uint32_t i = is_list(&args[0]) ? args[0].n : 0; i-- > 0;)
		value_builder_add(&b, args[0].items[i]);
	run->steps += args[0].n;
	return give(out, value_builder_array(&b));
}

/* As texts, in order. */
static int f_sort_alpha(ARGS)
{
	uint32_t count = is_list(&args[0]) ? args[0].n : 0;
	str *texts = ARENA_ARRAY(run->arena, str, count);
	struct value_builder b;

	(void)n;
	for (uint32_t i = 0; i < count; i++)
		texts[i] = template_text(run, &args[0].items[i]);
	if (count > 0)
		qsort(texts, count, sizeof(*texts), str_qsort_cmp);
	value_builder_init(&b, run->arena);
	for (uint32_t i = 0; i < count; i++)
		value_builder_add(&b, value_str(texts[i]));
	run->steps += count;
	return give(out, value_builder_array(&b));
}

/* Each once, in the order of the first ones. */
static int f_uniq(ARGS)
{
	struct value_builder seen, b;
	struct value set;

	(void)n;
	if (!is_list(&args[0]))
		return give(out, list_of(run, NULL, 0));
	value_builder_init(&b, run->arena);
	value_builder_init(&seen, run->arena);
	add_all(&seen, &args[0]);
	set = value_builder_set(&seen);
	bool *done = ARENA_ARRAY(run->arena, bool, set.n + 1);
	for (uint32_t i = 0; i < args[0].n; i++) {
		uint32_t low = 0, high = set.n;

		while (low < high) {
			uint32_t mid = low + (high - low) / 2;

			if (value_compare(&set.items[mid], &args[0].items[i]) < 0)
				low = mid + 1;
			else
				high = mid;
		}
		if (!done[low])
			value_builder_add(&b, args[0].items[i]);
		done[low] = true;
	}
	run->steps += args[0].n;
	return give(out, value_builder_array(&b));
}

static int without(struct template_run *run, const struct value *list, const struct value *args,
		   size_t n, bool empty, struct value *out)
{
	struct value_builder b;

	value_builder_init(&b, run->arena);
	for (uint32_t i = 0; is_list(list) && i < list->n; i++) {
		bool leave = empty && !truth(&list->items[i]);

		for (size_t k = 0; k < n; k++)
			leave |= value_equal(&args[k], &list->items[i]);
		if (!leave)
			value_builder_add(&b, list->items[i]);
	}
	run->steps += list->n;
	return give(out, value_builder_array(&b));
}

static int f_without(ARGS) { return without(run, &args[0], args + 1, n - 1, false, out); }
static int f_compact(ARGS) { return (void)n, without(run, &args[0], NULL, 0, true, out); }

static int f_join(ARGS)
{
	str separator = TEXT(0);
	struct buf b;

	(void)n;
	buf_init(&b, TEMPLATE_MAX_TEXT);
	if (!is_list(&args[1]))
		buf_add(&b, TEXT(1));
	for (uint32_t i = 0; is_list(&args[1]) && i < args[1].n && !b.overflow; i++) {
		if (i)
			buf_add(&b, separator);
		buf_add(&b, template_text(run, &args[1].items[i]));
	}
	run->steps += args[1].n;
	return template_take(run, &b, out);
}

static int f_split_list(ARGS)
{
	str separator = TEXT(0), s = TEXT(1);
	struct value_builder b;
	ptrdiff_t at;

	(void)n;
	value_builder_init(&b, run->arena);
	while (separator.n > 0 && (at = str_find(s, separator)) >= 0) {
		value_builder_add(&b, value_str(str_take(s, (size_t)at)));
		s = str_skip(s, (size_t)at + separator.n);
		run->steps++;
	}
	value_builder_add(&b, value_str(s));
	return give(out, value_builder_array(&b));
}

static int f_until(ARGS)
{
	struct value_builder b;
	int64_t end;

	(void)n;
	if (!number_i64(&args[0], &end) || end > MAX_UNTIL)
		return template_fail(run, "not a number of steps", TEXT(0));
	value_builder_init(&b, run->arena);
	for (int64_t i = 0; i < end; i++)
		value_builder_add(&b, value_int(i));
	run->steps += end > 0 ? (unsigned)end : 0;
	return give(out, value_builder_array(&b));
}

/* slice X FROM TO, of a text or a list; by bytes, not within a character. */
static int f_slice(ARGS)
{
	int64_t from = 0, to = args[0].type < VALUE_STRING ? 0 : args[0].n;

	if (args[0].type == VALUE_NULL)
		return give(out, value_str(STR_EMPTY));
	if ((args[0].type != VALUE_STRING && !is_list(&args[0])) ||
	    (n > 1 && !number_i64(&args[1], &from)) || (n > 2 && !number_i64(&args[2], &to)) ||
	    from < 0 || to < from || to > (int64_t)args[0].n)
		return template_fail(run, "slice out of range", TEXT(0));
	if (is_list(&args[0])) {
		const struct value *items = args[0].items;

		if (from > 0)
			items += from;
		return give(out, list_of(run, items, (size_t)(to - from)));
	}
	str s = value_text(&args[0]);
	while (from < (int64_t)s.n && ((unsigned char)s.p[from] & 0xc0) == 0x80)
		from++;
	while (to > from && to < (int64_t)s.n && ((unsigned char)s.p[to] & 0xc0) == 0x80)
		to--;
	return give(out, value_str(str_take(str_skip(s, (size_t)from), (size_t)(to - from))));
}

/* ---- mappings ---- */

static int f_dict(ARGS)
{
	struct object_builder b;

	object_builder_init(&b, run->arena);
	for (size_t i = 0; i < n; i += 2)
		object_builder_add(&b, value_str(TEXT(i)),
				   i + 1 < n ? args[i + 1] : value_str(STR_EMPTY));
	return give(out, object_builder_take_last(&b));
}

static const struct value *member(const struct value *object, const struct value *key)
{
	return object->type == VALUE_OBJECT ? value_get(object, key) : NULL;
}

static int f_get(ARGS)
{
	const struct value *v = member(&args[0], &args[1]);

	return (void)run, (void)n, give(out, v ? *v : value_str(STR_EMPTY));
}

static int f_has_key(ARGS)
{
	return (void)run, (void)n, give(out, value_bool(member(&args[0], &args[1]) != NULL));
}

static int parts(struct template_run *run, const struct value *object, bool keys, struct value *out)
{
	struct value_builder b;

	value_builder_init(&b, run->arena);
	for (uint32_t i = 0; object->type == VALUE_OBJECT && i < object->n; i++)
		value_builder_add(&b, keys ? object->members[i].key : object->members[i].value);
	run->steps += object->n;
	return give(out, value_builder_array(&b));
}

static int f_keys(ARGS) { return (void)n, parts(run, &args[0], true, out); }
static int f_values(ARGS) { return (void)n, parts(run, &args[0], false, out); }

/* ---- numbers ---- */

/* Texts that are numbers count; what is none is 0, as Sprig has it. */
static struct value number_of(struct template_run *run, const struct value *v)
{
	struct value number;

	if (v->type == VALUE_NUMBER)
		return *v;
	return number_parse(str_trim(template_text(run, v)), &number) ? number : value_int(0);
}

static int whole(struct template_run *run, const struct value *v, enum number_mode mode,
		 struct value *out)
{
	struct value number = number_of(run, v);

	return number_to_whole(mode, &number, run->arena, out, run->err) < 0 ? -1 : 1;
}

/* Over whole numbers, as Sprig's. */
static int fold(struct template_run *run, enum number_op op, const struct value *args, size_t n,
		struct value *out)
{
	*out = number_of(run, &args[0]);
	for (size_t i = 1; i < n; i++) {
		struct value v = number_of(run, &args[i]), result;

		if (number_arith(op, out, &v, run->arena, &result, run->err) < 0)
			return -1;
		*out = result;
	}
	if (op != NUMBER_DIV)
		return 1;
	bool negative = number_sign(out) < 0; /* Go cuts towards zero */
	struct value cut = *out;
	return whole(run, &cut, negative ? NUMBER_CEIL : NUMBER_FLOOR, out);
}

static int f_add(ARGS) { return fold(run, NUMBER_ADD, args, n, out); }
static int f_sub(ARGS) { return fold(run, NUMBER_SUB, args, n, out); }
static int f_mul(ARGS) { return fold(run, NUMBER_MUL, args, n, out); }
static int f_div(ARGS) { return fold(run, NUMBER_DIV, args, n, out); }
static int f_mod(ARGS) { return fold(run, NUMBER_REM, args, n, out); }

static int f_add1(ARGS)
{
	const struct value both[] = { args[0], value_int(1) };

	return (void)n, fold(run, NUMBER_ADD, both, 2, out);
}

static int extreme(struct template_run *run, const struct value *args, size_t n, int sign,
		   struct value *out)
{
	*out = number_of(run, &args[0]);
	for (size_t i = 1; i < n; i++) {
		struct value v = number_of(run, &args[i]);

		if (number_compare(&v, out) * sign > 0)
			*out = v;
	}
	return 1;
}

static int f_max(ARGS) { return extreme(run, args, n, 1, out); }
static int f_min(ARGS) { return extreme(run, args, n, -1, out); }
static int f_floor(ARGS) { return (void)n, whole(run, &args[0], NUMBER_FLOOR, out); }
static int f_ceil(ARGS) { return (void)n, whole(run, &args[0], NUMBER_CEIL, out); }

static int f_int(ARGS)
{
	struct value v = number_of(run, &args[0]);

	return (void)n, whole(run, &v, number_sign(&v) < 0 ? NUMBER_CEIL : NUMBER_FLOOR, out);
}

static int f_float(ARGS) { return (void)n, give(out, number_of(run, &args[0])); }

const struct template_library_row template_list_rows[] = {
	{ "add", 1, TEMPLATE_ANY, f_add },
	{ "add1", 1, 1, f_add1 },
	{ "append", 2, 2, f_append },
	{ "atoi", 1, 1, f_int },
	{ "ceil", 1, 1, f_ceil },
	{ "coalesce", 0, TEMPLATE_ANY, f_coalesce },
	{ "compact", 1, 1, f_compact },
	{ "concat", 0, TEMPLATE_ANY, f_concat },
	{ "default", 1, 2, f_default },
	{ "dict", 0, TEMPLATE_ANY, f_dict },
	{ "div", 2, 2, f_div },
	{ "empty", 1, 1, f_empty },
	{ "fail", 1, 1, f_fail },
	{ "first", 1, 1, f_first },
	{ "float64", 1, 1, f_float },
	{ "floor", 1, 1, f_floor },
	{ "get", 2, 2, f_get },
	{ "has", 2, 2, f_has },
	{ "hasKey", 2, 2, f_has_key },
	{ "initial", 1, 1, f_initial },
	{ "int", 1, 1, f_int },
	{ "int64", 1, 1, f_int },
	{ "join", 2, 2, f_join },
	{ "keys", 1, 1, f_keys },
	{ "last", 1, 1, f_last },
	{ "list", 0, TEMPLATE_ANY, f_list },
	{ "max", 1, TEMPLATE_ANY, f_max },
	{ "min", 1, TEMPLATE_ANY, f_min },
	{ "mod", 2, 2, f_mod },
	{ "mul", 1, TEMPLATE_ANY, f_mul },
	{ "prepend", 2, 2, f_prepend },
	{ "rest", 1, 1, f_rest },
	{ "reverse", 1, 1, f_reverse },
	{ "slice", 1, 3, f_slice },
	{ "sortAlpha", 1, 1, f_sort_alpha },
	{ "splitList", 2, 2, f_split_list },
	{ "sub", 2, 2, f_sub },
	{ "sum", 1, TEMPLATE_ANY, f_add },
	{ "ternary", 3, 3, f_ternary },
	{ "uniq", 1, 1, f_uniq },
	{ "until", 1, 1, f_until },
	{ "values", 1, 1, f_values },
	{ "without", 1, TEMPLATE_ANY, f_without },
};
const size_t template_list_row_count = ARRAY_LEN(template_list_rows);
