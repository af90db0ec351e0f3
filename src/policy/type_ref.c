/* SPDX-License-Identifier: Apache-2.0 */
/* Types of refs: each name and each bracket leads on from what is known of the value before it. */
#include "policy/typer.h"

#define NAMES_MAX 10u /* members that a message lists */

static bool is_name(str text)
{
	bool plain = text.n > 0 && !is_digit(text.p[0]);

	for (size_t i = 0; i < text.n; i++)
		plain = plain && (is_alnum(text.p[i]) || text.p[i] == '_');
	return plain;
}

static void write_ref(const struct term *ref, uint32_t n, struct buf *out)
{
	const struct term *head = ref->items[0];

	if (head->kind == TERM_VAR)
		buf_add(out, name_is_wildcard(head->name) ? STR("_") : head->name);
	else
		BUF_LIT(out, "__local__");
	for (uint32_t i = 1; i < n; i++) {
		const struct term *item = ref->items[i];

		if (term_is_string(item) && is_name(value_text(&item->value))) {
			buf_byte(out, '.');
			buf_add(out, value_text(&item->value));
			continue;
		}
		buf_byte(out, '[');
		if (item->kind == TERM_VALUE)
			value_write_rego(&item->value, out);
		else if (item->kind == TERM_VAR)
			buf_add(out, name_is_wildcard(item->name) ? STR("_") : item->name);
		else
			BUF_LIT(out, "__local__");
		buf_byte(out, ']');
	}
}

static void write_names(const struct type *type, struct buf *out)
{
	BUF_LIT(out, "want (one of): [");
	for (uint32_t i = 0; i < type->n; i++) {
		if (i == NAMES_MAX) {
			buf_fmt(out, " ... %u more", type->n - i);
			break;
		}
		if (i > 0)
			buf_byte(out, ' ');
		value_write_rego(&type->parts[i].key, out);
	}
	buf_byte(out, ']');
}

/* `have`: the type of what stands in the brackets; NULL: it is a constant. */
static bool report_ref(struct typer *typer, const struct term *ref, uint32_t at,
		       const struct type *type, const struct type *have)
{
	const struct type *keys = type_keys(typer->arena, type);
	struct buf text, details;
	size_t offset;

	buf_init(&text, DETAIL_MAX);
	buf_init(&details, DETAIL_MAX);
	write_ref(ref, at, &text);
	offset = text.n;
	buf_reset(&text);
	write_ref(ref, ref->n, &text);
	buf_add(&details, buf_str(&text));
	buf_byte(&details, '\n');
	if (!keys) {
		for (size_t i = 0; i < offset; i++)
			buf_byte(&details, '^');
		BUF_LIT(&details, "\nhave: ");
		type_write(type, &details);
	} else {
		buf_fmt(&details, "%*s^\n%*s", (int)offset + 1, "", (int)offset + 1, "");
		BUF_LIT(&details, "have");
		if (have) {
			BUF_LIT(&details, " (type): ");
			type_write(have, &details);
		} else {
			BUF_LIT(&details, ": ");
			value_write_rego(&ref->items[at]->value, &details);
		}
		buf_fmt(&details, "\n%*s", (int)offset + 1, "");
		if (type->kind == VALUE_OBJECT && type->n > 0 && !type->rest) {
			write_names(type, &details);
		} else {
			BUF_LIT(&details, "want (type): ");
			type_write(keys, &details);
		}
	}
	typer_report(typer, ref, &details, "undefined ref: %.*s", STR_ARG(buf_str(&text)));
	buf_done(&text);
	buf_done(&details);
	return false;
}

/* From item `at` on, below a value of the type. */
static bool check_brackets(struct typer *typer, struct term *ref, uint32_t at,
			   const struct type *type)
{
	for (; at < ref->n; at++) {
		const struct term *item = ref->items[at];
		const struct type *keys, *have;

		if (!type)
			type = &type_any;
		keys = type_keys(typer->arena, type);
		if (!keys)
			return report_ref(typer, ref, at, type, NULL);
		if (item->kind == TERM_VALUE && item->value.type < VALUE_ARRAY) {
			const struct type *found = type_select(typer->arena, type, &item->value);

			if (!found)
				return report_ref(typer, ref, at, type, NULL);
			type = found;
			continue;
		}
		have = typer_is_open(typer, item) ? NULL : type_of_term(typer, item);
		if (have && !type_meets(have, keys))
			return report_ref(typer, ref, at, type, have);
		if (!have && !typer_bind(typer, item, keys, false))
			return report_ref(typer, ref, at, type, &type_any);
		type = type_values(typer->arena, type);
	}
	ref->type = type ? type : &type_any;
	return true;
}

static void bind_brackets(struct typer *typer, struct term *ref, uint32_t at)
{
	for (; at < ref->n; at++)
		typer_bind_any(typer, ref->items[at]);
	ref->type = &type_any;
}

/* The schema with the longest path that the ref goes through. */
static const struct schema_at *schema_of(const struct typer *typer, const struct term *ref)
{
	const struct schema_at *best = NULL;
	bool input = ref->items[0]->slot == SLOT_INPUT;

	for (const struct schema_at *at = typer->schemas; at; at = at->next) {
		bool same = at->input == input && at->path_n < ref->n;

		for (uint32_t i = 0; same && i < at->path_n; i++)
			same = ref->items[i + 1]->kind == TERM_VALUE &&
			       value_equal(&ref->items[i + 1]->value, &at->path[i]);
		if (same && (!best || at->path_n > best->path_n))
			best = at;
	}
	return best;
}

static bool check_document(struct typer *typer, struct term *ref)
{
	const struct schema_at *schema = schema_of(typer, ref);
	struct tree *tree = &typer->compiler->policy->root;
	uint32_t at = 1;

	if (schema)
		return check_brackets(typer, ref, schema->path_n + 1, schema->type);
	if (ref->items[0]->slot == SLOT_INPUT)
		tree = NULL;
	while (tree && !tree->group && at < ref->n && ref->items[at]->kind == TERM_VALUE)
		tree = rule_tree_child(tree, &ref->items[at++]->value);
	if (!tree || !tree->group || tree->group->kind == GROUP_FUNCTION || tree->n > 0) {
		bind_brackets(typer, ref, 1);
		return true;
	}
	return check_brackets(typer, ref, at, tree->group->type);
}

bool typer_check_ref(struct typer *typer, struct term *ref)
{
	const struct term *head = ref->items[0];

	if (head->kind == TERM_VAR && (head->slot == SLOT_INPUT || head->slot == SLOT_DATA))
		return check_document(typer, ref);
	/* Whatever it is, brackets say that it is no scalar. */
	typer_bind_any(typer, head);
	return check_brackets(typer, ref, 1, type_of_term(typer, head));
}
