/* SPDX-License-Identifier: Apache-2.0 */
/* OSV (ossf.github.io/osv-schema): one record an item. */
#include "advisory/form/form.h"
#include "advisory/publisher.h"
#include "base/json.h"
#include "base/num.h"

static bool is(const struct head *head)
{
	if (head_has(head, STR("affected")))
		return true;
	return head_has(head, STR("id")) &&
	       (head_has(head, STR("modified")) || head_has(head, STR("schema_version")));
}

/* Strings of an array; what is no string or empty is left out. */
static const str *strings(const struct json *array, struct arena *arena, size_t *count)
{
	size_t n = 0, max = json_len(array);
	str *out;

	if (max > RECORD_MAX_LIST)
		max = RECORD_MAX_LIST;
	out = ARENA_ARRAY(arena, str, max);
	JSON_EACH (array, item) {
		if (n < max && !str_empty(json_str(item)))
			out[n++] = json_str(item);
	}
	*count = n;
	return out;
}

static const struct record_rating *ratings(const struct json *array, struct arena *arena,
					   size_t *count)
{
	size_t n = 0, max = size_min(json_len(array), RECORD_MAX_LIST);
	struct record_rating *out = ARENA_ARRAY(arena, struct record_rating, max);

	JSON_EACH (array, item) {
		str score = json_get_str(item, STR("score"));

		if (n < max && !str_empty(score))
			out[n++] = (struct record_rating){ .type = json_get_str(item, STR("type")),
							   .score = score };
	}
	*count = n;
	return out;
}

static const str *reference_urls(const struct json *array, struct arena *arena, size_t *count)
{
	size_t n = 0, max = size_min(json_len(array), RECORD_MAX_LIST);
	str *out = ARENA_ARRAY(arena, str, max);

	JSON_EACH (array, item) {
		str url = json_get_str(item, STR("url"));

		if (n < max && !str_empty(url))
			out[n++] = url;
	}
	*count = n;
	return out;
}

/* `upstream`, and the CVEs of `related` where the publisher lists them there. */
static void add_upstream(const struct json *v, unsigned traits, struct arena *arena,
			 struct record *rec)
{
	const struct json *up = JSON_GET(v, "upstream"), *rel = JSON_GET(v, "related");
	size_t n;
	str *all;

	rec->upstream = strings(up, arena, &rec->upstream_count);
	if (!(traits & PUBLISHER_RELATED_CVES) || json_len(rel) == 0)
		return;
	n = rec->upstream_count;
	all = ARENA_ARRAY(arena, str, n + json_len(rel));
	if (n)
		memcpy(all, rec->upstream, n * sizeof(*all));
	JSON_EACH (rel, item) {
		if (is_cve(json_str(item)) && n < RECORD_MAX_LIST)
			all[n++] = json_str(item);
	}
	rec->upstream = all;
	rec->upstream_count = n;
}

/* "Moderate: nodejs:18 and nodejs-x:18 security update": word and module streams. */
static void read_summary(struct arena *arena, struct record *rec)
{
	str word, rest, token;

	if (!str_cut(rec->summary, ':', &word, &rest) || !str_starts(rest, STR(" ")))
		return;
	if (str_empty(rec->word))
		rec->word = word;
	while (str_split(&rest, ' ', &token)) {
		ptrdiff_t colon = str_find_char(token, ':');

		if (colon <= 0 || (size_t)colon + 1 == token.n)
			continue;
		rec->module =
			str_empty(rec->module)
				? token
				: str_fmt(arena, "%.*s %.*s", STR_ARG(rec->module), STR_ARG(token));
	}
}

static void read_word(const struct json *v, struct record *rec)
{
	const struct json *own = JSON_GET(v, "database_specific");

	rec->word = json_get_str(own, STR("priority"));
	if (str_empty(rec->word))
		rec->word = json_get_str(own, STR("severity"));
	if ((publisher_traits(rec->id) & PUBLISHER_MALICIOUS) && str_empty(rec->word))
		rec->word = STR("critical");
	if (str_starts(rec->id, STR("GHSA-")))
		rec->rater = STR("github");
	for (size_t i = 0; i < rec->rating_count; i++) {
		if (!str_starts(rec->ratings[i].type, STR("CVSS")) && str_empty(rec->word))
			rec->word = rec->ratings[i].score;
	}
}

static void read_record(const struct json *v, struct arena *arena, struct record *rec)
{
	unsigned traits;

	*rec = (struct record){ .id = json_get_str(v, STR("id")),
				.published = json_get_str(v, STR("published")),
				.modified = json_get_str(v, STR("modified")),
				.withdrawn = json_get_str(v, STR("withdrawn")),
				.summary = json_get_str(v, STR("summary")),
				.details = json_get_str(v, STR("details")) };
	traits = publisher_traits(rec->id);
	if (traits & PUBLISHER_NOT_SECURITY)
		rec->flags |= RECORD_NOT_SECURITY;
	if (traits & PUBLISHER_ERRATUM)
		rec->flags |= RECORD_ERRATUM;
	if (traits & PUBLISHER_DERIVED)
		rec->flags |= RECORD_DERIVED;
	if (!str_empty(rec->withdrawn))
		rec->flags |= RECORD_WITHDRAWN;
	rec->aliases = strings(JSON_GET(v, "aliases"), arena, &rec->alias_count);
	rec->ratings = ratings(JSON_GET(v, "severity"), arena, &rec->rating_count);
	rec->references = reference_urls(JSON_GET(v, "references"), arena, &rec->reference_count);
	add_upstream(v, traits, arena, rec);
	read_word(v, rec);
	if (traits & PUBLISHER_SUMMARY_WORD)
		read_summary(arena, rec);
}

/* An event object has one member; several are taken as several events, as their order is free. */
static size_t read_events(const struct json *events, struct range_event *out, bool *odd)
{
	static const struct {
		str key;
		enum event_kind kind;
	} kinds[] = {
		{ STR_INIT("introduced"), EVENT_INTRODUCED },
		{ STR_INIT("fixed"), EVENT_FIXED },
		{ STR_INIT("last_affected"), EVENT_LAST_AFFECTED },
		{ STR_INIT("limit"), EVENT_LIMIT },
	};
	size_t n = 0;

	JSON_EACH (events, event) {
		size_t before = n;

		for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
			str version = json_get_str(event, kinds[i].key);

			if (!str_empty(version))
				out[n++] = (struct range_event){ .kind = (uint8_t)kinds[i].kind,
								 .version = version };
		}
		*odd |= n == before;
	}
	return n;
}

static void read_ranges(struct form_run *run, const struct json *entry, struct affected *a)
{
	const struct json *list = JSON_GET(entry, "ranges");
	struct version_range *ranges =
		ARENA_ARRAY(run->scratch, struct version_range, json_len(list));
	size_t n = 0;
	bool odd = false, commits = false;

	JSON_EACH (list, item) {
		const struct json *events = JSON_GET(item, "events");
		struct range_event *out;

		if (str_eq(json_get_str(item, STR("type")), STR("GIT"))) {
			commits = true;
			continue;
		}
		if (n == AFFECTED_MAX_RANGES || json_len(events) > AFFECTED_MAX_EVENTS / 4) {
			odd = true;
			continue;
		}
		out = ARENA_ARRAY(run->scratch, struct range_event, 4 * json_len(events));
		ranges[n].events = out;
		ranges[n].event_count = read_events(events, out, &odd);
		n += ranges[n].event_count > 0;
	}
	a->ranges = ranges;
	a->range_count = n;
	if (odd)
		form_skip(run, "range event of unknown kind", STR_EMPTY);
	if (commits && n == 0 && json_len(JSON_GET(entry, "versions")) == 0)
		form_skip(run, "entry with commits only, no versions", STR_EMPTY);
}

static void read_versions(struct form_run *run, const struct json *entry, struct affected *a)
{
	const struct json *list = JSON_GET(entry, "versions");
	size_t n = 0, max = size_min(json_len(list), AFFECTED_MAX_VERSIONS);
	str *versions = ARENA_ARRAY(run->scratch, str, max);

	if (max < json_len(list))
		form_skip(run, "more than 262144 listed versions", STR_EMPTY);
	JSON_EACH (list, item) {
		if (n < max && !str_empty(json_str(item)))
			versions[n++] = json_str(item);
	}
	a->versions = versions;
	a->version_count = n;
}

/* Architectures are outside the schema: the members that publishers use, and the purl. */
static str read_arch(const struct json *entry, const struct json *eco, const struct json *own)
{
	static const str names[] = { STR_INIT("arch"), STR_INIT("architecture") };
	str purl = json_get_str(JSON_GET(entry, "package"), STR("purl")), rest, arch;
	ptrdiff_t at;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		arch = json_get_str(eco, names[i]);
		if (str_empty(arch))
			arch = json_get_str(own, names[i]);
		if (!str_empty(arch))
			return arch;
	}
	at = str_find(purl, STR("arch="));
	if (at <= 0 || (purl.p[at - 1] != '?' && purl.p[at - 1] != '&'))
		return STR_EMPTY;
	rest = str_skip(purl, (size_t)at + 5);
	(void)str_split(&rest, '&', &arch);
	if (str_eq(arch, STR("source")) || str_eq(arch, STR("src")))
		return STR_EMPTY;
	return arch;
}

static void read_state(const struct json *eco, const struct json *own, struct affected *a)
{
	str note = json_get_str(eco, STR("note"));

	a->word = json_get_str(eco, STR("status"));
	if (str_empty(a->word))
		a->word = json_get_str(own, STR("status"));
	if (str_empty(a->word))
		a->word = json_get_str(own, STR("last_event"));
	a->severity = json_get_str(eco, STR("urgency"));
	if (str_eq(a->severity, STR("end-of-life"))) {
		a->word = a->severity;
		a->severity = STR_EMPTY;
	}
	if (str_empty(a->severity))
		a->severity = json_get_str(eco, STR("ubuntu_priority"));
	if (str_empty(a->severity))
		a->severity = json_get_str(eco, STR("severity"));
	a->state = (uint8_t)publisher_state(a->word);
	if (a->state == AFFECTED_WILL_NOT &&
	    (str_starts(note, STR("end of")) || str_starts(note, STR("out of standard support"))))
		a->state = AFFECTED_END_OF_LIFE;
	if (json_bool(JSON_GET(own, "not_affected")) || json_bool(JSON_GET(eco, "not_affected")))
		a->state = AFFECTED_NOT;
}

/* Versions of builds of a module stream name it: "1:18.9.1-1.module_el8.7.0+3343+ea2b7901". */
static bool is_modular(const struct affected *a)
{
	for (size_t i = 0; i < a->range_count; i++) {
		for (size_t k = 0; k < a->ranges[i].event_count; k++) {
			if (str_find(a->ranges[i].events[k].version, STR(".module")) >= 0)
				return true;
		}
	}
	return false;
}

/* `base`: what all entries of the record have in common. */
static int read_affected(struct form_run *run, const struct json *entry, const struct record *rec,
			 const struct affected *base, struct err *err)
{
	const struct json *package = JSON_GET(entry, "package");
	const struct json *eco = JSON_GET(entry, "ecosystem_specific");
	const struct json *own = JSON_GET(entry, "database_specific");
	str ecosystem = json_get_str(package, STR("ecosystem")),
	    name = json_get_str(package, STR("name"));
	struct affected a = *base;

	if (str_empty(ecosystem) || str_empty(name)) {
		form_skip(run, "entry without a package name or ecosystem", rec->id);
		return 0;
	}
	read_ranges(run, entry, &a);
	read_versions(run, entry, &a);
	read_state(eco, own, &a);
	a.arch = read_arch(entry, eco, own);
	if (!str_empty(rec->module) && is_modular(&a))
		a.module = rec->module;
	a.ratings = ratings(JSON_GET(entry, "severity"), run->scratch, &a.rating_count);
	if (a.range_count || a.version_count) {
		/* The schema speaks through ranges and versions; a word does not overrule them. */
		if (a.state == AFFECTED_NOT)
			a.state = AFFECTED_PLAIN;
	} else if (a.state != AFFECTED_NOT) {
		if (json_len(JSON_GET(entry, "ranges")) == 0)
			form_skip(run, "entry without any version", rec->id);
		return 0;
	}
	return build_affected(run->build, ecosystem, name, &a, err);
}

/*
 * Tells texts of one id in one source apart; not 0. Fast rather than strong: whoever writes the
 * source gains nothing by a collision.
 */
static uint64_t text_hash(str text)
{
	uint64_t hash = text.n, word;
	size_t i = 0;

	for (; i + sizeof(word) <= text.n; i += sizeof(word)) {
		memcpy(&word, text.p + i, sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 29;
	}
	return str_hash(str_skip(text, i), hash) | 1;
}

static int run(struct form_run *run, struct err *err)
{
	const struct json *v = form_json(run);
	struct affected base = { 0 };
	struct record rec;
	int kept;

	if (!v)
		return 0;
	read_record(v, run->scratch, &rec);
	if (str_empty(rec.id)) {
		form_skip(run, "record without an id", STR_EMPTY);
		return 0;
	}
	kept = build_record(run->build, &rec, text_hash(run->item->text), &base.record, err);
	if (kept <= 0)
		return kept;
	if (rec.flags & RECORD_WITHDRAWN) {
		form_skip_harmless(run, "withdrawn by its publisher", rec.id);
		return 0;
	}
	if (rec.flags & RECORD_NOT_SECURITY) {
		form_skip_harmless(run, "bug fix or enhancement, no security advisory", rec.id);
		return 0;
	}
	base.flags = (uint8_t)rec.flags;
	base.flaws = record_flaws(&rec, run->scratch, &base.flaw_count);
	JSON_EACH (JSON_GET(v, "affected"), entry) {
		if (read_affected(run, entry, &rec, &base, err) < 0)
			return -1;
	}
	return 0;
}

const struct form form_osv = { .name = "osv", .is = is, .single = true, .run = run };
