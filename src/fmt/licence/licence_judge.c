/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence/licence_judge.h"

#include "fmt/licence/licence_internal.h"

#define TEXT_MAX 256u /* of a name that is compared with patterns */

static const unsigned char categories[] = {
#include "licence_categories.txt.inc"
};

static const char *const names[LICENCE_CATEGORIES] = {
	[LICENCE_UNENCUMBERED] = "unencumbered",
	[LICENCE_PERMISSIVE] = "permissive",
	[LICENCE_NOTICE] = "notice",
	[LICENCE_RECIPROCAL] = "reciprocal",
	[LICENCE_RESTRICTED] = "restricted",
	[LICENCE_UNKNOWN] = "unknown",
	[LICENCE_FORBIDDEN] = "forbidden",
};

const char *licence_category_name(enum licence_category category) { return names[category]; }

bool licence_category_from(str name, enum licence_category *out)
{
	for (size_t i = 0; i < LICENCE_CATEGORIES; i++) {
		if (str_ieq(name, str_c(names[i]))) {
			*out = (enum licence_category)i;
			return true;
		}
	}
	return false;
}

const char *licence_rule_name(enum licence_rule rule)
{
	static const char *const rules[] = {
		[LICENCE_ALLOWED] = "allowed",
		[LICENCE_NO_RULE] = "none",
		[LICENCE_NOT_ALLOWED] = "not_allowed",
		[LICENCE_DENIED] = "denied",
	};

	return rules[rule];
}

/* ---- patterns ---- */

/* '*' is any text; everything else stands for itself, without regard to case. */
static bool fits(str pattern, str text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, back = 0;

	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			back = t;
		} else if (p < pattern.n && to_lower(pattern.p[p]) == to_lower(text.p[t])) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++back;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

static enum licence_category category_of(str id)
{
	str rest = licence_list_body(categories, sizeof(categories)), line, pattern, name;
	enum licence_category category;

	while (id.n <= TEXT_MAX && str_line(&rest, &line)) {
		ptrdiff_t at = str_find(line, STR(" = "));

		if (at < 0)
			continue;
		pattern = str_take(line, (size_t)at);
		name = str_skip(line, (size_t)at + 3);
		if (fits(pattern, id) && licence_category_from(name, &category))
			return category;
	}
	return LICENCE_UNKNOWN;
}

/* ---- lists ---- */

/* "GPL-2.0-or-later" begins with "GPL-2.0" and goes on: *family "GPL-", *version "2.0". */
static bool is_or_later(const struct licence *one, str *family, str *version)
{
	str id = str_without_suffix(one->id, STR("-or-later"));
	size_t at = id.n;

	if (!one->or_later && id.n == one->id.n)
		return false;
	while (at > 0 && (is_digit(id.p[at - 1]) || id.p[at - 1] == '.'))
		at--;
	*family = str_take(id, at);
	*version = str_skip(id, at);
	return version->n > 0 && at > 0;
}

/* Numbers between points; -1, 0, 1. */
static int version_order(str a, str b)
{
	while (a.n > 0 || b.n > 0) {
		str x = STR_EMPTY, y = STR_EMPTY;
		uint64_t m = 0, n = 0;

		if (a.n > 0)
			IGNORE(str_split(&a, '.', &x)); /* there is text */
		if (b.n > 0)
			IGNORE(str_split(&b, '.', &y)); /* likewise */
		if ((x.n > 0 && !str_u64(x, &m)) || (y.n > 0 && !str_u64(y, &n)))
			return str_cmp(x, y);
		if (m != n)
			return m < n ? -1 : 1;
	}
	return 0;
}

/* `id` is the same or a later version of what may be used "or later". */
static bool is_later_version(str family, str version, str id)
{
	str rest = str_without_suffix(id, STR("-only"));

	rest = str_without_suffix(rest, STR("-or-later"));
	rest = str_without_suffix(rest, STR("+"));
	if (!str_starts(rest, family) || rest.n == family.n)
		return false;
	rest = str_skip(rest, family.n);
	for (size_t i = 0; i < rest.n; i++) {
		if (!is_digit(rest.p[i]) && rest.p[i] != '.')
			return false;
	}
	return version_order(rest, version) >= 0;
}

struct query {
	const struct licence *one;
	str name, base; /* as written; without exception */
	enum licence_category category;
	bool choose; /* "or later" is a choice among versions */
};

/* What an entry of a list says of it: 2 with its exception, 1 as any, 0 nothing. */
static unsigned entry_fits(str entry, const struct query *q, struct arena *arena)
{
	enum licence_category category;
	str normal = entry, family, version;

	if (licence_category_from(entry, &category))
		return category == q->category;
	if (str_find_char(entry, '*') >= 0)
		return fits(entry, q->name) || fits(entry, q->base);
	IGNORE(licence_normal(entry, arena, &normal)); /* else a text */
	if (str_ieq(normal, q->name))
		return q->one->exception.n > 0 ? 2 : 1;
	if (str_ieq(normal, q->base))
		return 1;
	return q->choose && is_or_later(q->one, &family, &version) &&
	       is_later_version(family, version, normal);
}

static unsigned list_fits(const str *list, size_t count, const struct query *q, struct arena *arena)
{
	unsigned best = 0;

	for (size_t i = 0; i < count && best < 2; i++) {
		unsigned one = entry_fits(list[i], q, arena);

		best = one > best ? one : best;
	}
	return best;
}

static struct query query_of(const struct licence *one, struct arena *arena)
{
	struct licence base = *one;
	struct query q = { .one = one, .name = licence_print(one, arena) };

	base.exception = STR_EMPTY;
	q.base = one->exception.n > 0 ? licence_print(&base, arena) : q.name;
	q.category = category_of(one->id);
	return q;
}

/* ---- judging ---- */

static struct licence_verdict judge_one(const struct licence_policy *policy,
					const struct licence *one)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct query q = query_of(one, arena);
	struct licence_verdict v = { .rule = LICENCE_NO_RULE, .category = q.category };
	unsigned allowed, denied;

	if (!policy)
		return v;
	denied = list_fits(policy->deny, policy->deny_count, &q, arena);
	q.choose = true;
	allowed = list_fits(policy->allow, policy->allow_count, &q, arena);
	if (denied > 0 && allowed <= denied)
		v.rule = LICENCE_DENIED;
	else if (allowed > 0)
		v.rule = LICENCE_ALLOWED;
	else if (policy->allow_count > 0)
		v.rule = LICENCE_NOT_ALLOWED;
	return v;
}

static bool is_better(struct licence_verdict a, struct licence_verdict b)
{
	return a.rule != b.rule ? a.rule < b.rule : a.category < b.category;
}

struct licence_verdict licence_judge(const struct licence_policy *policy,
				     const struct licence *licence)
{
	struct licence_verdict v = { .rule = LICENCE_NO_RULE, .category = LICENCE_UNKNOWN }, one;

	if (!licence) {
		if (policy && policy->allow_count > 0)
			v.rule = LICENCE_NOT_ALLOWED;
		return v;
	}
	if (licence->op == LICENCE_ONE)
		return judge_one(policy, licence);
	for (size_t i = 0; i < licence->n; i++) {
		one = licence_judge(policy, licence->of[i]);
		if (i == 0 || is_better(one, v) == (licence->op == LICENCE_OR))
			v = one;
	}
	return v;
}

bool licence_on_list(const str *list, size_t count, const struct licence *licence)
{
	if (licence->op == LICENCE_ONE) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct query q = query_of(licence, arena);

		return list_fits(list, count, &q, arena) > 0;
	}
	for (size_t i = 0; i < licence->n; i++) {
		bool on = licence_on_list(list, count, licence->of[i]);

		if (on == (licence->op == LICENCE_OR))
			return on;
	}
	return licence->op == LICENCE_AND;
}
