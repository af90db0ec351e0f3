/* SPDX-License-Identifier: Apache-2.0 */
#include "packages.h"

#include "base/buf.h"
#include "base/err.h"

int packages_read(package_reader *read, const char *path, str text, struct package_list *list,
		  struct arena *arena, struct err *err)
{
	struct file_view view = file_view_text(str_c(path), text);

	package_list_init(list, arena);
	return read(&view, &list->sink, err);
}

str packages_text(package_reader *read, str text, struct arena *arena)
{
	struct package_list list;
	struct buf out;
	struct err err;
	str result;

	if (packages_read(read, "f", text, &list, arena, &err) < 0)
		return str_dup(arena, str_c(err.msg));
	buf_init(&out, 1u << 20);
	for (size_t i = 0; i < list.n; i++) {
		const struct package *p = &list.items[i];

		buf_fmt(&out, "%.*s@%.*s:%u%s%s", STR_ARG(p->name), STR_ARG(p->version), p->line,
			p->dev ? " dev" : "", p->indirect ? " indirect" : "");
		if (p->origin.n)
			buf_fmt(&out, " (%.*s)", STR_ARG(p->origin));
		for (size_t k = 0; k < p->depend_count; k++)
			buf_fmt(&out, "%s%.*s", k ? ", " : " -> ", STR_ARG(p->depends[k]));
		BUF_LIT(&out, "\n");
	}
	if (list.skipped_n)
		buf_fmt(&out, "skipped %zu: %.*s\n", list.skipped_n, STR_ARG(list.skipped_first));
	result = str_dup(arena, buf_str(&out));
	buf_done(&out);
	return result;
}
