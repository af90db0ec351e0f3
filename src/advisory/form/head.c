/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/form/form.h"
#include "base/json.h"

#define X(row) extern const struct form form_##row;
#include "form_table.h"
#undef X

static const struct form *const forms[] = {
#define X(row) &form_##row,
#include "form_table.h"
#undef X
};

/* Deeper than any record we read; a limit for the parser. */
#define FORM_JSON_DEPTH 64u

/* A string at s.p[at] (behind its quote): its text, and where it ends; false when cut off. */
static bool head_string(str s, size_t *at, str *out)
{
	size_t start = *at;

	for (size_t i = start; i < s.n; i++) {
		if (s.p[i] == '\\') {
			i++;
		} else if (s.p[i] == '"') {
			*out = str_of(s.p + start, i - start);
			*at = i + 1;
			return true;
		}
	}
	*at = s.n;
	return false;
}

static bool followed_by_colon(str s, size_t at)
{
	while (at < s.n && is_space(s.p[at]))
		at++;
	return at < s.n && s.p[at] == ':';
}

/* The text behind a colon at `at`; empty when something else stands there. */
static str value_text(str s, size_t at)
{
	str rest = str_trim(str_skip(str_trim(str_skip(s, at)), 1)), text = STR_EMPTY;
	size_t from = 1;

	if (str_starts(rest, STR("\"")))
		IGNORE(head_string(rest, &from, &text)); /* cut off: none */
	return text;
}

/* Walks the first object; true when it ends within the text. Tolerant: nothing is checked here. */
static bool head_walk(str s, struct head *head)
{
	unsigned depth = 0;
	size_t at = 0;

	while (at < s.n) {
		char c = s.p[at++];
		str text;

		if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (depth <= 1)
				return true;
			depth--;
		} else if (c == '"' && head_string(s, &at, &text) && followed_by_colon(s, at)) {
			if (depth == 1 && head->key_count < FORM_HEAD_KEYS)
				head->keys[head->key_count++] = text;
			head->deep_releases |= depth == 3 && str_eq(text, STR("releases"));
			if (depth == 1 && str_eq(text, STR("format")))
				head->format = value_text(s, at);
		}
	}
	return false;
}

bool head_has(const struct head *head, str key)
{
	for (size_t i = 0; i < head->key_count; i++) {
		if (str_eq(head->keys[i], key))
			return true;
	}
	return false;
}

static const struct form *try_layout(struct head *head, enum item_mode layout, str object)
{
	head->layout = layout;
	head->key_count = 0;
	head->deep_releases = false;
	head->format = STR_EMPTY;
	if (!str_empty(object))
		(void)head_walk(object, head);
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if (forms[i]->is(head))
			return forms[i];
	}
	return NULL;
}

/* A line that is one whole object. */
static bool is_object_line(str line)
{
	struct head ignored = { 0 };

	line = str_rtrim(line);
	if (!str_starts(line, STR("{")) || !str_ends(line, STR("}")))
		return false;
	return head_walk(str_drop_end(line, 1), &ignored) == false;
}

static const struct form *try_lines(struct head *head, str text, bool first_only, bool whole)
{
	str rest = text, line;

	while (str_line(&rest, &line)) {
		const struct form *form;

		/* The last line of a head that is only a part may be cut off. */
		if (!whole && line.p + line.n == text.p + text.n)
			break;
		if (is_object_line(line)) {
			form = try_layout(head, ITEM_LINES, line);
			if (form)
				return form;
		}
		if (first_only)
			break;
	}
	return NULL;
}

static bool first_is_whole(str text)
{
	str line = STR_EMPTY;

	return str_line(&text, &line) && is_object_line(line);
}

const struct form *form_find(str text, bool whole, enum item_mode *layout, const char **foreign)
{
	struct head head = { 0 };
	const struct form *form = NULL;
	ptrdiff_t brace;

	head.text = text = str_trim(text);
	if (str_starts(text, STR("["))) {
		brace = str_find_char(text, '{');
		form = try_layout(&head, ITEM_ELEMENTS,
				  brace < 0 ? STR_EMPTY : str_skip(text, (size_t)brace));
	} else if (str_starts(text, STR("{"))) {
		form = try_lines(&head, text, true, false);
		if (!form)
			form = try_layout(&head, ITEM_VALUES, text);
		/* A broken first line is not the start of a record of many lines when whole
		 * records stand on lines below it. */
		if (form && form->single && head.layout == ITEM_VALUES && !first_is_whole(text) &&
		    try_lines(&head, text, false, whole) != form)
			head.layout = ITEM_VALUES;
	} else {
		form = try_layout(&head, ITEM_LINES, STR_EMPTY);
	}
	if (!form)
		form = try_lines(&head, text, false, whole);
	*foreign = form && form->foreign ? form->foreign(&head) : NULL;
	if (form)
		*layout = form->has_mode ? form->mode : head.layout;
	return form;
}

static void skip(struct form_run *run, const char *reason, str remark, bool harmless)
{
	str where = str_fmt(run->scratch, "%.*s%s%s %llu%s%.*s", STR_ARG(run->place),
			    str_empty(run->place) ? "" : ", ", run->unit,
			    (unsigned long long)run->item->number, str_empty(remark) ? "" : ": ",
			    STR_ARG(remark));

	build_skip(run->build, reason, where, harmless);
}

void form_skip(struct form_run *run, const char *reason, str remark)
{
	skip(run, reason, remark, false);
}

void form_skip_harmless(struct form_run *run, const char *reason, str remark)
{
	skip(run, reason, remark, true);
}

str form_date(str text, struct arena *arena)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd";
	static const char rest[] = "T00:00:00Z";
	str day = str_take(str_trim(text), sizeof(shape) - 1);

	for (size_t i = 0; i < day.n; i++) {
		char c = day.p[i];

		if (shape[i] == 'd' ? !is_digit(c) : c != shape[i] && (shape[i] != 'T' || c != ' '))
			return STR_EMPTY;
	}
	if (day.n != 10 && day.n != 16 && day.n != 19)
		return STR_EMPTY;
	return str_fmt(arena, "%.*s%s%.*s%s", 10, day.p, day.n > 10 ? "T" : "",
		       STR_ARG(str_skip(day, 11)), rest + (day.n - 10));
}

const struct json *form_json(struct form_run *run)
{
	static const struct json_opts opts = { .max_depth = FORM_JSON_DEPTH,
					       .keep_duplicates = true,
					       .borrow = true };
	const struct json *value = NULL;
	struct err err;

	if (run->item->cut)
		form_skip(run, "cut off in the middle", STR_EMPTY);
	else if (json_parse(run->item->text, &opts, run->scratch, &value, &err) < 0)
		form_skip(run, "malformed JSON", str_c(err.msg));
	else
		return value;
	return NULL;
}
