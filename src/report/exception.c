/* SPDX-License-Identifier: Apache-2.0 */
#include "report/exception.h"

#include "base/buf.h"
#include "base/path.h"
#include "base/time.h"
#include "base/words.h"
#include "fmt/package_kind.h"
#include "fmt/syntax/regex.h"
#include "fmt/syntax/text_file.h"
#include "policy/check.h"
#include "report/vex.h"

#define DAY_SECONDS INT64_C(86400)

#define X(row) extern const struct exception_form exception_form_##row;
#include "exception_form_table.h"
#undef X

static const struct exception_form *const forms[] = {
#define X(row) &exception_form_##row,
#include "exception_form_table.h"
#undef X
};

static const char *const kinds[] = {
	[EXCEPTION_ACCEPTED] = "accepted",   [EXCEPTION_FALSE_POSITIVE] = "false_positive",
	[EXCEPTION_MITIGATED] = "mitigated", [EXCEPTION_NOT_AFFECTED] = "not_affected",
	[EXCEPTION_SCHEDULED] = "scheduled", [EXCEPTION_FIXED] = "fixed",
};

const char *exception_kind_name(enum exception_kind kind) { return kinds[kind]; }

bool exception_kind_from(str name, enum exception_kind *out)
{
	ptrdiff_t at = words_find(kinds, ARRAY_LEN(kinds), name);

	if (at < 0)
		return false;
	*out = (enum exception_kind)at;
	return true;
}

void exception_set_init(struct exception_set *set, struct arena *arena, int64_t now)
{
	*set = (struct exception_set){ .arena = arena, .now = now };
}

int exception_read(struct exception_set *set, const char *path, struct err *err)
{
	AUTO(buf_done)
	struct buf content = { 0 };

	buf_init(&content, EXCEPTION_MAX_BYTES);
	if (buf_read_file(&content, path, err) < 0)
		return -1;
	return exception_read_text(set, str_dup(set->arena, str_c(path)),
				   str_dup(set->arena, buf_str(&content)), err);
}

int exception_read_text(struct exception_set *set, str source, str text, struct err *err)
{
	if (text_decode(text, set->arena, &text, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(source));
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if (!forms[i]->mine(path_base(source), text))
			continue;
		if (forms[i]->read(set, source, text, err) < 0)
			return set->wraps > 0 ? -1 : err_wrap(err, "%.*s", STR_ARG(source));
		return 0;
	}
	return err_set(err, ERR_INPUT,
		       "%.*s: not a list of exceptions; see doc/exceptions.md for the forms",
		       STR_ARG(source));
}

struct exception_mark exception_set_mark(const struct exception_set *set)
{
	return (struct exception_mark){ .n = set->n,
					.statements = set->statements,
					.unknown = set->unknown };
}

void exception_set_cut(struct exception_set *set, const struct exception_mark *mark)
{
	set->n = mark->n;
	set->statements = mark->statements;
	set->unknown = mark->unknown;
	set->target = NULL;
}

int exception_add(struct exception_set *set, const struct exception *exception, struct err *err)
{
	if (set->n >= EXCEPTION_MAX)
		return err_set(err, ERR_LIMIT, "more than %u exceptions", EXCEPTION_MAX);
	set->items = arena_grow(set->arena, set->items, set->n, &set->cap, sizeof(*set->items));
	set->items[set->n++] = *exception;
	set->statements += exception->vex != NULL;
	return 0;
}

bool exception_expiry(str text, int64_t *out)
{
	bool day = text.n == strlen("2026-12-31");

	if (!time_parse(text, out))
		return false;
	if (day)
		*out += DAY_SECONDS - 1;
	return true;
}

/* ---- does it hold? ---- */

static bool one_of_ids(const struct exception *e, const struct finding *f)
{
	for (size_t i = 0; i < e->id_count; i++) {
		if (str_ieq(e->ids[i], f->id) || str_ieq(e->ids[i], f->advisory))
			return true;
		for (size_t k = 0; k < f->alias_count; k++) {
			if (str_ieq(e->ids[i], f->aliases[k]))
				return true;
		}
	}
	return e->id_count == 0;
}

static bool one_of_globs(const str *patterns, size_t n, str a, str b)
{
	for (size_t i = 0; i < n; i++) {
		if (path_glob(patterns[i], a) || (b.n > 0 && path_glob(patterns[i], b)))
			return true;
	}
	return n == 0;
}

static bool one_of_words(const str *words, size_t n, str word)
{
	for (size_t i = 0; i < n; i++) {
		if (str_ieq(words[i], word))
			return true;
	}
	return n == 0;
}

static bool cvss_below(const struct exception *e, const struct finding *f)
{
	if (e->cvss_below <= 0)
		return true;
	for (size_t i = 0; i < f->cvss_count; i++) {
		if (str_starts(f->cvss[i].version, STR("3")))
			return f->cvss[i].base < e->cvss_below;
	}
	return false; /* not rated: nobody said that it is low */
}

static bool has_text(struct arena *arena, str text, str part)
{
	return str_find(str_lower(arena, text), part) >= 0;
}

static bool says(const struct exception *e, const struct package *p, const struct finding *f)
{
	AUTO(arena_free)
	struct arena *arena = NULL;

	if (e->text.n == 0)
		return true;
	arena = arena_new();
	str part = str_lower(arena, e->text);
	return has_text(arena, f->title, part) || has_text(arena, f->description, part) ||
	       has_text(arena, p->vendor, part) || has_text(arena, f->origin, part);
}

static bool on_image(const struct exception *e, const struct inventory *inventory)
{
	AUTO(arena_free)
	struct arena *arena = NULL;

	if (e->image_count == 0)
		return true;
	arena = arena_new();
	str name = inventory->repository;
	if (inventory->registry.n > 0)
		name = str_fmt(arena, "%.*s/%.*s", STR_ARG(inventory->registry),
			       STR_ARG(inventory->repository));
	return one_of_globs(e->images, e->image_count, inventory->target, name) ||
	       one_of_globs(e->images, e->image_count, inventory->digest, STR_EMPTY);
}

/* The expression was compiled when it was read; a text that it cannot be run on does not match. */
static bool has_name(str pattern, str name)
{
	AUTO(arena_free)
	struct arena *arena = NULL;
	struct err unused;

	if (pattern.n == 0)
		return true;
	arena = arena_new();
	AUTO(regex_free)
	struct regex *regex = regex_new(pattern, &unused);
	return regex && regex_match(regex, regex_text(name, arena), &unused) == 1;
}

/* The ecosystem that a language's name stands for there. */
static const char *const languages[][2] = {
	{ "dart", "Pub" },	 { "dotnet", "NuGet" },	  { "go", "Go" },
	{ "java", "Maven" },	 { "javascript", "npm" }, { "php", "Packagist" },
	{ "python", "PyPI" },	 { "ruby", "RubyGems" },  { "rust", "crates.io" },
	{ "swift", "SwiftURL" },
};

/* "provider:language:NAME", "provider:distro:NAME:VERSION", "nvd:cpe". */
static bool in_namespace(const struct exception *e, const struct finding *f)
{
	str rest = e->namespace, provider, form, name, ecosystem, version;

	if (rest.n == 0)
		return true;
	if (!str_split(&rest, ':', &provider) || !str_split(&rest, ':', &form))
		return false;
	if (str_eq(form, STR("cpe")))
		return f->kind == FINDING_POTENTIAL;
	if (!str_split(&rest, ':', &name))
		return false;
	for (size_t i = 0; str_eq(form, STR("language")) && i < ARRAY_LEN(languages); i++) {
		if (str_eq(name, str_c(languages[i][0])))
			return str_eq(f->ecosystem, str_c(languages[i][1]));
	}
	return str_eq(form, STR("distro")) && str_cut(f->ecosystem, ':', &ecosystem, &version) &&
	       str_ieq(name, ecosystem) && str_eq(rest, str_without_prefix(version, STR("v")));
}

/* Packages of a system and not of a language. */
static bool in_category(const struct exception *e, const struct package *p)
{
	unsigned category =
		package_kind_is_system(p->kind) ? EXCEPTION_OS_PACKAGE : EXCEPTION_LIBRARY;

	return !e->categories || (e->categories & category);
}

/* What nobody rated is neither above nor below. */
static bool in_scores(const struct exception *e, const struct finding *f)
{
	if (e->cvss_from > 0 && (f->cvss_count == 0 || f->cvss[0].base < e->cvss_from))
		return false;
	if (e->epss_from > 0 && f->epss < e->epss_from)
		return false;
	if (e->epss_below > 0 && (f->epss < 0 || f->epss >= e->epss_below))
		return false;
	return e->exploited == EXCEPTION_EITHER || f->kev == (e->exploited == EXCEPTION_YES);
}

static bool on_system(const struct exception *e, const struct inventory *inventory)
{
	AUTO(arena_free)
	struct arena *arena = NULL;

	if (e->system_count == 0)
		return true;
	arena = arena_new();
	str name = str_fmt(arena, "%.*s:%.*s", STR_ARG(inventory->os.family),
			   STR_ARG(inventory->os.version));
	return one_of_globs(e->systems, e->system_count, name, inventory->os.family);
}

static bool in_scope(const struct exception *e, const struct exception_set *set)
{
	for (size_t i = 0; i < set->scope_count; i++) {
		if (one_of_globs(e->scopes, e->scope_count, set->scopes[i], STR_EMPTY))
			return true;
	}
	return e->scope_count == 0;
}

bool exception_concerns(const struct exception *e, const struct exception_set *set,
			const struct inventory *inventory)
{
	return in_scope(e, set) && on_image(e, inventory) && on_system(e, inventory);
}

bool exception_holds(const struct exception *e, const struct exception_set *set,
		     const struct inventory *inventory, const struct finding *f)
{
	const struct package *p = &inventory->packages[f->package];

	return (e->subject & EXCEPTION_VULNERABILITY) && one_of_ids(e, f) &&
	       one_of_globs(e->packages, e->package_count, p->name, package_source_name(p)) &&
	       one_of_globs(e->package_versions, e->package_version_count, p->version, STR_EMPTY) &&
	       one_of_words(e->package_kinds, e->package_kind_count, p->kind) &&
	       one_of_globs(e->paths, e->path_count, p->path, STR_EMPTY) &&
	       (!e->severities || (e->severities & (1u << f->severity))) &&
	       (!e->statuses || (e->statuses & (1u << f->status))) && cvss_below(e, f) &&
	       (!e->evidence || (e->evidence & (1u << f->kind))) && in_namespace(e, f) &&
	       one_of_globs(e->ratings, e->rating_count, f->severity_source, STR_EMPTY) &&
	       in_category(e, p) && in_scores(e, f) && exception_concerns(e, set, inventory) &&
	       says(e, p, f) && has_name(e->name_regex, p->name) &&
	       has_name(e->source_regex, package_source_name(p));
}

void exception_set_target(struct exception_set *set, const struct inventory *inventory,
			  struct arena *arena)
{
	set->target = set->statements > 0 ? vex_target_new(inventory, arena) : NULL;
}

static bool is_newer(const struct vex_rule *a, const struct vex_rule *b)
{
	return a->time != b->time ? a->time > b->time : a->order > b->order;
}

/* The newest statement of a supplier that speaks of this flaw in this package, or NULL. */
static struct exception *newest_statement(struct exception_set *set, const struct finding *finding)
{
	struct exception *newest = NULL;

	for (size_t i = 0; i < set->n; i++) {
		struct exception *e = &set->items[i];

		if (e->vex && one_of_ids(e, finding) &&
		    (!newest || is_newer(e->vex, newest->vex)) &&
		    vex_holds(e->vex, set->target, finding->package))
			newest = e;
	}
	return newest;
}

const struct exception *exception_for(struct exception_set *set, const struct inventory *inventory,
				      const struct finding *finding)
{
	struct exception *found = NULL;

	for (size_t i = 0; i < set->n && !found; i++) {
		struct exception *e = &set->items[i];

		if (!e->vex && !exception_is_expired(e, set->now) &&
		    exception_holds(e, set, inventory, finding))
			found = e;
	}
	if (!found && set->target) {
		found = newest_statement(set, finding);
		if (found && !found->vex->hides)
			found = NULL;
	}
	if (found)
		found->matched++;
	return found;
}

/* What is said about packages can hold for no secret. */
static bool is_about_packages(const struct exception *e)
{
	return e->package_count + e->package_version_count + e->package_kind_count + e->text.n +
			       e->rating_count >
		       0 ||
	       e->statuses || e->evidence || e->categories || e->exploited != EXCEPTION_EITHER ||
	       e->cvss_below > 0 || e->cvss_from > 0 || e->epss_from > 0 || e->epss_below > 0;
}

bool exception_holds_for_secret(const struct exception *e, const struct exception_set *set,
				const struct inventory *inventory, const struct secret_finding *s)
{
	enum severity severity = SEVERITY_UNKNOWN;
	bool id = e->id_count == 0;

	IGNORE(severity_from(s->severity, &severity)); /* a kind says one of the words */
	for (size_t i = 0; i < e->id_count; i++)
		id |= str_ieq(e->ids[i], s->id) || str_ieq(e->ids[i], s->kind);
	return id && (e->subject & EXCEPTION_SECRET) && !is_about_packages(e) &&
	       one_of_globs(e->paths, e->path_count, s->path, STR_EMPTY) &&
	       (!e->severities || (e->severities & (1u << severity))) &&
	       exception_concerns(e, set, inventory);
}

const struct exception *exception_for_secret(struct exception_set *set,
					     const struct inventory *inventory,
					     const struct secret_finding *secret)
{
	for (size_t i = 0; i < set->n; i++) {
		struct exception *e = &set->items[i];

		if (exception_is_expired(e, set->now) ||
		    !exception_holds_for_secret(e, set, inventory, secret))
			continue;
		e->matched++;
		return e;
	}
	return NULL;
}

bool exception_holds_for_check(const struct exception *e, const struct exception_set *set,
			       const struct inventory *inventory, const struct check *check,
			       str file, enum severity severity)
{
	bool id = e->id_count == 0;

	for (size_t i = 0; i < e->id_count; i++) {
		id |= str_ieq(e->ids[i], check->id);
		for (size_t k = 0; k < check->alias_n; k++)
			id |= str_ieq(e->ids[i], check->aliases[k]);
	}
	return id && (e->subject & EXCEPTION_MISCONFIGURATION) && !is_about_packages(e) &&
	       !e->vex && one_of_globs(e->paths, e->path_count, file, STR_EMPTY) &&
	       (!e->severities || (e->severities & (1u << severity))) &&
	       exception_concerns(e, set, inventory);
}

const struct exception *exception_for_check(struct exception_set *set,
					    const struct inventory *inventory,
					    const struct check *check, str file,
					    enum severity severity)
{
	for (size_t i = 0; i < set->n; i++) {
		struct exception *e = &set->items[i];

		if (exception_is_expired(e, set->now) ||
		    !exception_holds_for_check(e, set, inventory, check, file, severity))
			continue;
		e->matched++;
		return e;
	}
	return NULL;
}

static bool holds_for_package(const struct exception *e, const struct package *p)
{
	if (!p)
		return e->package_count == 0 && e->package_version_count == 0 &&
		       e->package_kind_count == 0 && e->name_regex.n == 0 && e->source_regex.n == 0;
	return one_of_globs(e->packages, e->package_count, p->name, package_source_name(p)) &&
	       one_of_globs(e->package_versions, e->package_version_count, p->version, STR_EMPTY) &&
	       one_of_words(e->package_kinds, e->package_kind_count, p->kind) &&
	       has_name(e->name_regex, p->name) &&
	       has_name(e->source_regex, package_source_name(p));
}

bool exception_holds_for_licence(const struct exception *e, const struct exception_set *set,
				 const struct inventory *inventory,
				 const struct exception_licence *licence)
{
	return !e->vex && (e->subject & EXCEPTION_LICENCE) && !e->statuses && !e->evidence &&
	       e->cvss_below <= 0 && e->text.n == 0 && e->namespace.n == 0 &&
	       (!e->severities || (e->severities & (1u << licence->severity))) &&
	       one_of_words(e->ids, e->id_count, licence->name) &&
	       one_of_globs(e->paths, e->path_count, licence->path, STR_EMPTY) &&
	       holds_for_package(e, licence->package) && exception_concerns(e, set, inventory);
}

const struct exception *exception_for_licence(struct exception_set *set,
					      const struct inventory *inventory,
					      const struct exception_licence *licence)
{
	for (size_t i = 0; i < set->n; i++) {
		struct exception *e = &set->items[i];

		if (exception_is_expired(e, set->now) ||
		    !exception_holds_for_licence(e, set, inventory, licence))
			continue;
		e->matched++;
		return e;
	}
	return NULL;
}
