/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/tar_split.h"

#include <errno.h>

#include "base/base64.h"
#include "base/err.h"
#include "base/json.h"

#define READ_BYTES 65536u

/* Kinds of records. */
#define KIND_FILE  1
#define KIND_BYTES 2

void tar_split_init(struct tar_split *split, int fd)
{
	*split = (struct tar_split){ .fd = fd, .scratch = arena_new() };
	buf_init(&split->text, TAR_SPLIT_LINE + READ_BYTES);
}

void tar_split_done(struct tar_split *split)
{
	buf_done(&split->text);
	arena_free(split->scratch);
	split->scratch = NULL;
}

uint64_t tar_split_bytes(const struct tar_split *split) { return split->bytes; }

/* More text behind what is there. */
static int fill(struct tar_split *split, struct err *err)
{
	struct buf *text = &split->text;
	char *room;
	ssize_t n;

	if (split->at > 0) {
		memmove(text->p, text->p + split->at, text->n - split->at);
		text->n -= split->at;
		split->at = 0;
	}
	room = text->n < TAR_SPLIT_LINE ? buf_room(text, READ_BYTES) : NULL;
	if (!room)
		return err_set(err, ERR_LIMIT, "a record of more than %u bytes", TAR_SPLIT_LINE);
	do
		n = pread(split->fd, room, READ_BYTES, (off_t)split->read);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, errno, "read");
	split->read += (uint64_t)n;
	text->n += (size_t)n;
	split->end = n == 0;
	return 0;
}

/* The next line with something in it. */
static int next_line(struct tar_split *split, str *line, struct err *err)
{
	size_t seen = 0;

	for (;;) {
		str text = str_skip(buf_str(&split->text), split->at);
		ptrdiff_t feed = str_find_char(str_skip(text, seen), '\n');

		if (feed >= 0 || (split->end && text.n > 0)) {
			size_t n = feed >= 0 ? seen + (size_t)feed : text.n;

			split->at += feed >= 0 ? n + 1 : n;
			*line = str_trim(str_take(text, n));
			seen = 0;
			if (line->n > 0)
				return 1;
			continue;
		}
		if (split->end)
			return 0;
		seen = text.n;
		if (fill(split, err) < 0)
			return -1;
	}
}

static int decode(struct tar_split *split, str text, str *out, struct err *err)
{
	if (!base64_decode(split->scratch, text, out))
		return err_set(err, ERR_INPUT, "a text that is not base64");
	return 0;
}

/* A name that is not UTF-8 stands there in base64. */
static int take_name(struct tar_split *split, const struct json *record, str *out, struct err *err)
{
	const struct json *raw = JSON_GET(record, "name_raw");

	*out = json_get_str(record, STR("name"));
	if (json_is(raw, JSON_STRING) && decode(split, json_str(raw), out, err) < 0)
		return -1;
	if (out->n == 0 || memchr(out->p, 0, out->n))
		return err_set(err, ERR_INPUT, "a file without a name");
	return 0;
}

/* How many bytes it holds, if it is base64. */
static uint64_t base64_bytes(str text)
{
	uint64_t n = text.n / 4 * 3;

	if (str_ends(text, STR("==")))
		return n - 2;
	return str_ends(text, STR("=")) ? n - 1 : n;
}

static int take_record(struct tar_split *split, const struct json *record,
		       struct tar_split_entry *out, struct err *err)
{
	struct tar_split_entry entry = { .size = 0 };
	int64_t kind = 0, size = 0, position = -1;

	if (!json_i64(JSON_GET(record, "position"), &position) || position < 0 ||
	    (uint64_t)position != split->records)
		return err_set(err, ERR_INPUT, "it has another number");
	if (!json_i64(JSON_GET(record, "type"), &kind))
		kind = 0;
	if (kind == KIND_BYTES) {
		str payload = json_get_str(record, STR("payload"));

		if (!split->sizes_only && decode(split, payload, &entry.bytes, err) < 0)
			return -1;
		entry.size = split->sizes_only ? base64_bytes(payload) : entry.bytes.n;
	} else if (kind == KIND_FILE) {
		/* An empty file has no size. */
		if (JSON_GET(record, "size") &&
		    (!json_i64(JSON_GET(record, "size"), &size) || size < 0))
			return err_set(err, ERR_INPUT, "a file of an impossible size");
		entry.size = (uint64_t)size;
		if (take_name(split, record, &entry.name, err) < 0)
			return -1;
	} else {
		return err_set(err, ERR_INPUT, "it is of an unknown kind");
	}
	if (entry.size > (uint64_t)INT64_MAX - split->bytes)
		return err_set(err, ERR_INPUT, "the sum of sizes is impossible");
	split->bytes += entry.size;
	split->records++;
	*out = entry;
	return 0;
}

int tar_split_next(struct tar_split *split, struct tar_split_entry *out, struct err *err)
{
	const struct json_opts opts = { .max_depth = 4, .max_values = 64, .borrow = true };
	const struct json *record;
	str line;
	int got = next_line(split, &line, err);

	if (got <= 0)
		return got;
	arena_reset(split->scratch);
	if (json_parse(line, &opts, split->scratch, &record, err) < 0 ||
	    take_record(split, record, out, err) < 0)
		return err_wrap(err, "record %llu", (unsigned long long)split->records);
	return 1;
}
