/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports of other scanners. What is read can be written for the parent, taken there and merged;
 * each finding has an id, a tool or is of a report of ours, and a package that is there.
 */
#include "report/import.h"

#include "base/buf.h"
#include "base/json.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct imported *item)
{
	must(item->from.tool.n > 0 && item->from.form.n > 0);
	for (size_t i = 0; i < item->finding_count; i++) {
		const struct finding *f = &item->findings[i];

		must(f->id.n > 0 && f->package < item->inventory.package_count);
		must(item->from.own || f->tool_count > 0);
		must(f->severity <= SEVERITY_CRITICAL);
	}
}

static void merge(const struct imported_list *list, struct arena *arena)
{
	const struct imported **items = ARENA_ARRAY(arena, const struct imported *, list->n);
	struct advisory_info database;
	struct inventory inventory;
	struct match_result match;
	size_t findings = 0;

	for (size_t i = 0; i < list->n; i++) {
		items[i] = &list->items[i];
		findings += list->items[i].finding_count;
	}
	import_merge(items, list->n, arena, &inventory, &match, &database);
	must(match.finding_count <= findings && match.coverage_count > 0);
	for (size_t i = 0; i < match.finding_count; i++) {
		must(match.findings[i].package < inventory.package_count);
		must(i == 0 || match.findings[i - 1].severity >= match.findings[i].severity);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf b = { 0 };
	struct imported_list list, again;
	struct json_writer w;
	const struct json *document;
	struct err err = { 0 };

	if (import_read(str_of((const char *)data, size), arena, &list, &err) < 0) {
		must(err.kind != ERR_NONE && err.msg[0]);
		return 0;
	}
	must(list.n > 0);
	for (size_t i = 0; i < list.n; i++)
		check(&list.items[i]);
	buf_init(&b, 256u << 20);
	json_writer_init(&w, &b, 0);
	import_write(&list, &w);
	must(!b.overflow);
	must(json_parse(buf_str(&b), NULL, arena, &document, &err) == 0);
	must(import_take(document, arena, &again, &err) == 0);
	must(again.n == list.n);
	for (size_t i = 0; i < list.n; i++)
		must(again.items[i].finding_count == list.items[i].finding_count);
	merge(&again, arena);
	return 0;
}
