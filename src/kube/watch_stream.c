/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/watch_stream.h"

#include "base/err.h"

static const str type_names[] = { [WATCH_ADDED] = STR_INIT("ADDED"),
				  [WATCH_MODIFIED] = STR_INIT("MODIFIED"),
				  [WATCH_DELETED] = STR_INIT("DELETED"),
				  [WATCH_BOOKMARK] = STR_INIT("BOOKMARK"),
				  [WATCH_ERROR] = STR_INIT("ERROR") };

void watch_stream_init(struct watch_stream *s, size_t line_max, unsigned max_depth,
		       struct arena *scratch, watch_message_fn *fn, void *context)
{
	*s = (struct watch_stream){ .line_max = line_max,
				    .max_depth = max_depth,
				    .scratch = scratch,
				    .fn = fn,
				    .context = context };
	buf_init(&s->line, line_max);
}

void watch_stream_reset(struct watch_stream *s) { buf_reset(&s->line); }
void watch_stream_done(struct watch_stream *s) { buf_done(&s->line); }
bool watch_stream_whole(const struct watch_stream *s)
{
	return str_empty(str_trim(buf_str(&s->line)));
}

static int take_line(struct watch_stream *s, str line, struct err *err)
{
	const struct json_opts opts = { .max_depth = s->max_depth, .borrow = true };
	struct watch_message message;
	const struct json *doc;
	str type;

	if (str_empty(str_trim(line)))
		return 0;
	arena_reset(s->scratch);
	if (json_parse(line, &opts, s->scratch, &doc, err) < 0)
		return err_wrap(err, "event");
	type = json_get_str(doc, STR("type"));
	message.object = JSON_GET(doc, "object");
	if (!json_is(message.object, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "an event without an object");
	for (size_t i = 0; i < ARRAY_LEN(type_names); i++) {
		if (!str_eq(type, type_names[i]))
			continue;
		message.type = (enum watch_type)i;
		return s->fn(s->context, &message, err);
	}
	return err_set(err, ERR_INPUT, "an event of unknown type '%.*s'",
		       STR_ARG(str_take(type, 40)));
}

int watch_stream_put(struct watch_stream *s, str bytes, struct err *err)
{
	while (!str_empty(bytes)) {
		ptrdiff_t end = str_find_char(bytes, '\n');
		str line = end < 0 ? bytes : str_take(bytes, (size_t)end);

		bytes = end < 0 ? STR_EMPTY : str_skip(bytes, (size_t)end + 1);
		buf_add(&s->line, line);
		if (s->line.overflow)
			return err_set(err, ERR_LIMIT, "an event of more than %zu bytes",
				       s->line_max);
		if (end < 0)
			break;
		if (take_line(s, buf_str(&s->line), err) < 0)
			return -1;
		buf_reset(&s->line);
	}
	return 0;
}
