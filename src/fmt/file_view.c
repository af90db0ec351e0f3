/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/file_view.h"

#include <errno.h>
#include <unistd.h>

#include "base/err.h"
#include "base/num.h"

#define WINDOW_BYTES (64u << 10)

struct file_view file_view_text(str path, str bytes)
{
	if (bytes.p == NULL)
		bytes = STR("");
	return (struct file_view){ .path = path, .size = bytes.n, .bytes = bytes, .fd = -1 };
}

int file_view_pread(const struct file_view *view, void *out, size_t n, uint64_t off,
		    struct err *err)
{
	char *to = out;

	if (off > view->size || n > view->size - off)
		return err_set(err, ERR_INPUT, "truncated: %zu bytes at %llu of %llu", n,
			       (unsigned long long)off, (unsigned long long)view->size);
	if (n == 0)
		return 0;
	if (view->bytes.p) {
		memcpy(to, view->bytes.p + off, n);
		return 0;
	}
	if (view->read)
		return view->read(view, out, n, off, err);
	while (n > 0) {
		ssize_t got = pread(view->fd, to, n, (off_t)off);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, errno, "read at %llu", (unsigned long long)off);
		if (got == 0)
			return err_set(err, ERR_INPUT, "truncated at %llu",
				       (unsigned long long)off);
		to += got;
		off += (uint64_t)got;
		n -= (size_t)got;
	}
	return 0;
}

int file_view_load(const struct file_view *view, size_t max, struct arena *arena, str *out,
		   struct err *err)
{
	if (view->size > max)
		return err_set(err, ERR_LIMIT, "%llu bytes, at most %zu are read",
			       (unsigned long long)view->size, max);
	if (view->bytes.p) {
		*out = view->bytes;
		return 0;
	}
	char *bytes = arena_bytes(arena, (size_t)view->size + 1);

	if (file_view_pread(view, bytes, (size_t)view->size, 0, err) < 0)
		return -1;
	bytes[view->size] = 0;
	*out = str_of(bytes, (size_t)view->size);
	return 0;
}

bool text_is_wide(str head)
{
	if (str_starts(head, STR("\xff\xfe")) || str_starts(head, STR("\xfe\xff")))
		return true;
	return head.n >= 2 && (head.p[0] == 0) != (head.p[1] == 0);
}

void line_reader_init(struct line_reader *reader, const struct file_view *view)
{
	*reader = (struct line_reader){ .view = view };
	buf_init(&reader->window, (size_t)FILE_LINE_MAX + 2 * (size_t)WINDOW_BYTES);
}

void line_reader_done(struct line_reader *reader) { buf_done(&reader->window); }

/* Drops what was consumed and reads one more piece behind the rest. */
static int refill(struct line_reader *reader, struct err *err)
{
	struct buf *window = &reader->window;
	uint64_t left = reader->view->size - reader->next;
	size_t n = left < WINDOW_BYTES ? (size_t)left : WINDOW_BYTES;

	if (reader->pos > 0) {
		memmove(window->p, window->p + reader->pos, window->n - reader->pos);
		window->n -= reader->pos;
		reader->pos = 0;
	}
	char *room = buf_room(window, n);

	if (!room)
		return err_set(err, ERR_LIMIT, "line %llu: longer than %u bytes",
			       (unsigned long long)reader->number + 1, FILE_LINE_MAX);
	if (file_view_pread(reader->view, room, n, reader->next, err) < 0)
		return -1;
	window->n += n;
	reader->next += n;
	return 0;
}

static int take_line(struct line_reader *reader, str text, size_t end, bool newline, str *line,
		     struct err *err)
{
	str s = str_of(text.p + reader->pos, end - reader->pos);

	reader->number++;
	if (s.n > FILE_LINE_MAX)
		return err_set(err, ERR_LIMIT, "line %llu: longer than %u bytes",
			       (unsigned long long)reader->number, FILE_LINE_MAX);
	reader->pos = end + newline;
	if (newline)
		s = str_without_suffix(s, STR("\r"));
	*line = s;
	return 1;
}

/* The first bytes: a mark is no part of the first line. */
static int begin(struct line_reader *reader, struct err *err)
{
	char head[3];
	size_t n = reader->view->size < sizeof(head) ? (size_t)reader->view->size : sizeof(head);

	reader->begun = true;
	if (file_view_pread(reader->view, head, n, 0, err) < 0)
		return -1;
	if (text_is_wide(str_of(head, n)))
		return err_set(err, ERR_UNSUPPORTED, "text in UTF-16");
	if (!str_eq(str_of(head, n), STR("\xef\xbb\xbf")))
		return 0;
	if (reader->view->bytes.p)
		reader->pos = n;
	else
		reader->next = n;
	return 0;
}

int line_reader_next(struct line_reader *reader, str *line, struct err *err)
{
	bool in_memory = reader->view->bytes.p != NULL;
	size_t searched = 0; /* bytes behind pos known to hold no newline */

	if (!reader->begun && begin(reader, err) < 0)
		return -1;
	for (;;) {
		str text = in_memory ? reader->view->bytes : buf_str(&reader->window);
		size_t from = reader->pos + searched;
		const char *newline =
			text.n > from ? memchr(text.p + from, '\n', text.n - from) : NULL;

		if (newline)
			return take_line(reader, text, (size_t)(newline - text.p), true, line, err);
		if (in_memory || reader->next >= reader->view->size) {
			if (reader->pos >= text.n)
				return 0;
			return take_line(reader, text, text.n, false, line, err);
		}
		searched = text.n - reader->pos;
		if (refill(reader, err) < 0)
			return -1;
	}
}
