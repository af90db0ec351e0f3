/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/systemd_unit.h"

#include "base/buf.h"
#include "base/err.h"

#define WORDS_MAX 4096u

void systemd_unit_init(struct systemd_unit *unit, struct arena *arena)
{
	*unit = (struct systemd_unit){ .arena = arena };
}

/* The next line with those that continue it; comments in between are left out. */
static bool next_setting(str *text, struct arena *arena, uint32_t *number, uint32_t *first,
			 str *out)
{
	str line;

	*out = STR_EMPTY;
	*first = *number + 1;
	while (str_line(text, &line)) {
		bool comment, more;

		(*number)++;
		line = str_trim(line);
		comment = line.n > 0 && (line.p[0] == '#' || line.p[0] == ';');
		if (comment && !str_empty(*out))
			continue;
		more = !comment && str_ends(line, STR("\\"));
		line = str_without_suffix(line, STR("\\"));
		*out = str_empty(*out) ? line
				       : str_fmt(arena, "%.*s %.*s", STR_ARG(*out), STR_ARG(line));
		if (!more)
			return true;
	}
	return !str_empty(*out);
}

int systemd_unit_add(struct systemd_unit *unit, str source, str text, struct err *err)
{
	str section = STR_EMPTY, line;
	uint32_t number = 0, first;

	if (text.n > SYSTEMD_UNIT_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "over %u bytes", SYSTEMD_UNIT_MAX_BYTES);
	while (next_setting(&text, unit->arena, &number, &first, &line)) {
		struct systemd_setting s = { .source = source, .line = first };

		if (str_empty(line) || line.p[0] == '#' || line.p[0] == ';')
			continue;
		if (line.p[0] == '[' && str_ends(line, STR("]"))) {
			section = str_drop_end(str_skip(line, 1), 1);
			continue;
		}
		if (!str_cut(line, '=', &s.key, &s.value) || str_empty(str_trim(s.key)) ||
		    str_empty(section)) {
			unit->malformed++;
			continue;
		}
		if (unit->n == SYSTEMD_SETTINGS_MAX)
			return err_set(err, ERR_LIMIT, "more than %u settings",
				       SYSTEMD_SETTINGS_MAX);
		s.section = section;
		s.key = str_trim(s.key);
		s.value = str_trim(s.value);
		unit->items = arena_grow(unit->arena, unit->items, unit->n, &unit->cap,
					 sizeof(*unit->items));
		unit->items[unit->n++] = s;
	}
	return 0;
}

size_t systemd_unit_get(const struct systemd_unit *unit, str section, str key,
			const struct systemd_setting **out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < unit->n; i++) {
		const struct systemd_setting *s = &unit->items[i];

		if (!str_eq(s->section, section) || !str_eq(s->key, key))
			continue;
		if (str_empty(s->value))
			n = 0;
		else if (n < max)
			out[n++] = s;
	}
	return n;
}

/* One word from `*rest`; false when there is none. */
static bool take_word(str *rest, struct buf *word)
{
	char quote = 0;
	bool any = false;

	buf_reset(word);
	*rest = str_trim(*rest);
	while (rest->n > 0) {
		char c = rest->p[0];

		if (!quote && is_space(c))
			break;
		*rest = str_skip(*rest, 1);
		any = true;
		if (c == quote) {
			quote = 0;
		} else if (!quote && (c == '"' || c == '\'')) {
			quote = c;
		} else if (c == '\\' && rest->n > 0) {
			buf_byte(word, rest->p[0]);
			*rest = str_skip(*rest, 1);
		} else {
			buf_byte(word, c);
		}
	}
	return any;
}

const str *systemd_words(str value, struct arena *arena, size_t *n)
{
	struct buf word;
	str *words = NULL;
	size_t cap = 0;

	*n = 0;
	buf_init(&word, SYSTEMD_UNIT_MAX_BYTES);
	while (*n < WORDS_MAX && take_word(&value, &word)) {
		words = arena_grow(arena, words, *n, &cap, sizeof(*words));
		words[(*n)++] = str_dup(arena, buf_str(&word));
	}
	buf_done(&word);
	return words;
}
