/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin.h"

#include <assert.h>
#include <stdarg.h>

#include "base/err.h"

#define X(row) extern const struct builtin builtins_##row[];
#include "builtin_table.h"
#undef X

static const struct builtin *const tables[] = {
#define X(row) builtins_##row,
#include "builtin_table.h"
#undef X
};

const struct builtin *builtin_find(str name)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		for (const struct builtin *b = tables[i]; b->name; b++)
			if (str_eq(str_c(b->name), name))
				return b;
	return NULL;
}

const struct builtin *builtin_at(size_t i)
{
	for (size_t k = 0; k < ARRAY_LEN(tables); k++)
		for (const struct builtin *b = tables[k]; b->name; b++)
			if (i-- == 0)
				return b;
	return NULL;
}

/* The outermost word of a type at *p; *p goes to the ',' '|' or end behind it. */
static str type_word(const char **p)
{
	const char *from = *p + strspn(*p, " "), *end = from;
	unsigned depth = 0;

	while (*end >= 'a' && *end <= 'z')
		end++;
	for (*p = end; **p && (depth || !strchr(",|-", **p)); (*p)++) {
		depth += **p == '[';
		depth -= **p == ']';
	}
	return str_of(from, (size_t)(end - from));
}

static uint8_t type_bit(str word)
{
	for (unsigned i = 0; i < VALUE_TYPES; i++)
		if (str_eq(word, str_c(value_type_name(i))))
			return (uint8_t)(1u << i);
	assert(str_eq(word, STR("any")));
	return 0xff;
}

void builtin_signature(const struct builtin *b, struct builtin_signature *out)
{
	const char *p = b->type + strspn(b->type, " ");

	*out = (struct builtin_signature){ 0 };
	while (*p && *p != '-') {
		assert(out->arity < BUILTIN_MAX_ARGS);
		out->allowed[out->arity] |= type_bit(type_word(&p));
		if (*p != '|')
			out->arity++;
		p += *p == ',' || *p == '|';
	}
}

/* "number", or "one of {array, set}", of argument `pos` (from 0), as the table has them. */
static void wanted(const struct builtin *b, unsigned pos, char *out, size_t size)
{
	const char *p = b->type;
	size_t n = 0;
	unsigned words = 0;

	for (unsigned at = 0; *p && at <= pos; p += *p != '\0') {
		str word = type_word(&p);

		if (at == pos && n < size)
			n += (size_t)snprintf(out + n, size - n, "%s%.*s", words++ ? ", " : "",
					      STR_ARG(word));
		at += *p != '|';
	}
	if (words > 1 && n + 10 < size) {
		memmove(out + 8, out, n);
		memcpy(out, "one of {", 8);
		memcpy(out + 8 + n, "}", 2);
	}
}

static int check_types(const struct builtin *b, const struct builtin_signature *sig,
		       struct builtin_call *call, const struct value *args)
{
	char want[256];

	for (unsigned i = 0; i < sig->arity; i++) {
		if (sig->allowed[i] & (1u << args[i].type))
			continue;
		wanted(b, i, want, sizeof(want));
		return builtin_operand_fail(call, i + 1, want, &args[i]);
	}
	return BUILTIN_OK;
}

int builtin_run(const struct builtin *b, const struct builtin_signature *sig,
		struct builtin_call *call, const struct value *args, struct value *out)
{
	int rc = check_types(b, sig, call, args);

	if (rc == BUILTIN_OK)
		rc = b->call(call, args, out);
	if (rc == BUILTIN_ERROR || rc == BUILTIN_TYPE)
		IGNORE(err_wrap(call->err, "%s", b->name)); /* -1 by contract */
	return rc;
}

PRINTF_LIKE(3, 0)
static int fail(struct builtin_call *call, int status, const char *fmt, va_list ap)
{
	char text[sizeof(call->err->msg)];

	vsnprintf(text, sizeof(text), fmt, ap);
	IGNORE(err_set(call->err, ERR_INPUT, "%s", text)); /* -1 by contract */
	return status;
}

int builtin_fail(struct builtin_call *call, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = fail(call, BUILTIN_ERROR, fmt, ap);
	va_end(ap);
	return rc;
}

int builtin_type_fail(struct builtin_call *call, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = fail(call, BUILTIN_TYPE, fmt, ap);
	va_end(ap);
	return rc;
}

int builtin_operand_fail(struct builtin_call *call, unsigned pos, const char *want,
			 const struct value *got)
{
	return builtin_type_fail(call, "operand %u must be %s but got %s", pos, want,
				 value_type_name(got->type));
}

int builtin_element_fail(struct builtin_call *call, unsigned pos, const struct value *composite,
			 const char *want, const struct value *got)
{
	const char *type = value_type_name(composite->type);

	return builtin_type_fail(call, "operand %u must be %s of %ss but got %s containing %s", pos,
				 type, want, type, value_type_name(got->type));
}

int builtin_from_err(struct builtin_call *call)
{
	return call->err->kind == ERR_LIMIT ? BUILTIN_HALT : BUILTIN_ERROR;
}

bool builtin_charge(struct builtin_call *call, uint64_t steps)
{
	return !call->charge || call->charge(call, steps);
}

bool builtin_charge_bytes(struct builtin_call *call, uint64_t bytes)
{
	return bytes < 64 || builtin_charge(call, bytes / 64);
}

bool builtin_charge_result(struct builtin_call *call, uint64_t bytes)
{
	if (bytes > BUILTIN_MAX_BYTES) {
		IGNORE(err_set(call->err, ERR_LIMIT, "a result of more than %u bytes",
			       BUILTIN_MAX_BYTES)); /* -1 by contract */
		return false;
	}
	return builtin_charge_bytes(call, bytes);
}

int builtin_take_text(struct builtin_call *call, struct buf *b, struct value *out)
{
	uint64_t bytes = b->overflow ? UINT64_MAX : b->n;
	int rc = BUILTIN_HALT;

	if (builtin_charge_result(call, bytes)) {
		*out = value_str(str_dup(call->arena, buf_str(b)));
		rc = BUILTIN_OK;
	}
	buf_done(b);
	return rc;
}

int builtin_int(struct builtin_call *call, unsigned pos, const struct value *v, int64_t *out)
{
	if (v->type != VALUE_NUMBER)
		return builtin_operand_fail(call, pos, "number", v);
	if (!v->flag)
		return builtin_type_fail(
			call, "operand %u must be integer number but got floating-point number",
			pos);
	*out = v->i;
	return BUILTIN_OK;
}

int builtin_strings(struct builtin_call *call, unsigned pos, const struct value *v)
{
	for (uint32_t i = 0; i < v->n; i++)
		if (v->items[i].type != VALUE_STRING)
			return builtin_element_fail(call, pos, v, "string", &v->items[i]);
	return BUILTIN_OK;
}
