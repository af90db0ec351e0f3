/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/internal.h"

/* Of the document itself: not written into the bills of materials that are made of it. */
static bool take_identity(struct sbom_builder *b, str name, str value)
{
	struct inventory *inventory = &b->out->inventory;

	name = str_without_prefix(name, STR(SBOM_NOTE));
	if (str_eq(name, STR("purl")))
		inventory->purl = value;
	else if (str_eq(name, STR("bom_serial")))
		inventory->bom_serial = value;
	else if (str_eq(name, STR("statement_url")))
		sbom_take_statement_url(b, value);
	else
		return str_eq(name, STR("bom_version")) && str_u64(value, &inventory->bom_version);
	return true;
}

static void put_identity(const struct inventory *inventory, struct sbom_notes *notes)
{
	sbom_note(notes, "purl", inventory->purl);
	sbom_note(notes, "bom_serial", inventory->bom_serial);
	for (size_t i = 0; i < inventory->statement_url_count; i++)
		sbom_note(notes, "statement_url", inventory->statement_urls[i]);
	if (inventory->bom_version > 0)
		sbom_note(
			notes, "bom_version",
			str_fmt(notes->arena, "%llu", (unsigned long long)inventory->bom_version));
}

void sbom_head_write(const struct inventory *inventory, struct json_writer *w)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct sbom_notes notes = { .arena = scratch };

	sbom_target_notes(inventory, &notes);
	put_identity(inventory, &notes);
	json_open_array(w);
	for (size_t i = 0; i < notes.n; i++) {
		json_put_str(w, notes.items[i].name);
		json_put_str(w, notes.items[i].value);
	}
	json_close_array(w);
}

int sbom_head_read(const struct json *head, struct arena *arena, struct inventory *out,
		   struct err *err)
{
	struct sbom made = { 0 };
	struct sbom_builder b;

	if (!json_is(head, JSON_ARRAY) || json_len(head) % 2 != 0)
		return err_set(err, ERR_INPUT, "malformed head of an inventory");
	sbom_builder_init(&b, arena, &made);
	for (size_t i = 0; i < json_len(head); i += 2) {
		str name = json_str(json_at(head, i)), value = json_str(json_at(head, i + 1));

		if (!take_identity(&b, name, value) && !sbom_take_target_note(&b, name, value))
			return err_set(err, ERR_INPUT, "head of an inventory: '%.*s'",
				       STR_ARG(name));
	}
	sbom_finish(&b);
	*out = made.inventory;
	return 0;
}
