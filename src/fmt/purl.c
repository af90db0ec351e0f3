/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/purl.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/num.h"
#include "base/words.h"

static int hex_of(char c)
{
	if (is_digit(c))
		return c - '0';
	c = to_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decoded; the result is UTF-8 without NUL. */
int purl_unescape(str text, struct arena *arena, str *out, struct err *err)
{
	char *bytes = arena_bytes(arena, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		int byte = (unsigned char)text.p[i];

		if (byte == '%') {
			bool whole = text.n - i > 2;
			int high = whole ? hex_of(text.p[i + 1]) : -1;
			int low = whole ? hex_of(text.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return err_set(err, ERR_INPUT, "package URL: bad escape in '%.*s'",
					       STR_ARG(text));
			byte = high * 16 + low;
			i += 2;
		}
		if (byte == 0)
			return err_set(err, ERR_INPUT, "package URL: NUL in a part");
		bytes[n++] = (char)byte;
	}
	*out = str_of(bytes, n);
	if (!str_is_utf8(*out))
		return err_set(err, ERR_INPUT, "package URL: '%.*s' is not UTF-8", STR_ARG(text));
	return 0;
}

/* Segments without the empty ones, and for a subpath without "." and "..". */
static int decode_path(str text, bool subpath, struct arena *arena, str *out, struct err *err)
{
	AUTO(buf_done)
	struct buf path = { 0 };
	str rest = text, raw, segment;

	buf_init(&path, PURL_MAX_BYTES);
	while (str_split(&rest, '/', &raw)) {
		if (purl_unescape(raw, arena, &segment, err) < 0)
			return -1;
		if (str_empty(segment) ||
		    (subpath && (str_eq(segment, STR(".")) || str_eq(segment, STR("..")))))
			continue;
		if (str_find_char(segment, '/') >= 0)
			return err_set(err, ERR_INPUT, "package URL: a segment holds a slash");
		if (path.n > 0)
			buf_byte(&path, '/');
		buf_add(&path, segment);
	}
	*out = str_dup(arena, buf_str(&path));
	return 0;
}

static bool key_valid(str key)
{
	if (key.n == 0 || is_digit(*key.p))
		return false;
	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i];

		if (!is_alnum(c) && c != '.' && c != '-' && c != '_')
			return false;
	}
	return true;
}

static bool type_valid(str type)
{
	if (type.n == 0 || is_digit(*type.p))
		return false;
	for (size_t i = 0; i < type.n; i++) {
		char c = type.p[i];

		if (!is_alnum(c) && c != '.' && c != '-')
			return false;
	}
	return true;
}

/* Adds one in the order of the keys. Those without value are dropped. */
static int qualifier_add(struct purl *purl, struct purl_qualifier *list, str key, str value,
			 struct arena *arena, struct err *err)
{
	const struct purl_type *type = purl_type_of(purl->type);
	str lower = str_lower(arena, key);
	size_t at = purl->qualifier_count;

	if (!key_valid(key))
		return err_set(err, ERR_INPUT, "package URL: '%.*s' is no key of a qualifier",
			       STR_ARG(key));
	if ((type->rules & PURL_KEYS_EXACT) && !str_eq(key, lower) &&
	    words_line_has(type->keys, lower))
		return err_set(err, ERR_INPUT, "package URL: the key of '%.*s' is %.*s",
			       STR_ARG(key), STR_ARG(lower));
	if (str_empty(value))
		return 0;
	if (purl->qualifier_count == PURL_MAX_QUALIFIERS)
		return err_set(err, ERR_LIMIT, "package URL: more than %u qualifiers",
			       PURL_MAX_QUALIFIERS);
	while (at > 0 && str_cmp(list[at - 1].key, lower) > 0) {
		list[at] = list[at - 1];
		at--;
	}
	list[at] = (struct purl_qualifier){ .key = lower, .value = value };
	purl->qualifier_count++;
	if (at > 0 && str_eq(list[at - 1].key, lower))
		return err_set(err, ERR_INPUT, "package URL: '%.*s' stands twice", STR_ARG(lower));
	return 0;
}

/* Room for so many, or for as many as may be. */
static struct purl_qualifier *new_list(size_t n, struct arena *arena)
{
	return ARENA_ARRAY(arena, struct purl_qualifier, size_min(n, PURL_MAX_QUALIFIERS) + 1);
}

static size_t count_of(str text, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == c;
	return n;
}

static int parse_qualifiers(struct purl *purl, str text, struct arena *arena, struct err *err)
{
	struct purl_qualifier *list = new_list(count_of(text, '&') + 1, arena);
	str rest = text, pair, key, raw, value;

	purl->qualifiers = list;
	while (str_split(&rest, '&', &pair)) {
		if (!str_cut(pair, '=', &key, &raw))
			return err_set(err, ERR_INPUT, "package URL: qualifier '%.*s' has no value",
				       STR_ARG(pair));
		if (purl_unescape(raw, arena, &value, err) < 0 ||
		    qualifier_add(purl, list, key, value, arena, err) < 0)
			return -1;
	}
	return 0;
}

str purl_qualifier(const struct purl *purl, str key)
{
	for (size_t i = 0; i < purl->qualifier_count; i++) {
		if (str_eq(purl->qualifiers[i].key, key))
			return purl->qualifiers[i].value;
	}
	return STR_EMPTY;
}

/* Repositories of Databricks take a model's name in any case; others do not. */
static bool repository_folds_case(const struct purl *purl)
{
	str url = purl_qualifier(purl, STR("repository_url"));

	return str_find(url, STR("databricks.")) >= 0;
}

static void normalise(struct purl *purl, struct arena *arena)
{
	unsigned rules = purl_type_of(purl->type)->rules;

	if (rules & PURL_NAMESPACE_LOWER)
		purl->namespace = str_lower(arena, purl->namespace);
	if ((rules & PURL_NAME_LOWER) ||
	    ((rules & PURL_NAME_BY_HOST) && repository_folds_case(purl)))
		purl->name = str_lower(arena, purl->name);
	if (rules & PURL_VERSION_LOWER)
		purl->version = str_lower(arena, purl->version);
	if (rules & PURL_NAME_DASHED) {
		char *name = str_cstr(arena, purl->name);

		for (size_t i = 0; i < purl->name.n; i++) {
			if (name[i] == '_')
				name[i] = '-';
		}
		purl->name = str_of(name, purl->name.n);
	}
}

/*
 * The version stands behind the last '@'; but one that begins a segment and is followed by more
 * segments belongs to a scope that was not encoded ("@scope/name").
 */
static int parse_version(str *rest, struct purl *purl, struct arena *arena, struct err *err)
{
	ptrdiff_t at = str_rfind_char(*rest, '@');

	if (at < 0)
		goto none;
	str raw = str_skip(*rest, (size_t)at + 1);
	bool starts = at == 0 || rest->p[at - 1] == '/';
	if (starts && str_find_char(raw, '/') >= 0)
		goto none;
	*rest = str_take(*rest, (size_t)at);
	return purl_unescape(raw, arena, &purl->version, err);
none:
	while (str_ends(*rest, STR("/")))
		*rest = str_drop_end(*rest, 1);
	return 0;
}

static int parse_name(str rest, struct purl *purl, struct arena *arena, struct err *err)
{
	bool path = purl_type_of(purl->type)->rules & PURL_NAME_PATH;

	while (str_starts(rest, STR("/")))
		rest = str_skip(rest, 1);
	ptrdiff_t slash = path ? str_find_char(rest, '/') : str_rfind_char(rest, '/');
	str name = slash < 0 ? rest : str_skip(rest, (size_t)slash + 1);

	if (slash >= 0 &&
	    decode_path(str_take(rest, (size_t)slash), false, arena, &purl->namespace, err) < 0)
		return -1;
	if (path ? decode_path(name, false, arena, &purl->name, err) < 0
		 : purl_unescape(name, arena, &purl->name, err) < 0)
		return -1;
	if (str_empty(purl->name))
		return err_set(err, ERR_INPUT, "package URL without a name");
	return 0;
}

int purl_parse(str text, struct arena *arena, struct purl *out, struct err *err)
{
	struct purl purl = { 0 };
	str rest = text, scheme, type, qualifiers = STR_EMPTY;

	if (text.n > PURL_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "package URL of %zu bytes", text.n);
	ptrdiff_t hash = str_rfind_char(rest, '#');
	if (hash >= 0) {
		if (decode_path(str_skip(rest, (size_t)hash + 1), true, arena, &purl.subpath, err) <
		    0)
			return -1;
		rest = str_take(rest, (size_t)hash);
	}
	ptrdiff_t mark = str_rfind_char(rest, '?');
	if (mark >= 0) {
		qualifiers = str_skip(rest, (size_t)mark + 1);
		rest = str_take(rest, (size_t)mark);
	}
	if (!str_cut(rest, ':', &scheme, &rest) || !str_ieq(scheme, STR("pkg")))
		return err_set(err, ERR_INPUT, "not a package URL");
	while (str_starts(rest, STR("/")))
		rest = str_skip(rest, 1);
	if (!str_cut(rest, '/', &type, &rest) || !type_valid(type))
		return err_set(err, ERR_INPUT, "package URL without a proper type");
	purl.type = str_lower(arena, type);
	if (parse_version(&rest, &purl, arena, err) < 0 ||
	    parse_name(rest, &purl, arena, err) < 0 ||
	    (qualifiers.n > 0 && parse_qualifiers(&purl, qualifiers, arena, err) < 0))
		return -1;
	normalise(&purl, arena);
	*out = purl;
	return 0;
}

/* Everything but unreserved bytes and the colon is escaped; a slash only where it separates. */
static void encode(struct buf *out, str text, bool slash)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~' || c == ':' ||
		    (slash && c == '/'))
			buf_byte(out, c);
		else
			buf_fmt(out, "%%%02X", (unsigned)(unsigned char)c);
	}
}

static void encode_path(struct buf *out, str text, bool subpath)
{
	str rest = text, segment;
	bool first = true;

	while (str_split(&rest, '/', &segment)) {
		if (str_empty(segment) ||
		    (subpath && (str_eq(segment, STR(".")) || str_eq(segment, STR("..")))))
			continue;
		if (!first)
			buf_byte(out, '/');
		first = false;
		encode(out, segment, false);
	}
}

static void write_text(const struct purl *purl, struct buf *out)
{
	bool path = purl_type_of(purl->type)->rules & PURL_NAME_PATH;
	char mark = '?';

	buf_fmt(out, "pkg:%.*s/", STR_ARG(purl->type));
	if (!str_empty(purl->namespace)) {
		encode_path(out, purl->namespace, false);
		buf_byte(out, '/');
	}
	encode(out, purl->name, path);
	if (!str_empty(purl->version)) {
		buf_byte(out, '@');
		encode(out, purl->version, false);
	}
	for (size_t i = 0; i < purl->qualifier_count; i++) {
		buf_byte(out, mark);
		mark = '&';
		buf_add(out, purl->qualifiers[i].key);
		buf_byte(out, '=');
		encode(out, purl->qualifiers[i].value, false);
	}
	if (!str_empty(purl->subpath)) {
		buf_byte(out, '#');
		encode_path(out, purl->subpath, true);
	}
}

int purl_build(const struct purl *from, struct arena *arena, str *out, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	struct purl purl = *from;
	struct purl_qualifier *list = new_list(from->qualifier_count, arena);

	if (!type_valid(from->type))
		return err_set(err, ERR_INPUT, "'%.*s' is no type of a package URL",
			       STR_ARG(from->type));
	if (str_empty(from->name))
		return err_set(err, ERR_INPUT, "package URL without a name");
	purl.type = str_lower(arena, from->type);
	purl.qualifiers = list;
	purl.qualifier_count = 0;
	for (size_t i = 0; i < from->qualifier_count; i++) {
		if (qualifier_add(&purl, list, from->qualifiers[i].key, from->qualifiers[i].value,
				  arena, err) < 0)
			return -1;
	}
	normalise(&purl, arena);
	buf_init(&text, 8 * PURL_MAX_BYTES);
	write_text(&purl, &text);
	if (text.overflow)
		return err_set(err, ERR_LIMIT, "package URL above %u bytes", 8 * PURL_MAX_BYTES);
	*out = str_dup(arena, buf_str(&text));
	return 0;
}
