/* SPDX-License-Identifier: Apache-2.0 */
/*
 * .trivyignore: one id a line; "#" begins a comment; behind the id words "name:value" may stand, of
 * which "exp:DATE" ends the exception on that day. Ids of flaws, secrets, checks and licences share
 * the file.
 */
#include "report/exception.h"

static bool mine(str base, str text)
{
	(void)text;
	return str_eq(base, STR(".trivyignore")) || str_ends(base, STR(".trivyignore"));
}

static int take_word(struct exception *e, str word, struct err *err)
{
	if (!str_starts(word, STR("exp:")))
		return 0; /* other words have no meaning for a scan */
	word = str_skip(word, strlen("exp:"));
	if (!exception_expiry(word, &e->expires))
		return err_set(err, ERR_INPUT, "'exp:%.*s' is not a day such as 2026-12-31",
			       STR_ARG(word));
	return 0;
}

static int take_line(struct exception_set *set, str line, str comment, struct exception *e,
		     struct err *err)
{
	str rest = line, word;
	str *id = ARENA_NEW(set->arena, str);

	while (str_split(&rest, ' ', &word)) {
		word = str_trim(word);
		if (word.n == 0)
			continue;
		if (id->n == 0)
			*id = word;
		else if (take_word(e, word, err) < 0)
			return -1;
	}
	e->ids = id;
	e->id_count = 1;
	e->reason = comment;
	return exception_add(set, e, err);
}

static int read_file(struct exception_set *set, str source, str text, struct err *err)
{
	str rest = text, line, last_comment = STR_EMPTY;
	uint32_t number = 0;

	while (str_line(&rest, &line)) {
		struct exception e = { .subject = EXCEPTION_ANY,
				       .kind = EXCEPTION_ACCEPTED,
				       .source = source,
				       .line = ++number };
		ptrdiff_t hash = str_find_char(line, '#');
		str comment = hash < 0 ? STR_EMPTY : str_trim(str_skip(line, (size_t)hash + 1));

		line = str_trim(hash < 0 ? line : str_take(line, (size_t)hash));
		if (line.n == 0) {
			last_comment = comment; /* an empty line ends what was said */
			continue;
		}
		if (take_line(set, line, comment.n ? comment : last_comment, &e, err) < 0)
			return err_wrap(err, "line %u", number);
	}
	return 0;
}

const struct exception_form exception_form_trivy_lines = { .mine = mine, .read = read_file };
