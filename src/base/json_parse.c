/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/err.h"
#include "base/json.h"
#include "base/map.h"
#include "base/num.h"

/* Objects up to this size are searched for duplicate keys pair by pair. */
#define PAIRWISE_KEYS 64u

struct parser {
	const char *start, *p, *end;
	struct json_opts opts;
	struct arena *arena;
	struct err *err;
	struct json_member *stack; /* values of the open arrays and objects */
	size_t n, cap, values;
	unsigned depth;
};

static int parse_value(struct parser *ps, struct json *out);

static int fail(const struct parser *ps, enum err_kind kind, const char *what)
{
	size_t line = 1, column = 1;

	for (const char *q = ps->start; q < ps->p; q++) {
		column = *q == '\n' ? 1 : column + 1;
		line += *q == '\n';
	}
	return err_set(ps->err, kind, "JSON line %zu column %zu: %s", line, column, what);
}

static void skip_space(struct parser *ps)
{
	while (ps->p < ps->end &&
	       (*ps->p == ' ' || *ps->p == '\n' || *ps->p == '\r' || *ps->p == '\t'))
		ps->p++;
}

/* First byte at or after p that is '"', '\\', a control byte or not ASCII. */
static const char *plain_end(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), escape = _mm_set1_epi8('\\');
	const __m128i space = _mm_set1_epi8(0x20);

	for (; end - p >= 16; p += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* Signed comparison: bytes from 0x80 up count as below the space, too. */
		__m128i stop = _mm_or_si128(
			_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, escape)),
			_mm_cmplt_epi8(bytes, space));
		int mask = _mm_movemask_epi8(stop);

		if (mask)
			return p + __builtin_ctz((unsigned)mask);
	}
#endif
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20 &&
	       (unsigned char)*p < 0x80)
		p++;
	return p;
}

static bool hex4(const char *p, const char *end, uint32_t *out)
{
	uint64_t v;

	if (end - p < 4 || !str_u64_base(str_of(p, 4), 16, &v))
		return false;
	*out = (uint32_t)v;
	return true;
}

/* ps->p is behind "\u"; surrogate pairs become one code point. */
static int unescape_unicode(struct parser *ps, uint32_t *cp)
{
	uint32_t low;

	if (!hex4(ps->p, ps->end, cp))
		return fail(ps, ERR_INPUT, "\\u needs four hexadecimal digits");
	ps->p += 4;
	if (*cp < 0xd800 || *cp > 0xdfff)
		return 0;
	if (*cp > 0xdbff || ps->end - ps->p < 6 || ps->p[0] != '\\' || ps->p[1] != 'u' ||
	    !hex4(ps->p + 2, ps->end, &low) || low < 0xdc00 || low > 0xdfff)
		return fail(ps, ERR_INPUT, "half of a surrogate pair");
	*cp = 0x10000 + ((*cp - 0xd800) << 10) + (low - 0xdc00);
	ps->p += 6;
	return 0;
}

/* ps->p is at a backslash. Writes the character to `to` and advances it. */
static int unescape(struct parser *ps, char **to)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	const char *hit;
	uint32_t cp = 0;

	if (ps->end - ps->p < 2)
		return fail(ps, ERR_INPUT, "unfinished string");
	hit = ps->p[1] ? strchr(from, ps->p[1]) : NULL;
	if (hit) {
		*(*to)++ = into[hit - from];
		ps->p += 2;
		return 0;
	}
	if (ps->p[1] != 'u')
		return fail(ps, ERR_INPUT, "unknown escape");
	ps->p += 2;
	if (unescape_unicode(ps, &cp) < 0)
		return -1;
	*to += utf8_encode(cp, *to);
	return 0;
}

/* The string that ends at `close`, starting at `body`, has escapes: builds it in the arena. */
static int build_string(struct parser *ps, const char *body, const char *close, str *out)
{
	char *text = arena_bytes(ps->arena, (size_t)(close - body)), *to = text;

	ps->p = body;
	while (ps->p < close) {
		const char *escape = memchr(ps->p, '\\', (size_t)(close - ps->p));
		size_t plain = (size_t)((escape ? escape : close) - ps->p);

		memcpy(to, ps->p, plain);
		to += plain;
		ps->p += plain;
		if (escape && unescape(ps, &to) < 0)
			return -1;
	}
	*out = str_of(text, (size_t)(to - text));
	return 0;
}

/* ps->p is behind the opening quote; afterwards behind the closing one. */
static int parse_string(struct parser *ps, str *out)
{
	const char *body = ps->p;
	bool escapes = false;

	for (;;) {
		uint32_t cp;
		size_t len;

		ps->p = plain_end(ps->p, ps->end);
		if (ps->p == ps->end)
			return fail(ps, ERR_INPUT, "unfinished string");
		if (*ps->p == '"')
			break;
		if (*ps->p == '\\') {
			if (ps->end - ps->p < 2)
				return fail(ps, ERR_INPUT, "unfinished string");
			escapes = true;
			ps->p += 2;
			continue;
		}
		if ((unsigned char)*ps->p < 0x20)
			return fail(ps, ERR_INPUT, "control byte in a string");
		len = utf8_decode(ps->p, (size_t)(ps->end - ps->p), &cp);
		if (len == 0)
			return fail(ps, ERR_INPUT, "not UTF-8");
		ps->p += len;
	}
	if (escapes) {
		const char *close = ps->p;

		if (build_string(ps, body, close, out) < 0)
			return -1;
		ps->p = close;
	} else {
		*out = str_of(body, (size_t)(ps->p - body));
		if (!ps->opts.borrow)
			*out = str_dup(ps->arena, *out);
	}
	ps->p++;
	return 0;
}

static const char *skip_digits(const char *p, const char *end)
{
	while (p < end && is_digit(*p))
		p++;
	return p;
}

/* number = [ "-" ] int [ frac ] [ exp ] (RFC 8259, section 6). */
static int parse_number(struct parser *ps, struct json *out)
{
	const char *p = ps->p, *digits;
	str text;

	p += p < ps->end && *p == '-';
	digits = p;
	p = skip_digits(p, ps->end);
	if (p == digits)
		return fail(ps, ERR_INPUT, "expected a value");
	if (*digits == '0' && p - digits > 1)
		return fail(ps, ERR_INPUT, "number with a leading zero");
	if (p < ps->end && *p == '.') {
		digits = ++p;
		p = skip_digits(p, ps->end);
		if (p == digits)
			return fail(ps, ERR_INPUT, "number without digits behind the point");
	}
	if (p < ps->end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < ps->end && (*p == '+' || *p == '-');
		digits = p;
		p = skip_digits(p, ps->end);
		if (p == digits)
			return fail(ps, ERR_INPUT, "number without exponent");
	}
	text = str_of(ps->p, (size_t)(p - ps->p));
	if (!ps->opts.borrow)
		text = str_dup(ps->arena, text);
	*out = (struct json){ .type = JSON_NUMBER, .n = (uint32_t)text.n, .text = text.p };
	ps->p = p;
	return 0;
}

static int parse_word(struct parser *ps, str word, enum json_type type, struct json *out)
{
	if (!str_starts(str_of(ps->p, (size_t)(ps->end - ps->p)), word))
		return fail(ps, ERR_INPUT, "expected a value");
	ps->p += word.n;
	*out = (struct json){ .type = (uint8_t)type };
	return 0;
}

static void push(struct parser *ps, str key, const struct json *value)
{
	if (ps->n == ps->cap) {
		ps->cap = ps->cap ? ps->cap * 2 : 64;
		ps->stack = mem_realloc(ps->stack, ps->cap * sizeof(*ps->stack));
	}
	ps->stack[ps->n++] = (struct json_member){ .key = key, .value = *value };
}

/* The values above `base` become the elements of *out. */
static void pop_array(struct parser *ps, size_t base, struct json *out)
{
	size_t n = ps->n - base;
	struct json *items = ARENA_ARRAY(ps->arena, struct json, n);

	for (size_t i = 0; i < n; i++)
		items[i] = ps->stack[base + i].value;
	*out = (struct json){ .type = JSON_ARRAY, .n = (uint32_t)n, .items = items };
	ps->n = base;
}

/* Most pairs differ in length or last byte: no call for those. */
static inline bool key_equal(str a, str b)
{
	if (a.n != b.n)
		return false;
	return a.n == 0 || (a.p[a.n - 1] == b.p[b.n - 1] && memcmp(a.p, b.p, a.n) == 0);
}

/* One of 256 marks, by length and both ends: keys that are equal have the same. */
static inline unsigned key_mark(str key)
{
	uint64_t h = key.n, ends[2];
	uint32_t words[2];

	if (key.n >= sizeof(ends[0])) {
		memcpy(&ends[0], key.p, sizeof(ends[0]));
		memcpy(&ends[1], key.p + key.n - sizeof(ends[1]), sizeof(ends[1]));
		h += ends[0] ^ (ends[1] << 23 | ends[1] >> 41);
	} else if (key.n >= sizeof(words[0])) {
		memcpy(&words[0], key.p, sizeof(words[0]));
		memcpy(&words[1], key.p + key.n - sizeof(words[1]), sizeof(words[1]));
		h += (uint64_t)words[0] << 32 | words[1];
	} else if (key.n > 0) {
		h += (uint64_t)(unsigned char)key.p[0] << 8 | (unsigned char)key.p[key.n - 1];
	}
	return (unsigned)(h * 0x9e3779b97f4a7c15ull >> 56);
}

/* Only with a mark that another one had is a key compared with those before it. */
static const struct json_member *duplicate_pairwise(const struct json_member *m, size_t n)
{
	uint64_t marks[4] = { 0 };

	for (size_t i = 0; i < n; i++) {
		unsigned mark = key_mark(m[i].key);
		uint64_t bit = 1ull << (mark & 63);

		for (size_t k = 0; k < i && (marks[mark >> 6] & bit) != 0; k++)
			if (key_equal(m[i].key, m[k].key))
				return &m[i];
		marks[mark >> 6] |= bit;
	}
	return NULL;
}

static const struct json_member *duplicate_hashed(const struct json_member *m, size_t n)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct map seen;

	map_init(&seen, scratch);
	for (size_t i = 0; i < n; i++)
		if (!map_put(&seen, m[i].key, NULL))
			return &m[i];
	return NULL;
}

const struct json_member *json_duplicate(const struct json_member *members, size_t n)
{
	return n <= PAIRWISE_KEYS ? duplicate_pairwise(members, n) : duplicate_hashed(members, n);
}

static int pop_object(struct parser *ps, size_t base, struct json *out)
{
	const struct json_member *from = ps->stack ? ps->stack + base : NULL, *twice = NULL;
	size_t n = ps->n - base;
	struct json_member *members;

	if (!ps->opts.keep_duplicates)
		twice = json_duplicate(from, n);
	if (twice) {
		fail(ps, ERR_INPUT, "a key occurs twice in the object that ends here");
		return err_wrap(ps->err, "key \"%.*s\"", STR_ARG(str_take(twice->key, 80)));
	}
	members = ARENA_ARRAY(ps->arena, struct json_member, n);
	if (from && n)
		memcpy(members, from, n * sizeof(*members));
	*out = (struct json){ .type = JSON_OBJECT, .n = (uint32_t)n, .members = members };
	ps->n = base;
	return 0;
}

/* Behind an element: 1 when another follows, 0 at the closing bracket, -1. */
static int next_element(struct parser *ps, char close)
{
	skip_space(ps);
	if (ps->p < ps->end && *ps->p == ',') {
		ps->p++;
		return 1;
	}
	if (ps->p < ps->end && *ps->p == close) {
		ps->p++;
		return 0;
	}
	return fail(ps, ERR_INPUT, close == ']' ? "expected ',' or ']'" : "expected ',' or '}'");
}

static bool closes_at_once(struct parser *ps, char close)
{
	skip_space(ps);
	if (ps->p == ps->end || *ps->p != close)
		return false;
	ps->p++;
	return true;
}

static int parse_array(struct parser *ps, struct json *out)
{
	size_t base = ps->n;
	int more = closes_at_once(ps, ']') ? 0 : 1;

	while (more == 1) {
		struct json value;

		if (parse_value(ps, &value) < 0)
			return -1;
		push(ps, STR_EMPTY, &value);
		more = next_element(ps, ']');
	}
	if (more < 0)
		return -1;
	pop_array(ps, base, out);
	return 0;
}

static int parse_object(struct parser *ps, struct json *out)
{
	size_t base = ps->n;
	int more = closes_at_once(ps, '}') ? 0 : 1;

	while (more == 1) {
		struct json value;
		str key;

		skip_space(ps);
		if (ps->p == ps->end || *ps->p != '"')
			return fail(ps, ERR_INPUT, "expected a key");
		ps->p++;
		if (parse_string(ps, &key) < 0)
			return -1;
		skip_space(ps);
		if (ps->p == ps->end || *ps->p != ':')
			return fail(ps, ERR_INPUT, "expected ':'");
		ps->p++;
		if (parse_value(ps, &value) < 0)
			return -1;
		push(ps, key, &value);
		more = next_element(ps, '}');
	}
	if (more < 0)
		return -1;
	return pop_object(ps, base, out);
}

static int parse_nested(struct parser *ps, struct json *out)
{
	bool object = *ps->p++ == '{';
	int rc;

	if (++ps->depth > ps->opts.max_depth)
		return fail(ps, ERR_LIMIT, "nested too deeply");
	rc = object ? parse_object(ps, out) : parse_array(ps, out);
	ps->depth--;
	return rc;
}

static int parse_value(struct parser *ps, struct json *out)
{
	str text;

	skip_space(ps);
	if (ps->p == ps->end)
		return fail(ps, ERR_INPUT, "unexpected end");
	if (ps->opts.max_values && ++ps->values > ps->opts.max_values)
		return fail(ps, ERR_LIMIT, "too many values");
	switch (*ps->p) {
	case '"':
		ps->p++;
		if (parse_string(ps, &text) < 0)
			return -1;
		*out = (struct json){ .type = JSON_STRING, .n = (uint32_t)text.n, .text = text.p };
		return 0;
	case '{':
	case '[':
		return parse_nested(ps, out);
	case 't':
		return parse_word(ps, STR("true"), JSON_TRUE, out);
	case 'f':
		return parse_word(ps, STR("false"), JSON_FALSE, out);
	case 'n':
		return parse_word(ps, STR("null"), JSON_NULL, out);
	default:
		return parse_number(ps, out);
	}
}

int json_parse(str text, const struct json_opts *opts, struct arena *arena, const struct json **out,
	       struct err *err)
{
	struct parser ps = { .start = text.p, .p = text.p, .arena = arena, .err = err };
	struct json root;
	int rc;

	if (text.n > JSON_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "JSON of %zu bytes", text.n);
	if (text.n == 0)
		return err_set(err, ERR_INPUT, "JSON: empty");
	ps.end = text.p + text.n;
	if (opts)
		ps.opts = *opts;
	if (ps.opts.max_depth == 0)
		ps.opts.max_depth = JSON_DEFAULT_DEPTH;
	if (ps.opts.max_depth > JSON_MAX_DEPTH)
		ps.opts.max_depth = JSON_MAX_DEPTH;
	rc = parse_value(&ps, &root);
	if (rc == 0) {
		skip_space(&ps);
		if (ps.p < ps.end)
			rc = fail(&ps, ERR_INPUT, "text behind the end of the document");
	}
	free(ps.stack);
	if (rc == 0) {
		struct json *value = ARENA_NEW(arena, struct json);

		*value = root;
		*out = value;
	}
	return rc;
}
