/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/kind.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "scan/secret/skip.h"

#define SEARCH_VERSION 1u /* raised when the same kinds find something else */
#define REGEX_MAX      8192u

static const unsigned char builtin[] = {
#include "kinds.conf.inc"
};

static str builtin_text(void) { return str_of((const char *)builtin, sizeof(builtin)); }

struct reader {
	struct arena *arena;
	struct secret_kinds *kinds;
	struct secret_kind *kind; /* NULL: in front of the first */
	struct map defines;
	size_t line;
};

const str *secret_list_add(struct arena *arena, const str *items, size_t *n, size_t *cap, str item)
{
	/* The array is ours; only what others see of it is const. */
	str *grown = arena_grow(arena, (void *)(uintptr_t)items, *n, cap, sizeof(*grown));

	grown[(*n)++] = item;
	return grown;
}

struct secret_kind *secret_kinds_add(struct secret_kinds *kinds, struct arena *arena)
{
	kinds->items =
		arena_grow(arena, kinds->items, kinds->n, &kinds->cap, sizeof(*kinds->items));
	kinds->items[kinds->n] = (struct secret_kind){ .edge = true };
	return &kinds->items[kinds->n++];
}

const struct secret_kind *secret_kind_find(const struct secret_kinds *kinds, str id)
{
	for (size_t i = 0; i < kinds->n; i++) {
		if (str_eq(kinds->items[i].id, id))
			return &kinds->items[i];
	}
	return NULL;
}

/* @NAME@ replaced by what it stands for; other @ stay. */
static str expand(struct reader *r, str text)
{
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	ptrdiff_t at;

	buf_init(&b, REGEX_MAX);
	while ((at = str_find_char(text, '@')) >= 0) {
		str rest = str_skip(text, (size_t)at + 1);
		ptrdiff_t end = str_find_char(rest, '@');
		const str *value =
			end > 0 ? map_get(&r->defines, str_take(rest, (size_t)end)) : NULL;

		buf_add(&b, str_take(text, (size_t)at));
		if (value)
			buf_add(&b, *value);
		else
			buf_byte(&b, '@');
		text = value ? str_skip(rest, (size_t)end + 1) : rest;
	}
	buf_add(&b, text);
	return b.overflow ? STR_EMPTY : str_dup(r->arena, buf_str(&b));
}

static int take_define(struct reader *r, str value)
{
	str name, text, *kept;

	if (!str_cut(value, ' ', &name, &text))
		return -1;
	kept = ARENA_NEW(r->arena, str);
	*kept = text;
	map_put(&r->defines, name, kept);
	return 0;
}

/* A keyword in lower case, with "\s" at its end as a blank. */
static str keyword(struct reader *r, str value)
{
	if (str_ends(value, STR("\\s")))
		value = str_cat(r->arena, str_drop_end(value, 2), STR(" "));
	return str_lower(r->arena, value);
}

static bool take_number(str value, double *out)
{
	str whole = value, part = STR_EMPTY;
	uint64_t n = 0, tenths = 0;

	IGNORE(str_cut(value, '.', &whole, &part)); /* without a point there is only `whole` */
	if (!str_u64(whole, &n) || (part.n > 0 && (part.n > 1 || !str_u64(part, &tenths))))
		return false;
	*out = (double)n + (double)tenths / 10;
	return true;
}

static bool take_list(struct reader *r, str name, str value)
{
	struct secret_kind *k = r->kind;

	if (str_eq(name, STR("keyword")))
		k->keywords = secret_list_add(r->arena, k->keywords, &k->keyword_n, &k->keyword_cap,
					      keyword(r, value));
	else if (str_eq(name, STR("allow")))
		k->allow = secret_list_add(r->arena, k->allow, &k->allow_n, &k->allow_cap,
					   expand(r, value));
	else if (str_eq(name, STR("path")))
		k->paths = secret_list_add(r->arena, k->paths, &k->path_n, &k->path_cap, value);
	else if (str_eq(name, STR("except")))
		k->except =
			secret_list_add(r->arena, k->except, &k->except_n, &k->except_cap, value);
	else
		return false;
	return true;
}

static bool take_setting(struct reader *r, str name, str value)
{
	struct secret_kind *k = r->kind;
	const struct {
		const char *name;
		str *to;
	} texts[] = {
		{ "title", &k->title }, { "ja", &k->title_ja },	  { "severity", &k->severity },
		{ "group", &k->group }, { "sample", &k->sample },
	};
	uint64_t n;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (str_eq(name, str_c(texts[i].name))) {
			*texts[i].to = value;
			return true;
		}
	}
	if (str_eq(name, STR("regex"))) {
		k->regex = expand(r, value);
		return k->regex.n > 0;
	}
	if (str_eq(name, STR("entropy")))
		return take_number(value, &k->entropy);
	if (str_eq(name, STR("before"))) {
		if (!str_u64(value, &n) || n > SECRET_BEFORE_MAX)
			return false;
		k->before = (unsigned)n;
		return true;
	}
	if (str_eq(name, STR("edge")) && str_eq(value, STR("none")))
		k->edge = false;
	else if (str_eq(name, STR("weak")) && str_eq(value, STR("yes")))
		k->weak = true;
	else if (str_eq(name, STR("binary")) && str_eq(value, STR("yes")))
		k->binary = true;
	else
		return take_list(r, name, value);
	return true;
}

static int check_kind(const struct reader *r, struct err *err)
{
	const struct secret_kind *k = r->kind;

	if (!k)
		return 0;
	if (!k->title.n || !k->title_ja.n || !k->severity.n || !k->regex.n ||
	    (k->keyword_n == 0 && k->path_n == 0))
		return err_set(err, ERR_INPUT, "kind %.*s lacks a setting", STR_ARG(k->id));
	for (size_t i = 0; i < k->keyword_n && k->path_n == 0; i++) {
		if (k->keywords[i].n < SECRET_KEYWORD_MIN)
			return err_set(err, ERR_INPUT, "kind %.*s: keyword '%.*s' is too short",
				       STR_ARG(k->id), STR_ARG(k->keywords[i]));
	}
	return 0;
}

static int begin_kind(struct reader *r, str id, struct err *err)
{
	if (check_kind(r, err) < 0)
		return -1;
	if (id.n == 0 || secret_kind_find(r->kinds, id))
		return err_set(err, ERR_INPUT, "line %zu: kind '%.*s' is there already", r->line,
			       STR_ARG(id));
	if (r->kinds->n == SECRET_KINDS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u kinds", SECRET_KINDS_MAX);
	r->kind = secret_kinds_add(r->kinds, r->arena);
	r->kind->id = id;
	return 0;
}

static int take_line(struct reader *r, str line, struct err *err)
{
	str name, value;

	if (str_starts(line, STR("[")) && str_ends(line, STR("]")))
		return begin_kind(r, str_drop_end(str_skip(line, 1), 1), err);
	if (str_cut(line, ' ', &name, &value)) {
		if (r->kind && take_setting(r, name, value))
			return 0;
		if (!r->kind && str_eq(name, STR("define")) && take_define(r, value) == 0)
			return 0;
		if (!r->kind && str_eq(name, STR("allow"))) {
			r->kinds->allow =
				secret_list_add(r->arena, r->kinds->allow, &r->kinds->allow_n,
						&r->kinds->allow_cap, expand(r, value));
			return 0;
		}
	}
	return err_set(err, ERR_INPUT, "line %zu: '%.*s' makes no sense", r->line,
		       STR_ARG(str_take(line, 60)));
}

int secret_kinds_parse(str text, struct arena *arena, struct secret_kinds *out, struct err *err)
{
	struct secret_kinds kinds = { .n = 0 };
	struct reader r = { .arena = arena, .kinds = &kinds };
	str line;

	map_init(&r.defines, arena);
	while (str_line(&text, &line)) {
		r.line++;
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (take_line(&r, line, err) < 0)
			return -1;
	}
	if (check_kind(&r, err) < 0)
		return -1;
	*out = kinds;
	return 0;
}

int secret_kinds_builtin(struct arena *arena, struct secret_kinds *out, struct err *err)
{
	if (secret_kinds_parse(builtin_text(), arena, out, err) < 0)
		return err_wrap(err, "kinds of secrets");
	return 0;
}

uint64_t secret_set_version(void)
{
	return siphash(builtin_text(), SEARCH_VERSION, siphash(secret_skip_text(), 0, 0));
}
