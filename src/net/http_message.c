/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_message.h"

#include "base/err.h"

static int bad(struct err *err, int status, const char *what)
{
	(void)err_set(err, status == 431 || status == 414 ? ERR_LIMIT : ERR_INPUT, "%s", what);
	err->code = status;
	return -1;
}

/* RFC 9110, section 5.6.2. */
static bool is_token(str s, size_t max)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && !memchr("!#$%&'*+-.^_`|~", s.p[i], 15))
			return false;
	}
	return s.n > 0 && s.n <= max;
}

/* The next line that ends in CR LF; no other CR or LF stands in it. */
static bool take_line(str *rest, str *line)
{
	ptrdiff_t end = str_find_char(*rest, '\n');

	if (end <= 0)
		return false;
	*line = str_take(*rest, (size_t)end);
	if (str_find_char(*line, '\r') != end - 1)
		return false;
	*line = str_drop_end(*line, 1);
	*rest = str_skip(*rest, (size_t)end + 1);
	return true;
}

static bool is_target(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c >= 0x7f || c == '#')
			return false;
	}
	return s.n > 0 && s.p[0] == '/';
}

static int read_request_line(str line, struct http_head *h, struct err *err)
{
	str version;

	if (!str_cut(line, ' ', &h->method, &h->target) ||
	    !str_cut(h->target, ' ', &h->target, &version))
		return bad(err, 400, "malformed request line");
	if (!is_token(h->method, HTTP_HEAD_MAX_METHOD))
		return bad(err, 400, "malformed method");
	if (h->target.n > HTTP_HEAD_MAX_TARGET)
		return bad(err, 414, "the address is too long");
	if (!is_target(h->target))
		return bad(err, 400, "malformed address");
	if (version.n != 8 || !str_starts(version, STR("HTTP/")) || !is_digit(version.p[5]) ||
	    version.p[6] != '.' || !is_digit(version.p[7]))
		return bad(err, 400, "malformed version");
	if (version.p[5] != '1')
		return bad(err, 505, "only HTTP/1.1 is spoken here");
	h->minor = (unsigned)(version.p[7] - '0');
	if (!str_cut(h->target, '?', &h->path, &h->query))
		h->path = h->target;
	return 0;
}

static int read_field(str line, struct http_head *h, struct err *err)
{
	struct http_field f;

	if (h->n >= HTTP_HEAD_MAX_FIELDS)
		return bad(err, 431, "too many header fields");
	if (!str_cut(line, ':', &f.name, &f.value) || !is_token(f.name, HTTP_HEAD_MAX))
		return bad(err, 400, "malformed header field");
	for (size_t i = 0; i < f.value.n; i++) {
		unsigned char c = (unsigned char)f.value.p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return bad(err, 400, "control byte in a header field");
	}
	f.value = str_trim(f.value);
	h->fields[h->n++] = f;
	return 0;
}

static size_t count(const struct http_head *h, str name)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += str_ieq(h->fields[i].name, name);
	return n;
}

/* Is `word` an element of the list of all fields of that name? */
static bool lists(const struct http_head *h, str name, str word)
{
	for (size_t i = 0; i < h->n; i++) {
		str rest = h->fields[i].value, item;

		if (!str_ieq(h->fields[i].name, name))
			continue;
		while (str_split(&rest, ',', &item)) {
			if (str_ieq(str_trim(item), word))
				return true;
		}
	}
	return false;
}

static int read_framing(struct http_head *h, struct err *err)
{
	size_t lengths = count(h, STR("content-length"));
	str coding = http_head_field(h, STR("transfer-encoding"));
	size_t codings = count(h, STR("transfer-encoding"));

	if (codings > 0 && (lengths > 0 || h->minor == 0))
		return bad(err, 400, "Transfer-Encoding where it must not be");
	if (codings > 1 || (codings == 1 && !str_ieq(coding, STR("chunked"))))
		return bad(err, 501, "a transfer coding that is not known");
	if (lengths > 1)
		return bad(err, 400, "more than one Content-Length");
	if (lengths == 1 && !str_u64(http_head_field(h, STR("content-length")), &h->length))
		return bad(err, 400, "malformed Content-Length");
	h->chunked = codings == 1;
	return 0;
}

static int read_meaning(struct http_head *h, struct err *err)
{
	size_t hosts = count(h, STR("host"));

	if (hosts > 1 || (hosts == 0 && h->minor > 0))
		return bad(err, 400, "there must be one Host");
	if (read_framing(h, err) < 0)
		return -1;
	h->keep_alive = h->minor > 0 ? !lists(h, STR("connection"), STR("close"))
				     : lists(h, STR("connection"), STR("keep-alive"));
	h->expects_continue = h->minor > 0 && lists(h, STR("expect"), STR("100-continue"));
	return 0;
}

int http_head_read(str text, struct http_head *out, size_t *used, struct err *err)
{
	str rest = text, line;
	ptrdiff_t end;

	while (str_starts(rest, STR("\r\n"))) /* section 2.2: empty lines before it */
		rest = str_skip(rest, 2);
	end = str_find(str_take(rest, HTTP_HEAD_MAX), STR("\r\n\r\n"));
	if (end < 0 && text.n >= HTTP_HEAD_MAX)
		return bad(err, 431, "the header is too large");
	if (end < 0)
		return 0;
	*used = (size_t)(rest.p - text.p) + (size_t)end + 4;
	rest = str_take(rest, (size_t)end + 2);
	/* Not as one assignment: the fields' room is large and need not be zeroed. */
	out->n = 0;
	out->length = 0;
	out->minor = 0;
	out->query = STR_EMPTY;
	out->chunked = out->keep_alive = out->expects_continue = false;
	if (!take_line(&rest, &line))
		return bad(err, 400, "malformed line end");
	if (read_request_line(line, out, err) < 0)
		return -1;
	while (rest.n > 0) {
		if (!take_line(&rest, &line))
			return bad(err, 400, "malformed line end");
		if (read_field(line, out, err) < 0)
			return -1;
	}
	return read_meaning(out, err) < 0 ? -1 : 1;
}

str http_head_field(const struct http_head *head, str name)
{
	for (size_t i = 0; i < head->n; i++) {
		if (str_ieq(head->fields[i].name, name))
			return head->fields[i].value;
	}
	return STR_EMPTY;
}

/* ---- chunks -------------------------------------------------------------------------------- */

/* A line of the chunked form: 1, or 0 when its end is not there yet. */
static int chunk_line(str text, size_t max, size_t *used, str *line, struct err *err)
{
	str rest = text;

	if (str_find_char(str_take(text, max), '\n') < 0) {
		if (text.n >= max)
			return bad(err, 400, "a line of the chunked form is too long");
		return 0;
	}
	if (!take_line(&rest, line))
		return bad(err, 400, "malformed line end in the chunked form");
	*used = text.n - rest.n;
	return 1;
}

static int chunk_size(struct http_chunks *c, str text, size_t *used, struct err *err)
{
	str line, size, extension;
	int rc = chunk_line(text, HTTP_CHUNK_MAX_LINE, used, &line, err);

	if (rc <= 0)
		return rc;
	size = line;
	if (str_cut(line, ';', &size, &extension))
		size = str_rtrim(size);
	if (size.n > 15 || !str_u64_base(size, 16, &c->left))
		return bad(err, 400, "malformed size of a chunk");
	c->state = c->left > 0 ? CHUNK_DATA : CHUNK_TAIL;
	return 0;
}

static int chunk_tail(struct http_chunks *c, str text, size_t *used, struct err *err)
{
	str line;
	int rc = chunk_line(text, HTTP_CHUNK_MAX_TAIL, used, &line, err);

	if (rc <= 0)
		return rc;
	c->tail += *used;
	if (c->tail > HTTP_CHUNK_MAX_TAIL)
		return bad(err, 431, "too much behind the last chunk");
	if (line.n > 0)
		return 0;
	c->state = CHUNK_DONE;
	return 1;
}

int http_chunks_take(struct http_chunks *c, str text, size_t *used, str *data, struct err *err)
{
	*used = 0;
	*data = STR_EMPTY;
	switch (c->state) {
	case CHUNK_SIZE:
		return chunk_size(c, text, used, err);
	case CHUNK_DATA:
		*data = str_take(text, c->left < text.n ? (size_t)c->left : text.n);
		*used = data->n;
		c->left -= data->n;
		if (c->left == 0)
			c->state = CHUNK_END;
		return 0;
	case CHUNK_END:
		if (text.n < 2)
			return 0;
		if (!str_starts(text, STR("\r\n")))
			return bad(err, 400, "a chunk is longer than it says");
		*used = 2;
		c->state = CHUNK_SIZE;
		return 0;
	case CHUNK_TAIL:
		return chunk_tail(c, text, used, err);
	case CHUNK_DONE:
		break;
	}
	return 1;
}

const char *http_status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} texts[] = {
		{ 100, "Continue" },
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 302, "Found" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 411, "Length Required" },
		{ 412, "Precondition Failed" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
		{ 505, "HTTP Version Not Supported" },
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (texts[i].status == status)
			return texts[i].text;
	}
	return "Unknown";
}
