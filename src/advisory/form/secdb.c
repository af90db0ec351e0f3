/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alpine's security database (also of Wolfi and Chainguard): one repository of one release a file;
 * packages[].pkg {name, secfixes {version: [ids]}}. A fix in version "0" means "never affected".
 */
#include "advisory/form/form.h"
#include "base/json.h"

static bool is(const struct head *head)
{
	return head_has(head, STR("packages")) &&
	       (head_has(head, STR("distroversion")) || head_has(head, STR("reponame")) ||
		head_has(head, STR("apkurl")));
}

static str ecosystem_of(const struct json *v, struct arena *arena)
{
	str release = json_get_str(v, STR("distroversion"));
	str prefix = json_get_str(v, STR("urlprefix"));

	if (str_find(prefix, STR("wolfi")) >= 0)
		return STR("Wolfi");
	if (str_find(prefix, STR("cgr.dev")) >= 0 || str_find(prefix, STR("chainguard")) >= 0)
		return STR("Chainguard");
	return str_empty(release) ? STR_EMPTY : str_fmt(arena, "Alpine:%.*s", STR_ARG(release));
}

static bool is_id_char(char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; }

/* Letters and digits: an id of its own, as "VSV00019" or "GHSA-cr2j-534f-mf3g". */
static bool is_id(str word)
{
	bool digit = false;

	for (size_t i = 0; i < word.n; i++)
		digit |= is_digit(word.p[i]);
	return digit && word.n > 4 && is_alpha(word.p[0]);
}

/*
 * The ids in a text such as "CVE-2026-48785 / GHSA-cr2j-534f-mf3g (+ fix)"; "CVE 2025-48379" is
 * written so at times. What is no id is a remark.
 */
static size_t split_ids(str text, struct arena *arena, str *ids, size_t max)
{
	size_t n = 0;
	str before = STR_EMPTY;

	for (size_t i = 0; i < text.n && n < max;) {
		size_t start = i;
		str word;

		while (i < text.n && is_id_char(text.p[i]))
			i++;
		word = str_of(text.p + start, i - start);
		if (i == start)
			i++;
		else if (str_ieq(before, STR("CVE")) && is_digit(word.p[0]))
			ids[n++] = str_fmt(arena, "CVE-%.*s", STR_ARG(word));
		else if (is_id(word))
			ids[n++] = word;
		if (word.n)
			before = word;
	}
	return n;
}

static int put_flaw(struct form_run *run, str ecosystem, str package, str fixed, str id,
		    const str *aliases, size_t alias_count, struct err *err)
{
	struct range_event events[] = { { .kind = EVENT_INTRODUCED, .version = STR("0") },
					{ .kind = EVENT_FIXED, .version = fixed } };
	struct version_range range = { .events = events, .event_count = 2 };
	struct affected a = { .ranges = &range, .range_count = 1 };
	struct record rec = { .aliases = aliases, .alias_count = alias_count };
	str family = ecosystem;

	(void)str_cut(ecosystem, ':', &family, &(str){ 0 });
	rec.id = str_fmt(run->scratch, "%.*s-%.*s", STR_ARG(family), STR_ARG(id));
	for (size_t i = 0; i < family.n; i++) {
		char *c = (char *)(uintptr_t)&rec.id.p[i]; /* our own fresh text */

		*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
	}
	rec.upstream = &id;
	rec.upstream_count = 1;
	if (build_record(run->build, &rec, 0, &a.record, err) < 0)
		return -1;
	a.flaws = record_flaws(&rec, run->scratch, &a.flaw_count);
	if (str_eq(fixed, STR("0"))) {
		a.state = AFFECTED_NOT;
		a.word = STR("never affected");
		a.range_count = 0;
	}
	return build_affected(run->build, ecosystem, package, &a, err);
}

/* Each CVE is a flaw, the other ids beside it are its aliases; without a CVE the first id is. */
static int put_ids(struct form_run *run, str ecosystem, str package, str fixed, str text,
		   struct err *err)
{
	str ids[32], aliases[33];
	size_t n = split_ids(text, run->scratch, ids, ARRAY_LEN(ids)), others = 0, cves = 0;

	if (n == 0) {
		form_skip(run, "fix without an id", str_take(text, 60));
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (is_cve(ids[i]))
			cves++;
		else
			aliases[1 + others++] = ids[i];
	}
	if (cves == 0)
		return put_flaw(run, ecosystem, package, fixed, ids[0], aliases + 1, others, err);
	for (size_t i = 0; i < n; i++) {
		if (!is_cve(ids[i]))
			continue;
		aliases[0] = ids[i];
		if (put_flaw(run, ecosystem, package, fixed, ids[i], aliases, others + 1, err) < 0)
			return -1;
	}
	return 0;
}

static int put_package(struct form_run *run, str ecosystem, const struct json *pkg, struct err *err)
{
	str name = json_get_str(pkg, STR("name"));

	if (str_empty(name)) {
		form_skip(run, "entry without a package name or ecosystem", STR_EMPTY);
		return 0;
	}
	JSON_MEMBERS (JSON_GET(pkg, "secfixes"), fix) {
		if (str_empty(fix->key)) {
			form_skip(run, "fix without a version", name);
			continue;
		}
		JSON_EACH (&fix->value, id) {
			if (put_ids(run, ecosystem, name, fix->key, json_str(id), err) < 0)
				return -1;
		}
	}
	return 0;
}

static int run(struct form_run *run, struct err *err)
{
	const struct json *v = form_json(run);
	str ecosystem = ecosystem_of(v, run->scratch);

	if (!v)
		return 0;
	if (str_empty(ecosystem)) {
		form_skip(run, "repository without a release", STR_EMPTY);
		return 0;
	}
	JSON_EACH (JSON_GET(v, "packages"), item) {
		if (put_package(run, ecosystem, JSON_GET(item, "pkg"), err) < 0)
			return -1;
	}
	return 0;
}

const struct form form_secdb = { .name = "alpine-secdb", .is = is, .run = run };
