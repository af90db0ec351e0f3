/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/yaml_edit.h"

#include "base/err.h"
#include "fmt/syntax/yaml.h"
#include "fmt/syntax/yaml_change.h"
#include "fmt/syntax/yaml_put.h"
#include "fmt/syntax/yaml_tree.h"

struct editor {
	struct text_edits *edits;
	struct text_edits own; /* offsets of the text without its byte order mark */
	str text;
	struct arena *arena;
	struct yaml_style style;
	struct err *err;
};

/* An entry of a collection and what becomes of it. */
struct entry {
	struct yaml_node *key, *value; /* key NULL: of a list */
	size_t start;		       /* of its first byte: key, or dash */
	bool gone;
};

static int edit_node(struct editor *e, const struct yaml_node *node, const struct json *now,
		     const struct yaml_list *list);

/* ---- the text ------------------------------------------------------------------------------ */

static size_t line_start(const struct editor *e, size_t at)
{
	while (at > 0 && e->text.p[at - 1] != '\n')
		at--;
	return at;
}

/* Behind the end of the line; the end of the text when that has no line end. */
static size_t line_end(const struct editor *e, size_t at)
{
	while (at < e->text.n && e->text.p[at] != '\n')
		at++;
	return at < e->text.n ? at + 1 : at;
}

static bool only_spaces(const struct editor *e, size_t from, size_t to)
{
	for (; from < to; from++) {
		if (e->text.p[from] != ' ' && e->text.p[from] != '\t')
			return false;
	}
	return true;
}

static bool has_line_end(const struct editor *e, size_t from, size_t to)
{
	return str_find_char(str_take(str_skip(e->text, from), to - from), '\n') >= 0;
}

static void change(struct editor *e, size_t from, size_t to, const struct buf *b)
{
	text_edits_add(&e->own, from, to - from, b ? str_dup(e->arena, buf_str(b)) : STR_EMPTY);
}

/* Whole lines go behind the line of `at`; a text without a last line end keeps to that. */
static void insert_lines(struct editor *e, size_t at, const struct buf *lines)
{
	size_t end = line_end(e, at);
	str text = buf_str(lines);

	if (end == e->text.n && end > 0 && e->text.p[end - 1] != '\n')
		text = str_cat(e->arena, e->style.newline,
			       str_without_suffix(text, e->style.newline));
	text_edits_add(&e->own, end, 0, str_dup(e->arena, text));
}

static int refuse(struct editor *e, const struct yaml_node *node, const char *why)
{
	size_t line = 1;

	for (size_t i = 0; i < node->start && i < e->text.n; i++)
		line += e->text.p[i] == '\n';
	return err_set(e->err, ERR_UNSUPPORTED, "line %zu: %s", line, why);
}

/* ---- values -------------------------------------------------------------------------------- */

static bool is_simple(const struct json *v)
{
	return (v->type != JSON_ARRAY && v->type != JSON_OBJECT) || v->n == 0;
}

/* Where the value of an entry may begin: behind the colon or the dash. */
static size_t value_from(const struct editor *e, const struct entry *entry)
{
	size_t at = entry->key ? entry->key->end : entry->start;
	char sign = entry->key ? ':' : '-';

	while (at < entry->value->start && e->text.p[at] != sign)
		at++;
	return at < e->text.n && e->text.p[at] == sign ? at + 1 : at;
}

static int replace_value(struct editor *e, const struct yaml_node *parent,
			 const struct entry *entry, const struct json *v)
{
	const struct yaml_node *old = entry->value;
	enum yaml_quote quote = old->quoted_single   ? YAML_QUOTE_SINGLE
				: old->quoted_double ? YAML_QUOTE_DOUBLE
						     : YAML_QUOTE_NONE;
	size_t from = value_from(e, entry);
	bool inlined = old->flow || (old->kind == YAML_NODE_SCALAR && !old->block_scalar);
	AUTO(buf_done)
	struct buf b = { 0 };

	if (old->anchored || old->kind == YAML_NODE_ALIAS)
		return refuse(e, old, "an anchor, alias or tag stands at what is to be changed");
	buf_init(&b, YAML_EDIT_MAX_BYTES);
	if (is_simple(v) || parent->flow) {
		if (!inlined || old->start == old->end)
			buf_byte(&b, ' ');
		yaml_put_inline(&b, v, &e->style, e->style.json ? YAML_QUOTE_DOUBLE : quote,
				parent->flow);
		change(e, inlined && old->start != old->end ? old->start : from, old->end, &b);
		return 0;
	}
	if (entry->key) {
		size_t column = entry->key->column +
				(v->type == JSON_ARRAY ? e->style.list : e->style.indent);

		yaml_put_block(&b, v, &e->style, column, false);
		if (old->start == old->end) {
			insert_lines(e, from, &b);
			return 0;
		}
		b.n -= e->style.newline.n;
		change(e, from, old->end, NULL);
		text_edits_add(&e->own, old->end, 0,
			       str_cat(e->arena, e->style.newline, buf_str(&b)));
		return 0;
	}
	buf_byte(&b, ' ');
	yaml_put_block(&b, v, &e->style, parent->column + 2, true);
	b.n -= e->style.newline.n;
	change(e, from, old->end, &b);
	return 0;
}

/* ---- entries that go ----------------------------------------------------------------------- */

/* Entries [a, b] that stand in a row. */
static int remove_run(struct editor *e, const struct yaml_node *node, const struct entry *entries,
		      size_t n, size_t a, size_t b)
{
	size_t start = entries[a].start, end = entries[b].value->end;
	size_t line = line_start(e, start);

	if (entries[b].key && entries[b].key->end > end)
		end = entries[b].key->end;
	if (node->flow) {
		if (a > 0)
			change(e, entries[a - 1].value->end, end, NULL);
		else if (b + 1 < n)
			change(e, start, entries[b + 1].start, NULL);
		else
			change(e, start, end, NULL);
		return 0;
	}
	if (only_spaces(e, line, start)) {
		size_t last = line_end(e, end);

		/* The last line of a text without a line end takes that of the line before. */
		if (last == e->text.n && last > 0 && e->text.p[last - 1] != '\n' && line > 0)
			line -= line > 1 && e->text.p[line - 2] == '\r' ? 2 : 1;
		change(e, line, last, NULL);
		return 0;
	}
	if (b + 1 == n)
		return refuse(e, entries[a].value, "what is to go stands in a line with its list");
	change(e, start, entries[b + 1].start, NULL);
	return 0;
}

static int remove_entries(struct editor *e, const struct yaml_node *node,
			  const struct entry *entries, size_t n)
{
	for (size_t a = 0; a < n; a++) {
		size_t b = a;

		if (!entries[a].gone)
			continue;
		while (b + 1 < n && entries[b + 1].gone)
			b++;
		if (remove_run(e, node, entries, n, a, b) < 0)
			return -1;
		a = b;
	}
	return 0;
}

/* ---- entries that come --------------------------------------------------------------------- */

/* What the lines of the entries begin with, where each has a line of its own. */
static bool line_indent(const struct editor *e, const struct yaml_node *node,
			const struct entry *last, str *out)
{
	size_t line = line_start(e, last->start);

	if (!has_line_end(e, node->start, last->start) || !only_spaces(e, line, last->start))
		return false;
	*out = str_take(str_skip(e->text, line), last->start - line);
	return true;
}

/* How much further in entries stand than the line their bracket is in. */
static str unit_of(const struct editor *e, const struct yaml_node *node, str indent)
{
	size_t line = line_start(e, node->start), at = line;

	while (at < node->start && (e->text.p[at] == ' ' || e->text.p[at] == '\t'))
		at++;
	return indent.n > at - line ? str_skip(indent, at - line) : STR("  ");
}

static void add_to_flow(struct editor *e, const struct yaml_node *node, const struct entry *entries,
			size_t n, const str *key, const struct json *v, bool first)
{
	bool lines = false, empty = true;
	AUTO(buf_done)
	struct buf b = { 0 };
	str indent = STR_EMPTY;

	for (size_t i = 0; i < n; i++)
		empty = empty && entries[i].gone;
	buf_init(&b, YAML_EDIT_MAX_BYTES);
	if (n > 0)
		lines = line_indent(e, node, &entries[n - 1], &indent);
	if (!empty || !first)
		buf_byte(&b, ',');
	if (lines && (!empty || !first)) {
		buf_add(&b, e->style.newline);
		buf_add(&b, indent);
	} else if (!empty || !first) {
		buf_byte(&b, ' ');
	}
	if (key) {
		yaml_put_key(&b, *key, &e->style);
		BUF_LIT(&b, ": ");
	}
	if (lines && e->style.json)
		yaml_put_lines(&b, v, &e->style, indent, unit_of(e, node, indent));
	else
		yaml_put_inline(&b, v, &e->style,
				e->style.json ? YAML_QUOTE_DOUBLE : YAML_QUOTE_NONE, true);
	change(e, n > 0 ? entries[n - 1].value->end : node->start + 1,
	       n > 0 ? entries[n - 1].value->end : node->start + 1, &b);
}

static void add_to_block(struct editor *e, const struct yaml_node *node, const str *key,
			 const struct json *v)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct json one = { .type = JSON_ARRAY, .n = 1, .items = v };

	buf_init(&b, YAML_EDIT_MAX_BYTES);
	if (key)
		yaml_put_member(&b, *key, v, &e->style, node->column, false);
	else
		yaml_put_block(&b, &one, &e->style, node->column, false);
	insert_lines(e, node->end, &b);
}

/* Steps that no entry has, in the order of the changes; of a list by index. */
static int add_entries(struct editor *e, const struct yaml_node *node, const struct entry *entries,
		       size_t n, const struct yaml_list *list)
{
	size_t made = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct yaml_step *step = yaml_step_of(list->items[i], list->depth);
		struct yaml_list inner = yaml_below(e->arena, list, step);
		bool known = yaml_known_before(list, i);
		struct json v;

		for (size_t k = 0; k < n && !step->is_index; k++)
			known |= str_eq(entries[k].key->key, step->key);
		if (known || (step->is_index && step->index < n))
			continue;
		if (!yaml_apply(e->arena, NULL, &inner, &v))
			return refuse(e, node, "what is to go is not there");
		if (node->flow)
			add_to_flow(e, node, entries, n, step->is_index ? NULL : &step->key, &v,
				    made == 0);
		else
			add_to_block(e, node, step->is_index ? NULL : &step->key, &v);
		made++;
	}
	return 0;
}

/* ---- nodes --------------------------------------------------------------------------------- */

/* The dash of an element of a block list. */
static size_t dash_of(const struct editor *e, const struct yaml_node *node, size_t value_start,
		      size_t after)
{
	size_t at = value_start;

	while (at > after) {
		size_t line = line_start(e, at);

		if (line + node->column < e->text.n && line + node->column >= after &&
		    line + node->column <= value_start && e->text.p[line + node->column] == '-')
			return line + node->column;
		if (line == 0)
			break;
		at = line - 1;
	}
	/* A list in a list, in one line. */
	for (at = value_start; at > after; at--) {
		if (e->text.p[at - 1] == '-')
			return at - 1;
	}
	return after;
}

static struct entry *entries_of(const struct editor *e, const struct yaml_node *node, size_t *n)
{
	bool mapping = node->kind == YAML_NODE_MAPPING;
	struct entry *entries;
	size_t after = node->start;

	*n = mapping ? node->n / 2 : node->n;
	entries = ARENA_ARRAY(e->arena, struct entry, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		struct entry *x = &entries[i];

		if (mapping) {
			x->key = node->items[2 * i];
			x->value = node->items[2 * i + 1];
			x->start = x->key->start;
		} else {
			x->value = node->items[i];
			x->start = node->flow ? x->value->start
					      : dash_of(e, node, x->value->start, after);
		}
		after = x->value->end;
	}
	return entries;
}

/* Does every entry go? */
static bool loses_all(const struct editor *e, const struct yaml_node *node,
		      const struct yaml_list *list)
{
	bool mapping = node->kind == YAML_NODE_MAPPING;
	size_t n = mapping ? node->n / 2 : node->n;

	for (size_t i = 0; i < n; i++) {
		struct yaml_step step = { .is_index = !mapping, .index = i };
		const struct yaml_change *end;
		struct yaml_list inner;

		if (mapping)
			step.key = node->items[2 * i]->key;
		inner = yaml_below(e->arena, list, &step);
		end = yaml_ends_here(&inner);
		if (!end || end->value)
			return false;
	}
	return n > 0;
}

static int edit_entry(struct editor *e, const struct yaml_node *node, struct entry *entry,
		      const struct json *now, const struct yaml_list *inner)
{
	const struct yaml_change *end = yaml_ends_here(inner);
	bool index, fits;
	struct json v;

	if (end && !end->value) {
		entry->gone = true;
		return 0;
	}
	if (end)
		return replace_value(e, node, entry, end->value);
	index = yaml_step_of(inner->items[0], inner->depth)->is_index;
	fits = entry->value->kind == (index ? YAML_NODE_SEQUENCE : YAML_NODE_MAPPING);
	if (entry->value->kind == YAML_NODE_ALIAS ||
	    (fits && (entry->value->flow || !loses_all(e, entry->value, inner))))
		return edit_node(e, entry->value, now, inner);
	if (!yaml_apply(e->arena, now, inner, &v))
		return refuse(e, entry->value, "what is to go is not there");
	return replace_value(e, node, entry, &v);
}

static int edit_node(struct editor *e, const struct yaml_node *node, const struct json *now,
		     const struct yaml_list *list)
{
	struct entry *entries;
	size_t n;

	if (node->anchored || node->kind == YAML_NODE_ALIAS)
		return refuse(e, node, "an anchor, alias or tag stands at what is to be changed");
	if (node->kind == YAML_NODE_SCALAR)
		return refuse(e, node, "it has no parts");
	entries = entries_of(e, node, &n);
	for (size_t i = 0; i < n; i++) {
		struct yaml_step step = { .is_index = !entries[i].key, .index = i };
		const struct json *part = json_at(now, i);
		struct yaml_list inner;

		if (entries[i].key) {
			step.key = entries[i].key->key;
			part = json_get(now, step.key);
		}
		inner = yaml_below(e->arena, list, &step);
		if (inner.n > 0 && edit_entry(e, node, &entries[i], part, &inner) < 0)
			return -1;
	}
	if (remove_entries(e, node, entries, n) < 0)
		return -1;
	return add_entries(e, node, entries, n, list);
}

/* ---- the whole ----------------------------------------------------------------------------- */

/* The first list in a mapping, and the first mapping in one: how far in they stand. */
static void find_style(const struct yaml_node *node, struct yaml_style *style, bool *list,
		       bool *indent)
{
	for (size_t i = 0; i < node->n && !(*list && *indent); i++) {
		const struct yaml_node *item = node->items[i];

		if (node->kind == YAML_NODE_MAPPING && i % 2 == 1 && !node->flow && !item->flow &&
		    item->n > 0 && item->column >= node->column) {
			unsigned in = (unsigned)(item->column - node->column);

			if (item->kind == YAML_NODE_SEQUENCE && !*list) {
				style->list = in < 9 ? in : 2;
				*list = true;
			} else if (item->kind == YAML_NODE_MAPPING && !*indent && in > 0) {
				style->indent = in < 9 ? in : 2;
				*indent = true;
			}
		}
		find_style(item, style, list, indent);
	}
}

static int read_value(str text, size_t document, struct arena *arena, const struct json **out,
		      struct err *err)
{
	struct yaml_opts opts = { .last_wins = true };
	AUTO(yaml_reader_free)
	struct yaml_reader *reader = yaml_reader_new(text, &opts, arena);
	int rc = 1;

	for (size_t i = 0; rc == 1 && i <= document; i++)
		rc = yaml_next(reader, out, NULL, err);
	if (rc == 0)
		return err_set(err, ERR_INPUT, "there is no document %zu", document + 1);
	return rc < 0 ? -1 : 0;
}

/* Does the changed text say what was asked for? */
static int check(const struct editor *e, size_t document, const struct json *want)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct text_edits edits = e->own;
	const struct json *got;

	edits.items = ARENA_ARRAY(e->arena, struct text_edit, edits.n);
	if (edits.n > 0)
		memcpy(edits.items, e->own.items, edits.n * sizeof(*edits.items));
	text_edits_settle(&edits);
	buf_init(&b, 2 * YAML_EDIT_MAX_BYTES);
	text_edits_apply(&edits, &b);
	if (edits.dropped > 0 || b.overflow ||
	    read_value(buf_str(&b), document, e->arena, &got, e->err) < 0 || !json_equal(got, want))
		return err_set(e->err, ERR_UNSUPPORTED,
			       "the text is written in a way that cannot be changed safely");
	return 0;
}

static int edit(struct editor *e, size_t document, const struct yaml_list *list)
{
	struct yaml_node *root;
	const struct json *now;
	struct json want;
	bool have_list = false, have_indent = false;
	str start = str_trim(e->text);

	if (read_value(e->text, document, e->arena, &now, e->err) < 0 ||
	    yaml_tree_read(e->text, document, e->arena, &root, e->err) < 0)
		return -1;
	if (!root)
		return err_set(e->err, ERR_INPUT, "document %zu is empty", document + 1);
	e->style = (struct yaml_style){ .indent = 2, .newline = STR("\n") };
	if (str_find(e->text, STR("\r\n")) >= 0)
		e->style.newline = STR("\r\n");
	e->style.json = start.n > 0 && (start.p[0] == '{' || start.p[0] == '[');
	find_style(root, &e->style, &have_list, &have_indent);
	if (!yaml_apply(e->arena, now, list, &want))
		return err_set(e->err, ERR_UNSUPPORTED, "nothing would be left");
	if (edit_node(e, root, now, list) < 0)
		return -1;
	return check(e, document, &want);
}

int yaml_edit(struct text_edits *edits, size_t document, const struct yaml_change *changes,
	      size_t n, struct err *err)
{
	static const str mark = STR_INIT("\xef\xbb\xbf");
	struct editor e = { .edits = edits, .arena = edits->arena, .err = err };
	struct yaml_list list = { .n = n };
	size_t skip = str_starts(edits->text, mark) ? mark.n : 0;

	if (edits->text.n > YAML_EDIT_MAX_BYTES || n > YAML_EDIT_MAX)
		return err_set(err, ERR_LIMIT, "too large to be changed");
	e.text = str_skip(edits->text, skip);
	e.own = (struct text_edits){ .arena = e.arena, .text = e.text };
	list.items = ARENA_ARRAY(e.arena, const struct yaml_change *, n);
	for (size_t i = 0; i < n; i++)
		list.items[i] = &changes[i];
	if (n > 0 && edit(&e, document, &list) < 0)
		return -1;
	for (size_t i = 0; i < e.own.n; i++)
		text_edits_add(edits, e.own.items[i].at + skip, e.own.items[i].remove,
			       e.own.items[i].insert);
	return 0;
}
