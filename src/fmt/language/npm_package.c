/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "fmt/language/npm.h"
#include "fmt/language/npm_internal.h"
#include "fmt/syntax/text_file.h"

static const char *key_of(const struct json *object, const char *name)
{
	JSON_MEMBERS (object, m)
		if (str_eq(m->key, str_c(name)))
			return m->key.p;
	return NULL;
}

/* Extensions of VS Code and packages of Unity have the same file. */
static bool is_of_others(const struct json *root)
{
	return !str_empty(json_get_str(JSON_GET(root, "engines"), STR("vscode"))) ||
	       !str_empty(json_get_str(root, STR("unity")));
}

static int emit(struct package *package, struct package_sink *sink, struct err *err)
{
	if (npm_is_proper(package))
		return sink->add(sink, package, err);
	sink->skipped(sink, "package with an improper name or version", STR("package.json"));
	return 0;
}

static int emit_deps(const struct file_view *file, const struct json *root, str text,
		     struct arena *arena, struct package_sink *sink, struct err *err)
{
	struct text_lines lines = { .text = text };

	JSON_MEMBERS (JSON_GET(root, "dependencies"), m) {
		struct package package = npm_package_of(file, PACKAGE_DECLARED);

		package.name = m->key;
		package.line = text_line_of(&lines, m->key.p);
		if (!npm_lowest_version(json_str(&m->value), arena, &package.version)) {
			sink->skipped(sink, "dependency without a range of versions",
				      str_empty(m->key) ? STR("dependencies") : m->key);
			continue;
		}
		if (emit(&package, sink, err) < 0)
			return -1;
	}
	return 0;
}

/* "v1.2.3" and "=1.2.3" are 1.2.3 to npm. */
static str plain_version(str version)
{
	str rest = str_trim(version);

	while (rest.n > 0 && (rest.p[0] == '=' || rest.p[0] == 'v' || is_space(rest.p[0])))
		rest = str_skip(rest, 1);
	return rest.n > 0 && is_digit(rest.p[0]) ? rest : str_trim(version);
}

static int read_description(const struct file_view *file, bool deps, struct package_sink *sink,
			    struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package package = npm_package_of(file, PACKAGE_INSTALLED);
	struct text_lines lines = { .text = STR_EMPTY };
	const struct json *root;
	str text;

	if (npm_load_json(file, false, arena, &text, &root, err) < 0)
		return -1;
	package.name = str_trim(json_get_str(root, STR("name")));
	package.version = plain_version(json_get_str(root, STR("version")));
	if (str_empty(package.name) || str_empty(package.version) || is_of_others(root))
		return 0;
	package.licence = npm_licence(root, arena);
	lines = (struct text_lines){ .text = text };
	package.line = text_line_of(&lines, key_of(root, "name"));
	if (emit(&package, sink, err) < 0)
		return -1;
	return deps ? emit_deps(file, root, text, arena, sink, err) : 0;
}

int npm_package_json(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	return read_description(file, false, sink, err);
}

int npm_package_json_deps(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	return read_description(file, true, sink, err);
}

/* A version or part of one: up to three numbers, x for any, and what follows '-'. */
struct partial {
	uint64_t numbers[3];
	size_t n; /* numbers that are there */
	str pre;
};

static bool parse_partial(str s, struct partial *out)
{
	ptrdiff_t plus = str_find_char(s, '+'), dash;
	str part;

	*out = (struct partial){ .n = 0 };
	if (s.n && (s.p[0] == 'v' || s.p[0] == '='))
		s = str_skip(s, 1);
	if (plus >= 0)
		s = str_take(s, (size_t)plus);
	dash = str_find_char(s, '-');
	if (dash >= 0) {
		out->pre = str_skip(s, (size_t)dash + 1);
		s = str_take(s, (size_t)dash);
	}
	if (str_empty(s))
		return false;
	for (size_t i = 0; str_split(&s, '.', &part); i++) {
		if (i == 3)
			return false;
		if (str_eq(part, STR("x")) || str_eq(part, STR("X")) || str_eq(part, STR("*")))
			continue;
		if (!str_u64(part, &out->numbers[i]) || out->n != i)
			return false;
		out->n = i + 1;
	}
	return out->pre.n == 0 || out->n == 3;
}

static int compare(const struct partial *a, const struct partial *b)
{
	for (size_t i = 0; i < 3; i++)
		if (a->numbers[i] != b->numbers[i])
			return a->numbers[i] < b->numbers[i] ? -1 : 1;
	if (str_empty(a->pre) != str_empty(b->pre))
		return str_empty(a->pre) ? 1 : -1;
	return str_cmp(a->pre, b->pre);
}

/* The least version above: of 1.2.3 it is 1.2.4, of 1.2 it is 1.3.0. */
static void step(struct partial *v)
{
	size_t last = v->n ? v->n - 1 : 0;

	if (v->pre.n) {
		v->pre = STR_EMPTY;
		return;
	}
	v->numbers[last]++;
	for (size_t i = last + 1; i < 3; i++)
		v->numbers[i] = 0;
}

/* One comparator; *least rises to what it asks for. False: none. */
static bool apply(str word, struct partial *least)
{
	struct partial v;
	bool above, below;

	if (str_starts(word, STR("^")) || str_starts(word, STR("~"))) {
		word = str_skip(word, 1);
		if (str_starts(word, STR(">")))
			word = str_skip(word, 1);
		above = below = false;
	} else {
		above = str_starts(word, STR(">"));
		below = str_starts(word, STR("<"));
		word = str_skip(word, above || below);
		if (str_starts(word, STR("="))) {
			word = str_skip(word, 1);
			above = false;
		}
	}
	if (!parse_partial(str_trim(word), &v))
		return false;
	if (below)
		return true;
	if (above)
		step(&v);
	if (compare(&v, least) > 0)
		*least = v;
	return true;
}

static bool is_operator(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("<>=~^", s.p[i]))
			return false;
	return s.n > 0;
}

/* Comparators with blanks between, or "1.0 - 2.0". */
static bool lowest_of_all(str range, struct arena *arena, struct partial *least)
{
	str word, sign = STR_EMPTY;
	bool any = false, upper = false;

	*least = (struct partial){ .n = 3 };
	range = str_trim(range);
	if (str_empty(range))
		return true;
	while (str_split(&range, ' ', &word)) {
		word = str_trim(word);
		if (str_empty(word))
			continue;
		if (is_operator(word)) {
			sign = word;
			continue;
		}
		if (str_eq(word, STR("-")) && any) {
			upper = true;
			continue;
		}
		if (upper)
			word = str_cat(arena, STR("<="), word);
		upper = false;
		if (!apply(str_cat(arena, sign, word), least))
			return false;
		sign = STR_EMPTY;
		any = true;
	}
	return any && str_empty(sign);
}

bool npm_lowest_version(str range, struct arena *arena, str *out)
{
	struct partial best = { .n = 0 }, one;
	bool any = false;

	if (range.n > NPM_NAME_MAX || !range.p)
		return false;
	for (;;) {
		ptrdiff_t bar = str_find(range, STR("||"));
		str part = bar < 0 ? range : str_take(range, (size_t)bar);

		if (!lowest_of_all(part, arena, &one))
			return false;
		if (!any || compare(&one, &best) < 0)
			best = one;
		any = true;
		if (bar < 0)
			break;
		range = str_skip(range, (size_t)bar + 2);
	}
	*out = str_fmt(arena, "%llu.%llu.%llu%s%.*s", (unsigned long long)best.numbers[0],
		       (unsigned long long)best.numbers[1], (unsigned long long)best.numbers[2],
		       best.pre.n ? "-" : "", STR_ARG(best.pre));
	return true;
}
