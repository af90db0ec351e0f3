/* SPDX-License-Identifier: Apache-2.0 */
#include "report/ci.h"

#include "base/buf.h"
#include "base/err.h"
#include "fmt/syntax/yaml.h"

#include <assert.h>

#define SHORT_COMMIT 12u

struct provider {
	const char *marker;
	const char *values[CI_FIELD_COUNT];
};

static const struct provider providers[] = {
#define PROVIDER(name, marker_, ...) { .marker = (marker_), .values = { name, __VA_ARGS__ } },
#include "report/data/ci_provider.def"
#undef PROVIDER
};

static const str names[CI_FIELD_COUNT] = {
#define X(name) STR_INIT(#name),
	CI_FIELDS(X)
#undef X
};

str ci_field_name(enum ci_field field) { return names[field]; }

bool ci_is_empty(const struct ci_metadata *ci)
{
	for (size_t i = 0; i < CI_FIELD_COUNT; i++) {
		if (ci->values[i].n > 0)
			return false;
	}
	return true;
}

static str own_variable(void *context, const char *name)
{
	(void)context;
	return str_c(getenv(name));
}

const struct ci_environment ci_own_environment = { .get = own_variable };

/* ---- values ---- */

static str first_line(str s)
{
	size_t n = 0;

	s = str_trim(s);
	while (n < s.n && (unsigned char)s.p[n] >= ' ')
		n++;
	return str_rtrim(str_take(s, n));
}

/* At most CI_VALUE_MAX bytes, no half character. */
static str cut(str s)
{
	size_t n = CI_VALUE_MAX;

	if (s.n <= n)
		return s;
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_take(s, n);
}

static bool is_address(enum ci_field field)
{
	return field == CI_run_url || field == CI_repository_url;
}

/* "https://user:secret@host/path" without what is in front of the host; blanks as %20. */
static str clean_address(str s, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	ptrdiff_t scheme = str_find(s, STR("://"));
	str head = scheme >= 0 ? str_take(s, (size_t)scheme + 3) : STR_EMPTY;
	str rest = str_skip(s, head.n);
	size_t host = 0;

	while (host < rest.n && rest.p[host] != '/' && rest.p[host] != '?' && rest.p[host] != '#')
		host++;
	ptrdiff_t at = head.n ? str_rfind_char(str_take(rest, host), '@') : -1;
	buf_init(&b, 4 * CI_VALUE_MAX);
	buf_add(&b, head);
	rest = str_skip(rest, (size_t)(at + 1));
	for (size_t i = 0; i < rest.n && i < CI_VALUE_MAX; i++) {
		if (rest.p[i] == ' ')
			BUF_LIT(&b, "%20");
		else
			buf_byte(&b, rest.p[i]);
	}
	return str_dup(arena, buf_str(&b));
}

static void set(struct ci_metadata *ci, enum ci_field field, str value, struct arena *arena)
{
	value = first_line(value);
	if (is_address(field))
		value = clean_address(value, arena);
	ci->values[field] = str_dup(arena, cut(value));
}

str ci_link(str value)
{
	bool plain = str_starts(value, STR("https://")) || str_starts(value, STR("http://"));

	for (size_t i = 0; i < value.n; i++)
		plain = plain && value.p[i] > ' ' && value.p[i] < 0x7f &&
			!strchr("\"<>\\^`{|}", value.p[i]);
	return plain ? value : STR_EMPTY;
}

/* ---- the environment ---- */

/* "NAME" or "NAME-text" of ${...}. */
static bool variable(const struct ci_environment *environment, str expression, struct arena *arena,
		     str *out)
{
	str name = expression, prefix = STR_EMPTY;
	bool has_prefix = str_cut(expression, '-', &name, &prefix);

	*out = environment->get(environment->context, str_cstr(arena, name));
	if (has_prefix && !str_starts(*out, prefix))
		return false;
	*out = str_skip(*out, prefix.n);
	return out->n > 0;
}

/* One alternative; empty when one of its variables is not set. */
static str expand(const struct ci_environment *environment, str text, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	ptrdiff_t open;

	buf_init(&b, 16 * CI_VALUE_MAX);
	while ((open = str_find(text, STR("${"))) >= 0) {
		str expression = str_skip(text, (size_t)open + 2), value;
		ptrdiff_t close = str_find_char(expression, '}');

		assert(close > 0); /* the table is ours */
		if (!variable(environment, str_take(expression, (size_t)close), arena, &value))
			return STR_EMPTY;
		buf_add(&b, str_take(text, (size_t)open));
		buf_add(&b, str_take(value, CI_VALUE_MAX));
		text = str_skip(expression, (size_t)close + 1);
	}
	buf_add(&b, text);
	return str_dup(arena, buf_str(&b));
}

static bool is_there(const struct ci_environment *environment, const char *marker,
		     struct arena *arena)
{
	str name = str_c(marker), value = STR_EMPTY;
	bool exact = str_cut(str_c(marker), '=', &name, &value);
	str found = environment->get(environment->context, str_cstr(arena, name));

	/* Some set "false" where they are not. */
	return exact ? str_eq(found, value) : found.n > 0 && !str_eq(found, STR("false"));
}

void ci_detect(const struct ci_environment *environment, struct arena *arena,
	       struct ci_metadata *out)
{
	size_t p = 0;

	while (p < ARRAY_LEN(providers) && !is_there(environment, providers[p].marker, arena))
		p++;
	if (p == ARRAY_LEN(providers))
		return;
	for (size_t i = 0; i < CI_FIELD_COUNT; i++) {
		str rest = str_c(providers[p].values[i]), alternative, value = STR_EMPTY;

		while (value.n == 0 && str_split(&rest, '|', &alternative))
			value = expand(environment, alternative, arena);
		/* Buildkite and Travis say "false" where there is no change. */
		if (i == CI_change && str_eq(value, STR("false")))
			value = STR_EMPTY;
		if (value.n > 0)
			set(out, (enum ci_field)i, value, arena);
	}
	str branch = str_without_prefix(out->values[CI_branch], STR("refs/heads/"));
	out->values[CI_branch] = branch;
}

/* ---- what the user says ---- */

static int field_of(str name, enum ci_field *out)
{
	for (size_t i = 0; i < CI_FIELD_COUNT; i++) {
		if (str_eq(name, names[i])) {
			*out = (enum ci_field)i;
			return 0;
		}
	}
	return -1;
}

static int unknown_field(str name, struct arena *arena, struct err *err)
{
	str known = STR_EMPTY;

	for (size_t i = 0; i < CI_FIELD_COUNT; i++)
		known = str_fmt(arena, "%.*s%s%.*s", STR_ARG(known), i ? ", " : "",
				STR_ARG(names[i]));
	return err_set(err, ERR_USAGE, "'%.*s' is not one of: %.*s", STR_ARG(name), STR_ARG(known));
}

static int take_file(struct ci_metadata *ci, str path, struct arena *arena, struct err *err)
{
	static const struct yaml_opts opts = { .schema = YAML_TEXT };
	AUTO(buf_done)
	struct buf text = { 0 };
	const struct json *root;

	buf_init(&text, CI_FILE_MAX);
	if (buf_read_file(&text, str_cstr(arena, path), err) < 0)
		return -1;
	if (yaml_parse(str_dup(arena, buf_str(&text)), &opts, arena, &root, NULL, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	if (!json_is(root, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "%.*s: not a mapping of 'name: value'",
			       STR_ARG(path));
	JSON_MEMBERS (root, member) {
		enum ci_field field;

		if (field_of(member->key, &field) < 0) {
			IGNORE(unknown_field(member->key, arena, err)); /* -1 */
			return err_wrap(err, "%.*s", STR_ARG(path));
		}
		if (!json_is(&member->value, JSON_STRING))
			return err_set(err, ERR_INPUT, "%.*s: '%.*s' is not a text", STR_ARG(path),
				       STR_ARG(member->key));
		set(ci, field, json_str(&member->value), arena);
	}
	return 0;
}

/* A comma ends a value where the name of a field and '=' follow. */
static str next_pair(str *rest)
{
	for (size_t i = 0; i < rest->n; i++) {
		str name, value;
		enum ci_field field;

		if (rest->p[i] != ',' || !str_cut(str_skip(*rest, i + 1), '=', &name, &value) ||
		    field_of(name, &field) < 0)
			continue;
		str pair = str_take(*rest, i);
		*rest = str_skip(*rest, i + 1);
		return pair;
	}
	str pair = *rest;
	*rest = STR_EMPTY;
	return pair;
}

int ci_take(struct ci_metadata *ci, str value, const struct ci_environment *environment,
	    struct arena *arena, struct err *err)
{
	str name, text;

	if (str_eq(value, STR("none"))) {
		*ci = (struct ci_metadata){ 0 };
		return 0;
	}
	if (str_starts(value, STR("auto,")) || str_eq(value, STR("auto"))) {
		ci_detect(environment, arena, ci);
		value = str_without_prefix(str_without_prefix(value, STR("auto")), STR(","));
		if (value.n == 0)
			return 0;
	}
	if (!str_cut(value, '=', &name, &text) || str_find_char(name, '/') >= 0)
		return take_file(ci, value, arena, err);
	while (value.n > 0) {
		str pair = next_pair(&value);
		enum ci_field field;

		if (!str_cut(pair, '=', &name, &text) || field_of(name, &field) < 0)
			return unknown_field(name, arena, err);
		set(ci, field, text, arena);
	}
	return 0;
}

/* ---- for people ---- */

static void part(struct buf *b, const char *before, str value)
{
	if (value.n > 0)
		buf_fmt(b, "%s%s%.*s", b->n ? ", " : "", before, STR_ARG(value));
}

str ci_line(const struct ci_metadata *ci, struct arena *arena)
{
	const str *v = ci->values;
	str name = v[CI_pipeline].n ? v[CI_pipeline] : v[CI_provider];
	str number = v[CI_run_number].n ? v[CI_run_number] : v[CI_run_id];
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, 16 * CI_VALUE_MAX);
	if (number.n > 0)
		name = str_fmt(arena, "%.*s #%.*s", STR_ARG(name), STR_ARG(number));
	part(&b, "", name);
	part(&b, "", v[CI_job]);
	part(&b, "", v[CI_repository]);
	part(&b, "", v[CI_branch].n ? v[CI_branch] : v[CI_tag]);
	part(&b, "", str_take(v[CI_commit], SHORT_COMMIT));
	part(&b, "@", v[CI_actor]);
	part(&b, "", v[CI_run_url]);
	return str_dup(arena, buf_str(&b));
}
