/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin.h"

struct texts {
	str *items;
	size_t n;
};

/* Bytes from the end: a suffix of a text is a prefix of its reverse. */
static str reversed(struct arena *arena, str s)
{
	char *p = arena_bytes(arena, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[s.n - 1 - i];
	return str_of(p, s.n);
}

static int texts_of(struct builtin_call *call, unsigned pos, const struct value *v, bool reverse,
		    struct texts *out)
{
	bool single = v->type == VALUE_STRING;
	uint64_t bytes = 0;

	if (!single && builtin_strings(call, pos, v) != BUILTIN_OK)
		return BUILTIN_TYPE;
	out->n = single ? 1 : v->n;
	out->items = ARENA_ARRAY(call->arena, str, out->n);
	for (size_t i = 0; i < out->n; i++) {
		str s = value_text(single ? v : &v->items[i]);

		bytes += s.n;
		out->items[i] = reverse ? reversed(call->arena, s) : s;
	}
	return builtin_charge(call, bytes / 64 + out->n / 8) ? BUILTIN_OK : BUILTIN_HALT;
}

/* Among sorted texts those with a prefix stand together, first what is not less than it. */
static bool has_prefix(const struct texts *texts, str prefix)
{
	size_t low = 0, high = texts->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(texts->items[middle], prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < texts->n && str_starts(texts->items[low], prefix);
}

static int any_match(struct builtin_call *call, const struct value *args, bool reverse,
		     struct value *out)
{
	struct texts texts, prefixes;
	bool found = false;
	int rc = texts_of(call, 1, &args[0], reverse, &texts);

	if (rc == BUILTIN_OK)
		rc = texts_of(call, 2, &args[1], reverse, &prefixes);
	if (rc != BUILTIN_OK)
		return rc;
	if (texts.n > 1)
		qsort(texts.items, texts.n, sizeof(*texts.items), str_qsort_cmp);
	for (size_t i = 0; i < prefixes.n && !found; i++)
		found = has_prefix(&texts, prefixes.items[i]);
	*out = value_bool(found);
	return BUILTIN_OK;
}

static int any_prefix_match(struct builtin_call *call, const struct value *args, struct value *out)
{
	return any_match(call, args, false, out);
}

static int any_suffix_match(struct builtin_call *call, const struct value *args, struct value *out)
{
	return any_match(call, args, true, out);
}

/*
 * The first pattern in the order of keys that stands at `s`. Keys are sorted, so those that start
 * with one byte stand together: first[c] to first[c + 1].
 */
static const struct value_member *pattern_at(const struct value *patterns, const uint32_t *first,
					     str s, bool skip_empty, uint64_t *work)
{
	unsigned c = s.n ? (unsigned char)s.p[0] : 0;

	if (!skip_empty && patterns->n && patterns->members[0].key.n == 0)
		return &patterns->members[0];
	for (uint32_t i = s.n ? first[c] : 0; s.n && i < first[c + 1]; i++) {
		++*work;
		if (str_starts(s, value_text(&patterns->members[i].key)))
			return &patterns->members[i];
	}
	return NULL;
}

static int replace_all(struct builtin_call *call, const struct value *patterns, str s,
		       const uint32_t *first, struct buf *b)
{
	bool after_empty = false;
	uint64_t work = 0;

	for (;;) {
		const struct value_member *m = pattern_at(patterns, first, s, after_empty, &work);

		if (work >= 64) {
			if (!builtin_charge(call, work / 16))
				return BUILTIN_HALT;
			work = 0;
		}
		if (m) {
			buf_add(b, value_text(&m->value));
			s = str_skip(s, m->key.n);
			after_empty = m->key.n == 0;
			if (s.n == 0 && m->key.n == 0)
				break;
			continue;
		}
		after_empty = false;
		if (s.n == 0 || b->overflow)
			break;
		buf_byte(b, s.p[0]);
		s = str_skip(s, 1);
		while (s.n && ((unsigned char)s.p[0] & 0xc0) == 0x80) {
			buf_byte(b, s.p[0]);
			s = str_skip(s, 1);
		}
	}
	return BUILTIN_OK;
}

static int replace_n(struct builtin_call *call, const struct value *args, struct value *out)
{
	const struct value *patterns = &args[0];
	uint32_t first[257] = { 0 };
	struct buf b;
	int rc;

	for (uint32_t i = 0; i < patterns->n; i++) {
		if (patterns->members[i].key.type != VALUE_STRING)
			return builtin_type_fail(
				call, "operand 1 non-string key found in pattern object");
		if (patterns->members[i].value.type != VALUE_STRING)
			return builtin_type_fail(
				call, "operand 1 non-string value found in pattern object");
		if (patterns->members[i].key.n)
			first[(unsigned char)patterns->members[i].key.text[0] + 1] = i + 1;
	}
	for (unsigned c = 1, last = patterns->n && patterns->members[0].key.n == 0; c <= 256; c++) {
		if (first[c] == 0)
			first[c] = last;
		last = first[c];
	}
	if (patterns->n && patterns->members[0].key.n == 0)
		first[0] = 1;
	buf_init(&b, BUILTIN_MAX_BYTES);
	rc = replace_all(call, patterns, value_text(&args[1]), first, &b);
	if (rc == BUILTIN_OK)
		return builtin_take_text(call, &b, out);
	buf_done(&b);
	return rc;
}

#define ANY_MATCH "string|set[string]|array[string], string|set[string]|array[string] -> boolean"

const struct builtin builtins_strings[] = {
	{ "strings.any_prefix_match", ANY_MATCH, any_prefix_match },
	{ "strings.any_suffix_match", ANY_MATCH, any_suffix_match },
	{ "strings.replace_n", "object[string: string], string -> string", replace_n },
	{ .name = NULL },
};
