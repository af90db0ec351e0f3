/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/internal.h"

void sbom_head_write(const struct inventory *inventory, struct json_writer *w)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct sbom_notes notes = { .arena = scratch };

	sbom_target_notes(inventory, &notes);
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

		if (!sbom_take_target_note(&b, name, value))
			return err_set(err, ERR_INPUT, "head of an inventory: '%.*s'",
				       STR_ARG(name));
	}
	sbom_finish(&b);
	*out = made.inventory;
	return 0;
}
