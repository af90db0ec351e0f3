/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/list_stream.h"

#include <assert.h>

#include "base/num.h"

void list_stream_init(struct list_stream *s, size_t element_max, unsigned max_depth,
		      list_element_fn *fn, void *context)
{
	*s = (struct list_stream){
		.element_max = element_max, .max_depth = max_depth, .fn = fn, .context = context
	};
	buf_init(&s->element, element_max);
	list_stream_of(s, STR("items"), LIST_ENVELOPE_MAX);
}

void list_stream_of(struct list_stream *s, str items, size_t envelope_max)
{
	assert(items.n < sizeof(s->key));
	s->items = items;
	s->envelope_max = envelope_max;
	buf_init(&s->envelope, envelope_max);
}

void list_stream_reset(struct list_stream *s)
{
	struct list_stream old = *s;

	*s = (struct list_stream){ .element_max = old.element_max,
				   .max_depth = old.max_depth,
				   .fn = old.fn,
				   .context = old.context,
				   .items = old.items,
				   .envelope_max = old.envelope_max,
				   .element = old.element,
				   .envelope = old.envelope };
	buf_reset(&s->element);
	buf_reset(&s->envelope);
}

void list_stream_done(struct list_stream *s)
{
	buf_done(&s->element);
	buf_done(&s->envelope);
}

static int keep(struct list_stream *s, str bytes, struct err *err)
{
	struct buf *to = s->in_element ? &s->element : &s->envelope;

	buf_add(to, bytes);
	if (!to->overflow)
		return 0;
	if (s->in_element)
		return err_set(err, ERR_LIMIT, "object %llu of the list is over %zu bytes",
			       (unsigned long long)s->count + 1, s->element_max);
	return err_set(err, ERR_LIMIT, "a list with over %zu bytes around its objects",
		       s->envelope_max);
}

static void key_add(struct list_stream *s, str bytes)
{
	size_t n = size_min(bytes.n, sizeof(s->key) - s->key_n);

	memcpy(s->key + s->key_n, bytes.p, n);
	s->key_n = (uint8_t)(s->key_n + n);
}

/* Inside a string: takes bytes up to its end; how many. */
static size_t take_string(struct list_stream *s, str bytes)
{
	size_t i = 0;

	if (s->escaped) {
		s->escaped = false;
		i = 1;
	}
	for (; i < bytes.n; i++) {
		if (bytes.p[i] == '\\') {
			if (i + 1 == bytes.n) {
				s->escaped = true;
				i++;
				break;
			}
			i++;
		} else if (bytes.p[i] == '"') {
			s->in_string = false;
			break;
		}
	}
	if (s->in_key) {
		key_add(s, str_take(bytes, i));
		s->in_key = s->in_string;
	}
	return s->in_string ? i : i + 1;
}

static int not_a_list(struct err *err)
{
	return err_set(err, ERR_INPUT, "what comes is no list of objects in JSON");
}

/* Between the elements of items. 1: the byte begins an element or ends the items. */
static int between(struct list_stream *s, char c, struct err *err)
{
	switch (c) {
	case ' ':
	case '\n':
	case '\r':
	case '\t':
		return 0;
	case ',':
		if (!s->comma_next)
			return not_a_list(err);
		s->comma_next = false;
		s->comma_seen = true;
		return 0;
	case '{':
		if (s->comma_next)
			return not_a_list(err);
		s->comma_seen = false;
		s->in_element = true;
		s->depth++;
		buf_reset(&s->element);
		return 1;
	case ']':
		if (s->comma_seen)
			return not_a_list(err);
		s->in_items = false;
		s->depth--;
		return 1;
	default:
		return not_a_list(err);
	}
}

static int open_bracket(struct list_stream *s, char c, struct err *err)
{
	if (s->depth == 0 && (c != '{' || s->done))
		return not_a_list(err);
	if (++s->depth > s->max_depth)
		return err_set(err, ERR_LIMIT, "object %llu of the list is nested too deeply",
			       (unsigned long long)s->count + 1);
	if (s->depth == 1)
		s->key_next = true;
	if (s->depth == 2 && c == '[' && str_eq(str_of(s->key, s->key_n), s->items)) {
		if (s->items_seen)
			return not_a_list(err);
		s->in_items = s->items_seen = true;
		s->comma_next = s->comma_seen = false;
	}
	return 0;
}

/* 1: an element is whole. */
static int close_bracket(struct list_stream *s, struct err *err)
{
	if (s->depth == 0)
		return not_a_list(err);
	s->depth--;
	if (s->depth == 0)
		s->done = true;
	return s->in_element && s->depth == 2;
}

/* A byte outside of strings that means something. 1: an element is whole. */
static int structural(struct list_stream *s, char c, struct err *err)
{
	switch (c) {
	case '"':
		if (s->depth == 0)
			return not_a_list(err);
		s->in_string = true;
		s->in_key = s->depth == 1 && s->key_next;
		if (s->in_key)
			s->key_n = 0;
		s->key_next = false;
		return 0;
	case '{':
	case '[':
		return open_bracket(s, c, err);
	case '}':
	case ']':
		return close_bracket(s, err);
	case ',':
		if (s->depth == 1) {
			s->key_next = true;
			s->key_n = 0;
		}
		break;
	default:
		break;
	}
	/* Before and behind the outermost object only white space is allowed. */
	if (s->depth == 0 && c != ' ' && c != '\n' && c != '\r' && c != '\t')
		return not_a_list(err);
	return 0;
}

static int finish(struct list_stream *s, struct err *err)
{
	s->in_element = false;
	s->comma_next = true;
	if (s->fn(s->context, buf_str(&s->element), err) < 0)
		return -1;
	s->count++;
	return 0;
}

/* Takes what can be taken at once; how many bytes, or -1. */
static ptrdiff_t step(struct list_stream *s, str bytes, struct err *err)
{
	size_t n = 1;
	int rc = 0;

	if (s->in_string) {
		n = take_string(s, bytes);
		return keep(s, str_take(bytes, n), err) < 0 ? -1 : (ptrdiff_t)n;
	}
	if (s->in_items && !s->in_element) {
		rc = between(s, *bytes.p, err);
		if (rc < 0)
			return -1;
		return rc > 0 && keep(s, str_take(bytes, 1), err) < 0 ? -1 : 1;
	}
	/* What means nothing here, in one go. */
	while (n < bytes.n && s->depth > 0 && !memchr("\"{}[],", bytes.p[n - 1], 6) &&
	       !memchr("\"{}[],", bytes.p[n], 6))
		n++;
	rc = structural(s, bytes.p[0], err);
	if (rc < 0 || keep(s, str_take(bytes, n), err) < 0)
		return -1;
	if (rc > 0 && finish(s, err) < 0)
		return -1;
	return (ptrdiff_t)n;
}

int list_stream_put(struct list_stream *s, str bytes, struct err *err)
{
	while (!str_empty(bytes)) {
		ptrdiff_t n = step(s, bytes, err);

		if (n < 0)
			return -1;
		bytes = str_skip(bytes, (size_t)n);
	}
	return 0;
}

int list_stream_end(const struct list_stream *s, struct err *err)
{
	if (!s->done)
		return err_set(err, ERR_INPUT, "the list ends in the middle");
	return 0;
}
