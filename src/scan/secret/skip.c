/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/skip.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/words.h"

static const unsigned char builtin[] = {
#include "skip.conf.inc"
};

str secret_skip_text(void) { return str_of((const char *)builtin, sizeof(builtin)); }

static bool form_from(str name, enum secret_skip_form *out)
{
	static const char *const names[] = {
		[SKIP_BELOW] = "below",
		[SKIP_IN] = "in",
		[SKIP_NAMED] = "named",
		[SKIP_ENDS] = "ends",
	};

	ptrdiff_t at = words_find(names, ARRAY_LEN(names), name);

	if (at < 0)
		return false;
	*out = (enum secret_skip_form)at;
	return true;
}

int secret_skips_parse(str text, struct arena *arena, struct secret_skips *out, struct err *err)
{
	struct secret_skips skips = { .n = 0 };
	str line, name, value;

	while (str_line(&text, &line)) {
		enum secret_skip_form form;

		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!str_cut(line, ' ', &name, &value) || value.n == 0 || !form_from(name, &form))
			return err_set(err, ERR_INPUT, "skip list: '%.*s' makes no sense",
				       STR_ARG(str_take(line, 60)));
		skips.items =
			arena_grow(arena, skips.items, skips.n, &skips.cap, sizeof(*skips.items));
		skips.items[skips.n++] = (struct secret_skip){ .form = form, .text = value };
	}
	*out = skips;
	return 0;
}

static bool has_folder(str path, str name)
{
	str rest = path_dir(path), component;

	while (rest.n > 0 && str_split(&rest, '/', &component)) {
		if (str_eq(component, name))
			return true;
	}
	return false;
}

bool secret_skips_has(const struct secret_skips *skips, str path)
{
	str base = path_base(path);

	for (size_t i = 0; i < skips->n; i++) {
		str text = skips->items[i].text;
		bool hit = false;

		switch (skips->items[i].form) {
		case SKIP_BELOW:
			hit = str_starts(path, text) && path_below(path, text);
			break;
		case SKIP_IN:
			hit = str_find(path, text) >= 0 && has_folder(path, text);
			break;
		case SKIP_NAMED:
			hit = str_eq(base, text);
			break;
		case SKIP_ENDS:
			hit = str_ends(base, text);
			break;
		}
		if (hit)
			return true;
	}
	return false;
}
