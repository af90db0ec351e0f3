/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls with the wrong number of arguments, or with one that can never be of a type the function
 * takes. Types are sets of bits 1 << enum value_type; what is not known is any.
 */
#include "policy/compile.h"

#define ANY 0xffu

static uint8_t word_bits(str word)
{
	for (unsigned i = 0; i < VALUE_TYPES; i++) {
		if (str_eq(word, str_c(value_type_name(i))))
			return (uint8_t)(1u << i);
	}
	return ANY;
}

/* What stands behind "->". */
static uint8_t result_bits(const struct builtin *builtin)
{
	const char *p = strstr(builtin->type, "->");
	unsigned depth = 0;
	uint8_t bits = 0;

	if (!p)
		return ANY;
	for (p += 2; *p; p++) {
		size_t n = 0;

		while (p[n] >= 'a' && p[n] <= 'z')
			n++;
		if (n > 0 && depth == 0)
			bits |= word_bits(str_of(p, n));
		p += n;
		depth += *p == '[';
		depth -= *p == ']';
		if (!*p)
			break;
	}
	return bits ? bits : ANY;
}

uint8_t term_types(const struct unit *unit, const struct term *term)
{
	switch (term->kind) {
	case TERM_VALUE:
		return (uint8_t)(1u << term->value.type);
	case TERM_VAR:
		if (term->slot >= 0 && (size_t)term->slot < unit->type_n)
			return unit->types[term->slot] ? unit->types[term->slot] : ANY;
		return ANY;
	case TERM_ARRAY:
	case TERM_ARRAY_COMP:
		return 1u << VALUE_ARRAY;
	case TERM_SET:
	case TERM_SET_COMP:
		return term->infix ? ANY : 1u << VALUE_SET;
	case TERM_OBJECT:
	case TERM_OBJECT_COMP:
		return 1u << VALUE_OBJECT;
	case TERM_TEMPLATE:
		return 1u << VALUE_STRING;
	case TERM_CALL:
		return term->builtin ? result_bits(term->builtin) : ANY;
	default:
		return ANY;
	}
}

void slot_type(struct unit *unit, const struct term *var, const struct term *value)
{
	if (var->kind != TERM_VAR || var->slot < 0)
		return;
	while (unit->type_n <= (size_t)var->slot) {
		unit->types = arena_grow(unit->arena, unit->types, unit->type_n, &unit->type_cap,
					 sizeof(*unit->types));
		unit->types[unit->type_n++] = 0;
	}
	unit->types[var->slot] = term_types(unit, value);
}

static void put_types(struct buf *b, uint8_t bits)
{
	bool more = false;

	if (bits >= 0x7f) {
		BUF_LIT(b, "any");
		return;
	}
	for (unsigned i = 0; i < VALUE_TYPES; i++) {
		if (!(bits & 1u << i))
			continue;
		buf_fmt(b, "%s%s", more ? "|" : "", value_type_name(i));
		more = true;
	}
}

static void report(struct unit *unit, const struct term *call)
{
	const char *arrow = strstr(call->builtin->type, "->");
	struct buf have;

	buf_init(&have, 300);
	for (uint32_t i = 1; i < call->n; i++) {
		if (i > 1)
			BUF_LIT(&have, ", ");
		put_types(&have, term_types(unit, call->items[i]));
	}
	compile_error(unit, call->line, call->col, "rego_type_error",
		      "%s: invalid argument(s): have (%.*s), want (%.*s)", call->builtin->name,
		      STR_ARG(buf_str(&have)),
		      STR_ARG(str_trim(str_of(call->builtin->type,
					      arrow ? (size_t)(arrow - call->builtin->type) : 0))));
	buf_done(&have);
}

void check_call_types(struct unit *unit, const struct term *call)
{
	uint32_t args = call->n - 1, arity;
	struct builtin_signature signature = { 0 };

	if (call->function) {
		arity = call->function->group->arity;
	} else {
		builtin_signature(call->builtin, &signature);
		arity = signature.arity;
	}
	if (args != arity) {
		compile_error(unit, call->line, call->col, "rego_type_error",
			      "function %.*s has arity %u, got %u argument%s",
			      STR_ARG(call->function ? call->function->group->path
						     : str_c(call->builtin->name)),
			      arity, args, args == 1 ? "" : "s");
		return;
	}
	/* OPA declares that the old casts take anything. */
	for (uint32_t i = 0; call->builtin && !call->builtin->v0_only && i < args; i++) {
		if (term_types(unit, call->items[i + 1]) & signature.allowed[i])
			continue;
		report(unit, call);
		return;
	}
}
